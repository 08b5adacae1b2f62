/** `Subscription.availability`: the answer to a question as it is now, and for how long it stands if nothing else happens. */
import type { Actor } from '../../domain/actor.ts';
import { nextChange } from '../../domain/availability/next-change.ts';
import type { Instant } from '../../domain/events/model.ts';
import type { ZoneData } from '../../domain/time/zone-data.ts';
import type { AvailabilityInput } from '../../schema/generated.ts';
import type { AvailabilityAnswer } from '../availability/answer.ts';
import type { Availabilities } from '../availability/availability.ts';
import { slotTokenLifetime } from '../availability/slot-tokens.ts';

/** What of an answer is told: what is not told changes nothing. */
export interface Told {
  /** Who is free, in which order. */
  readonly participants: boolean;
  /** Slot tokens. */
  readonly tokens: boolean;
  /** Why starts are refused. */
  readonly rejections: boolean;
}

export interface LiveAnswer {
  readonly answer: AvailabilityAnswer;
  /** Milliseconds after which time alone may have changed it; null: none will. */
  readonly standsFor: number | null;
  /** Milliseconds after which it has to be told again, the same or not; null: never. */
  readonly goodFor: number | null;
}

export interface LiveQuestion {
  /** Whoever's changes can change the answer, each once. */
  readonly accountIds: readonly string[];
  /**
   * The answer now. Only the first of all looks for calendars that are older than the question wants them; from then on they are kept
   * polled (sync/demand.ts).
   *
   * @throws RequestErrors as the query gives them: of what the credential may not see any more, too.
   */
  answer(): Promise<LiveAnswer>;
}

export interface LiveAnswers {
  /** @throws RequestErrors for everything that is wrong with an input that can be refused as it stands. */
  ask(actor: Actor, input: AvailabilityInput, told: Told): Promise<LiveQuestion>;
}

export interface LiveDependencies {
  readonly availability: Pick<Availabilities, 'ask' | 'answerTo'>;
  readonly zones: ZoneData;
  /** Milliseconds since the epoch. */
  readonly clock: () => Instant;
}

/**
 * How long who comes first is told as it is, in milliseconds, where bookings that age decide it: it is advice (semantics E9), and
 * changes a little with every second.
 */
const rankingStands = 60_000;

/** A client has at least half of a token's life left, whenever it looks. */
const tokensGoodFor = (slotTokenLifetime / 2) * 1000;

export function liveAnswers({ availability, zones, clock }: LiveDependencies): LiveAnswers {
  return {
    async ask(actor, input, told) {
      const { asked, mistakes } = availability.ask(input);
      const spending = () => ({ sqlQueries: 0, providerCalls: 0 });
      // What else is wrong is known from the calendars: all of it is told at once.
      if (mistakes.some) await availability.answerTo(actor, asked, { now: clock(), spending: spending(), mistakes });
      let isFirst = true;
      return {
        accountIds: [...new Set(asked.members.map(({ accountId }) => accountId))],
        async answer() {
          const now = clock();
          const question = isFirst ? asked : { ...asked, maxStaleness: null };
          const answer = await availability.answerTo(actor, question, { now, spending: spending(), watched: true });
          isFirst = false;
          return {
            answer,
            standsFor: standsFor(answer, told, now, zones),
            goodFor: told.tokens ? tokensGoodFor : null,
          };
        },
      };
    },
  };
}

function standsFor(answer: AvailabilityAnswer, told: Told, now: Instant, zones: ZoneData): number | null {
  const { asked, found, known } = answer;
  const byClock = nextChange(
    {
      question: known.question,
      found,
      notice: asked.notice,
      believedUntil: known.members.flatMap(({ asked: { trust }, standing: { status, lastKnownAt } }) =>
        status === 'DISCONNECTED' && lastKnownAt !== null ? [lastKnownAt + trust * 1000] : [],
      ),
      withRefusals: told.rejections,
    },
    now,
    zones,
  );
  const spans = [
    ...(byClock === null ? [] : [byClock - now]),
    ...known.members.flatMap(({ account }) => account.heldFor ?? []),
    ...(told.participants && asked.distribution.strategy === 'LEAST_BOOKED' ? [rankingStands] : []),
  ];
  return spans.length === 0 ? null : spans.reduce((shortest, span) => Math.min(shortest, span));
}
