/** What goes out over a socket, and what becomes of a client that does not read it. */
import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';
import type { SharedFrame } from './shared-frame.ts';
import type { SocketLimits } from './socket.ts';
import type { Outlet } from './subscriber.ts';

/** RFC 6455 §7.4.1 and the IANA registry: the server cannot go on with this client now; it may come back. */
export const tryAgainLater = 1013;
/** A client that does not read will not read the close frame either: it has so many milliseconds. */
const cutAfterMs = 1_000;

export class SocketOutlet implements Outlet {
  readonly #socket: WebSocket;
  readonly #stream: Duplex;
  readonly #limits: SocketLimits;
  #draining: Promise<void> | null = null;

  /** @param stream what the socket itself writes to */
  constructor(socket: WebSocket, stream: Duplex, limits: SocketLimits) {
    this.#socket = socket;
    this.#stream = stream;
    this.#limits = limits;
  }

  write(frame: SharedFrame, head: string): void {
    if (this.#takes(frame.size)) frame.write(this.#stream, head);
  }

  ready(): Promise<void> | null {
    return this.#socket.readyState === this.#socket.OPEN && this.#stream.writableNeedDrain ? this.#drained() : null;
  }

  /**
   * Sends, and resolves when the kernel has the bytes: graphql-ws asks a subscription for its next event only then, so a
   * slow client slows its own subscriptions and nobody else's.
   */
  send(data: string): Promise<void> {
    // Not at once: a source that always has a next event would spin, and the socket's end would never be heard of.
    if (!this.#takes(data.length)) return this.#gone();
    const sent = new Promise<void>((resolve) => this.#socket.send(data, () => resolve()));
    if (this.#stream.writableLength === 0) return sent;
    const late = setTimeout(() => this.#closeSlow(), this.#limits.sendTimeoutMs);
    return sent.then(() => clearTimeout(late));
  }

  /** Whether so many bytes more may wait; a client for whom they may not is closed, and its cursors stay good. */
  #takes(bytes: number): boolean {
    if (this.#socket.readyState !== this.#socket.OPEN) return false;
    const waiting = this.#stream.writableLength;
    if (waiting === 0 || waiting + bytes <= this.#limits.maxBufferedBytes) return true;
    this.#closeSlow();
    return false;
  }

  #drained(): Promise<void> {
    this.#draining ??= new Promise((resolve) => {
      const late = setTimeout(() => this.#closeSlow(), this.#limits.sendTimeoutMs);
      const end = () => {
        clearTimeout(late);
        this.#stream.off('drain', end);
        this.#socket.off('close', end);
        this.#draining = null;
        resolve();
      };
      this.#stream.on('drain', end);
      this.#socket.on('close', end);
    });
    return this.#draining;
  }

  #gone(): Promise<void> {
    return new Promise((resolve) => {
      if (this.#socket.readyState === this.#socket.CLOSED) resolve();
      else this.#socket.once('close', () => resolve());
    });
  }

  #closeSlow(): void {
    this.#socket.close(tryAgainLater, 'Too slow: resume from the last cursor');
    setTimeout(() => this.#socket.terminate(), cutAfterMs).unref();
  }
}
