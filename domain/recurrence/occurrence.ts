/** From a start to an occurrence: where it ends, and how that is written (semantics A5). */
import type { EventException, EventTime, Instant, RecurrenceId } from '../events/model.ts';
import { MILLISECONDS_PER_DAY } from '../time/calendar-days.ts';
import { timeLike } from '../time/event-time.ts';
import { LAST_INSTANT } from '../time/instants.ts';
import { dayOf, type WallClock } from '../time/wall-clock.ts';
import type { Candidate } from './candidate.ts';
import type { Occurrence } from './series.ts';
import type { SeriesReading } from './series-reading.ts';

/** The occurrence where the rule puts it. */
export function occurrenceOf(candidate: Candidate, reading: SeriesReading): Occurrence {
  return new RuleOccurrence(candidate, reading, endInstant(candidate, reading));
}

/** Its instants are there; its texts are made when they are asked for, as most readers ask for a few of many. */
class RuleOccurrence implements Occurrence {
  readonly startsAt: Instant;
  readonly endsAt: Instant;
  readonly exception: EventException | null = null;
  readonly #candidate: Candidate;
  readonly #reading: SeriesReading;

  constructor(candidate: Candidate, reading: SeriesReading, endsAt: Instant) {
    this.startsAt = candidate.startsAt;
    this.endsAt = endsAt;
    this.#candidate = candidate;
    this.#reading = reading;
  }

  get recurrenceId(): RecurrenceId {
    return this.#candidate.recurrenceId;
  }

  get originalStart(): EventTime {
    return this.#candidate.start;
  }

  get start(): EventTime {
    return this.#candidate.start;
  }

  get end(): EventTime {
    const { series, length, zones } = this.#reading;
    const { start } = series;
    if (this.#candidate.endsAt === null && 'days' in length) {
      return timeLike(start, endWall(this.#candidate.wall, length.days), this.endsAt);
    }
    const like = start.kind === 'date' ? start : series.end;
    const zone = like.kind === 'zoned' ? like.zone : like.kind === 'date' ? series.dayZone : series.floatingZone;
    const wall = like.kind === 'utc' ? this.endsAt : this.endsAt + zones.offsetAt(this.endsAt, zone) * 1000;
    return timeLike(like, wall, this.endsAt);
  }
}

/** Where an occurrence ends that starts at a candidate. */
export function endInstant(candidate: Candidate, reading: SeriesReading): Instant {
  const { startsAt } = candidate;
  const { length } = reading;
  if (candidate.endsAt === null && 'days' in length) {
    return nominalEnd(candidate.wall, length.days, reading);
  }
  return elapsedEnd(startsAt, candidate.endsAt ?? startsAt + ('elapsed' in length ? length.elapsed : 0));
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
