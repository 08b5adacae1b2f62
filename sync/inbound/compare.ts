/** Lays a provider's whole listing beside the store's rows, and writes nothing. */
import { sql } from 'kysely';
import { type ComparedRow, comparedRows, strayRows } from '../../datasources/store/compared-rows.ts';
import { writtenSince } from '../../datasources/store/operations.ts';
import { type CalendarRow, knownResources } from '../../datasources/store/profiles-sync.ts';
import type { SkippedResource } from '../../datasources/store/sync-runs.ts';
import type { StoredDrift } from '../../datasources/store/tables.ts';
import { sameVisibleContent } from '../../domain/events/content.ts';
import type { SyncDependencies } from '../dependencies.ts';
import type { Lease } from '../lease.ts';
import type { CountedSession } from '../provider-call.ts';
import { pageRows } from './page.ts';
import { pullPages } from './pull-pages.ts';
import { spread } from './schedule.ts';

/**
 * So many events are compared by what they say, however large the calendar: of a larger one another part each time, until
 * all had their turn. Every event is compared by its etag each time.
 */
export const comparedInFull = 5_000;

export interface Difference {
  readonly uid: string;
  readonly kind: StoredDrift['resources'][number]['kind'];
  /** Its place at the provider; null for a row that has none. */
  readonly remoteId: string | null;
  /** What it is a difference from: the provider's etag; null where it is gone there. */
  readonly version: string | null;
  /** The row, where there is one. */
  readonly row: Pick<ComparedRow, 'id' | 'managedBy'> | null;
}

export interface Comparison {
  /** By uid. */
  readonly differences: ReadonlyMap<string, Difference>;
  /** What could not be read, and therefore not be compared. */
  readonly skipped: readonly SkippedResource[];
}

/** The places whose content is compared in this turn. */
export function chosenPlaces(remoteIds: Iterable<string>, size: number, turn: number): Set<string> {
  const parts = Math.ceil(size / comparedInFull);
  const chosen = new Set<string>();
  for (const remoteId of remoteIds) {
    if (Math.floor(spread(remoteId) * parts) === turn % Math.max(1, parts)) chosen.add(remoteId);
  }
  return chosen;
}

/**
 * Every difference between what the provider has and what the store shows. Not among them: what a write of ours
 * changes right now or has changed since this began (semantics D1), what could not be read, and what nobody can see.
 */
export async function compare(
  dependencies: SyncDependencies,
  lease: Lease,
  calendar: Pick<CalendarRow, 'id' | 'remote_id'> & { readonly timeZone: string },
  counted: CountedSession,
): Promise<Comparison> {
  const { store, zones, settings, now } = dependencies;
  const { since, had } = await store.asWorker(async (tx) => {
    const clock = await sql<{ at: string }>`select clock_timestamp()::text as at`.execute(tx);
    return { since: clock.rows[0]?.at ?? 'now', had: await knownResources(tx, calendar.id) };
  });
  const chosen = chosenPlaces(had.keys(), had.size, Math.floor(now() / settings.reconcileEvery));
  const trusted = new Map([...had].filter(([remoteId]) => !chosen.has(remoteId)));
  const context = { zones, calendarZone: calendar.timeZone };
  const listed = new Set<string>();
  const seen = new Map<string, string>();
  const differences = new Map<string, Difference>();
  const skipped: SkippedResource[] = [];
  const pages = pullPages(dependencies, lease, counted, {
    remoteId: calendar.remote_id,
    token: null,
    known: async () => trusted,
  });
  for await (const page of pages) {
    for (const remoteId of page.unchanged) listed.add(remoteId);
    for (const { remoteId, uid, reason } of page.skipped) {
      listed.add(remoteId);
      skipped.push({ uid, reason });
    }
    for (const resource of page.resources) {
      listed.add(resource.remoteId);
      skipped.push(...resource.skipped.map(({ uid, reason }) => ({ uid, reason })));
    }
    for (let from = 0; from < page.resources.length; from += pageRows) {
      const resources = page.resources.slice(from, from + pageRows);
      const rows = await store.asWorker((tx) =>
        comparedRows(tx, calendar.id, { uids: resources.map(({ object }) => object.uid), remoteIds: [] }),
      );
      const byUid = new Map(rows.map((row) => [row.object.uid, row]));
      for (const { remoteId, etag, object } of resources) {
        const { uid } = object;
        const row = byUid.get(uid) ?? null;
        // Of two resources with one uid the store keeps one (RFC 4791 §4.1 forbids it).
        if (seen.has(uid) && row?.remoteId !== remoteId) continue;
        seen.set(uid, remoteId);
        differences.delete(uid);
        if (row?.pending === true) continue;
        const found = { uid, remoteId, version: etag, row };
        if (row === null || row.deleted) differences.set(uid, { ...found, kind: 'MISSING' });
        else if (!sameVisibleContent(row.object, object, context))
          differences.set(uid, { ...found, kind: 'DIFFERENT' });
      }
    }
  }
  const extra = (row: ComparedRow) => {
    if (row.pending || row.deleted || seen.has(row.object.uid)) return;
    const { uid } = row.object;
    differences.set(uid, { uid, kind: 'EXTRA', remoteId: row.remoteId, version: null, row });
  };
  const gone = [...had.keys()].filter((remoteId) => !listed.has(remoteId));
  for (let from = 0; from < gone.length; from += pageRows) {
    const remoteIds = gone.slice(from, from + pageRows);
    const rows = await store.asWorker((tx) => comparedRows(tx, calendar.id, { uids: [], remoteIds }));
    for (const row of rows) extra(row);
  }
  for (const row of await store.asWorker((tx) => strayRows(tx, calendar.id, pageRows))) extra(row);
  if (differences.size > 0) {
    const ours = await lease.commit((tx) => writtenSince(tx, calendar.id, since));
    for (const [uid, { remoteId }] of differences) {
      if (ours.uids.has(uid) || (remoteId !== null && ours.remoteIds.has(remoteId))) differences.delete(uid);
    }
  }
  return { differences, skipped };
}
