/** Known documents past Apollo Server: what is answered there is what Apollo answers, byte for byte. */
import { request as send } from 'node:http';
import { makeExecutableSchema } from '@graphql-tools/schema';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createRequestLimiter, type RequestLimits } from '../../auth/limits/request-limiter.ts';
import { keys, type SmallApp, startSmallApp } from './small-app.ts';

interface Request {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly path?: string;
}

interface Answer {
  readonly status: number | undefined;
  readonly headers: readonly string[];
  readonly body: string;
}

const limits: { now: RequestLimits } = { now: { perSecond: 0, perMinute: 0 } };
/** Counts on a clock of its own, so that the headers of both say the same. */
const limiter = () => {
  let used = 0;
  const real = createRequestLimiter({ limitsOf: () => ({ perSecond: 0, perMinute: 0 }), redis: null });
  return {
    ...real,
    async take() {
      const limit = limits.now.perMinute;
      if (limit === 0) return { allowed: true, windows: [], retryAfter: null };
      used++;
      const windows = [{ limit, length: 60, remaining: Math.max(0, limit - used), reset: 30 }];
      return used <= limit ? { allowed: true, windows, retryAfter: null } : { allowed: false, windows, retryAfter: 30 };
    },
  };
};

const apps: { direct: SmallApp; negotiated: SmallApp } = {} as never;
beforeAll(async () => {
  apps.direct = await startSmallApp({ limiter: limiter() });
  apps.negotiated = await startSmallApp({ limiter: limiter(), pastApollo: false });
});
afterAll(() => Promise.all(Object.values(apps).map(({ app }) => app.drain(1_000))));

function exchange({ port }: SmallApp, { method = 'POST', headers = {}, body, path = '/graphql' }: Request) {
  return new Promise<Answer>((answered, failed) => {
    const asked = send({ port, host: '127.0.0.1', path, method, agent: false, headers }, (response) => {
      const parts: Buffer[] = [];
      response.on('data', (part: Buffer) => parts.push(part));
      response.on('end', () => {
        const { rawHeaders, statusCode: status } = response;
        const id = String(response.headers['x-request-id']);
        const lines = rawHeaders.flatMap((name, at) => (at % 2 === 0 ? [`${name}: ${rawHeaders[at + 1]}`] : []));
        const kept = lines.filter((line) => !/^date:/i.test(line)).map((line) => line.replace(id, '<id>'));
        answered({ status, headers: kept, body: Buffer.concat(parts).toString().replaceAll(id, '<id>') });
      });
    });
    asked.on('error', failed);
    asked.end(body);
  });
}

const usual = { 'content-type': 'application/json', authorization: `Bearer ${keys.all}` };

function ask(body: unknown, headers: Readonly<Record<string, string>> = {}): Request {
  return { headers: { ...usual, ...headers }, body: typeof body === 'string' ? body : JSON.stringify(body) };
}

/** Each is asked three times: what is unknown, what is known by then, and what is remembered of it. */
async function expectTheSame(request: Request): Promise<Answer> {
  let last: Answer | undefined;
  for (let time = 0; time < 3; time++) {
    const [direct, negotiated] = await Promise.all([
      exchange(apps.direct, request),
      exchange(apps.negotiated, request),
    ]);
    expect(direct).toEqual(negotiated);
    last = direct;
  }
  return last as Answer;
}

const both = 'query A { hello } query B($n: String) { hello(name: $n) }';
const accepts = [
  '*/*',
  'application/json',
  'application/json, text/plain, */*',
  'application/json,application/graphql-response+json',
  'application/graphql-response+json',
  'application/graphql-response+json, application/json',
  'application/graphql-response+json,application/json;q=0.9',
  'application/graphql-response+json, application/json;q=0.9',
  'application/graphql-response+json, application/graphql+json, application/json, text/event-stream, multipart/mixed',
  'application/json;q=0.1, application/graphql-response+json',
  'text/html',
  'text/event-stream',
  'nonsense',
  '',
];

const requests: Readonly<Record<string, Request>> = {
  'a query': ask({ query: '{ hello }' }),
  variables: ask({ query: 'query ($n: String) { hello(name: $n) }', variables: { n: 'you' } }),
  'variables null': ask({ query: 'query ($n: String) { hello(name: $n) }', variables: null }),
  'a mutation': ask({ query: 'mutation { add(by: 0) }' }),
  'a subscription': ask({ query: 'subscription { count(to: 1) }' }),
  'one operation of two': ask({ query: both, operationName: 'B', variables: { n: 'you' } }),
  'none of two': ask({ query: both }),
  'none of two by an empty name': ask({ query: both, operationName: '' }),
  'another than of two': ask({ query: both, operationName: 'C' }),
  'another name than of one': ask({ query: '{ hello }', operationName: 'C' }),
  'an operation name of null': ask({ query: '{ hello }', operationName: null }),
  'an operation name of a number': ask({ query: '{ hello }', operationName: 3 }),
  'no query': ask({ variables: {} }),
  'an empty query': ask({ query: '' }),
  'a query of an object': ask({ query: { kind: 'Document' } }),
  'variables of a list': ask({ query: '{ hello }', variables: [] }),
  'variables of a text': ask({ query: '{ hello }', variables: '{}' }),
  extensions: ask({ query: '{ hello }', extensions: { a: 1 } }),
  'empty extensions': ask({ query: '{ hello }', extensions: {} }),
  'extensions of a list': ask({ query: '{ hello }', extensions: [] }),
  'a persisted query': ask({
    query: '{ hello }',
    extensions: { persistedQuery: { version: 1, sha256Hash: 'a'.repeat(64) } },
  }),
  'a document id alone': ask({ documentId: `sha256:${'a'.repeat(64)}` }),
  'another key': ask({ query: '{ hello }', operation: 'x' }),
  'a batch': ask([{ query: '{ hello }' }]),
  'no object': ask('3'),
  'no JSON': ask('{'),
  'an empty body': ask(''),
  'a syntax error': ask({ query: '{ hello' }),
  'a field that is not there': ask({ query: '{ nothing }' }),
  'a missing variable': ask({ query: 'query ($n: Int!) { whole(first: $n) }' }),
  'a bad variable': ask({ query: 'query ($n: Int!) { whole(first: $n) }', variables: { n: 'x' } }),
  'bad variables in numbers': ask({
    query: 'query ($i: TakeInput) { take(input: $i) }',
    variables: { i: { server: 1, password: 2, limit: 'x', kind: 'COW' } },
  }),
  'a failing field': ask({ query: '{ hello boom }' }),
  'a refused field': ask({ query: '{ hello refuse(code: "FORBIDDEN") }' }),
  'a refusal of a code that nobody knows': ask({ query: '{ refuse(code: "SOMETHING") }' }),
  'what a library throws': ask({ query: '{ library }' }),
  'null where none may be': ask({ query: '{ hello required }' }),
  'nested objects': ask({ query: '{ thing { id name owner { name } thing { id } } node { __typename id } }' }),
  directives: ask({
    query: 'query ($b: Boolean!) { hello @include(if: $b) thing @skip(if: $b) { id } }',
    variables: { b: true },
  }),
  introspection: ask({ query: '{ __schema { queryType { name } } __type(name: "Thing") { kind } }' }),
  'a missing scope': ask({ query: '{ secret }' }, { authorization: `Bearer ${keys.narrow}` }),
  'no credential': { headers: { 'content-type': 'application/json' }, body: '{"query":"{ hello }"}' },
  'a wrong credential': ask({ query: '{ hello }' }, { authorization: 'Bearer wrong' }),
  'a limited credential': ask({ query: '{ hello }' }, { authorization: 'Bearer limited' }),
  'a broken credential': ask({ query: '{ hello }' }, { authorization: 'Bearer broken' }),
  'another charset': ask({ query: '{ hello }' }, { 'content-type': 'application/json; charset=utf-8' }),
  'a charset that is not read': ask({ query: '{ hello }' }, { 'content-type': 'application/json; charset=latin1' }),
  'plain text': ask({ query: '{ hello }' }, { 'content-type': 'text/plain' }),
  'a form': ask('query=%7Bhello%7D', { 'content-type': 'application/x-www-form-urlencoded' }),
  'no content type': { headers: { authorization: usual.authorization }, body: '{"query":"{ hello }"}' },
  'a long document': ask({ query: `{ hello ${'# '.padEnd(30_000, 'x')}\n }` }),
  'a body beyond the limit': ask(`{"query":"{ hello }","variables":{"x":"${'x'.repeat(5 * 1024 * 1024)}"}}`),
  'a large answer': ask({ query: 'query ($n: String) { hello(name: $n) }', variables: { n: 'ö'.repeat(100_000) } }),
  GET: { method: 'GET', path: '/graphql?query=%7Bhello%7D', headers: { ...usual, 'apollo-require-preflight': 'x' } },
  'GET without a preflight': {
    method: 'GET',
    path: '/graphql?query=%7Bhello%7D',
    headers: { authorization: usual.authorization },
  },
  HEAD: { method: 'HEAD', headers: usual },
  PUT: { ...ask({ query: '{ hello }' }), method: 'PUT' },
  'POST with a query in the address': { ...ask({ query: '{ hello }' }), path: '/graphql?query=%7Bboom%7D' },
  'another origin': ask({ query: '{ hello }' }, { origin: 'https://elsewhere.example.com' }),
  'a closed connection': ask({ query: '{ hello }' }, { connection: 'close' }),
};

describe('a plain request is answered as Apollo answers it:', () => {
  for (const [name, request] of Object.entries(requests)) {
    test(name, async () => {
      await expectTheSame(request);
    });
  }
  for (const accept of accepts) {
    test(`accepting "${accept}": data, a refused document, a failed field, a failed root`, async () => {
      for (const query of ['{ hello }', '{ nothing }', '{ boom }', '{ required }', '{ secret }']) {
        await expectTheSame(ask({ query }, { accept, authorization: `Bearer ${keys.narrow}` }));
      }
    });
  }
});

describe('Apollo is passed', () => {
  /** Who called the resolver. */
  const way = (): string => {
    const usual = Error.stackTraceLimit;
    Error.stackTraceLimit = 100;
    const { stack = '' } = new Error('here');
    Error.stackTraceLimit = usual;
    return stack.includes('http/plain-requests.ts') ? 'past' : stack.includes('gateway') ? 'through' : 'neither';
  };
  const schema = makeExecutableSchema({
    typeDefs: `directive @scope(any: [String!]!) on OBJECT
      type Query @scope(any: []) { way(of: String): String }
      type Mutation @scope(any: []) { way: String }`,
    resolvers: { Query: { way }, Mutation: { way } },
  });
  let small: SmallApp;
  beforeAll(async () => {
    small = await startSmallApp({ schema });
  });
  afterAll(() => small.app.drain(1_000));
  const wayOf = async (request: Request): Promise<string> => {
    const { body } = await exchange(small, request);
    return (JSON.parse(body) as { data: { way: string } }).data.way;
  };

  test('by a document that was asked before, and by no other', async () => {
    expect(await wayOf(ask({ query: '{ way }' }))).toBe('through');
    expect(await wayOf(ask({ query: '{ way }' }))).toBe('past');
    expect(await wayOf(ask({ query: 'mutation { way }' }))).toBe('through');
    expect(await wayOf(ask({ query: 'mutation { way }' }))).toBe('past');
    expect(await wayOf(ask({ query: '{ way(of: "another") }' }))).toBe('through');
  });

  test('where nothing is to be negotiated', async () => {
    await wayOf(ask({ query: '{ way }' }));
    const known = { query: '{ way }' };
    const plain = accepts.slice(0, 8).map((accept) => ask(known, { accept }));
    plain.push(ask({ ...known, variables: {}, operationName: null, extensions: {} }));
    for (const request of plain) expect(await wayOf(request)).toBe('past');
    const others = accepts.slice(8, 10).map((accept) => ask(known, { accept }));
    others.push(ask({ ...known, extensions: { x: 1 } }), ask({ ...known, more: 1 }));
    others.push(ask(known, { 'content-type': 'application/json; charset=UTF-8' }));
    for (const request of others) expect(await wayOf(request)).toBe('through');
  });
});

test('limits are counted and told alike, and what is beyond them is refused alike', async () => {
  limits.now = { perSecond: 0, perMinute: 5 };
  try {
    const first = await expectTheSame(ask({ query: '{ hello }' }));
    expect(first.headers).toContain('ratelimit-remaining: 2');
    const last = await expectTheSame(ask({ query: '{ hello }' }));
    expect(last.status).toBe(429);
  } finally {
    limits.now = { perSecond: 0, perMinute: 0 };
  }
});

test('any request at all is answered alike', async () => {
  const parts = fc.record(
    {
      query: fc.constantFrom(
        '{ hello }',
        both,
        '{ boom hello }',
        '{ required }',
        'mutation { add(by: 0) }',
        '{',
        '',
        null,
        3,
      ),
      variables: fc.constantFrom(null, {}, { n: 'x' }, { n: 3 }, [], 'x', 0),
      operationName: fc.constantFrom(null, '', 'A', 'B', 'C', 7),
      extensions: fc.constantFrom(null, {}, { x: 1 }, { persistedQuery: null }, [], 'x'),
      documentId: fc.constantFrom(null, 'x'),
      __proto__x: fc.constant(1),
    },
    { requiredKeys: [] },
  );
  const headers = fc.record(
    {
      accept: fc.constantFrom(...accepts),
      'content-type': fc.constantFrom(
        'application/json',
        'application/json;charset=utf-8',
        'text/plain',
        'Application/JSON',
      ),
      authorization: fc.constantFrom(`Bearer ${keys.narrow}`, 'Bearer wrong', 'Basic x'),
      origin: fc.constantFrom('null', 'https://calendars.example.com'),
    },
    { requiredKeys: [] },
  );
  await fc.assert(
    fc.asyncProperty(parts, headers, async (body, more) => {
      await expectTheSame(ask(body, more));
    }),
    { numRuns: 60, seed: 7 },
  );
});
