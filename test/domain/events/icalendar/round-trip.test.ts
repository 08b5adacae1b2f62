import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import ICAL from 'ical.js';
import { sameVisibleContent, visibleContent } from '../../../../domain/events/content.ts';
import { eachLine } from '../../../../domain/events/icalendar/components.ts';
import { octets } from '../../../../domain/events/icalendar/limits.ts';
import { readCalendar } from '../../../../domain/events/icalendar/read.ts';
import { writeObject } from '../../../../domain/events/icalendar/write.ts';
import type { CalendarObject } from '../../../../domain/events/model.ts';
import { context, object, zones } from './arbitrary.ts';

const seed = 20261122;
const now = Date.parse('2026-11-22T12:00:00Z');
const write = (value: CalendarObject, raw: string | null = null) =>
  writeObject(value, {
    raw,
    zones,
    calendarZone: 'Europe/London',
    marker: null,
    now,
    productId: '-//Meridian//Test//EN',
  });

function readOne(text: string): CalendarObject {
  const reading = readCalendar(text, context);
  expect(reading.skipped).toEqual([]);
  expect(reading.warnings).toEqual([]);
  expect(reading.objects).toHaveLength(1);
  const [only] = reading.objects;
  if (only === undefined) throw new Error('nothing was read');
  return only;
}

describe('what is written is read again', () => {
  test('from nothing', () => {
    fc.assert(
      fc.property(object, (value) => {
        const read = readOne(write(value));
        expect(read.uid).toBe(value.uid);
        expect(read.master).toEqual(value.master);
        expect(read.exceptions).toEqual(value.exceptions);
        expect(read.sequence).toBe(value.sequence);
        expect(sameVisibleContent(read, value, context)).toBe(true);
      }),
      { numRuns: 120, seed },
    );
  });

  test('over another version of the same, whose unknown properties survive', () => {
    fc.assert(
      fc.property(object, object, (before, after) => {
        const old = write({ ...before, uid: after.uid })
          .replaceAll(
            'END:VEVENT',
            'X-KEEP;X-P="a:b":kept\\, as it is\r\nCONTACT;X-P=1:https://example.org/a\r\nEND:VEVENT',
          )
          .replaceAll('END:VALARM', 'X-ALARM:kept\r\nEND:VALARM');
        const text = write(after, old);
        const read = readOne(text);
        expect(read.master).toEqual(after.master);
        expect(read.exceptions).toEqual(after.exceptions);
        expect(text).toContain('X-KEEP;X-P="a:b":kept\\, as it is\r\nCONTACT;X-P=1:https://example.org/a\r\n');
      }),
      { numRuns: 120, seed },
    );
  });

  test('and the same written over itself changes no line', () => {
    fc.assert(
      fc.property(object, (value) => {
        const text = write(value);
        expect(write(value, text)).toBe(text);
      }),
      { numRuns: 120, seed },
    );
  });
});

describe('what is written is RFC 5545', () => {
  test('lines of at most 75 octets that end in CRLF, and nothing that ical.js reads otherwise', () => {
    fc.assert(
      fc.property(object, (value) => {
        const text = write(value);
        expect(text.endsWith('END:VCALENDAR\r\n')).toBe(true);
        for (const line of text.split('\r\n')) {
          expect(line).not.toMatch(/[\r\n]/);
          expect(octets(line)).toBeLessThanOrEqual(75);
        }
        const root = new ICAL.Component(ICAL.parse(text) as unknown[]);
        const events = root.getAllSubcomponents('vevent');
        const contents = [value.master, ...value.exceptions.map((exception) => exception.content)];
        expect(events).toHaveLength(contents.length);
        for (const [at, event] of events.entries()) {
          const expected = contents[at];
          const first = (name: string) => event.getFirstPropertyValue(name);
          expect(event.getFirstPropertyValue('uid')).toBe(value.uid);
          expect(first('summary') ?? null).toBe(expected?.summary ?? null);
          expect(first('description') ?? null).toBe(expected?.description ?? null);
          const categories = event.getAllProperties('categories').flatMap((property) => property.getValues());
          // ical.js takes the comma after an escaped backslash for an escaped comma.
          if (!JSON.stringify(expected?.categories).includes('\\')) expect(categories).toEqual(expected?.categories);
          expect(event.getAllProperties('attendee').map((property) => property.getFirstValue())).toEqual(
            expected?.attendees.map((attendee) => attendee.uri),
          );
          for (const [index, property] of event.getAllProperties('attendee').entries()) {
            const name = expected?.attendees[index]?.name ?? null;
            // ical.js takes backslashes out of parameters, which RFC 5545 §3.2 does not.
            if (name?.includes('\\') !== true) expect(property.getParameter('cn') ?? null).toBe(name);
          }
        }
      }),
      { numRuns: 120, seed },
    );
  });

  test('every TZID has its VTIMEZONE, every property stands once', () => {
    const single = new Set([
      'UID',
      'DTSTAMP',
      'DTSTART',
      'DTEND',
      'DURATION',
      'SUMMARY',
      'STATUS',
      'TRANSP',
      'SEQUENCE',
      'RECURRENCE-ID',
      'COLOR',
      'GEO',
      'LOCATION',
    ]);
    fc.assert(
      fc.property(object, object, (before, after) => {
        const text = write(after, write({ ...before, uid: after.uid }));
        const defined = new Set<string>();
        const named = new Set<string>();
        let seen = new Set<string>();
        eachLine(text, 1e9, (line) => {
          if (line === null) return;
          const name = /^[A-Z-]+/.exec(line)?.[0] ?? '';
          if (line.startsWith('BEGIN:')) seen = new Set();
          if (single.has(name)) expect(seen.has(name)).toBe(false);
          seen.add(name);
          if (line.startsWith('TZID:')) defined.add(line.slice(5));
          const zone = /;TZID=([^:;]+)/.exec(line)?.[1];
          if (zone !== undefined && /^(DTSTART|DTEND|RDATE|EXDATE|RECURRENCE-ID)/.test(line)) named.add(zone);
        });
        expect(defined).toEqual(named);
      }),
      { numRuns: 120, seed },
    );
  });
});

test('visible content is the same whatever the order of lists', () => {
  fc.assert(
    fc.property(object, (value) => {
      const { master } = value;
      if (master === null) return;
      const turned = {
        ...value,
        sequence: value.sequence + 1,
        stampedAt: 5,
        marker: 'x',
        exceptions: [...value.exceptions].reverse(),
        master: {
          ...master,
          attendees: [...master.attendees].reverse(),
          categories: [...master.categories].reverse(),
          reminders: [...master.reminders].reverse(),
          rules: [...master.rules].reverse(),
        },
      };
      expect(visibleContent(turned, context)).toBe(visibleContent(value, context));
    }),
    { numRuns: 120, seed },
  );
});
