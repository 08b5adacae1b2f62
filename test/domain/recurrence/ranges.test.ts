/** A change that stands for later occurrences, too (RFC 5545 §3.2.13, RANGE=THISANDFUTURE), as it is read. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { contentColumns } from '../../../datasources/store/event-columns.ts';
import type { EventContent, EventException } from '../../../domain/events/model.ts';
import { withException, withoutOccurrence } from '../../../domain/events/occurrence-edit.ts';
import { endedBefore, goingOnFrom } from '../../../domain/events/split-series.ts';
import { expand } from '../../../domain/recurrence/expand.ts';
import { generates } from '../../../domain/recurrence/generates.ts';
import { seriesBounds } from '../../../domain/recurrence/series-bounds.ts';
import { formatInstant, parseInstant } from '../../../domain/time/instants.ts';
import { addToLocal } from '../../../domain/time/wall-clock.ts';
import { content, exception, said, series, spans, starts, walk, window, zones } from './fixtures.ts';

const london = 'Europe/London';
/** Mondays from 2 March 2026 at ten. */
const weekly = series(`2026-03-02T10:00:00 ${london}`, `2026-03-02T11:00:00 ${london}`, ['RRULE:FREQ=WEEKLY;COUNT=8']);

function fromNowOn(id: string, start: string, end: string, more: Partial<EventContent> = {}): EventException {
  return exception(id, start, end, { thisAndFuture: true, ...more });
}

/** From the third Monday on: Tuesdays at three, for two hours. */
const tuesdays = fromNowOn('20260316T100000', `2026-03-17T15:00:00 ${london}`, `2026-03-17T17:00:00 ${london}`, {
  summary: 'Moved',
});

describe('RANGE=THISANDFUTURE', () => {
  test('moves, lengthens and renames every later occurrence, by the wall clock', () => {
    expect(spans(weekly, [tuesdays])).toEqual([
      '2026-03-02T10:00:00Z/2026-03-02T11:00:00Z',
      '2026-03-09T10:00:00Z/2026-03-09T11:00:00Z',
      '2026-03-17T15:00:00Z/2026-03-17T17:00:00Z',
      '2026-03-24T15:00:00Z/2026-03-24T17:00:00Z',
      '2026-03-31T14:00:00Z/2026-03-31T16:00:00Z',
      '2026-04-07T14:00:00Z/2026-04-07T16:00:00Z',
      '2026-04-14T14:00:00Z/2026-04-14T16:00:00Z',
      '2026-04-21T14:00:00Z/2026-04-21T16:00:00Z',
    ]);
    const later = walk(weekly, [tuesdays]).occurrences[4];
    expect(said(later)).toMatchObject({
      recurrenceId: '20260330T100000',
      originalStart: { local: '2026-03-30T10:00:00' },
      start: { kind: 'zoned', local: '2026-03-31T15:00:00', zone: london },
      end: { local: '2026-03-31T17:00:00' },
      exception: { content: { summary: 'Moved' } },
    });
  });

  test('leaves those with a change of their own, and those that EXDATE excludes, as they are', () => {
    const own = exception('20260330T100000', `2026-03-30T08:00:00 ${london}`, `2026-03-30T08:30:00 ${london}`);
    const given = { ...weekly, rules: [...weekly.rules, `EXDATE;TZID=${london}:20260406T100000`] };
    expect(starts(given, [tuesdays, own]).slice(3)).toEqual([
      '2026-03-24T15:00:00Z',
      '2026-03-30T07:00:00Z',
      '2026-04-14T14:00:00Z',
      '2026-04-21T14:00:00Z',
    ]);
  });

  test('ends where the next such change begins', () => {
    const back = fromNowOn('20260406T100000', `2026-04-05T10:00:00 ${london}`, `2026-04-05T10:30:00 ${london}`);
    expect(spans(weekly, [back, tuesdays]).slice(4)).toEqual([
      '2026-03-31T14:00:00Z/2026-03-31T16:00:00Z',
      '2026-04-05T09:00:00Z/2026-04-05T09:30:00Z',
      '2026-04-12T09:00:00Z/2026-04-12T09:30:00Z',
      '2026-04-19T09:00:00Z/2026-04-19T09:30:00Z',
    ]);
  });

  test('finds what it moved where that is, in order, and not where it was', () => {
    const before = window('2026-03-23T00:00:00Z', '2026-03-24T12:00:00Z');
    expect(starts(weekly, [tuesdays], before)).toEqual([]);
    expect(starts(weekly, [tuesdays], window('2026-03-24T15:30:00Z', '2026-03-24T16:00:00Z'))).toEqual([
      '2026-03-24T15:00:00Z',
    ]);
    // Three weeks back: among those that were not moved.
    const earlier = fromNowOn('20260330T100000', `2026-03-08T10:00:00 ${london}`, `2026-03-08T11:00:00 ${london}`);
    expect(starts(weekly, [earlier])).toEqual([
      '2026-03-02T10:00:00Z',
      '2026-03-08T10:00:00Z',
      '2026-03-09T10:00:00Z',
      '2026-03-15T10:00:00Z',
      '2026-03-16T10:00:00Z',
      '2026-03-22T10:00:00Z',
      '2026-03-23T10:00:00Z',
      '2026-03-29T09:00:00Z',
    ]);
    expect(starts(weekly, [earlier], window('2026-03-15T00:00:00Z', '2026-03-16T00:00:00Z'))).toEqual([
      '2026-03-15T10:00:00Z',
    ]);
  });

  test('cancels every later occurrence where it is CANCELLED', () => {
    const ended = fromNowOn('20260316T100000', `2026-03-16T10:00:00 ${london}`, `2026-03-16T11:00:00 ${london}`, {
      status: 'CANCELLED',
    });
    const told = walk(weekly, [ended]).occurrences.map((one) => one.exception?.content.status ?? 'CONFIRMED');
    expect(told).toEqual(['CONFIRMED', 'CONFIRMED', ...Array.from({ length: 6 }, () => 'CANCELLED')]);
  });

  test('reads a move into another kind of time or another zone', () => {
    const days = series('2026-03-02', '2026-03-03', ['RRULE:FREQ=DAILY;COUNT=3'], { dayZone: london });
    const timed = fromNowOn('20260303', '2026-03-03T09:00:00 Asia/Tokyo', '2026-03-03T10:00:00 Asia/Tokyo');
    expect(starts(days, [timed])).toEqual(['2026-03-02T00:00:00Z', '2026-03-03T00:00:00Z', '2026-03-04T00:00:00Z']);
    const allDay = fromNowOn('20260309T100000', '2026-03-10', '2026-03-12');
    const shown = walk(weekly, [allDay], window(undefined, '2026-03-20T00:00:00Z')).occurrences;
    expect(shown.map(({ start, end }) => [start, end]).slice(1)).toEqual([
      [
        { kind: 'date', date: '2026-03-10' },
        { kind: 'date', date: '2026-03-12' },
      ],
      [
        { kind: 'date', date: '2026-03-17' },
        { kind: 'date', date: '2026-03-19' },
      ],
    ]);
    // The wall clock of the series counts: London at nine, whatever Tokyo shows.
    const tokyo = fromNowOn('20260309T100000', '2026-03-09T18:00:00 Asia/Tokyo', '2026-03-09T19:00:00 Asia/Tokyo');
    expect(said(walk(weekly, [tokyo]).occurrences[4])).toMatchObject({
      startsAt: parseInstant('2026-03-30T08:00:00Z'),
      start: { local: '2026-03-30T17:00:00', zone: 'Asia/Tokyo' },
      end: { local: '2026-03-30T18:00:00', zone: 'Asia/Tokyo' },
    });
  });

  test('moves days to an instant in UTC by what UTC shows', () => {
    const days = series('2026-03-27', '2026-03-28', ['RRULE:FREQ=DAILY;COUNT=4'], { dayZone: london });
    const timed = fromNowOn('20260328', '2026-03-28T09:00:00Z', '2026-03-28T10:30:00Z');
    // On 29 March London's clock goes forward, which moves nothing that is said in UTC.
    expect(spans(days, [timed])).toEqual([
      '2026-03-27T00:00:00Z/2026-03-28T00:00:00Z',
      '2026-03-28T09:00:00Z/2026-03-28T10:30:00Z',
      '2026-03-29T09:00:00Z/2026-03-29T10:30:00Z',
      '2026-03-30T09:00:00Z/2026-03-30T10:30:00Z',
    ]);
  });

  test('keeps a length in days by the wall clock, and in UTC as it is', () => {
    const nights = series(`2026-03-27T20:00:00 ${london}`, `2026-03-27T21:00:00 ${london}`, [
      'RRULE:FREQ=DAILY;COUNT=3',
    ]);
    const zoned = fromNowOn('20260327T200000', `2026-03-27T22:00:00 ${london}`, `2026-03-28T22:00:00 ${london}`, {
      nominalDays: 1,
    });
    expect(spans(nights, [zoned])).toEqual([
      '2026-03-27T22:00:00Z/2026-03-28T22:00:00Z',
      '2026-03-28T22:00:00Z/2026-03-29T21:00:00Z',
      '2026-03-29T21:00:00Z/2026-03-30T21:00:00Z',
    ]);
    const utc = fromNowOn('20260327T200000', '2026-03-27T22:00:00Z', '2026-03-28T22:00:00Z', { nominalDays: 1 });
    expect(spans(nights, [utc])).toEqual([
      '2026-03-27T22:00:00Z/2026-03-28T22:00:00Z',
      '2026-03-28T22:00:00Z/2026-03-29T22:00:00Z',
      '2026-03-29T21:00:00Z/2026-03-30T21:00:00Z',
    ]);
  });

  test('takes a day with a broken end for one day, as an event by itself', () => {
    const broken = fromNowOn('20260323T100000', '2026-03-24', '2026-03-24T10:00:00Z');
    expect(spans(weekly, [broken], window('2026-03-25T00:00:00Z', '2026-04-08T00:00:00Z'))).toEqual([
      '2026-03-31T00:00:00Z/2026-04-01T00:00:00Z',
      '2026-04-07T00:00:00Z/2026-04-08T00:00:00Z',
    ]);
    const days = series('2026-03-24', '2026-03-24T10:00:00Z', ['RRULE:FREQ=DAILY;COUNT=2']);
    expect(spans(days)).toEqual([
      '2026-03-24T00:00:00Z/2026-03-25T00:00:00Z',
      '2026-03-25T00:00:00Z/2026-03-26T00:00:00Z',
    ]);
  });

  test('leaves the bounds of an endless series open, and those of one that RDATE ends closed', () => {
    const endless = { ...weekly, rules: ['RRULE:FREQ=WEEKLY', 'RRULE:FREQ=DAILY;COUNT=2'] };
    expect(seriesBounds(endless, [tuesdays], zones).end).toBeNull();
    expect(seriesBounds({ ...endless, rules: endless.rules.toReversed() }, [tuesdays], zones).end).toBeNull();
    const dated = { ...weekly, rules: ['RDATE:20260601T090000Z'] };
    // Monday at ten becomes Tuesday at three for two hours, and three days for zones and gaps.
    expect(seriesBounds(dated, [tuesdays], zones).end).toBe(parseInstant('2026-06-05T16:00:00Z'));
  });

  test('is answered by the id of a moved occurrence, too', () => {
    const moved = generates(weekly, '20260330T100000', zones, [tuesdays]);
    expect(said(moved)).toEqual(said(walk(weekly, [tuesdays]).occurrences[4]));
    expect(said(generates(weekly, '20260309T100000', zones, [tuesdays]))).toEqual(
      said(generates(weekly, '20260309T100000', zones)),
    );
  });

  test('reaches far occurrences of an endless series without walking there', () => {
    const endless = { ...weekly, rules: ['RRULE:FREQ=WEEKLY'] };
    const { occurrences, expansion } = walk(
      endless,
      [tuesdays],
      window('2099-06-01T00:00:00Z', '2099-06-30T00:00:00Z'),
    );
    expect(occurrences.map(({ startsAt }) => formatInstant(startsAt))).toEqual(
      ['02', '09', '16', '23'].map((day) => `2099-06-${day}T14:00:00Z`),
    );
    expect(expansion.steps).toBeLessThan(30);
  });

  test('holds back what may not be the next where the maximum ends a walk', () => {
    const earlier = fromNowOn('20260330T100000', `2026-03-08T10:00:00 ${london}`, `2026-03-08T11:00:00 ${london}`);
    const { occurrences, expansion } = walk(weekly, [earlier], window(undefined, undefined, 4));
    expect(expansion.exhausted).toBe(true);
    const all = starts(weekly, [earlier]);
    expect(occurrences.map(({ startsAt }) => formatInstant(startsAt))).toEqual(all.slice(0, occurrences.length));
  });
});

const kinds = [
  [`2026-03-02T02:30:00 ${london}`, `2026-03-02T04:00:00 ${london}`],
  ['2026-03-02T10:00:00Z', '2026-03-02T11:00:00Z'],
  ['2026-03-02T10:00:00', '2026-03-02T11:00:00'],
  ['2026-03-02', '2026-03-04'],
] as const;

/** An occurrence's change by some minutes (days, when all-day), for some minutes. */
const changes = fc.array(
  fc.record({
    at: fc.nat(11),
    minutes: fc.integer({ min: -60_000, max: 60_000 }),
    lasts: fc.integer({ min: 0, max: 3_000 }),
    isRange: fc.boolean(),
  }),
  { maxLength: 4 },
);

describe('any changes, ranges or not', () => {
  const given = fc.record({
    kind: fc.constantFrom(...kinds),
    rule: fc.constantFrom(
      'FREQ=DAILY;INTERVAL=3;COUNT=12',
      'FREQ=WEEKLY;COUNT=12',
      'FREQ=MONTHLY;BYMONTHDAY=2;COUNT=12',
    ),
    changes,
    from: fc.integer({ min: -60, max: 400 }),
    length: fc.integer({ min: 0, max: 200 }),
  });
  const prepare = ({
    kind: [start, end],
    rule,
    changes: wanted,
  }: typeof given extends fc.Arbitrary<infer T> ? T : never) => {
    const plain = series(start, end, [`RRULE:${rule}`], { floatingZone: london, dayZone: london });
    const originals = walk(plain).occurrences;
    const byId = new Map<string, EventException>();
    for (const { at, minutes, lasts, isRange } of wanted) {
      const original = originals[at];
      if (original === undefined) continue;
      const isDay = original.start.kind === 'date';
      const local = isDay
        ? `${original.start.kind === 'date' ? original.start.date : ''}T00:00:00`
        : original.start.kind === 'utc'
          ? formatInstant(original.startsAt).slice(0, 19)
          : original.start.local;
      const moved = addToLocal(local, isDay ? { days: Math.trunc(minutes / 1_440) } : { seconds: minutes * 60 });
      const until = addToLocal(moved, isDay ? { days: 1 + Math.trunc(lasts / 1_440) } : { seconds: lasts * 60 });
      const text = (wall: string) =>
        isDay ? wall.slice(0, 10) : start.endsWith('Z') ? `${wall}Z` : start.includes(' ') ? `${wall} ${london}` : wall;
      byId.set(original.recurrenceId, {
        recurrenceId: original.recurrenceId,
        content: content(text(moved), text(until), isRange ? { thisAndFuture: true } : {}),
      });
    }
    return { plain, exceptions: [...byId.values()], originals };
  };

  test('are found in any window as in a walk along everything', () => {
    fc.assert(
      fc.property(given, (one) => {
        const { plain, exceptions, originals } = prepare(one);
        const all = walk(plain, exceptions).occurrences.map(said);
        expect(all.map((each) => each?.recurrenceId).sort()).toEqual(originals.map((each) => each.recurrenceId).sort());
        const begin = parseInstant('2026-03-02T00:00:00Z') + one.from * 86_400_000;
        const end = begin + one.length * 86_400_000;
        const found = walk(plain, exceptions, { from: begin, to: end, maximum: 1_000 }).occurrences.map(said);
        expect(found).toEqual(
          all.filter(
            (each) =>
              each !== null &&
              each.startsAt < end &&
              (each.endsAt > begin || (each.startsAt === each.endsAt && each.startsAt >= begin)),
          ),
        );
      }),
      { seed: 20_261_122, numRuns: 400 },
    );
  });

  test('lie within the bounds that the store keeps', () => {
    fc.assert(
      fc.property(given, (one) => {
        const { plain, exceptions } = prepare(one);
        const bounds = seriesBounds(plain, exceptions, zones);
        const master = { ...content('2026-03-02', '2026-03-03'), ...plain };
        const object = { uid: 'a', master, exceptions, sequence: 0, stampedAt: null, createdAt: null, updatedAt: null };
        const { span } = contentColumns({ ...object, marker: null }, london, zones);
        const [lower = '', upper = ''] = span.slice(1, -1).split(',');
        for (const { startsAt, endsAt } of walk(plain, exceptions).occurrences) {
          expect(bounds.start).toBeLessThanOrEqual(startsAt);
          expect(bounds.end).toBeGreaterThanOrEqual(endsAt);
          expect(Date.parse(lower)).toBeLessThanOrEqual(startsAt);
          expect(Date.parse(upper)).toBeGreaterThanOrEqual(endsAt);
        }
      }),
      { seed: 20_261_122, numRuns: 200 },
    );
  });
});

describe('a series with such a change', () => {
  const master = { ...content('2026-03-02', '2026-03-03'), ...weekly };
  const object = { master, exceptions: [tuesdays] };
  const calendar = { zones, floatingZone: london };
  const told = (parts: { readonly master: EventContent | null; readonly exceptions: readonly EventException[] }) =>
    [...expand({ ...weekly, ...parts.master }, parts.exceptions, window(), zones)].map(({ startsAt }) =>
      formatInstant(startsAt),
    );

  test('keeps the later ones where they are when its own occurrence is changed alone', () => {
    const own = content(`2026-03-16T12:00:00 ${london}`, `2026-03-16T13:00:00 ${london}`, { thisAndFuture: true });
    const edited = withException(object, '20260316T100000', own, calendar);
    expect(edited.exceptions.map((one) => [one.recurrenceId, one.content.thisAndFuture])).toEqual([
      ['20260316T100000', undefined],
      ['20260323T100000', true],
    ]);
    expect(told(edited)).toEqual(told(object).map((start, at) => (at === 2 ? '2026-03-16T12:00:00Z' : start)));
  });

  test('keeps them when its own occurrence is deleted, and when a later one is changed', () => {
    const without = withoutOccurrence(object, '20260316T100000', calendar);
    expect(told(without)).toEqual(told(object).filter((_, at) => at !== 2));
    const own = content(`2026-03-24T08:00:00 ${london}`, `2026-03-24T09:00:00 ${london}`);
    const edited = withException(object, '20260323T100000', own, calendar);
    expect(told(edited)).toEqual(told(object).map((start, at) => (at === 3 ? '2026-03-24T08:00:00Z' : start)));
  });

  test('is cut in two without anything being elsewhere', () => {
    const before = endedBefore(object, '20260330T100000', calendar);
    const after = goingOnFrom(object, '20260330T100000', calendar);
    if (after === null) throw new Error('it can be cut there');
    expect([...told(before), ...told(after)]).toEqual(told(object));
  });
});
