/** The schema keeps its rules, and the rules find what breaks them. */

import { readFileSync } from 'node:fs';
import { diff } from '@graphql-inspector/core';
import { describe, expect, test } from '@jest/globals';
import {
  buildASTSchema,
  buildSchema,
  type GraphQLNamedType,
  isInterfaceType,
  isObjectType,
  validateSchema,
} from 'graphql';
import { scopes } from '../../domain/actor.ts';
import { brokenRules } from '../../schema/rules.ts';
import { scopesOfField } from '../../schema/scope-directive.ts';
import { buildFederatedSchema, printPublicSchema, publicSdl } from '../../server/graphql/schema.ts';

const schema = buildASTSchema(publicSdl());

describe('the schema', () => {
  test('is valid and keeps every rule', () => {
    expect(validateSchema(schema)).toEqual([]);
    expect(brokenRules(schema, scopes)).toEqual([]);
  });

  test('says of every field which scopes it needs', () => {
    const silent: string[] = [];
    let fields = 0;
    for (const type of Object.values(schema.getTypeMap())) {
      if (type.name.startsWith('__') || !(isObjectType(type) || isInterfaceType(type))) continue;
      for (const field of Object.values(type.getFields())) {
        fields++;
        if (scopesOfField(schema, type, field) === null) silent.push(`${type.name}.${field.name}`);
      }
    }
    expect(silent).toEqual([]);
    expect(fields).toBeGreaterThan(400);
  });

  test.each([
    ['Mutation', 'upsertEvent', ['create_event']],
    ['Mutation', 'updateEvent', ['create_event']],
    ['Mutation', 'importIcs', ['create_event']],
    ['Mutation', 'deleteEvent', ['delete_event']],
    ['Mutation', 'deleteManagedEvent', ['delete_event']],
    ['Mutation', 'deleteManagedEvents', ['delete_event']],
    ['Mutation', 'createCalendar', ['create_calendar']],
    ['Mutation', 'setParticipationStatus', ['change_participation_status']],
    ['Query', 'event', ['read_events', 'create_event']],
    ['Query', 'calendar', ['list_calendars']],
    ['Query', 'accounts', ['read_account']],
    ['CalendarAccount', 'name', ['read_account']],
    ['CalendarAccount', 'events', ['read_events', 'create_event']],
    ['CalendarAccount', 'freeBusy', ['read_free_busy', 'read_events']],
    ['Calendar', 'events', ['read_events', 'create_event']],
    ['Calendar', 'name', ['list_calendars']],
    ['CalendarEvent', 'summary', ['read_events', 'create_event']],
    ['CalendarEvent', 'id', []],
    ['Query', 'credential', []],
  ])('%s.%s needs one of %j', (typeName, fieldName, expected) => {
    const type = schema.getType(typeName) as GraphQLNamedType;
    if (!isObjectType(type)) throw new Error(`expected ${typeName} to be an object type`);
    const field = type.getFields()[fieldName];
    if (field === undefined) throw new Error(`expected ${typeName}.${fieldName}`);
    expect(scopesOfField(schema, type, field)).toEqual(expected);
  });

  test('breaks nothing that the baseline promised', async () => {
    const baseline = buildSchema(readFileSync('schema/baseline.graphql', 'utf8'));
    const breaking = (await diff(baseline, schema)).filter(({ criticality }) => criticality.level === 'BREAKING');
    expect(breaking.map(({ path, message }) => `${path}: ${message}`)).toEqual([]);
  });

  test('prints as SDL that means the same, with @oneOf, @scope and descriptions', async () => {
    const sdl = printPublicSchema(schema);
    expect(await diff(schema, buildSchema(sdl))).toEqual([]);
    expect(sdl).toContain('input EventTimeInput @oneOf {');
    expect(sdl).toContain('@scope(any: ["read_events", "create_event"])');
    expect(sdl).not.toMatch(/_service|_entities|_Any|@link/);
  });

  test('as a subgraph has the machinery that the public one has not', () => {
    const subgraph = buildFederatedSchema({});
    expect(validateSchema(subgraph)).toEqual([]);
    expect(Object.keys(subgraph.getQueryType()?.getFields() ?? {})).toEqual(
      expect.arrayContaining(['_service', '_entities', 'accounts']),
    );
    expect(schema.getQueryType()?.getFields()).not.toHaveProperty('_service');
    expect(schema.getQueryType()?.getFields()).not.toHaveProperty('_entities');
    expect(schema.getType('_Any')).toBeUndefined();
  });
});

describe('the rules', () => {
  const good = {
    directive: '"D." directive @scope("A." any: [String!]!) on OBJECT | INTERFACE | FIELD_DEFINITION',
    query:
      '"Q." type Query @scope(any: []) { "A thing." thing: Thing "Things." things("How many." first: Int = 1, "From." after: String): ThingConnection }',
    thing:
      '"T." type Thing implements Node @scope(any: ["read_events"]) { "Id." id: ID! @scope(any: []) "Name." name: String "Kind." kind: Kind }',
    node: '"N." interface Node @scope(any: []) { "Id." id: ID! }',
    kind: '"K." enum Kind { "A." A_KIND }',
    page: '"P." type ThingConnection @scope(any: []) { "E." edges: [Thing!]! "N." nodes: [Thing!]! "P." pageInfo: String! }',
    mutation:
      '"M." type Mutation { "Set." setThing("In." input: SetThingInput!): SetThingPayload @scope(any: ["create_event"]) }',
    input: '"I." input SetThingInput { "Name." name: String }',
    payload: '"P." type SetThingPayload @scope(any: []) { "Why not." userErrors: [CalendarUserError!]! }',
    error: '"E." type CalendarUserError @scope(any: []) { "Message." message: String! }',
  };

  const broken = (change: Partial<typeof good>) =>
    brokenRules(buildSchema(Object.values({ ...good, ...change }).join('\n')), ['read_events', 'create_event']);

  test('find nothing where nothing is wrong', () => {
    expect(broken({})).toEqual([]);
  });

  test.each<[Partial<typeof good>, string]>([
    [{ thing: good.thing.replace('"T." ', '') }, 'Thing: expected a description, got none'],
    [{ thing: good.thing.replace('"Name." ', '') }, 'Thing.name: expected a description, got none'],
    [
      { thing: good.thing.replace('"Name."', '"Name"') },
      'Thing.name: expected a description that ends as a sentence does',
    ],
    [{ kind: good.kind.replace('"A." ', '') }, 'Kind.A_KIND: expected a description, got none'],
    [{ kind: good.kind.replace('A_KIND', 'aKind') }, 'Kind.aKind: expected a name in SCREAMING_SNAKE_CASE'],
    [{ query: good.query.replace('"How many." ', '') }, 'Query.things(first:): expected a description, got none'],
    [{ input: good.input.replace('"Name." ', '') }, 'SetThingInput.name: expected a description, got none'],
    [{ directive: good.directive.replace('"A." ', '') }, '@scope(any:): expected a description, got none'],
    [{ thing: good.thing.replace('name: S', 'full_name: S') }, 'Thing.full_name: expected a name in camelCase'],
    [
      { thing: good.thing.replace('name: String', 'name: String @deprecated(reason: "old")') },
      'Thing.name: expected a deprecation to say when it is removed, as a date',
    ],
    [
      { mutation: good.mutation.replace('input: SetThingInput!', 'input: SetThingInput') },
      'Mutation.setThing: expected one argument `input: SetThingInput!`',
    ],
    [
      { mutation: good.mutation.replace('SetThingPayload', 'Thing'), payload: '' },
      'Mutation.setThing: expected the answer `SetThingPayload`, nullable',
    ],
    [
      { payload: good.payload.replace('[CalendarUserError!]!', '[CalendarUserError!]') },
      'SetThingPayload: expected the field `userErrors: [CalendarUserError!]!`',
    ],
    [
      { page: good.page.replace('"N." nodes: [Thing!]! ', '') },
      'ThingConnection: expected the field `nodes`, got none',
    ],
    [
      { query: good.query.replace(', "From." after: String', '') },
      'Query.things: expected the argument `after` on what answers pages, got none',
    ],
    [
      { query: good.query.replace('Int = 1', 'Int') },
      'Query.things(first:): expected a default or a non-null type, got neither',
    ],
    [
      { kind: `${good.kind} "L." type Lost @scope(any: []) { "X." x: Int }` },
      'Lost: expected to be reached by an operation',
    ],
    [
      { thing: good.thing.replace(' @scope(any: ["read_events"])', '') },
      'Thing.name: expected @scope on it or on its type, got none',
    ],
    [
      { thing: good.thing.replace('"read_events"', '"read_everything"') },
      'Thing.name: expected a scope that exists, got read_everything',
    ],
    [{ thing: good.thing.replace(' @scope(any: [])', '') }, 'Node.id: expected to need what Thing.id needs, got less'],
    [
      {
        input: good.input.replace('SetThingInput', 'SetThing'),
        mutation: good.mutation.replace('SetThingInput', 'SetThing'),
      },
      "SetThing: expected an input's name to end with Input, Filter, Ref, Control or Operation",
    ],
  ])('find what is wrong: %#', (change, expected) => {
    expect(broken(change)).toContain(expected);
  });
});
