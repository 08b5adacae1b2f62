/** Query.changes and Subscription.changes through the graph: the same changes with the same cursors. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { applicationCalendar, type Loose, openGraph, type TestGraph } from '../setup/graph.ts';

let graph: TestGraph;
beforeAll(async () => {
  graph = await openGraph();
});
afterAll(() => graph.close());

const timed = (dateTime: string) => ({ timed: { dateTime, timeZone: 'Europe/London' } });
const upsert =
  'mutation ($input: UpsertEventInput!) { upsertEvent(input: $input) { event { id } userErrors { code message } } }';
const write = async (calendarId: string, key: string, summary = key) =>
  (
    await graph.data(upsert, {
      input: { calendarId, key, summary, start: timed('2026-03-02T10:00:00Z'), end: timed('2026-03-02T11:00:00Z') },
    })
  ).upsertEvent.event.id;

const fields =
  'cursor caughtUp changes { cursor kind own subjectId subject { ... on CalendarEvent { summary deleted } ... on Calendar { name } } account { id } }';
const query = `query ($after: String, $filter: ChangeFilter) { changes(after: $after, filter: $filter) { ${fields} } }`;
const subscription = `subscription ($after: String, $filter: ChangeFilter) { changes(after: $after, filter: $filter) { ${fields} } }`;

describe('changes', () => {
  test('freshness.changesCursor is where the answer ends and the changes begin', async () => {
    const { calendarId } = await applicationCalendar(graph, 'fresh');
    await write(calendarId, 'a');
    const { calendar } = await graph.data(
      'query ($id: ID!) { calendar(id: $id) { events(filter: { managed: ONLY }) { freshness { changesCursor } } } }',
      { id: calendarId },
    );
    const id = await write(calendarId, 'b');
    const { changes } = await graph.data(query, {
      after: calendar.events.freshness.changesCursor,
      filter: { calendarIds: [calendarId], includeOwn: true },
    });
    expect(changes.changes).toMatchObject([
      { kind: 'EVENT_CREATED', own: true, subjectId: id, subject: { summary: 'b' } },
    ]);
    expect(changes.caughtUp).toBe(true);
  });

  test('own changes are left out by default; a gone subject is null, its id stays', async () => {
    const { calendarId } = await applicationCalendar(graph, 'own');
    const { changes: start } = await graph.data(query);
    const id = await write(calendarId, 'a');
    await graph.data(
      'mutation ($i: DeleteEventInput!) { deleteEvent(input: $i) { deletedId userErrors { code message } } }',
      { i: { id } },
    );
    const silent = await graph.data(query, { after: start.cursor });
    expect(silent.changes.changes).toEqual([]);
    const all = await graph.data(query, { after: start.cursor, filter: { includeOwn: true } });
    expect(all.changes.changes).toMatchObject([
      { kind: 'EVENT_CREATED', subjectId: id, subject: null },
      { kind: 'EVENT_DELETED', subjectId: id, subject: null },
    ]);
    expect(all.changes.cursor.length).toBeLessThanOrEqual(65);
  });

  test('a subscription replays what was missed, then goes on live, as the query would', async () => {
    const { calendarId } = await applicationCalendar(graph, 'live');
    const { changes: start } = await graph.data(query);
    const filter = { includeOwn: true, calendarIds: [calendarId] };
    const first = await write(calendarId, 'a');
    const batches = await graph.subscribe(subscription, { after: start.cursor, filter });
    const seen: Loose[] = [];
    const until = async (count: number) => {
      while (seen.length < count) {
        const next = await batches.next();
        if (next.done === true) throw new Error('the subscription ended');
        expect(next.value.errors).toBeUndefined();
        seen.push(...JSON.parse(JSON.stringify(next.value.data.changes.changes)));
      }
    };
    await until(1);
    expect(seen).toMatchObject([{ kind: 'EVENT_CREATED', subjectId: first }]);
    await write(calendarId, 'a', 'again');
    await until(2);
    expect(seen[1]).toMatchObject({ kind: 'EVENT_UPDATED', subject: { summary: 'again' } });
    await batches.return?.();
    const replayed = await graph.data(query, { after: seen[0].cursor, filter });
    expect(replayed.changes.changes.map((change: Loose) => change.subjectId)).toEqual([first]);
  });

  test.each(['', 'nonsense', 'x'.repeat(500)])('a cursor that is none (%#) is BAD_USER_INPUT', async (after) => {
    const { errors } = await graph.run(query, { after });
    expect(errors).toMatchObject([{ code: 'BAD_USER_INPUT', message: expect.stringContaining('after') }]);
  });
});
