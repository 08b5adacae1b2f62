/** Work that may wait, a few at a time: whoever asks something meanwhile must not stand behind all of it. */

export type InTurn = <T>(work: () => Promise<T>) => Promise<T>;

/** Runs at most so many at once, in the order of asking; one that fails gives its turn on like any other. */
export function inTurns(most: number): InTurn {
  const waiting: (() => void)[] = [];
  let running = 0;
  return async (work) => {
    if (running < most) running += 1;
    // Whoever is done hands its place on.
    else await new Promise<void>((resolve) => waiting.push(resolve));
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next === undefined) running -= 1;
      else next();
    }
  };
}
