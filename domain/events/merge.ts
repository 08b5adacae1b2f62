/** Two changes of one event, laid together where they do not collide: ours, and what its user did at the provider meanwhile. */
import { type ContentContext, visibleContent } from './content.ts';
import { attendeeKey } from './icalendar/event.ts';
import type { Attendee, CalendarObject, EventContent, EventException } from './model.ts';

/** What a merge can tell: the object that shows both changes, or the fields that both sides changed differently. */
export type Merge =
  | { readonly kind: 'merged'; readonly object: CalendarObject }
  | { readonly kind: 'collision'; readonly fields: readonly string[] };

export interface MergeVersions {
  /** What both sides started from; null when the event did not exist for us: then nothing can be told apart. */
  readonly base: CalendarObject | null;
  readonly intended: CalendarObject;
  /** As the provider has it now. */
  readonly current: CalendarObject;
}

/** Fields that are compared and taken each as one. Times and rules mean nothing without each other. */
const units = {
  summary: ['summary'],
  description: ['description'],
  start: ['start', 'end', 'nominalDays', 'rules', 'thisAndFuture'],
  status: ['status'],
  busyStatus: ['busyStatus'],
  visibility: ['visibility'],
  location: ['location'],
  url: ['url'],
  conferencing: ['conferencing'],
  color: ['color'],
  reminders: ['reminders'],
  organizer: ['organizer'],
} as const satisfies Readonly<Record<string, readonly (keyof EventContent)[]>>;

type Unit = keyof typeof units;

/**
 * Merges field by field: a field that one side changed is that side's, one that both changed alike is no collision. Attendees
 * (by address), categories and excluded dates are merged as what each side added and took away; an answer that came at the
 * provider stays (semantics C8). Exceptions are merged one by one by recurrence id, and by field within; while one side moves
 * the series, the other's changed exceptions collide, for their ids mean other occurrences then.
 */
export function mergeObjects({ base, intended, current }: MergeVersions, context: ContentContext): Merge {
  if (base === null) return { kind: 'collision', fields: ['uid'] };
  const fields: string[] = [];
  const master = mergeMasters(base.master, intended.master, current.master, fields, context);
  const exceptions = mergeExceptions({ base, intended, current }, fields, context);
  if (fields.length > 0) return { kind: 'collision', fields: [...new Set(fields)] };
  const raised = intended.sequence > base.sequence;
  return {
    kind: 'merged',
    object: {
      uid: intended.uid,
      master,
      exceptions,
      sequence: raised ? Math.max(intended.sequence, current.sequence + 1) : current.sequence,
      stampedAt: later(intended.stampedAt, current.stampedAt),
      createdAt: current.createdAt ?? intended.createdAt,
      updatedAt: later(intended.updatedAt, current.updatedAt),
      marker: intended.marker,
    },
  };
}

/** Whether two versions differ in nothing but the answers of who is invited: a deletion may pass over those. */
export function sameButAnswers(a: CalendarObject, b: CalendarObject, context: ContentContext): boolean {
  const unanswered = (object: CalendarObject) => {
    const quiet = (content: EventContent) => ({
      ...content,
      attendees: content.attendees.map((attendee): Attendee => ({ ...attendee, status: 'NEEDS_ACTION' })),
    });
    return visibleContent(
      {
        ...object,
        master: object.master === null ? null : quiet(object.master),
        exceptions: object.exceptions.map((exception) => ({ ...exception, content: quiet(exception.content) })),
      },
      context,
    );
  };
  return unanswered(a) === unanswered(b);
}

function later(a: number | null, b: number | null): number | null {
  return a === null || b === null ? (a ?? b) : Math.max(a, b);
}

function mergeMasters(
  base: EventContent | null,
  intended: EventContent | null,
  current: EventContent | null,
  fields: string[],
  context: ContentContext,
): EventContent | null {
  if (base !== null && intended !== null && current !== null) {
    return mergeContents(base, intended, current, fields, context);
  }
  const same = (a: EventContent | null, b: EventContent | null) =>
    a === null || b === null ? a === b : sameContents(a, b, context);
  if (same(base, intended)) return current;
  if (!same(base, current) && !same(intended, current)) fields.push('recurrence');
  return intended;
}

/** What both sides made of one content; the fields that collide are added to `fields`, and then the answer is of no use. */
function mergeContents(
  base: EventContent,
  intended: EventContent,
  current: EventContent,
  fields: string[],
  context: ContentContext,
): EventContent {
  // Dates that a series leaves out are a list of their own, which does not move it.
  const plain = { base: unexcluded(base), intended: unexcluded(intended), current: unexcluded(current) };
  let merged: EventContent = plain.current;
  const changed = (unit: Unit, side: 'intended' | 'current') => !sameUnit(unit, plain.base, plain[side], context);
  for (const unit of Object.keys(units) as Unit[]) {
    if (!changed(unit, 'intended')) continue;
    if (changed(unit, 'current') && !sameUnit(unit, plain.intended, plain.current, context)) fields.push(unit);
    merged = { ...merged, ...picked(unit, plain.intended) };
  }
  const excluded = {
    base: excludedDates(base.rules),
    intended: excludedDates(intended.rules),
    current: excludedDates(current.rules),
  };
  const dates = mergeSets(excluded.base, excluded.intended, excluded.current);
  const misplaced =
    (changed('start', 'intended') && differs(excluded.base, excluded.current)) ||
    (changed('start', 'current') && differs(excluded.base, excluded.intended));
  if (misplaced && differs(excluded.intended, excluded.current)) fields.push('start');
  return {
    ...merged,
    // A series that one side ended takes its excluded dates along.
    rules: merged.rules.length === 0 && plain.base.rules.length > 0 ? [] : [...merged.rules, ...dates],
    categories: mergeSets(base.categories, intended.categories, current.categories),
    attendees: mergeAttendees(base.attendees, intended.attendees, current.attendees, fields),
  };
}

function unexcluded(content: EventContent): EventContent {
  return { ...content, rules: content.rules.filter((line) => !isExclusion(line)) };
}

function isExclusion(line: string): boolean {
  return /^EXDATE[;:]/i.test(line);
}

/** One line a date, so that two lists of them can be compared. */
function excludedDates(rules: readonly string[]): string[] {
  return rules.filter(isExclusion).flatMap((line) => {
    const colon = line.indexOf(':');
    return line
      .slice(colon + 1)
      .split(',')
      .map((value) => `${line.slice(0, colon)}:${value}`);
  });
}

function differs(a: readonly string[], b: readonly string[]): boolean {
  return a.length !== b.length || a.some((value) => !b.includes(value));
}

/** The current list with what the intended one added to the base and took from it. */
function mergeSets(base: readonly string[], intended: readonly string[], current: readonly string[]): string[] {
  const before = new Set(base);
  const wanted = new Set(intended);
  const kept = current.filter((value) => wanted.has(value) || !before.has(value));
  const there = new Set(kept);
  return [...kept, ...intended.filter((value) => !before.has(value) && !there.has(value))];
}

function picked(unit: Unit, content: EventContent): Partial<EventContent> {
  return Object.fromEntries(units[unit].map((field) => [field, content[field]]));
}

const blank: EventContent = {
  summary: null,
  description: null,
  start: { kind: 'utc', instant: 0 },
  end: { kind: 'utc', instant: 0 },
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
};

function sameUnit(unit: Unit, a: EventContent, b: EventContent, context: ContentContext): boolean {
  return sameContents({ ...blank, ...picked(unit, a) }, { ...blank, ...picked(unit, b) }, context);
}

function sameContents(a: EventContent, b: EventContent, context: ContentContext): boolean {
  return alone(a, context) === alone(b, context);
}

function alone(master: EventContent, context: ContentContext): string {
  const nothing = { sequence: 0, stampedAt: null, createdAt: null, updatedAt: null, marker: null };
  return visibleContent({ uid: '', master, exceptions: [], ...nothing }, context);
}

function mergeAttendees(
  base: readonly Attendee[],
  intended: readonly Attendee[],
  current: readonly Attendee[],
  fields: string[],
): readonly Attendee[] {
  const before = byAddress(base);
  const wanted = byAddress(intended);
  const merged: Attendee[] = [];
  for (const attendee of current) {
    const after = mergeAttendee(before.get(attendeeKey(attendee)), wanted.get(attendeeKey(attendee)), attendee);
    if (after === 'collision') fields.push('attendees');
    else if (after !== null) merged.push(after);
  }
  const there = byAddress(current);
  for (const attendee of intended) {
    const address = attendeeKey(attendee);
    if (there.has(address)) continue;
    const was = before.get(address);
    if (was === undefined) merged.push(attendee);
    // Taken off by the other side: what we changed of them has nowhere to go.
    else if (!sameAttendee(was, attendee) || was.status !== attendee.status) fields.push('attendees');
  }
  return merged;
}

function byAddress(attendees: readonly Attendee[]): ReadonlyMap<string, Attendee> {
  return new Map(attendees.map((attendee) => [attendeeKey(attendee), attendee]));
}

function sameAttendee(a: Attendee, b: Attendee): boolean {
  return a.name === b.name && a.optional === b.optional && a.resource === b.resource;
}

/** One who is on the provider's list now; null when we take them off. */
function mergeAttendee(
  base: Attendee | undefined,
  intended: Attendee | undefined,
  current: Attendee,
): Attendee | 'collision' | null {
  if (intended === undefined) {
    if (base === undefined) return current;
    return sameAttendee(base, current) ? null : 'collision';
  }
  // Invited by both sides: an invitation of one present updates the name, and keeps the answer (semantics C8).
  if (base === undefined) return { ...intended, uri: current.uri, status: current.status };
  const ours = !sameAttendee(base, intended);
  const theirs = !sameAttendee(base, current);
  if (ours && theirs && !sameAttendee(intended, current)) return 'collision';
  const answered = base.status !== intended.status;
  if (answered && base.status !== current.status && intended.status !== current.status) return 'collision';
  return { ...(ours ? intended : current), uri: current.uri, status: answered ? intended.status : current.status };
}

function mergeExceptions(
  { base, intended, current }: { base: CalendarObject; intended: CalendarObject; current: CalendarObject },
  fields: string[],
  context: ContentContext,
): readonly EventException[] {
  const [before, wanted, there] = [base, intended, current].map(
    ({ exceptions }) => new Map(exceptions.map(({ recurrenceId, content }) => [recurrenceId, content])),
  ) as [Map<string, EventContent>, Map<string, EventContent>, Map<string, EventContent>];
  const same = (a: EventContent | undefined, b: EventContent | undefined) =>
    a === undefined || b === undefined ? a === b : sameContents(a, b, context);
  const oursChanged = changedIds(before, wanted, same);
  const theirsChanged = changedIds(before, there, same);
  const moved = (side: CalendarObject) => seriesMoved(base.master, side.master, context);
  const newlyExcluded = (side: CalendarObject, ids: readonly string[]) => {
    const dates = excludedDates(side.master?.rules ?? []).filter(
      (line) => !excludedDates(base.master?.rules ?? []).includes(line),
    );
    return ids.some((id) => dates.some((line) => line.endsWith(`:${id}`)));
  };
  if (
    (oursChanged.length > 0 && (moved(current) || newlyExcluded(current, oursChanged))) ||
    (theirsChanged.length > 0 && (moved(intended) || newlyExcluded(intended, theirsChanged)))
  ) {
    if (!same(intended.master ?? undefined, current.master ?? undefined) || oursChanged.join() !== theirsChanged.join())
      fields.push('recurrence');
  }
  const merged: EventException[] = [];
  for (const recurrenceId of new Set([...there.keys(), ...wanted.keys()])) {
    const [b, ours, theirs] = [before.get(recurrenceId), wanted.get(recurrenceId), there.get(recurrenceId)];
    let content = theirs;
    if (!same(b, ours) && !same(ours, theirs)) {
      if (same(b, theirs)) content = ours;
      else if (b !== undefined && ours !== undefined && theirs !== undefined) {
        const within: string[] = [];
        content = mergeContents(b, ours, theirs, within, context);
        fields.push(...within.map((field) => `${recurrenceId}.${field}`));
      } else fields.push(recurrenceId);
    }
    if (content !== undefined) merged.push({ recurrenceId, content });
  }
  return merged.sort((a, b) => (a.recurrenceId < b.recurrenceId ? -1 : 1));
}

function changedIds(
  before: ReadonlyMap<string, EventContent>,
  after: ReadonlyMap<string, EventContent>,
  same: (a: EventContent | undefined, b: EventContent | undefined) => boolean,
): string[] {
  return [...new Set([...before.keys(), ...after.keys()])].filter((id) => !same(before.get(id), after.get(id))).sort();
}

function seriesMoved(base: EventContent | null, side: EventContent | null, context: ContentContext): boolean {
  if (base === null || side === null) return base !== side;
  return !sameUnit('start', unexcluded(base), unexcluded(side), context);
}
