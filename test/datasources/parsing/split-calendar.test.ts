import { readdirSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { decodeCalendar } from '../../../datasources/parsing/decode.ts';
import {
  type CalendarChunk,
  documentLine,
  type SplitOptions,
  splitCalendar,
} from '../../../datasources/parsing/split-calendar.ts';
import { readCalendar } from '../../../domain/events/icalendar/read.ts';
import type { SkippedComponent } from '../../../domain/events/model.ts';
import { systemZones } from '../../../domain/time/system-zones.ts';

const options = { zones: systemZones('test'), calendarZone: 'Europe/London' };

/** The document in pieces of a size, as a socket would bring them. */
async function* pieces(document: string | Uint8Array, size = 1000): AsyncGenerator<Uint8Array> {
  const bytes = typeof document === 'string' ? Buffer.from(document) : document;
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function split(
  document: string | Uint8Array,
  splitOptions: SplitOptions = {},
  size?: number,
): Promise<CalendarChunk[]> {
  return collect(splitCalendar(pieces(document, size), splitOptions));
}

async function collect<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const found: Item[] = [];
  for await (const item of items) found.push(item);
  return found;
}

function readAll(chunks: readonly CalendarChunk[]) {
  const objects = [];
  const skipped: SkippedComponent[] = [];
  for (const chunk of chunks) {
    const reading = readCalendar(chunk.text, options);
    objects.push(...reading.objects);
    skipped.push(...chunk.skipped);
    for (const skip of reading.skipped)
      skipped.push({ ...skip, line: skip.line === null ? null : documentLine(chunk, skip.line) });
  }
  return { objects, skipped: skipped.sort((a, b) => (a.line ?? 0) - (b.line ?? 0)) };
}

const zone = [
  'BEGIN:VTIMEZONE',
  'TZID:Ship',
  'BEGIN:STANDARD',
  'DTSTART:19700101T000000',
  'TZOFFSETFROM:+0117',
  'TZOFFSETTO:+0117',
  'END:STANDARD',
  'END:VTIMEZONE',
];
const event = (uid: string, ...lines: string[]) => [
  'BEGIN:VEVENT',
  `UID:${uid}`,
  'DTSTART:20260413T120000Z',
  ...lines,
  'END:VEVENT',
];
const calendar = (...lines: string[]) =>
  `${['BEGIN:VCALENDAR', 'VERSION:2.0', ...lines, 'END:VCALENDAR'].join('\r\n')}\r\n`;

describe('a document in parts reads as the whole', () => {
  const many = Array.from({ length: 300 }, (_, at) => event(`u${at}`, `SUMMARY:${'x'.repeat(at)}`)).flat();

  test.each([1, 7, 1000, 1_000_000])('whatever the pieces are that it comes in: %i bytes', async (size) => {
    const text = calendar('X-WR-TIMEZONE:Asia/Tokyo', ...many);
    const chunks = await split(text, { chunkBytes: 5_000 }, size);
    expect(chunks.length).toBeGreaterThan(5);
    const whole = readCalendar(text, options);
    expect(readAll(chunks)).toEqual({ objects: whole.objects, skipped: [] });
    for (const chunk of chunks) expect(readCalendar(chunk.text, options).calendarZone).toBe('Asia/Tokyo');
  });

  test('an exception comes with its master, however far apart they stand', async () => {
    const text = calendar(
      ...event('series', 'RRULE:FREQ=DAILY'),
      ...many,
      ...event('series', 'RECURRENCE-ID:20260414T120000Z', 'SUMMARY:moved'),
    );
    const { objects } = readAll(await split(text, { chunkBytes: 2_000 }));
    const series = objects.filter((object) => object.uid === 'series');
    expect(series).toHaveLength(1);
    expect(series[0]?.exceptions).toHaveLength(1);
  });

  test('a time zone is where its events are, also when it stands behind them', async () => {
    const text = calendar(
      ...many.slice(0, 500),
      'BEGIN:VEVENT',
      'UID:at-sea',
      'DTSTART;TZID=Ship:20260701T090000',
      'END:VEVENT',
      ...many.slice(500),
      ...zone,
    );
    const chunks = await split(text, { chunkBytes: 3_000 });
    expect(chunks.filter((chunk) => chunk.text.includes('VTIMEZONE'))).toHaveLength(1);
    expect(readAll(chunks).objects).toEqual(readCalendar(text, options).objects);
  });

  test('what is refused has its line in the document', async () => {
    const text = calendar(...many, 'BEGIN:VEVENT', 'UID:bad', 'END:VEVENT', ...event('last'));
    const { skipped } = readAll(await split(text, { chunkBytes: 4_000 }));
    expect(skipped).toEqual([{ uid: 'bad', line: 1503, reason: 'expected a DTSTART, came none' }]);
    expect(text.split('\r\n')[1502]).toBe('BEGIN:VEVENT');
  });

  test.each([
    ['bare LF', (text: string) => Buffer.from(text.replaceAll('\r\n', '\n'))],
    ['bare CR', (text: string) => Buffer.from(text.replaceAll('\r\n', '\r'))],
    ['a byte order mark', (text: string) => Buffer.from(`\ufeff${text}`)],
    ['UTF-16', (text: string) => Buffer.from(`\ufeff${text}`, 'utf16le')],
    ['folded UIDs', (text: string) => Buffer.from(text.replaceAll('UID:', 'U\r\n I\r\n D:'))],
    ['lower case', (text: string) => Buffer.from(text.replace(/^(BEGIN|END|UID)/gm, (name) => name.toLowerCase()))],
    ['no VCALENDAR', (text: string) => Buffer.from(text.replace(/^(BEGIN|END):VCALENDAR\r\n/gm, ''))],
    ['no END:VCALENDAR', (text: string) => Buffer.from(text.replace(/^END:VCALENDAR\r\n/gm, ''))],
  ])('%s', async (_, change) => {
    const { objects } = readAll(await split(change(calendar(...many)), { chunkBytes: 5_000 }, 333));
    expect(objects.map((object) => object.uid)).toEqual(Array.from({ length: 300 }, (__, at) => `u${at}`));
  });

  describe('however the stream cuts the beginning of the document', () => {
    const text = calendar('X-WR-TIMEZONE:Asia/Tokyo', ...event('first'), ...event('last'));
    const documents = {
      'without a byte order mark': Buffer.from(text),
      "with UTF-8's byte order mark": Buffer.from(`\ufeff${text}`),
      "with UTF-16's byte order mark": Buffer.from(`\ufeff${text}`, 'utf16le'),
      "with big-endian UTF-16's byte order mark": Buffer.from(`\ufeff${text}`, 'utf16le').swap16(),
    };

    test.each(Object.entries(documents))('%s its header and its events are found', async (_, bytes) => {
      for (const cuts of [[], [0], [1], [2], [3], [1, 2], [0, 1, 2, 3, 4]]) {
        const parts = [0, ...cuts].map((from, at) => bytes.subarray(from, cuts[at] ?? bytes.length));
        const chunks = await collect(splitCalendar(Readable.from(parts)));
        expect(chunks.map((chunk) => readCalendar(chunk.text, options).calendarZone)).toEqual(['Asia/Tokyo']);
        expect(readAll(chunks).objects.map(({ uid }) => uid)).toEqual(['first', 'last']);
      }
    });

    test.each([[[]], [[0xef]], [[0xef, 0xbb]], [[0xef, 0xbb, 0xbf]], [[0xff, 0xfe]], [[0x42]]])(
      'and where %j is all that comes, nothing is found',
      async (bytes) => {
        expect(await split(Buffer.from(bytes), {}, 1)).toEqual([]);
      },
    );
  });

  test('several calendars in one document', async () => {
    const text =
      calendar(...event('a')) + calendar(...event('b')) + calendar(...event('a', 'RECURRENCE-ID:20260414T120000Z'));
    expect(readAll(await split(text)).objects).toHaveLength(2);
  });

  test('any calendar, in any parts', async () => {
    const lines = fc.constantFrom(
      ...event('a'),
      ...event('b'),
      ...event('a', 'RECURRENCE-ID:20260414T120000Z'),
      ...zone,
      'BEGIN:VALARM',
      'END:VALARM',
      'BEGIN:VCALENDAR',
      'END:VCALENDAR',
      'BEGIN:X-A',
      'END:X-A',
      ' folded',
      'junk',
      '',
    );
    await fc.assert(
      fc.asyncProperty(fc.array(lines, { maxLength: 60 }), fc.integer({ min: 1, max: 200 }), async (parts, size) => {
        const text = parts.join('\r\n');
        const whole = readCalendar(text, options);
        const { objects, skipped } = readAll(await split(text, { chunkBytes: 100 }, size));
        expect(objects.map((object) => object.uid).sort()).toEqual(whole.objects.map((object) => object.uid).sort());
        expect(skipped.filter((skip) => skip.uid !== null).map((skip) => skip.line)).toEqual(
          whole.skipped.filter((skip) => skip.uid !== null).map((skip) => skip.line),
        );
      }),
      { numRuns: 300, seed: 20261122 },
    );
  });
});

describe('limits', () => {
  test('too many components are refused before anything is read', async () => {
    const text = calendar(...Array.from({ length: 11 }, (_, at) => event(`u${at}`)).flat());
    expect(await split(text, { components: 11 })).toHaveLength(1);
    const chunks = await split(text, { components: 10 });
    expect(chunks).toEqual([
      {
        text: 'BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n',
        lines: [],
        skipped: [{ uid: null, line: 43, reason: 'expected at most 10 components, came more' }],
      },
    ]);
  });

  test('an object larger than allowed is named, and the others are read', async () => {
    const text = calendar(...event('a'), ...event('big', `DESCRIPTION:${'x'.repeat(5_000)}`), ...event('b'));
    const { objects, skipped } = readAll(await split(text, { objectBytes: 4_000 }));
    expect(objects.map((object) => object.uid)).toEqual(['a', 'b']);
    const reason = 'expected at most 4000 bytes for the components of one UID, came 5075';
    expect(skipped).toEqual([{ uid: 'big', line: 7, reason }]);
  });

  test('one endless line is no event and needs no memory', async () => {
    const chunks = await split(Buffer.alloc(20_000_000, 120), {}, 65_536);
    expect(chunks).toEqual([]);
  });

  test('an empty calendar is one, nothing is none', async () => {
    expect(readAll(await split(calendar()))).toEqual({ objects: [], skipped: [] });
    expect(await split(calendar())).toHaveLength(1);
    expect(await split('')).toEqual([]);
    expect(await split('<html>')).toEqual([]);
  });
});

describe('the waiting file', () => {
  test('is gone when all is read, when the reader stops and when the stream fails', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'split-'));
    const text = calendar(...Array.from({ length: 100 }, (_, at) => event(`u${at}`)).flat());
    for await (const chunk of splitCalendar(pieces(text), { directory, chunkBytes: 500 })) {
      expect(chunk.text).toContain('VEVENT');
      expect(readdirSync(directory)).toEqual([]);
      break;
    }
    async function* broken(): AsyncGenerator<Uint8Array> {
      yield* pieces(text);
      throw new Error('cut');
    }
    await expect(collect(splitCalendar(broken(), { directory }))).rejects.toThrow('cut');
    expect(readdirSync(directory)).toEqual([]);
    await rm(directory, { recursive: true });
  });
});

describe('bytes that are no UTF-8', () => {
  test.each([
    ['UTF-8', Buffer.from('SUMMARY:Grüße 😀\r\n'), 'SUMMARY:Grüße 😀\r\n'],
    [
      'windows-1252, line by line',
      Buffer.concat([Buffer.from('A:Gr\u00fc\u00dfe\r\n', 'latin1'), Buffer.from('B:Grüße\r\n')]),
      'A:Grüße\r\nB:Grüße\r\n',
    ],
    [
      'a fold within a character',
      Buffer.from([0x41, 0x3a, 0xc3, 0x0d, 0x0a, 0x20, 0xbc, 0x0d, 0x0a, 0x42]),
      'A:ü\r\n\nB',
    ],
    ['UTF-16, big end first', Buffer.from([0xfe, 0xff, 0x00, 0x41]), 'A'],
    ['none at all', Buffer.alloc(0), ''],
  ])('%s', (_, bytes, text) => {
    expect(decodeCalendar(bytes)).toBe(text);
  });
});
