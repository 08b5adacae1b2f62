/** What several meetings in a row are asked → the question that the engine answers, all members read at once. */
import type { QueryCounter } from '../../datasources/store/store.ts';
import type { Actor } from '../../domain/actor.ts';
import { LimitedPeriods } from '../../domain/availability/booking-limits.ts';
import type { SequenceQuestion, StepMember } from '../../domain/availability/sequence.ts';
import type { Instant } from '../../domain/events/model.ts';
import type { ZoneData } from '../../domain/time/zone-data.ts';
import { type KnownMember, type KnownMembers, knowMembers, limitsOf, type MemberSources } from '../availability/known-members.ts'; // biome-ignore format: one line
import { Mistakes } from '../availability/mistakes.ts';
import { earliestStart } from '../availability/question.ts';
import { reachOf } from './ask.ts';
import type { AskedSequence, AskedStep } from './asked.ts';

/** Members of all steps, one step behind the other. */
export interface KnownSequence extends KnownMembers {
  readonly question: SequenceQuestion;
}

export interface SequenceOptions {
  readonly now: Instant;
  readonly counter?: QueryCounter;
  /** What is wrong with the input already: told with what else is found. */
  readonly mistakes?: Mistakes;
}

/**
 * Reads what the steps need, in one statement however many they are, and puts it together.
 *
 * @throws RequestErrors as `questionOf`
 */
export async function sequenceQuestionOf(
  sources: MemberSources,
  asked: AskedSequence,
  actor: Actor,
  { now, counter, mistakes = new Mistakes() }: SequenceOptions,
): Promise<KnownSequence> {
  const { steps, excludedEventIds, notice, maximum, timeZone } = asked;
  const [from, to] = reachOf(steps);
  const members = steps.flatMap(({ members: between, outer }) =>
    between.map((member, place) => {
      const { before, after } = outer[place] ?? member;
      return { ...member, before: Math.max(member.before, before), after: Math.max(member.after, after) };
    }),
  );
  const known = await knowMembers(sources, actor, { members, from, to, excludedEventIds, now }, mistakes, counter);
  let first = 0;
  return {
    ...known,
    question: {
      steps: steps.map((step) => {
        const ofStep = known.members.slice(first, first + step.members.length);
        first += step.members.length;
        const { rank, groups, duration, periods, interval, before, after } = step;
        const grid = { interval, timeZone };
        const people = ofStep.map((member, place) => stepMember(step, place, member, sources.zones));
        return { rank, members: people, groups, duration, periods, grid, before, after };
      }),
      earliest: earliestStart(notice, now),
      maximum,
    },
  };
}

function stepMember(
  { members, outer }: AskedStep,
  place: number,
  { asked, account, member }: KnownMember,
  zones: ZoneData,
): StepMember {
  const bufferOf = (one = asked) => ({ before: one.before, after: one.after });
  return {
    who: asked.accountId,
    member: { ...member, buffer: bufferOf(members[place]) },
    outer: bufferOf(outer[place]),
    limits: limitsOf(asked, account).map((limit) => new LimitedPeriods(limit, account.bookings, zones)),
  };
}
