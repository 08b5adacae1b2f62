/** What a node that stops says to each of its sockets. */
import { EventEmitter } from 'node:events';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { WebSocket } from 'ws';
import { closedAtOnce, closeReason, comeBackAfter, letGo } from '../../server/graphql/socket-drain.ts';

/** A socket whose client answers a close after `lag` milliseconds; never with null. */
class Peer extends EventEmitter {
  readonly CLOSED = 3;
  readyState = 1;
  closes: [number, string][] = [];
  readonly #lag: number;
  constructor(lag: number) {
    super();
    this.#lag = lag;
  }
  close(code: number, reason: string): void {
    this.closes.push([code, reason]);
    setTimeout(() => this.cut(), this.#lag);
  }
  cut(): void {
    this.readyState = this.CLOSED;
    this.emit('close');
  }
}
const asSockets = (peers: Peer[]) => new Set(peers) as unknown as ReadonlySet<WebSocket>;

describe('the hint', () => {
  test('is a number of seconds with one decimal, and fits into a close frame', () => {
    expect(closeReason(3_240)).toBe('retry after 3.2 s');
    fc.assert(
      fc.property(
        fc.nat(1_000_000),
        fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        (sockets, random) => {
          const milliseconds = comeBackAfter(sockets, random);
          expect(milliseconds).toBeGreaterThanOrEqual(100);
          expect(milliseconds).toBeLessThanOrEqual(30_100);
          const reason = closeReason(milliseconds);
          expect(reason).toMatch(/^retry after \d{1,2}\.\d s$/);
          expect(Buffer.byteLength(reason)).toBeLessThanOrEqual(123);
        },
      ),
      { seed: 1, numRuns: 200 },
    );
  });

  test('spreads as many seconds as there are thousands of clients', () => {
    expect([1, 1_000, 10_000, 100_000].map((sockets) => comeBackAfter(sockets, 1))).toEqual([
      1_100, 1_100, 10_100, 30_100,
    ]);
  });
});

describe('the closing', () => {
  test.each([
    [0, 1],
    [1, 1],
    [100, 100],
    [1_000, 100],
    [10_000, 100],
    [20_000, 200],
  ])('of %i sockets is %i at once', (sockets, atOnce) => {
    expect(closedAtOnce(sockets)).toBe(atOnce);
  });

  test('tells each socket once, with 1001 and a hint of its own, and ends when all have left', async () => {
    const peers = Array.from({ length: 250 }, () => new Peer(5));
    let drawn = 0;
    await letGo(asSockets(peers), () => (drawn++ % 10) / 10);
    expect(peers.every(({ closes }) => closes.length === 1 && closes[0]?.[0] === 1001)).toBe(true);
    expect(new Set(peers.map(({ closes }) => closes[0]?.[1])).size).toBe(10);
    expect(peers.every(({ readyState }) => readyState === 3)).toBe(true);
  });

  test('does not wait for one that was cut while it went on', async () => {
    const peers = Array.from({ length: 150 }, () => new Peer(1));
    const last = peers.at(-1);
    const all = letGo(asSockets(peers));
    last?.cut();
    await all;
    expect(last?.closes).toEqual([]);
  });
});
