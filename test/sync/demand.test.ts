/** Who listens wants fresh calendars: said once for all who listen to the same, renewed while they do, and no longer. */
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import type { Store } from '../../datasources/store/store.ts';
import { type Demand, demand, type Listener } from '../../sync/demand.ts';
import { type FreshStore, freshStore } from '../setup/database.ts';
import { insertTenant, type TenantFixture } from '../setup/fixtures.ts';
import { type ManualClock, manualClock, settle } from '../subscriptions/manual-clock.ts';

let fresh: FreshStore;
let one: TenantFixture;
let two: TenantFixture;
let other: TenantFixture;
beforeAll(async () => {
  fresh = await freshStore();
  one = await insertTenant(fresh.store, { provider: 'CALDAV' });
  two = await insertTenant(fresh.store, { provider: 'CALDAV', of: one });
  // An application calendar has nobody to be asked.
  await insertTenant(fresh.store, { of: one });
  other = await insertTenant(fresh.store, { provider: 'CALDAV' });
});
afterAll(() => fresh.drop());

const minutes = 60_000;
let clock: ManualClock;
let wanted: Demand;
let asked: (readonly string[])[];
let transactions = 0;
let failing = false;
let errors: unknown[];
beforeEach(() => {
  clock = manualClock();
  asked = [];
  transactions = 0;
  failing = false;
  errors = [];
  const store: Store = {
    ...fresh.store,
    withApplication(tenant, work, counter) {
      transactions++;
      return failing
        ? Promise.reject(new Error('the database is away'))
        : fresh.store.withApplication(tenant, work, counter);
    },
  };
  const engine = { requestDemand: async (ids: readonly string[]) => void asked.push([...ids].sort()) };
  wanted = demand({ store, engine, clock, onError: (error) => errors.push(error) });
});

const all = (tenant: TenantFixture): Listener => ({ tenant: tenant.tenant, accountIds: null, calendarIds: null });
const both = () => [one.profileId, two.profileId].sort();

async function until(holds: () => boolean): Promise<void> {
  for (let waited = 0; waited < 250 && !holds(); waited++) await settle();
  expect(holds()).toBe(true);
}

function open(listener: Listener): AbortController {
  const controller = new AbortController();
  wanted.whileOpen(listener, controller.signal);
  return controller;
}

test('a thousand who listen to the same, now and for an hour, say it five times', async () => {
  const listening = Array.from({ length: 1_000 }, () => open(all(one)));
  await until(() => asked.length === 1);
  for (let quarter = 1; quarter <= 4; quarter++) {
    clock.pass(15 * minutes);
    await until(() => asked.length === quarter + 1);
  }
  expect(asked).toEqual(Array.from({ length: 5 }, both));
  expect(transactions).toBe(5);
  for (const controller of listening) controller.abort();
  expect(clock.waiting).toBe(0);
});

test('when the last of them has left it is said no more', async () => {
  const [first, second] = [open(all(one)), open(all(one))];
  await until(() => asked.length === 1);
  first.abort();
  clock.pass(15 * minutes);
  await until(() => asked.length === 2);
  second.abort();
  // Again is as good as once.
  second.abort();
  expect(clock.waiting).toBe(0);
  clock.pass(240 * minutes);
  await settle();
  expect(transactions).toBe(2);
});

test('who comes back within the quarter of an hour says nothing; later it is said at once', async () => {
  for (let times = 0; times < 100; times++) {
    open(all(one)).abort();
    clock.pass(1_000);
  }
  await until(() => asked.length === 1);
  clock.pass(15 * minutes);
  const again = open(all(one));
  await until(() => asked.length === 2);
  again.abort();
  // It was said some minutes ago, and is renewed when that is a quarter of an hour old, not when the listener is.
  clock.pass(10 * minutes);
  const late = open(all(one));
  clock.pass(5 * minutes);
  await until(() => asked.length === 3);
  late.abort();
  expect(transactions).toBe(3);
});

test.each([
  ['one account', () => ({ ...all(one), accountIds: [two.accountId] }), () => [two.profileId]],
  ['one calendar', () => ({ ...all(one), calendarIds: [one.calendarId] }), () => [one.profileId]],
  ['an account token', () => ({ ...all(one), tenant: one.accountTenant }), () => [one.profileId]],
  [
    'another application’s account and one’s own',
    () => ({ ...all(one), accountIds: [other.accountId, two.accountId] }),
    () => [two.profileId],
  ],
])('of %s: nothing else is wanted fresh', async (_what, listener, profiles) => {
  const controller = open(listener());
  await until(() => asked.length === 1);
  expect(asked).toEqual([profiles()]);
  controller.abort();
});

test.each([
  ['nothing', () => ({ ...all(one), accountIds: [] })],
  [
    'what it may not see',
    () => ({ ...all(one), accountIds: [other.accountId], calendarIds: ["'; drop table profile; --"] }),
  ],
])('who asks for %s wants nothing fresh', async (_what, listener) => {
  const controller = open(listener());
  await until(() => transactions === 1);
  await settle();
  expect(asked).toEqual([]);
  expect(errors).toEqual([]);
  controller.abort();
});

test('that could not be said is said by the next who comes, and nobody is hurt', async () => {
  failing = true;
  const first = open(all(one));
  await until(() => errors.length === 1);
  failing = false;
  const second = open(all(one));
  await until(() => asked.length === 1);
  expect(asked).toEqual([both()]);
  first.abort();
  second.abort();
  expect(clock.waiting).toBe(0);
});

test('whose listener is gone already wants nothing', () => {
  wanted.whileOpen(all(one), AbortSignal.abort());
  expect({ transactions, waiting: clock.waiting }).toEqual({ transactions: 0, waiting: 0 });
});
