/** Subscribers in one group: told once for all, each from where it stands, whatever becomes of the others. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Store } from '../../datasources/store/store.ts';
import { RequestError } from '../../domain/errors.ts';
import { createFanOut, type FanOut } from '../../subscriptions/fan-out.ts';
import { createChangeFeed } from '../../subscriptions/feed.ts';
import type { GroupSource } from '../../subscriptions/group-source.ts';
import { type FreshStore, freshStore, testKeyRing } from '../setup/database.ts';
import { insertTenant, type TenantFixture } from '../setup/fixtures.ts';
import { type ManualClock, manualClock, settle } from './manual-clock.ts';
import { type Counted, caughtUp, type Joining, memberOf, type TestMember, type Told } from './members.ts';
import { actorOf, changeOf, commitChanges, type Node, startNode } from './nodes.ts';

let fresh: FreshStore;
beforeAll(async () => {
  fresh = await freshStore();
});
afterAll(() => fresh.drop());

interface Scene {
  readonly node: Node;
  readonly tenant: TenantFixture;
  readonly fanOut: FanOut<Told>;
  readonly counted: Counted;
  /** Transactions of readers: of the log, nothing else is read here. */
  readonly reads: { count: number };
  join(joining?: Partial<Joining>): TestMember;
  /** Commits `e<from>` and so on, and says so. */
  write(from: number, count: number): Promise<void>;
  cursorNow(): Promise<string>;
}

async function onNode(options: Parameters<typeof startNode>[1], play: (scene: Scene) => Promise<void>): Promise<void> {
  const node = await startNode(fresh, options);
  const tenant = await insertTenant(fresh.store);
  const fanOut = createFanOut<Told>(options?.clock);
  const counted = { executions: 0 };
  const reads = { count: 0 };
  const store: Store = {
    ...node.store,
    withApplication(...parameters) {
      reads.count++;
      return node.store.withApplication(...parameters);
    },
  };
  const clock = options?.clock === undefined ? {} : { clock: options.clock };
  const feed = createChangeFeed({ store, seal: testKeyRing, wakeUps: node.wakeUps, ...clock, ...options?.feed });
  const members: TestMember[] = [];
  try {
    await play({
      node,
      tenant,
      fanOut,
      counted,
      reads,
      join(joining = {}) {
        const member = memberOf({ ...node, feed }, fanOut, { actor: actorOf(tenant), ...joining }, counted);
        members.push(member);
        return member;
      },
      async write(from, count) {
        const changes = Array.from({ length: count }, (_, i) => changeOf(tenant, `e${from + i}`));
        await commitChanges(fresh.store, tenant, changes);
        node.wakeUps.wake();
      },
      cursorNow: async () =>
        (await node.feed.read({ actor: actorOf(tenant), after: null, filter: null, first: 1 })).cursor,
    });
  } finally {
    for (const member of members) member.leave();
    const closed = node.close();
    // A look that waits for its turn.
    if (options?.clock !== undefined) (options.clock as ManualClock).pass(1_500);
    await closed;
  }
}

const numbered = (from: number, count: number) => Array.from({ length: count }, (_, i) => `e${from + i}`);
const all = (members: readonly TestMember[], enough: (member: TestMember) => boolean) =>
  Promise.all(members.map((member) => member.until(enough)));

describe('a group', () => {
  test('is told a change by one read and one execution, however many they are', () =>
    onNode({}, async ({ join, write, counted, reads }) => {
      const members = Array.from({ length: 50 }, () => join());
      await all(members, caughtUp);
      await settle();
      const [executions, readsBefore] = [counted.executions, reads.count];
      await write(0, 3);
      await all(members, ({ subjects }) => subjects.length === 3);
      expect(counted.executions).toBe(executions + 1);
      expect(reads.count).toBe(readsBefore + 1);
      const [first] = members;
      for (const { told } of members) {
        expect(told.at(-1)).toBe(first?.told.at(-1));
        expect(told.map((one) => [one.subjects.length, one.caughtUp])).toEqual([
          [0, true],
          [3, true],
        ]);
      }
    }));

  test('is told long batches in pieces of 100 that follow each other', () =>
    onNode({}, async ({ join, write }) => {
      const members = [join(), join()];
      await all(members, caughtUp);
      await write(0, 250);
      await all(members, ({ subjects }) => subjects.length >= 250);
      for (const { told, subjects } of members) {
        expect(told.map((one) => one.subjects.length)).toEqual([0, 100, 100, 50]);
        expect(subjects).toEqual(numbered(0, 250));
      }
    }));

  test('ends with its last member, and the next one opens another', () =>
    onNode({}, async ({ join, fanOut, write, node }) => {
      const members = [join(), join()];
      await all(members, caughtUp);
      members[0]?.leave();
      expect(fanOut.groups).toBe(1);
      members[1]?.leave();
      members[1]?.leave();
      expect(fanOut.groups).toBe(0);
      await write(0, 1);
      const after = members[0]?.cursor ?? '';
      const again = join({ after });
      await again.until(({ subjects }) => subjects.length === 1);
      expect(again.subjects).toEqual(['e0']);
      expect(members.map(({ subjects }) => subjects)).toEqual([[], []]);
      expect(node.feed).toBeDefined();
    }));

  test('that everybody leaves while it opens holds nothing', () => {
    const clock = manualClock();
    return onNode({ clock }, async ({ join, fanOut }) => {
      const member = join();
      member.leave();
      expect(fanOut.groups).toBe(0);
      for (let i = 0; i < 100 && clock.waiting > 0; i++) await settle();
      expect(clock.waiting).toBe(0);
      expect([member.told, member.ended]).toEqual([[], []]);
    });
  });

  test('that is quiet is told a fresh cursor before 30 s have passed', () => {
    const clock = manualClock();
    return onNode({ clock }, async ({ join, tenant }) => {
      const member = join();
      await member.until(caughtUp);
      const { cursor } = member;
      const stranger = await insertTenant(fresh.store);
      await commitChanges(fresh.store, stranger, [changeOf(stranger, 'not yours')]);
      for (let passed = 0; passed < 28_000; passed += 1_500) {
        clock.pass(1_500);
        await settle();
      }
      await member.until(({ told }) => told.length === 2);
      expect(member.told[1]).toMatchObject({ subjects: [], caughtUp: true });
      expect(member.cursor).not.toBe(cursor);
      expect(tenant.applicationId).not.toBe(stranger.applicationId);
    });
  });
});

describe('a newcomer', () => {
  test('is told what it missed up to where the group stands, and then what the group is told', () =>
    onNode({}, async ({ join, write, cursorNow }) => {
      const after = await cursorNow();
      await write(0, 250);
      const old = join();
      await old.until(caughtUp);
      const late = join({ after });
      await late.until(caughtUp);
      expect(late.told.map((one) => [one.subjects.length, one.caughtUp])).toEqual([
        [100, false],
        [100, false],
        [50, true],
      ]);
      await write(250, 2);
      await all([old, late], ({ subjects }) => subjects.includes('e251'));
      expect(late.subjects).toEqual(numbered(0, 252));
      expect(old.subjects).toEqual(numbered(250, 2));
      expect(late.told.at(-1)).toBe(old.told.at(-1));
    }));

  test('resumes behind one change in the middle of a batch', () =>
    onNode({}, async ({ join, write, cursorNow, node, tenant }) => {
      const after = await cursorNow();
      await write(0, 10);
      const { changes } = await node.feed.read({ actor: actorOf(tenant), after, filter: null, first: 10 });
      const others = join();
      await others.until(caughtUp);
      const late = join({ after: changes[3]?.cursor ?? '' });
      await late.until(caughtUp);
      expect(late.subjects).toEqual(numbered(4, 6));
    }));

  test('is told that it has caught up only with what was committed before it came, also where no signal told of it', () =>
    onNode({ pollMilliseconds: 3_600_000 }, async ({ join, write, cursorNow, tenant }) => {
      const first = join();
      await first.until(caughtUp);
      const after = await cursorNow();
      await commitChanges(
        fresh.store,
        tenant,
        numbered(0, 3).map((id) => changeOf(tenant, id)),
      );
      const late = join({ after });
      await late.until(caughtUp);
      expect(late.told.map((one) => [one.subjects, one.caughtUp])).toEqual([[numbered(0, 3), true]]);
      expect(first.subjects).toEqual(numbered(0, 3));
      await write(3, 1);
      await all([first, late], ({ subjects }) => subjects.length === 4);
    }));

  test('with a cursor of another application, or of nobody: BAD_USER_INPUT, and the others go on', () =>
    onNode({}, async ({ join, write, node }) => {
      const stranger = actorOf(await insertTenant(fresh.store));
      const { cursor } = await node.feed.read({ actor: stranger, after: null, filter: null, first: 1 });
      const old = join();
      await old.until(caughtUp);
      for (const after of [cursor, 'nonsense', '', old.cursor.slice(1), `${old.cursor}A`]) {
        const refused = join({ after });
        await refused.until(({ ended }) => ended.length === 1);
        expect(refused.ended[0]).toBeInstanceOf(RequestError);
        expect(refused.ended[0]).toMatchObject({ code: 'BAD_USER_INPUT', details: { argument: 'after' } });
        expect(refused.told).toEqual([]);
      }
      await write(0, 1);
      await old.until(({ subjects }) => subjects.length === 1);
      expect(old.ended).toEqual([]);
    }));

  test('whose cursor is older than the log: RESYNC_REQUIRED with one to go on from, and the others go on', () =>
    onNode({}, async ({ join, write, cursorNow }) => {
      const after = await cursorNow();
      await write(0, 3);
      await fresh.logAtRest();
      const old = join();
      await old.until(caughtUp);
      const [before] = await fresh.superuser<{ pruned_xid: string }>('select pruned_xid::text from installation');
      await fresh.superuser(
        'update installation set pruned_xid = (select max(xid)::text::bigint - 1 from change_log)::text::xid8',
      );
      try {
        const late = join({ after });
        await late.until(({ ended }) => ended.length === 1);
        expect(late.ended[0]).toMatchObject({ code: 'RESYNC_REQUIRED' });
        const { details } = late.ended[0] as { details: { cursor: string } };
        const again = join({ after: details.cursor });
        await again.until(caughtUp);
        await write(3, 1);
        await all([old, again], ({ subjects }) => subjects.includes('e3'));
        expect(again.subjects).toEqual(['e3']);
      } finally {
        await fresh.superuser(`update installation set pruned_xid = '${before?.pruned_xid}'::xid8`);
      }
    }));

  test('that does not take what it missed is read for no further, and keeps nobody waiting', () =>
    onNode({}, async ({ join, write, cursorNow }) => {
      const after = await cursorNow();
      for (let i = 0; i < 5; i++) await write(i * 100, 100);
      const old = join();
      await old.until(caughtUp);
      let go: () => void = () => {};
      const isReady = new Promise<void>((resolve) => {
        go = resolve;
      });
      const slow = join({ after, ready: () => isReady });
      await slow.until(({ subjects }) => subjects.length === 100);
      await write(500, 1);
      await old.until(({ subjects }) => subjects.length === 1);
      await settle();
      expect(slow.subjects).toEqual(numbered(0, 100));
      go();
      await slow.until(({ subjects }) => subjects.length >= 501);
      expect(slow.subjects).toEqual(numbered(0, 501));
    }));
});

describe('a storm', () => {
  test('of newcomers with one cursor reads and executes each batch once', () =>
    onNode({}, async ({ join, write, cursorNow, counted, reads }) => {
      const after = await cursorNow();
      await write(0, 250);
      const members = Array.from({ length: 500 }, () => join({ after }));
      await all(members, caughtUp);
      for (const { subjects } of members) expect(subjects).toEqual(numbered(0, 250));
      expect(counted.executions).toBe(3);
      expect(reads.count).toBeLessThan(15);
    }));

  test('that comes by and by while changes go on reads no more', () =>
    onNode({}, async ({ join, write, cursorNow, counted, reads }) => {
      const after = await cursorNow();
      await write(0, 150);
      const members: TestMember[] = [];
      for (let round = 0; round < 10; round++) {
        members.push(...Array.from({ length: 40 }, () => join({ after })));
        await write(150 + round, 1);
      }
      await all(members, ({ subjects }) => subjects.length >= 160);
      for (const { subjects } of members) expect(subjects).toEqual(numbered(0, 160));
      // Two batches of what was missed, one for each commit; of each at most two answers, and one for who missed nothing.
      expect(counted.executions).toBeLessThan(40);
      expect(reads.count).toBeLessThan(60);
    }));
});

describe('a source that fails', () => {
  test('ends everybody with its error, and who comes then opens another', () =>
    onNode({}, async ({ join, fanOut, write }) => {
      const members = [join(), join()];
      await all(members, caughtUp);
      await fresh.superuser('update installation set epoch = epoch + 1');
      await write(0, 1);
      await all(members, ({ ended }) => ended.length === 1);
      for (const { ended } of members) expect(ended[0]).toMatchObject({ code: 'RESYNC_REQUIRED' });
      expect(fanOut.groups).toBe(0);
      const again = join();
      await again.until(caughtUp);
    }));

  test('ends who waits for it to open', () =>
    onNode({}, async ({ fanOut }) => {
      const ended: unknown[] = [];
      const member = { after: null, push() {}, ready: () => null, end: (error: unknown) => ended.push(error) };
      const source = { open: () => Promise.reject(new Error('gone')), placeOf: () => null, after: null };
      const parts = { source: source as never, render: () => () => Promise.reject(new Error('never')), over() {} };
      fanOut.open('failing', member, parts);
      fanOut.open('failing', { ...member }, parts);
      await settle();
      expect(ended).toEqual([new Error('gone'), new Error('gone')]);
      expect(fanOut.groups).toBe(0);
    }));
});

test('a look that finds nothing leads nobody round in circles', async () => {
  const ended: unknown[] = [];
  const told: number[] = [];
  const member = (after: string | null) => ({
    after,
    push: (answer: number) => void told.push(answer),
    ready: () => null,
    end: (error: unknown) => void ended.push(error),
  });
  let next: (place: number) => void = () => {};
  let seen: (place: number) => void = () => {};
  const step = (place: number) => ({ place, silent: true, event: () => place });
  async function* steps() {
    for (;;) yield step(await new Promise<number>((resolve) => (next = resolve)));
  }
  const source: GroupSource<number> = {
    after: null,
    open: async () => ({ place: 0, steps: steps(), look: () => new Promise((resolve) => (seen = resolve)) }),
    placeOf: (after) => (after === null ? null : Number(after)),
    behind: async (from) => step(from + 1),
    standing: step,
    hasSeen: (place, other) => place >= other,
    isBoundary: () => true,
    keyOf: String,
  };
  const fanOut = createFanOut<number>();
  const parts = {
    source: source as GroupSource<unknown>,
    render: () => async (event: unknown) => Number(event),
    over() {},
  };
  const group = fanOut.open('one', member(null), parts);
  await settle();
  const late = member('0');
  group.join(late);
  await settle();
  // The look says that there is more; the read that began before it comes back with nothing.
  next(0);
  seen(1);
  await settle();
  next(1);
  await settle();
  expect(told).toEqual([0, 1]);
  expect(ended).toEqual([]);
});
