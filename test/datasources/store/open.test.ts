import { randomBytes } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import pg from 'pg';
import { createKeyRing, type KeyRing } from '../../../datasources/secrets/key-ring.ts';
import { createIdSource } from '../../../datasources/store/ids.ts';
import { knownMigrations } from '../../../datasources/store/migrate.ts';
import { type OpenedStore, type OpenStoreOptions, openStore } from '../../../datasources/store/open.ts';
import { StartFailure } from '../../../datasources/store/start-failure.ts';
import { type FreshStore, freshDatabase, freshStore, testKeyRing } from '../../setup/database.ts';
import {
  debianMissing,
  embeddedServer,
  type ServerAddress,
  startDebian,
  superuserQuery,
  type TestServer,
} from '../../setup/database-servers.ts';

const missing = debianMissing();
if (missing !== null) console.warn(missing);

const servers: [string, () => Promise<{ server: TestServer; stop(): void }>][] = [
  ['the embedded PostgreSQL', async () => ({ server: embeddedServer(), stop: () => undefined })],
  ...(missing === null ? [["Debian's PostgreSQL 15", startDebian] as [string, typeof startDebian]] : []),
];

const keyRing = (seed: number, id = 'test'): KeyRing =>
  createKeyRing([{ id, key: Uint8Array.from({ length: 32 }, (_, i) => (i * seed) % 256) }]);

function urlOf(address: ServerAddress): string {
  const host = address.host.startsWith('/') ? '' : `${address.host}:${address.port}`;
  const query = address.host.startsWith('/') ? `?host=${encodeURIComponent(address.host)}` : '';
  return `postgres://${address.user}:${address.password}@${host}/${address.database}${query}`;
}

test('every file of migrations/ is listed, and named by its time', () => {
  const files = readdirSync(new URL('../../../datasources/store/migrations/', import.meta.url));
  expect(files.map((file) => file.replace(/\.ts$/, '')).sort()).toEqual(knownMigrations());
  for (const name of knownMigrations()) expect(name).toMatch(/^\d{8}T\d{4}-[a-z0-9-]+$/);
});

describe.each(servers)('opening a store on %s', (_name, open) => {
  let server: TestServer;
  let stop: () => void;
  let fresh: FreshStore;
  const databases: string[] = [];
  const roles: string[] = [];

  beforeAll(async () => {
    ({ server, stop } = await open());
    fresh = await freshStore({ server });
  });
  afterAll(async () => {
    await fresh?.drop();
    for (const database of databases) await admin(`drop database if exists ${database} with (force)`);
    for (const role of roles) await admin(`drop owned by ${role}; drop role ${role}`);
    stop?.();
  });

  const admin = (statement: string, database = 'postgres') => superuserQuery(server, database, statement);

  async function emptyDatabase(owner = server.login.user): Promise<ServerAddress> {
    const database = `test_${randomBytes(8).toString('hex')}`;
    databases.push(database);
    await admin(`create database ${database} owner ${owner}`);
    return { ...server.login, database };
  }

  async function role(attributes: string): Promise<{ user: string; password: string }> {
    const user = `role_${randomBytes(6).toString('hex')}`;
    await admin(`create role ${user} login ${attributes} password 'p'`);
    roles.push(user);
    return { user, password: 'p' };
  }

  const opened = (options: Partial<OpenStoreOptions> & Pick<OpenStoreOptions, 'database'>): Promise<OpenedStore> =>
    openStore({
      ids: createIdSource(),
      keyRing: testKeyRing,
      zoneDataVersion: '2025b',
      maximumConnections: 2,
      ...options,
    });

  async function refusal(options: Partial<OpenStoreOptions> & Pick<OpenStoreOptions, 'database'>): Promise<string> {
    try {
      await (await opened(options)).close();
    } catch (error) {
      expect(error).toBeInstanceOf(StartFailure);
      expect((error as Error).message).not.toContain('\n');
      return (error as Error).message;
    }
    throw new Error('it opened');
  }

  /** Everything in the database that a start could change. */
  const stateOf = (database: string) =>
    superuserQuery(
      server,
      database,
      `select (select string_agg(c.relname || c.xmin::text, ' ' order by c.oid) from pg_class c where c.relnamespace = 'public'::regnamespace) as tables,
         (select string_agg(i::text || i.xmin::text, ' ') from installation i) as installation`,
    );

  test('an empty database gets its schema and its installation; a second start changes nothing', async () => {
    const database = await emptyDatabase();
    const first = await opened({ database });
    expect(first.installation).toEqual({ instanceName: testKeyRing.instanceName, epoch: 1, zoneDataVersion: '2025b' });
    await first.close();
    await first.close();
    const second = await opened({ database: urlOf(database), instanceName: 'ignored' });
    expect(second.installation).toEqual(first.installation);
    await second.ping();
    await second.close();
    await expect(second.ping()).rejects.toThrow();
  });

  test('eight nodes at once on an empty database: all open, one prepares it', async () => {
    const database = await emptyDatabase();
    const stores = await Promise.all(Array.from({ length: 8 }, () => opened({ database })));
    const rows = await superuserQuery<{ count: number }>(
      server,
      database.database,
      'select count(*)::int as count from installation',
    );
    expect(rows).toEqual([{ count: 1 }]);
    await Promise.all(stores.map((store) => store.close()));
  });

  test('a given instance name is kept', async () => {
    const database = await emptyDatabase();
    const store = await opened({ database, instanceName: 'calendar.example.com' });
    expect(store.installation.instanceName).toBe('calendar.example.com');
    await store.close();
  });

  test('the zone data version only rises, and so does the epoch', async () => {
    const database = await emptyDatabase();
    for (const [version, inForce] of [
      ['2025b', '2025b'],
      ['2026a', '2026a'],
      ['2025c', '2026a'],
    ] as const) {
      const store = await opened({ database, zoneDataVersion: version });
      expect(store.installation.zoneDataVersion).toBe(inForce);
      expect(await store.zoneDataVersion()).toBe(inForce);
      await store.close();
    }
    const store = await opened({ database });
    expect(await store.epoch()).toBe(1);
    await store.close();
  });

  test.each<[string, KeyRing, RegExp]>([
    [
      'another key under the same name',
      keyRing(11),
      /the encryption keys are not those of this database \(the key test is another one under the same name/,
    ],
    [
      'a ring without the key',
      keyRing(11, 'new'),
      /\(the key test is not in the ring\): put the key that sealed it into MERIDIAN_ENCRYPTION_KEYS/,
    ],
  ])('%s is refused, and nothing is touched', async (_what, wrong, expected) => {
    const before = await stateOf(fresh.address.database);
    expect(await refusal({ database: fresh.address, keyRing: wrong, zoneDataVersion: '2099z' })).toMatch(expected);
    expect(await stateOf(fresh.address.database)).toEqual(before);
  });

  test('a rotated ring opens, and seals the canary under its new key', async () => {
    const database = { ...server.login, database: await freshDatabase(server) };
    databases.push(database.database);
    const key = (i: number) => Uint8Array.from({ length: 32 }, (_, n) => (n * i) % 256);
    const rotated = createKeyRing([
      { id: 'new', key: key(13) },
      { id: 'test', key: key(7) },
    ]);
    await (await opened({ database, keyRing: rotated })).close();
    await (await opened({ database, keyRing: createKeyRing([{ id: 'new', key: key(13) }]) })).close();
    expect(await refusal({ database, keyRing: testKeyRing })).toMatch(/the key new is not in the ring/);
  });

  test('a database of a newer version is refused, and nothing is touched', async () => {
    const database = { ...server.login, database: await freshDatabase(server) };
    databases.push(database.database);
    await admin(
      `insert into kysely_migration values ('20990101T0000-from-the-future', now()::text)`,
      database.database,
    );
    const before = await stateOf(database.database);
    expect(await refusal({ database, zoneDataVersion: '2099z' })).toBe(
      `the database is newer than this Meridian: it has the migration 20990101T0000-from-the-future, the last one known here is ${knownMigrations().at(-1)}; start the newer version, or restore an export made by this one`,
    );
    expect(await stateOf(database.database)).toEqual(before);
  });

  test('a migration that fails leaves nothing behind', async () => {
    const database = await emptyDatabase();
    await admin(
      `create table event (somebody_elses integer); alter table event owner to ${server.login.user}`,
      database.database,
    );
    expect(await refusal({ database })).toMatch(
      /^the migration 20261122T1200-foundation failed and was rolled back: relation "event" already exists/,
    );
    const tables = await admin(
      `select relname from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace and relname !~ '^kysely'`,
      database.database,
    );
    expect(tables).toEqual([{ relname: 'event' }]);
  });

  describe('a login role', () => {
    test('that is a superuser is refused with the way out', async () => {
      const database = { ...server.superuser, database: fresh.address.database };
      expect(await refusal({ database })).toMatch(
        /^the role postgres of DATABASE_URL is a superuser, so nothing would keep tenants apart: create role meridian login .*; alter database .* owner to meridian; and put that role into DATABASE_URL$/,
      );
    });

    test('with BYPASSRLS, or a member of a role that has it or is a superuser, is refused', async () => {
      const own = await role('bypassrls');
      const member = await role('noinherit');
      const deep = await role('');
      await admin(`grant ${own.user} to ${member.user}; grant postgres to ${deep.user}`);
      for (const login of [own, member, deep]) {
        expect(await refusal({ database: { ...fresh.address, ...login } })).toMatch(
          /is exempt from row-level security \(BYPASSRLS, its own or of a role/,
        );
      }
    });

    test('that may not prepare the database is told the exact SQL, which then suffices', async () => {
      const login = await role('');
      const database = { ...(await emptyDatabase('postgres')), ...login };
      const message = await refusal({ database });
      expect(message).toMatch(
        new RegExp(
          `^the role ${login.user} may not prepare the database ${database.database}: run as an administrator: .*;$`,
        ),
      );
      const [, statements = ''] = /run as an administrator: (.*)$/.exec(message) ?? [];
      expect(statements).toContain(`grant create on database "${database.database}" to "${login.user}";`);
      await admin(statements, database.database);
      const store = await opened({ database });
      await store.asWorker((tx) => tx.selectFrom('account').selectAll().execute());
      await store.close();
    });

    test('is refused when the application role was made to own tables or to bypass', async () => {
      // Roles are the whole server's, so only on a server of our own.
      if (server.name !== "Debian's PostgreSQL 15") return;
      const database = await emptyDatabase();
      await admin('alter role meridian_app bypassrls');
      try {
        expect(await refusal({ database })).toMatch(
          /is exempt from row-level security|the role meridian_app is exempt/,
        );
      } finally {
        await admin('alter role meridian_app nobypassrls');
      }
    });

    test('with a wrong password is refused without showing it', async () => {
      const message = await refusal({ database: urlOf({ ...fresh.address, password: 'sesame-canary' }) });
      expect(message).toMatch(/^the database .*cannot be reached: password authentication failed for user/);
      expect(message).not.toContain('sesame-canary');
    });
  });

  test.each([
    [
      'postgres://u:sesame-canary@127.0.0.1:1/d',
      /^the database 127\.0\.0\.1:1\/d of DATABASE_URL cannot be reached: .*ECONNREFUSED/,
    ],
    [
      'postgres://u:sesame-canary@nowhere.invalid/d',
      /^the database nowhere\.invalid\/d of DATABASE_URL cannot be reached: /,
    ],
    ['sesame-canary', /^DATABASE_URL: expected a URL of the form postgres:/],
    ['mysql://u:sesame-canary@127.0.0.1/d', /^DATABASE_URL: expected a URL of the form postgres:/],
    ['postgres://[sesame-canary', /^DATABASE_URL: expected a URL of the form postgres:/],
  ])('%s is refused in one line', async (database, expected) => {
    const message = await refusal({ database });
    expect(message).toMatch(expected);
    expect(message).not.toContain('sesame-canary');
  });

  test('values arrive as what they are, whatever the zone of the machine', async () => {
    const { store } = fresh;
    const at = new Date('1883-11-18T17:00:01Z'); // before zones were whole minutes
    const [row] = await store.asWorker(async (tx) => {
      const { rows } = await sql<
        Record<string, unknown>
      >`select '2026-03-29'::date as day, array['2026-03-29']::date[] as days,
        '2026-03-29 02:30'::timestamp as wall, 9007199254740993::int8 as big, 1.10::numeric as decimal, interval '1 day' as span,
        '2026-03-29T01:00:00Z'::timestamptz as moment, '{"a":1}'::jsonb as json, null::date as nothing,
        ${at}::timestamptz = '1883-11-18T17:00:01Z'::timestamptz as kept, ${new Date('2026-03-29T01:30:00Z')}::timestamptz as sent`.execute(
        tx,
      );
      return rows;
    });
    expect(row).toEqual({
      day: '2026-03-29',
      days: '{2026-03-29}',
      wall: '2026-03-29 02:30:00',
      big: '9007199254740993',
      decimal: '1.10',
      span: '1 day',
      moment: new Date('2026-03-29T01:00:00Z'),
      json: { a: 1 },
      nothing: null,
      kept: true,
      sent: new Date('2026-03-29T01:30:00Z'),
    });
  });

  test('what was committed is there, what threw is not', async () => {
    const { store } = fresh;
    const insert = (id: string, fail: boolean) =>
      store.asWorker(async (tx) => {
        await tx.insertInto('organizational_unit').values({ id, name: id }).execute();
        if (fail) throw new Error('no');
        return id;
      });
    await expect(insert('org_kept', false)).resolves.toBe('org_kept');
    await expect(insert('org_thrown', true)).rejects.toThrow('no');
    // A deferred constraint fails at the commit itself.
    const late = store.asWorker((tx) =>
      tx.insertInto('account_log').values({ account_id: 'acc_none', account_ordinal: 1 }).execute(),
    );
    await expect(late).rejects.toMatchObject({ code: '23503' });
    const units = await fresh.superuser<{ id: string }>('select id from organizational_unit');
    expect(units).toEqual([{ id: 'org_kept' }]);
    expect(await fresh.superuser('select 1 from account_log')).toEqual([]);
  });

  test('a pool whose connections were all killed answers again, and the process lives', async () => {
    const errors: Error[] = [];
    const store = await opened({ database: fresh.address, onError: (error) => errors.push(error) });
    await Promise.all([store.ping(), store.ping()]);
    await fresh.superuser(
      `select pg_terminate_backend(pid, 5000) from pg_stat_activity where datname = current_database() and application_name = 'meridian'`,
    );
    let answered = false;
    for (let attempt = 0; attempt < 20 && !answered; attempt++) {
      answered = await store.ping().then(
        () => true,
        () => false,
      );
    }
    expect(answered).toBe(true);
    expect(errors.length).toBeGreaterThan(0);
    await store.close();
  });

  test('a connection beside the pool can be had', async () => {
    const client = new pg.Client(fresh.store.clientConfig);
    await client.connect();
    expect((await client.query(`select current_user as name, '2026-01-01'::date as day`)).rows).toEqual([
      { name: server.login.user, day: '2026-01-01' },
    ]);
    await client.end();
  });
});
