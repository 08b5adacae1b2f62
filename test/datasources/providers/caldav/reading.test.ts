/** What of a delivered text is stored, and what of it is said in the journal. */
import { describe, expect, test } from '@jest/globals';
import { readDelivered } from '../../../../datasources/providers/caldav/reading.ts';
import { calendarTexts } from '../../../../datasources/providers/caldav/texts.ts';
import { systemZones } from '../../../../domain/time/system-zones.ts';

const { read } = calendarTexts({ zones: systemZones(process.versions['tz'] ?? ''), now: () => 0 });

const delivered = (uid: string, start: string) => ({
  remoteId: `/${uid}.ics`,
  etag: '"1"',
  text: `BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nBEGIN:VEVENT\r\nUID:${uid}\r\nDTSTAMP:20260101T000000Z\r\nDTSTART${start}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n`,
});

describe('readDelivered', () => {
  test("a time zone that nobody knows is read as the calendar's, and named once", async () => {
    const unknown = ';TZID=Middle/Earth:20260701T090000';
    const page = [delivered('a', unknown), delivered('b', unknown), delivered('c', ';TZID=US/Eastern:20260701T090000')];
    const { resources, skipped } = await readDelivered(page, read, 'Europe/London');
    expect(skipped).toEqual([]);
    expect(resources.map(({ object }) => object.master?.start)).toMatchObject([
      { zone: 'Europe/London', local: '2026-07-01T09:00:00' },
      { zone: 'Europe/London' },
      { zone: 'US/Eastern' },
    ]);
    expect(resources.map((resource) => resource.skipped)).toEqual([
      [
        {
          uid: 'a',
          line: 4,
          reason:
            'TIME_ZONE_SUBSTITUTED: The time zone "Middle/Earth" is unknown and not usably defined; its times are read in Europe/London.',
        },
      ],
      [],
      [],
    ]);
  });
});
