/** CONFERENCE lines (RFC 7986 §5.11) to where an event is joined, and back. */
import { describe, expect, test } from '@jest/globals';
import { conferenceLines, conferencingOf } from '../../../../domain/events/icalendar/conference.ts';
import { parseProperty } from '../../../../domain/events/icalendar/property.ts';

const read = (...lines: string[]) =>
  conferencingOf(lines.map((line) => parseProperty(line)).filter((property) => property !== null));

describe('a conference', () => {
  test('is the first web address; telephones are passed over', () => {
    expect(
      read(
        'CONFERENCE;VALUE=URI;FEATURE=PHONE,MODERATOR;LABEL=Moderator dial-in:tel:+1-412-555-0123,,,654321',
        'CONFERENCE;VALUE=URI;FEATURE=VIDEO;LABEL="Zoom, ours":https://zoom.us/j/1',
        'CONFERENCE;VALUE=URI:https://later.test/',
      ),
    ).toEqual({ joinUrl: 'https://zoom.us/j/1', providerName: 'Zoom, ours' });
  });

  test.each([
    'CONFERENCE:javascript:alert(1)',
    'CONFERENCE:https://',
    `CONFERENCE:https://a.test/${'x'.repeat(2_048)}`,
  ])('is none where nobody can open it: %.40s', (line) => {
    expect(read(line)).toBeNull();
  });

  test.each(['Zoom', 'Zoom, "ours": one', 'a\nb', null])('comes back as it was written: %j', (providerName) => {
    const [line = ''] = conferenceLines({ joinUrl: 'https://example.test/j?a=1,2;b', providerName });
    const back = read(line);
    expect(back?.joinUrl).toBe('https://example.test/j?a=1,2;b');
    expect(back?.providerName?.replaceAll('\n', ' ') ?? null).toBe(providerName?.replaceAll('\n', ' ') ?? null);
  });

  test('that is none has no line', () => {
    expect(conferenceLines(null)).toEqual([]);
  });
});
