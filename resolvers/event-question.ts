/** What a list of events is asked for: the contract's filters with their defaults, checked. */
import type { Scope } from '../domain/actor.ts';
import { RequestError } from '../domain/errors.ts';
import type { Instant } from '../domain/events/model.ts';
import { mayOn } from '../domain/grants.ts';
import { parseDuration } from '../domain/time/durations.ts';
import type { EventFilter, FreeBusyFilter } from '../schema/generated.ts';
import type { Context } from './context.ts';

const day = 86_400_000;
/** The contract's default range: 42 days back to 201 days ahead. */
const defaultBack = 42 * day;
const defaultAhead = 201 * day;
/** OCCURRENCES without an end: as far as the default range is long (semantics B6). */
const openSpan = 243 * day;

export interface Question {
  /** `from` and `to` as they were sent, null where the default range stands for them. */
  readonly asked: readonly [Instant | null, Instant | null];
  /** -Infinity and Infinity: without bound. */
  readonly from: Instant;
  readonly to: Instant;
  /** How far the occurrences of endless series are told where the range has no end. */
  readonly endlessTo: Instant;
  readonly timeZone: string;
  readonly calendarIds: readonly string[] | null;
  readonly managed: 'EXCLUDE' | 'INCLUDE' | 'ONLY';
  readonly includeDeleted: boolean;
  readonly includeMoved: boolean;
  readonly modifiedSince: Instant | null;
  readonly expand: 'OCCURRENCES' | 'SERIES';
  /** Seconds. */
  readonly maxStaleness: number | null;
}

/** EventFilter → question. @throws RequestError BAD_USER_INPUT, naming the argument. */
export function eventQuestion(filter: EventFilter, now: Instant): Question {
  return {
    asked: [filter.from ?? null, filter.to ?? null],
    ...rangeOf(filter, now),
    timeZone: filter.timeZone ?? 'Etc/UTC',
    calendarIds: filter.calendarIds ?? null,
    managed: filter.managed ?? 'EXCLUDE',
    includeDeleted: filter.includeDeleted ?? false,
    includeMoved: filter.includeMoved ?? false,
    modifiedSince: filter.modifiedSince ?? null,
    expand: filter.expand ?? 'OCCURRENCES',
    maxStaleness: seconds(filter.maxStaleness),
  };
}

/** FreeBusyFilter → question. @throws RequestError BAD_USER_INPUT, naming the argument. */
export function busyQuestion(filter: FreeBusyFilter): Question {
  return {
    asked: [filter.from, filter.to],
    ...range(filter.from, filter.to),
    endlessTo: Number.POSITIVE_INFINITY,
    timeZone: filter.timeZone ?? 'Etc/UTC',
    calendarIds: filter.calendarIds ?? null,
    managed: filter.managed ?? 'INCLUDE',
    includeDeleted: filter.includeDeleted ?? false,
    includeMoved: false,
    modifiedSince: filter.modifiedSince ?? null,
    expand: 'OCCURRENCES',
    maxStaleness: seconds(filter.maxStaleness),
  };
}

/** What cursors belong to. A default range slides with the clock from page to page; the cursor is of the question as asked. */
export function identityOf(question: Question): unknown {
  return { ...question, from: undefined, to: undefined, endlessTo: undefined };
}

type Range = Pick<Question, 'from' | 'to' | 'endlessTo'>;

function rangeOf({ from, to, managed, expand }: EventFilter, now: Instant): Range {
  const endless = { endlessTo: Number.POSITIVE_INFINITY };
  if (from != null && to != null) return { ...range(from, to), ...endless };
  if (from == null && to == null) {
    // The application's own events are exempt from the default range (contract, EventFilter.managed).
    return managed === 'ONLY'
      ? { from: Number.NEGATIVE_INFINITY, to: Number.POSITIVE_INFINITY, endlessTo: now + defaultAhead }
      : { from: now - defaultBack, to: now + defaultAhead, ...endless };
  }
  // Series as such need no second bound; their occurrences do.
  const open = expand === 'SERIES' ? Number.POSITIVE_INFINITY : openSpan;
  return { from: from ?? (to ?? now) - open, to: to ?? (from ?? now) + open, ...endless };
}

/** @throws RequestError BAD_USER_INPUT unless `to` is after `from`. */
export function range(from: Instant, to: Instant): { from: Instant; to: Instant } {
  if (to <= from) {
    throw new RequestError(
      'BAD_USER_INPUT',
      `filter.to: expected an instant after from (${new Date(from).toISOString()}), got ${new Date(to).toISOString()}`,
      { argument: 'filter.to' },
    );
  }
  return { from, to };
}

function seconds(duration: string | null | undefined): number | null {
  if (duration == null) return null;
  try {
    return parseDuration(duration);
  } catch {
    throw new RequestError('BAD_USER_INPUT', 'filter.maxStaleness: expected PT0S to P100000D, got something else', {
      argument: 'filter.maxStaleness',
    });
  }
}

const reading: readonly Scope[] = ['read_events'];

/** Who may only write sees its own events and no others. @param granted by the account @throws RequestError FORBIDDEN */
export function requireReading(question: Question, granted: readonly string[], { actor }: Context): void {
  if (question.managed === 'ONLY' || mayOn(actor, granted, reading)) return;
  const why = actor.scopes.has('read_events') ? ', which the account did not grant' : '';
  throw new RequestError(
    'FORBIDDEN',
    `Reading events needs the scope read_events${why}; \`managed: ONLY\` does without`,
    {
      requiredScope: 'read_events',
    },
  );
}
