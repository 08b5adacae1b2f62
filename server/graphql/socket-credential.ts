/** A socket lasts as long as its credential: the token's own end, and being revoked meanwhile. */
import { CloseCode } from 'graphql-ws';
import type { WebSocket } from 'ws';
import type { Actor } from '../../domain/actor.ts';

/**
 * How old what is remembered of a credential may be when a socket opens, in milliseconds: what was revoked just before is
 * found within a second too.
 */
export const freshFor = 200;
/** The longest delay that a timer holds; a token that lives longer is asked again by then. */
const longestTimerMs = 2 ** 31 - 1;
/** A client that was refused and does not answer the close frame is cut after so many milliseconds. */
const cutAfterMs = 1_000;

/** Tells once when a credential has ended, whoever ended it; the answer stops watching. */
export type WatchCredential = (credentialId: string, ended: () => void) => () => void;

/**
 * Closes the socket with 4403 when its credential expires, is revoked, or its account no longer authorises the application.
 *
 * @param ended called before the socket is closed, so that what runs on it stops at once
 * @returns stops watching
 */
export function endWithCredential(
  socket: WebSocket,
  actor: Actor,
  { watch, ended }: { readonly watch?: WatchCredential | undefined; readonly ended: () => void },
): () => void {
  let timer: NodeJS.Timeout | undefined;
  let unwatch: (() => void) | undefined;
  const stop = () => {
    clearTimeout(timer);
    unwatch?.();
  };
  const end = (reason: string): void => {
    stop();
    ended();
    socket.close(CloseCode.Forbidden, reason);
    setTimeout(() => socket.terminate(), cutAfterMs).unref();
  };
  const expire = (expiresAt: number): void => {
    const left = expiresAt - Date.now();
    if (left <= 0) {
      end('Credential expired');
      return;
    }
    timer = setTimeout(() => expire(expiresAt), Math.min(left, longestTimerMs));
    timer.unref();
  };
  unwatch = watch?.(actor.credentialId, () => end('Credential revoked'));
  if (actor.expiresAt !== null) expire(actor.expiresAt);
  return stop;
}
