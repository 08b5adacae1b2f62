/** A booking that cannot be made whole leaves nothing behind: neither where a provider refuses, nor where whoever made it is gone. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, test } from '@jest/globals';
import pg from 'pg';
import { applicationCalendar } from '../setup/graph.ts';
import { all, instant, type Person, upsert } from './availability-world.ts';
import { codes, event, heldWorld, slot, stalled, storedAt, unfinished } from './held-world.ts';
import { applicationBeside } from './stored-availability.ts';

const at = heldWorld();
const invite = [{ email: 'guest@elsewhere.test' }];
const { someone } = at;
const masters = (person: Person) => storedAt(person).map(({ object }) => object.master);
const writes = ({ provider }: Person) => provider.calls.get('write') ?? 0;
const status = async (holdId: string) => (await at.holds.read(holdId))?.status;
const { leave, takenOver, endUnfinished, nothingStored } = unfinished(at);
describe('where one copy cannot stand', () => {
  test('an event that was there before is as it was, here and at its provider', async () => {
    const [alice, bob] = [await someone(), await someone()];
    const more = { summary: 'First interview', description: 'bring coffee', metadata: { room: '7' } };
    const before = await upsert(at.world.graph, alice.calendarIds[0] ?? '', 'interview', '02T09:00', '02T09:30', more);
    const had = masters(alice);
    const holdId = await at.held([alice, bob], '02T09:15', { excludedEventIds: [before] });
    bob.provider.faults.add('write', { kind: 'rejected' }, 5);
    const changed = event(alice, { summary: 'Second interview', description: null, metadata: { room: '8' } });
    const answer = await at.holds.confirm({ holdId, events: [changed, event(bob)] });
    expect(codes(answer)).toEqual(['events.1.event PROVIDER_REJECTED']);
    expect(writes(alice)).toBe(3);
    expect(masters(alice)).toEqual(had);
    const { event: now } = await at.world.graph.data(
      'query ($id: ID!) { event(by: { id: $id }) { summary description metadata } }',
      { id: before },
    );
    expect(now).toEqual({ summary: 'First interview', description: 'bring coffee', metadata: { room: '7' } });
    await nothingStored(bob);
    expect(await status(holdId)).toBe('RELEASED');
  });

  test('guests of an event that was there before hear of nothing: it is changed when all others stand', async () => {
    const [alice, bob] = [await someone(), await someone()];
    const more = { attendees: { invite } };
    const before = await upsert(at.world.graph, alice.calendarIds[0] ?? '', 'interview', '02T09:00', '02T09:30', more);
    const holdId = await at.held([alice, bob], '02T09:15', { excludedEventIds: [before] });
    const written = writes(alice);
    bob.provider.faults.add('write', { kind: 'rejected' }, 5);
    const input = { events: [event(alice), event(bob)] };
    expect(codes(await at.holds.confirm({ holdId, ...input }))).toEqual(['events.1.event PROVIDER_REJECTED']);
    expect(writes(alice)).toBe(written);
    bob.provider.faults.clear();
    const again = await at.held([alice, bob], '02T09:15', { excludedEventIds: [before] });
    expect(codes(await at.holds.confirm({ holdId: again, ...input }))).toEqual([]);
    expect(writes(alice)).toBe(written + 1);
    expect(masters(alice)).toMatchObject([{ start: { instant: Date.parse(instant('02T09:15')) } }]);
  });

  test('that a provider does not take one in time is refused, all are taken back, and the hold stays', async () => {
    const [alice, bob] = [await someone(), await someone()];
    const holdId = await at.held([alice, bob], '02T10:00');
    bob.provider.faults.add('write', { kind: 'unreachable' }, 5);
    const input = { holdId, events: [event(alice, { attendees: { invite } }), event(bob)] };
    expect(codes(await at.holds.confirm(input))).toEqual(['events.1.event PROVIDER_UNREACHABLE']);
    expect(alice.provider.invitations).toEqual([]);
    await nothingStored(alice);
    expect(await status(holdId)).toBe('HELD');
    bob.provider.faults.clear();
    expect(await at.holds.confirm(input)).toMatchObject({ hold: { status: 'CONFIRMED' }, userErrors: [] });
    for (const person of [alice, bob]) expect(masters(person)).toHaveLength(1);
  });

  test('the grant to make events is enough to take them back', async () => {
    const alice = await someone();
    const { key } = await applicationBeside(at.world.graph, alice.accountId, ['create_event', 'read_free_busy']);
    const tokens = [
      await at.holds.offered([alice], '02T10:00', {}, key),
      await at.holds.offered([alice], '02T11:00', {}, key),
    ];
    const { hold } = await at.holds.create({ slots: tokens.map((token) => slot(token)) }, key);
    alice.provider.faults.add('write', { kind: 'slow', until: async () => {} });
    alice.provider.faults.add('write', { kind: 'rejected' }, 5);
    const events = [event(alice), { slot: 1, ...event(alice, { key: 'second' }) }];
    const answer = await at.holds.confirm({ holdId: hold?.id, events }, undefined, key);
    expect(answer.userErrors.map(({ code }: { code: string }) => code)).toEqual(['PROVIDER_REJECTED']);
    alice.provider.faults.clear();
    await nothingStored(alice);
  });
});

describe('where whoever confirms does not go on', () => {
  test('copies are taken back, also the one that comes late, and the hold is given back', async () => {
    const [alice, bob] = [await someone(), await someone()];
    const holdId = await at.held([alice, bob], '02T10:00');
    const { reached, go } = stalled(bob, 1);
    const confirming = at.holds.confirm({ holdId, events: [event(alice, { attendees: { invite } }), event(bob)] });
    await reached;
    expect(await endUnfinished()).toBe(0);
    await leave(holdId);
    expect(await at.world.graph.services.holds.endExpired()).toBe(0);
    const ending = endUnfinished();
    await takenOver(holdId);
    go();
    expect(await ending).toBe(1);
    expect(await status(holdId)).toBe('RELEASED');
    expect(codes(await confirming)).toEqual(['holdId HOLD_EXPIRED']);
    await nothingStored(alice, bob);
    expect(alice.provider.invitations).toEqual([]);
    expect(await at.world.starts({ ...all([alice, bob]), search: { starts: [instant('02T10:00')] } })).toEqual([
      '02T10:00',
    ]);
  });

  test('what guests may have been told of is finished, and whoever wakes up finds it confirmed', async () => {
    const [alice, bob] = [await someone(), await someone()];
    const holdId = await at.held([alice, bob], '02T10:00');
    const { reached, go } = stalled(alice, 2);
    const confirming = at.holds.confirm({ holdId, events: [event(alice, { attendees: { invite } }), event(bob)] });
    await reached;
    await leave(holdId);
    const ending = endUnfinished();
    await takenOver(holdId);
    go();
    expect(await ending).toBe(1);
    expect(await confirming).toMatchObject({ hold: { status: 'CONFIRMED' }, userErrors: [] });
    expect(await status(holdId)).toBe('CONFIRMED');
    for (const person of [alice, bob]) expect(masters(person)).toHaveLength(1);
    expect(alice.provider.invitations.map(({ email }) => email)).toEqual(['guest@elsewhere.test']);
  });

  test('giving the hold back takes its copies back', async () => {
    const [alice, bob] = [await someone(), await someone()];
    const holdId = await at.held([alice, bob], '02T10:00');
    const { reached, go } = stalled(bob, 1);
    const confirming = at.holds.confirm({ holdId, events: [event(alice), event(bob)] });
    await reached;
    await leave(holdId);
    const releasing = at.holds.release(holdId);
    await takenOver(holdId);
    go();
    expect(await releasing).toMatchObject({ hold: { status: 'RELEASED' }, userErrors: [] });
    expect(codes(await confirming)).toEqual(['holdId HOLD_EXPIRED']);
    await nothingStored(alice, bob);
  });
});

describe('a process that is killed between two copies', () => {
  let count = 0;
  /** The first of two events was moved from nine o'clock to a quarter past, the second was not made yet. */
  async function killed() {
    const { graph } = at.world;
    count += 1;
    const first = await applicationCalendar(graph, `first ${count}`);
    const second = await applicationCalendar(graph, `second ${count}`);
    const calendarIds = [first.calendarId, second.calendarId];
    const id = await upsert(graph, first.calendarId, 'interview', '02T09:00', '02T09:30');
    const holdId = await at.held([first, second], '02T09:15', { excludedEventIds: [id] });
    const { superuser, address } = { ...graph.fresh.server, address: graph.fresh.address };
    const blocker = new pg.Client({ ...superuser, database: address.database });
    await blocker.connect();
    // At the commit of the second event, and not when it is only tried: the process waits there with the first one written.
    await blocker.query(`create or replace function wait_for_test() returns trigger language plpgsql as
      $$ begin perform pg_advisory_xact_lock(42); return null; end $$`);
    await blocker.query(`create constraint trigger wait after insert on event deferrable initially deferred for each row
      when (new.calendar_id = '${second.calendarId}') execute function wait_for_test()`);
    await blocker.query('select pg_advisory_lock(42)');
    const work = JSON.stringify({ database: address, holdId, calendarIds });
    const child = spawn(process.execPath, ['test/resolvers/confirming-process.ts', work], {
      stdio: ['ignore', 'inherit', 'inherit'],
    });
    const ended = once(child, 'exit');
    const startOf = async (): Promise<string> => {
      const query = 'query ($id: ID!) { event(by: { id: $id }) { start { dateTime } } }';
      return (await graph.data(query, { id })).event.start.dateTime;
    };
    try {
      while ((await startOf()) !== instant('02T09:15')) {
        if (child.exitCode !== null) throw new Error(`the process ended with ${child.exitCode}`);
        await new Promise((later) => setTimeout(later, 50));
      }
    } finally {
      child.kill('SIGKILL');
      await ended;
      await blocker.query('select pg_advisory_unlock(42)');
      await blocker.query('drop trigger wait on event');
      await blocker.end();
    }
    const again = calendarIds.map((calendarId) => ({ event: { calendarId, key: 'interview', summary: 'Interview' } }));
    const eventsOfSecond = () =>
      graph.fresh.superuser('select from event where calendar_id = $1 and deleted_at is null', [second.calendarId]);
    return { holdId, second, startOf, input: { holdId, events: again }, eventsOfSecond };
  }

  test('leaves nothing: another finds what it had begun', async () => {
    const { holdId, startOf, eventsOfSecond } = await killed();
    expect(await status(holdId)).toBe('HELD');
    await leave(holdId);
    expect(await endUnfinished()).toBe(1);
    expect(await startOf()).toBe(instant('02T09:00'));
    expect(await eventsOfSecond()).toEqual([]);
    expect(await status(holdId)).toBe('RELEASED');
  });

  test('is gone on with by the same call, which knows what was there before the first', async () => {
    const { holdId, second, startOf, input, eventsOfSecond } = await killed();
    await leave(holdId);
    const inTheWay = await upsert(at.world.graph, second.calendarId, 'lunch', '02T09:20', '02T09:25');
    expect(codes(await at.holds.confirm(input))).toEqual(['holdId SLOT_TAKEN']);
    expect(await startOf()).toBe(instant('02T09:00'));
    expect(await status(holdId)).toBe('HELD');
    await at.world.graph.data(
      'mutation ($id: ID!) { deleteEvent(input: { id: $id }) { userErrors { code message path } } }',
      { id: inTheWay },
    );
    const answer = await at.holds.confirm(input);
    expect(answer).toMatchObject({ hold: { status: 'CONFIRMED' }, results: [{ created: false }, { created: true }] });
    expect(await startOf()).toBe(instant('02T09:15'));
    expect(await eventsOfSecond()).toHaveLength(1);
  });
});
