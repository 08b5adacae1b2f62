/** What a credential may do with an account: both must allow it. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type Scope, scopes } from '../../domain/actor.ts';
import {
  composites,
  expandScopes,
  grantRefusal,
  mayOn,
  namesGranting,
  notGranted,
  scopesOn,
} from '../../domain/grants.ts';

const someScopes = fc.subarray([...scopes]);
const granted = fc.array(
  fc.oneof(
    fc.constantFrom(...scopes, ...Object.keys(composites)),
    fc.string(),
    fc.constantFrom('__proto__', 'constructor'),
  ),
);
const bounded = { seed: 20261122, numRuns: 500 };

describe('an account’s grant', () => {
  test('bounds a credential exactly by what it spells out to, whatever else is in its list', () => {
    fc.assert(
      fc.property(someScopes, granted, someScopes, (has, names, any) => {
        const actor = { scopes: new Set(has) };
        const spelt = expandScopes(names);
        const both = has.filter((scope) => spelt.has(scope));
        expect([...scopesOn(actor, names)].sort()).toEqual([...both].sort());
        expect(mayOn(actor, names, any)).toBe(any.length === 0 || any.some((scope) => both.includes(scope)));
      }),
      bounded,
    );
  });

  test('is found in a list by the very names that spell out to a scope', () => {
    fc.assert(
      fc.property(someScopes, granted, (any, names) => {
        const actor = { scopes: new Set(any) };
        const found = names.some((name) => namesGranting(any).includes(name));
        expect(found).toBe(any.length > 0 && mayOn(actor, names, any));
      }),
      bounded,
    );
  });

  test('names the scope that is missing: to a reader in the error, to a writer at the path', () => {
    const actor = { scopes: new Set<Scope>(['read_events', 'create_event']) };
    expect(notGranted(['read_free_busy', 'read_events'], 'CalendarAccount.freeBusy')).toMatchObject({
      code: 'FORBIDDEN',
      message:
        'CalendarAccount.freeBusy needs one of the scopes read_free_busy, read_events, which the account did not grant',
      details: { requiredScope: 'read_free_busy' },
    });
    expect(grantRefusal(actor, ['free_busy'], 'create_event', ['calendarId'])).toEqual({
      path: ['calendarId'],
      code: 'FORBIDDEN',
      message: 'Expected an account that granted create_event, got one that did not',
    });
    expect(grantRefusal(actor, ['free_busy_write'], 'create_event', ['calendarId'])).toBeNull();
    // Of the credential alone it is not enough, and of the account alone neither.
    expect(grantRefusal(actor, ['read_write'], 'delete_event', ['id'])).not.toBeNull();
  });
});

test('what is missing is named: the one scope, or those of which one would do', () => {
  expect(notGranted(['read_account'], 'CalendarAccount.email')).toMatchObject({
    message: 'CalendarAccount.email needs the scope read_account, which the account did not grant',
    details: { requiredScope: 'read_account' },
  });
  expect(notGranted(['read_free_busy', 'read_events'], 'CalendarAccount.freeBusy')).toMatchObject({
    message:
      'CalendarAccount.freeBusy needs one of the scopes read_free_busy, read_events, which the account did not grant',
    details: { requiredScope: 'read_free_busy' },
  });
});
