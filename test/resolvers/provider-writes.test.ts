/** Writes to a provider through the graph: done once, PENDING when it is away, refused when somebody was faster. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { type Loose, openGraph, type TestGraph } from '../setup/graph.ts';

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
beforeEach(() => graph.provider.faults.clear());

const upsert = `mutation ($input: UpsertEventInput!) { upsertEvent(input: $input) {
  created event { id uid version summary } conflict { summary } operation { id status attempts failure { code message } nextAttemptAt }
  warnings { code } userErrors { code path message } } }`;
const input = (key: string, summary = key) => ({
  calendarId,
  key,
  summary,
  start: { timed: { dateTime: '2026-03-02T10:00:00Z', timeZone: 'Europe/London' } },
  end: { timed: { dateTime: '2026-03-02T11:00:00Z', timeZone: 'Europe/London' } },
});
const stored = () => [...(graph.provider.calendars.get(remoteId)?.resources.values() ?? [])];
const named = (summary: string) => stored().filter((resource) => resource.object.master?.summary === summary);

describe('a write', () => {
  test('is APPLIED in the answer; the same again asks the provider nothing', async () => {
    const first = await graph.run(upsert, { input: input('once') });
    expect(first.data.upsertEvent).toMatchObject({
      created: true,
      operation: { status: 'APPLIED', attempts: 1 },
      userErrors: [],
    });
    expect(first.providerCalls).toBe(1);
    const second = await graph.run(upsert, { input: input('once') });
    expect(second.providerCalls).toBe(0);
    expect(second.data.upsertEvent).toMatchObject({
      created: false,
      event: { version: first.data.upsertEvent.event.version },
    });
    expect(named('once')).toHaveLength(1);
  });

  test('is PENDING while the provider is away, and done once when it is back', async () => {
    graph.provider.faults.add('write', { kind: 'unreachable' });
    const { data } = await graph.run(upsert, { input: input('later') });
    expect(data.upsertEvent).toMatchObject({
      created: true,
      event: { summary: 'later' },
      operation: { status: 'PENDING', attempts: 1, failure: { code: 'UNREACHABLE' } },
      userErrors: [],
    });
    expect(data.upsertEvent.operation.nextAttemptAt).not.toBeNull();
    expect(named('later')).toEqual([]);
    await graph.engine.attemptOperation(data.upsertEvent.operation.id);
    const { operation } = await graph.data('query ($id: ID!) { operation(id: $id) { status event { summary } } }', {
      id: data.upsertEvent.operation.id,
    });
    expect(operation).toEqual({ status: 'APPLIED', event: { summary: 'later' } });
    expect(named('later')).toHaveLength(1);
  });

  test('whose answer was lost is not done twice', async () => {
    graph.provider.faults.add('write', { kind: 'lost-answer' });
    const { data } = await graph.run(upsert, { input: input('lost') });
    expect(data.upsertEvent.operation.status).toBe('PENDING');
    await graph.engine.attemptOperation(data.upsertEvent.operation.id);
    expect(named('lost')).toHaveLength(1);
    const { operations } = await graph.data('{ operations(status: [PENDING]) { nodes { id } } }');
    expect(operations.nodes).toEqual([]);
  });

  test('upon what another client changed meanwhile answers VERSION_CONFLICT with what is there now', async () => {
    await graph.data(upsert, { input: input('contested') });
    const [resource] = named('contested');
    const master = resource?.object.master;
    if (resource === undefined || master == null) throw new Error('not stored');
    graph.provider.put(
      remoteId,
      { ...resource.object, master: { ...master, summary: 'theirs' } },
      null,
      resource.remoteId,
    );
    const { data } = await graph.run(upsert, { input: input('contested', 'ours') });
    expect(data.upsertEvent).toMatchObject({
      event: null,
      conflict: { summary: 'theirs' },
      userErrors: [{ code: 'VERSION_CONFLICT' }],
    });
    expect(named('theirs')).toHaveLength(1);
    expect(named('ours')).toEqual([]);
  });

  test('that the provider refuses for good is undone, and says in its words why', async () => {
    graph.provider.faults.add('write', { kind: 'rejected' });
    const { data } = await graph.run(upsert, { input: input('refused') });
    expect(data.upsertEvent).toMatchObject({
      event: null,
      operation: { status: 'FAILED' },
      userErrors: [{ code: 'PROVIDER_REJECTED' }],
    });
    const { event } = await graph.data(
      'query ($c: ID!) { event(by: { managed: { calendarId: $c, key: "refused" } }) { id } }',
      { c: calendarId },
    );
    expect(event).toBeNull();
  });

  test('of an event that the user deleted makes it anew under another uid, and says so', async () => {
    const first = await graph.data(upsert, { input: input('deleted by hand') });
    const [resource] = named('deleted by hand');
    graph.provider.delete(remoteId, resource?.remoteId ?? '');
    const { calendar } = await graph.data('query ($id: ID!) { calendar(id: $id) { profile { id } } }', {
      id: calendarId,
    });
    await graph.engine.pollNow(calendar.profile.id);
    const { data } = await graph.run(upsert, { input: input('deleted by hand') });
    expect(data.upsertEvent).toMatchObject({ created: true, warnings: [{ code: 'RECREATED' }], userErrors: [] });
    expect(data.upsertEvent.event.uid).not.toBe(first.upsertEvent.event.uid);
  });

  test("carries the marker, and is known as the application's own when the rows are lost", async () => {
    await graph.data(upsert, { input: input('survivor') });
    const uid = named('survivor')[0]?.object.uid;
    await graph.fresh.superuser(`
      delete from managed_event; delete from operation; delete from event where calendar_id = '${calendarId}';
      update calendar set sync_token = null, change_tag = null where id = '${calendarId}'`);
    const { calendar } = await graph.data('query ($id: ID!) { calendar(id: $id) { profile { id } } }', {
      id: calendarId,
    });
    await graph.engine.pollNow(calendar.profile.id);
    const again = await graph.run(upsert, { input: input('survivor') });
    expect(again.data.upsertEvent).toMatchObject({ created: false, event: { uid } });
    expect(named('survivor')).toHaveLength(1);
  });

  test('needs the provider for a deletion too; deleting again succeeds', async () => {
    await graph.data(upsert, { input: input('goes') });
    const remove =
      'mutation ($i: DeleteManagedEventInput!) { deleteManagedEvent(input: $i) { deletedId operation { status } userErrors { code message } } }';
    const first: Loose = await graph.data(remove, { i: { calendarId, key: 'goes' } });
    expect(first.deleteManagedEvent).toMatchObject({
      deletedId: expect.stringMatching(/^evt_/),
      operation: { status: 'APPLIED' },
    });
    expect(named('goes')).toEqual([]);
    const second: Loose = await graph.data(remove, { i: { calendarId, key: 'goes' } });
    expect(second.deleteManagedEvent.operation).toBeNull();
  });
});

describe('freshness', () => {
  test('names a calendar whose login is refused, and asks again only where that is wanted', async () => {
    const document = `query ($id: ID!, $filter: EventFilter) { calendar(id: $id) { events(filter: $filter) { freshness { asOf stale { calendar { id } reason lastSyncedAt } } } } }`;
    // Once to take in what the tests before have written.
    await graph.run(document, { id: calendarId, filter: { maxStaleness: 'PT0S' } });
    const fresh = await graph.run(document, { id: calendarId });
    expect(fresh.data.calendar.events.freshness.stale).toEqual([]);
    expect(fresh.providerCalls).toBe(0);
    const asked = await graph.run(document, { id: calendarId, filter: { maxStaleness: 'PT0S' } });
    expect(asked.providerCalls).toBe(1);
    expect(asked.data.calendar.events.freshness.stale).toEqual([]);
    graph.provider.faults.add('*', { kind: 'credentials-rejected' }, 10);
    for (let time = 0; time < 2; time++)
      await graph.run(document, { id: calendarId, filter: { maxStaleness: 'PT0S' } });
    const refused = await graph.run(document, { id: calendarId });
    expect(refused.data.calendar.events.freshness.stale).toMatchObject([
      { calendar: { id: calendarId }, reason: 'PROFILE_DISCONNECTED' },
    ]);
  });
});
