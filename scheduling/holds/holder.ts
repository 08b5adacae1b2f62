/** Who decides over a hold, and one at a time. */
import { setTimeout as sleep } from 'node:timers/promises';
import { DatabaseError } from 'pg';
import { isBeingConfirmed } from '../../datasources/store/confirmations.ts';
import { findHolds, grantsToHold, lockHold } from '../../datasources/store/holds.ts';
import type { HoldRecord } from '../../datasources/store/records.ts';
import { type QueryCounter, type Store, type Tx, tenantOf } from '../../datasources/store/store.ts';
import type { Actor } from '../../domain/actor.ts';
import type { UserError } from '../../domain/errors.ts';
import { grantRefusal } from '../../domain/grants.ts';

export interface HoldAnswer {
  readonly hold: HoldRecord | null;
  readonly userErrors: readonly UserError[];
}

export const refuse = (...userErrors: readonly UserError[]): HoldAnswer => ({ hold: null, userErrors });

const holdShape = /^hld_[0-9a-hjkmnp-tv-z]{26}$/;

/** Milliseconds between looks at a hold that somebody else is confirming. */
const patience = 100;

/**
 * Does `work` in one transaction that has the hold to itself, once nobody is confirming it any more; refused where the credential
 * may not decide over it, without `work`.
 */
export async function withHold<Answer>(
  store: Store,
  actor: Actor,
  holdId: string,
  counter: QueryCounter,
  work: (tx: Tx, hold: HoldRecord) => Promise<Answer>,
): Promise<Answer | HoldAnswer> {
  if (!holdShape.test(holdId)) {
    const message = 'Expected the id of a hold (`hld_…`), got another text';
    return refuse({ path: ['holdId'], code: 'INVALID', message });
  }
  for (;;) {
    const answer = await again(() =>
      store.withApplication(
        tenantOf(actor),
        async (tx) => {
          await lockHold(tx, holdId);
          const [hold] = await findHolds(tx, actor, [holdId]);
          if (hold === undefined) {
            const message = 'Expected a hold that this credential may see, got an unknown id';
            return refuse({ path: ['holdId'], code: 'NOT_FOUND', message });
          }
          const refusal = await holderRefusal(tx, actor, hold);
          if (refusal !== null) return refuse(refusal);
          if (hold.status === 'HELD' && (await isBeingConfirmed(tx, holdId))) return null;
          return work(tx, hold);
        },
        counter,
      ),
    );
    if (answer !== null) return answer;
    await sleep(patience);
  }
}

/** Who may not book all of the accounts does not decide over the hold of them. */
async function holderRefusal(tx: Tx, actor: Actor, { accountIds }: HoldRecord): Promise<UserError | null> {
  const grants = await grantsToHold(tx, actor, accountIds);
  for (const id of accountIds) {
    const refusal = grantRefusal(actor, grants.get(id) ?? [], 'create_event', ['holdId']);
    if (refusal !== null) return refusal;
  }
  return null;
}

const mostAttempts = 5;

/** Nobody is told of a deadlock or a serialisation failure: what was rolled back is done again. */
export async function again<T>(work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      if (attempt === mostAttempts || !['40P01', '40001'].includes(codeOf(error) ?? '')) throw error;
    }
  }
}

export function codeOf(error: unknown): string | undefined {
  return error instanceof DatabaseError ? error.code : undefined;
}
