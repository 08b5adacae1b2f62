/** The seam on both transports at once: limits, scopes, masking, the catalogue of codes. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { getIntrospectionQuery, parse } from 'graphql';
import { errorCodes } from '../../server/graphql/masking.ts';
import { createSeam, type InternalError } from '../../server/graphql/seam.ts';
import { openAcknowledged } from './raw-socket.ts';
import { actor, keys, type SmallApp, type SmallContext, smallSchema, startSmallApp } from './small-app.ts';

interface Answered {
  readonly data?: Record<string, unknown> | null;
  readonly errors?: readonly {
    message: string;
    path?: unknown;
    extensions: { code: string } & Record<string, unknown>;
  }[];
  readonly extensions?: Record<string, unknown>;
}

interface Asked {
  readonly query: string;
  readonly variables?: unknown;
  readonly operationName?: string | null;
}

let small: SmallApp;
let production: SmallApp;
beforeAll(async () => {
  small = await startSmallApp();
  production = await startSmallApp({ mode: 'production' });
});
afterAll(async () => {
  await small.app.drain(1_000);
  await production.app.drain(1_000);
});

async function overHttp(asked: Asked, key = keys.all, app = small): Promise<Answered> {
  const response = await app.post(asked, { authorization: `Bearer ${key}` });
  return (await response.json()) as Answered;
}

async function overSocket(asked: Asked, key = keys.all, app = small): Promise<Answered> {
  const raw = await openAcknowledged(app, `Bearer ${key}`);
  raw.send({ id: '1', type: 'subscribe', payload: asked });
  const { type, payload } = await raw.next((message) => message.type === 'next' || message.type === 'error');
  raw.socket.terminate();
  return type === 'error' ? { errors: payload as NonNullable<Answered['errors']> } : (payload as Answered);
}

const transports = [
  ['HTTP', overHttp],
  ['the socket', overSocket],
] as const;

const codes = (answered: Answered) => answered.errors?.map(({ extensions }) => extensions.code);
const nested = (levels: number) => `${'{ thing '.repeat(levels)}{ id }${' }'.repeat(levels)}`;
const many = (count: number, one: (index: number) => string) =>
  Array.from({ length: count }, (_, i) => one(i)).join(' ');

describe.each(transports)('over %s', (_name, ask) => {
  test('an answer says how many provider calls it took', async () => {
    expect(await ask({ query: '{ a: providers b: providers }' })).toEqual({
      data: { a: 1, b: 2 },
      extensions: { providerCalls: 2, cost: 0 },
    });
  });

  describe('limits', () => {
    test.each([
      ['15 levels', nested(14), undefined],
      ['16 levels', nested(15), 'expected at most 15 levels of fields, got 16'],
      ['50 aliases', `{ ${many(10, (i) => `f${i}: thing { a: id b: name c: __typename d: id }`)} }`, undefined],
      [
        '51 aliases',
        `{ ${many(10, (i) => `f${i}: thing { a: id b: name c: __typename d: id }`)} thing { e: id } }`,
        'expected at most 50 aliases, got 51',
      ],
      ['20 root fields', `{ ${many(20, () => 'hello')} }`, undefined],
      ['21 root fields', `{ ${many(21, () => 'hello')} }`, 'expected at most 20 root fields, got 21'],
      [
        '50 directives',
        `{ hello ${many(50, () => '@skip(if: false)')} }`,
        'The directive "@skip" can only be used once at this location.',
      ],
      ['51 directives', `{ hello ${many(51, () => '@skip(if: false)')} }`, 'expected at most 50 directives, got 51'],
      [
        '2,001 tokens',
        `{ ${many(2000, () => 'hello')} }`,
        'Syntax Error: Document contains more that 2000 tokens. Parsing aborted.',
      ],
    ])('%s', async (_what, query, message) => {
      const answered = await ask({ query });
      if (message === undefined) expect(answered.errors).toBeUndefined();
      else {
        expect(answered.errors?.[0]?.message).toBe(message);
        expect(new Set(codes(answered))).toEqual(new Set(['BAD_USER_INPUT']));
        expect(answered.data).toBeUndefined();
      }
    });

    test.each([
      ['depth', `query { ...a } fragment a on Query { thing { ...b } } fragment b on Thing ${nested(14)}`],
      [
        'aliases',
        `query { ...a ...b } fragment a on Query { ${many(10, (i) => `a${i}: hello ...c`)} } fragment b on Query { ${many(5, () => '...c')} } fragment c on Query { x: hello y: hello z: hello }`,
      ],
      ['root fields', `query { ${many(3, () => '... { ...a }')} } fragment a on Query { ${many(7, () => 'hello')} }`],
    ])('%s hidden in fragments', async (_what, query) => {
      const answered = await ask({ query });
      expect(codes(answered)).toContain('BAD_USER_INPUT');
      expect(answered.errors?.[0]?.message).toMatch(/^expected at most /);
    });

    test('fragments that spread each other do not hang', async () => {
      const answered = await ask({ query: '{ ...a } fragment a on Query { ...b } fragment b on Query { ...a hello }' });
      expect(codes(answered)).toEqual(['BAD_USER_INPUT']);
    });

    test('fragments that double each other do not blow up', async () => {
      const query = `{ ...f0 } ${many(40, (i) => `fragment f${i} on Query { ...f${i + 1} ...f${i + 1} }`)} fragment f40 on Query { a: hello }`;
      const begun = performance.now();
      expect(codes(await ask({ query }))).toContain('BAD_USER_INPUT');
      expect(performance.now() - begun).toBeLessThan(5_000);
    });

    test("GraphiQL's introspection passes", async () => {
      const query = getIntrospectionQuery({
        descriptions: true,
        specifiedByUrl: true,
        inputValueDeprecation: true,
        oneOf: true,
      });
      const answered = await ask({ query });
      expect(answered.errors).toBeUndefined();
      expect(answered.data).toHaveProperty('__schema');
    });

    test('introspection that walks in circles does not', async () => {
      const circle = (levels: number): string => (levels === 0 ? 'name' : `fields { type { ${circle(levels - 1)} } }`);
      expect(codes(await ask({ query: `{ __schema { types { ${circle(4)} } } }` }))).toEqual(['BAD_USER_INPUT']);
    });
  });

  describe('what a client gets wrong', () => {
    test.each<[string, Asked]>([
      ['syntax', { query: '{' }],
      ['an unknown field', { query: '{ nothing }' }],
      ['an unknown argument', { query: '{ hello(nam: "x") }' }],
      ['a literal of another type', { query: '{ hello(name: 7) }' }],
      ['an operation that is not there', { query: 'query A { hello }', operationName: 'B' }],
      ['two operations without a name', { query: 'query A { hello } query B { hello }' }],
      ['fragments alone', { query: 'fragment a on Query { hello }' }],
      ['no variable where one must be', { query: 'query ($f: Int!) { whole(first: $f) }' }],
      ['a variable of another type', { query: 'query ($f: Int!) { whole(first: $f) }', variables: { f: 'x' } }],
      ['null where none may be', { query: 'query ($f: Int!) { whole(first: $f) }', variables: { f: null } }],
      ['null where a default is not', { query: 'query ($f: Int = 1) { whole(first: $f) }', variables: { f: null } }],
      ['@defer', { query: '{ ... @defer { hello } }' }],
    ])('%s is BAD_USER_INPUT', async (_what, asked) => {
      const answered = await ask(asked);
      expect(codes(answered)).toEqual(['BAD_USER_INPUT']);
    });

    test('variables are named by their path and never repeated', async () => {
      const query = 'query ($input: TakeInput) { take(input: $input) }';
      const wrong = {
        server: 'https://example.com',
        password: ['canary-password'],
        limit: 'canary-limit',
        kind: 'canary-kind',
        'canary-field': 1,
      };
      const answered = await ask({ query, variables: { input: wrong } });
      expect(answered.errors?.map(({ message }) => message)).toEqual([
        'Variable "$input.password": String cannot represent a non string value',
        'Variable "$input.limit": Int cannot represent non-integer value',
        'Variable "$input.kind": Value does not exist in "Kind" enum.',
        'Variable "$input": Field "canary-field" is not defined by type "TakeInput".',
      ]);
      const missing = await ask({ query, variables: { input: { password: 'canary-password' } } });
      expect(missing.errors?.map(({ message }) => message)).toEqual([
        'Variable "$input": Field "server" of required type "String!" was not provided.',
      ]);
      const listed = await ask({ query, variables: { input: 'canary' } });
      expect(listed.errors?.[0]?.message).toBe('Variable "$input": Expected type "TakeInput" to be an object.');
    });

    test('literals at the wrong place are not repeated either', async () => {
      const messages = async (input: string) =>
        (await ask({ query: `{ take(input: ${input}) }` })).errors?.map(({ message }) => message);
      const rest = 'server: "https://example.com"';
      expect(await messages(`{ ${rest}, password: ["canary"], limit: "canary: \\"1\\"; no", kind: canary }`)).toEqual([
        'String cannot represent a non string value',
        'Int cannot represent non-integer value',
        'Value does not exist in "Kind" enum.',
      ]);
      expect(await messages(`{ ${rest}, password: "x", kind: "canary" }`)).toEqual([
        'Enum "Kind" cannot represent non-enum value',
      ]);
      expect(await messages('"canary; $1"')).toEqual(['Expected value of type "TakeInput".']);
    });
  });

  describe('masking', () => {
    test('an error of ours keeps its message, code and details', async () => {
      const answered = await ask({ query: '{ refuse(code: "RATE_LIMITED") }' });
      expect(answered.errors).toMatchObject([
        {
          message: 'refused with RATE_LIMITED',
          path: ['refuse'],
          extensions: { code: 'RATE_LIMITED', retryAfter: 7, cursor: 'there', argument: 'code' },
        },
      ]);
      expect(answered.data).toEqual({ refuse: null });
    });

    test.each(['{ boom }', '{ library }', '{ required }', '{ boom(message: "canary-literal") }'])(
      'of any other error nothing is told: %s',
      async (query) => {
        const answered = await ask({ query });
        expect(answered.errors).toHaveLength(1);
        expect(answered.errors?.[0]?.message).toMatch(/^Internal error, request [0-9a-f-]{36}$/);
        expect(answered.errors?.[0]?.extensions).toEqual({ code: 'INTERNAL_SERVER_ERROR' });
        expect(JSON.stringify(answered)).not.toMatch(/hunter2|canary|LIBRARY|stack/);
      },
    );

    test('the operator finds it under the id that was told, without what the client sent', async () => {
      const query = 'query ($m: String) { boom(message: $m) }';
      const answered = await ask({ query, variables: { m: 'a message with canary-variable inside' } });
      const id = answered.errors?.[0]?.message.split(' ').at(-1);
      const logged = small.observed.internal.find(({ requestId }) => requestId === id);
      expect(logged?.path).toBe('boom');
      expect(logged?.text).toContain('[redacted]');
      expect(logged?.text).toContain('small-app.ts');
      expect(logged?.text).not.toContain('canary');
    });

    test('suggestions are for development', async () => {
      const asked = { query: '{ helo thing { nam } hello(nme: "x") }' };
      expect(JSON.stringify(await ask(asked))).toContain('Did you mean');
      expect(JSON.stringify(await ask(asked, keys.all, production))).not.toContain('Did you mean');
      const variables = {
        query: 'query ($i: TakeInput) { take(input: $i) }',
        variables: { i: { serve: 'x', password: 'y', server: 'z' } },
      };
      expect(JSON.stringify(await ask(variables))).toContain('Did you mean');
      const hidden = JSON.stringify(await ask(variables, keys.all, production));
      expect(hidden).not.toContain('Did you mean');
      expect(hidden).toContain('BAD_USER_INPUT');
    });
  });

  describe('scopes', () => {
    test.each([
      ['a field', '{ secret }', 'read_events', 'Query.secret needs one of the scopes read_events, create_event'],
      ['a mutation', 'mutation { add(by: 1) }', 'create_event', 'Mutation.add needs the scope create_event'],
      ["a type's field", '{ thing { id name } }', 'read_events', 'Thing.name needs the scope read_events'],
      ['an alias', '{ x: thing { y: name } }', 'read_events', 'Thing.name needs the scope read_events'],
      [
        'a fragment',
        '{ thing { ...f } } fragment f on Thing { name }',
        'read_events',
        'Thing.name needs the scope read_events',
      ],
      [
        'a fragment on an interface',
        '{ node { ... on Thing { name } } }',
        'read_events',
        'Thing.name needs the scope read_events',
      ],
      [
        'an inline fragment without a type',
        '{ thing { ... { name } } }',
        'read_events',
        'Thing.name needs the scope read_events',
      ],
      [
        'what is skipped',
        '{ hello secret @skip(if: true) }',
        'read_events',
        'Query.secret needs one of the scopes read_events, create_event',
      ],
      [
        'a field behind a field',
        '{ node { ... on Thing { id } } thing { id thing { id } } }',
        'read_events',
        'Thing.thing needs the scope read_events',
      ],
    ])('%s needs its own', async (_what, query, requiredScope, message) => {
      const before = small.observed.total;
      const answered = await ask({ query }, keys.narrow);
      expect(answered.data).toBeUndefined();
      expect(answered.errors).toMatchObject([{ message, extensions: { code: 'FORBIDDEN', requiredScope } }]);
      expect(small.observed.total).toBe(before);
      expect((await ask({ query: query.replace('by: 1', 'by: 0') })).errors).toBeUndefined();
    });

    test.each([
      '{ hello }',
      '{ thing { id __typename } }',
      '{ node { id owner { name } } }',
      '{ __typename __schema { queryType { name } } }',
    ])('%s needs none that is missing', async (query) => {
      expect((await ask({ query }, keys.narrow)).errors).toBeUndefined();
    });

    test('the operation that runs counts, not its neighbour', async () => {
      const query = 'query A { hello } query B { secret } fragment f on Thing { name }';
      expect(
        (await ask({ query: query.split(' fragment')[0] ?? '', operationName: 'A' }, keys.narrow)).errors,
      ).toBeUndefined();
      expect(codes(await ask({ query: query.split(' fragment')[0] ?? '', operationName: 'B' }, keys.narrow))).toEqual([
        'FORBIDDEN',
      ]);
    });

    test('a document that one credential may run is asked again for the next', async () => {
      const asked = { query: '{ hello secret }' };
      expect((await ask(asked)).errors).toBeUndefined();
      expect(codes(await ask(asked, keys.narrow))).toEqual(['FORBIDDEN']);
      expect((await ask(asked)).errors).toBeUndefined();
    });
  });
});

describe('subscriptions', () => {
  test('do not run over HTTP', async () => {
    expect(codes(await overHttp({ query: 'subscription { count(to: 1) }' }))).toEqual(['BAD_USER_INPUT']);
  });

  test.each([
    ['that may not begin', 'subscription { refuse(code: "RESYNC_REQUIRED") }', 0],
    ['that may not go on', 'subscription { refuse(code: "RESYNC_REQUIRED", after: 2) }', 2],
  ])('%s end with their error', async (_what, query, events) => {
    const raw = await openAcknowledged(small);
    raw.send({ id: '1', type: 'subscribe', payload: { query } });
    const { payload } = await raw.next(({ type }) => type === 'error');
    expect(payload).toMatchObject([
      { message: 'refused with RESYNC_REQUIRED', extensions: { code: 'RESYNC_REQUIRED', cursor: 'there' } },
    ]);
    expect(raw.received.filter(({ type }) => type === 'next')).toHaveLength(events);
    expect(raw.received.filter(({ type }) => type === 'complete')).toHaveLength(0);
    raw.socket.terminate();
  });

  test.each([0, 2])('that fail by a fault after %i events tell nothing of it', async (after) => {
    const raw = await openAcknowledged(small);
    raw.send({ id: '1', type: 'subscribe', payload: { query: `subscription { boom(after: ${after}) }` } });
    const { payload } = await raw.next(({ type }) => type === 'error');
    expect(JSON.stringify(payload)).toMatch(/^\[\{"message":"Internal error, request [0-9a-f-]{36}"/);
    expect(JSON.stringify(payload)).not.toContain('hunter2');
    raw.socket.terminate();
  });

  test('an event that fails is masked, and the next one comes', async () => {
    const raw = await openAcknowledged(small);
    raw.send({ id: '1', type: 'subscribe', payload: { query: 'subscription { partly }' } });
    await raw.next(({ type }) => type === 'complete');
    expect(raw.received.filter(({ type }) => type === 'next').map(({ payload }) => payload)).toMatchObject([
      { data: { partly: null }, errors: [{ extensions: { code: 'BAD_USER_INPUT' } }] },
      { data: { partly: 2 } },
    ]);
    raw.socket.terminate();
  });

  test('need their scope', async () => {
    const answered = await overSocket({ query: 'subscription { secret }' }, keys.narrow);
    expect(answered.errors).toMatchObject([{ extensions: { code: 'FORBIDDEN', requiredScope: 'read_events' } }]);
  });
});

describe('the catalogue', () => {
  test('nothing else is ever answered, whatever is asked', async () => {
    const queries = [
      '{',
      '{ x }',
      '{ boom }',
      '{ library }',
      '{ required }',
      nested(30),
      '{ secret }',
      'subscription { count(to: 1) }',
      'subscription { boom }',
      'mutation { add(by: "x") }',
    ];
    for (const code of [...errorCodes, 'GRAPHQL_VALIDATION_FAILED', 'SOMETHING_NEW'])
      queries.push(`{ refuse(code: "${code}") }`);
    const seen = new Set<string>();
    for (const query of queries) {
      for (const [, ask] of transports) {
        for (const key of [keys.all, keys.narrow]) {
          for (const app of [small, production]) {
            for (const code of codes(await ask({ query }, key, app)) ?? []) seen.add(code);
          }
        }
      }
    }
    for (const body of ['', '[]', 'null', '{}', '{"query":1}']) {
      for (const code of codes((await (await small.post(body)).json()) as Answered) ?? []) seen.add(code);
    }
    expect([...seen].filter((code) => !(errorCodes as ReadonlySet<string>).has(code))).toEqual([]);
    expect(seen.size).toBeGreaterThanOrEqual(4);
  });
});

describe('the seam by itself', () => {
  const observed = { aborted: [] as string[], internal: [] as InternalError[], total: 0, slow: 0 };
  const seam = createSeam<SmallContext>({
    schema: smallSchema(observed),
    introspection: false,
    hideSuggestions: true,
    onInternalError: (error) => void observed.internal.push(error),
  });
  const context = (): SmallContext => ({
    actor: actor(),
    requestId: 'r1',
    signal: new AbortController().signal,
    counter: { providerCalls: 0 },
  });

  test('keeps what validation said with the document', () => {
    const document = parse('{ nothing }');
    expect(seam.validate(document)).toBe(seam.validate(document));
    expect(seam.validate(parse('{ nothing }'))).not.toBe(seam.validate(document));
  });

  test('parses the same text once, and does not keep what is long or much', () => {
    const first = seam.parse('{ hello }');
    expect(seam.parse('{ hello }')).toBe(first);
    expect(seam.parse('{  hello }')).not.toBe(first);
    const long = `{ hello }${' '.repeat(4_000)}`;
    expect(seam.parse(long)).not.toBe(seam.parse(long));
    for (let i = 0; i < 250; i++) seam.parse(`{ hello${i} }`);
    expect(seam.parse('{ hello }')).not.toBe(first);
    const kept = seam.parse('{ hello249 }');
    for (let i = 0; i < 250; i++) {
      seam.parse(`{ other${i} }`);
      seam.parse('{ hello249 }');
    }
    expect(seam.parse('{ hello249 }')).toBe(kept);
    expect(() => seam.parse('{')).toThrow('Syntax Error');
  });

  test('refuses introspection where it is off', () => {
    expect(seam.validate(parse('{ __schema { queryType { name } } }'))).toHaveLength(2);
    expect(seam.validate(parse('{ __typename }'))).toEqual([]);
  });

  test('never rejects', async () => {
    const result = await seam.execute({ document: parse('{ boom }'), context: context() });
    expect(result.errors?.[0]?.message).toBe('Internal error, request r1');
    const stream = await seam.subscribe({ document: parse('subscription { boom }'), context: context() });
    expect(stream).toMatchObject({ errors: [{ message: 'Internal error, request r1' }] });
  });

  test("a subscription's iterator throws only what may be answered", async () => {
    const document = parse('subscription { boom(after: 1) }');
    const answers = await seam.subscribe({ document, context: context() });
    if (!(Symbol.asyncIterator in answers)) throw new Error('expected answers');
    await answers.next();
    await expect(answers.next()).rejects.toMatchObject({
      message: 'Internal error, request r1',
      extensions: { code: 'INTERNAL_SERVER_ERROR' },
    });
  });

  test('masks values that are no errors', () => {
    observed.internal.length = 0;
    for (const thrown of ['hunter2', 7, null, undefined, { message: 'hunter2' }]) {
      expect(seam.mask(thrown, 'r2').message).toBe('Internal error, request r2');
    }
    expect(JSON.stringify(observed.internal)).not.toContain('hunter2');
  });
});
