/** The contract's own schema behind the seam: which scopes its operations need, before anything runs. */

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { buildASTSchema, GraphQLError, getIntrospectionQuery, parse, validate } from 'graphql';
import type { Scope } from '../../domain/actor.ts';
import { publicSdl } from '../../server/graphql/schema.ts';
import { createSeam } from '../../server/graphql/seam.ts';
import { actor, type SmallContext } from './small-app.ts';

const schema = buildASTSchema(publicSdl());
const seam = createSeam<SmallContext>({
  schema,
  introspection: true,
  hideSuggestions: true,
  onInternalError: () => {},
});

function missing(query: string, granted: readonly Scope[], variables: Record<string, unknown> = {}): string | null {
  const context = {
    actor: actor(granted),
    requestId: 'r',
    signal: new AbortController().signal,
    counter: { providerCalls: 0 },
  };
  const [error] = seam.check({ document: parse(query), variables, context });
  if (error === undefined) return null;
  expect([error.message, error.extensions['code']]).toEqual([error.message, 'FORBIDDEN']);
  return String(error.extensions['requiredScope']);
}

describe('an operation needs', () => {
  const event = 'event(by: { id: "evt_1" })';
  test.each<[string, readonly Scope[], string | null]>([
    ['{ credential { kind scopes } meridian { version } }', [], null],
    ['{ node(id: "x") { id __typename } }', [], null],
    ['{ node(id: "x") { ... on CalendarEvent { summary } } }', ['read_account', 'list_calendars'], 'read_events'],
    [
      '{ nodes(ids: ["x"]) { ... on Calendar { name } ... on CalendarAccount { id } } }',
      ['read_account'],
      'list_calendars',
    ],
    ['{ accounts { nodes { name calendars { name } } } }', ['read_account'], 'list_calendars'],
    ['{ accounts { nodes { name calendars { name } } } }', ['read_account', 'list_calendars'], null],
    ['{ accounts { nodes { events { nodes { id summary } } } } }', ['read_account'], 'read_events'],
    [
      '{ accounts { nodes { events(filter: { managed: ONLY }) { nodes { id summary } } } } }',
      ['read_account', 'create_event'],
      null,
    ],
    [
      '{ account(id: "acc_1") { freeBusy(filter: { from: "2026-01-01T00:00:00Z", to: "2026-01-02T00:00:00Z" }) { nodes { busyStatus } } } }',
      ['read_account', 'read_free_busy'],
      null,
    ],
    [
      '{ account(id: "acc_1") { freeBusy(filter: { from: "2026-01-01T00:00:00Z", to: "2026-01-02T00:00:00Z" }) { nodes { calendar { name } } } } }',
      ['read_account', 'read_free_busy'],
      'list_calendars',
    ],
    [`{ ${event} { summary attendees { email account { name } } } }`, ['read_events'], 'read_account'],
    [
      'mutation { upsertEvent(input: { calendarId: "c", key: "k" }) { created userErrors { code } } }',
      ['read_events', 'delete_event'],
      'create_event',
    ],
    [
      'mutation { upsertEvent(input: { calendarId: "c", key: "k" }) { event { id key } userErrors { code } } }',
      ['create_event'],
      null,
    ],
    ['mutation { deleteEvent(input: { id: "e" }) { deletedId event { id } } }', ['delete_event'], null],
    ['mutation { deleteEvent(input: { id: "e" }) { event { summary } } }', ['delete_event'], 'read_events'],
    [
      'mutation { setParticipationStatus(input: { id: "e", status: ACCEPTED }) { userErrors { code } } }',
      ['create_event'],
      'change_participation_status',
    ],
    [
      'subscription { changes { cursor changes { kind subject { ... on CalendarEvent { summary } } } } }',
      ['list_calendars'],
      'read_events',
    ],
    ['subscription { changes { cursor changes { kind subjectId } } }', ['list_calendars'], null],
    ['subscription { changes { cursor } }', ['create_event'], 'read_events'],
  ])('%s with %j: %j', (query, granted, expected) => {
    expect(validate(schema, parse(query))).toEqual([]);
    expect(missing(query, granted)).toBe(expected);
  });
});

test("GraphiQL's introspection and its tabs keep to the limits", () => {
  const sources = readdirSync('operations')
    .filter((name) => name.endsWith('.graphql'))
    .map((name) => readFileSync(join('operations', name), 'utf8'));
  for (const source of [
    ...sources,
    getIntrospectionQuery({ descriptions: true, specifiedByUrl: true, inputValueDeprecation: true, oneOf: true }),
  ]) {
    expect(seam.validate(seam.parse(source))).toEqual([]);
  }
});

describe('fuzz', () => {
  const word = fc.constantFrom(
    '{',
    '}',
    '(',
    ')',
    ':',
    '...',
    'on',
    '$a',
    '@skip(if: true)',
    'query',
    'mutation',
    'subscription',
    'fragment f',
    '...f',
    'accounts',
    'nodes',
    'events',
    'id',
    'Query',
    'CalendarEvent',
    '"x"',
    '7',
    'first',
    '[',
    ']',
    '!',
    '=',
    '&',
    '|',
    '#',
    '"""',
    '\u0000',
    '\ud800',
  );

  test('no text does more than be refused', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.array(word, { maxLength: 60 }).map((words) => words.join(' ')),
          fc.string({ unit: 'binary', maxLength: 200 }),
        ),
        (source) => {
          let errors: readonly GraphQLError[];
          try {
            errors = seam.validate(seam.parse(source));
          } catch (error) {
            if (!(error instanceof GraphQLError)) throw error;
            errors = [error];
          }
          for (const { extensions } of errors) expect(extensions['code']).toBe('BAD_USER_INPUT');
        },
      ),
      { seed: 3, numRuns: 3_000 },
    );
  });

  test('no variables do more than be refused, and none that may be a secret is repeated', () => {
    const document = parse(
      'query ($f: EventFilter, $n: Int!) { accounts(first: $n) { nodes { events(filter: $f) { nodes { id } } } } }',
    );
    const context = {
      actor: actor(),
      requestId: 'r',
      signal: new AbortController().signal,
      counter: { providerCalls: 0 },
    };
    const canary = fc.anything({
      values: [fc.constant('canary'), fc.integer(), fc.boolean(), fc.constant(null)],
      key: fc.constantFrom('managed', 'expand', 'includeDeleted', 'calendarIds', 'x'),
    });
    fc.assert(
      fc.property(canary, canary, (f, n) => {
        for (const error of seam.check({ document, variables: { f, n }, context })) {
          expect(error.extensions['code']).toBe('BAD_USER_INPUT');
          expect(error.message).not.toContain('canary');
        }
      }),
      { seed: 4, numRuns: 2_000 },
    );
  });
});

describe('descriptions', () => {
  test('say what each field needs that needs a scope, its own or its type’s; and nothing where any credential will do', () => {
    const field = (type: string, name: string) => {
      const found = schema.getType(type);
      return (found !== undefined && 'getFields' in found ? found.getFields()[name]?.description : undefined) ?? '';
    };
    expect(field('Query', 'accounts')).toMatch(/\n\nNeeds the scope `read_account`\.$/);
    expect(field('CalendarAccount', 'email')).toMatch(/Needs the scope `read_account`\.$/);
    expect(field('CalendarAccount', 'freeBusy')).toMatch(/Needs one of the scopes `read_free_busy`, `read_events`\.$/);
    expect(field('CalendarAccount', 'id')).not.toContain('Needs');
    expect(field('Query', 'credential')).not.toContain('Needs');
  });
});
