import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  acquireLease,
  assertLease,
  expireAllLeases,
  LeaseLost,
  releaseLease,
  renewLease,
} from '../../datasources/store/leases.ts';
import { type FreshStore, freshStore } from '../setup/database.ts';

let fresh: FreshStore;
beforeAll(async () => {
  fresh = await freshStore({ maximumConnections: 6 });
});
afterAll(() => fresh.drop());

let accounts = 0;
const account = () => `acc_${++accounts}`;
const take = (id: string, holder = 'me', milliseconds = 10_000) =>
  fresh.store.asWorker((tx) => acquireLease(tx, id, holder, milliseconds));
const runOut = (id: string) =>
  fresh.superuser(`update lease set expires_at = clock_timestamp() - interval '1 ms' where account_id = $1`, [id]);

describe('the lease', () => {
  test('one holder at a time, among 20 that ask at once', async () => {
    const id = account();
    const fences = await Promise.all(Array.from({ length: 20 }, (_, index) => take(id, `holder ${index}`)));
    expect(fences.filter((fence) => fence !== null)).toEqual(['1']);
  });

  test('a released lease is free at once, and the fence rises with every taking', async () => {
    const id = account();
    expect(await take(id)).toBe('1');
    await fresh.store.asWorker((tx) => releaseLease(tx, id, '1'));
    expect(await take(id, 'you')).toBe('2');
    await fresh.store.asWorker((tx) => releaseLease(tx, id, '1'));
    expect(await take(id, 'me')).toBeNull();
  });

  test('a lease that ran out is taken over within its time, and the old holder can neither renew nor commit', async () => {
    const id = account();
    await take(id, 'dead', 300);
    const began = performance.now();
    let fence: string | null = null;
    while (fence === null) fence = await take(id, 'alive');
    expect(fence).toBe('2');
    expect(performance.now() - began).toBeLessThan(5_000);
    expect(await fresh.store.asWorker((tx) => renewLease(tx, id, '1', 10_000))).toBe(false);
    await expect(fresh.store.asWorker((tx) => assertLease(tx, id, '1'))).rejects.toThrow(LeaseLost);
  });

  test('one that ran out and that nobody took is still its holder’s', async () => {
    const id = account();
    await take(id);
    await runOut(id);
    await fresh.store.asWorker((tx) => assertLease(tx, id, '1'));
    expect(await fresh.store.asWorker((tx) => renewLease(tx, id, '1', 10_000))).toBe(true);
    expect(await take(id, 'you')).toBeNull();
  });

  test('nobody takes it over between the check and the commit', async () => {
    const id = account();
    await take(id);
    await runOut(id);
    let taken: Promise<string | null> = Promise.resolve(null);
    let takenYet = false;
    await fresh.store.asWorker(async (tx) => {
      await assertLease(tx, id, '1');
      taken = take(id, 'you').then((fence) => {
        takenYet = true;
        return fence;
      });
      await new Promise((resolve) => setTimeout(resolve, 150));
      expect(takenYet).toBe(false);
    });
    expect(await taken).toBe('2');
  });

  test('the start of the only process takes everything back at once, and fences a paused one out', async () => {
    const id = account();
    await take(id);
    await fresh.store.asWorker(expireAllLeases);
    await expect(fresh.store.asWorker((tx) => assertLease(tx, id, '1'))).rejects.toThrow(LeaseLost);
    expect(await take(id, 'new')).toBe('3');
  });
});
