/** Several meetings in a row (semantics E12): exact, and bounded. */
import type { ZoneData } from '../time/zone-data.ts';
import { bounded, CutOff, mostNodes, type Spend } from './search-bound.ts';
import type { FoundStep, Sequence, SequenceQuestion, Sequences, Step } from './sequence.ts';
import { type Candidate, canAllMeet, type Meeting } from './sequence-people.ts';
import type { Seconds } from './spans.ts';
import { placeFrom, startAt } from './start-grid.ts';
import { nextStart } from './starts.ts';
import { StepTies } from './step-ties.ts';
import { StepTimes, type TimedStep } from './step-times.ts';

/** Nodes after which a search that is asked to lets others go first: some milliseconds. */
const breath = 10_000;

/**
 * The first sequences that there are. However far the search comes, what it answers is right and nothing is left out before it.
 *
 * @param nodes how many starts, and people for one, are looked at before the search is cut off.
 */
export function findSequences(question: SequenceQuestion, zones: ZoneData, nodes = mostNodes): Sequences {
  const search = searchSequences(question, zones, nodes);
  for (;;) {
    const { done, value } = search.next();
    if (done === true) return value;
  }
}

/** The same, in pieces: yields again and again, for the caller to do something else meanwhile. */
export function* searchSequences(
  question: SequenceQuestion,
  zones: ZoneData,
  nodes = mostNodes,
): Generator<null, Sequences> {
  const sequences: Sequence[] = [];
  const search = new SequenceSearch(question, zones, bounded(nodes));
  try {
    yield* search.prepare();
    for (const sequence of search.all()) {
      if (sequence === null) yield null;
      else if (sequences.length === question.maximum) return { sequences, truncated: true };
      else sequences.push(sequence);
    }
    return { sequences, truncated: false };
  } catch (error) {
    if (error instanceof CutOff) return { sequences, truncated: true };
    throw error;
  }
}

/** Thrown where it is time to let others go first, by what keeps all that it has found out and is called again. */
class Pause extends Error {}

/** A set of steps: bit n is the nth. */
type Steps = number;

interface Placed extends FoundStep {
  readonly meeting: Meeting<Candidate>;
}

/** A start of a step that may come next. */
interface Next {
  readonly step: number;
  readonly place: number;
  readonly start: Seconds;
  /** It starts no later. */
  readonly until: Seconds;
}

/** What a step leads to, all of it by rising starts. */
interface Branch {
  /** The starts of the first, from this step on, or earlier ones as long as nobody looked. */
  soonest: readonly Seconds[];
  /** Null as long as nobody looked. */
  head: readonly Placed[] | null;
  readonly rest: Generator<readonly Placed[] | null>;
}

class SequenceSearch {
  readonly #steps: readonly Step[];
  readonly #times: readonly StepTimes[];
  readonly #ties: StepTies;
  readonly #all: Steps;
  readonly #spend: Spend;
  #sinceBreath = 0;
  #mayPause = false;
  readonly #following = new Map<Steps, readonly number[]>();
  /** By the steps that are placed and the last of them: of its starts the next that the others can follow, itself where they can. */
  readonly #followed = new Map<number, Map<number, number>>();
  readonly #soonest = new Map<number, Map<number, readonly Seconds[]>>();

  constructor({ steps, earliest }: SequenceQuestion, zones: ZoneData, spend: Spend) {
    this.#steps = steps;
    this.#spend = (nodes) => {
      spend(nodes);
      this.#sinceBreath += nodes ?? 1;
      if (this.#mayPause && this.#sinceBreath >= breath) throw new Pause();
    };
    this.#all = 2 ** steps.length - 1;
    this.#ties = new StepTies(steps);
    this.#times = steps.map((step) => new StepTimes(step, earliest, zones, (who) => this.#ties.people.has(who)));
  }

  /** Finds out where the first step can start at all: where nothing leads to an end, this is all of the search. */
  *prepare(): Generator<null> {
    for (let ready = false; !ready; ) {
      this.#mayPause = true;
      this.#sinceBreath = 0;
      try {
        for (const step of this.#nextSteps(0)) this.#next(0, null, step);
        ready = true;
      } catch (error) {
        if (!(error instanceof Pause)) throw error;
        yield null;
      } finally {
        this.#mayPause = false;
      }
    }
  }

  /** Every sequence, and null where it is time to let others go first. */
  *all(): Generator<Sequence | null> {
    for (const placed of this.#from([], 0)) yield placed?.map(({ meeting: _meeting, ...step }) => step) ?? null;
  }

  *#from(placed: readonly Placed[], done: Steps): Generator<readonly Placed[] | null> {
    if (done === this.#all) {
      yield placed;
      return;
    }
    const last = placed.at(-1) ?? null;
    let open = this.#nextSteps(done).flatMap((step) => this.#next(done, last, step) ?? []);
    while (open.length > 0) {
      if (this.#sinceBreath >= breath) {
        this.#sinceBreath = 0;
        yield null;
      }
      const start = open.reduce((early, next) => Math.min(early, next.start), Number.POSITIVE_INFINITY);
      const here = open.filter((next) => next.start === start);
      const [only] = here;
      if (here.length === 1 && only !== undefined) yield* this.#placing(placed, done, only);
      else yield* this.#inOrder(placed, done, here);
      open = open.flatMap((next) => (next.start === start ? (this.#later(done, next) ?? []) : [next]));
    }
  }

  /**
   * Of several steps that may start now, which one does decides when the others can: what they lead to is told in one order, by
   * each next start, of equal ones by the step. A branch is looked into when nothing else can come before it.
   */
  *#inOrder(placed: readonly Placed[], done: Steps, here: readonly Next[]): Generator<readonly Placed[] | null> {
    let branches = here.map(
      (next): Branch => ({
        soonest: [next.start, ...this.#soonestAfter(done | (1 << next.step), next.step, next.place)],
        head: null,
        rest: this.#placing(placed, done, next),
      }),
    );
    while (branches.length > 0) {
      const first = branches.reduce((early, branch) => (isEarlier(branch.soonest, early.soonest) ? branch : early));
      if (first.head !== null) yield first.head;
      first.head = null;
      const next = first.rest.next();
      if (next.done === true) branches = branches.filter((branch) => branch !== first);
      else if (next.value === null) yield null;
      else {
        first.head = next.value;
        first.soonest = next.value.slice(placed.length).map(({ start }) => start);
      }
    }
  }

  *#placing(placed: readonly Placed[], done: Steps, { step, place, start }: Next): Generator<readonly Placed[] | null> {
    const now = done | (1 << step);
    const { groups, duration } = this.#steps[step] as Step;
    const timed = this.#timed(now, step);
    const end = start + duration;
    const free = () => groups.map((group) => timed.found.freeOf(group, place));
    const choices = (this.#times[step] as StepTimes).choices(timed, place);
    const meeting = { start, end, choices };
    const one = { step, first: done === 0, last: now === this.#all, start, end, free, meeting };
    const near = this.#ties.near(placed, one);
    if (near.length > 1) {
      const people = near.flatMap(({ meeting: { choices: each } }) => each.map(({ candidates }) => candidates.length));
      this.#spend(people.reduce((sum, count) => sum + count, 0));
      if (!canAllMeet(near.map((each) => each.meeting), this.#spend)) return; // biome-ignore format: one thought
    }
    yield* this.#from([...placed, one], now);
  }

  /** The first start of a step that may come next; null where there is none. */
  #next(done: Steps, last: { readonly step: number; readonly end: Seconds } | null, step: number): Next | null {
    if (last === null) return this.#nextFrom(done, step, 0, Number.POSITIVE_INFINITY);
    const { grid } = this.#timed(done | (1 << step), step).found;
    const most = Math.min((this.#steps[last.step] as Step).after.most, (this.#steps[step] as Step).before.most);
    return this.#nextFrom(done, step, placeFrom(grid, last.end + this.#ties.least(last.step, step)), last.end + most);
  }

  #later(done: Steps, { step, place, until }: Next): Next | null {
    return this.#nextFrom(done, step, place + 1, until);
  }

  #nextFrom(done: Steps, step: number, from: number, until: Seconds): Next | null {
    this.#spend();
    const now = done | (1 << step);
    const place = this.#nextFollowed(now, step, from, until);
    return place === -1 ? null : { step, place, start: startAt(this.#timed(now, step).found.grid, place), until };
  }

  /** The first start from a place on, and until an instant, after which all the other steps can be held, whoever has to come; -1: none. */
  #nextFollowed(done: Steps, step: number, from: number, until: Seconds): number {
    const { starts, grid } = this.#timed(done, step).found;
    const known = knownOf(this.#followed, done * this.#steps.length + step);
    const passed: number[] = [];
    let place = nextStart(starts, from);
    try {
      while (place !== -1 && startAt(grid, place) <= until) {
        const next = known.get(place) ?? (this.#isFollowed(done, step, place) ? place : nextStart(starts, place + 1));
        known.set(place, next);
        if (next === place) break;
        passed.push(place);
        place = next;
      }
    } finally {
      // Also where the search goes on later: what was passed is not walked through once more.
      for (const each of passed) known.set(each, place);
    }
    return place === -1 || startAt(grid, place) > until ? -1 : place;
  }

  #isFollowed(done: Steps, step: number, place: number): boolean {
    if (done === this.#all) return true;
    const end = startAt(this.#timed(done, step).found.grid, place) + (this.#steps[step] as Step).duration;
    return this.#nextSteps(done).some((next) => this.#next(done, { step, end }, next) !== null);
  }

  /** The earliest starts that can follow one, by each next start, whoever has to come: none is sooner. */
  #soonestAfter(done: Steps, step: number, place: number): readonly Seconds[] {
    if (done === this.#all) return [];
    const known = knownOf(this.#soonest, done * this.#steps.length + step);
    const found = known.get(place);
    if (found !== undefined) return found;
    const end = startAt(this.#timed(done, step).found.grid, place) + (this.#steps[step] as Step).duration;
    const next = this.#nextSteps(done).flatMap((each) => this.#next(done, { step, end }, each) ?? []);
    const start = next.reduce((early, each) => Math.min(early, each.start), Number.POSITIVE_INFINITY);
    const soonest = next
      .filter((each) => each.start === start)
      .map((each) => [start, ...this.#soonestAfter(done | (1 << each.step), each.step, each.place)])
      .reduce((early, each) => (isEarlier(each, early) ? each : early));
    known.set(place, soonest);
    return soonest;
  }

  /** The steps that may come next: of those that are not placed the ones of the lowest rank. */
  #nextSteps(done: Steps): readonly number[] {
    const known = this.#following.get(done);
    if (known !== undefined) return known;
    const left = this.#steps.flatMap((_, step) => (((done >>> step) & 1) === 0 ? [step] : []));
    const rank = left.reduce((low, step) => Math.min(low, (this.#steps[step] as Step).rank), Number.POSITIVE_INFINITY);
    const next = left.filter((step) => this.#steps[step]?.rank === rank);
    this.#following.set(done, next);
    return next;
  }

  /** @param done the steps up to this one, and itself. */
  #timed(done: Steps, step: number): TimedStep {
    return (this.#times[step] as StepTimes).of(done === 1 << step, done === this.#all);
  }
}

function knownOf<Value>(all: Map<number, Map<number, Value>>, key: number): Map<number, Value> {
  const known = all.get(key) ?? new Map<number, Value>();
  all.set(key, known);
  return known;
}

function isEarlier(one: readonly Seconds[], other: readonly Seconds[]): boolean {
  const at = one.findIndex((start, place) => start !== other[place]);
  return at !== -1 && (one[at] as Seconds) < (other[at] as Seconds);
}
