/** What is killed, cut, paused and emptied while the ledger is written. */
import { randomInt } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { createClient } from 'graphql-ws';
import WebSocket from 'ws';
import { apiKey, type Cluster, type Node } from './cluster.ts';
import type { Database } from './database.ts';
import { startProxy, type TcpProxy } from './proxy.ts';
import type { KillableRedis } from './redis.ts';
import type { Provider } from './traffic.ts';
import type { Writers } from './writers.ts';

export interface World {
  readonly database: Database;
  readonly redis: KillableRedis;
  readonly cluster: Cluster;
  readonly provider: Provider;
  readonly writers: Writers;
  /** Before every subscriber: each connection goes on to the next node. */
  readonly front: TcpProxy;
  /** How long a node is paused; longer than a lease, for another to take over. Milliseconds. */
  readonly pause: number;
  /** What went otherwise than it had to. */
  readonly wrong: string[];
}

const everyEvent = ({ events }: Provider) => Array.from({ length: events }, (_, number) => number);
const any = ({ nodes }: Cluster): Node => {
  const node = nodes[randomInt(nodes.length)];
  if (node === undefined) throw new Error('a cluster without nodes');
  return node;
};

/** By name, in the order in which a round goes through them. */
export const faults = {
  'sockets cut': async ({ front }) => void front.cut(),

  'sockets half open': async ({ front }) => void front.freeze(),

  FLUSHALL: ({ redis }) => redis.flushAll(),

  'a node half open to Redis': async ({ cluster }) => void any(cluster).redis.freeze(),

  'a node half open to PostgreSQL': async ({ cluster }) => void any(cluster).database.freeze(),

  'Redis killed': async ({ redis }) => {
    await redis.kill();
    await delay(1_000);
    await redis.start();
  },

  'PostgreSQL killed': async ({ database }) => {
    await database.kill();
    await delay(300);
    await database.start();
  },

  'a writer killed': ({ writers }) => writers.killOne(),

  'a node paused': async ({ cluster, provider, pause }) => {
    // Whichever node is about to read these is paused with them in its hands, or another one reads them meanwhile.
    await provider.change(everyEvent(provider));
    const node = any(cluster);
    await delay(randomInt(1_000));
    node.pause();
    await delay(pause);
    node.resume();
  },

  'a node killed': async ({ cluster }) => {
    const node = any(cluster);
    await node.kill();
    await node.start();
  },

  'a worker killed in a sync': async ({ cluster, provider, wrong }) => {
    const frozen = provider.proxy.freezeBehind(provider.events * 150);
    await provider.change(everyEvent(provider));
    const port = await Promise.race([frozen, delay(30_000, null, { ref: false })]);
    const pids = cluster.nodes.map(({ pid }) => pid);
    const owner = port === null ? null : provider.ownerOf(port, pids);
    const worker = cluster.nodes.find(({ pid }) => pid === owner);
    if (worker === undefined) {
      wrong.push(
        `nobody was seen to read what the provider changed (${port === null ? 'no connection' : 'whose is it?'})`,
      );
      return;
    }
    await worker.kill();
    await worker.start();
  },

  'a node restarted in turn': async ({ cluster, wrong }) => {
    for (const node of cluster.nodes) {
      const { code, said } = await node.stop();
      if (code !== 0) wrong.push(`${node.name} ended with ${code} when it was told to stop: ${said}`);
      await node.start();
    }
  },
} as const satisfies Record<string, (world: World) => Promise<void>>;

export type FaultName = keyof typeof faults;

export const endsNodes: readonly FaultName[] = [
  'a node killed',
  'a worker killed in a sync',
  'a node restarted in turn',
];

/** Twice socketLimits.keepAliveMs, by when a node has asked and heard nothing, and as long again if it was paused meanwhile. */
const keepAliveAtMost = 4 * 12_000;

/**
 * Sockets with a subscription each, whose other side is gone without a word.
 * @returns settles with how long the node kept each of them, in milliseconds; null: it has it still
 */
export async function leaveHalfOpen(node: Node, count: number): Promise<() => Promise<readonly (number | null)[]>> {
  const proxy = await startProxy(() => node.port);
  const clients = Array.from({ length: count }, () =>
    createClient({
      url: `ws://127.0.0.1:${proxy.port}/graphql`,
      webSocketImpl: WebSocket,
      connectionParams: { authorization: `Bearer ${apiKey}` },
      retryAttempts: 0,
      lazy: false,
      onNonLazyError: () => {},
    }),
  );
  await Promise.all(clients.map((client) => new Promise<void>((open) => client.on('connected', () => open()))));
  for (const client of clients) {
    client.subscribe({ query: 'subscription { changes { cursor } }' }, { next() {}, error() {}, complete() {} });
  }
  await delay(300);
  const kept = proxy.freeze();
  const since = performance.now();
  return async () => {
    while (kept().includes(null) && performance.now() - since < keepAliveAtMost) await delay(100);
    const told = kept();
    for (const client of clients) client.terminate();
    await proxy.close();
    return told;
  };
}
