import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { effectiveBusy } from '../../../domain/busy/effective-busy.ts';
import { participationOf, withAnswer } from '../../../domain/busy/participation.ts';
import type {
  Attendee,
  BusyStatus,
  EventContent,
  EventStatus,
  ParticipationStatus,
} from '../../../domain/events/model.ts';

const owner = ['alice@example.com'];
const busyStatuses: readonly BusyStatus[] = ['FREE', 'TENTATIVE', 'BUSY', 'OUT_OF_OFFICE', 'WORKING_ELSEWHERE'];
const statuses: readonly EventStatus[] = ['CONFIRMED', 'TENTATIVE', 'CANCELLED'];
const answers: readonly ParticipationStatus[] = ['NEEDS_ACTION', 'ACCEPTED', 'DECLINED', 'TENTATIVE', 'DELEGATED'];

function attendee(email: string, status: ParticipationStatus, uri = `mailto:${email}`): Attendee {
  return { uri, email: uri.startsWith('mailto:') ? email : null, name: null, status, optional: false, resource: false };
}

function event(more: Partial<EventContent> = {}): EventContent {
  return {
    summary: null,
    description: null,
    start: { kind: 'utc', instant: 0 },
    end: { kind: 'utc', instant: 3_600_000 },
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
    rules: [],
    ...more,
  };
}

const invited = (status: ParticipationStatus, more: Partial<EventContent> = {}): EventContent =>
  event({
    organizer: { uri: 'mailto:bob@example.com', email: 'bob@example.com', name: null },
    attendees: [attendee('bob@example.com', 'ACCEPTED'), attendee('alice@example.com', status)],
    ...more,
  });

describe('effective busy', () => {
  test('a cancelled event is none, whatever else it says', () => {
    expect(effectiveBusy(event({ status: 'CANCELLED' }), owner)).toBeNull();
    expect(effectiveBusy(invited('ACCEPTED', { status: 'CANCELLED', busyStatus: 'OUT_OF_OFFICE' }), owner)).toBeNull();
  });

  test.each(busyStatuses)('declined by the owner is FREE, also where the event says %s', (busyStatus) => {
    expect(effectiveBusy(invited('DECLINED', { busyStatus }), owner)).toEqual({
      busyStatus: 'FREE',
      unanswered: false,
    });
  });

  test.each(answers)('transparent is FREE, whatever the answer (%s)', (status) => {
    expect(effectiveBusy(invited(status, { busyStatus: 'FREE' }), owner)).toEqual({
      busyStatus: 'FREE',
      unanswered: false,
    });
  });

  test.each(['WORKING_ELSEWHERE', 'OUT_OF_OFFICE'] as const)('%s stays what it is', (busyStatus) => {
    expect(effectiveBusy(event({ busyStatus }), owner)).toEqual({ busyStatus, unanswered: false });
    expect(effectiveBusy(invited('TENTATIVE', { busyStatus, status: 'TENTATIVE' }), owner)).toEqual({
      busyStatus,
      unanswered: false,
    });
  });

  test.each(['BUSY', 'TENTATIVE', 'OUT_OF_OFFICE', 'WORKING_ELSEWHERE'] as const)(
    'unanswered keeps its own busy status (%s) and says so',
    (busyStatus) => {
      expect(effectiveBusy(invited('NEEDS_ACTION', { busyStatus }), owner)).toEqual({ busyStatus, unanswered: true });
    },
  );

  test('a tentative answer, event or showing is TENTATIVE', () => {
    const tentative = { busyStatus: 'TENTATIVE', unanswered: false };
    expect(effectiveBusy(invited('TENTATIVE'), owner)).toEqual(tentative);
    expect(effectiveBusy(event({ status: 'TENTATIVE' }), owner)).toEqual(tentative);
    expect(effectiveBusy(event({ busyStatus: 'TENTATIVE' }), owner)).toEqual(tentative);
    expect(effectiveBusy(invited('ACCEPTED', { status: 'TENTATIVE' }), owner)).toEqual(tentative);
  });

  test('everything else is BUSY', () => {
    const busy = { busyStatus: 'BUSY', unanswered: false };
    expect(effectiveBusy(event(), owner)).toEqual(busy);
    expect(effectiveBusy(invited('ACCEPTED'), owner)).toEqual(busy);
    expect(effectiveBusy(invited('DELEGATED'), owner)).toEqual(busy);
  });

  test('the organizer is never unanswered', () => {
    const organized = event({
      organizer: { uri: 'mailto:Alice@Example.com', email: 'alice@example.com', name: null },
      attendees: [attendee('alice@example.com', 'NEEDS_ACTION'), attendee('bob@example.com', 'NEEDS_ACTION')],
    });
    expect(effectiveBusy(organized, owner)).toEqual({ busyStatus: 'BUSY', unanswered: false });
    expect(effectiveBusy({ ...organized, status: 'TENTATIVE' }, owner)).toEqual({
      busyStatus: 'TENTATIVE',
      unanswered: false,
    });
  });

  test("somebody else's answer does not count", () => {
    const others = event({
      attendees: [attendee('bob@example.com', 'DECLINED'), attendee('carol@example.com', 'NEEDS_ACTION')],
    });
    expect(effectiveBusy(others, owner)).toEqual({ busyStatus: 'BUSY', unanswered: false });
    expect(effectiveBusy(invited('DECLINED'), [])).toEqual({ busyStatus: 'BUSY', unanswered: false });
  });

  test('four meetings in a row: declined, unanswered, transparent, tentative', () => {
    const row = [invited('DECLINED'), invited('NEEDS_ACTION'), event({ busyStatus: 'FREE' }), invited('TENTATIVE')].map(
      (content) => effectiveBusy(content, owner),
    );
    expect(row).toEqual([
      { busyStatus: 'FREE', unanswered: false },
      { busyStatus: 'BUSY', unanswered: true },
      { busyStatus: 'FREE', unanswered: false },
      { busyStatus: 'TENTATIVE', unanswered: false },
    ]);
  });

  test('every combination has one answer, and what is free is never unanswered', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...statuses),
        fc.constantFrom(...busyStatuses),
        fc.option(fc.constantFrom(...answers)),
        (status, busyStatus, answer) => {
          const content = answer === null ? event({ status, busyStatus }) : invited(answer, { status, busyStatus });
          const found = effectiveBusy(content, owner);
          expect(found === null).toBe(status === 'CANCELLED');
          expect(found?.busyStatus === 'FREE' && found.unanswered).toBe(false);
        },
      ),
      { seed: 20_261_122, numRuns: 500 },
    );
  });
});

describe('participation of the owner', () => {
  test('is found by address in any case, with or without mailto:', () => {
    const content = event({ attendees: [attendee('Alice@Example.COM', 'TENTATIVE', 'MAILTO:Alice@Example.COM')] });
    expect(participationOf(content, ['mailto:ALICE@example.com'])).toBe('TENTATIVE');
    expect(participationOf(content, ['bob@example.com', 'alice@example.com'])).toBe('TENTATIVE');
  });

  test('is found by principal or urn', () => {
    const content = event({
      attendees: [attendee('', 'ACCEPTED', 'urn:uuid:1F'), attendee('', 'DECLINED', '/principals/alice/')],
    });
    expect(participationOf(content, ['urn:uuid:1f'])).toBe('ACCEPTED');
    expect(participationOf(content, ['/principals/alice/'])).toBe('DECLINED');
  });

  test('is null where the owner is no attendee', () => {
    expect(participationOf(event(), owner)).toBeNull();
    expect(participationOf(invited('ACCEPTED'), ['carol@example.com'])).toBeNull();
    expect(participationOf(invited('ACCEPTED'), [])).toBeNull();
  });

  test('an answer is the owner’s, under every address that the owner is invited by, and nobody else’s', () => {
    const content = { ...invited('NEEDS_ACTION'), summary: 'kept' };
    const [first] = content.attendees;
    if (first === undefined) throw new Error('nobody is invited');
    const twice = {
      ...content,
      attendees: [...content.attendees, { ...first, uri: 'mailto:work@example.com', email: 'work@example.com' }],
    };
    const after = withAnswer(twice, ['MAILTO:Alice@example.com', 'work@example.com'], 'DECLINED');
    expect(after?.attendees.map(({ status }) => status)).toEqual(
      twice.attendees.map(({ email, status }) =>
        email === 'alice@example.com' || email === 'work@example.com' ? 'DECLINED' : status,
      ),
    );
    expect({ ...after, attendees: [] }).toEqual({ ...twice, attendees: [] });
    expect(withAnswer(content, ['carol@example.com'], 'ACCEPTED')).toBeNull();
    expect(withAnswer(content, [], 'ACCEPTED')).toBeNull();
  });
});
