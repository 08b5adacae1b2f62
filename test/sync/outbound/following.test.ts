/** A series cut in two at its provider: two writes, one after the other, and nothing half done for good. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Connector, ProviderError } from '../../../datasources/providers/connector.ts';
import { dueOperations } from '../../../datasources/store/operations.ts';
import type { Actor } from '../../../domain/actor.ts';
import type { CalendarObject, EventTime } from '../../../domain/events/model.ts';
import { expand } from '../../../domain/recurrence/expand.ts';
import type { UpdateEventInput } from '../../../schema/generated.ts';
import { attemptOperation } from '../../../sync/outbound/attempt.ts';
import { markerCrypto } from '../../../sync/outbound/events/marker-crypto.ts';
import { type EventWriter, eventWriter } from '../../../sync/outbound/events/writer.ts';
import { type FreshStore, freshStore, testKeyRing } from '../../setup/database.ts';
import { Fuse, fusedConnector, fusedStore, Killed } from '../fuse.ts';
import { createWorld, event, type World, zones } from '../world.ts';

let fresh: FreshStore;
beforeAll(async () => {
  fresh = await freshStore({ maximumConnections: 6 });
});
afterAll(() => fresh.drop());

const home = (world: World) => [...world.provider.calendars.keys()][0] ?? '';
const never = new AbortController().signal;
const zone = 'Europe/London';
const at = (local: string): EventTime => ({ kind: 'zoned', local, zone, instant: zones.resolve(local, zone) });
const timed = (text: string) => ({ timed: { dateTime: Date.parse(text), timeZone: zone } });
/** The fifth Monday of ten, to 14:00. */
const cutId = (seriesId: string) => `${seriesId}_20261130T100000`;
const later = { start: timed('2026-11-30T14:00:00Z'), end: timed('2026-11-30T15:00:00Z') };

interface Cut {
  readonly world: World;
  readonly writer: EventWriter;
  readonly actor: Actor;
  /** The old series. */
  readonly id: string;
  /** Number of entries that the log had before. */
  readonly told: number;
}

/** A weekly series of ten at the provider, read; its writes are accepted and not tried. */
async function prepare(settings?: Parameters<typeof createWorld>[1]): Promise<Cut> {
  const world = await createWorld(fresh, settings);
  world.provider.put(
    home(world),
    event('series', 'weekly', {
      start: at('2026-11-02T10:00:00'),
      end: at('2026-11-02T11:00:00'),
      rules: ['RRULE:FREQ=WEEKLY;COUNT=10'],
    }),
  );
  await world.poll();
  const { store } = world.dependencies;
  await store.asWorker((tx) =>
    tx
      .updateTable('authorization_grant')
      .set({ permission: 'UNRESTRICTED' })
      .where('account_id', '=', world.accountId)
      .execute(),
  );
  const writer = eventWriter({
    store,
    zones,
    ids: world.dependencies.ids,
    clock: () => world.clock.now,
    markers: markerCrypto(testKeyRing),
    instanceName: 'test',
    wake: () => {},
    attempt: async () => {},
  });
  const actor: Actor = {
    credentialId: 'test',
    applicationId: world.applicationId,
    unitId: world.unitId,
    clientId: `client-${world.applicationId}`,
    accountId: null,
    scopes: new Set(['create_event', 'delete_event', 'read_events']),
    kind: 'API_KEY',
    expiresAt: null,
  };
  const [row] = await world.events(home(world));
  return { world, writer, actor, id: row?.id ?? '', told: (await world.changes()).length };
}

const spent = () => ({ sqlQueries: 0, providerCalls: 0 });

async function write({ writer, actor }: Cut, input: Record<string, unknown>) {
  const answer = await writer.update(actor, input as unknown as UpdateEventInput, spent());
  expect(answer.userErrors).toEqual([]);
  return { operationId: answer.operation?.id ?? '', splitOffId: answer.splitOff?.record.id ?? '' };
}

const cut = (prepared: Cut) => write(prepared, { id: cutId(prepared.id), scope: 'THIS_AND_FOLLOWING', ...later });

function occurrences({ master, exceptions }: Pick<CalendarObject, 'master' | 'exceptions'>): string[] {
  if (master === null) return [];
  const window = { from: Date.UTC(2026, 0, 1), to: Date.UTC(2028, 0, 1), maximum: 100 };
  const series = { ...master, floatingZone: zone, dayZone: zone };
  return [...expand(series, exceptions, window, zones)].map(({ startsAt }) => new Date(startsAt).toISOString().slice(0, 16)); // biome-ignore format: one chain
}

const mondays = ['2026-11-02', '2026-11-09', '2026-11-16', '2026-11-23', '2026-11-30', '2026-12-07', '2026-12-14', '2026-12-21', '2026-12-28', '2027-01-04']; // biome-ignore format: a list
const whole = mondays.map((day) => `${day}T10:00`);
const halves = mondays.map((day, index) => `${day}T${index < 4 ? '10' : '14'}:00`);

/** What takes place at the provider and in our rows, and what still waits. */
async function outcome(world: World) {
  const resources = [...world.provider.calendar(home(world)).resources.values()];
  const rows = await world.dependencies.store.asWorker((tx) =>
    tx
      .selectFrom('event')
      .innerJoin('calendar', 'calendar.id', 'event.calendar_id')
      .select(['event.content', 'event.exceptions', 'event.pending_operation', 'event.etag'])
      .where('calendar.profile_id', '=', world.profileId)
      .where('event.deleted_at', 'is', null)
      .execute(),
  );
  const waiting = await world.dependencies.store.asWorker(
    (tx) =>
    tx.selectFrom('operation').select('id').where('profile_id', '=', world.profileId).where('status', '=', 'PENDING').execute(), // biome-ignore format: one chain
  );
  const here = rows.flatMap((row) =>
    occurrences({ master: row.content, exceptions: row.exceptions.filter(({ deletedAt }) => deletedAt === null) }),
  );
  return {
    there: resources.flatMap(({ object }) => occurrences(object)).sort(),
    here: here.sort(),
    etags: rows.map(({ etag }) => resources.some((resource) => resource.etag === etag)),
    pending: [rows.filter((row) => row.pending_operation !== null).length, waiting.length],
  };
}

const settled = (starts: readonly string[], series: number) => ({
  there: [...starts],
  here: [...starts],
  etags: Array.from({ length: series }, () => true),
  pending: [0, 0],
});

const ids = async (world: World) =>
  (
    await world.dependencies.store.asWorker(
      (tx) =>
      tx.selectFrom('operation').select('id').where('profile_id', '=', world.profileId).orderBy('ordinal').execute(), // biome-ignore format: one chain
    )
  ).map(({ id }) => id);

const states = async (world: World) =>
  (
    await world.dependencies.store.asWorker(
      (tx) =>
      tx.selectFrom('operation').select(['kind', 'status']).where('profile_id', '=', world.profileId).orderBy('ordinal').execute(), // biome-ignore format: one chain
    )
  ).map(({ kind, status }) => `${kind} ${status}`);

describe('a cut', () => {
  test('writes the new series first, then ends the old one, and tells each once', async () => {
    const prepared = await prepare();
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
    const prepared = await prepare();
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
    const prepared = await prepare();
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
    const prepared = await prepare();
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
    const prepared = await prepare();
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
    const prepared = await prepare();
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
    const prepared = await prepare();
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
    const prepared = await prepare();
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
    const prepared = await prepare();
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
    const prepared = await prepare();
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
    const prepared = await prepare();
    const { world, id } = prepared;
    await write(prepared, { id, summary: 'refused' });
    const { operationId } = await cut(prepared);
    world.provider.faults.add('write', { kind: 'rejected' });
    expect(await world.attempt(operationId)).toMatchObject({ status: 'FAILED' });
    expect(await outcome(world)).toEqual(settled(whole, 1));
  });

  test('when nobody can be reached for a day: at the next reading of the calendar', async () => {
    const prepared = await prepare();
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

describe('killed at every await', () => {
  /** The world's process, mortal. */
  const mortal = (world: World, fuse: Fuse): World['dependencies'] => ({
    ...world.dependencies,
    store: fusedStore(world.dependencies.store, fuse),
    connectorFor: (provider) => {
      const connector = world.dependencies.connectorFor(provider);
      return connector === null ? null : fusedConnector(connector, fuse);
    },
  });

  const afterDeath = async (world: World) => {
    await world.restart();
    // As the background does, until nothing waits.
    for (let round = 0; round < 5; round++) {
      world.clock.now += 600_000;
      const due = await world.dependencies.store.asWorker(
        (tx) =>
        tx.selectFrom('operation').select('id').where('profile_id', '=', world.profileId).where('status', '=', 'PENDING').execute(), // biome-ignore format: one chain
      );
      for (const { id } of due) await world.attempt(id);
    }
    await world.poll();
    await world.poll();
  };

  async function killEverywhere(
    arm: (world: World) => void,
    expected: ReturnType<typeof settled>,
    options: Parameters<typeof prepare>[0] = {},
  ): Promise<number> {
    const calm = await prepare(options);
    const { operationId } = await cut(calm);
    arm(calm.world);
    const fuse = new Fuse(0);
    await attemptOperation(mortal(calm.world, fuse), operationId, { signal: never });
    const steps = fuse.passed.length;
    for (let step = 1; step <= steps; step++) {
      const prepared = await prepare(options);
      const { world, told } = prepared;
      const made = await cut(prepared);
      arm(world);
      const deadly = new Fuse(step);
      try {
        await attemptOperation(mortal(world, deadly), made.operationId, { signal: never });
      } catch (error) {
        if (!deadly.blown) throw error;
      }
      expect(deadly.blown).toBe(true);
      await afterDeath(world);
      const place = fuse.passed[step - 1];
      expect({ step, place, ...(await outcome(world)) }).toEqual({ step, place, ...expected });
      const created = (await world.kinds(told)).filter((kind) => kind === 'EVENT_CREATED').length;
      expect({ step, place, created }).toEqual({ step, place, created: 1 });
    }
    return steps;
  }

  test('of a cut: never lost, never twice, never half', async () => {
    expect(await killEverywhere(() => {}, settled(halves, 2))).toBeGreaterThan(15);
  });

  test('of a cut whose new series is refused', async () => {
    const steps = await killEverywhere(
      (world) => world.provider.faults.add('write', { kind: 'rejected' }, 2),
      settled(whole, 1),
    );
    expect(steps).toBeGreaterThan(8);
  });

  test('of a cut whose old series cannot be ended', async () => {
    const wrapConnector = (connector: Connector): Connector => {
      const refusing: Connector['write'] = (session, calendar, request) =>
        request.object.uid === 'series'
          ? Promise.reject(new ProviderError('REJECTED', 'not this one'))
          : connector.write(session, calendar, request);
      return new Proxy(connector, {
        get: (target, name: keyof Connector) => {
          const member = name === 'write' ? refusing : target[name];
          return typeof member === 'function' ? member.bind(target) : member;
        },
      });
    };
    const steps = await killEverywhere(() => {}, settled(whole, 1), { wrapConnector });
    expect(steps).toBeGreaterThan(15);
  });

  test('of the acceptance: nothing is there of it', async () => {
    const prepared = await prepare();
    const { world, told } = prepared;
    const { store } = world.dependencies;
    const dying = eventWriter({
      store: {
        ...store,
        asWorker: store.asWorker.bind(store),
        close: store.close.bind(store),
        withApplication: (tenant, work, counter) =>
          store.withApplication(
            tenant,
            async (tx) => {
              await work(tx);
              throw new Killed('before a commit');
            },
            counter,
          ),
      },
      zones,
      ids: world.dependencies.ids,
      clock: () => world.clock.now,
      markers: markerCrypto(testKeyRing),
      instanceName: 'test',
      wake: () => {},
      attempt: async () => {},
    });
    await expect(cut({ ...prepared, writer: dying })).rejects.toThrow(Killed);
    expect(await states(world)).toEqual([]);
    expect(await world.kinds(told)).toEqual([]);
    expect(await outcome(world)).toEqual(settled(whole, 1));
  });
});
