import { afterEach, describe, expect, test } from '@jest/globals';
import { type IcalendarParser, icalendarParser, type ParserOptions } from '../../../datasources/parsing/parser.ts';
import { splitCalendar } from '../../../datasources/parsing/split-calendar.ts';
import { readCalendar } from '../../../domain/events/icalendar/read.ts';
import { systemZones } from '../../../domain/time/system-zones.ts';

const context = { calendarZone: 'Europe/London' };
const event = (uid: string, ...lines: string[]) => [
  'BEGIN:VEVENT',
  `UID:${uid}`,
  'DTSTART;TZID=Europe/Paris:20260413T120000',
  ...lines,
  'END:VEVENT',
];
const calendar = (...lines: string[]) => ['BEGIN:VCALENDAR', ...lines, 'END:VCALENDAR', ''].join('\r\n');
/** Takes a thread a while. */
const slow = calendar(Array.from({ length: 40_000 }, (_, at) => event(`slow${at}`).join('\r\n')).join('\r\n'));

const parsers: IcalendarParser[] = [];
function parser(options: Partial<ParserOptions> = {}): IcalendarParser {
  const made = icalendarParser({ zoneDataVersion: 'test', ...options });
  parsers.push(made);
  return made;
}

afterEach(async () => {
  for (const made of parsers.splice(0)) await made.close();
});

describe('a parser in threads', () => {
  test('reads what is read without', async () => {
    const text = calendar(
      ...event('a', 'SUMMARY:Grüße', 'RRULE:FREQ=DAILY'),
      ...event('b'),
      'BEGIN:VEVENT',
      'UID:bad',
      'END:VEVENT',
    );
    const expected = readCalendar(text, { zones: systemZones('test'), ...context });
    expect(await parser().read(text, context)).toEqual(expected);
  });

  test('gives back the whole text as the raw one where it is', async () => {
    const text = calendar(...event('a'));
    const { raws } = await parser().read(text, context);
    expect(raws).toEqual(new Map([['a', text]]));
  });

  test('reads many, each for itself, in order, over several threads', async () => {
    const many = parser({ threads: 2, documentsPerThread: 100 });
    const texts = Array.from({ length: 500 }, (_, at) => calendar(...event(`u${at}`)));
    const readings = await many.readAll(texts, context);
    expect(readings.map((reading) => reading.objects[0]?.uid)).toEqual(texts.map((_, at) => `u${at}`));
    const named = await many.readMany(
      texts.slice(0, 3).map((text, at) => ({ id: `d${at}`, text })),
      context,
    );
    expect([...named.keys()]).toEqual(['d0', 'd1', 'd2']);
    expect(named.get('d2')?.objects[0]?.uid).toBe('u2');
  });

  test("reads each document in its own calendar's zone", async () => {
    const text = calendar('BEGIN:VEVENT', 'UID:a', 'DTSTART;TZID=Middle/Earth:20260701T090000', 'END:VEVENT');
    const many = parser();
    const readings = await Promise.all(
      ['Asia/Tokyo', 'Europe/London', null].map((calendarZone) => many.read(text, { calendarZone })),
    );
    expect(readings.map((reading) => reading.objects[0]?.master?.start)).toMatchObject([
      { zone: 'Asia/Tokyo' },
      { zone: 'Europe/London' },
      { zone: 'Etc/UTC' },
    ]);
  });

  test("of a part of a large document says the document's lines", async () => {
    const text = calendar(
      ...Array.from({ length: 50 }, (_, at) => event(`u${at}`)).flat(),
      'BEGIN:VEVENT',
      'UID:bad',
      'END:VEVENT',
    );
    async function* stream() {
      yield Buffer.from(text);
    }
    const skipped = [];
    for await (const chunk of splitCalendar(stream(), { chunkBytes: 1_000 }))
      skipped.push(...(await parser().read(chunk, context)).skipped);
    expect(skipped).toEqual([{ uid: 'bad', line: 202, reason: 'expected a DTSTART, came none' }]);
  });
});

/** Small for what it makes: a quarter of a million properties. */
const hungry = calendar(...Array.from({ length: 5 }, () => event('hungry', 'A:\r\n'.repeat(49_000))).flat());

describe('a document that costs too much', () => {
  test('in time is reported, and the others are read', async () => {
    const tight = parser({ budget: 100 });
    // Warm, so that the small ones are far below their budget.
    await tight.readAll(
      Array.from({ length: 20 }, () => calendar(...event('warm'))),
      context,
    );
    const readings = await tight.readMany(
      [
        { id: 'before', text: calendar(...event('before')) },
        { id: 'slow', text: slow },
        { id: 'after', text: calendar(...event('after')) },
      ],
      context,
    );
    expect(readings.get('before')?.objects).toHaveLength(1);
    expect(readings.get('slow')).toMatchObject({
      objects: [],
      skipped: [
        { uid: null, line: null, reason: expect.stringMatching(/^expected to be read within \d+ ms, came longer$/) },
      ],
    });
    expect(readings.get('after')?.objects).toHaveLength(1);
  });

  test('in memory is reported, and the others are read', async () => {
    const small = parser({ memory: 32 });
    const readings = await small.readAll([calendar(...event('before')), hungry, calendar(...event('after'))], context);
    expect(readings[0]?.objects).toHaveLength(1);
    expect(readings[1]?.skipped).toEqual([
      { uid: null, line: null, reason: 'expected to need at most 32 MB to be read, came more' },
    ]);
    expect(readings[2]?.objects).toHaveLength(1);
  });
});

test('a document larger than a thread may hold is refused untried', async () => {
  const reading = await parser({ memory: 32 }).read('x'.repeat(2_097_153), context);
  expect(reading.skipped).toEqual([
    { uid: null, line: null, reason: 'expected at most 2097152 characters at once, came 2097153' },
  ]);
});

test('what is not read when the parser ends is refused, also afterwards', async () => {
  const ending = parser();
  const waiting = ending.readAll([slow, calendar(...event('a'))], context);
  await ending.close();
  for (const reading of [...(await waiting), await ending.read(slow, context)]) {
    expect(reading.objects).toEqual([]);
    expect(reading.skipped[0]?.reason).toMatch(/^expected .+, came/);
  }
});

test('a thread without work ends, and the next document has a new one', async () => {
  const idle = parser({ idle: 1 });
  expect((await idle.read(calendar(...event('a')), context)).objects).toHaveLength(1);
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect((await idle.read(calendar(...event('b')), context)).objects).toHaveLength(1);
});
