/** A file streamed in, twice, and when its owner is busy. */
import { authorization, demoCalendar, graph, operation, serviceUrl } from './shared/graph.ts';

const calendarId = await demoCalendar('import');
const file = `BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//example//EN
BEGIN:VEVENT
UID:lunch@example.org
DTSTAMP:20260101T000000Z
DTSTART;TZID=Europe/London:20260601T120000
DTEND;TZID=Europe/London:20260601T130000
RRULE:FREQ=DAILY;COUNT=3
SUMMARY:Lunch
END:VEVENT
END:VCALENDAR
`;
for (let time = 1; time <= 2; time++) {
  const response = await fetch(`${serviceUrl}/import/${calendarId}`, {
    method: 'POST',
    headers: { 'content-type': 'text/calendar', authorization },
    body: file,
  });
  const { created, unchanged } = (await response.json()) as { created: number; unchanged: number };
  console.log(`created ${created}, unchanged ${unchanged}`);
}
const { calendar } = await graph<{
  calendar: { account: { freeBusy: { nodes: { busyStatus: string; start: { local: string } }[] } } };
}>(operation('free-busy'), {
  calendarId,
  from: '2026-06-01T00:00:00Z',
  to: '2026-06-08T00:00:00Z',
  timeZone: 'Europe/London',
});
for (const { busyStatus, start } of calendar.account.freeBusy.nodes) console.log(busyStatus, start.local);
