/** A federated graph in one process: this service's part in it without HTTP, its neighbours over the one outgoing fetch. */
import type { Executor } from '@graphql-tools/utils';
import { type GraphQLSchema, OperationTypeNode } from 'graphql';
import type { OutgoingPost } from '../../datasources/http/outgoing-post.ts';
import { StartFailure } from '../../datasources/store/start-failure.ts';
import { createExecutor } from '../graphql/execution/executor.ts';
import { documentLimits } from '../graphql/limits.ts';
import { printPublicSchema } from '../graphql/schema.ts';
import type { Seam, SeamContext, SeamOptions } from '../graphql/seam.ts';
import { CircuitBreaker } from './circuit-breaker.ts';
import { buildGatewaySchema } from './gateway-schema.ts';
import { inProcessExecutor } from './in-process-executor.ts';
import { withoutUnresolved } from './placed-errors.ts';
import { type ForwardedContext, type Neighbour, remoteExecutor } from './remote-executor.ts';
import { remoteSubscriber } from './remote-subscriptions.ts';
import { type Generation, routedSeam } from './routed-seam.ts';

import { ourName, readSupergraph, type Supergraph } from './supergraph.ts';

export interface GatewayLimits {
  /** Milliseconds for one answer of a neighbour. */
  readonly timeout: number;
  /** Bytes of one answer of a neighbour, after decompression. */
  readonly maximumBytes: number;
  /** Failures in a row after which a neighbour is left alone. */
  readonly failures: number;
  /** Milliseconds for which it is. */
  readonly pause: number;
}

const gatewayLimits: GatewayLimits = {
  timeout: 10_000,
  maximumBytes: 16 * 1024 * 1024,
  failures: 5,
  pause: 10_000,
};

/** What a graph of ours gives a gateway. */
export interface OwnGraph<Context extends SeamContext> {
  readonly seam: Seam<Context>;
  federated(options?: { readonly omitNode?: boolean }): { readonly schema: GraphQLSchema; readonly sdl: string };
  seamOver(schema: GraphQLSchema, more?: Partial<SeamOptions<Context>>): Seam<Context>;
}

export interface GatewayOptions<Context extends SeamContext & ForwardedContext> {
  readonly graph: OwnGraph<Context>;
  readonly omitNode: boolean;
  readonly post: OutgoingPost;
  /** By a subgraph's name: which of the client's headers it is sent. `*`: every one. Lower case. */
  readonly headers: ReadonlyMap<string, readonly string[]>;
  readonly limits?: Partial<GatewayLimits>;
  /** Milliseconds, monotonic; tests have their own. */
  readonly now?: () => number;
  readonly onTrouble: (subgraph: string, reason: string) => void;
}

export interface Gateway<Context extends SeamContext> {
  /** Serves whichever supergraph was taken last. */
  readonly seam: Seam<Context>;
  /** As clients see the graph. */
  sdl(): string;
  /** Our own part, for a composer. */
  readonly ownSdl: string;
  /** @throws StartFailure where it cannot be served; then the one before it goes on. */
  take(supergraphSdl: string): void;
  /** By their names, the neighbours of the supergraph that is served, and whether their last answers were failures. */
  neighbours(): readonly { readonly name: string; readonly url: string; readonly isAway: boolean }[];
}

/** A gateway that serves nothing yet: `take` before it is asked anything. */
export function createGateway<Context extends SeamContext & ForwardedContext>(
  options: GatewayOptions<Context>,
): Gateway<Context> {
  const { graph } = options;
  const limits: GatewayLimits = { ...gatewayLimits, ...options.limits };
  const federated = graph.federated({ omitNode: options.omitNode });
  const execute = createExecutor(federated.schema, usedOnce);
  const inside = inProcessExecutor(graph.seamOver(federated.schema, { ...inner, execute }));
  /** A neighbour that was away is not believed to be back because another supergraph names it. */
  const breakers = new Map<string, CircuitBreaker>();
  let served:
    | (Generation<Context> & { readonly neighbours: ReadonlyMap<string, Neighbour>; sdl: string | null })
    | null = null;

  const current = () => {
    if (served === null) throw new Error('expected a supergraph to be served, got none');
    return served;
  };

  const neighbourOf = (name: string, url: string): Neighbour => {
    const key = `${name} ${url}`;
    const breaker =
      breakers.get(key) ?? new CircuitBreaker({ ...limits, now: options.now ?? (() => performance.now()) });
    breakers.set(key, breaker);
    const headers = [...new Set([...(options.headers.get('*') ?? []), ...(options.headers.get(name) ?? [])])];
    return { name, url, headers, breaker };
  };

  const remote = (neighbour: Neighbour): Executor => {
    const { post, onTrouble } = options;
    const ask = remoteExecutor(neighbour, { post, onTrouble, ...limits });
    const listen = remoteSubscriber(neighbour, { onTrouble, ...limits });
    // The library's type is of every executor at once; this one asks nothing of a context but what it forwards.
    const either = (request: Parameters<typeof ask>[0]) =>
      request.operationType === OperationTypeNode.SUBSCRIPTION ? listen(request) : ask(request);
    return either as Executor;
  };

  return {
    seam: routedSeam(graph.seam, current),
    ownSdl: federated.sdl,
    sdl() {
      const generation = current();
      generation.sdl ??= printPublicSchema(generation.seam.schema);
      return generation.sdl;
    },
    take(supergraphSdl) {
      const supergraph = readSupergraph(supergraphSdl);
      refuseWhatWeHaveNot(supergraph, federated.schema);
      const neighbours = new Map(
        supergraph.subgraphs
          .filter(({ name }) => name !== ourName)
          .map(({ name, url }) => {
            if (!/^https?:\/\//.test(url) || !URL.canParse(url)) {
              throw new StartFailure(`the supergraph's subgraph ${name} has no http or https address`);
            }
            return [name, neighbourOf(name, url)];
          }),
      );
      const schema = stitched(supergraph, graph.seam.schema, (name) => {
        const neighbour = neighbours.get(name);
        return neighbour === undefined ? (inside as Executor) : remote(neighbour);
      });
      const run = createExecutor(schema);
      const seam = graph.seamOver(schema, { execute: async (execution) => withoutUnresolved(await run(execution)) });
      served = { seam, ours: supergraph.ours, neighbours, sdl: null };
    },
    neighbours: () =>
      [...(served?.neighbours.values() ?? [])].map(({ name, url, breaker }) => ({ name, url, isAway: breaker.isOpen })),
  };
}

/** Each of a gateway's documents is made for one request: a plan of it would never be used again. */
const usedOnce = { mostFields: 5_000, mostTogether: 0 };

/** Documents from the gateway were held to everything outside; what they may cost and read is decided again. */
const inner = {
  takesAsIs: true,
  mayRun: () => true,
  limits: { ...documentLimits, maxTokens: Number.MAX_SAFE_INTEGER },
};

function stitched(...parameters: Parameters<typeof buildGatewaySchema>): GraphQLSchema {
  try {
    return buildGatewaySchema(...parameters);
  } catch (error) {
    throw new StartFailure(`the supergraph cannot be served: ${(error as Error).message}`);
  }
}

/** A supergraph that was composed with another version of this service would answer null where it does not know a field. */
function refuseWhatWeHaveNot({ ours }: Supergraph, schema: GraphQLSchema): void {
  const missing = [...(ours ?? [])].filter((coordinate) => {
    const [typeName = '', fieldName = ''] = coordinate.split('.');
    const type = schema.getType(typeName);
    return type === undefined || !('getFields' in type) || !(fieldName in type.getFields());
  });
  if (missing.length === 0) return;
  const shown = missing.slice(0, 5).join(', ');
  throw new StartFailure(
    `the supergraph was composed with another version of ${ourName}: this one has no ${shown}; compose it anew`,
  );
}
