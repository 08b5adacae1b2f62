/** Lays what a subscriber received beside what was committed. Pure; changes are numbers, accounts are texts. */

/** In a stream: from here on what comes is another connection's. */
export const reconnected = -1;

export interface Reckoning {
  /** Changes that it had to receive. */
  readonly expected: number;
  readonly received: number;
  /** Never received. */
  readonly lost: readonly number[];
  /** Received before one that stands before it in its account, or behind one that stands behind it. */
  readonly outOfOrder: readonly number[];
  /** Received again right behind a reconnect: at least once. */
  readonly repeated: number;
  /** Received again while a connection lasted: never allowed. */
  readonly repeatedLive: readonly number[];
  /** Received, though it was never committed or is not for this subscriber. */
  readonly foreign: readonly number[];
}

/**
 * @param expected of each account the changes in the order of their commits; a number may be there twice, in one account
 * @param stream what came, in the order of its coming, with `reconnected` between connections
 * @param known of an account how many of its first changes were read otherwise, before the stream began
 */
export function reckon(
  expected: ReadonlyMap<string, readonly number[]>,
  stream: Iterable<number>,
  known: ReadonlyMap<string, number> = new Map(),
): Reckoning {
  const accounts: Account[] = [];
  // A million changes: where each stands is two numbers, and only the few that look alike have a list.
  const accountOf = new Map<number, number>();
  const placeOf = new Map<number, number>();
  const twins = new Map<number, number[]>();
  let count = 0;
  for (const [name, changes] of expected) {
    const begun = known.get(name) ?? 0;
    const account: Account = {
      changes,
      seen: new Uint8Array(changes.length).fill(1, 0, begun),
      top: begun - 1,
      last: null,
    };
    const number = accounts.push(account) - 1;
    count += changes.length - begun;
    for (const [place, change] of changes.entries()) {
      const first = placeOf.get(change);
      if (first === undefined) {
        accountOf.set(change, number);
        placeOf.set(change, place);
      } else {
        twins.set(change, [...(twins.get(change) ?? [first]), place]);
      }
    }
  }

  const outOfOrder: number[] = [];
  const repeatedLive: number[] = [];
  const foreign: number[] = [];
  let received = 0;
  let repeated = 0;
  for (const change of stream) {
    if (change === reconnected) {
      for (const account of accounts) account.last = null;
      continue;
    }
    received++;
    const account = accounts[accountOf.get(change) ?? -1];
    if (account === undefined) {
      foreign.push(change);
      continue;
    }
    const alike = twins.get(change);
    const place = alike === undefined ? (placeOf.get(change) ?? 0) : fitting(account, alike);
    const isNew = account.seen[place] === 0;
    const follows = account.last === null ? place <= account.top + 1 : place === account.last + 1;
    if (isNew && (!follows || place <= account.top)) outOfOrder.push(change);
    else if (!isNew && follows) repeated++;
    else if (!isNew) repeatedLive.push(change);
    account.seen[place] = 1;
    account.last = place;
    account.top = Math.max(account.top, place);
  }
  const lost = accounts.flatMap(({ changes, seen }) => changes.filter((_, place) => seen[place] === 0));
  return { expected: count, received, lost, outOfOrder, repeated, repeatedLive, foreign };
}

/** Of those that look alike the one whose turn it is; else the first that did not come yet. */
function fitting({ last, top, seen }: Account, places: readonly number[]): number {
  const next = last === null ? top + 1 : last + 1;
  const place = places.find((one) => one === next) ?? places.find((one) => seen[one] === 0) ?? places[0];
  return place ?? 0;
}

interface Account {
  readonly changes: readonly number[];
  readonly seen: Uint8Array;
  /** The farthest place received, and the one received last on this connection. */
  top: number;
  last: number | null;
}
