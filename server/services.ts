/** Everything between the store and the graph, put together: what resolvers call, and the engine behind it. */
import { authorizations } from '../auth/authorizations.ts';
import { consent } from '../auth/connect/consent.ts';
import { elementTokens } from '../auth/elements/tokens.ts';
import type { RequestLimiter } from '../auth/limits/request-limiter.ts';
import type { IcalendarParser } from '../datasources/parsing/parser.ts';
import type { Connector, ProviderName } from '../datasources/providers/connector.ts';
import type { KeyRing } from '../datasources/secrets/key-ring.ts';
import type { OpenedStore } from '../datasources/store/open.ts';
import { usageOfApplication, usageOfUnit } from '../datasources/store/usage.ts';
import type { Instant } from '../domain/events/model.ts';
import type { IdSource } from '../domain/identity.ts';
import type { Telemetry } from '../domain/telemetry.ts';
import type { ZoneData } from '../domain/time/zone-data.ts';
import packageJson from '../package.json' with { type: 'json' };
import type { Services } from '../resolvers/services.ts';
import { Availabilities } from '../scheduling/availability/availability.ts';
import { createMembersReader } from '../scheduling/busy/reader.ts';
import { holds } from '../scheduling/holds/holds.ts';
import { liveAnswers } from '../scheduling/live/live-answers.ts';
import { storedAvailabilities } from '../scheduling/rules/stored-availability.ts';
import { sequencedAvailabilities } from '../scheduling/sequences/sequences.ts';
import { createChangeFeed } from '../subscriptions/feed.ts';
import { operationNews } from '../subscriptions/operation-news.ts';
import { operationFeed } from '../subscriptions/operations.ts';
import { presentSource } from '../subscriptions/present-source.ts';
import { inTurns } from '../subscriptions/turns.ts';
import type { WakeUps } from '../subscriptions/wake-up.ts';
import { applicationDirectory } from '../sync/applications.ts';
import { connections } from '../sync/connections.ts';
import { demand } from '../sync/demand.ts';
import type { SyncLogger } from '../sync/dependencies.ts';
import { createSyncEngine, type SyncEngine, type SyncEngineOptions } from '../sync/engine.ts';
import { feeds } from '../sync/feeds/feeds.ts';
import { imports } from '../sync/import/imports.ts';
import { applicationCalendars } from '../sync/local/application-calendars.ts';
import { calendarAdministration } from '../sync/outbound/calendars.ts';
import { markerCrypto, recogniser } from '../sync/outbound/events/marker-crypto.ts';
import { eventWriter } from '../sync/outbound/events/writer.ts';
import { profileSessions } from '../sync/outbound/profile-session.ts';
import { refresher } from '../sync/refresh.ts';

export interface ServiceParts {
  readonly store: OpenedStore;
  readonly keyRing: KeyRing;
  readonly zones: ZoneData;
  readonly ids: IdSource;
  /** Milliseconds since the epoch. */
  readonly clock: () => Instant;
  readonly connectors: Partial<Record<ProviderName, Connector>>;
  readonly parser: IcalendarParser;
  readonly wakeUps: WakeUps;
  readonly log: SyncLogger;
  readonly limiter: RequestLimiter;
  /** Told when credentials ended, for who remembers them. */
  readonly revoked?: () => void;
  /** Ends every subscription when it is aborted: the node drains. */
  readonly draining: AbortSignal;
  /** What addresses that are given out begin with. */
  readonly publicUrl: () => URL;
  readonly serviceMode: 'development' | 'production';
  readonly soleProcess: boolean;
  readonly settings: NonNullable<SyncEngineOptions['settings']>;
  readonly telemetry?: Telemetry | null;
}

export interface BuiltServices {
  readonly services: Services;
  /** Not started yet. */
  readonly engine: SyncEngine;
}

/** Live answers that are found out at once: each takes a connection to the database, and requests want the others. */
const liveEvaluations = 4;

export function createServices(parts: ServiceParts): BuiltServices {
  const { store, keyRing, zones, ids, clock, connectors, parser, wakeUps, log, telemetry = null } = parts;
  const wake = () => wakeUps.wake();
  const markers = markerCrypto(keyRing);
  const { instanceName } = store.installation;
  const directory = applicationDirectory(store);
  const engine = createSyncEngine({
    store,
    keyRing,
    connectors,
    zones,
    ids,
    database: store.clientConfig,
    logger: log,
    wake,
    recogniseManaged: recogniser({ markers, instanceName, applicationIdOf: (clientId) => directory.idOf(clientId) }),
    beforePage: () => directory.refresh(),
    settings: parts.settings,
    telemetry,
    clock,
    soleProcess: parts.soleProcess,
  });
  const attempt = async (operationId: string, options: { readonly patience: number; readonly onCall: () => void }) => {
    await engine.attemptOperation(operationId, { wait: options.patience, onCall: options.onCall });
  };
  const staging = { store, zones, ids, clock, wake };
  const members = createMembersReader({ store, zones });
  const sync = refresher({ store, engine });
  const evaluating = inTurns(liveEvaluations);
  const availability = new Availabilities({
    store,
    members,
    zones,
    clock,
    seal: keyRing,
    refresh: (profileIds, options) => sync.refresh(profileIds, options),
  });
  const events = eventWriter({ ...staging, markers, instanceName, attempt });
  const services: Services = {
    store,
    zones,
    clock,
    version: packageJson.version,
    cursorSeal: keyRing,
    epoch: store.installation.epoch,
    changes: createChangeFeed({ store, seal: keyRing, wakeUps, drain: parts.draining, telemetry }),
    operations: operationFeed({
      store,
      news: operationNews({
        store,
        wakeUps,
        onError: (error) => log.warn({ reason: String(error) }, 'watched operations'),
      }),
    }),
    events,
    applicationCalendars: applicationCalendars(staging),
    calendars: calendarAdministration({
      ...staging,
      connect: profileSessions({ store, keyRing, connectors }),
      syncCalendar: (calendarId, kind, onCall) => engine.syncCalendar(calendarId, kind, { onCall }),
    }),
    consent: consent({ store, keyRing, publicUrl: parts.publicUrl, serviceMode: parts.serviceMode }),
    authorizations: authorizations({
      store,
      ids,
      wake: () => {
        parts.revoked?.();
        wake();
      },
    }),
    elements: elementTokens({ store, ids }),
    connections: connections({ store, ids, engine, wake }),
    feeds: feeds({ store, keyRing, zones, clock, publicUrl: parts.publicUrl }),
    imports: imports({ ...staging, parser }),
    storedAvailability: storedAvailabilities({ store, ids, wake }),
    sync,
    demand: demand({ store, engine, onError: (error) => log.warn({ reason: String(error) }, 'demand') }),
    limiter: parts.limiter,
    members,
    availability,
    sequences: sequencedAvailabilities({
      store,
      sources: availability.sources,
      zones,
      clock,
      seal: keyRing,
      refresh: (profileIds, options) => sync.refresh(profileIds, options),
    }),
    liveAvailability: liveAnswers({ availability, zones, clock }),
    presents: (options) => presentSource({ ...options, wakeUps, inTurn: evaluating }),
    holds: holds({
      store,
      sources: availability.sources,
      ids,
      clock,
      events,
      refresh: (profileIds, options) => sync.refresh(profileIds, options),
      openSlotToken: (text, actor) => availability.openSlotToken(text, actor),
      wake,
    }),
    usage: {
      ofApplication: (id, month, counter) =>
        store.asWorker((tx) => usageOfApplication(tx, id, firstDay(month)), counter),
      ofUnit: (id, month, counter) => store.asWorker((tx) => usageOfUnit(tx, id, firstDay(month)), counter),
    },
  };

  return { services, engine };
}

/** What is counted by the month is kept under its first day. */
function firstDay(date: string): string {
  return `${date.slice(0, 7)}-01`;
}
