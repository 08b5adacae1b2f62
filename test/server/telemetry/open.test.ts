/** Spans and what is measured of them, in one process with a collector. */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { buildSchema, type ExecutionResult, GraphQLError, parse } from 'graphql';
import { type Connector, ProviderError } from '../../../datasources/providers/connector.ts';
import { parseTraceParent, spanned } from '../../../domain/telemetry.ts';
import type { Seam, SeamContext } from '../../../server/graphql/seam.ts';
import { observedConnector } from '../../../server/telemetry/observed-connector.ts';
import { observedSeam } from '../../../server/telemetry/observed-seam.ts';
import { type NodeTelemetry, openTelemetry, type TelemetryOptions } from '../../../server/telemetry/open.ts';
import { type Collector, startCollector } from './collector.ts';

let collector: Collector;
const said: boolean[] = [];
const opened: NodeTelemetry[] = [];

beforeAll(async () => {
  collector = await startCollector();
});
afterEach(async () => {
  for (const telemetry of opened.splice(0)) await telemetry.close();
  collector.spans.length = 0;
  collector.answer = 'take';
  said.length = 0;
});
afterAll(() => collector.close());

async function open(more: Partial<TelemetryOptions> = {}, ratio = 1): Promise<NodeTelemetry> {
  const telemetry = await openTelemetry({
    metricsToken: null,
    traces: { url: `${collector.endpoint}/v1/traces`, headers: { 'x-key': 'k' }, serviceName: 'meridian', ratio },
    version: '1.2.3',
    onCollector: (answers) => void said.push(answers),
    ...more,
  });
  if (telemetry === null) throw new Error('expected telemetry, got none');
  opened.push(telemetry);
  return telemetry;
}
const found = (name: string) => collector.spans.filter((span) => span.name === name);

test('with nothing switched on there is none, and work runs as it is', async () => {
  const none = await openTelemetry({ metricsToken: null, traces: null, version: '1', onCollector: () => {} });
  expect(none).toBeNull();
  expect(await spanned(none, 'sync.poll', {}, async () => 7)).toBe(7);
});

describe('a span', () => {
  test('is the child of the one it runs in, across awaits and timers', async () => {
    const telemetry = await open();
    const traces: (string | null)[] = [];
    await telemetry.span('graphql.operation', { type: 'mutation' }, async () => {
      await sleep(1);
      traces.push(telemetry.trace());
      await telemetry.span('sync.write', {}, async () => {
        traces.push(telemetry.trace());
      });
    });
    expect(telemetry.trace()).toBeNull();
    await telemetry.close();
    const [outer] = found('graphql.operation');
    const [inner] = found('sync.write');
    expect(inner).toMatchObject({ traceId: outer?.traceId, parentSpanId: outer?.spanId });
    expect(outer?.parentSpanId).toBe('');
    expect(traces.map((trace) => parseTraceParent(trace)?.spanId)).toEqual([outer?.spanId, inner?.spanId]);
    expect(outer?.resource).toMatchObject({ 'service.name': 'meridian', 'service.version': '1.2.3' });
    expect(Object.keys(outer?.resource ?? {}).sort()).toEqual([
      'service.instance.id',
      'service.name',
      'service.version',
    ]);
  });

  test('that has ended is nobody’s parent: a loop that was begun in it goes on by itself', async () => {
    const telemetry = await open();
    let loop: Promise<string | null> = Promise.resolve(null);
    await telemetry.span('graphql.operation', {}, async () => {
      loop = sleep(20).then(() => telemetry.span('sync.poll', {}, async () => telemetry.trace()));
    });
    const trace = parseTraceParent(await loop);
    await telemetry.close();
    expect(trace?.traceId).toBe(found('sync.poll')[0]?.traceId);
    expect(trace?.traceId).not.toBe(found('graphql.operation')[0]?.traceId);
    expect(found('sync.poll')[0]?.parentSpanId).toBe('');
  });

  test('that is not recorded has no trace, nor have its children', async () => {
    const telemetry = await open({}, 0);
    const traces: (string | null)[] = [];
    await telemetry.span('graphql.operation', {}, () =>
      telemetry.span('sync.write', {}, async () => void traces.push(telemetry.trace())),
    );
    await telemetry.close();
    expect(traces).toEqual([null]);
    expect(collector.spans).toEqual([]);
  });

  test('tells of an error its code, and not a word more', async () => {
    const telemetry = await open();
    const refuse = (error: unknown) =>
      expect(
        telemetry.span('provider.call', { provider: 'CALDAV', call: 'read' }, () => Promise.reject(error)),
      ).rejects.toBe(error);
    await refuse(new ProviderError('THROTTLED', 'ann@example.com asked too often'));
    await refuse(Object.assign(new Error('hunter2'), { code: 'select hunter2' }));
    await refuse('hunter2');
    await refuse(null);
    await telemetry.close();
    expect(found('provider.call').map(({ attributes, failed }) => [attributes['meridian.outcome'], failed])).toEqual([
      ['THROTTLED', true],
      ['failed', true],
      ['failed', true],
      ['failed', true],
    ]);
    expect(collector.received.join()).not.toMatch(/hunter2|ann@/);
  });
});

test('two nodes in one process know nothing of each other’s spans', async () => {
  const [a, b] = [await open(), await open()];
  await a.span('sync.poll', {}, async () => expect(b.trace()).toBeNull());
});

test('what is told of a change belongs to the trace that it was made in; each trace once', async () => {
  const telemetry = await open();
  const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
  const mine = `00-${traceId}-00f067aa0ba902b7-01`;
  const theirs = '00-11111111111111111111111111111111-2222222222222222-01';
  const at = Date.now();
  telemetry.telling([
    { at, trace: mine },
    { at, trace: theirs },
    { at, trace: mine },
    { at, trace: null },
    { at, trace: 'malformed' },
  ])(17);
  await telemetry.close();
  expect(found('changes.deliver').map((span) => [span.traceId, span.parentSpanId, span.attributes])).toEqual([
    [traceId, '00f067aa0ba902b7', { 'meridian.sockets': 17, 'meridian.changes': 2 }],
    ['1'.repeat(32), '2'.repeat(16), { 'meridian.sockets': 17, 'meridian.changes': 1 }],
  ]);
});

describe('a collector', () => {
  test('that refuses is said once, and once when it takes again', async () => {
    const telemetry = await open();
    const flush = async () => {
      const before = collector.requests;
      await telemetry.span('sync.poll', {}, async () => undefined);
      while (collector.requests === before) await sleep(20);
      await sleep(50);
    };
    collector.answer = 'refuse';
    await flush();
    await flush();
    expect(said).toEqual([false]);
    collector.answer = 'take';
    await flush();
    expect(said).toEqual([false, true]);
  }, 20_000);

  test('that hangs keeps nobody waiting, takes no more memory than was said, and holds up no stop', async () => {
    const telemetry = await open();
    collector.answer = 'hang';
    // Far more than the processor keeps.
    for (let n = 0; n < 20_000; n++) await telemetry.span('sync.poll', {}, async () => undefined);
    const closed = telemetry.close().then(() => 'closed');
    expect(await Promise.race([closed, sleep(10_000, 'still waiting', { ref: false })])).toBe('closed');
  }, 30_000);
});

test('with nothing switched on a seam is the very seam that there was', () => {
  const seam = { schema: buildSchema('type Query { a: Int }') } as unknown as Seam<SeamContext>;
  expect(observedSeam(seam, null)).toBe(seam);
});

test('a seam tells of an operation its kind, fields of the schema and how it ended', async () => {
  const telemetry = await open();
  const schema = buildSchema('type Query { event: Int calendar(id: ID): Int } type Mutation { make: Int }');
  let result: ExecutionResult = { data: { event: 1 } };
  const seam = observedSeam({ schema, execute: async () => result } as unknown as Seam<SeamContext>, telemetry);
  const context = { requestId: 'request', actor: { applicationId: 'app_1' } } as unknown as SeamContext;
  const ask = (source: string, operationName?: string) =>
    seam.execute({ document: parse(source), operationName, variables: { id: 'hunter2' }, context });
  await ask('query Hunter2 { hunter2: event calendar(id: "hunter2") event toString hunter2 }');
  result = { data: { make: null }, errors: [new GraphQLError('hunter2')] };
  await ask('mutation { make }');
  result = { errors: [new GraphQLError('hunter2', { extensions: { code: 'FORBIDDEN' } })] };
  await ask('query A { event } query B { event }', 'C');
  result = { errors: [new GraphQLError('hunter2', { extensions: { code: 'hunter2' } })] };
  await ask('query ($id: ID) { ...on Query { calendar(id: $id) } }');
  await telemetry.close();
  const told = found('graphql.operation').map(({ attributes: of, failed }) => [
    of['meridian.type'],
    of['meridian.fields'],
    of['meridian.outcome'],
    failed,
  ]);
  expect(told).toEqual([
    ['query', 'event calendar', 'ok', false],
    ['mutation', 'make', 'partial', false],
    ['other', '', 'FORBIDDEN', false],
    ['query', '', 'other', false],
  ]);
  expect(collector.received.join()).not.toMatch(/hunter2/i);
});

test('a connector is the same connector, and each of its calls is told without what it was about', async () => {
  const telemetry = await open();
  const asked: unknown[] = [];
  const connector = {
    provider: 'CALDAV',
    calendars: async (session: unknown) => {
      asked.push(session);
      return [{ name: 'hunter2' }];
    },
    async *pull() {
      yield { full: false };
      yield { full: true };
    },
    read: async () => {
      throw new ProviderError('THROTTLED', 'hunter2');
    },
    extra: 'kept',
  } as unknown as Connector & { readonly extra: string };
  const observed = observedConnector(connector, telemetry);
  const session = { profileId: 'hunter2' } as never;
  expect(await observed.calendars(session)).toEqual([{ name: 'hunter2' }]);
  expect(asked).toEqual([session]);
  expect(observed.extra).toBe('kept');
  expect(observed.batch).toBeUndefined();
  const pages = [];
  for await (const page of observed.pull(session, 'hunter2', null, async () => new Map())) pages.push(page);
  expect(pages).toEqual([{ full: false }, { full: true }]);
  await expect(observed.read(session, 'hunter2', 'hunter2')).rejects.toThrow('hunter2');
  await telemetry.close();
  expect(
    found('provider.call').map(({ attributes }) => [attributes['meridian.call'], attributes['meridian.outcome']]),
  ).toEqual([
    ['calendars', 'ok'],
    ['pull', 'ok'],
    ['pull', 'ok'],
    // The one that found nothing more.
    ['pull', 'ok'],
    ['read', 'THROTTLED'],
  ]);
  expect(collector.received.join()).not.toContain('hunter2');
});
