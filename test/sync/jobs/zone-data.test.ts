/** The step to newer zone data: interrupted anywhere it goes on, and what moved is told once. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { EventTime } from '../../../domain/events/model.ts';
import { parseInstant } from '../../../domain/time/instants.ts';
import { recordedZones } from '../../../domain/time/recorded-law.ts';
import { systemZones } from '../../../domain/time/system-zones.ts';
import type { ZoneData } from '../../../domain/time/zone-data.ts';
import { applyZoneData, startZoneDataUpdate } from '../../../sync/jobs/zone-data.ts';
import { type FreshStore, freshStore } from '../../setup/database.ts';
import { content, createWorld, event } from '../world.ts';

const zone = 'Asia/Kathmandu';
const names = [zone];
/** Later than the clock that the events were read by. */
const now = parseInstant('2026-11-22T13:00:00Z');
const change = parseInstant('2026-12-01T00:00:00Z');

/** Kathmandu leaves its 45 minutes behind on 1 December 2026, or does not. */
function law(version: string, changes: boolean): ZoneData {
  const offset = 5.75 * 3600;
  const offsets = [[0, offset] as const, ...(changes ? [[change, 6 * 3600] as const] : [])];
  const until = parseInstant('2040-01-01T00:00:00Z');
  return recordedZones(version, new Map([[zone, { from: 0, until, offsets }]]), systemZones(version));
}
const old = law('2026a', false);
const young = law('2026b', true);

let fresh: FreshStore;
beforeAll(async () => {
  fresh = await freshStore({ maximumConnections: 6 });
});
afterAll(() => fresh.drop());

const step = (zones: ZoneData, at = now) =>
  applyZoneData({ store: fresh.store, zones, clock: () => at, wake: () => {}, names });
const inForce = (version: string) => fresh.superuser('update installation set tzdata_version = $1', [version]);

test('1,203 events in three pages, broken off after the first, read anew by nobody', async () => {
  await inForce('2026a');
  const world = await createWorld(fresh, { pageSize: 500 });
  const [home = ''] = world.provider.calendars.keys();
  const at = (local: string): EventTime => ({ kind: 'zoned', local, zone, instant: old.resolve(local, zone) });
  for (let index = 0; index < 1_203; index++) {
    const day = String((index % 28) + 1).padStart(2, '0');
    world.provider.put(home, {
      ...event(`e-${index}`),
      master: content(`${index}`, { start: at(`2026-12-${day}T10:00:00`), end: at(`2026-12-${day}T11:00:00`) }),
    });
  }
  await world.poll();
  const told = (await world.changes()).length;
  expect(await step(old)).toBe(0);
  await inForce('2026b');

  let transactions = 0;
  const broken = {
    ...fresh.store,
    asWorker: (async (work, counter) => {
      if (++transactions > 6) throw new Error('the process ended');
      return fresh.store.asWorker(work, counter);
    }) as FreshStore['store']['asWorker'],
  };
  await expect(applyZoneData({ store: broken, zones: young, clock: () => now, wake: () => {}, names })).rejects.toThrow(
    'the process ended',
  );
  const soFar = (await world.changes()).length - told;
  expect(soFar).toBeGreaterThanOrEqual(500);
  expect(soFar).toBeLessThan(1_203);

  await step(young);
  const changes = (await world.changes()).slice(told);
  expect(changes.map(({ kind }) => kind)).toEqual(Array.from({ length: 1_203 }, () => 'EVENT_UPDATED'));
  expect(new Set(changes.map(({ subject_id }) => subject_id)).size).toBe(1_203);
  const rows = await fresh.superuser<{ starts_at: Date; instant: number }>(
    `select starts_at, (content #>> '{start,instant}')::bigint as instant from event where uid = 'e-0'`,
  );
  expect(rows.map((row) => [row.starts_at.toISOString(), Number(row.instant)])).toEqual([
    ['2026-12-01T04:00:00.000Z', parseInstant('2026-12-01T04:00:00Z')],
  ]);
  expect(await step(young)).toBe(0);
  expect(await fresh.superuser('select distinct version from zone_law')).toEqual([{ version: '2026b' }]);
});

test('an event that no rule can work with is left as it is; the others move', async () => {
  await fresh.superuser('delete from event_move; delete from event; delete from zone_law');
  await inForce('2026a');
  await fresh.superuser(`update calendar set tzdata_version = '2026a'`);
  const world = await createWorld(fresh);
  const [home = ''] = world.provider.calendars.keys();
  const at = (local: string): EventTime => ({ kind: 'zoned', local, zone, instant: old.resolve(local, zone) });
  for (const uid of ['good', 'poison']) {
    world.provider.put(home, {
      ...event(uid),
      master: content(uid, { start: at('2026-12-05T10:00:00'), end: at('2026-12-05T11:00:00') }),
    });
  }
  await world.poll();
  await fresh.superuser(
    `update event set content = jsonb_set(content, '{start,local}', '"never"') where uid = 'poison'`,
  );
  await step(old);
  const told = (await world.changes()).length;
  await inForce('2026b');
  await step(young);
  expect(await world.kinds(told)).toEqual(['EVENT_UPDATED']);
});

test('the background update ends by itself, and at once when it is stopped', async () => {
  const said: string[] = [];
  const logger = { info: () => {}, warn: (_: unknown, text: string) => void said.push(text), error: () => {} };
  const dependencies = { store: fresh.store, zones: young, clock: () => now, wake: () => {}, names };
  await startZoneDataUpdate(dependencies, logger).done;
  expect(said).toEqual([]);
  const failing = { ...fresh.store, asWorker: () => Promise.reject(new Error('away')) };
  const update = startZoneDataUpdate({ ...dependencies, store: failing }, logger);
  await new Promise((later) => setTimeout(later, 20));
  await update.stop();
  expect(said).toEqual(['zone data']);
});
