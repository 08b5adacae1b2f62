/** Searches that have an end, however hard the question (semantics E12). */

/** How many starts, and people for one, are looked at. */
export const mostNodes = 1_000_000;

/** Counts what is looked at; throws when that is too much. */
export type Spend = (nodes?: number) => void;

/** What `bounded` throws. */
export class CutOff extends Error {}

export function bounded(nodes: number): Spend {
  let left = nodes;
  return (spent = 1) => {
    left -= spent;
    if (left < 0) throw new CutOff();
  };
}

/** What a search finds; null where it was cut off. */
export function untilCutOff<Found>(nodes: number, search: (spend: Spend) => Found): Found | null {
  try {
    return search(bounded(nodes));
  } catch (error) {
    if (error instanceof CutOff) return null;
    throw error;
  }
}
