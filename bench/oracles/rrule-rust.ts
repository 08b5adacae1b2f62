/** rrule-rust, asked for wall clocks: as if they were in UTC, where every wall clock exists once. */
import { type DateTime, RRuleSet, type Time } from 'rrule-rust';
import { basicInstant } from '../../domain/time/icalendar-values.ts';
import type { Answer } from './dateutil.ts';
import { type GeneratedSeries, ruleText } from './generated-rules.ts';

/**
 * What the rule alone hits is its answer; DTSTART, RDATE and EXDATE are put to it here. A rule that hits nothing more
 * keeps it busy for ever, UNTIL or not, so it is asked for no more hits than there are.
 *
 * @param parts the series' parts in the engine's own reading (decisions.ts).
 * @param most hits of the rule alone that another engine found up to the horizon.
 */
export function askRust(series: GeneratedSeries, parts: ReadonlyMap<string, readonly string[]>, most: number): Answer {
  const { start, horizon } = series;
  try {
    const first = most === 0 ? [] : hitsOf(series, parts, 1, null);
    // DTSTART counts as the first of a series, also where its rule does not hit it.
    const count = series.count === null ? null : series.count - (first[0] === start ? 0 : 1);
    const wanted = Math.min(most, count ?? most);
    const hits = wanted === 0 ? [] : hitsOf(series, parts, wanted, count === wanted ? count : null);
    const excluded = new Set(series.excluded);
    const all = [...new Set([start, ...series.added, ...hits])].filter((hit) => hit <= horizon && !excluded.has(hit));
    return { hits: all.sort((a, b) => a - b), ruleHits: hits.length, cut: false, error: null };
  } catch (error) {
    return { hits: [], ruleHits: 0, cut: true, error: error instanceof Error ? error.message : String(error) };
  }
}

function hitsOf(
  series: GeneratedSeries,
  parts: ReadonlyMap<string, readonly string[]>,
  most: number,
  count: number | null,
): number[] {
  const { start, horizon } = series;
  // It takes no rule that ends before it begins.
  const until = Math.max(Math.min(series.until ?? horizon, horizon), start);
  const rule = ruleText(series, count === null ? basicInstant(until) : null, { parts, count });
  return RRuleSet.fromString<DateTime<Time>>(`DTSTART:${basicInstant(start)}\nRRULE:${rule}`)
    .all(most)
    .map((hit) => hit.toDate().getTime());
}
