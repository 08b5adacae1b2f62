/** The first sync tells nobody what it stores: what was known while it ran must not outlive it. */
import { expect, test } from '@jest/globals';
import { MemoryProvider } from '../../../datasources/providers/memory/provider.ts';
import { standingOf } from '../../../scheduling/busy/members.ts';
import { openGraph } from '../../setup/graph.ts';
import { actorOf, connectPerson, content, put, readOne, shown, utc } from './person.ts';

test('PENDING while it runs, and every event once it has ended, whatever was asked meanwhile', async () => {
  const provider = new MemoryProvider({ pageSize: 1 });
  const graph = await openGraph({ provider });
  try {
    const own = provider.addCalendar({ name: 'Own' });
    const days = ['02', '03', '04'];
    for (const day of days) put(provider, own, day, content(utc(`${day}T10:00`), utc(`${day}T11:00`)));
    const alice = await connectPerson(graph, provider);
    const actor = await actorOf(graph);
    const seen: (readonly [string, number])[] = [];
    const look = async () => {
      const { told } = await readOne(graph, actor, alice.accountId);
      seen.push([standingOf(told, null).status, shown(told).length]);
    };
    await look();
    provider.faults.add('pull', { kind: 'slow', until: look }, 10);
    await graph.engine.pollNow(alice.profileId);
    provider.faults.clear();
    await look();
    expect(seen[0]).toEqual(['PENDING', 0]);
    expect(seen.length).toBeGreaterThan(3);
    for (const [status] of seen.slice(0, -1)) expect(status).toBe('PENDING');
    expect(seen.at(-1)).toEqual(['ACTIVE', days.length]);
  } finally {
    await graph.close();
  }
});
