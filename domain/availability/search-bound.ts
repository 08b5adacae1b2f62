/** Searches that have an end, however hard the question (semantics E12). */

/** How many starts, and people for one, are looked at. */
export const mostNodes = 1_000_000;

/** Counts what is looked at; throws when that is too much. */
export type Spend = (nodes?: number) => void;

class CutOff extends Error {}

/** What a search finds; null where it was cut off. */
export function untilCutOff<Found>(nodes: number, search: (spend: Spend) => Found): Found | null {
  let left = nodes;
  try {
    return search((spent = 1) => {
      left -= spent;
      if (left < 0) throw new CutOff();
    });
  } catch (error) {
    if (error instanceof CutOff) return null;
    throw error;
  }
}
