/** Calendars and their sync journal, as their application sees them. */
import { sql } from 'kysely';
import type { CalendarRecord, SyncRunRecord } from './records.ts';
import type { Tx } from './store.ts';
import { runPrepared } from './transactions.ts';

/** Reads the calendars among `ids` that the tenant may see, deleted ones too. */
export async function findCalendars(
  tx: Tx,
  tenant: { applicationId: string },
  ids: readonly string[],
  run: typeof runPrepared = runPrepared,
): Promise<CalendarRecord[]> {
  const found = calendars(tx, tenant.applicationId).where(
    'calendar.id',
    '=',
    sql<string>`any(${sql.val([...ids])}::text[])`,
  );
  const rows = await run(tx, sql<CalendarRow>`${found}`);
  return rows.map(calendarRecord);
}

/** The calendars that the tenant may see, to join others' rows with `as c`; `columnsBeside` reads it. */
export function calendarsToJoin(tx: Tx, tenant: { applicationId: string }) {
  return calendars(tx, tenant.applicationId);
}

const names = [
  'id',
  'account_id',
  'profile_id',
  'remote_id',
  'name',
  'color',
  'time_zone',
  'is_primary',
  'read_only',
  'deleted_at',
  'capabilities',
  'owner_addresses',
  'created_by',
  'initial_sync_done',
  'last_synced_at',
  'provider',
  'status',
  'cause',
  'next_poll_at',
  'principal',
  'login',
  'account_time_zone',
  'email',
  'scopes',
  'permission',
] as const satisfies readonly (keyof CalendarRow)[];

/** Of `calendarsToJoin` as `c`, beside columns of another table with the same names. */
export const columnsBeside = sql.raw(names.map((name) => `c.${name} as "c ${name}"`).join(', '));

/** The calendar in a row that holds `columnsBeside`; null where none was joined. */
export function calendarBeside(row: object): CalendarRecord | null {
  const beside = row as Readonly<Record<string, unknown>>;
  if (beside['c id'] === null) return null;
  return calendarRecord(Object.fromEntries(names.map((name) => [name, beside[`c ${name}`]])) as CalendarRow);
}

/** Every calendar of the given accounts, deleted ones too: the primary first, then the oldest. */
export async function calendarsOfAccounts(
  tx: Tx,
  tenant: { applicationId: string },
  accountIds: readonly string[],
): Promise<CalendarRecord[]> {
  const rows = await calendars(tx, tenant.applicationId)
    .where('calendar.account_id', '=', sql<string>`any(${sql.val([...accountIds])}::text[])`)
    .orderBy('calendar.is_primary', 'desc')
    .orderBy('calendar.created_at')
    .orderBy('calendar.id')
    .execute();
  return rows.map(calendarRecord);
}

function calendars(tx: Tx, applicationId: string) {
  return tx
    .selectFrom('calendar')
    .innerJoin('profile', 'profile.id', 'calendar.profile_id')
    .innerJoin('account', 'account.id', 'calendar.account_id')
    .innerJoin('authorization_grant as g', (join) =>
      join.onRef('g.account_id', '=', 'calendar.account_id').on('g.application_id', '=', applicationId),
    )
    .leftJoin('calendar_permission as p', (join) =>
      join.onRef('p.calendar_id', '=', 'calendar.id').on('p.application_id', '=', applicationId),
    )
    .select([
      'calendar.id',
      'calendar.account_id',
      'calendar.profile_id',
      'calendar.remote_id',
      'calendar.name',
      'calendar.color',
      'calendar.time_zone',
      'calendar.is_primary',
      'calendar.read_only',
      'calendar.deleted_at',
      'calendar.capabilities',
      'calendar.owner_addresses',
      'calendar.created_by',
      'calendar.initial_sync_done',
      'calendar.last_synced_at',
      'profile.provider',
      'profile.status',
      'profile.cause',
      'profile.next_poll_at',
      'profile.principal',
      'profile.login',
      'account.time_zone as account_time_zone',
      'account.email',
      'g.scopes',
      // What was granted for one calendar stands above what the whole authorization allows.
      sql<'SANDBOX' | 'UNRESTRICTED'>`coalesce(p.permission, g.permission)`.as('permission'),
    ]);
}

type CalendarRow = Awaited<ReturnType<ReturnType<typeof calendars>['executeTakeFirstOrThrow']>>;

function calendarRecord(row: CalendarRow): CalendarRecord {
  return {
    id: row.id,
    accountId: row.account_id,
    profileId: row.profile_id,
    provider: row.provider,
    remoteId: row.remote_id,
    name: row.name,
    color: row.color,
    timeZone: row.time_zone,
    effectiveTimeZone: row.time_zone ?? row.account_time_zone,
    primary: row.is_primary,
    readOnly: row.read_only,
    deleted: row.deleted_at !== null,
    permission: row.permission,
    grantScopes: row.scopes,
    capabilities: row.capabilities,
    createdBy: row.created_by,
    initialSyncDone: row.initial_sync_done,
    lastSyncedAt: row.last_synced_at?.getTime() ?? null,
    profileStatus: row.status,
    profileCause: row.cause,
    nextPollAt: row.next_poll_at?.getTime() ?? null,
    ownerAddresses: row.owner_addresses ?? ownAddresses(row.principal?.addresses ?? null, row.login),
    schedules: row.principal?.schedules ?? false,
  };
}

/**
 * The addresses of the owner of a login's own calendars. Of a server that names none (Radicale, Xandikos) the login, where it
 * is one, is the best that is known.
 */
export function ownAddresses(named: readonly string[] | null, login: string): readonly string[] {
  if (named !== null && named.length > 0) return named;
  return login.includes('@') ? [login.toLowerCase()] : [];
}

/**
 * The name of the calendar, among those of the same login, that a resource at its provider lies in; null where it is none of
 * them, and where its account granted none of the names `granting`.
 */
export async function calendarHolding(
  tx: Tx,
  tenant: { applicationId: string },
  calendarId: string,
  resourceUrl: string,
  granting: readonly string[],
): Promise<string | null> {
  const { rows } = await sql<{ name: string }>`
    select other.name from calendar asked join calendar other on other.profile_id = asked.profile_id
    where asked.id = ${calendarId} and exists (select 1 from authorization_grant g where g.account_id = asked.account_id
      and g.application_id = ${tenant.applicationId} and g.scopes && ${[...granting]}::text[])
    and other.deleted_at is null and starts_with(${resourceUrl}::text, other.remote_id)
    order by length(other.remote_id) desc limit 1`.execute(tx);
  return rows[0]?.name ?? null;
}

interface RunRow {
  id: string;
  calendar_id: string;
  kind: SyncRunRecord['kind'];
  status: SyncRunRecord['status'];
  started_at: Date;
  finished_at: Date | null;
  changes: number;
  provider_calls: number;
  skipped: SyncRunRecord['skipped'];
  failure: SyncRunRecord['failure'];
  drift: SyncRunRecord['drift'];
}

/** A run found by its id, with what its calendar's account granted. */
export interface FoundRun extends SyncRunRecord {
  readonly grantScopes: readonly string[];
}

/** Reads the runs among `ids` whose calendars the tenant may see. */
export async function findRuns(tx: Tx, tenant: { applicationId: string }, ids: readonly string[]): Promise<FoundRun[]> {
  const { rows } = await sql<RunRow & { scopes: string[] }>`
    select r.id, r.calendar_id, r.kind, r.status, r.started_at, r.finished_at, r.changes, r.provider_calls, r.skipped,
      r.failure, r.drift, g.scopes
    from sync_run r join calendar c on c.id = r.calendar_id
    join authorization_grant g on g.account_id = c.account_id and g.application_id = ${tenant.applicationId}
    where r.id = any(${[...ids]}::text[])`.execute(tx);
  return rows.map((row) => ({ ...runRecord(row), grantScopes: row.scopes }));
}

/** The newest `last` runs of each calendar, newest first. */
export async function runsOfCalendars(tx: Tx, calendarIds: readonly string[], last: number): Promise<SyncRunRecord[]> {
  const { rows } = await sql<RunRow>`
    select r.* from unnest(${[...calendarIds]}::text[]) as c(id)
    cross join lateral (
      select id, calendar_id, kind, status, started_at, finished_at, changes, provider_calls, skipped, failure, drift
      from sync_run where calendar_id = c.id order by started_at desc, id desc limit ${last}
    ) r order by r.started_at desc, r.id desc`.execute(tx);
  return rows.map(runRecord);
}

function runRecord(row: RunRow): SyncRunRecord {
  return {
    id: row.id,
    calendarId: row.calendar_id,
    kind: row.kind,
    status: row.status,
    startedAt: row.started_at.getTime(),
    finishedAt: row.finished_at?.getTime() ?? null,
    changes: row.changes,
    providerCalls: row.provider_calls,
    skipped: row.skipped,
    failure: row.failure,
    drift: row.drift,
  };
}
