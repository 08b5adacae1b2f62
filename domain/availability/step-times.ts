/** When one step of a sequence can be held, by its place in the sequence, and by whom. */
import type { ZoneData } from '../time/zone-data.ts';
import type { MeetingStarts } from './meeting-starts.ts';
import { gridStarts } from './openings.ts';
import type { Group } from './question.ts';
import type { Step, StepMember } from './sequence.ts';
import type { Candidate, Choice } from './sequence-people.ts';
import type { Seconds } from './spans.ts';

/** A step as it is asked where it is the first, the last, both or neither. */
export interface TimedStep {
  readonly found: MeetingStarts;
  /** By the place of the member; null for those whom no other step can keep from this one. */
  readonly candidates: readonly (Candidate | null)[];
  /** Those with such members; nobody else's choice matters. */
  readonly groups: readonly Group[];
}

export class StepTimes {
  readonly #step: Step;
  readonly #earliest: Seconds;
  readonly #zones: ZoneData;
  readonly #isShared: (who: string) => boolean;
  readonly #opens: boolean;
  readonly #closes: boolean;
  readonly #known: (TimedStep | undefined)[] = [];

  /** @param isShared whether what a person does in this step may matter to another. */
  constructor(step: Step, earliest: Seconds, zones: ZoneData, isShared: (who: string) => boolean) {
    this.#step = step;
    this.#earliest = earliest;
    this.#zones = zones;
    this.#isShared = isShared;
    this.#opens = step.members.some(({ member, outer }) => outer.before !== member.buffer.before);
    this.#closes = step.members.some(({ member, outer }) => outer.after !== member.buffer.after);
  }

  of(first: boolean, last: boolean): TimedStep {
    // Where nobody has other buffers outside, the place makes no difference.
    const opens = first && this.#opens;
    const closes = last && this.#closes;
    const place = (opens ? 1 : 0) + (closes ? 2 : 0);
    const known = this.#known[place] ?? this.#timed(opens, closes);
    this.#known[place] = known;
    return known;
  }

  /** Whom a choice of the step has at a start, of those that other steps may keep from it, and only where it needs one of them. */
  choices({ found, candidates, groups }: TimedStep, place: number): readonly Choice<Candidate>[] {
    return groups.flatMap((group) => {
      const free = found.freeOf(group, place);
      const shared = free.flatMap((member) => candidates[member] ?? []);
      const required = group.required - (free.length - shared.length);
      return required > 0 ? [{ required, candidates: shared }] : [];
    });
  }

  #timed(first: boolean, last: boolean): TimedStep {
    const { members, groups, duration, periods, grid } = this.#step;
    const question = {
      members: members.map((one) => ({ ...one.member, buffer: bufferOf(one, first, last) })),
      groups,
      duration,
      search: { periods, format: 'OVERLAPPING_SLOTS', grid },
      earliest: this.#earliest,
      maximum: 1,
    } as const;
    const candidates = members.map(({ who, member: { buffer }, limits }) =>
      this.#isShared(who) ? { who, limits, ...buffer } : null,
    );
    return {
      found: gridStarts(question, this.#zones),
      candidates,
      groups: groups.filter((group) => group.members.some((member) => candidates[member] !== null)),
    };
  }
}

/** What a member needs around a step that is the first of its sequence, the last, both or neither. */
export function bufferOf({ member: { buffer }, outer }: StepMember, first: boolean, last: boolean) {
  return { before: first ? outer.before : buffer.before, after: last ? outer.after : buffer.after };
}
