/** Export and restore on real databases: what comes back is what was there, on the same server and on another. */
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import pg from 'pg';
import { type LogPosition, readChangeLog } from '../../../../datasources/store/change-log/read.ts';
import { appendChanges, currentPosition } from '../../../../datasources/store/change-log.ts';
import type { DatabaseAddress } from '../../../../datasources/store/connection.ts';
import { clientConfig } from '../../../../datasources/store/connection.ts';
import { verifyExport } from '../../../../datasources/store/export/read.ts';
import { type Occupant, restoreExport } from '../../../../datasources/store/export/restore.ts';
import { leftOut, parentsFirst, readTables } from '../../../../datasources/store/export/tables.ts';
import { writeExport } from '../../../../datasources/store/export/write.ts';
import { createIdSource } from '../../../../datasources/store/ids.ts';
import { createInstallation } from '../../../../datasources/store/installation.ts';
import { knownMigrations, migrateInside } from '../../../../datasources/store/migrate.ts';
import { type OpenedStore, openStore } from '../../../../datasources/store/open.ts';
import { checkLogin, ensureRoles } from '../../../../datasources/store/roles.ts';
import { type FreshStore, freshStore, testKeyRing } from '../../../setup/database.ts';
import {
  debianMissing,
  embeddedServer,
  type ServerAddress,
  startDebian,
  superuserQuery,
  testZoneDataVersion,
} from '../../../setup/database-servers.ts';
import { awkward, blankDatabase, contents, type Filled, fill, password, schemaOf } from './installation.ts';

const folder = mkdtempSync(join(tmpdir(), 'meridian-export-'));
let source: FreshStore;
let filled: Filled;
let file: string;
let before: LogPosition;

beforeAll(async () => {
  source = await freshStore();
  filled = await fill(source);
  before = await source.store.asWorker(currentPosition);
  file = join(folder, 'whole.export');
  await exportTo(source.address, file);
});
afterAll(async () => {
  await source.drop();
  rmSync(folder, { recursive: true, force: true });
});

const never = () => false;
const always = () => true;

const exportTo = (database: DatabaseAddress, to: string) =>
  writeExport({ database, file: to, meridian: '0.0.0-test', replace: false });

const restore = async (database: DatabaseAddress, from: string, replace: (occupant: Occupant) => boolean = never) =>
  restoreExport({ database, keyRing: testKeyRing, verified: await verifyExport(from), replace });

const open = (database: ServerAddress): Promise<OpenedStore> =>
  openStore({
    database,
    ids: createIdSource(),
    keyRing: testKeyRing,
    zoneDataVersion: testZoneDataVersion,
    maximumConnections: 2,
  });

const everything = {
  accountIds: null,
  calendarIds: null,
  kinds: null,
  applicationId: null,
  managed: 'INCLUDE',
  includeOwn: true,
  granting: null,
} as const;

describe('an export', () => {
  test('is one file of mode 0600 and leaves nothing else behind', () => {
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readdirSync(folder)).toEqual(['whole.export']);
  });

  test("has a header that says what it is, and holds every table but leases and the schema's own records", async () => {
    const verified = await verifyExport(file);
    expect(verified.header).toMatchObject({
      format: 'meridian-export',
      version: 1,
      meridian: '0.0.0-test',
      migrations: knownMigrations(),
    });
    const before = await contents(source.server, source.address.database);
    for (const [table, what] of Object.entries(before)) expect([table, what]).not.toEqual([table, '0 null']);
  });

  test('does not replace a file that is there, nor write where there is no folder', async () => {
    await expect(exportTo(source.address, file)).rejects.toThrow(`${file} exists already`);
    await expect(exportTo(source.address, join(folder, 'no', 'x'))).rejects.toThrow('does not exist');
  });

  test('of a database without Meridian is refused and leaves no file', async () => {
    const blank = await blankDatabase(embeddedServer());
    await expect(exportTo(blank.address, join(folder, 'blank'))).rejects.toThrow('there is nothing to export');
    expect(readdirSync(folder)).not.toContain('blank');
    await blank.drop();
  });

  test('is of one instant, while others write', async () => {
    const busy = await freshStore();
    const { tenants } = await fill(busy);
    const [{ accountId, profileId, calendarId }] = tenants;
    let writing = true;
    let written = 0;
    const change = { kind: 'EVENT_UPDATED', subjectId: 'x', profileId, calendarId, managedBy: null } as const;
    const writer = (async () => {
      for (; writing; written++)
        await busy.store.asWorker((tx) => appendChanges(tx, accountId, [change], { madeBy: null }));
    })();
    const name = join(folder, 'busy.export');
    while (written < 20) await new Promise((resolve) => setTimeout(resolve, 5));
    const { rows } = await exportTo(busy.address, name);
    writing = false;
    await writer;
    const target = await blankDatabase(embeddedServer());
    await restore(target.address, name);
    const [found] = await superuserQuery<{ last: string; highest: string; count: string }>(
      embeddedServer(),
      target.address.database,
      `select (select sequence from account_log where account_id = $1) as last, max(sequence) as highest, count(*) as count from change_log where account_id = $1`,
      [accountId],
    );
    expect(found?.last).toBe(found?.highest);
    expect(Number(found?.count)).toBe(Number(found?.last));
    expect(rows['change_log']).toBeGreaterThanOrEqual(20);
    await busy.drop();
    await target.drop();
  });
});

describe('a restore into an empty database', () => {
  test('brings every row back, and the schema as migrations make it', async () => {
    const target = await blankDatabase(embeddedServer());
    await restore(target.address, file);
    const { database } = target.address;
    expect(await contents(embeddedServer(), database)).toEqual(await contents(source.server, source.address.database));
    expect(await schemaOf(embeddedServer(), database)).toEqual(await schemaOf(source.server, source.address.database));
    const [row] = await superuserQuery<{ raw: string; leases: string }>(
      embeddedServer(),
      database,
      'select raw, (select count(*) from lease) as leases from event where id = $1',
      [filled.eventId],
    );
    expect(row).toEqual({ raw: awkward, leases: '0' });
    await target.drop();
  });

  test('keeps tenants apart, opens what was sealed, and gives no id out twice', async () => {
    const target = await blankDatabase(embeddedServer());
    await restore(target.address, file);
    const store = await open(target.address);
    const [first, second] = filled.tenants;
    const seen = await store.withApplication(first.accountTenant, (tx) =>
      tx.selectFrom('account').select('id').execute(),
    );
    expect(seen).toEqual([{ id: first.accountId }]);
    const { credential } = await store.asWorker((tx) =>
      tx.selectFrom('profile').select('credential').where('id', '=', filled.profileId).executeTakeFirstOrThrow(),
    );
    expect(testKeyRing.open(credential ?? '', `profile:${filled.profileId}:credential`)).toBe(password);
    const { ordinal } = await store.asWorker((tx) =>
      tx
        .insertInto('account')
        .values({
          id: store.ids('acc'),
          unit_id: first.unitId,
          kind: 'USER',
          owner_application_id: null,
          application_key: null,
          email: null,
          name: null,
        })
        .returning('ordinal')
        .executeTakeFirstOrThrow(),
    );
    // One account between was deleted before the export.
    expect(Number(ordinal)).toBe(Number(second.accountOrdinal) + 2);
    await store.close();
    await target.drop();
  });

  test('raises the epoch: older cursors are lost, newer ones tell what changes from then on', async () => {
    const target = await blankDatabase(embeddedServer());
    const { epoch } = await restore(target.address, file);
    expect(epoch).toBeGreaterThan(source.store.installation.epoch);
    const store = await open(target.address);
    expect(store.installation.epoch).toBe(epoch);
    const [{ accountId, profileId, calendarId }] = filled.tenants;
    const read = (position: LogPosition) => store.asWorker((tx) => readChangeLog(tx, position, everything, 10));
    expect((await read(before)).status).toBe('lost');
    const cursor = await store.asWorker(currentPosition);
    expect(await read(cursor)).toMatchObject({ status: 'read', rows: [], exhausted: true });
    const change = { kind: 'EVENT_UPDATED', subjectId: 'new', profileId, calendarId, managedBy: null } as const;
    await store.asWorker((tx) => appendChanges(tx, accountId, [change], { madeBy: null }));
    expect(await read(cursor)).toMatchObject({ status: 'read', rows: [{ subjectId: 'new', sequence: 4 }] });
    await store.close();
    await target.drop();
  });

  test('twice gives two epochs: a cursor of the one means nothing in the other', async () => {
    const [one, other] = [await blankDatabase(embeddedServer()), await blankDatabase(embeddedServer())];
    const first = await restore(one.address, file);
    await new Promise((resolve) => setTimeout(resolve, 1_100));
    const second = await restore(other.address, file);
    expect(second.epoch).toBeGreaterThan(first.epoch);
    await one.drop();
    await other.drop();
  });

  test('of an older schema runs the migrations since', async () => {
    const old = await blankDatabase(embeddedServer());
    const [oldest = ''] = knownMigrations();
    const client = new pg.Client(clientConfig(old.address));
    await client.connect();
    await ensureRoles(client, await checkLogin(client));
    await client.query('begin');
    await migrateInside(client, oldest);
    await createInstallation(client, testKeyRing, 'older', testZoneDataVersion);
    await client.query('commit');
    await client.end();
    const name = join(folder, 'older.export');
    const { header } = await exportTo(old.address, name);
    expect(header.migrations).toEqual([oldest]);
    const target = await blankDatabase(embeddedServer());
    await restore(target.address, name);
    expect(await schemaOf(embeddedServer(), target.address.database)).toEqual(
      await schemaOf(source.server, source.address.database),
    );
    const store = await open(target.address);
    expect(store.installation.instanceName).toBe('older');
    await store.close();
    await old.drop();
    await target.drop();
  });
});

describe('a restore over what is there', () => {
  test('is refused without consent, told what would go, and changes nothing', async () => {
    const target = await freshStore();
    await fill(target);
    const { database } = target.address;
    await target.store.close();
    const held = await contents(embeddedServer(), database);
    await expect(restore(target.address, file)).rejects.toThrow(
      'it holds 2 accounts and 1 events; nothing was changed',
    );
    expect(await contents(embeddedServer(), database)).toEqual(held);
    await target.drop();
  });

  test('replaces all of it, with an epoch above both', async () => {
    const target = await freshStore();
    await fill(target);
    const { database } = target.address;
    await target.superuser('update installation set epoch = 2000000000');
    await target
      .superuser('create schema boss authorization meridian; create table boss.job (id int)')
      .catch(() => undefined);
    await target.store.close();
    const told: Occupant[] = [];
    const { epoch } = await restore(target.address, file, (occupant) => told.push(occupant) > 0);
    expect(told).toMatchObject([{ accounts: 2, events: 1, applications: 1 }]);
    expect(epoch).toBe(2_000_000_001);
    expect(await contents(embeddedServer(), database)).toEqual(await contents(source.server, source.address.database));
    await target.drop();
  });

  test('is refused while a Meridian is connected, and beside tables that are not ours', async () => {
    const target = await freshStore();
    await target.store.ping();
    await expect(restore(target.address, file, always)).rejects.toThrow('a Meridian works with this database');
    await target.store.close();
    await target.superuser('create table customers (id int)');
    await expect(restore(target.address, file, always)).rejects.toThrow("tables that are not Meridian's (customers)");
    await target.drop();
  });
});

const reason = debianMissing();
describe('from one major version of PostgreSQL to another and back', () => {
  if (reason !== null) {
    test(`left out: ${reason}`, () => {
      process.stderr.write(`${reason}\n`);
    });
    return;
  }
  test('embedded 18 → 15 → embedded 18: every table is the same', async () => {
    const debian = await startDebian();
    try {
      const there = await blankDatabase(debian.server);
      const first = await restore(there.address, file);
      const expected = await contents(source.server, source.address.database);
      expect(await contents(debian.server, there.address.database)).toEqual(expected);
      const name = join(folder, 'from-15.export');
      const { header } = await exportTo(there.address, name);
      expect(header.postgres).toMatch(/^15\./);
      const back = await blankDatabase(embeddedServer());
      const second = await restore(back.address, name);
      expect(second.epoch).toBeGreaterThan(first.epoch);
      expect(await contents(embeddedServer(), back.address.database)).toEqual(expected);
      expect(await schemaOf(embeddedServer(), back.address.database)).toEqual(
        await schemaOf(source.server, source.address.database),
      );
      await back.drop();
    } finally {
      debian.stop();
    }
  }, 180_000);
});

describe('which tables there are', () => {
  const look = async (database: DatabaseAddress) => {
    const client = new pg.Client(clientConfig(database));
    await client.connect();
    try {
      return await readTables(client);
    } finally {
      await client.end();
    }
  };

  test("every table that migrations make is exported or left out by name, and every sequence is an identity's", async () => {
    const { exported, foreign, identities } = await look(source.address);
    expect(foreign).toEqual([]);
    const [found] = await source.superuser<{ tables: string[]; sequences: string }>(
      `select array(select relname::text from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') order by relname) as tables,
         (select count(*) from pg_class where relnamespace = 'public'::regnamespace and relkind = 'S') as sequences`,
    );
    expect([...exported.map(({ table }) => table), ...leftOut].sort()).toEqual(found?.tables);
    expect(Number(found?.sequences)).toBe(identities.length);
  });

  test('a table is ours when our roles may use it; one whose policy hides rows from the worker is not exported in part', async () => {
    const fresh = await freshStore();
    await fresh.store.close();
    await fresh.superuser(
      'create table theirs (id int); create table ours (id int); grant select on ours to meridian_worker',
    );
    const { exported, foreign } = await look(fresh.address);
    expect(foreign).toEqual(['theirs']);
    expect(exported.filter(({ table }) => table === 'ours')).toEqual([
      { table: 'ours', columns: ['id'], secured: false },
    ]);
    await fresh.superuser(
      'alter table ours enable row level security; create policy worker on ours to meridian_worker using (id > 0)',
    );
    await expect(look(fresh.address)).rejects.toThrow(
      'the table ours has a policy under which an export would miss rows',
    );
    await fresh.drop();
  });
});

test('tables are ordered so that references are there before; a circle is an error', () => {
  const ordered = parentsFirst([
    { name: 'c', parents: ['b', 'elsewhere'] },
    { name: 'b', parents: ['a'] },
    { name: 'a', parents: [] },
  ]);
  expect(ordered.map(({ name }) => name)).toEqual(['a', 'b', 'c']);
  expect(() =>
    parentsFirst([
      { name: 'a', parents: ['b'] },
      { name: 'b', parents: ['a'] },
    ]),
  ).toThrow('in a circle');
});
