/** When two versions of an event say the same to whoever looks at it: how echoes of our own writes are told (semantics D1). */
import type { ZoneData } from '../time/zone-data.ts';
import { Clock } from './icalendar/clock.ts';
import { attendeeKey } from './icalendar/event.ts';
import { basicForm, inSeriesKind, normaliseRules, ruleProperties } from './icalendar/rules.ts';
import { parseTime } from './icalendar/values.ts';
import type {
  CalendarObject,
  EventAttachment,
  EventConferencing,
  EventContent,
  EventTime,
  RecurrenceId,
  ZoneName,
} from './model.ts';

export interface ContentContext {
  readonly zones: ZoneData;
  /** Where floating times are read; null when the calendar has no zone. */
  readonly calendarZone: ZoneName | null;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: exactly what RFC 5545 §3.1 forbids in any value
const controls = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/g;

function clean(text: string): string {
  return text
    .toWellFormed()
    .replace(/\r\n|\r/g, '\n')
    .replace(controls, '');
}

function cleanOrNull(text: string | null): string | null {
  return text === null ? null : clean(text) || null;
}

/** One line of text: a name, a URI. */
function oneLine(text: string): string {
  return clean(text).replace(/\n+/g, ' ').trim();
}

function lineOrNull(text: string | null): string | null {
  return text === null ? null : oneLine(text) || null;
}

function clockOf(context: ContentContext): Clock {
  return new Clock({ ...context, documentZone: null, definitions: [], maximumObservances: 0 });
}

const use = { recurring: true, lastYear: 9999, substituted: () => {} };

/**
 * The form in which a content is stored, written and read back unchanged: line ends are LF, empty texts null, zones by their
 * canonical names, local and instant of a zoned time in accord (of a single event the instant counts, of a series the wall
 * clock), rules in the series' own kind of time, lists without doubles.
 *
 * @throws RuleProblem when a rule line cannot be understood.
 */
export function normaliseContent(content: EventContent, context: ContentContext): EventContent {
  const clock = clockOf(context);
  const series = content.rules.length > 0;
  const start = normaliseTime(content.start, series, context.zones);
  const end = normaliseTime(content.end, false, context.zones);
  const location = content.location;
  const placed = location !== null && location.latitude !== null && location.longitude !== null;
  const description = cleanOrNull(location?.description ?? null);
  return {
    summary: cleanOrNull(content.summary),
    description: cleanOrNull(content.description),
    start,
    end,
    nominalDays: content.nominalDays,
    status: content.status,
    busyStatus: content.busyStatus,
    visibility: content.visibility,
    location:
      description === null && !placed
        ? null
        : {
            description,
            latitude: placed ? rounded(location.latitude) : null,
            longitude: placed ? rounded(location.longitude) : null,
          },
    url: lineOrNull(content.url),
    ...(content.conferencing == null ? {} : { conferencing: normaliseConferencing(content.conferencing) }),
    ...(content.attachments === undefined ? {} : { attachments: content.attachments }),
    color: content.color?.toUpperCase() ?? null,
    categories: [...new Set(content.categories.map((name) => clean(name).trim()).filter((name) => name !== ''))],
    organizer: content.organizer === null ? null : normalisePerson(content.organizer),
    attendees: [...new Map(content.attendees.map((one) => [attendeeKey(one), normalisePerson(one)])).values()],
    reminders: [...new Set(content.reminders.map(({ minutes }) => minutes))].map((minutes) => ({ minutes })),
    rules: normaliseRules(ruleProperties(content.rules), start, clock, use, Number.POSITIVE_INFINITY),
    ...(content.thisAndFuture === true ? { thisAndFuture: true as const } : {}),
  };
}

function normaliseConferencing({ joinUrl, providerName, dialIn = [] }: EventConferencing): EventConferencing {
  return {
    joinUrl: oneLine(joinUrl),
    providerName: lineOrNull(providerName),
    ...(dialIn.length === 0 ? {} : { dialIn: dialIn.map(({ phoneNumber, pin }) => ({ phoneNumber, pin })) }),
  };
}

/** GEO is written with ten decimals: a hundredth of a millimetre. */
function rounded(degrees: number): number {
  return Number(degrees.toFixed(10)) + 0;
}

function normalisePerson<T extends { uri: string; email: string | null; name: string | null }>(person: T): T {
  return {
    ...person,
    uri: oneLine(person.uri),
    email: person.email?.trim().toLowerCase() ?? null,
    name: lineOrNull(person.name),
  };
}

function normaliseTime(time: EventTime, wallClock: boolean, zones: ZoneData): EventTime {
  const zone = time.kind === 'zoned' ? zones.canonical(time.zone) : null;
  // What the zone data in force have no name for stays as it was read.
  if (time.kind !== 'zoned' || zone === null) return time;
  const instant = zones.resolve(time.local, zone);
  if (wallClock || instant === time.instant) return { kind: 'zoned', local: time.local, zone, instant };
  return { kind: 'zoned', local: zones.localAt(time.instant, zone), zone, instant: time.instant };
}

/**
 * What of an object can be seen, in one text: equal for two versions exactly when nobody could tell them apart.
 *
 * Outside: DTSTAMP, SEQUENCE, CREATED, LAST-MODIFIED, the marker, and the order of attendees, categories, reminders and
 * rules. Texts are compared without trailing spaces of lines and of the whole, which servers and clients trim. An exception
 * that says what its master says of that occurrence, and nothing else, stays: it is no noise.
 */
export function visibleContent(object: CalendarObject, context: ContentContext): string {
  const clock = clockOf(context);
  const series = object.master?.start ?? null;
  const exceptions = object.exceptions
    .map(({ recurrenceId, content }): [string, unknown] => [
      instantId(recurrenceId, series ?? content.start, clock),
      visible(content, context, clock),
    ])
    .sort(([a], [b]) => Number(a > b) - Number(a < b));
  return JSON.stringify([
    object.uid,
    object.master === null ? null : visible(object.master, context, clock),
    exceptions,
  ]);
}

/** UTC by its zone's name is UTC: servers write the one and answer the other (Radicale makes `TZID=Etc/UTC:…Z` of it). */
function plainUtc(time: EventTime, zones: ZoneData): EventTime {
  if (time.kind !== 'zoned' || zones.canonical(time.zone) !== 'Etc/UTC') return time;
  return { kind: 'utc', instant: time.instant };
}

function visible(shownContent: EventContent, context: ContentContext, clock: Clock): unknown {
  const content = {
    ...shownContent,
    start: plainUtc(shownContent.start, context.zones),
    end: plainUtc(shownContent.end, context.zones),
  };
  let normal: EventContent;
  try {
    normal = normaliseContent(content, context);
  } catch {
    // Rules that nobody understands are compared as they stand.
    normal = { ...normaliseContent({ ...content, rules: [] }, context), rules: content.rules };
  }
  const series = normal.rules.length > 0;
  const end = normal.nominalDays === null ? shown(normal.end, false, clock) : `P${normal.nominalDays}D`;
  return [
    trimmed(normal.summary),
    trimmed(normal.description),
    shown(normal.start, series, clock),
    end,
    normal.status,
    normal.busyStatus,
    normal.visibility,
    trimmed(normal.location?.description ?? null),
    // Six decimals are a hand's breadth; servers that parse GEO write it back with as many.
    normal.location?.latitude?.toFixed(6) ?? null,
    normal.location?.longitude?.toFixed(6) ?? null,
    normal.url,
    normal.color,
    // Xandikos and Cyrus take an escaped comma for one that parts.
    [...new Set(normal.categories.flatMap((name) => name.split(',').map((part) => part.trim())))].sort(),
    normal.organizer === null ? null : [attendeeKey(normal.organizer), normal.organizer.name],
    normal.attendees
      .map((one) => [attendeeKey(one), one.name ?? '', one.status, one.optional, one.resource].join('\n'))
      .sort(),
    normal.reminders.map(({ minutes }) => minutes).sort((a, b) => a - b),
    normal.rules.map((rule) => (rule.startsWith('RRULE:') ? sortedRule(rule) : rule)).sort(),
    ...(normal.thisAndFuture === true ? ['THISANDFUTURE'] : []),
    ...(normal.conferencing == null
      ? []
      : [
          [
            'CONFERENCE',
            normal.conferencing.joinUrl,
            normal.conferencing.providerName,
            ...dialled(normal.conferencing),
          ],
        ]),
    // Servers change what an ATTACH says beside its address.
    ...attached(normal.attachments ?? []),
  ];
}

/** Nothing, where there is none: what was stored before attachments were read looks as it did. */
function attached(attachments: readonly EventAttachment[]): unknown[] {
  return attachments.length === 0 ? [] : [['ATTACH', ...attachments.map(({ id }) => id).sort()]];
}

function trimmed(text: string | null): string | null {
  if (text === null) return null;
  // Line by line: a pattern for spaces at line ends takes quadratic time where they are not at one.
  const lines = text.split('\n').map((line) => line.trimEnd());
  return lines.join('\n').trim() || null;
}

/** The parts of a rule in one order, and the values of a list that is a set. */
function sortedRule(rule: string): string {
  const parts = rule.slice(6).split(';');
  return `RRULE:${parts
    .map((part) => {
      const [name = '', value = ''] = part.split('=');
      return `${name}=${value.includes(',') ? value.split(',').sort().join(',') : value}`;
    })
    .sort()
    .join(';')}`;
}

/** A time as it counts: on a series the wall clock and its zone, else the instant and the zone that shows it. */
function shown(time: EventTime, series: boolean, clock: Clock): string {
  switch (time.kind) {
    case 'date':
      return time.date;
    case 'floating':
      return time.local;
    case 'utc':
      return `${time.instant}`;
    case 'zoned': {
      if (series) return `${time.local} ${time.zone}`;
      // The second hour of an overlap may come back in UTC, where a server dropped what names its zone.
      const kept = clock.zones.resolve(clock.zones.localAt(time.instant, time.zone), time.zone) === time.instant;
      return kept ? `${time.instant} ${time.zone}` : `${time.instant}`;
    }
  }
}

/** Servers rewrite a RECURRENCE-ID to UTC: two that mean the same occurrence compare equal (semantics B1). */
function instantId(id: RecurrenceId, series: EventTime, clock: Clock): string {
  const time = parseTime(id);
  if (time === null) return id;
  if (time.kind !== 'local') return basicForm(inSeriesKind(time, plainUtc(series, clock.zones), clock));
  if (series.kind === 'floating') return id;
  const zone = series.kind === 'zoned' ? series.zone : clock.floatingZone;
  return basicForm(
    inSeriesKind(
      { kind: 'zoned', local: time.local, zone, instant: clock.zones.resolve(time.local, zone) },
      plainUtc(series, clock.zones),
      clock,
    ),
  );
}

/** Whether two versions of an object look the same: whether one is the echo of the other (semantics D1). */
export function sameVisibleContent(a: CalendarObject, b: CalendarObject, context: ContentContext): boolean {
  return visibleContent(a, context) === visibleContent(b, context);
}

/** Whether two contents by themselves show the same; of two that are missing, too. */
export function sameContent(a: EventContent | null, b: EventContent | null, context: ContentContext): boolean {
  if (a === null || b === null) return a === b;
  const clock = clockOf(context);
  const text = (content: EventContent) => JSON.stringify(visible(content, context, clock));
  return text(a) === text(b);
}

/** Nothing more where nobody dials: what was compared before numbers were read compares as it did. */
function dialled({ dialIn = [] }: EventConferencing): readonly (readonly (string | null)[])[] {
  return dialIn.map(({ phoneNumber, pin }) => [phoneNumber, pin]);
}
