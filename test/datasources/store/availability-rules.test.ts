/** Stored availability beside a model of it: whatever is written in whatever order, the rows, the lists and the log say the same. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { sql } from 'kysely';
import {
  lockStored,
  type PeriodContent,
  putPeriod,
  putRule,
  type RuleContent,
  removeStored,
} from '../../../datasources/store/availability-rule-writes.ts';
import {
  listPeriods,
  listRules,
  type StoredAvailability,
  storedAvailability,
} from '../../../datasources/store/availability-rules.ts';
import type { WeeklyHours } from '../../../domain/availability/weekly-hours.ts';
import { type FreshStore, freshStore } from '../../setup/database.ts';
import { insertTenant, type TenantFixture } from '../../setup/fixtures.ts';

let fresh: FreshStore;
/** Two accounts of one application, and one of another. */
let tenants: readonly [TenantFixture, TenantFixture, TenantFixture];
beforeAll(async () => {
  fresh = await freshStore({ maximumConnections: 8 });
  const first = await insertTenant(fresh.store);
  tenants = [first, await insertTenant(fresh.store, { of: first }), await insertTenant(fresh.store)];
});
afterAll(() => fresh.drop());

const monday = Date.UTC(2026, 4, 4);
const hour = 3_600_000;
const contents: readonly (readonly WeeklyHours[])[] = [
  [{ day: 0, start: 32_400, end: 61_200 }],
  [{ day: 0, start: 61_200, end: 32_400 }],
  [
    { day: 6, start: 0, end: 86_400 },
    { day: 0, start: 0, end: 1 },
  ],
];

/** Which calendars a rule names: none, one of the account's, one that is gone, both. */
type Calendars = null | 'own' | 'gone' | 'gone and own';

type Step =
  | { readonly what: 'rule'; readonly at: number; readonly key: string; readonly content: number; readonly zone: string; readonly calendars: Calendars }
  | { readonly what: 'period'; readonly at: number; readonly key: string; readonly from: number; readonly length: number }
  | { readonly what: 'remove'; readonly at: number; readonly key: string; readonly table: 'availability_rule' | 'available_period' }; // biome-ignore format: one table

const at = fc.nat({ max: 2 });
const key = fc.constantFrom('a', 'b', '鍵');
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    what: fc.constant('rule' as const),
    at,
    key,
    content: fc.nat({ max: 2 }),
    zone: fc.constantFrom('Etc/UTC', 'Asia/Kathmandu'),
    calendars: fc.constantFrom<Calendars[]>(null, 'own', 'gone', 'gone and own'),
  }),
  fc.record({
    what: fc.constant('period' as const),
    at,
    key,
    from: fc.nat({ max: 3 }),
    length: fc.integer({ min: 1, max: 3 }),
  }),
  fc.record({
    what: fc.constant('remove' as const),
    at,
    key,
    table: fc.constantFrom('availability_rule' as const, 'available_period' as const),
  }),
);

interface Kept {
  readonly id: string;
  readonly content: unknown;
}

test('after any steps what is read is what a model holds, and a step that changes nothing says so', async () => {
  const { store } = fresh;
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 25 }), async (steps) => {
      await fresh.superuser('delete from availability_rule');
      await fresh.superuser('delete from available_period');
      const model = new Map<string, Kept>();
      for (const one of steps) {
        const { accountId, tenant } = tenants[one.at] as TenantFixture;
        const place = { applicationId: tenant.applicationId, accountId, key: one.key };
        const table =
          one.what === 'remove' ? one.table : one.what === 'rule' ? 'availability_rule' : 'available_period';
        const name = `${one.at} ${table} ${one.key}`;
        const kept = model.get(name);
        if (one.what === 'remove') {
          const removed = await store.withApplication(tenant, (tx) =>
            removeStored(tx, one.table, tenant, kept?.id ?? 'avr_none'),
          );
          expect(removed).toBe(model.delete(name));
          continue;
        }
        const content = contentOf(one);
        const put = await store.withApplication(tenant, async (tx) => {
          await lockStored(tx, accountId);
          return 'start' in content
            ? putPeriod(tx, place, content, () => store.ids('avp'))
            : putRule(tx, place, content, () => store.ids('avr'));
        });
        const same = kept !== undefined && JSON.stringify(kept.content) === JSON.stringify(content);
        expect(put.outcome).toBe(kept === undefined ? 'MADE' : same ? 'UNCHANGED' : 'CHANGED');
        if (put.outcome === 'FULL') throw new Error('expected room');
        if (kept !== undefined) expect(put.id).toBe(kept.id);
        model.set(name, { id: put.id, content });
      }
      await compare(model);
    }),
    { numRuns: 40, seed: 20_261_122 },
  );
});

function contentOf(one: Exclude<Step, { what: 'remove' }>): RuleContent | PeriodContent {
  if (one.what === 'rule') {
    const own = (tenants[one.at] as TenantFixture).calendarId;
    const named = { own: [own], gone: ['cal_gone'], 'gone and own': ['cal_gone', own] };
    const calendarIds = one.calendars === null ? null : named[one.calendars];
    return { timeZone: one.zone, calendarIds, weeklyPeriods: contents[one.content] ?? [] };
  }
  return { start: monday + one.from * hour, end: monday + (one.from + one.length) * hour };
}

/** Every tenant's lists and what its questions are answered by, beside the model; nobody reads anybody else's. */
async function compare(model: ReadonlyMap<string, Kept>): Promise<void> {
  const accountIds = tenants.map(({ accountId }) => accountId);
  const window = { from: (monday + hour) / 1000, to: (monday + 3 * hour) / 1000 };
  for (const { applicationId, tenant } of [tenants[0], tenants[2]]) {
    const own = (table: string) =>
      [...model].flatMap(([name, { id, content }]) => {
        const { accountId, applicationId: of } = tenants[Number(name[0])] as TenantFixture;
        if (of !== applicationId || !name.includes(table)) return [];
        return [
          { id, accountId, key: name.slice(name.lastIndexOf(' ') + 1), ...(content as { start: number; end: number }) },
        ];
      });
    const rules = own('availability_rule').sort((one, other) => (one.id < other.id ? -1 : 1));
    const periods = own('available_period').sort((a, b) => a.start - b.start || (a.id < b.id ? -1 : 1));
    await fresh.store.withApplication(tenant, async (tx) => {
      const listed = await listRules(tx, tenant, accountIds);
      expect(listed.map(({ grantScopes: _, ...rule }) => rule)).toEqual(rules);
      const query = { from: window.from * 1000, to: window.to * 1000, first: 100, after: null };
      const touching = periods.filter(({ start, end }) => end > query.from && start < query.to);
      const found = await listPeriods(tx, tenant, accountIds, query);
      expect(found.map(({ grantScopes: _, ...period }) => period)).toEqual(touching);
      const { rows: stored } = await sql<StoredAvailability>`
        select s.* from unnest(${accountIds}::text[]) with ordinality as a(id, place)
        cross join lateral jsonb_to_record(${storedAvailability(sql`a.id`, tenant, window)}) as s(rules jsonb, periods jsonb)
        order by a.place`.execute(tx);
      const counted = accountIds.map((accountId) => ({
        rules: rules
          .filter((rule) => rule.accountId === accountId)
          .map(({ accountId: _, key: __, ...rule }) => {
            const { calendarIds } = rule as unknown as RuleContent;
            const left = calendarIds?.filter((id) => id !== 'cal_gone') ?? [];
            return { ...rule, calendarIds: left.length === 0 ? null : left };
          }),
        periods: touching
          .filter((period) => period.accountId === accountId)
          .map(({ start, end }) => [start / 1000, end / 1000]),
      }));
      expect(stored).toEqual(counted);
    });
  }
}

test('pages of several accounts in one statement hold each period once, whatever their size', async () => {
  await fresh.superuser('delete from available_period');
  const [first, second] = tenants;
  const place = (fixture: TenantFixture, name: string) => ({
    applicationId: fixture.applicationId, accountId: fixture.accountId, key: name,
  }); // biome-ignore format: one object
  await fresh.store.withApplication(first.tenant, async (tx) => {
    for (let index = 0; index < 12; index++) {
      const start = monday + (index % 4) * hour;
      const fixture = index < 9 ? first : second;
      await putPeriod(tx, place(fixture, `${index}`), { start, end: start + hour }, () => fresh.store.ids('avp'));
    }
  });
  for (const size of [1, 2, 5, 100]) {
    const counter = { sqlQueries: 0 };
    const seen: string[] = [];
    let after: { at: number; id: string } | null = null;
    for (;;) {
      const query = { from: null, to: null, first: size, after };
      const page: Awaited<ReturnType<typeof listPeriods>> = await fresh.store.withApplication(
        first.tenant,
        (tx) => listPeriods(tx, first.tenant, [first.accountId, second.accountId], query),
        counter,
      );
      const own = page.filter(({ accountId }) => accountId === first.accountId);
      expect(page.filter(({ accountId }) => accountId === second.accountId).length).toBeLessThanOrEqual(size + 1);
      seen.push(...own.slice(0, size).map(({ id }) => id));
      const last = own[size - 1];
      if (own.length <= size || last === undefined) break;
      after = { at: last.start, id: last.id };
    }
    expect([seen.length, new Set(seen).size]).toEqual([9, 9]);
    expect(counter.sqlQueries).toBe(Math.ceil(9 / size));
  }
});

test('what is over is left out by the index, not by reading it', async () => {
  const [first] = tenants;
  await fresh.superuser('delete from available_period');
  await fresh.superuser(
    `insert into available_period (id, application_id, account_id, key, starts_at, ends_at)
     select 'avp_' || n, $1, $2, n::text, '2020-01-01'::timestamptz + n * interval '1 hour', '2020-01-01'::timestamptz + (n + 1) * interval '1 hour'
     from generate_series(1, 5000) n`,
    [first.applicationId, first.accountId],
  );
  await fresh.superuser('analyze available_period');
  const plan = await fresh.store.withApplication(first.tenant, async (tx) => {
    const { rows } = await sql<{ 'QUERY PLAN': string }>`explain select id from available_period
      where account_id = ${first.accountId} and application_id = ${first.applicationId}
        and ends_at > '2026-05-04T00:00:00Z'::timestamptz and starts_at < '2026-05-05T00:00:00Z'::timestamptz`.execute(
      tx,
    );
    return rows.map((row) => row['QUERY PLAN']).join('\n');
  });
  expect(plan).toContain('available_period_end');
  expect(plan).toMatch(/Index Cond: .*ends_at >/);
});
