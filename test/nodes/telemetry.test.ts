/**
 * One trace from a write, or a provider's news, through the row of the log to the frame on a socket of another node; and in all
 * that both nodes tell of it nothing that anybody wrote.
 */
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { type CollectedSpan, type Collector, startCollector } from '../server/telemetry/collector.ts';
import type { Loose } from '../setup/graph.ts';
import { type CalDavServer, missing, startServer } from '../setup/servers.ts';
import type { Service } from '../setup/service.ts';
import { canaries } from '../walk/canaries.ts';
import { type Cluster, createCluster, nodesMissing, until } from './cluster.ts';
import { isPull, isWrite, type Provider, resource, startProvider } from './provider.ts';
import { endSubscribers, Subscriber } from './subscriber.ts';

const lacking = nodesMissing() ?? missing('radicale');
if (lacking !== null) console.warn(`left out: telemetry of several nodes, because ${lacking}`);
const several = lacking === null ? describe : describe.skip;

several('telemetry of two nodes', () => {
  const planted = canaries();
  const scraper = planted.make('token of the scraper');
  let server: CalDavServer;
  let provider: Provider;
  let collector: Collector;
  let cluster: Cluster;
  let a: Service;
  let b: Service;
  let calendarId = '';
  let subscriber: Subscriber;

  beforeAll(async () => {
    collector = await startCollector();
    [server, cluster] = await Promise.all([
      startServer('radicale'),
      createCluster(2, {
        OTEL_EXPORTER_OTLP_ENDPOINT: collector.endpoint,
        MERIDIAN_METRICS_TOKEN: scraper,
        // Nothing is polled but what is asked for: by the node that is asked.
        MERIDIAN_POLL_INTERVAL: 'PT1H',
      }),
    ]);
    provider = await startProvider(server);
    [a, b] = cluster.nodes as [Service, Service];
    await provider.foreign('MKCALENDAR', 'team/');
    await cluster.start(a);
    await cluster.start(b);
    planted.add('API key', a.key());
    planted.add('address of the user', 'alice-of-the-canaries@example.com');
    const { username, password } = server.alice;
    planted.add('password of alice', password);
    const { connectCalDav } = await a.graph(
      `mutation ($input: ConnectCalDavInput!) { connectCalDav(input: $input) {
        profile { id calendars { id name } } tokens { accessToken } userErrors { code path message } } }`,
      { input: { serverUrl: provider.url, username, password } },
    );
    planted.add('access token', connectCalDav.tokens.accessToken);
    planted.add("the tenant's server", provider.url);
    calendarId = connectCalDav.profile.calendars.find((calendar: Loose) => /team/.test(calendar.name)).id;
    await until(async () => {
      const { profile } = await a.graph('query ($id: ID!) { profile(id: $id) { initialSyncRequired } }', {
        id: connectCalDav.profile.id,
      });
      return !profile.initialSyncRequired;
    }, 'the first sync');
    const { changes } = await b.graph('{ changes { cursor } }');
    planted.add('cursor', changes.cursor);
    subscriber = new Subscriber(() => b, changes.cursor, { includeOwn: true });
    subscriber.start();
    await until(async () => (await gauge(b, 'meridian_subscriptions_open')) === 1, 'the subscription');
  }, 180_000);
  afterEach(() => {
    collector.spans.length = 0;
  });
  afterAll(async () => {
    endSubscribers();
    await cluster?.close();
    await provider?.close();
    await server?.stop();
    await collector?.close();
  });

  const scrape = async (node: Service): Promise<string> => {
    const answer = await fetch(`${node.address}/metrics`, { headers: { authorization: `Bearer ${scraper}` } });
    expect(answer.status).toBe(200);
    return answer.text();
  };
  /** A series' value; null where there is none. */
  async function gauge(node: Service, series: string): Promise<number | null> {
    const line = (await scrape(node)).split('\n').find((each) => each.startsWith(`${series} `));
    return line === undefined ? null : Number(line.slice(series.length));
  }
  const span = async (what: string, matches: (span: CollectedSpan) => boolean): Promise<CollectedSpan> => {
    await until(() => collector.spans.some(matches), what);
    return collector.spans.find(matches) as CollectedSpan;
  };
  const upsert = (key: string, summary: string, headers: Record<string, string> = {}) =>
    fetch(`${a.address}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${a.key()}`, ...headers },
      body: JSON.stringify({
        query:
          'mutation Canary ($input: UpsertEventInput!) { upsertEvent(input: $input) { event { id } operation { status } userErrors { message } } }',
        variables: {
          input: {
            calendarId,
            key,
            summary,
            description: planted.make('description'),
            start: { timed: { dateTime: '2030-01-10T10:00:00Z' } },
            end: { timed: { dateTime: '2030-01-10T11:00:00Z' } },
          },
        },
      }),
    }).then(async (answer) => (await answer.json()) as Loose);
  const sync = () =>
    a.graph('mutation ($input: SyncCalendarInput!) { syncCalendar(input: $input) { userErrors { message } } }', {
      input: { calendarId },
    });

  test('a write on one node is delivered by the other in the trace that its client began', async () => {
    const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
    const seen = subscriber.seen.length;
    const answer = await upsert(planted.make('key'), planted.make('title'), {
      traceparent: `00-${traceId}-00f067aa0ba902b7-01`,
    });
    expect(answer.data.upsertEvent.userErrors).toEqual([]);
    await until(() => subscriber.seen.length > seen, 'the change');
    const delivery = await span('the delivery', (one) => one.name === 'changes.deliver' && one.traceId === traceId);
    const request = await span('the request', (one) => one.name === 'POST /graphql' && one.traceId === traceId);
    const ofTrace = collector.spans.filter((one) => one.traceId === traceId);
    const named = (name: string) => ofTrace.find((one) => one.name === name);
    expect(request.parentSpanId).toBe('00f067aa0ba902b7');
    expect(named('graphql.operation')?.parentSpanId).toBe(request.spanId);
    expect(named('sync.write')?.parentSpanId).toBe(named('graphql.operation')?.spanId);
    expect(named('provider.call')).toMatchObject({
      attributes: { 'meridian.call': 'write', 'meridian.outcome': 'ok' },
    });
    // The row was written by the mutation, on one node, and told by the other.
    expect(ofTrace.map(({ spanId }) => spanId)).toContain(delivery.parentSpanId);
    expect(delivery.node).not.toBe(request.node);
    expect(delivery.attributes).toEqual({ 'meridian.sockets': 1, 'meridian.changes': 1 });
    expect(await gauge(b, 'meridian_delivery_latency_seconds_count')).toBeGreaterThanOrEqual(1);
    expect(await gauge(a, 'meridian_delivery_latency_seconds_count')).toBe(0);
    expect(await gauge(a, 'meridian_sync_write_duration_seconds_count{outcome="APPLIED"}')).toBe(1);
  }, 60_000);

  test('so is what a provider tells, in the trace of the poll that found it', async () => {
    const uid = planted.make('uid');
    const seen = subscriber.seen.length;
    await provider.foreign('PUT', `team/${uid}.ics`, resource(uid, planted.make('title of the provider')));
    await sync();
    await until(() => subscriber.seen.length > seen, 'the change');
    const delivery = await span('the delivery', (one) => one.name === 'changes.deliver');
    const poll = await span('the poll', (one) => one.name === 'sync.poll' && one.traceId === delivery.traceId);
    expect(delivery.parentSpanId).toBe(poll.spanId);
    expect(delivery.node).not.toBe(poll.node);
    expect(poll.attributes).toMatchObject({ 'meridian.provider': 'CALDAV', 'meridian.outcome': 'polled' });
    const pull = await span('the pull', (one) => one.attributes['meridian.call'] === 'pull');
    expect(pull.parentSpanId).toBe(poll.spanId);
  }, 60_000);

  test('what a provider refuses is counted by provider: 429s, and all the rest', async () => {
    const throttled = 'meridian_provider_throttled_total{provider="CALDAV"}';
    expect(await gauge(a, throttled)).toBeNull();
    provider.answer(isPull, { status: 429, headers: { 'retry-after': '1' }, body: planted.make('a 429') });
    await provider.foreign('PUT', 'team/another.ics', resource('another', planted.make('title of the provider')));
    await a
      .graph('mutation ($input: SyncCalendarInput!) { syncCalendar(input: $input) { userErrors { message } } }', {
        input: { calendarId },
      })
      .catch(() => undefined);
    await until(async () => (await gauge(a, throttled)) === 1, 'the 429');
    provider.answer(isWrite, { status: 403, body: planted.make('a 403') });
    await upsert(planted.make('key'), planted.make('title'));
    const refused = 'meridian_provider_call_duration_seconds_count{provider="CALDAV",call="write",outcome="FORBIDDEN"}';
    await until(async () => (await gauge(a, refused)) === 1, 'the refused write');
    const failed = await span('the failed call', (one) => one.attributes['meridian.outcome'] === 'THROTTLED');
    expect([failed.failed, failed.attributes['meridian.call']]).toEqual([true, 'pull']);
  }, 60_000);

  test('how far behind the store is, is told by provider', async () => {
    for (const node of [a, b]) {
      const lag = await gauge(node, 'meridian_sync_lag_seconds{provider="CALDAV",quantile="1"}');
      expect(lag).toBeGreaterThanOrEqual(0);
      expect(lag).toBeLessThan(3_600);
      expect(await gauge(node, 'meridian_scrape_source_up{source="sync"}')).toBe(1);
      expect(await gauge(node, 'meridian_scrape_source_up{source="queue"}')).toBe(1);
    }
    expect(await gauge(b, 'meridian_sockets_open')).toBe(1);
    expect(await gauge(a, 'meridian_sockets_open')).toBe(0);
  });

  test('nothing that anybody wrote, and no secret, is in what both nodes told', async () => {
    const said = [...collector.received, await scrape(a), await scrape(b)].join('\n');
    expect(said).toContain('changes.deliver');
    expect(planted.names.length).toBeGreaterThan(12);
    expect(planted.foundIn(said)).toEqual([]);
    expect(said).not.toMatch(/@example\.com|127\.0\.0\.1:\d+\/alice|SUMMARY|BEGIN:V/);
    // Ids may be in a span, for who follows one; in metrics they would be a series each.
    expect(await scrape(a)).not.toMatch(/(?:acc|app|prf|cal|evt|opr?)_[0-9a-z]{10,}/);
  });

  test('subscriptions that end are not counted any more', async () => {
    endSubscribers();
    await until(async () => (await gauge(b, 'meridian_subscriptions_open')) === 0, 'the end');
    expect(await gauge(b, 'meridian_sockets_open')).toBe(0);
  });
});
