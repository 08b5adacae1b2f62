/** Small questions of several meetings in a row, and their answers by trying everything (semantics E12): no rule is found by the engine's means. */
import { LimitedPeriods } from '../../domain/availability/booking-limits.ts';
import { busyKind, countedKinds, defaultBusyRule, packBusyTimes } from '../../domain/availability/busy-times.ts';
import type { Sequence, SequenceQuestion } from '../../domain/availability/sequence.ts';
import { ALWAYS, type Seconds } from '../../domain/availability/spans.ts';
import type { ZoneData } from '../../domain/time/zone-data.ts';
import type { Random } from '../oracles/random.ts';

type Pair = readonly [Seconds, Seconds];

export interface CaseStepMember {
  /** Place in `SequenceCase.busy`. */
  readonly person: number;
  readonly buffer: readonly [before: Seconds, after: Seconds];
  readonly outer: readonly [before: Seconds, after: Seconds];
  /** Meetings of a UTC day; null: no limit. */
  readonly perDay: number | null;
}

export interface CaseStep {
  readonly rank: number;
  readonly members: readonly CaseStepMember[];
  readonly groups: readonly { readonly members: readonly number[]; readonly required: number }[];
  readonly duration: Seconds;
  readonly period: Pair;
  readonly interval: Seconds;
  readonly before: Pair;
  readonly after: Pair;
}

export interface SequenceCase {
  /** Of each person; what lies there is its day's booking, too. */
  readonly busy: readonly (readonly Pair[])[];
  readonly steps: readonly CaseStep[];
  readonly maximum: number;
}

const midnight = Date.parse('2026-03-10T00:00:00Z') / 1000;
const minute = 60;
const day = 86_400;

export function drawSequenceCase(random: Random): SequenceCase {
  const below = (most: number) => random.whole(0, most - 1);
  const hours = random.pick([2, 3, 4]);
  // Around midnight: days are what limits count by.
  const from = midnight - hours * 1_800;
  const to = from + hours * 3_600;
  const people = 1 + below(4);
  const span = (): Pair => {
    const start = from - 3_600 + 900 * below((hours + 2) * 4);
    return [start, start + random.pick([600, 900, 1_800, 2_700])];
  };
  const busy = Array.from({ length: people }, () => Array.from({ length: below(4) }, span));
  const buffered = random.chance(0.7);
  const limited = random.chance(0.4);
  const length = () => (buffered && random.chance(0.6) ? random.pick([5, 15, 30, 60, 90]) * minute : 0);
  const gap = (): Pair => [
    random.chance(0.3) ? random.pick([10, 30, 60]) * minute : 0,
    random.chance(0.25) ? random.pick([0, 30, 60, 120]) * minute : Number.POSITIVE_INFINITY,
  ];
  const ordered = random.chance(0.5);
  const steps = Array.from({ length: 1 + below(4) }, (_, place): CaseStep => {
    const listed = Array.from({ length: people }, (_unused, person) => person).filter(() => random.chance(0.7));
    const members = (listed.length > 0 ? listed : [below(people)]).map((person): CaseStepMember => {
      const buffer = [length(), length()] as const;
      const outer = random.chance(0.6) ? buffer : ([length(), length()] as const);
      return { person, buffer, outer, perDay: limited && random.chance(0.5) ? 1 + below(3) : null };
    });
    // Now and then somebody is in two groups, by other rules.
    const first = members.map((_member, at) => at);
    const again = random.chance(0.15) ? [members.length] : [];
    const all = again.length > 0 ? [...members, { ...(members[0] as CaseStepMember), buffer: [length(), length()] as const }] : members; // biome-ignore format: one thought
    const groups = [first, again].filter((group) => group.length > 0);
    const late = random.chance(0.2) ? 1_800 : 0;
    return {
      rank: ordered ? place : below(2),
      members: all,
      groups: groups.map((group) => ({ members: group, required: random.chance(0.5) ? group.length : 1 + below(group.length) })),
      duration: random.pick([15, 30, 30, 45, 60]) * minute,
      period: [from + late, to],
      interval: random.pick([1_800, 1_800, 3_600, 900]),
      before: gap(),
      after: gap(),
    }; // biome-ignore format: one record
  });
  return { busy, steps, maximum: random.chance(0.7) ? 1_000 : 1 + below(4) };
}

export function engineSequences({ busy, steps, maximum }: SequenceCase, zones: ZoneData): SequenceQuestion {
  const counted = { kinds: countedKinds(defaultBusyRule), sources: null };
  const kind = busyKind('BUSY', false, false);
  return {
    maximum,
    earliest: Number.NEGATIVE_INFINITY,
    steps: steps.map(({ rank, members, groups, duration, period, interval, before, after }) => ({
      rank,
      groups,
      duration,
      periods: period,
      grid: { interval, timeZone: 'Etc/UTC' },
      before: { least: before[0], most: before[1] },
      after: { least: after[0], most: after[1] },
      members: members.map(({ person, buffer, outer, perDay }) => {
        const own = busy[person] ?? [];
        const limit = { period: 'DAY', maximum: perDay ?? 0, timeZone: 'Etc/UTC', categories: null } as const;
        const bookings = own.map(([start]) => ({ start, categories: null }));
        const limits = perDay === null ? [] : [new LimitedPeriods(limit, bookings, zones)];
        return {
          who: `${person}`,
          outer: { before: outer[0], after: outer[1] },
          limits,
          member: {
            busy: packBusyTimes(own.map(([start, end]) => ({ start, end, kind, source: 0 })), period[0]),
            bookable: [{ time: ALWAYS, counted }],
            within: ALWAYS,
            held: [],
            buffer: { before: buffer[0], after: buffer[1] },
            full: limits.flatMap((each) => each.full([midnight - day, midnight + day])),
            synced: true,
          },
        };
      }), // biome-ignore format: one record
    })),
  };
}

export interface BruteStep {
  readonly step: number;
  readonly start: Seconds;
  readonly free: readonly (readonly number[])[];
}

/** Every order, every start, every choice of people. */
export function bruteSequences(asked: SequenceCase): readonly (readonly BruteStep[])[] {
  const { steps } = asked;
  const found: BruteStep[][] = [];
  for (const order of ordersOf(steps)) {
    const place = (at: number, so: readonly BruteStep[]): void => {
      if (at === order.length) {
        if (peopleOf(asked, so).next().done !== true) found.push([...so]);
        return;
      }
      const number = order[at] as number;
      const { period, interval, duration } = steps[number] as CaseStep;
      for (let start = Math.ceil(period[0] / 300) * 300; start + duration <= period[1]; start += 300) {
        if (start % interval !== 0 || !followsOn(steps, so.at(-1), number, start)) continue;
        const free = freeIn(asked, number, start, at === 0, at === order.length - 1);
        if (free !== null) place(at + 1, [...so, { step: number, start, free }]);
      }
    };
    place(0, []);
  }
  return found.sort(compare);
}

function followsOn(steps: readonly CaseStep[], last: BruteStep | undefined, step: number, start: Seconds): boolean {
  if (last === undefined) return true;
  const before = steps[last.step] as CaseStep;
  const now = steps[step] as CaseStep;
  const between = start - last.start - before.duration;
  return [[0, Number.POSITIVE_INFINITY], before.after, now.before].every(
    ([least = 0, most = 0]) => between >= least && between <= most,
  );
}

function freeIn({ busy, steps }: SequenceCase, step: number, start: Seconds, first: boolean, last: boolean) {
  const { members, groups, duration } = steps[step] as CaseStep;
  const isFree = ({ person, buffer, outer, perDay }: CaseStepMember) => {
    const own = busy[person] ?? [];
    const from = start - (first ? outer[0] : buffer[0]);
    const to = start + duration + (last ? outer[1] : buffer[1]);
    const sameDay = own.filter(([at]) => Math.floor(at / day) === Math.floor(start / day));
    return own.every(([begin, end]) => end <= from || begin >= to) && (perDay === null || sameDay.length < perDay);
  };
  const free = groups.map((group) => group.members.filter((at) => isFree(members[at] as CaseStepMember)));
  return free.every((found, at) => found.length >= (groups[at]?.required ?? 0)) ? free : null;
}

/** Every way to take people, the first ones first: step by step and group by group places of members. */
export function* peopleOf(
  asked: SequenceCase,
  so: readonly BruteStep[],
): Generator<readonly (readonly (readonly number[])[])[]> {
  const wanted = so.flatMap(({ step, free }, at) =>
    free.map((places, group) => ({ at, places, required: (asked.steps[step] as CaseStep).groups[group]?.required ?? 0 })),
  ); // biome-ignore format: one thought
  const taken: { at: number; places: readonly number[] }[] = [];
  function* take(from: number): Generator<readonly (readonly (readonly number[])[])[]> {
    const want = wanted[from];
    if (want === undefined) {
      if (canMeet(asked, so, taken)) yield so.map((_, at) => taken.filter((one) => one.at === at).map(({ places }) => places)); // biome-ignore format: one thought
      return;
    }
    for (const places of combinations(want.places, want.required)) {
      taken.push({ at: want.at, places });
      yield* take(from + 1);
      taken.pop();
    }
  }
  yield* take(0);
}

function canMeet(
  { busy, steps }: SequenceCase,
  so: readonly BruteStep[],
  taken: readonly { readonly at: number; readonly places: readonly number[] }[],
): boolean {
  const all = taken.flatMap(({ at, places }) => {
    const { step, start } = so[at] as BruteStep;
    const { members, duration } = steps[step] as CaseStep;
    return places.map((place) => ({ at, start, end: start + duration, member: members[place] as CaseStepMember }));
  });
  return all.every((one) => {
    const others = all.filter((other) => other.member.person === one.member.person && other.at < one.at);
    const buffered = others.every((other) => one.start - other.end >= Math.max(other.member.buffer[1], one.member.buffer[0])); // biome-ignore format: one thought
    const sameDay = (at: Seconds) => Math.floor(at / day) === Math.floor(one.start / day);
    const booked = (busy[one.member.person] ?? []).filter(([at]) => sameDay(at)).length;
    const earlier = new Set(others.filter(({ start }) => sameDay(start)).map(({ at }) => at)).size;
    return buffered && (one.member.perDay === null || booked + earlier + 1 <= one.member.perDay);
  });
}

function* combinations(list: readonly number[], size: number): Generator<readonly number[]> {
  if (size === 0) {
    yield [];
    return;
  }
  for (const [at, one] of list.entries()) {
    for (const rest of combinations(list.slice(at + 1), size - 1)) yield [one, ...rest];
  }
}

function ordersOf(steps: readonly CaseStep[]): readonly (readonly number[])[] {
  const all = (left: readonly number[]): readonly (readonly number[])[] =>
    left.length === 0 ? [[]] : left.flatMap((one) => all(left.filter((other) => other !== one)).map((rest) => [one, ...rest])); // biome-ignore format: one thought
  const rankAt = (step: number | undefined) => steps[step ?? 0]?.rank ?? 0;
  return all(steps.map((_, step) => step)).filter((order) =>
    order.every((step, at) => at === 0 || rankAt(order[at - 1]) <= rankAt(step)),
  );
}

function compare(one: readonly BruteStep[], other: readonly BruteStep[]): number {
  for (const key of ['start', 'step'] as const) {
    for (const [at, step] of one.entries()) {
      const difference = step[key] - (other[at]?.[key] ?? 0);
      if (difference !== 0) return difference;
    }
  }
  return 0;
}

/** As the brute force tells it. */
export function shownSequence(sequence: Sequence): readonly BruteStep[] {
  return sequence.map(({ step, start, free }) => ({ step, start, free: free() }));
}
