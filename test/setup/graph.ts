/** The whole graph without HTTP: real services on a real database, calendar providers in memory, an adjustable clock. */
import { parse } from 'graphql';
import { ensureDevelopmentApplication } from '../../auth/development.ts';
import { createRequestLimiter, type RequestLimits } from '../../auth/limits/request-limiter.ts';
import { icalendarParser } from '../../datasources/parsing/parser.ts';
import type { Connector } from '../../datasources/providers/connector.ts';
import { createMemoryConnector } from '../../datasources/providers/memory/connector.ts';
import { MemoryProvider } from '../../datasources/providers/memory/provider.ts';
import type { ErrorCode, UserError } from '../../domain/errors.ts';
import { systemZones } from '../../domain/time/system-zones.ts';
import type { ZoneData } from '../../domain/time/zone-data.ts';
import { createGraph, type Graph } from '../../server/graph.ts';
import { type BuiltServices, createServices } from '../../server/services.ts';
import { createWakeUps, type Notifications, type WakeUps } from '../../subscriptions/wake-up.ts';
import { bothExecutors } from './both-executors.ts';
import { type FreshStore, freshStore, testKeyRing } from './database.ts';

export const testKey = 'test-key-of-the-development-application-0123456789';

export interface Answer<T> {
  readonly data: T;
  readonly errors: readonly {
    readonly message: string;
    readonly code: ErrorCode;
    readonly extensions: Record<string, unknown>;
  }[];
  readonly sqlQueries: number;
  readonly providerCalls: number;
}

/** What a test expects of an answer's shape; checked by the assertions that read it. */
// biome-ignore lint/suspicious/noExplicitAny: a test states the shape of what it asked for by reading it
export type Loose = any;

export interface TestGraph extends BuiltServices {
  readonly fresh: FreshStore;
  /** What an HTTP side is put around. */
  readonly served: Graph;
  readonly wakeUps: WakeUps;
  readonly provider: MemoryProvider;
  readonly applicationId: string;
  /** Milliseconds since the epoch; null: the machine's own. */
  clock: { now: number | null };
  /** Of every application; none at first. */
  limits: { now: RequestLimits };
  run(document: string, variables?: Record<string, unknown>, token?: string): Promise<Answer<Loose>>;
  /** Fails the test when the answer has errors of any kind. */
  data(document: string, variables?: Record<string, unknown>, token?: string): Promise<Loose>;
  subscribe(
    document: string,
    variables?: Record<string, unknown>,
    token?: string,
  ): Promise<AsyncIterableIterator<Loose>>;
  close(): Promise<void>;
}

/**
 * @param more `provider`: what the user has; `caldav`: another connector than that of the provider in memory; `fresh`: somebody
 * else's database, who drops it; `zones`: other zone data than the machine's; `notifications`: from and to other graphs on it;
 * `pollMilliseconds`: how often the change log is looked at without a signal.
 */
export async function openGraph(
  more: {
    readonly provider?: MemoryProvider;
    readonly caldav?: Connector;
    readonly fresh?: FreshStore;
    readonly zones?: ZoneData;
    readonly notifications?: Notifications;
    readonly pollMilliseconds?: number;
  } = {},
): Promise<TestGraph> {
  const fresh = more.fresh ?? (await freshStore());
  const { store } = fresh;
  const applicationId = await ensureDevelopmentApplication(store, store.ids, testKey);
  const provider = more.provider ?? new MemoryProvider();
  const zones = more.zones ?? systemZones(process.versions['tz'] ?? '');
  const parser = icalendarParser({ zoneDataVersion: zones.version });
  const wakeUps = createWakeUps({
    store,
    notifications: more.notifications ?? null,
    ...(more.pollMilliseconds === undefined ? {} : { pollMilliseconds: more.pollMilliseconds }),
  });
  const draining = new AbortController();
  const clock: TestGraph['clock'] = { now: null };
  const limits: TestGraph['limits'] = { now: { perSecond: 0, perMinute: 0 } };
  const silent = { info: () => {}, warn: () => {}, error: () => {} };
  const built = createServices({
    store,
    keyRing: testKeyRing,
    zones,
    ids: store.ids,
    clock: () => clock.now ?? Date.now(),
    connectors: { CALDAV: more.caldav ?? createMemoryConnector(provider) },
    parser,
    wakeUps,
    log: silent,
    limiter: createRequestLimiter({ limitsOf: () => limits.now, redis: null }),
    draining: draining.signal,
    publicUrl: () => new URL('http://localhost:4000/'),
    serviceMode: 'development',
    soleProcess: true,
    settings: { pollFloor: 60_000 },
  });
  const internal: string[] = [];
  const graph = createGraph(built.services, store, {
    isDevelopment: true,
    executor: bothExecutors,
    onInternalError: (error) => internal.push(error.text),
  });

  const contextFor = async (token: string) => {
    const actor = await graph.authenticate(`Bearer ${token}`);
    if (actor === null) throw new Error('a credential was expected');
    return graph.createContext({ actor, requestId: 'test', signal: draining.signal });
  };
  const run: TestGraph['run'] = async (document, variables = {}, token = testKey) => {
    const context = await contextFor(token);
    const result = await graph.seam.execute({ document: parse(document), variables, context });
    if (internal.length > 0) throw new Error(internal.splice(0).join('\n'));
    return {
      // Plain objects, as a client gets them.
      data: JSON.parse(JSON.stringify(result.data ?? null)) as Loose,
      errors: (result.errors ?? []).map(({ message, extensions }) => ({
        message,
        code: extensions['code'] as ErrorCode,
        extensions,
      })),
      sqlQueries: context.counter.sqlQueries,
      providerCalls: context.counter.providerCalls,
    };
  };
  return {
    ...built,
    fresh,
    served: graph,
    wakeUps,
    provider,
    applicationId,
    clock,
    limits,
    run,
    async data(document, variables, token) {
      const answer = await run(document, variables, token);
      if (answer.errors.length > 0) throw new Error(JSON.stringify(answer.errors));
      const refused = Object.values(answer.data as Record<string, { userErrors?: UserError[] } | null>).flatMap(
        (field) => field?.userErrors ?? [],
      );
      if (refused.length > 0) throw new Error(JSON.stringify(refused));
      return answer.data;
    },
    async subscribe(document, variables = {}, token = testKey) {
      const result = await graph.seam.subscribe({
        document: parse(document),
        variables,
        context: await contextFor(token),
      });
      if (!(Symbol.asyncIterator in result)) throw new Error(JSON.stringify(result.errors));
      return result;
    },
    async close() {
      draining.abort();
      await wakeUps.close();
      await built.engine.stop();
      await parser.close();
      if (more.fresh === undefined) await fresh.drop();
    },
  };
}

/** An application calendar to write into. */
export async function applicationCalendar(
  graph: TestGraph,
  key = 'calendar',
  timeZone = 'Europe/London',
): Promise<{ readonly accountId: string; readonly calendarId: string; readonly token: string }> {
  const { upsertApplicationCalendar: made } = await graph.data(
    `mutation ($input: UpsertApplicationCalendarInput!) { upsertApplicationCalendar(input: $input) {
      account { id } calendar { id } tokens { accessToken } userErrors { code message path } } }`,
    { input: { key, timeZone } },
  );
  return { accountId: made.account.id, calendarId: made.calendar.id, token: made.tokens.accessToken };
}
