/** Five calendars of twenty events with three attendees each, in memory, and the schema that every server of the bench has. */
import { makeExecutableSchema } from '@graphql-tools/schema';
import type { GraphQLSchema } from 'graphql';

const typeDefs = `
  directive @scope(any: [String!]!) on OBJECT | INTERFACE | FIELD_DEFINITION
  directive @cost(weight: Int!) on FIELD_DEFINITION | OBJECT | SCALAR | ENUM | ARGUMENT_DEFINITION | INPUT_FIELD_DEFINITION
  directive @listSize(assumedSize: Int, slicingArguments: [String!], sizedFields: [String!], requireOneSlicingArgument: Boolean = true) on FIELD_DEFINITION

  type Query @scope(any: []) {
    hello: String!
    calendars: [Calendar!]! @scope(any: ["read_account"]) @listSize(assumedSize: 5)
  }
  type Calendar @scope(any: ["read_account"]) {
    id: ID!
    name: String!
    events(first: Int = 20): [Event!]! @scope(any: ["read_events"]) @listSize(slicingArguments: ["first"])
  }
  type Event @scope(any: ["read_events"]) {
    id: ID!
    title: String!
    start: String!
    end: String!
    attendees: [Attendee!]! @listSize(assumedSize: 3)
  }
  type Attendee @scope(any: ["read_events"]) { name: String! email: String! status: Status! }
  enum Status { ACCEPTED DECLINED TENTATIVE }
`;

const statuses = ['ACCEPTED', 'DECLINED', 'TENTATIVE'];

const calendars = Array.from({ length: 5 }, (_, c) => ({
  id: `cal_${c}`,
  name: `Calendar ${c}`,
  all: Array.from({ length: 20 }, (_, e) => ({
    id: `evt_${c}_${e}`,
    title: `Planning ${e}`,
    start: `2026-01-${String(e + 1).padStart(2, '0')}T09:00:00Z`,
    end: `2026-01-${String(e + 1).padStart(2, '0')}T10:00:00Z`,
    people: Array.from({ length: 3 }, (_, a) => ({
      name: `Person ${a}`,
      email: `person${a}@example.com`,
      status: statuses[a],
    })),
  })),
}));
type Calendar = (typeof calendars)[number];
type Event = Calendar['all'][number];

export const documents = {
  hello: '{ hello }',
  list: '{ calendars { id name events(first: 20) { id title start end attendees { name email status } } } }',
};

export function benchSchema(): GraphQLSchema {
  return makeExecutableSchema({
    typeDefs,
    resolvers: {
      Query: { hello: () => 'world', calendars: () => calendars },
      Calendar: { events: ({ all }: Calendar, { first }: { first: number }) => all.slice(0, first) },
      Event: { attendees: ({ people }: Event) => people },
    },
  });
}
