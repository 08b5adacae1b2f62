/** A graph whose subscription can be shared, over a source in memory; each answer tells by whose eyes it was made. */
import { makeExecutableSchema } from '@graphql-tools/schema';
import type { GraphQLSchema } from 'graphql';
import { RequestError } from '../../domain/errors.ts';
import { type GroupSource, type Step, sharable } from '../../subscriptions/group-source.ts';
import type { SmallContext } from './small-app.ts';

export interface News {
  readonly schema: GraphQLSchema;
  /** How often a subscription was opened, and an answer's field executed. */
  readonly counted: { opened: number; executed: number; ended: number };
  /** Tells everybody who listens. */
  tell(text: string): void;
  /** Ends every source with an error. */
  fail(error: Error): void;
}

/** `after` is the number of texts that were told before. */
export function newsGraph(): News {
  const texts: string[] = [];
  const counted = { opened: 0, executed: 0, ended: 0 };
  const waiting = new Set<() => void>();
  let failure: Error | null = null;
  const wake = () => {
    for (const go of [...waiting]) go();
  };

  const step = (place: number, caughtUpAt: number | null): Step<number> => ({
    place,
    silent: false,
    event: (caughtUp) => ({
      news: { cursor: String(place), text: caughtUpAt === null ? texts[place - 1] : null, caughtUp },
    }),
  });

  function source(after: string | null): GroupSource<number> {
    return {
      after,
      async open(signal) {
        counted.opened++;
        signal.addEventListener('abort', () => {
          counted.ended++;
          wake();
        });
        const begin = texts.length;
        return { place: begin, look: async () => texts.length, steps: steps(begin, signal) };
      },
      placeOf(cursor) {
        if (cursor === null) return null;
        if (/^\d+$/.test(cursor) && Number(cursor) <= texts.length) return Number(cursor);
        throw new RequestError('BAD_USER_INPUT', 'after: expected a cursor', { argument: 'after' });
      },
      behind: async (from) => step(from + 1, null),
      standing: (place) => step(place, place),
      hasSeen: (place, other) => place >= other,
      isBoundary: () => true,
      keyOf: String,
    };
  }

  async function* steps(begin: number, signal: AbortSignal): AsyncGenerator<Step<number>, void, undefined> {
    for (let place = begin; !signal.aborted; ) {
      if (failure !== null) throw failure;
      if (place < texts.length) {
        yield step(++place, null);
        continue;
      }
      await new Promise<void>((resolve) => {
        const go = () => {
          waiting.delete(go);
          resolve();
        };
        waiting.add(go);
      });
    }
  }

  const schema = makeExecutableSchema({
    typeDefs: `
      directive @scope(any: [String!]!) on OBJECT | INTERFACE | FIELD_DEFINITION
      type Query @scope(any: []) { hello: String }
      type Subscription @scope(any: []) { news(after: String, of: String): News! alone(after: String): Int! }
      type News @scope(any: []) { cursor: String! text: String caughtUp: Boolean! eyes: String! }
    `,
    resolvers: {
      Query: { hello: () => 'hello' },
      Subscription: {
        news: {
          subscribe: (_: unknown, { after }: { after?: string | null }) => {
            const never = (async function* () {})();
            return sharable(never, source(after ?? null));
          },
        },
        alone: {
          subscribe: async function* () {
            yield { alone: 1 };
          },
        },
      },
      News: {
        eyes: (_: unknown, _args: unknown, { actor }: SmallContext) => {
          counted.executed++;
          return [
            actor.applicationId,
            actor.accountId,
            [...actor.scopes].sort().join(),
            actor.element?.permissions,
          ].join(' ');
        },
      },
    },
  });

  return {
    schema,
    counted,
    tell(text) {
      texts.push(text);
      wake();
    },
    fail(error) {
      failure = error;
      wake();
    },
  };
}
