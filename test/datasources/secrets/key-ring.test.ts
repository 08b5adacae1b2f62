import { createHash } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createKeyRing, type KeyRing, type RingKey, SealBroken } from '../../../datasources/secrets/key-ring.ts';
import { hashToken, newToken } from '../../../datasources/secrets/tokens.ts';

const key = (id: string, seed = id): RingKey => ({ id, key: createHash('sha256').update(seed).digest() });
const ring = createKeyRing([key('b'), key('a')]);
const fuzz = { seed: 20261122, numRuns: 1000 };
const identity = 'profile:pro_1:credential';
const bytes = fc.uint8Array({ maxLength: 120 });
const text = fc.string({ unit: 'binary', maxLength: 80 });

/** Every way to change one character of a text, or to lose or double one. */
function damaged(sealed: string): string[] {
  const found: string[] = [];
  for (let at = 0; at < sealed.length; at++) {
    const other = sealed[at] === 'A' ? 'B' : 'A';
    found.push(sealed.slice(0, at) + other + sealed.slice(at + 1), sealed.slice(0, at) + sealed.slice(at + 1));
    found.push(sealed.slice(0, at) + (sealed[at] ?? '') + sealed.slice(at));
  }
  return found.filter((changed) => changed !== sealed);
}

describe('seal', () => {
  test('opens for the row it was sealed for, and is another text each time', () => {
    fc.assert(
      fc.property(text, text, (plaintext, row) => {
        const sealed = ring.seal(plaintext, row);
        expect(sealed).toMatch(/^v1\.b\.[A-Za-z0-9_-]+$/);
        expect(ring.open(sealed, row)).toBe(plaintext.toWellFormed());
        expect(ring.seal(plaintext, row)).not.toBe(sealed);
      }),
      fuzz,
    );
  });

  test('does not open for another row, or changed in any place', () => {
    const sealed = ring.seal('secret', identity);
    expect(() => ring.open(sealed, 'profile:pro_2:credential')).toThrow(SealBroken);
    expect(() => ring.open(sealed, '')).toThrow(SealBroken);
    for (const changed of damaged(sealed)) expect(() => ring.open(changed, identity)).toThrow(SealBroken);
  });

  test.each(['', 'v1', 'v1.b.', 'v1.b.AAAA', 'v2.b.AAAA', 'v1..AAAA', 'v1.b.%%%%', `v1.b.${'A'.repeat(38)}`])(
    'refuses %p without saying more than why',
    (garbage) => {
      expect(() => ring.open(garbage, identity)).toThrow(SealBroken);
    },
  );

  test('never throws anything else, and never opens, for whatever comes', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          text,
          text.map((tail) => `v1.b.${tail}`),
          bytes.map((b) => `v1.a.${Buffer.from(b).toString('base64url')}`),
        ),
        (garbage) => {
          expect(() => ring.open(garbage, identity)).toThrow(SealBroken);
        },
      ),
      fuzz,
    );
  });

  test('keeps opening under old keys, and says what is to be sealed anew', () => {
    const old = createKeyRing([key('a')]);
    const sealed = old.seal('secret', identity);
    expect(old.needsResealing(sealed)).toBe(false);
    expect(ring.open(sealed, identity)).toBe('secret');
    expect(ring.needsResealing(sealed)).toBe(true);
    const anew = ring.seal(ring.open(sealed, identity), identity);
    expect(ring.needsResealing(anew)).toBe(false);
    expect(createKeyRing([key('b')]).open(anew, identity)).toBe('secret');
    expect(() => createKeyRing([key('b')]).open(sealed, identity)).toThrow('the key a is not in the ring');
  });

  test('knows another key under the same name from the right one', () => {
    const sealed = ring.seal('secret', identity);
    expect(() => createKeyRing([key('b', 'other')]).open(sealed, identity)).toThrow(/another one under the same name/);
  });

  test('never shows the plaintext in an error', () => {
    const sealed = ring.seal('canary-5f2d', identity);
    for (const changed of damaged(sealed).slice(0, 30)) {
      try {
        ring.open(changed, identity);
      } catch (error) {
        expect(String((error as Error).stack)).not.toContain('canary-5f2d');
      }
    }
  });
});

describe('sealCompact', () => {
  test('is 17 bytes longer than its payload, the same each time, and opens in its context alone', () => {
    fc.assert(
      fc.property(bytes, text, text, (payload, context, other) => {
        const sealed = ring.sealCompact(payload, context);
        expect(Buffer.from(sealed, 'base64url').length).toBe(payload.length + 17);
        expect(ring.sealCompact(payload, context)).toBe(sealed);
        expect(ring.openCompact(sealed, context)).toEqual(Buffer.from(payload));
        if (other !== context) expect(ring.openCompact(sealed, other)).toBeNull();
      }),
      fuzz,
    );
  });

  test('keeps context and payload apart', () => {
    expect(ring.openCompact(ring.sealCompact(Buffer.from('bc'), 'a'), 'ab')).toBeNull();
    const tagOf = (payload: string, context: string) =>
      Buffer.from(ring.sealCompact(Buffer.from(payload), context), 'base64url').subarray(1, 17);
    expect(tagOf('bc', 'a')).not.toEqual(tagOf('c', 'ab'));
  });

  test('is null for every change, and for whatever comes', () => {
    const sealed = ring.sealCompact(Buffer.from('cursor'), 'changes');
    for (const changed of damaged(sealed)) expect(ring.openCompact(changed, 'changes')).toBeNull();
    for (const variant of [`${sealed}=`, ` ${sealed}`, `${sealed}\n`, '', '=', 'A']) {
      expect(ring.openCompact(variant, 'changes')).toBeNull();
    }
    fc.assert(
      fc.property(
        fc.oneof(
          text,
          bytes.map((b) => Buffer.from(b).toString('base64url')),
        ),
        (garbage) => {
          expect(ring.openCompact(garbage, 'changes')).toBeNull();
        },
      ),
      fuzz,
    );
  });

  test('opens after a rotation, and no more when the key is gone', () => {
    const sealed = createKeyRing([key('a')]).sealCompact(Buffer.from('x'), 'changes');
    expect(ring.openCompact(sealed, 'changes')).toEqual(Buffer.from('x'));
    expect(createKeyRing([key('b')]).openCompact(sealed, 'changes')).toBeNull();
  });

  test('tells keys apart that share their one byte of reference', () => {
    const reference = (one: RingKey) =>
      Buffer.from(createKeyRing([one]).sealCompact(Buffer.alloc(0), ''), 'base64url')[0];
    const wanted = reference(key('k0'));
    let twin = key('k1');
    for (let n = 1; reference(twin) !== wanted; n++) twin = key(`k${n}`);
    const both = createKeyRing([twin, key('k0')]);
    for (const one of [twin, key('k0')]) {
      expect(both.openCompact(createKeyRing([one]).sealCompact(Buffer.from('y'), 'c'), 'c')).toEqual(Buffer.from('y'));
    }
  });
});

describe('markers', () => {
  test('carry the key id in clear, are the same each time, and open under every key of the ring', () => {
    const old = createKeyRing([key('a')]);
    fc.assert(
      fc.property(bytes, (payload) => {
        const marker = ring.sealMarker(payload);
        expect(marker).toMatch(/^b\.[A-Za-z0-9_-]+$/);
        expect(ring.sealMarker(payload)).toBe(marker);
        expect(ring.openMarker(marker)).toEqual(Buffer.from(payload));
        expect(ring.openMarker(old.sealMarker(payload))).toEqual(Buffer.from(payload));
        expect(old.openMarker(marker)).toBeNull();
      }),
      fuzz,
    );
  });

  test('are null when changed, and never what a cursor is', () => {
    const marker = ring.sealMarker(Buffer.from('app|cal|key|1'));
    for (const changed of damaged(marker)) expect(ring.openMarker(changed)).toBeNull();
    expect(ring.openMarker(`b.${ring.sealCompact(Buffer.from('x'), 'marker b')}`)).toBeNull();
    fc.assert(
      fc.property(text, (garbage) => expect(ring.openMarker(garbage)).toBeNull()),
      fuzz,
    );
  });
});

describe('derived keys', () => {
  test('differ by purpose and by key, and stay the same', () => {
    const macs = (from: KeyRing) =>
      [from.mac('instance', 'x'), from.mac('cursor', 'x'), ...from.macs('instance', 'x')].map(String);
    expect(macs(ring)).toEqual(macs(createKeyRing([key('b'), key('a')])));
    expect(ring.mac('instance', 'x')).toEqual(ring.macs('instance', 'x')[0]);
    expect(ring.macs('instance', 'x')[1]).toEqual(createKeyRing([key('a')]).mac('instance', 'x'));
    expect(ring.mac('instance', 'x')).not.toEqual(ring.mac('cursor', 'x'));
    expect(ring.derive('instance')).toHaveLength(32);
    expect(ring.derive('instance', 'a')).toEqual(createKeyRing([key('a')]).derive('instance'));
    expect(ring.derive('instance', 'gone')).toBeNull();
  });

  test('give the installation a name that a rotation does not change', () => {
    expect(ring.instanceName).toMatch(/^[0-9a-f]{12}$/);
    expect(createKeyRing([key('a')]).instanceName).toBe(ring.instanceName);
    expect(createKeyRing([key('c'), key('b'), key('a')]).instanceName).toBe(ring.instanceName);
  });

  test('need a ring that makes sense', () => {
    expect(() => createKeyRing([])).toThrow('expected at least one key');
    expect(() => createKeyRing([key('a'), key('a', 'other')])).toThrow('expected every key id once');
    expect(() => createKeyRing([{ id: 'a', key: new Uint8Array(31) }])).toThrow(
      'expected 32 bytes for the key a, got 31',
    );
  });
});

describe('tokens', () => {
  test('are new each time, long enough, and found by their hash', () => {
    const token = newToken('mrd_key');
    expect(token).toMatch(/^mrd_key_[A-Za-z0-9_-]{43}$/);
    expect(newToken('mrd_key')).not.toBe(token);
    expect(hashToken(token)).toEqual(createHash('sha256').update(token).digest());
    expect(hashToken(token)).toHaveLength(32);
  });
});
