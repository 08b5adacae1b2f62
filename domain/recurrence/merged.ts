/** Several ordered streams as one. */

/** @param compare negative where the first comes before the second; of equal ones the earlier source's comes first. */
export function* merged<T>(
  sources: readonly Iterator<T, void>[],
  compare: (left: T, right: T) => number,
): Generator<T, void> {
  const heads: { source: Iterator<T, void>; value: T }[] = [];
  for (const source of sources) {
    const next = source.next();
    if (next.done !== true) {
      heads.push({ source, value: next.value });
    }
  }
  while (heads.length > 1) {
    const least = heads.reduce((one, other) => (compare(other.value, one.value) < 0 ? other : one));
    yield least.value;
    const next = least.source.next();
    if (next.done === true) {
      heads.splice(heads.indexOf(least), 1);
    } else {
      least.value = next.value;
    }
  }
  for (const { source, value } of heads) {
    yield value;
    yield* { [Symbol.iterator]: () => source };
  }
}
