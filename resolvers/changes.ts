/** changes.graphql */
import type { Resolvers } from '../schema/generated.ts';
import type { ChangeBatch } from '../subscriptions/changes.ts';
import { sharable } from '../subscriptions/group-source.ts';
import { seconds } from './answers.ts';
import { pageSize } from './arguments.ts';
import { loadNode, typeByName } from './node.ts';

export const changes: Pick<Resolvers, 'CalendarChange' | 'ChangeSubject'> & {
  Query: Resolvers['Query'];
  Subscription: Resolvers['Subscription'];
} = {
  Query: {
    changes: (_parent, args, context) =>
      context.services.changes.read({
        actor: context.actor,
        after: args.after ?? null,
        first: pageSize(args.first, 100, 100),
        filter: args.filter ?? null,
        counter: context.counter,
      }),
  },

  Subscription: {
    changes: {
      subscribe: (_parent, args, context) => {
        const open = new AbortController();
        const signal = AbortSignal.any([open.signal, context.signal]);
        const question = { actor: context.actor, after: args.after ?? null, filter: args.filter ?? null };
        const event = (batch: ChangeBatch) => ({ changes: batch });
        const source = context.services.changes.source(question, event);
        // Whoever is refused wants nothing fresh.
        source.placeOf(question.after);
        const { accountIds = null, calendarIds = null } = args.filter ?? {};
        context.services.demand.whileOpen({ tenant: context.tenant, accountIds, calendarIds }, signal);
        const batches = context.services.changes.watch({ ...question, counter: context.counter, signal });
        return sharable(
          mapBatches(batches, event, () => open.abort()),
          source,
        );
      },
      resolve: (parent: unknown) => (parent as { changes: never }).changes,
    },
  },

  CalendarChange: {
    kind: (change) => change.kind,
    at: (change) => seconds(change.at),
    account: (change, _args, context) => context.loaders.account.load(change.accountId),
    subject: (change, _args, context) => {
      // An event is shown as its calendar has it: asked for at once, the two are one wait. Where the event has moved, it is asked again.
      if (change.calendarId !== null && change.kind !== 'EVENT_DELETED' && change.subjectId.startsWith('evt_')) {
        context.loaders.calendar.load(change.calendarId).catch(() => undefined);
      }
      return loadNode(change.subjectId, context) as never;
    },
  },

  ChangeSubject: typeByName,
};

/** Not a generator: its `return` would wait for the batch that is being waited for. */
function mapBatches<T, U>(
  batches: AsyncIterableIterator<T, undefined>,
  shape: (batch: T) => U,
  ended: () => void,
): AsyncIterableIterator<U, undefined> {
  const mapped: AsyncIterableIterator<U, undefined> = {
    async next() {
      const next = await batches.next();
      if (next.done === true) ended();
      return next.done === true ? { done: true, value: undefined } : { done: false, value: shape(next.value) };
    },
    async return() {
      ended();
      await batches.return?.();
      return { done: true, value: undefined };
    },
    [Symbol.asyncIterator]: () => mapped,
  };
  return mapped;
}
