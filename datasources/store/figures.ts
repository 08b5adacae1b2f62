/** How the whole installation stands, as its operator watches it: counts and ages, and nothing of a tenant. As the worker. */
import { sql } from 'kysely';
import type { ProviderName } from '../providers/connector.ts';
import type { Tx } from './store.ts';
import type { ProfileStatus } from './tables.ts';

export interface SyncFigures {
  readonly profiles: readonly {
    readonly provider: ProviderName;
    readonly status: ProfileStatus;
    readonly count: number;
  }[];
  /** Of the profiles that are polled, by provider; in seconds. */
  readonly lags: readonly {
    readonly provider: ProviderName;
    /** How long ago they were last read (or made, of those that never were): median, 95th percentile, longest. */
    readonly median: number;
    readonly most: number;
    readonly longest: number;
    /** How long the one has been due that is so for longest. */
    readonly overdue: number;
  }[];
  readonly pendingWrites: number;
  /** Seconds; 0 where there is none. */
  readonly oldestWrite: number;
}

/** Reads each profile once. */
export async function syncFigures(tx: Tx): Promise<SyncFigures> {
  const { rows: profiles } = await sql<SyncFigures['profiles'][number]>`
    select provider, status, count(*)::int as count from profile where provider <> 'MERIDIAN' group by provider, status
    order by provider, status`.execute(tx);
  const { rows: lags } = await sql<SyncFigures['lags'][number]>`
    select provider, at[1] as median, at[2] as most, at[3] as longest, overdue from (
      select provider, percentile_cont(array[0.5, 0.95, 1]) within group (
          order by extract(epoch from now() - coalesce(last_synced_at, created_at))::float8) as at,
        coalesce(max(greatest(0, extract(epoch from now() - next_poll_at)::float8)), 0) as overdue
      from profile where provider <> 'MERIDIAN' and status <> 'DISCONNECTED' group by provider) by_provider
    order by provider`.execute(tx);
  const { rows: writes } = await sql<{ pending: number; oldest: number }>`
    select count(*)::int as pending, coalesce(extract(epoch from now() - min(created_at)), 0)::float8 as oldest
    from operation where status = 'PENDING'`.execute(tx);
  return { profiles, lags, pendingWrites: writes[0]?.pending ?? 0, oldestWrite: writes[0]?.oldest ?? 0 };
}

export interface LogFigures {
  /** As the statistics estimate it: counting would read the whole log. */
  readonly rows: number;
  /** Age of the oldest change in seconds; 0 where there is none. */
  readonly oldest: number;
}

export async function logFigures(tx: Tx): Promise<LogFigures> {
  const { rows } = await sql<LogFigures>`
    select (select greatest(0, reltuples)::float8 from pg_catalog.pg_class where oid = 'public.change_log'::regclass) as rows,
      coalesce((select extract(epoch from now() - at) from change_log order by xid limit 1), 0)::float8 as oldest`.execute(
    tx,
  );
  return rows[0] ?? { rows: 0, oldest: 0 };
}

export interface QueueFigures {
  readonly queue: string;
  readonly waiting: number;
  readonly active: number;
  /** Seconds that the oldest waits; 0 where none does. */
  readonly oldest: number;
}

/** Of the queues in pg-boss's schema, which sync/jobs/queue.ts names. */
export async function queueFigures(tx: Tx, queues: readonly string[]): Promise<readonly QueueFigures[]> {
  const { rows } = await sql<QueueFigures>`
    select q.name as queue, count(*) filter (where j.state < 'active')::int as waiting,
      count(*) filter (where j.state = 'active')::int as active,
      coalesce(extract(epoch from now() - min(j.start_after) filter (where j.state < 'active' and j.start_after <= now())), 0)::float8
        as oldest
    from unnest(${[...queues]}::text[]) as q (name)
    left join boss.job j on j.name = q.name and j.state <= 'active' group by q.name order by q.name`.execute(tx);
  return rows;
}
