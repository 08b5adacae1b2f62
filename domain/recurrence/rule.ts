/** One RRULE, read (RFC 5545 §3.3.10). */
import { type BasicValue, readBasic } from '../time/icalendar-values.ts';

export type Frequency = 'YEARLY' | 'MONTHLY' | 'WEEKLY' | 'DAILY' | 'HOURLY' | 'MINUTELY' | 'SECONDLY';

export interface RuleDay {
  /** -53 to 53; 0 for every such day. */
  readonly ordinal: number;
  /** 0 is Monday. */
  readonly weekday: number;
}

export interface RecurrenceRule {
  readonly frequency: Frequency;
  /** 1 or more. */
  readonly interval: number;
  readonly count: number | null;
  readonly until: BasicValue | null;
  readonly byDay: readonly RuleDay[];
  readonly byMonth: readonly number[];
  readonly byMonthDay: readonly number[];
  readonly byYearDay: readonly number[];
  readonly byWeekNumber: readonly number[];
  readonly byHour: readonly number[];
  readonly byMinute: readonly number[];
  readonly bySecond: readonly number[];
  readonly bySetPosition: readonly number[];
  /** 0 is Monday. */
  readonly weekStart: number;
}

/** What is wrong with a rule; `fatal` where it cannot be expanded. */
export interface RuleFlaw {
  readonly fatal: boolean;
  readonly message: string;
}

const weekdayNames: readonly string[] = ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'];
const frequencies = new Set(['YEARLY', 'MONTHLY', 'WEEKLY', 'DAILY', 'HOURLY', 'MINUTELY', 'SECONDLY']);

/** Part → the least and the greatest magnitude, and whether it may be negative. */
const numberParts = {
  BYMONTH: [1, 12, false],
  BYMONTHDAY: [1, 31, true],
  BYYEARDAY: [1, 366, true],
  BYWEEKNO: [1, 53, true],
  BYHOUR: [0, 23, false],
  BYMINUTE: [0, 59, false],
  BYSECOND: [0, 60, false],
  BYSETPOS: [1, 366, true],
} as const satisfies Readonly<Record<string, readonly [least: number, most: number, signed: boolean]>>;

type NumberPart = keyof typeof numberParts;

/** No list in a rule can say more than this many different things. */
const LONGEST_LIST = 800;
const LONGEST_RULE = 16_384;

/**
 * Reads the value of an RRULE, in any case and with empty parts (`;` at the end), as files have it.
 * @returns the rule, null where nothing can be expanded, and everything that is not as the RFC says.
 */
export function readRule(value: string): { rule: RecurrenceRule | null; flaws: readonly RuleFlaw[] } {
  const flaws: RuleFlaw[] = [];
  const broken = (message: string): void => {
    flaws.push({ fatal: true, message });
  };
  const parts = new Map<string, string>();
  if (value.length > LONGEST_RULE) {
    return { rule: null, flaws: [{ fatal: true, message: `a rule of more than ${LONGEST_RULE} characters` }] };
  }
  for (const part of value.trim().toUpperCase().split(';')) {
    if (part === '') {
      continue;
    }
    const equals = part.indexOf('=');
    const name = equals < 0 ? part : part.slice(0, equals);
    if (equals < 1) {
      broken(`expected NAME=VALUE, not ${JSON.stringify(part.slice(0, 60))}`);
    } else if (parts.has(name)) {
      broken(`${name} is there twice`);
    }
    parts.set(name, part.slice(equals + 1));
  }
  const numbers = (name: NumberPart): number[] => readNumbers(name, parts.get(name), flaws);
  const frequency = parts.get('FREQ') ?? '';
  if (!frequencies.has(frequency)) {
    broken(parts.has('FREQ') ? `no FREQ is called ${JSON.stringify(frequency.slice(0, 60))}` : 'FREQ is missing');
  }
  const count = readWhole('COUNT', parts.get('COUNT'), flaws);
  const untilText = parts.get('UNTIL');
  const until = untilText === undefined ? null : readBasic(untilText);
  if (untilText !== undefined && until === null) {
    broken(`UNTIL is a date or a date and time, not ${shown(untilText)}`);
  }
  if (parts.has('COUNT') && parts.has('UNTIL')) {
    flaws.push({ fatal: false, message: 'COUNT and UNTIL exclude each other' });
  }
  const weekStartText = parts.get('WKST') ?? 'MO';
  const weekStart = weekdayNames.indexOf(weekStartText);
  if (weekStart < 0) {
    broken(`no weekday is called ${shown(weekStartText)}`);
  }
  if (parts.has('RSCALE') && parts.get('RSCALE') !== 'GREGORIAN') {
    broken('only RSCALE=GREGORIAN is supported');
  }
  if (parts.has('SKIP') && parts.get('SKIP') !== 'OMIT') {
    broken('only SKIP=OMIT is supported');
  }
  for (const name of parts.keys()) {
    if (!knownParts.has(name)) {
      flaws.push({ fatal: false, message: `RFC 5545 knows no part called ${JSON.stringify(name.slice(0, 60))}` });
    }
  }
  const rule: RecurrenceRule = {
    frequency: frequency as Frequency,
    interval: readWhole('INTERVAL', parts.get('INTERVAL'), flaws) ?? 1,
    count,
    until,
    byDay: readDays(parts.get('BYDAY'), frequency, parts.has('BYWEEKNO'), flaws),
    byMonth: numbers('BYMONTH'),
    byMonthDay: numbers('BYMONTHDAY'),
    byYearDay: numbers('BYYEARDAY'),
    byWeekNumber: numbers('BYWEEKNO'),
    byHour: numbers('BYHOUR'),
    byMinute: numbers('BYMINUTE'),
    bySecond: numbers('BYSECOND'),
    bySetPosition: numbers('BYSETPOS'),
    weekStart: Math.max(weekStart, 0),
  };
  noteMisplaced(rule, flaws);
  return { rule: flaws.some((flaw) => flaw.fatal) ? null : rule, flaws };
}

const knownParts = new Set([
  'FREQ',
  'UNTIL',
  'COUNT',
  'INTERVAL',
  'BYDAY',
  'WKST',
  'RSCALE',
  'SKIP',
  ...Object.keys(numberParts),
]);

/** The RFC's table of what may stand where; such rules are read (leniently) but not written. */
function noteMisplaced(rule: RecurrenceRule, flaws: RuleFlaw[]): void {
  const { frequency } = rule;
  const misplaced = (message: string): void => {
    flaws.push({ fatal: false, message });
  };
  if (rule.byWeekNumber.length > 0 && frequency !== 'YEARLY') {
    misplaced('BYWEEKNO goes with FREQ=YEARLY only');
  }
  if (rule.byYearDay.length > 0 && ['DAILY', 'WEEKLY', 'MONTHLY'].includes(frequency)) {
    misplaced(`BYYEARDAY does not go with FREQ=${frequency}`);
  }
  if (rule.byMonthDay.length > 0 && frequency === 'WEEKLY') {
    misplaced('BYMONTHDAY does not go with FREQ=WEEKLY');
  }
  const others = [rule.byDay, rule.byMonth, rule.byMonthDay, rule.byYearDay, rule.byWeekNumber];
  if (
    rule.bySetPosition.length > 0 &&
    [...others, rule.byHour, rule.byMinute, rule.bySecond].every((list) => list.length === 0)
  ) {
    misplaced('BYSETPOS needs another BY part to choose from');
  }
}

function readWhole(name: string, text: string | undefined, flaws: RuleFlaw[]): number | null {
  if (text === undefined) {
    return null;
  }
  if (!/^\+?\d{1,9}$/.test(text) || Number(text) < 1) {
    flaws.push({ fatal: true, message: `${name} is a whole number from 1 to 999999999, not ${shown(text)}` });
    return null;
  }
  return Number(text);
}

function readNumbers(name: NumberPart, text: string | undefined, flaws: RuleFlaw[]): number[] {
  const [least, most, signed] = numberParts[name];
  if (text === undefined) {
    return [];
  }
  const items = text.split(',', LONGEST_LIST + 1);
  const values = new Set<number>();
  for (const item of items) {
    const value = /^[+-]?\d{1,3}$/.test(item) ? Number(item) : Number.NaN;
    const magnitude = Math.abs(value);
    if (!(magnitude >= least && magnitude <= most && (signed || value >= 0))) {
      flaws.push({ fatal: true, message: `${name} is a list of ${range(least, most, signed)}, not ${shown(item)}` });
      return [];
    }
    // No clock here has a leap second: RFC 5545 §3.3.12 reads it as the second before.
    values.add(name === 'BYSECOND' && value === 60 ? 59 : value);
  }
  if (items.length > LONGEST_LIST) {
    flaws.push({ fatal: true, message: `${name} lists more than ${LONGEST_LIST} values` });
  }
  return [...values].sort((left, right) => left - right);
}

function readDays(text: string | undefined, frequency: string, weekly: boolean, flaws: RuleFlaw[]): RuleDay[] {
  if (text === undefined) {
    return [];
  }
  const days = new Map<string, RuleDay>();
  const items = text.split(',', LONGEST_LIST + 1);
  const ordinalsCount = (frequency === 'MONTHLY' || frequency === 'YEARLY') && !weekly;
  let dropped = false;
  for (const item of items) {
    const match = /^([+-]?\d{1,2})?(MO|TU|WE|TH|FR|SA|SU)$/.exec(item);
    const written = Number(match?.[1] ?? 0);
    if (match === null || (match[1] !== undefined && written === 0) || Math.abs(written) > 53) {
      flaws.push({ fatal: true, message: `BYDAY is a list of weekdays such as MO or -1FR, not ${shown(item)}` });
      return [];
    }
    dropped ||= written !== 0 && !ordinalsCount;
    const ordinal = ordinalsCount ? written : 0;
    const weekday = weekdayNames.findIndex((day) => item.endsWith(day));
    days.set(`${ordinal},${weekday}`, { ordinal, weekday });
  }
  if (items.length > LONGEST_LIST) {
    flaws.push({ fatal: true, message: `BYDAY lists more than ${LONGEST_LIST} values` });
  }
  if (dropped) {
    flaws.push({
      fatal: false,
      message: 'numbered weekdays go with FREQ=MONTHLY and FREQ=YEARLY without BYWEEKNO only',
    });
  }
  return [...days.values()].sort((left, right) => left.weekday - right.weekday || left.ordinal - right.ordinal);
}

function range(least: number, most: number, signed: boolean): string {
  return signed ? `numbers from ${least} to ${most} or -${most} to -${least}` : `numbers from ${least} to ${most}`;
}

function shown(text: string): string {
  return JSON.stringify(text.slice(0, 60));
}
