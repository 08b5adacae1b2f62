/** What availability is told of an account: what counts, how exactly, and by one SQL statement. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { MemoryProvider } from '../../../datasources/providers/memory/provider.ts';
import type { Actor } from '../../../domain/actor.ts';
import { openGraph, type TestGraph } from '../../setup/graph.ts';
import { actorOf, connectPerson, content, date, invitation, type Person, put, readOne, shown, utc } from './person.ts';

let graph: TestGraph;
let provider: MemoryProvider;
let alice: Person;
let actor: Actor;
let own = '';
let team = '';
beforeAll(async () => {
  provider = new MemoryProvider();
  graph = await openGraph({ provider });
  own = provider.addCalendar({ name: 'Own', timeZone: 'Pacific/Auckland' });
  team = provider.addCalendar({ name: 'Team' });
  provider.addCalendar({ name: 'Holidays', readOnly: true });
  alice = await connectPerson(graph, provider);
  actor = await actorOf(graph);
});
afterAll(() => graph.close());

async function forget(): Promise<void> {
  for (const { remoteId, resources } of provider.calendars.values()) {
    for (const resource of [...resources.values()]) provider.delete(remoteId, resource.remoteId);
  }
  await graph.engine.pollNow(alice.profileId);
}

async function told(question: Parameters<typeof readOne>[3] = {}) {
  await graph.engine.pollNow(alice.profileId);
  return (await readOne(graph, actor, alice.accountId, question)).told;
}

describe('effective busy', () => {
  beforeAll(forget);

  test('is what reading free/busy tells, each interval with what a busy rule asks of it', async () => {
    put(provider, own, 'accepted', content(utc('02T08:00'), utc('02T09:00'), invitation('ACCEPTED')));
    put(provider, own, 'declined', content(utc('02T10:00'), utc('02T11:00'), invitation('DECLINED')));
    put(provider, own, 'unanswered', content(utc('02T11:00'), utc('02T12:00'), invitation('NEEDS_ACTION')));
    put(provider, own, 'transparent', content(utc('02T12:00'), utc('02T13:00'), { busyStatus: 'FREE' }));
    put(provider, own, 'perhaps', content(utc('02T13:00'), utc('02T14:00'), invitation('TENTATIVE')));
    put(provider, own, 'cancelled', content(utc('02T14:00'), utc('02T15:00'), { status: 'CANCELLED' }));
    put(provider, own, 'away', content(utc('02T15:00'), utc('02T16:00'), { busyStatus: 'OUT_OF_OFFICE' }));
    put(provider, own, 'elsewhere', content(utc('02T16:00'), utc('02T17:00'), { busyStatus: 'WORKING_ELSEWHERE' }));
    put(provider, own, 'instant', content(utc('02T18:00'), utc('02T18:00')));
    expect(shown(await told())).toEqual([
      '02T08:00–02T09:00 BUSY',
      '02T11:00–02T12:00 BUSY?',
      '02T13:00–02T14:00 TENTATIVE',
      '02T15:00–02T16:00 OUT_OF_OFFICE',
      '02T16:00–02T17:00 WORKING_ELSEWHERE',
    ]);
  });

  test('a day and a floating time are read in their calendar’s zone, whoever asks', async () => {
    await forget();
    put(provider, own, 'day', content(date('10'), date('11')));
    put(provider, own, 'floating', content({ kind: 'floating', local: '2026-03-12T09:00:00' }, { kind: 'floating', local: '2026-03-12T10:00:00' })); // biome-ignore format: one call
    // Without a zone of its own a calendar is in its account's: that of the primary one.
    put(provider, team, 'day of the team', content(date('14'), date('15')));
    expect(shown(await told())).toEqual(['09T11:00–10T11:00 BUSY', '11T20:00–11T21:00 BUSY', '13T11:00–14T11:00 BUSY']);
  });

  test('a moved occurrence is busy where it is, and not where it was', async () => {
    await forget();
    const series = content(utc('02T10:00'), utc('02T11:00'), { rules: ['RRULE:FREQ=WEEKLY;COUNT=3'] });
    put(provider, own, 'series', series, [
      { recurrenceId: '20260309T100000Z', content: content(utc('10T15:00'), utc('10T16:00')) },
    ]);
    expect(shown(await told())).toEqual(['02T10:00–02T11:00 BUSY', '10T15:00–10T16:00 BUSY', '16T10:00–16T11:00 BUSY']);
  });

  test('an occurrence whose series nobody told us of is busy, too', async () => {
    await forget();
    put(provider, own, 'series', null, [
      { recurrenceId: '20260309T100000Z', content: content(utc('10T15:00'), utc('10T16:00')) },
    ]);
    expect(shown(await told())).toEqual(['10T15:00–10T16:00 BUSY']);
  });
});

describe('statements', () => {
  test('one, when nothing is known, when all is, and when something changed', async () => {
    await forget();
    put(provider, own, 'one', content(utc('02T10:00'), utc('02T11:00')));
    await graph.engine.pollNow(alice.profileId);
    const first = await readOne(graph, actor, alice.accountId);
    const second = await readOne(graph, actor, alice.accountId);
    // The very arrays: nothing was read again.
    expect(second.told.busy).toBe(first.told.busy);
    put(provider, own, 'two', content(utc('03T10:00'), utc('03T11:00')));
    await graph.engine.pollNow(alice.profileId);
    const third = await readOne(graph, actor, alice.accountId);
    expect(shown(third.told)).toEqual(['02T10:00–02T11:00 BUSY', '03T10:00–03T11:00 BUSY']);
    expect([first, second, third].map(({ sqlQueries }) => sqlQueries)).toEqual([1, 1, 1]);
  });
});
