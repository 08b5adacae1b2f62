/** What is stored of accounts, remembered for the questions after: for as long as the account stands, and no longer than memory allows. */
import { expect, test } from '@jest/globals';
import type { Actor } from '../../../domain/actor.ts';
import { nothingStored, storedAvailabilityReader } from '../../../scheduling/availability/stored.ts';

const actor = { applicationId: 'app_one' } as Actor;
const other = { applicationId: 'app_two' } as Actor;
const account = (accountId: string, sequence: number, periods = 1) => ({
  accountId,
  sequence,
  stored: { rules: [], periods: Array.from({ length: periods }, (_, at) => [at, at + 1] as const) },
});

test('is asked for anew only where the account is another than it was', () => {
  const reader = storedAvailabilityReader();
  const first = reader.asking(actor, ['acc_a', 'acc_b']);
  expect([...first.known]).toEqual([['acc_a', null], ['acc_b', null]]); // biome-ignore format: two pairs
  const read = account('acc_a', 7);
  expect(first.of(read)).toBe(read.stored);
  const second = reader.asking(actor, ['acc_a', 'acc_b']);
  expect([...second.known.values()]).toEqual([7, null]);
  expect(second.of({ accountId: 'acc_a', sequence: 7 })).toBe(read.stored);
  const changed = account('acc_a', 8, 2);
  expect(second.of(changed)).toBe(changed.stored);
  expect([...reader.asking(actor, ['acc_a']).known.values()]).toEqual([8]);
});

test('is told to the application alone that stored it', () => {
  const reader = storedAvailabilityReader();
  reader.asking(actor, ['acc_a']).of(account('acc_a', 7));
  const asking = reader.asking(other, ['acc_a']);
  expect([...asking.known.values()]).toEqual([null]);
  expect(asking.of({ accountId: 'acc_a', sequence: 7 })).toEqual(nothingStored);
});

test('is not remembered from inside a transaction: its sequence may be given to another change', () => {
  const reader = storedAvailabilityReader();
  const inside = account('acc_a', 7);
  expect(reader.asking(actor, ['acc_a'], false).of(inside)).toBe(inside.stored);
  expect([...reader.asking(actor, ['acc_a']).known.values()]).toEqual([null]);
});

test('is forgotten beyond 200,000 of everything, the account first that was not asked for longest', () => {
  const reader = storedAvailabilityReader();
  for (const id of ['acc_a', 'acc_b', 'acc_c']) reader.asking(actor, [id]).of(account(id, 1, 60_000));
  reader.asking(actor, ['acc_a']).of({ accountId: 'acc_a', sequence: 1 });
  const asking = reader.asking(actor, ['acc_b']);
  reader.asking(actor, ['acc_d']).of(account('acc_d', 1, 60_000));
  const { known } = reader.asking(actor, ['acc_a', 'acc_b', 'acc_c', 'acc_d']);
  expect([...known.values()]).toEqual([1, null, 1, 1]);
  // Who had it already keeps it to the end.
  expect(asking.of({ accountId: 'acc_b', sequence: 1 }).periods).toHaveLength(60_000);
});
