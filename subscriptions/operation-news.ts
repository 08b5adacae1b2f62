/**
 * Tells when writes that somebody watches may stand differently. One look asks about all of them, however many watch: after a
 * signal, and slowly without one, since signals may be lost. Nobody watches, nothing is asked.
 */
import { operationVersions } from '../datasources/store/operation-versions.ts';
import type { Store } from '../datasources/store/store.ts';
import { type Clock, systemClock, type WakeUps } from './wake-up.ts';

export interface OperationNews {
  /** Calls `changed` whenever the write may stand differently than at the call; the answer stops it. */
  watch(operationId: string, changed: () => void): () => void;
}

export interface OperationNewsOptions {
  readonly store: Store;
  readonly wakeUps: Pick<WakeUps, 'onSignal'>;
  readonly clock?: Clock;
  /** How long a change may stay unnoticed when its signal is lost. */
  readonly pollMilliseconds?: number;
  /** A look that failed: the next one tries again. */
  readonly onError?: (error: unknown) => void;
}

/** Milliseconds between two looks, at least: every commit is a signal. */
const betweenLooks = 50;

interface Watched {
  readonly watchers: Set<() => void>;
  /** As of the last look; undefined before the first one, null where there is no such write. */
  version: string | null | undefined;
}

export function operationNews(options: OperationNewsOptions): OperationNews {
  const { store, wakeUps, clock = systemClock, pollMilliseconds = 1_500, onError = () => {} } = options;
  const watched = new Map<string, Watched>();
  let stopHearing: (() => void) | null = null;
  let planned: { readonly at: number; readonly cancel: () => void } | null = null;
  let looking = false;
  let lookAgain = false;
  let lookedAt = Number.NEGATIVE_INFINITY;

  const look = async (): Promise<void> => {
    const ids = [...watched.keys()];
    const versions = await store.asWorker((tx) => operationVersions(tx, ids));
    for (const id of ids) {
      const one = watched.get(id);
      const version = versions.get(id) ?? null;
      if (one === undefined || one.version === version) continue;
      one.version = version;
      for (const tell of [...one.watchers]) tell();
    }
  };

  const run = (): void => {
    planned = null;
    looking = true;
    lookAgain = false;
    lookedAt = clock.now();
    void look()
      .catch(onError)
      .then(() => {
        looking = false;
        plan(lookAgain ? 0 : pollMilliseconds);
      });
  };

  /** Plans the next look in so many milliseconds, unless one is planned before. */
  const plan = (milliseconds: number): void => {
    if (watched.size === 0) return;
    if (looking) {
      // It may have read before what is signalled now.
      lookAgain ||= milliseconds < pollMilliseconds;
      return;
    }
    const now = clock.now();
    const at = Math.max(now + milliseconds, lookedAt + betweenLooks);
    if (planned !== null && planned.at <= at) return;
    planned?.cancel();
    planned = { at, cancel: clock.after(at - now, run) };
  };

  return {
    watch(operationId, changed) {
      const tell = () => changed();
      const one: Watched = watched.get(operationId) ?? { watchers: new Set(), version: undefined };
      one.watchers.add(tell);
      watched.set(operationId, one);
      stopHearing ??= wakeUps.onSignal(() => plan(0));
      // The first look says what it is compared with from then on; what the watcher read itself may be older.
      plan(one.version === undefined ? 0 : pollMilliseconds);
      return () => {
        one.watchers.delete(tell);
        if (one.watchers.size > 0 || watched.get(operationId) !== one) return;
        watched.delete(operationId);
        if (watched.size > 0) return;
        stopHearing?.();
        stopHearing = null;
        planned?.cancel();
        planned = null;
      };
    },
  };
}
