/** Puts the service together, from the bottom up, and takes it apart in the reverse order. */
import pg from 'pg';
import { authenticate } from '../auth/authenticate.ts';
import { credentialCache } from '../auth/credential-cache.ts';
import { developmentKey, endDevelopmentKeys, ensureDevelopmentApplication } from '../auth/development.ts';
import { applicationLimits } from '../auth/limits/application-limits.ts';
import { createRequestLimiter } from '../auth/limits/request-limiter.ts';
import { createOAuthServer } from '../auth/oauth/server.ts';
import { openCredentials } from '../auth/open-credentials.ts';
import { createOutgoingFetch } from '../datasources/http/outgoing-fetch.ts';
import { icalendarParser } from '../datasources/parsing/parser.ts';
import { keyRingFromEnvironment, keyRingFromFile } from '../datasources/secrets/key-source.ts';
import { rotatingKeyRing } from '../datasources/secrets/rotating-key-ring.ts';
import { isDatabaseAway } from '../datasources/store/database-away.ts';
import { createIdSource } from '../datasources/store/ids.ts';
import { systemZones } from '../domain/time/system-zones.ts';
import packageJson from '../package.json' with { type: 'json' };
import { createPostgresNotifications } from '../subscriptions/notifications.ts';
import { createRedisNotifications } from '../subscriptions/redis-notifications.ts';
import { createWakeUps } from '../subscriptions/wake-up.ts';
import { startBackgroundWork } from './background-work.ts';
import { Closing } from './closing.ts';
import type { Config } from './config.ts';
import type { ConnectPages } from './connect-routes.ts';
import { createConnectors } from './connectors.ts';
import { makeDataFolder } from './data-folder.ts';
import { readManifest } from './graphql/documents/manifest.ts';
import { textOf } from './graphql/scrub.ts';
import { createLog } from './log.ts';
import { openDatabase, openRedisOf } from './open-stores.ts';
import type { Running } from './running.ts';
import { serve } from './serve.ts';
import { createServices } from './services.ts';
import { openTelemetry } from './telemetry/open.ts';

/** Milliseconds: a NOTIFY without an answer is on a connection that is gone, and another one is made. */
const wakeUpAnswerMs = 10_000;

/** @throws StartFailure with one line that says what a person has to mend; nothing is left running then. */
export async function compose(config: Config): Promise<Running> {
  const closing = new Closing();
  try {
    return await build(config, closing);
  } catch (error) {
    await closing.closeAll();
    throw error;
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
  if (telemetry !== null) closing.add('telemetry', () => telemetry.close());
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
      const client = new pg.Client({
        ...store.clientConfig,
        application_name: 'meridian wake-up',
        query_timeout: wakeUpAnswerMs,
      });
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
  closing.add('wake-ups', () => wakeUps.close());

  const fetch = createOutgoingFetch({ allowedNetworks: config.allowedNetworks });
  closing.add('connections to providers', () => fetch.close());
  const parser = icalendarParser({ zoneDataVersion: zones.version });
  closing.add('the parser', () => parser.close());
  const connectors = createConnectors({ fetch, parser, zones, clock, telemetry });
  const redis = openRedisOf(config, closing, log);
  const limiter = createRequestLimiter({
    limitsOf: applicationLimits(store, { perSecond: config.ratePerSecond, perMinute: config.ratePerMinute }),
    redis: redis?.client ?? null,
  });
  const credentials = credentialCache((authorization) => authenticate(store, authorization));
  const connected = openCredentials({ store, onError: failed('open credentials') });
  closing.add('open credentials', () => connected.close());
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
  closing.add('the sync', () => engine.stop());
  startBackgroundWork(config, closing, {
    services,
    store,
    keys,
    keyRing,
    zones,
    log,
    clock,
    publicUrl: () => publicUrl,
    wake: () => wakeUps.wake(),
  });

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
  closing.add('the server', async () => {
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
      await closing.closeAll();
    },
  };
}
