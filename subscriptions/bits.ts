/** Whole numbers as bits: small ones take few (P. Elias, "Universal codeword sets", 1975: the delta code). */

export class BitWriter {
  readonly #bytes: number[] = [];
  #length = 0;

  bit(value: boolean): void {
    if (this.#length % 8 === 0) this.#bytes.push(0);
    if (value) {
      const at = this.#bytes.length - 1;
      this.#bytes[at] = (this.#bytes[at] ?? 0) | (0x80 >> (this.#length % 8));
    }
    this.#length++;
  }

  /** `value` ≥ 0 and a safe integer: 1 bit for 0, 4 for 1 and 2, 5 for 3 to 6, 8 for 7 to 14, 31 for a million or two. */
  natural(value: number): void {
    if (!Number.isSafeInteger(value) || value < 0) throw new RangeError(`not a natural number: ${value}`);
    const coded = value + 1;
    const size = bitLength(coded);
    const sizeOfSize = bitLength(size);
    for (let i = 1; i < sizeOfSize; i++) this.bit(false);
    this.#low(size, sizeOfSize);
    this.#low(coded, size - 1);
  }

  bytes(): Uint8Array {
    return Uint8Array.from(this.#bytes);
  }

  /** Division, because shifting works on 32 bits only. */
  #low(value: number, bits: number): void {
    for (let i = bits - 1; i >= 0; i--) this.bit(Math.floor(value / 2 ** i) % 2 === 1);
  }
}

/** Reads what BitWriter wrote. Throws RangeError past the end and on a number that could not have been written. */
export class BitReader {
  readonly #bytes: Uint8Array;
  #position = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  bit(): boolean {
    const byte = this.#bytes[Math.floor(this.#position / 8)];
    if (byte === undefined) throw new RangeError('the bits end too early');
    const value = (byte & (0x80 >> (this.#position % 8))) !== 0;
    this.#position++;
    return value;
  }

  natural(): number {
    let sizeOfSize = 1;
    while (!this.bit()) sizeOfSize++;
    if (sizeOfSize > 6) throw new RangeError('a number too large');
    const size = this.#low(sizeOfSize - 1, 1);
    if (size > 53) throw new RangeError('a number too large');
    return this.#low(size - 1, 1) - 1;
  }

  /** Only the padding of the last byte is left, and it is zero. */
  end(): void {
    if (this.#bytes.length !== Math.ceil(this.#position / 8)) throw new RangeError('bits are left over');
    while (this.#position % 8 !== 0) if (this.bit()) throw new RangeError('bits are left over');
  }

  #low(bits: number, leading: number): number {
    let value = leading;
    for (let i = 0; i < bits; i++) value = value * 2 + (this.bit() ? 1 : 0);
    return value;
  }
}

/** Math.log2 rounds up just below the large powers of two. */
function bitLength(value: number): number {
  return value < 2 ** 32 ? 32 - Math.clz32(value) : 32 + bitLength(Math.floor(value / 2 ** 32));
}
