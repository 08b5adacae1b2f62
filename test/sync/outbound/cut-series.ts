/** A weekly series at a provider in memory, and what is seen of it there and here: what the tests of cuts begin with. */
import { expect } from '@jest/globals';
import type { Store } from '../../../datasources/store/store.ts';
import type { Actor } from '../../../domain/actor.ts';
import type { CalendarObject, EventTime } from '../../../domain/events/model.ts';
import { expand } from '../../../domain/recurrence/expand.ts';
import type { UpdateEventInput } from '../../../schema/generated.ts';
import { markerCrypto } from '../../../sync/outbound/events/marker-crypto.ts';
import { type EventWriter, eventWriter, type WriterDependencies } from '../../../sync/outbound/events/writer.ts';
import { type FreshStore, testKeyRing } from '../../setup/database.ts';
import { createWorld, event, type World, zones } from '../world.ts';

export const home = (world: World) => [...world.provider.calendars.keys()][0] ?? '';
export const zone = 'Europe/London';
const at = (local: string): EventTime => ({ kind: 'zoned', local, zone, instant: zones.resolve(local, zone) });
const timed = (text: string) => ({ timed: { dateTime: Date.parse(text), timeZone: zone } });
/** The fifth Monday of ten, to 14:00. */
const cutId = (seriesId: string) => `${seriesId}_20261130T100000`;
const later = { start: timed('2026-11-30T14:00:00Z'), end: timed('2026-11-30T15:00:00Z') };

export interface Cut {
  readonly world: World;
  readonly writer: EventWriter;
  readonly actor: Actor;
  /** The old series. */
  readonly id: string;
  /** Number of entries that the log had before. */
  readonly told: number;
}

/** What accepts the world's writes, and leaves them to be tried. */
export function writing(world: World, store: Store): WriterDependencies {
  return {
    store,
    zones,
    ids: world.dependencies.ids,
    clock: () => world.clock.now,
    markers: markerCrypto(testKeyRing),
    instanceName: 'test',
    wake: () => {},
    attempt: async () => {},
  };
}

/** A weekly series of ten at the provider, read; its writes are accepted and not tried. */
export async function prepare(fresh: FreshStore, settings?: Parameters<typeof createWorld>[1]): Promise<Cut> {
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
  const writer = eventWriter(writing(world, store));
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

export const spent = () => ({ sqlQueries: 0, providerCalls: 0 });

export async function write({ writer, actor }: Cut, input: Record<string, unknown>) {
  const answer = await writer.update(actor, input as unknown as UpdateEventInput, spent());
  expect(answer.userErrors).toEqual([]);
  return { operationId: answer.operation?.id ?? '', splitOffId: answer.splitOff?.record.id ?? '' };
}

export const cut = (prepared: Cut) =>
  write(prepared, { id: cutId(prepared.id), scope: 'THIS_AND_FOLLOWING', ...later });

export function occurrences({ master, exceptions }: Pick<CalendarObject, 'master' | 'exceptions'>): string[] {
  if (master === null) return [];
  const window = { from: Date.UTC(2026, 0, 1), to: Date.UTC(2028, 0, 1), maximum: 100 };
  const series = { ...master, floatingZone: zone, dayZone: zone };
  return [...expand(series, exceptions, window, zones)].map(({ startsAt }) => new Date(startsAt).toISOString().slice(0, 16)); // biome-ignore format: one chain
}

const mondays = ['2026-11-02', '2026-11-09', '2026-11-16', '2026-11-23', '2026-11-30', '2026-12-07', '2026-12-14', '2026-12-21', '2026-12-28', '2027-01-04']; // biome-ignore format: a list
export const whole = mondays.map((day) => `${day}T10:00`);
export const halves = mondays.map((day, index) => `${day}T${index < 4 ? '10' : '14'}:00`);

/** What takes place at the provider and in our rows, and what still waits. */
export async function outcome(world: World) {
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

export const settled = (starts: readonly string[], series: number) => ({
  there: [...starts],
  here: [...starts],
  etags: Array.from({ length: series }, () => true),
  pending: [0, 0],
});

export const ids = async (world: World) =>
  (
    await world.dependencies.store.asWorker(
      (tx) =>
      tx.selectFrom('operation').select('id').where('profile_id', '=', world.profileId).orderBy('ordinal').execute(), // biome-ignore format: one chain
    )
  ).map(({ id }) => id);

export const states = async (world: World) =>
  (
    await world.dependencies.store.asWorker(
      (tx) =>
      tx.selectFrom('operation').select(['kind', 'status']).where('profile_id', '=', world.profileId).orderBy('ordinal').execute(), // biome-ignore format: one chain
    )
  ).map(({ kind, status }) => `${kind} ${status}`);
