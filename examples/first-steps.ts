/** An application calendar, a write that can be repeated, and a list in which a weekly meeting keeps its wall clock. */
import { demoCalendar, graph, upsertEvent } from './shared/graph.ts';

const calendarId = await demoCalendar('first-steps');
const input = {
  calendarId,
  key: 'weekly',
  summary: 'Weekly',
  start: { timed: { dateTime: '2026-03-20T09:00:00Z', timeZone: 'Europe/London' } },
  end: { timed: { dateTime: '2026-03-20T09:30:00Z', timeZone: 'Europe/London' } },
  recurrence: ['RRULE:FREQ=WEEKLY'],
};
type Written = { upsertEvent: { created: boolean; event: { id: string } } };
const first = await graph<Written>(upsertEvent, { input });
const second = await graph<Written>(upsertEvent, { input });
console.log(`created: ${first.upsertEvent.created}, then: ${second.upsertEvent.created}`);

const { calendar } = await graph<{ calendar: { events: { nodes: { start: { local: string } }[] } } }>(
  `query ($id: ID!) {
    calendar(id: $id) {
      events(first: 3, filter: { from: "2026-03-20T00:00:00Z", to: "2026-05-01T00:00:00Z", managed: ONLY }) {
        nodes { start { local } }
      }
    }
  }`,
  { id: calendarId },
);
for (const { start } of calendar.events.nodes) console.log(start.local);
