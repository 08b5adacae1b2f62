/** `changes` with graphql-ws alone: one subscription from one cursor. What comes after its end is shared/follow.ts. */

import { demonstrate } from './shared/demonstrate.ts';
import { changesDocument, type Subscribe } from './shared/follow.ts';
import type { Batch } from './shared/mirror.ts';
import { socketClient } from './shared/socket.ts';

const { client, closed } = socketClient();

export const subscribe: Subscribe = async (variables, apply) => {
  const batches = client.iterate<{ changes: Batch }>({ query: changesDocument, variables });
  try {
    for await (const { data, errors } of batches) {
      // Beside errors a null may be a failure instead of an end: nothing of such a batch is applied.
      if (data == null || errors !== undefined) return { errors: errors ?? [] };
      apply(data.changes);
    }
  } catch (reason) {
    if (Array.isArray(reason)) return { errors: reason };
    if (reason instanceof Error) throw reason;
  }
  return { close: await closed() };
};

if (import.meta.main) await demonstrate(subscribe);
