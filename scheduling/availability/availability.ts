/** `Query.availability`: input → answer, with providers asked again where the question wants it fresh. */
import type { Store } from '../../datasources/store/store.ts';
import type { Actor } from '../../domain/actor.ts';
import { watchedEarliest } from '../../domain/availability/next-change.ts';
import type { Instant } from '../../domain/events/model.ts';
import type { ZoneData } from '../../domain/time/zone-data.ts';
import type { AvailabilityInput } from '../../schema/generated.ts';
import type { MembersReader } from '../busy/members.ts';
import { rankings, withSeed } from '../distribution/rankings.ts';
import { AvailabilityAnswer } from './answer.ts';
import { askedOf } from './ask.ts';
import type { Asked } from './asked.ts';
import { freshened, type Refresh, type Spending } from './fresh.ts';
import type { MemberSources } from './known-members.ts';
import { Mistakes } from './mistakes.ts';
import { type AskedQuestion, questionOf } from './question.ts';
import { openSlotToken, type SlotSeal, type SlotTokenOutcome } from './slot-tokens.ts';
import { storedAvailabilityReader } from './stored.ts';

export interface AvailabilityDependencies {
  readonly store: Store;
  readonly members: MembersReader;
  readonly zones: ZoneData;
  readonly seal: SlotSeal;
  /** Milliseconds since the epoch. */
  readonly clock: () => Instant;
  readonly refresh: Refresh;
}

/** One answer to what was asked. */
export interface Answering {
  readonly now: Instant;
  readonly spending: Spending;
  /** What is wrong with the input already: told with what else is found. */
  readonly mistakes?: Mistakes;
  /** Whether the answer is watched (`watchedEarliest`). */
  readonly watched?: boolean;
}

export class Availabilities {
  /** What a question is put together from: for holds, sequences and live answers, too. */
  readonly sources: MemberSources;
  readonly #dependencies: AvailabilityDependencies;

  constructor(dependencies: AvailabilityDependencies) {
    const { members, zones } = dependencies;
    this.sources = { members, zones, stored: storedAvailabilityReader() };
    this.#dependencies = dependencies;
  }

  /** @throws RequestErrors for everything that is wrong with the input, each naming its argument. */
  answer(actor: Actor, input: AvailabilityInput, spending: Spending): Promise<AvailabilityAnswer> {
    const { asked, mistakes } = this.ask(input);
    return this.answerTo(actor, asked, { spending, now: this.#dependencies.clock(), mistakes });
  }

  /** What an input asks, for all answers to it, and what is wrong with it. */
  ask(input: AvailabilityInput): { readonly asked: Asked; readonly mistakes: Mistakes } {
    const mistakes = new Mistakes();
    const asked = askedOf(input, 'input', mistakes);
    return { asked: { ...asked, distribution: withSeed(asked.distribution) }, mistakes };
  }

  /** @throws RequestErrors with what `mistakes` holds already and what else turns out to be wrong. */
  async answerTo(actor: Actor, asked: Asked, answering: Answering): Promise<AvailabilityAnswer> {
    const { spending: counter, now, mistakes } = answering;
    const question = { now, counter, ...(mistakes === undefined ? {} : { mistakes }) };
    const known = await questionOf(this.sources, asked, actor, question);
    return this.#answered(actor, asked, known, answering);
  }

  /** What a slot token says. Whatever the text is, this does not throw. */
  openSlotToken(text: string, actor: Pick<Actor, 'applicationId'>): SlotTokenOutcome {
    const { clock, seal } = this.#dependencies;
    return openSlotToken(text, actor.applicationId, clock(), seal);
  }

  async #answered(
    actor: Actor,
    asked: Asked,
    read: AskedQuestion,
    { now, spending: counter, watched = false }: Answering,
  ): Promise<AvailabilityAnswer> {
    const again = () => questionOf(this.sources, asked, actor, { now, counter });
    const { refresh } = this.#dependencies;
    const { known: found, freshness } = await freshened(read, again, { ...asked, now }, refresh, counter);
    const { question } = found;
    const known = watched ? { ...found, question: { ...question, earliest: watchedEarliest(question) } } : found;
    const { store } = this.#dependencies;
    const ranking = () => rankings({ ...this.sources, store }, asked, { actor, known: known.members, now, counter });
    return new AvailabilityAnswer(this.#dependencies, { actor, asked, known, freshness, now, counter, ranking });
  }
}
