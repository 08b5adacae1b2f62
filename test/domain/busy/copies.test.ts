/** Copies of one event in several calendars: which is one, and which stands for all. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type BusyEntry, busiest, copyOf } from '../../../domain/busy/copies.ts';
import type { EffectiveBusy } from '../../../domain/busy/effective-busy.ts';
import type { Listed, ListedObject } from '../../../domain/events/listed.ts';
import { occurrenceAt } from '../../../domain/events/listed-occurrences.ts';
import { whole } from '../../../domain/events/listing.ts';
import type { EventContent, EventTime } from '../../../domain/events/model.ts';
import { systemZones } from '../../../domain/time/system-zones.ts';

const zones = systemZones('test');
const reading = { dayZone: 'Etc/UTC', floatingZone: () => 'Europe/London' };
const utc = (text: string): EventTime => ({ kind: 'utc', instant: Date.parse(`2026-07-${text}:00Z`) });
const london = (text: string): EventTime => ({
  kind: 'zoned',
  local: `2026-07-${text}:00`,
  zone: 'Europe/London',
  instant: zones.resolve(`2026-07-${text}:00`, 'Europe/London'),
});
const date = (day: string): EventTime => ({ kind: 'date', date: `2026-07-${day}` });

function object(
  id: string,
  start: EventTime,
  end: EventTime,
  rules: string[] = [],
  exceptions: ListedObject['exceptions'] = [],
): ListedObject & { readonly content: EventContent } {
  const content: EventContent = {
    summary: null, description: null, start, end, nominalDays: null, status: 'CONFIRMED', busyStatus: 'BUSY', visibility: 'DEFAULT',
    location: null, url: null, color: null, categories: [], organizer: null, attendees: [], reminders: [], rules,
  }; // biome-ignore format: one record
  return { id, content, exceptions, deletedAt: null, syncedAt: 0, masterSyncedAt: 0 };
}

const single = (id: string, start = '02T10:00', end = '02T11:00') => object(id, utc(start), utc(end));
const shown = (record: ListedObject & { readonly content: EventContent }): Listed<ListedObject> =>
  whole<ListedObject>(record, record.content, reading, zones);
const copy = (entry: Listed<ListedObject> | null, record: ListedObject) => {
  if (entry === null) throw new Error('no such entry');
  return copyOf(entry, record, reading, zones);
};

describe('copyOf', () => {
  test('of a single event is the other single at the same time', () => {
    const entry = shown(single('evt_a'));
    expect(copy(entry, single('evt_b'))?.id).toBe('evt_b');
    // As another program writes the same instant.
    expect(copy(entry, object('evt_b', london('02T11:00'), london('02T12:00')))?.id).toBe('evt_b');
    for (const [start, end] of [['02T10:00', '02T11:30'], ['02T10:30', '02T11:00'], ['02T09:00', '02T10:00']]) {
      expect(copy(entry, single('evt_b', start, end))).toBeNull();
    } // biome-ignore format: one loop
    expect(copy(entry, object('evt_b', utc('02T10:00'), utc('02T11:00'), ['RRULE:FREQ=DAILY']))).toBeNull();
    expect(copy(entry, { ...single('evt_b'), content: null })).toBeNull();
  });

  test('of an occurrence is the one with the same original start, in either form', () => {
    const wall = object('evt_a', london('02T11:00'), london('02T12:00'), ['RRULE:FREQ=DAILY;COUNT=5']);
    const instants = object('evt_b', utc('02T10:00'), utc('02T11:00'), ['RRULE:FREQ=DAILY;COUNT=3']);
    const of = (record: ListedObject, id: string) => occurrenceAt(record, id, reading, zones);
    expect(copy(of(wall, '20260703T110000'), instants)?.id).toBe('evt_b_20260703T100000Z');
    expect(copy(of(instants, '20260703T100000Z'), wall)?.id).toBe('evt_a_20260703T110000');
    expect(copy(of(wall, '20260705T110000'), instants)).toBeNull();
    expect(copy(of(wall, '20260705T110000'), { ...instants, content: null })).toBeNull();
    const days = (id: string) => object(id, date('02'), date('03'), ['RRULE:FREQ=DAILY;COUNT=2']);
    expect(copy(of(days('evt_a'), '20260703'), days('evt_b'))?.id).toBe('evt_b_20260703');
    expect(copy(of(days('evt_a'), '20260703'), instants)).toBeNull();
  });

  test('is none where either was moved by itself, and is one again where both were', () => {
    const { content } = single('x', '02T15:00', '02T16:00');
    const moved = (id: string) => object(id, utc('02T10:00'), utc('02T11:00'), ['RRULE:FREQ=DAILY'], [{ recurrenceId: '20260702T100000Z', content, deletedAt: null, syncedAt: 0 }]); // biome-ignore format: one call
    const plain = object('evt_b', utc('02T10:00'), utc('02T11:00'), ['RRULE:FREQ=DAILY']);
    const entry = occurrenceAt(moved('evt_a'), '20260702T100000Z', reading, zones);
    expect(copy(entry, plain)).toBeNull();
    expect(copy(entry, moved('evt_b'))?.id).toBe('evt_b_20260702T100000Z');
  });
});

describe('busiest', () => {
  const entryOf = (id: string, busy: EffectiveBusy | null): BusyEntry<ListedObject> => ({
    entry: shown(single(id)),
    busy,
  });
  const busy = fc.option(
    fc.record({
      busyStatus: fc.constantFrom('FREE', 'TENTATIVE', 'BUSY', 'OUT_OF_OFFICE', 'WORKING_ELSEWHERE'),
      unanswered: fc.boolean(),
    }),
  );

  test('is busy if any is, and of equals the first by id', () => {
    const free = entryOf('evt_a', { busyStatus: 'FREE', unanswered: false });
    const asked = entryOf('evt_b', { busyStatus: 'BUSY', unanswered: true });
    const sure = entryOf('evt_d', { busyStatus: 'BUSY', unanswered: false });
    const same = entryOf('evt_c', { busyStatus: 'BUSY', unanswered: false });
    expect(busiest([free, asked])).toBe(asked);
    expect(busiest([sure, asked, free])).toBe(sure);
    expect(busiest([sure, same])).toBe(same);
    expect(busiest([entryOf('evt_0', null), free])).toBe(free);
    expect(busiest([])).toBeNull();
  });

  test('is the same whichever of them is asked first', () => {
    fc.assert(
      fc.property(
        fc.array(busy, { minLength: 1, maxLength: 6 }).chain((all) => {
          const copies = all.map((one, n) => entryOf(`evt_${n}`, one as EffectiveBusy | null));
          return fc.tuple(fc.constant(copies), fc.shuffledSubarray(copies, { minLength: copies.length }));
        }),
        ([copies, shuffled]) => {
          const best = busiest(copies);
          expect(busiest(shuffled)).toBe(best);
          if (copies.some((one) => one.busy?.busyStatus === 'BUSY')) expect(best?.busy?.busyStatus).toBe('BUSY');
        },
      ),
      { seed: 20261122, numRuns: 200 },
    );
  });
});
