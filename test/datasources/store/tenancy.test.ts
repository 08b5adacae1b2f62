import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { AbortedTransactionError, sql } from 'kysely';
import pg from 'pg';
import { insertHold } from '../../../datasources/store/holds.ts';
import { openStore } from '../../../datasources/store/open.ts';
import type { Tenant, Tx } from '../../../datasources/store/store.ts';
import type { Tables } from '../../../datasources/store/tables.ts';
import { type FreshStore, freshStore, testKeyRing } from '../../setup/database.ts';
import { debianMissing, embeddedServer, startDebian, type TestServer } from '../../setup/database-servers.ts';
import { insertTenant, type TenantFixture } from '../../setup/fixtures.ts';

const missing = debianMissing();
if (missing !== null) console.warn(missing);

const servers: [string, () => Promise<{ server: TestServer; stop(): void }>][] = [
  ['the embedded PostgreSQL', async () => ({ server: embeddedServer(), stop: () => undefined })],
  ...(missing === null ? [["Debian's PostgreSQL 15", startDebian] as [string, typeof startDebian]] : []),
];

describe.each(servers)('tenants on %s', (_name, open) => {
  let stop: () => void;
  let fresh: FreshStore;
  /** Two applications of two units; `mine` has two accounts. */
  let mine: TenantFixture;
  let second: TenantFixture;
  let theirs: TenantFixture;

  beforeAll(async () => {
    const opened = await open();
    stop = opened.stop;
    // One connection: whatever a transaction leaves behind, the next one finds.
    fresh = await freshStore({ server: opened.server, maximumConnections: 1 });
    mine = await insertTenant(fresh.store);
    second = await insertTenant(fresh.store, { of: mine });
    theirs = await insertTenant(fresh.store);
    for (const fixture of [mine, second, theirs]) await insertRows(fixture);
  });
  afterAll(async () => {
    await fresh?.drop();
    stop?.();
  });

  /** A row in every table that belongs to a tenant and that the fixture does not fill. */
  async function insertRows(fixture: TenantFixture): Promise<void> {
    const { ids } = fresh.store;
    const { accountId, applicationId, calendarId, profileId } = fixture;
    const eventId = ids('evt');
    await fresh.store.asWorker(async (tx) => {
      await tx
        .insertInto('event')
        .values({
          id: eventId,
          account_id: accountId,
          profile_id: profileId,
          calendar_id: calendarId,
          uid: eventId,
          recurring: false,
          all_day: false,
          span: '[2026-01-01,2026-01-02)',
        } as never)
        .execute();
      const belongs = { account_id: accountId, calendar_id: calendarId };
      await tx
        .insertInto('event_move')
        .values({
          ...belongs,
          profile_id: profileId,
          event_id: eventId,
          all_day: false,
          starts_at: '2025-12-01T10:00:00Z',
          ends_at: '2025-12-01T11:00:00Z',
          until: '2025-12-02T00:00:00Z',
        })
        .execute();
      await tx
        .insertInto('managed_event')
        .values({ ...belongs, application_id: applicationId, key: 'k', event_id: eventId })
        .execute();
      await tx
        .insertInto('operation')
        .values({
          ...belongs,
          id: ids('opr'),
          application_id: applicationId,
          profile_id: profileId,
          event_id: eventId,
          kind: 'DELETE',
          status: 'APPLIED',
        })
        .execute();
      await tx
        .insertInto('change_log')
        .values({
          ...belongs,
          account_ordinal: fixture.accountOrdinal,
          sequence: 1,
          profile_id: profileId,
          kind: 'EVENT_CREATED',
          subject_id: eventId,
          made_by: null,
          managed_by: null,
        })
        .execute();
      await tx
        .insertInto('sync_run')
        .values({ ...belongs, id: ids('run'), profile_id: profileId, kind: 'FULL', status: 'SUCCEEDED' })
        .execute();
      await tx
        .insertInto('credential')
        .values({
          id: ids('crd'),
          application_id: applicationId,
          account_id: accountId,
          kind: 'ACCOUNT_TOKEN',
          token_hash: Buffer.from(accountId),
          scopes: [],
        })
        .execute();
      const stored = { application_id: applicationId, account_id: accountId, key: 'k' };
      await tx
        .insertInto('availability_rule')
        .values({ ...stored, id: ids('avr'), time_zone: 'Etc/UTC', calendar_ids: null, weekly_periods: '[]' })
        .execute();
      await tx
        .insertInto('available_period')
        .values({
          ...stored,
          id: ids('avp'),
          starts_at: '2026-03-02T10:00:00Z',
          ends_at: '2026-03-02T11:00:00Z',
        })
        .execute();
      await insertHold(tx, {
        id: ids('hld'),
        applicationId,
        slots: [{ start: 1_772_445_600, end: 1_772_449_200, accountIds: [accountId], rules: {} }],
        times: [{ accountId, from: 1_772_445_600, to: 1_772_449_200, start: 1_772_445_600 }],
        ttl: 600,
      });
      await tx
        .insertInto('calendar_permission')
        .values({
          application_id: applicationId,
          account_id: accountId,
          calendar_id: belongs.calendar_id,
          permission: 'SANDBOX',
        })
        .execute();
      await tx
        .insertInto('ics_feed')
        .values({
          ...belongs,
          application_id: applicationId,
          profile_id: profileId,
          secret_hash: Buffer.from(calendarId),
          secret: 'sealed',
        })
        .execute();
      await tx
        .insertInto('idempotent_call')
        .values({
          application_id: applicationId,
          mutation: 'm',
          key: accountId,
          input_hash: Buffer.of(1),
          result: '{}',
        })
        .execute();
    });
  }

  /** Tables with the column that says whose a row is. */
  const byAccount = [
    'account_log',
    'authorization_grant',
    'profile',
    'calendar',
    'event',
    'event_move',
    'managed_event',
    'ics_feed',
    'availability_rule',
    'available_period',
    'hold_slot',
    'operation',
    'change_log',
    'sync_run',
    'credential',
  ] as const;
  const byApplication = [
    'calendar_permission',
    'authorization_grant',
    'managed_event',
    'availability_rule',
    'available_period',
    'hold',
    'hold_slot',
    'operation',
    'credential',
    'idempotent_call',
  ] as const;

  async function seen(tx: Tx, table: keyof Tables, column: string): Promise<string[]> {
    const { rows } = await sql<{
      value: string;
    }>`select distinct ${sql.ref(column)} as value from ${sql.table(table)} order by 1`.execute(tx);
    return rows.map(({ value }) => value);
  }
  const accountsOf = (tenant: Tenant) => fresh.store.withApplication(tenant, (tx) => seen(tx, 'account', 'id'));

  test('every table with rows of tenants is under forced row-level security', async () => {
    const rows = await fresh.superuser<{ name: string; forced: boolean; policies: number }>(
      `select c.relname as name, c.relrowsecurity and c.relforcerowsecurity as forced,
         (select count(*)::int from pg_policy p where p.polrelid = c.oid) as policies
       from pg_class c where c.relkind = 'r' and c.relnamespace = 'public'::regnamespace order by 1`,
    );
    // What belongs to no tenant: the application role may not write it, and of leases sees nothing at all.
    const shared = ['installation', 'kysely_migration', 'kysely_migration_lock', 'lease', 'zone_law'];
    expect(rows.filter(({ forced }) => !forced).map(({ name }) => name)).toEqual(shared);
    const workers = [
      'audit_entry',
      'consent_request',
      'link_token',
      'oauth_artifact',
      'synced_account',
      'token_request',
      'unit_member',
    ];
    const alone = rows.filter(({ forced, policies }) => forced && policies === 1).map(({ name }) => name);
    expect(alone).toEqual(workers);
    const others = rows.filter(({ forced, policies }) => forced && policies !== 2 && policies !== 1);
    // Its time is busy to every application that the account lets in, and over for them when it has expired.
    expect(others).toEqual([{ name: 'hold_slot', forced: true, policies: 4 }]);
    const grants = await fresh.superuser<{ name: string; privileges: string }>(
      `select table_name as name, string_agg(privilege_type, ' ' order by privilege_type) as privileges
       from information_schema.role_table_grants where grantee = 'meridian_app' and table_name = any($1) group by 1 order by 1`,
      [[...shared, ...workers]],
    );
    expect(grants).toEqual([{ name: 'installation', privileges: 'SELECT' }]);
  });

  test.each(byAccount)(
    '%s: an application sees its accounts, an account token its own, no tenant none',
    async (table) => {
      const rows = (tenant: Tenant) => fresh.store.withApplication(tenant, (tx) => seen(tx, table, 'account_id'));
      expect(await rows(mine.tenant)).toEqual([mine.accountId, second.accountId].sort());
      expect(await rows(theirs.tenant)).toEqual([theirs.accountId]);
      expect(await rows(mine.accountTenant)).toEqual([mine.accountId]);
      expect(await rows({ applicationId: mine.applicationId, accountId: theirs.accountId })).toEqual([]);
      expect(await rows({ applicationId: 'app_none', accountId: null })).toEqual([]);
      expect(await fresh.store.asWorker((tx) => seen(tx, table, 'account_id'))).toEqual(
        [mine.accountId, second.accountId, theirs.accountId].sort(),
      );
    },
  );

  test.each(byApplication)('%s: only its own application sees it', async (table) => {
    const rows = (tenant: Tenant) => fresh.store.withApplication(tenant, (tx) => seen(tx, table, 'application_id'));
    expect(await rows(mine.tenant)).toEqual([mine.applicationId]);
    expect(await rows(theirs.tenant)).toEqual([theirs.applicationId]);
  });

  test('application and unit: its own', async () => {
    const rows = (tenant: Tenant, table: 'application' | 'organizational_unit') =>
      fresh.store.withApplication(tenant, (tx) => seen(tx, table, 'id'));
    expect(await rows(mine.tenant, 'application')).toEqual([mine.applicationId]);
    expect(await rows(mine.accountTenant, 'organizational_unit')).toEqual([mine.unitId]);
    expect(await rows({ applicationId: 'app_none', accountId: null }, 'organizational_unit')).toEqual([]);
  });

  test('without a tenant neither the login role nor the application role sees a row of one', async () => {
    const client = new pg.Client(fresh.address);
    await client.connect();
    try {
      const { rows } = await client.query<{ version: string }>(
        `select current_setting('server_version_num') as version`,
      );
      // Before 16 membership without inheritance does not exist: the login role itself then sees what the worker sees.
      const identities = Number(rows[0]?.version) >= 160_000 ? ['meridian', 'meridian_app'] : ['meridian_app'];
      for (const role of identities) {
        for (const table of [
          ...byAccount,
          ...byApplication,
          'account',
          'application',
          'organizational_unit',
        ] as const) {
          await client.query(`begin; set local role ${role}`);
          const answer = await client.query(`select 1 from ${table}`);
          expect([role, table, answer.rowCount]).toEqual([role, table, 0]);
          await client.query('rollback');
        }
      }
    } finally {
      await client.end();
    }
  });

  test("writes of another tenant's rows change nothing, and rows for another tenant are refused", async () => {
    await fresh.store.withApplication(mine.tenant, async (tx) => {
      const changed = await tx
        .updateTable('calendar')
        .set({ name: 'mine now' })
        .where('id', '=', theirs.calendarId)
        .executeTakeFirst();
      expect(changed.numUpdatedRows).toBe(0n);
      const deleted = await tx
        .deleteFrom('managed_event')
        .where('application_id', '=', theirs.applicationId)
        .executeTakeFirst();
      expect(deleted.numDeletedRows).toBe(0n);
    });
    const forged = (tenant: Tenant, accountId: string) =>
      fresh.store.withApplication(tenant, (tx) =>
        tx
          .insertInto('sync_run')
          .values({
            id: fresh.store.ids('run'),
            account_id: accountId,
            profile_id: mine.profileId,
            calendar_id: mine.calendarId,
            kind: 'FULL',
            status: 'RUNNING',
          })
          .execute(),
      );
    await expect(forged(mine.tenant, theirs.accountId)).rejects.toMatchObject({ code: '42501' });
    await expect(forged(mine.accountTenant, second.accountId)).rejects.toMatchObject({ code: '42501' });
    await expect(
      fresh.store.withApplication(mine.tenant, (tx) =>
        tx.updateTable('idempotent_call').set({ application_id: theirs.applicationId }).execute(),
      ),
    ).rejects.toMatchObject({ code: '42501' });
  });

  test('an application lets itself into no account of another unit, and moves none there', async () => {
    const grant = (accountId: string) =>
      fresh.store.withApplication(mine.tenant, (tx) =>
        tx
          .insertInto('authorization_grant')
          .values({ id: fresh.store.ids('aut'), application_id: mine.applicationId, account_id: accountId, scopes: [] })
          .execute(),
      );
    await expect(grant(theirs.accountId)).rejects.toMatchObject({ code: '42501' });
    expect(await accountsOf(mine.tenant)).not.toContain(theirs.accountId);
    const taken = fresh.store.withApplication(mine.tenant, (tx) =>
      tx
        .updateTable('authorization_grant')
        .set({ account_id: theirs.accountId })
        .where('id', '=', mine.grantId)
        .execute(),
    );
    await expect(taken).rejects.toMatchObject({ code: '42501' });
    // An account that is nowhere is refused by the reference, at the commit.
    await expect(grant('acc_none')).rejects.toMatchObject({ code: '23503' });
    const moved = fresh.store.withApplication(mine.tenant, (tx) =>
      tx.updateTable('account').set({ unit_id: theirs.unitId }).where('id', '=', mine.accountId).execute(),
    );
    await expect(moved).rejects.toMatchObject({ code: '42501' });
    for (const change of [
      sql`update application set unit_id = ${theirs.unitId}`,
      sql`insert into organizational_unit (id, name) values ('org_x', 'x')`,
      sql`delete from lease`,
      sql`update installation set epoch = 2`,
    ]) {
      const refused = fresh.store.withApplication(mine.tenant, (tx) => change.execute(tx));
      await expect(refused).rejects.toMatchObject({ code: '42501' });
    }
  });

  test('an application makes an account of its own unit: its authorization first, then the account', async () => {
    const accountId = fresh.store.ids('acc');
    await fresh.store.withApplication(theirs.tenant, async (tx) => {
      await tx
        .insertInto('authorization_grant')
        .values({ id: fresh.store.ids('aut'), application_id: theirs.applicationId, account_id: accountId, scopes: [] })
        .execute();
      await tx
        .insertInto('account')
        .values({ id: accountId, unit_id: theirs.unitId, kind: 'APPLICATION_CALENDAR' })
        .execute();
    });
    expect(await accountsOf(theirs.tenant)).toContain(accountId);
    await fresh.store.asWorker(async (tx) => {
      await tx.deleteFrom('authorization_grant').where('account_id', '=', accountId).execute();
      await tx.deleteFrom('account').where('id', '=', accountId).execute();
    });
  });

  test('a revoked authorization hides the account at once, a revoked profile its calendars and events', async () => {
    const hidden = await insertTenant(fresh.store, { of: theirs });
    await insertRows(hidden);
    const events = () => fresh.store.withApplication(theirs.tenant, (tx) => seen(tx, 'event', 'account_id'));
    expect(await events()).toContain(hidden.accountId);
    await fresh.store.withApplication(theirs.tenant, (tx) =>
      tx
        .insertInto('revoked_profile')
        .values({ application_id: theirs.applicationId, profile_id: hidden.profileId })
        .execute(),
    );
    for (const table of ['profile', 'calendar', 'event', 'change_log', 'sync_run'] as const) {
      expect(await fresh.store.withApplication(theirs.tenant, (tx) => seen(tx, table, 'account_id'))).toEqual([
        theirs.accountId,
      ]);
    }
    expect(await accountsOf(theirs.tenant)).toContain(hidden.accountId);
    await fresh.store.asWorker((tx) =>
      tx.updateTable('authorization_grant').set({ status: 'REVOKED' }).where('id', '=', hidden.grantId).execute(),
    );
    expect(await accountsOf(theirs.tenant)).toEqual([theirs.accountId]);
  });

  test('a connection carries nothing into the next transaction: thrown, failed, cancelled, aborted, committed', async () => {
    const { store } = fresh;
    const failures: (() => Promise<unknown>)[] = [
      () => store.withApplication(mine.tenant, async () => Promise.reject(new Error('thrown'))),
      () => store.withApplication(mine.tenant, (tx) => sql`select 1 / 0`.execute(tx)),
      () => store.withApplication(mine.tenant, (tx) => sql`nonsense`.execute(tx)),
      () =>
        store.withApplication(mine.tenant, async (tx) => {
          const { rows } = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(tx);
          const asleep = sql`select pg_sleep(20)`.execute(tx);
          const cancelled = expect(asleep).rejects.toMatchObject({ code: '57014' });
          const sleeping = `select from pg_stat_activity where pid = $1 and wait_event = 'PgSleep'`;
          while ((await fresh.superuser(sleeping, [rows[0]?.pid])).length === 0);
          await fresh.superuser('select pg_cancel_backend($1)', [rows[0]?.pid]);
          await cancelled;
          return asleep;
        }),
      () => store.asWorker((tx) => sql`select 1 / 0`.execute(tx)),
    ];
    for (const failing of failures) {
      await expect(failing()).rejects.toThrow();
      expect(await accountsOf(theirs.tenant)).toEqual([theirs.accountId]);
      expect(await accountsOf({ applicationId: 'app_none', accountId: null })).toEqual([]);
    }
    // A swallowed failure must not look like a success.
    const swallowed = store.withApplication(mine.tenant, async (tx) => {
      await sql`select 1 / 0`.execute(tx).catch(() => undefined);
    });
    await expect(swallowed).rejects.toBeInstanceOf(AbortedTransactionError);
    expect(await accountsOf({ applicationId: 'app_none', accountId: null })).toEqual([]);
    const [left] = await fresh.superuser<{ count: number }>(
      `select count(*)::int as count from pg_stat_activity where datname = current_database() and state like 'idle in%'`,
    );
    expect(left?.count).toBe(0);
  });

  test('a connection that died in a transaction is replaced', async () => {
    const killed = fresh.store.withApplication(mine.tenant, async (tx) => {
      const { rows } = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(tx);
      await fresh.superuser('select pg_terminate_backend($1, 5000)', [rows[0]?.pid]);
      return seen(tx, 'account', 'id');
    });
    await expect(killed).rejects.toThrow();
    expect(await accountsOf(theirs.tenant)).toEqual([theirs.accountId]);
  });

  test('a statement that was not awaited never runs as somebody else', async () => {
    let late: Promise<unknown> = Promise.resolve();
    let escaped: Tx | undefined;
    await fresh.store.withApplication(mine.tenant, async (tx) => {
      escaped = tx;
      late = seen(tx, 'account', 'id'); // sent before the commit: still this tenant's
    });
    await expect(late).resolves.toEqual([mine.accountId, second.accountId].sort());
    await fresh.store.withApplication(theirs.tenant, async (tx) => {
      await expect(seen(escaped as Tx, 'account', 'id')).rejects.toThrow('this transaction is over');
      expect(await seen(tx, 'account', 'id')).toEqual([theirs.accountId]);
    });
  });

  test('interleaved on one connection, 60 transactions see their own tenant each', async () => {
    const tenants: [Tenant, string[]][] = [
      [mine.tenant, [mine.accountId, second.accountId].sort()],
      [second.accountTenant, [second.accountId]],
      [theirs.tenant, [theirs.accountId]],
      [{ applicationId: 'app_none', accountId: null }, []],
    ];
    await Promise.all(
      Array.from({ length: 60 }, async (_, n) => {
        const [tenant, expected] = tenants[n % tenants.length] ?? [mine.tenant, []];
        const work = fresh.store.withApplication(tenant, async (tx) => {
          const rows = await seen(tx, 'account', 'id');
          if (n % 5 === 4) throw new Error(`thrown ${n}`);
          return rows;
        });
        if (n % 5 === 4) await expect(work).rejects.toThrow(`thrown ${n}`);
        else expect(await work).toEqual(expected);
      }),
    );
  });

  test.each([
    "app_1', true), set_config('role', 'meridian_worker",
    'app_\0',
    '',
    'app 1',
    "app_1'--",
    'ä',
    'x'.repeat(101),
  ])('the id %j is refused before anything is sent', async (id) => {
    await expect(accountsOf({ applicationId: id, accountId: null })).rejects.toThrow(
      'expected the id of an application',
    );
    if (id !== '') {
      await expect(accountsOf({ applicationId: mine.applicationId, accountId: id })).rejects.toThrow(
        'expected the id of an account',
      );
    }
  });

  test('statements are counted without transaction control', async () => {
    const counter = { sqlQueries: 0 };
    await fresh.store.withApplication(mine.tenant, async () => undefined, counter);
    expect(counter.sqlQueries).toBe(0);
    await fresh.store.withApplication(
      mine.tenant,
      (tx) => Promise.all([seen(tx, 'account', 'id'), seen(tx, 'event', 'id')]),
      counter,
    );
    await fresh.store.asWorker((tx) => seen(tx, 'account', 'id'), counter);
    await expect(fresh.store.asWorker((tx) => sql`nonsense`.execute(tx), counter)).rejects.toThrow();
    expect(counter.sqlQueries).toBe(4);
  });

  test('a deadlock reaches the caller as it is', async () => {
    const other = await freshSecondStore();
    try {
      let arrived = 0;
      let open: () => void = () => undefined;
      const both = new Promise<void>((resolve) => {
        open = resolve;
      });
      const lockBoth = (store: FreshStore['store'], first: string, then: string) =>
        store.asWorker(async (tx) => {
          await sql`select 1 from account where id = ${first} for update`.execute(tx);
          if (++arrived === 2) open();
          await both;
          await sql`select 1 from account where id = ${then} for update`.execute(tx);
        });
      const results = await Promise.allSettled([
        lockBoth(fresh.store, mine.accountId, theirs.accountId),
        lockBoth(other, theirs.accountId, mine.accountId),
      ]);
      const refused = results.filter((result) => result.status === 'rejected');
      expect(refused).toHaveLength(1);
      expect(refused[0]?.reason).toMatchObject({ code: '40P01' });
    } finally {
      await other.close();
    }
  });

  async function freshSecondStore(): Promise<FreshStore['store']> {
    return openStore({
      database: fresh.address,
      ids: fresh.store.ids,
      keyRing: testKeyRing,
      zoneDataVersion: '2020a',
      maximumConnections: 1,
    });
  }

  test('row-level security finds a month of events by the index, and looks up the authorization by its key', async () => {
    await fresh.superuser(
      `insert into event (id, account_id, profile_id, calendar_id, uid, recurring, all_day, starts_at, ends_at, span)
       select 'evt_' || n, $1, $2, $3, 'uid-' || n, n % 50 = 0, false, at, at + '1 h', tstzrange(at, case when n % 50 > 0 then at + interval '1 h' end)
       from (select n, timestamptz '2020-01-01' + n * interval '4 h' as at from generate_series(1, 8000) n) s`,
      [mine.accountId, mine.profileId, mine.calendarId],
    );
    await fresh.superuser('analyze');
    const plan = await fresh.store.withApplication(mine.tenant, async (tx) => {
      const { rows } = await sql<{ 'QUERY PLAN': string }>`explain (analyze, costs off, timing off)
        select e.id from unnest(${[mine.calendarId]}::text[]) as c(id)
        cross join (values (false, timestamptz '2022-02-01' + interval '8 days'), (true, 'infinity')) as w(long, latest)
        join event e on e.calendar_id = c.id and e.long = w.long and e.span_to >= '2022-01-01' and e.span_to <= w.latest
          and e.span_from <= '2022-02-01' and e.deleted_at is null`.execute(tx);
      return rows.map((row) => row['QUERY PLAN']).join('\n');
    });
    const byIndex = /Index Scan using event_range on event e .*\n\s+Index Cond: .*calendar_id = .*long = .*span_to >= /;
    expect(byIndex.test(plan) || plan).toBe(true);
    expect(/Seq Scan on event /.test(plan)).toBe(false);
    for (const [, rows] of plan.matchAll(/Rows Removed by Filter: (\d+)/g)) expect(Number(rows)).toBeLessThan(200);
  });

  test.each([
    'select * from standing_accounts(null, null)',
    'select count_months_since()',
    'select * from audit_entry',
  ])('an application cannot ask the worker in its own name: %s', async (question) => {
    const asked = fresh.store.withApplication(mine.tenant, (tx) => sql.raw(question).execute(tx));
    await expect(asked).rejects.toMatchObject({ code: '42501' });
  });

  test('generated bounds of a span are what they should be', async () => {
    const rows = await fresh.superuser<{ long: boolean; span_from: unknown; span_to: unknown }>(
      `insert into event (id, account_id, profile_id, calendar_id, uid, recurring, all_day, span)
       select 'evt_span' || row_number() over (), $1, $2, $3, 'span-' || span, false, false, span::tstzrange
       from unnest(array['[2026-01-01Z,2026-01-09Z]', '[2026-01-01Z,2026-01-09T00:00:01Z]', '[2026-01-01Z,)', '(,2026-01-01Z]', '[2026-01-01Z,infinity)', 'empty']) span
       returning long, span_from, span_to`,
      [mine.accountId, mine.profileId, mine.calendarId],
    );
    const day = new Date('2026-01-01');
    expect(rows).toEqual([
      { long: false, span_from: day, span_to: new Date('2026-01-09') },
      { long: true, span_from: day, span_to: new Date('2026-01-09T00:00:01Z') },
      { long: true, span_from: day, span_to: Number.POSITIVE_INFINITY },
      { long: true, span_from: Number.NEGATIVE_INFINITY, span_to: day },
      { long: true, span_from: day, span_to: Number.POSITIVE_INFINITY },
      { long: true, span_from: Number.NEGATIVE_INFINITY, span_to: Number.POSITIVE_INFINITY },
    ]);
  });
});
