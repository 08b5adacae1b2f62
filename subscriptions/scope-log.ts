/**
 * The change log as it is read by many with the same eyes: the newest rows that a tenant may see are kept in memory, so that
 * those who come behind (a storm of reconnects, groups that ask for different things) read the database once between them.
 *
 * What is in memory was read under row-level security, and is forgotten as soon as a look at the log tells that the access of
 * its application changed; while nobody looks, or a look is late, nothing is answered from it. What is new is always read
 * from the database, in a statement that also sees whether access changed: so a batch that is told live is checked as it is told.
 */
import type { GrantNames } from '../datasources/store/change-log/filter.ts';
import { assertReachable, type LogPosition } from '../datasources/store/change-log/read.ts';
import type { Snapshot } from '../datasources/store/change-log/snapshot.ts';
import { readTail, transactionBack } from '../datasources/store/change-log/tail.ts';
import { tenantOf } from '../datasources/store/store.ts';
import { gatherBatch, type ReadBatch, type Reading, readBehind, withReader } from './changes.ts';
import { rowTest, Tail } from './scope-log-tail.ts';
import { type Clock, systemClock, type WakeUps } from './wake-up.ts';

export interface ScopeLog {
  /** As `readBehind`, without the reading. */
  read(position: LogPosition, first: number, until?: LogPosition): Promise<ReadBatch>;
}

export interface ScopeLogs {
  /** The log for one reader. Costs nothing until it is read. */
  of(reading: Reading): ScopeLog;
  /** What is in memory, estimated. */
  readonly bytes: number;
}

export interface ScopeLogOptions {
  readonly wakeUps: Pick<WakeUps, 'observe'>;
  readonly clock?: Clock;
  /** Told when a read finds that an application's access changed, before what was read is answered. */
  readonly accessChanged?: (applicationId: string) => void;
  /** Rows of one tenant; 10,000 by default. */
  readonly rowsPerScope?: number;
  /** Of all tenants together; 32 MiB by default. Past it, those that were not read for longest are forgotten. */
  readonly bytes?: number;
}

/** Milliseconds: when the last look is older than this, access is asked of the database. Three polls. */
const freshFor = 4_500;
/** Rows of the whole log, its newest: what lies further back is not fetched into memory. */
const deepest = 40_000;
/** Milliseconds for which it is taken as known where those begin. */
const depthKnownFor = 10_000;
/** Rows of the whole log that are fetched besides, when one comes who is further behind than those before him; doubled each time. */
const firstLookback = 4_000;
/** What a tenant costs beside its rows. */
const scopeBytes = 2_000;

interface Flight {
  /** The oldest position that is to be covered. */
  position: LogPosition;
  readonly landed: Promise<void>;
}

/** One tenant with one set of granted names. */
interface Scope {
  readonly applicationId: string;
  readonly granting: GrantNames;
  tail: Tail | null;
  /** Forgotten: an answer that was on its way is of nobody's use but those who wait for it. */
  isGone: boolean;
  running: Promise<void> | null;
  waiting: Flight | null;
  lookback: number;
}

export function createScopeLogs({
  wakeUps,
  clock = systemClock,
  accessChanged = () => {},
  rowsPerScope = 10_000,
  bytes: mostBytes = 32 * 2 ** 20,
}: ScopeLogOptions): ScopeLogs {
  /** Those that were read last come last. */
  const scopes = new Map<string, Scope>();
  let bytes = 0;
  let lookedAt: number | null = null;
  let depth: { readonly xid: number; readonly at: number } | null = null;

  const sizeOf = (scope: Scope) => scopeBytes + (scope.tail?.bytes ?? 0);

  function forget(key: string, scope: Scope): void {
    if (scope.isGone) return;
    bytes -= sizeOf(scope);
    scope.isGone = true;
    scope.tail = null;
    scopes.delete(key);
  }

  function forgetAll(applications: ReadonlySet<string> | null): void {
    if (applications?.size === 0) return;
    for (const [key, scope] of scopes) {
      if (applications === null || applications.has(scope.applicationId)) forget(key, scope);
    }
  }

  wakeUps.observe({
    looked(accessChanged) {
      forgetAll(accessChanged);
      lookedAt = clock.now();
    },
    unwatched() {
      forgetAll(null);
      lookedAt = null;
    },
  });

  const isWatched = () => lookedAt !== null && clock.now() - lookedAt <= freshFor;

  function scopeOf(key: string, reading: Reading, granting: GrantNames): Scope {
    const found = scopes.get(key);
    const scope: Scope = found ?? {
      applicationId: reading.actor.applicationId,
      granting,
      tail: null,
      isGone: false,
      running: null,
      waiting: null,
      lookback: firstLookback,
    };
    if (found === undefined) bytes += sizeOf(scope);
    scopes.delete(key);
    scopes.set(key, scope);
    return scope;
  }

  function keep(scope: Scope, tail: Tail): void {
    bytes += tail.bytes - (scope.tail?.bytes ?? 0);
    scope.tail = tail;
    for (const [key, oldest] of scopes) {
      if (bytes <= mostBytes) return;
      forget(key, oldest);
    }
  }

  /** Where the newest `deepest` rows of the log begin. */
  async function depthOf({ store, counter }: Reading): Promise<number> {
    if (depth !== null && clock.now() - depth.at <= depthKnownFor) return depth.xid;
    const xid = await store.asWorker((tx) => transactionBack(tx, deepest, null), counter);
    depth = { xid, at: clock.now() };
    return xid;
  }

  /** What to read from, so that `position` is covered; null where that is too much. */
  async function floorFor(scope: Scope, reading: Reading, { old }: LogPosition): Promise<Snapshot | null> {
    // What is there is most of what there may be.
    if (scope.tail !== null && scope.tail.size > rowsPerScope / 2) return null;
    const bottom = await depthOf(reading);
    if (old.xmin <= bottom) return null;
    // The first to come is served alone; with the second, others are to be expected.
    if (scope.tail === null) return old;
    const back = await reading.store.asWorker((tx) => transactionBack(tx, scope.lookback, old.xmin), reading.counter);
    scope.lookback *= 2;
    const from = Math.max(back, bottom) + 1;
    return from < old.xmin ? { xmin: from, xmax: from, running: [] } : old;
  }

  async function fly(scope: Scope, reading: Reading, position: LogPosition): Promise<void> {
    const wanted = { applicationId: scope.applicationId, granting: scope.granting, most: rowsPerScope };
    const read = (floor: Snapshot) => withReader(reading, (tx) => readTail(tx, floor, wanted));
    const build = async (): Promise<boolean> => {
      const floor = await floorFor(scope, reading, position);
      if (floor === null || scope.isGone) return false;
      const made = await read(floor);
      if (made.accessChanged) accessChanged(scope.applicationId);
      if (!scope.isGone) keep(scope, new Tail(made));
      return true;
    };
    if (scope.tail?.reaches(position) !== true && (await build())) return;
    const { tail } = scope;
    if (tail === null) return;
    const floor = tail.head.old;
    const news = await read(floor);
    if (news.accessChanged) accessChanged(scope.applicationId);
    if (scope.isGone) return;
    if (news.epoch !== tail.head.epoch || news.accessChanged) {
      bytes -= tail.bytes;
      scope.tail = null;
      await build();
    } else {
      // With more news than fit, they alone are the newest.
      keep(scope, news.floor === floor ? tail.extended(news, rowsPerScope) : new Tail(news));
    }
  }

  /** Reads what is new, in a statement that begins after this call: one for all who ask before it begins. */
  function refresh(scope: Scope, reading: Reading, position: LogPosition): Promise<void> {
    if (scope.waiting !== null) {
      if (position.old.xmin < scope.waiting.position.old.xmin) scope.waiting.position = position;
      return scope.waiting.landed;
    }
    const { running } = scope;
    const landed = (async () => {
      await running?.catch(() => {});
      // Groups that one look wakes ask within one turn.
      await new Promise((resume) => setImmediate(resume));
      const oldest = scope.waiting?.position ?? position;
      scope.waiting = null;
      scope.running = fly(scope, reading, oldest);
      await scope.running;
    })();
    scope.waiting = { position, landed };
    return landed;
  }

  return {
    of(reading) {
      const { actor, filter } = reading;
      const { granting } = filter;
      const direct = (...asked: Parameters<ScopeLog['read']>) => readBehind(reading, ...asked);
      if (granting === null) return { read: direct };
      const { applicationId, accountId, accountIds } = tenantOf(actor);
      const key = JSON.stringify([applicationId, accountId, accountIds?.toSorted() ?? null, granting]);
      const test = rowTest(filter);
      return {
        async read(position, first, until) {
          if (until !== undefined) assertReachable(position, until);
          if (!isWatched()) return await direct(position, first, until);
          const scope = scopeOf(key, reading, granting);
          const isTooFarBack = depth !== null && position.old.xmin <= depth.xid;
          if (isTooFarBack && scope.tail?.reaches(position) !== true) return await direct(position, first, until);
          if (until === undefined || scope.tail?.covers(position, until) !== true) {
            await refresh(scope, reading, position);
          }
          const { tail } = scope;
          if (tail?.covers(position, until) !== true) return await direct(position, first, until);
          const end = until ?? tail.head;
          return await gatherBatch(reading, position, first, (at, missing) => tail.page(at, test, missing, end));
        },
      };
    },
    get bytes() {
      return bytes;
    },
  };
}
