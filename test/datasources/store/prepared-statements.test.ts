/** Statements that a connection keeps prepared: whose rows they answer is decided each time they run. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import type { Tx } from '../../../datasources/store/store.ts';
import { runPrepared, runPreparedLast } from '../../../datasources/store/transactions.ts';
import { type FreshStore, freshStore } from '../../setup/database.ts';
import { insertTenant, type TenantFixture } from '../../setup/fixtures.ts';

let fresh: FreshStore;
let mine: TenantFixture;
let theirs: TenantFixture;
beforeAll(async () => {
  // One connection, so that the very same prepared statement serves everybody.
  fresh = await freshStore({ maximumConnections: 1 });
  mine = await insertTenant(fresh.store);
  theirs = await insertTenant(fresh.store);
});
afterAll(() => fresh.drop());

const seen = (ids: readonly string[]) =>
  sql<{ id: string }>`select id from calendar where id = any(${ids}::text[]) order by id`;
const both = () => [mine.calendarId, theirs.calendarId].sort();
const asTenant = ({ applicationId }: TenantFixture) =>
  fresh.store.withApplication({ applicationId, accountId: null }, (tx) => runPrepared(tx, seen(both())));

test('answer each tenant its own rows, in turn, long after their plan was made for another', async () => {
  // PostgreSQL settles on one plan for all arguments after five runs.
  for (let round = 0; round < 8; round++) {
    expect(await asTenant(mine)).toEqual([{ id: mine.calendarId }]);
    expect(await asTenant(theirs)).toEqual([{ id: theirs.calendarId }]);
    expect(await fresh.store.asWorker((tx) => runPrepared(tx, seen(both())))).toEqual(both().map((id) => ({ id })));
  }
});

test('answer the arguments of each run, and are prepared once', async () => {
  const asked = await fresh.store.asWorker(async (tx) => {
    const none = await runPrepared(tx, seen([]));
    const one = await runPrepared(tx, seen([mine.calendarId]));
    const { rows } = await sql<{ count: string }>`select count(*) from pg_prepared_statements
      where statement like 'select id from calendar where id = any(%'`.execute(tx);
    return { none, one, prepared: rows[0]?.count };
  });
  expect(asked).toEqual({ none: [], one: [{ id: mine.calendarId }], prepared: '1' });
});

test('that fail end their transaction with their own error, and the next goes on', async () => {
  const failing = sql`select 1 / ${0}::int`;
  await expect(fresh.store.asWorker((tx) => runPrepared(tx, failing))).rejects.toThrow('division by zero');
  expect(await asTenant(mine)).toEqual([{ id: mine.calendarId }]);
});

test('that end their transaction answer what they read, and nothing may follow them', async () => {
  const counter = { sqlQueries: 0 };
  const tenant = { applicationId: mine.applicationId, accountId: null };
  const read = fresh.store.withApplication(tenant, (tx) => runPreparedLast(tx, seen(both())), counter);
  expect(await read).toEqual([{ id: mine.calendarId }]);
  expect(counter.sqlQueries).toBe(1);
  const more = fresh.store.withApplication(tenant, async (tx) => {
    await runPreparedLast(tx, seen(both()));
    return sql`select 1`.execute(tx);
  });
  await expect(more).rejects.toThrow('this transaction is over');
  const elsewhere = runPreparedLast({} as Tx, seen(both()));
  await expect(elsewhere).rejects.toThrow(TypeError);
  // The one connection is as it was: nobody's role or tenant is left on it.
  expect(await asTenant(theirs)).toEqual([{ id: theirs.calendarId }]);
});

test('that end their transaction and fail reject with their own error, and the next goes on', async () => {
  const failing = sql`select 1 / ${0}::int`;
  await expect(fresh.store.asWorker((tx) => runPreparedLast(tx, failing))).rejects.toThrow('division by zero');
  await expect(fresh.store.asWorker((tx) => runPreparedLast(tx, sql`select no_such_column`))).rejects.toThrow('no_such_column'); // biome-ignore format: one call
  expect(await asTenant(mine)).toEqual([{ id: mine.calendarId }]);
});

test('past a hundred texts are run all the same, and prepared no more', async () => {
  await fresh.store.asWorker(async (tx) => {
    for (let number = 0; number < 120; number++) {
      expect(await runPrepared(tx, sql`select ${sql.raw(String(number))}::int as number`)).toEqual([{ number }]);
    }
    const { rows } = await sql<{ count: string }>`select count(*) from pg_prepared_statements`.execute(tx);
    expect(Number(rows[0]?.count)).toBeLessThanOrEqual(100);
  });
});
