/** The documents of element tokens beside a manifest: neither widens what the other allows. */
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { publishedDocuments } from '../../../auth/elements/published.ts';
import { createGraph } from '../../../server/graph.ts';
import { readManifest } from '../../../server/graphql/documents/manifest.ts';
import { type App, createApp } from '../../../server/http/app.ts';
import { createLog } from '../../../server/log.ts';
import { applicationCalendar, type Loose, openGraph, type TestGraph, testKey } from '../../setup/graph.ts';

const origin = 'https://app.example.com';
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const connections = publishedDocuments().all.find(({ name }) => name === 'connections')?.query ?? '';
const agenda = publishedDocuments().all.find(({ name }) => name === 'agenda')?.query ?? '';
const listed = 'query Listed { credential { kind } }';

const folder = mkdtempSync(join(tmpdir(), 'elements-'));
let graph: TestGraph;
let app: App;
let address: string;
let token: string;
let variables: { readonly accountIds: readonly string[] };
beforeAll(async () => {
  graph = await openGraph();
  const own = await applicationCalendar(graph);
  const { createElementToken: made }: Loose = await graph.data(
    'mutation ($input: CreateElementTokenInput!) { createElementToken(input: $input) { token userErrors { message } } }',
    { input: { origin, accountIds: [own.accountId], permissions: ['ACCOUNT_MANAGEMENT'] } },
  );
  token = made.token;
  variables = { accountIds: [own.accountId] };
  const manifest = join(folder, 'manifest.json');
  const operations = [{ id: sha256(listed), body: listed, name: 'Listed', type: 'query' }];
  writeFileSync(manifest, JSON.stringify({ format: 'apollo-persisted-query-manifest', version: 1, operations }));
  const built = createGraph(graph.services, graph.fresh.store, {
    isDevelopment: true,
    documents: { mode: 'only', listed: readManifest(manifest) },
    onInternalError: () => {},
  });
  app = await createApp({
    mode: 'development',
    publicUrl: new URL('http://127.0.0.1'),
    log: createLog('error'),
    seam: built.seam,
    documents: built.documents,
    sdl: null,
    hideSuggestions: false,
    authenticate: built.authenticate,
    createContext: built.createContext,
    checks: {},
  });
  address = `http://127.0.0.1:${(await app.listen({ host: '127.0.0.1', port: 0 })).port}/graphql`;
});
afterAll(async () => {
  await app?.drain(1_000);
  await graph?.close();
  rmSync(folder, { recursive: true });
});

async function ask(credential: string, body: object): Promise<Loose> {
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${credential}`, origin };
  const response = await fetch(address, { method: 'POST', headers, body: JSON.stringify(body) });
  return response.json();
}

test('an element token has what is published for it: by its text, however it is spaced, and by its id', async () => {
  for (const asked of [
    { query: connections },
    { query: `# mine\n${connections.replaceAll('  ', '\t')}` },
    { documentId: `sha256:${sha256(connections)}` },
  ]) {
    const { data, errors } = await ask(token, { ...asked, variables });
    expect(errors).toBeUndefined();
    expect(data.accountsById).toMatchObject([{ id: variables.accountIds[0] }]);
  }
});

test.each<[string, object]>([
  ['what a manifest lists, by its id', { documentId: sha256(listed) }],
  ['what a manifest lists, by its text', { query: listed }],
  ['what is published for another permission, by its id', { documentId: sha256(agenda) }],
  ['what nobody knows', { query: '{ credential { scopes } }' }],
])('an element token does not have %s', async (_what, asked) => {
  expect(await ask(token, asked)).toMatchObject({ errors: [{ extensions: { code: 'FORBIDDEN' } }] });
});

test('an API key has what is published here, and what its manifest lists, and nothing else', async () => {
  expect(await ask(testKey, { documentId: sha256(listed) })).toMatchObject({
    data: { credential: { kind: 'API_KEY' } },
  });
  expect((await ask(testKey, { documentId: sha256(connections), variables })).errors).toBeUndefined();
  const refused = await ask(testKey, { query: '{ credential { scopes } }' });
  expect(refused).toMatchObject({ errors: [{ extensions: { code: 'DOCUMENT_NOT_TRUSTED' } }] });
});
