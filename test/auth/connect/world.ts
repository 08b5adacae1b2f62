/** The consent pages over HTTP, with the OAuth server in front and a calendar provider in memory behind them. */
import type { AddressInfo } from 'node:net';
import { createApplication, verifyApplication } from '../../../auth/applications.ts';
import { elementOrigins } from '../../../auth/elements/tokens.ts';
import { createOAuthServer } from '../../../auth/oauth/server.ts';
import type { MemoryProvider } from '../../../datasources/providers/memory/provider.ts';
import { addConnectPages } from '../../../server/connect-routes.ts';
import { addElements } from '../../../server/elements-route.ts';
import { createGraph } from '../../../server/graph.ts';
import { createApp } from '../../../server/http/app.ts';
import { createLog } from '../../../server/log.ts';
import { addOAuth } from '../../../server/oauth-routes.ts';
import { testKeyRing } from '../../setup/database.ts';
import { openGraph, type TestGraph } from '../../setup/graph.ts';
import { authorizeUrl, type Browser, begin, pkce, redirectUri, type TestApplication } from '../oauth/world.ts';

export interface PagesWorld {
  readonly graph: TestGraph;
  readonly provider: MemoryProvider;
  readonly origin: string;
  readonly errors: unknown[];
  readonly logged: string[];
  application(options?: {
    readonly mode?: 'DEVELOPMENT' | 'PRODUCTION';
    readonly name?: string;
  }): Promise<TestApplication>;
  /** Begins an authorisation. @returns the first page's address */
  begin(browser: Browser, application: TestApplication, parameters?: Readonly<Record<string, string>>): Promise<string>;
  close(): Promise<void>;
}

export async function openPages(): Promise<PagesWorld> {
  const graph = await openGraph();
  const { store } = graph.fresh;
  graph.provider.addCalendar({ name: 'Work' });
  const errors: unknown[] = [];
  const logged: string[] = [];
  const log = createLog('trace', { write: (line) => void logged.push(line) });
  let publicUrl = new URL('http://127.0.0.1:0');
  const oauth = createOAuthServer({
    store,
    keyRing: testKeyRing,
    ids: store.ids,
    serviceMode: 'development',
    publicUrl: () => publicUrl,
    onError: (error) => errors.push(error),
  });
  const built = createGraph(graph.services, store, {
    isDevelopment: true,
    onInternalError: (error) => errors.push(error),
  });
  const app = await createApp({
    mode: 'production',
    publicUrl,
    log,
    seam: built.seam,
    sdl: null,
    hideSuggestions: true,
    authenticate: built.authenticate,
    createContext: built.createContext,
    checks: {},
    limiter: graph.services.limiter,
    mayAsk: elementOrigins(store),
    addRoutes: (fastify) => {
      addElements(fastify, built.published);
      void fastify.register(async (scope) => addOAuth(scope, oauth));
      void fastify.register(async (scope) =>
        addConnectPages(scope, {
          oauth,
          store,
          keyRing: testKeyRing,
          connect: (request) => graph.engine.connectCalDav(request),
          secure: () => false,
          onError: (error) => errors.push(error),
        }),
      );
    },
  });
  await app.listen({ host: '127.0.0.1', port: 0 });
  const { port } = app.fastify.server.address() as AddressInfo;
  const origin = `http://127.0.0.1:${port}`;
  publicUrl = new URL(origin);
  return {
    graph,
    provider: graph.provider,
    origin,
    errors,
    logged,
    application: ({ mode = 'PRODUCTION', name = 'Calendar Friend' } = {}) =>
      store.asWorker(async (tx) => {
        const { application, secret } = await createApplication(tx, store.ids, { name }, 'operator');
        const { id, unitId, clientId } = application;
        if (mode === 'PRODUCTION') await verifyApplication(tx, { id }, [redirectUri], 'operator');
        return { id, unitId, clientId, secret };
      }),
    begin: (browser, application, parameters = {}) =>
      begin(
        browser,
        authorizeUrl(origin, {
          client_id: application.clientId,
          redirect_uri: redirectUri,
          scope: 'read_only',
          code_challenge: pkce().challenge,
          ...parameters,
        }),
      ),
    async close() {
      await app.drain(100);
      await graph.close();
    },
  };
}

/** The hidden field of a page's forms. */
export function formToken(page: string): string {
  const token = /name="token" value="([^"]+)"/.exec(page)?.[1];
  if (token === undefined) throw new Error(`expected a form, got ${page}`);
  return token;
}
