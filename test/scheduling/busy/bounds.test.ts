/** Costly calendars and much memory: what is not known is said, and what is kept has a bound. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { MemoryProvider } from '../../../datasources/providers/memory/provider.ts';
import { NO_BUSY_TIMES, packBusyTimes } from '../../../domain/availability/busy-times.ts';
import { busyEntries } from '../../../domain/busy/busy-entries.ts';
import type { ListedObject } from '../../../domain/events/listed.ts';
import { systemZones } from '../../../domain/time/system-zones.ts';
import { KnownAccounts } from '../../../scheduling/busy/known-times.ts';
import { windowToRead } from '../../../scheduling/busy/windows.ts';
import { openGraph, type TestGraph } from '../../setup/graph.ts';
import { actorOf, connectPerson, content, march, put, readOne, utc } from './person.ts';

const zones = systemZones(process.versions['tz'] ?? '');
const day = 86_400;

describe('costly series', () => {
  const record = (rules: string[], id: string): ListedObject & { readonly id: string } => ({
    id,
    content: content(utc('02T10:00'), utc('02T10:00'), { rules }),
    exceptions: [],
    deletedAt: null,
    syncedAt: 0,
    masterSyncedAt: 0,
  });
  const window = { from: march.from * 1000, to: (march.from + 400 * day) * 1000 };
  const reading = () => ({ zone: 'Etc/UTC', ownerAddresses: [] });

  test('count as far as they are known, and are named from there on', () => {
    const { counted, cutShort } = busyEntries([record(['RRULE:FREQ=MINUTELY'], 'a'), record(['RRULE:FREQ=DAILY'], 'b')], window, reading, zones); // biome-ignore format: one call
    expect(cutShort.map(({ record: { id } }) => id)).toEqual(['a']);
    const [cut] = cutShort;
    const ofCut = counted.filter(({ entry }) => entry.record.id === 'a');
    expect(ofCut).toHaveLength(50_000);
    expect(cut?.from).toBe((ofCut.at(-1)?.entry.startsAt ?? 0) + 60_000);
    // The next one is known to the end.
    expect(counted.filter(({ entry }) => entry.record.id === 'b')).toHaveLength(399);
  });

  test('however many they are, they cost a bound together', () => {
    const many = Array.from({ length: 200 }, (_, at) => record(['RRULE:FREQ=SECONDLY;BYMONTH=1;BYDAY=MO;BYSETPOS=-1;BYSECOND=7'], `${at}`)); // biome-ignore format: one list
    const { cutShort } = busyEntries(many, window, reading, zones);
    expect(cutShort.length).toBeGreaterThan(150);
    expect(cutShort.at(-1)).toEqual({ record: many.at(-1), from: window.from });
  });
});

describe('a costly series of an account', () => {
  let graph: TestGraph;
  beforeAll(async () => {
    graph = await openGraph({ provider: new MemoryProvider() });
  });
  afterAll(() => graph.close());

  test('is named by its calendar and event', async () => {
    const calendar = graph.provider.addCalendar({ name: 'Own' });
    put(graph.provider, calendar, 'costly', content(utc('02T10:00'), utc('02T10:01'), { rules: ['RRULE:FREQ=SECONDLY;INTERVAL=30'] })); // biome-ignore format: one call
    const alice = await connectPerson(graph, graph.provider);
    await graph.engine.pollNow(alice.profileId);
    const { told } = await readOne(graph, await actorOf(graph), alice.accountId);
    expect(told.cutShort).toEqual([
      { calendarId: alice.calendars['Own'], eventId: expect.stringMatching(/^evt_/), from: Date.parse('2026-03-02T10:00:00Z') / 1000 + 50_000 * 30 }, // biome-ignore format: one record
    ]);
  });
});

describe('what is kept', () => {
  const times = (count: number) => ({
    from: 0,
    to: day,
    busy: packBusyTimes(Array.from({ length: count }, (_, at) => ({ start: at, end: at + 1, kind: 0, source: 0 })), 0),
    bookings: [],
    cutShort: [],
  }); // biome-ignore format: one record

  test('has a bound in bytes; what was asked for longest ago goes first', () => {
    const kept = new KnownAccounts(40_000);
    for (const id of ['a', 'b', 'c']) kept.set('app', id, { stamp: '1', times: times(1_000) });
    expect(kept.bytes).toBeGreaterThan(33_000);
    expect(kept.get('app', 'a')?.stamp).toBe('1');
    kept.set('app', 'd', { stamp: '1', times: times(1_000) });
    expect(['a', 'b', 'c', 'd'].filter((id) => kept.get('app', id) !== null)).toEqual(['a', 'c', 'd']);
    expect(kept.bytes).toBeLessThanOrEqual(40_000);
    kept.set('app', 'a', { stamp: '2', times: times(10) });
    expect(kept.get('app', 'a')?.stamp).toBe('2');
    // What is larger than all that may be kept is told once, and drives nobody out.
    kept.set('app', 'huge', { stamp: '1', times: times(10_000) });
    expect(kept.get('app', 'huge')).toBeNull();
    expect(kept.get('app', 'd')).not.toBeNull();
  });

  test('belongs to one application', () => {
    const kept = new KnownAccounts(50_000);
    kept.set('one', 'account', { stamp: '1', times: { ...times(0), busy: NO_BUSY_TIMES } });
    expect(kept.get('other', 'account')).toBeNull();
  });
});

describe('the window that is read', () => {
  const at = (days: number) => Math.floor(march.from / (7 * day)) * 7 * day + days * day;

  test('is what is asked in whole weeks, and holds it', () => {
    expect(windowToRead({ from: at(1) + 5, to: at(8) + 1 }, [])).toEqual({
      // With a day to both sides: so far a booking may keep time free beside it.
      asked: { from: at(0) + 5, to: at(9) + 1 },
      read: { from: at(0), to: at(14) },
    });
  });

  test('has the weeks around where bookings are counted', () => {
    const { asked } = windowToRead({ from: at(10), to: at(11), bookings: true }, []);
    expect(asked).toEqual({ from: at(2), to: at(19) });
  });

  test('grows with what is known beside it, up to a bound', () => {
    const known = [{ from: at(0), to: at(28) }, { from: at(0), to: at(2_000) }]; // biome-ignore format: one list
    expect(windowToRead({ from: at(30), to: at(40) }, known.slice(0, 1)).read).toEqual({ from: at(0), to: at(42) });
    expect(windowToRead({ from: at(-7), to: at(40) }, known.slice(1)).read).toEqual({ from: at(-14), to: at(42) });
    // What covers it already asks for nothing more.
    expect(windowToRead({ from: at(3), to: at(5) }, known).read).toEqual({ from: at(0), to: at(7) });
  });
});
