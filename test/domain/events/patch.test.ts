import { describe, expect, test } from '@jest/globals';
import { RefusedInput } from '../../../domain/errors.ts';
import type { EventInput } from '../../../domain/events/input.ts';
import type { EventContent } from '../../../domain/events/model.ts';
import { applyPatch, type PatchContext } from '../../../domain/events/patch.ts';
import { systemZones } from '../../../domain/time/system-zones.ts';
import type { ZoneData } from '../../../domain/time/zone-data.ts';

const zones = systemZones('test');
const context: PatchContext = {
  zones,
  calendarZone: 'Europe/London',
  owner: { uri: 'mailto:alice@example.org', email: 'alice@example.org', name: 'Alice' },
  ownerAddresses: ['alice@example.org', 'alice@work.example'],
  defaultReminders: [{ minutes: 10 }],
};
const at = (text: string) => Date.parse(text);
const timed = (text: string, timeZone?: string) => ({
  timed: { dateTime: at(text), ...(timeZone === undefined ? {} : { timeZone }) },
});

const basic = { summary: 'Call', start: timed('2026-07-01T09:00:00Z'), end: timed('2026-07-01T10:00:00Z') };
const existing = applyPatch(
  null,
  {
    ...basic,
    description: 'old',
    location: { description: 'Here', latitude: 1, longitude: 2 },
    categories: ['a'],
    attendees: { invite: [{ email: 'Bob@Example.org', name: 'Bob' }] },
  },
  context,
);

function errors(content: EventContent | null, input: EventInput, change: Partial<PatchContext> = {}): string[] {
  try {
    applyPatch(content, input, { ...context, ...change });
  } catch (error) {
    if (error instanceof RefusedInput)
      return error.errors.map(({ path, code, message }) => `${path.join('.')} ${code}: ${message}`);
    throw error;
  }
  return [];
}

describe('a new event', () => {
  test('takes the defaults', () => {
    expect(applyPatch(null, basic, context)).toEqual({
      summary: 'Call',
      description: null,
      start: {
        kind: 'zoned',
        local: '2026-07-01T10:00:00',
        zone: 'Europe/London',
        instant: at('2026-07-01T09:00:00Z'),
      },
      end: { kind: 'zoned', local: '2026-07-01T11:00:00', zone: 'Europe/London', instant: at('2026-07-01T10:00:00Z') },
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
      reminders: [{ minutes: 10 }],
      rules: [],
    });
  });

  test('of whole days is free unless said otherwise', () => {
    const days = { summary: 'Note', start: { date: '2026-07-01' }, end: { date: '2026-07-02' } };
    expect(applyPatch(null, days, context).busyStatus).toBe('FREE');
    expect(applyPatch(null, { ...days, busyStatus: 'BUSY' }, context).busyStatus).toBe('BUSY');
  });

  test('in a calendar without a zone is in UTC', () => {
    expect(applyPatch(null, basic, { ...context, calendarZone: null }).start).toEqual({
      kind: 'utc',
      instant: at('2026-07-01T09:00:00Z'),
    });
  });

  test('needs a summary and its times', () => {
    expect(errors(null, {})).toEqual([
      'summary REQUIRED: expected a summary for a new event, came none',
      'start REQUIRED: expected a start for a new event, came none',
      'end REQUIRED: expected an end for a new event, came none',
    ]);
  });

  test("that invites somebody is the owner's", () => {
    expect(existing.organizer).toEqual(context.owner);
    expect(existing.attendees).toEqual([
      {
        uri: 'mailto:Bob@Example.org',
        email: 'bob@example.org',
        name: 'Bob',
        status: 'NEEDS_ACTION',
        optional: false,
        resource: false,
      },
    ]);
  });

  test('in a series needs the zone of its wall clock', () => {
    const series = { ...basic, recurrence: ['RRULE:FREQ=DAILY;COUNT=5'] };
    expect(errors(null, series)).toEqual([
      'start.timed.timeZone REQUIRED: expected a time zone for a recurring event, came none',
    ]);
    const made = applyPatch(null, { ...series, start: timed('2026-07-01T09:00:00Z', 'America/New_York') }, context);
    expect(made.start).toMatchObject({ zone: 'America/New_York', local: '2026-07-01T05:00:00' });
    expect(made.rules).toEqual(['RRULE:FREQ=DAILY;COUNT=5']);
    expect(errors(null, { ...series, start: { date: '2026-07-01' }, end: { date: '2026-07-02' } })).toEqual([]);
  });

  test('may begin in the second hour of an overlap', () => {
    const made = applyPatch(
      null,
      { ...basic, start: timed('2026-10-25T01:30:00Z'), end: timed('2026-10-25T01:45:00Z') },
      context,
    );
    expect(made.start).toEqual({
      kind: 'zoned',
      local: '2026-10-25T01:30:00',
      zone: 'Europe/London',
      instant: at('2026-10-25T01:30:00Z'),
    });
  });
});

describe('absent keeps, null clears, [] empties', () => {
  test('nothing changes nothing', () => {
    expect(applyPatch(existing, {}, context)).toEqual(existing);
  });

  test('null', () => {
    expect(
      applyPatch(
        existing,
        {
          description: null,
          location: null,
          status: null,
          busyStatus: null,
          visibility: null,
          url: null,
          color: null,
          categories: null,
          reminders: null,
          recurrence: null,
        },
        context,
      ),
    ).toEqual({
      ...existing,
      description: null,
      location: null,
      categories: [],
      reminders: [],
    });
  });

  test('[]', () => {
    expect(applyPatch(existing, { categories: [], reminders: [] }, context)).toEqual({
      ...existing,
      categories: [],
      reminders: [],
    });
    const series = applyPatch(
      existing,
      { start: timed('2026-07-01T09:00:00Z', 'Europe/London'), recurrence: ['RRULE:FREQ=DAILY'] },
      context,
    );
    expect(applyPatch(series, { recurrence: [] }, context).rules).toEqual([]);
    expect(applyPatch(series, { summary: 'New' }, context).rules).toEqual(['RRULE:FREQ=DAILY']);
  });

  test('a place is replaced as a whole', () => {
    expect(applyPatch(existing, { location: { description: 'There' } }, context).location).toEqual({
      description: 'There',
      latitude: null,
      longitude: null,
    });
  });

  test('reminders are left alone where they count at creation only', () => {
    const once = { ...context, remindersOnCreateOnly: true };
    expect(applyPatch(existing, { reminders: [{ minutes: 5 }] }, once).reminders).toEqual(existing.reminders);
    expect(applyPatch(null, { ...basic, reminders: [{ minutes: 5 }] }, once).reminders).toEqual([{ minutes: 5 }]);
  });

  test('new times end a nominal duration', () => {
    const nominal = { ...existing, nominalDays: 1 };
    expect(applyPatch(nominal, { summary: 'x' }, context).nominalDays).toBe(1);
    expect(applyPatch(nominal, { end: timed('2026-07-03T10:00:00Z') }, context).nominalDays).toBeNull();
  });
});

test('a conference is replaced as a whole, and taken away by null and by an input that names none', () => {
  const joinUrl = 'https://meet.example/1';
  const after = (content: EventContent | null, conferencing: EventInput['conferencing']) =>
    applyPatch(content, { ...basic, conferencing }, context).conferencing;
  const made = applyPatch(null, { ...basic, conferencing: { explicit: { joinUrl, providerName: 'Meet' } } }, context);
  expect(made.conferencing).toEqual({ joinUrl, providerName: 'Meet' });
  expect(after(made, { explicit: { joinUrl } })).toEqual({ joinUrl, providerName: null });
  expect(after(made, undefined)).toEqual(made.conferencing);
  expect(after(made, null) ?? null).toBeNull();
  expect(after(made, { generate: 'NONE' }) ?? null).toBeNull();
});

describe('times together', () => {
  test.each<[EventInput, string[]]>([
    [
      { end: timed('2026-07-01T08:00:00Z') },
      ['end INVALID: expected an end at or after the start, came 2026-07-01T08:00:00Z before 2026-07-01T09:00:00Z'],
    ],
    [
      { start: timed('2026-07-01T11:00:00Z') },
      ['start INVALID: expected an end at or after the start, came 2026-07-01T10:00:00Z before 2026-07-01T11:00:00Z'],
    ],
    [{ end: timed('2026-07-01T09:00:00Z') }, []],
    [{ start: { date: '2026-07-01' } }, ['start INVALID: expected start and end of one kind, came a day and a time']],
    [
      { start: { date: '2026-07-01' }, end: { date: '2026-07-01' } },
      ['end INVALID: expected an end day after 2026-07-01 (it is not part of the event), came 2026-07-01'],
    ],
    [{ start: { date: '2026-07-01' }, end: { date: '2026-07-02' } }, []],
  ])('%j', (input, expected) => {
    expect(errors(existing, input)).toEqual(expected);
  });

  test.each([
    [
      ['RRULE:FREQ=SOMETIMES'],
      ['recurrence.0 INVALID: expected a FREQ of SECONDLY to YEARLY in RRULE, came "FREQ=SOMETIMES"'],
    ],
    [
      ['RRULE:FREQ=DAILY', 'EXDATE;TZID=Middle/Earth:20260701T100000'],
      ['recurrence.1 INVALID: expected an IANA time zone as TZID, came Middle/Earth'],
    ],
    [['EXDATE:20260701T090000Z'], ['recurrence INVALID: expected an RRULE or RDATE beside EXDATE, came none']],
    [
      [`RDATE:${Array.from({ length: 11_000 }, () => '2026').join(',')}`],
      ['recurrence.0 INVALID: expected a DATE or DATE-TIME in RDATE, came "2026"'],
    ],
    [
      ['RRULE:FREQ=DAILY', 'EXDATE;TZID=Middle/Earth:20260701T100000', 'EXDATE;TZID=Far/Away:20260701T100000'],
      [
        'recurrence.1 INVALID: expected an IANA time zone as TZID, came Middle/Earth',
        'recurrence.2 INVALID: expected an IANA time zone as TZID, came Far/Away',
      ],
    ],
  ])('%#: a rule', (recurrence, expected) => {
    expect(errors(existing, { start: timed('2026-07-01T09:00:00Z', 'Europe/London'), recurrence })).toEqual(expected);
  });

  test('a series in UTC is asked for its zone when it is given rules, and no more', () => {
    const utc = applyPatch(null, basic, { ...context, calendarZone: null });
    expect(errors(utc, { recurrence: ['RRULE:FREQ=DAILY'] })).toEqual([
      'start.timed.timeZone REQUIRED: expected a time zone for a recurring event, came none',
    ]);
    expect(errors(existing, { recurrence: ['RRULE:FREQ=DAILY'] })).toEqual([]);
    expect(errors({ ...utc, rules: ['RRULE:FREQ=DAILY'] }, { summary: 'New' })).toEqual([]);
  });

  test('rules that new times do not suit are an error of the start', () => {
    const days = { summary: 'x', start: { date: '2026-07-01' }, end: { date: '2026-07-02' } };
    const hourly = { ...existing, rules: ['RRULE:FREQ=DAILY;UNTIL=20260801T000000Z', 'NONSENSE'] };
    expect(errors(hourly, days)).toEqual(['start INVALID: expected a line of RFC 5545, came another']);
    const many = `RDATE:${Array.from({ length: 10_001 }, () => '20260701T090000Z').join(',')}`;
    expect(errors({ ...existing, rules: [many] }, {})).toEqual([
      'start LIMIT_EXCEEDED: expected at most 10000 RDATE values, came more',
    ]);
  });

  test('as many dates as are read back are taken, over all lines, and no more', () => {
    const first = Date.parse('2026-07-02T09:00:00Z');
    const dates = Array.from({ length: 10_001 }, (_, at) =>
      new Date(first + at * 86_400_000).toISOString().slice(0, 10).replaceAll('-', ''),
    );
    const lines = (name: string, count: number) =>
      [dates.slice(0, 8_000), dates.slice(8_000, count)].map((list) => `${name};VALUE=DATE:${list.join(',')}`);
    for (const name of ['RDATE', 'EXDATE']) {
      const given = (count: number) => errors(existing, { start: timed('2026-07-01T09:00:00Z', 'Europe/London'), recurrence: ['RRULE:FREQ=DAILY', ...lines(name, count)] }); // biome-ignore format: one input
      expect(given(10_000)).toEqual([]);
      expect(given(10_001)).toEqual([`recurrence LIMIT_EXCEEDED: expected at most 10,000 ${name} values, came 10,001`]);
    }
  });

  test('what fails in us is no fault of the rules', () => {
    const broken: ZoneData = {
      version: 'test',
      canonical: (name) => zones.canonical(name),
      offsetAt: (instant, zone) => zones.offsetAt(instant, zone),
      spanAt: (instant, zone) => zones.spanAt(instant, zone),
      localAt: (instant, zone) => zones.localAt(instant, zone),
      startOfDay: (date, zone) => zones.startOfDay(date, zone),
      resolve: () => {
        throw new Error('no zone data');
      },
    };
    const recurrence = ['RRULE:FREQ=DAILY', 'EXDATE;TZID=Asia/Tokyo:20260702T180000'];
    expect(() => applyPatch(existing, { recurrence }, { ...context, zones: broken })).toThrow('no zone data');
  });

  test('one occurrence has no rules', () => {
    expect(errors(existing, { recurrence: ['RRULE:FREQ=DAILY'] }, { occurrence: true })).toContain(
      'recurrence INVALID: expected rules for the whole series only, came some for one occurrence',
    );
  });
});

describe('attendees are changed, not replaced', () => {
  const [bob] = existing.attendees;
  if (bob === undefined) throw new Error('not invited');
  const answered = { ...existing, attendees: [{ ...bob, status: 'ACCEPTED' as const }] };

  test('who is there already keeps the answer', () => {
    expect(
      applyPatch(answered, { attendees: { invite: [{ email: 'BOB@example.org', optional: true }] } }, context)
        .attendees,
    ).toEqual([{ ...bob, status: 'ACCEPTED', optional: true }]);
    expect(
      applyPatch(answered, { attendees: { invite: [{ email: 'bob@example.org', name: null }] } }, context).attendees[0]
        ?.name,
    ).toBeNull();
  });

  test('who is not there cannot be removed, and that is no error', () => {
    expect(applyPatch(answered, { attendees: { remove: ['nobody@example.org'] } }, context)).toEqual(answered);
    expect(applyPatch(answered, { attendees: { remove: ['Bob@example.org'] } }, context).attendees).toEqual([]);
  });

  test('the owner and the organizer stay', () => {
    expect(errors(answered, { attendees: { remove: ['alice@work.example', 'Alice@example.org'] } })).toEqual([
      'attendees.remove.0 INVALID: expected an invitee, came the organizer or owner alice@work.example',
      'attendees.remove.1 INVALID: expected an invitee, came the organizer or owner alice@example.org',
    ]);
    const withOwner = applyPatch(answered, { attendees: { invite: [{ email: 'alice@work.example' }] } }, context);
    expect(applyPatch(withOwner, { attendees: null }, context).attendees.map((attendee) => attendee.email)).toEqual([
      'alice@work.example',
    ]);
  });

  test('the organizer stays also where that is not the owner, and who has no address goes with the others', () => {
    const dora = { uri: 'mailto:dora@example.org', email: 'dora@example.org', name: null };
    const nameless = { ...bob, uri: 'urn:uuid:1', email: null };
    const theirs = { ...existing, organizer: dora, attendees: [{ ...bob, ...dora }, bob, nameless] };
    expect(errors(theirs, { attendees: { remove: ['dora@example.org'] } })).toEqual([
      'attendees.remove.0 INVALID: expected an invitee, came the organizer or owner dora@example.org',
    ]);
    expect(applyPatch(theirs, { attendees: null }, context).attendees.map(({ uri }) => uri)).toEqual([dora.uri]);
    const nobody = { ...theirs, organizer: { ...dora, email: null } };
    expect(applyPatch(nobody, { attendees: null }, { ...context, owner: null, ownerAddresses: [] }).attendees).toEqual(
      [],
    );
  });

  test('who is too many already may be fewer', () => {
    const all = Array.from({ length: 502 }, (_, index) => ({ ...bob, uri: `mailto:a${index}@x.org`, email: `a${index}@x.org` })); // biome-ignore format: one list
    const crowd = { ...existing, attendees: all };
    expect(errors(crowd, { attendees: { remove: ['a0@x.org'] } })).toEqual([]);
    expect(errors(crowd, { attendees: { invite: [{ email: 'a1@x.org' }] } })).toEqual([
      'attendees.invite LIMIT_EXCEEDED: expected at most 500 attendees in all, came 502',
    ]);
  });

  test('500 in all', () => {
    const many = Array.from({ length: 500 }, (_, index) => ({ email: `a${index}@x.org` }));
    expect(errors(answered, { attendees: { invite: many } })).toEqual([
      'attendees.invite LIMIT_EXCEEDED: expected at most 500 attendees in all, came 501',
    ]);
    expect(errors(answered, { attendees: { invite: many.slice(1) } })).toEqual([]);
  });
});

test('of a managed event its keys are checked too', () => {
  const paths = (change: Partial<PatchContext>) => errors(existing, {}, change).map((error) => error.split(' ')[0]);
  expect(paths({ followingKey: '' })).toEqual(['followingKey']);
  expect(paths({ key: '', followingKey: '' })).toEqual(['key', 'followingKey']);
  expect(paths({ key: 'a', followingKey: null })).toEqual([]);
});

test('errors of the input and of the result come together', () => {
  expect(
    errors(existing, { summary: null, end: timed('2026-07-01T08:00:00Z'), color: 'x' }, { key: '' }).map(
      (error) => error.split(' ')[0],
    ),
  ).toEqual(['key', 'summary', 'color', 'end']);
});

test('a place may have coordinates alone', () => {
  const { location } = applyPatch(existing, { location: { latitude: 51.5, longitude: -0.12 } }, context);
  expect(location).toEqual({ description: null, latitude: 51.5, longitude: -0.12 });
});

test('of attendees that are wrong by themselves nothing further is asked', () => {
  expect(errors(existing, { attendees: { invite: [{ email: 'nobody' }], remove: ['alice@example.org'] } })).toEqual([
    expect.stringMatching(/^attendees\.invite\.0\.email INVALID: expected .+, came "nobody"$/),
  ]);
});
