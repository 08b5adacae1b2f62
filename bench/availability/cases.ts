/** Availability questions drawn from a seed, in the words of the rules rather than of the engine. */

import type { Booking, BookingLimit } from '../../domain/availability/booking-limits.ts';
import type { BusyInterval, BusyRule } from '../../domain/availability/busy-times.ts';
import { busyKind, type TakingStatus } from '../../domain/availability/busy-times.ts';
import type { Format } from '../../domain/availability/question.ts';
import type { Seconds } from '../../domain/availability/spans.ts';
import type { WeeklyHours } from '../../domain/availability/weekly-hours.ts';
import type { Random } from '../oracles/random.ts';

export type Pair = readonly [Seconds, Seconds];

export interface CaseRule {
  readonly timeZone: string;
  readonly hours: readonly WeeklyHours[];
  /** Places of calendars; null: all. */
  readonly calendars: readonly number[] | null;
}

export interface CaseMember {
  readonly intervals: readonly BusyInterval[];
  readonly busyRule: BusyRule;
  /** In place of the rules' calendars; null: each rule's, or all. */
  readonly calendars: readonly number[] | null;
  /** Null: keeps to none; else united with `periods`. */
  readonly rules: readonly CaseRule[] | null;
  readonly periods: readonly Pair[];
  readonly within: readonly Pair[] | null;
  readonly held: readonly Pair[];
  readonly before: Seconds;
  readonly after: Seconds;
  readonly limits: readonly BookingLimit[];
  readonly bookings: readonly Booking[];
  readonly synced: boolean;
}

export interface Case {
  readonly members: readonly CaseMember[];
  readonly groups: readonly { readonly members: readonly number[]; readonly required: number }[];
  readonly duration: Seconds;
  readonly periods: readonly Pair[];
  readonly starts: readonly Seconds[] | null;
  readonly format: Format;
  readonly interval: Seconds;
  readonly timeZone: string;
  readonly earliest: Seconds;
  readonly maximum: number;
}

/** Around gaps and overlaps of an hour, of half of one, at midnight and by 45-minute zones, and on an ordinary day. */
const places: readonly (readonly [zone: string, around: string])[] = [
  ['Europe/London', '2026-03-29T01:00:00Z'],
  ['Europe/London', '2026-10-25T01:00:00Z'],
  ['America/New_York', '2026-03-08T07:00:00Z'],
  ['America/New_York', '2026-11-01T06:00:00Z'],
  ['Australia/Lord_Howe', '2026-04-04T15:00:00Z'],
  ['Australia/Lord_Howe', '2026-10-03T15:30:00Z'],
  ['America/Sao_Paulo', '2018-11-04T03:00:00Z'],
  ['Asia/Kathmandu', '2026-06-10T18:15:00Z'],
  ['Pacific/Chatham', '2026-09-26T14:00:00Z'],
  ['Etc/UTC', '2026-02-03T00:00:00Z'],
  ['Asia/Tokyo', '2040-05-01T15:00:00Z'],
];
const intervals = [300, 600, 900, 1200, 1800, 3600] as const;
const statuses: readonly TakingStatus[] = ['BUSY', 'BUSY', 'BUSY', 'TENTATIVE', 'WORKING_ELSEWHERE', 'OUT_OF_OFFICE'];
const formats: readonly Format[] = ['SLOTS', 'OVERLAPPING_SLOTS', 'PERIODS'];

export function drawCase(random: Random): Case {
  const [timeZone, around] = random.pick(places);
  const hours = random.chance(0.05) ? 9 : 1 + below(random, 3);
  const from = Math.floor(Date.parse(around) / 1000) - below(random, hours * 3600);
  const to = from + hours * 3600;
  const span: Pair = [from, to];
  const count = 1 + below(random, 4);
  const members = Array.from({ length: count }, () => drawMember(random, span));
  const groups = Array.from({ length: 1 + below(random, 2) }, () => {
    const chosen = members.map((_, place) => place).filter(() => random.chance(0.8));
    const some = chosen.length > 0 ? chosen : [below(random, count)];
    return { members: some, required: random.chance(0.4) ? some.length : 1 + below(random, some.length) };
  });
  const duration = random.chance(0.5) ? 900 * (1 + below(random, 6)) : 60 + below(random, 7200);
  const periods = Array.from({ length: random.chance(0.7) ? 1 : 1 + below(random, 3) }, () => drawPair(random, span));
  return {
    members,
    groups,
    duration,
    periods: random.chance(0.6) ? [span] : periods,
    starts: random.chance(0.12) ? drawStarts(random, span) : null,
    format: random.pick(formats),
    interval: random.pick(intervals),
    timeZone: random.chance(0.8) ? timeZone : random.pick(places)[0],
    earliest: random.chance(0.8) ? Number.NEGATIVE_INFINITY : from + below(random, to - from),
    maximum: random.chance(0.8) ? 512 : 1 + below(random, 5),
  };
}

function drawMember(random: Random, span: Pair): CaseMember {
  const ruled = random.chance(0.35);
  const buffered = random.chance(0.5);
  return {
    intervals: Array.from({ length: below(random, 7) }, () => drawInterval(random, span)),
    busyRule: {
      tentative: random.chance(0.7),
      unanswered: random.chance(0.7),
      workingElsewhere: random.chance(0.3),
      outOfOffice: random.chance(0.7),
      onlyManaged: random.chance(0.1),
    },
    calendars: random.chance(0.15) ? drawCalendars(random) : null,
    rules: ruled ? Array.from({ length: below(random, 3) }, () => drawRule(random, span)) : null,
    periods: ruled ? Array.from({ length: below(random, 3) }, () => drawPair(random, span)) : [],
    within: random.chance(0.2) ? Array.from({ length: 1 + below(random, 3) }, () => drawPair(random, span)) : null,
    held: random.chance(0.2) ? [drawPair(random, span)] : [],
    before: buffered ? drawLength(random, 2400) : 0,
    after: buffered ? drawLength(random, 2400) : 0,
    limits: random.chance(0.15) ? [drawLimit(random)] : [],
    bookings: Array.from({ length: below(random, 4) }, () => ({
      start: span[0] - 86_400 + below(random, 3 * 86_400),
      categories: random.chance(0.5) ? ['review'] : [],
    })),
    synced: !random.chance(0.03),
  };
}

function drawInterval(random: Random, [from, to]: Pair): BusyInterval {
  const [start, end] = drawPair(random, [from - 4000, to + 4000]);
  return {
    start,
    end: random.chance(0.04) ? start : end,
    kind: busyKind(random.pick(statuses), random.chance(0.2), random.chance(0.3), random.chance(0.1)),
    source: below(random, 3),
  };
}

function drawRule(random: Random, [from, to]: Pair): CaseRule {
  const [timeZone] = random.pick(places);
  return {
    timeZone,
    hours: Array.from({ length: 1 + below(random, 4) }, () => {
      const day = below(random, 7);
      const start = 900 * below(random, 96);
      const end = random.chance(0.1) ? 86_400 : 900 * (1 + below(random, 96));
      return {
        day: random.chance(0.6) ? weekday(random, from, to) : day,
        start,
        end: end === start ? start + 900 : end,
      };
    }),
    calendars: random.chance(0.6) ? null : drawCalendars(random),
  };
}

function weekday(random: Random, from: Seconds, to: Seconds): number {
  return (Math.floor((from + below(random, to - from)) / 86_400) + 3) % 7;
}

function drawLimit(random: Random): BookingLimit {
  return {
    period: random.chance(0.6) ? 'DAY' : 'WEEK',
    maximum: below(random, 3),
    timeZone: random.pick(places)[0],
    categories: random.chance(0.7) ? null : new Set(['review']),
  };
}

function drawCalendars(random: Random): readonly number[] {
  return [0, 1, 2].filter(() => random.chance(0.5));
}

function drawStarts(random: Random, [from, to]: Pair): readonly Seconds[] {
  const starts = Array.from({ length: 1 + below(random, 6) }, () => from + below(random, to - from));
  return [...new Set(starts)];
}

/** Mostly on quarters, so that ends meet; else on any second. */
function drawPair(random: Random, [from, to]: Pair): Pair {
  const unit = random.chance(0.75) ? 900 : 1;
  const start = Math.ceil((from + below(random, to - from)) / unit) * unit;
  const length = unit * (1 + below(random, Math.floor((to - from) / unit / 2)));
  return [start, start + length];
}

function drawLength(random: Random, most: number): Seconds {
  return random.chance(0.7) ? 300 * below(random, Math.floor(most / 300)) : below(random, most);
}

function below(random: Random, most: number): number {
  return random.whole(0, most - 1);
}
