/** All-day is a day: Christmas in Auckland is Christmas, whoever asks from wherever, and is written back as a day. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { applicationCalendar, openGraph, type TestGraph } from '../../setup/graph.ts';
import { describeWithServer } from '../../setup/servers.ts';
import { type CalDavGraph, openCalDavGraph, resource } from '../caldav-graph.ts';

const christmas = ['DTSTART;VALUE=DATE:20261225', 'DTEND;VALUE=DATE:20261226', 'TRANSP:OPAQUE', 'SUMMARY:Christmas'];
const losAngeles = 'America/Los_Angeles';
const shown = { date: '2026-12-25', dateTime: null, local: '2026-12-25', timeZone: null };

interface Asked {
  readonly events: unknown[];
  readonly freeBusy: unknown[];
}

async function ask(graph: TestGraph, accountId: string, from: string, to: string, timeZone: string): Promise<Asked> {
  const filter = { from, to, timeZone, managed: 'INCLUDE' };
  const time = '{ date dateTime local timeZone }';
  const { account } = await graph.data(
    `query ($id: ID!, $events: EventFilter!, $free: FreeBusyFilter!) { account(id: $id) {
      events(filter: $events) { nodes { allDay start ${time} end { date } } }
      freeBusy(filter: $free) { nodes { start ${time} end { date } busyStatus } } } }`,
    { id: accountId, events: filter, free: filter },
  );
  return { events: account.events.nodes, freeBusy: account.freeBusy.nodes };
}

const theDay: Asked = {
  events: [{ allDay: true, start: shown, end: { date: '2026-12-26' } }],
  freeBusy: [{ start: shown, end: { date: '2026-12-26' }, busyStatus: 'BUSY' }],
};
const nothing: Asked = { events: [], freeBusy: [] };

function suite(open: () => { graph: TestGraph; accountId: string }): void {
  test('asked from Los Angeles it is the 25th, never the 24th', async () => {
    const { graph, accountId } = open();
    // The 25th there, from midnight to midnight …
    expect(await ask(graph, accountId, '2026-12-25T08:00:00Z', '2026-12-26T08:00:00Z', losAngeles)).toEqual(theDay);
    expect(await ask(graph, accountId, '2026-12-26T07:59:59Z', '2026-12-27T00:00:00Z', losAngeles)).toEqual(theDay);
    // … and neither the day before nor the one after.
    expect(await ask(graph, accountId, '2026-12-24T08:00:00Z', '2026-12-25T08:00:00Z', losAngeles)).toEqual(nothing);
    expect(await ask(graph, accountId, '2026-12-26T08:00:00Z', '2026-12-27T08:00:00Z', losAngeles)).toEqual(nothing);
  });

  test('asked in its own zone it is busy exactly from 2026-12-24T11:00Z to 2026-12-25T11:00Z', async () => {
    const { graph, accountId } = open();
    const asked = (from: string, to: string) => ask(graph, accountId, from, to, 'Pacific/Auckland');
    expect(await asked('2026-12-24T11:00:00Z', '2026-12-24T11:00:01Z')).toEqual(theDay);
    expect(await asked('2026-12-25T10:59:59Z', '2026-12-25T11:00:00Z')).toEqual(theDay);
    expect(await asked('2026-12-24T00:00:00Z', '2026-12-24T11:00:00Z')).toEqual(nothing);
    expect(await asked('2026-12-25T11:00:00Z', '2026-12-26T00:00:00Z')).toEqual(nothing);
  });

  test('whoever books from Los Angeles finds its owner busy from 2026-12-24T11:00Z to 2026-12-25T11:00Z, to the second', async () => {
    const { graph, accountId } = open();
    const input = {
      participants: [{ members: [{ accountId }] }],
      requiredDuration: 'PT1M',
      timeZone: losAngeles,
      search: { periods: [{ start: '2026-12-24T00:00:00Z', end: '2026-12-27T00:00:00Z' }] },
    };
    const { availability } = await graph.data(
      'query ($input: AvailabilityInput!) { availability(input: $input) { slots { start end } } }',
      { input },
    );
    expect(availability.slots).toEqual([
      { start: '2026-12-24T00:00:00Z', end: '2026-12-24T11:00:00Z' },
      { start: '2026-12-25T11:00:00Z', end: '2026-12-27T00:00:00Z' },
    ]);
  });
}

describe('All-day is a day', () => {
  describe('in an application calendar', () => {
    let graph: TestGraph;
    let accountId = '';
    beforeAll(async () => {
      graph = await openGraph();
      const made = await applicationCalendar(graph, 'christmas', 'Pacific/Auckland');
      accountId = made.accountId;
      await graph.data(
        'mutation ($input: UpsertEventInput!) { upsertEvent(input: $input) { event { id } userErrors { code message path } } }',
        {
          input: {
            calendarId: made.calendarId,
            key: 'christmas',
            summary: 'Christmas',
            busyStatus: 'BUSY',
            start: { date: '2026-12-25' },
            end: { date: '2026-12-26' },
          },
        },
      );
    });
    afterAll(() => graph.close());
    suite(() => ({ graph, accountId }));
  });

  describeWithServer('radicale', (server) => {
    let world: CalDavGraph;
    beforeAll(async () => {
      world = await openCalDavGraph(server(), { holidays: 'Pacific/Auckland' });
      await world.foreign('PUT', 'holidays/christmas.ics', resource('christmas', christmas));
      await world.poll();
    });
    afterAll(() => world.close());
    suite(() => world);

    test('written back it is VALUE=DATE still, on the same day', async () => {
      const { graph, calendarIds, foreign, poll } = world;
      const calendarId = calendarIds.get('holidays') ?? '';
      const { event } = await graph.data('query ($e: ExternalEventRef!) { event(by: { external: $e }) { id } }', {
        e: { calendarId, uid: 'christmas' },
      });
      const { updateEvent } = await graph.data(
        `mutation ($input: UpdateEventInput!) { updateEvent(input: $input) { operation { status } userErrors { code message path } } }`,
        { input: { id: event.id, summary: 'Merry Christmas' } },
      );
      expect(updateEvent.operation.status).toBe('APPLIED');
      const text = await foreign('GET', 'holidays/christmas.ics');
      expect(text).toMatch(/^DTSTART;VALUE=DATE:20261225\r?$/m);
      expect(text).toMatch(/^DTEND;VALUE=DATE:20261226\r?$/m);
      expect(text).toMatch(/^SUMMARY:Merry Christmas\r?$/m);
      await poll();
      const asked = await ask(graph, world.accountId, '2026-12-25T08:00:00Z', '2026-12-26T08:00:00Z', losAngeles);
      expect(asked).toEqual(theDay);
    });
  });
});
