/** Puts the service together, from the bottom up, and takes it apart in the reverse order. */
import { parse } from 'graphql';
import pg from 'pg';
import { authenticate } from '../auth/authenticate.ts';
import { type CredentialCache, credentialCache } from '../auth/credential-cache.ts';
import { developmentKey, endDevelopmentKeys, ensureDevelopmentApplication } from '../auth/development.ts';
import { elementOrigins } from '../auth/elements/tokens.ts';
import { startErasing } from '../auth/erasures.ts';
import { applicationLimits } from '../auth/limits/application-limits.ts';
import { createRequestLimiter } from '../auth/limits/request-limiter.ts';
import { startDisconnectionMail } from '../auth/mail/disconnections.ts';
import type { OAuthServer } from '../auth/oauth/port.ts';
import { createOAuthServer } from '../auth/oauth/server.ts';
import { type OpenCredentials, openCredentials } from '../auth/open-credentials.ts';
import { createOutgoingFetch } from '../datasources/http/outgoing-fetch.ts';
import { icalendarParser } from '../datasources/parsing/parser.ts';
import { openRedis, type RedisConnection } from '../datasources/redis/connection.ts';
import { watchKeyFile } from '../datasources/secrets/key-file.ts';
import { keyRingFromEnvironment, keyRingFromFile } from '../datasources/secrets/key-source.ts';
import { type RotatingKeyRing, rotatingKeyRing } from '../datasources/secrets/rotating-key-ring.ts';
import { isDatabaseAway } from '../datasources/store/database-away.ts';
import { startEmbedded } from '../datasources/store/embedded/start.ts';
import { createIdSource } from '../datasources/store/ids.ts';
import { type OpenedStore, openStore } from '../datasources/store/open.ts';
import { systemZones } from '../domain/time/system-zones.ts';
import packageJson from '../package.json' with { type: 'json' };
import type { Context } from '../resolvers/context.ts';
import type { Services } from '../resolvers/services.ts';
import { startHoldExpiry } from '../scheduling/holds/expiry.ts';
import { createPostgresNotifications } from '../subscriptions/notifications.ts';
import { createRedisNotifications } from '../subscriptions/redis-notifications.ts';
import { createWakeUps } from '../subscriptions/wake-up.ts';
import { startEventTriggers } from '../sync/jobs/event-triggers.ts';
import { startHousekeeping } from '../sync/jobs/housekeeping.ts';
import { startResealing } from '../sync/jobs/resealing.ts';
import { startZoneDataUpdate } from '../sync/jobs/zone-data.ts';
import type { Config } from './config.ts';
import { addConnectPages, type ConnectPages } from './connect-routes.ts';
import { createConnectors } from './connectors.ts';
import { makeDataFolder } from './data-folder.ts';
import { addElements } from './elements-route.ts';
import { openGateway } from './federation/open-gateway.ts';
import { addFeeds } from './feeds-route.ts';
import { createGraph } from './graph.ts';
import { type KnownDocument, readManifest } from './graphql/documents/manifest.ts';
import { textOf } from './graphql/scrub.ts';
import { type App, createApp } from './http/app.ts';
import { addImport } from './import-route.ts';
import { createLog, type Log } from './log.ts';
import { addOAuth } from './oauth-routes.ts';
import { zoneDataCheck } from './readiness.ts';
import type { Running } from './running.ts';
import { createServices } from './services.ts';
import { gaugeSources } from './telemetry/gauges.ts';
import { type NodeTelemetry, openTelemetry } from './telemetry/open.ts';

/** What was opened, to be closed in the reverse order whatever happens. */
type Closing = (() => Promise<void>)[];

/** @throws StartFailure with one line that says what a person has to mend; nothing is left running then. */
export async function compose(config: Config): Promise<Running> {
  const closing: Closing = [];
  try {
    return await build(config, closing);
  } catch (error) {
    await closeAll(closing);
    throw error;
  }
}

async function closeAll(closing: Closing): Promise<void> {
  for (const close of closing.splice(0).reverse()) {
    // One part that cannot be closed must not keep the database running.
    await close().catch((error: unknown) => console.error(`meridian: ${String(error)}`));
  }
}

async function build(config: Config, closing: Closing): Promise<Running> {
  const log = createLog(config.logLevel);
  // Before anything is started: what is wrong with a file is said at once.
  const listed = config.documents.manifests.flatMap((file) => readManifest(file));
  const ids = createIdSource();
  const clock = () => Date.now();
  const zones = systemZones(process.versions['tz'] ?? '');
  // A node of a cluster keeps nothing of its own.
  if (config.databaseUrl === null || config.mode === 'development') makeDataFolder(config.dataDir);
  const keys = rotatingKeyRing(
    config.encryptionKeys === null ? keyRingFromFile(config.dataDir) : keyRingFromEnvironment(config.encryptionKeys),
  );
  const keyRing = keys.ring;

  const telemetry = await openTelemetry({
    ...config.telemetry,
    version: packageJson.version,
    onCollector: (answers) => {
      if (answers) log.info({}, 'the collector of traces answers again');
      else log.warn({}, 'the collector of traces takes none: they are dropped until it does');
    },
  });
  if (telemetry !== null) closing.push(() => telemetry.close());
  const store = await openDatabase(config, closing, {
    ids,
    ...(telemetry === null ? {} : { trace: telemetry.trace }),
    keyRing,
    zoneDataVersion: zones.version,
    onAway: (reason) => {
      if (reason === null) log.info({}, 'the database answers again');
      else log.error({ reason }, 'the database is away: requests answer UNAVAILABLE until it is back');
    },
  });
  // That the database is away was said already.
  const failed = (what: string) => (error: unknown) => {
    if (!isDatabaseAway(error)) log.warn({ reason: String(error) }, what);
  };
  const key = config.mode === 'production' ? null : developmentKey(config.dataDir, config.apiKey);
  if (key === null) await endDevelopmentKeys(store);
  else await ensureDevelopmentApplication(store, ids, key.key);

  const throughDatabase = createPostgresNotifications({
    connect: async () => {
      const client = new pg.Client({ ...store.clientConfig, application_name: 'meridian wake-up' });
      await client.connect();
      return client;
    },
  });
  const notifications =
    config.redisUrl === null
      ? throughDatabase
      : createRedisNotifications({
          url: config.redisUrl,
          installation: store.installation.instanceName,
          fallback: throughDatabase,
          onTrouble: (reason) => log.warn({ reason }, 'Redis is away: nodes wake each other through the database'),
        });
  const wakeUps = createWakeUps({
    store,
    notifications,
    onError: failed('wake-up'),
  });
  closing.push(() => wakeUps.close());

  const fetch = createOutgoingFetch({ allowedNetworks: config.allowedNetworks });
  closing.push(() => fetch.close());
  const parser = icalendarParser({ zoneDataVersion: zones.version });
  closing.push(() => parser.close());
  const connectors = createConnectors({ fetch, parser, zones, clock, telemetry });
  const redis = openRedisOf(config, closing, log);
  const limiter = createRequestLimiter({
    limitsOf: applicationLimits(store, { perSecond: config.ratePerSecond, perMinute: config.ratePerMinute }),
    redis: redis?.client ?? null,
  });
  const credentials = credentialCache((authorization) => authenticate(store, authorization));
  const connected = openCredentials({ store, onError: failed('open credentials') });
  closing.push(() => connected.close());
  const revoked = () => {
    credentials.clear();
    connected.hint();
  };
  const draining = new AbortController();
  let { publicUrl } = config;
  const { services, engine } = createServices({
    store,
    keyRing,
    zones,
    ids,
    clock,
    connectors,
    parser,
    wakeUps,
    log,
    limiter,
    revoked,
    draining: draining.signal,
    publicUrl: () => publicUrl,
    serviceMode: config.mode,
    soleProcess: config.databaseUrl === null,
    settings: { pollFloor: config.pollIntervalMs },
    telemetry,
  });
  await engine.start();
  closing.push(() => engine.stop());
  const housekeeping = startHousekeeping(store, log, { changeDays: config.retentionDays });
  closing.push(() => housekeeping.stop());
  const eventTriggers = startEventTriggers({ store, zones, wake: () => wakeUps.wake() }, log);
  closing.push(() => eventTriggers.stop());
  const holdExpiry = startHoldExpiry(services.holds, log);
  closing.push(() => holdExpiry.stop());
  if (config.mail !== null) {
    const mail = startDisconnectionMail({ store, keyRing, publicUrl: () => publicUrl, logger: log }, config.mail);
    closing.push(() => mail.stop());
  }
  const erasing = startErasing(() => services.authorizations.finishErasures(), log);
  closing.push(() => erasing.stop());
  const zoneData = startZoneDataUpdate({ store, zones, clock, wake: () => wakeUps.wake() }, log);
  closing.push(() => zoneData.stop());
  const resealing = startResealing(store, keyRing, log);
  closing.push(() => resealing.stop());
  if (config.encryptionKeys === null) closing.push(followKeyFile(config.dataDir, keys, resealing, log));

  const oauth = createOAuthServer({
    store,
    keyRing,
    ids,
    serviceMode: config.mode,
    publicUrl: () => publicUrl,
    wake: () => {
      revoked();
      wakeUps.wake();
    },
    onError: (error) => log.error({ error: textOf(error) }, 'an OAuth request failed'),
  });
  const pages: ConnectPages = {
    oauth,
    store,
    keyRing,
    connect: (request) => engine.connectCalDav(request),
    secure: () => publicUrl.protocol === 'https:',
    onError: (error, requestId) => log.error({ requestId, error: textOf(error) }, 'a page failed'),
  };
  const app = await serve(config, closing, {
    services,
    store,
    listed,
    credentials,
    connected,
    oauth,
    pages,
    log,
    telemetry,
  });
  closing.push(async () => {
    await app.drain(1_000);
    draining.abort();
  });
  const { port } = await app.listen({ host: config.host, port: config.port });
  const address = `http://${config.host.includes(':') ? `[${config.host}]` : config.host}:${port}`;
  // With PORT=0 the port is known only now.
  if (publicUrl.port === '0') publicUrl = new URL(address);
  return {
    version: packageJson.version,
    address,
    apiKey: key?.key ?? null,
    apiKeyFile: key?.file ?? null,
    async stop(withinMs) {
      // At once: what nobody waits for is the other nodes' from here on.
      void engine.retire();
      await app.drain(withinMs);
      // Only now: a subscription that ended before its socket closed would be complete, and its client would not resume it.
      draining.abort();
      await closeAll(closing);
    },
  };
}

async function openDatabase(
  config: Config,
  closing: Closing,
  options: Pick<Parameters<typeof openStore>[0], 'ids' | 'keyRing' | 'zoneDataVersion' | 'onAway' | 'trace'>,
): Promise<OpenedStore> {
  let database: Parameters<typeof openStore>[0]['database'];
  if (config.databaseUrl !== null) {
    database = config.databaseUrl;
  } else {
    const embedded = await startEmbedded({
      dataDir: config.dataDir,
      onLost: (reason) => {
        // Another process may be at work on the same data: nothing of this one may go on.
        console.error(`meridian: ${reason.message}`);
        process.exit(1);
      },
    });
    closing.push(() => embedded.stop());
    database = embedded.connection;
  }
  const store = await openStore({ ...options, database });
  closing.push(() => store.close());
  return store;
}

/** A key that was added to the file while the service runs seals from then on. */
function followKeyFile(
  dataDir: string,
  keys: RotatingKeyRing,
  resealing: { again(): void },
  log: Log,
): () => Promise<void> {
  const refused = (reason: string) => log.error({ reason }, 'the changed key file is not taken');
  const end = watchKeyFile(dataDir, {
    changed: (ring) => {
      try {
        keys.replace(ring);
      } catch (error) {
        return refused(String(error));
      }
      log.info({ keyId: ring.currentKeyId }, 'another key seals now');
      return resealing.again();
    },
    failed: refused,
  });
  return async () => end();
}

function openRedisOf(config: Config, closing: Closing, log: Log): RedisConnection | null {
  if (config.redisUrl === null) return null;
  const redis = openRedis(config.redisUrl, (reason) => log.warn({ reason }, 'Redis is away: this node counts alone'));
  closing.push(() => redis.close());
  return redis;
}

/** The HTTP side over the services. */
async function serve(
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
  if (federation !== null) closing.push(() => federation.close());
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
