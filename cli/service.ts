/** The running service as its clients see it: over HTTP, with the development application's key. */
import { existsSync, readFileSync } from 'node:fs';
import { isIPv6 } from 'node:net';
import { join } from 'node:path';
import { CommandFailure } from './failure.ts';
import type { Settings } from './house.ts';
import { plain } from './terminal.ts';

export interface ApiKey {
  readonly key: string;
  /** Where it was found, for people. */
  readonly origin: string;
}

export interface Service {
  /** Without a slash at the end. */
  readonly address: string;
  readonly apiKey: ApiKey;
  /** @throws CommandFailure unreachable, credentials, or failed with the service's own words */
  graphql<Data>(query: string, variables?: Readonly<Record<string, unknown>>): Promise<Data>;
}

export const howToStart = 'start it in another terminal with `npm start`, then run this command again';

/** A local service answers at once; a write that waits for a provider may take this long. */
const patienceMs = 60_000;

/** Where the service listens, from the same configuration that it reads. @throws CommandFailure for PORT=0 */
export function addressOf({ host, port }: Settings): string {
  if (port === 0) {
    throw new CommandFailure(
      'configuration',
      'PORT_UNKNOWN',
      'PORT is 0: the service takes any free port, which cannot be known here',
      {
        fix: 'set PORT to the one that the banner of `npm start` shows',
      },
    );
  }
  const everywhere: Readonly<Record<string, string>> = { '0.0.0.0': '127.0.0.1', '::': '::1' };
  const name = everywhere[host] ?? host;
  return `http://${isIPv6(name) ? `[${name}]` : name}:${port}`;
}

/** The key of the environment or of DATA_DIR; null where there is none. Never makes one. @throws CommandFailure */
export function findApiKey({ apiKey, dataDir, mode }: Settings): ApiKey | null {
  if (mode === 'production') return null;
  if (apiKey !== null) return { key: apiKey, origin: 'MERIDIAN_API_KEY' };
  const file = join(dataDir, 'api-key');
  if (!existsSync(file)) return null;
  try {
    return { key: readFileSync(file, 'utf8').trim(), origin: file };
  } catch (cause) {
    throw new CommandFailure('configuration', 'NO_API_KEY', `${file} cannot be read: ${reasonOf(cause)}`, {
      fix: 'run as the user that the service runs as',
      cause,
    });
  }
}

/** The service that the configuration names, whether it runs or not. */
export function findService(settings: Settings, signal: AbortSignal): Service {
  const address = addressOf(settings);
  const apiKey = findApiKey(settings);
  if (apiKey === null && settings.mode === 'production') {
    throw new CommandFailure(
      'configuration',
      'NO_API_KEY',
      'in production there is no development application whose key this command could use',
      {
        fix: "use the GraphQL API with your own application's credentials",
      },
    );
  }
  if (apiKey === null) {
    throw new CommandFailure(
      'unreachable',
      'NOT_STARTED',
      `the service has not been started on ${settings.dataDir} yet: it holds no API key`,
      {
        fix: `${howToStart}; if it runs with another DATA_DIR, set DATA_DIR to that`,
      },
    );
  }
  return { address, apiKey, graphql: (query, variables) => post({ address, apiKey, signal }, query, variables) };
}

async function post<Data>(
  { address, apiKey, signal }: { readonly address: string; readonly apiKey: ApiKey; readonly signal: AbortSignal },
  query: string,
  variables: Readonly<Record<string, unknown>> = {},
): Promise<Data> {
  const response = await request(`${address}/graphql`, signal, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${apiKey.key}` },
    body: JSON.stringify({ query, variables }),
  });
  const body = await response.json().catch(() => null);
  const { data, errors } = (body ?? {}) as {
    data?: Data | null;
    errors?: { message?: string; extensions?: { code?: string } }[];
  };
  const error = errors?.[0];
  if (error !== undefined) throw refusal(error.extensions?.code ?? 'UNKNOWN', error.message ?? '', address, apiKey);
  if (!response.ok || data === undefined || data === null) throw notOurs(address);
  return data;
}

/** What the service answers in place of an outcome, in its own words. */
export function refusal(code: string, message: string, address: string, apiKey: ApiKey): CommandFailure {
  if (code === 'UNAUTHENTICATED') {
    return new CommandFailure(
      'credentials',
      code,
      `the service at ${address} refused the API key of ${apiKey.origin}`,
      {
        why: plain(message),
        fix: 'set DATA_DIR (or MERIDIAN_API_KEY) to the one that the running service uses: its banner names it',
      },
    );
  }
  if (code === 'FORBIDDEN') return new CommandFailure('credentials', code, plain(message));
  return new CommandFailure('failed', code, plain(message) || 'the service answered an error without words');
}

export function notOurs(address: string): CommandFailure {
  return new CommandFailure('unreachable', 'NOT_MERIDIAN', `what answers at ${address} is not Meridian`, {
    fix: 'another program has this port: set PORT to the one that the banner of `npm start` shows',
  });
}

/** @throws CommandFailure unreachable, saying how the service is started; interrupted on Ctrl-C */
async function request(url: string, signal: AbortSignal, init: RequestInit): Promise<Response> {
  try {
    return await fetch(url, {
      ...init,
      redirect: 'error',
      signal: AbortSignal.any([signal, AbortSignal.timeout(patienceMs)]),
    });
  } catch (cause) {
    if (signal.aborted) throw new CommandFailure('interrupted', 'INTERRUPTED', 'interrupted', { cause });
    throw unreachable(new URL(url).origin, cause);
  }
}

export function unreachable(address: string, cause: unknown): CommandFailure {
  const isTimeout = cause instanceof Error && cause.name === 'TimeoutError';
  if (isTimeout) {
    return new CommandFailure(
      'unreachable',
      'NO_ANSWER',
      `the service at ${address} did not answer within ${patienceMs / 1000} s`,
      { cause },
    );
  }
  if (!isNobody(cause)) {
    return new CommandFailure('unreachable', 'BROKEN_OFF', `the connection to the service at ${address} broke off`, {
      why: reasonOf(cause),
      fix: 'look at what the service logs; `npm run meridian -- doctor` tells whether it runs',
      cause,
    });
  }
  return new CommandFailure('unreachable', 'NOT_RUNNING', `the service is not running at ${address}`, {
    fix: howToStart,
    why: reasonOf(cause),
    cause,
  });
}

/** Whether there was nobody to connect to, rather than somebody who hung up. */
export function isNobody(cause: unknown): boolean {
  if (cause instanceof AggregateError) return cause.errors.every(isNobody);
  const { code, cause: inner } = cause as { code?: unknown; cause?: unknown };
  if (code === undefined && inner !== undefined) return isNobody(inner);
  return code === 'ECONNREFUSED' || code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND';
}

function reasonOf(cause: unknown): string {
  if (cause instanceof AggregateError && cause.errors.length > 0) return reasonOf(cause.errors[0]);
  if (cause instanceof Error) return cause.cause === undefined ? cause.message : reasonOf(cause.cause);
  return String(cause);
}

/** The remedy of a user error, by its code. */
export interface UserError {
  readonly path: readonly string[];
  readonly code: string;
  readonly message: string;
}
