/**
 * Who is to meet in each of several meetings: no two of a person's lie within its buffers of each other, and none is one more than
 * its booking limits have room for (semantics E5, E8, E12).
 */
import type { LimitedPeriods } from './booking-limits.ts';
import { mostNodes, type Spend, untilCutOff } from './search-bound.ts';
import type { Seconds } from './spans.ts';

export interface Candidate {
  /** The same text in several meetings is the same person. */
  readonly who: string;
  /** Free time that the person needs around this meeting. */
  readonly before: Seconds;
  readonly after: Seconds;
  readonly limits: readonly LimitedPeriods[];
}

export interface Choice<Someone extends Candidate> {
  /** How many of the candidates it takes. */
  readonly required: number;
  /** Free at the time of the meeting, whoever else meets; the preferred first. */
  readonly candidates: readonly Someone[];
}

export interface Meeting<Someone extends Candidate> {
  readonly start: Seconds;
  readonly end: Seconds;
  /** A person may be in two of them, and is chosen for each. */
  readonly choices: readonly Choice<Someone>[];
}

/** For each meeting and choice those who are taken. */
export type Chosen<Someone> = readonly (readonly (readonly Someone[])[])[];

/** Whether there are people with whom all of the meetings can be held. Meetings count for booking limits in the order given. */
export function canAllMeet(meetings: readonly Meeting<Candidate>[], spend: Spend): boolean {
  return new People(meetings, spend).suffice(needsOf(meetings));
}

/**
 * For each meeting and choice those who are taken: of all with whom the meetings can be held the first in the order of meetings,
 * choices and candidates; null where there are none, or where the search for them was cut off.
 */
export function choosePeople<Someone extends Candidate>(
  meetings: readonly Meeting<Someone>[],
  nodes = mostNodes,
): Chosen<Someone> | null {
  return untilCutOff(nodes, (spend) => choose(meetings, spend));
}

function choose<Someone extends Candidate>(
  meetings: readonly Meeting<Someone>[],
  spend: Spend,
): Chosen<Someone> | null {
  const people = new People(meetings, spend);
  const needs = needsOf(meetings);
  if (!people.suffice(needs)) return null;
  const decided: Need<Someone>[] = [];
  for (const [place, need] of needs.entries()) {
    const taken: Someone[] = [];
    for (const [index, one] of need.candidates.entries()) {
      if (taken.length === need.required) break;
      const suffices = () => {
        const so = [...taken, one];
        const others = { ...need, required: need.required - so.length, candidates: need.candidates.slice(index + 1) };
        return people.suffice([...decided, { ...need, required: so.length, candidates: so }, others, ...needs.slice(place + 1)]); // biome-ignore format: one thought
      };
      if (!people.isBound(one, need.meeting) || suffices()) taken.push(one);
    }
    decided.push({ ...need, candidates: taken });
  }
  return meetings.map((_, meeting) => decided.filter((need) => need.meeting === meeting).map(({ candidates }) => candidates)); // biome-ignore format: one thought
}

interface Need<Someone extends Candidate> extends Choice<Someone> {
  /** Its place. */
  readonly meeting: number;
}

interface Taken {
  readonly one: Candidate;
  readonly meeting: number;
}

function needsOf<Someone extends Candidate>(meetings: readonly Meeting<Someone>[]): readonly Need<Someone>[] {
  return meetings.flatMap(({ choices }, meeting) => choices.map((choice) => ({ ...choice, meeting })));
}

class People {
  readonly #meetings: readonly Meeting<Candidate>[];
  readonly #spend: Spend;
  /** By meeting: those whom another meeting may keep from it. All others can be taken without a thought. */
  readonly #bound: readonly Set<string>[];

  constructor(meetings: readonly Meeting<Candidate>[], spend: Spend) {
    this.#meetings = meetings;
    this.#spend = spend;
    this.#bound = meetings.map(() => new Set());
    const known = new Map<string, Taken[]>();
    for (const [meeting, { choices }] of meetings.entries()) {
      for (const one of choices.flatMap(({ candidates }) => candidates)) {
        const others = known.get(one.who) ?? [];
        known.set(one.who, [...others, { one, meeting }]);
        this.#spend(others.length);
        for (const other of others) {
          if (!this.#matter({ one, meeting }, other)) continue;
          this.#bound[meeting]?.add(one.who);
          this.#bound[other.meeting]?.add(one.who);
        }
      }
    }
  }

  isBound({ who }: Candidate, meeting: number): boolean {
    return this.#bound[meeting]?.has(who) === true;
  }

  /** Whether all needs can be met, by trying whom to take of those that are bound: first where there is the least choice. */
  suffice(needs: readonly Need<Candidate>[]): boolean {
    const tight = needs
      .map((need) => {
        const bound = need.candidates.filter((one) => this.isBound(one, need.meeting));
        return { ...need, required: need.required - (need.candidates.length - bound.length), candidates: bound };
      })
      .filter(({ required }) => required > 0)
      .sort((one, other) => slack(one) - slack(other));
    const taken = new Map<string, Taken[]>();
    const fill = (place: number, from: number, left: number): boolean => {
      const need = tight[place];
      if (need === undefined) return true;
      if (left === 0) return fill(place + 1, 0, tight[place + 1]?.required ?? 0);
      for (let at = from; at + left <= need.candidates.length; at += 1) {
        const one = need.candidates[at] as Candidate;
        const before = taken.get(one.who) ?? [];
        const now = [...before, { one, meeting: need.meeting }];
        this.#spend(now.length);
        if (!this.#isPossible(now)) continue;
        taken.set(one.who, now);
        if (fill(place, at + 1, left - 1)) return true;
        taken.set(one.who, before);
      }
      return false;
    };
    return fill(0, 0, tight[0]?.required ?? 0);
  }

  /** Whether two meetings of one person have to do with each other at all. */
  #matter(one: Taken, other: Taken): boolean {
    if (one.meeting === other.meeting) return false;
    const [here, there] = [this.#startOf(one), this.#startOf(other)];
    const together = ({ one: { limits } }: Taken) =>
      limits.some((limit) => limit.numberOf(here) === limit.numberOf(there));
    return this.#clash(one, other) || together(one) || together(other);
  }

  #isPossible(all: readonly Taken[]): boolean {
    const last = all[all.length - 1] as Taken;
    return (
      all.every((other) => other.meeting === last.meeting || !this.#clash(other, last)) &&
      all.every((each) => this.#hasRoom(each, all))
    );
  }

  #hasRoom({ one: { limits }, meeting }: Taken, all: readonly Taken[]): boolean {
    const start = (this.#meetings[meeting] as Meeting<Candidate>).start;
    return limits.every((limit) => {
      const number = limit.numberOf(start);
      const before = all.filter((each) => each.meeting < meeting && limit.numberOf(this.#startOf(each)) === number);
      return new Set(before.map((each) => each.meeting)).size < limit.roomIn(number);
    });
  }

  #clash(one: Taken, other: Taken): boolean {
    const [first, second] = this.#startOf(one) <= this.#startOf(other) ? [one, other] : [other, one];
    const { end } = this.#meetings[first.meeting] as Meeting<Candidate>;
    return this.#startOf(second) - end < Math.max(first.one.after, second.one.before);
  }

  #startOf({ meeting }: Taken): Seconds {
    return (this.#meetings[meeting] as Meeting<Candidate>).start;
  }
}

/** How many may be kept from it. */
function slack({ required, candidates }: Choice<Candidate>): number {
  return candidates.length - required;
}
