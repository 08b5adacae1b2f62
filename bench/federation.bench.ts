/**
 * A join of 20 accounts with a remote subgraph: CPU of the gateway's process, the subgraph in another. Beside it what a person
 * would write by hand for this one document: our part, one call with all references, the two put together.
 */

import { deepStrictEqual } from 'node:assert';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { execute, type GraphQLSchema, parse } from 'graphql';
import { fetch as plainFetch } from 'undici';
import { createOutgoingPost } from '../datasources/http/outgoing-post.ts';
import { type Actor, scopes } from '../domain/actor.ts';
import { compose } from '../server/federation/composition.ts';
import { createGateway } from '../server/federation/gateway.ts';
import { sdlOf } from '../server/graphql/schema.ts';
import { createSeam, type SeamContext, type SeamOptions } from '../server/graphql/seam.ts';
import { accounts, accountsSdl, employeesSdl, joined } from './federation/graphs.ts';
import { peerGateway } from './federation/peer.ts';
import { interleaved, report, tiny } from './measure.ts';

const first = 20;
const requests = tiny ? 5 : 400;
const atOnce = 20;
const rounds = tiny ? 1 : 9;

const child = spawn(process.execPath, [join(import.meta.dirname, 'federation', 'neighbour.ts')], {
  stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
});
if (child.stdout === null) throw new Error('expected to read what the subgraph prints');
const [line] = (await once(child.stdout, 'data')) as [Buffer];
const url = `http://127.0.0.1:${Number(String(line))}/graphql`;

const typeDefs = parse(accountsSdl);
const own = (): GraphQLSchema =>
  buildSubgraphSchema([
    {
      typeDefs,
      resolvers: { Query: { accounts: (_: unknown, { first: count }: { first: number }) => accounts(count) } },
    },
  ]);
const actor: Actor = {
  credentialId: 'crd_1',
  kind: 'API_KEY',
  applicationId: 'app_1',
  clientId: 'client',
  unitId: 'org_1',
  accountId: null,
  scopes: new Set(scopes),
  expiresAt: null,
};
const seamOver = (schema: GraphQLSchema, more: Partial<SeamOptions<SeamContext>> = {}) =>
  createSeam<SeamContext>({
    introspection: false,
    hideSuggestions: true,
    onInternalError: ({ text }) => console.error(text),
    ...more,
    schema,
  });
const ownSchema = own();
const post = createOutgoingPost({ allowedNetworks: ['loopback'], connections: 128 });
const gateway = createGateway({
  graph: {
    seam: seamOver(ownSchema),
    federated: () => ({ schema: ownSchema, sdl: sdlOf(ownSchema) }),
    seamOver,
  },
  omitNode: false,
  post,
  headers: new Map(),
  onTrouble: (subgraph, reason) => console.error(subgraph, reason),
});
const supergraphSdl = compose([
  { name: 'meridian', url: 'http://127.0.0.1:1/', sdl: sdlOf(ownSchema) },
  { name: 'employees', url, sdl: employeesSdl },
]);
gateway.take(supergraphSdl);

const document = parse(joined);
const variables = { first };
type Answer = { readonly data?: unknown };

const ours = async (): Promise<Answer> =>
  gateway.seam.execute({ document, variables, context: { actor, requestId: 'bench' } });

const ownPart = parse('query ($first: Int!) { accounts(first: $first) { id kind timeZone } }');
const theirPart =
  'query ($r: [_Any!]!) { _entities(representations: $r) { ... on CalendarAccount { employee { name team } } } }';
const byHand = async (): Promise<Answer> => {
  const { data } = await execute({ schema: ownSchema, document: ownPart, variableValues: variables });
  const rows = (data as unknown as { accounts: { id: string }[] }).accounts;
  const r = rows.map(({ id }) => ({ __typename: 'CalendarAccount', id }));
  const response = await plainFetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query: theirPart, variables: { r } }),
  });
  const { data: found } = (await response.json()) as { data: { _entities: object[] } };
  return { data: { accounts: rows.map((row, i) => ({ ...row, ...found._entities[i] })) } };
};

const peer = await peerGateway({ supergraphSdl, accountsSdl, accounts });
const contestants: Record<string, () => Promise<Answer>> = {
  ours,
  'by hand': byHand,
  ...(peer === null ? {} : { peer: () => peer.ask(joined, variables) as Promise<Answer> }),
};

const many = (ask: () => Promise<Answer>) => async () => {
  let left = requests;
  const worker = async () => {
    while (left-- > 0) JSON.stringify(await ask());
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
};

const plain = (answer: Answer) => JSON.parse(JSON.stringify(answer.data)) as unknown;
const expected = plain(await byHand());
for (const [name, ask] of Object.entries(contestants)) deepStrictEqual(plain(await ask()), expected, name);

const callsOf = async () => Number(await (await plainFetch(url.replace('/graphql', '/calls'))).text());
const before = await callsOf();
await ours();
const calls = (await callsOf()) - before;
report('calls of the remote subgraph for a join', calls, '1', calls === 1);

for (const ask of Object.values(contestants)) await many(ask)();
const found = await interleaved(
  rounds,
  Object.fromEntries(Object.entries(contestants).map(([name, ask]) => [name, many(ask)])),
);
const perRequest = (name: string, kind: 'cpu' | 'wall') =>
  (1_000 * (found[name]?.[kind].median ?? Number.NaN)) / requests;
for (const name of Object.keys(contestants)) {
  report(`${name}: µs of CPU a join`, perRequest(name, 'cpu'));
  report(`${name}: µs of wall time a join`, perRequest(name, 'wall'));
}
report('ours to by hand, CPU', perRequest('ours', 'cpu') / perRequest('by hand', 'cpu'));
if (peer !== null) {
  const cpu = perRequest('peer', 'cpu') / perRequest('ours', 'cpu');
  report("ours to the peer's throughput by CPU", cpu, '≥ 1.0', cpu >= 1);
  const wall = perRequest('peer', 'wall') / perRequest('ours', 'wall');
  report("ours to the peer's throughput by wall time", wall, '≥ 1.0', wall >= 1);
}
await peer?.stop();
await post.close();
child.disconnect();
await once(child, 'exit');
