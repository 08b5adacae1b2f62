/** Writing stored availability: an upsert that says what is stored already changes nothing. */
import { type RawBuilder, sql } from 'kysely';
import type { WeeklyHours } from '../../domain/availability/weekly-hours.ts';
import type { Instant, ZoneName } from '../../domain/events/model.ts';
import type { Tx } from './store.ts';

/**
 * What an application may store of one account. Every question reads the rules as a whole and lays their hours out over all the
 * weeks that it asks for, so that they have to be few.
 */
export const storedLimits = {
  rules: 100,
  /** Weekly periods of all rules together. */
  hours: 500,
  periods: 10_000,
} as const;

/** What of a rule its application decides. */
export interface RuleContent {
  readonly timeZone: ZoneName;
  readonly calendarIds: readonly string[] | null;
  readonly weeklyPeriods: readonly WeeklyHours[];
}

export interface PeriodContent {
  readonly start: Instant;
  readonly end: Instant;
}

/** Whose it is, and what it is known by there. */
export interface StoredPlace {
  readonly applicationId: string;
  readonly accountId: string;
  readonly key: string;
}

/** What became of a write: FULL stored nothing, because as much is stored as may be. */
export type Put =
  | { readonly outcome: 'MADE' | 'CHANGED' | 'UNCHANGED'; readonly id: string }
  | { readonly outcome: 'FULL'; readonly of: keyof typeof storedLimits };

/** Who writes what is stored of an account waits for who else does; before its rules or periods are looked at. */
export async function lockStored(tx: Tx, accountId: string): Promise<void> {
  await tx.selectFrom('account').select('id').where('id', '=', accountId).forNoKeyUpdate().execute();
}

/** Stores a rule under its key. What says the same already stays as it is. The caller holds the account (`lockStored`). */
export async function putRule(tx: Tx, place: StoredPlace, content: RuleContent, newId: () => string): Promise<Put> {
  const { rows } = await sql<{ id: string; time_zone: string; calendar_ids: string[] | null; weekly_periods: unknown }>`
    select id, time_zone, calendar_ids, weekly_periods from availability_rule where ${isAt(place)}`.execute(tx);
  const [found] = rows;
  const values = {
    time_zone: content.timeZone,
    calendar_ids: content.calendarIds === null ? null : [...content.calendarIds],
    weekly_periods: JSON.stringify(content.weeklyPeriods.map(({ day, start, end }) => ({ day, start, end }))),
  };
  const others = await otherRules(tx, place, found?.id ?? '');
  if (others.hours + content.weeklyPeriods.length > storedLimits.hours) return { outcome: 'FULL', of: 'hours' };
  if (found === undefined) {
    if (others.rules >= storedLimits.rules) return { outcome: 'FULL', of: 'rules' };
    const id = newId();
    await tx
      .insertInto('availability_rule')
      .values({ id, ...rowOf(place), ...values })
      .execute();
    return { outcome: 'MADE', id };
  }
  const { id } = found;
  const { numUpdatedRows } = await tx
    .updateTable('availability_rule')
    .set(values)
    .where('id', '=', id)
    .where(
      sql<boolean>`(time_zone, calendar_ids, weekly_periods) is distinct from
        (${values.time_zone}::text, ${values.calendar_ids}::text[], ${values.weekly_periods}::jsonb)`,
    )
    .executeTakeFirst();
  return { outcome: numUpdatedRows === 0n ? 'UNCHANGED' : 'CHANGED', id };
}

/** Stores a period under its key. What says the same already stays as it is. The caller holds the account (`lockStored`). */
export async function putPeriod(tx: Tx, place: StoredPlace, content: PeriodContent, newId: () => string): Promise<Put> {
  const { rows } = await sql<{ id: string }>`select id from available_period where ${isAt(place)}`.execute(tx);
  const iso = (instant: Instant) => new Date(instant).toISOString();
  const values = { starts_at: iso(content.start), ends_at: iso(content.end) };
  const [found] = rows;
  if (found === undefined) {
    if ((await countPeriods(tx, place)) >= storedLimits.periods) return { outcome: 'FULL', of: 'periods' };
    const id = newId();
    await tx
      .insertInto('available_period')
      .values({ id, ...rowOf(place), ...values })
      .execute();
    return { outcome: 'MADE', id };
  }
  const { numUpdatedRows } = await tx
    .updateTable('available_period')
    .set(values)
    .where('id', '=', found.id)
    .where(
      sql<boolean>`(starts_at, ends_at) is distinct from (${values.starts_at}::timestamptz, ${values.ends_at}::timestamptz)`,
    )
    .executeTakeFirst();
  return { outcome: numUpdatedRows === 0n ? 'UNCHANGED' : 'CHANGED', id: found.id };
}

/** @returns false where it was gone already */
export async function removeStored(
  tx: Tx,
  table: 'availability_rule' | 'available_period',
  { applicationId }: { readonly applicationId: string },
  id: string,
): Promise<boolean> {
  const { numDeletedRows } = await tx
    .deleteFrom(table)
    .where('id', '=', id)
    .where('application_id', '=', applicationId)
    .executeTakeFirst();
  return numDeletedRows > 0n;
}

function rowOf({ applicationId, accountId, key }: StoredPlace) {
  return { application_id: applicationId, account_id: accountId, key };
}

function isAt({ applicationId, accountId, key }: StoredPlace): RawBuilder<boolean> {
  return sql`account_id = ${accountId} and application_id = ${applicationId} and key_digest = key_digest(${key})`;
}

/** How much the application stored beside one rule. */
async function otherRules(
  tx: Tx,
  { applicationId, accountId }: StoredPlace,
  ruleId: string,
): Promise<{ readonly rules: number; readonly hours: number }> {
  const { rows } = await sql<{ rules: number; hours: number }>`
    select count(*)::int as rules, coalesce(sum(jsonb_array_length(weekly_periods)), 0)::int as hours from availability_rule
    where account_id = ${accountId} and application_id = ${applicationId} and id <> ${ruleId}`.execute(tx);
  return rows[0] ?? { rules: 0, hours: 0 };
}

async function countPeriods(tx: Tx, { applicationId, accountId }: StoredPlace): Promise<number> {
  const { found } = await tx
    .selectFrom('available_period')
    .select((eb) => eb.fn.countAll<string>().as('found'))
    .where('account_id', '=', accountId)
    .where('application_id', '=', applicationId)
    .executeTakeFirstOrThrow();
  return Number(found);
}
