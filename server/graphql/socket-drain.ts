/** How a node that stops lets its sockets go: which is closed when, and after how long its client is to come back. */
import type { WebSocket } from 'ws';

/** RFC 6455 §7.4.1, "going away". */
export const goingAway = 1001;

/** The other nodes take up so many without their readers noticing. */
const comeBackPerSecond = 1_000;
const shortestSpread = 1_000;
const longestSpread = 30_000;
const leastPause = 100;

const closePerSecond = 2_000;
const closeWithin = 5_000;
const closeEvery = 50;

/** A client that does not answer the close is cut after so long. */
const answerWithin = 5_000;

/**
 * Milliseconds after which one of `sockets` clients is to come back: chosen at random from 100 ms to as many milliseconds as there
 * are clients, but from a span of 1 s at least and 30 s at most, so that they come back one after another.
 * @param random from 0 (inclusive) to 1
 */
export function comeBackAfter(sockets: number, random: number): number {
  const spread = Math.min(longestSpread, Math.max(shortestSpread, (sockets / comeBackPerSecond) * 1_000));
  return leastPause + random * spread;
}

/**
 * The close frame's reason: `retry after <seconds> s`, seconds with one decimal and a point, `retry after 3.2 s`. Never more than
 * the 123 bytes that a close frame has room for.
 */
export function closeReason(milliseconds: number): string {
  return `retry after ${(milliseconds / 1_000).toFixed(1)} s`;
}

/** How many of `sockets` are closed every 50 ms: 2,000 a second, but all within 5 s. */
export function closedAtOnce(sockets: number): number {
  const within = Math.min(closeWithin, (sockets / closePerSecond) * 1_000);
  return Math.max(1, Math.ceil((sockets * closeEvery) / Math.max(closeEvery, within)));
}

/** Closes every socket with 1001 and a hint of its own; resolves when the clients have left, 5 s after the last close at most. */
export async function letGo(clients: ReadonlySet<WebSocket>, random: () => number = Math.random): Promise<void> {
  const sockets = [...clients];
  const atOnce = closedAtOnce(sockets.length);
  const gone: Promise<void>[] = [];
  for (const [index, socket] of sockets.entries()) {
    if (index > 0 && index % atOnce === 0) await pause(closeEvery);
    // Cut in the meantime: there is nothing left to wait for.
    if (socket.readyState === socket.CLOSED) continue;
    gone.push(new Promise((resolve) => socket.once('close', () => resolve())));
    socket.close(goingAway, closeReason(comeBackAfter(sockets.length, random())));
  }
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, answerWithin);
  });
  await Promise.race([Promise.all(gone), late]);
  clearTimeout(timer);
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
