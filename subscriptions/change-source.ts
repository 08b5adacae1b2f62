/** The change log as what a group of subscribers is answered from. */
import { endsAccess } from '../datasources/store/change-log/filter.ts';
import { currentPosition, type LogPosition, reachOf } from '../datasources/store/change-log/read.ts';
import { formatSnapshot, includesSnapshot } from '../datasources/store/change-log/snapshot.ts';
import type { Telemetry } from '../domain/telemetry.ts';
import type { OnAccessChange } from './access-news.ts';
import {
  batchLimit,
  type ChangeBatch,
  type ChangeFilter,
  type ChangeRecord,
  logFilter,
  type ReadBatch,
  type Reading,
  withReader,
} from './changes.ts';
import { decodeCursor, encodeCursor } from './cursor.ts';
import { follow, interest, withRetries } from './follow.ts';
import type { GroupSource, OpenSource, Step } from './group-source.ts';
import { Looks } from './looks.ts';
import type { ScopeLogs } from './scope-log.ts';
import { type Clock, systemClock, type WakeUps } from './wake-up.ts';
import { idleAfter } from './watch.ts';

export interface ChangeSourceOptions extends Omit<Reading, 'filter' | 'counter'> {
  readonly wakeUps: WakeUps;
  readonly scopeLogs: ScopeLogs;
  readonly onAccessChange: OnAccessChange;
  readonly after: string | null;
  readonly filter: ChangeFilter | null;
  /** What a batch is to be the root value of. */
  readonly event: (batch: ChangeBatch) => unknown;
  readonly clock?: Clock;
  readonly idleMilliseconds?: number;
  readonly telemetry?: Telemetry | null;
}

/**
 * A source over the change log for everybody whom `actor` stands for, whatever credential they showed: its own end is not the
 * group's. Every batch is read under row-level security as it is then.
 *
 * @throws RequestError BAD_USER_INPUT naming `filter`.
 */
export function changeSource(options: ChangeSourceOptions): GroupSource<LogPosition> {
  const { actor, seal, after, wakeUps, clock = systemClock, idleMilliseconds = idleAfter, telemetry } = options;
  const reading: Reading = { store: options.store, seal, actor, filter: logFilter(options.filter, actor) };
  const { read } = options.scopeLogs.of(reading);
  const never = new AbortController().signal;

  const stepOf = (place: LogPosition, changes: readonly ChangeRecord[], silent: boolean): Step<LogPosition> => {
    let cursor: string | null = null;
    return {
      place,
      silent,
      event: (caughtUp) => {
        cursor ??= encodeCursor(place, actor.applicationId, seal);
        return options.event({ cursor, changes, caughtUp });
      },
      ...(telemetry == null || changes.length === 0 ? {} : { told: telemetry.telling(changes) }),
    };
  };

  return {
    after,
    async open(signal, forget): Promise<OpenSource<LogPosition>> {
      const watch = await wakeUps.watch({ applicationId: actor.applicationId, accountIds: interest(reading) });
      const ignoreAccess = options.onAccessChange(actor.applicationId, forget);
      const close = () => {
        ignoreAccess();
        watch.close();
      };
      try {
        watch.reading();
        const place = await withReader(reading, currentPosition);
        watch.read();
        const looks = new Looks(clock);
        // Without anybody who takes the steps there is nobody either who would close it.
        if (signal.aborted) close();
        else signal.addEventListener('abort', close, { once: true });
        return { place, look: () => looks.look(), steps: steps(place, looks) };
      } catch (error) {
        close();
        throw error;
      }

      async function* steps(place: LogPosition, looks: Looks): AsyncGenerator<Step<LogPosition>, void, undefined> {
        let idleAt = clock.now() + idleMilliseconds;
        try {
          for await (const batch of follow(
            { position: place, exhausted: true },
            { read, watch, clock, stopping: signal, idleAt: () => idleAt, expiresAt: null, prompt: looks },
          )) {
            const silent = batch.changes.length === 0 && clock.now() < idleAt;
            if (!silent) idleAt = clock.now() + idleMilliseconds;
            if (batch.changes.some(({ kind }) => endsAccess.has(kind))) forget();
            looks.seen(whole(batch));
            yield stepOf(batch.position, batch.changes, silent);
          }
        } finally {
          close();
        }
      }
    },
    placeOf: (cursor) => (cursor === null ? null : decodeCursor(cursor, actor.applicationId, seal)),
    async behind(from, until) {
      // Such a place is of before a restore; the log itself says where to go on.
      const isBehind = until.epoch === from.epoch && includesSnapshot(until.old, reachOf(from));
      const batch = await withRetries(() => read(from, batchLimit, isBehind ? until : undefined), clock, never);
      if (!isBehind) throw new Error('expected a position that the log has reached, got a later one');
      return stepOf(batch.position, batch.changes, batch.changes.length === 0);
    },
    standing: (place) => stepOf(place, [], false),
    hasSeen: (place, other) => place.epoch === other.epoch && includesSnapshot(place.old, reachOf(other)),
    isBoundary: ({ window }) => window === null,
    keyOf: ({ epoch, old, window }) =>
      window === null
        ? `${epoch} ${formatSnapshot(old)}`
        : `${epoch} ${formatSnapshot(old)} ${formatSnapshot(window.until)} ${window.accountOrdinal} ${window.sequence}`,
  };
}

/** What could be seen when a batch was read, its own rows or not. */
function whole({ position, seen }: ReadBatch): LogPosition {
  return { epoch: position.epoch, old: seen, window: null };
}
