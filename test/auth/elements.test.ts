/** Credentials in browsers: account tokens and API keys have no business there, element tokens exactly theirs. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { parse, validate } from 'graphql';
import { WebSocket } from 'ws';
import { type ElementPermission, permissionScopes, publishedDocuments } from '../../auth/elements/published.ts';
import { elementOrigins } from '../../auth/elements/tokens.ts';
import { resolvers } from '../../resolvers/index.ts';
import { buildPublicSchema } from '../../server/graphql/schema.ts';
import { createScopeCheck, firstUnmet } from '../../server/graphql/scopes.ts';
import { applicationCalendar, type Loose, testKey } from '../setup/graph.ts';
import { openPages, type PagesWorld } from './connect/world.ts';

const origin = 'https://app.example.com';
const published = publishedDocuments();
const documentOf = (name: string) => {
  const found = published.all.find((document) => document.name === name);
  if (found === undefined) throw new Error(`no document ${name}`);
  return found.query;
};

let world: PagesWorld;
let own: { accountId: string; calendarId: string; token: string };
let other: { accountId: string };
beforeAll(async () => {
  world = await openPages();
  own = await applicationCalendar(world.graph, 'own');
  other = await applicationCalendar(world.graph, 'other');
});
afterAll(() => world.close());

const create = async (input: object, token = testKey) =>
  (
    await world.graph.run(
      'mutation ($input: CreateElementTokenInput!) { createElementToken(input: $input) { token expiresIn userErrors { path code message } } }',
      { input },
      token,
    )
  ).data?.createElementToken;

const tokenFor = async (permissions: readonly ElementPermission[], accountIds = [own.accountId]): Promise<string> => {
  const made = await create({ origin, accountIds, permissions });
  expect(made.userErrors).toEqual([]);
  return made.token;
};

const ask = (
  token: string,
  query: string,
  variables: object = {},
  headers: Readonly<Record<string, string>> = { origin },
) =>
  fetch(`${world.origin}/graphql`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'application/graphql-response+json',
      authorization: `Bearer ${token}`,
      ...headers,
    },
    body: JSON.stringify({ query, variables }),
  });

const preflight = (from: string, method = 'POST') =>
  fetch(`${world.origin}/graphql`, {
    method: 'OPTIONS',
    headers: {
      origin: from,
      'access-control-request-method': method,
      'access-control-request-headers': 'authorization,content-type',
    },
  });

const corsOf = (response: Response) => [...response.headers.keys()].filter((name) => name.startsWith('access-control'));

describe('published documents', () => {
  const schema = buildPublicSchema(resolvers);
  const scopesNeeded = createScopeCheck(schema);

  test.each(published.all.map((document) => [document.name, document] as const))(
    '%s is valid, one operation, and reads no more than its permission',
    (_name, { query, permission }) => {
      const document = parse(query);
      expect(validate(schema, document)).toEqual([]);
      expect(document.definitions).toHaveLength(1);
      const [operation] = document.definitions;
      if (operation?.kind !== 'OperationDefinition') throw new Error('expected an operation');
      const unmet = firstUnmet(scopesNeeded(document, operation), new Set(permissionScopes[permission]));
      expect(unmet?.coordinate).toBeUndefined();
    },
  );

  test('anybody may read them, from any page', async () => {
    const response = await fetch(`${world.origin}/elements/documents.json`, {
      headers: { origin: 'https://elsewhere.example.net' },
    });
    expect(response.headers.get('access-control-allow-origin')).toBe('*');
    const { documents } = (await response.json()) as Loose;
    expect(documents.map(({ name, permission }: Loose) => [name, permission])).toContainEqual(['agenda', 'AGENDA']);
  });
});

describe('preflights', () => {
  test('of an origin that some element token is for: allowed, and what it may send', async () => {
    await tokenFor(['AGENDA']);
    // Whoever asked before is believed anew after a second.
    await new Promise((resolve) => setTimeout(resolve, 1_050));
    const response = await preflight(origin);
    expect(response.status).toBe(204);
    expect(response.headers.get('access-control-allow-origin')).toBe(origin);
    expect(response.headers.get('access-control-allow-methods')).toBe('POST');
    expect(response.headers.get('access-control-allow-headers')).toBe('authorization, content-type');
    expect(response.headers.get('access-control-allow-credentials')).toBeNull();
    expect(response.headers.get('vary')).toContain('Origin');
  });

  test.each([
    'https://elsewhere.example.net',
    'https://app.example.com:8443',
    'http://app.example.com',
    'null',
    'x'.repeat(4_000),
  ])('of %s: nothing is allowed', async (from) => {
    const response = await preflight(from);
    expect([response.status, corsOf(response)]).toEqual([403, []]);
  });

  test('for another method: nothing is allowed', async () => {
    expect(corsOf(await preflight(origin, 'PUT'))).toEqual([]);
  });

  test('are answered from memory for a second', async () => {
    let asked = 0;
    let now = 0;
    const { store } = world.graph.fresh;
    const counting = {
      asWorker: ((work) => {
        asked++;
        return store.asWorker(work);
      }) as typeof store.asWorker,
    };
    const mayAsk = elementOrigins(counting, () => now);
    for (let n = 0; n < 5; n++) expect(await mayAsk('https://nobody.example.org')).toBe(false);
    expect(asked).toBe(1);
    now = 1_001;
    await mayAsk('https://nobody.example.org');
    expect(asked).toBe(2);
  });
});

describe('API keys and account tokens', () => {
  test('get no CORS header, whatever page they come from', async () => {
    for (const token of [testKey, own.token]) {
      for (const from of [origin, world.origin, 'null']) {
        const response = await ask(token, '{ credential { kind } }', {}, { origin: from });
        expect([response.status, corsOf(response)]).toEqual([200, []]);
      }
    }
  });
});

describe('an element token', () => {
  test('reads what it is for, from its origin; and says to whom the answer may be shown', async () => {
    const token = await tokenFor(['AGENDA']);
    const response = await ask(token, documentOf('agenda'), { accountIds: [own.accountId] });
    expect(response.status).toBe(200);
    expect(response.headers.get('access-control-allow-origin')).toBe(origin);
    expect(response.headers.get('vary')).toBe('Origin');
    expect(((await response.json()) as Loose).data.accountsById[0].id).toBe(own.accountId);
  });

  test('sees no account but its own, of the same application', async () => {
    const token = await tokenFor(['AGENDA']);
    const { data } = (await (
      await ask(token, documentOf('agenda'), { accountIds: [own.accountId, other.accountId] })
    ).json()) as Loose;
    expect(data.accountsById.map((account: Loose) => account?.id ?? null)).toEqual([own.accountId, null]);
    const both = await tokenFor(['AGENDA'], [own.accountId, other.accountId]);
    const seen = (await (
      await ask(both, documentOf('agenda'), { accountIds: [own.accountId, other.accountId] })
    ).json()) as Loose;
    expect(seen.data.accountsById.map((account: Loose) => account?.id)).toEqual([own.accountId, other.accountId]);
  });

  test.each([
    ['no page at all', {}],
    ['another origin', { origin: 'https://elsewhere.example.net' }],
    ['a page of ours', { origin: 'http://127.0.0.1' }],
    ['the same origin, spelt otherwise', { origin: 'https://APP.example.com' }],
  ])('from %s is refused, unreadable', async (_what, headers) => {
    const token = await tokenFor(['AGENDA']);
    const response = await ask(token, documentOf('agenda'), { accountIds: [own.accountId] }, headers);
    expect([response.status, corsOf(response)]).toEqual([403, []]);
    expect(((await response.json()) as Loose).errors[0].extensions.code).toBe('FORBIDDEN');
  });

  test('sends published documents of its permissions only, however they are spaced', async () => {
    const token = await tokenFor(['AVAILABILITY']);
    const filter = { from: '2026-01-01T00:00:00Z', to: '2026-02-01T00:00:00Z' };
    const variables = { accountIds: [own.accountId], filter };
    expect(
      (
        await ask(
          token,
          documentOf('busy')
            .replace(/\s+/g, ' ')
            .replace(/^#.*?query/, 'query'),
          variables,
        )
      ).status,
    ).toBe(200);
    for (const query of [
      documentOf('agenda'),
      documentOf('busy').replace('busyStatus', 'busyStatus eventId'),
      '{ __typename }',
      '{ credential { kind } }',
      '{ __schema { types { name } } }',
    ]) {
      const response = await ask(token, query, variables);
      expect([query.slice(0, 20), response.status]).toEqual([query.slice(0, 20), 403]);
      expect(((await response.json()) as Loose).errors[0].extensions.code).toBe('FORBIDDEN');
    }
  });

  test('cannot take back a profile of an account that is not its own', async () => {
    const token = await tokenFor(['ACCOUNT_MANAGEMENT']);
    const { accounts } = await world.graph.data('{ accounts { nodes { id profiles { id } } } }');
    const theirs = accounts.nodes.find((account: Loose) => account.id === other.accountId).profiles[0].id;
    const { data } = (await (await ask(token, documentOf('disconnect'), { profileId: theirs })).json()) as Loose;
    expect(data.revokeProfile.userErrors).toMatchObject([{ code: 'NOT_FOUND' }]);
  });

  test('opens no socket, imports nothing, and makes no other token', async () => {
    const token = await tokenFor(['AGENDA']);
    const socket = new WebSocket(`${world.origin.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
    const closed = await new Promise<number>((resolve) => {
      socket.on('open', () =>
        socket.send(JSON.stringify({ type: 'connection_init', payload: { authorization: `Bearer ${token}` } })),
      );
      socket.on('close', resolve);
    });
    expect(closed).toBe(4403);
    const made = await world.graph.run(
      'mutation ($input: CreateElementTokenInput!) { createElementToken(input: $input) { token } }',
      { input: { origin, accountIds: [own.accountId], permissions: ['AGENDA'] } },
      own.token,
    );
    expect(made.errors[0]?.code).toBe('FORBIDDEN');
  });

  test('that asks too often may be told so: its page reads when to come back', async () => {
    const token = await tokenFor(['AGENDA']);
    world.graph.limits.now = { perSecond: 0, perMinute: 1 };
    const answers = [];
    for (let n = 0; n < 3; n++) answers.push(await ask(token, documentOf('agenda'), { accountIds: [own.accountId] }));
    world.graph.limits.now = { perSecond: 0, perMinute: 0 };
    const refused = answers.at(-1);
    expect(refused?.status).toBe(429);
    expect(refused?.headers.get('access-control-allow-origin')).toBe(origin);
    expect(refused?.headers.get('access-control-expose-headers')).toContain('Retry-After');
    expect(refused?.headers.get('retry-after')).toMatch(/^\d+$/);
  });

  test('ends with its time and with its revocation', async () => {
    const token = await tokenFor(['AGENDA']);
    await world.graph.fresh.store.asWorker((tx) =>
      tx
        .updateTable('credential')
        .set({ expires_at: new Date(Date.now() - 1_000) })
        .where('kind', '=', 'ELEMENT_TOKEN')
        .execute(),
    );
    expect((await ask(token, documentOf('agenda'), { accountIds: [own.accountId] })).status).toBe(401);
  });
});

describe('bad input', () => {
  test.each([
    ['a path', 'https://app.example.com/'],
    ['no scheme', 'app.example.com'],
    ['a usual port', 'https://app.example.com:443'],
    ['capital letters', 'https://APP.example.com'],
    ['http elsewhere', 'http://app.example.com'],
    ['every origin', '*'],
    ['an opaque one', 'null'],
    ['a file', 'file:///'],
  ])('the origin: %s', async (_what, wrong) => {
    expect(
      (await create({ origin: wrong, accountIds: [own.accountId], permissions: ['AGENDA'] })).userErrors,
    ).toMatchObject([{ path: ['origin'], code: 'INVALID' }]);
  });

  test('every error at once, and no token', async () => {
    expect(await create({ origin: '*', accountIds: ['acc_unknown', own.accountId], permissions: [] })).toEqual({
      token: null,
      expiresIn: null,
      userErrors: [
        { path: ['origin'], code: 'INVALID', message: expect.any(String) },
        { path: ['permissions'], code: 'REQUIRED', message: 'Expected at least one permission, got none' },
        { path: ['accountIds', '0'], code: 'NOT_FOUND', message: expect.any(String) },
      ],
    });
    expect((await create({ origin, accountIds: [], permissions: ['AGENDA'] })).userErrors).toMatchObject([
      { code: 'REQUIRED' },
    ]);
  });
});
