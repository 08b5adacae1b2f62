import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type FreshStore, freshStore } from '../../setup/database.ts';
import { at, connectorBut, createWorld, event, type World } from '../world.ts';

let fresh: FreshStore;
beforeAll(async () => {
  fresh = await freshStore({ maximumConnections: 6 });
});
afterAll(() => fresh.drop());

const home = (world: World) => [...world.provider.calendars.keys()][0] ?? '';
const there = (world: World) => [...world.provider.calendar(home(world)).resources.values()];

/** Connected and read for the first time; answers how long the log is then. */
async function begin(options: Parameters<typeof createWorld>[1] = {}): Promise<{ world: World; told: number }> {
  const world = await createWorld(fresh, options);
  await world.poll();
  return { world, told: (await world.changes()).length };
}

describe('a write', () => {
  test('is applied at once, and the poll after it is silent', async () => {
    const { world, told } = await begin();
    const { operationId, eventId } = await world.write(home(world), event('mine'));
    expect(await world.attempt(operationId)).toMatchObject({ status: 'APPLIED', attempts: 1, failure: null, eventId });
    expect((await world.profile()).next_poll_at).toEqual(new Date(world.clock.now + 60_000));
    const [row] = await world.events(home(world));
    expect(row).toMatchObject({ id: eventId, remote_id: there(world)[0]?.remoteId, etag: there(world)[0]?.etag });
    expect(row?.pending_operation).toBeNull();
    await world.poll();
    expect(await world.changes(told)).toMatchObject([{ kind: 'EVENT_CREATED', made_by: world.applicationId }]);
    expect((await world.calendar(home(world))).sync_token).toBe('1');
    expect(await world.attempt(operationId)).toMatchObject({ status: 'APPLIED', attempts: 1 });
    expect(world.provider.calls.get('write')).toBe(1);
  });

  test('what the server made of it beyond that is the server’s own change', async () => {
    const { world, told } = await begin({
      wrapConnector: (connector) =>
        connectorBut(connector, {
          write: async (session, calendar, request) => {
            const answer = await connector.write(session, calendar, request);
            const changed = { ...answer.object, master: { ...event('x').master, summary: 'changed by the server' } };
            const stored = world.provider.put(
              calendar,
              { ...answer.object, ...changed } as typeof answer.object,
              null,
              answer.remoteId,
            );
            return { ...answer, etag: stored.etag, object: stored.object };
          },
        }),
    });
    const { operationId, eventId } = await world.write(home(world), event('mine'));
    expect(await world.attempt(operationId)).toMatchObject({ status: 'APPLIED' });
    expect(await world.changes(told)).toMatchObject([
      { kind: 'EVENT_CREATED', made_by: world.applicationId },
      { kind: 'EVENT_UPDATED', made_by: null, subject_id: eventId },
    ]);
    await world.poll();
    expect(await world.changes(told)).toHaveLength(2);
  });

  test('whose answer was lost is not done twice', async () => {
    const { world, told } = await begin();
    world.provider.faults.add('write', { kind: 'lost-answer' });
    const { operationId } = await world.write(home(world), event('mine'));
    expect(await world.attempt(operationId)).toMatchObject({ status: 'PENDING', failure: { code: 'UNREACHABLE' } });
    await world.poll();
    expect((await world.calendar(home(world))).sync_token).not.toBe('1');
    const revision = world.provider.calendar(home(world)).revision;
    expect(await world.attempt(operationId)).toMatchObject({ status: 'APPLIED', attempts: 2 });
    expect(world.provider.calendar(home(world)).revision).toBe(revision);
    await world.poll();
    expect(await world.kinds(told)).toEqual(['EVENT_CREATED']);
    expect((await world.calendar(home(world))).sync_token).toBe('1');
  });

  test('an update whose answer was lost is recognised by its etag’s absence and its content', async () => {
    const { world, told } = await begin();
    const first = await world.write(home(world), event('mine', 'one'));
    await world.attempt(first.operationId);
    const second = await world.write(home(world), event('mine', 'two'));
    world.provider.faults.add('write', { kind: 'lost-answer' });
    await world.attempt(second.operationId);
    expect(await world.attempt(second.operationId)).toMatchObject({ status: 'APPLIED', attempts: 2 });
    await world.poll();
    expect(await world.kinds(told)).toEqual(['EVENT_CREATED', 'EVENT_UPDATED']);
    expect(there(world)).toHaveLength(1);
  });

  test('a transient failure keeps it, and it is tried again with backoff, not before Retry-After', async () => {
    const { world } = await begin();
    const retryAt = world.clock.now + 3_600_000;
    world.provider.faults.add('write', { kind: 'unreachable' });
    world.provider.faults.add('write', { kind: 'throttled', retryAt });
    const { operationId } = await world.write(home(world), event('mine'));
    const first = await world.attempt(operationId);
    expect(first).toMatchObject({ status: 'PENDING', nextAttemptAt: world.clock.now + 2_500, attempts: 1 });
    expect(await world.attempt(operationId)).toMatchObject({ status: 'PENDING', nextAttemptAt: retryAt, attempts: 2 });
    expect((await world.operation(operationId)).claimed_until).toBeNull();
    expect(await world.attempt(operationId)).toMatchObject({ status: 'APPLIED', attempts: 3, failure: null });
  });

  test('given up after a day: the row returns to what the provider has, and it is told', async () => {
    const { world, told } = await begin();
    const first = await world.write(home(world), event('mine', 'one'));
    await world.attempt(first.operationId);
    const second = await world.write(home(world), event('mine', 'two'));
    const never = await world.write(home(world), event('never there'));
    world.provider.faults.add('write', { kind: 'unreachable' }, 100);
    await world.attempt(second.operationId);
    world.clock.now += 24 * 3_600_000;
    expect(await world.attempt(second.operationId)).toMatchObject({
      status: 'FAILED',
      failure: { code: 'UNREACHABLE' },
    });
    expect(await world.attempt(never.operationId)).toMatchObject({ status: 'FAILED' });
    await world.poll();
    const rows = await world.events(home(world));
    expect(rows.map((row) => [row.uid, row.summary, row.deleted, row.pending_operation])).toEqual([
      ['mine', 'one', false, null],
      ['never there', 'never there', true, null],
    ]);
    const changes = await world.changes(told + 3);
    expect(changes).toMatchObject([
      { kind: 'OPERATION_FAILED', subject_id: second.operationId, audience: world.applicationId, made_by: null },
      { kind: 'EVENT_DELETED', subject_id: never.eventId },
      { kind: 'OPERATION_FAILED', subject_id: never.operationId },
      { kind: 'EVENT_UPDATED', subject_id: second.eventId, made_by: null },
    ]);
  });

  test.each(['rejected', 'forbidden'] as const)('%s: FAILED, and the row is as the provider has it', async (kind) => {
    const { world, told } = await begin();
    const first = await world.write(home(world), event('mine', 'one'));
    await world.attempt(first.operationId);
    const second = await world.write(home(world), event('mine', 'two'));
    world.provider.faults.add('write', { kind });
    expect(await world.attempt(second.operationId)).toMatchObject({
      status: 'FAILED',
      failure: { code: kind.toUpperCase() },
    });
    expect((await world.events(home(world)))[0]).toMatchObject({ summary: 'one', pending_operation: null });
    expect(await world.kinds(told)).toEqual(['EVENT_CREATED', 'EVENT_UPDATED', 'EVENT_UPDATED', 'OPERATION_FAILED']);
    await world.poll();
    expect(await world.changes(told)).toHaveLength(4);
    const created = await world.write(home(world), event('refused'));
    world.provider.faults.add('write', { kind });
    await world.attempt(created.operationId);
    expect((await world.kinds(told)).slice(4)).toEqual(['EVENT_CREATED', 'EVENT_DELETED', 'OPERATION_FAILED']);
  });

  test('somebody else was faster: FAILED with CONFLICT, theirs stands and is told', async () => {
    const { world, told } = await begin();
    const first = await world.write(home(world), event('mine', 'one'));
    await world.attempt(first.operationId);
    world.provider.put(home(world), event('mine', 'theirs'));
    const second = await world.write(home(world), event('mine', 'two'));
    const third = await world.write(home(world), event('mine', 'three'));
    expect(await world.attempt(second.operationId)).toMatchObject({ status: 'FAILED', failure: { code: 'CONFLICT' } });
    expect(await world.attempt(third.operationId)).toMatchObject({
      status: 'FAILED',
      failure: { code: 'CONFLICT' },
      attempts: 1,
    });
    expect((await world.events(home(world)))[0]).toMatchObject({
      summary: 'theirs',
      pending_operation: null,
      etag: there(world)[0]?.etag,
    });
    expect((await world.changes(told)).slice(3)).toMatchObject([
      { kind: 'EVENT_UPDATED', subject_id: first.eventId, made_by: null },
      { kind: 'OPERATION_FAILED', subject_id: second.operationId },
      { kind: 'OPERATION_FAILED', subject_id: third.operationId },
    ]);
    await world.poll();
    expect(await world.changes(told)).toHaveLength(6);
  });

  test('another client that kept our stamp and sequence was faster all the same', async () => {
    const { world } = await begin();
    const first = await world.write(home(world), event('mine', 'one'));
    await world.attempt(first.operationId);
    const intended = event('mine', 'two');
    world.provider.faults.add('write', { kind: 'unreachable' });
    const second = await world.write(home(world), intended);
    await world.attempt(second.operationId);
    world.provider.put(home(world), { ...intended, master: event('mine', 'theirs').master });
    expect(await world.attempt(second.operationId)).toMatchObject({ status: 'FAILED', failure: { code: 'CONFLICT' } });
    expect((await world.events(home(world)))[0]?.summary).toBe('theirs');
  });

  test('to an event that is gone: FAILED, and it is gone here, too', async () => {
    const { world, told } = await begin();
    const first = await world.write(home(world), event('mine', 'one'));
    await world.attempt(first.operationId);
    world.provider.delete(home(world), there(world)[0]?.remoteId ?? '');
    const second = await world.write(home(world), event('mine', 'two'));
    expect(await world.attempt(second.operationId)).toMatchObject({ status: 'FAILED', failure: { code: 'CONFLICT' } });
    expect((await world.events(home(world)))[0]).toMatchObject({ deleted: true, pending_operation: null });
    expect(await world.kinds(told)).toEqual(['EVENT_CREATED', 'EVENT_UPDATED', 'EVENT_DELETED', 'OPERATION_FAILED']);
  });

  test('the older writes of the same event go with it, in one call', async () => {
    const { world } = await begin();
    const first = await world.write(home(world), event('mine', 'one'));
    world.clock.now += 1_000;
    const second = await world.write(home(world), event('mine', 'two'));
    expect(await world.attempt(second.operationId)).toMatchObject({ status: 'APPLIED' });
    expect(await world.operation(first.operationId)).toMatchObject({ status: 'APPLIED' });
    expect(there(world)[0]?.object.master?.summary).toBe('two');
    expect((await world.events(home(world)))[0]).toMatchObject({ summary: 'two', pending_operation: null });
    expect(world.provider.calls.get('write')).toBe(1);
  });

  test('their order is that of the row’s lock, not of the moments when their transactions began', async () => {
    const { world } = await begin();
    const first = await world.write(home(world), event('mine', 'one'));
    const second = await world.write(home(world), event('mine', 'two'));
    await fresh.superuser(`update operation set created_at = created_at - interval '1 s' where id = $1`, [
      second.operationId,
    ]);
    expect(await world.attempt(second.operationId)).toMatchObject({ status: 'APPLIED' });
    expect(await world.operation(first.operationId)).toMatchObject({ status: 'APPLIED' });
    expect(there(world)[0]?.object.master?.summary).toBe('two');
  });

  test('an older one that must wait keeps the newer one waiting', async () => {
    const { world } = await begin();
    const first = await world.write(home(world), event('mine', 'one'));
    world.clock.now += 1_000;
    const second = await world.write(home(world), event('mine', 'two'));
    world.provider.faults.add('write', { kind: 'unreachable' });
    expect(await world.attempt(second.operationId)).toMatchObject({ status: 'PENDING', attempts: 1 });
    expect(await world.operation(first.operationId)).toMatchObject({ status: 'PENDING', attempts: 1 });
    expect(world.provider.calls.get('write')).toBe(1);
  });

  test('ten attempts at once write once', async () => {
    const { world } = await begin();
    const { operationId } = await world.write(home(world), event('mine'));
    await Promise.all(Array.from({ length: 10 }, () => world.attempt(operationId)));
    expect(await world.operation(operationId)).toMatchObject({ status: 'APPLIED', attempts: 1 });
    expect(world.provider.calls.get('write')).toBe(1);
  });

  test('an attempt that was paused and taken over writes nothing down', async () => {
    const { world, told } = await begin({ settings: { leaseTime: 3_600_000 } });
    let open = () => {};
    const gate = new Promise<void>((resolve) => {
      open = resolve;
    });
    world.provider.faults.add('write', { kind: 'slow', until: () => gate });
    world.provider.faults.add('write', { kind: 'rejected' });
    const { operationId } = await world.write(home(world), event('mine'));
    const paused = world.attempt(operationId);
    while (!world.provider.calls.has('write')) await new Promise((resolve) => setTimeout(resolve, 5));
    await world.restart();
    expect(await world.attempt(operationId)).toMatchObject({ status: 'FAILED', attempts: 2 });
    open();
    expect(await paused).toMatchObject({ status: 'FAILED', failure: { code: 'REJECTED' } });
    expect(await world.kinds(told)).toEqual(['EVENT_CREATED', 'EVENT_DELETED', 'OPERATION_FAILED']);
    await world.poll();
    expect((await world.kinds(told)).slice(3)).toEqual(['EVENT_CREATED']);
  });

  test('of a disconnected profile waits without a call', async () => {
    const { world } = await begin();
    await fresh.superuser(`update profile set status = 'DISCONNECTED' where id = $1`, [world.profileId]);
    const { operationId } = await world.write(home(world), event('mine'));
    expect(await world.attempt(operationId)).toMatchObject({
      status: 'PENDING',
      failure: { code: 'CREDENTIALS_REJECTED' },
    });
    expect(world.provider.calls.has('write')).toBe(false);
  });
});

describe('a deletion', () => {
  test('is carried out, and the poll after it is silent', async () => {
    const { world, told } = await begin();
    const first = await world.write(home(world), event('mine'));
    await world.attempt(first.operationId);
    const { operationId } = await world.delete(home(world), 'mine');
    expect(await world.attempt(operationId)).toMatchObject({ status: 'APPLIED' });
    expect(there(world)).toEqual([]);
    await world.poll();
    expect(await world.kinds(told)).toEqual(['EVENT_CREATED', 'EVENT_DELETED']);
    expect((await world.events(home(world)))[0]).toMatchObject({
      deleted: true,
      remote_id: null,
      pending_operation: null,
    });
  });

  test('whose answer was lost is APPLIED the next time', async () => {
    const { world, told } = await begin();
    const first = await world.write(home(world), event('mine'));
    await world.attempt(first.operationId);
    const { operationId } = await world.delete(home(world), 'mine');
    world.provider.faults.add('remove', { kind: 'lost-answer' });
    expect(await world.attempt(operationId)).toMatchObject({ status: 'PENDING' });
    await world.poll();
    expect(await world.attempt(operationId)).toMatchObject({ status: 'APPLIED' });
    await world.poll();
    expect(await world.kinds(told)).toEqual(['EVENT_CREATED', 'EVENT_DELETED']);
  });

  test('of an event that somebody changed: FAILED, and it is back', async () => {
    const { world, told } = await begin();
    const first = await world.write(home(world), event('mine'));
    await world.attempt(first.operationId);
    world.provider.put(home(world), event('mine', 'theirs'));
    const { operationId, eventId } = await world.delete(home(world), 'mine');
    expect(await world.attempt(operationId)).toMatchObject({ status: 'FAILED', failure: { code: 'CONFLICT' } });
    expect((await world.events(home(world)))[0]).toMatchObject({ id: eventId, summary: 'theirs', deleted: false });
    expect((await world.kinds(told)).slice(2)).toEqual(['EVENT_CREATED', 'OPERATION_FAILED']);
  });

  test('right behind a creation whose answer was lost leaves nothing at the provider', async () => {
    const { world } = await begin();
    world.provider.faults.add('write', { kind: 'lost-answer' });
    const first = await world.write(home(world), event('mine'));
    await world.attempt(first.operationId);
    world.clock.now += 1_000;
    const second = await world.delete(home(world), 'mine');
    expect(await world.attempt(second.operationId)).toMatchObject({ status: 'APPLIED' });
    expect(there(world)).toEqual([]);
  });
});

describe('a pull and a write at once', () => {
  test('what was pulled before the write was applied does not undo it', async () => {
    const { world, told } = await begin({ settings: { leaseTime: 3_600_000 } });
    const first = await world.write(home(world), event('mine', 'one'));
    await world.attempt(first.operationId);
    await world.poll();
    // The pull has read the other client's version, and stands still before its page is stored.
    world.provider.put(home(world), event('other'));
    world.provider.put(home(world), event('mine', 'theirs'));
    let open = () => {};
    const gate = new Promise<void>((resolve) => {
      open = resolve;
    });
    let pulled = () => {};
    const reading = new Promise<void>((resolve) => {
      pulled = resolve;
    });
    const { connectorFor } = world.dependencies;
    const slow = {
      ...world.dependencies,
      connectorFor: (name: 'CALDAV') => {
        const connector = connectorFor(name);
        if (connector === null) return null;
        return connectorBut(connector, {
          async *pull(...parameters: Parameters<typeof connector.pull>) {
            for await (const page of connector.pull(...parameters)) {
              pulled();
              await gate;
              yield page;
            }
          },
        });
      },
    } as World['dependencies'];
    const { pollProfile } = await import('../../../sync/inbound/poll.ts');
    const polling = pollProfile(slow, world.profileId, { signal: new AbortController().signal });
    await reading;
    await fresh.superuser(`update event set etag = $1 where uid = 'mine' and profile_id = $2`, [
      there(world).find((one) => one.object.uid === 'mine')?.etag,
      world.profileId,
    ]);
    const second = await world.write(home(world), event('mine', 'two', { end: at(2) }));
    expect(await world.attempt(second.operationId)).toMatchObject({ status: 'APPLIED' });
    open();
    await polling;
    expect((await world.events(home(world))).map((row) => row.summary)).toEqual(['two', 'other']);
    await world.poll();
    expect((await world.events(home(world))).map((row) => row.summary)).toEqual(['two', 'other']);
    expect(await world.kinds(told)).toEqual(['EVENT_CREATED', 'EVENT_UPDATED', 'EVENT_CREATED']);
    expect((await world.calendar(home(world))).sync_token).toBe(String(world.provider.calendar(home(world)).revision));
  });

  test('a row whose write is pending keeps the sync position before it', async () => {
    const { world, told } = await begin();
    const token = (await world.calendar(home(world))).sync_token;
    world.provider.faults.add('write', { kind: 'unreachable' });
    const { operationId } = await world.write(home(world), event('mine', 'ours'));
    await world.attempt(operationId);
    world.provider.put(home(world), event('mine', 'theirs'));
    world.provider.put(home(world), event('other'));
    const outcome = await world.poll();
    expect(outcome).toMatchObject({ nextPollAt: world.clock.now + 63_000 });
    expect((await world.calendar(home(world))).sync_token).toBe(token);
    await world.poll();
    expect(await world.kinds(told)).toEqual(['EVENT_CREATED', 'EVENT_CREATED']);
    expect(await world.attempt(operationId)).toMatchObject({ status: 'FAILED', failure: { code: 'CONFLICT' } });
    expect(await world.profile()).toMatchObject({ next_poll_at: new Date(world.clock.now) });
    await world.poll();
    expect((await world.kinds(told)).slice(2)).toEqual(['EVENT_UPDATED', 'OPERATION_FAILED']);
    expect((await world.calendar(home(world))).sync_token).toBe('2');
  });
});
