/** Signals: the first stops in peace, its echo is nothing, a later one stops at once. */
import { EventEmitter } from 'node:events';
import { describe, expect, test } from '@jest/globals';
import { onSignals } from '../../server/signals.ts';

function setting(stop: () => Promise<void> = () => new Promise(() => {})) {
  const signals = new EventEmitter();
  const exits: number[] = [];
  const reports: unknown[] = [];
  const clock = { now: 0 };
  let stops = 0;
  const end = onSignals({
    stop: () => {
      stops++;
      return stop();
    },
    exit: (code) => void exits.push(code),
    report: (error) => void reports.push(error),
    now: () => clock.now,
    signals,
  });
  return { signals, exits, reports, clock, end, stops: () => stops };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

describe('signals', () => {
  test.each(['SIGINT', 'SIGTERM'])('%s stops in peace and ends with 0', async (signal) => {
    const { signals, exits, stops } = setting(async () => {});
    signals.emit(signal);
    expect(exits).toEqual([]);
    await settled();
    expect(exits).toEqual([0]);
    expect(stops()).toBe(1);
  });

  test('npm hands on what the group got too: the second within a second counts for nothing', async () => {
    const { signals, exits, clock, stops } = setting();
    signals.emit('SIGINT');
    clock.now = 999;
    signals.emit('SIGINT');
    signals.emit('SIGTERM');
    await settled();
    expect(exits).toEqual([]);
    expect(stops()).toBe(1);
  });

  test.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ])('%s after a second stops at once with %i', (signal, code) => {
    const { signals, exits, clock } = setting();
    signals.emit('SIGTERM');
    clock.now = 1_000;
    signals.emit(signal);
    expect(exits).toEqual([code]);
  });

  test('a stop that fails is reported and ends with 1', async () => {
    const { signals, exits, reports } = setting(async () => {
      throw new Error('the database did not stop');
    });
    signals.emit('SIGTERM');
    await settled();
    expect(exits).toEqual([1]);
    expect(String(reports[0])).toContain('the database did not stop');
  });

  test('once ended, it listens no more', () => {
    const { signals, end, stops } = setting();
    end();
    signals.emit('SIGTERM');
    expect(stops()).toBe(0);
    expect(signals.listenerCount('SIGINT')).toBe(0);
  });
});
