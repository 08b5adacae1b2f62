/** Stored availability: rules and single periods, of which an application sees and uses its own alone. */
import { type RawBuilder, sql } from 'kysely';
import type { Instant } from '../../domain/events/model.ts';
import type { AvailabilityRuleRecord, AvailablePeriodRecord } from './records.ts';
import type { Tx } from './store.ts';

interface Tenancy {
  readonly applicationId: string;
}

/** Reads the rules among `ids` that the tenant may see. */
export async function findRules(tx: Tx, tenant: Tenancy, ids: readonly string[]): Promise<AvailabilityRuleRecord[]> {
  const rows = await rules(tx, tenant)
    .where('r.id', '=', sql<string>`any(${sql.val([...ids])}::text[])`)
    .execute();
  return rows.map(ruleRecord);
}

/** The rules of the given accounts, in the order in which they were made. */
export async function listRules(
  tx: Tx,
  tenant: Tenancy,
  accountIds: readonly string[],
): Promise<AvailabilityRuleRecord[]> {
  const rows = await rules(tx, tenant)
    .where('r.account_id', '=', sql<string>`any(${sql.val([...accountIds])}::text[])`)
    .orderBy('r.id')
    .execute();
  return rows.map(ruleRecord);
}

function rules(tx: Tx, { applicationId }: Tenancy) {
  return tx
    .selectFrom('availability_rule as r')
    .innerJoin('authorization_grant as g', (join) =>
      join.onRef('g.account_id', '=', 'r.account_id').onRef('g.application_id', '=', 'r.application_id'),
    )
    .where('r.application_id', '=', applicationId)
    .select(['r.id', 'r.account_id', 'r.key', 'r.time_zone', 'r.calendar_ids', 'r.weekly_periods', 'g.scopes']);
}

type RuleRow = Awaited<ReturnType<ReturnType<typeof rules>['executeTakeFirstOrThrow']>>;

function ruleRecord(row: RuleRow): AvailabilityRuleRecord {
  return {
    id: row.id,
    accountId: row.account_id,
    key: row.key,
    timeZone: row.time_zone,
    calendarIds: row.calendar_ids,
    weeklyPeriods: row.weekly_periods,
    grantScopes: row.scopes,
  };
}

/** Reads the periods among `ids` that the tenant may see. */
export async function findPeriods(tx: Tx, tenant: Tenancy, ids: readonly string[]): Promise<AvailablePeriodRecord[]> {
  const { rows } = await sql<PeriodRow>`
    select ${periodColumns} from available_period p ${granted(tenant)}
    where p.id = any(${[...ids]}::text[])`.execute(tx);
  return rows.map(periodRecord);
}

export interface PeriodQuery {
  /** Periods that end after this instant; null for all. */
  readonly from: Instant | null;
  /** Periods that start before this instant; null for all. */
  readonly to: Instant | null;
  readonly first: number;
  /** The start and the id behind which the page begins. */
  readonly after: { readonly at: Instant; readonly id: string } | null;
}

/** One page for each account, ordered by (start, id), and one more to tell whether there is another; all in one statement. */
export async function listPeriods(
  tx: Tx,
  tenant: Tenancy,
  accountIds: readonly string[],
  { from, to, first, after }: PeriodQuery,
): Promise<AvailablePeriodRecord[]> {
  const behind =
    after === null ? sql`true` : sql`(p.starts_at, p.id) > (${iso(after.at)}::timestamptz, ${after.id}::text)`;
  const { rows } = await sql<PeriodRow>`
    select p.* from unnest(${[...accountIds]}::text[]) as a(id)
    cross join lateral (
      select ${periodColumns} from available_period p ${granted(tenant)}
      where p.account_id = a.id and ${from === null ? sql`true` : sql`p.ends_at > ${iso(from)}::timestamptz`}
        and ${to === null ? sql`true` : sql`p.starts_at < ${iso(to)}::timestamptz`} and ${behind}
      order by p.starts_at, p.id limit ${first + 1}
    ) p order by p.starts_at, p.id`.execute(tx);
  return rows.map(periodRecord);
}

interface PeriodRow {
  readonly id: string;
  readonly account_id: string;
  readonly key: string;
  readonly starts_at: Date;
  readonly ends_at: Date;
  readonly scopes: readonly string[];
}

const periodColumns = sql`p.id, p.account_id, p.key, p.starts_at, p.ends_at, g.scopes`;

function granted({ applicationId }: Tenancy): RawBuilder<unknown> {
  return sql`join authorization_grant g on g.account_id = p.account_id and g.application_id = p.application_id
    and p.application_id = ${applicationId}`;
}

function periodRecord(row: PeriodRow): AvailablePeriodRecord {
  return {
    id: row.id,
    accountId: row.account_id,
    key: row.key,
    start: row.starts_at.getTime(),
    end: row.ends_at.getTime(),
    grantScopes: row.scopes,
  };
}

function iso(instant: Instant): string {
  return new Date(instant).toISOString();
}

/** What an application stored of one account, as far as it decides when that can be booked. */
export interface StoredAvailability {
  /** In the order in which they were made. */
  readonly rules: readonly StoredRule[];
  /** Seconds since 1970, half-open, ordered by start; those that touch the window asked for. */
  readonly periods: readonly (readonly [number, number])[];
}

export interface StoredRule extends Pick<AvailabilityRuleRecord, 'id' | 'timeZone' | 'weeklyPeriods'> {
  /**
   * Those that are still the account's, and that the application may see. Null: all that count where nobody says which, also
   * where none is left of those that the rule names: else nothing would make the account busy.
   */
  readonly calendarIds: readonly string[] | null;
}

/** Of a rule's calendars those that are still there: null where none is, or none was named. */
const calendarsLeft = sql`select to_jsonb(array_agg(c.id order by array_position(r.calendar_ids, c.id)))
  from calendar c where c.id = any(r.calendar_ids) and c.account_id = r.account_id and c.deleted_at is null`;

/**
 * An expression for what the tenant stored of an account, to be selected inside any statement under either role: pg parses its
 * jsonb into a `StoredAvailability`.
 *
 * @param account names the account inside the statement: ``sql`a.id` ``
 * @param window seconds since 1970: periods outside it are left out; null: none is
 */
export function storedAvailability(
  account: RawBuilder<unknown>,
  { applicationId }: Tenancy,
  window: { readonly from: number; readonly to: number } | null,
): RawBuilder<StoredAvailability> {
  const touching =
    window === null
      ? sql``
      : sql`and p.ends_at > ${iso(window.from * 1000)}::timestamptz and p.starts_at < ${iso(window.to * 1000)}::timestamptz`;
  return sql<StoredAvailability>`jsonb_build_object(
    'rules', (select coalesce(jsonb_agg(jsonb_build_object('id', r.id, 'timeZone', r.time_zone,
        'calendarIds', (${calendarsLeft}), 'weeklyPeriods', r.weekly_periods) order by r.id), '[]')
      from availability_rule r where r.account_id = ${account} and r.application_id = ${applicationId}),
    'periods', (select coalesce(jsonb_agg(jsonb_build_array(extract(epoch from p.starts_at)::bigint,
        extract(epoch from p.ends_at)::bigint) order by p.starts_at, p.id), '[]')
      from available_period p where p.account_id = ${account} and p.application_id = ${applicationId}
        ${touching}))`;
}
