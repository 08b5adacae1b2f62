/** A revoked grant: AUTHORIZATION_REVOKED is the last thing that is told of the account; replay and live, alone and in a group. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { endAuthorization } from '../../auth/authorizations.ts';
import { endProfile } from '../../datasources/store/authorizations.ts';
import { appendChanges } from '../../datasources/store/change-log.ts';
import type { ChangeFilter, ChangeRecord } from '../../subscriptions/changes.ts';
import { createFanOut } from '../../subscriptions/fan-out.ts';
import { type FreshStore, freshStore } from '../setup/database.ts';
import { insertTenant, type TenantFixture } from '../setup/fixtures.ts';
import { within } from './manual-clock.ts';
import { caughtUp, memberOf, type Told } from './members.ts';
import { actorOf, changeOf, commitChanges, type Node, startNode } from './nodes.ts';

let fresh: FreshStore;
let nodes: readonly [Node, Node];
beforeAll(async () => {
  fresh = await freshStore({ maximumConnections: 6 });
  nodes = [
    await startNode(fresh, { notifies: true, pollMilliseconds: 100 }),
    await startNode(fresh, { notifies: true, pollMilliseconds: 100 }),
  ];
});
afterAll(async () => {
  for (const node of nodes) await node.close();
  await fresh.drop();
});

type Reader = ReturnType<typeof actorOf>;
type Row = readonly [kind: string, subjectId: string];

const toldBy = (changes: readonly ChangeRecord[]): Row[] => changes.map(({ kind, subjectId }) => [kind, subjectId]);

async function cursorNow(actor: Reader): Promise<string> {
  return (await nodes[0].feed.read({ actor, after: null, filter: null, first: 100 })).cursor;
}

/** Everything behind a cursor, page by page. */
async function replay(actor: Reader, after: string, filter: ChangeFilter | null = null, first = 100): Promise<Row[]> {
  const told: Row[] = [];
  for (let cursor = after; ; ) {
    const batch = await nodes[1].feed.read({ actor, after: cursor, filter, first });
    told.push(...toldBy(batch.changes));
    cursor = batch.cursor;
    if (batch.caughtUp) return told;
  }
}

const open: AsyncIterableIterator<unknown>[] = [];
afterEach(async () => {
  for (const batches of open.splice(0)) await batches.return?.();
});

/** A subscription on each node; what it is told until a subject comes. */
async function subscribe(actor: Reader, after: string | null = null) {
  return Promise.all(
    nodes.map(async ({ feed }) => {
      const batches = feed.watch({ actor, after, filter: null });
      open.push(batches);
      const told = toldBy((await within(batches.next())).value?.changes ?? []);
      return async (last: string): Promise<Row[]> => {
        while (told.at(-1)?.[1] !== last) {
          const { value, done } = await within(batches.next());
          if (done === true) throw new Error(`it ended, told ${JSON.stringify(told)}`);
          told.push(...toldBy(value.changes));
        }
        return told;
      };
    }),
  );
}

const updated = (id: string): Row => ['EVENT_UPDATED', id];
const revoke = (tenant: TenantFixture, more: { readonly erase?: boolean } = {}) =>
  fresh.store.asWorker((tx) => endAuthorization(tx, { ...tenant, ...more }));
/** The provider goes on changing what the application may no longer see. */
const change = (tenant: TenantFixture, ...ids: string[]) =>
  commitChanges(
    fresh.store,
    tenant,
    ids.map((id) => changeOf(tenant, id)),
  );
const person = { kind: 'USER', provider: 'CALDAV' } as const;

describe('an authorization that ended', () => {
  test('live, on both nodes: what was there, AUTHORIZATION_REVOKED, and nothing more of that account', async () => {
    const gone = await insertTenant(fresh.store, person);
    const stays = await insertTenant(fresh.store, { ...person, of: gone });
    const subscribers = await subscribe(actorOf(gone));
    await change(gone, 'before');
    nodes[0].wakeUps.wake();
    for (const until of subscribers) expect(await until('before')).toEqual([updated('before')]);
    await revoke(gone);
    nodes[0].wakeUps.wake();
    for (const until of subscribers) await until(gone.accountId);
    await change(gone, 'silent');
    await change(stays, 'last');
    nodes[0].wakeUps.wake();
    for (const until of subscribers) {
      expect(await until('last')).toEqual([
        updated('before'),
        ['AUTHORIZATION_REVOKED', gone.accountId],
        updated('last'),
      ]);
    }
  });

  test.each([1, 2, 100])('in replay, %d a page: not even what was still unread is told', async (first) => {
    const gone = await insertTenant(fresh.store, person);
    const stays = await insertTenant(fresh.store, { ...person, of: gone });
    const actor = actorOf(gone);
    const start = await cursorNow(actor);
    await change(gone, 'one', 'two', 'three');
    await change(stays, 'first');
    // In the middle of the account's changes.
    const page = await nodes[0].feed.read({ actor, after: start, filter: null, first: 2 });
    expect(toldBy(page.changes)).toEqual([updated('one'), updated('two')]);
    await revoke(gone);
    await change(gone, 'silent');
    await change(stays, 'last');
    const expected = [['AUTHORIZATION_REVOKED', gone.accountId], updated('first'), updated('last')];
    // Between accounts there is no order.
    const sorted = (told: readonly Row[]) => told.map(String).sort();
    for (const after of [start, page.cursor]) {
      expect(sorted(await replay(actor, after, null, first))).toEqual(sorted(expected as Row[]));
    }
    const [until] = await subscribe(actor, start);
    expect(sorted((await until?.('last')) ?? [])).toEqual(sorted(expected as Row[]));
  });

  test('is told to an account token of that account, to no other, and to no other application', async () => {
    const gone = await insertTenant(fresh.store, person);
    const beside = await insertTenant(fresh.store, { ...person, of: gone });
    const stranger = await insertTenant(fresh.store, person);
    const [token, otherToken, other] = [
      actorOf(gone, gone.accountId),
      actorOf(beside, beside.accountId),
      actorOf(stranger),
    ];
    const [start, otherStart, strangerStart] = [
      await cursorNow(token),
      await cursorNow(otherToken),
      await cursorNow(other),
    ];
    await change(gone, 'unread');
    await revoke(gone);
    await change(gone, 'silent');
    expect(await replay(token, start)).toEqual([['AUTHORIZATION_REVOKED', gone.accountId]]);
    expect(await replay(otherToken, otherStart)).toEqual([]);
    expect(await replay(other, strangerStart)).toEqual([]);
  });

  test('of an account that another application is let into: that one goes on hearing of it, and not of the end', async () => {
    const gone = await insertTenant(fresh.store, person);
    const { store } = fresh;
    const applicationId = store.ids('app');
    await store.asWorker(async (tx) => {
      await tx
        .insertInto('application')
        .values({
          id: applicationId,
          unit_id: gone.unitId,
          name: 'Beside',
          client_id: applicationId,
          mode: 'DEVELOPMENT',
        })
        .execute();
      await tx
        .insertInto('authorization_grant')
        .values({
          id: store.ids('aut'),
          application_id: applicationId,
          account_id: gone.accountId,
          scopes: ['read_events'],
        })
        .execute();
    });
    const beside = actorOf({ applicationId, unitId: gone.unitId });
    const start = await cursorNow(beside);
    await change(gone, 'before');
    await revoke(gone);
    await change(gone, 'after');
    expect(await replay(beside, start)).toEqual([updated('before'), updated('after')]);
  });

  test('and is to be erased: ERASURE_REQUESTED is the last word', async () => {
    const gone = await insertTenant(fresh.store, person);
    const actor = actorOf(gone);
    const start = await cursorNow(actor);
    await change(gone, 'unread');
    await revoke(gone, { erase: true });
    expect(await replay(actor, start)).toEqual([
      ['AUTHORIZATION_REVOKED', gone.accountId],
      ['ERASURE_REQUESTED', gone.accountId],
    ]);
  });

  test('is told once, whoever ended it; who asked for other kinds hears what he asked for', async () => {
    const gone = await insertTenant(fresh.store, person);
    const actor = actorOf(gone);
    const start = await cursorNow(actor);
    await revoke(gone);
    await revoke(gone);
    const end: Row = ['AUTHORIZATION_REVOKED', gone.accountId];
    expect(await replay(actor, start)).toEqual([end]);
    expect(await replay(actor, start, { includeOwn: true })).toEqual([end]);
    expect(await replay(actor, start, { managed: 'ONLY' })).toEqual([end]);
    expect(await replay(actor, start, { kinds: ['EVENT_UPDATED'] })).toEqual([]);
    expect(await replay(actor, start, { accountIds: [gone.profileId] })).toEqual([]);
    const batch = await nodes[0].feed.read({ actor, after: start, filter: null, first: 100 });
    expect(batch.changes.map(({ own }) => own)).toEqual([true]);
  });
});

describe('in a group of subscribers', () => {
  test('who comes behind is told nothing of it from memory, though others were told it a moment ago', async () => {
    const gone = await insertTenant(fresh.store, person);
    const stays = await insertTenant(fresh.store, { ...person, of: gone });
    const actor = actorOf(gone);
    const start = await cursorNow(actor);
    await change(gone, 'one', 'two');
    const [node] = nodes;
    const fanOut = createFanOut<Told>();
    const counted = { executions: 0 };
    const join = (after: string | null) => memberOf(node, fanOut, { actor, after }, counted);
    const live = join(null);
    await live.until(caughtUp);
    const early = [join(start), join(start)];
    for (const member of early) {
      await member.until(caughtUp);
      expect(member.subjects).toEqual(['one', 'two']);
    }
    // On the other node: nothing here has heard of it.
    await revoke(gone);
    await change(gone, 'silent');
    await change(stays, 'last');
    const late = [join(start), join(early[0]?.cursor ?? '')];
    for (const member of late) {
      await member.until(({ subjects }) => subjects.includes('last'));
      expect([...member.subjects].sort()).toEqual([gone.accountId, 'last'].sort());
    }
    for (const member of [live, ...early]) {
      await member.until(({ subjects }) => subjects.includes('last'));
      expect(member.subjects.filter((subject) => subject === gone.accountId)).toHaveLength(1);
      expect(member.subjects).not.toContain('silent');
    }
    for (const member of [live, ...early, ...late]) member.leave();
    expect(fanOut.groups).toBe(0);
  });
});

describe('a profile that was revoked', () => {
  test('PROFILE_REVOKED, then silence of that profile; the account’s other profiles go on', async () => {
    const tenant = await insertTenant(fresh.store, person);
    const actor = actorOf(tenant);
    const start = await cursorNow(actor);
    await change(tenant, 'unread');
    await fresh.store.asWorker(async (tx) => {
      await endProfile(tx, tenant.applicationId, tenant.profileId);
      const revoked = changeOf(tenant, tenant.profileId, {
        kind: 'PROFILE_REVOKED',
        calendarId: null,
        audience: tenant.applicationId,
      });
      await appendChanges(tx, tenant.accountId, [revoked], { madeBy: tenant.applicationId });
    });
    await change(tenant, 'silent');
    await commitChanges(fresh.store, tenant, [
      changeOf(tenant, 'of another profile', { profileId: null, calendarId: null }),
    ]);
    const expected = [['PROFILE_REVOKED', tenant.profileId], updated('of another profile')];
    expect(await replay(actor, start)).toEqual(expected);
    const subscribers = await subscribe(actor, start);
    for (const until of subscribers) expect(await until('of another profile')).toEqual(expected);
  });
});
