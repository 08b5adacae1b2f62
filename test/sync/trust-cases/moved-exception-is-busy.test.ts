/** Moved exception is busy where it is (G1): also after the whole series moved, and for whoever reads the calendar for the first time. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { timed, update, upsert } from '../../resolvers/series-scenario.ts';
import { type CalDavServerName, describeWithServer } from '../../setup/servers.ts';
import { type CalDavGraph, openCalDavGraph } from '../caldav-graph.ts';
import { askHours, type HoursTold } from './asked-availability.ts';

const asked = [
  ['2026-11-16T09', '2026-11-16T13'],
  ['2026-11-17T14', '2026-11-17T17'],
  ['2026-11-23T09', '2026-11-23T13'],
] as const;

function suite(name: CalDavServerName): void {
  describeWithServer(name, (server) => {
    let world: CalDavGraph;
    let id = '';
    beforeAll(async () => {
      world = await openCalDavGraph(server(), { work: 'Europe/London' });
      const { upsertEvent } = await world.graph.data(upsert, {
        input: {
          calendarId: world.calendarIds.get('work'),
          key: 'weekly',
          summary: 'Weekly',
          start: timed('2026-11-02T10:00:00Z'),
          end: timed('2026-11-02T11:00:00Z'),
          recurrence: ['RRULE:FREQ=WEEKLY;COUNT=6'],
        },
      });
      id = upsertEvent.event.id;
      await change({ id: `${id}_20261116T100000`, start: timed('2026-11-17T15:00:00Z'), end: timed('2026-11-17T16:00:00Z') }); // biome-ignore format: one call
    });
    afterAll(() => world.close());

    async function change(input: object): Promise<void> {
      const { updateEvent } = await world.graph.data(update, { input });
      expect(updateEvent.operation.status).toBe('APPLIED');
    }

    /** As we know it, after what the server says to it, and as somebody who reads all of it from the server knows it. */
    async function told(): Promise<Pick<HoursTold, 'free' | 'refused'>> {
      await world.poll();
      const ours = await askHours(world.graph, world.accountId, asked);
      const other = await openCalDavGraph(server(), {});
      try {
        const theirs = await askHours(other.graph, other.accountId, asked);
        expect(theirs.free).toEqual(ours.free);
        expect(theirs.refused.map((text) => text.replace(/evt_\w{26}/, id))).toEqual(ours.refused);
      } finally {
        await other.close();
      }
      return { free: ours.free, refused: ours.refused };
    }

    test('its Monday is free, its Tuesday is busy by that very occurrence', async () => {
      const { free, refused } = await told();
      expect(free).toEqual(['16T09', '16T10', '16T11', '16T12', '17T14', '17T16', '23T09', '23T11', '23T12']);
      expect(refused).toEqual([`17T15 BUSY ${id}_20261116T100000`, `23T10 BUSY ${id}_20261123T100000`]);
    });

    test('it keeps its own time when the whole series moves, and leaves no ghost on the Monday at either time', async () => {
      await change({ id, scope: 'ALL', start: timed('2026-11-02T11:00:00Z'), end: timed('2026-11-02T12:00:00Z') });
      const { free, refused } = await told();
      expect(free).toEqual(['16T09', '16T10', '16T11', '16T12', '17T14', '17T16', '23T09', '23T10', '23T12']);
      expect(refused).toEqual([`17T15 BUSY ${id}_20261116T110000`, `23T11 BUSY ${id}_20261123T110000`]);
    });
  });
}

suite('radicale');
suite('xandikos');
suite('cyrus');
