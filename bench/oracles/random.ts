/** Random numbers that a seed repeats. */

export interface Random {
  /** 0 or more, less than 1. */
  readonly share: () => number;
  /** From `least` to `most`, both included. */
  readonly whole: (least: number, most: number) => number;
  readonly chance: (share: number) => boolean;
  readonly pick: <T>(items: readonly T[]) => T;
  /** So many of them, each once, in their own order. */
  readonly some: <T>(items: readonly T[], count: number) => T[];
}

/** mulberry32: 32 bits of state are plenty for test cases, and it is the same everywhere. */
export function seeded(seed: number): Random {
  let state = seed >>> 0;
  const share = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  const whole = (least: number, most: number): number => least + Math.floor(share() * (most - least + 1));
  return {
    share,
    whole,
    chance: (wanted) => share() < wanted,
    pick: <T>(items: readonly T[]): T => {
      const item = items[whole(0, items.length - 1)];
      if (item === undefined) throw new RangeError('expected something to pick from, came an empty list');
      return item;
    },
    some: <T>(items: readonly T[], count: number): T[] => {
      const places = new Set<number>();
      while (places.size < Math.min(count, items.length)) places.add(whole(0, items.length - 1));
      return items.filter((_, place) => places.has(place));
    },
  };
}
