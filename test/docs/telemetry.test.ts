/** docs/telemetry.md tells of every metric, span and variable there is, and of no other; the tests that it names are there. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { environment } from '../../server/environment.ts';
import { type Metric, metrics } from '../../server/telemetry/metric-table.ts';

const root = join(import.meta.dirname, '..', '..');
const text = readFileSync(join(root, 'docs', 'telemetry.md'), 'utf8');
const page = text.replaceAll(/\s+/g, ' ');
const rows = new Map([...text.matchAll(/^\| `(meridian_[a-z_]+)` \|([^|]*)\|([^|]*)\|/gm)].map((row) => [row[1], row]));

test('every metric has a row, and every row is of a metric', () => {
  expect([...rows.keys()].sort()).toEqual(
    Object.values(metrics)
      .map(({ name }) => name)
      .sort(),
  );
});

test.each(Object.values(metrics).map((metric: Metric) => [metric.name, metric] as const))(
  '%s: its unit and its labels',
  (name, { kind, labels }) => {
    const [, , unit = '', told = ''] = rows.get(name) ?? [];
    expect(told.match(/`[a-z]+`/g) ?? []).toEqual(Object.keys(labels).map((label) => `\`${label}\``));
    expect(unit.includes('histogram')).toBe(kind === 'histogram');
    if (name.endsWith('_seconds')) expect(unit).toMatch(/\bs\b/);
  },
);

test('names of metrics elsewhere on it are those of metrics', () => {
  const known = new Set(Object.values(metrics).map(({ name }) => name as string));
  const named = [...text.matchAll(/\bmeridian_[a-z_]+/g)].map(([name]) => name.replace(/_(bucket|count|sum)$/, ''));
  expect(named.filter((name) => !known.has(name))).toEqual([]);
});

test('every variable of telemetry is told, and no other', () => {
  const ofTelemetry = environment.map(({ name }) => name).filter((name) => /^OTEL_|METRICS/.test(name));
  const [, listed = ''] = /\| variable \|(.*?)\n\n/s.exec(text) ?? [];
  expect([...listed.matchAll(/^\| `([A-Z_]+)`/gm)].map(([, name]) => name)).toEqual(ofTelemetry);
});

test('every span is told', () => {
  const sources = ['domain/telemetry.ts', 'server/telemetry/open.ts'].map((file) =>
    readFileSync(join(root, file), 'utf8'),
  );
  const [, union = ''] = /export type SpanName =([^;]*);/.exec(sources[0] ?? '') ?? [];
  const names = [...union.matchAll(/'([a-z.]+)'/g), ...(sources[1] ?? '').matchAll(/tracing\.begin\('([a-z.]+)'/g)];
  expect(names.length).toBe(5);
  for (const [, name] of names) expect(text).toContain(`| \`${name}\` |`);
});

test('every test that it names is there', () => {
  const named = [...page.matchAll(/`([\w/-]+\.test\.ts)`: “([^”]*)”/g)];
  expect(named.length).toBeGreaterThan(3);
  const missing = named.filter(([, file = '', title = '']) => {
    const path = join(root, 'test', file);
    return !existsSync(path) || !readFileSync(path, 'utf8').includes(title);
  });
  expect(missing.map(([whole]) => whole)).toEqual([]);
});
