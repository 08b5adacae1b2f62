/** EVENT_TRIGGERED: told at its moment, once, to the application that asked, wherever the event goes. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { systemZones } from '../../../domain/time/system-zones.ts';
import { startEventTriggers, tellTriggers } from '../../../sync/jobs/event-triggers.ts';
import { applicationCalendar, type Loose, openGraph, type TestGraph } from '../../setup/graph.ts';

const zones = systemZones('test');
let graph: TestGraph;
const woken: string[] = [];
beforeAll(async () => {
  graph = await openGraph();
});
afterAll(() => graph.close());

const tell = (store = graph.fresh.store) => tellTriggers({ store, zones, wake: (id) => woken.push(id) });
/** Whole seconds from now, as the contract writes instants: never less than asked, and less than one second more. */
const inSeconds = (seconds: number) => new Date((Math.ceil(Date.now() / 1000) + seconds) * 1000).toISOString();
const timed = (seconds: number) => ({ timed: { dateTime: inSeconds(seconds), timeZone: 'Europe/London' } });
const upsert = `mutation ($input: UpsertEventInput!) { upsertEvent(input: $input) {
  event { id triggers { key anchor offset } } userErrors { path code message } } }`;
const times = (start: number, end = start + 3_600) => ({ start: timed(start), end: timed(end) });
const write = async (calendarId: string, key: string, input: object): Promise<Loose> =>
  (await graph.data(upsert, { input: { calendarId, key, summary: key, ...input } })).upsertEvent.event;
const changes = `query ($after: String, $accountIds: [ID!]) { changes(after: $after, filter: { accountIds: $accountIds }) {
  cursor changes { kind subjectId triggerKeys own subject { ... on CalendarEvent { summary } } } } }`;
const heard = async (accountId: string, after: string) =>
  (await graph.data(changes, { after, accountIds: [accountId] })).changes.changes as Loose[];
const cursor = async () => (await graph.data('{ changes { cursor } }')).changes.cursor as string;
const at = (key: string, offset: string, anchor = 'START') => ({ key, anchor, offset });
/** Waits until the database's clock is past the second. */
const passed = (seconds: number) =>
  graph.fresh.store.asWorker((tx) => sql`select pg_sleep(${seconds + 1.1})`.execute(tx));
const due = async (eventId: string) => {
  const { rows } = await graph.fresh.store.asWorker((tx) =>
    sql<{
      due: string | null;
    }>`select extract(epoch from triggers_due)::text as due from managed_event where event_id = ${eventId}`.execute(tx),
  );
  return rows[0]?.due ?? null;
};

describe('a trigger', () => {
  test('is told at its moment, once, with its key; whoever looks earlier tells nothing', async () => {
    const { calendarId, accountId } = await applicationCalendar(graph, 'told');
    const after = await cursor();
    const event = await write(calendarId, 'a', {
      ...times(61),
      triggers: [at('soon', '-PT1M'), at('later', 'PT1H', 'END')],
    });
    expect(event.triggers).toEqual([
      { key: 'soon', anchor: 'START', offset: '-PT1M' },
      { key: 'later', anchor: 'END', offset: 'PT1H' },
    ]);
    expect(await tell()).toBe(0);
    expect(await heard(accountId, after)).toEqual([]);
    await passed(1);
    // Two nodes at once.
    expect((await Promise.all([tell(), tell()])).sort()).toEqual([0, 1]);
    expect(woken).toContain(accountId);
    expect(await heard(accountId, after)).toEqual([
      { kind: 'EVENT_TRIGGERED', subjectId: event.id, triggerKeys: ['soon'], own: false, subject: { summary: 'a' } },
    ]);
    expect(await tell()).toBe(0);
    // The other one is an hour after the end of an hour that begins in a minute.
    expect(Math.abs(Number(await due(event.id)) - Date.now() / 1000 - 7_260)).toBeLessThan(30);
  });

  test('follows its event: what had passed when it was moved there is not told, what comes is', async () => {
    const { calendarId, accountId } = await applicationCalendar(graph, 'follows');
    const after = await cursor();
    const event = await write(calendarId, 'a', { ...times(3_600), triggers: [at('start', 'PT0S')] });
    await tell();
    await write(calendarId, 'a', times(-1_800));
    await passed(0);
    expect(await tell()).toBe(0);
    await write(calendarId, 'a', times(1));
    await passed(1);
    expect(await tell()).toBe(1);
    expect(await heard(accountId, after)).toMatchObject([{ kind: 'EVENT_TRIGGERED', subjectId: event.id }]);
  });

  test('what came while nobody looked is told late, also when something else of the event changed meanwhile', async () => {
    const { calendarId, accountId } = await applicationCalendar(graph, 'late');
    const after = await cursor();
    await write(calendarId, 'a', { ...times(1), triggers: [at('start', 'PT0S')] });
    await tell();
    await passed(1);
    await write(calendarId, 'a', { summary: 'renamed', triggers: [at('start', 'PT0S')] });
    expect(await tell()).toBe(1);
    expect((await heard(accountId, after)).map(({ kind }) => kind)).toEqual(['EVENT_TRIGGERED']);
  });

  test('of a series is told for each occurrence, by its id, and again when it is put back', async () => {
    const { calendarId, accountId } = await applicationCalendar(graph, 'series');
    const after = await cursor();
    const series = { ...times(1, 2), recurrence: ['RRULE:FREQ=DAILY'], triggers: [at('start', 'PT0S')] };
    const event = await write(calendarId, 'a', series);
    await tell();
    await passed(1);
    expect(await tell()).toBe(1);
    const [change] = await heard(accountId, after);
    expect(change.subjectId).toMatch(new RegExp(`^${event.id}_\\d{8}T\\d{6}$`));
    expect(Math.abs(Number(await due(event.id)) - Date.now() / 1000 - 86_400)).toBeLessThan(4_000);
    await graph.data(
      'mutation ($input: DeleteManagedEventInput!) { deleteManagedEvent(input: $input) { userErrors { code } } }',
      { input: { calendarId, key: 'a' } },
    );
    await tell();
    expect(await due(event.id)).toBeNull();
  });

  test('of a series whose occurrences overlap waits for the next one, and is not looked at meanwhile', async () => {
    const { calendarId } = await applicationCalendar(graph, 'overlapping');
    const event = await write(calendarId, 'a', {
      ...times(-60 * 86_400 + 7_200, 30 * 86_400 + 7_200),
      recurrence: ['RRULE:FREQ=DAILY'],
      triggers: [at('start', 'PT0S'), at('end', 'PT30M', 'END')],
    });
    expect(await due(event.id)).toBe('-Infinity');
    await tell();
    expect(Math.abs(Number(await due(event.id)) - Date.now() / 1000 - 7_200)).toBeLessThan(4_000);
    const waiting = await due(event.id);
    await passed(1);
    expect(await tell()).toBe(0);
    expect(await due(event.id)).toBe(waiting);
  });

  test('goes along where the user moves the event to another calendar', async () => {
    const { calendarId } = await applicationCalendar(graph, 'moved');
    const event = await write(calendarId, 'a', { ...times(3_600), triggers: [at('start', 'PT0S')] });
    const other = await write(calendarId, 'b', times(7_200));
    await tell();
    expect(Number(await due(event.id))).toBeGreaterThan(Date.now() / 1000);
    // As `followMoved` lets a binding follow its event.
    await graph.fresh.store.asWorker(async (tx) => {
      await sql`delete from managed_event where event_id = ${other.id}`.execute(tx);
      await sql`update managed_event set event_id = ${other.id} where event_id = ${event.id}`.execute(tx);
    });
    expect(await due(other.id)).toBe('-Infinity');
    await tell();
    expect(Math.abs(Number(await due(other.id)) - Date.now() / 1000 - 7_200)).toBeLessThan(60);
  });

  test('goes with an empty list, and stays where the field is absent', async () => {
    const { calendarId } = await applicationCalendar(graph, 'goes');
    await write(calendarId, 'a', { ...times(3_600), triggers: [at('start', 'PT0S')] });
    expect((await write(calendarId, 'a', { summary: 'b' })).triggers).toHaveLength(1);
    const emptied = await write(calendarId, 'a', { triggers: [] });
    expect(emptied.triggers).toEqual([]);
    expect(await due(emptied.id)).toBeNull();
  });

  test('is told by the service by itself', async () => {
    const { calendarId, accountId } = await applicationCalendar(graph, 'by-itself');
    const after = await cursor();
    await write(calendarId, 'a', { ...times(2), triggers: [at('start', 'PT0S')] });
    const silent = { info: () => {}, warn: () => {}, error: () => {} };
    const told = new Promise<string>((resolve) => {
      const job = startEventTriggers(
        { store: graph.fresh.store, zones, wake: (id) => void job.stop().then(() => resolve(id)) },
        silent,
      );
    });
    expect(await told).toBe(accountId);
    expect(await heard(accountId, after)).toMatchObject([{ triggerKeys: ['start'] }]);
  });
});

describe('wrong triggers', () => {
  test('are refused all at once', async () => {
    const { calendarId } = await applicationCalendar(graph, 'wrong');
    const triggers = [at('a', 'PT0S'), at('a', 'P366D'), at('', '-P365D')];
    const input = { calendarId, key: 'a', summary: 'a', ...times(60), triggers };
    const { data } = await graph.run(upsert, { input });
    expect(data.upsertEvent.userErrors).toEqual([
      { path: ['triggers', '1', 'key'], code: 'DUPLICATE', message: 'expected every key once, came "a" again' },
      { path: ['triggers', '1', 'offset'], code: 'OUT_OF_RANGE', message: 'expected -P365D to P365D, came "P366D"' },
      { path: ['triggers', '2', 'key'], code: 'INVALID', message: 'expected 1 to 1,024 characters, came none' },
    ]);
    const many = Array.from({ length: 11 }, (_, index) => at(`${index}`, 'PT0S'));
    const { data: refused } = await graph.run(upsert, { input: { ...input, triggers: many } });
    expect(refused.upsertEvent.userErrors).toEqual([
      { path: ['triggers'], code: 'LIMIT_EXCEEDED', message: 'expected at most 10 triggers, came 11' },
    ]);
  });
});
