/** Spring gap: a meeting at an hour that one night does not have takes place all the same, and counts. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { applicationCalendar, openGraph, type TestGraph } from '../../setup/graph.ts';

let graph: TestGraph;
beforeAll(async () => {
  graph = await openGraph();
});
afterAll(() => graph.close());

const expected = [
  ['2026-03-06T07:30:00Z', '2026-03-06T02:30:00-05:00', '2026-03-06T08:00:00Z'],
  ['2026-03-07T07:30:00Z', '2026-03-07T02:30:00-05:00', '2026-03-07T08:00:00Z'],
  ['2026-03-08T07:30:00Z', '2026-03-08T03:30:00-04:00', '2026-03-08T08:00:00Z'],
  ['2026-03-09T06:30:00Z', '2026-03-09T02:30:00-04:00', '2026-03-09T07:00:00Z'],
  ['2026-03-10T06:30:00Z', '2026-03-10T02:30:00-04:00', '2026-03-10T07:00:00Z'],
];

async function occurrences(calendarId: string): Promise<string[][]> {
  const { calendar } = await graph.data(
    `query ($id: ID!, $filter: EventFilter!) { calendar(id: $id) { events(first: 50, filter: $filter) {
      nodes { start { dateTime local } end { dateTime } } } } }`,
    { id: calendarId, filter: { managed: 'INCLUDE', from: '2026-03-01T00:00:00Z', to: '2026-04-01T00:00:00Z' } },
  );
  return calendar.events.nodes.map(
    ({ start, end }: { start: { dateTime: string; local: string }; end: { dateTime: string } }) => [
      start.dateTime,
      start.local,
      end.dateTime,
    ],
  );
}

describe('Spring gap', () => {
  test('written through the graph: five, not four and not six', async () => {
    const { calendarId } = await applicationCalendar(graph, 'gap', 'Europe/London');
    const time = (dateTime: string) => ({ timed: { dateTime, timeZone: 'America/New_York' } });
    await graph.data(
      'mutation ($input: UpsertEventInput!) { upsertEvent(input: $input) { event { id } userErrors { code message path } } }',
      {
        input: {
          calendarId,
          key: 'early',
          summary: 'early',
          start: time('2026-03-06T07:30:00Z'),
          end: time('2026-03-06T08:00:00Z'),
          recurrence: ['RRULE:FREQ=DAILY;COUNT=5'],
        },
      },
    );
    expect(await occurrences(calendarId)).toEqual(expected);
    const { account } = await graph
      .data(
        `query ($id: ID!, $filter: FreeBusyFilter!) { calendar(id: $id) { account { freeBusy(filter: $filter) { nodes { start { dateTime } end { dateTime } busyStatus } } } } }`,
        { id: calendarId, filter: { from: '2026-03-08T00:00:00Z', to: '2026-03-09T00:00:00Z', managed: 'INCLUDE' } },
      )
      .then(({ calendar }) => calendar);
    expect(account.freeBusy.nodes).toEqual([
      { start: { dateTime: '2026-03-08T07:30:00Z' }, end: { dateTime: '2026-03-08T08:00:00Z' }, busyStatus: 'BUSY' },
    ]);
  });

  test('read from a file', async () => {
    const { calendarId } = await applicationCalendar(graph, 'gap from a file', 'Europe/London');
    const ics = [
      'BEGIN:VCALENDAR',
      'VERSION:2.0',
      'PRODID:-//x//EN',
      'BEGIN:VEVENT',
      'UID:early',
      'DTSTAMP:20260101T000000Z',
      'DTSTART;TZID=America/New_York:20260306T023000',
      'DURATION:PT30M',
      'RRULE:FREQ=DAILY;COUNT=5',
      'SUMMARY:early',
      'END:VEVENT',
      'END:VCALENDAR',
      '',
    ].join('\r\n');
    await graph.data(
      'mutation ($i: ImportIcsInput!) { importIcs(input: $i) { created userErrors { code message } } }',
      {
        i: { calendarId, ics },
      },
    );
    expect(await occurrences(calendarId)).toEqual(expected);
  });
});
