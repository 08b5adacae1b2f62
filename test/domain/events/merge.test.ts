/** Our change and the user's, laid together: what each side changed stays, what both changed differently collides. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { sameVisibleContent } from '../../../domain/events/content.ts';
import { mergeObjects, sameButAnswers } from '../../../domain/events/merge.ts';
import type { Attendee, CalendarObject, EventContent, EventTime } from '../../../domain/events/model.ts';
import { content as anyContent, context, zones } from './icalendar/arbitrary.ts';

const zoned = (local: string): EventTime => ({
  kind: 'zoned',
  local,
  zone: 'Europe/London',
  instant: zones.resolve(local, 'Europe/London'),
});
const base: EventContent = {
  summary: 'Review',
  description: null,
  start: zoned('2026-06-01T10:00:00'),
  end: zoned('2026-06-01T11:00:00'),
  nominalDays: null,
  status: 'CONFIRMED',
  busyStatus: 'BUSY',
  visibility: 'DEFAULT',
  location: { description: 'Room 1', latitude: null, longitude: null },
  url: null,
  color: null,
  categories: ['work'],
  organizer: { uri: 'mailto:alice@example.test', email: 'alice@example.test', name: null },
  attendees: [],
  reminders: [{ minutes: 10 }],
  rules: [],
};
const guest = (name: string, more: Partial<Attendee> = {}): Attendee => ({
  uri: `mailto:${name}@example.test`,
  email: `${name}@example.test`,
  name,
  status: 'NEEDS_ACTION',
  optional: false,
  resource: false,
  ...more,
});
const object = (master: Partial<EventContent>, more: Partial<CalendarObject> = {}): CalendarObject => ({
  uid: 'u',
  master: { ...base, ...master },
  exceptions: [],
  sequence: 0,
  stampedAt: 1_000,
  createdAt: null,
  updatedAt: null,
  marker: null,
  ...more,
});
const merge = (was: CalendarObject, ours: CalendarObject, theirs: CalendarObject) =>
  mergeObjects({ base: was, intended: ours, current: theirs }, context);
/** The merged master; fails on a collision. */
function merged(was: Partial<EventContent>, ours: Partial<EventContent>, theirs: Partial<EventContent>): EventContent {
  const answer = merge(object(was), object({ ...was, ...ours }), object({ ...was, ...theirs }));
  if (answer.kind === 'collision') throw new Error(`collision: ${answer.fields.join()}`);
  if (answer.object.master === null) throw new Error('no master');
  return answer.object.master;
}
function collision(was: Partial<EventContent>, ours: Partial<EventContent>, theirs: Partial<EventContent>) {
  const answer = merge(object(was), object({ ...was, ...ours }), object({ ...was, ...theirs }));
  return answer.kind === 'collision' ? answer.fields : null;
}
const later = { start: zoned('2026-06-01T12:00:00'), end: zoned('2026-06-01T13:00:00') };
const weekly = ['RRULE:FREQ=WEEKLY;COUNT=10'];
const without = (...dates: string[]) => dates.map((date) => `EXDATE;TZID=Europe/London:${date}`);

describe('fields', () => {
  test('of either side are kept beside each other', () => {
    expect(merged({}, { summary: 'Ours', ...later }, { description: 'Theirs', color: '#112233' })).toMatchObject({
      summary: 'Ours',
      description: 'Theirs',
      color: '#112233',
      ...later,
    });
  });
  test('that both changed differently collide, each named once', () => {
    expect(collision({}, { summary: 'a', url: 'https://a.test' }, { summary: 'b', url: 'https://b.test' })).toEqual([
      'summary',
      'url',
    ]);
  });
  test('that both changed alike do not', () => {
    expect(merged({}, { summary: 'same', ...later }, { summary: 'same ', ...later }).summary).toContain('same');
  });
  test.each([
    ['start', { start: zoned('2026-06-01T10:30:00') }, { end: zoned('2026-06-01T12:00:00') }],
    ['start', { rules: weekly }, later],
    ['reminders', { reminders: [{ minutes: 5 }] }, { reminders: [] }],
    [
      'location',
      { location: { description: 'Room 2', latitude: null, longitude: null } },
      { location: { description: 'Room 1', latitude: 1, longitude: 2 } },
    ],
  ] as const)('%s is one unit', (field, ours, theirs) => {
    expect(collision({}, ours, theirs)).toEqual([field]);
  });
});

describe('lists are merged as what each side added and took away', () => {
  test('categories', () => {
    expect(merged({}, { categories: ['work', 'ours'] }, { categories: ['theirs'] }).categories).toEqual([
      'theirs',
      'ours',
    ]);
  });
  test("attendees: the server's answers stay, ours are invited and taken off", () => {
    const was = { attendees: [guest('ann'), guest('ben')] };
    const ours = { attendees: [guest('ann', { name: 'Ann' }), guest('cy')] };
    const theirs = { attendees: [guest('ann', { status: 'ACCEPTED' }), guest('ben', { status: 'DECLINED' })] };
    expect(merged(was, ours, theirs).attendees).toEqual([
      guest('ann', { name: 'Ann', status: 'ACCEPTED' }),
      guest('cy'),
    ]);
  });
  test('attendees: invited by both sides are there once, with the answer they gave', () => {
    const theirs = { attendees: [guest('ann', { status: 'TENTATIVE' })] };
    expect(merged({}, { attendees: [guest('ann')] }, theirs).attendees).toEqual([
      guest('ann', { status: 'TENTATIVE' }),
    ]);
  });
  test.each([
    ['both rename one', { attendees: [guest('ann', { name: 'A' })] }, { attendees: [guest('ann', { name: 'B' })] }],
    ['we rename whom they took off', { attendees: [guest('ann', { name: 'A' })] }, { attendees: [] }],
    ['we take off whom they made optional', { attendees: [] }, { attendees: [guest('ann', { optional: true })] }],
    [
      'two answers',
      { attendees: [guest('ann', { status: 'ACCEPTED' })] },
      { attendees: [guest('ann', { status: 'DECLINED' })] },
    ],
  ] as const)('attendees collide: %s', (_name, ours, theirs) => {
    expect(collision({ attendees: [guest('ann')] }, ours, theirs)).toEqual(['attendees']);
  });
  test('excluded dates', () => {
    const was = { rules: [...weekly, ...without('20260608T100000')] };
    const ours = { rules: [...weekly, ...without('20260608T100000', '20260615T100000')] };
    const theirs = { rules: [...weekly, 'EXDATE;TZID=Europe/London:20260608T100000,20260622T100000'] };
    expect(merged(was, ours, theirs).rules).toEqual([
      ...weekly,
      ...without('20260608T100000', '20260622T100000', '20260615T100000'),
    ]);
  });
  test('a date excluded from a series that the other side moved collides', () => {
    expect(collision({ rules: weekly }, later, { rules: [...weekly, ...without('20260608T100000')] })).toEqual([
      'start',
    ]);
  });
});

describe('exceptions', () => {
  const own = (recurrenceId: string, more: Partial<EventContent>) => ({ recurrenceId, content: { ...base, ...more } });
  const series = (master: Partial<EventContent>, ...exceptions: ReturnType<typeof own>[]) =>
    object({ rules: weekly, ...master }, { exceptions });
  const [first, second] = ['20260608T100000', '20260615T100000'] as const;

  test('of different occurrences are both kept', () => {
    const answer = merge(
      series({}),
      series({ summary: 'x' }, own(first, { summary: 'a' })),
      series({}, own(second, {})),
    );
    expect(answer).toMatchObject({
      kind: 'merged',
      object: { master: { summary: 'x' }, exceptions: [{ recurrenceId: first }, { recurrenceId: second }] },
    });
  });
  test('of one occurrence are merged by field, and collide by field', () => {
    const was = series({}, own(first, {}));
    const ours = series({}, own(first, { summary: 'ours' }));
    expect(merge(was, ours, series({}, own(first, { color: '#010203' })))).toMatchObject({
      object: { exceptions: [{ content: { summary: 'ours', color: '#010203' } }] },
    });
    expect(merge(was, ours, series({}, own(first, { summary: 'theirs' })))).toEqual({
      kind: 'collision',
      fields: [`${first}.summary`],
    });
    expect(merge(was, ours, series({}))).toEqual({ kind: 'collision', fields: [first] });
  });
  test('one that the user took away stays away', () => {
    const was = series({}, own(first, {}));
    expect(merge(was, series({ summary: 'x' }, own(first, {})), series({}))).toMatchObject({
      object: { master: { summary: 'x' }, exceptions: [] },
    });
  });
  test('a changed occurrence of a series that the other side moved collides', () => {
    const answer = merge(series({}), series(later), series({}, own(first, { summary: 'x' })));
    expect(answer).toEqual({ kind: 'collision', fields: ['recurrence'] });
  });
  test('a changed occurrence that the other side took out collides', () => {
    const theirs = series({ rules: [...weekly, ...without(first)] });
    expect(merge(series({}), series({}, own(first, { summary: 'x' })), theirs)).toEqual({
      kind: 'collision',
      fields: ['recurrence'],
    });
  });
});

describe('the whole object', () => {
  test('nothing is told apart without what both sides started from', () => {
    expect(mergeObjects({ base: null, intended: object({}), current: object({}) }, context).kind).toBe('collision');
  });
  test("SEQUENCE rises over both sides' when ours rose, else it is the provider's", () => {
    const at = (sequence: number) => object({}, { sequence });
    const sequenceOf = (answer: ReturnType<typeof merge>) => (answer.kind === 'merged' ? answer.object.sequence : null);
    expect(sequenceOf(merge(at(3), at(4), at(4)))).toBe(5);
    expect(sequenceOf(merge(at(3), at(3), at(7)))).toBe(7);
  });
  test('a deletion passes over answers, and over nothing else', () => {
    const was = object({ attendees: [guest('ann')] });
    expect(sameButAnswers(was, object({ attendees: [guest('ann', { status: 'DECLINED' })] }), context)).toBe(true);
    expect(sameButAnswers(was, object({ attendees: [] }), context)).toBe(false);
    expect(sameButAnswers(was, object({ attendees: [guest('ann')], summary: 'x' }), context)).toBe(false);
  });
});

describe('for any two changes', () => {
  const whole = anyContent.map((master) => object(master));
  const same = (a: CalendarObject, b: CalendarObject) => sameVisibleContent(a, b, context);
  const settings = { seed: 20261122, numRuns: 300 };
  const took = (answer: ReturnType<typeof merge>) => (answer.kind === 'merged' ? answer.object : null);

  test('a side that changed nothing leaves the other as it is', () => {
    fc.assert(
      fc.property(whole, whole, (was, other) => {
        const theirs = took(merge(was, was, other));
        const ours = took(merge(was, other, was));
        return theirs !== null && ours !== null && same(theirs, other) && same(ours, other);
      }),
      settings,
    );
  });
  test('equal changes are no collision', () => {
    fc.assert(
      fc.property(whole, whole, (was, other) => {
        const answer = took(merge(was, other, other));
        return answer !== null && same(answer, other);
      }),
      settings,
    );
  });
  test('whose side is whose does not decide what collides', () => {
    fc.assert(
      fc.property(whole, whole, whole, (was, one, two) => merge(was, one, two).kind === merge(was, two, one).kind),
      settings,
    );
  });
});

describe('an event of which only some occurrences are known', () => {
  const known = (id: string, summary: string) => ({ recurrenceId: id, content: { ...base, summary } });
  const orphan = (...exceptions: ReturnType<typeof known>[]) => object({}, { master: null, exceptions });
  const series = (more: Partial<EventContent> = {}, ...exceptions: ReturnType<typeof known>[]) =>
    object({ rules: weekly, ...more }, { exceptions });
  const [first, second] = [known('20260608T100000', 'First'), known('20260615T100000', 'Second')];

  test('takes what either side did with its occurrences, in their order', () => {
    const answer = merge(orphan(second), orphan(second, first), orphan(known('20260615T100000', 'Changed there')));
    expect(answer).toMatchObject({
      kind: 'merged',
      object: { master: null, exceptions: [first, known('20260615T100000', 'Changed there')] },
    });
    const three = [known('20260601T100000', 'a'), first, second];
    for (const there of [three, three.toReversed()]) {
      const both = merge(orphan(...there), orphan(...there), orphan(...there));
      expect(both.kind === 'merged' ? both.object.exceptions : null).toEqual(three);
    }
  });

  test('takes its series from the side that came to know it', () => {
    expect(merge(orphan(), orphan(), series())).toMatchObject({ object: { master: { rules: weekly } } });
    expect(merge(orphan(), series(), orphan())).toMatchObject({ object: { master: { rules: weekly } } });
    expect(merge(orphan(), series(), series())).toMatchObject({ object: { master: { rules: weekly } } });
    expect(merge(orphan(), series(), series({ summary: 'Other' }))).toEqual({
      kind: 'collision',
      fields: ['recurrence'],
    });
  });

  test('collides where a side took the series away, or came to know it, under what the other did to an occurrence', () => {
    expect(merge(series(), orphan(), series({ summary: 'Other' }))).toEqual({
      kind: 'collision',
      fields: ['recurrence'],
    });
    expect(merge(series(), series({}, first), orphan())).toEqual({ kind: 'collision', fields: ['recurrence'] });
    expect(merge(orphan(), orphan(first), series())).toEqual({ kind: 'collision', fields: ['recurrence'] });
    expect(merge(orphan(), orphan(first), orphan())).toMatchObject({ object: { exceptions: [first] } });
  });

  test('differs in nothing but answers where its occurrences do', () => {
    const invited = (status: Attendee['status'], summary = 'First') => ({
      recurrenceId: '20260608T100000',
      content: { ...base, summary, attendees: [guest('bob', { status })] },
    });
    expect(sameButAnswers(orphan(invited('ACCEPTED')), orphan(invited('DECLINED')), context)).toBe(true);
    expect(sameButAnswers(orphan(invited('ACCEPTED')), orphan(invited('ACCEPTED', 'x')), context)).toBe(false);
  });
});

test('a series that both sides moved alike, with the same change of an occurrence, is no collision', () => {
  const changed = { recurrenceId: '20260608T120000', content: { ...base, summary: 'Own' } };
  const both = object({ ...later, rules: weekly }, { exceptions: [changed] });
  expect(merge(object({ rules: weekly }), both, both)).toMatchObject({
    kind: 'merged',
    object: { exceptions: [changed] },
  });
  const other = object({ ...later, rules: weekly }, { exceptions: [{ ...changed, recurrenceId: '20260615T120000' }] });
  expect(merge(object({ rules: weekly }), both, other)).toEqual({ kind: 'collision', fields: ['recurrence'] });
});
