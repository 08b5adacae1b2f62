/** From a start to an occurrence: where it ends, and how that is written (semantics A5). */
import type { EventException, EventTime, Instant, RecurrenceId } from '../events/model.ts';
import { MILLISECONDS_PER_DAY } from '../time/calendar-days.ts';
import { timeLike } from '../time/event-time.ts';
import { LAST_INSTANT } from '../time/instants.ts';
import { dayOf, type WallClock } from '../time/wall-clock.ts';
import { type Candidate, recurrenceIdAt } from './candidate.ts';
import type { Occurrence } from './series.ts';
import type { SeriesReading } from './series-reading.ts';

/** The occurrence where the rule puts it. */
export function occurrenceOf(candidate: Candidate, reading: SeriesReading): Occurrence {
  const { wall, startsAt } = candidate;
  return new RuleOccurrence(reading, wall, startsAt, endInstant(candidate, reading), candidate.endsAt !== null);
}

/** Its instants are there; its texts are made when they are asked for, as most readers ask for a few of many. */
export class RuleOccurrence implements Occurrence {
  readonly startsAt: Instant;
  readonly endsAt: Instant;
  readonly exception: EventException | null = null;
  readonly #reading: SeriesReading;
  /** From the wall clock of the start to its instant: unlike the wall clock, a number that V8 keeps without a box. */
  readonly #offset: number;
  readonly #hasOwnEnd: boolean;

  constructor(reading: SeriesReading, wall: WallClock, startsAt: Instant, endsAt: Instant, hasOwnEnd: boolean) {
    this.startsAt = startsAt;
    this.endsAt = endsAt;
    this.#reading = reading;
    this.#offset = wall - startsAt;
    this.#hasOwnEnd = hasOwnEnd;
  }

  get recurrenceId(): RecurrenceId {
    return recurrenceIdAt(this.#reading, this.startsAt + this.#offset, this.startsAt);
  }

  get originalStart(): EventTime {
    return this.start;
  }

  get start(): EventTime {
    return timeLike(this.#reading.series.start, this.startsAt + this.#offset, this.startsAt);
  }

  get end(): EventTime {
    const { series, length, zones } = this.#reading;
    const { start } = series;
    if (!this.#hasOwnEnd && 'days' in length) {
      return timeLike(start, endWall(this.startsAt + this.#offset, length.days), this.endsAt);
    }
    const like = start.kind === 'date' ? start : series.end;
    const zone = like.kind === 'zoned' ? like.zone : like.kind === 'date' ? series.dayZone : series.floatingZone;
    const wall = like.kind === 'utc' ? this.endsAt : this.endsAt + zones.offsetAt(this.endsAt, zone) * 1000;
    return timeLike(like, wall, this.endsAt);
  }
}

/** By start, then by recurrence id. */
export function precedes(left: Occurrence, right: Occurrence): boolean {
  return left.startsAt < right.startsAt || (left.startsAt === right.startsAt && left.recurrenceId < right.recurrenceId);
}

/** Where an occurrence ends that starts at a candidate. */
export function endInstant(candidate: Candidate, reading: SeriesReading): Instant {
  const { startsAt } = candidate;
  const { length } = reading;
  if (candidate.endsAt !== null) {
    return elapsedEnd(startsAt, candidate.endsAt);
  }
  return 'days' in length
    ? nominalEnd(candidate.wall, length.days, reading)
    : elapsedEnd(startsAt, startsAt + length.elapsed);
}

/** Beyond the last day but one some zone has no date to show. */
export function elapsedEnd(startsAt: Instant, asked: Instant): Instant {
  return Math.max(startsAt, Math.min(asked, LAST_INSTANT - MILLISECONDS_PER_DAY));
}

/** The instant that many days later by the wall clock. */
export function nominalEnd(wall: WallClock, days: number, reading: SeriesReading): Instant {
  const end = endWall(wall, days);
  switch (reading.series.start.kind) {
    case 'date':
      return reading.endWalls.startOfDay(dayOf(end) * MILLISECONDS_PER_DAY);
    case 'utc':
      return end;
    default:
      return reading.endWalls.instantOf(end);
  }
}

function endWall(wall: WallClock, days: number): WallClock {
  return Math.min(wall + days * MILLISECONDS_PER_DAY, LAST_INSTANT);
}
