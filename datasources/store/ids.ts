/** Where public ids come from: ULIDs (48 bits of time, 80 of chance) in lower-case Crockford base32. */
import { randomBytes } from 'node:crypto';
import type { IdPrefix, IdSource } from '../../domain/identity.ts';

const alphabet = '0123456789abcdefghjkmnpqrstvwxyz';
const chanceBits = 80n;
const chanceEnd = 1n << chanceBits;
const latest = 2 ** 48 - 1;

export interface IdSourceOptions {
  /** Milliseconds since the epoch. */
  readonly clock?: () => number;
  /** As many random bytes as asked for. */
  readonly random?: (size: number) => Uint8Array;
}

/**
 * An id source whose ids rise strictly within one process: inside one millisecond, and while the clock stands or goes
 * back, the last id's chance is counted up by one instead of drawn anew (https://github.com/ulid/spec, "Monotonicity").
 */
export function createIdSource(options: IdSourceOptions = {}): IdSource {
  const clock = options.clock ?? Date.now;
  const random = options.random ?? randomBytes;
  let lastTime = -1;
  let lastChance = 0n;
  return (prefix: IdPrefix): string => {
    const now = Math.trunc(clock());
    if (!(now >= 0 && now <= latest)) throw new RangeError(`expected a time from 0 to 2^48 - 1, got ${now}`);
    if (now > lastTime) {
      lastTime = now;
      lastChance = asInteger(random(10));
    } else {
      lastChance += 1n;
      if (lastChance === chanceEnd) {
        // All chances of this millisecond are used up: borrow the next one rather than repeat or fall back.
        lastTime += 1;
        lastChance = 0n;
      }
    }
    return `${prefix}_${base32(BigInt(lastTime), 10)}${base32(lastChance, 16)}`;
  };
}

function asInteger(bytes: Uint8Array): bigint {
  let value = 0n;
  for (const byte of bytes) value = (value << 8n) | BigInt(byte);
  return value & (chanceEnd - 1n);
}

function base32(value: bigint, length: number): string {
  let text = '';
  let rest = value;
  for (let place = 0; place < length; place++) {
    text = (alphabet[Number(rest & 31n)] ?? '') + text;
    rest >>= 5n;
  }
  return text;
}
