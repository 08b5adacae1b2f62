/** `Query.sequencedAvailability`: input → answer, with providers asked again where the question wants it fresh. */
import { setImmediate } from 'node:timers/promises';
import type { Actor } from '../../domain/actor.ts';
import type { Sequences } from '../../domain/availability/sequence.ts';
import { searchSequences } from '../../domain/availability/sequences.ts';
import type { SequencedAvailabilityInput } from '../../schema/generated.ts';
import type { AvailabilityDependencies } from '../availability/availability.ts';
import { freshened, type Spending } from '../availability/fresh.ts';
import type { MemberSources } from '../availability/known-members.ts';
import { Mistakes } from '../availability/mistakes.ts';
import { rankings, withSeed } from '../distribution/rankings.ts';
import { SequencesAnswer } from './answer.ts';
import { askedSequenceOf } from './ask.ts';
import type { AskedSequence } from './asked.ts';
import { type KnownSequence, sequenceQuestionOf } from './question.ts';

export interface SequenceDependencies
  extends Pick<AvailabilityDependencies, 'store' | 'zones' | 'seal' | 'clock' | 'refresh'> {
  readonly sources: MemberSources;
}

export interface SequencedAvailabilities {
  /** @throws RequestErrors for everything that is wrong with the input, each naming its argument. */
  answer(actor: Actor, input: SequencedAvailabilityInput, spending: Spending): Promise<SequencesAnswer>;
}

export function sequencedAvailabilities(dependencies: SequenceDependencies): SequencedAvailabilities {
  const { store, sources, clock } = dependencies;
  return {
    async answer(actor, input, spending) {
      const mistakes = new Mistakes();
      const read = askedSequenceOf(input, 'input', mistakes);
      const asked = { ...read, distribution: withSeed(read.distribution) };
      const now = clock();
      const options = { now, counter: spending };
      const first = await sequenceQuestionOf(sources, asked, actor, { ...options, mistakes });
      const again = () => sequenceQuestionOf(sources, asked, actor, options);
      const { maxStaleness } = asked;
      const { known, freshness } = await freshened(first, again, { maxStaleness, now }, dependencies.refresh, spending);
      const ranking = () =>
        rankings({ ...sources, store }, pooled(asked, known), { actor, known: known.members, ...options });
      const found = await foundIn(searchSequences(known.question, dependencies.zones));
      return new SequencesAnswer(dependencies, { actor, asked, known, freshness, found, now, ranking });
    },
  };
}

/** A hard question must not hold up everybody else's requests. */
async function foundIn(search: ReturnType<typeof searchSequences>): Promise<Sequences> {
  for (;;) {
    const { done, value } = search.next();
    if (done === true) return value;
    await setImmediate();
  }
}

/** All steps as one question, for who comes first: read once for all of them. */
function pooled({ steps, distribution }: AskedSequence, { members }: KnownSequence) {
  let first = 0;
  const groups = steps.flatMap((step) => {
    const offset = first;
    first += step.members.length;
    return step.groups.map((group) => ({ ...group, members: group.members.map((place) => place + offset) }));
  });
  return { members: members.map(({ asked }) => asked), groups, distribution };
}
