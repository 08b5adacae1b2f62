/** What each member of EventFilter selects, on events that were moved, deleted, changed, and that go on for ever. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { applicationCalendar, type Loose, openGraph, type TestGraph } from '../setup/graph.ts';

let graph: TestGraph;
beforeAll(async () => {
  graph = await openGraph();
});
afterAll(() => graph.close());
beforeEach(() => {
  graph.clock.now = null;
});

const timed = (dateTime: string, timeZone: string | null = 'Etc/UTC') => ({ timed: { dateTime, timeZone } });
const upsert = `mutation ($input: UpsertEventInput!) { upsertEvent(input: $input) { event { id uid } userErrors { code message path } } }`;
const update = `mutation ($input: UpdateEventInput!) { updateEvent(input: $input) { event { id } userErrors { code message path } } }`;
const remove = `mutation ($input: DeleteEventInput!) { deleteEvent(input: $input) { deletedId userErrors { code message path } } }`;
const fields = `id uid summary status deleted syncedAt start { local } end { local } recurrence { role originalStart { local } }`;
const list = `query ($id: ID!, $filter: EventFilter, $first: Int, $after: String) { calendar(id: $id) { events(filter: $filter, first: $first, after: $after) {
  nodes { ${fields} } pageInfo { hasNextPage endCursor } } } }`;

async function write(calendarId: string, key: string, start: string, end: string, more: Record<string, unknown> = {}) {
  const input = { calendarId, key, summary: key, start: timed(start), end: timed(end), ...more };
  return (await graph.data(upsert, { input })).upsertEvent.event as { id: string; uid: string };
}

async function events(
  id: string,
  filter: Record<string, unknown>,
  page: Record<string, unknown> = {},
): Promise<Loose[]> {
  const { calendar } = await graph.data(list, { id, filter: { managed: 'INCLUDE', ...filter }, ...page });
  return calendar.events.nodes;
}
const summaries = async (id: string, filter: Record<string, unknown>) =>
  (await events(id, filter)).map((node) => node.summary);

async function walk(id: string, filter: Record<string, unknown>, first: number): Promise<Loose[]> {
  const seen: Loose[] = [];
  let after: string | null = null;
  do {
    const { calendar }: Loose = await graph.data(list, { id, filter: { managed: 'INCLUDE', ...filter }, first, after });
    seen.push(...calendar.events.nodes);
    expect(calendar.events.pageInfo.hasNextPage && calendar.events.nodes.length === 0).toBe(false);
    after = calendar.events.pageInfo.hasNextPage ? calendar.events.pageInfo.endCursor : null;
  } while (after !== null);
  return seen;
}

async function importIcs(calendarId: string, ...components: string[]): Promise<void> {
  const ics = ['BEGIN:VCALENDAR', 'VERSION:2.0', ...components.map((lines) => `BEGIN:VEVENT\r\nDTSTAMP:20260101T000000Z\r\n${lines}\r\nEND:VEVENT`), 'END:VCALENDAR', ''].join('\r\n'); // biome-ignore format: one document
  const { importIcs: done } = await graph.data(
    `mutation ($i: ImportIcsInput!) { importIcs(input: $i) { skipped { reason } userErrors { code message } } }`,
    { i: { calendarId, ics } },
  );
  expect(done.skipped).toEqual([]);
}

const march = { from: '2026-03-01T00:00:00Z', to: '2026-04-01T00:00:00Z' };

describe('includeMoved', () => {
  test('shows what was in the range and is now elsewhere, at its present time', async () => {
    const { calendarId } = await applicationCalendar(graph, 'moved-out');
    await write(calendarId, 'stays', '2026-03-05T10:00:00Z', '2026-03-05T11:00:00Z');
    await write(calendarId, 'goes', '2026-03-06T10:00:00Z', '2026-03-06T11:00:00Z');
    await write(calendarId, 'comes', '2026-05-01T10:00:00Z', '2026-05-01T11:00:00Z');
    await write(calendarId, 'goes', '2026-06-06T10:00:00Z', '2026-06-06T11:00:00Z');
    await write(calendarId, 'comes', '2026-03-07T10:00:00Z', '2026-03-07T11:00:00Z');
    expect(await summaries(calendarId, march)).toEqual(['stays', 'comes']);
    const nodes = await events(calendarId, { ...march, includeMoved: true });
    expect(nodes.map((node) => [node.summary, node.start.local])).toEqual([
      ['stays', '2026-03-05T10:00:00+00:00'],
      ['comes', '2026-03-07T10:00:00+00:00'],
      ['goes', '2026-06-06T10:00:00+00:00'],
    ]);
    // Where it was on its way counts as well, and everything is once on the list however often it was moved.
    await write(calendarId, 'goes', '2026-03-20T10:00:00Z', '2026-03-20T11:00:00Z');
    await write(calendarId, 'goes', '2026-01-02T10:00:00Z', '2026-01-02T11:00:00Z');
    expect(await summaries(calendarId, { ...march, includeMoved: true })).toEqual(['goes', 'stays', 'comes']);
    const june = { from: '2026-06-01T00:00:00Z', to: '2026-07-01T00:00:00Z', includeMoved: true };
    expect(await summaries(calendarId, june)).toEqual(['goes']);
  });

  test('the edges of where it was are those of any event: half-open, an instant counts where it starts', async () => {
    const { calendarId } = await applicationCalendar(graph, 'moved-edges');
    const rows = [
      ['ended-at-from', '2026-02-28T23:00:00Z', '2026-03-01T00:00:00Z'],
      ['began-at-to', '2026-04-01T00:00:00Z', '2026-04-01T01:00:00Z'],
      ['covered', '2026-02-01T00:00:00Z', '2026-05-01T00:00:00Z'],
      ['last-second', '2026-03-31T23:59:59Z', '2026-04-02T00:00:00Z'],
    ] as const;
    for (const [key, start, end] of rows) await write(calendarId, key, start, end);
    for (const [key] of rows) await write(calendarId, key, '2027-01-01T00:00:00Z', '2027-01-01T01:00:00Z');
    expect((await summaries(calendarId, { ...march, includeMoved: true })).sort()).toEqual(['covered', 'last-second']);
  });

  test('days that were moved are found by the day of whoever asks', async () => {
    const { calendarId } = await applicationCalendar(graph, 'moved-days');
    const days = (date: string, next: string) => ({ start: { date }, end: { date: next } });
    await write(calendarId, 'day', '', '', days('2026-12-25', '2026-12-26'));
    await write(calendarId, 'day', '', '', days('2027-02-01', '2027-02-02'));
    const ask = (to: string) =>
      summaries(calendarId, { from: '2026-12-24T00:00:00Z', to, timeZone: 'America/Los_Angeles', includeMoved: true });
    expect(await ask('2026-12-25T07:59:59Z')).toEqual([]);
    expect(await ask('2026-12-25T08:00:01Z')).toEqual(['day']);
  });

  test('another change than of the time is no move, and a move of one occurrence is none of the series', async () => {
    const { calendarId } = await applicationCalendar(graph, 'moved-not');
    const event = await write(calendarId, 'weekly', '2026-03-02T10:00:00Z', '2026-03-02T11:00:00Z', {
      recurrence: ['RRULE:FREQ=WEEKLY;COUNT=2'],
    });
    await write(calendarId, 'weekly', '2026-03-02T10:00:00Z', '2026-03-02T11:00:00Z', { description: 'changed' });
    const moved = { start: timed('2026-07-01T10:00:00Z'), end: timed('2026-07-01T11:00:00Z') };
    await graph.data(update, { input: { id: `${event.id}_20260309T100000`, ...moved } });
    expect(await graph.fresh.superuser(`select 1 from event_move where event_id = '${event.id}'`)).toEqual([]);
    const ninth = { from: '2026-03-09T00:00:00Z', to: '2026-03-10T00:00:00Z', includeMoved: true };
    expect(await summaries(calendarId, ninth)).toEqual([]);
  });

  test('a series that was moved as a whole is listed once, as itself, where it has no occurrence any more', async () => {
    const { calendarId } = await applicationCalendar(graph, 'moved-series');
    const rule = { recurrence: ['RRULE:FREQ=WEEKLY'] };
    const { id } = await write(calendarId, 'weekly', '2026-03-02T10:00:00Z', '2026-03-02T11:00:00Z', rule);
    await graph.data(update, {
      input: { id, scope: 'ALL', start: timed('2026-03-03T12:00:00Z'), end: timed('2026-03-03T13:00:00Z') },
    });
    const monday = { from: '2026-03-02T00:00:00Z', to: '2026-03-03T00:00:00Z' };
    expect(await events(calendarId, monday)).toEqual([]);
    const [shown, ...others] = await events(calendarId, { ...monday, includeMoved: true });
    expect(others).toEqual([]);
    expect(shown).toMatchObject({ id, recurrence: { role: 'SERIES' }, start: { local: '2026-03-03T12:00:00+00:00' } });
    // Where it has occurrences they are on the list as ever, and the series is not there twice.
    const nodes = await events(calendarId, { ...march, includeMoved: true });
    expect(nodes.map((node) => node.recurrence.role)).toEqual(Array(5).fill('OCCURRENCE'));
  });

  test('a walk in any page size gives each once, moved ones in their place', async () => {
    const { calendarId } = await applicationCalendar(graph, 'moved-walk');
    for (let at = 0; at < 12; at++) {
      const day = String(10 + at);
      await write(calendarId, `k${at}`, `2026-03-${day}T10:00:00Z`, `2026-03-${day}T11:00:00Z`);
      if (at % 2 === 0) {
        const month = at % 4 === 0 ? '01' : '08';
        await write(calendarId, `k${at}`, `2026-${month}-${day}T10:00:00Z`, `2026-${month}-${day}T11:00:00Z`);
      }
    }
    const filter = { ...march, includeMoved: true };
    const whole = (await walk(calendarId, filter, 500)).map((node) => node.summary);
    expect(whole).toEqual(['k0', 'k4', 'k8', 'k1', 'k3', 'k5', 'k7', 'k9', 'k11', 'k2', 'k6', 'k10']);
    for (const first of [1, 2, 3, 5, 7]) {
      expect((await walk(calendarId, filter, first)).map((node) => node.summary)).toEqual(whole);
    }
  });

  test('costs the statement that the list costs anyway', async () => {
    const { calendarId } = await applicationCalendar(graph, 'moved-cost');
    await write(calendarId, 'a', '2026-03-05T10:00:00Z', '2026-03-05T11:00:00Z');
    await write(calendarId, 'a', '2026-08-05T10:00:00Z', '2026-08-05T11:00:00Z');
    const filter = { managed: 'INCLUDE', ...march };
    const plain = await graph.run(list, { id: calendarId, filter });
    const moved = await graph.run(list, { id: calendarId, filter: { ...filter, includeMoved: true } });
    expect(moved.sqlQueries).toBe(plain.sqlQueries);
  });
});

describe('includeDeleted', () => {
  test('shows tombstones with id, uid and time, and single occurrences that are gone', async () => {
    const { calendarId } = await applicationCalendar(graph, 'deleted');
    const single = await write(calendarId, 'single', '2026-03-02T08:00:00Z', '2026-03-02T09:00:00Z');
    const series = await write(calendarId, 'weekly', '2026-03-02T10:00:00Z', '2026-03-02T11:00:00Z', {
      recurrence: ['RRULE:FREQ=WEEKLY;COUNT=3'],
    });
    await graph.data(remove, { input: { id: single.id } });
    await graph.data(remove, { input: { id: `${series.id}_20260309T100000` } });
    expect((await events(calendarId, march)).map((node) => node.id)).toEqual([
      `${series.id}_20260302T100000`,
      `${series.id}_20260316T100000`,
    ]);
    const nodes = await events(calendarId, { ...march, includeDeleted: true });
    expect(nodes.map((node) => [node.id, node.deleted, node.status])).toEqual([
      [single.id, true, 'CANCELLED'],
      [`${series.id}_20260302T100000`, false, 'CONFIRMED'],
      [`${series.id}_20260309T100000`, true, 'CANCELLED'],
      [`${series.id}_20260316T100000`, false, 'CONFIRMED'],
    ]);
    expect(nodes[0]).toMatchObject({ uid: single.uid, start: { local: '2026-03-02T08:00:00+00:00' } });
    expect(nodes[2]).toMatchObject({ uid: series.uid, start: { local: '2026-03-09T10:00:00+00:00' } });
  });

  test('an occurrence that was cancelled is shown where it was moved to before', async () => {
    const { calendarId } = await applicationCalendar(graph, 'cancelled');
    await importIcs(
      calendarId,
      'UID:s\r\nDTSTART:20260302T100000Z\r\nDTEND:20260302T110000Z\r\nRRULE:FREQ=WEEKLY;COUNT=3\r\nSUMMARY:s',
      'UID:s\r\nRECURRENCE-ID:20260309T100000Z\r\nDTSTART:20260310T150000Z\r\nDTEND:20260310T160000Z\r\nSTATUS:CANCELLED\r\nSUMMARY:s',
    );
    expect(await events(calendarId, march)).toHaveLength(2);
    const nodes = await events(calendarId, { ...march, includeDeleted: true });
    expect(nodes.map((node) => [node.start.local, node.deleted])).toEqual([
      ['2026-03-02T10:00:00Z', false],
      ['2026-03-10T15:00:00Z', true],
      ['2026-03-16T10:00:00Z', false],
    ]);
  });

  test('pages with deleted occurrences among them give each once', async () => {
    const { calendarId } = await applicationCalendar(graph, 'deleted-walk');
    await importIcs(
      calendarId,
      'UID:s\r\nDTSTART:20260301T100000Z\r\nDTEND:20260301T110000Z\r\nRRULE:FREQ=DAILY;COUNT=20\r\nEXDATE:20260305T100000Z,20260306T100000Z\r\nEXDATE:20260320T100000Z\r\nSUMMARY:s',
    );
    const filter = { ...march, includeDeleted: true };
    const whole = await walk(calendarId, filter, 500);
    expect(whole.map((node) => node.deleted)).toEqual(whole.map((_, at) => [4, 5, 19].includes(at)));
    expect(whole).toHaveLength(20);
    for (const first of [1, 2, 3, 7]) expect(await walk(calendarId, filter, first)).toEqual(whole);
  });

  test('a deleted calendar has nothing but what is deleted', async () => {
    const { accountId, calendarId } = await applicationCalendar(graph, 'deleted-calendar');
    await write(calendarId, 'a', '2026-03-02T08:00:00Z', '2026-03-02T09:00:00Z');
    await graph.fresh.superuser(`update calendar set deleted_at = now() where id = '${calendarId}'`);
    const document = `query ($id: ID!, $filter: EventFilter) { account(id: $id) { events(filter: $filter) { nodes { summary } } } }`;
    const ask = async (filter: object) =>
      (await graph.data(document, { id: accountId, filter: { managed: 'INCLUDE', ...march, ...filter } })).account
        .events.nodes.length;
    expect(await ask({})).toBe(0);
    expect(await ask({ calendarIds: [calendarId] })).toBe(0);
    expect(await ask({ calendarIds: [calendarId], includeDeleted: true })).toBe(1);
  });
});

describe('modifiedSince', () => {
  test('compares with when we took a change in; of a series, with that of each part by itself', async () => {
    const { calendarId } = await applicationCalendar(graph, 'modified');
    const at = (minute: number) => Date.parse('2026-02-01T00:00:00Z') + minute * 60_000;
    const since = (minute: number) => ({
      ...march,
      modifiedSince: `${new Date(at(minute)).toISOString().slice(0, 19)}Z`,
    });
    graph.clock.now = at(0);
    await write(calendarId, 'single', '2026-03-02T08:00:00Z', '2026-03-02T09:00:00Z');
    const series = await write(calendarId, 'weekly', '2026-03-02T10:00:00Z', '2026-03-02T11:00:00Z', {
      recurrence: ['RRULE:FREQ=WEEKLY;COUNT=3'],
    });
    const second = `${series.id}_20260309T100000`;
    graph.clock.now = at(10);
    await graph.data(update, { input: { id: second, summary: 'second' } });
    expect(await summaries(calendarId, since(0))).toEqual(['single', 'weekly', 'second', 'weekly']);
    expect(await summaries(calendarId, since(10))).toEqual(['second']);
    expect(await summaries(calendarId, since(11))).toEqual([]);
    const nodes = await events(calendarId, march);
    expect(nodes.map((node) => node.syncedAt)).toEqual(
      [0, 0, 10, 0].map((minute) => `${new Date(at(minute)).toISOString().slice(0, 19)}Z`),
    );
    graph.clock.now = at(20);
    await graph.data(update, { input: { id: series.id, scope: 'ALL', description: 'all of it' } });
    expect(await summaries(calendarId, since(20))).toEqual(['weekly', 'second', 'weekly']);
    graph.clock.now = at(30);
    await graph.data(remove, { input: { id: series.id, scope: 'ALL' } });
    expect(await summaries(calendarId, since(30))).toEqual([]);
    expect(await summaries(calendarId, { ...since(30), includeDeleted: true })).toEqual(['weekly', 'second', 'weekly']);
  });

  test('an occurrence that is again as the rule has it has changed', async () => {
    const { calendarId } = await applicationCalendar(graph, 'returned');
    const master =
      'UID:s\r\nDTSTART:20260302T100000Z\r\nDTEND:20260302T110000Z\r\nRRULE:FREQ=WEEKLY;COUNT=3\r\nSUMMARY:s';
    const changed =
      'UID:s\r\nRECURRENCE-ID:20260309T100000Z\r\nDTSTART:20260310T150000Z\r\nDTEND:20260310T160000Z\r\nSUMMARY:x';
    graph.clock.now = Date.parse('2026-02-01T00:00:00Z');
    await importIcs(calendarId, `${master}\r\nSEQUENCE:1`, `${changed}\r\nSEQUENCE:1`);
    graph.clock.now = Date.parse('2026-02-02T00:00:00Z');
    await importIcs(calendarId, `${master}\r\nSEQUENCE:2`);
    const nodes = await events(calendarId, { ...march, modifiedSince: '2026-02-02T00:00:00Z' });
    expect(nodes.map((node) => node.start.local)).toEqual(['2026-03-09T10:00:00Z']);
  });
});

describe('ranges', () => {
  test('ONLY without a range is all of them: every single, whole series that end, endless ones as far as by default', async () => {
    const { calendarId } = await applicationCalendar(graph, 'all');
    graph.clock.now = Date.parse('2026-03-01T00:00:00Z');
    await write(calendarId, 'long ago', '1970-01-01T00:00:00Z', '1970-01-01T01:00:00Z');
    await write(calendarId, 'far ahead', '2099-12-31T00:00:00Z', '2099-12-31T01:00:00Z');
    await write(calendarId, 'yearly', '2080-01-01T00:00:00Z', '2080-01-01T01:00:00Z', {
      recurrence: ['RRULE:FREQ=YEARLY;COUNT=3'],
    });
    await write(calendarId, 'endless', '2026-02-01T00:00:00Z', '2026-02-01T01:00:00Z', {
      recurrence: ['RRULE:FREQ=MONTHLY'],
    });
    const nodes = await walk(calendarId, { managed: 'ONLY' }, 3);
    const count = (summary: string) => nodes.filter((node) => node.summary === summary).length;
    expect(['long ago', 'far ahead', 'yearly', 'endless'].map(count)).toEqual([1, 1, 3, 8]);
    expect(nodes.at(-1)).toMatchObject({ summary: 'far ahead' });
    expect(new Set(nodes.map((node) => node.id)).size).toBe(nodes.length);
    const series = await walk(calendarId, { managed: 'ONLY', expand: 'SERIES' }, 2);
    expect(series.map((node) => node.summary)).toEqual(['long ago', 'endless', 'yearly', 'far ahead']);
  });

  test('without a range 42 days back to 201 days ahead; one bound alone gives 243 days of occurrences', async () => {
    const { calendarId } = await applicationCalendar(graph, 'default');
    graph.clock.now = Date.parse('2026-03-01T00:00:00Z');
    await write(calendarId, 'daily', '2020-01-01T12:00:00Z', '2020-01-01T12:30:00Z', {
      recurrence: ['RRULE:FREQ=DAILY'],
    });
    const edges = async (filter: Record<string, unknown>) => {
      const nodes = await walk(calendarId, filter, 500);
      return [nodes.length, nodes[0]?.start.local.slice(0, 10), nodes.at(-1)?.start.local.slice(0, 10)];
    };
    expect(await edges({})).toEqual([243, '2026-01-18', '2026-09-17']);
    expect(await edges({ from: '2030-01-01T00:00:00Z' })).toEqual([243, '2030-01-01', '2030-08-31']);
    expect(await edges({ to: '2030-01-01T00:00:00Z' })).toEqual([243, '2029-05-03', '2029-12-31']);
    expect(await edges({ expand: 'SERIES', from: '2095-01-01T00:00:00Z' })).toEqual([1, '2020-01-01', '2020-01-01']);
  });

  test('any range of an endless series, 1970 to 2100', async () => {
    const { calendarId } = await applicationCalendar(graph, 'centuries');
    await write(calendarId, 'monthly', '1970-01-01T00:00:00Z', '1970-01-01T01:00:00Z', {
      recurrence: ['RRULE:FREQ=MONTHLY'],
    });
    const whole = await walk(calendarId, { from: '1970-01-01T00:00:00Z', to: '2100-01-01T00:00:00Z' }, 500);
    expect(whole).toHaveLength(130 * 12);
    expect(new Set(whole.map((node) => node.id)).size).toBe(130 * 12);
    expect(whole.at(-1)?.start.local).toBe('2099-12-01T00:00:00+00:00');
  });

  test('a dense series whose occurrences are longer than a page can hold is walked to its end', async () => {
    const { calendarId } = await applicationCalendar(graph, 'dense');
    // At any time 43,200 of them are under way: more than a page may generate.
    await importIcs(
      calendarId,
      'UID:dense\r\nDTSTART:20260101T000000Z\r\nDURATION:P30D\r\nRRULE:FREQ=MINUTELY\r\nSUMMARY:dense',
      'UID:late\r\nDTSTART:20260302T001000Z\r\nDURATION:PT1M\r\nSUMMARY:late',
    );
    const filter = { from: '2026-03-02T00:00:00Z', to: '2026-03-02T00:20:00Z' };
    // The first thousands began before the range; the cursor stands behind them.
    const first = await graph.data(list, { id: calendarId, filter, first: 500 });
    expect(first.calendar.events.nodes).toHaveLength(500);
    expect(first.calendar.events.nodes[0].start.local).toBe('2026-01-31T00:01:00Z');
    let after = first.calendar.events.pageInfo.endCursor;
    for (let pages = 0; pages < 30; pages++) {
      const { calendar } = await graph.data(list, { id: calendarId, filter, first: 500, after });
      expect(calendar.events.nodes).toHaveLength(500);
      after = calendar.events.pageInfo.endCursor;
    }
  });
});

describe('SERIES', () => {
  test('lists a series once, whatever of it is in the range, and its changed occurrences where they are', async () => {
    const { calendarId } = await applicationCalendar(graph, 'series');
    const { id } = await write(calendarId, 'weekly', '2026-01-05T10:00:00Z', '2026-01-05T11:00:00Z', {
      recurrence: ['RRULE:FREQ=WEEKLY'],
    });
    await write(calendarId, 'single', '2026-03-02T08:00:00Z', '2026-03-02T09:00:00Z');
    const moved = { start: timed('2026-03-10T15:00:00Z'), end: timed('2026-03-10T16:00:00Z'), summary: 'moved' };
    await graph.data(update, { input: { id: `${id}_20260309T100000`, ...moved } });
    const nodes = await walk(calendarId, { ...march, expand: 'SERIES' }, 2);
    expect(nodes.map((node) => [node.summary, node.recurrence?.role ?? null, node.id])).toEqual([
      ['weekly', 'SERIES', id],
      ['single', null, expect.any(String)],
      ['moved', 'EXCEPTION', `${id}_20260309T100000`],
    ]);
    const april = { from: '2026-04-01T00:00:00Z', to: '2026-05-01T00:00:00Z', expand: 'SERIES' };
    expect(await summaries(calendarId, april)).toEqual(['weekly']);
  });
});

describe('CalendarEvent.occurrences', () => {
  const occurrences = `query ($id: ID!, $from: DateTime!, $to: DateTime!, $deleted: Boolean, $first: Int, $after: String) { event(by: { id: $id }) {
    occurrences(from: $from, to: $to, includeDeleted: $deleted, first: $first, after: $after) { nodes { id deleted } pageInfo { hasNextPage endCursor } } } }`;

  test('are those of the series, asked of it, of an occurrence or of an exception; a single has none', async () => {
    const { calendarId } = await applicationCalendar(graph, 'of-series');
    const single = await write(calendarId, 'single', '2026-03-02T08:00:00Z', '2026-03-02T09:00:00Z');
    const { id } = await write(calendarId, 'weekly', '2026-03-02T10:00:00Z', '2026-03-02T11:00:00Z', {
      recurrence: ['RRULE:FREQ=WEEKLY;COUNT=4'],
    });
    await graph.data(update, { input: { id: `${id}_20260309T100000`, summary: 'changed' } });
    await graph.data(remove, { input: { id: `${id}_20260316T100000` } });
    const all = ['02', '09', '16', '23'].map((day) => `${id}_202603${day}T100000`);
    for (const asked of [id, all[0], all[1], all[3]]) {
      const { event } = await graph.data(occurrences, { id: asked, ...march });
      expect(event.occurrences.nodes.map((node: Loose) => node.id)).toEqual([all[0], all[1], all[3]]);
      const { event: withDeleted } = await graph.data(occurrences, { id: asked, ...march, deleted: true });
      expect(withDeleted.occurrences.nodes.map((node: Loose) => [node.id, node.deleted])).toEqual(
        all.map((one, at) => [one, at === 2]),
      );
    }
    expect((await graph.data(occurrences, { id: single.id, ...march })).event.occurrences).toBeNull();
  });

  test('go page by page, and a cursor belongs to its question', async () => {
    const { calendarId } = await applicationCalendar(graph, 'of-pages');
    const { id } = await write(calendarId, 'daily', '2026-03-02T10:00:00Z', '2026-03-02T11:00:00Z', {
      recurrence: ['RRULE:FREQ=DAILY'],
    });
    const seen: string[] = [];
    let after: string | null = null;
    do {
      const { event }: Loose = await graph.data(occurrences, { id, ...march, first: 7, after });
      seen.push(...event.occurrences.nodes.map((node: Loose) => node.id));
      after = event.occurrences.pageInfo.hasNextPage ? event.occurrences.pageInfo.endCursor : null;
    } while (after !== null);
    expect(new Set(seen).size).toBe(30);
    expect(seen).toHaveLength(30);
    const { event } = await graph.data(occurrences, { id, ...march, first: 1 });
    const stale = await graph.run(occurrences, { id, ...march, to: '2026-05-01T00:00:00Z', after: event.occurrences.pageInfo.endCursor }); // biome-ignore format: one call
    expect(stale.errors).toMatchObject([{ code: 'BAD_USER_INPUT', extensions: { argument: 'after' } }]);
    const reversed = await graph.run(occurrences, { id, from: march.to, to: march.from });
    expect(reversed.errors).toMatchObject([{ code: 'BAD_USER_INPUT' }]);
  });

  test('of occurrences whose series nobody told us of are those themselves', async () => {
    const { calendarId } = await applicationCalendar(graph, 'of-orphans');
    const orphan = (day: string) =>
      `UID:o\r\nRECURRENCE-ID:202603${day}T100000Z\r\nDTSTART:202603${day}T120000Z\r\nDTEND:202603${day}T130000Z\r\nSUMMARY:o${day}`;
    await importIcs(calendarId, orphan('09'), orphan('16'));
    const nodes = await events(calendarId, march);
    expect(nodes.map((node) => [node.summary, node.recurrence.role, node.recurrence.originalStart.local])).toEqual([
      ['o09', 'EXCEPTION', '2026-03-09T10:00:00Z'],
      ['o16', 'EXCEPTION', '2026-03-16T10:00:00Z'],
    ]);
    const { event } = await graph.data(occurrences, { id: nodes[0].id, ...march });
    expect(event.occurrences.nodes.map((node: Loose) => node.id)).toEqual(nodes.map((node) => node.id));
  });
});

describe('event(by: { external })', () => {
  const by = `query ($calendarId: ID!, $uid: String!, $at: DateTime) { event(by: { external: { calendarId: $calendarId, uid: $uid, originalStart: $at } }) { id start { local } recurrence { role } } }`;
  const recurring = (uid: string, start: string, more = '') =>
    `UID:${uid}\r\n${start}\r\nRRULE:FREQ=DAILY;COUNT=5\r\nSUMMARY:${uid}${more}`;

  test('finds an occurrence by where the rule put it: zoned, in a gap, floating, all-day, moved', async () => {
    const { calendarId } = await applicationCalendar(graph, 'external', 'America/New_York');
    await importIcs(
      calendarId,
      recurring('zoned', 'DTSTART;TZID=America/New_York:20260306T023000\r\nDURATION:PT30M'),
      recurring('floating', 'DTSTART:20260306T023000\r\nDURATION:PT30M'),
      recurring('days', 'DTSTART;VALUE=DATE:20260306'),
      'UID:zoned\r\nRECURRENCE-ID:20260309T063000Z\r\nDTSTART:20260310T200000Z\r\nDTEND:20260310T210000Z\r\nSUMMARY:moved',
    );
    const find = async (uid: string, at: string | null) => (await graph.data(by, { calendarId, uid, at })).event;
    const series = (await find('zoned', null)).id;
    expect(await find('zoned', '2026-03-07T07:30:00Z')).toMatchObject({ id: `${series}_20260307T023000` });
    // 02:30 does not exist on the 8th: it is 03:30 EDT, 07:30 UTC (RFC 5545 §3.3.5).
    expect(await find('zoned', '2026-03-08T07:30:00Z')).toMatchObject({
      id: `${series}_20260308T023000`,
      start: { local: '2026-03-08T03:30:00-04:00' },
    });
    expect(await find('zoned', '2026-03-09T06:30:00Z')).toMatchObject({
      start: { local: '2026-03-10T20:00:00Z' },
      recurrence: { role: 'EXCEPTION' },
    });
    expect(await find('zoned', '2026-03-10T20:00:00Z')).toBeNull();
    expect(await find('floating', '2026-03-08T07:30:00Z')).toMatchObject({ start: { local: '2026-03-08T02:30:00' } });
    // A day by its midnight, in UTC or in the calendar's zone.
    expect(await find('days', '2026-03-08T00:00:00Z')).toMatchObject({ start: { local: '2026-03-08' } });
    expect(await find('days', '2026-03-08T05:00:00Z')).toMatchObject({ start: { local: '2026-03-08' } });
    expect(await find('days', '2026-03-20T00:00:00Z')).toBeNull();
  });

  test('the id that a list shows is the id that finds it, also where a server wrote another form', async () => {
    const { calendarId } = await applicationCalendar(graph, 'rewritten');
    await importIcs(
      calendarId,
      recurring('z', 'DTSTART;TZID=Europe/London:20260406T100000\r\nDURATION:PT30M'),
      'UID:z\r\nRECURRENCE-ID:20260407T090000Z\r\nDTSTART:20260407T150000Z\r\nDTEND:20260407T160000Z\r\nSUMMARY:moved',
    );
    const nodes = await events(calendarId, { from: '2026-04-01T00:00:00Z', to: '2026-05-01T00:00:00Z' });
    for (const listed of nodes) {
      const { node } = await graph.data(`query ($id: ID!) { node(id: $id) { ... on CalendarEvent { ${fields} } } }`, {
        id: listed.id,
      });
      expect(node).toEqual(listed);
    }
  });
});
