/** Reading busy time on the oldest PostgreSQL we support. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type FreshStore, freshStore } from '../../setup/database.ts';
import { debianMissing, startDebian } from '../../setup/database-servers.ts';
import { openGraph, type TestGraph } from '../../setup/graph.ts';
import { actorOf, connectPerson, content, put, readOne, shown, utc } from './person.ts';

const missing = debianMissing();

describe('Debian’s PostgreSQL 15', () => {
  if (missing !== null) {
    test(`left out: ${missing}`, () => void process.stderr.write(`left out: ${missing}\n`));
    return;
  }
  let debian: Awaited<ReturnType<typeof startDebian>>;
  let fresh: FreshStore;
  let graph: TestGraph;
  beforeAll(async () => {
    debian = await startDebian();
    fresh = await freshStore({ server: debian.server, maximumConnections: 8 });
    graph = await openGraph({ fresh });
  });
  afterAll(async () => {
    await graph.close();
    await fresh.drop();
    debian.stop();
  });

  test('nothing known, all known, something changed, something left out: one statement each', async () => {
    const own = graph.provider.addCalendar({ name: 'Own' });
    put(graph.provider, own, 'one', content(utc('02T10:00'), utc('02T11:00')));
    const alice = await connectPerson(graph, graph.provider);
    await graph.engine.pollNow(alice.profileId);
    const actor = await actorOf(graph);
    const look = async (excludedEventIds: string[] = []) => {
      const { told, sqlQueries } = await readOne(graph, actor, alice.accountId, { excludedEventIds });
      expect(sqlQueries).toBe(1);
      return shown(told);
    };
    expect(await look()).toEqual(['02T10:00–02T11:00 BUSY']);
    expect(await look()).toEqual(['02T10:00–02T11:00 BUSY']);
    put(graph.provider, own, 'two', content(utc('03T10:00'), utc('03T11:00')));
    await graph.engine.pollNow(alice.profileId);
    expect(await look()).toEqual(['02T10:00–02T11:00 BUSY', '03T10:00–03T11:00 BUSY']);
    const [{ id } = { id: '' }] = await fresh.superuser<{ id: string }>(`select id from event where uid = 'two'`);
    expect(await look([id])).toEqual(['02T10:00–02T11:00 BUSY']);
  });
});
