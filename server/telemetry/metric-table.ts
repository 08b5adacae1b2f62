/**
 * Every metric there is: docs/telemetry.md says the same in words. A label takes the values that are listed for it and no others:
 * whatever else comes counts as `other`, so that nobody outside can make a series.
 */
import { OperationTypeNode } from 'graphql';
import type { ProviderFailureCode, ProviderName } from '../../datasources/providers/connector.ts';
import { errorCodes } from '../graphql/masking.ts';

/** The values of a label; a number: as many as come first, for what is bounded where it comes from. */
export type LabelValues = readonly string[] | number;

export interface Metric {
  readonly name: string;
  readonly kind: 'histogram' | 'counter' | 'gauge';
  readonly help: string;
  readonly labels: Readonly<Record<string, LabelValues>>;
  readonly buckets?: readonly number[];
}

/** Keyed by name, so that one that is missing is seen at once. */
const providers = Object.keys({
  GOOGLE: 0,
  MICROSOFT_365: 0,
  OUTLOOK_COM: 0,
  EXCHANGE: 0,
  APPLE: 0,
  CALDAV: 0,
  MERIDIAN: 0,
} satisfies Record<ProviderName, 0>);
const failures = Object.keys({
  UNREACHABLE: 0,
  THROTTLED: 0,
  CREDENTIALS_REJECTED: 0,
  FORBIDDEN: 0,
  NOT_FOUND: 0,
  CONFLICT: 0,
  REJECTED: 0,
  MALFORMED_ANSWER: 0,
} satisfies Record<ProviderFailureCode, 0>);
export const providerCalls = [
  'connect',
  'calendars',
  'pull',
  'read',
  'write',
  'remove',
  'createCalendar',
  'deleteCalendar',
  'freeBusy',
  'changeTags',
] as const;

/** Seconds. What is answered from the database, and what waits for others. */
const quick = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
const slow = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300];

export const metrics = {
  httpRequest: {
    name: 'meridian_http_request_duration_seconds',
    kind: 'histogram',
    help: 'HTTP requests, from their first byte to the last of the answer.',
    labels: { method: ['GET', 'POST', 'HEAD', 'OPTIONS', 'PUT', 'PATCH', 'DELETE'], route: 60, status: 40 },
    buckets: quick,
  },
  operation: {
    name: 'meridian_graphql_operation_duration_seconds',
    kind: 'histogram',
    help: 'Queries and mutations, over HTTP and sockets.',
    labels: { type: [...Object.values(OperationTypeNode)], outcome: ['ok', 'partial', ...errorCodes] },
    buckets: quick,
  },
  providerCall: {
    name: 'meridian_provider_call_duration_seconds',
    kind: 'histogram',
    help: 'What a provider was asked for; one may take several HTTP requests.',
    labels: { provider: providers, call: providerCalls, outcome: ['ok', ...failures] },
    buckets: slow,
  },
  providerThrottled: {
    name: 'meridian_provider_throttled_total',
    kind: 'counter',
    help: 'Calls that a provider refused because there were too many: 429, 503 with Retry-After, a quota.',
    labels: { provider: providers },
  },
  poll: {
    name: 'meridian_sync_poll_duration_seconds',
    kind: 'histogram',
    help: 'Polls of a profile, its calendars among them.',
    labels: { provider: providers, outcome: ['polled', 'busy', 'idle', ...failures] },
    buckets: slow,
  },
  write: {
    name: 'meridian_sync_write_duration_seconds',
    kind: 'histogram',
    help: 'Attempts of a write at its provider, by how it stands afterwards.',
    labels: { outcome: ['APPLIED', 'PENDING', 'FAILED', 'none'] },
    buckets: slow,
  },
  delivery: {
    name: 'meridian_delivery_latency_seconds',
    kind: 'histogram',
    help: 'From the commit of a change to its frame on the sockets that wait for it; once for each change and group of subscribers.',
    labels: {},
    buckets: quick,
  },
  frames: {
    name: 'meridian_delivered_frames_total',
    kind: 'counter',
    help: 'Frames with changes that were sent to sockets.',
    labels: {},
  },
  exports: {
    name: 'meridian_trace_exports_total',
    kind: 'counter',
    help: 'Batches of spans that were sent to the collector.',
    labels: { outcome: ['ok', 'failed'] },
  },
  sockets: { name: 'meridian_sockets_open', kind: 'gauge', help: 'Sockets on this node.', labels: {} },
  subscriptions: {
    name: 'meridian_subscriptions_open',
    kind: 'gauge',
    help: 'Subscriptions on the sockets of this node.',
    labels: {},
  },
  connections: {
    name: 'meridian_database_connections',
    kind: 'gauge',
    help: "Connections of this node's pool.",
    labels: { state: ['busy', 'idle'] },
  },
  waiting: {
    name: 'meridian_database_waiting',
    kind: 'gauge',
    help: 'Transactions of this node that wait for a connection.',
    labels: {},
  },
  jobs: {
    name: 'meridian_queue_jobs',
    kind: 'gauge',
    help: 'Jobs in the queue, of all nodes.',
    labels: { queue: ['poll', 'write'], state: ['waiting', 'active'] },
  },
  oldestJob: {
    name: 'meridian_queue_oldest_seconds',
    kind: 'gauge',
    help: 'How long the oldest job waits that nobody has taken.',
    labels: { queue: ['poll', 'write'] },
  },
  writesPending: {
    name: 'meridian_writes_pending',
    kind: 'gauge',
    help: 'Accepted writes that are not at their provider yet, of all nodes.',
    labels: {},
  },
  oldestWrite: {
    name: 'meridian_writes_pending_oldest_seconds',
    kind: 'gauge',
    help: 'How long the oldest of them waits.',
    labels: {},
  },
  profiles: {
    name: 'meridian_profiles',
    kind: 'gauge',
    help: 'Profiles, of all nodes.',
    labels: { provider: providers, status: ['CONNECTED', 'DEGRADED', 'DISCONNECTED'] },
  },
  lag: {
    name: 'meridian_sync_lag_seconds',
    kind: 'gauge',
    help: 'How long ago the profiles of a provider were last read: the median, the 95th percentile, the longest.',
    labels: { provider: providers, quantile: ['0.5', '0.95', '1'] },
  },
  overdue: {
    name: 'meridian_sync_overdue_seconds',
    kind: 'gauge',
    help: 'How long the poll of a provider is overdue that is so for longest.',
    labels: { provider: providers },
  },
  logRows: {
    name: 'meridian_change_log_rows',
    kind: 'gauge',
    help: "Rows of the change log, as PostgreSQL's statistics estimate them.",
    labels: {},
  },
  logAge: {
    name: 'meridian_change_log_oldest_seconds',
    kind: 'gauge',
    help: 'How old the oldest change is: past the retention the log is not pruned.',
    labels: {},
  },
  sourceUp: {
    name: 'meridian_scrape_source_up',
    kind: 'gauge',
    help: 'Whether this scrape could ask where its gauges come from: 1, or 0 and they are missing.',
    labels: { source: ['node', 'sync', 'queue', 'log'] },
  },
  build: { name: 'meridian_build_info', kind: 'gauge', help: 'Always 1.', labels: { version: 1 } },
} as const satisfies Readonly<Record<string, Metric>>;

export type MetricKey = keyof typeof metrics;
