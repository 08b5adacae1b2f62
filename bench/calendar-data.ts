/** Calendars of made-up events, alike for every bench. */

/** One calendar object: mostly singles, every fiftieth a weekly series. */
export function calendarObject(number: number, summary = `Event number ${number}`): string {
  const at = new Date(Date.UTC(2025, 0, 1) + ((number * 7_919) % (730 * 24)) * 3_600_000);
  const local = at.toISOString().replace(/[-:]|\.\d+Z$/g, '');
  const rule = number % 50 === 0 ? 'RRULE:FREQ=WEEKLY\r\n' : '';
  return [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//bench//EN',
    'BEGIN:VEVENT',
    `UID:bench-${number}@example.org`,
    'DTSTAMP:20260101T000000Z',
    `DTSTART;TZID=Europe/London:${local}`,
    'DURATION:PT1H',
    `SUMMARY:${summary}`,
    `DESCRIPTION:${'Some words about it. '.repeat(8)}`,
    'LOCATION:Room 1',
    'ATTENDEE;CN=Bob;PARTSTAT=ACCEPTED:mailto:bob@example.org',
    'ORGANIZER;CN=Alice:mailto:alice@example.org',
    `${rule}END:VEVENT`,
    'END:VCALENDAR',
    '',
  ].join('\r\n');
}
