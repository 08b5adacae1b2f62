/** What nobody could mean is BAD_USER_INPUT that names its argument, never a fault of ours. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { applicationCalendar, openGraph, type TestGraph } from '../setup/graph.ts';

let graph: TestGraph;
let calendarId = '';
beforeAll(async () => {
  graph = await openGraph();
  ({ calendarId } = await applicationCalendar(graph, 'bad-input', 'Europe/London'));
});
afterAll(() => graph.close());

const events = (filter: string) => `{ calendar(id: "${calendarId}") { events(filter: ${filter}) { nodes { id } } } }`;

describe('a malformed id names its argument', () => {
  test.each([
    ['{ node(id: "") { id } }', 'id'],
    ['{ node(id: "evt_01m821r83z8e2z2grenzzp58m8_2026") { id } }', 'id'],
    ['{ node(id: "acc_\\u0000") { id } }', 'id'],
    ['{ account(id: "nope") { id } }', 'id'],
    ['{ profile(id: "nope") { id } }', 'id'],
    ['{ calendar(id: "nope") { id } }', 'id'],
    ['{ operation(id: "nope") { id } }', 'id'],
    ['{ event(by: { id: "nope" }) { id } }', 'by.id'],
  ])('%s', async (document, argument) => {
    const { errors } = await graph.run(document);
    expect(errors).toMatchObject([{ code: 'BAD_USER_INPUT', extensions: { argument } }]);
  });

  test('a well-formed one of nothing is null', async () => {
    const id = 'evt_01m821r83z8e2z2grenzzp58m8';
    expect(await graph.data('query ($id: ID!) { node(id: $id) { id } nodes(ids: [$id]) { id } }', { id })).toEqual({
      node: null,
      nodes: [null],
    });
  });
});

test('a malformed one among several is null in its place', async () => {
  expect(await graph.data('{ nodes(ids: ["x", "acc_\\u0000"]) { id } accountsById(ids: [""]) { id } }')).toEqual({
    nodes: [null, null],
    accountsById: [null],
  });
});

describe('lists', () => {
  test('a cursor belongs to the range that it was asked with', async () => {
    const day = (date: string) => ({
      start: { date },
      end: { date: date.replace(/.$/, (digit) => `${Number(digit) + 1}`) },
    });
    for (const [key, date] of Object.entries({ one: '2026-05-01', two: '2026-05-02' })) {
      await graph.data('mutation ($i: UpsertEventInput!) { upsertEvent(input: $i) { userErrors { code } } }', {
        i: { calendarId, key, summary: key, ...day(date) },
      });
    }
    const walk = `query ($from: DateTime, $to: DateTime, $after: String) { calendar(id: "${calendarId}") {
      events(first: 1, after: $after, filter: { managed: ONLY, from: $from, to: $to }) { nodes { key } pageInfo { endCursor } } } }`;
    const may = { from: '2026-05-01T00:00:00Z', to: '2026-06-01T00:00:00Z' };
    const { calendar } = await graph.data(walk, may);
    const after = calendar.events.pageInfo.endCursor;
    expect((await graph.data(walk, { ...may, after })).calendar.events.nodes).toEqual([{ key: 'two' }]);
    for (const other of [{ ...may, to: '2026-07-01T00:00:00Z' }, { ...may, from: '2026-04-01T00:00:00Z' }, {}]) {
      const { errors } = await graph.run(walk, { ...other, after });
      expect(errors).toMatchObject([{ code: 'BAD_USER_INPUT', extensions: { argument: 'after' } }]);
    }
  });

  test('a cursor of the default range goes on while that slides', async () => {
    const walk = `query ($after: String) { calendar(id: "${calendarId}") {
      events(first: 1, after: $after, filter: { managed: ONLY }) { nodes { key } pageInfo { endCursor } } } }`;
    const { calendar } = await graph.data(walk);
    graph.clock.now = Date.now() + 90_000;
    const next = await graph.data(walk, { after: calendar.events.pageInfo.endCursor });
    graph.clock.now = null;
    expect(next.calendar.events.nodes).toEqual([{ key: 'two' }]);
  });

  test('a page of runs names `last`', async () => {
    const { errors } = await graph.run(`{ calendar(id: "${calendarId}") { sync { runs(last: 0) { id } } } }`);
    expect(errors).toMatchObject([{ code: 'BAD_USER_INPUT', extensions: { argument: 'last' } }]);
  });

  test.each(['-PT5S', '+PT5S', 'P100001D'])('a staleness of %s is refused', async (maxStaleness) => {
    const { errors } = await graph.run(events(`{ maxStaleness: "${maxStaleness}" }`));
    expect(errors).toMatchObject([{ code: 'BAD_USER_INPUT', extensions: { argument: 'filter.maxStaleness' } }]);
  });

  test.each([
    ['{ from: "9999-12-31T23:59:59Z" }'],
    ['{ to: "0001-01-01T00:00:00Z" }'],
    ['{ from: "0001-01-01T00:00:00Z", to: "9999-12-31T23:59:59Z", timeZone: "Pacific/Kiritimati" }'],
    ['{ from: "0001-01-01T00:00:00Z", to: "9999-12-31T23:59:59Z", timeZone: "America/Los_Angeles" }'],
  ])('the ends of time are a range like any other: %s', async (filter) => {
    const { calendar } = await graph.data(events(filter));
    expect(calendar.events.nodes).toEqual([]);
  });

  test.each([
    ['{ from: "2026-02-30T00:00:00Z" }', 'filter.from'],
    ['{ from: "2026-02-01T00:00:00.5Z" }', 'filter.from'],
    ['{ timeZone: "Mars/Olympus" }', 'filter.timeZone'],
    ['{ maxStaleness: "5m" }', 'filter.maxStaleness'],
  ])('a value that is none of its kind names its argument: %s', async (filter, argument) => {
    const { errors } = await graph.run(events(filter));
    expect(errors).toMatchObject([{ code: 'BAD_USER_INPUT', extensions: { argument } }]);
  });
});

describe('U+0000, which no text of the database can hold', () => {
  test.each([
    ['accounts', 'query ($text: String!) { accounts(query: $text) { nodes { id } } }'],
    [
      'upsertApplicationCalendar',
      'mutation ($text: String!) { upsertApplicationCalendar(input: { key: $text }) { userErrors { code } } }',
    ],
    [
      'event',
      'query ($text: String!) { event(by: { external: { calendarId: "cal_01m821r83z8e2z2grenzzp58m8", uid: $text } }) { id } }',
    ],
  ])('is bad input of %s', async (_field, document) => {
    const { errors } = await graph.run(document, { text: 'a\u0000b' });
    expect(errors).toMatchObject([
      { code: 'BAD_USER_INPUT', message: 'expected text without the character U+0000, got some' },
    ]);
  });
});
