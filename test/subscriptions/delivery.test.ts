/**
 * Sixteen writers, some of which stall between writing and committing, and readers of every kind beside them: nothing
 * lost, nothing twice, nothing out of an account's order. A reader that trusts a counter runs beside them and must lose
 * something, or this test could not see a loss.
 */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { appendChanges } from '../../datasources/store/change-log.ts';
import type { ChangeRecord } from '../../subscriptions/changes.ts';
import { decodeCursor } from '../../subscriptions/cursor.ts';
import { type FreshStore, freshStore, testKeyRing } from '../setup/database.ts';
import { insertTenant, type TenantFixture } from '../setup/fixtures.ts';
import { actorOf, changeOf, type Node, startNode } from './nodes.ts';

const writers = 16;
const transactionsEach = 100;

let fresh: FreshStore;
let nodes: readonly [Node, Node];
let tenants: readonly [TenantFixture, TenantFixture, ...TenantFixture[]];

beforeAll(async () => {
  fresh = await freshStore({ maximumConnections: writers + 2 });
  await fresh.superuser('create table naive (id bigserial primary key, subject text not null)');
  await fresh.superuser('grant all on naive, naive_id_seq to meridian_worker');
  const feed = { idleMilliseconds: 300 };
  nodes = [await startNode(fresh, { pollMilliseconds: 50, feed }), await startNode(fresh, { notifies: true, feed })];
  const first = await insertTenant(fresh.store);
  const second = await insertTenant(fresh.store);
  tenants = [
    first,
    second,
    ...(await Promise.all([first, first, first, second].map((of) => insertTenant(fresh.store, { of })))),
  ];
});
afterAll(async () => {
  for (const node of nodes) await node.close();
  await fresh.drop();
});

/** The same numbers every time, for each writer and reader its own (D. H. Lehmer's generator). */
function numbers(seed: number): (below: number) => number {
  let state = seed * 7_919 + 1;
  return (below) => {
    state = (state * 48_271) % 2_147_483_647;
    return state % below;
  };
}

const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

test('every reader is told every change once, in its account’s order', async () => {
  const [one, two] = tenants;
  let writing = true;
  let naiveAt = 0n;
  const naiveSaw = new Set<string>();
  const committed = new Set<string>();
  /** The writers' transactions, by their ids. */
  const transactions = new Set<number>();

  async function write(writer: number): Promise<void> {
    const next = numbers(writer + 1);
    for (let i = 0; i < transactionsEach; i++) {
      const tenant = tenants[next(tenants.length)] ?? one;
      const ids = Array.from({ length: 1 + next(3) }, (_, n) => `w${writer}-${i}-${n}`);
      const [stalls, undone] = [next(50) === 0, next(20) === 0];
      await fresh.store
        .asWorker(async (tx) => {
          for (const id of ids) {
            const { rows } = await sql<{
              xid: string;
            }>`insert into naive (subject) values (${id}) returning pg_current_xact_id()::text as xid`.execute(tx);
            for (const { xid } of rows) transactions.add(Number(xid));
          }
          if (stalls) await sql`select pg_sleep(0.004)`.execute(tx);
          await appendChanges(
            tx,
            tenant.accountId,
            ids.map((id) => changeOf(tenant, id)),
            { madeBy: null },
          );
          if (stalls) await sql`select pg_sleep(0.004)`.execute(tx);
          if (undone) throw new Error('undone');
          return ids;
        })
        .then(
          (written) => {
            for (const id of written) committed.add(id);
            nodes[0].wakeUps.wake();
          },
          (error: Error) => {
            if (error.message !== 'undone') throw error;
          },
        );
    }
  }

  /** `where id > last`: what everybody writes first. */
  async function readNaively(): Promise<void> {
    const { rows } = await nodes[0].store.asWorker((tx) =>
      sql<{
        id: string;
        subject: string;
      }>`select id, subject from naive where id > ${String(naiveAt)}::bigint order by id`.execute(tx),
    );
    for (const row of rows) {
      naiveSaw.add(row.subject);
      naiveAt = BigInt(row.id);
    }
  }

  const cursors: { readonly cursor: string; readonly applicationId: string }[] = [];
  /**
   * Whether the cursor names no transaction but the writers'. Those of suites that run beside this one are in its snapshots
   * too, and make it longer: by how much is not this test's to bound.
   */
  const isOurs = ({ cursor, applicationId }: (typeof cursors)[number]): boolean => {
    const { old, window } = decodeCursor(cursor, applicationId, testKeyRing);
    for (let xid = old.xmin; xid < (window?.until ?? old).xmax; xid++) if (!transactions.has(xid)) return false;
    return true;
  };
  type Received = { readonly name: string; readonly accountIds: readonly string[]; readonly changes: ChangeRecord[] };
  const accountsOf = (tenant: TenantFixture) =>
    tenants.filter(({ applicationId }) => applicationId === tenant.applicationId).map(({ accountId }) => accountId);
  const received = (name: string, accountIds: readonly string[]): Received => ({ name, accountIds, changes: [] });

  /** Query.changes in pages of random size; after some it forgets the rest of the page and resumes behind one change. */
  async function query(into: Received, actor: ReturnType<typeof actorOf>, seed: number, after: string): Promise<void> {
    const next = numbers(seed);
    let cursor = after;
    for (;;) {
      const over = !writing;
      const node = nodes[next(2)] ?? nodes[0];
      const batch = await node.feed.read({ actor, after: cursor, filter: null, first: 1 + next(100) });
      for (const { cursor } of [batch, ...batch.changes]) cursors.push({ cursor, applicationId: actor.applicationId });
      const forgets = next(3) === 0 && batch.changes.length > 1;
      const kept = forgets ? batch.changes.slice(0, 1 + next(batch.changes.length - 1)) : batch.changes;
      into.changes.push(...kept);
      cursor = forgets ? (kept.at(-1)?.cursor ?? cursor) : batch.cursor;
      if (over && !forgets && batch.caughtUp) return;
      if (batch.caughtUp) await pause(next(30));
    }
  }

  /** Subscription.changes; ended after `lasts` batches each time and resumed on the other node from the last cursor. */
  async function watch(into: Received, actor: ReturnType<typeof actorOf>, after: string, lasts: number): Promise<void> {
    let cursor = after;
    const done = () => !writing && into.changes.length >= expectedOf(into).length;
    for (let start = 0; !done(); start++) {
      const node = nodes[start % 2] ?? nodes[0];
      const batches = node.feed.watch({ actor, after: cursor, filter: null });
      for (let taken = 0; taken < lasts && !done(); taken++) {
        const { value } = await batches.next();
        if (value === undefined) throw new Error('ended');
        cursors.push({ cursor: value.cursor, applicationId: actor.applicationId });
        into.changes.push(...value.changes);
        cursor = value.cursor;
      }
      await batches.return?.();
    }
  }

  const log = new Map<string, string[]>();
  const expectedOf = ({ accountIds }: Received) => accountIds.flatMap((id) => log.get(id) ?? []);
  const begin = async (tenant: TenantFixture) =>
    (await nodes[0].feed.read({ actor: actorOf(tenant), after: null, filter: null, first: 100 })).cursor;
  const [afterOne, afterTwo] = [await begin(one), await begin(two)];
  const all = [
    received('query of tenant one', accountsOf(one)),
    received('query of tenant two', accountsOf(two)),
    received('query of one account', [one.accountId]),
    received('watch of tenant one', accountsOf(one)),
    received('watch of tenant two, restarted again and again', accountsOf(two)),
    received('watch of one account', [one.accountId]),
  ] as const;

  const finish = (async () => {
    await Promise.all(Array.from({ length: writers }, (_, writer) => write(writer)));
    const rows = await fresh.superuser<{ account_id: string; subject_id: string }>(
      'select account_id, subject_id from change_log order by account_ordinal, sequence',
    );
    for (const { account_id, subject_id } of rows) log.set(account_id, [...(log.get(account_id) ?? []), subject_id]);
    writing = false;
    nodes[0].wakeUps.wake();
  })();
  const naive = (async () => {
    while (writing) {
      await readNaively();
      await pause(3);
    }
    await readNaively();
  })();
  await Promise.all([
    finish,
    naive,
    query(all[0], actorOf(one), 101, afterOne),
    query(all[1], actorOf(two), 102, afterTwo),
    query(all[2], actorOf(one, one.accountId), 103, afterOne),
    watch(all[3], actorOf(one), afterOne, Number.POSITIVE_INFINITY),
    watch(all[4], actorOf(two), afterTwo, 3),
    watch(all[5], actorOf(one, one.accountId), afterOne, Number.POSITIVE_INFINITY),
  ]);

  const logged = [...log.values()].flat();
  expect(logged.length).toBeGreaterThan(3_000);
  expect(new Set(logged)).toEqual(committed);
  for (const reader of all) {
    for (const accountId of reader.accountIds) {
      const told = reader.changes.filter((change) => change.accountId === accountId).map((change) => change.subjectId);
      expect({ reader: reader.name, accountId, told }).toEqual({
        reader: reader.name,
        accountId,
        told: log.get(accountId),
      });
    }
    expect(reader.changes.length).toBe(expectedOf(reader).length);
  }
  const lost = [...committed].filter((subject) => !naiveSaw.has(subject));
  expect(lost.length).toBeGreaterThan(0);
  const ours = cursors.filter(isOurs);
  expect(Math.max(...ours.map(({ cursor }) => cursor.length))).toBeLessThanOrEqual(65);
});
