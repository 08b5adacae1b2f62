/** graphql-inspector over the schema: what an application checks its documents and its upgrades with. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CriticalityLevel, coverage, diff, validate } from '@graphql-inspector/core';
import { expect, test } from '@jest/globals';
import { buildASTSchema, buildSchema, Source } from 'graphql';
import { printPublicSchema, publicSdl } from '../../server/graphql/schema.ts';

const schema = buildASTSchema(publicSdl());
const sources = readdirSync('operations')
  .filter((file) => file.endsWith('.graphql'))
  .map((file) => new Source(readFileSync(join('operations', file), 'utf8'), file));

test('every operation is valid, keeps to the limits and uses nothing that is deprecated', () => {
  const invalid = validate(schema, sources, {
    maxDepth: 15,
    maxAliasCount: 50,
    maxDirectiveCount: 50,
    maxTokenCount: 2_000,
  });
  expect(invalid.map(({ source, errors }) => [source.name, errors.map(({ message }) => message)])).toEqual([]);
});

test('an invalid one is told of', () => {
  const wrong = new Source('query Wrong { meridian { motto } }', 'wrong.graphql');
  const [invalid] = validate(schema, [...sources, wrong]);
  expect([invalid?.source.name, invalid?.errors[0]?.message]).toEqual([
    'wrong.graphql',
    'Cannot query field "motto" on type "ServiceInfo".',
  ]);
});

test('against what was released nothing breaks', async () => {
  const released = buildSchema(readFileSync('schema/baseline.graphql', 'utf8'));
  const changes = await diff(released, schema);
  const breaking = changes.filter(({ criticality }) => criticality.level === CriticalityLevel.Breaking);
  expect(breaking.map(({ message }) => message)).toEqual([]);
  // It compares something: the other way round nearly everything breaks.
  expect(
    (await diff(schema, released)).some(({ criticality }) => criticality.level === CriticalityLevel.Breaking),
  ).toBe(true);
});

test('the printed schema is the same schema', async () => {
  expect(await diff(schema, buildSchema(printPublicSchema(schema)))).toEqual([]);
});

test('what the operations cover is told field by field', async () => {
  const covered = await coverage(schema, sources);
  const shown = Object.entries(covered.types['Query']?.children ?? {}).filter(([, { hits }]) => hits > 0);
  expect(shown.map(([name]) => name)).toEqual(
    expect.arrayContaining(['accounts', 'availability', 'calendar', 'changes', 'event']),
  );
});
