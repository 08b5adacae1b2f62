/**
 * iCalendar text to calendar objects (RFC 5545). Nothing is expanded and nothing thrown: what cannot be read is named in
 * `skipped`, and the rest goes on. Linear in the length of the text.
 *
 * ical.js is not used to read: it throws a whole document away at the first bad line, knows no line numbers, and reads
 * `MEMBER="mailto:a","mailto:b","mailto:c":mailto:d` as another address. It is the tests' second opinion.
 */
import type { WarningCode } from '../../errors.ts';
import type { ZoneData } from '../../time/zone-data.ts';
import type { CalendarObject, EventException, EventTime, RecurrenceId, SkippedComponent, ZoneName } from '../model.ts';
import { sha256 } from '../sha256.ts';
import { Clock } from './clock.ts';
import { type Component, eachLine, parseComponents, topLevel } from './components.ts';
import { type ReadEvent, readEvent, Unreadable } from './event.ts';
import { defaultLimits, type ReadLimits } from './limits.ts';
import { zoneIdOf } from './observances.ts';
import { fold, parseProperty, textOf } from './property.ts';
import { basicForm, inSeriesKind } from './rules.ts';

export interface ReadOptions {
  readonly zones: ZoneData;
  /** Where floating times and unknown zones are read; null when the calendar has none, then the document's, else Etc/UTC. */
  readonly calendarZone: ZoneName | null;
  readonly limits?: Partial<ReadLimits>;
}

export interface ReadWarning {
  readonly uid: string;
  /** As in SkippedComponent. */
  readonly line: number;
  readonly code: WarningCode;
  readonly message: string;
}

/** A warning as one sentence, for lists that have no codes. */
export function warningNote({ code, message }: ReadWarning): string {
  return `${code}: ${message}`;
}

export interface CalendarReading {
  /** One per UID, in the order in which the text first names them. */
  readonly objects: readonly CalendarObject[];
  /** By UID the iCalendar text of that object alone: its components and the VTIMEZONEs that they name. */
  readonly raws: ReadonlyMap<string, string>;
  /** `line` is that of the text as it came, folded lines counted one by one, from 1: what an editor shows. */
  readonly skipped: readonly SkippedComponent[];
  readonly warnings: readonly ReadWarning[];
  /** Whether the text is iCalendar at all: whether it has a VCALENDAR, be it empty. */
  readonly isCalendar: boolean;
  /** METHOD (RFC 5546), upper case; null in a stored object. */
  readonly method: string | null;
  /** X-WR-CALNAME or NAME. */
  readonly calendarName: string | null;
  /** X-WR-TIMEZONE where it names a known zone. */
  readonly calendarZone: ZoneName | null;
}

/** A component of an event that was read, with where it stands. */
export interface ReadComponent {
  readonly uid: string;
  readonly component: Component;
  readonly event: ReadEvent;
}

/** What is skipped of a text stands on some line of it. */
type SkippedLines = SkippedComponent & { readonly line: number };

/** The document's components and times, before they are grouped; what both reading and rewriting begin with. */
export interface ReadDocument {
  readonly clock: Clock;
  readonly roots: readonly Component[];
  readonly definitions: readonly Component[];
  readonly read: readonly ReadComponent[];
  readonly skipped: readonly SkippedLines[];
  readonly header: (name: string) => string | null;
}

/** Reads every VEVENT by itself. */
export function readDocument(text: string, options: ReadOptions): ReadDocument {
  const limits: ReadLimits = { ...defaultLimits, ...options.limits };
  const document = parseComponents(text, limits);
  const skipped: SkippedLines[] = [];
  if (document.refused !== null) skipped.push({ uid: null, ...document.refused });
  const header = (name: string): string | null => {
    for (const root of document.roots) {
      if (root.name !== 'VCALENDAR') continue;
      const line = root.lines.find((candidate) => candidate.name === name);
      const property = line === undefined ? null : parseProperty(line.text);
      if (property !== null) return textOf(property).trim() || null;
    }
    return null;
  };
  const components = topLevel(document);
  for (const root of document.roots) {
    if (root.name === 'VCALENDAR' && root.problem !== null) {
      skipped.push({ uid: null, line: root.line, reason: root.problem });
    }
  }
  const definitions = components.filter((component) => component.name === 'VTIMEZONE');
  for (const definition of definitions) {
    const reason =
      definition.problem ??
      (definition.components.length > limits.observances
        ? `expected at most ${limits.observances} observances in a VTIMEZONE, came ${definition.components.length}`
        : null);
    if (reason !== null) skipped.push({ uid: null, line: definition.line, reason: `VTIMEZONE: ${reason}` });
  }
  const clock = new Clock({
    zones: options.zones,
    calendarZone: options.calendarZone,
    documentZone: header('X-WR-TIMEZONE'),
    definitions,
    maximumObservances: limits.observances,
  });
  const read: ReadComponent[] = [];
  for (const component of components) {
    if (component.name !== 'VEVENT') continue;
    const named = uidOf(component);
    try {
      if (component.problem !== null) throw new Unreadable(component.problem);
      const event = readEvent(component, clock, limits);
      read.push({ uid: named ?? derivedUid(event), component, event });
    } catch (error) {
      if (!(error instanceof Unreadable)) throw error;
      skipped.push({ uid: named, line: component.line, reason: error.message });
    }
  }
  return { clock, roots: document.roots, definitions, read, skipped, header };
}

/** The objects of an iCalendar text. Components other than VEVENT are passed over in silence. */
export function readCalendar(text: string, options: ReadOptions): CalendarReading {
  const document = readDocument(text, options);
  const skipped = [...document.skipped];
  const groups = new Map<string, ReadComponent[]>();
  const warnings: ReadWarning[] = [];
  for (const entry of document.read) {
    const group = groups.get(entry.uid);
    if (group === undefined) groups.set(entry.uid, [entry]);
    else group.push(entry);
    for (const warning of entry.event.warnings) {
      warnings.push({ uid: entry.uid, line: entry.component.line, ...warning });
    }
  }
  const objects: CalendarObject[] = [];
  const raws = new Map<string, string>();
  const alone = groups.size === 1 && document.skipped.length === 0 && isOneResource(document);
  let rawTexts: RawTexts | null = null;
  for (const [uid, entries] of groups) {
    const group = groupObject(uid, entries, document.clock);
    objects.push(group.object);
    for (const entry of group.superseded) {
      skipped.push({
        uid,
        line: entry.component.line,
        reason: `expected one component per UID and RECURRENCE-ID, came another with a higher SEQUENCE or DTSTAMP, or later in the text`,
      });
    }
    if (alone && group.superseded.length === 0) raws.set(uid, text);
    else {
      rawTexts ??= new RawTexts(document, text.length);
      const superseded = new Set(group.superseded);
      raws.set(uid, rawTexts.of(entries.filter((entry) => !superseded.has(entry))));
    }
  }
  const zone = document.header('X-WR-TIMEZONE');
  return {
    objects,
    raws,
    skipped: skipped.sort((a, b) => a.line - b.line),
    warnings,
    isCalendar: document.roots.some((root) => root.name === 'VCALENDAR'),
    method: document.header('METHOD')?.toUpperCase() ?? null,
    calendarName: document.header('X-WR-CALNAME') ?? document.header('NAME'),
    calendarZone: zone === null ? null : options.zones.canonical(zone),
  };
}

function uidOf(component: Component): string | null {
  const line = component.lines.find((candidate) => candidate.name === 'UID');
  const property = line === undefined ? null : parseProperty(line.text);
  return property === null ? null : textOf(property).trim() || null;
}

/** The same for the same event, however often the file is read: a re-import must find it again. */
function derivedUid(event: ReadEvent): string {
  const { summary, start, end, location, rules } = event.content;
  const basis = JSON.stringify([summary, start, end, location, rules, event.recurrence]);
  return `derived-${sha256(basis).slice(0, 32)}@meridian`;
}

/** A group of components with one UID as one object, and those that a newer version replaces. */
export function groupObject(
  uid: string,
  entries: readonly ReadComponent[],
  clock: Clock,
): {
  object: CalendarObject;
  master: ReadComponent | null;
  exceptions: Map<RecurrenceId, ReadComponent>;
  superseded: ReadComponent[];
} {
  let master: ReadComponent | null = null;
  const superseded: ReadComponent[] = [];
  const newer = (entry: ReadComponent, than: ReadComponent | null): ReadComponent => {
    if (than === null) return entry;
    const order =
      entry.event.sequence - than.event.sequence || (entry.event.stampedAt ?? 0) - (than.event.stampedAt ?? 0);
    superseded.push(order >= 0 ? than : entry);
    return order >= 0 ? entry : than;
  };
  for (const entry of entries) if (entry.event.recurrence === null) master = newer(entry, master);
  const series: EventTime | null = (master as ReadComponent | null)?.event.content.start ?? null;
  const exceptions = new Map<RecurrenceId, ReadComponent>();
  for (const entry of entries) {
    const { recurrence } = entry.event;
    if (recurrence === null) continue;
    const id = basicForm(series === null ? recurrence : inSeriesKind(recurrence, series, clock));
    exceptions.set(id, newer(entry, exceptions.get(id) ?? null));
  }
  const ordered = [...exceptions].sort(([a], [b]) => (a < b ? -1 : 1));
  const winners = [...(master === null ? [] : [master]), ...ordered.map(([, entry]) => entry)];
  const highest = (pick: (entry: ReadComponent) => number | null): number | null => {
    let found: number | null = null;
    for (const entry of winners) {
      const value = pick(entry);
      if (value !== null && (found === null || value > found)) found = value;
    }
    return found;
  };
  return {
    master,
    exceptions: new Map(ordered),
    superseded,
    object: {
      uid,
      master: master?.event.content ?? null,
      exceptions: ordered.map(
        ([recurrenceId, entry]): EventException => ({ recurrenceId, content: entry.event.content }),
      ),
      sequence: highest((entry) => entry.event.sequence) ?? 0,
      stampedAt: highest((entry) => entry.event.stampedAt),
      createdAt: master?.event.createdAt ?? winners[0]?.event.createdAt ?? null,
      updatedAt: highest((entry) => entry.event.updatedAt),
      marker: winners.find((entry) => entry.event.marker !== null)?.event.marker ?? null,
      ...(master?.event.relatedTo == null ? {} : { relatedTo: master.event.relatedTo }),
    },
  };
}

/** Whether the text is one calendar object resource already, so that it is its own raw text. */
function isOneResource(document: ReadDocument): boolean {
  const [root] = document.roots;
  if (document.roots.length !== 1 || root?.name !== 'VCALENDAR') return false;
  return root.components.every((component) => component.name === 'VEVENT' || component.name === 'VTIMEZONE');
}

/** What every raw text begins with, and the definitions that it may take along. */
class RawTexts {
  readonly #header: string;
  readonly #definitions = new Map<string, string>();
  /** A definition is repeated in every object that names it; what that may add up to is bounded. */
  #allowance: number;

  constructor(document: ReadDocument, length: number) {
    this.#allowance = Math.max(1_048_576, 8 * length);
    let header = 'BEGIN:VCALENDAR\r\n';
    const root = document.roots.find((candidate) => candidate.name === 'VCALENDAR');
    for (const name of ['VERSION', 'PRODID', 'CALSCALE']) {
      const line = root?.lines.find((candidate) => candidate.name === name);
      if (line !== undefined && line.text.length < 1000) header += fold(line.text);
    }
    this.#header = header;
    for (const definition of document.definitions) {
      const id = zoneIdOf(definition);
      if (id === null || definition.problem !== null || this.#definitions.has(id)) continue;
      this.#definitions.set(id, componentText(definition));
    }
  }

  of(entries: readonly ReadComponent[]): string {
    const events = entries.map(({ component }) => componentText(component)).join('');
    let text = this.#header;
    for (const name of collectZoneNames(events)) {
      const definition = this.#definitions.get(name);
      if (definition === undefined || definition.length > this.#allowance) continue;
      this.#allowance -= definition.length;
      text += definition;
    }
    return `${text}${events}END:VCALENDAR\r\n`;
  }
}

/** Every TZID that the lines of folded text name. */
export function collectZoneNames(text: string): Set<string> {
  const found = new Set<string>();
  eachLine(text, Number.MAX_SAFE_INTEGER, (line) => {
    if (line === null || !/;TZID=/i.test(line)) return;
    const id = parseProperty(line)
      ?.parameters.find((parameter) => parameter.name === 'TZID')
      ?.values[0]?.trim();
    if (id) found.add(id);
  });
  return found;
}

/** A component as text again, its lines as they came. */
export function componentText(component: Component): string {
  let text = `BEGIN:${component.name}\r\n`;
  for (const line of component.lines) text += fold(line.text);
  for (const part of component.components) text += componentText(part);
  return `${text}END:${component.name}\r\n`;
}
