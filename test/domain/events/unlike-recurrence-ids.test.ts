/** RECURRENCE-IDs in another value type than their series', rules that nobody understands, and ids that are none. */
import { describe, expect, test } from '@jest/globals';
import { normaliseContent, sameVisibleContent } from '../../../domain/events/content.ts';
import { readCalendar } from '../../../domain/events/icalendar/read.ts';
import type { CalendarObject, EventContent } from '../../../domain/events/model.ts';
import { placeOf, readingOf } from '../../../domain/events/split-series.ts';
import { inputLimits, validateInput } from '../../../domain/events/validate.ts';
import { content, zones } from '../recurrence/fixtures.ts';

const context = { zones, calendarZone: 'Europe/London' };

describe('a RECURRENCE-ID that is a DATE on a timed series', () => {
  test.each([
    ['floating', 'DTSTART:20260302T100000', '20260303T100000'],
    ['in UTC', 'DTSTART:20260302T100000Z', '20260303T100000Z'],
    ['in UTC, before 1970', 'DTSTART:19650302T233000Z', '19650303T233000Z'],
    ['in a zone', 'DTSTART;TZID=Europe/London:20260302T100000', '20260303T100000'],
  ])('means the occurrence of that day: %s', (_, start, id) => {
    const day = id.slice(0, 8);
    const text = [
      'BEGIN:VCALENDAR',
      'BEGIN:VEVENT',
      'UID:a',
      start,
      'RRULE:FREQ=DAILY',
      'END:VEVENT',
      'BEGIN:VEVENT',
      'UID:a',
      `RECURRENCE-ID;VALUE=DATE:${day}`,
      `DTSTART:${day}T150000Z`,
      'END:VEVENT',
      'END:VCALENDAR',
      '',
    ].join('\r\n');
    const [object] = readCalendar(text, context).objects;
    expect(object?.exceptions.map((one) => one.recurrenceId)).toEqual([id]);
  });
});

const object = (master: EventContent): CalendarObject => ({
  uid: 'u',
  master,
  exceptions: [],
  sequence: 0,
  stampedAt: null,
  createdAt: null,
  updatedAt: null,
  marker: null,
});
const weekly = (rule: string, more: Partial<EventContent> = {}) =>
  content('2026-03-02T10:00:00 Europe/London', '2026-03-02T11:00:00 Europe/London', { rules: [rule], ...more });

test('rules that nobody understands are compared as they stand', () => {
  const one = object(weekly('RRULE:FREQ=FORTNIGHTLY'));
  expect(sameVisibleContent(one, object(weekly('RRULE:FREQ=FORTNIGHTLY')), context)).toBe(true);
  expect(sameVisibleContent(one, object(weekly('RRULE:FREQ=LUNAR')), context)).toBe(false);
});

test('a conference is what it says and where it is joined', () => {
  const held = { joinUrl: ' https://meet.example/1 ', providerName: ' Meet ' };
  const conferencing = { joinUrl: 'https://meet.example/1', providerName: 'Meet' };
  expect(normaliseContent(weekly('RRULE:FREQ=DAILY', { conferencing: held }), context).conferencing).toEqual(
    conferencing,
  );
  const one = object(weekly('RRULE:FREQ=DAILY', { conferencing }));
  expect(sameVisibleContent(one, object(weekly('RRULE:FREQ=DAILY', { conferencing: held })), context)).toBe(true);
  const elsewhere = { ...conferencing, joinUrl: 'https://meet.example/2' };
  expect(sameVisibleContent(one, object(weekly('RRULE:FREQ=DAILY', { conferencing: elsewhere })), context)).toBe(false);
});

test('an id that is none has no place in a series, any other has one', () => {
  const master = weekly('RRULE:FREQ=DAILY');
  const reading = readingOf(master, { zones, floatingZone: 'Europe/London' });
  expect(placeOf('tomorrow', reading, master)).toBeNull();
  expect(placeOf('20260330T090000Z', reading, master)).toMatchObject({
    start: { local: '2026-03-30T10:00:00' },
    end: { local: '2026-03-30T11:00:00' },
    rules: [],
  });
});

test('a conference and an address are checked like everything else', () => {
  const check = (input: Parameters<typeof validateInput>[0]) =>
    validateInput(input, { zones }).map(({ path, code }) => `${path.join('.')} ${code}`);
  const long = 'x'.repeat(inputLimits.name + 1);
  expect(check({ conferencing: { explicit: { joinUrl: 'https://meet.example/1', providerName: 'Meet' } } })).toEqual(
    [],
  );
  expect(check({ conferencing: { explicit: { joinUrl: 'https://meet.example/1' } } })).toEqual([]);
  expect(check({ conferencing: { explicit: { joinUrl: 'meet', providerName: long } } })).toEqual([
    'conferencing.explicit.joinUrl INVALID',
    'conferencing.explicit.providerName TOO_LONG',
  ]);
  expect(check({ attendees: { invite: [{ email: `${'x'.repeat(250)}@example.test` }] } })).toEqual([
    'attendees.invite.0.email TOO_LONG',
  ]);
});
