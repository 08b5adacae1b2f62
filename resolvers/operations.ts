/** operations.graphql */
import { listOperations } from '../datasources/store/operation-list.ts';
import type { Resolvers } from '../schema/generated.ts';
import { seconds } from './answers.ts';
import { decodePlace, listHash, page, pageInfo, pageSize, wellFormedId } from './arguments.ts';
import { loadEvent } from './node.ts';

export const operations: Pick<Resolvers, 'WriteOperation'> & { Query: Resolvers['Query'] } = {
  Query: {
    operations: async (_parent, args, context) => {
      const first = pageSize(args.first, 50, 100);
      const hash = listHash(['operations', args.status, args.accountIds]);
      const place = decodePlace(args.after, hash);
      const records = await context.services.store.withApplication(
        context.tenant,
        (tx) =>
          listOperations(tx, {
            status: args.status ?? null,
            accountIds: args.accountIds ?? null,
            first,
            after: place?.id ?? null,
          }),
        context.counter,
      );
      const { edges, hasNextPage } = page(records, first, ({ createdAt, id }) => ({ at: createdAt, id }), hash);
      return { edges, nodes: edges.map((edge) => edge.node), pageInfo: pageInfo(edges, hasNextPage, place !== null) };
    },
    operation: (_parent, { id }, { loaders }) => loaders.operation.load(wellFormedId(id)),
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
