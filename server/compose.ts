/** Puts the service together, from the bottom up, and takes it apart in the reverse order. */
import pg from 'pg';
import { authenticate } from '../auth/authenticate.ts';
import { developmentKey, endDevelopmentKeys, ensureDevelopmentApplication } from '../auth/development.ts';
import { createOutgoingFetch } from '../datasources/http/outgoing-fetch.ts';
import { icalendarParser } from '../datasources/parsing/parser.ts';
import { createCalDavConnector } from '../datasources/providers/caldav/connector.ts';
import { calendarTexts } from '../datasources/providers/caldav/texts.ts';
import { keyRingFromEnvironment, keyRingFromFile } from '../datasources/secrets/key-source.ts';
import { startEmbedded } from '../datasources/store/embedded/start.ts';
import { createIdSource } from '../datasources/store/ids.ts';
import { type OpenedStore, openStore } from '../datasources/store/open.ts';
import { StartFailure } from '../datasources/store/start-failure.ts';
import { systemZones } from '../domain/time/system-zones.ts';
import packageJson from '../package.json' with { type: 'json' };
import type { Context } from '../resolvers/context.ts';
import { resolvers } from '../resolvers/index.ts';
import { createLoaders } from '../resolvers/loaders.ts';
import type { Services } from '../resolvers/services.ts';
import { createChangeFeed } from '../subscriptions/feed.ts';
import { createPostgresNotifications } from '../subscriptions/notifications.ts';
import { createWakeUps } from '../subscriptions/wake-up.ts';
import { connections } from '../sync/connections.ts';
import { demand } from '../sync/demand.ts';
import { createSyncEngine } from '../sync/engine.ts';
import { imports } from '../sync/import/imports.ts';
import { applicationCalendars } from '../sync/local/application-calendars.ts';
import { calendarAdministration } from '../sync/outbound/calendars.ts';
import { markerCrypto, recogniser } from '../sync/outbound/events/marker-crypto.ts';
import { eventWriter } from '../sync/outbound/events/writer.ts';
import { profileSessions } from '../sync/outbound/profile-session.ts';
import { refresher } from '../sync/refresh.ts';
import type { Config } from './config.ts';
import { createScalars } from './graphql/scalars.ts';
import { buildPublicSchema, printPublicSchema } from './graphql/schema.ts';
import { createSeam } from './graphql/seam.ts';
import { type App, createApp } from './http/app.ts';
import { addImport } from './import-route.ts';
import { createLog } from './log.ts';
import type { Running } from './running.ts';

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
  const log = createLog(config.mode === 'development' ? 'warn' : 'info');
  const ids = createIdSource();
  const clock = () => Date.now();
  const zones = systemZones(process.versions['tz'] ?? '');
  const keyRing =
    config.encryptionKeys === null ? keyRingFromFile(config.dataDir) : keyRingFromEnvironment(config.encryptionKeys);

  const store = await openDatabase(config, closing, { ids, keyRing, zoneDataVersion: zones.version });
  const applicationIds = new Map<string, string>();
  const key = config.mode === 'production' ? null : developmentKey(config.dataDir, config.apiKey);
  if (key === null) await endDevelopmentKeys(store);
  else applicationIds.set('development', await ensureDevelopmentApplication(store, ids, key.key));

  const notifications = createPostgresNotifications({
    connect: async () => {
      const client = new pg.Client({ ...store.clientConfig, application_name: 'meridian wake-up' });
      await client.connect();
      return client;
    },
  });
  const wakeUps = createWakeUps({
    store,
    notifications,
    onError: (error) => log.warn({ reason: String(error) }, 'wake-up'),
  });
  closing.push(() => wakeUps.close());
  const wake = () => wakeUps.wake();

  const fetch = createOutgoingFetch({ allowedNetworks: config.allowedNetworks });
  closing.push(() => fetch.close());
  const parser = icalendarParser({ zoneDataVersion: zones.version });
  closing.push(() => parser.close());
  const inThisThread = calendarTexts({ zones, now: clock });
  const texts = {
    ...inThisThread,
    read: (documents: readonly string[], calendarZone: string | null) => parser.readAll(documents, { calendarZone }),
  };
  const caldav = { fetch, texts, zones, now: clock };
  const connectors = {
    CALDAV: createCalDavConnector({ ...caldav, provider: 'CALDAV' }),
    APPLE: createCalDavConnector({ ...caldav, provider: 'APPLE' }),
  };
  const markers = markerCrypto(keyRing);
  const { instanceName } = store.installation;
  const engine = createSyncEngine({
    store,
    keyRing,
    connectors,
    zones,
    ids,
    database: store.clientConfig,
    logger: log,
    wake,
    recogniseManaged: recogniser({ markers, instanceName, applicationIds }),
    settings: { pollFloor: config.pollIntervalMs },
    clock,
    soleProcess: config.databaseUrl === null,
  });
  await engine.start();
  closing.push(() => engine.stop());

  const draining = new AbortController();
  const attempt = async (operationId: string, options: { readonly patience: number; readonly onCall: () => void }) => {
    await engine.attemptOperation(operationId, { wait: options.patience, onCall: options.onCall });
  };
  const staging = { store, zones, ids, clock, wake };
  const services: Services = {
    store,
    zones,
    clock,
    version: packageJson.version,
    cursorSeal: keyRing,
    epoch: store.installation.epoch,
    changes: createChangeFeed({ store, seal: keyRing, wakeUps, drain: draining.signal }),
    events: eventWriter({ ...staging, markers, instanceName, attempt }),
    applicationCalendars: applicationCalendars(staging),
    calendars: calendarAdministration({
      ...staging,
      connect: profileSessions({ store, keyRing, connectors }),
      syncCalendar: async (calendarId, kind) => {
        await engine.syncCalendar(calendarId, kind);
      },
    }),
    connections: connections({ store, ids, engine, wake }),
    imports: imports({ ...staging, parser }),
    sync: refresher({ store, engine }),
    demand: demand({ store, engine, onError: (error) => log.warn({ reason: String(error) }, 'demand') }),
    // Development applications are not counted, and there is no other kind yet.
    usage: async () => ({ syncedAccounts: 0, syncedResources: 0, applicationCalendars: 0 }),
  };

  const app = await serve(config, { services, store, log });
  closing.push(async () => {
    draining.abort();
    await app.drain(1_000);
  });
  const { port } = await app.listen({ host: config.host, port: config.port });
  const address = `http://${config.host.includes(':') ? `[${config.host}]` : config.host}:${port}`;
  return {
    version: packageJson.version,
    address,
    apiKey: key?.key ?? null,
    apiKeyFile: key?.file ?? null,
    async stop(withinMs) {
      draining.abort();
      await app.drain(withinMs);
      await closeAll(closing);
    },
  };
}

async function openDatabase(
  config: Config,
  closing: Closing,
  options: Pick<Parameters<typeof openStore>[0], 'ids' | 'keyRing' | 'zoneDataVersion'>,
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

/** The HTTP side over the services. */
async function serve(
  config: Config,
  {
    services,
    store,
    log,
  }: { readonly services: Services; readonly store: OpenedStore; readonly log: ReturnType<typeof createLog> },
): Promise<App> {
  const isDevelopment = config.mode === 'development';
  const scalars = createScalars({ canonicalZone: (name) => services.zones.canonical(name) });
  const schema = buildPublicSchema({ ...resolvers, ...scalars });
  const seam = createSeam<Context>({
    schema,
    introspection: isDevelopment,
    hideSuggestions: !isDevelopment,
    onInternalError: (error) => log.error({ ...error }, 'a request failed'),
    contextForEvent: (context) => ({
      ...context,
      loaders: createLoaders(services.store, context.tenant, context.counter),
    }),
  });
  return createApp<Context>({
    mode: config.mode,
    publicUrl: config.publicUrl,
    log,
    seam,
    sdl: isDevelopment ? printPublicSchema(schema) : null,
    hideSuggestions: !isDevelopment,
    authenticate: (authorization) => authenticate(store, authorization),
    createContext: ({ actor, requestId, signal }) => {
      const tenant = { applicationId: actor.applicationId, accountId: actor.accountId };
      const counter = { sqlQueries: 0, providerCalls: 0 };
      return {
        requestId,
        actor,
        tenant,
        services,
        counter,
        signal,
        loaders: createLoaders(services.store, tenant, counter),
      };
    },
    checks: {
      database: () => store.ping(),
      tzdata: async () => {
        const stored = await store.zoneDataVersion();
        if (stored > services.zones.version) {
          throw new StartFailure(
            `zone data ${services.zones.version} is older than ${stored}, which this database has seen`,
          );
        }
      },
    },
    addRoutes: (app, identify) => {
      void app.register(async (scope) => addImport(scope, identify, services.imports));
    },
  });
}
