/** libical's RRULE cases, read from the corpora folder: what a rule itself hits, without DTSTART's special place. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import type { EventTime } from '../../domain/events/model.ts';
import { candidates } from '../../domain/recurrence/candidates.ts';
import { readRule } from '../../domain/recurrence/rule.ts';
import { readSeries } from '../../domain/recurrence/series-reading.ts';
import { MOST_STEPS, StepBudget } from '../../domain/recurrence/step-budget.ts';
import { formatDate } from '../../domain/time/calendar-days.ts';
import { readBasic } from '../../domain/time/icalendar-values.ts';
import { systemZones } from '../../domain/time/system-zones.ts';
import { formatLocalDateTime } from '../../domain/time/wall-clock.ts';

const file = join(process.env['CORPORA_DIR'] ?? '../shared/data', 'recurrence/libical-icalrecur_test.txt');
const zones = systemZones(process.versions['tz'] ?? '');

interface Case {
  readonly line: number;
  readonly title: string;
  readonly rule: string;
  readonly start: string;
  readonly instances: string;
}

/** Line of the case's RRULE → why the rule is read otherwise here. */
const decisions: Readonly<Record<number, string>> = {
  390: 'YEARLY;BYMONTHDAY without BYMONTH means every month (RFC 5545 §3.3.10 "expand"; so do dateutil, rrule, rrule-rust)',
  395: 'the same',
  681: 'INTERVAL counts years of whole weeks from the one that DTSTART is in (2026 here), as libical itself does in 725',
  686: 'the same; 2026 and every fifth year: the first with 53 weeks is 2076, beyond the search',
  405: 'libical does not implement BYWEEKNO with BYMONTHDAY; here both have to hold',
};

function readCases(text: string): Case[] {
  const cases: Case[] = [];
  let title = '';
  let rule = '';
  let at = 0;
  let start = '';
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    const value = line.slice(line.indexOf(':') + 1).trim();
    if (line.startsWith('#')) {
      title = line.slice(1).trim();
    } else if (line.startsWith('RRULE:')) {
      rule = value;
      at = index + 1;
    } else if (line.startsWith('DTSTART:')) {
      start = value;
    } else if (line.startsWith('INSTANCES:')) {
      cases.push({ line: at, title, rule, start, instances: value });
    }
  }
  return cases;
}

function startOf(text: string): EventTime {
  const value = readBasic(text);
  switch (value?.kind) {
    case 'date':
      return { kind: 'date', date: formatDate(value.day) };
    case 'utc':
      return { kind: 'utc', instant: value.wall };
    case 'local':
      return { kind: 'floating', local: formatLocalDateTime(value.wall) };
    default:
      throw new Error(`the corpus has a DTSTART that cannot be read: ${text}`);
  }
}

function hits(rule: string, start: EventTime, most: number): string[] {
  const reading = readSeries(
    { start, end: start, nominalDays: null, rules: [`RRULE:${rule}`], floatingZone: 'Etc/UTC', dayZone: 'Etc/UTC' },
    zones,
  );
  const found: string[] = [];
  // The corpus lets COUNT count what the rule hits; a series counts DTSTART, hit or not.
  const [only] = reading.rules;
  const onRule = only === undefined ? reading : { ...reading, rules: [{ ...only, count: null }] };
  const walk = candidates(onRule, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY, new StepBudget(MOST_STEPS), {
    rulesOnly: true,
  });
  for (const candidate of walk) {
    if (found.length >= Math.min(most, only?.count ?? Number.POSITIVE_INFINITY)) {
      break;
    }
    found.push(candidate.recurrenceId);
  }
  return found;
}

if (!existsSync(file)) {
  test.skip(`left out: ${file} is not there (set CORPORA_DIR)`, () => undefined);
} else {
  const cases = readCases(readFileSync(file, 'utf8'));

  describe("libical's recurrence cases", () => {
    test('the corpus is all there', () => {
      expect(cases.length).toBeGreaterThanOrEqual(138);
    });

    test.each(cases.map((one) => [`${one.line}: ${one.rule.slice(0, 80)}`, one] as const))('%s', (_, one) => {
      const expected = one.instances.startsWith('***') ? one.instances : one.instances.split(',');
      const outcome =
        readRule(one.rule).rule === null ? '*** refused' : hits(one.rule, startOf(one.start), expected.length + 3);
      const same = JSON.stringify(outcome) === JSON.stringify(expected);
      if (decisions[one.line] === undefined) {
        expect(outcome).toEqual(expected);
      } else {
        // A decision that no longer differs is to be struck.
        expect(same).toBe(false);
      }
    });
  });
}
