/** Which trace a change was made in: told by the transaction alone, and by no other transaction of its connection. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { LogFilter } from '../../../datasources/store/change-log/filter.ts';
import { readChangeLog } from '../../../datasources/store/change-log/read.ts';
import { appendChanges, type ChangeEntry, currentPosition } from '../../../datasources/store/change-log.ts';
import { logFigures, queueFigures, syncFigures } from '../../../datasources/store/figures.ts';
import { type OpenedStore, openStore } from '../../../datasources/store/open.ts';
import { beginAs } from '../../../datasources/store/transactions.ts';
import { type FreshStore, freshStore, testKeyRing } from '../../setup/database.ts';
import { testZoneDataVersion } from '../../setup/database-servers.ts';
import { insertTenant, type TenantFixture } from '../../setup/fixtures.ts';

const one = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
const other = '00-11111111111111111111111111111111-2222222222222222-01';
const everything: LogFilter = {
  accountIds: null,
  calendarIds: null,
  kinds: null,
  applicationId: null,
  managed: 'INCLUDE',
  includeOwn: true,
  granting: null,
};

let fresh: FreshStore;
let store: OpenedStore;
let tenant: TenantFixture;
let running: string | null = null;

beforeAll(async () => {
  fresh = await freshStore();
  tenant = await insertTenant(fresh.store);
  // One connection: what a transaction leaves behind, the next one would find.
  store = await openStore({
    database: fresh.address,
    ids: fresh.store.ids,
    keyRing: testKeyRing,
    zoneDataVersion: testZoneDataVersion,
    maximumConnections: 1,
    trace: () => running,
  });
});
afterAll(async () => {
  await store?.close();
  await fresh?.drop();
});

const entry = (subjectId: string): ChangeEntry => ({
  kind: 'EVENT_UPDATED',
  subjectId,
  profileId: tenant.profileId,
  calendarId: tenant.calendarId,
  managedBy: null,
});
const append = (subjectId: string, fails = false) =>
  store.withApplication({ applicationId: tenant.applicationId, accountId: null }, async (tx) => {
    await appendChanges(tx, tenant.accountId, [entry(subjectId)], { madeBy: tenant.applicationId });
    if (fails) throw new Error('rolled back');
  });

test('each change has the trace of its transaction, or none', async () => {
  const before = await store.asWorker(currentPosition);
  running = one;
  await append('evt_one');
  running = null;
  await append('evt_none');
  running = other;
  await expect(append('evt_lost', true)).rejects.toThrow('rolled back');
  running = null;
  await append('evt_after_rollback');
  running = other;
  await store.asWorker((tx) =>
    appendChanges(tx, tenant.accountId, [entry('evt_worker'), entry('evt_too')], { madeBy: null }),
  );
  running = null;
  const page = await store.asWorker((tx) => readChangeLog(tx, before, everything, 100));
  const told = page.status === 'read' ? page.rows.map(({ subjectId, trace }) => [subjectId, trace]) : [];
  expect(told).toEqual([
    ['evt_one', one],
    ['evt_none', null],
    ['evt_after_rollback', null],
    ['evt_worker', other],
    ['evt_too', other],
  ]);
});

test('a node that knows nothing of traces appends beside it', async () => {
  const before = await store.asWorker(currentPosition);
  await fresh.superuser(`select append_changes($1, null, '{EVENT_UPDATED}', '{evt_old}', $2, $3, '{NULL}', '{NULL}')`, [
    tenant.accountId,
    [tenant.profileId],
    [tenant.calendarId],
  ]);
  const page = await store.asWorker((tx) => readChangeLog(tx, before, everything, 100));
  expect(page.status === 'read' && page.rows.map(({ trace }) => trace)).toEqual([null]);
});

test.each(["00-' || pg_sleep(1) || '", '', `${one} `, one.toUpperCase(), one.slice(1)])(
  'what is no traceparent is never sent: %j',
  (trace) => {
    expect(() => beginAs('meridian_worker', null, trace)).toThrow('expected a traceparent');
  },
);

test('figures of the installation are counts and ages', async () => {
  await fresh.superuser(
    `update profile set last_synced_at = now() - interval '100 s', next_poll_at = now() - interval '40 s', provider = 'CALDAV'
     where id = $1`,
    [tenant.profileId],
  );
  const figures = await store.asWorker(syncFigures);
  expect(figures.profiles).toEqual([{ provider: 'CALDAV', status: 'CONNECTED', count: 1 }]);
  const [lag] = figures.lags;
  expect(lag?.provider).toBe('CALDAV');
  for (const age of [lag?.median, lag?.most, lag?.longest]) expect(age).toBeGreaterThanOrEqual(100);
  expect(lag?.overdue).toBeGreaterThanOrEqual(40);
  expect(lag?.longest).toBeLessThan(1_000);
  expect(figures).toMatchObject({ pendingWrites: 0, oldestWrite: 0 });
  const log = await store.asWorker(logFigures);
  expect(log.oldest).toBeGreaterThan(0);
  expect(log.rows).toBeGreaterThanOrEqual(0);
  // A disconnected profile is not waited for.
  await fresh.superuser(`update profile set status = 'DISCONNECTED' where id = $1`, [tenant.profileId]);
  expect((await store.asWorker(syncFigures)).lags).toEqual([]);
  // The queue has not been made here: its figures are missing, and nothing else.
  await expect(store.asWorker((tx) => queueFigures(tx, ['poll']))).rejects.toThrow('boss');
});
