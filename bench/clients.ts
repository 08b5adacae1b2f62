/** Those who use the service: one connects a calendar, one listens. */
import { createClient } from 'graphql-ws';
import WebSocket from 'ws';
import type { Service } from './service.ts';

/** Connects and waits until the first sync is through. @returns the profile's id */
export async function connectAndRead(
  service: Service,
  input: { readonly serverUrl: string; readonly username: string; readonly password: string },
): Promise<string> {
  const { connectCalDav } = await service.graph<{
    connectCalDav: { profile: { id: string } | null; userErrors: unknown[] };
  }>(
    'mutation ($input: ConnectCalDavInput!) { connectCalDav(input: $input) { profile { id } userErrors { message } } }',
    {
      input,
    },
  );
  const { profile, userErrors } = connectCalDav;
  if (profile === null) throw new Error(JSON.stringify(userErrors));
  for (;;) {
    const { profile: now } = await service.graph<{ profile: { initialSyncRequired: boolean } }>(
      'query ($id: ID!) { profile(id: $id) { initialSyncRequired } }',
      { id: profile.id },
    );
    if (!now.initialSyncRequired) return profile.id;
    await new Promise((later) => setTimeout(later, 50));
  }
}

interface Batch {
  readonly changes: {
    readonly changes: readonly {
      readonly kind: string;
      readonly subject: { readonly summary?: string | null } | null;
    }[];
  };
}

export interface Watch {
  /** Settles once so many changes told this summary; to be called before the change is made. */
  summary(summary: string, times: number): Promise<void>;
  stop(): Promise<void>;
}

/** Subscribes to all changes. */
export function watchChanges(service: Service): Watch {
  const client = createClient({
    url: `${service.address.replace('http', 'ws')}/graphql`,
    webSocketImpl: WebSocket,
    connectionParams: { authorization: `Bearer ${service.key}` },
  });
  const waiting = new Map<string, { times: number; settle: () => void }>();
  let failed: unknown = null;
  const run = (async () => {
    for await (const { data, errors } of client.iterate<Batch>({
      query: 'subscription { changes { changes { kind subject { ... on CalendarEvent { summary } } } } }',
    })) {
      if (errors !== undefined) throw new Error(JSON.stringify(errors));
      for (const { subject } of data?.changes.changes ?? []) {
        const one = waiting.get(subject?.summary ?? '');
        if (one !== undefined && --one.times === 0) one.settle();
      }
    }
  })().catch((error: unknown) => {
    failed = error;
  });
  return {
    async summary(summary, times) {
      await new Promise<void>((settle, fail) => {
        const late = setTimeout(() => fail(failed ?? new Error(`${summary}: not told within 60 s`)), 60_000);
        waiting.set(summary, {
          times,
          settle: () => {
            clearTimeout(late);
            settle();
          },
        });
      });
      waiting.delete(summary);
    },
    async stop() {
      await client.dispose();
      await run;
    },
  };
}
