/** Several writes in one, a series that is cut and goes on at another hour, and a feed that other programs subscribe to. */
import { demoCalendar, graph, operation } from './shared/graph.ts';

const calendarId = await demoCalendar('series-and-feed');
const weekly = (key: string, hour: string) => ({
  upsert: {
    calendarId,
    key,
    summary: key,
    start: { timed: { dateTime: `2026-03-02T${hour}:00:00Z`, timeZone: 'Europe/London' } },
    end: { timed: { dateTime: `2026-03-02T${hour}:30:00Z`, timeZone: 'Europe/London' } },
    recurrence: ['RRULE:FREQ=WEEKLY;COUNT=10'],
  },
});
type Batch = { batchEvents: { results: { event: { id: string } | null; userErrors: { message: string }[] }[] } };
const { batchEvents } = await graph<Batch>(operation('write-events'), {
  input: { operations: [weekly('Planning', '09'), weekly('Review', '15')] },
});
console.log(`written: ${batchEvents.results.filter(({ event }) => event !== null).length}`);

type Occurrences = { event: { occurrences: { nodes: { id: string; start: { local: string } }[] } } };
const { event } = await graph<Occurrences>(operation('occurrences'), {
  calendarId,
  key: 'Planning',
  from: '2026-03-01T00:00:00Z',
  to: '2026-06-01T00:00:00Z',
});
const fifth = event.occurrences.nodes[4];
type Cut = {
  updateEvent: { splitOff: { key: string; recurrence: { rules: string[] } }; userErrors: { message: string }[] };
};
const { updateEvent } = await graph<Cut>(operation('change-from-here-on'), {
  id: fifth?.id,
  followingKey: 'Planning, later',
  // The fifth Monday is summer time in London: 14:00 there is 13:00Z.
  start: '2026-03-30T13:00:00Z',
  end: '2026-03-30T13:30:00Z',
  timeZone: 'Europe/London',
});
console.log(`goes on as: ${updateEvent.splitOff.key}, ${updateEvent.splitOff.recurrence.rules.join(' ')}`);

type Feed = { setIcsFeed: { calendar: { icsUrl: string } } };
const { setIcsFeed } = await graph<Feed>(operation('publish-feed'), { calendarId });
const feed = await (await fetch(setIcsFeed.calendar.icsUrl)).text();
console.log(`series in the feed: ${feed.match(/^BEGIN:VEVENT/gm)?.length}`);
