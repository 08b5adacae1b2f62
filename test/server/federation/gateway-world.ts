/** This service's graph and a neighbour's, composed and served by the gateway; documents run as they come from clients. */
import { type ExecutionResult, parse } from 'graphql';
import { createOutgoingPost } from '../../../datasources/http/outgoing-post.ts';
import type { Context } from '../../../resolvers/context.ts';
import { compose } from '../../../server/federation/composition.ts';
import { createGateway, type Gateway, type GatewayLimits } from '../../../server/federation/gateway.ts';
import { type Loose, openGraph, type TestGraph, testKey } from '../../setup/graph.ts';
import { type NeighbourServer, startNeighbour } from '../../setup/servers/neighbour.ts';

export const link = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9",
  import: ["@key", "@external", "@requires", "@shareable", "@override", "@inaccessible", "@interfaceObject"])`;

export const employeesSdl = `${link}
  "Somebody who works here."
  type Employee @key(fields: "id") { id: ID! name: String! team: String boss: Employee }
  type CalendarAccount @key(fields: "id") { id: ID! employee: Employee salary: Int }
  type Desk { number: Int! account: CalendarAccount }
  type Query { employee(id: ID!): Employee employees(first: Int): [Employee!]! whoAsks: String desks(of: [ID!]!): [Desk!]! }
  type Mutation { promote(id: ID!): Employee }
  type Subscription { hired(many: Int): Employee! fails: Int! }
`;

const person = (id: string): Loose => ({ id, name: `Employee ${id}`, team: 'Sales', boss: () => person(`${id}+`) });

export const employees = {
  Query: {
    employee: (_: unknown, { id }: { id: string }) => person(id),
    employees: (_: unknown, { first }: { first?: number }) =>
      Array.from({ length: first ?? 3 }, (_one, i) => person(`${i}`)),
    desks: (_: unknown, { of }: { of: string[] }) => of.map((id, number) => ({ number, account: { id } })),
    whoAsks: (_: unknown, _args: unknown, { headers }: Loose) => headers.authorization ?? null,
  },
  Mutation: { promote: (_: unknown, { id }: { id: string }) => person(`${id} promoted`) },
  Subscription: {
    hired: {
      subscribe: async function* (_: unknown, { many }: { many?: number }) {
        for (let i = 0; i < (many ?? 2); i++) {
          yield { hired: person(`${i}`) };
          await new Promise((later) => setTimeout(later, 1));
        }
      },
    },
    fails: {
      // biome-ignore lint/correctness/useYield: it ends before its first
      subscribe: async function* () {
        throw new Error('at /srv/secret.ts:1');
      },
    },
  },
  Employee: { __resolveReference: ({ id }: { id: string }) => person(id) },
  CalendarAccount: {
    __resolveReference: ({ id }: { id: string }) => ({ id }),
    employee: ({ id }: { id: string }) => person(id),
    salary: () => {
      throw new Error('stack of the neighbour, at /srv/secret.ts:1');
    },
  },
};

export interface GatewayWorld {
  readonly graph: TestGraph;
  readonly neighbour: NeighbourServer;
  readonly gateway: Gateway<Context>;
  readonly troubles: string[];
  /** Composes and takes. @param sdl the neighbour's */
  recompose(sdl?: string): void;
  run(
    document: string,
    variables?: Record<string, unknown>,
    token?: string,
    headers?: Readonly<Record<string, string>>,
  ): Promise<Loose>;
  subscribe(document: string, variables?: Record<string, unknown>, headers?: Record<string, string>): Promise<Loose>;
  close(): Promise<void>;
}

export async function openGateway(
  options: {
    readonly sdl?: string;
    readonly resolvers?: object;
    readonly limits?: Partial<GatewayLimits>;
    readonly headers?: ReadonlyMap<string, readonly string[]>;
    readonly omitNode?: boolean;
    readonly now?: () => number;
  } = {},
): Promise<GatewayWorld> {
  const sdl = options.sdl ?? employeesSdl;
  const graph = await openGraph();
  const neighbour = await startNeighbour(sdl, options.resolvers ?? employees);
  const post = createOutgoingPost({ allowedNetworks: ['loopback'], connections: 16 });
  const troubles: string[] = [];
  const gateway = createGateway<Context>({
    graph: graph.served,
    omitNode: options.omitNode ?? false,
    post,
    headers: options.headers ?? new Map(),
    ...(options.limits === undefined ? {} : { limits: options.limits }),
    ...(options.now === undefined ? {} : { now: options.now }),
    onTrouble: (subgraph, reason) => troubles.push(`${subgraph}: ${reason}`),
  });
  const recompose = (text = sdl): void =>
    gateway.take(
      compose([
        { name: 'meridian', url: '', sdl: gateway.ownSdl },
        { name: 'employees', url: neighbour.url, sdl: text },
      ]),
    );
  recompose();
  const contextOf = async (token = testKey, headers: Readonly<Record<string, string>> = {}) => {
    const actor = await graph.served.authenticate(`Bearer ${token}`);
    if (actor === null) throw new Error('a credential was expected');
    return graph.served.createContext({ actor, requestId: 'test', signal: new AbortController().signal, headers });
  };
  const readable = ({ data, errors, extensions }: ExecutionResult): Loose => ({
    data: JSON.parse(JSON.stringify(data ?? null)),
    errors: (errors ?? []).map(({ message, path, extensions: more }) => ({ message, path, ...more })),
    extensions,
  });
  return {
    graph,
    neighbour,
    gateway,
    troubles,
    recompose,
    async run(document, variables = {}, token = testKey, headers = {}) {
      const context = await contextOf(token, headers);
      return readable(await gateway.seam.execute({ document: parse(document), variables, context }));
    },
    async subscribe(document, variables = {}, headers = {}) {
      const context = await contextOf(testKey, headers);
      const answers = await gateway.seam.subscribe({ document: parse(document), variables, context });
      if (!(Symbol.asyncIterator in answers)) return readable(answers);
      return {
        next: async () => {
          const next = await answers.next();
          return next.done === true ? null : readable(next.value);
        },
        return: () => answers.return(),
      };
    },
    async close() {
      await neighbour.stop();
      await post.close();
      await graph.close();
    },
  };
}
