/** What of an event differs, into the lines of its VEVENT; every other line stays as it is. */
import type { ZoneData } from '../../time/zone-data.ts';
import type { Attendee, EventAttachment, EventContent, EventPerson, EventTime, ParticipationStatus } from '../model.ts';
import { sameValue as same } from '../same-value.ts';
import { alarmsOf, readAlarm } from './alarms.ts';
import { attachmentLines } from './attachments.ts';
import type { Clock } from './clock.ts';
import { shownInParameter } from './clock.ts';
import { colorOf, nearestColorName } from './colors.ts';
import type { Component } from './components.ts';
import { conferenceLines } from './conference.ts';
import { attendeeKey, attendeeOf } from './event.ts';
import { escapeText, formatProperty, type Parameter, type Property, parseProperty, withParameter } from './property.ts';
import { basicDate, basicInstant, basicLocal } from './values.ts';

/** A component while it is written: unfolded lines, and the components within. */
export interface Draft {
  readonly lines: string[];
  readonly parts: Component[];
}

export function nameOf(line: string): string {
  const [name = ''] = line.split(/[;:]/, 1);
  return name.slice(name.lastIndexOf('.') + 1).toUpperCase();
}

/** Replaces every line of these names by `lines`, where the first of them stood, else at the end. */
export function setLines(draft: Draft, names: readonly string[], lines: readonly string[]): void {
  const at = draft.lines.findIndex((line) => names.includes(nameOf(line)));
  const kept = draft.lines.filter((line) => !names.includes(nameOf(line)));
  const before = at === -1 ? kept.length : at;
  draft.lines.splice(0, draft.lines.length, ...kept.slice(0, before), ...lines, ...kept.slice(before));
}

function firstOf(draft: Draft, name: string): Property | null {
  const line = draft.lines.find((candidate) => nameOf(candidate) === name);
  return line === undefined ? null : parseProperty(line);
}

const encodings = new Set(['ENCODING', 'QUOTED-PRINTABLE', 'CHARSET', 'ALTREP', 'VALUE', 'TZID', shownInParameter]);

/** A property with a new value; of the old one's parameters those stay that say nothing of the value. */
function revalued(draft: Draft, name: string, value: string, parameters: readonly Parameter[] = []): string {
  const kept = (firstOf(draft, name)?.parameters ?? []).filter((parameter) => !encodings.has(parameter.name));
  return formatProperty({ name, parameters: [...parameters, ...kept], value });
}

function setText(draft: Draft, name: string, text: string | null): void {
  setLines(draft, [name], text === null ? [] : [revalued(draft, name, escapeText(text))]);
}

/**
 * A time as a property's parameters and value. With `wallClock` (a series) the wall clock is written whatever instant it
 * stands for; else the instant is the truth, and a wall clock that stands for another one (the second hour of an overlap)
 * is written in UTC, with the zone beside it (semantics A6).
 */
export function timeProperty(
  time: EventTime,
  wallClock: boolean,
  zones: ZoneData,
): { parameters: readonly Parameter[]; value: string } {
  switch (time.kind) {
    case 'date':
      return { parameters: [{ name: 'VALUE', values: ['DATE'] }], value: basicDate(time.date) };
    case 'utc':
      return { parameters: [], value: basicInstant(time.instant) };
    case 'floating':
      return { parameters: [], value: basicLocal(time.local) };
    case 'zoned': {
      const parameters = [{ name: 'TZID', values: [time.zone] }];
      if (wallClock || zones.resolve(time.local, time.zone) === time.instant) {
        return { parameters, value: basicLocal(time.local) };
      }
      const local = zones.localAt(time.instant, time.zone);
      if (zones.resolve(local, time.zone) === time.instant) return { parameters, value: basicLocal(local) };
      return { parameters: [{ name: shownInParameter, values: [time.zone] }], value: basicInstant(time.instant) };
    }
  }
}

/**
 * The RECURRENCE-ID of a changed occurrence. RANGE is nothing that we give (semantics B4), but an occurrence that was read
 * with it keeps it: without it all that it moved would move back.
 */
export function recurrenceIdLine(original: EventTime, { thisAndFuture }: EventContent, zones: ZoneData): string {
  const property = { name: 'RECURRENCE-ID', ...timeProperty(original, true, zones) };
  return formatProperty(thisAndFuture === true ? withParameter(property, 'RANGE', 'THISANDFUTURE') : property);
}

const busyNames = { TENTATIVE: 'TENTATIVE', OUT_OF_OFFICE: 'OOF', WORKING_ELSEWHERE: 'WORKINGELSEWHERE' } as const;
const microsoftNames = ['X-MICROSOFT-CDO-BUSYSTATUS', 'X-MICROSOFT-CDO-INTENDEDSTATUS'];

/** Brings `draft`, which reads as `before`, to read as `after`. True when anything was changed. */
export function applyContent(
  draft: Draft,
  before: EventContent | null,
  after: EventContent,
  source: Component | null,
  clock: Clock,
): boolean {
  const differs = (...fields: (keyof EventContent)[]) =>
    before === null || fields.some((field) => !same(before[field], after[field]));
  let changed = false;
  const when = (condition: boolean, change: () => void) => {
    if (!condition) return;
    changed = true;
    change();
  };
  const spanDiffers = differs('start', 'end', 'nominalDays') || wasSeries(before) !== wasSeries(after);
  when(spanDiffers, () => writeSpan(draft, after, clock.zones));
  when(differs('rules'), () => writeRules(draft, before, after));
  when(differs('summary'), () => setText(draft, 'SUMMARY', after.summary));
  when(differs('description'), () => {
    setText(draft, 'DESCRIPTION', after.description);
    // The formatted copy says the old text.
    setLines(draft, ['X-ALT-DESC', 'STYLED-DESCRIPTION'], []);
  });
  when(differs('location'), () => writeLocation(draft, before, after));
  when(differs('status'), () => setLines(draft, ['STATUS'], [`STATUS:${after.status}`]));
  when(differs('busyStatus'), () => {
    setLines(draft, ['TRANSP'], [`TRANSP:${after.busyStatus === 'FREE' ? 'TRANSPARENT' : 'OPAQUE'}`]);
    const detail = after.busyStatus in busyNames ? busyNames[after.busyStatus as keyof typeof busyNames] : null;
    setLines(draft, microsoftNames, detail === null ? [] : [`X-MICROSOFT-CDO-BUSYSTATUS:${detail}`]);
  });
  when(differs('visibility'), () =>
    setLines(draft, ['CLASS'], after.visibility === 'DEFAULT' ? [] : [`CLASS:${after.visibility}`]),
  );
  when(differs('url'), () => setLines(draft, ['URL'], after.url === null ? [] : [revalued(draft, 'URL', after.url)]));
  when(!same(before?.conferencing ?? null, after.conferencing ?? null), () => {
    const lines = draft.lines.filter((line) => nameOf(line) === 'CONFERENCE');
    setLines(draft, ['CONFERENCE'], conferenceLines(after.conferencing ?? null, lines));
  });
  const { attachments } = after;
  when(attachments !== undefined && !same(before?.attachments ?? [], attachments), () => {
    const lines = draft.lines.filter((line) => nameOf(line) === 'ATTACH');
    setLines(draft, ['ATTACH'], attachmentLines(lines, attachments as readonly EventAttachment[]));
  });
  when(differs('color'), () => writeColor(draft, after.color));
  when(differs('categories'), () =>
    setLines(
      draft,
      ['CATEGORIES'],
      after.categories.length === 0 ? [] : [`CATEGORIES:${after.categories.map(escapeText).join(',')}`],
    ),
  );
  when(differs('organizer'), () =>
    setLines(
      draft,
      ['ORGANIZER'],
      after.organizer === null ? [] : [organizerLine(firstOf(draft, 'ORGANIZER'), after.organizer)],
    ),
  );
  when(differs('attendees'), () => writeAttendees(draft, after.attendees));
  when(differs('reminders') || spanDiffers, () => writeReminders(draft, before, after, source, clock));
  return changed;
}

function wasSeries(content: EventContent | null): boolean {
  return content !== null && content.rules.length > 0;
}

function writeSpan(draft: Draft, content: EventContent, zones: ZoneData): void {
  const start = timeProperty(content.start, wasSeries(content), zones);
  const end = timeProperty(content.end, false, zones);
  const lines: string[] = [];
  if (content.nominalDays !== null) lines.push(`DURATION:P${content.nominalDays}D`);
  else if (!same(content.start, content.end)) lines.push(revalued(draft, 'DTEND', end.value, end.parameters));
  setLines(draft, ['DTSTART'], [revalued(draft, 'DTSTART', start.value, start.parameters)]);
  if (!draft.lines.some((line) => ['DTEND', 'DURATION'].includes(nameOf(line)))) {
    const at = draft.lines.findIndex((line) => nameOf(line) === 'DTSTART');
    draft.lines.splice(at + 1, 0, ...lines);
  } else setLines(draft, ['DTEND', 'DURATION'], lines);
}

function writeRules(draft: Draft, before: EventContent | null, after: EventContent): void {
  const kinds = new Set([...(before?.rules ?? []), ...after.rules].map(nameOf));
  for (const kind of ['RRULE', 'EXRULE', 'RDATE', 'EXDATE']) {
    if (!kinds.has(kind)) continue;
    const wanted = after.rules.filter((line) => nameOf(line) === kind);
    const had = (before?.rules ?? []).filter((line) => nameOf(line) === kind);
    if (before === null || !same(wanted, had)) setLines(draft, [kind], wanted);
  }
}

function writeLocation(draft: Draft, before: EventContent | null, after: EventContent): void {
  const was = before?.location ?? null;
  const now = after.location;
  if ((was?.description ?? null) !== (now?.description ?? null)) setText(draft, 'LOCATION', now?.description ?? null);
  if (was?.latitude !== now?.latitude || was?.longitude !== now?.longitude) {
    const placed = now !== null && now.latitude !== null && now.longitude !== null;
    setLines(draft, ['GEO'], placed ? [`GEO:${degrees(now.latitude)};${degrees(now.longitude)}`] : []);
  }
  // Apple shows its own copy instead of LOCATION.
  setLines(draft, ['X-APPLE-STRUCTURED-LOCATION'], []);
}

function degrees(value: number): string {
  // GEO's FLOAT has no exponent (RFC 5545 §3.3.7).
  return value
    .toFixed(10)
    .replace(/\.?0+$/, '')
    .replace(/^-0$/, '0');
}

function writeColor(draft: Draft, color: string | null): void {
  const name = color === null ? null : nearestColorName(color);
  setLines(draft, ['COLOR'], name === null ? [] : [`COLOR:${name}`]);
  const exact = name !== null && colorOf(name) !== color;
  setLines(draft, ['X-APPLE-CALENDAR-COLOR'], exact ? [`X-APPLE-CALENDAR-COLOR:${color}`] : []);
}

function organizerLine(base: Property | null, organizer: EventPerson): string {
  const property = base ?? { name: 'ORGANIZER', parameters: [], value: '' };
  return formatProperty({ ...withParameter(property, 'CN', organizer.name), value: organizer.uri });
}

const participationNames: Readonly<Record<ParticipationStatus, string>> = {
  NEEDS_ACTION: 'NEEDS-ACTION',
  ACCEPTED: 'ACCEPTED',
  DECLINED: 'DECLINED',
  TENTATIVE: 'TENTATIVE',
  DELEGATED: 'DELEGATED',
};

function writeAttendees(draft: Draft, attendees: readonly Attendee[]): void {
  const bases = new Map<string, { line: string; property: Property; attendee: Attendee }>();
  for (const line of draft.lines) {
    const property = nameOf(line) === 'ATTENDEE' ? parseProperty(line) : null;
    const attendee = property === null ? null : attendeeOf(property);
    if (property === null || attendee === null || bases.has(attendeeKey(attendee))) continue;
    bases.set(attendeeKey(attendee), { line, property, attendee });
  }
  const lines = attendees.map((attendee) => {
    const base = bases.get(attendeeKey(attendee));
    if (base === undefined) return newAttendee(attendee);
    if (same(base.attendee, attendee)) return base.line;
    let { property } = base;
    if (base.attendee.name !== attendee.name) property = withParameter(property, 'CN', attendee.name);
    if (base.attendee.status !== attendee.status) {
      property = withParameter(property, 'PARTSTAT', participationNames[attendee.status]);
    }
    if (base.attendee.optional !== attendee.optional) property = withParameter(property, 'ROLE', roleOf(attendee));
    if (base.attendee.resource !== attendee.resource) {
      property = withParameter(property, 'CUTYPE', attendee.resource ? 'RESOURCE' : 'INDIVIDUAL');
    }
    return formatProperty({ ...property, value: attendee.uri });
  });
  setLines(draft, ['ATTENDEE'], lines);
}

function roleOf(attendee: Attendee): string {
  return attendee.optional ? 'OPT-PARTICIPANT' : 'REQ-PARTICIPANT';
}

function newAttendee(attendee: Attendee): string {
  const parameters: Parameter[] = [
    ...(attendee.name === null ? [] : [{ name: 'CN', values: [attendee.name] }]),
    { name: 'CUTYPE', values: [attendee.resource ? 'RESOURCE' : 'INDIVIDUAL'] },
    { name: 'ROLE', values: [roleOf(attendee)] },
    { name: 'PARTSTAT', values: [participationNames[attendee.status]] },
    ...(attendee.status === 'NEEDS_ACTION' ? [{ name: 'RSVP', values: ['TRUE'] }] : []),
  ];
  return formatProperty({ name: 'ATTENDEE', parameters, value: attendee.uri });
}

/** Alarms that still say what is wanted stay as they are, with all that we do not know of them. */
function writeReminders(
  draft: Draft,
  before: EventContent | null,
  after: EventContent,
  source: Component | null,
  clock: Clock,
): void {
  const unchanged = before !== null && same(before.reminders, after.reminders);
  const kept: { part: Component; minutes: number | null }[] = [];
  if (source !== null && before !== null) {
    const stays = same([before.start, before.end], [after.start, after.end]);
    for (const part of alarmsOf(source)) {
      const { minutes, fromStart } = readAlarm(part, before.start, before.end, clock);
      // A moved event takes its reminders along; what counts from its end or from the clock would not follow its start.
      kept.push({ part: minutes === null || fromStart || stays ? part : retriggered(part, minutes), minutes });
    }
  }
  const others = draft.parts.filter((part) => part.name !== 'VALARM');
  const alarms: Component[] = [];
  if (unchanged) alarms.push(...kept.map(({ part }) => part));
  else {
    for (const { minutes } of after.reminders) {
      const same = kept.filter((alarm) => alarm.minutes === minutes);
      alarms.push(...(same.length > 0 ? same.map(({ part }) => part) : [newAlarm(minutes, after.summary)]));
    }
    alarms.push(...kept.filter((alarm) => alarm.minutes === null).map(({ part }) => part));
  }
  draft.parts.splice(0, draft.parts.length, ...others, ...alarms);
}

function triggerLine(minutes: number): string {
  return `TRIGGER:${minutes === 0 ? 'PT0S' : `-PT${minutes}M`}`;
}

function component(name: string, texts: readonly string[]): Component {
  return {
    name,
    line: 0,
    lines: texts.map((text) => ({ name: nameOf(text), text, line: 0 })),
    components: [],
    problem: null,
  };
}

function retriggered(part: Component, minutes: number): Component {
  const lines = part.lines.map((line) => (line.name === 'TRIGGER' ? { ...line, text: triggerLine(minutes) } : line));
  return { ...part, lines };
}

function newAlarm(minutes: number, summary: string | null): Component {
  return component('VALARM', [
    'ACTION:DISPLAY',
    `DESCRIPTION:${escapeText(summary ?? 'Reminder')}`,
    triggerLine(minutes),
  ]);
}
