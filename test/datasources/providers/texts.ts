/** iCalendar texts of the connector tests, and how they are read. */
import { calendarTexts } from '../../../datasources/providers/caldav/texts.ts';
import type { CalendarObject } from '../../../domain/events/model.ts';
import { systemZones } from '../../../domain/time/system-zones.ts';

export const zones = systemZones(process.versions['tz'] ?? 'unknown');

export const texts = calendarTexts({ zones, now: () => Date.UTC(2026, 10, 22, 12) });

/** The one object of a text. */
export function objectOf(text: string): CalendarObject {
  const [outcome] = texts.read([text], null) as ReturnType<typeof texts.read> &
    readonly { objects: readonly CalendarObject[] }[];
  const object = outcome?.objects[0];
  if (object === undefined) throw new Error(`no event in ${text}`);
  return object;
}

export function calendar(...components: readonly string[]): string {
  return lines('BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//Another client//EN', ...components, 'END:VCALENDAR');
}

export function lines(...all: readonly string[]): string {
  return all.map((line) => `${line.replace(/\r?\n$/, '').replaceAll(/\r?\n/g, '\r\n')}\r\n`).join('');
}

/** A single event of one hour. */
export function single(uid: string, summary = 'Lunch', start = '20260309T120000Z'): string {
  return calendar(
    'BEGIN:VEVENT',
    `UID:${uid}`,
    'DTSTAMP:20260101T000000Z',
    `DTSTART:${start}`,
    'DURATION:PT1H',
    `SUMMARY:${summary}`,
    'END:VEVENT',
  );
}

/** Weekly with one cancelled and one moved occurrence, and with what we know nothing of. */
export function series(uid: string): string {
  return calendar(
    'BEGIN:VTIMEZONE',
    'TZID:Europe/London',
    'BEGIN:DAYLIGHT',
    'TZOFFSETFROM:+0000',
    'TZOFFSETTO:+0100',
    'TZNAME:BST',
    'DTSTART:19700329T010000',
    'RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU',
    'END:DAYLIGHT',
    'BEGIN:STANDARD',
    'TZOFFSETFROM:+0100',
    'TZOFFSETTO:+0000',
    'TZNAME:GMT',
    'DTSTART:19701025T020000',
    'RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU',
    'END:STANDARD',
    'END:VTIMEZONE',
    'BEGIN:VEVENT',
    `UID:${uid}`,
    'DTSTAMP:20260101T000000Z',
    'DTSTART;TZID=Europe/London:20260302T100000',
    'DTEND;TZID=Europe/London:20260302T110000',
    'RRULE:FREQ=WEEKLY;COUNT=10',
    'EXDATE;TZID=Europe/London:20260309T100000',
    'SUMMARY:Weekly',
    'X-ANOTHER-CLIENT;X-PARAMETER=1:kept',
    'BEGIN:VALARM',
    'ACTION:DISPLAY',
    'DESCRIPTION:Soon',
    'TRIGGER:-PT15M',
    'X-ALARM-OF-ANOTHER:kept too',
    'END:VALARM',
    'END:VEVENT',
    'BEGIN:VEVENT',
    `UID:${uid}`,
    'RECURRENCE-ID;TZID=Europe/London:20260316T100000',
    'DTSTAMP:20260101T000000Z',
    'DTSTART;TZID=Europe/London:20260317T150000',
    'DTEND;TZID=Europe/London:20260317T160000',
    'SUMMARY:Weekly\\, moved',
    'X-ON-THE-EXCEPTION:kept as well',
    'END:VEVENT',
  );
}

export function toDo(uid: string): string {
  return calendar('BEGIN:VTODO', `UID:${uid}`, 'DTSTAMP:20260101T000000Z', 'SUMMARY:Buy milk', 'END:VTODO');
}
