/** Lists: what is on a page, in which order, and what a bound does to it. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { ListedObject, ListQuestion } from '../../../domain/events/listed.ts';
import { type ListPage, listEvents } from '../../../domain/events/listing.ts';
import type { EventContent, EventTime } from '../../../domain/events/model.ts';
import { systemZones } from '../../../domain/time/system-zones.ts';

const zones = systemZones('test');
const zone = 'Europe/London';

function content(start: EventTime, end: EventTime, rules: string[] = []): EventContent {
  return {
    summary: 'x',
    description: null,
    start,
    end,
    nominalDays: null,
    status: 'CONFIRMED',
    busyStatus: 'BUSY',
    visibility: 'DEFAULT',
    location: null,
    url: null,
    color: null,
    categories: [],
    organizer: null,
    attendees: [],
    reminders: [],
    rules,
  };
}

const unchanged = { deletedAt: null, syncedAt: 0, masterSyncedAt: 0 };
const zoned = (local: string): EventTime => ({ kind: 'zoned', local, zone, instant: zones.resolve(local, zone) });
const single = (id: string, start: string, end: string): ListedObject => ({
  id,
  content: content(zoned(start), zoned(end)),
  exceptions: [],
  ...unchanged,
});
const question = (parts: Partial<ListQuestion<ListedObject>>): ListQuestion<ListedObject> => ({
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

describe('listEvents', () => {
  test('the range is half-open; an event of no length counts where it starts (RFC 4791 §9.9)', () => {
    const records = [
      single('a-ends-there', '2026-02-28T23:00:00', '2026-03-01T00:00:00'),
      single('b-no-length', '2026-03-01T00:00:00', '2026-03-01T00:00:00'),
      single('c-starts-at-end', '2026-04-01T01:00:00', '2026-04-01T02:00:00'),
      single('d-covers-all', '2026-01-01T00:00:00', '2026-12-31T00:00:00'),
    ];
    const { items } = listEvents(records, question({}), zones);
    expect(items.map((item) => item.id)).toEqual(['d-covers-all', 'b-no-length']);
  });

  test('an orphan exception is an event of its own, under its own id, and no series is made up around it', () => {
    const record: ListedObject = {
      id: 'evt_a',
      content: null,
      exceptions: [
        {
          recurrenceId: '20260309',
          content: content(zoned('2026-03-10T15:00:00'), zoned('2026-03-10T16:00:00')),
          deletedAt: null,
          syncedAt: 0,
        },
        {
          recurrenceId: '20260310',
          content: content(zoned('2026-03-11T15:00:00'), zoned('2026-03-11T16:00:00')),
          deletedAt: 1,
          syncedAt: 1,
        },
      ],
      ...unchanged,
    };
    const { items } = listEvents([record], question({}), zones);
    expect(items.map(({ id, role }) => [id, role])).toEqual([['evt_a_20260309', 'EXCEPTION']]);
  });

  test('past the bound of generated occurrences a page ends early and says that there is more', () => {
    const record: ListedObject = {
      id: 'evt_a',
      content: content(zoned('2020-01-01T00:00:00'), zoned('2020-01-01T00:01:00'), ['RRULE:FREQ=MINUTELY']),
      exceptions: [],
      ...unchanged,
    };
    const { items, hasNextPage } = listEvents([record], question({ first: 500, maximum: 50 }), zones);
    expect(items.length).toBeLessThanOrEqual(50);
    expect(hasNextPage).toBe(true);
  });

  test('any walk in any page size gives what one page gives', () => {
    const hour = fc.integer({ min: 0, max: 24 * 40 });
    const local = (at: number) => new Date(Date.UTC(2026, 1, 20) + at * 3_600_000).toISOString().slice(0, 19);
    const record = fc.record({ at: hour, length: fc.integer({ min: 0, max: 50 }), rule: fc.constantFrom('', 'RRULE:FREQ=DAILY', 'RRULE:FREQ=WEEKLY;COUNT=3', 'day') }); // biome-ignore format: one record
    fc.assert(
      fc.property(fc.array(record, { maxLength: 12 }), fc.integer({ min: 1, max: 9 }), (made, first) => {
        const records = made.map(({ at, length, rule }, index): ListedObject => {
          const id = `evt_${index}`;
          if (rule !== 'day') {
            return {
              id,
              content: content(zoned(local(at)), zoned(local(at + length)), rule === '' ? [] : [rule]),
              exceptions: [],
              ...unchanged,
            };
          }
          const day = local(at).slice(0, 10);
          const next = local(at + 24).slice(0, 10);
          return {
            id,
            content: content({ kind: 'date', date: day }, { kind: 'date', date: next }),
            exceptions: [],
            ...unchanged,
          };
        });
        const whole = listEvents(records, question({ first: 10_000 }), zones).items.map((item) => item.id);
        expect(new Set(whole).size).toBe(whole.length);
        const walked: string[] = [];
        let after: { start: number; id: string } | null = null;
        for (;;) {
          const page: ListPage<ListedObject> = listEvents(records, question({ first, after }), zones);
          walked.push(...page.items.map((item) => item.id));
          const last = page.items.at(-1);
          if (!page.hasNextPage || last === undefined) break;
          after = { start: last.startsAt, id: last.id };
        }
        expect(walked).toEqual(whole);
      }),
      { numRuns: 300, seed: 7 },
    );
  });
});
