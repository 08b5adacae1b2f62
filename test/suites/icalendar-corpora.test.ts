/** The calendars that ical4j keeps as samples: real exports of many programs, and broken ones. */

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { decodeCalendar } from '../../datasources/parsing/decode.ts';
import { sameVisibleContent } from '../../domain/events/content.ts';
import { type CalendarReading, readCalendar } from '../../domain/events/icalendar/read.ts';
import { writeObject } from '../../domain/events/icalendar/write.ts';
import type { CalendarObject, EventContent } from '../../domain/events/model.ts';
import { systemZones } from '../../domain/time/system-zones.ts';

const corpora = join(process.env['CORPORA_DIR'] ?? '../shared/data', 'ics');
const present = existsSync(corpora);
const options = { zones: systemZones('test'), calendarZone: 'Europe/London' };

interface Sample {
  readonly name: string;
  readonly text: string;
  readonly reading: CalendarReading;
}

function samplesOf(corpus: string): Sample[] {
  return readdirSync(join(corpora, corpus))
    .sort()
    .map((name) => {
      const text = decodeCalendar(readFileSync(join(corpora, corpus, name)));
      return { name, text, reading: readCalendar(text, options) };
    });
}

function count(samples: readonly Sample[]) {
  let events = 0;
  let read = 0;
  let named = 0;
  for (const { text, reading } of samples) {
    events += text.match(/^BEGIN:VEVENT/gim)?.length ?? 0;
    named += reading.skipped.length;
    for (const object of reading.objects) read += (object.master === null ? 0 : 1) + object.exceptions.length;
  }
  return { files: samples.length, events, read, named };
}

/** Without its own text there is nothing to write of an attachment but its address. */
function withoutUnaddressed({ master, exceptions }: CalendarObject): Pick<CalendarObject, 'master' | 'exceptions'> {
  const without = (content: EventContent): EventContent => {
    const { attachments, ...others } = content;
    const addressed = attachments?.filter(({ url }) => url !== null) ?? [];
    return addressed.length === 0 ? others : { ...content, attachments: addressed };
  };
  return {
    master: master === null ? null : without(master),
    exceptions: exceptions.map((one) => ({ ...one, content: without(one.content) })),
  };
}

const superseded =
  'expected one component per UID and RECURRENCE-ID, came another with a higher SEQUENCE or DTSTAMP, or later in the text';
const named = (samples: readonly Sample[]) =>
  samples.flatMap(({ name, reading }) => reading.skipped.map(({ line, reason }) => `${name}:${line}: ${reason}`));

if (!present) {
  test.skip(`LEFT OUT: no calendars in ${corpora}; set CORPORA_DIR`, () => {});
} else {
  describe('ical4j, valid', () => {
    const samples = samplesOf('ical4j-valid');

    test('every event is read or named', () => {
      expect(count(samples)).toEqual({ files: 81, events: 3466, read: 3455, named: 11 });
    });

    test('what is named is no event of its own, or a version of another', () => {
      expect(named(samples)).toEqual([
        'categories.ics:4: expected a DTSTART, came none',
        `classify.ics:27: ${superseded}`,
        `incoming.ics:6: ${superseded}`,
        `incoming.ics:52: ${superseded}`,
        'incoming.ics:76: expected a DTSTART, came none',
        'incoming.ics:91: expected a DTSTART, came none',
        'incoming.ics:106: expected a DTSTART, came none',
        'incoming.ics:121: expected a DTSTART, came none',
        'incoming.ics:136: expected a DTSTART, came none',
        `incoming.ics:156: ${superseded}`,
        'mansour.ics:4: expected a DTSTART, came none',
      ]);
    });

    test('no time zone is replaced, and nothing is left out', () => {
      expect(samples.flatMap(({ name, reading }) => reading.warnings.map(({ code }) => `${name}: ${code}`))).toEqual(
        [],
      );
    });
  });

  describe('ical4j, invalid', () => {
    const samples = samplesOf('ical4j-invalid');

    test('nothing crashes, and most of it can be read', () => {
      expect(count(samples)).toEqual({ files: 22, events: 574, read: 569, named: 5 });
    });

    test('every refusal names its line and reason', () => {
      expect(named(samples)).toEqual([
        '0.ics:2: expected a DTSTART, came none',
        '13-MoonPhase.ics:213: expected END:VEVENT, came the end of the text',
        'phpicalendar_sample.ics:182: expected a DATE or DATE-TIME as DTEND, came "20031114T18300"',
        'schedule-unstable.ics:191: expected DTEND to be a DATE like DTSTART, came a DATE-TIME "20061009T235900"',
        'smallcluster.ics:5: expected a DATE or DATE-TIME as UNTIL in RRULE, came "UNTIL=20123456T123456"',
      ]);
    });
  });

  describe.each(['ical4j-valid', 'ical4j-invalid'])('%s, written again', (corpus) => {
    test('reads as before, anew and over its own text', () => {
      let objects = 0;
      const wrong: string[] = [];
      for (const { name, reading } of samplesOf(corpus)) {
        for (const object of reading.objects) {
          for (const raw of [null, reading.raws.get(object.uid) ?? null]) {
            const text = writeObject(object, {
              raw,
              ...options,
              marker: null,
              now: 0,
              productId: '-//Meridian//Test//EN',
            });
            const again = readCalendar(text, options);
            const contents = again.objects.map((one) => [one.uid, one.master, one.exceptions]);
            const { master, exceptions } = raw === null ? withoutUnaddressed(object) : object;
            const expected = JSON.stringify([[], [[object.uid, master, exceptions]]]);
            if (JSON.stringify([again.skipped, contents]) !== expected) wrong.push(`${name}: ${object.uid}`);
            const [read] = again.objects;
            if (read === undefined || !sameVisibleContent(read, { ...object, master, exceptions }, options))
              wrong.push(`${name}: ${object.uid} looks otherwise`);
          }
          objects++;
        }
      }
      expect(wrong).toEqual([]);
      expect(objects).toBe(corpus === 'ical4j-valid' ? 3408 : 567);
    });

    test('loses no property that is not ours', () => {
      const lost: string[] = [];
      const ours = new Set(['BEGIN', 'END', 'PRODID', 'VERSION', 'METHOD', 'TZID', 'UID']);
      for (const { reading } of samplesOf(corpus)) {
        for (const object of reading.objects) {
          const raw = reading.raws.get(object.uid) ?? '';
          const lines = (text: string) =>
            text
              .replace(/\r?\n[ \t]/g, '')
              .replace(/BEGIN:VTIMEZONE.*?END:VTIMEZONE\r?\n/gs, '')
              .split(/\r?\n/)
              .filter(
                (line) =>
                  /^[A-Za-z0-9-]+[:;]/.test(line) && !ours.has(/^[A-Za-z0-9-]+/.exec(line)?.[0].toUpperCase() ?? ''),
              );
          if (/BEGIN:V(?:TODO|JOURNAL)/.test(raw) || (raw.match(/BEGIN:VCALENDAR/g)?.length ?? 0) > 1) continue;
          const written = new Set(
            lines(writeObject(object, { raw, ...options, marker: null, now: 0, productId: 'x' })),
          );
          for (const line of lines(raw)) {
            // Text that was not folded as it should be stands behind its line now.
            if (!written.has(line) && ![...written].some((other) => other.startsWith(`${line}\\n`))) lost.push(line);
          }
        }
      }
      expect(lost).toEqual([]);
    });
  });
}
