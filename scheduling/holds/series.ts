/** A slot that repeats: which of its occurrences are held, by the wall clock of one zone for everybody (semantics E15). */
import type { StoredHeldSeries } from '../../datasources/store/tables.ts';
import { RefusedInput, type UserError } from '../../domain/errors.ts';
import type { EventContent } from '../../domain/events/model.ts';
import { applyPatch } from '../../domain/events/patch.ts';
import { checkRules } from '../../domain/recurrence/check-rules.ts';
import { expand } from '../../domain/recurrence/expand.ts';
import type { ZoneData } from '../../domain/time/zone-data.ts';
import type { AskedMember } from '../availability/asked.ts';
import type { SlotTimes } from './slot-question.ts';

/** How far a series is held: what lies behind is neither checked nor kept. */
export const seriesBounds = {
  /** Seconds from the first start to the last: a year, of 366 days. */
  span: 366 * 86_400,
  occurrences: 200,
} as const;

/** Candidates that are looked at for them: EXDATE may take some away. */
const mostGenerated = 2_000;

/** What is wrong with the lines by themselves, in whatever zone they are read; paths begin with `recurrence`. */
export function recurrenceErrors(slot: SlotTimes, lines: readonly string[], zones: ZoneData): readonly UserError[] {
  return contentOf(slot, lines, 'Etc/UTC', zones).errors;
}

/**
 * The occurrences of a slot: those that start within a year of it, and of these the first 200.
 *
 * @param members what is kept free around each occurrence is kept free of the others, too.
 * @throws RefusedInput INVALID, below `path`, where the slot is not the first occurrence, or where two lie too close
 */
export function seriesOf(
  slot: SlotTimes,
  {
    lines,
    timeZone,
    path,
  }: { readonly lines: readonly string[]; readonly timeZone: string; readonly path: readonly string[] },
  members: readonly AskedMember[],
  zones: ZoneData,
): StoredHeldSeries {
  const wrong = (message: string) => new RefusedInput([{ path: [...path, 'recurrence'], code: 'INVALID', message }]);
  const { content, errors } = contentOf(slot, lines, timeZone, zones);
  if (content === null) throw new RefusedInput(errors.map((error) => ({ ...error, path: [...path, ...error.path] })));
  const from = slot.start * 1000;
  const to = from + seriesBounds.span * 1000 + 1;
  const { start, end, nominalDays, rules } = content;
  const series = { start, end, nominalDays, rules, floatingZone: timeZone, dayZone: timeZone };
  const walk = expand(series, [], { from, to: Number.POSITIVE_INFINITY, maximum: mostGenerated }, zones);
  const occurrences: [number, number][] = [];
  let more = false;
  for (const { startsAt, endsAt } of walk) {
    more = startsAt >= to || occurrences.length === seriesBounds.occurrences;
    if (more) break;
    occurrences.push([Math.floor(startsAt / 1000), Math.ceil(endsAt / 1000)]);
  }
  if (occurrences[0]?.[0] !== slot.start) {
    const first = occurrences[0] === undefined ? 'none' : instantText(occurrences[0][0]);
    throw wrong(`Expected the slot, ${instantText(slot.start)}, to be the first occurrence, got ${first}`);
  }
  const apart = members.reduce((widest, { before, after }) => Math.max(widest, before, after), 0);
  for (const [place, [next]] of occurrences.entries()) {
    const before = occurrences[place - 1];
    if (before !== undefined && next < before[1] + apart) {
      const both = `${instantText(before[0])} and ${instantText(next)}`;
      throw wrong(`Expected occurrences that leave each other and their buffers free, got ${both}`);
    }
  }
  return { lines, timeZone, occurrences, more: more || walk.exhausted };
}

/** As an event of that zone would have it: a series keeps to a wall clock (semantics A6). */
function contentOf(
  { start, end }: SlotTimes,
  lines: readonly string[],
  timeZone: string,
  zones: ZoneData,
): { readonly content: EventContent | null; readonly errors: readonly UserError[] } {
  const at = (second: number) => ({ timed: { dateTime: second * 1000, timeZone } });
  const context = { zones, calendarZone: timeZone, owner: null, ownerAddresses: [], defaultReminders: [] };
  try {
    const content = applyPatch(null, { summary: '-', start: at(start), end: at(end), recurrence: lines }, context);
    const errors = checkRules(content.rules, content.start, zones).map(
      ({ code, index, message }): UserError => ({ path: ['recurrence', `${index}`], code, message }),
    );
    return { content: errors.length > 0 ? null : content, errors };
  } catch (error) {
    if (!(error instanceof RefusedInput)) throw error;
    return { content: null, errors: error.errors };
  }
}

/** The meeting times of a slot: one, or every occurrence that is held. */
export function timesIn({
  start,
  end,
  series,
}: SlotTimes & { readonly series?: StoredHeldSeries | undefined }): readonly SlotTimes[] {
  return series === undefined ? [{ start, end }] : series.occurrences.map(([from, to]) => ({ start: from, end: to }));
}

function instantText(second: number): string {
  return new Date(second * 1000).toISOString().replace('.000Z', 'Z');
}
