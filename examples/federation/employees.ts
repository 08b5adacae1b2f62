/**
 * A subgraph of your own, in its own process: it knows who works here, and adds `employee` to Meridian's accounts.
 * Started with `npx node examples/federation/employees.ts`; then `MERIDIAN_SUBGRAPHS=employees=http://127.0.0.1:4001/graphql npm start`.
 */
import { ApolloServer } from '@apollo/server';
import { ApolloServerPluginInlineTraceDisabled } from '@apollo/server/plugin/disabled';
import { buildSubgraphSchema } from '@apollo/subgraph';
import fastifyApollo from '@as-integrations/fastify';
import Fastify from 'fastify';
import { parse } from 'graphql';

const typeDefs = parse(`
  extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])

  "Somebody who works here."
  type Employee @key(fields: "number") {
    "Their number."
    number: ID!
    "What they are called."
    name: String!
    "Where they work."
    team: String!
  }

  type CalendarAccount @key(fields: "id") {
    id: ID!
    "Whose account it is; null for an account of nobody here."
    employee: Employee
  }

  type Query {
    "Everybody."
    employees: [Employee!]!
  }

  type Mutation {
    "Says whose account it is."
    employ("The account." accountId: ID! "Their name." name: String! "Their team." team: String!): Employee
  }
`);

interface Employee {
  readonly number: string;
  readonly name: string;
  readonly team: string;
}

/** By the id of their account. */
const staff = new Map<string, Employee>();

const resolvers = {
  Query: { employees: () => [...staff.values()] },
  Mutation: {
    employ: (_: unknown, { accountId, name, team }: { accountId: string; name: string; team: string }) => {
      const employee = { number: String(staff.size + 1), name, team };
      staff.set(accountId, employee);
      return employee;
    },
  },
  CalendarAccount: {
    // All references of one answer arrive in one request.
    __resolveReference: ({ id }: { id: string }) => ({ id }),
    employee: ({ id }: { id: string }) => staff.get(id) ?? null,
  },
};

const server = new ApolloServer({
  schema: buildSubgraphSchema([{ typeDefs, resolvers }]),
  plugins: [ApolloServerPluginInlineTraceDisabled()],
});
await server.start();
const app = Fastify();
await app.register(fastifyApollo(server));
const port = Number(process.env['PORT'] ?? 4001);
await app.listen({ host: '127.0.0.1', port });
console.log(`employees: http://127.0.0.1:${port}/graphql`);
