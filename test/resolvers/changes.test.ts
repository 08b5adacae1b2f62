/** Query.changes and Subscription.changes through the graph: the same changes with the same cursors. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { keepHouse } from '../../sync/jobs/housekeeping.ts';
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

  test.each([0, -1, 101, 1_000])('first: %s is BAD_USER_INPUT', async (first) => {
    const { errors } = await graph.run('query ($first: Int) { changes(first: $first) { cursor } }', { first });
    expect(errors).toMatchObject([{ code: 'BAD_USER_INPUT', message: expect.stringContaining('first') }]);
  });

  test('without a socket: pages of `first` until caughtUp, and every answer’s cursor goes on, also one without changes', async () => {
    const { calendarId } = await applicationCalendar(graph, 'paged');
    const filter = { includeOwn: true, calendarIds: [calendarId] };
    const page = async (after: string, first: number, wanted: object = filter): Promise<Loose> =>
      (
        await graph.data(
          `query ($after: String, $first: Int, $filter: ChangeFilter) { changes(after: $after, first: $first, filter: $filter) { ${fields} } }`,
          { after, first, filter: wanted },
        )
      ).changes;
    const start = (await graph.data(query)).changes.cursor;
    const ids = [];
    for (const key of ['a', 'b', 'c', 'd', 'e']) ids.push(await write(calendarId, key));
    const pages = [];
    for (let after = start; ; after = pages.at(-1).cursor) {
      pages.push(await page(after, 2));
      if (pages.at(-1).caughtUp) break;
    }
    expect(pages.map((one) => one.changes.length)).toEqual([2, 2, 1]);
    expect(pages.map((one) => one.caughtUp)).toEqual([false, false, true]);
    expect(pages.flatMap((one) => one.changes.map((change: Loose) => change.subjectId))).toEqual(ids);
    // Nothing of this filter: no changes, and all the same a cursor behind what was looked at.
    const silent = await page(start, 100, { ...filter, kinds: ['CALENDAR_DELETED'] });
    expect(silent).toMatchObject({ changes: [], caughtUp: true });
    expect((await page(silent.cursor, 100)).changes).toEqual([]);
    const idle = await page(pages.at(-1).cursor, 100);
    expect(idle).toMatchObject({ changes: [], caughtUp: true });
    const later = await write(calendarId, 'f');
    expect((await page(idle.cursor, 100)).changes).toMatchObject([{ subjectId: later }]);
  });

  test('the query and the subscription take turns on one cursor: nothing is missed, nothing comes twice', async () => {
    const { calendarId } = await applicationCalendar(graph, 'turns');
    const filter = { includeOwn: true, calendarIds: [calendarId] };
    let cursor: string = (await graph.data(query)).changes.cursor;
    const [seen, expected]: [string[], string[]] = [[], []];
    const turns = {
      async query() {
        const { changes } = await graph.data(query, { after: cursor, filter });
        seen.push(...changes.changes.map((change: Loose) => change.subjectId));
        cursor = changes.cursor;
        expect(changes.caughtUp).toBe(true);
      },
      async subscription() {
        const batches = await graph.subscribe(subscription, { after: cursor, filter });
        for (let caughtUp = false; !caughtUp; ) {
          const { value } = await batches.next();
          const batch = JSON.parse(JSON.stringify(value.data.changes));
          seen.push(...batch.changes.map((change: Loose) => change.subjectId));
          ({ cursor, caughtUp } = batch);
        }
        // One that comes while it is open, by its own cursor.
        expected.push(await write(calendarId, `live ${expected.length}`));
        const { value } = await batches.next();
        const [change] = JSON.parse(JSON.stringify(value.data.changes.changes));
        seen.push(change.subjectId);
        cursor = change.cursor;
        await batches.return?.();
      },
    };
    for (const turn of ['query', 'subscription', 'query', 'subscription', 'subscription', 'query', 'query'] as const) {
      expected.push(
        await write(calendarId, `before ${expected.length}`),
        await write(calendarId, `too ${expected.length}`),
      );
      await turns[turn]();
    }
    expect(seen).toEqual(expected);
  });

  test('past the retention the query and the subscription answer RESYNC_REQUIRED with a cursor that both take', async () => {
    const own = await openGraph();
    try {
      const { calendarId } = await applicationCalendar(own, 'old');
      const old: string = (await own.data(query)).changes.cursor;
      const input = {
        calendarId,
        key: 'a',
        summary: 'a',
        start: timed('2026-03-02T10:00:00Z'),
        end: timed('2026-03-02T11:00:00Z'),
      };
      await own.data(upsert, { input });
      await own.fresh.logAtRest();
      await own.fresh.superuser(`update change_log set at = now() - interval '31 days'`);
      expect(await keepHouse(own.fresh.store)).toMatchObject({ changes: expect.any(Number) });
      const { errors } = await own.run(query, { after: old });
      expect(errors).toMatchObject([{ code: 'RESYNC_REQUIRED', extensions: { cursor: expect.any(String) } }]);
      const fresh = errors[0]?.extensions['cursor'];
      await expect(own.subscribe(subscription, { after: old }).then((batches) => batches.next())).rejects.toMatchObject(
        { extensions: { code: 'RESYNC_REQUIRED', cursor: expect.any(String) } },
      );
      await own.data(upsert, { input: { ...input, summary: 'b' } });
      await own.fresh.logAtRest();
      const after = await own.data(query, { after: fresh, filter: { includeOwn: true } });
      expect(after.changes.changes).toMatchObject([{ kind: 'EVENT_UPDATED' }]);
      const batches = await own.subscribe(subscription, { after: fresh, filter: { includeOwn: true } });
      const { value } = await batches.next();
      expect(JSON.parse(JSON.stringify(value.data.changes.changes))).toEqual(after.changes.changes);
      await batches.return?.();
    } finally {
      await own.close();
    }
  });
});
