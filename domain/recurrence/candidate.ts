/** Where an occurrence would start, before exceptions: numbers at once, texts when somebody asks for them. */
import type { EventTime, Instant, RecurrenceId, ZoneName } from '../events/model.ts';
import { MILLISECONDS_PER_DAY } from '../time/calendar-days.ts';
import { timeLike } from '../time/event-time.ts';
import { basicInstant, basicLocal } from '../time/icalendar-values.ts';
import { dayOf, type WallClock } from '../time/wall-clock.ts';
import type { ZoneData } from '../time/zone-data.ts';
import type { ZoneWalls } from '../time/zone-walls.ts';
import type { Series } from './series.ts';

/** What turns a wall clock of a series into an instant, and back. */
export interface SeriesClock {
  readonly series: Series;
  readonly zones: ZoneData;
  readonly zone: ZoneName;
  readonly walls: ZoneWalls;
}

export class Candidate {
  readonly startsAt: Instant;
  /** Set where an RDATE says its own period: the end as an instant. */
  readonly endsAt: Instant | null;
  /** As the rule has it; midnight when all-day. */
  readonly wall: WallClock;
  readonly #clock: SeriesClock;

  constructor(clock: SeriesClock, wall: WallClock, startsAt: Instant, endsAt: Instant | null) {
    this.#clock = clock;
    this.wall = wall;
    this.startsAt = startsAt;
    this.endsAt = endsAt;
  }

  get start(): EventTime {
    return timeLike(this.#clock.series.start, this.wall, this.startsAt);
  }

  get recurrenceId(): RecurrenceId {
    return recurrenceIdAt(this.#clock, this.wall, this.startsAt);
  }

  /** The same start with an end of its own. */
  lasting(endsAt: Instant): Candidate {
    return new Candidate(this.#clock, this.wall, this.startsAt, endsAt);
  }
}

/** What a start is called: by its wall clock, or by its instant where that alone says which one is meant. */
export function recurrenceIdAt({ series, walls }: SeriesClock, wall: WallClock, startsAt: Instant): RecurrenceId {
  switch (series.start.kind) {
    case 'date':
      return basicLocal(wall).slice(0, 8);
    case 'utc':
      return basicInstant(startsAt);
    default:
      // In the second pass of a repeated hour the wall clock names another start.
      return walls.instantOf(wall) === startsAt ? basicLocal(wall) : basicInstant(startsAt);
  }
}

/** The instant of a wall clock of the series. */
export function startInstant(clock: SeriesClock, wall: WallClock): Instant {
  switch (clock.series.start.kind) {
    case 'date':
      return clock.walls.startOfDay(wall);
    case 'utc':
      return wall;
    default:
      return clock.walls.instantOf(wall);
  }
}

/** The candidate at a wall clock of the series' zone; the day of it when all-day. */
export function candidateAt(clock: SeriesClock, wall: WallClock): Candidate {
  const start = clock.series.start.kind === 'date' ? dayOf(wall) * MILLISECONDS_PER_DAY : wall;
  return new Candidate(clock, start, startInstant(clock, start), null);
}

/** The candidate of a timed series at an instant. In the second pass of a repeated hour only the instant names it. */
export function candidateAtInstant(clock: SeriesClock, instant: Instant): Candidate {
  const wall = clock.series.start.kind === 'utc' ? instant : clock.walls.shownAt(instant);
  return new Candidate(clock, wall, instant, null);
}
