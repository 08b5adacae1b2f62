/** Random calendar objects, for laws that must hold for all of them. */
import fc from 'fast-check';
import { type ContentContext, normaliseContent } from '../../../../domain/events/content.ts';
import { basicForm } from '../../../../domain/events/icalendar/rules.ts';
import type {
  Attendee,
  BusyStatus,
  CalendarObject,
  EventContent,
  EventException,
  EventPerson,
  EventStatus,
  EventTime,
  EventVisibility,
  ParticipationStatus,
} from '../../../../domain/events/model.ts';
import { systemZones } from '../../../../domain/time/system-zones.ts';

export const zones = systemZones('test');
export const context = { zones, calendarZone: 'Europe/London' };

const text = (maximum: number) =>
  fc.oneof(
    fc.string({ maxLength: maximum, unit: 'binary' }),
    fc.string({
      maxLength: maximum,
      unit: fc.constantFrom(
        'a',
        'é',
        '\u{1f600}',
        '\n',
        '\r\n',
        ' ',
        '\t',
        '\\',
        ';',
        ',',
        ':',
        '"',
        '^',
        'n',
        '=',
        '\\n',
        '\u0007',
        '\ud800',
      ),
    }),
  );
const orNull = <Value>(arbitrary: fc.Arbitrary<Value>) => fc.option(arbitrary, { nil: null });

const zoneNames = fc.constantFrom(
  'Europe/London',
  'America/New_York',
  'Australia/Lord_Howe',
  'Asia/Kolkata',
  'Africa/Casablanca',
  'America/Santiago',
  'Etc/UTC',
);
/** Whole seconds of the years in which zones change most, half of them near a change. */
const instants = fc.oneof(
  fc.integer({ min: 0, max: 2_500_000_000 }).map((seconds) => seconds * 1000),
  fc
    .tuple(
      fc.constantFrom('2026-03-29T01:00:00Z', '2026-10-25T01:00:00Z', '2026-11-01T06:00:00Z', '2026-04-04T15:00:00Z'),
      fc.integer({ min: -7_200, max: 7_200 }),
    )
    .map(([change, seconds]) => Date.parse(change) + seconds * 1000),
);

function timeAt(instant: number, kind: EventTime['kind'], zone: string): EventTime {
  switch (kind) {
    case 'date':
      return { kind, date: new Date(instant).toISOString().slice(0, 10) };
    case 'utc':
      return { kind, instant };
    case 'floating':
      return { kind, local: new Date(instant).toISOString().slice(0, 19) };
    case 'zoned':
      return { kind, zone, instant, local: zones.localAt(instant, zone) };
  }
}

const span = fc
  .record({
    kind: fc.constantFrom<EventTime['kind']>('date', 'utc', 'zoned', 'zoned', 'floating'),
    instant: instants,
    zone: zoneNames,
    endZone: fc.option(zoneNames, { nil: null }),
    length: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 10 * 86_400 })),
    nominalDays: fc.option(fc.integer({ min: 1, max: 9 }), { nil: null, freq: 4 }),
  })
  .map(({ kind, instant, zone, endZone, length, nominalDays }) => {
    const start = timeAt(instant, kind, zone);
    if (kind === 'date') {
      const days = Math.max(1, Math.floor(length / 86_400));
      return { start, end: timeAt(instant + days * 86_400_000, kind, zone), nominalDays: null };
    }
    if (nominalDays !== null) return { start, end: nominalEnd(start, nominalDays), nominalDays };
    return { start, end: timeAt(instant + length * 1000, kind, endZone ?? zone), nominalDays: null };
  });

function nominalEnd(start: EventTime, days: number): EventTime {
  if (start.kind === 'utc') return { kind: 'utc', instant: start.instant + days * 86_400_000 };
  if (start.kind === 'date') return start;
  const local = new Date(Date.parse(`${start.local}Z`) + days * 86_400_000).toISOString().slice(0, 19);
  if (start.kind === 'floating') return { kind: 'floating', local };
  return { kind: 'zoned', local, zone: start.zone, instant: zones.resolve(local, start.zone) };
}

const person = (name: fc.Arbitrary<string>): fc.Arbitrary<EventPerson> =>
  fc
    .record({
      user: fc.stringMatching(/^[a-z0-9.+-]{1,12}$/),
      name: orNull(name),
      mail: fc.integer({ min: 0, max: 4 }),
    })
    .map(({ user, name, mail }) =>
      mail === 0
        ? { uri: `urn:uuid:${user}`, email: null, name }
        : { uri: `mailto:${user}@example.org`, email: `${user}@example.org`, name },
    );

const attendee: fc.Arbitrary<Attendee> = fc
  .tuple(
    person(text(20)),
    fc.record({
      status: fc.constantFrom<ParticipationStatus>('NEEDS_ACTION', 'ACCEPTED', 'DECLINED', 'TENTATIVE', 'DELEGATED'),
      optional: fc.boolean(),
      resource: fc.boolean(),
    }),
  )
  .map(([who, rest]) => ({ ...who, ...rest }));

const degrees = (maximum: number) => fc.double({ min: -maximum, max: maximum, noNaN: true });

const rules = fc.array(
  fc.constantFrom(
    'RRULE:FREQ=WEEKLY;BYDAY=MO,WE',
    'RRULE:FREQ=DAILY;COUNT=10',
    'RRULE:FREQ=MONTHLY;BYMONTHDAY=-1;UNTIL=20400101T000000Z',
    'RDATE:20300101T100000Z,20300102T100000Z',
    'EXDATE:20300103T100000Z',
  ),
  { maxLength: 3 },
);

export const content: fc.Arbitrary<EventContent> = fc
  .record({
    span,
    summary: orNull(text(60)),
    description: orNull(text(300)),
    status: fc.constantFrom<EventStatus>('CONFIRMED', 'TENTATIVE', 'CANCELLED'),
    busyStatus: fc.constantFrom<BusyStatus>('FREE', 'TENTATIVE', 'BUSY', 'OUT_OF_OFFICE', 'WORKING_ELSEWHERE'),
    visibility: fc.constantFrom<EventVisibility>('DEFAULT', 'PUBLIC', 'PRIVATE', 'CONFIDENTIAL'),
    location: orNull(
      fc.oneof(
        fc.record({ description: orNull(text(40)), latitude: degrees(90), longitude: degrees(180) }),
        fc.record({ description: orNull(text(40)), latitude: fc.constant(null), longitude: fc.constant(null) }),
      ),
    ),
    url: orNull(fc.webUrl({ withQueryParameters: true, withFragments: true })),
    color: orNull(
      fc.integer({ min: 0, max: 0xffffff }).map((value) => `#${value.toString(16).padStart(6, '0').toUpperCase()}`),
    ),
    categories: fc.array(text(15), { maxLength: 4 }),
    organizer: orNull(person(text(20))),
    attendees: fc.array(attendee, { maxLength: 5 }),
    reminders: fc.array(fc.record({ minutes: fc.integer({ min: 0, max: 40_320 }) }), { maxLength: 4 }),
    rules: fc.oneof({ weight: 2, arbitrary: fc.constant([]) }, { weight: 1, arbitrary: rules }),
  })
  .map(({ span: times, ...rest }) => ({ ...times, ...rest }));

/** Single events and series with changed occurrences, in the form in which they are stored. */
export const object: fc.Arbitrary<CalendarObject> = fc
  .record({
    uid: fc.oneof(
      fc.uuid(),
      text(30).map((part) => `u${part.replace(/[\p{C}\s]/gu, '')}`),
    ),
    master: content,
    exceptions: fc.array(fc.tuple(fc.integer({ min: 0, max: 400 }), content), { maxLength: 3 }),
    sequence: fc.integer({ min: 0, max: 9 }),
  })
  .map(({ uid, master, exceptions, sequence }) => {
    const start = normaliseObject(blank(uid, master), context).master?.start ?? master.start;
    const series = master.rules.length > 0;
    const changed = new Map<string, EventContent>();
    for (const [days, changedContent] of series ? exceptions : []) {
      changed.set(basicForm(moved(start, days)), { ...changedContent, rules: [] });
    }
    return normaliseObject(
      {
        ...blank(uid, master),
        sequence,
        exceptions: [...changed].map(([recurrenceId, changedContent]) => ({ recurrenceId, content: changedContent })),
      },
      context,
    );
  });

function blank(uid: string, master: EventContent): CalendarObject {
  return { uid, master, exceptions: [], sequence: 0, stampedAt: null, createdAt: null, updatedAt: null, marker: null };
}

function moved(start: EventTime, days: number): EventTime {
  const by = days * 86_400_000;
  switch (start.kind) {
    case 'date':
      return { kind: 'date', date: new Date(Date.parse(`${start.date}T00:00:00Z`) + by).toISOString().slice(0, 10) };
    case 'utc':
      return { kind: 'utc', instant: start.instant + by };
    default:
      return { ...start, local: new Date(Date.parse(`${start.local}Z`) + by).toISOString().slice(0, 19) };
  }
}

/** An object with every content in normal form and its exceptions in order; what is written and read back unchanged. */
function normaliseObject(object: CalendarObject, context: ContentContext): CalendarObject {
  const exceptions = object.exceptions
    .map(
      (exception): EventException => ({
        ...exception,
        content: normaliseContent({ ...exception.content, rules: [] }, context),
      }),
    )
    .sort((a, b) => (a.recurrenceId < b.recurrenceId ? -1 : a.recurrenceId > b.recurrenceId ? 1 : 0));
  return { ...object, master: object.master === null ? null : normaliseContent(object.master, context), exceptions };
}
