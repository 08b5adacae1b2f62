/** Asking providers again for an answer that has to be fresh. */
import type { Store } from '../datasources/store/store.ts';
import type { SyncEngine } from './engine.ts';

export type RefreshFailure = 'PROVIDER_UNREACHABLE' | 'PROVIDER_THROTTLED' | 'PROFILE_DISCONNECTED';

export interface RefreshOptions {
  /** Milliseconds to wait at most. */
  readonly patience: number;
  readonly onCall: () => void;
}

/** Asks of all of them at once what has changed, where providers can be asked so, and polls each other profile once, callers that come meanwhile sharing the poll; answers why not, or null, by profile. */
export function refresher({ store, engine }: { readonly store: Store; readonly engine: SyncEngine }) {
  return {
    async refresh(
      profileIds: readonly string[],
      { patience, onCall }: RefreshOptions,
    ): Promise<ReadonlyMap<string, RefreshFailure | null>> {
      await engine.requestDemand(profileIds);
      const signal = AbortSignal.timeout(patience);
      // One home is one call anyway.
      const unchanged =
        profileIds.length > 1
          ? await engine.confirmUnchanged(profileIds, { wait: patience, signal, onCall })
          : new Set<string>();
      const others = profileIds.filter((id) => !unchanged.has(id));
      const outcomes = new Map(
        await Promise.all(
          others.map(
            async (id) => [id, await engine.pollNow(id, { wait: patience, signal, onCall }).catch(() => null)] as const,
          ),
        ),
      );
      const rows = await store.asWorker((tx) =>
        tx
          .selectFrom('profile')
          .select(['id', 'status', 'cause', 'failures'])
          .where('id', 'in', profileIds.length === 0 ? [''] : [...profileIds])
          .execute(),
      );
      return new Map(
        rows.map((row): [string, RefreshFailure | null] => {
          if (row.status === 'DISCONNECTED') return [row.id, 'PROFILE_DISCONNECTED'];
          if (row.failures === 0) return [row.id, null];
          // The first refusals leave no cause with the profile: what this poll met says it.
          const outcome = outcomes.get(row.id);
          const met = outcome?.status === 'polled' ? outcome.failure?.code : undefined;
          const throttled = met === undefined ? row.cause === 'PROVIDER_THROTTLED' : met === 'THROTTLED';
          return [row.id, throttled ? 'PROVIDER_THROTTLED' : 'PROVIDER_UNREACHABLE'];
        }),
      );
    },
  };
}
