/**
 * Members come with any cursor, take slowly, leave and come back, while accounts change: each is told exactly what the ledger
 * says from where it began, in each account's order, without a gap and nothing twice.
 */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createFanOut, type FanOut } from '../../subscriptions/fan-out.ts';
import { type FreshStore, freshStore } from '../setup/database.ts';
import { insertTenant, type TenantFixture } from '../setup/fixtures.ts';
import { caughtUp, memberOf, type TestMember, type Told } from './members.ts';
import { actorOf, changeOf, commitChanges, type Node, startNode } from './nodes.ts';

let fresh: FreshStore;
let nodes: readonly [Node, Node];
beforeAll(async () => {
  fresh = await freshStore({ maximumConnections: 10 });
  nodes = [await startNode(fresh, { pollMilliseconds: 20 }), await startNode(fresh, { pollMilliseconds: 35 })];
});
afterAll(async () => {
  for (const node of nodes) await node.close();
  await fresh.drop();
});

type Action =
  | { readonly do: 'commit'; readonly account: number; readonly changes: number; readonly isTold: boolean }
  | {
      readonly do: 'join';
      readonly node: 0 | 1;
      readonly eyes: number;
      /** Of what earlier members were told, this one's cursor; null: from now on. */
      readonly after: number | null;
      readonly isSlow: boolean;
    }
  | { readonly do: 'leave'; readonly member: number }
  | { readonly do: 'pause'; readonly milliseconds: number };

const place = fc.nat({ max: 1_000 });
const action: fc.Arbitrary<Action> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('commit' as const),
      account: fc.nat({ max: 2 }),
      changes: fc.oneof(
        { weight: 6, arbitrary: fc.integer({ min: 1, max: 4 }) },
        { weight: 1, arbitrary: fc.constant(130) },
      ),
      isTold: fc.boolean(),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('join' as const),
      node: fc.constantFrom(0 as const, 1 as const),
      eyes: fc.nat({ max: 2 }),
      after: fc.option(place, { freq: 4 }),
      isSlow: fc.boolean(),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('leave' as const), member: place }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('pause' as const), milliseconds: fc.nat({ max: 12 }) }) },
);

/** Which accounts of the application a member sees. */
const eyes: readonly (readonly number[])[] = [[0, 1, 2], [0], [1, 2]];

interface Joined {
  readonly member: TestMember;
  readonly eyes: number;
  /** Of each account, how many changes are behind its cursor; null: it begins after what was committed before. */
  readonly from: readonly number[] | null;
  readonly committedBefore: readonly number[];
}

const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

class Play {
  readonly tenants: readonly TenantFixture[];
  readonly ledger: string[][] = [[], [], []];
  readonly joined: Joined[] = [];
  readonly fanOuts: readonly [FanOut<Told>, FanOut<Told>] = [createFanOut(), createFanOut()];
  readonly committing: Promise<void>[] = [Promise.resolve(), Promise.resolve(), Promise.resolve()];
  #written = 0;

  constructor(tenants: readonly TenantFixture[]) {
    this.tenants = tenants;
  }

  tenant(account: number): TenantFixture {
    const tenant = this.tenants[account];
    if (tenant === undefined) throw new Error('no such account');
    return tenant;
  }

  /** Accounts commit beside each other, each by itself in order. */
  commit(account: number, changes: number, isTold: boolean): void {
    const tenant = this.tenant(account);
    const subjects = Array.from({ length: changes }, () => `a${account}-${this.#written++}`);
    this.committing[account] = (this.committing[account] ?? Promise.resolve()).then(async () => {
      await commitChanges(
        fresh.store,
        tenant,
        subjects.map((id) => changeOf(tenant, id)),
      );
      this.ledger[account]?.push(...subjects);
      if (isTold) nodes[0].wakeUps.wake();
    });
  }

  told({ member }: Joined, account: number, batches = member.told.length): string[] {
    const { accountId } = this.tenant(account);
    return member.told
      .slice(0, batches)
      .flatMap((told) => told.subjects.filter((_, index) => told.accounts[index] === accountId));
  }

  join({ node, eyes: which, after, isSlow }: Action & { readonly do: 'join' }): void {
    const sees = eyes[which] ?? [];
    // A cursor that somebody with the same eyes was given, anywhere.
    const cursors = this.joined.flatMap((joined) =>
      joined.eyes === which && joined.from !== null
        ? joined.member.told.map(({ cursor }, index) => ({ joined, cursor, batches: index + 1 }))
        : [],
    );
    const found = after === null ? undefined : cursors[after % Math.max(cursors.length, 1)];
    const from = found
      ? this.ledger.map((_, account) =>
          sees.includes(account)
            ? (found.joined.from?.[account] ?? 0) + this.told(found.joined, account, found.batches).length
            : 0,
        )
      : null;
    const [all] = this.tenants;
    if (all === undefined) throw new Error('no account');
    const accountIds = sees.map((account) => this.tenant(account).accountId);
    const member = memberOf(
      nodes[node],
      this.fanOuts[node],
      {
        actor: which === 1 ? actorOf(all, all.accountId) : actorOf(all),
        filter: which === 2 ? { accountIds } : {},
        key: String(which),
        after: found?.cursor ?? null,
        ready: () => (isSlow ? pause(3).then(() => undefined) : null),
      },
      { executions: 0 },
    );
    this.joined.push({ member, eyes: which, from, committedBefore: this.ledger.map(({ length }) => length) });
  }

  check(joined: Joined, isOver: boolean): void {
    const sees = eyes[joined.eyes] ?? [];
    for (const [account, log] of this.ledger.entries()) {
      const told = this.told(joined, account);
      if (!sees.includes(account)) {
        expect(told).toEqual([]);
        continue;
      }
      const begins = told[0] === undefined ? log.length : log.indexOf(told[0]);
      const from = joined.from?.[account] ?? begins;
      expect(from).toBeGreaterThanOrEqual(joined.from === null ? (joined.committedBefore[account] ?? 0) : 0);
      expect(told).toEqual(isOver ? log.slice(from) : log.slice(from, from + told.length));
    }
    // It was not said too early that all from before is told, and not taken back.
    const first = joined.member.told.findIndex((told) => told.caughtUp);
    if (first === -1) return;
    expect(joined.member.told.slice(first).every((told) => told.caughtUp)).toBe(true);
    if (joined.from === null) return;
    for (const account of sees) {
      const soFar = (joined.from[account] ?? 0) + this.told(joined, account, first + 1).length;
      expect(soFar).toBeGreaterThanOrEqual(joined.committedBefore[account] ?? 0);
    }
  }
}

test('whatever happens, each member is told what the ledger says', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(action, { minLength: 10, maxLength: 60, size: 'max' }), async (actions) => {
      const first = await insertTenant(fresh.store);
      const of = { unitId: first.unitId, applicationId: first.applicationId };
      const others = [await insertTenant(fresh.store, { of }), await insertTenant(fresh.store, { of })];
      const play = new Play([first, ...others]);
      const gone = new Set<Joined>();
      // Members whose beginning is known, so that later ones can have their cursors.
      for (const [index] of eyes.entries()) {
        play.join({ do: 'join', node: 0, eyes: index, after: null, isSlow: false });
        await play.joined[index]?.member.until(caughtUp);
      }
      for (const [index, joined] of play.joined.entries()) play.joined[index] = { ...joined, from: [0, 0, 0] };
      for (const step of actions) {
        if (step.do === 'commit') play.commit(step.account, step.changes, step.isTold);
        else if (step.do === 'join') play.join(step);
        else if (step.do === 'pause') await pause(step.milliseconds);
        else {
          const leaving = play.joined[step.member % play.joined.length];
          if (leaving === undefined) continue;
          leaving.member.leave();
          gone.add(leaving);
        }
      }
      await Promise.all(play.committing);
      const staying = play.joined.filter((joined) => !gone.has(joined));
      // Who begins at the present begins when the node has looked.
      await Promise.all(staying.map(({ member }) => member.until(caughtUp)));
      for (let account = 0; account < 3; account++) play.commit(account, 1, true);
      await Promise.all(play.committing);
      const markers = play.ledger.map((log) => log.at(-1) ?? '');
      await Promise.all(
        staying.map(({ member, eyes: which }) =>
          member.until(({ subjects }) => {
            const told = new Set(subjects);
            return (eyes[which] ?? []).every((account) => told.has(markers[account] ?? ''));
          }),
        ),
      );
      for (const joined of play.joined) play.check(joined, !gone.has(joined));
      for (const { member } of play.joined) {
        expect(member.ended).toEqual([]);
        member.leave();
      }
      expect(play.fanOuts.map(({ groups }) => groups)).toEqual([0, 0]);
    }),
    { seed: 20_261_122, numRuns: 15, endOnFailure: true },
  );
}, 120_000);
