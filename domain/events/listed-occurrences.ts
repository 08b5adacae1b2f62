/** One object's occurrences as entries of a list, in its order. */
import { occurrenceId } from '../identity.ts';
import { type Expansion, expand } from '../recurrence/expand.ts';
import { canonicalRecurrenceId, generates, generatorOf } from '../recurrence/generates.ts';
import type { Occurrence, Series } from '../recurrence/series.ts';
import { eventTimeInstant, recurrenceTime } from '../time/event-time.ts';
import { basicDate, basicInstant } from '../time/icalendar-values.ts';
import { FIRST_INSTANT } from '../time/instants.ts';
import type { ZoneData } from '../time/zone-data.ts';
import { isWanted, type Listed, type ListedObject, type ListQuestion } from './listed.ts';
import type { EventContent, EventException, Instant, RecurrenceId } from './model.ts';
import { compareKeys, endAt, type StreamEnd } from './ordered-streams.ts';

/** Candidates that every series may generate for a page, however many series there are. */
const leastMaximum = 1_000;

/** In which zones an object's times are read. */
export type Reading<T extends ListedObject> = Pick<ListQuestion<T>, 'dayZone' | 'floatingZone'>;

/** Occurrences that may still be generated for the page. */
interface Budget {
  left: number;
}

/**
 * The occurrences of a series that are wanted, lazily. When the budget is used up it ends behind an entry, and says from where
 * on something may be missing: so every page that ends early has something on it, and the next one goes on from there.
 */
export function* occurrences<T extends ListedObject>(
  record: T,
  content: EventContent,
  question: ListQuestion<T>,
  zones: ZoneData,
  budget: Budget,
): Generator<Listed<T> | StreamEnd, void> {
  // Of a series that did not change by itself only single occurrences can have.
  const { modifiedSince } = question;
  if (modifiedSince !== null && record.deletedAt === null && record.masterSyncedAt < modifiedSince) {
    yield* changedOccurrences(record, question, zones, { returned: true }).sort(compareKeys);
    return;
  }
  let told: Instant | null = null;
  let isCutShort = true;
  for (let maximum = Math.max(budget.left, leastMaximum); isCutShort; maximum *= 8) {
    const walk = walkOf(record, content, question, zones, maximum);
    for (const occurrence of walk.expansion) {
      budget.left--;
      const entry = entryOf(record, content, occurrence, walk.isExcluded(occurrence));
      if (!isWanted(entry, question)) continue;
      told = entry.startsAt;
      yield entry;
      if (budget.left > 0) continue;
      yield endAt(told);
      return;
    }
    const { exhausted, generated } = walk.expansion;
    if (exhausted && told !== null) {
      yield endAt(told);
      return;
    }
    // Where all that was generated is excluded, what comes behind may not be; where its steps are spent, nothing comes.
    isCutShort = exhausted && generated >= maximum;
  }
}

/** What a series occupies, at once and not page by page. */
export interface EveryOccurrence<T extends ListedObject> {
  /** Those that are wanted, by their starts. */
  readonly entries: readonly Listed<T>[];
  /** From then on there may be more, which it would cost too much to know; null: these are all. */
  readonly cutShortFrom: Instant | null;
  readonly steps: number;
}

/** @param most of them; one more is told as cut short. */
export function everyOccurrence<T extends ListedObject>(
  record: T,
  content: EventContent,
  question: ListQuestion<T>,
  zones: ZoneData,
  most: number,
): EveryOccurrence<T> {
  const { expansion, isExcluded } = walkOf(record, content, question, zones, Number.MAX_SAFE_INTEGER);
  const entries: Listed<T>[] = [];
  let told = question.from;
  for (const occurrence of expansion) {
    const entry = entryOf(record, content, occurrence, isExcluded(occurrence));
    told = entry.startsAt;
    if (!isWanted(entry, question)) continue;
    if (entries.length === most) return { entries, cutShortFrom: told, steps: expansion.steps };
    entries.push(entry);
  }
  return { entries, cutShortFrom: expansion.exhausted ? told : null, steps: expansion.steps };
}

/** Whether any occurrence is in the range. */
export function hasOccurrence<T extends ListedObject>(
  record: T,
  content: EventContent,
  question: ListQuestion<T>,
  zones: ZoneData,
): boolean {
  const everything = { ...question, after: null, modifiedSince: null };
  for (const one of occurrences(record, content, everything, zones, { left: leastMaximum })) {
    if (one.id !== '') return true;
  }
  return false;
}

/**
 * Changed occurrences by themselves: of a series that is listed as such, and of one that nobody told us of (an attendee
 * invited to some of its occurrences, semantics B2). `returned`: also those that are again as the rule has them.
 */
export function changedOccurrences<T extends ListedObject>(
  record: T,
  question: ListQuestion<T>,
  zones: ZoneData,
  options: { readonly returned: boolean } = { returned: false },
): Listed<T>[] {
  const { content } = record;
  if (content === null) {
    return record.exceptions
      .map((exception) => orphanOf(record, exception, question, zones))
      .filter((entry) => isWanted(entry, question));
  }
  const series = seriesOf(record, content, question);
  const entries: Listed<T>[] = [];
  const shown: EventException[] = [];
  const generator = generatorOf(series, zones);
  for (const exception of record.exceptions) {
    const generated = exception.deletedAt === null ? null : generator.of(exception.recurrenceId);
    if (generated === null) shown.push(exception);
    else if (options.returned) entries.push(entryOf(record, content, generated, false));
  }
  const window = { from: question.from, to: question.to, maximum: 1 };
  for (const occurrence of expand({ ...series, rules: [] }, shown, window, zones)) {
    if (occurrence.exception !== null) entries.push(entryOf(record, content, occurrence, false));
  }
  return entries.filter((entry) => isWanted(entry, question));
}

/**
 * The occurrence of an object that a recurrence id names, whatever form a server wrote its exception's own in; null where there
 * is none, or none any more.
 */
export function occurrenceAt<T extends ListedObject>(
  record: T,
  recurrenceId: RecurrenceId,
  question: Reading<T>,
  zones: ZoneData,
): Listed<T> | null {
  const { content } = record;
  const alive = record.exceptions.filter((exception) => exception.deletedAt === null);
  const named = alive.find((exception) => exception.recurrenceId === recurrenceId);
  if (content === null) return named === undefined ? null : orphanOf(record, named, question, zones);
  const series = seriesOf(record, content, question);
  const changed =
    named ?? alive.find((exception) => canonicalRecurrenceId(series, exception.recurrenceId, zones) === recurrenceId);
  if (changed === undefined) {
    const generated = content.rules.length === 0 ? null : generates(series, recurrenceId, zones, alive);
    return generated === null ? null : entryOf(record, content, generated, false);
  }
  const everywhere = { from: Number.NEGATIVE_INFINITY, to: Number.POSITIVE_INFINITY, maximum: 1 };
  for (const occurrence of expand({ ...series, rules: [] }, [changed], everywhere, zones)) {
    if (occurrence.exception !== null) return entryOf(record, content, occurrence, false);
  }
  return null;
}

/**
 * The id of the occurrence that the rules, or an exception, put at an instant. Of days: midnight in UTC is that day, any other
 * instant the day that the calendar has then. Null where nothing was ever put there.
 */
export function recurrenceIdAt<T extends ListedObject>(
  record: T,
  at: Instant,
  question: Reading<T>,
  zones: ZoneData,
): RecurrenceId | null {
  const { content } = record;
  if (content === null) {
    const orphans = record.exceptions.map((exception) => orphanOf(record, exception, question, zones));
    const reading = { zones, floatingZone: question.floatingZone(record), dayZone: question.dayZone };
    const found = orphans.find(
      ({ originalStart }) => originalStart !== null && eventTimeInstant(originalStart, reading) === at,
    );
    return found?.recurrenceId ?? null;
  }
  if (content.start.kind !== 'date') {
    return canonicalRecurrenceId(seriesOf(record, content, question), basicInstant(at), zones);
  }
  const isMidnight = at % 86_400_000 === 0;
  return basicDate(
    isMidnight ? new Date(at).toISOString().slice(0, 10) : zones.localAt(at, question.dayZone).slice(0, 10),
  );
}

/** A walk, and which of its occurrences are there no more; asked of each in its order. */
interface Walk {
  readonly expansion: Expansion;
  readonly isExcluded: (occurrence: Occurrence) => boolean;
}

function walkOf<T extends ListedObject>(
  record: T,
  content: EventContent,
  question: ListQuestion<T>,
  zones: ZoneData,
  maximum: number,
): Walk {
  const series = seriesOf(record, content, question);
  const alive = record.exceptions.filter((exception) => exception.deletedAt === null);
  const window = {
    from: Math.max(question.from, FIRST_INSTANT),
    to: Math.min(question.to, isEndless(content) ? question.endlessTo : Number.POSITIVE_INFINITY),
    // What begins before the last page's end was told there.
    ...(question.after === null ? {} : { startsFrom: question.after.start }),
    maximum,
  };
  const expansion = expand(series, alive, window, zones);
  if (!question.includeDeleted) return { expansion, isExcluded: () => false };
  const included = content.rules.filter((line) => !/^EXDATE[;:]/i.test(line));
  const generator = generatorOf(series, zones);
  const gone = record.exceptions.filter(
    ({ deletedAt, recurrenceId }) => deletedAt !== null && generator.of(recurrenceId) === null,
  );
  if (included.length === content.rules.length && gone.length === 0) return { expansion, isExcluded: () => false };
  // Both walks go in one order, and whatever is on the one is on the other.
  const left = expansion[Symbol.iterator]();
  let next = left.next();
  return {
    expansion: expand({ ...series, rules: included }, [...alive, ...gone], window, zones),
    isExcluded: ({ recurrenceId }) => {
      if (next.done === true || next.value.recurrenceId !== recurrenceId) return true;
      next = left.next();
      return false;
    },
  };
}

function seriesOf<T extends ListedObject>(record: T, content: EventContent, question: Reading<T>): Series {
  return { ...content, floatingZone: question.floatingZone(record), dayZone: question.dayZone };
}

/** Whether a rule goes on for ever, as far as it says. */
function isEndless(content: EventContent): boolean {
  return content.rules.some((line) => /^RRULE[;:]/i.test(line) && !/[:;](?:COUNT|UNTIL)=/i.test(line));
}

function entryOf<T extends ListedObject>(
  record: T,
  content: EventContent,
  occurrence: Occurrence,
  excluded: boolean,
): Listed<T> {
  const exception = occurrence.exception as T['exceptions'][number] | null;
  return {
    record,
    content: exception?.content ?? content,
    start: occurrence.start,
    end: occurrence.end,
    role: exception === null ? 'OCCURRENCE' : 'EXCEPTION',
    recurrenceId: occurrence.recurrenceId,
    originalStart: occurrence.originalStart,
    exception,
    deleted: excluded || record.deletedAt !== null || isGone(exception),
    startsAt: occurrence.startsAt,
    endsAt: occurrence.endsAt,
    id: occurrenceId(record.id, occurrence.recurrenceId),
  };
}

function isGone(exception: ListedObject['exceptions'][number] | null): boolean {
  return exception !== null && (exception.deletedAt !== null || exception.content.status === 'CANCELLED');
}

function orphanOf<T extends ListedObject>(
  record: T,
  exception: T['exceptions'][number],
  question: Reading<T>,
  zones: ZoneData,
): Listed<T> {
  const floatingZone = question.floatingZone(record);
  const reading = { zones, floatingZone, dayZone: question.dayZone };
  const { content, recurrenceId } = exception;
  return {
    record,
    content,
    start: content.start,
    end: content.end,
    role: 'EXCEPTION',
    recurrenceId,
    originalStart: recurrenceTime(recurrenceId, content.start, { zones, floatingZone }),
    exception,
    deleted: record.deletedAt !== null || isGone(exception),
    startsAt: eventTimeInstant(content.start, reading),
    endsAt: eventTimeInstant(content.end, reading),
    id: occurrenceId(record.id, recurrenceId),
  };
}
