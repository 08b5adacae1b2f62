/**
 * "Not yours" and "not there" are the same, whatever is asked: everything that a document can name of another tenant, tried with
 * every credential, beside a name that was never given to anything. Same answer, same statements, no provider asked, nothing changed.
 */
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { extendSchema, isInterfaceType, parse } from 'graphql';
import pg from 'pg';
import { publishedDocuments } from '../../auth/elements/published.ts';
import { resolvers } from '../../resolvers/index.ts';
import { buildPublicSchema } from '../../server/graphql/schema.ts';
import type { Loose } from '../setup/graph.ts';
import { type Case, casesOf } from './cases.ts';
import type { Named } from './values.ts';
import { type IsolationWorld, openIsolation, unknownLike, unknownPlace } from './world.ts';

const schema = buildPublicSchema(resolvers);
const cases = casesOf(schema);

let world: IsolationWorld;
let untouched: string;
let asked: readonly unknown[];
const statements: string[] = [];
beforeAll(async () => {
  world = await openIsolation();
  untouched = await world.checksum();
  asked = [...world.graph.provider.calls];
  const { query } = pg.Client.prototype;
  jest.spyOn(pg.Client.prototype, 'query').mockImplementation(function (this: pg.Client, ...given: unknown[]) {
    const [asked] = given as [string | { readonly text: string }];
    statements.push(typeof asked === 'string' ? asked : asked.text);
    return (query as (...all: unknown[]) => unknown).apply(this, given);
  } as never);
});
afterAll(async () => {
  jest.restoreAllMocks();
  await world.close();
});

interface Outcome {
  readonly answer: string;
  readonly statements: readonly string[];
}

/** What is answered, with the name that was given told as such, and what differs from call to call left away. */
async function ask(one: Case, value: string, key: string): Promise<Outcome> {
  const own = (named: Named) => (named === 'listCursor' ? '' : (world.mine.names[named][0] ?? ''));
  const variables = one.variables(value, own);
  statements.length = 0;
  let text: string;
  if (one.operation === 'subscription') text = await firstBatch(one.document, variables, key);
  else {
    const { data, errors, providerCalls } = await world.graph.run(one.document, variables, key);
    expect(providerCalls).toBe(0);
    text = JSON.stringify({ data, errors });
  }
  const without = text
    .replaceAll(JSON.stringify(value).slice(1, -1), '‹name›')
    .replaceAll(value.split('_').slice(0, 2).join('_'), '‹name›');
  const told = world.secrets.filter((secret) => !value.includes(secret) && without.includes(secret));
  expect(told).toEqual([]);
  // How a transaction ends is told by no one statement, and of a subscription it may end later.
  return { answer: lasting(without), statements: statements.filter((text) => text !== 'commit').sort() };
}

/** New ids, tokens, cursors and times are not what an answer is compared by. */
function lasting(text: string): string {
  return text
    .replace(/"(cursor|endCursor|startCursor|changesCursor)":"[^"]*"/g, '"$1":"‹cursor›"')
    .replace(/\b(mat|met|mlt|mcr)_[\w-]+/g, '‹token›')
    .replace(/\b[a-z]{3}_[0-9a-hjkmnp-tv-z]{26}\b/g, (id) =>
      Object.values(world.mine.names).flat().includes(id) ? id : '‹new›',
    )
    .replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, '‹time›')
    .replace(/"(version)":"[^"]*"/g, '"$1":"‹version›"');
}

async function firstBatch(document: string, variables: Record<string, unknown>, key: string): Promise<string> {
  try {
    const batches = await world.graph.subscribe(document, variables, key);
    const first = await batches.next();
    await batches.return?.();
    await settled();
    return JSON.stringify(first.value);
  } catch (error) {
    await settled();
    return String((error as Error).message);
  }
}

/** A subscription's background reading has begun and ended. */
async function settled(): Promise<void> {
  for (let before = -1; before !== statements.length; ) {
    before = statements.length;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}

/** What of theirs is to be tried. Their unit comes first for nobody: it is the other application's own. */
const valuesOf = (one: Case): readonly string[] =>
  one.names === 'listCursor' ? [world.theirs.cursors[one.field] ?? missing(one.field)] : world.theirs.names[one.names];
const unknownOf = (one: Case, value: string, salt: number) =>
  one.names === 'listCursor' ? unknownPlace(value, salt) : unknownLike(value, salt);

function missing(field: string): never {
  throw new Error(`expected a cursor of ${field} in test/isolation/world.ts`);
}

/** Queries that keep what they read of the asker's own accounts in memory. */
const remembers = /^Query\.(availability|sequencedAvailability) /;

const credentials = {
  'an API key': () => world.mine.key,
  'an account token': () => world.mine.token,
  'the key of another application in their unit': () => world.besideKey,
};

describe.each(Object.entries(credentials))('with %s', (kind, key) => {
  test.each(cases.map((one) => [one.name, one] as const))('%s', async (_name, one) => {
    for (const [index, value] of valuesOf(one).entries()) {
      if (index > 0 && kind !== 'an API key') break;
      // The first call may make something of the asker's own, or be the first to read it into memory; the two that are compared
      // find it. Each name is another one: two of theirs may be so alike that what is like one of them is like both.
      if (one.operation === 'mutation' || remembers.test(one.name))
        await ask(one, unknownOf(one, value, 2 * index + 1), key());
      const theirs = await ask(one, value, key());
      const nobodys = await ask(one, unknownOf(one, value, 2 * index + 2), key());
      expect(theirs.answer).toBe(nobodys.answer);
      expect(theirs.statements).toEqual(nobodys.statements);
    }
  });
});

test('the names that are tried are good: to whom they belong they answer', async () => {
  const found = cases.filter(
    ({ name, names }) =>
      /^Query\.(account|accountsById|profile|calendar|node|nodes|operation|event) /.test(name) && names !== 'key',
  );
  expect(found.length).toBeGreaterThan(8);
  for (const one of found) {
    const own = (named: Named) => (named === 'listCursor' ? '' : (world.theirs.names[named][0] ?? ''));
    for (const value of one.names === 'event' || one.names === 'node' ? valuesOf(one) : valuesOf(one).slice(0, 1)) {
      const { data, errors } = await world.graph.run(one.document, one.variables(value, own), world.theirs.key);
      expect([one.name, value, errors]).toEqual([one.name, value, []]);
      expect(JSON.stringify(Object.values(data))).not.toMatch(/^\[(null|\[null\])\]$/);
    }
  }
});

test('an argument or an input field that nobody said anything of fails the matrix', () => {
  const more = (sdl: string) => () => casesOf(extendSchema(schema, parse(sdl)));
  expect(more('extend type Query { other(id: ID!): Int @scope(any: []) }')).toThrow('what Query.other(id) (ID!) takes');
  expect(more('extend input UpdateEventInput { other: [String!] }')).toThrow(
    'what UpdateEventInput.other ([String!]) takes',
  );
  expect(more('extend type CalendarSync { other(after: String): Int @scope(any: []) }')).toThrow(
    'CalendarSync.other(after)',
  );
  expect(more('scalar Other extend type Query { other(by: Other): Int @scope(any: []) }')).toThrow(
    'what Query.other(by)',
  );
});

test('an element token: each published document about their accounts as about unknown ones, and no other document', async () => {
  const variables = (ids: readonly string[], profileId: string) => ({
    accountIds: ids,
    profileId,
    filter: { from: '2026-03-01T00:00:00Z', to: '2026-04-01T00:00:00Z' },
  });
  for (const { query } of publishedDocuments().all) {
    const outcome = async (ids: readonly string[], profileId: string) => {
      statements.length = 0;
      const { data, errors } = await world.graph.run(query, variables(ids, profileId), world.elementToken);
      return [JSON.stringify([data, errors]), [...statements].sort()];
    };
    const { account, profile } = world.theirs.names;
    const nobody = account.map((id) => unknownLike(id, 3));
    expect(await outcome(account, profile[0] ?? '')).toEqual(await outcome(nobody, unknownLike(profile[0] ?? '', 3)));
  }
  for (const one of cases.filter(({ operation }) => operation !== 'subscription')) {
    const value = valuesOf(one)[0] ?? '';
    const { data, errors } = await world.graph.run(
      one.document,
      one.variables(value, () => value),
      world.elementToken,
    );
    expect([data, errors.map(({ code }: Loose) => code)]).toEqual([null, ['FORBIDDEN']]);
  }
});

test('ended credentials are told nothing but that, before anything is read', async () => {
  for (const one of cases.filter(({ operation }) => operation !== 'subscription')) {
    for (const token of [world.expiredToken, world.revokedKey, 'a-token-that-was-never-given-to-anybody']) {
      const value = valuesOf(one)[0] ?? '';
      await expect(
        world.graph.run(
          one.document,
          one.variables(value, () => value),
          token,
        ),
      ).rejects.toMatchObject({
        code: 'UNAUTHENTICATED',
        message: 'The credential is not valid: unknown, expired or revoked',
      });
    }
  }
});

test('every type of node is among the names that were tried, or has none yet', () => {
  const node = schema.getType('Node');
  if (!isInterfaceType(node)) throw new Error('expected the interface Node');
  const prefixes: Readonly<Record<string, string | null>> = {
    CalendarAccount: 'acc_',
    CalendarProfile: 'pro_',
    Calendar: 'cal_',
    CalendarEvent: 'evt_',
    WriteOperation: 'opr_',
    CalendarApplication: 'app_',
    OrganizationalUnit: 'org_',
    AvailabilityRule: 'avr_',
    AvailablePeriod: 'avp_',
    Hold: 'hld_',
    SyncRun: 'run_',
    // None is kept yet: `node` answers null for any.
    ConferencingProfile: null,
  };
  expect(
    schema
      .getPossibleTypes(node)
      .map(({ name }) => name)
      .sort(),
  ).toEqual(Object.keys(prefixes).sort());
  for (const prefix of Object.values(prefixes)) {
    if (prefix !== null) expect(world.theirs.names.node.some((id) => id.startsWith(prefix))).toBe(true);
  }
});

describe('afterwards', () => {
  test('nothing of theirs has changed', async () => {
    expect(await world.checksum()).toBe(untouched);
  });

  test('no provider was asked for anything of theirs', () => {
    expect([...world.graph.provider.calls]).toEqual(asked);
  });
});
