/**
 * The calendars that ical4j keeps as samples, imported and written again: python3-icalendar, which shares no code with
 * us, reads the same properties of every component as it reads from the source.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { decodeCalendar } from '../../datasources/parsing/decode.ts';
import { type CalendarReading, readCalendar } from '../../domain/events/icalendar/read.ts';
import { writeTimeZone } from '../../domain/events/icalendar/vtimezone.ts';
import { writeObject } from '../../domain/events/icalendar/write.ts';
import { systemZones } from '../../domain/time/system-zones.ts';

const python = '/usr/bin/python3';
const program = join(import.meta.dirname, 'icalendar-round-trip/read_properties.py');
const corpora = join(process.env['CORPORA_DIR'] ?? '../shared/data', 'ics');
const options = { zones: systemZones('test'), calendarZone: 'Europe/London' };
const now = Date.UTC(2026, 0, 1);

type Property = readonly [name: string, parameters: Readonly<Record<string, string>>, value: string];
type Component = readonly [
  path: string,
  uid: string,
  recurrenceId: string,
  sequence: string,
  stamp: string,
  properties: readonly Property[],
];
interface Reading {
  readonly error?: string;
  readonly components?: readonly Component[];
}

const missing = !existsSync(corpora)
  ? `no calendars in ${corpora}; set CORPORA_DIR`
  : spawnSync(python, ['-c', 'import icalendar'], { timeout: 20_000 }).status === 0
    ? null
    : `no python3-icalendar at ${python}`;

function byPython(texts: readonly (readonly [string, string])[]): Reading[] {
  const { status, stdout, stderr } = spawnSync(python, [program], {
    input: JSON.stringify(texts),
    maxBuffer: 512 * 1024 * 1024,
  });
  if (status !== 0) throw new Error(`python ended with ${status}: ${stderr.toString().slice(0, 1000)}`);
  return JSON.parse(stdout.toString()) as Reading[];
}

/** Definitions of zones aside, which python-icalendar makes into zones of its own and refuses some of. */
const withoutZones = (text: string): string => text.replace(/^BEGIN:VTIMEZONE.*?^END:VTIMEZONE\r?\n/gims, '');

/** What is written, as one calendar. */
function written(reading: CalendarReading, overRaw: boolean): string {
  const events = reading.objects.flatMap((object) => {
    const raw = overRaw ? (reading.raws.get(object.uid) ?? null) : null;
    const text = writeObject(object, { raw, ...options, marker: null, now, productId: '-//Meridian//Test//EN' });
    return text.match(/^BEGIN:VEVENT\r\n.*?^END:VEVENT\r\n/gms) ?? [];
  });
  return `BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Meridian//Test//EN\r\n${events.join('')}END:VCALENDAR\r\n`;
}

const derived = /^derived-[0-9a-f]{32}@meridian$/;
const keyOf = ([path, uid, recurrenceId]: Component): string =>
  JSON.stringify([path, derived.test(uid) ? '' : uid, recurrenceId]);
/** The UID that a component without one is given is no property of the source. */
const propertiesOf = ([, uid, , , , properties]: Component): string[] =>
  properties
    .filter(([name]) => !(name === 'UID' && derived.test(uid)))
    .map((property) => JSON.stringify(property))
    .sort();

interface Difference {
  readonly file: string;
  /** Components of the source that were not written, and written ones that the source has not. */
  readonly left: number;
  readonly extra: number;
  /** `NAME` or `VALARM NAME`, of the source and of what was written. */
  readonly lost: readonly string[];
  readonly gained: readonly string[];
}

/** Components are paired by UID and RECURRENCE-ID, equal ones first (a source may have several versions). */
function differenceOf(file: string, source: readonly Component[], other: readonly Component[]): Difference {
  const free = new Map<string, Component[]>();
  for (const one of other) free.set(keyOf(one), [...(free.get(keyOf(one)) ?? []), one]);
  const unequal = source.filter((one) => {
    const candidates = free.get(keyOf(one)) ?? [];
    const properties = JSON.stringify(propertiesOf(one));
    const equal = candidates.findIndex((each) => JSON.stringify(propertiesOf(each)) === properties);
    if (equal >= 0) candidates.splice(equal, 1);
    return equal < 0;
  });
  const lost: string[] = [];
  const gained: string[] = [];
  let left = 0;
  for (const one of unequal) {
    const mate = free.get(keyOf(one))?.shift();
    if (mate === undefined) {
      left++;
      continue;
    }
    const kind = one[0].replace(/^VEVENT\/?/, '');
    const named = (property: string): string => `${kind} ${(JSON.parse(property) as Property)[0]}`.trim();
    const theirs = propertiesOf(mate);
    for (const property of propertiesOf(one)) {
      const at = theirs.indexOf(property);
      if (at >= 0) theirs.splice(at, 1);
      else lost.push(named(property));
    }
    gained.push(...theirs.map(named));
  }
  const extra = [...free.values()].reduce((sum, rest) => sum + rest.length, 0);
  return { file, left, extra, lost, gained };
}

const counted = (names: readonly string[]): Record<string, number> => {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return Object.fromEntries([...counts].sort(([a], [b]) => (a < b ? -1 : 1)));
};

describe('real calendars, imported and written again', () => {
  if (missing !== null) {
    test(`left out: ${missing}`, () => {
      if (process.env['REQUIRE_SERVERS'] === '1' && existsSync(corpora)) {
        throw new Error(`REQUIRE_SERVERS=1, but ${missing}`);
      }
      process.stderr.write(`left out: calendars read back by python3-icalendar: ${missing}\n`);
    });
    return;
  }

  interface File {
    readonly name: string;
    readonly reading: CalendarReading;
    readonly source: Reading;
    readonly overRaw: Reading;
    readonly anew: Reading;
  }
  let files: File[] = [];
  beforeAll(() => {
    const samples = ['ical4j-valid', 'ical4j-invalid'].flatMap((corpus) =>
      readdirSync(join(corpora, corpus))
        .sort()
        .map((name) => {
          const text = decodeCalendar(readFileSync(join(corpora, corpus, name)));
          return { name, text, reading: readCalendar(text, options) };
        }),
    );
    const texts = samples.flatMap(({ name, text, reading }) => [
      [name, withoutZones(text)] as const,
      [name, written(reading, true)] as const,
      [name, written(reading, false)] as const,
    ]);
    const answers = byPython(texts);
    const of = (index: number): Reading => answers[index] ?? { error: 'no answer' };
    files = samples.map(({ name, reading }, at) => ({
      name,
      reading,
      source: of(3 * at),
      overRaw: of(3 * at + 1),
      anew: of(3 * at + 2),
    }));
  }, 240_000);

  test('python-icalendar cannot read these sources', () => {
    const refused = files.flatMap(({ name, source }) =>
      source.error === undefined ? [] : [`${name}: ${source.error}`],
    );
    // A negative duration, several periods in one FREEBUSY, and dates that are none, outside of what is imported.
    expect(refused).toEqual([
      'maritz.ics: ValueError: Invalid iCalendar duration: -P1W6DT15H',
      'rfc5545-sec3.6.4.ics: ValueError: Expected period format, got: 19971015T050000Z/PT8H30M,19971015T160000Z/PT5H30M,19971015T223000Z/PT6H30M',
      'boeing.ics: ValueError: Wrong datetime format: 2006717T080000Z',
      'twinkle.ics: ValueError: Wrong datetime format: -0011130T100000',
      'twinkle_orig.ics: ValueError: Wrong datetime format: -0011130T100000',
    ]);
  });

  test('it can read all that is written anew, and over the source all but what it could not read there', () => {
    expect(
      files.filter(({ anew }) => anew.error !== undefined).map(({ name, anew }) => `${name}: ${anew.error}`),
    ).toEqual([]);
    const refused = files.flatMap(({ name, overRaw }) =>
      overRaw.error === undefined ? [] : [`${name}: ${overRaw.error}`],
    );
    expect(refused).toEqual(['maritz.ics: ValueError: Invalid iCalendar duration: -P1W6DT15H']);
  });

  test('over the source the same properties of every component', () => {
    let components = 0;
    let properties = 0;
    const differences: Difference[] = [];
    for (const { name, source, overRaw, reading } of files) {
      if (source.components === undefined || overRaw.components === undefined) continue;
      components += source.components.length;
      properties += source.components.reduce((sum, one) => sum + propertiesOf(one).length, 0);
      const found = differenceOf(name, source.components, overRaw.components);
      // What the import names as skipped is not there.
      const skipped = reading.skipped.length;
      if (found.lost.length + found.gained.length + found.extra > 0 || found.left !== skipped) differences.push(found);
    }
    expect(differences).toEqual([
      // It breaks off in its last event: python-icalendar reads nothing of it, we read the events before.
      { file: '13-MoonPhase.ics', left: 0, extra: 41, lost: [], gained: [] },
      // A line break in the middle of a text, without the space that folds it: we read it as part of the text and say so.
      { file: 'bhav23-2.ics', left: 0, extra: 0, lost: ['DESCRIPTION'], gained: ['DESCRIPTION'] },
    ]);
    expect({ components, properties }).toEqual({ components: 4196, properties: 31739 });
  });

  test('without the source what we have no word for is lost, and these properties only', () => {
    const lost: string[] = [];
    const gained: string[] = [];
    for (const { name, source, anew } of files) {
      if (source.components === undefined || anew.components === undefined) continue;
      const found = differenceOf(name, source.components, anew.components);
      lost.push(...found.lost);
      gained.push(...found.gained);
    }
    const unknown = lost.filter((name) => !gained.includes(name));
    const experimental = unknown.filter((name) => / ?X(-|$)/.test(name));
    expect(counted(unknown.filter((name) => !experimental.includes(name)))).toEqual({
      // Empty, which is none.
      CLASS: 1,
      COMMENT: 5,
      // Written as DTEND, unless it is whole days that count by the calendar.
      DURATION: 836,
      // Of a value that cannot be read.
      GEO: 1,
      PRIORITY: 13,
      'VALARM ATTACH': 39,
      'VALARM DURATION': 1,
      'VALARM REPEAT': 1,
      'VALARM SUMMARY': 1,
    });
    expect(experimental.length).toBe(987);
    // By its address an attachment is written again, with a name and a type; one within its event has nothing to be written of it.
    const attached = (names: readonly string[]) => names.filter((name) => name === 'ATTACH').length;
    expect([attached(lost), attached(gained)]).toEqual([141, 139]);
    // Ours to say: when it was written, what RFC 5545 means where nothing stands, and one spelling for what is equal.
    expect([...new Set(gained)].sort()).toEqual([
      'ATTACH',
      'ATTENDEE',
      'CATEGORIES',
      'CREATED',
      'DESCRIPTION',
      'DTEND',
      'DTSTAMP',
      'DTSTART',
      'EXDATE',
      'LAST-MODIFIED',
      'LOCATION',
      'ORGANIZER',
      'RDATE',
      'RRULE',
      'SEQUENCE',
      'STATUS',
      'SUMMARY',
      'TRANSP',
      'URL',
      'VALARM ACTION',
      'VALARM DESCRIPTION',
      'VALARM TRIGGER',
    ]);
  });

  test('the zones that we write are read, whatever their law was', () => {
    const zones = [
      'Europe/London',
      'America/New_York',
      'Pacific/Auckland',
      'Africa/Casablanca',
      'America/Santiago',
      'Asia/Kolkata',
      'Europe/Dublin',
      'Pacific/Apia',
      'Australia/Lord_Howe',
    ];
    const texts = zones.flatMap((zone) =>
      [
        [1990, 1995],
        [2001, 2008],
        [2010, 2037],
        [2026, 2026],
      ].map(([from = 0, to = 0]) => {
        const definition = writeTimeZone(zone, from, to, options.zones);
        return [
          `${zone} ${from}–${to}`,
          `BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\n${definition}BEGIN:VEVENT\r\nUID:a\r\nDTSTAMP:20260101T000000Z\r\nDTSTART;TZID=${zone}:${to}0601T090000\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n`,
        ] as const;
      }),
    );
    const answers = byPython(texts);
    expect(answers.flatMap(({ error }, at) => (error === undefined ? [] : [`${texts[at]?.[0]}: ${error}`]))).toEqual(
      [],
    );
  });
});
