/** The HTTP side over the services: one graph, or one composed of several, and every route. */
import { parse } from 'graphql';
import type { CredentialCache } from '../auth/credential-cache.ts';
import { elementOrigins } from '../auth/elements/tokens.ts';
import type { OAuthServer } from '../auth/oauth/port.ts';
import type { OpenCredentials } from '../auth/open-credentials.ts';
import type { OpenedStore } from '../datasources/store/open.ts';
import type { Context } from '../resolvers/context.ts';
import type { Services } from '../resolvers/services.ts';
import type { Closing } from './closing.ts';
import type { Config } from './config.ts';
import { addConnectPages, type ConnectPages } from './connect-routes.ts';
import { addElements } from './elements-route.ts';
import { openGateway } from './federation/open-gateway.ts';
import { addFeeds } from './feeds-route.ts';
import { createGraph } from './graph.ts';
import type { KnownDocument } from './graphql/documents/manifest.ts';
import { type App, createApp } from './http/app.ts';
import { addImport } from './import-route.ts';
import type { Log } from './log.ts';
import { addOAuth } from './oauth-routes.ts';
import { zoneDataCheck } from './readiness.ts';
import { gaugeSources } from './telemetry/gauges.ts';
import type { NodeTelemetry } from './telemetry/open.ts';

/** An app that does not listen yet. @throws StartFailure where neighbours do not compose or cannot be reached. */
export async function serve(
  config: Config,
  closing: Closing,
  {
    services,
    store,
    listed,
    credentials,
    connected,
    oauth,
    pages,
    log,
    telemetry,
  }: {
    readonly services: Services;
    readonly store: OpenedStore;
    /** The documents of the manifests. */
    readonly listed: readonly KnownDocument[];
    readonly credentials: CredentialCache;
    readonly connected: OpenCredentials;
    readonly oauth: OAuthServer;
    readonly pages: ConnectPages;
    readonly log: Log;
    readonly telemetry: NodeTelemetry | null;
  },
): Promise<App> {
  const isDevelopment = config.mode === 'development';
  const graph = createGraph(services, store, {
    isDevelopment,
    introspection: config.introspection,
    documents: { mode: config.documents.mode, listed },
    onInternalError: (error) => log.error({ ...error }, 'a request failed'),
    telemetry,
  });
  const federation = await openGateway(config, graph, log);
  if (federation !== null) closing.add('neighbours', () => federation.close());
  const seam = federation?.gateway.seam ?? graph.seam;
  // A client that is not out any more may still be listed: what it asks is refused when it asks.
  for (const { id, body } of graph.documents.all) {
    const [error] = seam.validate(parse(body));
    if (error !== undefined) log.warn({ id, reason: error.message }, 'a document of the manifest is not valid');
  }
  const subgraph = config.subgraphSecret === null ? null : graph.federated({ omitNode: config.subgraphOmitsNode });
  return createApp<Context>({
    mode: config.mode,
    publicUrl: config.publicUrl,
    log,
    seam,
    documents: graph.documents,
    sdl: config.introspection ? () => federation?.gateway.sdl() ?? graph.sdl : null,
    ...(federation === null ? {} : { forwardedHeaders: federation.forwardedHeaders, notes: federation.notes }),
    ...(subgraph === null || config.subgraphSecret === null
      ? {}
      : { subgraph: { seam: graph.seamOver(subgraph.schema), sdl: subgraph.sdl, secret: config.subgraphSecret } }),
    hideSuggestions: !isDevelopment,
    authenticate: credentials.authenticate,
    watchCredential: (credentialId, ended) =>
      connected.watch(credentialId, () => {
        // Or a socket that comes back at once would be let in by what is remembered.
        credentials.clear();
        ended();
      }),
    createContext: graph.createContext,
    limiter: services.limiter,
    mayAsk: elementOrigins(store),
    checks: {
      database: () => store.ping(),
      schema: () => store.checkSchema(),
      tzdata: zoneDataCheck(store, services.zones.version),
    },
    ...(telemetry === null ? {} : { watch: telemetry.watch }),
    addRoutes: (app, identify, open) => {
      telemetry?.addRoutes(app, gaugeSources(store, open));
      addElements(app, graph.published);
      addFeeds(app, services.feeds);
      void app.register(async (scope) => addImport(scope, identify, services.imports));
      void app.register(async (scope) => addOAuth(scope, oauth));
      void app.register(async (scope) => addConnectPages(scope, pages));
    },
  });
}
