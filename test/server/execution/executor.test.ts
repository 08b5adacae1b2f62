/** The executor where it differs from graphql-js on the inside: what it keeps, what it makes of text, what it waits for. */

import { makeExecutableSchema } from '@graphql-tools/schema';
import { describe, expect, jest, test } from '@jest/globals';
import {
  type ExecutionResult,
  execute as executeByGraphql,
  type GraphQLResolveInfo,
  type GraphQLSchema,
  parse,
  validate,
} from 'graphql';
import { compileQuery } from 'graphql-jit';
import { createExecutor } from '../../../server/graphql/execution/executor.ts';
import { bothExecutors } from '../../setup/both-executors.ts';

const seen: { args: Record<string, unknown>; info: GraphQLResolveInfo }[] = [];

const schema: GraphQLSchema = makeExecutableSchema({
  typeDefs: `
    type Query { text(of: String, list: [Int], count: Int = 3): String thing: Thing things: [Thing!] must: [Thing!]! pet: Pet }
    type Thing { id: ID name: String! other: Thing late: String after(n: Int): Int }
    interface Pet { name: String }
    type Cat implements Pet { name: String lives: Int }
    type Mutation { put(n: Int): [Int!]! }
  `,
  resolvers: {
    Query: {
      text: (_: unknown, args: Record<string, unknown>, _context: unknown, info: GraphQLResolveInfo) => {
        seen.push({ args, info });
        return args['of'];
      },
    },
    Mutation: {
      put: (_: unknown, { n }: { n: number }, order: number[]) =>
        new Promise((resolve) => setTimeout(() => resolve([...order, order.push(n)]), 10 - n)),
    },
  },
});
const execute = createExecutor(schema);

interface More {
  readonly rootValue?: unknown;
  readonly variableValues?: Record<string, unknown>;
  readonly operationName?: string | null;
}

/** What both executors answer. */
async function same(text: string, more: More = {}): Promise<ExecutionResult> {
  const document = parse(text);
  expect(validate(schema, document)).toEqual([]);
  const wanted = await executeByGraphql({ schema, document, ...more });
  for (let time = 0; time < 2; time++) {
    const got = await execute({ document, ...more });
    expect(JSON.stringify(got)).toBe(JSON.stringify({ ...wanted }));
    expect(got.errors?.map(({ originalError }) => originalError)).toEqual(wanted.errors?.map((e) => e.originalError));
  }
  return wanted;
}

describe('a text in a document is never code', () => {
  const hostile = [
    '__MAGIC_DATE__33a9e76d_02e0_4128_8e92_3530ad3da74d0),of:(globalThis.intruder=1)*(1',
    '"); globalThis.intruder = 1; ("',
    ['`$', '{globalThis.intruder = 1}`'].join(''),
    '\u2028globalThis.intruder = 1',
  ];
  const intruder = () => (globalThis as { intruder?: unknown }).intruder;

  test.each(hostile)('%j', async (text) => {
    const { data } = await same(`{ text(of: ${JSON.stringify(text)}) }`);
    expect(data?.['text']).toBe(text);
    expect(intruder()).toBeUndefined();
  });

  /** Why graphql-jit, which is faster still, may not be given what clients send: the first of these runs in it. */
  test('graphql-jit 0.8.9 runs one of them', () => {
    const compiled = compileQuery(schema, parse(`{ text(of: ${JSON.stringify(hostile[0])}) }`));
    try {
      if ('query' in compiled) compiled.query({}, {}, {});
      expect(intruder()).toBe(1);
    } finally {
      delete (globalThis as { intruder?: unknown }).intruder;
    }
  });
});

describe('names that mean something to JavaScript', () => {
  test.each(['__proto__', 'constructor', 'toString', 'then', 'hasOwnProperty', 'valueOf'])(
    'an alias %s',
    async (name) => {
      const { data } = await same(`{ ${name}: thing { ${name}: name id } }`, {
        rootValue: { thing: { name: 'x', id: 1 } },
      });
      expect(JSON.stringify(data)).toBe(`{"${name}":{"${name}":"x","id":"1"}}`);
    },
  );
});

test('properties are values, functions, promises and getters', async () => {
  class Named {
    get name() {
      return 'by a getter';
    }
    late = () => Promise.resolve('by a promise of a function');
    after({ n }: { n: number }, _context: unknown, { path }: GraphQLResolveInfo) {
      return n + String(path.key).length;
    }
  }
  await same('query ($n: Int) { thing { id name late seven: after(n: $n) other { name } } }', {
    rootValue: { thing: new Named() },
    variableValues: { n: 2 },
  });
  await same('{ thing { id } }', { rootValue: () => {} });
  await same('{ thing { id } }', { rootValue: null });
});

describe('what may not be null', () => {
  const broken = { id: 1, name: null };
  const whole = { id: 2, name: 'x' };
  test.each<[string, unknown]>([
    ['an item', { things: [whole, broken, broken] }],
    ['a list', { things: [whole], must: [broken] }],
    ['no list', { things: 3, must: 'text' }],
    ['an object below', { thing: { ...whole, other: broken } }],
    ['an error in its place', { thing: new Error('x'), things: [new Error('y')], must: [] }],
    [
      'something thrown that is no error',
      {
        thing: () => {
          throw 'text';
        },
        must: [],
      },
    ],
    ['a promise that is rejected', { thing: Promise.reject(new Error('x')), must: [] }],
    ['other iterables', { things: new Set([whole]), must: () => new Map([[1, 2]]).keys() }],
    ['an interface without a type', { pet: { name: 'x' }, must: [] }],
    ['an interface of another type', { pet: { __typename: 'Thing' }, must: [] }],
    ['an interface of a type that is not there', { pet: { __typename: 'Nothing' }, must: [] }],
  ])('%s', async (_, rootValue) => {
    await same('{ thing { name other { name } } things { name } must { name } pet { name } }', { rootValue });
  });
});

test('a promised item that is rejected beside one that throws is heard', async () => {
  const unheard = jest.fn();
  process.on('unhandledRejection', unheard);
  try {
    const document = parse('{ must { name } }');
    const late = { name: () => Promise.reject(new Error('late')) };
    const { errors } = await execute({ document, rootValue: { must: [late, { name: null }] } });
    expect(errors?.map(({ path }) => path)).toEqual([['must', 1, 'name']]);
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(unheard).not.toHaveBeenCalled();
  } finally {
    process.off('unhandledRejection', unheard);
  }
});

test('conditions are asked of each request anew', async () => {
  const text =
    'query ($a: Boolean!, $b: Boolean = false) { x: text(of: "x") @include(if: $a) ...F @skip(if: $b) ... @include(if: $b) { y: text(of: "y") } } fragment F on Query { z: text(of: "z") @skip(if: $a) }';
  for (const a of [true, false]) {
    for (const b of [true, false, undefined, null]) {
      await same(text, { variableValues: { a, ...(b === undefined ? {} : { b }) } });
    }
  }
});

test('a resolver may write into its arguments: they are its own', async () => {
  for (const text of ['{ text(of: "x") }', '{ text(list: [1, 2]) }', '{ text }']) {
    const document = parse(text);
    seen.length = 0;
    await execute({ document });
    const before = JSON.stringify(seen[0]?.args);
    for (const value of Object.values(seen[0]?.args ?? {})) if (Array.isArray(value)) value.push(9);
    Object.assign(seen[0]?.args ?? {}, { of: 'changed', count: 9 });
    await execute({ document });
    expect(JSON.stringify(seen[1]?.args)).toBe(before);
  }
});

test('mutations wait for each other', async () => {
  const document = parse('mutation { a: put(n: 1) b: put(n: 9) c: put(n: 2) }');
  const { data } = await execute({ document, contextValue: [] });
  expect(JSON.stringify(data)).toBe('{"a":[1],"b":[1,2],"c":[1,9,3]}');
});

test('what cannot be executed is refused as graphql-js refuses it', async () => {
  const two = 'query A { text } query B { text }';
  const refused = { document: parse(two) };
  for (const operationName of [undefined, null, 'C', '']) {
    const wanted = await executeByGraphql({ schema, ...refused, operationName });
    expect(await execute({ ...refused, operationName })).toEqual(wanted);
  }
  const variables = { document: parse('query ($n: Int!) { thing { after(n: $n) } }'), variableValues: { n: 'x' } };
  expect(await execute(variables)).toEqual(await executeByGraphql({ schema, ...variables }));
});

describe('plans are kept as long as there is room', () => {
  /** Counts the selections that are compiled: each asks its type for its fields. */
  function counting() {
    const type = schema.getType('Thing') as unknown as { getFields: () => unknown };
    const usual = type.getFields.bind(type);
    const counted = jest.spyOn(type, 'getFields').mockImplementation(usual);
    return counted;
  }
  const rootValue = { thing: { id: 1, name: 'x' } };

  test('compiled once, however often it runs', async () => {
    const document = parse('{ thing { id name } }');
    const counted = counting();
    try {
      const own = createExecutor(schema);
      for (let time = 0; time < 5; time++) await own({ document, rootValue });
      // Once for each of its fields.
      expect(counted).toHaveBeenCalledTimes(2);
    } finally {
      counted.mockRestore();
    }
  });

  test('the least recently used goes where there is none left, and what is too large is left to graphql-js', async () => {
    const counted = counting();
    try {
      const own = createExecutor(schema, { mostFields: 100, mostTogether: 10 });
      const [one, two] = [parse('{ thing { id } }'), parse('{ thing { name id } }')];
      for (let time = 0; time < 3; time++) for (const document of [one, two]) await own({ document, rootValue });
      expect(counted.mock.calls.length).toBeGreaterThanOrEqual(9);

      const small = createExecutor(schema, { mostFields: 2, mostTogether: 1_000 });
      const answers = [await small({ document: two, rootValue }), await small({ document: two, rootValue })];
      for (const { data } of answers) expect(JSON.stringify(data)).toBe('{"thing":{"name":"x","id":"1"}}');
    } finally {
      counted.mockRestore();
    }
  });
});

test('the tests that run everything twice can tell a difference', async () => {
  const told: Error[] = [];
  const both = bothExecutors(schema, {
    own: (execution) => {
      const result = execute(execution) as ExecutionResult;
      return { ...result, data: { text: 'other' } };
    },
    onDifference: (error) => told.push(error),
  });
  await both({ document: parse('{ text(of: "x") }'), contextValue: {} });
  expect(told.map(({ message }) => message)).toEqual([expect.stringContaining('{"text":"other"}')]);
});
