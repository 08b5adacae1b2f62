/** Stored rules and periods of accounts, known as long as the account's change sequence stands. */
import { readStoredAvailability, type StoredAvailability } from '../../datasources/store/availability-rules.ts';
import { type QueryCounter, type Store, type Tx, tenantOf } from '../../datasources/store/store.ts';
import type { Actor } from '../../domain/actor.ts';
import { earliestSecond, latestSecond } from './search.ts';

export interface StoredAvailabilityReader {
  /**
   * In the order of the accounts. No statement where every account's sequence is the one under which it was read: whatever changes
   * a rule raises it.
   *
   * @param accounts those of them that this credential may see
   * @param tx to read inside of: a transaction as the application of `actor`
   */
  read(
    actor: Actor,
    accounts: readonly { readonly accountId: string; readonly sequence: number }[],
    counter?: QueryCounter,
    tx?: Tx,
  ): Promise<readonly StoredAvailability[]>;
}

/** Accounts, rules and periods that are remembered, of all applications together; the account that was not asked for longest goes first. */
const mostKnown = 200_000;

export const nothingStored: StoredAvailability = { rules: [], periods: [] };

export function storedAvailabilityReader(store: Store): StoredAvailabilityReader {
  const known = new Map<string, { readonly sequence: number; readonly stored: StoredAvailability }>();
  let size = 0;

  const forget = (key: string) => {
    size -= sizeOf(known.get(key)?.stored);
    known.delete(key);
  };

  const remember = (key: string, sequence: number, stored: StoredAvailability) => {
    forget(key);
    known.set(key, { sequence, stored });
    size += sizeOf(stored);
    for (const oldest of known.keys()) {
      if (size <= mostKnown) return;
      forget(oldest);
    }
  };

  return {
    async read(actor, accounts, counter, tx) {
      const keyOf = (accountId: string) => `${actor.applicationId} ${accountId}`;
      const standing = new Map<string, StoredAvailability>();
      for (const { accountId, sequence } of accounts) {
        const found = known.get(keyOf(accountId));
        if (found?.sequence === sequence) standing.set(accountId, found.stored);
      }
      const unknown = accounts.map(({ accountId }) => accountId).filter((accountId) => !standing.has(accountId));
      const readThese = (inside: Tx) =>
        readStoredAvailability(inside, actor, unknown, { from: earliestSecond, to: latestSecond });
      const read =
        unknown.length === 0
          ? []
          : await (tx === undefined ? store.withApplication(tenantOf(actor), readThese, counter) : readThese(tx));
      for (const [place, accountId] of unknown.entries()) standing.set(accountId, read[place] ?? nothingStored);
      return accounts.map(({ accountId, sequence }) => {
        const stored = standing.get(accountId) ?? nothingStored;
        remember(keyOf(accountId), sequence, stored);
        return stored;
      });
    },
  };
}

function sizeOf(stored: StoredAvailability | undefined): number {
  return stored === undefined ? 0 : 1 + stored.rules.length + stored.periods.length;
}
