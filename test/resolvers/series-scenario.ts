/** semantics.md G9 through the graph, whatever keeps the calendar: a series with a history is cut, and the cut is undone. */
import { expect } from '@jest/globals';
import type { Loose, TestGraph } from '../setup/graph.ts';

export const timed = (dateTime: string, timeZone = 'Europe/London') => ({ timed: { dateTime, timeZone } });

const fields = `id key uid version summary start { dateTime date local timeZone } end { dateTime } recurrence { role rules originalStart { local } }`;

export const upsert = `mutation ($input: UpsertEventInput!) { upsertEvent(input: $input) {
  event { ${fields} attendees { email status } } userErrors { code path message } } }`;
export const update = `mutation ($input: UpdateEventInput!) { updateEvent(input: $input) {
  event { ${fields} } splitOff { ${fields} metadata attendees { email status } } operation { id status failure { code } }
  warnings { code path } userErrors { code path message } } }`;
export const remove = `mutation ($input: DeleteEventInput!) { deleteEvent(input: $input) {
  deletedId operation { id status } userErrors { code path message } } }`;

const winter = { from: '2026-10-01T00:00:00Z', to: '2027-04-01T00:00:00Z' };

/** Wall clocks of what takes place, in order; null where the series is gone. */
export async function meetings(graph: TestGraph, seriesId: string): Promise<string[] | null> {
  const { node } = await graph.data(
    `query ($id: ID!, $from: DateTime!, $to: DateTime!) { node(id: $id) { ... on CalendarEvent {
      occurrences(from: $from, to: $to) { nodes { start { local date } } } } } }`,
    { id: seriesId, ...winter },
  );
  if (node === null) return null;
  return node.occurrences.nodes.map(({ start }: Loose) => (start.date ?? start.local).slice(0, 16));
}

/** All that takes place in the calendar, the application's own and others'. */
export async function everything(graph: TestGraph, calendarId: string): Promise<string[]> {
  const { calendar } = await graph.data(
    `query ($id: ID!, $filter: EventFilter) { calendar(id: $id) { events(first: 500, filter: $filter) { nodes { start { local } } } } }`,
    { id: calendarId, filter: { ...winter, managed: 'INCLUDE' } },
  );
  return calendar.events.nodes.map(({ start }: Loose) => start.local.slice(0, 16)).sort();
}

export const oldMeetings = ['2026-11-02T10:00', '2026-11-16T10:00', '2026-11-23T10:00'];
export const newMeetings = [
  '2026-11-30T14:00',
  '2026-12-07T14:00',
  '2026-12-15T15:00',
  '2026-12-21T14:00',
  '2026-12-28T14:00',
  '2027-01-04T14:00',
];

/** Weekly, ten times, the second cancelled and the seventh moved. */
export async function seriesWithHistory(
  graph: TestGraph,
  calendarId: string,
  more: Record<string, unknown> = {},
): Promise<Loose> {
  const { upsertEvent } = await graph.data(upsert, {
    input: {
      calendarId,
      key: 'weekly',
      summary: 'Weekly',
      start: timed('2026-11-02T10:00:00Z'),
      end: timed('2026-11-02T11:00:00Z'),
      recurrence: ['RRULE:FREQ=WEEKLY;COUNT=10'],
      ...more,
    },
  });
  const { event } = upsertEvent;
  await graph.data(remove, { input: { id: `${event.id}_20261109T100000` } });
  await graph.data(update, {
    input: {
      id: `${event.id}_20261214T100000`,
      start: timed('2026-12-15T15:00:00Z'),
      end: timed('2026-12-15T16:00:00Z'),
    },
  });
  return event;
}

/** From the fifth on to 14:00. */
export function fromTheFifth(event: Loose, more: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    id: `${event.id}_20261130T100000`,
    scope: 'THIS_AND_FOLLOWING',
    start: timed('2026-11-30T14:00:00Z'),
    end: timed('2026-11-30T15:00:00Z'),
    ...more,
  };
}

/**
 * The whole case. `look` sees what an observer beside the graph sees in the calendar: starts as wall clocks in London, each that
 * takes place, in order; `null` where there is none to ask.
 */
export async function followingWithHistory(
  graph: TestGraph,
  calendarId: string,
  look: (() => Promise<readonly string[]>) | null,
  more: { readonly event?: Record<string, unknown>; readonly before?: (event: Loose) => Promise<void> } = {},
): Promise<Loose> {
  const event = await seriesWithHistory(graph, calendarId, more.event);
  await more.before?.(event);
  const { updateEvent } = await graph.data(update, { input: fromTheFifth(event) });
  expect(updateEvent.event).toMatchObject({ id: event.id, uid: event.uid });
  expect(updateEvent.event.recurrence.rules[0]).toBe('RRULE:FREQ=WEEKLY;UNTIL=20261130T095959Z');
  expect(updateEvent.operation.status).toBe('APPLIED');
  const { splitOff } = updateEvent;
  expect(splitOff.uid).not.toBe(event.uid);
  expect(splitOff).toMatchObject({ key: 'weekly+20261130T100000', start: { local: '2026-11-30T14:00:00+00:00' } });
  expect(splitOff.recurrence.rules).toEqual(['RRULE:FREQ=WEEKLY;COUNT=6']);

  expect(await meetings(graph, event.id)).toEqual(oldMeetings);
  expect(await meetings(graph, splitOff.id)).toEqual(newMeetings);
  expect(await everything(graph, calendarId)).toEqual([...oldMeetings, ...newMeetings]);
  if (look !== null) expect(await look()).toEqual([...oldMeetings, ...newMeetings]);

  // The moved one is the third of the new series now, at its own time.
  const { node } = await graph.data('query ($id: ID!) { node(id: $id) { ... on CalendarEvent { start { local } } } }', {
    id: `${splitOff.id}_20261214T140000`,
  });
  expect(node.start.local).toBe('2026-12-15T15:00:00+00:00');
  const ended = await graph.data('query ($id: ID!) { node(id: $id) { id } }', { id: `${event.id}_20261214T100000` });
  expect(ended.node).toBeNull();

  const undone = await graph.data(remove, { input: { id: `${splitOff.id}_20261130T140000`, scope: 'THIS_AND_FOLLOWING' } }); // biome-ignore format: one call
  expect(undone.deleteEvent.deletedId).toBe(splitOff.id);
  expect(await meetings(graph, splitOff.id)).toBeNull();
  expect(await everything(graph, calendarId)).toEqual(oldMeetings);
  if (look !== null) expect(await look()).toEqual(oldMeetings);
  return updateEvent;
}
