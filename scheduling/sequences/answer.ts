/** The answer to a question of several meetings in a row: sequences at once, and who comes to them when it is asked for. */
import type { Actor } from '../../domain/actor.ts';
import type { FoundStep, Sequence, Sequences, Step } from '../../domain/availability/sequence.ts';
import { choosePeople } from '../../domain/availability/sequence-people.ts';
import { bufferOf } from '../../domain/availability/step-times.ts';
import type { Instant } from '../../domain/events/model.ts';
import {
  type Asking,
  calendarsTold,
  type MemberTold,
  membersTold,
  type Participant,
  refuseTooMany,
} from '../availability/answer.ts';
import { type SlotSeal, slotTokens } from '../availability/slot-tokens.ts';
import type { MemberCalendar } from '../busy/members.ts';
import type { Ranking } from '../distribution/rankings.ts';
import type { AskedSequence, AskedStep } from './asked.ts';
import type { KnownSequence } from './question.ts';

export interface SequenceAnswerParts {
  readonly actor: Actor;
  readonly asked: AskedSequence;
  readonly known: KnownSequence;
  readonly freshness: Asking;
  readonly found: Sequences;
  readonly now: Instant;
  /** Of all steps' groups and members, one step behind the other; read when it is first asked who comes. */
  readonly ranking: () => Promise<Ranking>;
}

export class SequencesAnswer {
  readonly asked: AskedSequence;
  readonly known: KnownSequence;
  readonly freshness: Asking;
  readonly found: Sequences;
  readonly #actor: Actor;
  readonly #now: Instant;
  readonly #seal: SlotSeal;
  readonly #ranking: () => Promise<Ranking>;
  #ranked: Promise<Ranking> | null = null;
  readonly #tokens = new Map<string, ReturnType<typeof slotTokens>>();
  readonly #people = new Map<Sequence, Promise<readonly (readonly Participant[])[]>>();

  constructor(
    { seal }: { readonly seal: SlotSeal },
    { actor, asked, known, freshness, found, now, ranking }: SequenceAnswerParts,
  ) {
    this.asked = asked;
    this.known = known;
    this.freshness = freshness;
    this.found = found;
    this.#actor = actor;
    this.#now = now;
    this.#seal = seal;
    this.#ranking = ranking;
  }

  keyOf({ step }: FoundStep): string {
    return this.#asked(step).key;
  }

  /** For `createHold`: the step's slot, with the buffers that its place in the sequence asks for. */
  tokenOf(found: FoundStep): string {
    const { step, first, last } = found;
    const name = `${step} ${first} ${last}`;
    const tokens = this.#tokens.get(name) ?? slotTokens(this.#rules(found), this.#actor.applicationId, this.#now, this.#seal); // biome-ignore format: one thought
    this.#tokens.set(name, tokens);
    return tokens(found);
  }

  /**
   * Who is free at each step of a sequence, group by group: first those who are preferred of all with whom the whole of it can be
   * held, then the others by their ranking.
   *
   * @throws RequestError COST_LIMIT_EXCEEDED where all slots together have more members than one answer may tell of.
   */
  participantsOf(sequence: Sequence): Promise<readonly (readonly Participant[])[]> {
    refuseTooMany(this.found.sequences.length * this.known.members.length);
    const known = this.#people.get(sequence) ?? this.#participants(sequence);
    this.#people.set(sequence, known);
    return known;
  }

  members(): readonly MemberTold[] {
    return membersTold(this.known.members);
  }

  calendars(): readonly MemberCalendar[] {
    return calendarsTold(this.known.members);
  }

  async #participants(sequence: Sequence): Promise<readonly (readonly Participant[])[]> {
    this.#ranked ??= this.#ranking();
    const ranking = await this.#ranked;
    const meetings = sequence.map((found) => {
      const { members, groups } = this.known.question.steps[found.step] as Step;
      const [firstMember, firstGroup] = this.#before(found.step);
      const free = found.free().map((places, group) => {
        const all = places.map((place) => place + firstMember);
        const inOrder = ranking.order(firstGroup + group, all, found.start);
        return inOrder.flatMap((place) => {
          const member = members[place - firstMember];
          if (member === undefined) return [];
          const { who, limits } = member;
          return [{ who, limits, ...bufferOf(member, found.first, found.last), bookings: ranking.bookings(place) }];
        });
      });
      const choices = free.map((candidates, group) => ({ candidates, required: groups[group]?.required ?? 0 }));
      return { start: found.start, end: found.end, choices };
    });
    const chosen = choosePeople(meetings);
    return meetings.map(({ choices }, meeting) =>
      choices.flatMap(({ candidates, required }, group) => {
        const preferred = chosen?.[meeting]?.[group] ?? candidates.slice(0, required);
        const inOrder = [...preferred, ...candidates.filter((one) => !preferred.includes(one))];
        return inOrder.map(({ who, bookings }, place) => ({
          accountId: who,
          group,
          preferred: place < preferred.length,
          bookings,
        }));
      }),
    );
  }

  /** How many members, and groups, the steps before it have. */
  #before(step: number): readonly [members: number, groups: number] {
    const before = this.asked.steps.slice(0, step);
    return [
      before.reduce((sum, { members }) => sum + members.length, 0),
      before.reduce((sum, { groups }) => sum + groups.length, 0),
    ];
  }

  #rules({ step, first, last }: FoundStep) {
    const { excludedEventIds, notice, distribution } = this.asked;
    const { members: between, outer, groups } = this.#asked(step);
    const members = between.map((member, place) => ({
      ...member,
      before: (first ? outer[place] : member)?.before ?? member.before,
      after: (last ? outer[place] : member)?.after ?? member.after,
    }));
    return { members, groups, excludedEventIds, notice, distribution };
  }

  #asked(step: number): AskedStep {
    return this.asked.steps[step] as AskedStep;
  }
}
