import { Writable } from 'node:stream';
import { describe, expect, test } from '@jest/globals';
import { bytes, createProgress } from '../../cli/progress.ts';
import { columns, plain } from '../../cli/terminal.ts';

function watch(options: { readonly isJson?: boolean; readonly isTerminal?: boolean } = {}) {
  let written = '';
  const clock = { now: 0 };
  const stderr = new Writable({
    write(part, _encoding, done) {
      written += String(part);
      done();
    },
  });
  const { isJson = false, isTerminal = false } = options;
  const progress = createProgress({
    stderr,
    label: 'Reading',
    unit: 'bytes',
    isJson,
    isTerminal,
    now: () => clock.now,
  });
  return { progress, clock, lines: () => written.split('\n').slice(0, -1), written: () => written };
}

describe('progress', () => {
  test('is a line at each tenth where nobody watches, and none for what is done in a second', () => {
    const { progress, clock, lines } = watch();
    for (let done = 0; done <= 1000; done++) {
      clock.now += 3;
      progress.update(done, 1000);
    }
    expect(lines().length).toBeLessThanOrEqual(10);
    expect(lines().at(-1)).toMatch(/^Reading {2}100 % {2}1000 B of 1000 B/);
    const quick = watch();
    quick.clock.now = 900;
    quick.progress.update(10, 10);
    expect(quick.lines()).toEqual([]);
  });

  test('is a line every five seconds while nothing moves, or nobody knows how much there is', () => {
    const { progress, clock, lines } = watch();
    for (; clock.now < 20_500; clock.now += 100) progress.update(7, null, 'table');
    expect(lines()).toEqual(Array.from({ length: 4 }, () => 'Reading  7 B  table'));
  });

  test('is one JSON document a line with --json, on a terminal as well', () => {
    const { progress, clock, lines } = watch({ isJson: true, isTerminal: true });
    clock.now = 2_000;
    progress.update(50, 100, 'event');
    progress.end();
    expect(lines().map((line) => JSON.parse(line) as unknown)).toEqual([
      { progress: { task: 'Reading', done: 50, total: 100, detail: 'event' } },
    ]);
  });

  test('is a bar on a terminal, which goes away and says how long it will take', () => {
    const { progress, clock, written } = watch({ isTerminal: true });
    clock.now = 10_000;
    progress.update(250, 1000);
    expect(written()).toContain(`${'█'.repeat(6)}${'░'.repeat(18)}  25 %  250 B of 1000 B  30 s left`);
    progress.end();
    expect(written().endsWith('\r\u001b[2K')).toBe(true);
  });
});

test('bytes are told in powers of 1024', () => {
  expect([0, 1, 1023, 1024, 1536, 1024 ** 2, 5 * 1024 ** 3].map(bytes)).toEqual([
    '0 B',
    '1 B',
    '1023 B',
    '1.0 KiB',
    '1.5 KiB',
    '1.0 MiB',
    '5.0 GiB',
  ]);
});

test('what others wrote cannot move the cursor, and is cut', () => {
  expect(plain('a\u001b[2Jb\r\nc\u202ed')).toBe('a [2Jb c d');
  expect(plain('x'.repeat(300), 10)).toBe(`${'x'.repeat(9)}…`);
});

test('columns are as wide as what is seen of them', () => {
  expect(
    columns([
      ['a', 'b'],
      ['\u001b[32mlonger\u001b[39m', 'c'],
    ]),
  ).toEqual(['a       b', '\u001b[32mlonger\u001b[39m  c']);
});
