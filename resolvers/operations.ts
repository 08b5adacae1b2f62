/** operations.graphql */
import { listOperations } from '../datasources/store/operation-list.ts';
import type { Resolvers } from '../schema/generated.ts';
import { seconds } from './answers.ts';
import { pageById, wellFormedId } from './arguments.ts';
import { loadEvent } from './node.ts';

export const operations: Pick<Resolvers, 'WriteOperation'> & {
  Query: Resolvers['Query'];
  Subscription: Resolvers['Subscription'];
} = {
  Query: {
    operations: (_parent, args, context) => {
      const { status = null, accountIds = null } = args;
      return pageById(['operations', args.status, args.accountIds], args, context, (tx, place) =>
        listOperations(tx, { status, accountIds, ...place }),
      );
    },
    operation: (_parent, { id }, { loaders }) => loaders.operation.load(wellFormedId(id)),
  },

  Subscription: {
    operation: {
      subscribe: (_parent, { id }, { services, actor, counter, signal }) =>
        services.operations.watch({ actor, operationId: wellFormedId(id), counter, signal }),
      resolve: (operation: unknown) => operation as never,
    },
  },

  WriteOperation: {
    failure: ({ failure }) =>
      failure === null ? null : { ...failure, retryAt: failure.retryAt === null ? null : seconds(failure.retryAt) },
    nextAttemptAt: (operation) => (operation.nextAttemptAt === null ? null : seconds(operation.nextAttemptAt)),
    createdAt: (operation) => seconds(operation.createdAt),
    completedAt: (operation) => (operation.completedAt === null ? null : seconds(operation.completedAt)),
    event: (operation, _args, context) => loadEvent(operation.eventId, context),
  },
};
