/** A loopback port that nobody listened on a moment ago; whoever uses it must check who answers. */
import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

/**
 * Below the ports that systems give to whoever asks for any: a service takes its port seconds after it was found, and
 * until then no `listen(0)` and no outgoing connection may come upon it.
 */
const [first, last] = [20_000, 32_000];
/** Jest runs two workers: each has a half of its own. */
const half = (last - first) / 2;
const ownFirst = first + (Number(process.env['JEST_WORKER_ID'] ?? 1) % 2) * half;
const given = new Set<number>();

export async function freePort(): Promise<number> {
  for (let tries = 0; tries < 100; tries++) {
    const port = ownFirst + randomInt(half);
    if (given.has(port) || !(await isFree(port))) continue;
    given.add(port);
    return port;
  }
  throw new Error(`no free port from ${ownFirst} to ${ownFirst + half - 1}`);
}

function isFree(port: number): Promise<boolean> {
  const server = createServer();
  return new Promise((resolve) => {
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}
