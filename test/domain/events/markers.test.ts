import { createCipheriv, createDecipheriv, createHmac } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  base32,
  isOurs,
  type ManagedIdentity,
  type MarkerCrypto,
  managedUid,
  type OwnershipQuestion,
  openMarker,
  ownership,
  sealMarker,
} from '../../../domain/events/markers.ts';

/** Deterministic authenticated encryption for the tests: GCM under a nonce made from the text. */
function crypto(key: string, ...replaced: readonly string[]): MarkerCrypto {
  const secret = createHmac('sha256', key).update('seal').digest();
  return {
    hmac: (data) => createHmac('sha256', key).update(data).digest().subarray(0, 20),
    hmacs: (data) => [key, ...replaced].map((one) => createHmac('sha256', one).update(data).digest().subarray(0, 20)),
    seal(data) {
      const nonce = createHmac('sha256', secret).update(data).digest().subarray(0, 12);
      const cipher = createCipheriv('aes-256-gcm', secret, nonce);
      return Buffer.concat([nonce, cipher.update(data, 'utf8'), cipher.final(), cipher.getAuthTag()]).toString(
        'base64url',
      );
    },
    open(text) {
      try {
        const bytes = Buffer.from(text, 'base64url');
        const decipher = createDecipheriv('aes-256-gcm', secret, bytes.subarray(0, 12));
        decipher.setAuthTag(bytes.subarray(-16));
        return Buffer.concat([decipher.update(bytes.subarray(12, -16)), decipher.final()]);
      } catch {
        return null;
      }
    },
  };
}

const ours = crypto('ours');
const identity: ManagedIdentity = { appKey: 'app', calendarKey: 'cal', key: 'booking-1', generation: 1 };
const question: OwnershipQuestion = { instance: 'meridian.example', known: () => null, invited: false };
const uid = managedUid(identity, 'meridian.example', ours);
const marker = sealMarker(identity, ours);

describe('the uid', () => {
  test('is the same on every node, says nothing and has the known shape', () => {
    expect(uid).toMatch(/^m1-[a-z2-7]{32}@meridian\.example$/);
    expect(managedUid({ ...identity }, 'meridian.example', crypto('ours'))).toBe(uid);
  });

  test.each([
    ['application', { appKey: 'other' }],
    ['calendar', { calendarKey: 'other' }],
    ['key', { key: 'booking-2' }],
    ['generation', { generation: 2 }],
    ['split between the parts', { appKey: 'ap', calendarKey: 'pcal' }],
  ])('differs with the %s', (_, change) => {
    expect(managedUid({ ...identity, ...change }, 'meridian.example', ours)).not.toBe(uid);
  });

  test("differs with the instance's key", () => {
    expect(managedUid(identity, 'meridian.example', crypto('theirs'))).not.toBe(uid);
  });
});

describe('whose an event is', () => {
  test("ours when the marker opens and the uid is that marker's", () => {
    expect(ownership({ uid, marker }, question, ours)).toEqual({ kind: 'managed', identity });
  });

  test("a user's duplicate keeps the marker and has another uid: external", () => {
    expect(isOurs({ uid: 'ABCD-1234', marker }, question, ours)).toBe(false);
    const other = managedUid({ ...identity, key: 'booking-2' }, 'meridian.example', ours);
    expect(isOurs({ uid: other, marker }, question, ours)).toBe(false);
  });

  test('the uid alone is ours where we know it, and the marker is to be written again', () => {
    const known = { ...question, known: (asked: string) => (asked === uid ? identity : null) };
    expect(ownership({ uid, marker: null }, known, ours)).toEqual({ kind: 'marker-lost', identity });
    expect(ownership({ uid, marker: 'damaged' }, known, ours)).toEqual({ kind: 'marker-lost', identity });
    expect(isOurs({ uid, marker: null }, question, ours)).toBe(false);
    expect(isOurs({ uid, marker: null }, { ...question, known: () => ({ ...identity, generation: 2 }) }, ours)).toBe(
      false,
    );
  });

  test("an attendee's copy is never ours", () => {
    expect(isOurs({ uid, marker }, { ...question, invited: true }, ours)).toBe(false);
  });

  test('what another instance sealed is not ours', () => {
    const theirs = crypto('theirs');
    const event = { uid: managedUid(identity, 'meridian.example', theirs), marker: sealMarker(identity, theirs) };
    expect(isOurs(event, question, ours)).toBe(false);
  });
});

describe('a marker', () => {
  test.each([
    ['', null],
    ['x'.repeat(20_001), null],
    ['not sealed', null],
  ])('%s opens to nothing', (text, opened) => {
    expect(openMarker(text, ours)).toBe(opened);
  });

  test.each([
    'null',
    '[]',
    '["a","b","c"]',
    '["a","b","c",0]',
    '["a","b","c",1.5]',
    '["a","b","c",1e300]',
    '["a","b","c",1,2]',
    '["a","b","c","1"]',
    '[1,"b","c",1]',
    '{"0":"a"}',
    'junk',
  ])('of %s is no identity', (text) => {
    expect(openMarker(ours.seal(text), ours)).toBeNull();
  });

  test('of 20,000 characters is the longest that is opened', () => {
    const any = { ...ours, open: () => Buffer.from('["a","b","c",1]') };
    expect(openMarker('x'.repeat(20_000), any)).toEqual({ appKey: 'a', calendarKey: 'b', key: 'c', generation: 1 });
    expect(openMarker('x'.repeat(20_001), any)).toBeNull();
  });

  test('that is no UTF-8 is no identity', () => {
    const text = Buffer.from('["a","b","?",1]');
    text[text.indexOf('?')] = 0xff;
    expect(openMarker('x', { ...ours, open: () => text })).toBeNull();
  });

  test('of any key opens to the same, and is ours under its uid alone', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme', minLength: 1, maxLength: 50 }),
        fc.string(),
        fc.string(),
        fc.integer({ min: 1, max: 99 }),
        (key, appKey, calendarKey, generation) => {
          const any = { key, appKey, calendarKey, generation };
          const sealed = sealMarker(any, ours);
          expect(openMarker(sealed, ours)).toEqual(any);
          expect(isOurs({ uid: managedUid(any, 'meridian.example', ours), marker: sealed }, question, ours)).toBe(true);
        },
      ),
      { numRuns: 200, seed: 20261122 },
    );
  });
});

test.each([
  ['', ''],
  ['f', 'my'],
  ['fo', 'mzxq'],
  ['foo', 'mzxw6'],
  ['foob', 'mzxw6yq'],
  ['fooba', 'mzxw6ytb'],
  ['foobar', 'mzxw6ytboi'],
])('base32 of %j (RFC 4648 §10)', (text, encoded) => {
  expect(base32(new TextEncoder().encode(text))).toBe(encoded);
});

test('a uid from before the keys were replaced is ours for as long as the old key is kept, and not after', () => {
  const old = managedUid(identity, 'meridian.example', crypto('ours'));
  const known = (wanted: string) => (wanted === old ? identity : null);
  const rotated = crypto('newer', 'ours');
  expect(managedUid(identity, 'meridian.example', rotated)).not.toBe(old);
  expect(ownership({ uid: old, marker: sealMarker(identity, rotated) }, question, rotated).kind).toBe('managed');
  expect(ownership({ uid: old, marker: null }, { ...question, known }, rotated).kind).toBe('marker-lost');
  const forgotten = crypto('newer');
  expect(isOurs({ uid: old, marker: sealMarker(identity, forgotten) }, question, forgotten)).toBe(false);
});

test.each(['', 'no json', '{"a":1}', '[]', 'null'])('a marker that we sealed over %j names nothing', (text) => {
  expect(openMarker(ours.seal(text), ours)).toBeNull();
});

test('a marker whose text is no UTF-8 names nothing', () => {
  expect(openMarker('any', { ...ours, open: () => Uint8Array.of(0x5b, 0xff, 0x5d) })).toBeNull();
});
