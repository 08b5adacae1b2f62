/** Series with a RANGE=THISANDFUTURE, which came from a file, through the graph (semantics B4). */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { applicationCalendar, type Loose, openGraph, type TestGraph } from '../setup/graph.ts';

let graph: TestGraph;
beforeAll(async () => {
  graph = await openGraph();
});
afterAll(() => graph.close());

const ics = [
  'BEGIN:VCALENDAR',
  'VERSION:2.0',
  'PRODID:-//Notes//EN',
  'BEGIN:VEVENT',
  'UID:ranged',
  'DTSTAMP:20260101T000000Z',
  'DTSTART;TZID=Europe/London:20260302T100000',
  'DURATION:PT1H',
  'RRULE:FREQ=WEEKLY',
  'SUMMARY:Meeting',
  'END:VEVENT',
  'BEGIN:VEVENT',
  'UID:ranged',
  'DTSTAMP:20260101T000000Z',
  'RECURRENCE-ID;RANGE=THISANDFUTURE;TZID=Europe/London:20260316T100000',
  'DTSTART;TZID=Europe/London:20260317T150000',
  'DURATION:PT2H',
  'SUMMARY:Moved',
  'END:VEVENT',
  'END:VCALENDAR',
  '',
].join('\r\n');

const events = `query ($id: ID!, $from: DateTime!, $to: DateTime!) { calendar(id: $id) { events(first: 50, filter: { from: $from, to: $to }) {
  nodes { id summary version start { dateTime } end { dateTime } recurrence { role originalStart { local } } } } } }`;
const importIcs =
  'mutation ($input: ImportIcsInput!) { importIcs(input: $input) { created skipped { reason } userErrors { message } } }';
const update =
  'mutation ($input: UpdateEventInput!) { updateEvent(input: $input) { event { id summary start { dateTime } } userErrors { code path message } } }';

async function imported(key: string): Promise<string> {
  const { calendarId } = await applicationCalendar(graph, key);
  const { importIcs: answer } = await graph.data(importIcs, { input: { calendarId, ics } });
  expect(answer).toEqual({ created: 1, skipped: [], userErrors: [] });
  return calendarId;
}

async function listed(id: string, from: string, to: string): Promise<Loose[]> {
  const { calendar } = await graph.data(events, { id, from, to });
  return calendar.events.nodes;
}

const march = ['2026-03-01T00:00:00Z', '2026-04-01T00:00:00Z'] as const;
const startsOf = (nodes: Loose[]) => nodes.map(({ start, summary }) => `${start.dateTime} ${summary}`);

describe('RANGE=THISANDFUTURE', () => {
  test('moves what follows: it is listed where it is, however far', async () => {
    const id = await imported('ranged');
    expect(startsOf(await listed(id, ...march))).toEqual([
      '2026-03-02T10:00:00Z Meeting',
      '2026-03-09T10:00:00Z Meeting',
      '2026-03-17T15:00:00Z Moved',
      '2026-03-24T15:00:00Z Moved',
      '2026-03-31T14:00:00Z Moved',
    ]);
    expect(await listed(id, '2098-12-01T00:00:00Z', '2098-12-02T00:00:00Z')).toEqual([]);
    const [tuesday] = await listed(id, '2098-12-02T00:00:00Z', '2098-12-03T00:00:00Z');
    expect(tuesday).toMatchObject({
      start: { dateTime: '2098-12-02T15:00:00Z' },
      end: { dateTime: '2098-12-02T17:00:00Z' },
      recurrence: { role: 'EXCEPTION', originalStart: { local: '2098-12-01T10:00:00+00:00' } },
    });
    const { node } = await graph.data('query ($id: ID!) { node(id: $id) { ... on CalendarEvent { id summary version start { dateTime } } } }', { id: tuesday?.id }); // biome-ignore format: one query
    expect(node).toMatchObject({
      summary: 'Moved',
      version: tuesday?.version,
      start: { dateTime: '2098-12-02T15:00:00Z' },
    });
  });

  test('keeps the others where they are when one of them is changed alone, and when its own is', async () => {
    const id = await imported('ranged and changed');
    const [, , own, later] = await listed(id, ...march);
    for (const [event, summary] of [
      [later, 'Only that one'],
      [own, 'Only the first of them'],
    ] as const) {
      const input = { id: event?.id, scope: 'THIS', summary, control: { ifVersion: event?.version } };
      const { updateEvent } = await graph.data(update, { input });
      expect(updateEvent.userErrors).toEqual([]);
      expect(updateEvent.event).toMatchObject({ summary, start: event?.start });
    }
    expect(startsOf(await listed(id, ...march))).toEqual([
      '2026-03-02T10:00:00Z Meeting',
      '2026-03-09T10:00:00Z Meeting',
      '2026-03-17T15:00:00Z Only the first of them',
      '2026-03-24T15:00:00Z Only that one',
      '2026-03-31T14:00:00Z Moved',
    ]);
    expect(startsOf(await listed(id, '2026-04-01T00:00:00Z', '2026-04-15T00:00:00Z'))).toEqual([
      '2026-04-07T14:00:00Z Moved',
      '2026-04-14T14:00:00Z Moved',
    ]);
  });
});
