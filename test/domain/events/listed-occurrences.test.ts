/** One object's occurrences on a list: what is deleted, changed, moved or cut off, and what an id or an instant names. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { changedAt, type Listed, type ListedObject, type ListQuestion } from '../../../domain/events/listed.ts';
import { occurrenceAt, recurrenceIdAt } from '../../../domain/events/listed-occurrences.ts';
import { listEvents } from '../../../domain/events/listing.ts';
import type { EventContent, EventTime } from '../../../domain/events/model.ts';
import { systemZones } from '../../../domain/time/system-zones.ts';

const zones = systemZones('test');
const zone = 'America/New_York';
const utc = (text: string): EventTime => ({ kind: 'utc', instant: Date.parse(`${text}Z`) });
const zoned = (local: string): EventTime => ({ kind: 'zoned', local, zone, instant: zones.resolve(local, zone) });

function content(
  start: EventTime,
  end: EventTime,
  rules: string[] = [],
  more: Partial<EventContent> = {},
): EventContent {
  return {
    summary: 'x', description: null, start, end, nominalDays: null, status: 'CONFIRMED', busyStatus: 'BUSY', visibility: 'DEFAULT',
    location: null, url: null, color: null, categories: [], organizer: null, attendees: [], reminders: [], rules, ...more,
  }; // biome-ignore format: one record
}

type Exception = ListedObject['exceptions'][number];
const exception = (recurrenceId: string, own: EventContent, more: Partial<Exception> = {}): Exception => ({
  recurrenceId,
  content: own,
  deletedAt: null,
  syncedAt: 0,
  ...more,
});
const object = (own: EventContent | null, more: Partial<ListedObject> = {}): ListedObject => ({
  id: 'evt_a',
  content: own,
  exceptions: [],
  deletedAt: null,
  syncedAt: 0,
  masterSyncedAt: 0,
  ...more,
});
const question = (parts: Partial<ListQuestion<ListedObject>> = {}): ListQuestion<ListedObject> => ({
  from: Date.parse('2026-03-01T00:00:00Z'),
  to: Date.parse('2026-04-01T00:00:00Z'),
  endlessTo: Number.POSITIVE_INFINITY,
  dayZone: zone,
  floatingZone: () => zone,
  after: null,
  first: 100,
  expansion: 'OCCURRENCES',
  includeDeleted: false,
  modifiedSince: null,
  moved: () => false,
  maximum: 10_000,
  ...parts,
});
const listed = (records: ListedObject | ListedObject[], parts: Partial<ListQuestion<ListedObject>> = {}) =>
  listEvents([records].flat(), question(parts), zones);
const ids = (items: readonly Listed<ListedObject>[]) => items.map((item) => item.id.replace('evt_a_', ''));

const weekly = content(utc('2026-03-02T10:00:00'), utc('2026-03-02T11:00:00'), ['RRULE:FREQ=WEEKLY;COUNT=4']);
const moved = content(utc('2026-03-10T15:00:00'), utc('2026-03-10T16:00:00'));

describe('deleted occurrences', () => {
  const record = object(
    { ...weekly, rules: [...weekly.rules, 'EXDATE:20260316T100000Z'] },
    {
      exceptions: [
        exception('20260309T100000Z', { ...moved, status: 'CANCELLED' }),
        // Changed once, and excluded later.
        exception('20260316T100000Z', moved, { deletedAt: 5 }),
        // Changed once, and again as the rule has it.
        exception('20260323T100000Z', moved, { deletedAt: 6, syncedAt: 6 }),
      ],
    },
  );

  test('are on the list when they are asked for, where they last were', () => {
    expect(ids(listed(record).items)).toEqual(['20260302T100000Z', '20260323T100000Z']);
    const { items } = listed(record, { includeDeleted: true });
    expect(items.map((item) => [item.id.slice(6), item.startsAt, item.deleted])).toEqual([
      ['20260302T100000Z', Date.parse('2026-03-02T10:00:00Z'), false],
      ['20260309T100000Z', Date.parse('2026-03-10T15:00:00Z'), true],
      ['20260316T100000Z', Date.parse('2026-03-10T15:00:00Z'), true],
      ['20260323T100000Z', Date.parse('2026-03-23T10:00:00Z'), false],
    ]);
  });

  test('of a deleted series all are', () => {
    const { items } = listed({ ...record, deletedAt: 9 }, { includeDeleted: true });
    expect(items.map((item) => item.deleted)).toEqual([true, true, true, true]);
  });

  test('of a series that is listed as such they stand beside it', () => {
    const { items } = listed(record, { includeDeleted: true, expansion: 'SERIES' });
    expect(items.map((item) => [item.role, item.deleted])).toEqual([
      ['SERIES', false],
      ['EXCEPTION', true],
      ['EXCEPTION', true],
    ]);
    expect(listed(record, { expansion: 'SERIES' }).items.map((item) => item.role)).toEqual(['SERIES']);
  });
});

describe('what changed', () => {
  const record = object(weekly, {
    syncedAt: 20,
    masterSyncedAt: 10,
    exceptions: [
      exception('20260309T100000Z', moved, { syncedAt: 20 }),
      exception('20260316T100000Z', moved, { deletedAt: 15, syncedAt: 15 }),
      exception('20260323T100000Z', { ...moved, start: utc('2026-03-24T10:00:00'), end: utc('2026-03-24T11:00:00') }),
    ],
  });

  test.each([
    [10, ['20260302T100000Z', '20260309T100000Z', '20260316T100000Z']],
    [11, ['20260309T100000Z', '20260316T100000Z']],
    [15, ['20260309T100000Z', '20260316T100000Z']],
    [16, ['20260309T100000Z']],
    [21, []],
  ])('since %s', (modifiedSince, expected) => {
    expect(ids(listed(record, { modifiedSince }).items)).toEqual(expected);
  });

  test('of a deleted object is all of it', () => {
    const gone = { ...record, deletedAt: 30, syncedAt: 30 };
    const { items } = listed(gone, { modifiedSince: 30, includeDeleted: true });
    expect(items.map(changedAt)).toEqual([30, 30, 30, 30]);
  });

  test('of a series that is listed as such it is the series or its changed occurrences', () => {
    const roles = (modifiedSince: number) =>
      listed(record, { modifiedSince, expansion: 'SERIES' }).items.map((item) => item.role);
    expect([roles(0).length, roles(10), roles(11)]).toEqual([3, ['SERIES', 'EXCEPTION'], ['EXCEPTION']]);
  });
});

describe('a bound on what is generated', () => {
  const minutely = (id: string, more: Partial<EventContent> = {}) => ({ ...object(content(utc('2026-03-01T00:00:00'), utc('2026-03-01T00:01:00'), ['RRULE:FREQ=MINUTELY'], more)), id }); // biome-ignore format: one record

  test('ends a page where it was met, and the next page goes on: nothing is missed behind another series', () => {
    const records = ['evt_a', 'evt_b', 'evt_c'].map((id) => minutely(id));
    const to = Date.parse('2026-03-01T02:00:00Z');
    const whole = listed(records, { to, first: 1_000 }).items.map((item) => item.id);
    expect(whole).toHaveLength(360);
    const walked: string[] = [];
    let after: ListQuestion<ListedObject>['after'] = null;
    for (;;) {
      const page = listed(records, { to, first: 1_000, maximum: 50, after });
      walked.push(...page.items.map((item) => item.id));
      const last = page.items.at(-1);
      if (!page.hasNextPage || last === undefined) break;
      expect(page.items.length).toBeLessThan(60);
      after = { start: last.startsAt, id: last.id };
    }
    expect(walked).toEqual(whole);
  });

  test('leaves no page empty, however many series there are', () => {
    const records = Array.from({ length: 40 }, (_, n) => minutely(`evt_${String(n).padStart(2, '0')}`));
    const page = listed(records, { maximum: 10, first: 500 });
    expect(page.items.length).toBeGreaterThan(0);
    expect(page.hasNextPage).toBe(true);
  });

  test('is searched past where all that it allows is excluded', () => {
    const exclusions = Array.from({ length: 1_500 }, (_, n) => new Date(Date.parse('2026-03-01T00:00:00Z') + n * 60_000).toISOString().replace(/[-:]|\.\d+/g, '')); // biome-ignore format: one expression
    const record = minutely('evt_a', { rules: ['RRULE:FREQ=MINUTELY', `EXDATE:${exclusions.join(',')}`] });
    const page = listed(record, { maximum: 10, first: 1 });
    expect(page.items.map((item) => item.startsAt)).toEqual([Date.parse('2026-03-02T01:00:00Z')]);
  });

  test('is met by what is excluded as well; the page ends behind what was told', () => {
    const early = Array.from({ length: 600 }, (_, n) => new Date(Date.parse('2026-03-01T00:10:00Z') + n * 60_000).toISOString().replace(/[-:]|\.\d+/g, '')); // biome-ignore format: one expression
    const record = minutely('evt_a', { rules: ['RRULE:FREQ=MINUTELY', `EXDATE:${early.join(',')}`] });
    const page = listed(record, { maximum: 1_000, first: 2_000 });
    expect([page.items.length, page.hasNextPage]).toEqual([400, true]);
    const last = page.items.at(-1);
    const next = listed(record, {
      maximum: 1_000,
      first: 1,
      after: { start: last?.startsAt ?? 0, id: last?.id ?? '' },
    });
    expect(next.items[0]?.startsAt).toBe((last?.startsAt ?? 0) + 60_000);
  });

  test('is not waited for where the way to the range costs more steps than there are', () => {
    const rules = ['RRULE:FREQ=SECONDLY;COUNT=1000000000'];
    const record = object(content(utc('2020-01-01T00:00:00'), utc('2020-01-01T00:00:01'), rules));
    expect(listed(record)).toEqual({ items: [], hasNextPage: false });
  });

  test('does not keep a rule that never fires from ending', () => {
    const never = content(utc('2020-03-01T00:00:00'), utc('2020-03-01T01:00:00'), ['RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30']); // biome-ignore format: one call
    expect(listed(object(never), { to: Number.POSITIVE_INFINITY })).toEqual({ items: [], hasNextPage: false });
  });

  test('goes on behind an entry whatever began before it', () => {
    // Each is 30 days long: 43,200 are under way at any time.
    const long = object(content(utc('2026-01-01T00:00:00'), utc('2026-01-31T00:00:00'), ['RRULE:FREQ=MINUTELY']));
    const start = Date.parse('2026-02-25T00:00:00Z');
    const page = listed(long, { after: { start, id: 'evt_a_20260225T000000Z' }, first: 3 });
    expect(ids(page.items)).toEqual(['20260225T000100Z', '20260225T000200Z', '20260225T000300Z']);
  });
});

describe('what was moved', () => {
  const later = object(content(utc('2026-07-02T10:00:00'), utc('2026-07-02T11:00:00')));
  const daily = object(content(utc('2026-07-02T10:00:00'), utc('2026-07-02T11:00:00'), ['RRULE:FREQ=DAILY']));

  test('is on the list where it is now; a series as itself, unless it has occurrences there', () => {
    expect(listed([later, daily]).items).toEqual([]);
    const { items } = listed([later, daily], { moved: () => true });
    expect(items.map((item) => [item.role, item.startsAt])).toEqual([
      ['SINGLE', Date.parse('2026-07-02T10:00:00Z')],
      ['SERIES', Date.parse('2026-07-02T10:00:00Z')],
    ]);
    const july = { from: Date.parse('2026-07-01T00:00:00Z'), to: Date.parse('2026-07-04T00:00:00Z') };
    expect(listed(daily, { ...july, moved: () => true }).items.map((item) => item.role)).toEqual(['OCCURRENCE', 'OCCURRENCE']); // biome-ignore format: one expression
    const behind = { start: Date.parse('2026-07-03T00:00:00Z'), id: 'evt_z' };
    expect(listed([later, daily], { moved: () => true, after: behind }).items).toEqual([]);
    expect(listed([later, daily], { moved: () => true, modifiedSince: 1 }).items).toEqual([]);
  });
});

describe('an endless series without an end to the range', () => {
  test('is told as far as is said, one that ends to its end', () => {
    const open = { from: Number.NEGATIVE_INFINITY, to: Number.POSITIVE_INFINITY, endlessTo: Date.parse('2026-03-20T00:00:00Z') }; // biome-ignore format: one record
    const endless = object({ ...weekly, rules: ['RRULE:FREQ=WEEKLY'] });
    expect(ids(listed(endless, open).items)).toEqual(['20260302T100000Z', '20260309T100000Z', '20260316T100000Z']);
    expect(listed(object(weekly), open).items).toHaveLength(4);
    const until = object({ ...weekly, rules: ['RRULE:FREQ=WEEKLY;UNTIL=20260401T000000Z'] });
    expect(listed(until, open).items).toHaveLength(5);
  });
});

describe('occurrenceAt and recurrenceIdAt', () => {
  const reading = { dayZone: zone, floatingZone: () => zone };
  const find = (record: ListedObject, id: string) => occurrenceAt(record, id, reading, zones);
  const named = (record: ListedObject, at: string) => recurrenceIdAt(record, Date.parse(`${at}Z`), reading, zones);
  const nightly = object(
    content(zoned('2026-03-06T02:30:00'), zoned('2026-03-06T03:00:00'), ['RRULE:FREQ=DAILY;COUNT=5']),
    {
      exceptions: [exception('20260309T063000Z', moved), exception('20260310T023000', moved, { deletedAt: 1 })],
    },
  );

  test('what the rule generates, what was changed under either form of its id, nothing else', () => {
    expect(find(nightly, '20260307T023000')).toMatchObject({ role: 'OCCURRENCE', deleted: false });
    expect(find(nightly, '20260309T023000')).toMatchObject({ role: 'EXCEPTION', content: moved });
    expect(find(nightly, '20260309T063000Z')).toMatchObject({ role: 'EXCEPTION', id: 'evt_a_20260309T023000' });
    expect(find(nightly, '20260310T023000')).toMatchObject({ role: 'OCCURRENCE' });
    for (const id of ['20260306', '20260307T073000Z', '20260312T023000', '20260307T023001']) expect(find(nightly, id)).toBeNull(); // biome-ignore format: one loop
    expect(find(object(moved), '20260310T150000Z')).toBeNull();
    expect(find({ ...nightly, exceptions: [exception('nonsense', moved)] }, 'nonsense')).toBeNull();
  });

  test('of an object without its series, what is known', () => {
    const orphan = object(null, {
      exceptions: [exception('20260309T100000Z', moved), exception('nonsense', moved), exception('20260310T100000Z', moved, { deletedAt: 1 })], // biome-ignore format: one list
    });
    expect(find(orphan, '20260309T100000Z')).toMatchObject({ role: 'EXCEPTION' });
    expect(find(orphan, '20260310T100000Z')).toBeNull();
    expect(named(orphan, '2026-03-09T10:00:00')).toBe('20260309T100000Z');
    expect(named(orphan, '2026-03-10T15:00:00')).toBeNull();
  });

  test('an instant names the start that it is, in a gap the wall clock before it', () => {
    expect(named(nightly, '2026-03-07T07:30:00')).toBe('20260307T023000');
    expect(named(nightly, '2026-03-08T07:30:00')).toBe('20260308T023000');
    const floating = object(content({ kind: 'floating', local: '2026-03-06T02:30:00' }, { kind: 'floating', local: '2026-03-06T03:00:00' }, ['RRULE:FREQ=DAILY'])); // biome-ignore format: one call
    expect(named(floating, '2026-03-08T07:30:00')).toBe('20260308T023000');
    expect(named(object(weekly), '2026-03-09T10:00:00')).toBe('20260309T100000Z');
  });

  test('a day is named by its midnight in UTC or by any instant of it in the calendar', () => {
    const days = object(content({ kind: 'date', date: '2026-03-06' }, { kind: 'date', date: '2026-03-07' }, ['RRULE:FREQ=DAILY'])); // biome-ignore format: one call
    expect(named(days, '2026-03-08T00:00:00')).toBe('20260308');
    expect(named(days, '2026-03-08T05:00:00')).toBe('20260308');
    expect(named(days, '2026-03-09T03:59:59')).toBe('20260308');
  });
});

test('whatever is on a list is found by its id, just as it is there', () => {
  const local = (at: number) => new Date(Date.UTC(2026, 2, 1) + at * 3_600_000).toISOString().slice(0, 19);
  fc.assert(
    fc.property(
      fc.record({
        at: fc.integer({ min: 0, max: 300 }),
        rule: fc.constantFrom('FREQ=DAILY', 'FREQ=WEEKLY;COUNT=3', 'FREQ=HOURLY;INTERVAL=7;COUNT=40'),
        changed: fc.array(fc.record({ nth: fc.integer({ min: 0, max: 6 }), by: fc.integer({ min: -30, max: 30 }), cancelled: fc.boolean(), gone: fc.boolean() }), { maxLength: 4 }), // biome-ignore format: one record
        excluded: fc.array(fc.integer({ min: 0, max: 6 }), { maxLength: 2 }),
      }),
      ({ at, rule, changed, excluded }) => {
        const start = zoned(local(at));
        const plain = object(content(start, zoned(local(at + 1)), [`RRULE:${rule}`]));
        const generated = listed(plain, { first: 7 }).items;
        const exceptions = changed.flatMap(({ nth, by, cancelled, gone }) => {
          const item = generated[nth];
          if (item?.recurrenceId == null) return [];
          const own = content(zoned(local(at + by)), zoned(local(at + by + 1)), [], cancelled ? { status: 'CANCELLED' } : {}); // biome-ignore format: one call
          return [exception(item.recurrenceId, own, gone ? { deletedAt: 1 } : {})];
        });
        const once = [...new Map(exceptions.map((one) => [one.recurrenceId, one])).values()];
        const exdates = excluded.flatMap((nth) => generated[nth]?.recurrenceId ?? []);
        const rules = [`RRULE:${rule}`, ...exdates.map((id) => `EXDATE:${id}`)];
        const record = object(content(start, zoned(local(at + 1)), rules), { exceptions: once });
        const present = listed(record).items;
        const everything = listed(record, { includeDeleted: true }).items;
        expect(everything.filter((item) => !item.deleted)).toEqual(present);
        for (const item of present) {
          const found = occurrenceAt(
            record,
            item.recurrenceId ?? '',
            { dayZone: zone, floatingZone: () => zone },
            zones,
          );
          expect(found).toEqual(item);
        }
      },
    ),
    { seed: 20261122, numRuns: 200 },
  );
});

test('a series whose occurrences cannot be counted in time lists none of them, and ends', () => {
  // COUNT is counted from the start, and the day asked for is further than a walk may take.
  const seconds = content(utc('2026-01-01T00:00:00'), utc('2026-01-01T00:00:01'), [
    'RRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=29;COUNT=9000',
  ]);
  const far = { from: Date.parse('3300-01-01T00:00:00Z'), to: Date.parse('3301-01-01T00:00:00Z') };
  expect(listed(object(seconds), far).items).toEqual([]);
});
