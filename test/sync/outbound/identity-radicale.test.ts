/** Writes against a real server: batches, outages, events that another client moves and changes, and the loss of the database. */
import { cpSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Loose } from '../../setup/graph.ts';
import { ServerProcess } from '../../setup/servers/process.ts';
import { describeWithServer } from '../../setup/servers.ts';
import { type CalDavGraph, openCalDavGraph } from '../caldav-graph.ts';

describeWithServer('radicale', (server) => {
  let world: CalDavGraph;
  let sent: string[] = [];
  let restarted: ServerProcess | null = null;
  const graph = () => world.graph;
  const calendar = (name: string) => world.calendarIds.get(name) ?? '';
  beforeAll(async () => {
    world = await openCalDavGraph(server(), { home: 'Europe/London', other: null }, ({ method, path }) => {
      sent.push(`${method} ${path.split('/')[2] ?? ''}`);
      return null;
    });
    graph().clock.now = Date.now();
  });
  afterAll(async () => {
    await world.close();
    await restarted?.stop();
  });

  /** A minute later: a login is asked so many times a minute only. */
  const sync = async (name: string, kind: 'INCREMENTAL' | 'FULL' = 'INCREMENTAL') => {
    graph().clock.now = (graph().clock.now ?? 0) + 60_000;
    await graph().engine.syncCalendar(calendar(name), kind);
  };
  const event = 'event { id uid key origin summary description calendar { id } }';
  const upsertOf = (key: string, more: Record<string, unknown> = {}) => ({
    calendarId: calendar('home'),
    key,
    summary: key,
    start: { timed: { dateTime: '2026-03-02T10:00:00Z', timeZone: 'Europe/London' } },
    end: { timed: { dateTime: '2026-03-02T11:00:00Z', timeZone: 'Europe/London' } },
    ...more,
  });
  const upsert = async (key: string, more: Record<string, unknown> = {}): Promise<Loose> =>
    (
      await graph().run(
        `mutation ($input: UpsertEventInput!) { upsertEvent(input: $input) {
          created ${event} operation { id status failure { code } } warnings { code } userErrors { code message } } }`,
        { input: upsertOf(key, more) },
      )
    ).data.upsertEvent;
  const batch = async (operations: readonly unknown[]): Promise<Loose[]> => {
    const { data, errors } = await graph().run(
      `mutation ($operations: [BatchEventOperation!]!) { batchEvents(input: { operations: $operations }) {
        results { ${event} operation { id status } warnings { code } userErrors { code message path }
          ... on UpsertEventPayload { created } } userErrors { code message } } }`,
      { operations },
    );
    if (errors.length > 0 || data.batchEvents.userErrors.length > 0) throw new Error(JSON.stringify([errors, data]));
    return data.batchEvents.results;
  };
  const managed = async (key: string): Promise<Loose> =>
    (
      await graph().data('query ($by: EventRef!) { event(by: $by) { id uid origin key calendar { id } } }', {
        by: { managed: { calendarId: calendar('home'), key } },
      })
    ).event;
  const placeOf = async (id: string): Promise<string> => {
    const [row] = await graph().fresh.superuser<{ remote_id: string }>(
      `select remote_id from event where id = '${id}'`,
    );
    return (row?.remote_id ?? '').split('/').at(-1) ?? '';
  };
  const move = (from: string, to: string, name: string) =>
    world.foreign('MOVE', `${from}/${name}`, undefined, { destination: `${server().alice.homeUrl}${to}/${name}` });
  const keys = (count: number, prefix: string) => Array.from({ length: count }, (_, index) => `${prefix} ${index}`);

  test('50 upserts into one calendar are 50 PUTs and nothing else', async () => {
    sent = [];
    const results = await batch(keys(50, 'fifty').map((key) => ({ upsert: upsertOf(key) })));
    expect(results.map((one) => one.operation.status)).toEqual(Array(50).fill('APPLIED'));
    expect(sent).toEqual(Array(50).fill('PUT home'));
    sent = [];
    await batch([
      { upsert: upsertOf('fifty 0', { summary: 'a' }) },
      { upsert: upsertOf('fifty 0', { summary: 'b' }) },
      { deleteManaged: { calendarId: calendar('home'), key: 'fifty 1' } },
    ]);
    expect(sent.sort()).toEqual(['DELETE home', 'PUT home']);
    await sync('home');
    expect(await managed('fifty 1')).toBeNull();
  });

  test('another client’s change of another field is kept', async () => {
    const { event: made } = await upsert('merged');
    const name = await placeOf(made.id);
    const text = await world.foreign('GET', `home/${name}`);
    await world.foreign('PUT', `home/${name}`, text.replace('SUMMARY:', 'DESCRIPTION:by phone\r\nSUMMARY:'));
    expect(await upsert('merged', { summary: 'ours' })).toMatchObject({
      event: { summary: 'ours', description: 'by phone' },
      operation: { status: 'APPLIED' },
    });
    const stored = await world.foreign('GET', `home/${name}`);
    expect(stored).toContain('SUMMARY:ours');
    expect(stored).toContain('DESCRIPTION:by phone');
  });

  describe('an event that another client moves (RFC 4918 §9.9)', () => {
    test.each([
      ['the old calendar read first', ['home', 'other']],
      ['both read at once', []],
    ] as const)('is managed where it is now: %s', async (name, order) => {
      const { event: made } = await upsert(name);
      await move('home', 'other', await placeOf(made.id));
      for (const one of order) await sync(one);
      if (order.length === 0) await world.poll();
      expect(await managed(name)).toMatchObject({
        uid: made.uid,
        origin: 'MANAGED',
        calendar: { id: calendar('other') },
      });
      sent = [];
      expect(await upsert(name, { summary: 'changed there' })).toMatchObject({
        created: false,
        event: { uid: made.uid, calendar: { id: calendar('other') } },
        operation: { status: 'APPLIED' },
        warnings: [{ code: 'MOVED_BY_USER' }],
      });
      expect(sent).toEqual(['PUT other']);
    });

    test('the new calendar read before the old one', async () => {
      const { event: made } = await upsert('new first');
      const name = await placeOf(made.id);
      const text = await world.foreign('GET', `home/${name}`);
      // A client that moves by copying and deleting, caught in between.
      await world.foreign('PUT', `other/${name}`, text);
      await sync('other');
      expect(await managed('new first')).toMatchObject({ id: made.id });
      await world.foreign('DELETE', `home/${name}`);
      await sync('home');
      expect(await managed('new first')).toMatchObject({ uid: made.uid, calendar: { id: calendar('other') } });
    });
  });

  test('what was written while the server was down is there once when it is up again, in its order', async () => {
    const { folder, url } = server();
    const kept = `${folder}-kept`;
    await upsert('outage');
    cpSync(folder, kept, { recursive: true });
    await server().stop();
    const results = await batch([
      { upsert: upsertOf('outage', { summary: 'one' }) },
      { upsert: upsertOf('outage', { summary: 'two', description: 'kept' }) },
      { upsert: upsertOf('made while down') },
      { upsert: upsertOf('made and gone') },
      { deleteManaged: { calendarId: calendar('home'), key: 'made and gone' } },
    ]);
    expect(results.map((one) => one.operation.status)).toEqual(['PENDING', 'PENDING', 'PENDING', 'APPLIED', 'APPLIED']);
    mkdirSync(folder, { recursive: true });
    cpSync(kept, folder, { recursive: true });
    rmSync(kept, { recursive: true });
    restarted = new ServerProcess('radicale', ['-C', join(folder, 'config')], folder);
    await restarted.ready(
      async () => (await fetch(url, { method: 'PROPFIND', headers: { depth: '0' } })).status === 401,
    );
    graph().clock.now = (graph().clock.now ?? 0) + 60_000;
    for (const { operation } of results) await graph().engine.attemptOperation(operation.id);
    const { nodes } = await graph().data(
      'query ($ids: [ID!]!) { nodes(ids: $ids) { ... on WriteOperation { status failure { code } } } }',
      { ids: results.map((one) => one.operation.id) },
    );
    expect(nodes).toEqual(Array(5).fill({ status: 'APPLIED', failure: null }));
    expect(await world.foreign('GET', `home/${await placeOf(results[1].event.id)}`)).toMatch(
      /DESCRIPTION:kept[\s\S]*SUMMARY:two|SUMMARY:two[\s\S]*DESCRIPTION:kept/,
    );
    await sync('home', 'FULL');
    const { calendar: shown } = await graph().data(
      `query ($id: ID!) { calendar(id: $id) { events(first: 200, filter: { managed: ONLY }) { nodes { key } } } }`,
      { id: calendar('home') },
    );
    const named = (shown.events.nodes as { key: string }[]).map(({ key }) => key);
    expect(named.filter((key) => key === 'outage' || key === 'made while down').sort()).toEqual([
      'made while down',
      'outage',
    ]);
    expect(named).not.toContain('made and gone');
  });
});
