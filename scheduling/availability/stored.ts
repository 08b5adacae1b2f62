/** Stored rules and periods of accounts, known as long as the account's change sequence stands: whatever changes a rule raises it. */
import type { StoredAvailability } from '../../datasources/store/availability-rules.ts';
import type { Actor } from '../../domain/actor.ts';
import type { AccountBusy } from '../busy/members.ts';

export interface StoredAvailabilityReader {
  /**
   * To be asked for together with the accounts: without a statement of its own.
   *
   * @param accountIds those of the question that keep to what is stored; none twice
   * @param keeps whether what is read is remembered: not inside a transaction, which may be rolled back
   */
  asking(actor: Actor, accountIds: readonly string[], keeps?: boolean): AskedStored;
}

export interface AskedStored {
  /** Account → the sequence under which it is known; null: it is not. For `MembersQuestion.stored`. */
  readonly known: ReadonlyMap<string, number | null>;
  /** What is stored of an account that was read with `known`. */
  of(account: Pick<AccountBusy, 'accountId' | 'sequence' | 'stored'>): StoredAvailability;
}

/** Accounts, rules and periods that are remembered, of all applications together; the account that was not asked for longest goes first. */
const mostKnown = 200_000;

export const nothingStored: StoredAvailability = { rules: [], periods: [] };

interface Known {
  readonly sequence: number;
  readonly stored: StoredAvailability;
}

export function storedAvailabilityReader(): StoredAvailabilityReader {
  const remembered = new Map<string, Known>();
  let size = 0;

  const forget = (key: string) => {
    size -= sizeOf(remembered.get(key)?.stored);
    remembered.delete(key);
  };

  const remember = (key: string, known: Known) => {
    forget(key);
    remembered.set(key, known);
    size += sizeOf(known.stored);
    for (const oldest of remembered.keys()) {
      if (size <= mostKnown) return;
      forget(oldest);
    }
  };

  return {
    asking(actor, accountIds, keeps = true) {
      const keyOf = (accountId: string) => `${actor.applicationId} ${accountId}`;
      const standing = new Map(accountIds.map((id) => [id, remembered.get(keyOf(id)) ?? null]));
      return {
        known: new Map([...standing].map(([id, known]) => [id, known?.sequence ?? null])),
        of({ accountId, sequence, stored = standing.get(accountId)?.stored ?? nothingStored }) {
          if (keeps) remember(keyOf(accountId), { sequence, stored });
          return stored;
        },
      };
    },
  };
}

function sizeOf(stored: StoredAvailability | undefined): number {
  return stored === undefined ? 0 : 1 + stored.rules.length + stored.periods.length;
}
