/** iCalendar texts as CalDAV carries them, by the rules of domain/events/icalendar. */
import { readCalendar } from '../../../domain/events/icalendar/read.ts';
import { writeTimeZone } from '../../../domain/events/icalendar/vtimezone.ts';
import { writeObject } from '../../../domain/events/icalendar/write.ts';
import type { CalendarObject, Instant, ZoneName } from '../../../domain/events/model.ts';
import type { SchedulingRequest } from '../../../domain/events/scheduling.ts';
import type { ZoneData } from '../../../domain/time/zone-data.ts';
import type { ReadTexts } from './reading.ts';

/** The object's text, in which what we do not know of `raw` survives. */
export type WriteText = (
  object: CalendarObject,
  raw: string | null,
  calendarZone: ZoneName | null,
  scheduling?: SchedulingRequest | null,
) => string;

export interface CalendarTexts {
  readonly read: ReadTexts;
  readonly write: WriteText;
  /** CALDAV:calendar-timezone (RFC 4791 §5.2.2): a whole calendar object with one VTIMEZONE; null for an unknown zone. */
  timeZone(zone: ZoneName): string | null;
}

export interface CalendarTextsOptions {
  readonly zones: ZoneData;
  /** Milliseconds since the epoch. */
  readonly now: () => Instant;
  /** PRODID. */
  readonly productId?: string;
}

/** Reads and writes in this thread; `read` may be replaced by one that reads in workers. */
export function calendarTexts(options: CalendarTextsOptions): CalendarTexts {
  const { zones, now, productId = '-//Meridian//Meridian//EN' } = options;
  return {
    read: (texts, calendarZone) => texts.map((text) => readCalendar(text, { zones, calendarZone })),
    write: (object, raw, calendarZone, scheduling = null) =>
      writeObject(object, { raw, zones, calendarZone, marker: object.marker, now: now(), productId, scheduling }),
    timeZone(name) {
      const zone = zones.canonical(name);
      if (zone === null) return null;
      const year = new Date(now()).getUTCFullYear();
      const component = writeTimeZone(zone, year, year + 5, zones);
      return `BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:${productId}\r\n${component}END:VCALENDAR\r\n`;
    },
  };
}
