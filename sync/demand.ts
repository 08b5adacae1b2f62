/** Who listens wants fresh calendars: an open subscription keeps its profiles polled at the floor's interval (semantics D11). */
import type { Store, Tenant } from '../datasources/store/store.ts';
import type { SyncEngine } from './engine.ts';

/** A demand counts for an hour; it is renewed well before. */
const renewEvery = 15 * 60_000;

export interface Demand {
  /** Says that somebody wants the tenant's calendars fresh, now and until `signal` is aborted. Never throws. */
  whileOpen(tenant: Tenant, signal: AbortSignal): void;
}

export function demand(options: {
  readonly store: Store;
  readonly engine: Pick<SyncEngine, 'requestDemand'>;
  readonly onError: (error: unknown) => void;
}): Demand {
  const request = async (tenant: Tenant): Promise<void> => {
    const rows = await options.store.withApplication(tenant, (tx) =>
      tx
        .selectFrom('profile')
        .select('id')
        .where('provider', '!=', 'MERIDIAN')
        .where('status', '!=', 'DISCONNECTED')
        .execute(),
    );
    if (rows.length > 0) await options.engine.requestDemand(rows.map((row) => row.id));
  };
  return {
    whileOpen(tenant, signal) {
      if (signal.aborted) return;
      request(tenant).catch(options.onError);
      const timer = setInterval(() => request(tenant).catch(options.onError), renewEvery);
      timer.unref();
      signal.addEventListener('abort', () => clearInterval(timer), { once: true });
    },
  };
}
