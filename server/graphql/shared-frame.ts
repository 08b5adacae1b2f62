/**
 * One answer as the bytes of a WebSocket message, for every socket that it goes to: only the operation's id differs.
 *
 * The library would copy and encode the text once for each socket. Without extensions a text frame is a header and the bytes
 * (RFC 6455 §5.2), so that they can be written to the stream beside what the library writes: it writes whole frames, too.
 */
import type { Duplex } from 'node:stream';

/** FIN and the opcode of text. */
const wholeText = 0x81;
/** Bytes up to which a copy for each socket costs less than two pieces that the kernel has to put together. */
const copied = 4_096;

/** What of a `next` message comes before its payload. */
export function headOf(id: string): string {
  return `{"id":${JSON.stringify(id)},"type":"next","payload":`;
}

export class SharedFrame {
  /** The payload and the end of the message. */
  readonly #tail: Buffer;
  #last: { readonly head: string; frame: Buffer | null } | null = null;

  /** @param payload JSON text */
  constructor(payload: string) {
    this.#tail = Buffer.from(`${payload}}`);
  }

  /** Bytes of the payload. */
  get size(): number {
    return this.#tail.length;
  }

  /** Writes the message with this head (see `headOf`) to a socket's stream. */
  write(stream: Duplex, head: string): void {
    // Many clients count their operations from one, and then whole frames are the same.
    if (this.#last?.head === head) {
      this.#last.frame ??= this.#copied(head);
      stream.write(this.#last.frame);
      return;
    }
    this.#last = { head, frame: null };
    if (this.#tail.length <= copied) {
      stream.write(this.#copied(head));
      return;
    }
    stream.cork();
    stream.write(this.#begin(head, 0));
    stream.write(this.#tail);
    stream.uncork();
  }

  #copied(head: string): Buffer {
    const frame = this.#begin(head, this.#tail.length);
    this.#tail.copy(frame, frame.length - this.#tail.length);
    return frame;
  }

  /** The frame's header and the message's head, and room for so many bytes behind them. */
  #begin(head: string, room: number): Buffer {
    const headLength = Buffer.byteLength(head);
    const length = headLength + this.#tail.length;
    const headerLength = length < 126 ? 2 : length < 65_536 ? 4 : 10;
    const begin = Buffer.allocUnsafe(headerLength + headLength + room);
    begin[0] = wholeText;
    if (headerLength === 2) {
      begin[1] = length;
    } else if (headerLength === 4) {
      begin[1] = 126;
      begin.writeUInt16BE(length, 2);
    } else {
      begin[1] = 127;
      begin.writeBigUInt64BE(BigInt(length), 2);
    }
    begin.write(head, headerLength);
    return begin;
  }
}
