/** `changes` with urql: one subscription from one cursor. What comes after its end is shared/follow.ts. */
import { createClient, type ExecutionResult, subscriptionExchange } from '@urql/core';
import { demonstrate } from './shared/demonstrate.ts';
import { changesDocument, type Subscribe } from './shared/follow.ts';
import { serviceUrl } from './shared/graph.ts';
import type { Batch } from './shared/mirror.ts';
import { socketClient } from './shared/socket.ts';

const { client, closed } = socketClient();
const urql = createClient({
  url: `${serviceUrl}/graphql`,
  exchanges: [
    subscriptionExchange({
      forwardSubscription: ({ query, variables }) => ({
        subscribe: (sink) => ({
          unsubscribe: client.subscribe(
            { query: query ?? '', variables },
            {
              next: (result) => sink.next(result as ExecutionResult),
              error: (reason) => sink.error(reason),
              // urql keeps a completion to itself; an error it hands on.
              complete: () => sink.error(new Error('completed')),
            },
          ),
        }),
      }),
    }),
  ],
});

export const subscribe: Subscribe = (variables, apply) =>
  new Promise((resolve) => {
    const whenClosed = async () => resolve({ close: await closed() });
    const subscription = urql
      .subscription<{ changes: Batch }>(changesDocument, variables)
      .subscribe(({ data, error }) => {
        // Beside errors a null may be a failure instead of an end: nothing of such a batch is applied.
        if (error === undefined) return data == null ? undefined : apply(data.changes);
        subscription.unsubscribe();
        if (error.graphQLErrors.length > 0) return resolve({ errors: error.graphQLErrors });
        return void whenClosed();
      });
  });

if (import.meta.main) await demonstrate(subscribe);
