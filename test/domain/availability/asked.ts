/** Questions as the tests ask them: one day, plain members, and answers as texts. */
import {
  type BusyInterval,
  busyKind,
  countedKinds,
  defaultBusyRule,
  packBusyTimes,
} from '../../../domain/availability/busy-times.ts';
import { findOpenings } from '../../../domain/availability/openings.ts';
import type { Counted, Format, Member, Question } from '../../../domain/availability/question.ts';
import { ALWAYS, type Seconds, type Spans } from '../../../domain/availability/spans.ts';
import { formatInstant } from '../../../domain/time/instants.ts';
import { systemZones } from '../../../domain/time/system-zones.ts';

export const zones = systemZones('test');
export const everything: Counted = { kinds: countedKinds(defaultBusyRule), sources: null };
export const BUSY = busyKind('BUSY', false, false);

/** `09:15` of Monday 9 March 2026 UTC, or an instant without its seconds: `2026-03-29T01:00Z`. */
export function at(text: string): Seconds {
  return Date.parse(text.length === 5 ? `2026-03-09T${text}Z` : text) / 1000;
}

export function span(text: string): readonly [Seconds, Seconds] {
  const [from, to] = text.split(' – ');
  return [at(from as string), at(to as string)];
}

export function spans(...texts: readonly string[]): Spans {
  return texts.flatMap(span);
}

export function shown(found: Spans): readonly string[] {
  const texts: string[] = [];
  for (let place = 0; place < found.length; place += 2) {
    texts.push(`${clock(found[place] as Seconds)} – ${clock(found[place + 1] as Seconds)}`);
  }
  return texts;
}

/** As `at` reads it. */
export function clock(instant: Seconds): string {
  const text = formatInstant(instant * 1000);
  return text.startsWith('2026-03-09T') ? text.slice(11, 16) : `${text.slice(0, 16)}Z`;
}

export function busy(text: string, kind = BUSY, source = 0): BusyInterval {
  const [start, end] = span(text);
  return { start, end, kind, source };
}

export function member(
  given: Partial<Omit<Member, 'busy'>> & { readonly busy?: readonly BusyInterval[] } = {},
): Member {
  return {
    bookable: [{ time: ALWAYS, counted: everything }],
    within: ALWAYS,
    held: [],
    buffer: { before: 0, after: 0 },
    full: [],
    synced: true,
    ...given,
    busy: packBusyTimes(given.busy ?? [], at('00:00')),
  };
}

export interface Asked extends Partial<Omit<Question, 'search' | 'duration'>> {
  readonly members: readonly Member[];
  readonly minutes?: number;
  readonly periods?: Spans;
  readonly format?: Format;
  readonly every?: number;
  readonly timeZone?: string;
  readonly starts?: readonly Seconds[];
}

/** Of all members, half an hour, on half hours UTC from 09:00 to 12:00, unless said otherwise. */
export function question({ members, minutes, periods, format, every, timeZone, starts, ...given }: Asked): Question {
  return {
    members,
    groups: [{ members: members.map((_, place) => place), required: members.length }],
    duration: (minutes ?? 30) * 60,
    search:
      starts !== undefined
        ? { starts }
        : {
            periods: periods ?? spans('09:00 – 12:00'),
            format: format ?? 'OVERLAPPING_SLOTS',
            grid: { interval: (every ?? 30) * 60, timeZone: timeZone ?? 'Etc/UTC' },
          },
    earliest: Number.NEGATIVE_INFINITY,
    maximum: 512,
    ...given,
  };
}

export function startsOf(asked: Asked): readonly string[] {
  return findOpenings(question(asked), zones).openings.map(({ start }) => clock(start));
}

/** `09:15 – 10:00 0,2`: the span and who is free throughout, group by group. */
export function openingsOf(asked: Asked): readonly string[] {
  return findOpenings(question(asked), zones).openings.map(
    ({ start, end, free }) =>
      `${clock(start)} – ${clock(end)} ${free()
        .map((group) => group.join(','))
        .join(' & ')}`,
  );
}
