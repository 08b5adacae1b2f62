/** What the steps of a sequence have to do with each other: the time between two, and people who are in both. */
import type { FoundStep, Step, StepMember } from './sequence.ts';
import type { Seconds } from './spans.ts';

/** Booking limits count by weeks at most: what is further apart, in whatever zone, is in two of them. */
const week = 8 * 86_400;

export class StepTies {
  /** Those of two or more steps who need time between them, or have only so much. */
  readonly people: ReadonlySet<string>;
  readonly #least: readonly (readonly Seconds[])[];
  /** How near a step may come to an earlier one before somebody may be kept from it; 0: whoever is in both may do both. */
  readonly #reach: readonly (readonly Seconds[])[];

  constructor(steps: readonly Step[]) {
    const shared = steps.map((one) => steps.map((other) => (one === other ? [] : inBoth(one.members, other.members))));
    this.people = new Set(
      shared.flat(2).flatMap(([one, other]) => (isLimited(one, other) || timeBetween(one, other) > 0 ? [one.who] : [])),
    );
    this.#least = steps.map((one) =>
      steps.map((other) =>
        inBoth(needed(one), needed(other)).reduce(
          (least, [before, after]) => Math.max(least, timeBetween(before, after)),
          Math.max(one.after.least, other.before.least),
        ),
      ),
    );
    this.#reach = shared.map((others) =>
      others.map((pairs) =>
        pairs.reduce(
          (reach, [before, after]) => Math.max(reach, timeBetween(before, after), isLimited(before, after) ? week : 0),
          0,
        ),
      ),
    );
  }

  /** The least time from the end of a step to the start of the next: what both ask for, and whoever must be in both needs. */
  least(step: number, next: number): Seconds {
    return this.#least[step]?.[next] as Seconds;
  }

  /** A step with those before it that may keep people from it, and those that may keep people from these, in their order. */
  near<Found extends Pick<FoundStep, 'step' | 'start' | 'end'>>(
    before: readonly Found[],
    one: Found,
  ): readonly Found[] {
    const near = [one];
    for (const found of near) {
      near.push(
        ...before.filter((each) => !near.includes(each) && (this.#touch(each, found) || this.#touch(found, each))),
      );
    }
    return [...before, one].filter((each) => near.includes(each));
  }

  #touch(one: Pick<FoundStep, 'step' | 'end'>, next: Pick<FoundStep, 'step' | 'start'>): boolean {
    return next.start >= one.end && next.start - one.end < (this.#reach[one.step]?.[next.step] as Seconds);
  }
}

function inBoth(
  before: readonly StepMember[],
  after: readonly StepMember[],
): readonly (readonly [before: StepMember, after: StepMember])[] {
  const known = new Map<string, StepMember[]>();
  for (const one of before) known.set(one.who, [...(known.get(one.who) ?? []), one]);
  return after.flatMap((other) => (known.get(other.who) ?? []).map((one) => [one, other] as const));
}

function timeBetween({ member: before }: StepMember, { member: after }: StepMember): Seconds {
  return Math.max(before.buffer.after, after.buffer.before);
}

function isLimited(one: StepMember, other: StepMember): boolean {
  return one.limits.length > 0 || other.limits.length > 0;
}

/** Those of whom nobody may be missing. */
function needed({ groups, members }: Step): readonly StepMember[] {
  const all = groups.filter((group) => group.required === group.members.length);
  return all.flatMap((group) => group.members.flatMap((place) => members[place] ?? []));
}
