/** What is counted of applications: accounts a month. */
import { sql } from 'kysely';
import type { Tx } from './store.ts';

/** Distinct accounts of one month. */
export interface Usage {
  /** People and service accounts. */
  readonly syncedAccounts: number;
  /** Rooms and other things. */
  readonly syncedResources: number;
  readonly applicationCalendars: number;
}

export interface ReportLine extends Usage {
  readonly unitId: string;
  readonly unit: string;
  readonly applicationId: string;
  readonly clientId: string;
  readonly application: string;
}

const counts = sql<Usage>`
  count(*) filter (where s.kind in ('USER', 'SERVICE_ACCOUNT'))::int as "syncedAccounts",
  count(*) filter (where s.kind = 'RESOURCE')::int as "syncedResources",
  count(*) filter (where s.kind = 'APPLICATION_CALENDAR')::int as "applicationCalendars"`;

/** Of one application in a month, `2026-11-01`; zeros for one in DEVELOPMENT. As the worker. */
export async function usageOfApplication(tx: Tx, applicationId: string, month: string): Promise<Usage> {
  const { rows } = await sql<Usage>`
    select ${counts} from synced_account s where s.application_id = ${applicationId} and s.month = ${month}`.execute(
    tx,
  );
  return rows[0] ?? { syncedAccounts: 0, syncedResources: 0, applicationCalendars: 0 };
}

/** Of a unit: its applications' distinct accounts, summed (an account in two applications counts twice). As the worker. */
export async function usageOfUnit(tx: Tx, unitId: string, month: string): Promise<Usage> {
  const { rows } = await sql<Usage>`
    select ${counts} from synced_account s join application a on a.id = s.application_id
    where a.unit_id = ${unitId} and s.month = ${month}`.execute(tx);
  return rows[0] ?? { syncedAccounts: 0, syncedResources: 0, applicationCalendars: 0 };
}

/** Every application in PRODUCTION, and whatever counted in the month, by unit and name. As the worker. */
export async function usageReport(tx: Tx, month: string): Promise<readonly ReportLine[]> {
  const { rows } = await sql<ReportLine>`
    select u.id as "unitId", u.name as unit, a.id as "applicationId", a.client_id as "clientId", a.name as application, ${counts}
    from application a join organizational_unit u on u.id = a.unit_id
    left join synced_account s on s.application_id = a.id and s.month = ${month}
    group by u.id, a.id
    having a.mode = 'PRODUCTION' or count(s.account_id) > 0
    order by u.name, a.name, a.id`.execute(tx);
  return rows;
}

/** Counts who stands in the months since they do: for months that began while no service ran. @returns how many were new */
export async function countMonths(tx: Tx): Promise<number> {
  const { rows } = await sql<{ count: string }>`select count_months_since() as count`.execute(tx);
  return Number(rows[0]?.count ?? 0);
}
