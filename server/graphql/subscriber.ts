/**
 * One subscription on one socket that is answered with its group: graphql-ws waits for its first event, which never comes,
 * while the group writes to the socket itself.
 */
import type { Group, Member } from '../../subscriptions/group.ts';
import type { SharedFrame } from './shared-frame.ts';

/** The socket, as a subscription needs it. */
export interface Outlet {
  /** Writes a message, unless the client does not read: then it is closed, and its cursor stays good. */
  write(frame: SharedFrame, head: string): void;
  /** While the client has yet to read: resolves once it has, or is gone. */
  ready(): Promise<void> | null;
}

export class Subscriber implements Member<SharedFrame>, AsyncIterableIterator<never, undefined> {
  readonly after: string | null | undefined;
  readonly #outlet: Outlet;
  readonly #head: string;
  #group: Group<SharedFrame> | null = null;
  #isOver = false;
  #error: unknown = null;
  #settle: (() => void) | null = null;

  /** @param head as of `headOf` */
  constructor(outlet: Outlet, head: string, after: string | null | undefined) {
    this.after = after;
    this.#outlet = outlet;
    this.#head = head;
  }

  /** Whether nothing is told any more. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** Joins. @param enter puts it into its group; null where there is none */
  enter(enter: (member: this) => Group<SharedFrame> | null): boolean {
    this.#group = enter(this);
    return this.#group !== null;
  }

  push(frame: SharedFrame): void {
    if (!this.#isOver) this.#outlet.write(frame, this.#head);
  }

  ready(): Promise<void> | null {
    return this.#outlet.ready();
  }

  end(error: unknown): void {
    this.#isOver = true;
    this.#error = error;
    this.#settle?.();
  }

  /** The socket is gone, or is no longer to be told anything. */
  abort(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#group?.leave(this);
    this.#settle?.();
  }

  async next(): Promise<IteratorReturnResult<undefined>> {
    if (!this.#isOver) {
      await new Promise<void>((resolve) => {
        this.#settle = resolve;
      });
    }
    if (this.#error !== null) throw this.#error;
    return { done: true, value: undefined };
  }

  async return(): Promise<IteratorReturnResult<undefined>> {
    this.abort();
    return { done: true, value: undefined };
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}
