/** Seals anew what an older key sealed, beside everything else that goes on. */
import type { KeyRing } from '../../datasources/secrets/key-ring.ts';
import { resealPage, sealedColumns } from '../../datasources/store/sealed-columns.ts';
import type { Store } from '../../datasources/store/store.ts';
import type { SyncLogger } from '../dependencies.ts';

export interface ResealingOutcome {
  readonly resealed: number;
  /** What no key of the ring opens. */
  readonly broken: number;
}

/** Goes through every sealed column once, at most 200 rows a transaction. */
export async function reseal(store: Store, ring: KeyRing, signal?: AbortSignal): Promise<ResealingOutcome> {
  let resealed = 0;
  let broken = 0;
  for (const column of sealedColumns) {
    let after: string | null = '';
    while (after !== null && signal?.aborted !== true) {
      const from: string = after;
      const page = await store.asWorker((tx) => resealPage(tx, column, ring, from));
      resealed += page.resealed;
      broken += page.broken;
      after = page.after;
    }
  }
  return { resealed, broken };
}

/** Reseals now, and again whenever `again` is called; one run at a time. */
export function startResealing(
  store: Store,
  ring: KeyRing,
  logger: SyncLogger,
): { again(): void; stop(): Promise<void> } {
  const stopping = new AbortController();
  let running: Promise<void> = Promise.resolve();
  const run = async () => {
    if (stopping.signal.aborted || ring.keyIds.length < 2) return;
    const { resealed, broken } = await reseal(store, ring, stopping.signal);
    if (resealed > 0) logger.info({ resealed, keyId: ring.currentKeyId }, 'sealed anew');
    if (broken > 0) logger.warn({ broken }, 'secrets that no key opens');
  };
  const again = () => {
    running = running.then(run).catch((error: unknown) => logger.warn({ reason: String(error) }, 'resealing'));
  };
  again();
  return {
    again,
    async stop() {
      stopping.abort();
      await running;
    },
  };
}
