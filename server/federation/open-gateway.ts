/** The gateway as the configuration wants it, fed with its first supergraph. */
import { join } from 'node:path';
import { createOutgoingPost } from '../../datasources/http/outgoing-post.ts';
import type { Context } from '../../resolvers/context.ts';
import type { Config } from '../config.ts';
import type { Log } from '../log.ts';
import { createGateway, type Gateway, type OwnGraph } from './gateway.ts';
import { fileSource, neighboursSource } from './supergraph-source.ts';

/** Milliseconds between two looks at the neighbours' SDL, and at a supergraph's file. */
const lookAtNeighbours = 30_000;
const lookAtFile = 2_000;
/** Milliseconds for which the start waits for neighbours that start with it. */
const startPatience = 15_000;
/** Parallel requests to one neighbour. */
const connections = 128;

export interface OpenedGateway {
  readonly gateway: Gateway<Context>;
  /** Names of the client's headers that some neighbour is sent. */
  readonly forwardedHeaders: readonly string[];
  /** For `/readyz`. */
  notes(): Readonly<Record<string, unknown>>;
  close(): Promise<void>;
}

/** Null where no federated graph is configured. @throws StartFailure in the composer's words where it does not compose */
export async function openGateway(config: Config, graph: OwnGraph<Context>, log: Log): Promise<OpenedGateway | null> {
  if (config.subgraphs.length === 0 && config.supergraph === null) return null;
  // Their addresses are the operator's, not a user's: they may be where the operator's own machines are. What answers for a cloud's
  // metadata is not among them.
  const networks = ['loopback', 'private', '100.64.0.0/10', ...config.allowedNetworks];
  const post = createOutgoingPost({ allowedNetworks: networks, connections });
  const gateway = createGateway<Context>({
    graph,
    omitNode: config.subgraphOmitsNode,
    post,
    headers: config.subgraphHeaders,
    limits: { timeout: config.subgraphTimeoutMs },
    onTrouble: (subgraph, reason) => log.warn({ subgraph, reason }, 'a subgraph failed'),
  });
  const take = (supergraph: string) => gateway.take(supergraph);
  const source =
    config.supergraph === null
      ? neighboursSource({
          neighbours: config.subgraphs,
          ownSdl: gateway.ownSdl,
          post,
          timeout: config.subgraphTimeoutMs,
          patience: startPatience,
          // A node of a cluster keeps nothing of its own.
          folder: config.databaseUrl === null ? join(config.dataDir, 'subgraphs') : null,
          every: lookAtNeighbours,
          take,
          log,
        })
      : fileSource(config.supergraph, { take, log, every: lookAtFile });
  const close = async () => {
    await source.stop();
    await post.close();
  };
  try {
    await source.start();
  } catch (error) {
    await close();
    throw error;
  }
  return {
    gateway,
    forwardedHeaders: [...new Set([...config.subgraphHeaders.values()].flat())],
    notes: () => ({
      supergraph: source.isCurrent ? 'ok' : 'the one before the last is served',
      subgraphs: Object.fromEntries(
        gateway.neighbours().map(({ name, isAway }) => [name, isAway || source.away.has(name) ? 'away' : 'ok']),
      ),
    }),
    close,
  };
}
