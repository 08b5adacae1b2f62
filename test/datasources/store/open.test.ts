import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type FreshStore, freshStore } from '../../setup/database.ts';
import { insertTenant } from '../../setup/fixtures.ts';

let fresh: FreshStore;
beforeAll(async () => {
  fresh = await freshStore();
});
afterAll(() => fresh.drop());

test('smoke', async () => {
  const a = await insertTenant(fresh.store);
  const counter = { sqlQueries: 0 };
  const rows = await fresh.store.withApplication(
    a.tenant,
    (tx) => tx.selectFrom('account').selectAll().execute(),
    counter,
  );
  expect(rows).toHaveLength(1);
  expect(counter.sqlQueries).toBe(1);
  expect(
    await fresh.store.withApplication({ ...a.tenant, applicationId: 'app_none' }, (tx) =>
      tx.selectFrom('account').selectAll().execute(),
    ),
  ).toEqual([]);
});
