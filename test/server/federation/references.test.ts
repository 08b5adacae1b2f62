/** Other graphs' references to our objects: found in batches, and what may not be seen is as if it did not exist. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { buildSchema, isObjectType, parse } from 'graphql';
import { scopes } from '../../../domain/actor.ts';
import { entityPrefixes, mostRepresentations } from '../../../resolvers/references.ts';
import { brokenRules } from '../../../schema/rules.ts';
import { openIsolation } from '../../isolation/world.ts';
import { everything, type GrantedAccount, openGranted, times } from '../../resolvers/granted-account.ts';
import type { Loose } from '../../setup/graph.ts';
import { type FederatedGraph, federatedOf } from './entity-world.ts';

let granted: GrantedAccount;
let federated: FederatedGraph;
/** Of each type an id that exists. */
let known: Record<string, string>;
let events: string[];

beforeAll(async () => {
  granted = await openGranted();
  const { graph, accountId, calendarId } = granted;
  federated = federatedOf(graph);
  events = [];
  for (let i = 0; i < 100; i++) {
    const { upsertEvent } = await graph.data(
      'mutation ($input: UpsertEventInput!) { upsertEvent(input: $input) { event { id } operation { id } userErrors { message } } }',
      { input: { calendarId, key: `key-${i}`, summary: `Number ${i}`, ...times } },
    );
    events.push(upsertEvent.event.id);
    if (i === 0) known = { WriteOperation: upsertEvent.operation.id };
  }
  const { syncCalendar } = await graph.data(
    'mutation ($id: ID!) { syncCalendar(input: { calendarId: $id, kind: INCREMENTAL }) { run { id } userErrors { message } } }',
    { id: calendarId },
  );
  const { upsertAvailabilityRule, upsertAvailablePeriod } = await graph.data(
    `mutation ($rule: UpsertAvailabilityRuleInput!, $period: UpsertAvailablePeriodInput!) {
      upsertAvailabilityRule(input: $rule) { rule { id } userErrors { message path } }
      upsertAvailablePeriod(input: $period) { period { id } userErrors { message path } } }`,
    {
      rule: {
        accountId,
        key: 'hours',
        timeZone: 'Europe/London',
        weeklyPeriods: [{ day: 'MONDAY', start: '09:00', end: '17:00' }],
      },
      period: { accountId, key: 'period', start: '2026-03-02T10:00:00Z', end: '2026-03-02T11:00:00Z' },
    },
  );
  const { credential } = await graph.data('{ credential { application { id organizationalUnit { id } } } }');
  known = {
    ...known,
    CalendarAccount: accountId,
    CalendarProfile: granted.profileId,
    Calendar: calendarId,
    CalendarEvent: granted.own,
    SyncRun: syncCalendar.run.id,
    AvailabilityRule: upsertAvailabilityRule.rule.id,
    AvailablePeriod: upsertAvailablePeriod.period.id,
    CalendarApplication: credential.application.id,
    OrganizationalUnit: credential.application.organizationalUnit.id,
  };
}, 60_000);
afterAll(() => granted.graph.close());

const all = (selection: string) =>
  Object.keys(entityPrefixes)
    .map((name) => `... on ${name} { ${selection} }`)
    .join(' ');

describe('references', () => {
  test('to every type answer the object, one statement for each type at most', async () => {
    for (const [typeName, id] of Object.entries(known)) {
      const answer = await federated.entities([{ __typename: typeName, id }], all('id'));
      expect(answer).toMatchObject({ data: { _entities: [{ __typename: typeName, id }] }, errors: [], statements: 1 });
    }
    const mixed = Object.entries(known).map(([__typename, id]) => ({ __typename, id }));
    const answer = await federated.entities([...mixed, ...mixed], all('id'));
    expect(answer.data._entities).toEqual([...mixed, ...mixed]);
    expect(answer.statements).toBe(mixed.length);
  });

  test('100 to events, with what is shown of each, are one statement', async () => {
    const representations = events.map((id) => ({ __typename: 'CalendarEvent', id }));
    const answer = await federated.entities(representations, '... on CalendarEvent { id summary start { dateTime } }');
    expect(answer.errors).toEqual([]);
    expect(answer.data._entities.map((event: Loose) => [event.id, event.summary])).toEqual(
      events.map((id, i) => [id, `Number ${i}`]),
    );
    expect(answer.statements).toBe(1);
  });

  test('to what does not exist, to another type, and of another form answer null, each for one statement', async () => {
    const nobodys = (prefix: string) => `${prefix}${'0'.repeat(26)}`;
    for (const [typeName, prefix] of Object.entries(entityPrefixes)) {
      const wrong = [
        nobodys(prefix),
        `${prefix}`,
        `${prefix}${'x'.repeat(200)}`,
        `${prefix}\u0000`,
        known['CalendarAccount'] === undefined || typeName === 'CalendarAccount' ? 'cal_1' : known['CalendarAccount'],
        '',
        '__proto__',
        7,
        null,
        { id: known[typeName] },
        undefined,
      ];
      const statements = new Set<number>();
      for (const id of wrong) {
        const answer = await federated.entities([{ __typename: typeName, id }], all('id'));
        expect([typeName, id, answer.data, answer.errors]).toEqual([typeName, id, { _entities: [null] }, []]);
        statements.add(answer.statements);
      }
      // No conferencing login is kept yet: there is nothing to look in.
      expect([typeName, [...statements]]).toEqual([typeName, [typeName === 'ConferencingProfile' ? 0 : 1]]);
      const id = known[typeName];
      if (id === undefined) continue;
      const mixed = await federated.entities(
        [...wrong, id].map((one) => ({ __typename: typeName, id: one })),
        all('id'),
      );
      expect(mixed.data._entities).toEqual([...wrong.map(() => null), { __typename: typeName, id }]);
      expect(mixed.statements).toBe(1);
    }
  });

  test("to another tenant's objects answer as references to nothing do", async () => {
    const isolation = await openIsolation();
    try {
      const theirs = federatedOf(isolation.graph);
      const typeOf = new Map(Object.entries(entityPrefixes).map(([typeName, prefix]) => [prefix, typeName]));
      const ids = [...new Set(Object.values(isolation.theirs.names).flat())].filter((id) => typeOf.has(id.slice(0, 4)));
      expect(new Set(ids.map((id) => id.slice(0, 4))).size).toBeGreaterThan(6);
      for (const id of ids) {
        const __typename = typeOf.get(id.slice(0, 4)) ?? '';
        const nothing = { __typename, id: `${id.slice(0, 4)}${'0'.repeat(26)}` };
        for (const credential of [isolation.mine.key, isolation.mine.token, isolation.besideKey]) {
          const foreign = await theirs.entities([{ __typename, id }], all('id'), credential);
          const none = await theirs.entities([nothing], all('id'), credential);
          // A unit that both belong to is theirs, too.
          if (credential === isolation.besideKey && __typename === 'OrganizationalUnit') continue;
          expect([id, foreign]).toEqual([id, none]);
        }
        const own = await theirs.entities([{ __typename, id }], all('id'), isolation.theirs.key);
        expect([id, own.data._entities[0]?.id]).toEqual([id, id]);
      }
    } finally {
      await isolation.close();
    }
  }, 120_000);

  test('that are none are refused as a whole, naming the argument', async () => {
    for (const reference of [
      null,
      'text',
      7,
      [],
      {},
      { id: 'acc_1' },
      { __typename: 'Query', id: 'x' },
      { __typename: 7 },
    ]) {
      const answer = await federated.entities([reference], all('id'));
      expect(answer.data).toBeNull();
      expect(answer.errors).toMatchObject([{ code: 'BAD_USER_INPUT' }]);
    }
    for (const __typename of ['_Entity', '__proto__', 'constructor', 'Node', 'Nothing']) {
      const { errors } = await federated.entities([{ __typename, id: 'x' }], all('id'));
      expect(errors).toMatchObject([{ code: 'BAD_USER_INPUT', argument: 'representations', path: ['_entities'] }]);
    }
    const many = Array.from({ length: mostRepresentations + 1 }, () => ({ __typename: 'Calendar', id: 'x' }));
    const { errors, statements } = await federated.entities(many, '');
    expect(errors).toMatchObject([{ code: 'BAD_USER_INPUT', message: expect.stringContaining('got 5001') }]);
    expect(statements).toBe(0);
  });

  test('cost as many objects as they are', async () => {
    const one = await federated.entities([{ __typename: 'CalendarEvent', id: granted.own }], all('id'));
    const five = await federated.entities(Array(5).fill({ __typename: 'CalendarEvent', id: granted.own }), all('id'));
    expect(five.cost).toBe(5 * one.cost);
  });

  test("answer what the account grants and no more, and need the credential's scopes", async () => {
    const { accountId, calendarId, own, external } = granted;
    const asked = [
      { __typename: 'CalendarAccount', id: accountId },
      { __typename: 'Calendar', id: calendarId },
      { __typename: 'CalendarEvent', id: own },
      { __typename: 'CalendarEvent', id: external },
    ];
    await granted.granting(['read_free_busy']);
    try {
      const answer = await federated.entities(
        asked,
        '... on CalendarAccount { id name } ... on Calendar { title: name }',
      );
      expect(answer.data._entities).toEqual([
        { __typename: 'CalendarAccount', id: accountId, name: null },
        null,
        null,
        null,
      ]);
      expect(answer.errors).toMatchObject([
        { code: 'FORBIDDEN', requiredScope: 'read_account', path: ['_entities', 0, 'name'] },
      ]);
    } finally {
      await granted.granting(everything);
    }
    const seen = await federated.entities(asked, '... on CalendarAccount { id name } ... on Calendar { title: name }');
    expect(seen.data._entities).not.toContain(null);
  });
});

describe('the federated schema', () => {
  test('has every entity of the SDL, and resolves each', () => {
    const schema = buildSchema(federated.sdl);
    const entities = Object.values(schema.getTypeMap()).filter(
      (type) => isObjectType(type) && type.astNode?.directives?.some(({ name }) => name.value === 'key'),
    );
    expect(entities.map(({ name }) => name).sort()).toEqual(Object.keys(entityPrefixes).sort());
    const nodes = schema.getPossibleTypes(schema.getType('Node') as never);
    expect(nodes.map(({ name }) => name).sort()).toEqual(Object.keys(entityPrefixes).sort());
  });

  test("describes every type, field and argument, federation's own among them", () => {
    const { schema } = granted.graph.served.federated();
    const silent = brokenRules(schema, scopes).filter((line) => line.includes('description'));
    // Directives of the specifications are described there.
    expect(silent.filter((line) => !/^@|federation__|link__/.test(line))).toEqual([]);
  });

  test('leaves node and nodes out where a neighbour has them, and nothing else', () => {
    const { schema } = granted.graph.served.federated({ omitNode: true });
    const whole = granted.graph.served.federated().schema;
    const fields = (of: typeof schema) => Object.keys(of.getQueryType()?.getFields() ?? {});
    expect(
      fields(whole)
        .filter((name) => !fields(schema).includes(name))
        .sort(),
    ).toEqual(['node', 'nodes']);
    expect(Object.keys(whole.getTypeMap()).sort()).toEqual(Object.keys(schema.getTypeMap()).sort());
  });

  test('is not what the public endpoint has', () => {
    const { seam } = granted.graph.served;
    for (const query of ['{ _service { sdl } }', '{ _entities(representations: []) { __typename } }']) {
      expect(seam.validate(parse(query))).not.toEqual([]);
    }
    expect(Object.keys(seam.schema.getTypeMap()).filter((name) => /^_[^_]/.test(name))).toEqual([]);
  });
});
