/** A reader who is far behind: under row-level security a window's end has to be one that the index knows. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type RawBuilder, sql } from 'kysely';
import { parseSnapshot } from '../../../datasources/store/change-log/snapshot.ts';
import { unseenBy } from '../../../datasources/store/change-log/window.ts';
import { type FreshStore, freshStore } from '../../setup/database.ts';
import { debianMissing, startDebian } from '../../setup/database-servers.ts';
import { insertTenant, type TenantFixture } from '../../setup/fixtures.ts';

// The planner of 18 takes either form for the index, that of 15 this one alone.
const missing = debianMissing();
let debian: Awaited<ReturnType<typeof startDebian>> | null = null;
let fresh: FreshStore;
let tenant: TenantFixture;
beforeAll(async () => {
  debian = missing === null ? await startDebian() : null;
  fresh = await freshStore(debian === null ? {} : { server: debian.server });
  tenant = await insertTenant(fresh.store);
});
afterAll(async () => {
  await fresh.drop();
  debian?.stop();
});

/** What the index of transactions is asked for, of a log that the tenant reads. */
async function indexed(condition: RawBuilder<unknown>): Promise<string> {
  return await fresh.store.withApplication(tenant.tenant, async (tx) => {
    await sql`set local enable_seqscan = off`.execute(tx);
    const { rows } = await sql<{ 'QUERY PLAN': string }>`explain (costs off)
      with until as materialized (select '900:900:'::pg_snapshot as snapshot, '900'::xid8 as xmax)
      select c.* from until left join lateral (
        select c.xid from change_log c where ${condition} order by c.account_ordinal, c.sequence limit 10
      ) c on true`.execute(tx);
    return rows
      .map((row) => row['QUERY PLAN'])
      .filter((line) => /Index Cond:.*\bxid\b/.test(line))
      .join('\n');
  });
}

test.each([
  ['at rest', '800:800:'],
  ['while others run', '700:800:700,750'],
])('the rows of a window that begins %s are found by both its ends', async (_when, old) => {
  expect(await indexed(unseenBy(parseSnapshot(old), sql`until.xmax`))).toMatch(
    />= '800'::xid8\) AND \(xid < until\.xmax\)/,
  );
});
