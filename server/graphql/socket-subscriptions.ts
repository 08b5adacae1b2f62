/** Subscriptions over sockets: answered with their group where their source can be shared, alone where it cannot. */
import { randomUUID } from 'node:crypto';
import type { ExecutionArgs, ExecutionResult, GraphQLError, OperationDefinitionNode } from 'graphql';
import type { Actor } from '../../domain/actor.ts';
import { createFanOut } from '../../subscriptions/fan-out.ts';
import { type Shown, sourceOf } from '../../subscriptions/group-source.ts';
import { answerDigest } from './answer-digest.ts';
import { type Answers, isAsyncIterable, type Operation, type SeamContext } from './seam.ts';
import { headOf, SharedFrame } from './shared-frame.ts';
import { createSharing } from './sharing.ts';
import type { SocketOptions } from './socket.ts';
import { type Outlet, Subscriber } from './subscriber.ts';

/** Several errors that end a subscription before its first event; graphql-ws carries one thrown error only. */
export class RefusedSubscription extends Error {
  readonly errors: readonly GraphQLError[];
  constructor(errors: readonly GraphQLError[]) {
    super('refused');
    this.errors = errors;
  }
}

/** A subscription that nothing speaks against. */
export interface PreparedSubscription {
  readonly actor: Actor;
  readonly headers: Readonly<Record<string, string>>;
  readonly key: string;
  readonly subscriber: Subscriber;
  /** Ends it, and what it holds. */
  abort(): void;
}

export interface SocketSubscriptions {
  /** Checks one, or answers for its checks by those of a group that it may join. */
  prepare(asked: {
    readonly actor: Actor;
    readonly id: string;
    readonly outlet: Outlet;
    readonly operation: Operation<SeamContext>;
    readonly chosen: OperationDefinitionNode;
    readonly headers: Readonly<Record<string, string>>;
  }): PreparedSubscription | readonly GraphQLError[];
  /** What graphql-ws iterates. */
  start(prepared: PreparedSubscription, args: ExecutionArgs): Promise<AsyncIterable<ExecutionResult>>;
}

/** What may be there the next time it is asked for. */
const passing: ReadonlySet<unknown> = new Set(['INTERNAL_SERVER_ERROR', 'UNAVAILABLE', 'RATE_LIMITED']);

export function createSocketSubscriptions<Context extends SeamContext>({
  seam,
  createContext,
}: Pick<SocketOptions<Context>, 'seam' | 'createContext'>): SocketSubscriptions {
  const sharing = createSharing();
  const fanOut = createFanOut<SharedFrame>();
  const alone = new WeakMap<Subscriber, AbortController>();

  const render = (operation: Operation<Context>) => () => {
    const answer = seam.answering(operation);
    return async (event: unknown) => new SharedFrame(JSON.stringify(await answer(event)));
  };

  /** For a source that has to know what an event shows before it is told: executed then, and told as it was. */
  const comparing = (operation: Operation<Context>) => {
    const digest = answerDigest(seam.schema, operation.document, operation.operationName);
    const shown = new WeakMap<object, ReturnType<typeof execute>>();
    const execute = async (event: unknown) => {
      const result = await seam.answering(operation)(event);
      return { frame: new SharedFrame(JSON.stringify(result)), digest: digest(result), ...result };
    };
    const once = (event: unknown) => {
      const known = shown.get(event as object) ?? execute(event);
      shown.set(event as object, known);
      return known;
    };
    return {
      render: () => async (event: unknown) => (await once(event)).frame,
      show: async (event: unknown): Promise<Shown> => {
        const { digest, data, errors = [] } = await once(event);
        if (data == null) throw new RefusedSubscription(errors);
        return { digest, isWhole: !errors.some(({ extensions }) => passing.has(extensions['code'])) };
      },
    };
  };

  return {
    prepare({ actor, id, outlet, operation, chosen, headers }) {
      const { key, after, isPlain } = sharing.asked(actor, operation.document, chosen, operation.variables);
      if (!isPlain || !fanOut.has(key)) {
        const refused = seam.check(operation);
        if (refused.length > 0) return refused;
      }
      const subscriber = new Subscriber(outlet, headOf(id), after);
      return {
        actor,
        headers,
        key,
        subscriber,
        abort() {
          subscriber.abort();
          alone.get(subscriber)?.abort();
        },
      };
    },

    async start({ actor, headers, key, subscriber }, { document, operationName, variableValues }) {
      if (subscriber.enter((member) => fanOut.join(key, member))) return subscriber;
      const controller = new AbortController();
      alone.set(subscriber, controller);
      const context = createContext({ actor, requestId: randomUUID(), signal: controller.signal, headers });
      const operation: Operation<Context> = { document, operationName, variables: variableValues, context };
      const events = await seam.open(operation);
      if (!isAsyncIterable(events)) return refusing(events.errors ?? []);
      const source = sourceOf(events);
      if (source === null) return endedBy(controller, seam.answers(operation, events));
      // From here on the group ends the context, when the last of its members has left.
      alone.delete(subscriber);
      if (subscriber.isOver) controller.abort();
      else {
        const over = () => controller.abort();
        if (source.shownBy === undefined) {
          subscriber.enter((member) => fanOut.open(key, member, { source, render: render(operation), over }));
        } else {
          const { show, render } = comparing(operation);
          source.shownBy(show);
          subscriber.enter((member) => fanOut.open(key, member, { source, render, over }));
        }
      }
      return subscriber;
    },
  };
}

/** First the signal: a source that waits for its next event would not hear of the end otherwise. */
function endedBy(controller: AbortController, answers: Answers): Answers {
  const ended: Answers = {
    ...answers,
    return() {
      controller.abort();
      return answers.return();
    },
    [Symbol.asyncIterator]: () => ended,
  };
  return ended;
}

async function* refusing(errors: readonly GraphQLError[]): AsyncGenerator<ExecutionResult, void, void> {
  yield* [];
  throw new RefusedSubscription(errors);
}
