/**
 * Availability by PostgreSQL's multiranges: free time is `range_agg` and `-` and `*`, a slot lies in it by `@>`, and enough of a
 * group is a count. Starts are found by the wall clock of PostgreSQL's own zones. Hours of the week, days that are full and
 * which kinds count come to it as times: brute force (brute-force.ts) tries those.
 */
import pg from 'pg';
import { fullTime } from '../../domain/availability/booking-limits.ts';
import type { Seconds } from '../../domain/availability/spans.ts';
import { pairsOf } from '../../domain/availability/spans.ts';
import { weeklyTime } from '../../domain/availability/weekly-hours.ts';
import type { ZoneData } from '../../domain/time/zone-data.ts';
import { counts } from './brute-force.ts';
import type { Case, CaseMember, Pair } from './cases.ts';

/** `[start, end, for each group who is free]`. */
export type MultirangeOpening = readonly [Seconds, Seconds, readonly (readonly number[])[]];

export interface MultirangeAnswer {
  /** All there are: no slot is left out for another, and there is no maximum. */
  readonly openings: readonly MultirangeOpening[];
  /** Of each member, in the window: `[[from, to], …]`. */
  readonly free: readonly (readonly Pair[])[];
}

/** Pairs as a multirange, each that much wider; what takes no time adds nothing, null is without bound. */
const spansFunction = `create function pg_temp.spans(pairs jsonb, earlier bigint, later bigint) returns int8multirange
  language sql immutable as $$
    select coalesce(range_agg(int8range((pair->>0)::bigint - earlier, (pair->>1)::bigint + later)), '{}')
    from jsonb_array_elements(pairs) pair
    where ((pair->>0)::bigint < (pair->>1)::bigint) is not false
  $$`;

const pairsFunction = `create function pg_temp.pairs(spans int8multirange) returns jsonb language sql immutable as $$
    select coalesce(jsonb_agg(jsonb_build_array(lower(span), upper(span)) order by lower(span)), '[]') from unnest(spans) span
  $$`;

/** Who of each group is free, and whether enough are. Places in arrays count from 1. */
const whoFunction = `create function pg_temp.who(groups jsonb, free int8multirange[], closed int8multirange[], span int8range)
  returns table (members jsonb, enough boolean) language sql immutable as $$
    select jsonb_agg(found.members order by number), bool_and(found.count >= (one->>'required')::int)
    from jsonb_array_elements(groups) with ordinality as each (one, number),
      lateral (
        select coalesce(jsonb_agg(place order by number), '[]') as members, count(*) as count
        from jsonb_array_elements(one->'members') with ordinality as listed (place, number)
        where free[place::int + 1] @> span and not closed[place::int + 1] @> lower(span)
      ) found
  $$`;

const question = `
  with asked as materialized (
    select number, one, (one->>'duration')::bigint as duration, pg_temp.spans(one->'periods', 0, 0) as periods,
      int8range((one->>'earliest')::bigint, null) as notice
    from jsonb_array_elements($1::jsonb) with ordinality as each (one, number)
  ), members as materialized (
    select number, array_agg(
      (coalesce(united.time, '{}') * pg_temp.spans(member->'within', 0, 0))
        - pg_temp.spans(member->'held', (member->>'after')::bigint, (member->>'before')::bigint) order by place) as free,
      array_agg(pg_temp.spans(member->'full', 0, 0) order by place) as closed
    from asked, jsonb_array_elements(one->'members') with ordinality as each (member, place),
      lateral (
        select range_agg(span) as time from jsonb_array_elements(member->'bookable') rule,
          unnest(pg_temp.spans(rule->'time', 0, 0)
            - pg_temp.spans(rule->'busy', (member->>'after')::bigint, (member->>'before')::bigint)) span
      ) united
    group by number
  ), starts as (
    select number, place, candidate::bigint as start
    from asked, jsonb_array_elements_text(one->'starts') with ordinality as each (candidate, place)
    union all
    select number, minute, minute
    from asked, generate_series((lower(periods) + 59) / 60 * 60, upper(periods), 60) as minute
    where one->>'format' in ('SLOTS', 'OVERLAPPING_SLOTS') and periods @> int8range(minute, minute + duration)
      and extract(epoch from timezone(one->>'timeZone', to_timestamp(minute)))::bigint % (one->>'interval')::bigint = 0
  ), slots as (
    select number, jsonb_agg(jsonb_build_array(start, start + duration, who.members) order by place) as openings
    from starts join asked using (number) join members using (number),
      pg_temp.who(one->'groups', free, closed, int8range(start, start + duration)) who
    where enough and notice @> start
    group by number
  ), spans as (
    -- For every set of members that would do: where all of them are free.
    select distinct number, span
    from asked join members using (number),
      generate_series(1, (1 << cardinality(free)) - 1) as chosen,
      lateral (
        select range_intersect_agg(free[place] - closed[place]) as time
        from generate_series(1, cardinality(free)) place where chosen >> (place - 1) & 1 = 1
      ) common,
      unnest(common.time * periods * int8multirange(notice)) span
    where one->>'format' = 'PERIODS' and upper(span) - lower(span) >= duration and not exists (
      select from jsonb_array_elements(one->'groups') one_group
      where (one_group->>'required')::int
        > (select count(*) from jsonb_array_elements_text(one_group->'members') place where chosen >> place::int & 1 = 1)
    )
  ), periods as (
    select number, jsonb_agg(jsonb_build_array(lower(span), upper(span), who.members) order by lower(span)) as openings
    from spans join asked using (number) join members using (number),
      pg_temp.who(one->'groups', (select array_agg(time - away) from unnest(free, closed) as each (time, away)),
        array_fill('{}'::int8multirange, array[cardinality(free)]), span) who
    where not exists (
      select from spans longer where longer.number = spans.number and longer.span @> spans.span and longer.span <> spans.span
    )
    group by number
  )
  select coalesce(slots.openings, periods.openings, '[]') as openings, (
      select jsonb_agg(pg_temp.pairs(time * pg_temp.spans(one->'window', 0, 0)) order by place)
      from unnest(free) with ordinality as each (time, place)
    ) as free
  from asked join members using (number) left join slots using (number) left join periods using (number)
  order by number`;

/** One connection with what the question needs; nothing of it stays in the database. */
export class MultirangeOracle {
  readonly #client: pg.Client;
  readonly #zones: ZoneData;

  private constructor(client: pg.Client, zones: ZoneData) {
    this.#client = client;
    this.#zones = zones;
  }

  static async open(database: pg.ClientConfig, zones: ZoneData): Promise<MultirangeOracle> {
    const client = new pg.Client(database);
    await client.connect();
    for (const statement of [spansFunction, pairsFunction, whoFunction]) await client.query(statement);
    return new MultirangeOracle(client, zones);
  }

  /** Many cases in one statement, answered in their order. */
  async answers(cases: readonly Case[]): Promise<readonly MultirangeAnswer[]> {
    const given = JSON.stringify(cases.map((asked) => this.#given(asked)));
    return (await this.#client.query<MultirangeAnswer & pg.QueryResultRow>(question, [given])).rows;
  }

  async close(): Promise<void> {
    await this.#client.end();
  }

  #given(asked: Case): unknown {
    const window = windowOf(asked);
    return {
      ...asked,
      // JSON has no infinity: what has no bound is null.
      earliest: Number.isFinite(asked.earliest) ? asked.earliest : null,
      starts: asked.starts ?? [],
      format: asked.starts === null ? asked.format : 'STARTS',
      window: [window],
      members: asked.members.map((member) => ({
        before: member.before,
        after: member.after,
        held: member.held,
        within: member.within ?? always,
        full: [...pairsOf(fullTime(member.limits, member.bookings, window, this.#zones))],
        bookable: member.synced ? this.#bookable(member, window) : [],
      })),
    };
  }

  #bookable(member: CaseMember, window: Pair): readonly unknown[] {
    const busyIn = (calendars: readonly number[] | null): readonly Pair[] =>
      member.intervals
        .filter(({ kind, source }) => counts(member, kind, source, calendars))
        .map(({ start, end }) => [start, end]);
    if (member.rules === null) return [{ time: always, busy: busyIn(member.calendars) }];
    return [
      ...member.rules.map(({ hours, timeZone, calendars }) => ({
        time: [...pairsOf(weeklyTime(hours, timeZone, window, this.#zones))],
        busy: busyIn(member.calendars ?? calendars),
      })),
      { time: member.periods, busy: busyIn(member.calendars) },
    ];
  }
}

const always = [[null, null]] as const;

/** Everything that a case asks about. */
export function windowOf({ periods, starts, duration }: Case): Pair {
  return [
    Math.min(...periods.map(([from]) => from), ...(starts ?? [])),
    Math.max(...periods.map(([, to]) => to), ...(starts ?? []).map((start) => start + duration)),
  ];
}
