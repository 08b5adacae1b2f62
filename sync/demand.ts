/** Who listens wants fresh calendars: an open subscription keeps its profiles polled at the floor's interval (semantics D11). */
import { createHash } from 'node:crypto';
import type { Store, Tenant } from '../datasources/store/store.ts';
import type { SyncEngine } from './engine.ts';

/**
 * A demand counts for an hour, whatever becomes of who made it; it is renewed well before. Of several nodes' renewals within
 * a minute one is written.
 */
const renewEvery = 15 * 60_000;
/** More listeners' demands than this are not remembered once they have left: the oldest goes. */
const mostRemembered = 10_000;

/** Whose calendars somebody listens to. */
export interface Listener {
  readonly tenant: Tenant;
  /** Null: all that the tenant may see. */
  readonly accountIds: readonly string[] | null;
  readonly calendarIds: readonly string[] | null;
}

export interface Demand {
  /**
   * Says that somebody wants the listener's calendars fresh, now and until `signal` is aborted. Never throws. However many
   * listen to the same, and however often they come and go, it is said once, and again every quarter of an hour.
   */
  whileOpen(listener: Listener, signal: AbortSignal): void;
}

interface Demanded {
  listeners: number;
  /** When it was last said, by the clock. */
  saidAt: number;
  cancel: (() => void) | null;
}

export interface DemandOptions {
  readonly store: Store;
  readonly engine: Pick<SyncEngine, 'requestDemand'>;
  readonly onError: (error: unknown) => void;
  /** Milliseconds from any beginning; `after` calls `run` once, and its answer cancels that. */
  readonly clock?: {
    now(): number;
    after(milliseconds: number, run: () => void): () => void;
  };
}

const monotonic: NonNullable<DemandOptions['clock']> = {
  now: () => performance.now(),
  after(milliseconds, run) {
    const timer = setTimeout(run, milliseconds);
    timer.unref();
    return () => clearTimeout(timer);
  },
};

export function demand(options: DemandOptions): Demand {
  const { clock = monotonic } = options;
  const open = new Map<string, Demanded>();
  /** Nobody listens any more, and what was said still holds: who comes back need not say it. Oldest first. */
  const left = new Map<string, Demanded>();

  /** Says it when it is due, and plans the next time. */
  const keep = (one: Demanded, listener: Listener): void => {
    const now = clock.now();
    if (now - one.saidAt >= renewEvery) {
      one.saidAt = now;
      request(options, listener).catch((error: unknown) => {
        // Whoever listens next says it again.
        one.saidAt = Number.NEGATIVE_INFINITY;
        options.onError(error);
      });
    }
    one.cancel = clock.after(one.saidAt + renewEvery - now, () => keep(one, listener));
  };

  const leave = (key: string, one: Demanded): void => {
    one.listeners--;
    if (one.listeners > 0) return;
    one.cancel?.();
    one.cancel = null;
    open.delete(key);
    left.set(key, one);
    const [oldest] = left.keys();
    if (left.size > mostRemembered && oldest !== undefined) left.delete(oldest);
  };

  return {
    whileOpen(listener, signal) {
      if (signal.aborted) return;
      const key = keyOf(listener);
      const one = open.get(key) ?? left.get(key) ?? { listeners: 0, saidAt: Number.NEGATIVE_INFINITY, cancel: null };
      left.delete(key);
      open.set(key, one);
      one.listeners++;
      if (one.cancel === null || one.saidAt === Number.NEGATIVE_INFINITY) {
        one.cancel?.();
        keep(one, listener);
      }
      signal.addEventListener('abort', () => leave(key, one), { once: true });
    },
  };
}

async function request({ store, engine }: DemandOptions, listener: Listener): Promise<void> {
  const { tenant, accountIds, calendarIds } = listener;
  const rows = await store.withApplication(tenant, (tx) => {
    let profiles = tx
      .selectFrom('profile')
      .select('profile.id')
      .where('profile.provider', '!=', 'MERIDIAN')
      .where('profile.status', '!=', 'DISCONNECTED');
    if (accountIds !== null) profiles = profiles.where('profile.account_id', 'in', [...accountIds, '']);
    if (calendarIds !== null) {
      profiles = profiles.where('profile.id', 'in', (eb) =>
        eb
          .selectFrom('calendar')
          .select('calendar.profile_id')
          .where('calendar.id', 'in', [...calendarIds, '']),
      );
    }
    return profiles.execute();
  });
  if (rows.length > 0) await engine.requestDemand(rows.map((row) => row.id));
}

/** A digest: a filter may name thousands of ids. */
function keyOf({ tenant, accountIds, calendarIds }: Listener): string {
  const sorted = (ids: readonly string[] | null | undefined) => (ids == null ? null : [...new Set(ids)].sort());
  const { applicationId, accountId } = tenant;
  const named = [applicationId, accountId, sorted(tenant.accountIds), sorted(accountIds), sorted(calendarIds)];
  return createHash('sha256').update(JSON.stringify(named)).digest('base64url');
}
