/** Changing one occurrence of a series inside its object (RFC 5545 §3.8.4.4, §3.8.5.1). */

import { carriedRange } from '../recurrence/carried-range.ts';
import { candidateNamed, readSeries } from '../recurrence/series-reading.ts';
import { attendeeKey } from './icalendar/event.ts';
import { timeParameters } from './icalendar/rules.ts';
import type { EventInput } from './input.ts';
import type { Attendee, EventContent, EventException, EventTime, RecurrenceId } from './model.ts';
import { sameValue as same } from './same-value.ts';
import { datesOf, type SeriesZones } from './series-move.ts';

/** Changed occurrences of one series, and dates taken out of it, each. */
export const mostExceptions = 1_000;

/** A series, or the changed occurrences of one that is not known itself. */
export interface Occurrences {
  readonly master: EventContent | null;
  readonly exceptions: readonly EventException[];
}

/** With one occurrence's own content set; what it stood for beside itself stays as it was. */
export function withException<Series extends Occurrences>(
  series: Series,
  recurrenceId: RecurrenceId,
  content: EventContent,
  zones: SeriesZones,
): Series {
  const { thisAndFuture: _, ...own } = content;
  const exceptions = [
    ...exceptionsWithout(series, recurrenceId, zones),
    { recurrenceId, content: { ...own, rules: [] } },
  ];
  return { ...series, exceptions: exceptions.sort(byRecurrenceId) };
}

/** The other changed occurrences; a change that stands for later ones, too, goes on with the next of these. */
function exceptionsWithout(
  { master, exceptions }: Occurrences,
  id: RecurrenceId,
  zones: SeriesZones,
): EventException[] {
  const others = exceptions.filter((exception) => exception.recurrenceId !== id);
  const named = exceptions.find((exception) => exception.recurrenceId === id);
  if (master === null || named?.content.thisAndFuture !== true) return others;
  const reading = readSeries({ ...master, floatingZone: zones.floatingZone, dayZone: zones.floatingZone }, zones.zones);
  const original = candidateNamed(id, reading);
  const carried = original === null ? null : carriedRange(reading, exceptions, original.startsAt + 1);
  return carried === null ? others : [...others, carried].sort(byRecurrenceId);
}

function byRecurrenceId(a: EventException, b: EventException): number {
  return a.recurrenceId < b.recurrenceId ? -1 : 1;
}

/** Without one occurrence: its exception is dropped and the rule leaves it out (EXDATE). */
export function withoutOccurrence<Series extends Occurrences>(
  series: Series,
  recurrenceId: RecurrenceId,
  zones: SeriesZones,
): Series {
  const exceptions = exceptionsWithout(series, recurrenceId, zones);
  const { master } = series;
  if (master === null) return { ...series, exceptions };
  const name = exceptionDates(master.start, recurrenceId);
  const at = master.rules.findIndex((line) => line.startsWith(`${name}:`));
  const line = master.rules[at];
  const rules = [...master.rules];
  // One line of many dates, as every client writes it: a line each would soon be more than a series may have.
  if (line === undefined) rules.push(`${name}:${recurrenceId}`);
  else if (!datesOf(line).some(({ begin }) => begin === recurrenceId)) rules[at] = `${line},${recurrenceId}`;
  return { ...series, master: { ...master, rules }, exceptions };
}

/** How many dates the lines take out. */
export function countExcluded(rules: readonly string[]): number {
  return rules.filter((line) => /^EXDATE/i.test(line)).reduce((sum, line) => sum + datesOf(line).length, 0);
}

/** In the value type of the series' start, as every client expects it. */
function exceptionDates(start: EventTime, recurrenceId: RecurrenceId): string {
  return start.kind === 'zoned' && recurrenceId.endsWith('Z') ? 'EXDATE' : `EXDATE${timeParameters(start)}`;
}

/** Fields that an exception has of its own where they differ from its series', else from its series. */
const followed = [
  'summary',
  'description',
  'status',
  'busyStatus',
  'visibility',
  'location',
  'url',
  'conferencing',
  'attachments',
  'color',
  'categories',
  'organizer',
  'reminders',
] as const satisfies readonly (keyof EventContent)[];

/**
 * A changed occurrence after its series changed. What it says otherwise than its series did stays, and so do its start and end
 * (semantics B4); what it merely repeated follows. An occurrence of which only answers differ (semantics C10) was never given
 * a time of its own, and follows the series in time too.
 *
 * @param before the series' content at the occurrence's place, before the change; `after`: the same after it.
 */
export function followSeries(own: EventContent, before: EventContent, after: EventContent): EventContent {
  const next: Record<string, unknown> = { ...own };
  for (const field of followed) if (same(own[field], before[field])) next[field] = after[field];
  next['attendees'] = attendeesFollowing(own.attendees, before.attendees, after.attendees);
  const { start, end, nominalDays } = onlyAnswers(own, before) ? after : own;
  return { ...own, ...next, start, end, nominalDays };
}

function onlyAnswers(own: EventContent, before: EventContent): boolean {
  const fields = [...followed, 'start', 'end'] as const;
  const people = ({ attendees }: EventContent) => attendees.map((one) => [attendeeKey(one), one.name]);
  return fields.every((field) => same(own[field], before[field])) && same(people(own), people(before));
}

function attendeesFollowing(
  own: readonly Attendee[],
  before: readonly Attendee[],
  after: readonly Attendee[],
): readonly Attendee[] {
  if (same(own, before)) return after;
  const was = new Map(before.map((one) => [attendeeKey(one), one]));
  const is = new Map(after.map((one) => [attendeeKey(one), one]));
  const kept = own.flatMap((one): Attendee[] => {
    const key = attendeeKey(one);
    const now = is.get(key);
    if (now === undefined) return was.has(key) ? [] : [one];
    return same(one, was.get(key)) ? [now] : [one];
  });
  const there = new Set(own.map(attendeeKey));
  const added = after.filter((one) => !was.has(attendeeKey(one)) && !there.has(attendeeKey(one)));
  return [...kept, ...added];
}

function isGiven(field: (typeof followed)[number], input: EventInput): boolean {
  if (field === 'organizer') return false;
  return (field === 'attachments' ? input.attachmentIds : input[field]) !== undefined;
}

/** The occurrence that an input named itself: what was given holds for it, whatever it said otherwise before. */
export function withGiven(own: EventContent, series: EventContent, input: EventInput): EventContent {
  const next: Record<string, unknown> = { ...own };
  for (const field of followed) if (isGiven(field, input)) next[field] = series[field];
  const timed = input.start !== undefined || input.end !== undefined;
  const { start, end, nominalDays } = timed ? series : own;
  return { ...own, ...next, start, end, nominalDays };
}
