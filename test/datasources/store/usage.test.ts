/** What counts in a month: against a recount of what really happened, on both kinds of database. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { countMonths, usageOfApplication, usageOfUnit, usageReport } from '../../../datasources/store/usage.ts';
import { type FreshStore, freshStore } from '../../setup/database.ts';
import { insertTenant, type TenantFixture } from '../../setup/fixtures.ts';

let fresh: FreshStore;
beforeAll(async () => {
  fresh = await freshStore();
});
afterAll(() => fresh.drop());

const thisMonth = () => `${new Date().toISOString().slice(0, 7)}-01`;
const worker = <T>(work: Parameters<typeof fresh.store.asWorker<T>>[0]) => fresh.store.asWorker(work);
const usage = (tenant: TenantFixture, month = thisMonth()) =>
  worker((tx) => usageOfApplication(tx, tenant.applicationId, month));

const setMode = (tenant: TenantFixture, mode: 'DEVELOPMENT' | 'PRODUCTION') =>
  worker((tx) =>
    tx
      .updateTable('application')
      .set({ mode, verified_at: sql<Date>`now()` })
      .where('id', '=', tenant.applicationId)
      .execute(),
  );
const setStatus = (tenant: TenantFixture, status: 'CONNECTED' | 'DEGRADED' | 'DISCONNECTED') =>
  worker((tx) => tx.updateTable('profile').set({ status }).where('id', '=', tenant.profileId).execute());

describe('what counts', () => {
  test('nothing in DEVELOPMENT; with the step to PRODUCTION what stands then, each account once', async () => {
    const tenant = await insertTenant(fresh.store, { kind: 'USER', provider: 'CALDAV' });
    const second = await insertTenant(fresh.store, { of: tenant, kind: 'USER', provider: 'CALDAV' });
    const gone = await insertTenant(fresh.store, { of: tenant, kind: 'USER', provider: 'CALDAV' });
    await setStatus(gone, 'DISCONNECTED');
    expect(await usage(tenant)).toEqual({ syncedAccounts: 0, syncedResources: 0, applicationCalendars: 0 });
    await setMode(tenant, 'PRODUCTION');
    expect((await usage(tenant)).syncedAccounts).toBe(2);
    await setStatus(second, 'DEGRADED');
    await setStatus(second, 'CONNECTED');
    expect((await usage(tenant)).syncedAccounts).toBe(2);
    // Connected for a moment only: it counts, whatever becomes of it.
    await setStatus(gone, 'CONNECTED');
    await setStatus(gone, 'DISCONNECTED');
    expect((await usage(tenant)).syncedAccounts).toBe(3);
  });

  test('rooms and application calendars apart; one person in two applications counts for each, and a unit sums', async () => {
    const tenant = await insertTenant(fresh.store, { kind: 'USER', provider: 'CALDAV' });
    await setMode(tenant, 'PRODUCTION');
    await insertTenant(fresh.store, { of: tenant, kind: 'RESOURCE', provider: 'CALDAV' });
    await insertTenant(fresh.store, { of: tenant, kind: 'APPLICATION_CALENDAR' });
    expect(await usage(tenant)).toEqual({ syncedAccounts: 1, syncedResources: 1, applicationCalendars: 1 });

    const other = fresh.store.ids('app');
    const { unit_id } = await worker((tx) =>
      tx.selectFrom('application').select('unit_id').where('id', '=', tenant.applicationId).executeTakeFirstOrThrow(),
    );
    await worker(async (tx) => {
      await tx
        .insertInto('application')
        .values({ id: other, unit_id, name: 'Other', client_id: other, mode: 'PRODUCTION' })
        .execute();
      await tx
        .insertInto('authorization_grant')
        .values({
          id: fresh.store.ids('aut'),
          application_id: other,
          account_id: tenant.accountId,
          scopes: ['read_account'],
        })
        .execute();
    });
    expect(await worker((tx) => usageOfApplication(tx, other, thisMonth()))).toMatchObject({ syncedAccounts: 1 });
    expect(await worker((tx) => usageOfUnit(tx, unit_id, thisMonth()))).toEqual({
      syncedAccounts: 2,
      syncedResources: 1,
      applicationCalendars: 1,
    });
    expect((await worker((tx) => usageReport(tx, thisMonth()))).filter((line) => line.unitId === unit_id)).toHaveLength(
      2,
    );
  });

  test('a profile that the application gave back does not count for it', async () => {
    const tenant = await insertTenant(fresh.store, { kind: 'USER', provider: 'CALDAV' });
    await worker((tx) =>
      tx
        .insertInto('revoked_profile')
        .values({ application_id: tenant.applicationId, profile_id: tenant.profileId })
        .execute(),
    );
    await setMode(tenant, 'PRODUCTION');
    expect((await usage(tenant)).syncedAccounts).toBe(0);
  });

  test('months that began while no service ran: whoever stands since before them counts in each, nobody twice', async () => {
    const tenant = await insertTenant(fresh.store, { kind: 'USER', provider: 'CALDAV' });
    const later = await insertTenant(fresh.store, { of: tenant, kind: 'USER', provider: 'CALDAV' });
    const since = new Date(Date.UTC(new Date().getUTCFullYear(), new Date().getUTCMonth() - 2, 20));
    await setMode(tenant, 'PRODUCTION');
    await worker(async (tx) => {
      await tx.updateTable('application').set({ verified_at: since }).where('id', '=', tenant.applicationId).execute();
      await tx
        .updateTable('authorization_grant')
        .set({ created_at: since })
        .where('application_id', '=', tenant.applicationId)
        .execute();
      await tx.updateTable('profile').set({ status_since: since }).where('id', '=', tenant.profileId).execute();
      await tx.updateTable('profile').set({ status_since: new Date() }).where('id', '=', later.profileId).execute();
    });
    await worker(countMonths);
    const month = (back: number) =>
      new Date(Date.UTC(new Date().getUTCFullYear(), new Date().getUTCMonth() - back, 1)).toISOString().slice(0, 10);
    const found = [];
    for (const back of [3, 2, 1, 0]) found.push((await usage(tenant, month(back))).syncedAccounts);
    expect(found).toEqual([0, 1, 1, 2]);
    expect(await worker(countMonths)).toBe(0);
  });
});
