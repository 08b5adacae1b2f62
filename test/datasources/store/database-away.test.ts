/** A database that does not answer is told apart from one that refuses. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import pg from 'pg';
import { DatabaseAway, isDatabaseAway, watchDatabase } from '../../../datasources/store/database-away.ts';
import { createIdSource } from '../../../datasources/store/ids.ts';
import { openStore } from '../../../datasources/store/open.ts';
import { type FreshStore, freshStore, testKeyRing } from '../../setup/database.ts';

const coded = (code: string, message = 'x') => Object.assign(new Error(message), { code });

describe('an error', () => {
  test.each([
    coded('ECONNREFUSED'),
    coded('57P01', 'terminating connection due to administrator command'),
    coded('57P03'),
    coded('53300'),
    coded('08006'),
    new Error('Connection terminated unexpectedly'),
    new Error('timeout exceeded when trying to connect'),
    new AggregateError([coded('ECONNREFUSED'), coded('ECONNREFUSED')]),
    new DatabaseAway(null),
  ])('%s says that the database is away', (error) => {
    expect(isDatabaseAway(error)).toBe(true);
  });

  test.each([
    coded('23505'),
    coded('40P01'),
    coded('57014', 'canceling statement due to statement timeout'),
    coded('42P01', 'Connection terminated'),
    new Error('this transaction is over'),
    new AggregateError([]),
    new AggregateError([coded('ECONNREFUSED'), coded('23505')]),
    'Connection terminated',
    null,
  ])('%s does not', (error) => {
    expect(isDatabaseAway(error)).toBe(false);
  });
});

test('who watches is told once that it is away, whatever fails, and once that it is back', async () => {
  const told: (string | null)[] = [];
  const watched = watchDatabase((reason) => void told.push(reason));
  const refused = () => watched(() => Promise.reject(coded('ECONNREFUSED', 'connect ECONNREFUSED 10.0.0.1:5432')));
  expect(await watched(async () => 1)).toBe(1);
  await expect(refused()).rejects.toThrow(DatabaseAway);
  await expect(refused()).rejects.toMatchObject({ code: 'UNAVAILABLE', details: { retryAfter: 1 } });
  await expect(watched(() => Promise.reject(coded('23505')))).rejects.toMatchObject({ code: '23505' });
  await watched(async () => 2);
  await watched(async () => 3);
  expect(told).toEqual(['ECONNREFUSED', null]);
});

describe('a store', () => {
  let fresh: FreshStore;
  beforeAll(async () => {
    fresh = await freshStore();
  });
  afterAll(() => fresh.drop());

  test('whose connections are cut says so to what ran, and goes on with new ones', async () => {
    const told: (string | null)[] = [];
    const store = await openStore({
      database: fresh.address,
      ids: createIdSource(),
      keyRing: testKeyRing,
      zoneDataVersion: '2020a',
      maximumConnections: 2,
      onAway: (reason) => void told.push(reason),
    });
    try {
      const cut = store.asWorker(async (tx) => {
        const { rows } = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(tx);
        await fresh.superuser(`select pg_terminate_backend($1)`, [rows[0]?.pid]);
        await sql`select pg_sleep(1)`.execute(tx);
      });
      const failure = await cut.catch((error: unknown) => error);
      expect(failure).toBeInstanceOf(DatabaseAway);
      expect((failure as Error).message).toBe('Expected the database to answer, got none: try again');
      await store.asWorker((tx) => sql`select 1`.execute(tx));
      expect(told).toHaveLength(2);
      expect(told[1]).toBeNull();
    } finally {
      await store.close();
    }
  });

  test('whose statement is refused passes the refusal on as it came', async () => {
    await expect(fresh.store.asWorker((tx) => sql`select 1/0`.execute(tx))).rejects.toBeInstanceOf(pg.DatabaseError);
  });
});
