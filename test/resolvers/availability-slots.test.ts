/** Query.availability through the whole graph, on calendars of a provider in memory and on calendars of ours. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { applicationCalendar, type Loose, openGraph, type TestGraph } from '../setup/graph.ts';

let graph: TestGraph;
beforeAll(async () => {
  graph = await openGraph();
});
afterAll(() => graph.close());

const document = `query ($input: AvailabilityInput!) { availability(input: $input) { truncated slots { start end } } }`;

describe('slots', () => {
  test('are where nothing is', async () => {
    const { accountId, calendarId } = await applicationCalendar(graph);
    await graph.data(
      `mutation ($input: UpsertEventInput!) { upsertEvent(input: $input) { event { id } userErrors { code message path } } }`,
      {
        input: {
          calendarId,
          key: 'one',
          summary: 'One',
          start: { timed: { dateTime: '2026-03-02T10:00:00Z', timeZone: 'Europe/London' } },
          end: { timed: { dateTime: '2026-03-02T11:00:00Z', timeZone: 'Europe/London' } },
        },
      },
    );
    const input = {
      participants: [{ members: [{ accountId }] }],
      requiredDuration: 'PT1H',
      format: 'SLOTS',
      search: { periods: [{ start: '2026-03-02T09:00:00Z', end: '2026-03-02T13:00:00Z' }] },
    };
    const first = await graph.run(document, { input });
    expect(first.errors).toEqual([]);
    expect(first.data.availability.slots.map((slot: Loose) => slot.start)).toEqual([
      '2026-03-02T09:00:00Z',
      '2026-03-02T11:00:00Z',
      '2026-03-02T12:00:00Z',
    ]);
    const second = await graph.run(document, { input });
    expect([second.sqlQueries, second.providerCalls]).toEqual([1, 0]);
    const more = await graph.run(
      `query ($input: AvailabilityInput!) { availability(input: $input) { truncated slots { start end token participants { account { id } group preferred bookings } }
      members { accountId status precision account { id } } freshness { asOf changesCursor stale { reason } } rejections { start reasons { kind account { id } calendar { id } event { id summary } busy { start end } } } } }`,
      { input },
    );
    console.log(JSON.stringify(more, null, 1));
    const bad = await graph.run(document, {
      input: {
        ...input,
        participants: [
          { members: [], required: 0 },
          { members: [{ accountId }, { accountId }, { accountId: 'acc_x' }], required: 4 },
        ],
        requiredDuration: 'PT0S',
        maxResults: 0,
      },
    });
    console.log(JSON.stringify(bad, null, 1));
  });
});
