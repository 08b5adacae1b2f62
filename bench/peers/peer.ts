/**
 * What somebody else's slots function is asked. It lives outside this repository, in a module of its own that exports
 *
 *     export function slots(question) { return ['2026-03-09T09:00:00Z', …]; }
 *
 * or an async one: the starts, as texts that `Date.parse` reads or as Dates, in any order, each once. Everything of a peer's
 * that is not its engine (a store, HTTP) stays out of that module, and whatever it needs to prepare once is done when it loads.
 */
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

export interface PeerPerson {
  /** IANA. */
  readonly timeZone: string;
  /** Hours that it can be booked in, on its own wall clock. */
  readonly hours: readonly {
    /** 1 is Monday, 7 Sunday. */
    readonly weekday: number;
    /** `09:00`. */
    readonly start: string;
    /** `17:00`. */
    readonly end: string;
  }[];
  /** UTC, `2026-03-09T09:00:00Z`, by start; may overlap. */
  readonly busy: readonly { readonly start: string; readonly end: string }[];
}

export interface PeerQuestion {
  /** UTC: slots start at or after it … */
  readonly from: string;
  /** … and end by it. */
  readonly to: string;
  readonly durationMinutes: number;
  /** Slots start on whole multiples of it after the hour, UTC, and may overlap. */
  readonly intervalMinutes: number;
  /** Free of busy time before and after the meeting; hours need not hold it. */
  readonly bufferMinutes: { readonly before: number; readonly after: number };
  /** How many of them must be free: all, or any one. */
  readonly required: 'all' | 'any';
  readonly people: readonly PeerPerson[];
}

export type PeerSlots = (question: PeerQuestion) => PeerStarts | Promise<PeerStarts>;
export type PeerStarts = readonly (string | Date)[];

/**
 * The function of the module that `--peer=<path>` or PEER_SLOTS names, from the working folder; null where neither does.
 * @throws where the module has none.
 */
export async function givenPeer(
  argv: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): Promise<PeerSlots | null> {
  const path = argv.find((argument) => argument.startsWith('--peer='))?.slice('--peer='.length);
  const chosen = path ?? environment['PEER_SLOTS'];
  if (chosen === undefined || chosen === '') return null;
  const module = (await import(pathToFileURL(resolve(chosen)).href)) as { readonly slots?: unknown };
  if (typeof module.slots !== 'function') {
    throw new TypeError(`expected a module that exports a function named slots, got one with ${exported(module)}`);
  }
  return module.slots as PeerSlots;
}

function exported(module: object): string {
  const names = Object.keys(module);
  return names.length === 0 ? 'no exports' : names.join(', ');
}

/** A peer's starts in seconds, sorted. @throws for what is no instant. */
export function secondsOf(starts: PeerStarts): readonly number[] {
  return starts
    .map((start) => {
      const instant = typeof start === 'string' ? Date.parse(start) : start.getTime();
      if (Number.isNaN(instant)) throw new TypeError(`expected an instant, got ${String(start)}`);
      return instant / 1000;
    })
    .sort((one, other) => one - other);
}
