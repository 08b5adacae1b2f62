/** One VEVENT to what of it the graph can show. */
import type {
  Attendee,
  BusyStatus,
  EventContent,
  EventLocation,
  EventPerson,
  EventStatus,
  EventTime,
  EventVisibility,
  Instant,
  ParticipationStatus,
} from '../model.ts';
import { alarmsOf, readAlarm } from './alarms.ts';
import { attachmentsOf } from './attachments.ts';
import { type Clock, isPlaceable, type TimeUse } from './clock.ts';
import { colorOf, nearestColorName } from './colors.ts';
import type { Component } from './components.ts';
import { conferencingOf } from './conference.ts';
import type { ReadLimits } from './limits.ts';
import { type Property, parameterOf, parseProperty, splitTexts, textOf, unescapeText } from './property.ts';
import { expectExpandable, lastYearOf, normaliseRules, RuleProblem, shown, withoutEndlessCount } from './rules.ts';
import { addDays, parseDuration, parseTime } from './values.ts';

/** Why a component could not be read; says what was expected and what came. */
export class Unreadable extends Error {}

export interface EventWarning {
  readonly code: 'TIME_ZONE_SUBSTITUTED' | 'RECURRENCE_SIMPLIFIED';
  readonly message: string;
}

export interface ReadEvent {
  readonly content: EventContent;
  /** RECURRENCE-ID as it stands in the file; null on a master. */
  readonly recurrence: EventTime | null;
  readonly sequence: number;
  readonly stampedAt: Instant | null;
  readonly createdAt: Instant | null;
  readonly updatedAt: Instant | null;
  readonly marker: string | null;
  /** The first RELATED-TO, of whatever type. */
  readonly relatedTo: string | null;
  readonly warnings: readonly EventWarning[];
}

/** The property that carries the marker of a managed event (semantics C1). */
export const markerProperty = 'X-MERIDIAN-REF';

/** Properties by name; lines that are none are left out. */
export function propertiesOf(component: Component): Map<string, Property[]> {
  const found = new Map<string, Property[]>();
  for (const line of component.lines) {
    const property = parseProperty(line.text);
    if (property === null) continue;
    const others = found.get(property.name);
    if (others === undefined) found.set(property.name, [property]);
    else others.push(property);
  }
  return found;
}

/**
 * Reads a VEVENT.
 *
 * @throws Unreadable when its times or rules cannot be understood, or a limit is exceeded.
 */
export function readEvent(component: Component, clock: Clock, limits: ReadLimits): ReadEvent {
  const properties = propertiesOf(component);
  const first = (name: string): Property | null => properties.get(name)?.[0] ?? null;
  const warnings: EventWarning[] = [];
  const ruleLines = ['RRULE', 'EXRULE', 'RDATE', 'EXDATE']
    .flatMap((name) => properties.get(name) ?? [])
    .map(withoutEndlessCount);
  const startYear = Number(/\d{4}/.exec(first('DTSTART')?.value ?? '')?.[0] ?? 0);
  const substitutions = new Set<string>();
  const use: TimeUse = {
    recurring: ruleLines.length > 0 || first('RECURRENCE-ID') !== null,
    lastYear: lastYearOf(ruleLines, startYear),
    substituted: (timeZone, zone) => {
      if (substitutions.has(timeZone)) return;
      substitutions.add(timeZone);
      warnings.push({
        code: 'TIME_ZONE_SUBSTITUTED',
        message: `The time zone ${shown(timeZone)} is unknown and not usably defined; its times are read in ${zone}.`,
      });
    },
  };
  const { start, end, nominalDays } = readSpan(component, properties, clock, use);
  const recurrenceProperty = first('RECURRENCE-ID');
  const recurrence = recurrenceProperty === null ? null : clock.time(recurrenceProperty, use);
  if (recurrenceProperty !== null && recurrence === null) {
    throw new Unreadable(`expected a DATE or DATE-TIME as RECURRENCE-ID, came ${shown(recurrenceProperty.value)}`);
  }
  const range = recurrenceProperty === null ? null : parameterOf(recurrenceProperty, 'RANGE')?.trim().toUpperCase();
  const thisAndFuture = range === 'THISANDFUTURE';
  if (range != null && !thisAndFuture) {
    warnings.push({
      code: 'RECURRENCE_SIMPLIFIED',
      message: `RANGE=${shown(range)} is applied to its own occurrence only: RFC 5545 knows THISANDFUTURE alone.`,
    });
  }
  let rules: readonly string[] = [];
  try {
    if (recurrence === null) {
      rules = normaliseRules(ruleLines, start, clock, use, limits.recurrenceDates);
      expectExpandable(rules);
    }
  } catch (error) {
    if (error instanceof RuleProblem) throw new Unreadable(error.message);
    throw error;
  }
  const text = (name: string): string | null => {
    const property = first(name);
    const value = property === null ? '' : textOf(property);
    return value === '' ? null : value;
  };
  const url = first('URL')?.value.trim() ?? '';
  const conferencing = conferencingOf(properties.get('CONFERENCE') ?? []);
  const attachments = attachmentsOf(properties.get('ATTACH') ?? []);
  const organizer = first('ORGANIZER');
  const content: EventContent = {
    summary: text('SUMMARY'),
    description: text('DESCRIPTION'),
    start,
    end,
    nominalDays,
    status: statusOf(first('STATUS')),
    busyStatus: busyStatusOf(properties),
    visibility: visibilityOf(first('CLASS')),
    location: locationOf(text('LOCATION'), first('GEO')),
    url: url === '' ? null : url,
    ...(conferencing === null ? {} : { conferencing }),
    ...(attachments.length === 0 ? {} : { attachments }),
    color: eventColor(first('COLOR'), first('X-APPLE-CALENDAR-COLOR')),
    categories: categoriesOf(properties.get('CATEGORIES') ?? []),
    organizer: organizer === null ? null : personOf(organizer),
    attendees: attendeesOf(properties.get('ATTENDEE') ?? []),
    reminders: remindersOf(component, start, end, clock),
    rules,
    ...(thisAndFuture ? { thisAndFuture } : {}),
  };
  const instant = (name: string): Instant | null => {
    const time = parseTime(first(name)?.value ?? '');
    if (time === null || time.kind === 'date') return null;
    return time.kind === 'utc' ? time.instant : clock.zones.resolve(time.local, 'Etc/UTC');
  };
  const sequence = Number(first('SEQUENCE')?.value ?? 0);
  return {
    content,
    recurrence,
    sequence: Number.isSafeInteger(sequence) && sequence > 0 ? Math.min(sequence, 2_147_483_647) : 0,
    stampedAt: instant('DTSTAMP'),
    createdAt: instant('CREATED'),
    updatedAt: instant('LAST-MODIFIED'),
    marker: first(markerProperty)?.value.trim() || null,
    relatedTo: text('RELATED-TO'),
    warnings,
  };
}

/** DTSTART with DTEND or DURATION (RFC 5545 §3.6.1; semantics A1, A5). */
function readSpan(
  component: Component,
  properties: ReadonlyMap<string, readonly Property[]>,
  clock: Clock,
  use: TimeUse,
): { start: EventTime; end: EventTime; nominalDays: number | null } {
  const startProperty = properties.get('DTSTART')?.[0];
  if (startProperty === undefined) {
    const line = component.lines.find((candidate) => candidate.name === 'DTSTART');
    throw new Unreadable(`expected a DTSTART, came ${line === undefined ? 'none' : shown(line.text)}`);
  }
  const start = clock.time(startProperty, use);
  if (start === null) {
    throw new Unreadable(`expected a DATE or DATE-TIME as DTSTART, came ${shown(startProperty.value)}`);
  }
  const endProperty = properties.get('DTEND')?.[0];
  const durationProperty = properties.get('DURATION')?.[0];
  if (endProperty !== undefined && endProperty.value.trim() !== '') {
    const end = clock.time(endProperty, use);
    if (end === null) throw new Unreadable(`expected a DATE or DATE-TIME as DTEND, came ${shown(endProperty.value)}`);
    if ((start.kind === 'date') !== (end.kind === 'date')) {
      const kind = (time: EventTime) => (time.kind === 'date' ? 'a DATE' : 'a DATE-TIME');
      throw new Unreadable(
        `expected DTEND to be ${kind(start)} like DTSTART, came ${kind(end)} ${shown(endProperty.value)}`,
      );
    }
    const before =
      start.kind === 'date' && end.kind === 'date' ? end.date < start.date : clock.instant(end) < clock.instant(start);
    if (before) {
      throw new Unreadable(
        `expected DTEND at or after DTSTART, came ${shown(endProperty.value)} before ${shown(startProperty.value)}`,
      );
    }
    // Broken exports say the same day twice and mean that day.
    if (start.kind === 'date' && end.kind === 'date' && end.date === start.date) {
      return { start, end: { kind: 'date', date: addDays(start.date, 1) }, nominalDays: null };
    }
    return { start, end, nominalDays: null };
  }
  if (durationProperty !== undefined && durationProperty.value.trim() !== '') {
    const span = parseDuration(durationProperty.value);
    if (span === null || (span.sign < 0 && span.days + span.seconds > 0)) {
      throw new Unreadable(`expected a DURATION of zero or more, came ${shown(durationProperty.value)}`);
    }
    const startsAt = clock.instant(start);
    if (!isPlaceable({ kind: 'utc', instant: startsAt + (span.days * 86_400 + span.seconds) * 1000 + 172_800_000 })) {
      throw new Unreadable(
        `expected a DURATION that ends before the year 10000, came ${shown(durationProperty.value)}`,
      );
    }
    if (start.kind === 'date') {
      const days = Math.max(1, span.days + Math.ceil(span.seconds / 86_400));
      return { start, end: clock.plus(start, days, 0), nominalDays: null };
    }
    const end = clock.plus(start, span.days, span.seconds);
    return { start, end, nominalDays: span.days > 0 && span.seconds === 0 ? span.days : null };
  }
  return {
    start,
    end: start.kind === 'date' ? { kind: 'date', date: addDays(start.date, 1) } : start,
    nominalDays: null,
  };
}

function statusOf(property: Property | null): EventStatus {
  const value = property?.value.trim().toUpperCase();
  return value === 'TENTATIVE' || value === 'CANCELLED' ? value : 'CONFIRMED';
}

const microsoftStatus: Readonly<Record<string, BusyStatus>> = {
  FREE: 'FREE',
  TENTATIVE: 'TENTATIVE',
  BUSY: 'BUSY',
  OOF: 'OUT_OF_OFFICE',
  WORKINGELSEWHERE: 'WORKING_ELSEWHERE',
};

/** TRANSP says free or not; Microsoft's property says which kind of not free, and counts alone where TRANSP is absent. */
function busyStatusOf(properties: ReadonlyMap<string, readonly Property[]>): BusyStatus {
  const transparency = properties.get('TRANSP')?.[0]?.value.trim().toUpperCase();
  const detail =
    properties.get('X-MICROSOFT-CDO-BUSYSTATUS')?.[0] ?? properties.get('X-MICROSOFT-CDO-INTENDEDSTATUS')?.[0];
  const name = detail?.value.trim().toUpperCase() ?? '';
  const status = Object.hasOwn(microsoftStatus, name) ? microsoftStatus[name] : undefined;
  if (transparency === 'TRANSPARENT') return status === 'WORKING_ELSEWHERE' ? status : 'FREE';
  if (transparency === 'OPAQUE' && status === 'FREE') return 'BUSY';
  return status ?? 'BUSY';
}

/** An unknown CLASS is to be treated as PRIVATE (RFC 5545 §3.8.1.3). */
function visibilityOf(property: Property | null): EventVisibility {
  const value = property?.value.trim().toUpperCase() ?? '';
  if (value === '') return 'DEFAULT';
  return value === 'PUBLIC' || value === 'CONFIDENTIAL' ? value : 'PRIVATE';
}

function locationOf(description: string | null, geo: Property | null): EventLocation | null {
  // Some servers escape the semicolon between the two (SOGo).
  const parts = geo === null ? [] : unescapeText(geo.value).split(/[;,]/);
  const degrees = parts.map((part) => (/^\s*[+-]?\d{1,3}(?:\.\d*)?\s*$/.test(part) ? Number(part) : Number.NaN));
  const [latitude = Number.NaN, longitude = Number.NaN] = degrees;
  const placed = parts.length === 2 && Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180;
  if (description === null && !placed) return null;
  return { description, latitude: placed ? latitude + 0 : null, longitude: placed ? longitude + 0 : null };
}

/** COLOR has names only; the exact colour stands beside it and counts while it still fits the name. */
function eventColor(color: Property | null, exact: Property | null): string | null {
  const named = color === null ? null : colorOf(color.value);
  const precise = exact === null ? null : colorOf(exact.value);
  if (named === null || precise === null) return named ?? precise;
  return colorOf(nearestColorName(precise)) === named ? precise : named;
}

function categoriesOf(properties: readonly Property[]): string[] {
  const found = new Set<string>();
  for (const property of properties) {
    for (const text of splitTexts(property.value)) if (text.trim() !== '') found.add(text.trim());
  }
  return [...found];
}

/** ORGANIZER or ATTENDEE; null when it names nobody. */
export function personOf(property: Property): EventPerson | null {
  const value = property.value.trim();
  if (value === '') return null;
  const mail = /^mailto:(.*)$/is.exec(value)?.[1] ?? (/^[^\s:/@]+@[^\s:/@]+$/.test(value) ? value : null);
  const name = parameterOf(property, 'CN')?.trim() ?? '';
  const email = mail === null ? null : mail.replace(/\?.*$/s, '').trim().toLowerCase() || null;
  return { uri: mail === null || /^mailto:/i.test(value) ? value : `mailto:${value}`, email, name: name || null };
}

const participation = new Set<string>(['ACCEPTED', 'DECLINED', 'TENTATIVE', 'DELEGATED']);

export function attendeeOf(property: Property): Attendee | null {
  const person = personOf(property);
  if (person === null) return null;
  const parameter = (name: string) => parameterOf(property, name)?.trim().toUpperCase() ?? '';
  const status = parameter('PARTSTAT');
  const role = parameter('ROLE');
  const kind = parameter('CUTYPE');
  return {
    ...person,
    status: participation.has(status) ? (status as ParticipationStatus) : 'NEEDS_ACTION',
    optional: role === 'OPT-PARTICIPANT' || role === 'NON-PARTICIPANT',
    resource: kind === 'RESOURCE' || kind === 'ROOM',
  };
}

/** What makes two attendees the same one: the address without case, else the URI. */
export function attendeeKey(person: EventPerson): string {
  return person.email ?? person.uri;
}

function attendeesOf(properties: readonly Property[]): Attendee[] {
  const found = new Map<string, Attendee>();
  for (const property of properties) {
    const attendee = attendeeOf(property);
    if (attendee !== null && !found.has(attendeeKey(attendee))) found.set(attendeeKey(attendee), attendee);
  }
  return [...found.values()];
}

function remindersOf(component: Component, start: EventTime, end: EventTime, clock: Clock): { minutes: number }[] {
  const minutes = new Set<number>();
  for (const part of alarmsOf(component)) {
    const alarm = readAlarm(part, start, end, clock);
    if (alarm.minutes !== null) minutes.add(alarm.minutes);
  }
  return [...minutes].map((value) => ({ minutes: value }));
}
