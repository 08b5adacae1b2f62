/** When time alone changes an answer (semantics E10): who watches it need not look before, and has to look then. */
import type { Instant } from '../events/model.ts';
import type { ZoneData } from '../time/zone-data.ts';
import type { Openings, Question } from './question.ts';
import type { Seconds } from './spans.ts';
import { placeFrom, startAt, startGrid } from './start-grid.ts';

export interface Answered {
  readonly question: Question;
  readonly found: Openings;
  /** The minimum notice that `question.earliest` was reckoned from; null: none is kept. */
  readonly notice: Seconds | null;
  /** Until when what was last known of calendars out of reach is believed (semantics E11); those of the past do not matter. */
  readonly believedUntil: readonly Instant[];
  /** Whether it is also told why starts are refused: each that the notice passes is refused from then on. */
  readonly withRefusals: boolean;
}

/**
 * The first millisecond after `now` at which the same calendars may have another answer; null: as they are, the answer stands for
 * good. Stored hours, periods and booking limits lie at instants of their own, which no clock moves: the notice does, and how long
 * calendars are believed.
 */
export function nextChange(answered: Answered, now: Instant, zones: ZoneData): Instant | null {
  const passed = answered.notice === null ? null : nextPassed(answered, zones);
  const moments = [
    ...(passed === null ? [] : [(passed - (answered.notice as Seconds)) * 1000]),
    ...answered.believedUntil,
  ].map((last) => last + 1);
  const coming = moments.filter((moment) => moment > now);
  return coming.length === 0 ? null : Math.min(...coming);
}

/** The first start that the notice has not passed, of those whose passing can be seen; null where there is none. */
function nextPassed({ question, found, withRefusals }: Answered, zones: ZoneData): Seconds | null {
  const { search, earliest, duration } = question;
  const starts: Seconds[] = [];
  if ('starts' in search) {
    starts.push(...search.starts.filter((start) => start >= earliest));
  } else {
    const [first] = found.openings;
    if (first !== undefined) starts.push(first.start);
    if (withRefusals) {
      const grid = startGrid(search.periods, search.grid, duration, zones);
      const place = placeFrom(grid, earliest);
      if (place < grid.size) starts.push(startAt(grid, place));
    }
  }
  return starts.length === 0 ? null : starts.reduce((soonest, start) => Math.min(soonest, start));
}

/** Seconds. */
const minute = 60;

/**
 * The earliest start as who watches an answer is told it. A period that is going on begins where the notice ends, another second
 * every second: it is told by whole minutes, later and never sooner. Starts are what they are.
 */
export function watchedEarliest({ search, earliest }: Question): Seconds {
  const moves = !('starts' in search) && search.format === 'PERIODS' && Number.isFinite(earliest);
  return moves ? Math.ceil(earliest / minute) * minute : earliest;
}
