/** Each resource once and in order, whatever a transaction did: the pure rule, by examples and by fuzz. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { kindOrder, oneForEachResource } from '../../../datasources/store/change-log/order.ts';
import type { ChangeEntry, ChangeKind } from '../../../datasources/store/change-log.ts';

const entry = (kind: ChangeKind, subjectId = 'x', audience: string | null = null): ChangeEntry => ({
  kind,
  subjectId,
  profileId: null,
  calendarId: null,
  managedBy: null,
  audience,
});
const kinds = (...given: ChangeKind[]) => oneForEachResource(given.map((kind) => entry(kind))).map(({ kind }) => kind);

describe('several changes of one resource are one', () => {
  test.each<[readonly ChangeKind[], ChangeKind]>([
    [['EVENT_CREATED', 'EVENT_UPDATED'], 'EVENT_CREATED'],
    [['EVENT_UPDATED', 'EVENT_UPDATED', 'EVENT_UPDATED'], 'EVENT_UPDATED'],
    [['EVENT_UPDATED', 'EVENT_DELETED'], 'EVENT_DELETED'],
    [['EVENT_DELETED', 'EVENT_CREATED'], 'EVENT_UPDATED'],
    // Nobody can tell whether it had been told of before: one deletion too many harms nobody.
    [['EVENT_CREATED', 'EVENT_DELETED'], 'EVENT_DELETED'],
    [['CALENDAR_DELETED', 'CALENDAR_CREATED'], 'CALENDAR_UPDATED'],
    [['CALENDAR_CREATED', 'CALENDAR_UPDATED'], 'CALENDAR_CREATED'],
    [['PROFILE_LINKED', 'PROFILE_LINKED'], 'PROFILE_LINKED'],
  ])('%j is %s', (given, expected) => {
    expect(kinds(...given)).toEqual([expected]);
  });

  test('the last one’s place counts, and nobody’s audience is mixed up with another’s', () => {
    const [told] = oneForEachResource([
      { ...entry('EVENT_CREATED'), calendarId: 'first' },
      { ...entry('EVENT_UPDATED'), calendarId: 'second' },
    ]);
    expect(told).toMatchObject({ kind: 'EVENT_CREATED', calendarId: 'second' });
    const erased = ['a', 'b'].map((audience) => entry('ERASURE_REQUESTED', 'acc', audience));
    expect(oneForEachResource(erased)).toEqual(erased);
  });

  test('what is in order and told once comes back as it is', () => {
    const given = [entry('EVENT_UPDATED', 'a'), entry('EVENT_DELETED', 'b'), entry('EVENT_CREATED', 'c')];
    expect(oneForEachResource(given)).toBe(given);
  });
});

test('of any list: each resource once, kinds in order, events as they came, nothing left out', () => {
  const place = (kind: ChangeKind) =>
    kindOrder.indexOf(kind.startsWith('EVENT_') && kind !== 'EVENT_TRIGGERED' ? 'EVENT_CREATED' : kind);
  const thing = (kind: ChangeKind) =>
    /^(EVENT|CALENDAR)_(CREATED|UPDATED|DELETED)$/.test(kind) ? kind.split('_')[0] : kind;
  const key = ({ kind, subjectId, audience }: ChangeEntry) => `${thing(kind)} ${subjectId} ${audience ?? ''}`;
  const anything = fc
    .tuple(fc.constantFrom(...kindOrder), fc.constantFrom('x', 'y', 'z'), fc.constantFrom(null, 'app'))
    .map(([kind, subjectId, audience]) => entry(kind, subjectId, audience));
  fc.assert(
    fc.property(fc.array(anything, { maxLength: 30 }), (given) => {
      const told = oneForEachResource(given);
      expect(told.map(key)).toHaveLength(new Set(told.map(key)).size);
      expect(new Set(told.map(key))).toEqual(new Set(given.map(key)));
      const places = told.map(({ kind }) => place(kind));
      expect(places).toEqual([...places].sort((a, b) => a - b));
      const events = (list: readonly ChangeEntry[]) => [
        ...new Set(list.filter(({ kind }) => thing(kind) === 'EVENT').map(key)),
      ];
      expect(events(told)).toEqual(events(given));
    }),
    { seed: 20261122, numRuns: 2_000 },
  );
});
