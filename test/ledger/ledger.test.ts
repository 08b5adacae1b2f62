/** The whole ledger, small: a few thousand changes on two nodes, each fault once. `npm run bench -- ledger` is the large one. */
import { existsSync } from 'node:fs';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { debianMissing } from '../setup/database-servers.ts';
import { redisMissing } from '../setup/servers/redis.ts';
import { type FaultName, faults } from './faults.ts';
import { keepLedger, type LedgerResult } from './ledger.ts';

const missing =
  debianMissing() ?? redisMissing() ?? (existsSync('/proc/net/tcp') ? null : 'no /proc: this is not Linux');
if (missing !== null && process.env['REQUIRE_SERVERS'] === '1') throw new Error(`REQUIRE_SERVERS=1, but ${missing}`);
if (missing !== null) process.stderr.write(`left out: the ledger: ${missing}\n`);

(missing === null ? describe : describe.skip)('what was committed beside what subscribers received', () => {
  const said: string[] = [];
  let ledger: LedgerResult;
  beforeAll(async () => {
    ledger = await keepLedger({
      nodes: 2,
      accounts: 6,
      writers: 2,
      writing: { atOnce: 4, changesAtMost: 6, longPercent: 10, longMilliseconds: 800, pauseMilliseconds: 250 },
      changes: 3_000,
      changesAfterRestore: 300,
      events: 300,
      faults: Object.keys(faults) as FaultName[],
      rounds: 'one',
      between: 200,
      pause: 9_000,
      halfOpen: 3,
      patience: 60_000,
      say: (line) => void said.push(line),
    });
  }, 600_000);

  const perSubscriber = () => [...ledger.before.subscribers, ...(ledger.after?.subscribers ?? [])];
  const counted = (of: 'lost' | 'outOfOrder' | 'repeatedLive' | 'foreign') =>
    perSubscriber().map((subscriber) => `${subscriber.name}: ${subscriber[of].length}`);

  test('lost: none, by any subscriber', () => {
    expect(counted('lost').filter((line) => !line.endsWith(': 0'))).toEqual([]);
    for (const { expected } of perSubscriber()) expect(expected).toBeGreaterThan(0);
  });
  test('out of order in an account: none', () => {
    expect(counted('outOfOrder').filter((line) => !line.endsWith(': 0'))).toEqual([]);
  });
  test('again while a connection lasted: none; again behind a reconnect is allowed', () => {
    expect(counted('repeatedLive').filter((line) => !line.endsWith(': 0'))).toEqual([]);
  });
  test('told though it was rolled back, or is another’s: none', () => {
    expect(counted('foreign').filter((line) => !line.endsWith(': 0'))).toEqual([]);
  });
  test('a plain bigserial cursor over the same transactions loses some: the harness can see loss', () => {
    expect(ledger.naive.lost).toBeGreaterThan(0);
    expect(ledger.naive.written).toBeGreaterThanOrEqual(3_000);
  });
  test('what was acknowledged is in the log, what was rolled back is not, syncs and mutations among them', () => {
    expect(ledger.wrong).toEqual([]);
    expect(ledger.mutations).toBeGreaterThan(0);
  });
  test('sockets whose other side is gone are ended by the node’s keep-alive', () => {
    expect(ledger.halfOpen).toHaveLength(3);
    expect(ledger.halfOpen).not.toContain(null);
  });
  test('each fault happened, and every subscriber read anew after the restore', () => {
    expect(Object.keys(ledger.faults)).toEqual(Object.keys(faults));
    expect(ledger.after?.subscribers.map(({ resyncs }) => resyncs)).toEqual(ledger.after?.subscribers.map(() => 1));
  });
});
