/** Held time, and the free time that bookings keep beside them (semantics E5, E8, E13). */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { createApplication } from '../../../auth/applications.ts';
import { MemoryProvider } from '../../../datasources/providers/memory/provider.ts';
import { insertHold } from '../../../datasources/store/holds.ts';
import { tenantOf } from '../../../datasources/store/store.ts';
import type { Actor } from '../../../domain/actor.ts';
import { fullTime } from '../../../domain/availability/booking-limits.ts';
import { systemZones } from '../../../domain/time/system-zones.ts';
import type { AccountBusy } from '../../../scheduling/busy/members.ts';
import { openGraph, type TestGraph } from '../../setup/graph.ts';
import { actorOf, connectPerson, content, march, type Person, put, readOne, seconds, shown, utc } from './person.ts';

let graph: TestGraph;
let provider: MemoryProvider;
let alice: Person;
let actor: Actor;
let beside: Actor;
beforeAll(async () => {
  provider = new MemoryProvider();
  graph = await openGraph({ provider });
  provider.addCalendar({ name: 'Own' });
  alice = await connectPerson(graph, provider);
  await graph.engine.pollNow(alice.profileId);
  actor = await actorOf(graph);
  const { store } = graph.fresh;
  const [unit] = await graph.fresh.superuser<{ name: string }>(
    'select u.name from organizational_unit u join application a on a.unit_id = u.id where a.id = $1',
    [graph.applicationId],
  );
  const { secret } = await store.asWorker((tx) =>
    createApplication(tx, store.ids, { name: 'Beside', unit: unit?.name ?? '' }, 'operator'),
  );
  beside = await actorOf(graph, secret);
  await connectPerson(graph, provider, secret);
});
afterAll(() => graph.close());

/** With a quarter of an hour before it. */
async function hold(applicationId: string, start: number, end: number, ttl = 600): Promise<string> {
  const id = graph.fresh.store.ids('hld');
  const { accountId } = alice;
  await graph.fresh.store.asWorker((tx) =>
    insertHold(tx, {
      id,
      applicationId,
      slots: [{ start, end, accountIds: [accountId], rules: null }],
      times: [{ accountId, from: start - 900, to: end, start }],
      ttl,
    }),
  );
  return id;
}

describe('held time', () => {
  const ten = seconds('2026-03-03T10:00:00Z');

  test('is told to every application of the account, with its buffers, until it expires or is the one asked about', async () => {
    const mine = await hold(actor.applicationId, ten, ten + 1800);
    await hold(beside.applicationId, ten + 7200, ten + 9000);
    await hold(beside.applicationId, ten + 86_400, ten + 90_000, 0);
    const all = [ten - 900, ten + 1800, ten + 6300, ten + 9000];
    for (const as of [actor, beside]) {
      const { told, sqlQueries } = await readOne(graph, as, alice.accountId);
      expect([told.held, sqlQueries]).toEqual([all, 1]);
    }
    expect((await readOne(graph, actor, alice.accountId, { exceptHoldId: mine })).told.held).toEqual(all.slice(2));
  });

  test('counts as a booking of whoever holds it, whatever categories a limit is for', async () => {
    const { told } = await readOne(graph, actor, alice.accountId, { bookings: true });
    expect(told.bookings).toEqual([{ start: ten, categories: null }]);
    const limit = { period: 'DAY', maximum: 1, timeZone: 'Etc/UTC' } as const;
    const zones = systemZones(process.versions['tz'] ?? '');
    const third = [seconds('2026-03-03T00:00:00Z'), seconds('2026-03-04T00:00:00Z')];
    const window = [march.from, march.to] as const;
    expect(fullTime([{ ...limit, categories: null }], told.bookings, window, zones)).toEqual(third);
    expect(fullTime([{ ...limit, categories: new Set(['interview']) }], told.bookings, window, zones)).toEqual(third);
  });
});

describe('the buffers of what was booked', () => {
  test('are intervals of their own beside it, also where the event itself lies before what is asked', async () => {
    put(provider, alice.remote['Own'] ?? '', 'booked', content(utc('10T10:00'), utc('10T11:00')));
    await graph.engine.pollNow(alice.profileId);
    await graph.fresh.superuser(
      `update event set margin_before = 900, margin_after = 86400, version = version + 1 where uid = 'booked'`,
    );
    await graph.fresh.superuser('update account_log set sequence = sequence + 1 where account_id = $1', [
      alice.accountId,
    ]);
    const { told } = await readOne(graph, actor, alice.accountId);
    expect(shown(told)).toEqual([
      '10T09:45–10T10:00 BUSY margin',
      '10T10:00–10T11:00 BUSY',
      '10T11:00–11T11:00 BUSY margin',
    ]);
    const after = { from: seconds('2026-03-11T10:00:00Z'), to: seconds('2026-03-11T10:30:00Z') };
    expect(shown((await readOne(graph, actor, alice.accountId, after)).told, after)).toEqual([
      '10T11:00–11T11:00 BUSY margin',
    ]);
    const cause = { accountId: alice.accountId, calendarId: alice.calendars['Own'] ?? '', start: seconds('2026-03-10T11:00:00Z'), end: seconds('2026-03-11T11:00:00Z'), margin: true }; // biome-ignore format: one cause
    // One that ends when it does, and keeps nothing free.
    put(provider, alice.remote['Own'] ?? '', 'a meeting', content(utc('10T10:30'), utc('10T11:00')));
    await graph.engine.pollNow(alice.profileId);
    const [found] = await graph.services.members.busyEvents(actor, [cause]);
    expect(found?.record.uid).toBe('booked');
  });
});

test('what is read inside of a transaction that is rolled back is known to nobody afterwards', async () => {
  const far = { from: march.to + 60 * 86_400, to: march.to + 90 * 86_400 };
  const { store } = graph.fresh;
  const question = { accountIds: [alice.accountId], ...far };
  const inside = store.withApplication(tenantOf(actor), async (tx) => {
    await sql`update event set starts_at = ${new Date((far.from + 3600) * 1000)}, ends_at = ${new Date((far.from + 7200) * 1000)},
      span = tstzrange(${new Date((far.from + 3600) * 1000)}, ${new Date((far.from + 7200) * 1000)}),
      content = content || jsonb_build_object('start', jsonb_build_object('kind', 'utc', 'instant', ${(far.from + 3600) * 1000}::bigint),
        'end', jsonb_build_object('kind', 'utc', 'instant', ${(far.from + 7200) * 1000}::bigint))`.execute(tx);
    await sql`update account_log set sequence = sequence + 1`.execute(tx);
    const { members } = await graph.services.members.readMembers(actor, question, undefined, tx);
    throw new Error(`${shown(members[0] as AccountBusy, far).length} seen`);
  });
  await expect(inside).rejects.toThrow('4 seen');
  // The number of the change that was taken back is given to another one.
  await graph.fresh.superuser('update account_log set sequence = sequence + 1 where account_id = $1', [
    alice.accountId,
  ]);
  expect(shown((await readOne(graph, actor, alice.accountId, far)).told, far)).toEqual([]);
});

test('held time says how long the first of it lasts if nobody ends it', async () => {
  const far = seconds('2026-05-20T10:00:00Z');
  const window = { from: far, to: far + 7200 };
  await hold(beside.applicationId, far, far + 1800, 90);
  await hold(actor.applicationId, far + 3600, far + 5400, 600);
  const { heldFor } = (await readOne(graph, actor, alice.accountId, window)).told;
  expect(heldFor).toBeLessThanOrEqual(90_000);
  expect(heldFor).toBeGreaterThan(60_000);
});
