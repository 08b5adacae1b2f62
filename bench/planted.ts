/** Calendars and events by the thousand and the million, written by the database itself: no connector is measured here. */
import { type RawBuilder, sql } from 'kysely';
import pg from 'pg';
import type { openBench } from './setup.ts';

type Bench = Awaited<ReturnType<typeof openBench>>;

export interface Planted {
  readonly accountId: string;
  readonly calendarId: string;
}

/** An application calendar and, beside it in the same account, `more` of its kind. */
export async function plantCalendars(bench: Bench, key: string, more: number): Promise<Planted> {
  const { account, calendar } = await bench.services.applicationCalendars.upsert(bench.actor, {
    key,
    timeZone: 'Europe/London',
  });
  if (account === null || calendar === null) throw new Error('no calendar');
  if (more > 0) {
    await bench.store.asWorker((tx) =>
      sql`insert into calendar (id, account_id, profile_id, remote_id, name, time_zone, capabilities, initial_sync_done)
        select ${idFrom('cal', key, sql`n`)}, account_id, profile_id, remote_id || n, name || n, time_zone, capabilities, true
        from calendar, generate_series(1, ${more}::int) n where id = ${calendar.id}`.execute(tx),
    );
  }
  return { accountId: account.id, calendarId: calendar.id };
}

/**
 * Singles of an hour each, `every` seconds apart from `from` on, dealt out to the account's calendars in turn; of every
 * hundred one is an endless weekly series, as far as `series` are wanted.
 */
export async function plantEvents(
  bench: Bench,
  place: Planted,
  options: { readonly count: number; readonly from: string; readonly every: number; readonly series: number },
): Promise<void> {
  const { count, from, every, series } = options;
  const local = (at: RawBuilder<unknown>) => sql`to_char((${at}) at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS')`;
  const time = (at: RawBuilder<unknown>) =>
    sql`jsonb_build_object('kind', 'zoned', 'zone', 'Atlantic/Reykjavik', 'local', ${local(at)}, 'instant', extract(epoch from (${at}))::bigint * 1000)`;
  const rule = sql`case when recurs then '["RRULE:FREQ=WEEKLY"]'::jsonb else '[]'::jsonb end`;
  await bench.store.asWorker(async (tx) => {
    await sql`set local statement_timeout = 0`.execute(tx);
    await sql`
      with own as (select id, account_id, profile_id, row_number() over (order by id) - 1 as place, count(*) over () as among
        from calendar where account_id = ${place.accountId}),
      made as (select n, n <= ${series * 100} and n % 100 = 0 as recurs, ${from}::timestamptz + n * make_interval(secs => ${every}) as at
        from generate_series(1, ${count}::int) n)
      insert into event (id, account_id, profile_id, calendar_id, uid, content, recurring, all_day, starts_at, ends_at, span)
      select ${idFrom('evt', place.calendarId, sql`n`)}, account_id, profile_id, id, 'planted-' || n,
        jsonb_build_object('summary', 'Event ' || n, 'description', repeat('text ', 20), 'start', ${time(sql`at`)}, 'end', ${time(sql`at + interval '1 hour'`)},
          'nominalDays', null, 'status', 'CONFIRMED', 'busyStatus', 'BUSY', 'visibility', 'DEFAULT',
          'location', jsonb_build_object('description', 'Room', 'latitude', null, 'longitude', null), 'url', null, 'color', null,
          'categories', '[]'::jsonb, 'organizer', null, 'attendees', '[]'::jsonb, 'reminders', '[]'::jsonb, 'rules', ${rule}),
        recurs, false, case when not recurs then at end, case when not recurs then at + interval '1 hour' end,
        tstzrange(at, case when not recurs then at + interval '1 hour' end, '[]')
      from made join own on own.place = made.n % own.among`.execute(tx);
  });
}

/** Statistics as a database has them that has run for a while, and no vacuum in the middle of a measurement. */
export async function settle(bench: Bench): Promise<void> {
  const { superuser, connection } = bench.embedded;
  const client = new pg.Client({ ...superuser, database: connection.database });
  await client.connect();
  try {
    await client.query('vacuum (analyze) event');
    await client.query('vacuum (analyze) calendar');
  } finally {
    await client.end();
  }
}

function idFrom(prefix: string, seed: string, n: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`${`${prefix}_`} || substr(md5(${seed}::text || ${n}), 1, 26)`;
}
