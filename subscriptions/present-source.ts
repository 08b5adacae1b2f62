/**
 * A source that has a present and no history: what it tells is found out anew when something may have changed it, and told where it
 * is another than the last. Whoever joins is told the present first.
 */
import { setImmediate } from 'node:timers/promises';
import { withRetries } from './follow.ts';
import type { GroupSource, OpenSource, Show, Step } from './group-source.ts';
import type { InTurn } from './turns.ts';
import { type Clock, type Reader, systemClock, type WakeUps, type Watch } from './wake-up.ts';

/** What there is to be told now. */
export interface Present {
  /** The root value that the document is executed over. */
  readonly event: unknown;
  /** Milliseconds after which time alone may have changed it; null: none will. */
  readonly standsFor: number | null;
  /** Milliseconds after which it has to be told again, the same or not; null: never. */
  readonly goodFor: number | null;
}

export interface PresentSourceOptions {
  /** Finds it out. @throws RequestError, RequestErrors: the end of it; anything else is tried again. */
  readonly find: () => Promise<Present>;
  /** Whose changes may change it. */
  readonly reader: Reader;
  readonly wakeUps: Pick<WakeUps, 'watch'>;
  /** How many sources are found out at once; the first time each at once, as any question. */
  readonly inTurn?: InTurn;
  readonly clock?: SteadyClock;
}

/** A clock that may be set, and time that passes whatever it is set to. */
export interface SteadyClock extends Clock {
  /** Milliseconds from any beginning; only rises. */
  elapsed(): number;
}

const steadyClock: SteadyClock = { ...systemClock, elapsed: () => performance.now() };

/** A storm of changes is found out about this often, in milliseconds, or half of the time if that takes long. */
const leastPause = 50;
/** Milliseconds after which one is looked at again of which not all could be found out. */
const againAfter = 5_000;
/** However quiet it is: in case that something changed of which nobody told. Milliseconds. */
const longestQuiet = 15 * 60_000;
/** How long it may stay unnoticed that the clock was set: what time changes then comes sooner or later. Milliseconds. */
const clockSeenEvery = 60_000;
/** Less is how clocks run; milliseconds. */
const clockRuns = 1_000;

const atOnce: InTurn = (work) => work();

/** What was found out last. */
interface Known {
  readonly present: Present;
  readonly digest: string | null;
  /** The number of answers that were told, this one among them. */
  readonly place: number;
  /** By the time elapsed: when it was told, and when to look at the latest. */
  readonly toldAt: number;
  readonly lookAt: number;
  /** By how much the clock was ahead of the time elapsed. */
  readonly clockAhead: number;
}

export function presentSource({
  find,
  reader,
  wakeUps,
  clock = steadyClock,
  inTurn = atOnce,
}: PresentSourceOptions): GroupSource<number> {
  let show: Show | null = null;
  let known: Known | null = null;
  const never = new AbortController().signal;

  const stepOf = (): Step<number> => {
    if (known === null) throw new Error('expected a source that was opened');
    const { present, place } = known;
    return { event: () => present.event, place, silent: false };
  };

  const clockAhead = () => clock.now() - clock.elapsed();

  /** @returns whether it is news. */
  async function findOut(watch: Watch, turn: InTurn, stopping: AbortSignal): Promise<boolean> {
    watch.reading();
    const present = await withRetries(() => turn(find), clock, stopping);
    watch.read();
    const shown = show === null ? null : await show(present.event);
    const before = known;
    const now = clock.elapsed();
    const isSame = before !== null && shown !== null && shown.digest === before.digest;
    const isOld = before !== null && present.goodFor !== null && now >= before.toldAt + present.goodFor;
    const isNews = !isSame || isOld;
    const toldAt = isNews ? now : before.toldAt;
    const lookAt = Math.min(
      now + (shown?.isWhole === false ? againAfter : longestQuiet),
      now + (present.standsFor ?? Number.POSITIVE_INFINITY),
      toldAt + (present.goodFor ?? Number.POSITIVE_INFINITY),
    );
    const place = (before?.place ?? 0) + (isNews ? 1 : 0);
    known = { present, digest: shown?.digest ?? null, place, toldAt, lookAt, clockAhead: clockAhead() };
    return isNews;
  }

  return {
    after: null,
    placeOf: () => null,
    hasSeen: (place, other) => place >= other,
    isBoundary: () => true,
    keyOf: String,
    standing: stepOf,
    // Nothing that was told before is there any more.
    behind: async () => stepOf(),
    shownBy(by) {
      show = by;
    },

    async open(signal): Promise<OpenSource<number>> {
      const watch = await wakeUps.watch(reader);
      const end = () => watch.close();
      try {
        await findOut(watch, atOnce, never);
      } catch (error) {
        end();
        throw error;
      }
      if (signal.aborted) end();
      else signal.addEventListener('abort', end, { once: true });
      const newcomers = new Newcomers();
      return { place: stepOf().place, look: () => newcomers.look(), steps: steps(watch, newcomers, signal, end) };
    },
  };

  async function* steps(
    watch: Watch,
    newcomers: Newcomers,
    signal: AbortSignal,
    end: () => void,
  ): AsyncGenerator<Step<number>, void, undefined> {
    const isOver = () => signal.aborted || watch.ended;
    let pause = leastPause;
    try {
      while (!isOver()) {
        await waitFor(clock, pause, signal);
        await newsOrTime(watch, known as Known, [signal, newcomers.signal]);
        if (isOver()) return;
        // Whoever joins at the same moment is served by one look.
        if (newcomers.signal.aborted) await setImmediate();
        const served = newcomers.begin();
        const begun = performance.now();
        const isNews = await findOut(watch, inTurn, signal);
        pause = Math.max(leastPause, performance.now() - begun);
        const { place } = known as Known;
        for (const resolve of served) resolve(place);
        if (isNews && !isOver()) yield stepOf();
      }
    } finally {
      end();
    }
  }

  /** Until there is news, time alone may have changed what is known, the clock was set, or a signal fires. */
  async function newsOrTime(
    watch: Watch,
    { lookAt, clockAhead: before }: Known,
    signals: readonly AbortSignal[],
  ): Promise<void> {
    const time = new AbortController();
    let cancel = () => {};
    const wait = () => {
      const left = lookAt - clock.elapsed();
      if (left <= 0 || Math.abs(clockAhead() - before) >= clockRuns) time.abort();
      else cancel = clock.after(Math.min(left, clockSeenEvery), wait);
    };
    wait();
    try {
      await watch.news(AbortSignal.any([time.signal, ...signals]));
    } finally {
      cancel();
    }
  }
}

/** Looks that newcomers wait for. */
class Newcomers {
  #prompt = new AbortController();
  #waiting: ((place: number) => void)[] = [];

  /** Aborted while somebody waits. */
  get signal(): AbortSignal {
    return this.#prompt.signal;
  }

  look(): Promise<number> {
    this.#prompt.abort();
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  /** A look begins: it serves all who asked until now. */
  begin(): readonly ((place: number) => void)[] {
    if (this.#prompt.signal.aborted) this.#prompt = new AbortController();
    return this.#waiting.splice(0);
  }
}

async function waitFor(clock: Clock, milliseconds: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  await new Promise<void>((resolve) => {
    const done = () => {
      cancel();
      signal.removeEventListener('abort', done);
      resolve();
    };
    const cancel = clock.after(milliseconds, done);
    signal.addEventListener('abort', done, { once: true });
  });
}
