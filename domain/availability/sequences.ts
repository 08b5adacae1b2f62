/** Several meetings in a row (semantics E12): exact, and bounded. */
import type { ZoneData } from '../time/zone-data.ts';
import type { FoundStep, Sequence, SequenceQuestion, Sequences, Step } from './sequence.ts';
import { type Candidate, canAllMeet, type Meeting } from './sequence-people.ts';
import type { Seconds } from './spans.ts';
import { placeFrom, startAt } from './start-grid.ts';
import { nextStart } from './starts.ts';
import { StepTimes, type TimedStep } from './step-times.ts';

/** Semantics E12. */
export const mostNodes = 1_000_000;

/**
 * The first sequences that there are. However far the search comes, what it answers is right and nothing is left out before it.
 *
 * @param nodes how many starts, and people for one, are looked at before the search is cut off.
 */
export function findSequences(question: SequenceQuestion, zones: ZoneData, nodes = mostNodes): Sequences {
  const search = new SequenceSearch(question, zones, nodes);
  const sequences: Sequence[] = [];
  try {
    for (const sequence of search.all()) {
      if (sequences.length === question.maximum) return { sequences, truncated: true };
      sequences.push(sequence);
    }
    return { sequences, truncated: false };
  } catch (error) {
    if (!(error instanceof CutOff)) throw error;
    return { sequences, truncated: true };
  }
}

class CutOff extends Error {}

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

class SequenceSearch {
  readonly #steps: readonly Step[];
  readonly #times: readonly StepTimes[];
  readonly #all: Steps;
  #left: number;
  /** The least time between two steps that follow each other. */
  readonly #least: readonly (readonly Seconds[])[];
  /** By the steps that are placed and the last of them: of its starts the next that the others can follow, itself where they can. */
  readonly #followed = new Map<string, Map<number, number>>();

  constructor({ steps, earliest }: SequenceQuestion, zones: ZoneData, nodes: number) {
    this.#steps = steps;
    this.#left = nodes;
    this.#all = 2 ** steps.length - 1;
    const shared = sharedPeople(steps);
    this.#times = steps.map((step) => new StepTimes(step, earliest, zones, (who) => shared.has(who)));
    this.#least = steps.map((one) => steps.map((other) => leastBetween(one, other)));
  }

  *all(): Generator<Sequence> {
    for (const placed of this.#from([], 0)) yield placed.map(({ meeting: _meeting, ...step }) => step);
  }

  *#from(placed: readonly Placed[], done: Steps): Generator<readonly Placed[]> {
    if (done === this.#all) {
      yield placed;
      return;
    }
    const last = placed.at(-1) ?? null;
    let open = this.#following(done).flatMap((step) => this.#next(done, last, step) ?? []);
    while (open.length > 0) {
      const start = open.reduce((early, next) => Math.min(early, next.start), Number.POSITIVE_INFINITY);
      const here = open.filter((next) => next.start === start);
      // Of two steps that may start now, which one does decides when the others can: what they lead to is told in one order.
      yield* inOrder(here.flatMap((next) => this.#placing(placed, done, next)));
      open = open.flatMap((next) => (next.start === start ? (this.#later(done, next) ?? []) : next));
    }
  }

  #placing(
    placed: readonly Placed[],
    done: Steps,
    { step, place, start }: Next,
  ): readonly Generator<readonly Placed[]>[] {
    this.#spend();
    const now = done | (1 << step);
    const { groups, duration } = this.#steps[step] as Step;
    const times = this.#times[step] as StepTimes;
    const timed = this.#timed(now, step);
    const end = start + duration;
    const meeting = { start, end, choices: times.choices(timed, place) };
    const meetings = [...placed.map((one) => one.meeting), meeting];
    if (!canAllMeet(meetings, () => this.#spend())) return [];
    const free = () => groups.map((group) => timed.found.freeOf(group, place));
    const one = { step, first: done === 0, last: now === this.#all, start, end, free, meeting };
    return [this.#from([...placed, one], now)];
  }

  /** The first start of a step that may come next; null where there is none. */
  #next(done: Steps, last: { readonly step: number; readonly end: Seconds } | null, step: number): Next | null {
    const { found } = this.#timed(done | (1 << step), step);
    if (last === null) return this.#nextFrom(done, step, 0, Number.POSITIVE_INFINITY);
    const from = last.end + (this.#least[last.step]?.[step] as Seconds);
    const most = Math.min((this.#steps[last.step] as Step).after.most, (this.#steps[step] as Step).before.most);
    return this.#nextFrom(done, step, placeFrom(found.grid, from), last.end + most);
  }

  #later(done: Steps, { step, place, until }: Next): Next | null {
    return this.#nextFrom(done, step, place + 1, until);
  }

  #nextFrom(done: Steps, step: number, from: number, until: Seconds): Next | null {
    const now = done | (1 << step);
    const place = this.#nextFollowed(now, step, from);
    if (place === -1) return null;
    const start = startAt(this.#timed(now, step).found.grid, place);
    return start > until ? null : { step, place, start, until };
  }

  /** The first start from a place on after which all the other steps can be held, whoever of several comes; -1 where there is none. */
  #nextFollowed(done: Steps, step: number, from: number): number {
    const { starts } = this.#timed(done, step).found;
    let place = nextStart(starts, from);
    if (done === this.#all) return place;
    const key = `${done} ${step}`;
    const known = this.#followed.get(key) ?? new Map<number, number>();
    this.#followed.set(key, known);
    const passed: number[] = [];
    while (place !== -1) {
      const next = known.get(place) ?? (this.#isFollowed(done, step, place) ? place : nextStart(starts, place + 1));
      known.set(place, next);
      if (next === place) break;
      passed.push(place);
      place = next;
    }
    for (const each of passed) known.set(each, place);
    return place;
  }

  #isFollowed(done: Steps, step: number, place: number): boolean {
    this.#spend();
    const end = startAt(this.#timed(done, step).found.grid, place) + (this.#steps[step] as Step).duration;
    return this.#following(done).some((next) => this.#next(done, { step, end }, next) !== null);
  }

  /** The steps that may come next: of those that are not placed the ones of the lowest rank. */
  #following(done: Steps): readonly number[] {
    const left = this.#steps.flatMap((_, step) => (((done >>> step) & 1) === 0 ? [step] : []));
    const rank = left.reduce((low, step) => Math.min(low, (this.#steps[step] as Step).rank), Number.POSITIVE_INFINITY);
    return left.filter((step) => this.#steps[step]?.rank === rank);
  }

  /** @param done the steps up to this one, and itself. */
  #timed(done: Steps, step: number): TimedStep {
    return (this.#times[step] as StepTimes).of(done === 1 << step, done === this.#all);
  }

  #spend(): void {
    if (this.#left === 0) throw new CutOff();
    this.#left -= 1;
  }
}

/** People of two or more steps who need time between them, or have only so much. */
function sharedPeople(steps: readonly Step[]): ReadonlySet<string> {
  const needing = new Set<string>();
  const stepsOf = new Map<string, Set<Step>>();
  for (const step of steps) {
    for (const { who, member, limits } of step.members) {
      stepsOf.set(who, (stepsOf.get(who) ?? new Set()).add(step));
      if (member.buffer.before > 0 || member.buffer.after > 0 || limits.length > 0) needing.add(who);
    }
  }
  return new Set([...needing].filter((who) => (stepsOf.get(who)?.size ?? 0) > 1));
}

/** What the steps ask for, and whoever must be in both needs. */
function leastBetween(one: Step, other: Step): Seconds {
  const after = new Map<string, Seconds>();
  for (const { who, member } of needed(one)) after.set(who, Math.max(after.get(who) ?? 0, member.buffer.after));
  const people = needed(other).flatMap(({ who, member }) => {
    const known = after.get(who);
    return known === undefined ? [] : [known, member.buffer.before];
  });
  return people.reduce((least, each) => Math.max(least, each), Math.max(one.after.least, other.before.least));
}

function needed({ groups, members }: Step): readonly Step['members'][number][] {
  const all = groups.filter((group) => group.required === group.members.length);
  return all.flatMap((group) => group.members.flatMap((place) => members[place] ?? []));
}

/** Several orders of steps from one start on, as one: by each next start; of equal ones those first that come first. */
function* inOrder(branches: readonly Generator<readonly Placed[]>[]): Generator<readonly Placed[]> {
  const heads = branches.map((branch) => ({ branch, head: branch.next() }));
  for (;;) {
    let first: { branch: Generator<readonly Placed[]>; head: IteratorYieldResult<readonly Placed[]> } | null = null;
    for (const { branch, head } of heads) {
      if (head.done !== true && (first === null || isEarlier(head.value, first.head.value))) first = { branch, head };
    }
    if (first === null) return;
    yield first.head.value;
    const { branch } = first;
    for (const each of heads) if (each.branch === branch) each.head = branch.next();
  }
}

function isEarlier(one: readonly Placed[], other: readonly Placed[]): boolean {
  const at = one.findIndex(({ start }, place) => start !== other[place]?.start);
  return at !== -1 && (one[at] as Placed).start < (other[at] as Placed).start;
}
