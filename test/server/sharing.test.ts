/** Who may be told the same bytes: the same eyes and the same question, and nobody else. */
import { describe, expect, test } from '@jest/globals';
import { getOperationAST, type OperationDefinitionNode, parse } from 'graphql';
import type { Actor } from '../../domain/actor.ts';
import { createSharing } from '../../server/graphql/sharing.ts';
import { actor } from './small-app.ts';

const { asked } = createSharing();
const document = parse('subscription ($after: String) { news(after: $after) { text } }');
const operationOf = (of: typeof document, name?: string): OperationDefinitionNode => {
  const found = getOperationAST(of, name);
  if (!found) throw new Error('no operation');
  return found;
};
const keyOf = (who: Actor, of = document, variables: Record<string, unknown> | null = {}, name?: string) =>
  asked(who, of, operationOf(of, name), variables).key;

const element = { origin: 'https://a.example', accountIds: ['acc_1', 'acc_2'], permissions: ['read', 'write'] };

describe('one group', () => {
  test.each<[string, Actor, Actor]>([
    ['another key of the same application', actor(), actor(undefined, { credentialId: 'crd_2' })],
    ['scopes in another order', actor(['read_events', 'read_account']), actor(['read_account', 'read_events'])],
    ['one that ends and one that does not', actor(), actor(undefined, { expiresAt: 1 })],
    [
      'elements whose lists are in another order',
      actor(undefined, { element }),
      actor(undefined, { element: { ...element, accountIds: ['acc_2', 'acc_1'], permissions: ['write', 'read'] } }),
    ],
  ])('%s', (_what, one, other) => {
    expect(keyOf(one)).toBe(keyOf(other));
  });

  test('whatever was missed', () => {
    const keys = [{}, null, { after: null }, { after: 'x' }, { after: 'y' }, { after: 7 }].map((variables) =>
      keyOf(actor(), document, variables),
    );
    expect(new Set(keys).size).toBe(1);
  });
});

describe('never one group', () => {
  test.each<[string, Partial<Actor>]>([
    ['two applications with the same scopes', { applicationId: 'app_2' }],
    ['two kinds of credential', { kind: 'ELEMENT_TOKEN' }],
    ['a token of an account', { kind: 'ACCOUNT_TOKEN', accountId: 'acc_1' }],
    ['fewer scopes', { scopes: new Set(['read_events']) }],
    ['an element', { element }],
  ])('%s', (_what, change) => {
    expect(keyOf(actor(undefined, change))).not.toBe(keyOf(actor()));
  });

  test.each<[string, Partial<typeof element>]>([
    ['permissions', { permissions: ['read'] }],
    ['accounts', { accountIds: ['acc_1'] }],
    ['origin', { origin: 'https://b.example' }],
  ])('two elements of other %s', (_what, change) => {
    const token = (more: Partial<typeof element>) =>
      actor(undefined, { kind: 'ELEMENT_TOKEN', element: { ...element, ...more } });
    expect(keyOf(token(change))).not.toBe(keyOf(token({})));
  });

  test('tokens of two accounts', () => {
    const token = (accountId: string) => actor(undefined, { kind: 'ACCOUNT_TOKEN', accountId });
    expect(keyOf(token('acc_1'))).not.toBe(keyOf(token('acc_2')));
  });

  test('names that would read as one when they are joined', () => {
    const token = (applicationId: string, accountId: string) => actor(undefined, { applicationId, accountId });
    expect(keyOf(token('a","b', 'c'))).not.toBe(keyOf(token('a', 'b","c')));
  });

  test('documents, operations of one document, and variables', () => {
    const two = parse(
      'subscription A($after: String) { news(after: $after) { text } } subscription B($after: String) { news(after: $after) { text } }',
    );
    const filtered = parse('subscription ($after: String, $of: String) { news(after: $after, of: $of) { text } }');
    const keys = [
      keyOf(actor()),
      keyOf(actor(), parse('subscription ($after: String) { news(after: $after) { text cursor } }')),
      keyOf(actor(), two, {}, 'A'),
      keyOf(actor(), two, {}, 'B'),
      keyOf(actor(), filtered, { of: 'a' }),
      keyOf(actor(), filtered, { of: 'b' }),
      keyOf(actor(), filtered, { of: null }),
      keyOf(actor(), filtered, {}),
    ];
    expect(new Set(keys).size).toBe(keys.length);
  });
});

describe('the cursor', () => {
  test.each([
    ['is used elsewhere, too', 'subscription ($after: String) { news(after: $after, of: $after) { text } }'],
    [
      'is used in a fragment',
      'subscription ($after: String) { news(after: $after) { ...f } } fragment f on News { text @skip(if: $after) }',
    ],
    ['has a default', 'subscription ($after: String = "x") { news(after: $after) { text } }'],
    ['is another argument’s', 'subscription ($after: String) { news(of: $after) { text } }'],
    ['is given to a field below', 'subscription ($after: String) { news { text(after: $after) } }'],
    [
      'is that of a fragment at the root',
      'subscription ($after: String) { ...f } fragment f on Subscription { news(after: $after) { text } }',
    ],
  ])('%s: it is part of the question', (_what, source) => {
    const of = parse(source);
    expect(keyOf(actor(), of, { after: 'x' })).not.toBe(keyOf(actor(), of, { after: 'y' }));
    expect(asked(actor(), of, operationOf(of), { after: 'x' }).after).toBeUndefined();
  });

  test('is taken out where it says only where to go on; what is no cursor has to be checked', () => {
    const outcome = (value: unknown, type = 'String') => {
      const of = parse(`subscription ($from: ${type}) { n: news(after: $from, of: "x") { text } }`);
      const { after, isPlain } = asked(actor(), of, operationOf(of), value === undefined ? {} : { from: value });
      return [after, isPlain];
    };
    expect(outcome('x')).toEqual(['x', true]);
    expect(outcome(null)).toEqual([null, true]);
    expect(outcome(undefined)).toEqual([null, true]);
    expect(outcome('x', 'String!')).toEqual(['x', true]);
    expect(outcome(null, 'String!')).toEqual([null, false]);
    expect(outcome(undefined, 'String!')).toEqual([null, false]);
    for (const wrong of [7, {}, [], true]) expect(outcome(wrong)).toEqual([null, false]);
  });
});
