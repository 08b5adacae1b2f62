/** How this process speaks to PostgreSQL: type parsing, time-outs, one pool whose errors never end the process. */
import pg from 'pg';
import type { Connection } from './embedded/start.ts';

export type { Connection } from './embedded/start.ts';

/** A `DATABASE_URL`, or where the embedded server listens. */
export type DatabaseAddress = string | Connection;

// Else a Date is sent in the machine's zone, whose offset before 1900 node-postgres rounds to minutes.
pg.defaults.parseInputDatesAsUTC = true;

/** Types whose text stays text: a `date` or `timestamp` has no instant that a JavaScript Date could hold. */
const asText = new Set<number>([
  pg.types.builtins.DATE,
  pg.types.builtins.TIMESTAMP,
  pg.types.builtins.INT8,
  pg.types.builtins.NUMERIC,
  pg.types.builtins.INTERVAL,
  1182, // date[]
  1115, // timestamp[]
]);
const text = (value: unknown) => value;

/** int8, numeric, date and interval arrive as text; timestamptz as a Date; jsonb parsed. */
export const types: pg.CustomTypesConfig = {
  getTypeParser: ((id: number, format?: 'text' | 'binary') =>
    asText.has(id) ? text : pg.types.getTypeParser(id, format)) as typeof pg.types.getTypeParser,
};

export interface PoolOptions {
  readonly maximumConnections: number;
  /** Shown in pg_stat_activity. */
  readonly applicationName: string;
  /** Milliseconds a statement may run; 0 = no limit. */
  readonly statementTimeout?: number;
  /** Milliseconds that an answer may take; by default a little more than the statement may. */
  readonly answerTimeout?: number;
  /** Told of connections that broke while nobody used them; the pool replaces them by itself. */
  readonly onError?: (error: Error) => void;
}

/** The settings that every connection of ours shares; for those that open one beside the pool (jobs, listeners, copies). */
export function clientConfig(address: DatabaseAddress): pg.ClientConfig {
  return {
    ...(typeof address === 'string' ? { connectionString: address } : address),
    types,
    // Compiling a plan costs PostgreSQL 15 hundreds of milliseconds where running it costs one. And a node that is gone without
    // a word must not keep its locks and its places for the two hours that the server's system waits by default.
    options: '-c jit=off -c tcp_keepalives_idle=10 -c tcp_keepalives_interval=5 -c tcp_keepalives_count=3',
    connectionTimeoutMillis: 10_000,
    keepAlive: true,
    // Where the system waits two hours by default.
    keepAliveInitialDelayMillis: 10_000,
  };
}

/** A pool that pipelines: what a transaction begins with travels in one packet with its first statement. */
export function openPool(address: DatabaseAddress, options: PoolOptions): pg.Pool {
  const { statementTimeout = 60_000 } = options;
  const pool = new pg.Pool({
    ...clientConfig(address),
    max: options.maximumConnections,
    application_name: options.applicationName,
    pipeline: true,
    idleTimeoutMillis: 60_000,
    statement_timeout: statementTimeout,
    // A server that is gone without a word ends no statement: the connection is destroyed then, and its place is free again.
    query_timeout: options.answerTimeout ?? (statementTimeout === 0 ? 0 : statementTimeout + 5_000),
    // Nothing but SQL happens inside a transaction, so one that idles belongs to a process that hangs.
    idle_in_transaction_session_timeout: 60_000,
  });
  const onError = options.onError ?? (() => undefined);
  pool.on('error', onError);
  // A connection that is checked out tells its own errors; the query that suffers them rejects as well.
  pool.on('connect', (client) => client.on('error', () => undefined));
  return pool;
}
