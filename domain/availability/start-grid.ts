/** The instants that slots may start at (semantics E6), numbered: bit n of a `Starts` is the nth of them. */
import { LAST_INSTANT } from '../time/instants.ts';
import type { ZoneData } from '../time/zone-data.ts';
import type { Grid } from './question.ts';
import type { Seconds, Spans } from './spans.ts';

/** Starts `step` apart, one after the other. */
export interface GridPiece {
  readonly first: Seconds;
  readonly count: number;
  /** The number of `first`. */
  readonly place: number;
}

export interface StartGrid {
  readonly step: Seconds;
  readonly pieces: readonly GridPiece[];
  readonly size: number;
}

/**
 * The starts whose wall clock is a whole multiple of the interval after the hour, such that the meeting ends in its period:
 * a repeated hour gives both, a missing one none. Between two changes of the zone's offset they are evenly spaced; a change by
 * a multiple of the interval leaves them so.
 *
 * @param duration seconds. @param periods within the years 0001 to 9999.
 */
export function startGrid(periods: Spans, grid: Grid, duration: Seconds, zones: ZoneData): StartGrid {
  const pieces: GridPiece[] = [];
  let size = 0;
  for (let at = 0; at < periods.length; at += 2) {
    const last = (periods[at + 1] as Seconds) - duration;
    let from = periods[at] as Seconds;
    let joined = false;
    while (from <= last) {
      const span = zones.spanAt(from * 1000, grid.timeZone);
      const offset = span.offset / 1000;
      const ends = Math.min(span.to, LAST_INSTANT + 1000) / 1000;
      const first = Math.ceil((from + offset) / grid.interval) * grid.interval - offset;
      const upTo = Math.min(last, ends - 1);
      const count = first > upTo ? 0 : Math.floor((upTo - first) / grid.interval) + 1;
      const previous = pieces.at(-1);
      if (joined && previous !== undefined && previous.first + previous.count * grid.interval === first) {
        pieces[pieces.length - 1] = { ...previous, count: previous.count + count };
      } else if (count > 0) {
        pieces.push({ first, count, place: size });
      }
      joined = true;
      size += count;
      from = ends;
    }
  }
  return { step: grid.interval, pieces, size };
}

/** The instant of a start. @param place 0 to `size - 1`. */
export function startAt({ pieces, step }: StartGrid, place: number): Seconds {
  const piece = pieces[pieceOf(pieces, place)] as GridPiece;
  return piece.first + (place - piece.place) * step;
}

/** The number of the first start at or after an instant; `size` where there is none. */
export function placeFrom({ pieces, step, size }: StartGrid, instant: Seconds): number {
  for (const { first, count, place } of pieces) {
    if (instant <= first) return place;
    const within = Math.ceil((instant - first) / step);
    if (within < count) return place + within;
  }
  return size;
}

function pieceOf(pieces: readonly GridPiece[], place: number): number {
  let at = pieces.length - 1;
  while ((pieces[at] as GridPiece).place > place) at -= 1;
  return at;
}
