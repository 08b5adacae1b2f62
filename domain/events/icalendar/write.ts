/** A calendar object to iCalendar text (RFC 5545), over the provider's last text of it where there is one. */
import type { ZoneData } from '../../time/zone-data.ts';
import type { CalendarObject, EventContent, EventTime, Instant, RecurrenceId, ZoneName } from '../model.ts';
import { canonicalText } from '../same-value.ts';
import type { SchedulingRequest } from '../scheduling.ts';
import type { Clock } from './clock.ts';
import type { Component } from './components.ts';
import { markerProperty } from './event.ts';
import { zoneIdOf } from './observances.ts';
import { escapeText, fold, formatProperty, parameterOf, parseProperty, withParameter } from './property.ts';
import { collectZoneNames, componentText, groupObject, type ReadComponent, readDocument } from './read.ts';
import { basicForm, inSeriesKind, lastYearOf, ruleProperties } from './rules.ts';
import { basicInstant, parseTime } from './values.ts';
import { writeTimeZone } from './vtimezone.ts';
import { applyContent, type Draft, nameOf, recurrenceIdLine, setLines } from './write-event.ts';

export interface WriteOptions {
  /** The text that is replaced: what we do not know in it survives. Null for a new object. */
  readonly raw: string | null;
  readonly zones: ZoneData;
  /** The calendar's zone: where floating times of `raw` are read. */
  readonly calendarZone?: ZoneName | null;
  /** The sealed marker of a managed event; null leaves what is there. */
  readonly marker: string | null;
  /** DTSTAMP and LAST-MODIFIED of what changes. */
  readonly now: Instant;
  /** PRODID. */
  readonly productId: string;
  /** What a server that schedules by itself is asked beside. Default: its own rule. */
  readonly scheduling?: SchedulingRequest | null;
}

/** What has to be written of one component, and over what. */
interface Wanted {
  readonly recurrenceId: RecurrenceId | null;
  readonly content: EventContent;
  readonly base: ReadComponent | null;
  /** Of an occurrence that is changed for the first time: its series, whose copy it is. */
  readonly series: ReadComponent | null;
}

/**
 * The VCALENDAR of an object: CRLF, folded at 75 octets, a VTIMEZONE for every zone that it names.
 *
 * Over `raw` only what differs from what `raw` reads as is rewritten. Reading the answer gives `object`'s contents again.
 */
export function writeObject(object: CalendarObject, options: WriteOptions): string {
  const document = readDocument(options.raw ?? '', {
    zones: options.zones,
    calendarZone: options.calendarZone ?? null,
  });
  const mine = document.read.filter((entry) => entry.uid === object.uid);
  const group = groupObject(object.uid, mine, document.clock);
  const bases = matchBases(object, group.exceptions);
  const wanted: Wanted[] = object.exceptions.map(({ recurrenceId, content }) => ({
    recurrenceId,
    content,
    base: bases.get(recurrenceId) ?? null,
    series: object.master === null ? null : group.master,
  }));
  if (object.master !== null) {
    wanted.unshift({ recurrenceId: null, content: object.master, base: group.master, series: null });
  }

  const series = object.master?.start ?? null;
  const { sequence } = group.object;
  const events = wanted.map((entry) => writeComponent(entry, object, series, sequence, document.clock, options));
  const known = new Set(mine.map((entry) => entry.component));
  const root = document.roots.find((candidate) => candidate.name === 'VCALENDAR');
  const kept = (root?.components ?? []).filter(
    (component) => component.name !== 'VTIMEZONE' && !known.has(component) && component.problem === null,
  );
  const others = kept.map(componentText);
  const zoneTexts = writeZones([...events, ...others].join(''), object, document.definitions, options);
  const header = ['VERSION:2.0', `PRODID:${options.productId}`];
  for (const line of root?.lines ?? []) {
    if (!['VERSION', 'PRODID', 'METHOD'].includes(line.name)) header.push(line.text);
  }
  return `BEGIN:VCALENDAR\r\n${header.map(fold).join('')}${zoneTexts}${events.join('')}${others.join('')}END:VCALENDAR\r\n`;
}

/**
 * Which component of the old text each exception is written over: that of the same occurrence, else (the series moved, and
 * its exceptions' ids with it) one that says the same.
 */
function matchBases(
  object: CalendarObject,
  old: ReadonlyMap<RecurrenceId, ReadComponent>,
): Map<RecurrenceId, ReadComponent> {
  const bases = new Map<RecurrenceId, ReadComponent>();
  const free = new Map(old);
  for (const { recurrenceId } of object.exceptions) {
    const base = free.get(recurrenceId);
    if (base === undefined) continue;
    bases.set(recurrenceId, base);
    free.delete(recurrenceId);
  }
  const alike = new Map<string, ReadComponent[]>();
  for (const base of free.values()) {
    const text = canonicalText(base.event.content);
    const others = alike.get(text);
    if (others === undefined) alike.set(text, [base]);
    else others.push(base);
  }
  for (const { recurrenceId, content } of object.exceptions) {
    const base = bases.has(recurrenceId) ? undefined : alike.get(canonicalText(content))?.pop();
    if (base !== undefined) bases.set(recurrenceId, base);
  }
  return bases;
}

function writeComponent(
  wanted: Wanted,
  object: CalendarObject,
  series: EventTime | null,
  oldSequence: number,
  clock: Clock,
  options: WriteOptions,
): string {
  const { base, content, recurrenceId } = wanted;
  // What we do not know of the series, and whom its server tells of it, holds for an occurrence of it too.
  const over = base ?? wanted.series;
  const source = over?.component ?? null;
  const draft: Draft = {
    lines: source === null ? [`UID:${escapeText(object.uid)}`] : source.lines.map((line) => line.text),
    parts: [...(source?.components ?? [])],
  };
  if (over !== null && !source?.lines.some((line) => line.name === 'UID'))
    draft.lines.unshift(`UID:${escapeText(object.uid)}`);
  let changed = applyContent(draft, over?.event.content ?? null, content, source, clock);
  if (recurrenceId !== null) {
    const old = base?.event.recurrence ?? null;
    const stands = old !== null && basicForm(series === null ? old : inSeriesKind(old, series, clock)) === recurrenceId;
    if (!stands || base?.event.content.thisAndFuture !== content.thisAndFuture) {
      const time = recurrenceTime(recurrenceId, series ?? content.start, clock.zones);
      setLines(draft, ['RECURRENCE-ID'], [recurrenceIdLine(time, content, clock.zones)]);
      changed = true;
    }
  }
  if (options.scheduling?.agent === 'NONE' && withoutScheduling(draft)) changed = true;
  const answer = options.scheduling?.answer;
  if (answer !== undefined && (answer.recurrenceId === null || answer.recurrenceId === recurrenceId)) {
    setLines(draft, ['COMMENT'], answer.comment === null ? [] : [`COMMENT:${escapeText(answer.comment)}`]);
  }
  // Nothing else may tell that the object is newer than the text that it replaces.
  const raised = recurrenceId === null && base !== null && object.sequence > oldSequence;
  if (options.marker !== null && over?.event.marker !== options.marker) {
    setLines(draft, [markerProperty], [`${markerProperty}:${options.marker}`]);
    changed = true;
  }
  if (recurrenceId === null && object.relatedTo !== undefined && !isRelated(draft, object.relatedTo)) {
    // Neither is a part of the other: RELTYPE's default, PARENT, would say so.
    draft.lines.push(`RELATED-TO;RELTYPE=SIBLING:${escapeText(object.relatedTo)}`);
    changed = true;
  }
  if (changed || raised) {
    setLines(draft, ['DTSTAMP'], [`DTSTAMP:${basicInstant(options.now)}`]);
    setLines(draft, ['LAST-MODIFIED'], [`LAST-MODIFIED:${basicInstant(options.now)}`]);
    setLines(draft, ['SEQUENCE'], [`SEQUENCE:${Math.max(object.sequence, base?.event.sequence ?? 0)}`]);
    if (base === null) setLines(draft, ['CREATED'], [`CREATED:${basicInstant(object.createdAt ?? options.now)}`]);
  }
  let text = 'BEGIN:VEVENT\r\n';
  for (const line of withoutRepeats(draft.lines)) text += fold(line);
  for (const part of draft.parts) text += componentText(part);
  return `${text}END:VEVENT\r\n`;
}

function isRelated(draft: Draft, uid: string): boolean {
  const value = `:${escapeText(uid)}`;
  return draft.lines.some((line) => nameOf(line) === 'RELATED-TO' && line.endsWith(value));
}

/** RFC 5545 §3.6.1: what a VEVENT has once at most. */
const once = new Set(
  `DTSTAMP UID DTSTART CLASS CREATED DESCRIPTION GEO LAST-MODIFIED LOCATION ORGANIZER PRIORITY SEQUENCE STATUS SUMMARY
  TRANSP URL RECURRENCE-ID DTEND DURATION`.split(/\s+/),
);

/**
 * The lines without those that nobody may write a second time; the first is the one that is read. Cyrus keeps both an attendee's
 * TRANSP and the organizer's when it takes over an update, and refuses its own text when it gets it back.
 */
function withoutRepeats(lines: readonly string[]): readonly string[] {
  const seen = new Set<string>();
  return lines.filter((line) => {
    const name = nameOf(line);
    if (!once.has(name)) return true;
    if (seen.has(name)) return false;
    seen.add(name);
    return true;
  });
}

/** True when a line was changed. */
function withoutScheduling(draft: Draft): boolean {
  let changed = false;
  for (const [at, line] of draft.lines.entries()) {
    const property = /^(?:ATTENDEE|ORGANIZER)$/.test(nameOf(line)) ? parseProperty(line) : null;
    if (property === null || parameterOf(property, 'SCHEDULE-AGENT')?.toUpperCase() === 'NONE') continue;
    draft.lines[at] = formatProperty(withParameter(property, 'SCHEDULE-AGENT', 'NONE'));
    changed = true;
  }
  return changed;
}

/** A recurrence id as a time in the series' kind. */
function recurrenceTime(id: RecurrenceId, series: EventTime, zones: ZoneData): EventTime {
  const time = parseTime(id);
  if (time === null) throw new TypeError(`not a recurrence id: ${id}`);
  if (time.kind !== 'local') return time;
  if (series.kind !== 'zoned') return { kind: 'floating', local: time.local };
  return { kind: 'zoned', local: time.local, zone: series.zone, instant: zones.resolve(time.local, series.zone) };
}

function writeZones(
  events: string,
  object: CalendarObject,
  definitions: readonly Component[],
  options: WriteOptions,
): string {
  const named = collectZoneNames(events);
  if (named.size === 0) return '';
  const own = new Map<string, Component>();
  for (const definition of definitions) {
    const id = zoneIdOf(definition);
    if (id !== null && definition.problem === null && !own.has(id)) own.set(id, definition);
  }
  const [from, to] = yearsOf(object);
  let text = '';
  for (const name of named) {
    const definition = own.get(name);
    const zone = options.zones.canonical(name);
    if (definition !== undefined) text += componentText(definition);
    else if (zone !== null) text += writeTimeZone(zone, from, to, options.zones, name);
  }
  return text;
}

/** Of a series without an end so many years are looked at. */
const yearsOfSeries = 60;

/**
 * No law is known of years beyond: what holds then is left open in a VTIMEZONE, and looking at every year up to an end in the
 * year 9998 costs seconds.
 */
const lastKnownYear = 2100;

/** The years that the object's times fall into; of a series without an end, and of one that ends far ahead, some. */
function yearsOf(object: CalendarObject): [from: number, to: number] {
  let from = 9999;
  let to = 1;
  const contents = [
    ...(object.master === null ? [] : [object.master]),
    ...object.exceptions.map((entry) => entry.content),
  ];
  for (const { start, end, rules } of contents) {
    for (const time of [start, end]) {
      const year = Number(
        time.kind === 'date'
          ? time.date.slice(0, 4)
          : time.kind === 'utc'
            ? new Date(time.instant).getUTCFullYear()
            : time.local.slice(0, 4),
      );
      from = Math.min(from, year);
      to = Math.max(to, year);
    }
    to = Math.max(to, Math.min(lastYearOf(ruleProperties(rules), from), from + yearsOfSeries));
  }
  return [from, Math.min(to, Math.max(lastKnownYear, from + yearsOfSeries))];
}
