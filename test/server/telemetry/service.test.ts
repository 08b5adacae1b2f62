/** The service as an operator runs it: with telemetry off, on, and with a collector that is no help. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { until } from '../../nodes/cluster.ts';
import { createService, type Service } from '../../setup/service.ts';
import { type Collector, startCollector } from './collector.ts';

const token = 'token-of-the-scraper-0123456789';
const bearer = { authorization: `Bearer ${token}` };
const folder = mkdtempSync(join(tmpdir(), 'meridian telemetry '));
const isTelemetry = (url: string) => /node_modules\/(@opentelemetry|prom-client)\//.test(url);

let service: Service;
let collector: Collector;

beforeAll(async () => {
  service = await createService();
  collector = await startCollector();
});
afterAll(async () => {
  await service.remove();
  await collector.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Starts it so that it writes down what it loads. @returns what it has loaded so far */
async function startWatched(environment: Record<string, string> = {}): Promise<() => string[]> {
  const file = join(folder, `${performance.now()}`);
  const hook = resolve(import.meta.dirname, 'watch-imports.ts');
  await service.start({ ...environment, LOADED_MODULES: file, NODE_OPTIONS: `--import=${hook}` });
  return () => readFileSync(file, 'utf8').split('\n');
}

describe('off, as it is by default', () => {
  let loaded: () => string[];
  beforeAll(async () => {
    loaded = await startWatched();
  });
  afterAll(() => service.stop());

  test('no module of OpenTelemetry or prom-client is loaded, also once it has served', async () => {
    await service.graph('{ accounts { nodes { id } } }');
    expect(loaded().some((url) => url.endsWith('/server/telemetry/open.ts'))).toBe(true);
    expect(loaded().filter(isTelemetry)).toEqual([]);
  });

  test('there is no /metrics, whatever is sent along', async () => {
    expect((await fetch(`${service.address}/metrics`, { headers: bearer })).status).toBe(404);
  });

  test('a traceparent means nothing', async () => {
    const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
    const answer = await fetch(`${service.address}/graphql?query={__typename}`, {
      headers: { authorization: `Bearer ${service.key()}`, traceparent, 'apollo-require-preflight': '1' },
    });
    expect(await answer.json()).toMatchObject({ data: { __typename: 'Query' } });
  });
});

describe('on', () => {
  let loaded: () => string[];
  beforeAll(async () => {
    loaded = await startWatched({
      MERIDIAN_METRICS_TOKEN: token,
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.endpoint,
      OTEL_EXPORTER_OTLP_HEADERS: 'x-tenant=calendars',
      OTEL_SERVICE_NAME: 'our calendars',
    });
  });
  afterAll(() => service.stop());
  beforeEach(() => {
    collector.spans.length = 0;
  });

  const ask = (headers: Record<string, string>, query = '{ accounts { nodes { id } } }') =>
    fetch(`${service.address}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${service.key()}`, ...headers },
      body: JSON.stringify({ query }),
    });
  const scrape = async () => (await fetch(`${service.address}/metrics`, { headers: bearer })).text();
  const spans = async (name: string, count = 1) => {
    const found = () => collector.spans.filter((span) => span.name === name);
    await until(() => found().length >= count, `${count} of ${name}`);
    return found();
  };

  test('both are loaded', () => {
    expect(loaded().filter(isTelemetry).length).toBeGreaterThan(10);
  });

  test.each([
    ['nothing', {}],
    ['another token', { authorization: `Bearer ${token}x` }],
    ['half of it', { authorization: `Bearer ${token.slice(0, -1)}` }],
    ['no scheme', { authorization: token }],
    ['its name in a query', {}],
  ])('/metrics answers 401 to %s', async (what, headers) => {
    const query = what === 'its name in a query' ? `?token=${token}` : '';
    const refused = await fetch(`${service.address}/metrics${query}`, { headers });
    expect([refused.status, refused.headers.get('www-authenticate')]).toEqual([401, 'Bearer']);
    expect(await refused.text()).not.toContain('meridian_');
  });

  test('an API key does not read metrics, and the token of metrics asks nothing', async () => {
    const headers = { authorization: `Bearer ${service.key()}` };
    expect((await fetch(`${service.address}/metrics`, { headers })).status).toBe(401);
    expect((await ask(bearer)).status).toBe(401);
  });

  test('a request is a trace, which says what it was and nothing of what it asked', async () => {
    const literal = 'a literal of somebody';
    const answer = await ask({}, `query Named { mine: calendar(id: "${literal}") { id } accounts { nodes { id } } }`);
    const [request] = await spans('POST /graphql');
    const [operation] = await spans('graphql.operation');
    expect(operation).toMatchObject({ traceId: request?.traceId, parentSpanId: request?.spanId });
    expect(request?.attributes).toMatchObject({
      'http.request.method': 'POST',
      'http.route': '/graphql',
      'http.response.status_code': answer.status,
      'meridian.request.id': answer.headers.get('x-request-id'),
    });
    expect(operation?.attributes).toMatchObject({ 'meridian.type': 'query', 'meridian.fields': 'calendar accounts' });
    expect(operation?.resource).toMatchObject({ 'service.name': 'our calendars' });
    const all = collector.received.join();
    expect(all).toContain('"x-tenant":"calendars"');
    for (const word of [literal, 'Named', 'mine', service.key()]) expect(all).not.toContain(word);
  });

  test('a traceparent is joined; one that says so is not recorded', async () => {
    const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
    await ask({ traceparent: `00-${traceId}-00f067aa0ba902b7-00` });
    await ask({ traceparent: `00-${traceId}-00f067aa0ba902b7-01` });
    const [request] = await spans('POST /graphql');
    expect(request).toMatchObject({ traceId, parentSpanId: '00f067aa0ba902b7' });
    expect(collector.spans.filter(({ name }) => name === 'POST /graphql')).toHaveLength(1);
  });

  test.each([
    ['a trace of zeros', '00-00000000000000000000000000000000-00f067aa0ba902b7-01'],
    ['too short', '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7'],
    ['SQL', "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01', true); drop table change_log; --"],
    ['far too long', 'x'.repeat(4_000)],
  ])('what is no traceparent is ignored: %s', async (_, traceparent) => {
    expect((await ask({ traceparent })).status).toBe(200);
    const [request] = await spans('POST /graphql');
    expect(request?.parentSpanId).toBe('');
    expect(collector.received.join()).not.toMatch(/drop table|xxxxxx/);
  });

  test('who has no credential makes no span, and is counted', async () => {
    await ask({ authorization: 'Bearer nobody-knows-this-key-0123456789' });
    await ask({});
    await spans('POST /graphql');
    expect(collector.spans.filter(({ name }) => name === 'POST /graphql')).toHaveLength(1);
    expect(await scrape()).toMatch(
      /meridian_http_request_duration_seconds_count\{method="POST",route="\/graphql",status="401"\} [1-9]/,
    );
  });

  test('operations are counted by what they are and how they ended', async () => {
    await ask({}, '{ nothing }');
    await ask({}, 'mutation { upsertEvent(input: 7) { event { id } } }');
    const text = await scrape();
    for (const type of ['query', 'mutation']) {
      expect(text).toMatch(
        new RegExp(
          `meridian_graphql_operation_duration_seconds_count\\{type="${type}",outcome="BAD_USER_INPUT"\\} [1-9]`,
        ),
      );
    }
    expect(text).toContain('meridian_scrape_source_up{source="queue"} 1');
    expect(text).toContain('nodejs_eventloop_lag_seconds');
  });
});

describe('with a collector that is no help', () => {
  afterEach(() => {
    collector.answer = 'take';
  });

  test.each(['hang', 'refuse'] as const)(
    '(%s) requests are answered, and the stop ends in peace',
    async (answer) => {
      collector.answer = answer;
      const before = collector.requests;
      await service.start({ OTEL_EXPORTER_OTLP_ENDPOINT: collector.endpoint, MERIDIAN_LOG_LEVEL: 'warn' });
      for (let n = 0; n < 20; n++) await service.graph('{ accounts { nodes { id } } }');
      await until(() => collector.requests > before, 'an export');
      await service.graph('{ accounts { nodes { id } } }');
      expect(await service.stop()).toBe(0);
      if (answer === 'refuse') expect(service.output()).toContain('the collector of traces takes none');
    },
    60_000,
  );

  test('(nobody there) likewise', async () => {
    await service.start({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9' });
    await service.graph('{ accounts { nodes { id } } }');
    expect(await service.stop()).toBe(0);
  }, 60_000);

  test('without traces, metrics are there all the same', async () => {
    await service.start({ MERIDIAN_METRICS_TOKEN: token });
    await service.graph('{ accounts { nodes { id } } }');
    const text = await (await fetch(`${service.address}/metrics`, { headers: bearer })).text();
    expect(text).toContain('meridian_graphql_operation_duration_seconds_count{type="query",outcome="ok"} 1');
    expect(await service.stop()).toBe(0);
  }, 60_000);
});
