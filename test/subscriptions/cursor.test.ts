/** Cursors: what they hold comes back exactly, and nothing that we did not give out is taken for one. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createKeyRing } from '../../datasources/secrets/key-ring.ts';
import type { LogPosition } from '../../datasources/store/change-log/read.ts';
import {
  formatSnapshot,
  includesSnapshot,
  parseSnapshot,
  type Snapshot,
} from '../../datasources/store/change-log/snapshot.ts';
import { RequestError } from '../../domain/errors.ts';
import { BitReader, BitWriter } from '../../subscriptions/bits.ts';
import {
  cursorLengthLimit,
  decodeCursor,
  decodePosition,
  encodeCursor,
  encodePosition,
} from '../../subscriptions/cursor.ts';

const seal = createKeyRing([{ id: 'a', key: Uint8Array.from({ length: 32 }, (_, i) => i) }]);
const runs = { seed: 20261122, numRuns: 2_000 };

/** A snapshot that sees at least what `floor` sees. */
const snapshotAfter = (floor: Snapshot): fc.Arbitrary<Snapshot> =>
  fc
    .record({
      ended: fc.array(fc.boolean(), { minLength: floor.running.length, maxLength: floor.running.length }),
      begun: fc.array(fc.boolean(), { maxLength: 40 }),
    })
    .map(({ ended, begun }) => {
      const xmax = floor.xmax + begun.length;
      const running = [
        ...floor.running.filter((_, i) => ended[i] === true),
        ...begun.flatMap((isRunning, i) => (isRunning ? [floor.xmax + i] : [])),
      ];
      return { xmin: running[0] ?? xmax, xmax, running };
    });

const base = fc
  .record({
    at: fc.integer({ min: 1, max: 2 ** 40 }),
    gaps: fc.array(fc.integer({ min: 1, max: 500 }), { maxLength: 60 }),
  })
  .map(({ at, gaps }): Snapshot => {
    const running: number[] = [];
    let id = at;
    for (const gap of gaps) {
      running.push(id);
      id += gap;
    }
    return { xmin: at, xmax: id, running };
  });

const anyPosition: fc.Arbitrary<LogPosition> = base.chain((old) =>
  fc.record({
    epoch: fc.integer({ min: 0, max: 100_000 }),
    old: fc.constant(old),
    window: fc.option(
      fc.record({
        until: snapshotAfter(old),
        accountOrdinal: fc.maxSafeNat(),
        sequence: fc.maxSafeNat(),
      }),
    ),
  }),
);

describe('the encoding', () => {
  test('of numbers comes back, and is as short as it says', () => {
    const size = (value: number) => {
      const bits = new BitWriter();
      for (let i = 0; i < 8; i++) bits.natural(value);
      return bits.bytes().length;
    };
    expect([0, 1, 2, 3, 6, 7, 14].map(size)).toEqual([1, 4, 4, 5, 5, 8, 8]);
    expect(size(2_000_000)).toBe(29);
    const largest = Number.MAX_SAFE_INTEGER - 1;
    fc.assert(
      fc.property(
        fc.array(
          fc.oneof(
            fc.nat(300),
            fc.maxSafeNat().map((n) => Math.min(n, largest)),
          ),
          { maxLength: 20 },
        ),
        (list) => {
          const written = new BitWriter();
          for (const value of list) written.natural(value);
          const read = new BitReader(written.bytes());
          expect(list.map(() => read.natural())).toEqual(list);
          read.end();
        },
      ),
      runs,
    );
  });

  test('refuses what is no natural number', () => {
    for (const wrong of [-1, 0.5, Number.NaN, 2 ** 53])
      expect(() => new BitWriter().natural(wrong)).toThrow(RangeError);
  });

  test('of every position comes back', () => {
    fc.assert(
      fc.property(anyPosition, (position) => {
        fc.pre((position.window?.accountOrdinal ?? 0) < Number.MAX_SAFE_INTEGER);
        fc.pre((position.window?.sequence ?? 0) < Number.MAX_SAFE_INTEGER);
        expect(decodePosition(encodePosition(position))).toEqual(position);
      }),
      runs,
    );
  });

  test('of noise is refused with RangeError, or was an encoding', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (noise) => {
        let position: LogPosition;
        try {
          position = decodePosition(noise);
        } catch (error) {
          expect(error).toBeInstanceOf(RangeError);
          return;
        }
        expect(Buffer.from(encodePosition(position))).toEqual(Buffer.from(noise));
      }),
      { ...runs, numRuns: 5_000 },
    );
  });

  test('refuses a window that ends before it begins', () => {
    const old = { xmin: 100, xmax: 110, running: [] };
    const until = { xmin: 100, xmax: 120, running: [105] };
    const position = { epoch: 1, old, window: { until, accountOrdinal: 1, sequence: 1 } };
    expect(() => decodePosition(encodePosition(position))).toThrow('a window that ends before it begins');
  });
});

describe('snapshots', () => {
  test('are read and written as PostgreSQL does', () => {
    for (const text of ['1:1:', '10:20:10,14,15', '9007199254740000:9007199254740001:9007199254740000']) {
      expect(formatSnapshot(parseSnapshot(text))).toBe(text);
    }
    for (const wrong of ['', '1:2', '2:1:', '1:2:a', '1:2:1,', '99999999999999999999:99999999999999999999:', "1:1:'"]) {
      expect(() => parseSnapshot(wrong)).toThrow(RangeError);
    }
  });

  test('include one another as their sets of ended transactions do', () => {
    const sees = ({ xmax, running }: Snapshot, id: number) => id < xmax && !running.includes(id);
    const small = fc
      .record({ xmin: fc.integer({ min: 1, max: 6 }), states: fc.array(fc.boolean(), { maxLength: 6 }) })
      .map(({ xmin, states }): Snapshot => {
        const running = states.flatMap((state, i) => (state ? [xmin + i] : []));
        const xmax = xmin + states.length + 1;
        return { xmin: running[0] ?? xmax, xmax, running };
      });
    fc.assert(
      fc.property(small, small, (outer, inner) => {
        const ids = Array.from({ length: 14 }, (_, id) => id);
        expect(includesSnapshot(outer, inner)).toBe(ids.every((id) => !sees(inner, id) || sees(outer, id)));
      }),
      runs,
    );
  });
});

describe('the seal', () => {
  const position: LogPosition = {
    epoch: 3,
    old: { xmin: 1_000_000, xmax: 1_000_020, running: [1_000_000, 1_000_007] },
    window: { until: { xmin: 1_000_007, xmax: 1_000_040, running: [1_000_007] }, accountOrdinal: 12, sequence: 345 },
  };
  const cursor = encodeCursor(position, 'app_one', seal);

  function refused(text: string, applicationId = 'app_one', under = seal): void {
    let thrown: unknown;
    try {
      decodeCursor(text, applicationId, under);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(RequestError);
    expect(thrown).toMatchObject({
      code: 'BAD_USER_INPUT',
      message: 'after: expected a cursor that `changes` answered to this application',
      details: { argument: 'after' },
    });
  }

  test('opens for the application that it was given to', () => {
    expect(decodeCursor(cursor, 'app_one', seal)).toEqual(position);
    expect(cursor).toMatch(/^[A-Za-z0-9_-]+$/);
  });

  test('opens for nobody else, and under no other key', () => {
    refused(cursor, 'app_two');
    refused(cursor, 'app_one', createKeyRing([{ id: 'a', key: new Uint8Array(32) }]));
  });

  test('opens after a key rotation', () => {
    const rotated = createKeyRing([
      { id: 'b', key: new Uint8Array(32).fill(9) },
      { id: 'a', key: Uint8Array.from({ length: 32 }, (_, i) => i) },
    ]);
    expect(decodeCursor(cursor, 'app_one', rotated)).toEqual(position);
  });

  test('of another purpose is no cursor', () => {
    refused(seal.sealCompact(encodePosition(position), 'app_one'));
    refused(seal.sealCompact(Uint8Array.of(255, 255), 'cursor:app_one'));
    refused(seal.sealCompact(new Uint8Array(0), 'cursor:app_one'));
  });

  test('refuses every other text, and every change of one character', () => {
    for (const text of ['', ' ', 'null', '0', '🕰', `${cursor} `, ` ${cursor}`, `${cursor}=`, cursor.toUpperCase()])
      refused(text);
    refused('A'.repeat(cursorLengthLimit));
    refused('A'.repeat(1_000_000));
    for (let at = 0; at < cursor.length; at++) {
      for (const other of ['A', 'b', '-', '.']) {
        if (cursor[at] !== other) refused(cursor.slice(0, at) + other + cursor.slice(at + 1));
      }
      refused(cursor.slice(0, at));
      refused(cursor.slice(0, at) + cursor.slice(at + 1));
    }
    fc.assert(
      fc.property(fc.oneof(fc.string({ maxLength: 100 }), fc.base64String({ maxLength: 120 })), (text) =>
        refused(text),
      ),
      runs,
    );
  });
});

describe('the length', () => {
  const length = (position: LogPosition) => encodeCursor(position, 'app_one', seal).length;
  const at = 2 ** 32;

  test('is 35 characters where nothing ran, for any number of accounts', () => {
    expect(length({ epoch: 1, old: { xmin: at, xmax: at, running: [] }, window: null })).toBeLessThanOrEqual(35);
  });

  test('is at most 65 characters inside a window between sixteen writers', () => {
    // Sixteen that began one after the other, every third of which has ended: worse than what is measured beside writers.
    const running = Array.from({ length: 24 }, (_, i) => i).filter((i) => i % 3 !== 1);
    const old = { xmin: at, xmax: at + 24, running: running.map((i) => at + i) };
    const until = { xmin: at + 30, xmax: at + 54, running: running.map((i) => at + 30 + i) };
    expect(old.running).toHaveLength(16);
    const window = { until, accountOrdinal: 100_000, sequence: 1_000_000 };
    expect(length({ epoch: 7, old, window })).toBeLessThanOrEqual(65);
  });

  test('grows with the transactions that run, by at most two characters for each', () => {
    const scattered = (count: number) => {
      const running = Array.from({ length: count }, (_, i) => at + i * 12);
      return { xmin: at, xmax: at + count * 12, running };
    };
    const few = length({ epoch: 1, old: scattered(16), window: null });
    const many = length({ epoch: 1, old: scattered(216), window: null });
    expect(many - few).toBeLessThanOrEqual(2 * 200);
    expect(
      decodeCursor(encodeCursor({ epoch: 1, old: scattered(2_000), window: null }, 'app_one', seal), 'app_one', seal)
        .old.running,
    ).toHaveLength(2_000);
  });
});
