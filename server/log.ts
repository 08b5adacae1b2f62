/** The operator's log: JSON lines, without bodies, variables, credentials and query strings. */
import { type DestinationStream, type Logger, pino } from 'pino';

export type Log = Logger;

/** Fields of these names never hold anything but a placeholder, however deep a caller's object is. */
const secretFields = [
  'authorization',
  'password',
  'token',
  'accessToken',
  'refreshToken',
  'secret',
  'apiKey',
  'cookie',
];

/** A log at `info`, or at another of pino's levels; `destination` is standard output unless a test reads it. */
export function createLog(level = 'info', destination?: DestinationStream): Log {
  const paths = secretFields.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]);
  const options = { level, base: null, redact: { paths, censor: '[redacted]' } };
  return destination === undefined ? pino(options) : pino(options, destination);
}

/** The same log for the lines of requests, which hold nothing that anybody chose but the method: nothing is looked for in them. */
export function requestLog(log: Log): Log {
  return log.child({}, { redact: [] });
}
