/** Writes of an event that were made while an earlier one was on its way. */
import { ProviderError } from '../../datasources/providers/connector.ts';
import type { ChangeEntry } from '../../datasources/store/change-log.ts';
import type { ClaimedOperation } from '../../datasources/store/operation-claims.ts';
import { failOperations } from '../../datasources/store/operation-ends.ts';
import { pendingWrites, rebaseOperation } from '../../datasources/store/operation-order.ts';
import type { Tx } from '../../datasources/store/store.ts';
import { sameVisibleContent } from '../../domain/events/content.ts';
import { mergeObjects, sameButAnswers } from '../../domain/events/merge.ts';
import type { SyncDependencies } from '../dependencies.ts';
import { storedFailure } from '../provider-call.ts';
import { eventEntries, failedEntry } from './entries.ts';
import { takeProviderVersion } from './provider-version.ts';
import type { Held } from './sending.ts';

/**
 * Writes that were made while this one was on its way hold what it intended. Where the provider has more than that, they are laid
 * over what it has, or they would take it back. What collides with it fails, and what was made on top of that.
 */
export async function rebaseFollowers(
  dependencies: SyncDependencies,
  tx: Tx,
  claim: ClaimedOperation,
  held: Held,
): Promise<ChangeEntry[]> {
  const context = { zones: dependencies.zones, calendarZone: claim.calendar.timeZone };
  const { intended } = claim;
  if (intended === null || sameVisibleContent(intended, held.object, context)) return [];
  const followers = await pendingWrites(tx, claim.event.id);
  let shown = held.object;
  let good = 0;
  for (const { id, kind, strict, ...write } of followers) {
    const base = write.base ?? intended;
    if (strict) break;
    if (kind === 'DELETE') {
      if (!sameButAnswers(base, shown, context)) break;
      await rebaseOperation(tx, id, { intended: null, base: shown });
    } else {
      const merge =
        write.intended === null ? null : mergeObjects({ base, intended: write.intended, current: shown }, context);
      if (merge?.kind !== 'merged') break;
      await rebaseOperation(tx, id, { intended: merge.object, base: shown });
      shown = merge.object;
    }
    good++;
  }
  const failure = storedFailure(new ProviderError('CONFLICT', 'Somebody else changed the same fields.'));
  const collided = await failOperations(
    tx,
    followers.slice(good).map(({ id }) => id),
    failure,
  );
  const last = followers[good - 1];
  const { remoteId, etag, raw } = held;
  const changes =
    // The row is deleted already, and stays so.
    last?.kind === 'DELETE'
      ? []
      : await takeProviderVersion(
          dependencies,
          tx,
          claim,
          { remoteId, etag, raw, object: shown },
          last === undefined ? null : last.id,
        );
  return [...eventEntries(claim, changes), ...collided.map((id) => failedEntry(claim, id))];
}
