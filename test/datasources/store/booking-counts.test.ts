/** Which bookings count for whom (semantics E9), and that they are counted in one statement. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { type BookingCount, readBookingCounts } from '../../../datasources/store/booking-counts.ts';
import type { EventContent } from '../../../domain/events/model.ts';
import { type FreshStore, freshStore } from '../../setup/database.ts';
import { insertTenant, type TenantFixture } from '../../setup/fixtures.ts';

const day = 86_400_000;
const now = Date.parse('2026-11-16T12:00:00Z');
const after = now - 30 * day;

let fresh: FreshStore;
let alice: TenantFixture;
let bob: TenantFixture;
beforeAll(async () => {
  fresh = await freshStore();
});
afterAll(() => fresh.drop());
beforeEach(async () => {
  alice = await insertTenant(fresh.store);
  bob = await insertTenant(fresh.store, { of: alice });
  await fresh.superuser('update authorization_grant set created_at = $1', [new Date(after - 100 * day)]);
});

interface Booked {
  readonly created?: number;
  readonly synced?: number;
  readonly provider?: number;
  readonly deleted?: boolean;
  readonly content?: Partial<EventContent> | null;
  readonly calendarId?: string;
  /** Null: nobody's. */
  readonly applicationId?: string | null;
}

let count = 0;
async function book(of: TenantFixture, booked: Booked = {}): Promise<string> {
  const { created = now - day, calendarId = of.calendarId, applicationId = of.applicationId } = booked;
  const id = fresh.store.ids('evt');
  await fresh.superuser(
    `insert into event (id, account_id, profile_id, calendar_id, uid, content, recurring, all_day, span, created_at, synced_at,
       provider_created_at, deleted_at) values ($1, $2, $3, $4, $1, $5, false, false, '[2030-01-01,2030-01-02)', $6, $7, $8, $9)`,
    [
      id,
      of.accountId,
      of.profileId,
      calendarId,
      booked.content === null ? null : JSON.stringify({ status: 'CONFIRMED', categories: [], ...booked.content }),
      new Date(created),
      new Date(booked.synced ?? created),
      booked.provider === undefined ? null : new Date(booked.provider),
      booked.deleted === true ? new Date(now) : null,
    ],
  );
  if (applicationId !== null) {
    count += 1;
    await fresh.superuser(
      'insert into managed_event (application_id, account_id, calendar_id, key, event_id) values ($1, $2, $3, $4, $5)',
      [applicationId, of.accountId, calendarId, `key ${count}`, id],
    );
  }
  return id;
}

async function counted(
  categories: readonly string[] | null = null,
  accountIds = [alice.accountId, bob.accountId],
): Promise<readonly BookingCount[]> {
  return fresh.store.withApplication(alice.tenant, (tx) =>
    readBookingCounts(tx, alice, { accountIds, after, categories }),
  );
}
const numbers = async (categories: readonly string[] | null = null) =>
  (await counted(categories)).map(({ bookings }) => bookings);

describe('what counts', () => {
  test('is this application’s own events, for each whose calendar they are in', async () => {
    await book(alice);
    await book(alice);
    await book(bob);
    await book(bob, { applicationId: null });
    const other = await insertTenant(fresh.store);
    await book(bob, { applicationId: other.applicationId });
    expect(await numbers()).toEqual([2, 1]);
  });

  test('is made in (now − window, now], whatever its start', async () => {
    await book(alice, { created: after });
    await book(alice, { created: after + 1 });
    await book(alice, { created: now });
    expect(await numbers()).toEqual([2, 0]);
  });

  test('is what another node made a moment later by its own clock, too', async () => {
    await book(alice, { created: now + 200 });
    expect(await numbers()).toEqual([1, 0]);
  });

  test('is no more once it is deleted, or cancelled, or its calendar is gone', async () => {
    await book(alice);
    await book(alice, { deleted: true, content: null });
    await book(alice, { content: { status: 'CANCELLED' } });
    const calendarId = fresh.store.ids('cal');
    await fresh.superuser(
      `insert into calendar (id, account_id, profile_id, remote_id, name, capabilities, deleted_at)
       select $1, account_id, profile_id, $1, 'Gone', capabilities, now() from calendar where id = $2`,
      [calendarId, alice.calendarId],
    );
    await book(alice, { calendarId });
    expect(await numbers()).toEqual([1, 0]);
  });

  test('is a series once, however often it was changed, and where it was moved to', async () => {
    await book(alice, { created: after - day, synced: now });
    await book(alice, { created: now - 20 * day, synced: now, content: { rules: ['RRULE:FREQ=DAILY'] } });
    await fresh.superuser(`update event set span = '[2031-01-01,2031-01-02)', version = 9 where account_id = $1`, [alice.accountId]); // biome-ignore format: one call
    expect(await numbers()).toEqual([1, 0]);
  });

  test('was made when its provider says, where it was taken in later: a new database changes nobody’s turn', async () => {
    await book(alice, { created: now, provider: after - day });
    await book(alice, { created: now, provider: now - 3 * day });
    // A provider's clock that runs ahead makes nothing younger than it is known to be.
    await book(bob, { created: after - day, provider: now, synced: now });
    expect(await numbers()).toEqual([1, 0]);
  });

  test('is in one of the categories, where some are asked for', async () => {
    await book(alice, { content: { categories: ['Intake', 'VIP'] } });
    await book(alice, { content: { categories: ['intake'] } });
    await book(alice, { content: { categories: [] } });
    await book(bob, { content: { categories: ['Demo'] } });
    expect(await numbers(['Intake'])).toEqual([1, 0]);
    expect(await numbers(['Demo', 'Intake'])).toEqual([1, 1]);
    expect(await numbers([])).toEqual([0, 0]);
    expect(await numbers()).toEqual([3, 1]);
  });

  test('is nothing in an account that the application may not see, and none of a profile that was taken from it', async () => {
    const other = await insertTenant(fresh.store);
    await book(other, { applicationId: alice.applicationId });
    await book(bob);
    await fresh.superuser('insert into revoked_profile (application_id, profile_id) values ($1, $2)', [alice.applicationId, bob.profileId]); // biome-ignore format: one call
    expect(await counted(null, [other.accountId, 'acc_nobody', bob.accountId])).toEqual([
      { accountId: other.accountId, bookings: 0, lastAssigned: null, authorizedAt: null },
      { accountId: 'acc_nobody', bookings: 0, lastAssigned: null, authorizedAt: null },
      { accountId: bob.accountId, bookings: 0, lastAssigned: null, authorizedAt: after - 100 * day },
    ]);
  });
});

interface Held {
  readonly slots: readonly (readonly TenantFixture[])[];
  /** Seconds from now. */
  readonly ttl?: number;
  readonly status?: string;
  readonly applicationId?: string;
  readonly created?: number;
}

let heldTimes = 0;
async function hold({ slots, ttl = 600, status = 'HELD', applicationId = alice.applicationId, created = now }: Held) {
  const id = fresh.store.ids('hld');
  const accountIds = [...new Set(slots.flat().map(({ accountId }) => accountId))];
  const told = slots.map((of) => ({ start: 0, end: 1, accountIds: of.map(({ accountId }) => accountId), rules: null }));
  await fresh.superuser(
    `insert into hold (id, application_id, account_ids, slots, status, expires_at, created_at)
     values ($1, $2, $3, $4, $5, now() + make_interval(secs => $6), $7)`,
    [id, applicationId, accountIds, JSON.stringify(told), status, ttl, new Date(created)],
  );
  for (const { accountId } of status === 'HELD' ? slots.flat() : []) {
    heldTimes += 1;
    const start = new Date(Date.parse('2030-01-01T00:00:00Z') + heldTimes * 3_600_000).toISOString();
    await fresh.superuser(
      `insert into hold_slot (hold_id, application_id, account_id, during, starts_at, expires_at)
       select id, application_id, $2, tstzrange($3, $3::timestamptz + interval '1 hour'), $3, expires_at from hold where id = $1`,
      [id, accountId, start],
    );
  }
}

describe('holds', () => {
  test('in force count, each slot for each whom it holds; those that are over do not', async () => {
    await book(alice);
    await hold({ slots: [[alice], [alice, bob]] });
    await hold({ slots: [[bob]], ttl: -1 });
    await hold({ slots: [[bob]], status: 'RELEASED' });
    await hold({ slots: [[bob]], status: 'CONFIRMED' });
    expect(await numbers()).toEqual([3, 1]);
  });

  test('count whatever the categories: nobody knows yet what they are for', async () => {
    await hold({ slots: [[bob]] });
    expect(await numbers(['Demo'])).toEqual([0, 1]);
  });

  test('of another application do not count, though their time is taken', async () => {
    const other = await insertTenant(fresh.store);
    await fresh.superuser(
      `insert into authorization_grant (id, application_id, account_id, scopes) values ($1, $2, $3, '{read_events}')`,
      [fresh.store.ids('aut'), other.applicationId, bob.accountId],
    );
    await hold({ slots: [[bob]], applicationId: other.applicationId });
    expect(await numbers()).toEqual([0, 0]);
  });

  test('are assignments like any', async () => {
    await book(alice, { created: now - 2000 });
    await hold({ slots: [[alice]], created: now - 1000 });
    await book(bob, { created: after - day });
    await hold({ slots: [[bob]], created: now - 500 });
    expect((await counted()).map(({ lastAssigned }) => lastAssigned)).toEqual([now - 1000, now - 500]);
  });
});

describe('who was assigned last', () => {
  test('is told by the last booking that counts, or by the last before the window', async () => {
    await book(alice, { created: now - 3 * day });
    await book(alice, { created: now - 2 * day });
    await book(alice, { created: now - day, deleted: true });
    await book(bob, { created: after - 50 * day });
    await book(bob, { created: after - 60 * day });
    expect((await counted()).map(({ lastAssigned }) => lastAssigned)).toEqual([now - 2 * day, after - 50 * day]);
  });

  test('is nobody where nobody ever was', async () => {
    expect((await counted()).map(({ lastAssigned }) => lastAssigned)).toEqual([null, null]);
  });
});

test('the last booking before the window is found without reading those before it', async () => {
  const last = after - 3 * day;
  await book(bob, { created: last });
  await fresh.superuser(
    `with made as (
      insert into event (id, account_id, profile_id, calendar_id, uid, content, recurring, all_day, span, created_at, synced_at)
      select $1 || n, $2, $3, $4, 'old ' || n, '{}', false, false, 'empty', at, at
      from generate_series(1, 3000) n, lateral (select $5::timestamptz - n * interval '1 hour' as at) t returning *)
    insert into managed_event (application_id, account_id, calendar_id, key, event_id)
    select $6, account_id, calendar_id, uid, id from made`,
    [`${fresh.store.ids('evt')} `, bob.accountId, bob.profileId, bob.calendarId, new Date(last), bob.applicationId],
  );
  for (let at = 1; at < 6; at++) await book(bob, { created: last + at * 60_000, applicationId: null });
  await book(bob, { created: last + 60_000, content: { status: 'CANCELLED' } });
  await fresh.superuser('analyze event');
  await fresh.superuser('analyze managed_event');
  const { told, read } = await fresh.store.withApplication(alice.tenant, async (tx) => {
    const query = { accountIds: [alice.accountId, bob.accountId], after, categories: null };
    const found = await readBookingCounts(tx, alice, query);
    const { rows } = await sql<{ read: number }>`select idx_tup_fetch::int as read from pg_stat_xact_user_tables
      where relname = 'event'`.execute(tx);
    return { told: found.map(({ lastAssigned }) => lastAssigned), read: rows[0]?.read };
  });
  expect(told).toEqual([null, last]);
  expect(read).toBeLessThan(20);
});

describe('since when one may be booked', () => {
  test('is when it was authorised; or earlier, where it was booked before it was authorised anew', async () => {
    await fresh.superuser('update authorization_grant set created_at = $1', [new Date(now - 5 * day)]);
    await book(bob, { created: now - 9 * day });
    expect((await counted()).map(({ authorizedAt }) => authorizedAt)).toEqual([now - 5 * day, now - 9 * day]);
  });
});

test('all of it is one statement, for whatever number of accounts', async () => {
  const counter = { sqlQueries: 0 };
  const many = Array.from({ length: 1000 }, (_, at) => `acc_${at}`);
  const found = await fresh.store.withApplication(
    alice.tenant,
    (tx) => readBookingCounts(tx, alice, { accountIds: [alice.accountId, ...many], after, categories: null }),
    counter,
  );
  expect(found).toHaveLength(1001);
  expect(found[0]?.accountId).toBe(alice.accountId);
  expect(counter).toEqual({ sqlQueries: 1 });
});

test('in the transaction that books, what the one before committed is counted', async () => {
  const lock = 'select pg_advisory_xact_lock(4711)';
  const bookFairly = async () =>
    fresh.store.withApplication(alice.tenant, async (tx) => {
      await sql.raw(lock).execute(tx);
      const [one, other] = await readBookingCounts(tx, alice, {
        accountIds: [alice.accountId, bob.accountId],
        after,
        categories: null,
      });
      const chosen = (one?.bookings ?? 0) <= (other?.bookings ?? 0) ? alice : bob;
      count += 1;
      const id = fresh.store.ids('evt');
      await sql`insert into event (id, account_id, profile_id, calendar_id, uid, content, recurring, all_day, span, created_at, synced_at)
        values (${id}, ${chosen.accountId}, ${chosen.profileId}, ${chosen.calendarId}, ${id}, '{}', false, false, 'empty',
          ${new Date(now)}, ${new Date(now)})`.execute(tx);
      await sql`insert into managed_event (application_id, account_id, calendar_id, key, event_id)
        values (${alice.applicationId}, ${chosen.accountId}, ${chosen.calendarId}, ${`key ${count}`}, ${id})`.execute(
        tx,
      );
    });
  await Promise.all(Array.from({ length: 20 }, bookFairly));
  expect(await numbers()).toEqual([10, 10]);
});
