/** Which answers say the same. */
import { describe, expect, test } from '@jest/globals';
import { buildSchema, GraphQLError, isObjectType, parse } from 'graphql';
import { resolvers } from '../../resolvers/index.ts';
import { answerDigest, eachTimeAnother } from '../../server/graphql/answer-digest.ts';
import { createScalars } from '../../server/graphql/scalars.ts';
import { buildPublicSchema } from '../../server/graphql/schema.ts';

const schema = buildSchema(`
  type Query { nothing: Int }
  type Subscription { availability: Availability! }
  type Availability { slots: [AvailableSlot!]! freshness: Freshness! thing: Thing either: Either node: Node }
  type AvailableSlot { start: Int token: String }
  type Freshness { asOf: Int stale: [StaleCalendar!] }
  type StaleCalendar { reason: String lastSyncedAt: Int }
  type Thing implements Node { token: String asOf: Int deep: Freshness }
  interface Node { asOf: Int }
  union Either = Thing | Freshness
`);

function digests(selections: string, ...answers: readonly object[]): readonly string[] {
  const digest = answerDigest(schema, parse(`subscription { availability { ${selections} } } fragment F on Freshness { asOf stale { reason lastSyncedAt } }`.replace(selections.includes('...F') ? '' : / fragment.*$/, '')), null); // biome-ignore format: one line
  return answers.map((availability) => digest({ data: { availability } }));
}
const areSame = (selections: string, ...answers: readonly object[]) =>
  new Set(digests(selections, ...answers)).size === 1;

describe('answers', () => {
  test('are told apart by whatever is in them', () => {
    expect(areSame('slots { start }', { slots: [{ start: 1 }] }, { slots: [{ start: 1 }] })).toBe(true);
    expect(areSame('slots { start }', { slots: [{ start: 1 }] }, { slots: [{ start: 2 }] })).toBe(false);
    expect(areSame('slots { start }', { slots: [] }, { slots: [{ start: 2 }] })).toBe(false);
    expect(areSame('slots { start }', { slots: null }, { slots: [] })).toBe(false);
    expect(areSame('thing { token }', { thing: { token: 'a' } }, { thing: { token: 'b' } })).toBe(false);
  });

  test('are the same where only what is sealed anew, or a moment of looking, is another: by any name, at any depth', () => {
    const pairs: readonly (readonly [string, object, object])[] = [
      ['slots { start token }', { slots: [{ start: 1, token: 'a' }] }, { slots: [{ start: 1, token: 'b' }] }],
      ['s: slots { begin: start t: token }', { s: [{ begin: 1, t: 'a' }] }, { s: [{ begin: 1, t: 'b' }] }],
      ['freshness { ...F }', { freshness: { asOf: 1, stale: [{ reason: 'a', lastSyncedAt: 1 }] } }, { freshness: { asOf: 2, stale: [{ reason: 'a', lastSyncedAt: 2 }] } }],
      ['either { ... on Freshness { asOf } }', { either: { asOf: 1 } }, { either: { asOf: 2 } }],
      ['thing { deep { asOf } }', { thing: { deep: { asOf: 1 } } }, { thing: { deep: { asOf: 2 } } }],
    ]; // biome-ignore format: one answer a line
    for (const [selections, one, other] of pairs)
      expect([selections, areSame(selections, one, other)]).toEqual([selections, true]);
  });

  test('are others where a field of the same name is of another type', () => {
    expect(areSame('thing { asOf }', { thing: { asOf: 1 } }, { thing: { asOf: 2 } })).toBe(false);
    expect(areSame('node { asOf }', { node: { asOf: 1 } }, { node: { asOf: 2 } })).toBe(false);
    const stale = (reason: string) => ({ freshness: { asOf: 1, stale: [{ reason, lastSyncedAt: 1 }] } });
    expect(areSame('freshness { ...F }', stale('a'), stale('b'))).toBe(false);
  });

  test('are told apart by their errors', () => {
    const digest = answerDigest(schema, parse('subscription { availability { thing { token } } }'), null);
    const data = { availability: { thing: null } };
    const failed = (message: string) => digest({ data, errors: [new GraphQLError(message)] });
    expect(new Set([digest({ data }), failed('a'), failed('b')]).size).toBe(3);
    expect(failed('a')).toBe(failed('a'));
  });
});

test('all that is left out is there in the public schema', () => {
  const whole = buildPublicSchema({ ...resolvers, ...createScalars({ canonicalZone: (name) => name }) });
  for (const coordinate of eachTimeAnother) {
    const [name = '', field = ''] = coordinate.split('.');
    const type = whole.getType(name);
    expect([coordinate, isObjectType(type) && field in type.getFields()]).toEqual([coordinate, true]);
  }
});
