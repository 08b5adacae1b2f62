/** Which steps may be taken in any order. */

/**
 * A rank for each step: by rising ordinals, the same for equal ones. A step without an ordinal comes right behind what was given
 * before it (the ordinal that was given last, and steps without one since); before all others where there was none.
 */
export function ranksOf(ordinals: readonly (number | null)[]): readonly number[] {
  let last = Number.NEGATIVE_INFINITY;
  const behind = new Map<number, number>();
  const keys = ordinals.map((ordinal) => {
    if (ordinal !== null) {
      last = ordinal;
      return [ordinal, 0] as const;
    }
    const place = (behind.get(last) ?? 0) + 1;
    behind.set(last, place);
    return [last, place] as const;
  });
  const rising = keys
    .map(([ordinal, place]) => ({ ordinal, place, name: `${ordinal} ${place}` }))
    .sort((one, other) =>
      one.ordinal === other.ordinal ? one.place - other.place : one.ordinal < other.ordinal ? -1 : 1,
    );
  const names = [...new Set(rising.map(({ name }) => name))];
  return keys.map(([ordinal, place]) => names.indexOf(`${ordinal} ${place}`));
}
