/** What an input may say of an event's files and triggers, and what a calendar's text makes of them. */
import { describe, expect, test } from '@jest/globals';
import { normaliseContent, sameVisibleContent } from '../../../domain/events/content.ts';
import { attachmentLines } from '../../../domain/events/icalendar/attachments.ts';
import { readCalendar } from '../../../domain/events/icalendar/read.ts';
import { writeObject } from '../../../domain/events/icalendar/write.ts';
import type { CalendarObject, EventContent } from '../../../domain/events/model.ts';
import { applyPatch, type PatchContext } from '../../../domain/events/patch.ts';
import { parseOffset, triggersOf } from '../../../domain/events/triggers.ts';
import { validateInput } from '../../../domain/events/validate.ts';
import { systemZones } from '../../../domain/time/system-zones.ts';

const zones = systemZones('test');
const reading = { zones, calendarZone: 'Europe/London' };
const context: PatchContext = { ...reading, owner: null, ownerAddresses: [], defaultReminders: [] };

function read(...lines: string[]): { object: CalendarObject; content: EventContent; raw: string } {
  const text = ['BEGIN:VCALENDAR', 'VERSION:2.0', 'BEGIN:VEVENT', 'UID:one', 'DTSTAMP:20260301T000000Z', 'DTSTART:20260303T100000Z', 'DTEND:20260303T110000Z', 'SUMMARY:One', ...lines, 'END:VEVENT', 'END:VCALENDAR', ''].join('\r\n'); // biome-ignore format: one text
  const found = readCalendar(text, reading);
  const [object] = found.objects;
  if (object?.master == null) throw new Error('not read');
  return { object, content: object.master, raw: found.raws.get('one') ?? '' };
}

const files = ['ATTACH;FMTTYPE=text/plain:https://files.example/a', 'ATTACH:https://files.example/b'];
const web = 'CONFERENCE;VALUE=URI;LABEL=Ours:https://calls.example/room';
const phone = 'CONFERENCE;VALUE=URI;FEATURE=PHONE;LABEL=Moderator:tel:+15550123,,,4711';

describe('files', () => {
  const { object, content, raw } = read(...files);
  const [a, b] = content.attachments ?? [];
  if (a === undefined || b === undefined) throw new Error('two were expected');
  const errors = (had: EventContent, attachmentIds: readonly string[] | null) => {
    try {
      return applyPatch(had, { attachmentIds }, context).attachments;
    } catch (error) {
      return (error as { errors: { code: string; path: string[] }[] }).errors.map(
        ({ code, path }) => `${code} ${path.join('.')}`,
      );
    }
  };

  test('stay where nothing is said of them, go one by one, take another order, and go', () => {
    expect(applyPatch(content, { summary: 'Two' }, context).attachments).toEqual([a, b]);
    expect(errors(content, [b.id, a.id])).toEqual([b, a]);
    expect(errors(content, [b.id])).toEqual([b]);
    expect(errors(content, [])).toEqual([]);
    expect(errors(content, null)).toEqual([]);
  });

  test('that the event has not, or that come twice, are refused by their places', () => {
    expect(errors(content, [a.id, 'att_other', a.id])).toEqual([
      'NOT_FOUND attachmentIds.1',
      'DUPLICATE attachmentIds.2',
    ]);
    expect(errors(read().content, [a.id])).toEqual(['NOT_FOUND attachmentIds.0']);
  });

  test('are what is seen of an event by their addresses alone', () => {
    const other = read('ATTACH;FMTTYPE=text/html:https://files.example/b', 'ATTACH:https://files.example/a').object;
    expect(sameVisibleContent(object, other, reading)).toBe(true);
    expect(sameVisibleContent(object, read(files[0] ?? '').object, reading)).toBe(false);
    expect(sameVisibleContent({ ...object, master: { ...content, attachments: [] } }, read().object, reading)).toBe(
      true,
    );
  });

  test('beside a line that is none: it stays as it is', () => {
    expect(attachmentLines(['ATTACH', ...files], [b])).toEqual([files[1], 'ATTACH']);
  });

  test('that are left out leave the text, the others keep their lines', () => {
    const left = { ...object, master: { ...content, attachments: [a] } };
    const text = writeObject(left, { raw, ...reading, marker: null, now: 0, productId: 'x' });
    expect(text.match(/^ATTACH.*$/gm)).toEqual([files[0]]);
  });
});

describe('telephone numbers of a conference', () => {
  const { object, content, raw } = read(web, phone);
  const explicit = (joinUrl: string) =>
    applyPatch(content, { conferencing: { explicit: { joinUrl, providerName: 'Mine' } } }, context);

  test('stay with the same address and its line, and go with another', () => {
    const kept = explicit('https://calls.example/room');
    expect(kept.conferencing?.dialIn).toEqual([{ phoneNumber: '+15550123', pin: '4711' }]);
    const text = writeObject({ ...object, master: kept }, { raw, ...reading, marker: null, now: 0, productId: 'x' });
    expect(text.match(/^CONFERENCE.*$/gm)).toEqual(['CONFERENCE;VALUE=URI;FEATURE=VIDEO;LABEL=Mine:https://calls.example/room', phone]); // biome-ignore format: two lines
    expect(explicit('https://calls.example/other').conferencing).toEqual({
      joinUrl: 'https://calls.example/other',
      providerName: 'Mine',
    });
  });

  test('go with their conference', () => {
    const { conferencing: _gone, ...without } = content;
    const text = writeObject({ ...object, master: without }, { raw, ...reading, marker: null, now: 0, productId: 'x' });
    expect(text).not.toContain('CONFERENCE');
  });

  test('can be seen: an event without them is another one', () => {
    expect(sameVisibleContent(object, read(web, phone).object, reading)).toBe(true);
    expect(sameVisibleContent(object, read(web).object, reading)).toBe(false);
    expect(normaliseContent(content, reading).conferencing).toEqual(content.conferencing);
  });
});

describe('triggers', () => {
  const trigger = (key: string, offset = '-PT15M') => ({ key, anchor: 'START' as const, offset });
  const errors = (...triggers: ReturnType<typeof trigger>[]) =>
    validateInput({ triggers }, { zones }).map(({ code, path }) => `${code} ${path.join('.')}`);

  test('ten of them, each key once, at most a year away', () => {
    const many = (count: number) => Array.from({ length: count }, (_, at) => trigger(`${at}`));
    expect(errors(...many(10))).toEqual([]);
    expect(errors(...many(11))).toEqual(['LIMIT_EXCEEDED triggers']);
    expect(
      errors(trigger('a'), trigger(''), trigger('a', 'P365D'), trigger('b', '-P365DT1S'), trigger('c', 'P1M')),
    ).toEqual([
      'INVALID triggers.1.key',
      'DUPLICATE triggers.2.key',
      'OUT_OF_RANGE triggers.3.offset',
      'OUT_OF_RANGE triggers.4.offset',
    ]);
  });

  test('are kept in seconds; none are none', () => {
    expect(triggersOf(null)).toEqual([]);
    expect(triggersOf([trigger('a'), trigger('b', 'P1D')])).toEqual([
      { key: 'a', anchor: 'START', offset: -900 },
      { key: 'b', anchor: 'START', offset: 86_400 },
    ]);
    expect([parseOffset('soon'), parseOffset('P100001D'), Object.is(parseOffset('-PT0S'), 0)]).toEqual([
      null,
      null,
      true,
    ]);
  });
});
