import { afterAll, beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type EventListQuery, listEvents } from '../../../datasources/store/event-list.ts';
import { type FreshStore, freshStore } from '../../setup/database.ts';
import { insertTenant, type TenantFixture } from '../../setup/fixtures.ts';

const hour = 3_600_000;
const day = 24 * hour;
const origin = Date.parse('2026-01-01T00:00:00Z');

let fresh: FreshStore;
let tenant: TenantFixture;
beforeAll(async () => {
  fresh = await freshStore();
  tenant = await insertTenant(fresh.store);
});
afterAll(() => fresh.drop());

interface Planted {
  readonly start: number;
  readonly length: number;
  readonly kind: 'TIMED' | 'DAY' | 'SERIES' | 'ENDLESS';
  readonly deleted: boolean;
}

/** Puts the edges of the index's windows (8 days) and of the questions among the starts and lengths. */
const planted: fc.Arbitrary<Planted> = fc.record({
  start: fc.oneof(
    fc.integer({ min: -40 * 24, max: 40 * 24 }).map((hours) => origin + hours * hour),
    fc.constantFrom(origin, origin - 8 * day, origin + day),
  ),
  length: fc.oneof(
    fc.integer({ min: 0, max: 20 * 24 }).map((hours) => hours * hour),
    fc.constantFrom(0, 1000, day, 8 * day - 1000, 8 * day, 8 * day + 1000),
  ),
  kind: fc.constantFrom('TIMED', 'DAY', 'SERIES', 'ENDLESS'),
  deleted: fc.boolean(),
});
const bound = fc.option(
  fc.oneof(
    fc.integer({ min: -30 * 24, max: 30 * 24 }).map((hours) => origin + hours * hour),
    fc.constantFrom(origin, origin + 1000),
  ),
);
const question = fc.record({ from: bound, to: bound, includeDeleted: fc.boolean() });
const iso = (at: number) => new Date(at).toISOString();
const date = (at: number) => iso(at).slice(0, 10);

test('what is read by the index of ranges is what an exhaustive search of the spans finds', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(planted, { minLength: 1, maxLength: 60 }),
      fc.array(question, { minLength: 1, maxLength: 8 }),
      async (events, questions) => {
        await fresh.superuser('delete from event');
        const rows = events.map(({ start, length, kind, deleted }, n) => {
          const startsAt = kind === 'DAY' ? Date.parse(date(start)) : start;
          const endsAt = kind === 'DAY' ? startsAt + Math.max(1, Math.round(length / day)) * day : start + length;
          const margin = kind === 'DAY' ? 15 * hour : 0;
          const recurring = kind === 'SERIES' || kind === 'ENDLESS';
          return {
            id: `evt_${String(n).padStart(26, '0')}`,
            recurring,
            all_day: kind === 'DAY',
            starts_at: recurring ? null : iso(startsAt),
            ends_at: recurring ? null : iso(endsAt),
            span: `[${iso(startsAt - margin)},${kind === 'ENDLESS' ? '' : iso(endsAt + margin)}]`,
            deleted_at: deleted ? iso(origin) : null,
          };
        });
        await fresh.superuser(
          `insert into event (id, account_id, profile_id, calendar_id, uid, recurring, all_day, starts_at, ends_at, span, deleted_at)
         select r.id, $1, $2, $3, r.id, r.recurring, r.all_day, r.starts_at, r.ends_at, r.span, r.deleted_at
         from jsonb_to_recordset($4) r(id text, recurring boolean, all_day boolean, starts_at timestamptz, ends_at timestamptz, span tstzrange, deleted_at timestamptz)`,
          [tenant.accountId, tenant.profileId, tenant.calendarId, JSON.stringify(rows)],
        );
        for (const { from, to, includeDeleted } of questions) {
          if (from !== null && to !== null && from > to) continue;
          const query: EventListQuery = {
            from,
            to,
            daysAfter: from === null ? null : date(from),
            daysBefore: to === null ? null : date(to + day - 1),
            managed: 'INCLUDE',
            includeDeleted,
            includeMoved: false,
            modifiedSince: null,
            limit: null,
            after: null,
          };
          const answer = await fresh.store.withApplication(tenant.tenant, (tx) =>
            listEvents(tx, tenant, [[tenant.calendarId]], query),
          );
          const expected = await fresh.superuser<{ id: string }>(
            `select id from event where ($3 or deleted_at is null) and span && tstzrange($1, $2, '[]') and (recurring
             or not all_day and ($2::timestamptz is null or starts_at < $2) and ($1::timestamptz is null or ends_at > $1 or ends_at = starts_at and starts_at >= $1)
             or all_day and ($5::date is null or starts_at < $5::date::timestamp at time zone 'UTC') and ($4::date is null or ends_at > $4::date::timestamp at time zone 'UTC'))
           order by id`,
            [
              from === null ? null : iso(from),
              to === null ? null : iso(to),
              includeDeleted,
              query.daysAfter,
              query.daysBefore,
            ],
          );
          expect(answer.lists[0]?.records.map(({ id }) => id).sort()).toEqual(expected.map(({ id }) => id));
        }
      },
    ),
    { seed: 20261122, numRuns: 25 },
  );
});
