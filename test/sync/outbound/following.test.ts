/** A series cut in two at its provider: two writes, one after the other, and nothing half done for good. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { dueOperations } from '../../../datasources/store/operations.ts';
import { type FreshStore, freshStore } from '../../setup/database.ts';
import {
  cut,
  halves,
  home,
  ids,
  occurrences,
  outcome,
  prepare,
  settled,
  spent,
  states,
  whole,
  write,
} from './cut-series.ts';

let fresh: FreshStore;
beforeAll(async () => {
  fresh = await freshStore({ maximumConnections: 6 });
});
afterAll(() => fresh.drop());

describe('a cut', () => {
  test('writes the new series first, then ends the old one, and tells each once', async () => {
    const prepared = await prepare(fresh);
    const { world, told } = prepared;
    const { operationId } = await cut(prepared);
    expect(await states(world)).toEqual(['PUT PENDING', 'PUT PENDING']);
    expect(await world.attempt(operationId)).toMatchObject({ status: 'APPLIED' });
    expect(world.provider.calls.get('write')).toBe(2);
    await world.poll();
    expect(await outcome(world)).toEqual(settled(halves, 2));
    expect((await world.kinds(told)).sort()).toEqual(['EVENT_CREATED', 'EVENT_UPDATED']);
    const [created] = [...world.provider.calendar(home(world)).resources.values()].filter(({ object }) => object.uid !== 'series'); // biome-ignore format: one chain
    expect(created?.object.relatedTo).toBe('series');
  });

  test('does not end the old series while the new one is not there', async () => {
    const prepared = await prepare(fresh);
    const { world } = prepared;
    const { operationId } = await cut(prepared);
    world.provider.faults.add('write', { kind: 'unreachable' });
    await world.attempt(operationId);
    expect((await outcome(world)).there).toEqual(whole);
    expect((await outcome(world)).here).toEqual(halves);
    // Only the new series' write is due again, and that when its turn has come: nobody tries it for the sake of the other.
    const due = async () => {
      const limits = { total: 1_000, perServer: 1_000 };
      const found = await world.dependencies.store.asWorker((tx) => dueOperations(tx, world.clock.now, limits));
      return found.map(({ id }) => id).filter((id) => mine.includes(id));
    };
    const mine = await ids(world);
    expect(await due()).toEqual([]);
    world.clock.now += 60_000;
    expect(await due()).toEqual(mine.slice(0, 1));
    world.clock.now -= 60_000;
    world.clock.now += 60_000;
    expect(await world.attempt(operationId)).toMatchObject({ status: 'APPLIED' });
    await world.poll();
    expect(await outcome(world)).toEqual(settled(halves, 2));
  });

  test('whose answers are lost is not done twice', async () => {
    const prepared = await prepare(fresh);
    const { world } = prepared;
    const { operationId } = await cut(prepared);
    for (let time = 0; time < 4; time++) {
      world.provider.faults.add('write', { kind: 'lost-answer' });
      await world.attempt(operationId);
      world.provider.faults.clear();
    }
    expect(await world.attempt(operationId)).toMatchObject({ status: 'APPLIED' });
    await world.poll();
    expect(await outcome(world)).toEqual(settled(halves, 2));
  });

  test('keeps later writes to either series behind it, and in their order', async () => {
    const prepared = await prepare(fresh);
    const { world, id } = prepared;
    const { splitOffId } = await cut(prepared);
    const old = await write(prepared, { id, summary: 'old' });
    await write(prepared, { id: splitOffId, summary: 'new' });
    const again = await write(prepared, { id: `${splitOffId}_20261221T140000`, scope: 'THIS_AND_FOLLOWING', summary: 'third' }); // biome-ignore format: one call
    const written: string[] = [];
    const names = () => [...world.provider.calendar(home(world)).resources.values()].map(({ object }) => `${object.master?.summary} ${occurrences(object).length}`).sort(); // biome-ignore format: one chain
    world.provider.faults.add('write', { kind: 'slow', until: async () => void written.push(names().join()) }, 10);
    expect(await world.attempt(old.operationId)).toMatchObject({ status: 'APPLIED' });
    expect(await world.attempt(again.operationId)).toMatchObject({ status: 'APPLIED' });
    expect(names()).toEqual(['new 3', 'old 4', 'third 3']);
    // At no time was an occurrence missing.
    for (const line of written) {
      const count = line.split(',').reduce((sum, part) => sum + Number(part.split(' ')[1]), 0);
      expect(count).toBeGreaterThanOrEqual(10);
    }
    await world.poll();
    expect((await outcome(world)).here).toHaveLength(10);
  });

  test('upon a write that has not arrived waits for it', async () => {
    const prepared = await prepare(fresh);
    const { world, id } = prepared;
    await write(prepared, { id, summary: 'renamed' });
    const { operationId } = await cut(prepared);
    world.provider.faults.add('write', { kind: 'unreachable' });
    await world.attempt(operationId);
    expect(world.provider.calendar(home(world)).resources.size).toBe(1);
    expect(await states(world)).toEqual(['PUT PENDING', 'PUT PENDING', 'PUT PENDING']);
    world.clock.now += 60_000;
    await world.attempt(operationId);
    expect(await states(world)).toEqual(['PUT APPLIED', 'PUT APPLIED', 'PUT APPLIED']);
    expect((await outcome(world)).there).toEqual(halves);
  });

  test('laid over what somebody else changed meanwhile, where that does not collide', async () => {
    const prepared = await prepare(fresh);
    const { world } = prepared;
    const { operationId } = await cut(prepared);
    const [resource] = [...world.provider.calendar(home(world)).resources.values()];
    const master = resource?.object.master;
    if (resource === undefined || master == null) throw new Error('not stored');
    world.provider.put(home(world), { ...resource.object, master: { ...master, location: { description: 'Room 4', latitude: null, longitude: null } } }, null, resource.remoteId); // biome-ignore format: one call
    expect(await world.attempt(operationId)).toMatchObject({ status: 'APPLIED' });
    await world.poll();
    expect(await outcome(world)).toEqual(settled(halves, 2));
  });
});

describe('a cut that is refused for good leaves the series whole', () => {
  test('when the new series is refused; what was written upon either falls with it', async () => {
    const prepared = await prepare(fresh);
    const { world, id, told } = prepared;
    const { operationId, splitOffId } = await cut(prepared);
    await write(prepared, { id, summary: 'old' });
    await write(prepared, { id: `${splitOffId}_20261221T140000`, scope: 'THIS_AND_FOLLOWING', summary: 'third' });
    world.provider.faults.add('write', { kind: 'rejected' });
    expect(await world.attempt(operationId)).toMatchObject({ status: 'FAILED', failure: { code: 'REJECTED' } });
    expect(await outcome(world)).toEqual(settled(whole, 1));
    expect(new Set(await states(world))).toEqual(new Set(['PUT FAILED']));
    const kinds = await world.kinds(told);
    expect(kinds.filter((kind) => kind === 'OPERATION_FAILED')).toHaveLength(5);
    await world.poll();
    expect(await outcome(world)).toEqual(settled(whole, 1));
  });

  test('when the old series cannot be ended: the new one is taken back', async () => {
    const prepared = await prepare(fresh);
    const { world, told } = prepared;
    const { operationId } = await cut(prepared);
    world.provider.faults.add('write', { kind: 'slow', until: async () => {} });
    world.provider.faults.add('write', { kind: 'rejected' });
    expect(await world.attempt(operationId)).toMatchObject({ status: 'FAILED' });
    const now = await outcome(world);
    expect(now.here).toEqual(whole);
    expect(now.pending).toEqual([0, 1]);
    const [deletion] = await world.dependencies.store.asWorker(
      (tx) =>
      tx.selectFrom('operation').select('id').where('profile_id', '=', world.profileId).where('kind', '=', 'DELETE').execute(), // biome-ignore format: one chain
    );
    expect(await world.attempt(deletion?.id ?? '')).toMatchObject({ status: 'APPLIED' });
    await world.poll();
    expect(await outcome(world)).toEqual(settled(whole, 1));
    expect((await world.kinds(told)).sort()).toEqual(['EVENT_CREATED', 'EVENT_DELETED', 'EVENT_UPDATED', 'EVENT_UPDATED', 'OPERATION_FAILED']); // biome-ignore format: a list
  });

  test('when the new series was deleted meanwhile: it is, and once', async () => {
    const prepared = await prepare(fresh);
    const { world, writer, actor } = prepared;
    const { operationId, splitOffId } = await cut(prepared);
    world.provider.faults.add('write', { kind: 'slow', until: async () => {} });
    world.provider.faults.add('write', { kind: 'unreachable' });
    await world.attempt(operationId);
    const gone = await writer.remove(actor, { id: splitOffId }, spent());
    world.provider.faults.add('write', { kind: 'rejected' });
    world.clock.now += 60_000;
    expect(await world.attempt(operationId)).toMatchObject({ status: 'FAILED' });
    expect(await world.attempt(gone.operation?.id ?? '')).toMatchObject({ status: 'APPLIED' });
    await world.poll();
    expect(await outcome(world)).toEqual(settled(whole, 1));
  });

  test('when somebody else changed its rule meanwhile', async () => {
    const prepared = await prepare(fresh);
    const { world } = prepared;
    const { operationId } = await cut(prepared);
    const [resource] = [...world.provider.calendar(home(world)).resources.values()];
    const master = resource?.object.master;
    if (resource === undefined || master == null) throw new Error('not stored');
    world.provider.put(home(world), { ...resource.object, master: { ...master, rules: ['RRULE:FREQ=WEEKLY;COUNT=12'] } }, null, resource.remoteId); // biome-ignore format: one call
    expect(await world.attempt(operationId)).toMatchObject({ status: 'FAILED', failure: { code: 'CONFLICT' } });
    const [deletion] = await world.dependencies.store.asWorker(
      (tx) =>
      tx.selectFrom('operation').select('id').where('profile_id', '=', world.profileId).where('kind', '=', 'DELETE').execute(), // biome-ignore format: one chain
    );
    await world.attempt(deletion?.id ?? '');
    await world.poll();
    expect(await outcome(world)).toEqual(settled([...whole, '2027-01-11T10:00', '2027-01-18T10:00'], 1));
  });

  test('when a write that it was made upon is refused', async () => {
    const prepared = await prepare(fresh);
    const { world, id } = prepared;
    await write(prepared, { id, summary: 'refused' });
    const { operationId } = await cut(prepared);
    world.provider.faults.add('write', { kind: 'rejected' });
    expect(await world.attempt(operationId)).toMatchObject({ status: 'FAILED' });
    expect(await outcome(world)).toEqual(settled(whole, 1));
  });

  test('when nobody can be reached for a day: at the next reading of the calendar', async () => {
    const prepared = await prepare(fresh);
    const { world } = prepared;
    const { operationId } = await cut(prepared);
    world.provider.faults.add('write', { kind: 'unreachable' });
    world.clock.now += 60 * 3_600_000;
    await world.attempt(operationId);
    expect(await states(world)).toEqual(['PUT FAILED', 'PUT FAILED']);
    await world.poll();
    expect(await outcome(world)).toEqual(settled(whole, 1));
  });
});
