/** What a cursor stands for: who may use it, until when, and that access is asked again at every delivery. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { appendChanges, type ChangeKind, pruneChangeLog } from '../../datasources/store/change-log.ts';
import { RequestError } from '../../domain/errors.ts';
import type { ChangeRecord } from '../../subscriptions/changes.ts';
import { type FreshStore, freshStore } from '../setup/database.ts';
import { insertTenant } from '../setup/fixtures.ts';
import { actorOf, changeOf, collect, commitChanges, type Node, startNode, subjects } from './nodes.ts';

let fresh: FreshStore;
let node: Node;
beforeAll(async () => {
  fresh = await freshStore({ maximumConnections: 6 });
  node = await startNode(fresh);
});
afterAll(async () => {
  await node.close();
  await fresh.drop();
});

type Reader = ReturnType<typeof actorOf>;

const read = (actor: Reader, after: string | null, first = 100) =>
  node.feed.read({ actor, after, filter: null, first });
const cursorNow = async (actor: Reader) => (await read(actor, null)).cursor;

async function replay(actor: Reader, after: string) {
  const changes: ChangeRecord[] = [];
  for (let cursor = after; ; ) {
    const batch = await read(actor, cursor);
    changes.push(...batch.changes);
    cursor = batch.cursor;
    if (batch.caughtUp) return changes;
  }
}

async function refusal(work: Promise<unknown>): Promise<RequestError> {
  const error = await work.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof RequestError)) throw new Error(`expected a RequestError, got ${String(error)}`);
  return error;
}

/** A subscription that has caught up. */
async function watching(actor: Reader, after: string | null = null) {
  const batches = node.feed.watch({ actor, after, filter: null });
  const first = await batches.next();
  if (first.value === undefined) throw new Error('ended');
  return { batches, first: first.value };
}

describe('cursors that do not stand', () => {
  test('malformed, forged, another application’s: BAD_USER_INPUT naming after, in both', async () => {
    const [mine, theirs] = [await insertTenant(fresh.store), await insertTenant(fresh.store)];
    const actor = actorOf(mine);
    const own = await cursorNow(actor);
    const expectRefused = async (after: string) => {
      for (const work of [read(actor, after), node.feed.watch({ actor, after, filter: null }).next()]) {
        expect(await refusal(work)).toMatchObject({ code: 'BAD_USER_INPUT', details: { argument: 'after' } });
      }
    };
    await expectRefused(await cursorNow(actorOf(theirs)));
    await expectRefused('');
    await expectRefused('a'.repeat(100_000));
    await expectRefused("'; drop table change_log; --");
    await fc.assert(
      fc.asyncProperty(fc.nat(own.length - 1), fc.base64String({ minLength: 1, maxLength: 4 }), async (at, noise) => {
        const forged = own.slice(0, at) + noise + own.slice(at + noise.length);
        if (forged !== own) await expectRefused(forged);
      }),
      { seed: 20261122, numRuns: 200 },
    );
    expect((await read(actor, own)).changes).toEqual([]);
  });

  test('of an account token stand for the same application’s other credentials', async () => {
    const tenant = await insertTenant(fresh.store);
    const cursor = await cursorNow(actorOf(tenant, tenant.accountId));
    await commitChanges(fresh.store, tenant, [changeOf(tenant, 'a')]);
    expect(subjects(await replay(actorOf(tenant), cursor))).toEqual(['a']);
  });

  test('pruned: RESYNC_REQUIRED with a cursor to start from; a younger one goes on', async () => {
    const own = await freshStore();
    const ownNode = await startNode(own, { feed: { idleMilliseconds: 20 }, pollMilliseconds: 20 });
    try {
      const tenant = await insertTenant(own.store);
      const actor = actorOf(tenant);
      const ask = (after: string | null) => ownNode.feed.read({ actor, after, filter: null, first: 100 });
      const old = (await ask(null)).cursor;
      await commitChanges(
        own.store,
        tenant,
        ['a', 'b', 'c'].map((id) => changeOf(tenant, id)),
      );
      const between = (await ownNode.feed.read({ actor, after: old, filter: null, first: 2 })).cursor;
      await commitChanges(own.store, tenant, [changeOf(tenant, 'd')]);
      await own.logAtRest();
      await own.superuser(`update change_log set at = now() - interval '31 days' where subject_id <> 'd'`);
      const watched = ownNode.feed.watch({ actor, after: null, filter: null });
      await watched.next();
      expect(await own.store.asWorker((tx) => pruneChangeLog(tx))).toBe(3);

      for (const after of [old, between]) {
        const asked = [() => ask(after), () => ownNode.feed.watch({ actor, after, filter: null }).next()];
        for (const lost of asked) {
          const error = await refusal(lost());
          expect(error).toMatchObject({
            code: 'RESYNC_REQUIRED',
            details: { argument: 'after', cursor: expect.any(String) },
          });
          const again = String(error.details['cursor']);
          expect(await ask(again)).toMatchObject({ changes: [], caughtUp: true });
        }
      }
      // A subscription that is on time never notices.
      const [before] = [(await watched.next()).value];
      expect(before).toMatchObject({ changes: [], caughtUp: true });
      await commitChanges(own.store, tenant, [changeOf(tenant, 'e')]);
      expect(subjects((await ask(before?.cursor ?? '')).changes)).toEqual(['e']);
      await watched.return?.();
    } finally {
      await ownNode.close();
      await own.drop();
    }
  });

  test('of an earlier epoch: RESYNC_REQUIRED, also in the middle of a subscription', async () => {
    const own = await freshStore();
    const ownNode = await startNode(own, { pollMilliseconds: 20 });
    try {
      const tenant = await insertTenant(own.store);
      const actor = actorOf(tenant);
      const batches = ownNode.feed.watch({ actor, after: null, filter: null });
      const cursor = (await batches.next()).value?.cursor ?? '';
      const waiting = batches.next();
      await own.superuser('update installation set epoch = epoch + 1');
      const error = await refusal(waiting);
      expect(error.code).toBe('RESYNC_REQUIRED');
      expect((await refusal(ownNode.feed.read({ actor, after: cursor, filter: null, first: 1 }))).code).toBe(
        'RESYNC_REQUIRED',
      );
      const again = ownNode.feed.watch({ actor, after: String(error.details['cursor']), filter: null });
      expect((await again.next()).value).toMatchObject({ changes: [], caughtUp: true });
      await again.return?.();
    } finally {
      await ownNode.close();
      await own.drop();
    }
  });
});

describe('access', () => {
  test('that ends between two pages ends what is told, and shifts nothing else', async () => {
    const one = await insertTenant(fresh.store);
    const two = await insertTenant(fresh.store, { of: one });
    const three = await insertTenant(fresh.store, { of: one });
    const actor = actorOf(one);
    const start = await cursorNow(actor);
    for (const tenant of [one, two, three]) {
      await commitChanges(
        fresh.store,
        tenant,
        [1, 2, 3].map((n) => changeOf(tenant, `${tenant.accountId}-${n}`)),
      );
    }
    const { batches, first } = await watching(actor, start);
    expect(first.changes).toHaveLength(9);
    await batches.return?.();
    const page = await read(actor, start, 4);
    expect(page.changes.at(-1)?.subjectId).toBe(`${two.accountId}-1`);
    await fresh.superuser(`update authorization_grant set status = 'REVOKED' where account_id = $1`, [one.accountId]);
    await fresh.superuser(`update authorization_grant set status = 'REVOKED' where account_id = $1`, [two.accountId]);
    const rest = await replay(actor, page.cursor);
    expect(subjects(rest)).toEqual([1, 2, 3].map((n) => `${three.accountId}-${n}`));
  });

  test('to a profile that was revoked ends live as well, and the revocation itself is told', async () => {
    const tenant = await insertTenant(fresh.store);
    const actor = actorOf(tenant);
    const { batches } = await watching(actor);
    await commitChanges(fresh.store, tenant, [changeOf(tenant, 'seen')]);
    node.wakeUps.wake();
    expect(subjects((await batches.next()).value?.changes ?? [])).toEqual(['seen']);
    await fresh.store.withApplication(tenant.tenant, async (tx) => {
      await tx
        .insertInto('revoked_profile')
        .values({ application_id: tenant.applicationId, profile_id: tenant.profileId })
        .execute();
      await appendChanges(
        tx,
        tenant.accountId,
        [
          changeOf(tenant, tenant.profileId, {
            kind: 'PROFILE_REVOKED',
            calendarId: null,
            audience: tenant.applicationId,
          }),
        ],
        { madeBy: null },
      );
    });
    await commitChanges(fresh.store, tenant, [changeOf(tenant, 'hidden')]);
    await commitChanges(fresh.store, tenant, [changeOf(tenant, 'account', { profileId: null, calendarId: null })]);
    node.wakeUps.wake();
    const { changes } = await collect(batches, (all) => all.at(-1)?.subjectId === 'account');
    expect(subjects(changes)).toEqual([tenant.profileId, 'account']);
  });

  test('of two tenants interleaved: each hears its own only', async () => {
    const tenants = [await insertTenant(fresh.store), await insertTenant(fresh.store)] as const;
    const open = await Promise.all(tenants.map((tenant) => watching(actorOf(tenant))));
    for (let i = 0; i < 20; i++) {
      const tenant = tenants[i % 2 === 0 ? 0 : 1];
      await commitChanges(fresh.store, tenant, [changeOf(tenant, `${tenant.applicationId}-${i}`)]);
      node.wakeUps.wake();
    }
    for (const [index, { batches }] of open.entries()) {
      const { changes } = await collect(batches, (all) => all.length >= 10);
      const prefix = tenants[index === 0 ? 0 : 1].applicationId;
      expect(subjects(changes)).toEqual(Array.from({ length: 10 }, (_, i) => `${prefix}-${2 * i + index}`));
    }
  });

  test.each<ChangeKind>(['AUTHORIZATION_REVOKED', 'ERASURE_REQUESTED'])(
    '%s reaches the application whose access it ended, once, and nobody else',
    async (kind) => {
      const [tenant, stranger] = [await insertTenant(fresh.store), await insertTenant(fresh.store)];
      const [live, other] = [await watching(actorOf(tenant)), await watching(actorOf(stranger))];
      const strangerStart = other.first.cursor;
      await other.batches.return?.();
      await fresh.store.asWorker(async (tx) => {
        await tx
          .updateTable('authorization_grant')
          .set({ status: 'REVOKED' })
          .where('id', '=', tenant.grantId)
          .execute();
        const gone = { kind, profileId: null, calendarId: null, audience: tenant.applicationId };
        await appendChanges(
          tx,
          tenant.accountId,
          [changeOf(tenant, tenant.accountId, gone), changeOf(tenant, 'after')],
          {
            madeBy: null,
          },
        );
      });
      node.wakeUps.wake();
      const told = (await live.batches.next()).value?.changes ?? [];
      expect(told.map((change) => [change.kind, change.subjectId])).toEqual([[kind, tenant.accountId]]);
      await live.batches.return?.();
      expect(await replay(actorOf(stranger), strangerStart)).toEqual([]);
    },
  );
});
