/**
 * Wakes the readers of this node. A signal (a commit here, a NOTIFY from another process, the slow poll) carries nothing
 * but "look"; one look at the log then tells which accounts of which applications have something new, and only their
 * readers go to the database. A signal that is lost costs the time to the next poll, never a change.
 */

import { newsSince } from '../datasources/store/change-log/news.ts';
import { currentPosition, type LogPosition } from '../datasources/store/change-log/read.ts';
import type { Snapshot } from '../datasources/store/change-log/snapshot.ts';
import type { Store } from '../datasources/store/store.ts';

/** Time as the delivery sees it; tests inject their own. Milliseconds throughout. */
export interface Clock {
  now(): number;
  /** Calls `run` once after `milliseconds`; the answer cancels it. */
  after(milliseconds: number, run: () => void): () => void;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  after(milliseconds, run) {
    const timer = setTimeout(run, milliseconds);
    return () => clearTimeout(timer);
  },
};

/** Where signals go to and come from other processes on the same database. */
export interface Notifications {
  /** Tells the others, soon; never throws. */
  notify(): void;
  /** Called for each signal of another process, and whenever signals may have been lost (reconnected). */
  listen(heard: () => void): void;
  close(): Promise<void>;
}

export interface WakeUps {
  /** After a commit that wrote to the change log: wakes readers here and elsewhere. Cheap, never throws. */
  wake(): void;
  /** Registers a reader BEFORE its first read, so that no change falls between the two. */
  watch(reader: Reader): Promise<Watch>;
  /**
   * Calls `listener` for every signal, of this process and of others: for what changes without a row of the change log.
   * Hints, that may be lost; the answer stops it.
   */
  onSignal(listener: () => void): () => void;
  /** Tells of every look, before the readers are woken by it. */
  observe(observer: LookObserver): void;
  /** Wakes every reader for the last time and ends polling and listening. */
  close(): Promise<void>;
}

/** Who remembers something of the log, and has to forget it. While there are readers, no change is between two looks. */
export interface LookObserver {
  /** The applications whose access may have changed since the look before; null: any. */
  looked(accessChanged: ReadonlySet<string> | null): void;
  /** Nobody reads, so nobody looks: what changes from here on is not told. */
  unwatched(): void;
}

/** Whose changes a reader can be told at most. */
export interface Reader {
  readonly applicationId: string;
  /** Null: any account. */
  readonly accountIds: ReadonlySet<string> | null;
  /** Whether it also waits for time of these accounts to be held, or to be held no more, by whichever application. */
  readonly holds?: boolean;
}

export interface Watch {
  /** Call when a read begins: what is found from now on is news again. */
  reading(): void;
  /** Call when that read came back: looks that began before it do not count as newer. */
  read(): void;
  /** Resolves at once when there is news since `reading()`, else with the next news, or when `cancel` fires or all ends. */
  news(cancel: AbortSignal): Promise<void>;
  /** The latest look's position, when it found nothing for this reader and is newer than its read; else null. */
  quietPosition(): LogPosition | null;
  /** The node is shutting down: `news` no longer waits. */
  readonly ended: boolean;
  close(): void;
}

export interface WakeUpOptions {
  readonly store: Store;
  readonly clock?: Clock;
  readonly notifications?: Notifications | null;
  /** How long a change may stay unnoticed when every signal is lost. Polled only while somebody reads. */
  readonly pollMilliseconds?: number;
  /** A look that failed: the next poll tries again. */
  readonly onError?: (error: unknown) => void;
}

/** Milliseconds: a storm of commits becomes one look each, and each reader's batches grow instead of their number. */
const betweenLooks = 2;

interface Registered {
  readonly reader: Reader;
  dirty: boolean;
  /** Looks numbered below this began before the reader's last read came back. */
  since: number;
  resolve: (() => void) | null;
}

export function createWakeUps(options: WakeUpOptions): WakeUps {
  const { store, clock = systemClock, notifications = null, pollMilliseconds = 1_500, onError = () => {} } = options;
  const readers = new Set<Registered>();
  const observers: LookObserver[] = [];
  const listeners = new Set<() => void>();
  let latest: { readonly position: LogPosition; readonly holds: Snapshot; readonly look: number } | null = null;
  let nextLook = 0;
  let looking: Promise<void> | null = null;
  let lookAgain = false;
  let cancelPoll: (() => void) | null = null;
  let closed = false;

  function rouse(registered: Registered): void {
    registered.dirty = true;
    registered.resolve?.();
  }

  async function lookOnce(): Promise<void> {
    const look = nextLook++;
    const since = latest;
    if (since === null) {
      const position = await store.asWorker((tx) => currentPosition(tx));
      if (readers.size === 0) return;
      latest = { position, holds: position.old, look };
      for (const observer of observers) observer.looked(null);
      return;
    }
    const news = await store.asWorker((tx) => newsSince(tx, since.position, since.holds));
    const { position, holds, readers: found, accessChanged, heldOf } = news;
    if (readers.size > 0) for (const observer of observers) observer.looked(accessChanged);
    const accountsOf = new Map<string, Set<string>>();
    for (const { applicationId, accountId } of found ?? []) {
      const accounts = accountsOf.get(applicationId);
      if (accounts === undefined) accountsOf.set(applicationId, new Set([accountId]));
      else accounts.add(accountId);
    }
    for (const registered of readers) {
      if (found === null || concerns(registered.reader, accountsOf, heldOf)) rouse(registered);
    }
    if (readers.size > 0) latest = { position, holds, look };
  }

  /** One look at a time; signals during one become one more, since it may have begun before their commit. */
  function look(): Promise<void> {
    if (looking !== null) {
      lookAgain = true;
      return looking;
    }
    looking = (async () => {
      try {
        await lookOnce();
        while (lookAgain && !closed && readers.size > 0) {
          await new Promise<void>((resume) => clock.after(betweenLooks, resume));
          lookAgain = false;
          await lookOnce();
        }
      } finally {
        lookAgain = false;
        looking = null;
      }
    })();
    return looking;
  }

  function lookSoon(): void {
    if (!closed && readers.size > 0) look().catch(onError);
  }

  function poll(): void {
    cancelPoll ??= clock.after(pollMilliseconds, () => {
      cancelPoll = null;
      if (closed || readers.size === 0) return;
      lookSoon();
      poll();
    });
  }

  function heard(): void {
    for (const listener of listeners) listener();
    lookSoon();
  }

  notifications?.listen(heard);

  return {
    wake() {
      notifications?.notify();
      heard();
    },
    onSignal(listener) {
      const own = () => listener();
      listeners.add(own);
      return () => listeners.delete(own);
    },
    async watch(reader) {
      const registered: Registered = { reader, dirty: true, since: 0, resolve: null };
      readers.add(registered);
      poll();
      try {
        // Without a position to look back from, the first look could not tell what is new.
        if (latest === null) await look();
      } catch (error) {
        readers.delete(registered);
        throw error;
      }
      return {
        reading() {
          registered.dirty = false;
        },
        read() {
          registered.since = nextLook;
        },
        news(cancel) {
          if (registered.dirty || closed || cancel.aborted) return Promise.resolve();
          return new Promise((resolve) => {
            const end = () => {
              registered.resolve = null;
              cancel.removeEventListener('abort', end);
              resolve();
            };
            registered.resolve = end;
            cancel.addEventListener('abort', end);
          });
        },
        quietPosition() {
          return latest !== null && !registered.dirty && latest.look >= registered.since ? latest.position : null;
        },
        get ended() {
          return closed;
        },
        close() {
          readers.delete(registered);
          registered.resolve?.();
          if (readers.size > 0) return;
          cancelPoll?.();
          cancelPoll = null;
          // Nobody is told what happens from here on: the next reader begins with a new look.
          latest = null;
          for (const observer of observers) observer.unwatched();
        },
      };
    },
    observe(observer) {
      observers.push(observer);
    },
    async close() {
      closed = true;
      listeners.clear();
      cancelPoll?.();
      cancelPoll = null;
      for (const registered of readers) rouse(registered);
      await looking?.catch(onError);
      await notifications?.close();
    },
  };
}

function concerns(
  { applicationId, accountIds, holds = false }: Reader,
  accountsOf: ReadonlyMap<string, ReadonlySet<string>>,
  heldOf: ReadonlySet<string> | null,
): boolean {
  const isAmong = (accounts: ReadonlySet<string> | null | undefined) =>
    accounts?.values().some((id) => accountIds === null || accountIds.has(id)) ?? false;
  return isAmong(accountsOf.get(applicationId)) || (holds && isAmong(heldOf));
}
