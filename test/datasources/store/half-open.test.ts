/** A database that is gone without closing its connections: the network lost it, or its machine stopped. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import type pg from 'pg';
import { openPool } from '../../../datasources/store/connection.ts';
import { isDatabaseAway } from '../../../datasources/store/database-away.ts';
import { beginAs, inTransaction } from '../../../datasources/store/transactions.ts';
import { startProxy, type TcpProxy } from '../../ledger/proxy.ts';
import { debianMissing, startDebian } from '../../setup/database-servers.ts';

const missing = debianMissing();

(missing === null ? describe : describe.skip)('connections that are half open', () => {
  let debian: Awaited<ReturnType<typeof startDebian>>;
  let proxy: TcpProxy;
  let pool: pg.Pool;
  beforeAll(async () => {
    debian = await startDebian();
    proxy = await startProxy(() => debian.server.login.port);
    pool = openPool(
      { ...debian.server.login, port: proxy.port, database: 'postgres' },
      { maximumConnections: 2, applicationName: 'half open', answerTimeout: 1_500 },
    );
  });
  afterAll(async () => {
    await pool.end();
    await proxy.close();
    debian.stop();
  });

  const backend = () =>
    inTransaction(pool, beginAs('meridian_worker', null), async (tx) => {
      const { rows } = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(tx);
      return rows[0]?.pid;
    });

  test('fail what waits on them as a database that is away, and give their places to new ones', async () => {
    const before = await Promise.all([backend(), backend()]);
    expect(new Set(before).size).toBe(2);
    proxy.freeze();
    // Two hang on the frozen connections, the third waits for a place.
    const outcomes = await Promise.allSettled([backend(), backend(), backend()]);
    const failures = outcomes.flatMap((one) => (one.status === 'rejected' ? [one.reason as unknown] : []));
    expect(failures).toHaveLength(2);
    expect(failures.map(isDatabaseAway)).toEqual([true, true]);
    expect(outcomes[2]).toMatchObject({ status: 'fulfilled' });
    const after = await Promise.all([backend(), backend()]);
    expect(after.filter((pid) => before.includes(pid))).toEqual([]);
  });
});
