/** Reconciliation against real servers: injected drift is found and repaired, and what two clients do is none. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type CalDavServerName, describeWithServer } from '../setup/servers.ts';
import { type CalDavGraph, openCalDavGraph, resource } from './caldav-graph.ts';

const zero = { missing: 0, extra: 0, different: 0, resources: [] };

function suite(name: CalDavServerName): void {
  describeWithServer(name, (server) => {
    let world: CalDavGraph;
    let calendarId = '';
    let calls = 0;
    const text = (uid: string, summary: string) =>
      resource(uid, ['DTSTART:20261201T100000Z', 'DTEND:20261201T110000Z', `SUMMARY:${summary}`]);
    beforeAll(async () => {
      world = await openCalDavGraph(server(), { team: 'Europe/London' }, () => {
        calls++;
        return null;
      });
      calendarId = world.calendarIds.get('team') ?? '';
      for (let index = 0; index < 20; index++) {
        await world.foreign('PUT', `team/${index}.ics`, text(`event-${index}`, `${index}`));
      }
      await world.poll();
    });
    afterAll(() => world.close());

    const reconcile = async () => {
      calls = 0;
      const { syncCalendar } = await world.graph.data(
        `mutation ($input: SyncCalendarInput!) { syncCalendar(input: $input) { userErrors { code message } run {
          kind status changes providerCalls drift { missing extra different resources { uid kind } } } } }`,
        { input: { calendarId, kind: 'RECONCILIATION' } },
      );
      return syncCalendar.run;
    };
    const shown = async (): Promise<string[]> => {
      const { calendar } = await world.graph.data(
        `query ($id: ID!, $filter: EventFilter!) { calendar(id: $id) { events(first: 500, filter: $filter) { nodes { uid summary } } } }`,
        { id: calendarId, filter: { managed: 'INCLUDE', from: '2026-11-01T00:00:00Z', to: '2027-01-01T00:00:00Z' } },
      );
      return calendar.events.nodes
        .map(({ uid, summary }: { uid: string; summary: string }) => `${uid} ${summary}`)
        .sort();
    };

    test('a clean calendar reports zero, for a handful of requests', async () => {
      expect(await reconcile()).toMatchObject({ kind: 'RECONCILIATION', status: 'SUCCEEDED', changes: 0, drift: zero });
      expect(calls).toBeLessThanOrEqual(4);
    });

    test('rows changed, deleted and added behind its back are found, repaired and counted', async () => {
      const before = await shown();
      const change = (sql: string) => world.graph.fresh.superuser(sql, [calendarId]);
      await change(
        `update event set content = jsonb_set(content, '{summary}', '"tampered"') where calendar_id = $1 and uid = 'event-1'`,
      );
      await change(`delete from event where calendar_id = $1 and uid = 'event-2'`);
      await change(`insert into event (id, account_id, profile_id, calendar_id, uid, remote_id, etag, content, recurring, all_day, starts_at, ends_at, span)
        select '${world.graph.fresh.store.ids('evt')}', account_id, profile_id, calendar_id, 'nowhere', '/nowhere.ics', etag, content, recurring, all_day, starts_at, ends_at, span
        from event where calendar_id = $1 and uid = 'event-3'`);
      expect(await shown()).not.toEqual(before);
      const run = await reconcile();
      expect(run).toMatchObject({ status: 'SUCCEEDED', changes: 3, drift: { missing: 1, extra: 1, different: 1 } });
      expect(run.drift.resources).toEqual(
        expect.arrayContaining([
          { uid: 'event-1', kind: 'DIFFERENT' },
          { uid: 'event-2', kind: 'MISSING' },
          { uid: 'nowhere', kind: 'EXTRA' },
        ]),
      );
      expect(await shown()).toEqual(before);
      expect(await reconcile()).toMatchObject({ drift: zero });
    });

    test('a managed event that the database lost comes back as what it was', async () => {
      const { graph } = world;
      const time = (hour: number) => ({ timed: { dateTime: `2026-12-03T${hour}:00:00Z`, timeZone: 'Europe/London' } });
      const upsert = () =>
        graph.data(
          'mutation ($input: UpsertEventInput!) { upsertEvent(input: $input) { event { id uid } userErrors { code message path } } }',
          { input: { calendarId, key: 'lost', summary: 'lost', start: time(10), end: time(11) } },
        );
      const { uid } = (await upsert()).upsertEvent.event;
      await world.poll();
      const lost = `(select id from event where uid = '${uid}')`;
      for (const table of ['managed_event', 'operation', 'event_move']) {
        await graph.fresh.superuser(`delete from ${table} where event_id = ${lost}`);
      }
      await graph.fresh.superuser(`delete from event where uid = '${uid}'`);
      expect(await reconcile()).toMatchObject({ drift: { missing: 1, extra: 0, different: 0 } });
      const { event } = await graph.data(
        'query ($ref: ManagedEventRef!) { event(by: { managed: $ref }) { uid key } }',
        { ref: { calendarId, key: 'lost' } },
      );
      expect(event).toEqual({ uid, key: 'lost' });
      const before = await shown();
      await upsert();
      await world.poll();
      expect(await shown()).toEqual(before);
      expect(await reconcile()).toMatchObject({ drift: zero });
    });

    test('two clients at work leave none', async () => {
      const steps = fc.sample(
        fc.record({ who: fc.constantFrom('theirs', 'theirs gone', 'ours', 'ours gone', 'poll'), at: fc.nat(9) }),
        { numRuns: 40, seed: 20261122 },
      );
      for (const [step, { who, at }] of steps.entries()) {
        const time = (hour: number) => ({
          timed: { dateTime: `2026-12-02T${hour}:00:00Z`, timeZone: 'Europe/London' },
        });
        if (who === 'theirs') await world.foreign('PUT', `team/${at}.ics`, text(`event-${at}`, `theirs ${step}`));
        if (who === 'theirs gone') await world.foreign('DELETE', `team/${at}.ics`).catch(() => '');
        if (who === 'ours') {
          await world.graph.data(
            'mutation ($input: UpsertEventInput!) { upsertEvent(input: $input) { event { id } userErrors { code message path } } }',
            { input: { calendarId, key: `key-${at}`, summary: `ours ${step}`, start: time(10), end: time(11) } },
          );
        }
        if (who === 'ours gone') {
          await world.graph.run(
            'mutation ($input: DeleteManagedEventInput!) { deleteManagedEvent(input: $input) { userErrors { code } } }',
            { input: { calendarId, key: `key-${at}` } },
          );
        }
        if (who === 'poll') await world.poll();
      }
      expect(await reconcile()).toMatchObject({ kind: 'RECONCILIATION', status: 'SUCCEEDED', drift: zero });
    });
  });
}

suite('radicale');
suite('xandikos');
