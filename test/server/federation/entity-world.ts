/** The graph as other routers ask it: `_entities` over the seam of the federated schema, its statements counted. */
import { type ExecutionResult, parse } from 'graphql';
import type { FederatedOptions } from '../../../server/graphql/schema.ts';
import { type Loose, type TestGraph, testKey } from '../../setup/graph.ts';

export interface Reference {
  readonly __typename: string;
  readonly id: unknown;
}

export interface FederatedGraph {
  readonly sdl: string;
  /** Runs a document as a router would. */
  run(document: string, variables?: Record<string, unknown>, token?: string): Promise<Loose>;
  /** What references answer with a selection of inline fragments. */
  entities(representations: readonly unknown[], selection: string, token?: string): Promise<Loose>;
}

/** @returns answers as JSON, with `errors` as code and path, and how many statements were sent. */
export function federatedOf(graph: TestGraph, options: FederatedOptions = {}): FederatedGraph {
  const { schema, sdl } = graph.served.federated(options);
  const seam = graph.served.seamOver(schema);
  const run: FederatedGraph['run'] = async (document, variables = {}, token = testKey) => {
    const actor = await graph.served.authenticate(`Bearer ${token}`);
    if (actor === null) throw new Error('a credential was expected');
    const context = graph.served.createContext({
      actor,
      requestId: 'test',
      signal: new AbortController().signal,
    });
    const result: ExecutionResult = await seam.execute({ document: parse(document), variables, context });
    return {
      data: JSON.parse(JSON.stringify(result.data ?? null)),
      errors: (result.errors ?? []).map(({ message, path, extensions }) => ({ message, path, ...extensions })),
      cost: result.extensions?.['cost'],
      statements: context.counter.sqlQueries,
    };
  };
  return {
    sdl,
    run,
    entities: (representations, selection, token) =>
      run(
        `query ($representations: [_Any!]!) { _entities(representations: $representations) { __typename ${selection} } }`,
        { representations },
        token,
      ),
  };
}
