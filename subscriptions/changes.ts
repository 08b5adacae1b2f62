/** Query.changes and Subscription.changes: the change log as one application sees it, behind its own cursor. */

import type { GrantNames, LogFilter } from '../datasources/store/change-log/filter.ts';
import {
  currentPosition,
  inside,
  type LogPage,
  type LogPosition,
  type LogRow,
  readChangeLog,
} from '../datasources/store/change-log/read.ts';
import type { Snapshot } from '../datasources/store/change-log/snapshot.ts';
import type { ChangeKind } from '../datasources/store/change-log.ts';
import { type QueryCounter, type Store, type Tx, tenantOf } from '../datasources/store/store.ts';
import type { Actor, Scope } from '../domain/actor.ts';
import { RequestError } from '../domain/errors.ts';
import type { Instant } from '../domain/events/model.ts';
import { namesGranting } from '../domain/grants.ts';
import { type CursorSeal, decodeCursor, encodeCursor } from './cursor.ts';

/** The contract's ChangeFilter. */
export interface ChangeFilter {
  readonly accountIds?: readonly string[] | null | undefined;
  readonly calendarIds?: readonly string[] | null | undefined;
  readonly kinds?: readonly ChangeKind[] | null | undefined;
  /** Default INCLUDE. Speaks of events: changes of anything else pass whatever it says. */
  readonly managed?: 'EXCLUDE' | 'INCLUDE' | 'ONLY' | null | undefined;
  /** Default false. */
  readonly includeOwn?: boolean | null | undefined;
}

/** One change, without what the resolver adds: the account and the subject as they are now. */
export interface ChangeRecord {
  /** Resumes behind this change. */
  readonly cursor: string;
  readonly kind: ChangeKind;
  /** Milliseconds since the epoch: when it was committed, or shortly before. */
  readonly at: Instant;
  readonly accountId: string;
  readonly subjectId: string;
  readonly profileId: string | null;
  readonly calendarId: string | null;
  /** Whether the reader's application made it. Who else did is not told, nor whose managed event the subject is. */
  readonly own: boolean;
  /** The trace that it was made in; for telemetry alone. */
  readonly trace: string | null;
  /** Of EVENT_TRIGGERED: whose moment came. */
  readonly triggerKeys: readonly string[] | null;
}

export interface ChangeBatch {
  readonly cursor: string;
  readonly changes: readonly ChangeRecord[];
  readonly caughtUp: boolean;
}

/** What a reading needs to know of its reader. */
export interface Reading {
  readonly store: Store;
  readonly seal: CursorSeal;
  readonly actor: Actor;
  readonly filter: LogFilter;
  readonly counter?: QueryCounter | undefined;
}

/** A batch and where it ends. */
export interface ReadBatch {
  readonly position: LogPosition;
  readonly changes: readonly ChangeRecord[];
  /** Nothing was left unread. */
  readonly exhausted: boolean;
  /** What could be seen when the reading began. */
  readonly seen: Snapshot;
}

export const batchLimit = 100;
/** Ids in one list of a filter. */
const filterLimit = 1_000;
/** Windows that one call goes through when the filter leaves nothing of them; then it answers where it got to. */
const windowsPerRead = 8;

/**
 * Query.changes: up to `first` (1 to 100) changes behind `after`; without `after` no changes and the newest cursor.
 * `caughtUp`: nothing was left when it was read.
 *
 * Throws RequestError BAD_USER_INPUT naming `after`, `first` or `filter`; RESYNC_REQUIRED with a `cursor` to start from
 * when `after` is of another epoch or changes behind it have been pruned. Ids in the filter that the credential may not
 * see select nothing: that something exists is not told.
 */
export async function readChanges(options: {
  readonly store: Store;
  readonly seal: CursorSeal;
  readonly actor: Actor;
  readonly after?: string | null | undefined;
  readonly first?: number | null | undefined;
  readonly filter?: ChangeFilter | null | undefined;
  readonly counter?: QueryCounter | undefined;
}): Promise<ChangeBatch> {
  const { store, seal, actor, after, counter } = options;
  const first = options.first ?? batchLimit;
  if (!Number.isInteger(first) || first < 1 || first > batchLimit) {
    throw new RequestError('BAD_USER_INPUT', `first: expected a whole number from 1 to ${batchLimit}, got ${first}`, {
      argument: 'first',
    });
  }
  const reading: Reading = { store, seal, actor, filter: logFilter(options.filter, actor), counter };
  if (after === null || after === undefined) {
    const position = await withReader(reading, currentPosition);
    return { cursor: encodeCursor(position, actor.applicationId, seal), changes: [], caughtUp: true };
  }
  const batch = await readBehind(reading, decodeCursor(after, actor.applicationId, seal), first);
  return {
    cursor: encodeCursor(batch.position, actor.applicationId, seal),
    changes: batch.changes,
    caughtUp: batch.exhausted,
  };
}

const profileKinds: readonly ChangeKind[] = [
  'PROFILE_LINKED',
  'PROFILE_INITIAL_SYNC_COMPLETED',
  'PROFILE_DEGRADED',
  'PROFILE_DISCONNECTED',
  'PROFILE_RECONNECTED',
  'CONFERENCING_PROFILE_DISCONNECTED',
];
const calendarKinds: readonly ChangeKind[] = ['CALENDAR_CREATED', 'CALENDAR_UPDATED', 'CALENDAR_DELETED'];

/** Which scopes tell of what: those that the thing itself is read with. A change of an event is one of free and busy time, too. */
function grantNames({ scopes }: Actor): GrantNames {
  const names = (...any: Scope[]) => namesGranting(any.filter((scope) => scopes.has(scope)));
  return {
    kinds: [
      { kinds: profileKinds, names: names('read_account') },
      { kinds: calendarKinds, names: names('list_calendars') },
    ],
    events: names('read_events', 'read_free_busy'),
    ownEvents: names('read_events', 'read_free_busy', 'create_event'),
  };
}

/** Checks and completes the contract's filter; one meaning for the query, the replay and the live part. */
export function logFilter(filter: ChangeFilter | null | undefined, actor: Actor): LogFilter {
  const list = <T extends string>(name: 'accountIds' | 'calendarIds' | 'kinds', values?: readonly T[] | null) => {
    if (values === null || values === undefined) return null;
    if (values.length <= filterLimit) return [...new Set(values)];
    throw new RequestError(
      'BAD_USER_INPUT',
      `filter.${name}: expected at most ${filterLimit} entries, got ${values.length}`,
      { argument: 'filter' },
    );
  };
  return {
    accountIds: list('accountIds', filter?.accountIds),
    calendarIds: list('calendarIds', filter?.calendarIds),
    kinds: list('kinds', filter?.kinds),
    applicationId: actor.applicationId,
    managed: filter?.managed ?? 'INCLUDE',
    includeOwn: filter?.includeOwn ?? false,
    granting: grantNames(actor),
  };
}

/** A transaction as the reader: row-level security decides at this moment what it may see. */
export function withReader<T>({ store, actor, counter }: Reading, work: (tx: Tx) => Promise<T>): Promise<T> {
  return store.withApplication(tenantOf(actor), work, counter);
}

/**
 * The next changes behind a position; with `until`, of those that it sees, and no others: `exhausted` then says that none of
 * them is left. Throws RESYNC_REQUIRED when the position means nothing any more, RangeError when it is past `until`.
 */
export function readBehind(
  reading: Reading,
  position: LogPosition,
  first: number,
  until?: LogPosition,
): Promise<ReadBatch> {
  return withReader(reading, (tx) =>
    gatherBatch(reading, position, first, (at, missing) => readChangeLog(tx, at, reading.filter, missing, until)),
  );
}

/** A batch of `first` changes out of as many pages as that takes, wherever they come from. */
export async function gatherBatch(
  { actor, seal }: Pick<Reading, 'actor' | 'seal'>,
  position: LogPosition,
  first: number,
  nextPage: (at: LogPosition, missing: number) => LogPage | Promise<LogPage>,
): Promise<ReadBatch> {
  const changes: ChangeRecord[] = [];
  let at = position;
  let seen: Snapshot | null = null;
  for (let windows = 1; ; windows++) {
    const page = await nextPage(at, first - changes.length);
    if (page.status === 'lost') {
      throw new RequestError(
        'RESYNC_REQUIRED',
        'after: changes behind this cursor are no longer kept; read everything again and go on from `cursor`',
        { argument: 'after', cursor: encodeCursor(page.current, actor.applicationId, seal) },
      );
    }
    seen ??= page.current;
    for (const [index, row] of page.rows.entries()) {
      // Behind the last row of a finished window the cursor needs one snapshot only.
      const behind = index === page.rows.length - 1 ? page.after : inside(page.after.epoch, page.old, page.until, row);
      changes.push(new SealedLater(row, actor, () => encodeCursor(behind, actor.applicationId, seal)));
    }
    at = page.after;
    if (page.exhausted || changes.length >= first || windows === windowsPerRead) {
      return { position: at, changes, exhausted: page.exhausted, seen };
    }
  }
}

/** Sealing is a large part of what a change costs, and few readers ask for a cursor behind each. */
class SealedLater implements ChangeRecord {
  readonly kind: ChangeKind;
  readonly at: Instant;
  readonly accountId: string;
  readonly subjectId: string;
  readonly profileId: string | null;
  readonly calendarId: string | null;
  readonly own: boolean;
  readonly trace: string | null;
  readonly triggerKeys: readonly string[] | null;
  readonly #seal: () => string;

  constructor(row: LogRow, actor: Actor, seal: () => string) {
    this.kind = row.kind;
    this.at = row.at.getTime();
    this.accountId = row.accountId;
    this.subjectId = row.subjectId;
    this.profileId = row.profileId;
    this.calendarId = row.calendarId;
    this.own = row.madeBy === actor.applicationId;
    this.trace = row.trace;
    this.triggerKeys = row.triggerKeys;
    this.#seal = seal;
  }

  get cursor(): string {
    return this.#seal();
  }
}
