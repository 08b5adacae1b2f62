/** What an operation costs before it runs, and the ceiling. */
import { makeExecutableSchema } from '@graphql-tools/schema';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { getOperationAST, parse } from 'graphql';
import { resolvers } from '../../resolvers/index.ts';
import { createCost } from '../../server/graphql/cost.ts';
import { buildPublicSchema } from '../../server/graphql/schema.ts';
import { createSeam } from '../../server/graphql/seam.ts';
import { actor } from './small-app.ts';

const schema = makeExecutableSchema({
  typeDefs: `
    directive @scope(any: [String!]!) on OBJECT | FIELD_DEFINITION
    directive @cost(weight: Int!) on FIELD_DEFINITION | OBJECT
    directive @listSize(assumedSize: Int, slicingArguments: [String!], sizedFields: [String!], requireOneSlicingArgument: Boolean = true) on FIELD_DEFINITION
    type Query @scope(any: []) {
      one: Thing
      plain: [Thing]
      texts: [String]
      few: [Thing] @listSize(assumedSize: 3)
      some(first: Int = 20): [Thing] @listSize(slicingArguments: ["first"])
      byId(ids: [ID!]!): [Thing] @listSize(slicingArguments: ["ids"])
      page(first: Int = 100, last: Int): Page @listSize(slicingArguments: ["first", "last"], sizedFields: ["nodes", "edges"])
      dear: Thing @cost(weight: 50)
      free: Thing @cost(weight: 0)
      heavy: Heavy
    }
    type Heavy @cost(weight: 7) @scope(any: []) { name: String }
    type Page @scope(any: []) { nodes: [Thing] edges: [Edge] total: Int }
    type Edge @scope(any: []) { node: Thing cursor: String }
    type Thing @scope(any: []) { id: ID name: String other: Thing page(first: Int = 10): Page @listSize(slicingArguments: ["first"], sizedFields: ["nodes", "edges"]) }
    type Mutation @scope(any: []) { make: Thing }
  `,
});
const costs = createCost(schema);

function costOf(source: string, variables: Record<string, unknown> = {}): number {
  const document = parse(source);
  const operation = getOperationAST(document);
  if (!operation) throw new Error('no operation');
  return costs(document, operation)(variables);
}

describe('what an operation costs', () => {
  test.each([
    ['an object', '{ one { id } }', 1],
    ['objects below each other', '{ one { other { other { id } } } }', 3],
    ['scalars', '{ texts }', 0],
    ['a list that says nothing', '{ plain { id } }', 10],
    ['a list of an assumed size', '{ few { id } }', 3],
    ['a slicing argument by default', '{ some { id } }', 20],
    ['a slicing argument as given', '{ some(first: 5) { id } }', 5],
    ['none of a list', '{ some(first: 0) { id } }', 0],
    ['a list of ids', '{ byId(ids: ["a", "b"]) { id } }', 2],
    ['a page', '{ page { nodes { id } } }', 101],
    ['a page by the larger argument', '{ page(first: 2, last: 7) { nodes { id } } }', 8],
    ['a page through edges', '{ page(first: 10) { edges { node { id } } total } }', 21],
    ['a page in a page', '{ page(first: 10) { nodes { page(first: 5) { nodes { id } } } } }', 1 + 10 * (1 + 1 + 5)],
    ['a weight', '{ dear { id } }', 50],
    ['no weight', '{ free { id } }', 0],
    ["a type's weight", '{ heavy { name } }', 7],
    ['a mutation', 'mutation { make { id } }', 11],
    ['introspection', '{ __schema { types { name } } }', 0],
    ['a fragment at every place', '{ one { ...f } few { ...f } } fragment f on Thing { other { id } }', 2 + 6],
    ['an inline fragment', '{ page(first: 4) { ... on Page { nodes { id } } } }', 5],
    ['a size through a fragment', '{ page(first: 4) { ...p } } fragment p on Page { nodes { id } }', 5],
  ])('%s', (_what, source, expected) => {
    expect(costOf(source)).toBe(expected);
  });

  test('variables, their defaults and what they leave out', () => {
    const source =
      'query ($n: Int = 7, $m: Int, $ids: [ID!]!) { a: some(first: $n) { id } b: some(first: $m) { id } byId(ids: $ids) { id } }';
    expect(costOf(source, { ids: [] })).toBe(27);
    expect(costOf(source, { n: 1, m: 2, ids: ['a', 'b', 'c'] })).toBe(6);
    expect(costOf(source, { n: null, m: null, ids: ['a'] })).toBe(21);
  });

  test('no page counts as more than 500: what is beyond is refused by the page itself', () => {
    expect(costOf('{ some(first: 2000000000) { id } }')).toBe(500);
    expect(costOf('{ some(first: -5) { id } }')).toBe(10);
  });

  test('fragments that spread each other twice cost double at each level, and are counted at once', () => {
    const levels = 60;
    const fragments = Array.from(
      { length: levels },
      (_, n) => `fragment f${n} on Thing { a: other { ...f${n + 1} } b: other { ...f${n + 1} } }`,
    );
    const cost = costOf(`{ one { ...f0 } } ${fragments.join(' ')} fragment f${levels} on Thing { id }`);
    expect(cost).toBe(Number.MAX_SAFE_INTEGER);
  });

  test('fuzz: never negative, never less for a larger page', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 600 }), fc.integer({ min: 0, max: 600 }), (a, b) => {
        const source = 'query ($n: Int) { page(first: $n) { nodes { page(first: $n) { edges { node { id } } } } } }';
        const [small, large] = [Math.min(a, b), Math.max(a, b)].map((n) => costOf(source, { n }));
        expect(small).toBeGreaterThanOrEqual(0);
        expect(large).toBeGreaterThanOrEqual(small as number);
      }),
      { seed: 7, numRuns: 200 },
    );
  });
});

describe('the ceiling', () => {
  const seam = createSeam({
    schema,
    introspection: false,
    hideSuggestions: true,
    onInternalError: () => {},
    limits: { maxTokens: 2000, maxDepth: 15, maxAliases: 50, maxRootFields: 20, maxDirectives: 50, maxCost: 100 },
  });
  const context = { actor: actor(), requestId: 'r' };

  test('what costs more is refused before it runs, with both numbers', async () => {
    const result = await seam.execute({ document: seam.parse('{ page { nodes { id } } }'), context });
    expect(result).not.toHaveProperty('data');
    expect(result.errors?.[0]?.toJSON()).toMatchObject({
      message: 'expected an operation that costs at most 100, got one of 101: ask for smaller pages or fewer levels',
      extensions: { code: 'COST_LIMIT_EXCEEDED', cost: 101, maximumCost: 100 },
    });
  });

  test('what costs as much runs, and the answer says what it cost', async () => {
    const result = await seam.execute({ document: seam.parse('{ page(first: 99) { nodes { id } } }'), context });
    expect(result).toMatchObject({ data: { page: null }, extensions: { cost: 100 } });
  });
});

test('what is remembered of a document is told apart by every size that its variables give', () => {
  const document = parse(
    'query ($a: Int, $b: Int = 5, $ids: [ID!]!) { some(first: $a) { id } page(first: $b) { nodes { id } } byId(ids: $ids) { id } }',
  );
  const operation = getOperationAST(document);
  if (!operation) throw new Error('expected an operation');
  const kept = costs(document, operation);
  const size = fc.constantFrom(undefined, null, 0, 1, 11, 7.5, 1_000, 'x');
  fc.assert(
    fc.property(size, size, fc.array(fc.constant('id'), { maxLength: 12 }), (a, b, ids) => {
      const variables = { ...(a === undefined ? {} : { a }), ...(b === undefined ? {} : { b }), ids };
      const fresh = createCost(schema)(document, operation)(variables);
      expect(kept(variables)).toBe(fresh);
      expect(kept(variables)).toBe(fresh);
    }),
    { seed: 7, numRuns: 200 },
  );
});

describe('the public graph', () => {
  const graph = buildPublicSchema(resolvers);
  const cost = (source: string) => {
    const document = parse(source);
    const operation = getOperationAST(document);
    return operation ? createCost(graph)(document, operation)({}) : 0;
  };

  test('a walk over a page of a hundred accounts, with their calendars and the largest pages of events, may be asked', () => {
    expect(
      cost('{ accounts(first: 100) { nodes { calendars { events(first: 500) { nodes { id } } } } } }'),
    ).toBeLessThanOrEqual(600_000);
  });

  test('the usual walks stay far below the ceiling, and every list of a walk over everything is counted', () => {
    expect(cost('{ accounts { nodes { calendars { events { nodes { id summary } } } } } }')).toBe(
      1 + 50 * (1 + 10 * (1 + 1 + 100)),
    );
    expect(
      cost(
        '{ accounts(first: 100) { nodes { calendars { events(first: 500) { nodes { attendees(first: 500) { email } } } } } } }',
      ),
    ).toBeGreaterThan(600_000);
  });
});
