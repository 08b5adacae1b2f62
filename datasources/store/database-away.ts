/** The database does not answer: what a request is told then, and how often the operator is. */
import { RequestError } from '../../domain/errors.ts';

/** Seconds; a server that restarts is back by then more often than not. */
const retryAfter = 1;

/** A transaction that could not begin, or of which nobody knows whether it was committed: the same call again is the way on. */
export class DatabaseAway extends RequestError {
  constructor(cause: unknown) {
    super('UNAVAILABLE', 'Expected the database to answer, got none: try again', { retryAfter });
    this.name = 'DatabaseAway';
    this.cause = cause;
  }
}

const networkCodes = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ECONNABORTED',
  'EPIPE',
  'ENOENT',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'EHOSTDOWN',
  'ENETUNREACH',
  'ENETDOWN',
  'ENOTFOUND',
  'EAI_AGAIN',
]);

/**
 * admin_shutdown, crash_shutdown, cannot_connect_now, idle_session_timeout, too_many_connections, and all connection exceptions (https://www.postgresql.org/docs/current/errcodes-appendix.html).
 */
const stateCodes = /^(?:57P0[1235]|53300|08[0-9A-Z]{3})$/;

/** What node-postgres says without a code (pg 8, lib/client.js and pg-pool's index.js). */
const words =
  /^(?:Connection terminated|Client has encountered a connection error|Client was closed and is not queryable|timeout exceeded when trying to connect|timeout expired|Connection ended|Query read timeout)/;

/** Whether an error of node-postgres says that the server is away, not that it refused a statement. */
export function isDatabaseAway(error: unknown): boolean {
  if (error instanceof DatabaseAway) return true;
  if (error instanceof AggregateError) return error.errors.length > 0 && error.errors.every(isDatabaseAway);
  if (!(error instanceof Error)) return false;
  const code: unknown = 'code' in error ? error.code : undefined;
  if (typeof code === 'string') return networkCodes.has(code) || stateCodes.test(code);
  return words.test(error.message);
}

/**
 * Runs transactions, and turns those that the server did not answer into DatabaseAway.
 * @param told once when the server goes away, with why, and once with null when it answers again
 */
export function watchDatabase(told: (reason: string | null) => void): <T>(transaction: () => Promise<T>) => Promise<T> {
  let away = false;
  return async (transaction) => {
    try {
      const value = await transaction();
      if (away) told(null);
      away = false;
      return value;
    } catch (error) {
      if (!isDatabaseAway(error)) throw error;
      if (!away) told(reasonOf(error));
      away = true;
      throw error instanceof DatabaseAway ? error : new DatabaseAway(error);
    }
  };
}

/** Its code, else its words; of these none names the address. */
function reasonOf(error: unknown): string {
  if (error instanceof AggregateError) return [...new Set(error.errors.map(reasonOf))].join(', ');
  const code: unknown = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : error instanceof Error ? error.message : 'unknown';
}
