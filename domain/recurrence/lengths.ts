/** How long the occurrences of a series are: what leads from an end back to the starts that it may belong to. */
import type { EventException, Instant } from '../events/model.ts';
import { MILLISECONDS_PER_DAY } from '../time/calendar-days.ts';
import type { ZoneData } from '../time/zone-data.ts';
import { indexExceptions } from './exceptions.ts';
import { endInstant } from './occurrence.ts';
import type { Series } from './series.ts';
import { type Length, readSeries } from './series-reading.ts';

/** Both inclusive; milliseconds. */
export interface Span {
  readonly least: number;
  readonly most: number;
}

export interface Lengths {
  /** Elapsed, of what the rules generate, and of what a change moved with it; apart from each other, rising. */
  readonly usual: readonly Span[];
  /** Those with an end of their own: changed ones, and RDATEs with a period. Some may be excluded, or stand elsewhere. */
  readonly own: readonly { readonly startsAt: Instant; readonly endsAt: Instant }[];
}

/** No clock of any zone was ever changed by more: a day of the calendar may be as much longer or shorter. */
const mostClockChange = 25 * 3_600_000;
/** More lengths than these are taken together with their neighbours. */
const mostLengths = 16;

/** @param exceptions changed occurrences that are there. */
export function lengthsOf(series: Series, exceptions: readonly EventException[], zones: ZoneData): Lengths {
  const reading = readSeries(series, zones);
  const { occurrences, ranges } = indexExceptions(exceptions, reading);
  const periods = reading.extra.filter(({ endsAt }) => endsAt !== null);
  return {
    usual: joined([reading.length, ...ranges.map(({ length }) => length)].map(spanOf), mostLengths),
    own: [
      ...occurrences,
      ...periods.map((period) => ({ startsAt: period.startsAt, endsAt: endInstant(period, reading) })),
    ],
  };
}

/** The same and what lies between some of them: at most `most` spans, apart from each other, rising. */
export function joined(spans: readonly Span[], most: number): Span[] {
  const apart = joinedWithin(
    [...spans].sort((a, b) => a.least - b.least),
    0,
  );
  const gaps = apart.slice(1).map(({ least }, before) => least - (apart[before] as Span).most);
  const widest = gaps.sort((a, b) => b - a)[most - 1];
  return widest === undefined ? apart : joinedWithin(apart, widest);
}

function joinedWithin(rising: readonly Span[], distance: number): Span[] {
  const found: Span[] = [];
  for (const span of rising) {
    const last = found.at(-1);
    if (last === undefined || span.least - last.most > distance) found.push(span);
    else found[found.length - 1] = { least: last.least, most: Math.max(last.most, span.most) };
  }
  return found;
}

function spanOf(length: Length): Span {
  if ('elapsed' in length) return { least: length.elapsed, most: length.elapsed };
  const elapsed = length.days * MILLISECONDS_PER_DAY;
  return { least: Math.max(0, elapsed - mostClockChange), most: elapsed + mostClockChange };
}
