/** The empty listing: a server in the middle of a migration shows nothing, or forbids a calendar, and then recovers. */
import { afterEach, expect, test } from '@jest/globals';
import { multistatus, type PlainAnswer, type ScriptedRequest } from '../../setup/servers/scripted.ts';
import { describeWithServer } from '../../setup/servers.ts';
import { type CalDavGraph, openCalDavGraph, resource } from '../caldav-graph.ts';

const minute = 60_000;
const events = 30;

describeWithServer('radicale', (server) => {
  let world: CalDavGraph | null = null;
  let fault: 'none' | 'empty' | 'forbidden' = 'none';
  afterEach(async () => {
    fault = 'none';
    await world?.foreign('DELETE', 'team/').catch(() => '');
    await world?.foreign('DELETE', 'other/').catch(() => '');
    await world?.close();
    world = null;
  });

  const tamper = (request: ScriptedRequest, pass: () => Promise<PlainAnswer>): Promise<PlainAnswer> | null => {
    if (fault === 'none' || !request.path.includes('/team/')) return null;
    if (fault === 'forbidden') return Promise.resolve({ status: 403 });
    if (request.method === 'REPORT') return Promise.resolve(multistatus());
    if (request.method !== 'PROPFIND') return null;
    return pass().then((answer) => {
      // The collection itself, without a member.
      const body = String(answer.body).replace(
        /<response>(?:(?!<\/response>).)*\.ics<\/href>(?:(?!<\/response>).)*<\/response>/gs,
        '',
      );
      return { ...answer, body };
    });
  };

  async function open(): Promise<{
    world: CalDavGraph;
    calendarId: string;
    told(): Promise<Record<string, number>>;
    shown(): Promise<unknown>;
    state(): Promise<{ status: string; stale: unknown[] }>;
  }> {
    const opened = await openCalDavGraph(server(), { team: null, other: null }, tamper);
    world = opened;
    const { graph } = opened;
    graph.clock.now = Date.now();
    const calendarId = opened.calendarIds.get('team') ?? '';
    for (let index = 0; index < events; index++) {
      const day = String((index % 28) + 1).padStart(2, '0');
      const times = [`DTSTART:202612${day}T100000Z`, `DTEND:202612${day}T110000Z`];
      await opened.foreign('PUT', `team/${index}.ics`, resource(`event-${index}`, [...times, `SUMMARY:${index}`]));
    }
    await opened.poll();
    const range = { from: '2026-12-01T00:00:00Z', to: '2027-01-01T00:00:00Z' };
    return {
      world: opened,
      calendarId,
      async told() {
        const rows = await graph.fresh.superuser<{ kind: string; count: string }>(
          'select kind, count(*) from change_log where account_id = $1 group by kind',
          [opened.accountId],
        );
        return Object.fromEntries(rows.map(({ kind, count }) => [kind, Number(count)]));
      },
      async shown() {
        const { account } = await graph.data(
          `query ($id: ID!, $events: EventFilter!, $free: FreeBusyFilter!) { account(id: $id) {
            events(first: 100, filter: $events) { nodes { uid summary start { dateTime } } }
            freeBusy(first: 100, filter: $free) { nodes { start { dateTime } end { dateTime } busyStatus } } } }`,
          { id: opened.accountId, events: range, free: range },
        );
        return account;
      },
      async state() {
        const { account } = await graph.data(
          `query ($id: ID!, $filter: EventFilter!) { account(id: $id) { profiles { health { status } }
            events(first: 1, filter: $filter) { freshness { stale { calendar { id } reason } } } } }`,
          { id: opened.accountId, filter: { ...range, maxStaleness: 'PT30S' } },
        );
        return { status: account.profiles[0].health.status, stale: account.events.freshness.stale };
      },
    };
  }

  test.each(['empty', 'forbidden'] as const)(
    '%s for five minutes: nothing is deleted, and it is said',
    async (kind) => {
      const { world: opened, calendarId, told, shown, state } = await open();
      const { graph, foreign, poll } = opened;
      const before = await shown();
      expect((before as { events: { nodes: unknown[] } }).events.nodes).toHaveLength(events);
      fault = kind;
      // Somebody else's change is what makes the calendar be read.
      const times = ['DTSTART:20261230T100000Z', 'DTEND:20261230T110000Z'];
      await foreign('PUT', 'team/late.ics', resource('late', [...times, 'SUMMARY:late']));
      for (let minutes = 0; minutes < 5; minutes++) {
        graph.clock.now = (graph.clock.now ?? 0) + minute;
        await poll();
      }
      expect(await state()).toMatchObject({
        status: 'DEGRADED',
        stale: expect.arrayContaining([expect.objectContaining({ calendar: { id: calendarId } })]),
      });
      expect(await shown()).toEqual(before);
      expect((await told())['EVENT_DELETED']).toBeUndefined();
      expect((await told())['PROFILE_DEGRADED']).toBe(1);

      fault = 'none';
      graph.clock.now = (graph.clock.now ?? 0) + minute;
      await poll();
      expect(await state()).toEqual({ status: 'CONNECTED', stale: [] });
      const after = (await shown()) as { events: { nodes: { uid: string }[] } };
      expect(after.events.nodes.map(({ uid }) => uid)).toContain('late');
      expect(after.events.nodes).toHaveLength(events + 1);
      expect(await told()).toMatchObject({ PROFILE_RECONNECTED: 1, EVENT_CREATED: events + 1 });
      expect((await told())['EVENT_DELETED']).toBeUndefined();
      expect((await told())['CALENDAR_DELETED']).toBeUndefined();
    },
  );

  test('a calendar that is really deleted is told once, after the second listing', async () => {
    const { world: opened, told, shown } = await open();
    const { graph, foreign, poll } = opened;
    await foreign('DELETE', 'team/');
    for (let minutes = 0; minutes < 9; minutes++) {
      graph.clock.now = (graph.clock.now ?? 0) + minute;
      await poll();
    }
    expect((await told())['CALENDAR_DELETED']).toBeUndefined();
    expect(((await shown()) as { events: { nodes: unknown[] } }).events.nodes).toHaveLength(events);
    for (let minutes = 0; minutes < 4; minutes++) {
      graph.clock.now = (graph.clock.now ?? 0) + minute;
      await poll();
    }
    expect(await told()).toMatchObject({ CALENDAR_DELETED: 1 });
    expect((await told())['EVENT_DELETED']).toBeUndefined();
    expect(((await shown()) as { events: { nodes: unknown[] } }).events.nodes).toHaveLength(0);
  });
});
