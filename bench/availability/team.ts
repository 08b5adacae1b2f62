/** A drawn team: busy weeks, working hours in mixed zones, buffers. */
import {
  type BusyTimes,
  busyKind,
  countedKinds,
  defaultBusyRule,
  packBusyTimes,
} from '../../domain/availability/busy-times.ts';
import type { Counted, Member, Question } from '../../domain/availability/question.ts';
import { ALWAYS, type Seconds, type Spans } from '../../domain/availability/spans.ts';
import { type WeeklyHours, weeklyTime } from '../../domain/availability/weekly-hours.ts';
import type { ZoneData } from '../../domain/time/zone-data.ts';
import type { Random } from '../oracles/random.ts';

const teamZones = ['Europe/London', 'America/New_York', 'Asia/Kolkata', 'Australia/Sydney'] as const;
/** Nine to five on each one's own clock. */
export const workingDays: readonly WeeklyHours[] = [0, 1, 2, 3, 4].map((day) => ({
  day,
  start: 9 * 3600,
  end: 17 * 3600,
}));
/** What the team is asked for, in seconds. */
export const meeting = { duration: 1800, interval: 1800, buffer: { before: 600, after: 600 } } as const;
const day = 86_400;

export interface Person {
  readonly timeZone: string;
  readonly busy: BusyTimes;
}

/** Each with so many events of 15 to 90 minutes, on quarters of an hour of the working days. */
export function drawTeam(
  random: Random,
  people: number,
  busyEach: number,
  from: Seconds,
  days: number,
): readonly Person[] {
  return Array.from({ length: people }, (_, number) => ({
    timeZone: teamZones[number % teamZones.length] as string,
    busy: packBusyTimes(
      Array.from({ length: busyEach }, () => {
        const start = from + random.whole(0, days - 1) * day + random.whole(28, 72) * 900;
        return { start, end: start + 900 * random.whole(1, 6), kind: busyKind('BUSY', false, false), source: 0 };
      }),
      from,
    ),
  }));
}

export interface TeamQuestion {
  readonly from: Seconds;
  readonly days: number;
  readonly required: number;
  readonly maximum: number;
  /** Hours by zone: worked out once, as a process that answers many questions keeps them. */
  readonly hours: ReadonlyMap<string, Spans>;
}

const counted: Counted = { kinds: countedKinds(defaultBusyRule), sources: null };

export function hoursOf(from: Seconds, days: number, zones: ZoneData): ReadonlyMap<string, Spans> {
  const window = [from, from + days * day] as const;
  return new Map(teamZones.map((zone) => [zone, weeklyTime(workingDays, zone, window, zones)]));
}

export function teamQuestion(
  team: readonly Person[],
  { from, days, required, maximum, hours }: TeamQuestion,
): Question {
  const bookable = new Map([...hours].map(([zone, time]) => [zone, [{ time, counted }]]));
  const members: Member[] = team.map(({ timeZone, busy }) => ({
    busy,
    bookable: bookable.get(timeZone) ?? [],
    within: ALWAYS,
    held: [],
    buffer: meeting.buffer,
    full: [],
    synced: true,
  }));
  return {
    members,
    groups: [{ members: team.map((_, place) => place), required }],
    duration: meeting.duration,
    search: {
      periods: [from, from + days * day],
      format: 'OVERLAPPING_SLOTS',
      grid: { interval: meeting.interval, timeZone: 'Etc/UTC' },
    },
    earliest: Number.NEGATIVE_INFINITY,
    maximum,
  };
}
