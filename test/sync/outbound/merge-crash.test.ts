/** kill -9 at every await of a write that is merged: both changes are there once, and none of ours is told as another's. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { attemptOperation } from '../../../sync/outbound/attempt.ts';
import { type FreshStore, freshStore } from '../../setup/database.ts';
import { Fuse, fusedConnector, fusedStore } from '../fuse.ts';
import { createWorld, event, type World } from '../world.ts';

let fresh: FreshStore;
beforeAll(async () => {
  fresh = await freshStore({ maximumConnections: 6 });
});
afterAll(() => fresh.drop());

const home = (world: World) => [...world.provider.calendars.keys()][0] ?? '';

/** The user has described what we are about to rename. */
async function prepare(): Promise<{ world: World; told: number; operationId: string }> {
  const world = await createWorld(fresh);
  const base = event('mine', 'x');
  world.provider.put(home(world), base);
  await world.poll();
  const told = (await world.changes()).length;
  world.provider.put(home(world), event('mine', 'x', { description: 'theirs' }));
  const { operationId } = await world.write(home(world), event('mine', 'ours'));
  await fresh.superuser('update operation set base = $1 where id = $2', [JSON.stringify(base), operationId]);
  return { world, told, operationId };
}

async function attempt({ world, operationId }: { world: World; operationId: string }, fuse: Fuse): Promise<void> {
  const { dependencies, connector } = world;
  const mortal: World['dependencies'] = {
    ...dependencies,
    store: fusedStore(dependencies.store, fuse),
    connectorFor: () => fusedConnector(connector, fuse),
  };
  try {
    await attemptOperation(mortal, operationId, { signal: new AbortController().signal });
  } catch (error) {
    if (!fuse.blown) throw error;
  }
}

test('killed anywhere, the merge is done once', async () => {
  const calm = new Fuse(0);
  await attempt(await prepare(), calm);
  expect(calm.passed.filter((place) => place === 'before write')).toHaveLength(2);
  for (let step = 1; step <= calm.passed.length; step++) {
    const prepared = await prepare();
    const { world, told, operationId } = prepared;
    const fuse = new Fuse(step);
    await attempt(prepared, fuse);
    expect(fuse.blown).toBe(true);
    await world.restart();
    expect(await world.attempt(operationId)).toMatchObject({ status: 'APPLIED' });
    await world.poll();
    const [resource, ...others] = [...world.provider.calendar(home(world)).resources.values()];
    expect(others).toEqual([]);
    expect({ step, place: calm.passed[step - 1], ...resource?.object.master }).toMatchObject({
      summary: 'ours',
      description: 'theirs',
    });
    expect((await world.events(home(world)))[0]).toMatchObject({ summary: 'ours', pending_operation: null });
    expect((await world.changes(told)).map(({ kind, made_by }) => [kind, made_by !== null])).toEqual([
      ['EVENT_UPDATED', true],
      ['EVENT_UPDATED', false],
    ]);
  }
});
