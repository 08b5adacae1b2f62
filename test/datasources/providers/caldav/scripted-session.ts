/** A connector on a scripted server. */
import { afterEach } from '@jest/globals';
import { AttemptLimiter } from '../../../../datasources/http/attempt-limiter.ts';
import { createOutgoingFetch, type OutgoingFetchOptions } from '../../../../datasources/http/outgoing-fetch.ts';
import {
  type CalDavConnectorOptions,
  createCalDavConnector,
} from '../../../../datasources/providers/caldav/connector.ts';
import type { Connector, ProviderSession, PullPage } from '../../../../datasources/providers/connector.ts';
import { type ScriptedServer, startScripted } from '../../../setup/servers/scripted.ts';
import { texts, zones } from '../texts.ts';

export interface ScriptedSession {
  readonly server: ScriptedServer;
  readonly connector: Connector;
  readonly session: ProviderSession;
  /** Of the calendar `/cal/`. */
  readonly calendar: string;
  pull(token: string | null, known?: Readonly<Record<string, string>>): Promise<Pulled>;
}

export interface Pulled {
  readonly pages: readonly PullPage[];
  readonly uids: readonly string[];
  readonly removed: readonly string[];
  readonly unchanged: readonly string[];
  /** `remoteId: reason` */
  readonly skipped: readonly string[];
  readonly token: string | null;
  readonly full: boolean;
}

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

export async function scriptedSession(
  script: Parameters<typeof startScripted>[0],
  options: Partial<CalDavConnectorOptions> & { readonly tls?: Parameters<typeof startScripted>[1] } = {},
  fetchOptions: OutgoingFetchOptions = {},
): Promise<ScriptedSession> {
  const server = await startScripted(script, options.tls);
  const fetch = createOutgoingFetch({ allowedNetworks: ['loopback'], ...fetchOptions });
  closing.push(async () => {
    await fetch.close();
    await server.close();
  });
  const attempts = new AttemptLimiter({
    window: 1000,
    perApplication: 1000,
    perTarget: 1000,
    perLogin: 1000,
    perHost: 1000,
  });
  const connector = createCalDavConnector({ fetch, texts, zones, attempts, ...options });
  const calendar = `${server.origin}/cal/`;
  const session: ProviderSession = {
    profileId: 'pro_1',
    applicationId: 'app_1',
    credential: { kind: 'basic', serverUrl: `${server.origin}/`, username: 'alice', password: 'hunter2' },
    principal: {
      principalUrl: `${server.origin}/principal/`,
      homeUrl: `${server.origin}/`,
      addresses: [],
      displayName: null,
      schedules: false,
    },
  };
  return {
    server,
    connector,
    session,
    calendar,
    async pull(token, known = {}) {
      const pages: PullPage[] = [];
      const etags = new Map(Object.entries(known));
      for await (const page of connector.pull(session, calendar, token, async () => etags)) pages.push(page);
      return {
        pages,
        uids: pages.flatMap((page) => page.resources.map(({ object }) => object.uid)),
        removed: pages.flatMap((page) => page.removed),
        unchanged: pages.flatMap((page) => page.unchanged),
        skipped: pages.flatMap((page) => page.skipped.map(({ remoteId, reason }) => `${remoteId}: ${reason}`)),
        token: pages.at(-1)?.syncToken ?? null,
        full: pages.every((page) => page.full),
      };
    },
  };
}

/** Text inside XML. */
export function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}
