/** What is asked → the question that the engine answers, and what is needed to tell the answer. */
import type { QueryCounter } from '../../datasources/store/store.ts';
import type { Actor } from '../../domain/actor.ts';
import type { Question } from '../../domain/availability/question.ts';
import type { Seconds } from '../../domain/availability/spans.ts';
import type { Instant } from '../../domain/events/model.ts';
import type { Asked, AskedSearch } from './asked.ts';
import { type KnownMembers, knowMembers, type MemberSources } from './known-members.ts';
import { Mistakes } from './mistakes.ts';

export interface AskedQuestion extends KnownMembers {
  readonly question: Question;
}

export interface QuestionOptions {
  readonly now: Instant;
  /** The hold that is just being confirmed: it is in nobody's way. */
  readonly exceptHoldId?: string;
  readonly counter?: QueryCounter;
  /** What is wrong with the input already: told with what else is found. */
  readonly mistakes?: Mistakes;
}

/**
 * Reads what the question needs, in one statement (and one more for stored rules that changed), and puts it together. Members of
 * the question stand in the order of `asked.members`.
 *
 * @throws RequestErrors BAD_USER_INPUT, each naming its argument: accounts, calendars and stored rules that this credential may not
 * see answer as those that are not there. FORBIDDEN for an account that granted nothing of its busy time.
 */
export async function questionOf(
  sources: MemberSources,
  asked: Asked,
  actor: Actor,
  { now, exceptHoldId, counter, mistakes = new Mistakes() }: QuestionOptions,
): Promise<AskedQuestion> {
  const { members, groups, duration, search, notice, maximum, excludedEventIds } = asked;
  const [from, to] = windowOf(search, duration);
  const hold = exceptHoldId === undefined ? {} : { exceptHoldId };
  const known = await knowMembers(
    sources,
    actor,
    { members, from, to, excludedEventIds, now, ...hold },
    mistakes,
    counter,
  );
  return {
    ...known,
    question: {
      members: known.members.map(({ member }) => member),
      groups,
      duration,
      search:
        'starts' in search
          ? search
          : {
              periods: search.periods,
              format: search.format,
              grid: { interval: search.interval, timeZone: search.timeZone },
            },
      earliest: earliestStart(notice, now),
      maximum,
    },
  };
}

/** The first whole second that is as far away as the notice; without one, whenever (semantics E10). */
export function earliestStart(notice: Seconds | null, now: Instant): Seconds {
  return notice === null ? Number.NEGATIVE_INFINITY : Math.ceil(now / 1000) + notice;
}

/** All that is looked at. Of a search that was refused: nothing. */
export function windowOf(search: AskedSearch, duration: Seconds): readonly [Seconds, Seconds] {
  if ('periods' in search) return [search.periods[0] ?? 0, search.periods.at(-1) ?? 1];
  if (search.starts.length === 0) return [0, 1];
  const first = search.starts.reduce((early, start) => Math.min(early, start));
  const last = search.starts.reduce((late, start) => Math.max(late, start));
  return [first, last + duration];
}
