/** Whose address is whose: the sentences of participation.ts that a changed character would break. */
import { describe, expect, test } from '@jest/globals';
import { organizes, participationOf } from '../../../domain/busy/participation.ts';
import type { Attendee, EventContent, EventPerson } from '../../../domain/events/model.ts';
import { content } from '../recurrence/fixtures.ts';

const attendee = (person: EventPerson): Attendee => ({
  ...person,
  status: 'TENTATIVE',
  optional: false,
  resource: false,
});
const event = (person: EventPerson | null): EventContent => ({
  ...content('2026-03-02T10:00:00Z', '2026-03-02T11:00:00Z'),
  organizer: person,
  attendees: person === null ? [] : [attendee(person)],
});

describe('a person is the owner', () => {
  test.each<[what: string, person: EventPerson, owner: string]>([
    [
      'by a principal, when the address is only beside it',
      { uri: '/p/1', email: 'a@example.com', name: null },
      'a@example.com',
    ],
    ['by an address with spaces around', { uri: ' mailto:a@example.com ', email: null, name: null }, 'A@EXAMPLE.COM '],
    ['by a principal alone', { uri: '/p/1', email: null, name: null }, '/P/1'],
    [
      'by an address that has mailto: in the middle',
      { uri: 'urn:x:mailto:a', email: null, name: null },
      'urn:x:mailto:a',
    ],
  ])('%s', (_, person, owner) => {
    expect(participationOf(event(person), [owner])).toBe('TENTATIVE');
    expect(organizes(event(person), [owner])).toBe(true);
  });

  test.each<[what: string, person: EventPerson, owner: string]>([
    ['by another address', { uri: 'mailto:a@example.com', email: 'a@example.com', name: null }, 'b@example.com'],
    ['by a name', { uri: '/p/1', email: null, name: 'a@example.com' }, 'a@example.com'],
    [
      'by what is left when mailto: is cut from the middle',
      { uri: 'urn:x:mailto:a', email: null, name: null },
      'urn:x:a',
    ],
    ['by an empty address, where none is known', { uri: '/p/1', email: null, name: null }, 'null'],
  ])('not %s', (_, person, owner) => {
    expect(participationOf(event(person), [owner])).toBeNull();
    expect(organizes(event(person), [owner])).toBe(false);
  });
});

test('nobody organizes an event without an organizer', () => {
  expect(organizes(event(null), ['a@example.com', ''])).toBe(false);
});
