/** What was opened, to be closed in the reverse order whatever happens. */

/** Milliseconds that parts which do not come to an end may take, one and all of them together: a stop has 29 s, 20 of them to finish requests. */
const longest = { one: 5_000, all: 6_000 };
/** What is left to a part when others have used that up. */
const least = 100;

interface Part {
  readonly what: string;
  close(): Promise<void>;
  /** Milliseconds of its own; null: of what all have. */
  readonly withinMs: number | null;
}

export class Closing {
  #parts: Part[] = [];

  /** @param what its name in the log, should it not close */
  add(what: string, close: () => Promise<void>, withinMs: number | null = null): void {
    this.#parts.push({ what, close, withinMs });
  }

  /**
   * Closes the last first, and forgets them all. Never rejects, and waits for nobody for ever: a connection whose other side is
   * gone without a word may keep what uses it from closing, and that must not keep the database running.
   */
  async closeAll(): Promise<void> {
    let left = longest.all;
    const parts = this.#parts;
    this.#parts = [];
    for (const { what, close, withinMs } of parts.reverse()) {
      const begun = performance.now();
      const limit = withinMs ?? Math.max(least, Math.min(longest.one, left));
      const reason = await failureOf(close, limit);
      if (reason !== null) console.error(`meridian: ${what}: ${reason}`);
      if (withinMs === null) left -= performance.now() - begun;
    }
  }
}

/** Null where it closed in time. */
async function failureOf(close: () => Promise<void>, milliseconds: number): Promise<string | null> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<string>((resolve) => {
    timer = setTimeout(resolve, milliseconds, `not closed within ${Math.ceil(milliseconds)} ms, left as it is`);
  });
  const closed = (async () => close())().then(
    () => null,
    (error: unknown) => String(error),
  );
  const reason = await Promise.race([closed, late]);
  clearTimeout(timer);
  return reason;
}
