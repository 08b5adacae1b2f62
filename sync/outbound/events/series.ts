/** An input laid over a series: its master, and what its rules, dates and changed occurrences become with it. */
import { RefusedInput, type UserError, type Warning } from '../../../domain/errors.ts';
import type { EventInput } from '../../../domain/events/input.ts';
import type { EventContent, EventException, EventTime, RecurrenceId } from '../../../domain/events/model.ts';
import { followSeries, withGiven } from '../../../domain/events/occurrence-edit.ts';
import { timeAfter } from '../../../domain/events/patch.ts';
import { sameValue } from '../../../domain/events/same-value.ts';
import {
  isMove,
  movedId,
  movedRules,
  movedTime,
  type SeriesMove,
  type SeriesZones,
} from '../../../domain/events/series-move.ts';
import { placeOf, readingOf, type SeriesParts } from '../../../domain/events/split-series.ts';
import { validateInput } from '../../../domain/events/validate.ts';
import { generates } from '../../../domain/recurrence/generates.ts';
import { eventTimeInstant } from '../../../domain/time/event-time.ts';
import { type IntendContext, intend } from './intend.ts';

/** Where a rule puts an occurrence. */
export interface Place {
  readonly start: EventTime;
  readonly end: EventTime;
}

export interface EditedSeries extends SeriesParts {
  readonly warnings: readonly Warning[];
}

/**
 * The series after an input that was given through one of its occurrences. A start moves the series by as much as it moves that
 * place, on the wall clock; recurrence ids, RDATE, EXDATE and UNTIL follow, the explicit times of changed occurrences stay
 * (semantics B4). Where the input says the rules anew, changed occurrences whose places the new rules do not generate go: they
 * would show beside the new occurrences, as leftovers of rules that are no more. A move without new rules loses none of them.
 *
 * @param place where the rules put the occurrence; the master's own start and end for the series itself.
 * @param own the occurrence that the input names beside those after it: what is given holds for it too.
 * @throws RefusedInput with every error of the input.
 */
export function editSeries(
  series: SeriesParts,
  place: Place,
  given: EventInput,
  context: IntendContext,
  own: RecurrenceId | null = null,
): EditedSeries {
  const zones: SeriesZones = { zones: context.zones, floatingZone: context.calendar.effectiveTimeZone };
  const move = moveOf(place, given, context);
  // In a DST gap a place is shown by another wall clock: who sends it back as it was shown moves nothing.
  const { start: _, ...rest } = given;
  const input = isMove(move) ? given : rest;
  const rules = input.recurrence === undefined ? movedRules(series.master.rules, move, zones) : series.master.rules;
  const before = { ...series.master, start: place.start, end: place.end };
  const intended = intend({ ...before, rules: rules ?? [] }, input, context);
  if (intended.content === null) throw new RefusedInput(intended.errors);
  if (rules === null) throw new RefusedInput([cannotFollow('its rule is bound to other days or times')]);
  const master = atItsStart(intended.content, series.master, move, input, zones);
  const exceptions = editedExceptions(series, master, move, input, zones, own);
  return { master, exceptions, warnings: intended.warnings };
}

function moveOf(place: Place, input: EventInput, { calendar, zones }: IntendContext): SeriesMove {
  const stays = { from: place.start, to: place.start };
  if (input.start == null || validateInput({ start: input.start }, { zones }).length > 0) return stays;
  const to = timeAfter(null, input.start, { zones, calendarZone: calendar.effectiveTimeZone });
  if (to === null) return stays;
  const shown =
    to.kind === 'zoned' &&
    place.start.kind === 'zoned' &&
    to.zone === place.start.zone &&
    to.instant === place.start.instant;
  return shown ? stays : { from: place.start, to };
}

/** The content of a place, put where the series begins. */
function atItsStart(
  content: EventContent,
  old: EventContent,
  move: SeriesMove,
  input: EventInput,
  series: SeriesZones,
): EventContent {
  if (!isMove(move) && input.end === undefined) return { ...content, start: old.start, end: old.end };
  // Of the place itself what was given is exact, also in the second hour of an overlap.
  const there = sameValue(old.start, move.from);
  const start = there ? content.start : movedTime(old.start, { from: move.from, to: content.start }, series.zones);
  return { ...content, start, end: after(start, content, series) };
}

/** As long after a start as the content is; in days where it is all-day. */
function after(start: EventTime, content: EventContent, series: SeriesZones): EventTime {
  if (sameValue(start, content.start)) return content.end;
  if (start.kind === 'date') return movedTime(content.end, { from: content.start, to: start }, series.zones);
  const reading = { ...series, dayZone: series.floatingZone };
  const length = eventTimeInstant(content.end, reading) - eventTimeInstant(content.start, reading);
  const instant = eventTimeInstant(start, reading) + length;
  switch (content.end.kind) {
    case 'zoned': {
      const { zone } = content.end;
      return { kind: 'zoned', local: series.zones.localAt(instant, zone), zone, instant };
    }
    case 'floating':
      return { kind: 'floating', local: series.zones.localAt(instant, series.floatingZone) };
    default:
      return { kind: 'utc', instant };
  }
}

function editedExceptions(
  series: SeriesParts,
  master: EventContent,
  move: SeriesMove,
  input: EventInput,
  zones: SeriesZones,
  own: RecurrenceId | null,
): EventException[] {
  if (master.rules.length === 0 || series.exceptions.length === 0) return [];
  const old = readingOf(series.master, zones);
  const next = readingOf(master, zones);
  const rulesOf = (content: EventContent) => ({
    ...content,
    floatingZone: zones.floatingZone,
    dayZone: zones.floatingZone,
  });
  const isMade = (content: EventContent, id: RecurrenceId) => generates(rulesOf(content), id, zones.zones) !== null;
  const kept: EventException[] = [];
  for (const { recurrenceId, content } of series.exceptions) {
    const id = movedId(recurrenceId, move, zones);
    if (input.recurrence !== undefined && !isMade(master, id)) continue;
    if (isMove(move) && !isMade(master, id) && isMade(series.master, recurrenceId)) {
      throw new RefusedInput([cannotFollow(`the changed occurrence ${recurrenceId} would lose its place`)]);
    }
    const [was, is] = [placeOf(recurrenceId, old, series.master), placeOf(id, next, master)];
    const followed = was === null || is === null ? content : followSeries(content, was, is);
    kept.push({
      recurrenceId: id,
      content: recurrenceId === own && is !== null ? withGiven(followed, is, input) : followed,
    });
  }
  return kept.sort((a, b) => (a.recurrenceId < b.recurrenceId ? -1 : 1));
}

function cannotFollow(reason: string): UserError {
  const message = `Expected \`recurrence\` beside a start that moves the series to other days, came none: ${reason}`;
  return { path: ['start'], code: 'INVALID', message };
}
