/** Nothing stands between the executor and a resolver: what wraps every field costs lists half of their time. */
import { ApolloServer } from '@apollo/server';
import { makeExecutableSchema } from '@graphql-tools/schema';
import { expect, test } from '@jest/globals';
import { type GraphQLSchema, isObjectType } from 'graphql';
import { startSmallApp } from '../small-app.ts';

const made = (): GraphQLSchema =>
  makeExecutableSchema({
    typeDefs: 'directive @scope(any: [String!]!) on OBJECT type Query @scope(any: []) { hello: String plain: String }',
    resolvers: { Query: { hello: () => 'world' } },
  });

function resolversOf(schema: GraphQLSchema): readonly unknown[] {
  return Object.values(schema.getTypeMap())
    .filter(isObjectType)
    .filter(({ name }) => !name.startsWith('__'))
    .flatMap((type) => Object.values(type.getFields()).map(({ resolve }) => resolve));
}

test('a request leaves every resolver as it was, and nothing is said of caching but no-store', async () => {
  const schema = made();
  const small = await startSmallApp({ schema, mode: 'production' });
  try {
    const before = resolversOf(schema);
    for (let time = 0; time < 2; time++) {
      const response = await small.post({ query: '{ hello plain }' }, { host: 'calendars.example.com' });
      expect(response.headers.get('cache-control')).toBe('no-store');
      expect(await response.json()).toMatchObject({ data: { hello: 'world' } });
    }
    expect(resolversOf(schema)).toEqual(before);
  } finally {
    await small.app.drain(1_000);
  }
});

test('Apollo as it comes would wrap them all', async () => {
  const schema = made();
  const before = resolversOf(schema);
  const apollo = new ApolloServer({ schema });
  await apollo.executeOperation({ query: '{ hello }' });
  await apollo.stop();
  const after = resolversOf(schema);
  expect(after.filter((resolve, at) => resolve === before[at])).toEqual([]);
});
