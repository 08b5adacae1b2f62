import { describe, expect, test } from '@jest/globals';
import type { Attendee, EventContent } from '../../../domain/events/model.ts';
import {
  countExcluded,
  followSeries,
  withException,
  withGiven,
  withoutOccurrence,
} from '../../../domain/events/occurrence-edit.ts';
import { content, exception, zones } from '../recurrence/fixtures.ts';

const series = { zones, floatingZone: 'Europe/London' };
const start = '2026-11-02T10:00:00 Europe/London';
const end = '2026-11-02T11:00:00 Europe/London';
const master = (rules: readonly string[]) => content(start, end, { rules });

describe('an occurrence taken out', () => {
  test('is one more date of the line that there is, once', () => {
    const once = withoutOccurrence({ master: master(['RRULE:FREQ=DAILY']), exceptions: [] }, '20261103T100000', series);
    expect(once.master?.rules).toEqual(['RRULE:FREQ=DAILY', 'EXDATE;TZID=Europe/London:20261103T100000']);
    const twice = withoutOccurrence(once, '20261104T100000', series);
    expect(twice.master?.rules[1]).toBe('EXDATE;TZID=Europe/London:20261103T100000,20261104T100000');
    expect(withoutOccurrence(twice, '20261104T100000', series).master?.rules).toEqual(twice.master?.rules);
    expect(countExcluded(twice.master?.rules ?? [])).toBe(2);
  });

  test('is named by its instant where no wall clock names it, and by its day or instant as its series is', () => {
    const lineOf = (from: string, to: string, id: string) =>
      withoutOccurrence({ master: content(from, to, { rules: ['RRULE:FREQ=DAILY'] }), exceptions: [] }, id, series)
        .master?.rules[1];
    expect(lineOf(start, end, '20261025T013000Z')).toBe('EXDATE:20261025T013000Z');
    expect(lineOf('2026-11-02', '2026-11-03', '20261103')).toBe('EXDATE;VALUE=DATE:20261103');
    expect(lineOf('2026-11-02T10:00:00Z', '2026-11-02T11:00:00Z', '20261103T100000Z')).toBe('EXDATE:20261103T100000Z');
    expect(lineOf('2026-11-02T10:00:00', '2026-11-02T11:00:00', '20261103T100000')).toBe('EXDATE:20261103T100000');
  });

  test('loses its own content, also where its series is not known', () => {
    const exceptions = [exception('20261103T100000', start, end), exception('20261104T100000', start, end)];
    const left = withoutOccurrence({ master: null, exceptions }, '20261103T100000', series);
    expect(left).toEqual({ master: null, exceptions: exceptions.slice(1) });
  });
});

test('an occurrence’s own content replaces the one it had, in the order of the series, and has no rules', () => {
  const own = (summary: string) => content(start, end, { summary, rules: ['RRULE:FREQ=DAILY'] });
  const one = withException({ master: master([]), exceptions: [] }, '20261104T100000', own('a'), series);
  const two = withException(one, '20261103T100000', own('b'), series);
  expect(two.exceptions.map(({ recurrenceId }) => recurrenceId)).toEqual(['20261103T100000', '20261104T100000']);
  const again = withException(two, '20261104T100000', own('c'), series);
  expect(
    again.exceptions.map(({ recurrenceId, content: { summary, rules } }) => [recurrenceId, summary, rules]),
  ).toEqual([
    ['20261103T100000', 'b', []],
    ['20261104T100000', 'c', []],
  ]);
});

describe('a change that stands for later occurrences too, taken out at its own', () => {
  const ranged = exception(
    '20261103T100000',
    '2026-11-03T12:00:00 Europe/London',
    '2026-11-03T14:00:00 Europe/London',
    {
      thisAndFuture: true,
      summary: 'moved',
    },
  );
  const later = exception('20261107T100000', start, end);
  const daily = { master: master(['RRULE:FREQ=DAILY;COUNT=6']), exceptions: [ranged, later] };

  test('goes on with the next one, in the order of the series', () => {
    const left = withoutOccurrence(daily, '20261103T100000', series).exceptions;
    expect(left.map(({ recurrenceId }) => recurrenceId)).toEqual(['20261104T100000', '20261107T100000']);
    expect(left[0]?.content).toMatchObject({
      summary: 'moved',
      thisAndFuture: true,
      start: { local: '2026-11-04T12:00:00' },
      end: { local: '2026-11-04T14:00:00' },
    });
  });

  test('and so where that occurrence is given content of its own, which stands for itself', () => {
    const left = withException(daily, '20261103T100000', ranged.content, series).exceptions;
    expect(left.map(({ recurrenceId, content: { thisAndFuture } }) => [recurrenceId, thisAndFuture])).toEqual([
      ['20261103T100000', undefined],
      ['20261104T100000', true],
      ['20261107T100000', undefined],
    ]);
  });

  test('stays where another one is taken out, and is gone where none is left or it names no occurrence', () => {
    expect(withoutOccurrence(daily, '20261107T100000', series).exceptions).toEqual([ranged]);
    const own = exception('20261105T100000', start, end);
    const between = { ...daily, exceptions: [ranged, own, later] };
    expect(withoutOccurrence(between, '20261105T100000', series).exceptions).toEqual([ranged, later]);
    const short = { ...daily, master: master(['RRULE:FREQ=DAILY;COUNT=2']), exceptions: [ranged] };
    expect(withoutOccurrence(short, '20261103T100000', series).exceptions).toEqual([]);
    const astray = { ...daily, exceptions: [{ ...ranged, recurrenceId: 'never' }] };
    expect(withoutOccurrence(astray, 'never', series).exceptions).toEqual([]);
  });
});

test('only EXDATE lines take dates out, in either case', () => {
  expect(countExcluded(['exdate:20261103T100000Z', 'RDATE;X-BY=EXDATE:20261103T100000Z'])).toBe(1);
});

const attendee = (email: string, more: Partial<Attendee> = {}): Attendee => ({
  uri: `mailto:${email}`,
  email,
  name: null,
  status: 'NEEDS_ACTION',
  optional: false,
  resource: false,
  ...more,
});
const at = (hour: number, more: Partial<EventContent> = {}) =>
  content(`2026-11-09T${hour}:00:00 Europe/London`, `2026-11-09T${hour + 1}:00:00 Europe/London`, more);

describe('a changed occurrence whose series changes', () => {
  test('keeps what it says itself and its times, and follows in what it repeated', () => {
    const before = at(10, { summary: 'old', location: { description: 'here', latitude: null, longitude: null } });
    const after = at(14, { summary: 'new', location: null, categories: ['a'] });
    const own = at(15, { ...before, ...at(15), summary: 'own', location: before.location });
    expect(followSeries(own, before, after)).toEqual(at(15, { summary: 'own', location: null, categories: ['a'] }));
    const renamed = { ...before, summary: 'own' };
    expect(followSeries(renamed, before, after).start).toEqual(before.start);
  });

  test('follows in time too where only answers differ', () => {
    const people = (status: Attendee['status']) => [attendee('bob@example.test', { status })];
    const before = at(10, { attendees: people('NEEDS_ACTION') });
    const after = at(14, { attendees: people('NEEDS_ACTION') });
    const own = at(10, { attendees: people('DECLINED') });
    expect(followSeries(own, before, after)).toEqual(at(14, { attendees: people('DECLINED') }));
  });

  test('has whom the series invites and not whom it no longer does, with the answers given to it', () => {
    const [bob, carol, dave, erin] = ['bob', 'carol', 'dave', 'erin'].map((name) => attendee(`${name}@example.test`));
    const all = (...list: (Attendee | undefined)[]) => list.filter((one) => one !== undefined);
    const before = at(10, { attendees: all(bob, carol) });
    const renamed = attendee('carol@example.test', { name: 'Carol' });
    const after = at(10, { attendees: all(renamed, dave) });
    const declined = attendee('carol@example.test', { status: 'DECLINED' });
    const keys = (own: Attendee[]) => followSeries(at(10, { attendees: own }), before, after).attendees;
    expect(keys(all(bob, carol))).toEqual(all(renamed, dave));
    expect(keys(all(bob, declined, erin))).toEqual(all(declined, erin, dave));
    expect(keys(all(carol, dave))).toEqual(all(renamed, dave));
    const inOrder = followSeries(before, before, at(10, { attendees: all(dave, carol) }));
    expect(inOrder.attendees).toEqual(all(dave, carol));
  });

  test('keeps its times where it invites somebody itself, or calls somebody otherwise', () => {
    const bob = attendee('bob@example.test');
    const before = at(10, { attendees: [bob] });
    const after = at(14, { attendees: [bob] });
    for (const own of [
      [bob, attendee('erin@example.test')],
      [attendee('erin@example.test')],
      [{ ...bob, name: 'Bob' }],
    ]) {
      expect(followSeries(at(10, { attendees: own }), before, after).start).toEqual(before.start);
    }
  });

  test('takes what was given for it by name, whatever it said otherwise', () => {
    const own = at(15, { summary: 'own', description: 'own' });
    const given = at(14, { summary: 'new', description: 'new' });
    expect(withGiven(own, given, { summary: 'new' })).toEqual(at(15, { summary: 'new', description: 'own' }));
    expect(withGiven(own, given, { end: { date: '2026-11-10' } })).toEqual(
      at(14, { summary: 'own', description: 'own' }),
    );
    expect(withGiven(own, given, {})).toEqual(own);
  });
});
