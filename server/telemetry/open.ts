/** Telemetry of one node: what the environment switched on, put together. Where it switched on nothing, nothing is loaded. */
import type { FastifyInstance } from 'fastify';
import {
  parseTraceParent,
  type SpanAttributes,
  type SpanName,
  type Telemetry,
  type ToldChange,
} from '../../domain/telemetry.ts';
import { type GaugeSources, gauges } from './gauges.ts';
import { addMetrics, watchRequests } from './http.ts';
import type { MetricKey } from './metric-table.ts';
import type { Labels, Metrics } from './metrics.ts';
import type { TelemetrySettings } from './settings.ts';
import type { SpanRole, Tracing } from './tracing.ts';

export interface NodeTelemetry extends Telemetry {
  /** Before any route: every request is measured and traced. */
  watch(app: FastifyInstance): void;
  /** Adds `/metrics`, where it is switched on. */
  addRoutes(app: FastifyInstance, sources: GaugeSources): void;
  /** Sends the spans that are left; a collector that does not take them is not waited for. */
  close(): Promise<void>;
}

export interface TelemetryOptions extends TelemetrySettings {
  readonly version: string;
  /** Told once when the collector takes nothing any more, and once with true when it does again. */
  readonly onCollector: (answers: boolean) => void;
  readonly now?: () => number;
}

/** How long a stop may wait for the collector. */
const closeWithin = 2_000;

const roles: Readonly<Record<SpanName, SpanRole>> = {
  'graphql.operation': 'internal',
  'provider.call': 'client',
  'sync.poll': 'internal',
  'sync.write': 'internal',
};
const durations: Readonly<Record<SpanName, MetricKey>> = {
  'graphql.operation': 'operation',
  'provider.call': 'providerCall',
  'sync.poll': 'poll',
  'sync.write': 'write',
};
/** Ends through a fault of ours or of a provider's; what a client was refused is none. */
const faults = new Set([
  'INTERNAL_SERVER_ERROR',
  'UNAVAILABLE',
  'UNREACHABLE',
  'THROTTLED',
  'CREDENTIALS_REJECTED',
  'REJECTED',
  'MALFORMED_ANSWER',
  'FAILED',
  'failed',
]);

/** Null where nothing is switched on: who is handed it then has one comparison to make. */
export async function openTelemetry(options: TelemetryOptions): Promise<NodeTelemetry | null> {
  const { metricsToken, traces, version, now = Date.now } = options;
  if (metricsToken === null && traces === null) return null;
  const metrics = metricsToken === null ? null : (await import('./metrics.ts')).createMetrics();
  metrics?.set('build', [{ labels: { version }, value: 1 }]);
  let answers = true;
  const exported = (taken: boolean) => {
    metrics?.count('exports', { outcome: taken ? 'ok' : 'failed' });
    if (taken === answers) return;
    answers = taken;
    options.onCollector(taken);
  };
  const tracing =
    traces === null ? null : (await import('./tracing.ts')).createTracing({ ...traces, version }, exported);
  return {
    span: (name, attributes, work, ended) => spanning({ metrics, tracing }, name, attributes, work, ended),
    trace: tracing === null ? () => null : () => tracing.current(),
    telling: (changes) => telling({ metrics, tracing }, changes, now),
    watch: (app) => watchRequests(app, { metrics, tracing }),
    addRoutes(app, sources) {
      if (metrics === null || metricsToken === null) return;
      const refresh = gauges(metrics, sources, now);
      addMetrics(app, {
        token: metricsToken,
        contentType: metrics.contentType,
        async text() {
          await refresh();
          return metrics.text();
        },
      });
    },
    close: async () => tracing?.close(closeWithin),
  };
}

interface Instruments {
  readonly metrics: Metrics | null;
  readonly tracing: Tracing | null;
}

async function spanning<T>(
  { metrics, tracing }: Instruments,
  name: SpanName,
  attributes: SpanAttributes,
  work: () => Promise<T>,
  ended?: (result: T) => SpanAttributes,
): Promise<T> {
  const begun = performance.now();
  const span = tracing?.begin(name, { role: roles[name], attributes: spoken(attributes) }) ?? null;
  let end: SpanAttributes = { outcome: 'ok' };
  try {
    const result = await (span === null ? work() : span.run(work));
    if (ended !== undefined) end = ended(result);
    return result;
  } catch (error) {
    end = { outcome: codeOf(error) };
    throw error;
  } finally {
    const labels = { ...attributes, ...end } as Labels;
    metrics?.observe(durations[name], labels, (performance.now() - begun) / 1_000);
    if (name === 'provider.call' && end['outcome'] === 'THROTTLED') metrics?.count('providerThrottled', labels);
    span?.end(spoken(end), faults.has(String(end['outcome'])));
  }
}

/** Attributes of ours are named as ours. */
function spoken(attributes: SpanAttributes): SpanAttributes {
  return Object.fromEntries(
    Object.entries(attributes).map(([name, value]) => [name.includes('.') ? name : `meridian.${name}`, value]),
  );
}

/** Codes are of our own catalogues; a message may hold anything. */
function codeOf(error: unknown): string {
  const code = (error as { readonly code?: unknown } | null)?.code;
  return typeof code === 'string' && /^[A-Z][A-Z_]{2,40}$/.test(code) ? code : 'failed';
}

/** One span for each trace that the changes are of, and a latency for each change. */
function telling({ metrics, tracing }: Instruments, changes: readonly ToldChange[], now: () => number) {
  const read = now();
  return (sockets: number) => {
    const sent = now();
    if (metrics !== null) {
      // The database's clock may be ahead of ours.
      for (const { at } of changes) metrics.observe('delivery', {}, Math.max(0, sent - at) / 1_000);
      metrics.count('frames', {}, sockets);
    }
    if (tracing === null) return;
    const traced = Map.groupBy(
      changes.filter(({ trace }) => trace !== null),
      ({ trace }) => trace,
    );
    for (const [trace, ofTrace] of traced) {
      const parent = parseTraceParent(trace);
      if (parent === null) continue;
      const attributes = { 'meridian.sockets': sockets, 'meridian.changes': ofTrace.length };
      tracing.begin('changes.deliver', { role: 'consumer', attributes, parent, at: read }).end({}, false);
    }
  };
}
