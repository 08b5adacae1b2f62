/** Walks: every event once, whatever the pages, in lists of two thousand and where many start at one instant. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { applicationCalendar, type Loose, openGraph, type TestGraph } from '../setup/graph.ts';

let graph: TestGraph;
let calendarId = '';
beforeAll(async () => {
  graph = await openGraph();
  calendarId = (await applicationCalendar(graph, 'walks', 'America/New_York')).calendarId;
  const stamp = (at: number) => new Date(at).toISOString().replace(/[-:]|\.\d+/g, '');
  const day = 86_400_000;
  const first = Date.UTC(2026, 2, 1);
  const components: string[] = [];
  for (let n = 0; n < 1_600; n++) {
    // Many at one instant, and at the midnights of the zones that are asked from.
    const at = first + (n % 60) * (day / 2) + (n % 3 === 0 ? 5 * 3_600_000 : 0);
    if (n % 7 === 0) {
      const date = stamp(at).slice(0, 8);
      components.push(`UID:day-${n}\r\nDTSTART;VALUE=DATE:${date}`);
    } else if (n % 11 === 0) {
      components.push(`UID:floating-${n}\r\nDTSTART:${stamp(at).slice(0, -1)}\r\nDURATION:PT1H`);
    } else {
      components.push(`UID:timed-${n}\r\nDTSTART:${stamp(at)}\r\nDURATION:PT${n % 5}H`);
    }
  }
  for (let n = 0; n < 30; n++) {
    const at = first + n * 3_600_000;
    const rule = n % 2 === 0 ? 'RRULE:FREQ=DAILY;INTERVAL=2' : 'RRULE:FREQ=WEEKLY;COUNT=4';
    const start =
      n % 3 === 0 ? `DTSTART;VALUE=DATE:${stamp(at).slice(0, 8)}` : `DTSTART:${stamp(at)}\r\nDURATION:PT30M`;
    components.push(
      `UID:series-${n}\r\n${start}\r\n${rule}\r\nEXDATE${n % 3 === 0 ? ';VALUE=DATE' : ''}:${n % 3 === 0 ? stamp(at + 4 * day).slice(0, 8) : stamp(at + 4 * day)}`,
    );
    if (n % 3 === 1) {
      components.push(
        `UID:series-${n}\r\nRECURRENCE-ID:${stamp(at + 14 * day)}\r\nDTSTART:${stamp(first + 3 * day)}\r\nDURATION:PT1H`,
      );
    }
  }
  for (let at = 0; at < components.length; at += 1_000) {
    const events = components.slice(at, at + 1_000).map((lines) => `BEGIN:VEVENT\r\nDTSTAMP:20260101T000000Z\r\nSUMMARY:x\r\n${lines}\r\nEND:VEVENT\r\n`); // biome-ignore format: one expression
    const { importIcs } = await graph.data(
      'mutation ($i: ImportIcsInput!) { importIcs(input: $i) { skipped { uid reason } userErrors { code message } } }',
      { i: { calendarId, ics: `BEGIN:VCALENDAR\r\nVERSION:2.0\r\n${events.join('')}END:VCALENDAR\r\n` } },
    );
    expect(importIcs.skipped).toEqual([]);
  }
});
afterAll(() => graph.close());

const list = `query ($id: ID!, $filter: EventFilter, $first: Int, $after: String) { calendar(id: $id) { events(filter: $filter, first: $first, after: $after) {
  nodes { id start { dateTime date } } pageInfo { hasNextPage endCursor } } } }`;

async function walk(filter: Record<string, unknown>, sizes: Iterator<number>): Promise<Loose[]> {
  const seen: Loose[] = [];
  let after: string | null = null;
  do {
    const first = sizes.next().value;
    const { calendar }: Loose = await graph.data(list, { id: calendarId, filter, first, after });
    const { nodes, pageInfo } = calendar.events;
    expect(nodes.length <= first && (nodes.length === first || !pageInfo.hasNextPage)).toBe(true);
    seen.push(...nodes);
    after = pageInfo.hasNextPage ? pageInfo.endCursor : null;
  } while (after !== null);
  return seen;
}

function* always(size: number): Generator<number, never> {
  for (;;) yield size;
}

function* drawn(sizes: readonly number[]): Generator<number, never> {
  for (let at = 0; ; at++) yield sizes[at % sizes.length] ?? 500;
}

const quarter = { from: '2026-02-20T00:00:00Z', to: '2026-04-20T00:00:00Z' };

describe.each(['America/New_York', 'Pacific/Auckland'])('two thousand events, asked from %s', (timeZone) => {
  const filter = { ...quarter, timeZone };

  test('are each on one page, in order, for pages of one size', async () => {
    const whole = await walk(filter, always(500));
    expect(whole.length).toBeGreaterThan(1_900);
    expect(new Set(whole.map((node) => node.id)).size).toBe(whole.length);
    const dates = whole.filter((node) => node.start.date !== null).map((node) => node.start.date);
    expect(dates).toEqual([...dates].sort());
    const times = whole.filter((node) => node.start.dateTime !== null).map((node) => node.start.dateTime);
    expect(times).toEqual([...times].sort());
    for (const first of [499, 130]) expect(await walk(filter, always(first))).toEqual(whole);
  });

  test('are each on one page for pages of every size in turn', async () => {
    const whole = await walk(filter, always(500));
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 1, max: 500 }), { minLength: 5, maxLength: 20 }), async (sizes) => {
        expect(await walk(filter, drawn(sizes))).toEqual(whole);
      }),
      { seed: 20261122, numRuns: 3 },
    );
  });

  test('one at a time through a day on which many start together', async () => {
    const narrow = { timeZone, from: '2026-03-03T10:00:00Z', to: '2026-03-03T12:30:00Z' };
    const whole = await walk(narrow, always(500));
    expect(whole.length).toBeGreaterThan(30);
    for (const first of [1, 3]) expect(await walk(narrow, always(first))).toEqual(whole);
  });
});

test('a walk over the halves of a range is a walk over the range, what lies over the middle being on both', async () => {
  const middle = '2026-03-15T05:00:00Z';
  const idsOf = async (filter: Record<string, unknown>) =>
    (await walk({ timeZone: 'America/New_York', ...filter }, always(500))).map((node) => node.id);
  const whole = await idsOf(quarter);
  const [early, late] = [await idsOf({ ...quarter, to: middle }), await idsOf({ ...quarter, from: middle })];
  expect(new Set([...early, ...late])).toEqual(new Set(whole));
  // No event of these is longer than a day.
  const both = early.filter((id) => late.includes(id));
  expect(both.length).toBeLessThan(60);
});

test.each([
  ['another range', { to: '2026-04-21T00:00:00Z' }],
  ['another zone', { timeZone: 'Asia/Kathmandu' }],
  ['another expansion', { expand: 'SERIES' }],
  ['moved ones too', { includeMoved: true }],
  ['deleted ones too', { includeDeleted: true }],
  ['changed ones alone', { modifiedSince: '2020-01-01T00:00:00Z' }],
  ['own ones too', { managed: 'INCLUDE' }],
])('a cursor is refused by a list with %s', async (_what, other) => {
  const { calendar } = await graph.data(list, { id: calendarId, filter: quarter, first: 1 });
  const after = calendar.events.pageInfo.endCursor;
  const { errors } = await graph.run(list, { id: calendarId, filter: { ...quarter, ...other }, first: 1, after });
  expect(errors).toMatchObject([{ code: 'BAD_USER_INPUT', extensions: { argument: 'after' } }]);
});

test.each([0, -1, 501, 100_000])('pages of %s are refused', async (first) => {
  const { errors } = await graph.run(list, { id: calendarId, filter: quarter, first });
  expect(errors).toMatchObject([{ code: 'BAD_USER_INPUT', extensions: { argument: 'first' } }]);
});
