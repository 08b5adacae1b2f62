/** The log itself: sequences under the account's lock, reading by snapshots, the horizon. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import type { LogFilter } from '../../../datasources/store/change-log/filter.ts';
import { type LogNews, newsSince } from '../../../datasources/store/change-log/news.ts';
import { type LogPosition, readChangeLog } from '../../../datasources/store/change-log/read.ts';
import { parseSnapshot } from '../../../datasources/store/change-log/snapshot.ts';
import { unseenBy } from '../../../datasources/store/change-log/window.ts';
import {
  appendChanges,
  type ChangeEntry,
  currentPosition,
  pruneChangeLog,
} from '../../../datasources/store/change-log.ts';
import { insertHold } from '../../../datasources/store/holds.ts';
import type { Tx } from '../../../datasources/store/store.ts';
import { type FreshStore, freshStore } from '../../setup/database.ts';
import { debianMissing, embeddedServer, startDebian, type TestServer } from '../../setup/database-servers.ts';
import { insertTenant, type TenantFixture } from '../../setup/fixtures.ts';

const missing = debianMissing();
if (missing !== null) console.warn(missing);

const servers: [string, () => Promise<{ server: TestServer; stop(): void }>][] = [
  ['the embedded PostgreSQL', async () => ({ server: embeddedServer(), stop: () => undefined })],
  ...(missing === null ? [["Debian's PostgreSQL 15", startDebian] as [string, typeof startDebian]] : []),
];

describe.each(servers)('on %s', (_name, open) => {
  let server: TestServer;
  let stop: () => void;
  let fresh: FreshStore;
  beforeAll(async () => {
    ({ server, stop } = await open());
    fresh = await freshStore({ server, maximumConnections: 6 });
  });
  afterAll(async () => {
    await fresh?.drop();
    stop?.();
  });

  const everything: LogFilter = {
    accountIds: null,
    calendarIds: null,
    kinds: null,
    applicationId: null,
    managed: 'INCLUDE',
    includeOwn: true,
    granting: null,
  };

  function entry(tenant: TenantFixture, subjectId: string, more: Partial<ChangeEntry> = {}): ChangeEntry {
    return {
      kind: 'EVENT_UPDATED',
      subjectId,
      profileId: tenant.profileId,
      calendarId: tenant.calendarId,
      managedBy: null,
      ...more,
    };
  }

  const append = (tenant: TenantFixture, ...entries: ChangeEntry[]) =>
    fresh.store.asWorker((tx) => appendChanges(tx, tenant.accountId, entries, { madeBy: null }));
  const now = () => fresh.store.asWorker((tx) => currentPosition(tx));
  /** Appending does not wait for its answer; what is answered behind it does. */
  const arrived = (tx: Tx) => sql`select 1`.execute(tx);

  async function readAs(tenant: TenantFixture, position: LogPosition, first = 100, filter = everything) {
    const page = await fresh.store.withApplication(tenant.tenant, (tx) => readChangeLog(tx, position, filter, first));
    if (page.status === 'lost') throw new Error('the position was lost');
    return page;
  }

  test('a backlog that is read in several windows keeps an account in order, whichever transaction began first', async () => {
    const busy = await insertTenant(fresh.store);
    const tenant = await insertTenant(fresh.store, { of: busy });
    const start = await now();
    // More than one window holds.
    await append(busy, ...Array.from({ length: 2_000 }, (_, n) => entry(busy, `busy ${n}`)));
    let go = () => {};
    const gate = new Promise<void>((open) => {
      go = open;
    });
    let begun = () => {};
    const hasBegun = new Promise<void>((yes) => {
      begun = yes;
    });
    // It begins first, and so has the lower id; it takes the account's lock last, and so has the higher sequence.
    const slow = fresh.store.asWorker(async (tx) => {
      await sql`select pg_current_xact_id()`.execute(tx);
      begun();
      await gate;
      await appendChanges(tx, tenant.accountId, [entry(tenant, 'second')], { madeBy: null });
    });
    await hasBegun;
    await append(tenant, entry(tenant, 'first'));
    go();
    await slow;
    await append(tenant, entry(tenant, 'third'));
    const told: string[] = [];
    let position = start;
    let windows = 0;
    for (;;) {
      const page = await readAs(tenant, position);
      told.push(...page.rows.filter((row) => row.accountId === tenant.accountId).map((row) => row.subjectId));
      if (page.after.window === null) windows++;
      position = page.after;
      if (page.exhausted) break;
    }
    expect(told).toEqual(['first', 'second', 'third']);
    expect(windows).toBeGreaterThan(1);
  });

  describe('appending', () => {
    test('gives rising sequences in the order given, over both roles, in one statement', async () => {
      const tenant = await insertTenant(fresh.store);
      const start = await now();
      const counter = { sqlQueries: 0 };
      await fresh.store.asWorker(
        (tx) => appendChanges(tx, tenant.accountId, [entry(tenant, 'a'), entry(tenant, 'b')], { madeBy: null }),
        counter,
      );
      expect(counter.sqlQueries).toBe(1);
      await fresh.store.withApplication(tenant.tenant, (tx) =>
        appendChanges(tx, tenant.accountId, [entry(tenant, 'c', { managedBy: tenant.applicationId })], {
          madeBy: tenant.applicationId,
        }),
      );
      const page = await readAs(tenant, start);
      expect(page.rows.map((row) => [row.sequence, row.subjectId, row.madeBy, row.managedBy])).toEqual([
        [1, 'a', null, null],
        [2, 'b', null, null],
        [3, 'c', tenant.applicationId, tenant.applicationId],
      ]);
      expect(page.rows[0]).toMatchObject({
        accountOrdinal: Number(tenant.accountOrdinal),
        accountId: tenant.accountId,
        profileId: tenant.profileId,
        calendarId: tenant.calendarId,
        kind: 'EVENT_UPDATED',
      });
      expect(page.rows[0]?.at).toBeInstanceOf(Date);
      expect(page.exhausted).toBe(true);
    });

    test('of nothing takes no lock and writes nothing', async () => {
      const tenant = await insertTenant(fresh.store);
      const counter = { sqlQueries: 0 };
      await fresh.store.asWorker((tx) => appendChanges(tx, tenant.accountId, [], { madeBy: null }), counter);
      expect(counter.sqlQueries).toBe(0);
    });

    test('a rolled-back transaction leaves no gap', async () => {
      const tenant = await insertTenant(fresh.store);
      const start = await now();
      await append(tenant, entry(tenant, 'a'));
      await expect(
        fresh.store.asWorker(async (tx) => {
          await appendChanges(tx, tenant.accountId, [entry(tenant, 'lost')], { madeBy: null });
          throw new Error('undo');
        }),
      ).rejects.toThrow('undo');
      await append(tenant, entry(tenant, 'b'));
      const { rows } = await readAs(tenant, start);
      expect(rows.map((row) => [row.sequence, row.subjectId])).toEqual([
        [1, 'a'],
        [2, 'b'],
      ]);
    });

    test('is refused for an account that is not there, and for another application’s', async () => {
      const [mine, theirs] = [await insertTenant(fresh.store), await insertTenant(fresh.store)];
      const change = [entry(mine, 'a')];
      await expect(
        fresh.store.asWorker((tx) => appendChanges(tx, 'acc_missing', change, { madeBy: null })),
      ).rejects.toThrow('the change log of account acc_missing is not there');
      await expect(
        fresh.store.withApplication(mine.tenant, (tx) => appendChanges(tx, theirs.accountId, change, { madeBy: null })),
      ).rejects.toThrow('no change was recorded');
    });

    test('that fails undoes its transaction with its own error, whatever came behind it and whoever swallowed it', async () => {
      const tenant = await insertTenant(fresh.store);
      const rename = (tx: Tx, name: string) =>
        tx.updateTable('calendar').set({ name }).where('id', '=', tenant.calendarId).execute();
      const refused = 'the change log of account acc_missing is not there';
      const missing = (tx: Tx) => appendChanges(tx, 'acc_missing', [entry(tenant, 'a')], { madeBy: null });
      await expect(
        fresh.store.asWorker(async (tx) => {
          await rename(tx, 'behind');
          await missing(tx);
        }),
      ).rejects.toThrow(refused);
      await expect(
        fresh.store.asWorker(async (tx) => {
          await missing(tx).catch(() => undefined);
          await rename(tx, 'before').catch(() => undefined);
          await appendChanges(tx, tenant.accountId, [entry(tenant, 'too')], { madeBy: null });
        }),
      ).rejects.toThrow(refused);
      await expect(
        fresh.store.asWorker(async (tx) => {
          await missing(tx);
          await rename(tx, 'before');
        }),
      ).rejects.toThrow(refused);
      const [calendar] = await fresh.superuser<{ name: string }>('select name from calendar where id = $1', [
        tenant.calendarId,
      ]);
      expect(calendar?.name).toBe('Calendar');
      // The connection is as good as new.
      await append(tenant, entry(tenant, 'well'));
    });

    test('travels with the commit: the account’s lock is not held while the answer is awaited', async () => {
      const tenant = await insertTenant(fresh.store);
      let answered = false;
      await fresh.store.asWorker(async (tx) => {
        await sql`select 1`.execute(tx);
        const asked = appendChanges(tx, tenant.accountId, [entry(tenant, 'a')], { madeBy: null });
        const beside = sql`select 1`.execute(tx).then(() => {
          answered = true;
        });
        await asked;
        expect(answered).toBe(false);
        await beside;
      });
      expect(answered).toBe(true);
    });

    test('keeps a second writer of the account waiting until the first commits, and no other account’s', async () => {
      const [mine, other] = [await insertTenant(fresh.store), await insertTenant(fresh.store)];
      const order: string[] = [];
      let release = () => {};
      const held = new Promise<void>((resolve) => {
        release = resolve;
      });
      let locked = () => {};
      const hasLock = new Promise<void>((resolve) => {
        locked = resolve;
      });
      const first = fresh.store.asWorker(async (tx) => {
        await appendChanges(tx, mine.accountId, [entry(mine, 'first')], { madeBy: null });
        await arrived(tx);
        locked();
        await held;
        order.push('first');
      });
      await hasLock;
      const second = append(mine, entry(mine, 'second')).then(() => order.push('second'));
      await append(other, entry(other, 'free'));
      order.push('other account');
      release();
      await Promise.all([first, second]);
      expect(order).toEqual(['other account', 'first', 'second']);
    });
  });

  describe('reading', () => {
    test('finds what committed late although a later transaction was read before it', async () => {
      const early = await insertTenant(fresh.store);
      const late = await insertTenant(fresh.store, { of: early });
      let position = await now();
      let release = () => {};
      const held = new Promise<void>((resolve) => {
        release = resolve;
      });
      let written = () => {};
      const hasWritten = new Promise<void>((resolve) => {
        written = resolve;
      });
      const slow = fresh.store.asWorker(async (tx) => {
        await appendChanges(tx, early.accountId, [entry(early, 'slow')], { madeBy: null });
        await arrived(tx);
        written();
        await held;
      });
      await hasWritten;
      await append(late, entry(late, 'quick'));
      const before = await readAs(early, position);
      expect(before.rows.map((row) => row.subjectId)).toEqual(['quick']);
      expect(before.after.old.running.length).toBeGreaterThan(0);
      position = before.after;
      release();
      await slow;
      const after = await readAs(early, position);
      expect(after.rows.map((row) => row.subjectId)).toEqual(['slow']);
      expect((await readAs(early, after.after)).rows).toEqual([]);
    });

    test('goes on inside a window by account and sequence', async () => {
      const one = await insertTenant(fresh.store);
      const two = await insertTenant(fresh.store, { of: one });
      let position = await now();
      await append(two, entry(two, 't1'), entry(two, 't2'));
      await append(one, entry(one, 'o1'), entry(one, 'o2'), entry(one, 'o3'));
      const seen: string[] = [];
      for (let reads = 0; reads < 5; reads++) {
        const page = await readAs(one, position, 2);
        seen.push(...page.rows.map((row) => row.subjectId));
        position = page.after;
        // Written between two reads of one window: it belongs to the next.
        if (reads === 0) await append(one, entry(one, 'o4'));
      }
      expect(seen).toEqual(['o1', 'o2', 'o3', 't1', 't2', 'o4']);
    });

    test('cuts a long backlog into windows at transactions, so that no page sorts all of it', async () => {
      const tenant = await insertTenant(fresh.store);
      const start = await now();
      for (let page = 0; page < 12; page++) {
        await append(tenant, ...Array.from({ length: 500 }, (_, i) => entry(tenant, `e${page * 500 + i}`)));
      }
      const seen: string[] = [];
      const windows = new Set<number>();
      let position = start;
      for (let more = true; more; ) {
        const page = await readAs(tenant, position, 100);
        seen.push(...page.rows.map((row) => row.subjectId));
        windows.add(page.until.xmax);
        position = page.after;
        more = !page.exhausted;
      }
      expect(seen).toEqual(Array.from({ length: 6_000 }, (_, i) => `e${i}`));
      expect(windows.size).toBe(3);
    });

    test('a position never rests on a transaction after the log’s last one', async () => {
      const tenant = await insertTenant(fresh.store);
      await append(tenant, entry(tenant, 'a'));
      const before = await now();
      // Its id is given out again if the server is killed before the rollback reaches the disk.
      await expect(
        fresh.store.asWorker(async (tx) => {
          await appendChanges(tx, tenant.accountId, [entry(tenant, 'lost')], { madeBy: null });
          throw new Error('undo');
        }),
      ).rejects.toThrow('undo');
      const [row] = await fresh.superuser<{ last: string }>('select max(xid)::text as last from change_log');
      const end = Number(row?.last) + 1;
      expect(before.old.xmax).toBe(end);
      expect((await now()).old.xmax).toBe(end);
      expect((await readAs(tenant, before)).after.old.xmax).toBe(end);
    });

    test('currentPosition refuses a transaction that has written', async () => {
      const tenant = await insertTenant(fresh.store);
      await expect(
        fresh.store.asWorker(async (tx) => {
          await appendChanges(tx, tenant.accountId, [entry(tenant, 'a')], { madeBy: null });
          await currentPosition(tx);
        }),
      ).rejects.toThrow('currentPosition inside a transaction that has written');
    });

    test('finds what a snapshot does not see by the index on xid, also beside a transaction that has run for long', async () => {
      const plan = await fresh.store.asWorker(async (tx) => {
        await sql`set local enable_seqscan = off`.execute(tx);
        await sql`set local role = 'meridian_app'`.execute(tx);
        const { rows } = await sql<{ 'QUERY PLAN': string }>`explain select * from change_log c
          where ${unseenBy({ xmin: 10, xmax: 1_000_000, running: [10, 12] })}`.execute(tx);
        return rows.map((row) => row['QUERY PLAN']).join('\n');
      });
      expect(plan).toMatch(/BitmapOr/);
      expect(plan).toMatch(/Index Cond: \(xid >= '1000000'::xid8\)/);
      expect(plan).toMatch(/Index Cond: \(xid = ANY \('\{10,12\}'::xid8\[\]\)\)/);
    });

    test('takes for unseen exactly what pg_visible_in_snapshot does not see', async () => {
      const snapshots = ['5:5:', '5:20:5,9,19', '1:1:', '7:30:7,8,9,28'];
      for (const text of snapshots) {
        const rows = await fresh.store.asWorker(async (tx) => {
          const result = await sql<{ id: number }>`select c.xid::text::int as id
            from (select n::text::xid8 as xid from generate_series(1, 40) n) c
            where ${unseenBy(parseSnapshot(text))} is distinct from not pg_visible_in_snapshot(c.xid, ${text}::pg_snapshot)`.execute(
            tx,
          );
          return result.rows;
        });
        expect({ text, rows }).toEqual({ text, rows: [] });
      }
    });
  });

  describe('who is told', () => {
    test('an application sees its accounts’ changes only, another one nothing', async () => {
      const [mine, theirs] = [await insertTenant(fresh.store), await insertTenant(fresh.store)];
      const start = await now();
      await append(mine, entry(mine, 'mine'));
      await append(theirs, entry(theirs, 'theirs'));
      expect((await readAs(mine, start)).rows.map((row) => row.subjectId)).toEqual(['mine']);
      expect((await readAs(theirs, start)).rows.map((row) => row.subjectId)).toEqual(['theirs']);
      const nobody = { applicationId: fresh.store.ids('app'), accountId: null };
      const page = await fresh.store.withApplication(nobody, (tx) => readChangeLog(tx, start, everything, 100));
      expect(page.status === 'read' && page.rows).toEqual([]);
    });

    test('a change with an audience reaches that application alone, a revocation even after the access is gone', async () => {
      const mine = await insertTenant(fresh.store);
      const other = await fresh.store.ids('app');
      await fresh.store.asWorker(async (tx) => {
        await tx
          .insertInto('application')
          .values({ id: other, unit_id: mine.unitId, name: 'Other', client_id: `client-${other}`, mode: 'DEVELOPMENT' })
          .execute();
        await tx
          .insertInto('authorization_grant')
          .values({ id: fresh.store.ids('aut'), application_id: other, account_id: mine.accountId, scopes: [] })
          .execute();
      });
      const start = await now();
      await fresh.store.asWorker(async (tx) => {
        await tx
          .updateTable('authorization_grant')
          .set({ status: 'REVOKED' })
          .where('application_id', '=', other)
          .execute();
        await appendChanges(
          tx,
          mine.accountId,
          [
            entry(mine, 'evt', {}),
            {
              kind: 'OPERATION_FAILED',
              subjectId: 'opr',
              profileId: null,
              calendarId: null,
              managedBy: null,
              audience: other,
            },
            {
              kind: 'AUTHORIZATION_REVOKED',
              subjectId: mine.accountId,
              profileId: null,
              calendarId: null,
              managedBy: null,
              audience: other,
            },
          ],
          { madeBy: null },
        );
      });
      const asOther = (accountId: string | null) =>
        fresh.store.withApplication({ applicationId: other, accountId }, (tx) =>
          readChangeLog(tx, start, everything, 9),
        );
      const kinds = async (page: ReturnType<typeof asOther>) => {
        const read = await page;
        return read.status === 'read' ? read.rows.map((row) => row.kind) : read.status;
      };
      expect(await kinds(asOther(null))).toEqual(['AUTHORIZATION_REVOKED']);
      expect(await kinds(asOther(mine.accountId))).toEqual(['AUTHORIZATION_REVOKED']);
      expect(await kinds(asOther('acc_another'))).toEqual([]);
      expect((await readAs(mine, start)).rows.map((row) => row.kind)).toEqual(['EVENT_UPDATED']);
      const news = await fresh.store.asWorker((tx) => newsSince(tx, start));
      expect([...(news.readers ?? [])].sort((a, b) => a.applicationId.localeCompare(b.applicationId))).toMatchObject(
        [mine.applicationId, other].sort().map((applicationId) => ({ applicationId, accountId: mine.accountId })),
      );
    });

    test('no application can write a change for another one', async () => {
      const [mine, theirs] = [await insertTenant(fresh.store), await insertTenant(fresh.store)];
      await expect(
        fresh.store.withApplication(mine.tenant, (tx) =>
          appendChanges(tx, mine.accountId, [entry(mine, 'a', { audience: theirs.applicationId })], { madeBy: null }),
        ),
      ).rejects.toThrow('row-level security');
    });
  });

  describe('news', () => {
    test('names the readers of what was written since, once', async () => {
      const [mine, theirs] = [await insertTenant(fresh.store), await insertTenant(fresh.store)];
      const start = await now();
      const look = (since: LogPosition) => fresh.store.asWorker((tx) => newsSince(tx, since));
      expect((await look(start)).readers).toEqual([]);
      await append(mine, entry(mine, 'a'), entry(mine, 'b'));
      await append(mine, entry(mine, 'c'));
      const found = await look(start);
      expect(found.readers).toMatchObject([{ applicationId: mine.applicationId, accountId: mine.accountId }]);
      expect((await look(found.position)).readers).toEqual([]);
      await append(theirs, entry(theirs, 'd'));
      expect((await look(found.position)).readers).toMatchObject([
        { applicationId: theirs.applicationId, accountId: theirs.accountId },
      ]);
    });

    test('tells of whom time was held since, though nothing was written: whoever held it, and however late it was committed', async () => {
      const tenant = await insertTenant(fresh.store);
      const { accountId, applicationId } = tenant;
      const look = ({ position, holds }: Pick<LogNews, 'position' | 'holds'>) =>
        fresh.store.asWorker((tx) => newsSince(tx, position, holds));
      const hold = (tx: Tx, start: number) => {
        const [id, slots] = [
          fresh.store.ids('hld'),
          [{ start, end: start + 60, accountIds: [accountId], rules: null }],
        ];
        return insertHold(tx, {
          id,
          applicationId,
          slots,
          times: [{ accountId, from: start, to: start + 60, start }],
          ttl: 600,
        });
      };
      const start = await fresh.store.asWorker(async (tx) => newsSince(tx, await currentPosition(tx)));
      let early = start;
      await fresh.store.asWorker(async (tx) => {
        await hold(tx, 1_000);
        early = await look(start);
      });
      expect([...(early.heldOf ?? [])]).toEqual([]);
      const seen = await look(early);
      expect([seen.readers, [...(seen.heldOf ?? [])]]).toEqual([[], [accountId]]);
      const after = await look(seen);
      expect([...(after.heldOf ?? [])]).toEqual([]);
    });

    test('tells of whom time is held no more, also where the change is for another application', async () => {
      const [tenant, other] = [await insertTenant(fresh.store), await insertTenant(fresh.store)];
      const start = await now();
      await append(tenant, { ...entry(tenant, 'hld_1', { audience: other.applicationId }), kind: 'HOLD_ENDED' });
      await append(other, entry(other, 'a'));
      const { heldOf } = await fresh.store.asWorker((tx) => newsSince(tx, start));
      expect(heldOf).toContain(tenant.accountId);
      expect(heldOf).not.toContain(other.accountId);
    });

    test('of another epoch concerns everybody', async () => {
      const start = await now();
      const news = await fresh.store.asWorker((tx) => newsSince(tx, { ...start, epoch: start.epoch + 1 }));
      expect(news.readers).toBeNull();
    });
  });

  describe('the horizon', () => {
    let own: FreshStore;
    beforeAll(async () => {
      own = await freshStore({ server });
    });
    afterAll(() => own.drop());

    test('pruning takes what is older than 30 days, in batches, and loses the cursors before it', async () => {
      const tenant = await insertTenant(own.store);
      const write = (subjectId: string) =>
        own.store.asWorker((tx) => appendChanges(tx, tenant.accountId, [entry(tenant, subjectId)], { madeBy: null }));
      const position = () => own.store.asWorker((tx) => currentPosition(tx));
      const prune = (batch: number) => own.store.asWorker((tx) => pruneChangeLog(tx, { batch }));
      const read = (from: LogPosition) =>
        own.store.withApplication(tenant.tenant, (tx) => readChangeLog(tx, from, everything, 100));

      const beginning = await position();
      for (const subject of ['a', 'b', 'c']) await write(subject);
      await own.logAtRest();
      const kept = await position();
      await write('d');
      expect(await prune(10)).toBe(0);
      await own.superuser(`update change_log set at = now() - interval '29 days 23 hours' where subject_id = 'd'`);
      await own.superuser(`update change_log set at = now() - interval '30 days 1 hour' where subject_id <> 'd'`);
      expect(await prune(2)).toBe(2);
      expect((await read(beginning)).status).toBe('lost');
      expect(await prune(3)).toBe(1);
      expect(await prune(2)).toBe(0);

      const lost = await read(beginning);
      expect(lost.status).toBe('lost');
      // The position to start again from is good, and so is a cursor behind what was pruned.
      expect(await read(lost.status === 'lost' ? lost.current : beginning)).toMatchObject({ status: 'read', rows: [] });
      expect(await read(kept)).toMatchObject({ status: 'read', rows: [{ subjectId: 'd' }] });

      await own.logAtRest();
      await own.superuser(`update change_log set at = now() - interval '31 days'`);
      const { epoch, old } = await position();
      const quiet: LogPosition = { epoch, old: { xmin: old.xmax, xmax: old.xmax, running: [] }, window: null };
      expect(await prune(10)).toBe(1);
      // Nothing is left of the log, and nothing was written: the newest cursor is still good.
      expect(await read(quiet)).toMatchObject({ status: 'read', rows: [] });
      expect((await read(await position())).status).toBe('read');
      expect((await read(kept)).status).toBe('lost');
    });

    test('another epoch, and transactions that this server has not begun, are lost', async () => {
      const tenant = await insertTenant(own.store);
      const here = await own.store.asWorker((tx) => currentPosition(tx));
      const read = (from: LogPosition) =>
        own.store.withApplication(tenant.tenant, (tx) => readChangeLog(tx, from, everything, 100));
      expect((await read(here)).status).toBe('read');
      expect((await read({ ...here, epoch: here.epoch + 1 })).status).toBe('lost');
      const ahead = { xmin: here.old.xmax + 1_000, xmax: here.old.xmax + 1_000, running: [] };
      expect((await read({ ...here, old: ahead })).status).toBe('lost');
      await own.superuser('update installation set epoch = epoch + 1');
      expect(await read(here)).toMatchObject({ status: 'lost', current: { epoch: here.epoch + 1 } });
    });
  });
});
