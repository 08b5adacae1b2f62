/**
 * After kill -9 PostgreSQL may give a transaction id out again whose rollback had not reached the disk. A cursor that had
 * taken that id for ended would never see what commits under it.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import { sql } from 'kysely';
import pg from 'pg';
import { readChangeLog } from '../../../datasources/store/change-log/read.ts';
import { parseSnapshot } from '../../../datasources/store/change-log/snapshot.ts';
import { appendChanges, currentPosition } from '../../../datasources/store/change-log.ts';
import { startEmbedded } from '../../../datasources/store/embedded/start.ts';
import { createIdSource } from '../../../datasources/store/ids.ts';
import { openStore } from '../../../datasources/store/open.ts';
import { testKeyRing, testZoneDataVersion } from '../../setup/database-servers.ts';
import { insertTenant } from '../../setup/fixtures.ts';

test('a cursor from before the crash is told what commits under a repeated transaction id', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'meridian-crash-'));
  const embedded = await startEmbedded({ dataDir: join(folder, 'data') });
  try {
    const superuser = new pg.Client(embedded.superuser);
    superuser.on('error', () => undefined);
    await superuser.connect();
    // Else the walwriter has the rollback on the disk within 0.2 s, and the test would have to be quick.
    await superuser.query(`alter system set wal_writer_delay = '10s'`);
    await superuser.query('select pg_reload_conf()');
    const open = () =>
      openStore({
        database: embedded.connection,
        ids: createIdSource(),
        keyRing: testKeyRing,
        zoneDataVersion: testZoneDataVersion,
      });
    const store = await open();
    const tenant = await insertTenant(store);
    const place = { profileId: tenant.profileId, calendarId: tenant.calendarId, managedBy: null };
    const write = (subjectId: string, to = store) =>
      to.asWorker((tx) =>
        appendChanges(tx, tenant.accountId, [{ kind: 'EVENT_CREATED', subjectId, ...place }], { madeBy: null }),
      );
    await write('before');
    await sleep(100);
    const undone: number[] = [];
    for (let i = 0; i < 10; i++) {
      const work = store.asWorker(async (tx) => {
        const { rows } = await sql<{ xid: string }>`select pg_current_xact_id()::text as xid`.execute(tx);
        undone.push(Number(rows[0]?.xid));
        throw new Error('undone');
      });
      await expect(work).rejects.toThrow('undone');
    }
    const { position, bare } = await store.asWorker(async (tx) => {
      const { rows } = await sql<{ snapshot: string }>`select pg_current_snapshot()::text as snapshot`.execute(tx);
      return { position: await currentPosition(tx), bare: parseSnapshot(rows[0]?.snapshot ?? '') };
    });
    const killed = embedded.pid();
    process.kill(killed, 'SIGKILL');
    await store.close();
    while (embedded.pid() === killed) await sleep(20);

    const again = await open();
    await write('after', again);
    const after = await again.asWorker((tx) =>
      tx.selectFrom('change_log').select(['xid', 'subject_id']).where('subject_id', '=', 'after').executeTakeFirst(),
    );
    // The premise: an id a second time, which a bare snapshot takes for ended. (The start itself used some up.)
    expect(undone).toContain(Number(after?.xid));
    expect(bare).toMatchObject({ xmax: (undone.at(-1) ?? 0) + 1, running: [] });

    const filter = {
      accountIds: null,
      calendarIds: null,
      kinds: null,
      applicationId: null,
      includeOwn: true,
      granting: null,
    } as const;
    const page = await again.withApplication(tenant.tenant, (tx) =>
      readChangeLog(tx, position, { ...filter, managed: 'INCLUDE' }, 100),
    );
    expect(page.status === 'read' ? page.rows.map((row) => row.subjectId) : page.status).toEqual(['after']);
    await again.close();
  } finally {
    await embedded.stop();
    rmSync(folder, { recursive: true, force: true });
  }
});
