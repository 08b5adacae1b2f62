/** A copy of the database that `meridian restore` did not make: its epoch is another, so that no cursor is believed that it cannot keep. */
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import pg from 'pg';
import { createIdSource } from '../../../datasources/store/ids.ts';
import { beginEpochWhereRestored } from '../../../datasources/store/incarnation.ts';
import { type OpenedStore, openStore } from '../../../datasources/store/open.ts';
import { type FreshStore, freshStore, testKeyRing } from '../../setup/database.ts';
import { embeddedServer, type ServerAddress, superuserQuery } from '../../setup/database-servers.ts';

const server = embeddedServer();
let fresh: FreshStore;
const copies: string[] = [];
beforeAll(async () => {
  fresh = await freshStore({ server });
});
afterEach(async () => {
  for (const copy of copies.splice(0)) await superuserQuery(server, 'postgres', `drop database ${copy} with (force)`);
});
afterAll(() => fresh.drop());

const open = (address: ServerAddress): Promise<OpenedStore> =>
  openStore({
    database: address,
    ids: createIdSource(),
    keyRing: testKeyRing,
    zoneDataVersion: '2020a',
    maximumConnections: 1,
  });

async function epochAfter(address: ServerAddress): Promise<number> {
  const store = await open(address);
  const { epoch } = store.installation;
  expect(await store.epoch()).toBe(epoch);
  await store.close();
  return epoch;
}

/** As a dump that is read into another database of the same server: what is newer is missing, the transaction ids go on. */
async function copied(): Promise<ServerAddress> {
  const copy = `${fresh.address.database}_copy${copies.length}`;
  await fresh.store.close();
  await superuserQuery(
    server,
    'postgres',
    `create database ${copy} template ${fresh.address.database} owner ${server.login.user}`,
  );
  copies.push(copy);
  return { ...fresh.address, database: copy };
}

test('the same database, opened again and again, keeps its epoch', async () => {
  const first = await epochAfter(fresh.address);
  expect(await epochAfter(fresh.address)).toBe(first);
});

test('a copy begins an epoch that no other has, once; the original keeps its own', async () => {
  const original = await epochAfter(fresh.address);
  const copy = await copied();
  const begun = await epochAfter(copy);
  expect(begun).toBeGreaterThan(original);
  expect(await epochAfter(copy)).toBe(begun);
  expect(await epochAfter(fresh.address)).toBe(original);
});

test('another timeline, as of a standby that was promoted, begins an epoch while the service runs', async () => {
  const store = await open(fresh.address);
  const before = await store.epoch();
  await fresh.superuser(
    `update installation set incarnation = regexp_replace(incarnation, '/[0-9A-F]{8}$', '/00000000')`,
  );
  const [first, second] = await Promise.all([beginAs(store), beginAs(store)]);
  expect([first, second].filter((epoch) => epoch !== null)).toEqual([await store.epoch()]);
  expect(await store.epoch()).toBeGreaterThan(before);
  await store.close();
});

/** As the store asks when its database answers again. */
async function beginAs(store: OpenedStore): Promise<number | null> {
  const client = new pg.Client(store.clientConfig);
  await client.connect();
  try {
    return await beginEpochWhereRestored(client);
  } finally {
    await client.end();
  }
}
