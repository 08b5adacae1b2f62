/** batchEvents: each answers for itself, in order; an event is written once, whatever number of operations it had. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { applicationCalendar, type Loose, openGraph, type TestGraph } from '../setup/graph.ts';

let graph: TestGraph;
let calendarId = '';
let remoteId = '';
beforeAll(async () => {
  graph = await openGraph();
  remoteId = graph.provider.addCalendar({ name: 'Work' });
  const { connectCalDav } = await graph.data(
    'mutation ($input: ConnectCalDavInput!) { connectCalDav(input: $input) { profile { id calendars { id } } userErrors { code message } } }',
    { input: { serverUrl: 'http://127.0.0.1:1/', username: 'alice', password: 'alicepw' } },
  );
  calendarId = connectCalDav.profile.calendars[0].id;
  await graph.engine.pollNow(connectCalDav.profile.id);
});
afterAll(() => graph.close());
beforeEach(() => {
  graph.provider.faults.clear();
  graph.provider.calls.clear();
});

const document = `mutation ($operations: [BatchEventOperation!]!) { batchEvents(input: { operations: $operations }) {
  results { __typename event { id summary key version } conflict { summary } operation { id status attempts failure { code } }
    warnings { code } userErrors { code path message }
    ... on UpsertEventPayload { created } ... on DeleteEventPayload { deletedId } ... on DeleteManagedEventPayload { deletedId } }
  userErrors { code path message } } }`;
const upsert = (key: string, more: Record<string, unknown> = {}) => ({
  upsert: {
    calendarId,
    key,
    summary: key,
    start: { timed: { dateTime: '2026-03-02T10:00:00Z', timeZone: 'Europe/London' } },
    end: { timed: { dateTime: '2026-03-02T11:00:00Z', timeZone: 'Europe/London' } },
    ...more,
  },
});
const deleteManaged = (key: string, control?: Record<string, unknown>) => ({
  deleteManaged: { calendarId, key, ...(control === undefined ? {} : { control }) },
});
async function batch(operations: readonly unknown[], token?: string) {
  const answer = await graph.run(document, { operations }, token);
  return { ...answer, results: (answer.data?.batchEvents?.results ?? []) as Loose[] };
}
const calls = () => Object.fromEntries(graph.provider.calls);
const stored = () => [...(graph.provider.calendars.get(remoteId)?.resources.values() ?? [])];
const named = (summary: string) => stored().filter((resource) => resource.object.master?.summary === summary);
const keys = (count: number, prefix: string) => Array.from({ length: count }, (_, index) => `${prefix}-${index}`);

describe('provider calls', () => {
  test('50 upserts into a calendar without batching are 50 writes and nothing else', async () => {
    const answer = await batch(keys(50, 'fifty').map((key) => upsert(key)));
    expect(answer.results).toHaveLength(50);
    expect(answer.results.map((one) => one.operation.status)).toEqual(Array(50).fill('APPLIED'));
    expect(calls()).toEqual({ write: 50 });
    expect(answer.providerCalls).toBe(50);
    // Per event: its locks, its row, binding, operation and log; the calendar, the answers' events and operations once for all.
    expect(answer.sqlQueries).toBeLessThanOrEqual(50 * 10 + 8);
  });

  test('the same 50 again are none', async () => {
    const answer = await batch(keys(50, 'fifty').map((key) => upsert(key)));
    expect(answer.results.map((one) => one.created)).toEqual(Array(50).fill(false));
    expect(calls()).toEqual({});
  });

  test('a creation and two changes of one key are one write, and all three are APPLIED', async () => {
    const answer = await batch([
      upsert('thrice', { summary: 'one' }),
      upsert('thrice', { summary: 'two' }),
      upsert('thrice', { description: 'three' }),
    ]);
    expect(answer.results).toMatchObject([
      { created: true, event: { summary: 'thrice' }, operation: { status: 'APPLIED' } },
      { created: false, event: { summary: 'thrice' }, operation: { status: 'APPLIED' } },
      { created: false, event: { summary: 'thrice' }, operation: { status: 'APPLIED' } },
    ]);
    expect(calls()).toEqual({ write: 1 });
    expect(named('thrice')).toMatchObject([{ object: { master: { description: 'three' } } }]);
  });

  test('what is made and deleted in one batch never reaches the provider', async () => {
    const answer = await batch([upsert('brief'), deleteManaged('brief')]);
    expect(answer.results).toMatchObject([
      { __typename: 'UpsertEventPayload', created: true, event: null, operation: { status: 'APPLIED' } },
      { __typename: 'DeleteManagedEventPayload', deletedId: expect.stringMatching(/^evt_/), userErrors: [] },
    ]);
    expect(calls()).toEqual({});
    expect(named('brief')).toEqual([]);
  });

  test('a change and a deletion of what is there are one removal; a new creation behind them is another event', async () => {
    const first = await batch([upsert('again')]);
    graph.provider.calls.clear();
    const answer = await batch([upsert('again', { summary: 'changed' }), deleteManaged('again'), upsert('again')]);
    expect(answer.results.map((one) => one.operation.status)).toEqual(['APPLIED', 'APPLIED', 'APPLIED']);
    expect(answer.results[2]).toMatchObject({ created: true, warnings: [] });
    expect(answer.results[2].event.id).not.toBe(first.results[0].event.id);
    expect(calls()).toEqual({ remove: 1, write: 1 });
    expect(named('again')).toHaveLength(1);
  });

  test('an application calendar needs none', async () => {
    const own = await applicationCalendar(graph, 'batch');
    const answer = await batch([
      upsert('x', { calendarId: own.calendarId }),
      upsert('x', { calendarId: own.calendarId }),
    ]);
    expect(answer.results).toMatchObject([{ created: true }, { created: false, userErrors: [] }]);
    expect(calls()).toEqual({});
  });
});

describe('each operation answers for itself', () => {
  test('a refused one leaves the others alone, and its paths start at its own input', async () => {
    const answer = await batch([
      upsert('good'),
      upsert('bad', { end: { timed: { dateTime: '2026-03-02T09:00:00Z' } } }),
      { update: { id: 'evt_01m821r83z8e2z2grenzzp58m8', summary: 'x' } },
      { delete: { id: 'evt_01m821r83z8e2z2grenzzp58m8' } },
      upsert('better'),
    ]);
    expect(answer.data.batchEvents.userErrors).toEqual([]);
    expect(answer.results).toMatchObject([
      { __typename: 'UpsertEventPayload', created: true, userErrors: [] },
      { __typename: 'UpsertEventPayload', event: null, userErrors: [{ code: 'INVALID', path: ['end'] }] },
      { __typename: 'UpdateEventPayload', userErrors: [{ code: 'NOT_FOUND', path: ['id'] }] },
      { __typename: 'DeleteEventPayload', userErrors: [{ code: 'NOT_FOUND', path: ['id'] }] },
      { __typename: 'UpsertEventPayload', created: true, userErrors: [] },
    ]);
    expect(calls()).toEqual({ write: 2 });
    expect(named('bad')).toEqual([]);
  });

  test('one whose provider refuses is undone, the others are done', async () => {
    graph.provider.faults.add('write', { kind: 'rejected' });
    const answer = await batch([upsert('refusal-a'), upsert('refusal-b'), upsert('refusal-c')]);
    const states = answer.results.map((one) => one.operation.status).sort();
    expect(states).toEqual(['APPLIED', 'APPLIED', 'FAILED']);
    const failed = answer.results.find((one) => one.operation.status === 'FAILED');
    expect(failed).toMatchObject({ event: null, userErrors: [{ code: 'PROVIDER_REJECTED' }] });
  });

  test('a dry run sees what the batch did before it, and changes nothing', async () => {
    const answer = await batch([
      upsert('seen'),
      upsert('seen', { summary: 'not kept', control: { dryRun: true } }),
      deleteManaged('seen', { dryRun: true }),
    ]);
    expect(answer.results).toMatchObject([
      { created: true, event: { summary: 'seen' } },
      { created: false, event: { summary: 'not kept' } },
      { deletedId: expect.stringMatching(/^evt_/), userErrors: [] },
    ]);
    expect(named('seen')).toHaveLength(1);
    expect(calls()).toEqual({ write: 1 });
  });

  test('ifVersion and idempotencyKey are each operation’s own', async () => {
    const first = await batch([upsert('own', { control: { idempotencyKey: 'batch-own' } })]);
    const { version } = first.results[0].event;
    const again = await batch([
      upsert('own', { control: { idempotencyKey: 'batch-own' } }),
      upsert('own', { summary: 'other', control: { idempotencyKey: 'batch-own' } }),
      upsert('own', { summary: 'stale', control: { ifVersion: `${version}0` } }),
      upsert('own', { summary: 'fresh', control: { ifVersion: version } }),
    ]);
    expect(again.results).toMatchObject([
      { created: true, userErrors: [] },
      { userErrors: [{ code: 'IDEMPOTENCY_MISMATCH', path: ['control', 'idempotencyKey'] }] },
      { userErrors: [{ code: 'VERSION_CONFLICT', path: ['control', 'ifVersion'] }], conflict: { summary: 'own' } },
      { created: false, event: { summary: 'fresh' } },
    ]);
  });

  test('the key of an upsert is the same as outside of a batch', async () => {
    const { upsertEvent } = await graph.data(
      'mutation ($input: UpsertEventInput!) { upsertEvent(input: $input) { operation { id } userErrors { code message } } }',
      { input: upsert('shared', { control: { idempotencyKey: 'batch-shared' } }).upsert },
    );
    const answer = await batch([upsert('shared', { control: { idempotencyKey: 'batch-shared' } })]);
    expect(answer.results[0].operation.id).toBe(upsertEvent.operation.id);
  });

  test('while the provider is away all are PENDING, and each event is written once when it is back', async () => {
    graph.provider.faults.add('write', { kind: 'unreachable' }, 2);
    const answer = await batch([
      upsert('away', { summary: 'a' }),
      upsert('away', { summary: 'b' }),
      upsert('away too'),
    ]);
    expect(answer.results).toMatchObject([
      { operation: { status: 'PENDING', failure: { code: 'UNREACHABLE' } }, userErrors: [] },
      { operation: { status: 'PENDING', failure: { code: 'UNREACHABLE' } }, userErrors: [] },
      { operation: { status: 'PENDING' } },
    ]);
    graph.provider.calls.clear();
    for (const { operation } of answer.results) await graph.engine.attemptOperation(operation.id);
    expect(calls()).toEqual({ write: 2 });
    const { operations } = await graph.data('{ operations(status: [PENDING]) { nodes { id } } }');
    expect(operations.nodes).toEqual([]);
    expect(named('b')).toHaveLength(1);
  });
});

describe('the batch itself', () => {
  test.each([
    [0, 'REQUIRED'],
    [51, 'LIMIT_EXCEEDED'],
  ])('of %i operations is %s, and nothing is done', async (count, code) => {
    const answer = await batch(keys(count, 'many').map((key) => upsert(key)));
    expect(answer.data.batchEvents).toMatchObject({ results: null, userErrors: [{ code, path: ['operations'] }] });
    expect(calls()).toEqual({});
    const { calendar } = await graph.data(
      'query ($id: ID!, $key: String!) { calendar(id: $id) { id } event(by: { managed: { calendarId: $id, key: $key } }) { id } }',
      { id: calendarId, key: 'many-0' },
    );
    expect(calendar.id).toBe(calendarId);
  });

  test.each([
    ['none of the four', {}],
    ['two of the four', { ...upsert('two'), ...deleteManaged('two') }],
  ])('with %s in an operation is refused', async (_name, operation) => {
    const answer = await batch([upsert('beside'), operation]);
    const refused =
      answer.errors.some((error) => error.code === 'BAD_USER_INPUT') ||
      answer.data.batchEvents.userErrors[0]?.code === 'INVALID';
    expect(refused).toBe(true);
    expect(calls()).toEqual({});
  });

  test('with one operation that the credential may not do is FORBIDDEN as a whole', async () => {
    const own = await applicationCalendar(graph, 'scopes');
    await graph.fresh.superuser(`update credential set scopes = '{delete_event,read_events}' where account_id = $1`, [
      own.accountId,
    ]);
    const answer = await batch(
      [{ deleteManaged: { calendarId: own.calendarId, key: 'x' } }, upsert('x', { calendarId: own.calendarId })],
      own.token,
    );
    expect(answer.errors).toMatchObject([{ code: 'FORBIDDEN', extensions: { requiredScope: 'create_event' } }]);
  });
});

describe('limits of requests', () => {
  afterEach(() => {
    graph.limits.now = { perSecond: 0, perMinute: 0 };
  });

  test('a batch counts its operations: what does not fit is refused as a whole, and nothing is written', async () => {
    // The request itself is counted where it comes in.
    graph.limits.now = { perSecond: 0, perMinute: 5 };
    const operations = (count: number, name: string) =>
      Array.from({ length: count }, (_, index) => ({
        upsert: {
          calendarId,
          key: `${name} ${index}`,
          summary: name,
          start: { date: '2026-12-01' },
          end: { date: '2026-12-02' },
        },
      }));
    const send = (count: number, name: string) =>
      graph.run(
        'mutation ($input: BatchEventsInput!) { batchEvents(input: $input) { results { event { id } } userErrors { code } } }',
        { input: { operations: operations(count, name) } },
      );
    expect((await send(6, 'fits')).errors).toEqual([]);
    const refused = await send(3, 'too many');
    expect(refused.errors[0]).toMatchObject({ code: 'RATE_LIMITED', extensions: { retryAfter: expect.any(Number) } });
    const { event } = await graph.data(
      'query ($calendarId: ID!) { event(by: { managed: { calendarId: $calendarId, key: "too many 0" } }) { id } }',
      { calendarId },
    );
    expect(event).toBeNull();
  });
});
