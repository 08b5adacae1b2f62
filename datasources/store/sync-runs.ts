/** The sync journal: what each run found, cost, skipped and failed on. */
import { sql } from 'kysely';
import type { Tx } from './store.ts';
import type { StoredDrift, StoredFailure, SyncRunTable } from './tables.ts';

export type SyncKind = SyncRunTable['kind'];

export interface SkippedResource {
  readonly uid: string | null;
  readonly reason: string;
}

export interface RunResult {
  readonly kind: SyncKind;
  readonly changes: number;
  readonly providerCalls: number;
  readonly skipped: readonly SkippedResource[];
  readonly failure: StoredFailure | null;
  /** Of a run that compared the whole calendar. */
  readonly drift?: StoredDrift;
}

/** At most so many skipped resources are named; the rest is counted in one line. */
const namedAtMost = 100;
const journalDays = 30;

/** Opens a run. */
export async function startRun(
  tx: Tx,
  run: {
    readonly id: string;
    readonly accountId: string;
    readonly profileId: string;
    readonly calendarId: string;
    readonly kind: SyncKind;
  },
): Promise<void> {
  await tx
    .insertInto('sync_run')
    .values({
      id: run.id,
      account_id: run.accountId,
      profile_id: run.profileId,
      calendar_id: run.calendarId,
      kind: run.kind,
      status: 'RUNNING',
    })
    .execute();
}

/** Closes a run, and forgets the calendar's runs of more than 30 days ago. */
export async function finishRun(tx: Tx, runId: string, result: RunResult): Promise<void> {
  const named = result.skipped
    .slice(0, namedAtMost)
    .map(({ uid, reason }) => ({ uid: clean(uid), reason: clean(reason) }));
  const unnamed = result.skipped.length - named.length;
  if (unnamed > 0) named.push({ uid: null, reason: `and ${unnamed} more` });
  const row = await tx
    .updateTable('sync_run')
    .set({
      kind: result.kind,
      status: result.failure === null ? 'SUCCEEDED' : 'FAILED',
      finished_at: sql<Date>`clock_timestamp()`,
      changes: result.changes,
      provider_calls: result.providerCalls,
      skipped: JSON.stringify(named),
      failure: result.failure === null ? null : JSON.stringify(result.failure),
      ...(result.drift === undefined ? {} : { drift: JSON.stringify(storable(result.drift)) }),
    })
    .where('id', '=', runId)
    .returning('calendar_id')
    .executeTakeFirst();
  if (row === undefined) return;
  await tx
    .deleteFrom('sync_run')
    .where('calendar_id', '=', row.calendar_id)
    .where('started_at', '<', sql<Date>`now() - make_interval(days => ${journalDays})`)
    .execute();
}

/** Closes the runs that a process left open when it ended in the middle; called by who holds the account's lease. */
export async function closeInterruptedRuns(tx: Tx, profileId: string): Promise<void> {
  const failure: StoredFailure = {
    code: 'UNREACHABLE',
    message: 'This service ended in the middle of the run.',
    retryAt: null,
  };
  await tx
    .updateTable('sync_run')
    .set({ status: 'FAILED', finished_at: sql<Date>`clock_timestamp()`, failure: JSON.stringify(failure) })
    .where('status', '=', 'RUNNING')
    .where('calendar_id', 'in', (eb) => eb.selectFrom('calendar').select('id').where('profile_id', '=', profileId))
    .execute();
}

/** The ids of a profile's calendars: those that no run was begun of first, then those whose last run is the longest ago. */
export async function calendarsByLastRun(tx: Tx, profileId: string): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select id from calendar where profile_id = ${profileId}
    order by (select max(started_at) from sync_run where calendar_id = calendar.id) nulls first, is_primary desc, id`.execute(
    tx,
  );
  return rows.map(({ id }) => id);
}

function storable(drift: StoredDrift): StoredDrift {
  return { ...drift, resources: drift.resources.map(({ uid, kind }) => ({ uid: clean(uid), kind })) };
}

/** PostgreSQL keeps no NUL; a provider's text may hold one. */
function clean<T extends string | null>(text: T): T {
  return (text === null ? null : text.replaceAll('\u0000', '\uFFFD').slice(0, 500)) as T;
}
