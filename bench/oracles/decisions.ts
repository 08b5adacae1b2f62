/**
 * Where another engine reads a rule otherwise than we do, and why ours is kept (docs/recurrence.md, "Proof"). A
 * decision is either a rewriting, so that the engine is asked in its own language for what we mean, or a precise
 * statement about the two answers.
 */
import { YEARS_OF_SEARCH } from '../../domain/recurrence/step-budget.ts';
import { MILLISECONDS_PER_DAY, weekday } from '../../domain/time/calendar-days.ts';
import { dayOf, type WallClock } from '../../domain/time/wall-clock.ts';
import type { GeneratedSeries } from './generated-rules.ts';
import { isMember } from './members.ts';

export type Engine = 'dateutil' | 'rrule-rust';
type Parts = ReadonlyMap<string, readonly string[]>;

const names = ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'];

/** A question in an engine's own language, and the decisions that it took to write it. */
export function asked(series: GeneratedSeries): { readonly parts: Parts; readonly decisions: readonly string[] } {
  const parts = new Map(series.parts);
  const decisions: string[] = [];
  const days = parts.get('BYDAY');
  const numbered = days?.filter((day) => day.length > 2) ?? [];
  if (days !== undefined && numbered.length > 0 && numbered.length < days.length) {
    // Both join the two kinds by "and", which leaves the last Friday that is a Sunday: nothing. RFC 5545 §3.3.10: each
    // value of BYDAY stands by itself.
    const most = series.frequency === 'MONTHLY' || parts.has('BYMONTH') ? 5 : 53;
    const all = days.flatMap((day) =>
      day.length > 2 ? [day] : Array.from({ length: most }, (_, index) => `${index + 1}${day}`),
    );
    parts.set('BYDAY', [...new Set(all)]);
    decisions.push('BYDAY with and without numbers is a union');
  }
  if (parts.has('BYWEEKNO') && !parts.has('BYDAY') && !parts.has('BYMONTHDAY') && !parts.has('BYYEARDAY')) {
    // Both answer all seven days. RFC 5545 §3.3.10: what the rule does not say comes from DTSTART, here its weekday.
    parts.set('BYDAY', [names[weekday(dayOf(series.start))] ?? 'MO']);
    decisions.push("BYWEEKNO alone means DTSTART's weekday");
  }
  return { parts, decisions };
}

/** Two answers to one question. */
export interface Difference {
  readonly series: GeneratedSeries;
  readonly engine: Engine;
  readonly ours: readonly number[];
  readonly theirs: readonly number[];
  /** Where the hits of this question are when a wall clock is given: itself, or its instant in the series' zone. */
  readonly placed: (wall: WallClock) => number;
  /** The wall clock that is seen at a hit of this question. */
  readonly shown: (hit: number) => WallClock;
  /** The rule's wall clocks, by the other engine. */
  readonly walls: readonly WallClock[];
}

/** The decision that explains the difference, null where none does: then one of the two is wrong. */
export function decided(difference: Difference): string | null {
  for (const [name, explains] of Object.entries(statements)) if (explains(difference)) return name;
  return null;
}

const statements: Readonly<Record<string, (difference: Difference) => boolean>> = {
  /** semantics B6: the bound on a search is ours; the next hit lies beyond it. */
  'a rule that fires nothing for 8 years of search never fires again': ({ series, ours, theirs, placed, shown }) => {
    const at = firstDifference(ours, theirs);
    const next = theirs[at];
    // From the last hit of the rule, which an RDATE is not.
    const last = ours.findLast((hit) => !series.added.includes(shown(hit))) ?? placed(series.start);
    const search = YEARS_OF_SEARCH * 366 * MILLISECONDS_PER_DAY * series.interval;
    return at === ours.length && next !== undefined && next - last > search;
  },

  /**
   * RFC 5545 §3.3.10: "A set of recurrence instances starts at the beginning of the interval defined by the FREQ rule
   * part", so the days of the first week before DTSTART have their positions too. dateutil, and rrule-rust after it, begin
   * the first week at DTSTART (and the first month and year at their first day).
   */
  'BYSETPOS counts from the beginning of the first week': ({ series, ours, theirs, placed }) => {
    if (series.frequency !== 'WEEKLY' || !series.parts.has('BYSETPOS')) return false;
    const start = dayOf(series.start);
    const first = names.indexOf(series.parts.get('WKST')?.[0] ?? 'MO');
    const nextWeek = start + 7 - ((weekday(start) - first + 7) % 7);
    const after = placed(nextWeek * MILLISECONDS_PER_DAY);
    const later = (hits: readonly number[]): number[] => hits.filter((hit) => hit >= after);
    const [mine, other] = [later(ours), later(theirs)];
    // COUNT or the number of hits compared ends one of the two earlier.
    const both = Math.min(mine.length, other.length);
    return both > 0 || series.count !== null
      ? firstDifference(mine.slice(0, both), other.slice(0, both)) === both
      : mine.length === other.length;
  },

  /** Each answer is held against the sentence of the RFC itself, hit by hit (members.ts). */
  'rrule-rust loses or misplaces hits below the day': ({ series, engine, ours, theirs }) => {
    if (engine !== 'rrule-rust' || !/HOURLY|MINUTELY|SECONDLY/.test(series.frequency)) return false;
    return definitionIsOurs(series, ours, theirs);
  },

  /**
   * ISO 8601 weeks belong to one year each. dateutil, and rrule-rust after it, go by calendar years: INTERVAL skips the
   * days of a week that lie beyond New Year, negative numbers are lost there, and 1 January 2011 is in a 53rd week.
   */
  'BYWEEKNO goes by years of whole weeks': ({ series, ours, theirs, placed }) =>
    series.parts.has('BYWEEKNO') && placed(0) === 0 && definitionIsOurs(series, ours, theirs),

  /** The same as instants: what the wall clocks are was compared in the question before. */
  'BYWEEKNO goes by years of whole weeks, in a zone': ({ series, ours, placed, shown }) =>
    series.parts.has('BYWEEKNO') &&
    placed(0) !== 0 &&
    ours.every(
      (hit) => hit === placed(series.start) || series.added.includes(shown(hit)) || isMember(series, shown(hit)),
    ),

  /**
   * A zone whose law has a winter time that is "negative summer time" (Ireland) is shifted in dateutil: what it answers
   * shows another wall clock than the rule has.
   */
  'dateutil misreads negative daylight saving': ({ series, engine, ours, theirs, shown, walls }) => {
    if (engine !== 'dateutil' || !negativeZones.has(series.zone)) return false;
    const at = firstDifference(ours, theirs);
    const [mine, other] = [ours[at], theirs[at]];
    if (mine === undefined || other === undefined) return false;
    return walls.includes(shown(mine)) && !walls.includes(shown(other));
  },
};

const negativeZones: ReadonlySet<string> = new Set(['Europe/Dublin', 'Africa/Casablanca']);

/** Whether our first hit that differs is one by the definition, or theirs is none. */
function definitionIsOurs(series: GeneratedSeries, ours: readonly number[], theirs: readonly number[]): boolean {
  const at = firstDifference(ours, theirs);
  const [mine, other] = [ours[at], theirs[at]];
  const extra = (hit: number): boolean => hit === series.start || series.added.includes(hit);
  const lost = mine !== undefined && isMember(series, mine) && (other === undefined || other > mine);
  const misplaced = other !== undefined && !extra(other) && !isMember(series, other);
  return lost || misplaced;
}

/** The place of the first hit that differs; the length of `ours` when theirs goes on as ours did. */
function firstDifference(ours: readonly number[], theirs: readonly number[]): number {
  const at = ours.findIndex((hit, index) => hit !== theirs[index]);
  return at < 0 ? ours.length : at;
}
