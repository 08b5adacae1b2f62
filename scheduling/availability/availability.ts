/** `Query.availability`: input → answer, with providers asked again where the question wants it fresh. */
import type { Store } from '../../datasources/store/store.ts';
import type { Actor } from '../../domain/actor.ts';
import type { Instant } from '../../domain/events/model.ts';
import type { ZoneData } from '../../domain/time/zone-data.ts';
import type { AvailabilityInput } from '../../schema/generated.ts';
import type { MembersReader } from '../busy/members.ts';
import { rankings, withSeed } from '../distribution/rankings.ts';
import { type Asking, AvailabilityAnswer, type RefreshFailure } from './answer.ts';
import { askedOf } from './ask.ts';
import type { Asked } from './asked.ts';
import type { MemberSources } from './known-members.ts';
import { Mistakes } from './mistakes.ts';
import { type AskedQuestion, questionOf } from './question.ts';
import { openSlotToken, type SlotSeal, type SlotTokenOutcome } from './slot-tokens.ts';
import { staleProfiles } from './stale.ts';
import { storedAvailabilityReader } from './stored.ts';

export interface AvailabilityDependencies {
  readonly store: Store;
  readonly members: MembersReader;
  readonly zones: ZoneData;
  readonly seal: SlotSeal;
  /** Milliseconds since the epoch. */
  readonly clock: () => Instant;
  /** Asks the profiles' providers for changes now; profile → why not, or null. */
  refresh(
    profileIds: readonly string[],
    options: { readonly patience: number; readonly onCall: () => void },
  ): Promise<ReadonlyMap<string, RefreshFailure | null>>;
}

/** What a request spends. */
export interface Spending {
  sqlQueries: number;
  providerCalls: number;
}

/** An answer waits no longer than this for its providers, in milliseconds. */
const patience = 10_000;

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
  async answer(actor: Actor, input: AvailabilityInput, spending: Spending): Promise<AvailabilityAnswer> {
    const mistakes = new Mistakes();
    const read = askedOf(input, 'input', mistakes);
    const asked = { ...read, distribution: withSeed(read.distribution) };
    const now = this.#dependencies.clock();
    const known = await questionOf(this.sources, asked, actor, { now, counter: spending, mistakes });
    return this.#answered(actor, asked, known, now, spending);
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
    now: Instant,
    spending: Spending,
  ): Promise<AvailabilityAnswer> {
    const { known, freshness } = await this.#fresh(actor, asked, read, now, spending);
    const { store } = this.#dependencies;
    const counter = spending;
    const ranking = () => rankings({ ...this.sources, store }, asked, { actor, known: known.members, now, counter });
    return new AvailabilityAnswer(this.#dependencies, { actor, asked, known, freshness, now, counter, ranking });
  }

  /** Without a bound nobody is asked. Whoever could not be is told, and what is known of it stands. */
  async #fresh(
    actor: Actor,
    asked: Asked,
    read: AskedQuestion,
    now: Instant,
    spending: Spending,
  ): Promise<{ readonly known: AskedQuestion; readonly freshness: Asking }> {
    const failed = new Map<string, RefreshFailure>();
    if (asked.maxStaleness === null) return { known: read, freshness: { failed, oldest: null } };
    const oldest = now - asked.maxStaleness * 1000;
    const stale = staleProfiles(read.members, oldest);
    if (stale.size === 0) return { known: read, freshness: { failed, oldest } };
    const onCall = () => {
      spending.providerCalls++;
    };
    const outcomes = await this.#dependencies.refresh([...stale.keys()], { patience, onCall });
    for (const [profileId, calendarIds] of stale) {
      const reason = outcomes.get(profileId) ?? null;
      if (reason !== null) for (const id of calendarIds) failed.set(id, reason);
    }
    const known = await questionOf(this.sources, asked, actor, { now, counter: spending });
    return { known, freshness: { failed, oldest } };
  }
}
