/** What is kept only so long goes, and nothing younger. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { appendChanges } from '../../../datasources/store/change-log.ts';
import { acquireLease, fenceOff, LeaseLost } from '../../../datasources/store/leases.ts';
import { keepHouse } from '../../../sync/jobs/housekeeping.ts';
import { type FreshStore, freshStore } from '../../setup/database.ts';
import { insertTenant } from '../../setup/fixtures.ts';

let fresh: FreshStore;
beforeAll(async () => {
  fresh = await freshStore();
});
afterAll(() => fresh.drop());

test('old rows go, young and pending ones stay', async () => {
  const { applicationId, accountId, profileId, calendarId } = await insertTenant(fresh.store);
  await fresh.superuser(`
    insert into event (id, account_id, profile_id, calendar_id, uid, recurring, all_day, span)
      values ('evt_1', '${accountId}', '${profileId}', '${calendarId}', 'u', false, false, '[2026-01-01,2026-01-02]');
    insert into event_move (account_id, profile_id, calendar_id, event_id, all_day, starts_at, ends_at, until)
      select '${accountId}', '${profileId}', '${calendarId}', 'evt_1', false, '2025-01-01', '2025-01-02', now() - make_interval(days => d)
      from (values (91), (89)) v(d);
    insert into operation (id, application_id, account_id, profile_id, calendar_id, event_id, kind, status, completed_at, created_at)
      select 'opr_' || n, '${applicationId}', '${accountId}', '${profileId}', '${calendarId}', 'evt_1', 'DELETE', s, c, '2020-01-01'
      from (values (1, 'APPLIED', now() - interval '31 days'), (2, 'APPLIED', now() - interval '29 days'), (3, 'PENDING', null)) v(n, s, c);
    insert into sync_run (id, account_id, profile_id, calendar_id, kind, status, started_at)
      values ('run_1', '${accountId}', '${profileId}', '${calendarId}', 'FULL', 'SUCCEEDED', now() - interval '31 days'),
             ('run_2', '${accountId}', '${profileId}', '${calendarId}', 'FULL', 'SUCCEEDED', now());
    insert into idempotent_call (application_id, mutation, key, input_hash, result, created_at)
      values ('${applicationId}', 'm', 'old', '', '{}', now() - interval '25 hours'), ('${applicationId}', 'm', 'new', '', '{}', now())`);
  const before = await fresh.superuser<{ count: string }>('select count(*) from change_log');
  expect(await keepHouse(fresh.store)).toMatchObject({ changes: 0, operations: 1, runs: 1, moves: 1, calls: 1 });
  const left = await fresh.superuser<{ id: string }>('select id from operation order by id');
  expect(left).toEqual([{ id: 'opr_2' }, { id: 'opr_3' }]);
  expect(await fresh.superuser('select count(*) from change_log')).toEqual(before);
  expect(await keepHouse(fresh.store)).toMatchObject({ operations: 0, runs: 0, moves: 0, calls: 0 });
});

test('questions to users that nobody answered go a day after their time, and not before', async () => {
  const { applicationId, accountId } = await insertTenant(fresh.store);
  await fresh.superuser(
    `insert into consent_request (token_hash, kind, application_id, account_id, expires_at)
     select decode(n, 'hex'), 'PERMISSION', $1, $2, now() - make_interval(hours => h) from (values ('01', 25), ('02', 23), ('03', -1)) v (n, h)`,
    [applicationId, accountId],
  );
  expect(await keepHouse(fresh.store)).toMatchObject({ questions: 1 });
  expect(await fresh.superuser('select count(*)::int as count from consent_request')).toEqual([{ count: 2 }]);
});

describe('the change log', () => {
  const rows = async () =>
    (await fresh.superuser<{ subject_id: string }>('select subject_id from change_log order by xid, sequence')).map(
      (row) => row.subject_id,
    );
  /** One transaction each, so many days ago. */
  async function write(ages: readonly number[]): Promise<void> {
    const tenant = await insertTenant(fresh.store);
    for (const days of ages) {
      const entry = {
        kind: 'EVENT_UPDATED',
        subjectId: `${days}`,
        profileId: null,
        calendarId: null,
        managedBy: null,
      } as const;
      await fresh.store.asWorker((tx) => appendChanges(tx, tenant.accountId, [entry], { madeBy: null }));
    }
    await fresh.superuser(
      `update change_log set at = now() - make_interval(days => subject_id::int) where account_id = $1`,
      [tenant.accountId],
    );
  }

  test('is kept as many days as were asked for', async () => {
    await write([80, 40, 29, 2]);
    expect(await keepHouse(fresh.store, { changeDays: 90 })).toMatchObject({ changes: 0 });
    expect(await keepHouse(fresh.store)).toMatchObject({ changes: 2 });
    expect(await rows()).toEqual(['29', '2']);
    expect(await keepHouse(fresh.store, { changeDays: 1 })).toMatchObject({ changes: 2 });
    expect(await rows()).toEqual([]);
  });

  test('is left alone while another node keeps house, and by a node that lost its lease meanwhile', async () => {
    await write([50, 40]);
    const held = await fresh.store.asWorker((tx) => acquireLease(tx, 'housekeeping', 'another node', 60_000));
    expect(held).not.toBeNull();
    expect(await keepHouse(fresh.store)).toEqual({});
    expect(await rows()).toEqual(['50', '40']);
    await fresh.store.asWorker((tx) => fenceOff(tx, 'housekeeping', 'it ran out'));
    // It takes the lease, and before its first chore it is somebody else's.
    let transactions = 0;
    const paused = {
      ...fresh.store,
      asWorker: async (...given: Parameters<typeof fresh.store.asWorker>) => {
        if (++transactions === 2) await fresh.store.asWorker((tx) => fenceOff(tx, 'housekeeping', 'another node'));
        return fresh.store.asWorker(...given);
      },
    } as typeof fresh.store;
    await expect(keepHouse(paused)).rejects.toThrow(LeaseLost);
    expect(await rows()).toEqual(['50', '40']);
    expect(await keepHouse(fresh.store)).toMatchObject({ changes: 2 });
  });
});
