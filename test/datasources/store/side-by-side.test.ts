/** Two versions on one database: the older one goes on beside what it can go on beside, and refuses the rest. */
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { createIdSource } from '../../../datasources/store/ids.ts';
import { knownMigrations } from '../../../datasources/store/migrate.ts';
import { type OpenedStore, type OpenStoreOptions, openStore } from '../../../datasources/store/open.ts';
import { StartFailure } from '../../../datasources/store/start-failure.ts';
import { type FreshStore, freshDatabase, freshStore, testKeyRing } from '../../setup/database.ts';
import { embeddedServer, superuserQuery } from '../../setup/database-servers.ts';

const server = embeddedServer();
const all = knownMigrations();
const last = all.at(-1) ?? '';
const beforeLast = all.slice(0, -1);
const future = '20990101T0000-from-the-future';

let fresh: FreshStore;
const databases: string[] = [];
beforeAll(async () => {
  fresh = await freshStore();
});
afterAll(async () => {
  await fresh.drop();
  for (const database of databases)
    await superuserQuery(server, 'postgres', `drop database if exists ${database} with (force)`);
});
beforeEach(async () => {
  await fresh.superuser(`delete from kysely_migration where name like '2099%'`);
});

const open = (options: Partial<OpenStoreOptions> = {}): Promise<OpenedStore> =>
  openStore({
    database: fresh.address,
    ids: createIdSource(),
    keyRing: testKeyRing,
    zoneDataVersion: '2020a',
    maximumConnections: 2,
    ...options,
  });
const record = (name: string, compatibleFrom: string | null) =>
  fresh.superuser(`insert into kysely_migration (name, timestamp, compatible_from) values ($1, now()::text, $2)`, [
    name,
    compatibleFrom,
  ]);
const declared = (name: string) =>
  fresh
    .superuser<{ compatible_from: string | null }>(`select compatible_from from kysely_migration where name = $1`, [
      name,
    ])
    .then(([row]) => row?.compatible_from);

async function refusal(options: Partial<OpenStoreOptions> = {}): Promise<string> {
  const opened = open(options);
  const failure = await opened.then(
    (store) => store.close().then(() => null),
    (error: unknown) => error,
  );
  expect(failure).toBeInstanceOf(StartFailure);
  return (failure as StartFailure).message;
}

test('a node whose last migration is hidden starts beside it when its own last one is enough for that', async () => {
  const own = await declared(last);
  await fresh.superuser(`update kysely_migration set compatible_from = $1 where name = $2`, [beforeLast.at(-1), last]);
  const older = await open({ knownMigrations: beforeLast });
  try {
    await older.ping();
    await older.checkSchema();
    const { rows } = await older.asWorker((tx) => sql`select 1 from account`.execute(tx));
    expect(rows).toEqual([]);
    // It said nothing of a migration that it does not know.
    expect(await declared(last)).toBe(beforeLast.at(-1));
  } finally {
    await older.close();
    await fresh.superuser(`update kysely_migration set compatible_from = $1 where name = $2`, [own, last]);
  }
});

test('an expansion is started beside by every node since the one that it names', async () => {
  await record(future, beforeLast.at(-1) ?? '');
  await (await open()).close();
});

test('a contraction is started beside by nodes that have what came in its place, and by no others', async () => {
  await record(future, last);
  await (await open()).close();
  await fresh.superuser(`update kysely_migration set compatible_from = $1 where name = $2`, [
    '20980101T0000-expansion',
    future,
  ]);
  expect(await refusal()).toBe(
    `the database is newer than this Meridian: it has the migration ${future}, which needs 20980101T0000-expansion of every node, the last one known here is ${last}; start the newer version, or restore an export made by this one`,
  );
});

test('one that says nothing is refused, and of several the last that breaks is named', async () => {
  await record('20990101T0000-a', null);
  await record('20990101T0001-b', null);
  await record('20990101T0002-c', last);
  expect(await refusal()).toContain('it has the migration 20990101T0001-b, the last one known here is');
});

test('two lines of development are not mixed: who lacks a migration of the database does not add its own', async () => {
  const database = await freshDatabase(server);
  databases.push(database);
  await superuserQuery(server, database, `delete from kysely_migration where name = '${last}'`);
  await superuserQuery(
    server,
    database,
    `insert into kysely_migration (name, timestamp, compatible_from) values ('${future}', now()::text, '${last}')`,
  );
  expect(await refusal({ database: { ...server.login, database } })).toContain(future);
  const rows = await superuserQuery(server, database, `select 1 from kysely_migration where name = '${last}'`);
  expect(rows).toEqual([]);
});

test('a node that runs goes on while a newer one migrates, and is not ready once it could not start', async () => {
  const running = await open();
  try {
    await fresh.superuser(`alter table account add column from_the_future text`);
    await record(future, last);
    await running.checkSchema();
    await running.asWorker((tx) => sql`select * from account`.execute(tx));
    await record('20990101T0001-breaking', null);
    await expect(running.checkSchema()).rejects.toThrow(StartFailure);
  } finally {
    await fresh.superuser(`alter table account drop column from_the_future`);
    await running.close();
  }
});

test('what a start that died left unsaid, the next one records', async () => {
  const sideBySide = '20261122T2200-side-by-side';
  await fresh.superuser(`update kysely_migration set compatible_from = null where name = $1`, [sideBySide]);
  await (await open()).close();
  expect(await declared(sideBySide)).toBe('20261122T2030-profile-homes');
});

test('of three nodes that start at once on an empty database one migrates, and the others wait for it', async () => {
  const name = `side_by_side_${process.pid}_${databases.length}`;
  await superuserQuery(server, 'postgres', `create database ${name} owner ${server.login.user}`);
  databases.push(name);
  const database = { ...server.login, database: name };
  const stores = await Promise.all([open({ database }), open({ database }), open({ database })]);
  try {
    const names = await superuserQuery<{ name: string }>(server, name, 'select name from kysely_migration order by 1');
    expect(names.map((row) => row.name)).toEqual(all);
    expect(new Set(stores.map(({ installation }) => installation.instanceName)).size).toBe(1);
  } finally {
    for (const store of stores) await store.close();
  }
});
