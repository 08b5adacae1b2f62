/** `changes` with Apollo Client: one subscription from one cursor. What comes after its end is shared/follow.ts. */
import { ApolloClient, CombinedGraphQLErrors, gql, InMemoryCache } from '@apollo/client/core';
import { GraphQLWsLink } from '@apollo/client/link/subscriptions';
import { demonstrate } from './shared/demonstrate.ts';
import { changesDocument, type Subscribe } from './shared/follow.ts';
import type { Batch } from './shared/mirror.ts';
import { socketClient } from './shared/socket.ts';

const { client, closed } = socketClient();
const apollo = new ApolloClient({ link: new GraphQLWsLink(client), cache: new InMemoryCache() });
const query = gql(changesDocument);

export const subscribe: Subscribe = (variables, apply) =>
  new Promise((resolve) => {
    const whenClosed = async () => resolve({ close: await closed() });
    const subscription = apollo.subscribe<{ changes: Batch }>({ query, variables, fetchPolicy: 'no-cache' }).subscribe({
      // Nobody waits for this: a store that answers later needs rxjs's `concatMap`, so that batches stay in order.
      next({ data, error }) {
        if (data != null) return apply(data.changes);
        subscription.unsubscribe();
        if (CombinedGraphQLErrors.is(error)) return resolve({ errors: error.errors });
        return void whenClosed();
      },
      complete: () => void whenClosed(),
    });
  });

if (import.meta.main) await demonstrate(subscribe);
