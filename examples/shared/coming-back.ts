/** Whether to come back after a subscription has ended, and when. */

/** Why a socket ended, as in the browser's CloseEvent. */
export interface Close {
  readonly code: number;
  readonly reason: string;
}

/** Why a subscription ended: the service's own errors, or the socket's close. */
export interface Ending {
  readonly errors?: readonly {
    readonly message: string;
    readonly extensions?: Readonly<Record<string, unknown>> | undefined;
  }[];
  readonly close?: Close;
}

/** Errors that pass; those of what we asked, or of who we are, do not. */
const passing = new Set<unknown>(['INTERNAL_SERVER_ERROR', 'RATE_LIMITED', 'UNAVAILABLE']);
/** Too large a message, a broken protocol, no credential (4401) or one that is not valid any more (4403). */
const finalCodes = new Set([1009, 4400, 4401, 4403, 4406, 4409, 4429]);

/** Whether the same again would only end the same. */
export function isFinal({ errors, close }: Ending): boolean {
  if (errors !== undefined) return !errors.some(({ extensions }) => passing.has(extensions?.['code']));
  return close !== undefined && finalCodes.has(close.code);
}

/**
 * Milliseconds until the next attempt, counted from 0. A node that goes away (1001) says how long, each client something
 * else: `retry after 3.2 s`; so may an error, in seconds. Everything else is waited out with growing, random pauses, so that the clients of a node that died do not all come at once.
 */
export function pauseBefore(attempt: number, { close, errors }: Ending): number {
  const growing = Math.random() * Math.min(30_000, 500 * 2 ** attempt);
  const asked = errors?.[0]?.extensions?.['retryAfter'];
  if (typeof asked === 'number') return asked * 1_000 + growing;
  const [, hint, unit] = (close?.code === 1001 && /(\d+(?:\.\d+)?) ?(ms|s)\b/.exec(close.reason)) || [];
  if (hint !== undefined) return Number(hint) * (unit === 's' ? 1_000 : 1) * (1 + Math.random() / 4);
  return growing;
}
