/** What the environment may say of telemetry, and what it is answered where it says something else. */
import { expect, test } from '@jest/globals';
import { readConfig } from '../../../server/config.ts';

const secret = 'canary-that-nobody-may-see';
const endpoint = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:4318' };
const read = (env: Record<string, string>) => readConfig(env, '/srv').telemetry;

test('nothing is switched on by default, nor by what only says how', () => {
  expect(read({})).toEqual({ metricsToken: null, traces: null });
  expect(read({ OTEL_SERVICE_NAME: 'calendars', OTEL_TRACES_SAMPLER_ARG: '0.5' }).traces).toBeNull();
});

test('an endpoint switches traces on, a token metrics', () => {
  expect(read(endpoint).traces).toEqual({
    url: 'http://127.0.0.1:4318/v1/traces',
    headers: {},
    serviceName: 'meridian',
    ratio: 1,
  });
  expect(read({ MERIDIAN_METRICS_TOKEN: 'x'.repeat(16) }).metricsToken).toBe('x'.repeat(16));
});

test.each([
  ['https://otel.example.com/', 'https://otel.example.com/v1/traces'],
  ['https://otel.example.com/base/', 'https://otel.example.com/base/v1/traces'],
  ['https://otel.example.com/base', 'https://otel.example.com/base/v1/traces'],
])('the signal is added to %s', (base, url) => {
  expect(read({ OTEL_EXPORTER_OTLP_ENDPOINT: base }).traces?.url).toBe(url);
});

test('headers are read as OpenTelemetry writes them', () => {
  const headers = 'Authorization=Basic%20dXNlcjpw, x-tenant = 7 ,, x-empty-after=a=b';
  expect(read({ ...endpoint, OTEL_EXPORTER_OTLP_HEADERS: headers }).traces?.headers).toEqual({
    authorization: 'Basic dXNlcjpw',
    'x-tenant': '7',
    'x-empty-after': 'a=b',
  });
});

test.each([
  [
    { MERIDIAN_METRICS_TOKEN: 'short' },
    'MERIDIAN_METRICS_TOKEN: expected 16 to 512 visible ASCII characters without spaces, got 5 characters that are not shown',
  ],
  [
    { OTEL_EXPORTER_OTLP_ENDPOINT: 'localhost:4318' },
    'OTEL_EXPORTER_OTLP_ENDPOINT: expected an address that begins with https:// or http://, got "localhost:4318"',
  ],
  [
    { OTEL_EXPORTER_OTLP_ENDPOINT: `http://u:${secret}@localhost` },
    'OTEL_EXPORTER_OTLP_ENDPOINT: expected scheme, host, port and path alone, got more; credentials belong in OTEL_EXPORTER_OTLP_HEADERS',
  ],
  [
    { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://localhost/?a=b' },
    'OTEL_EXPORTER_OTLP_ENDPOINT: expected scheme, host, port and path alone, got more; credentials belong in OTEL_EXPORTER_OTLP_HEADERS',
  ],
  [
    { ...endpoint, OTEL_EXPORTER_OTLP_HEADERS: secret },
    'OTEL_EXPORTER_OTLP_HEADERS: expected name=value pairs with commas between them, got 26 characters that are not shown',
  ],
  [
    { ...endpoint, OTEL_EXPORTER_OTLP_HEADERS: `a b=${secret}` },
    'OTEL_EXPORTER_OTLP_HEADERS: expected name=value pairs with commas between them, got 30 characters that are not shown',
  ],
  [
    { ...endpoint, OTEL_EXPORTER_OTLP_HEADERS: 'a=%0d%0ax-injected: 1' },
    'OTEL_EXPORTER_OTLP_HEADERS: expected name=value pairs with commas between them, got 21 characters that are not shown',
  ],
  [
    { ...endpoint, OTEL_EXPORTER_OTLP_HEADERS: 'a=%zz' },
    'OTEL_EXPORTER_OTLP_HEADERS: expected name=value pairs with commas between them, got 5 characters that are not shown',
  ],
  [
    { ...endpoint, OTEL_TRACES_SAMPLER_ARG: '1.5' },
    'OTEL_TRACES_SAMPLER_ARG: expected a number from 0 to 1, got "1.5"',
  ],
  [{ ...endpoint, OTEL_TRACES_SAMPLER_ARG: '-1' }, 'OTEL_TRACES_SAMPLER_ARG: expected a number from 0 to 1, got "-1"'],
  [{ OTEL_TRACES_SAMPLER_ARG: 'NaN' }, 'OTEL_TRACES_SAMPLER_ARG: expected a number from 0 to 1, got "NaN"'],
])('%j ends the start with the reason', (env, message) => {
  expect(() => read(env as unknown as Record<string, string>)).toThrow(message);
});
