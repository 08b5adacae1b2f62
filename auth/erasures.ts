/** Erases what accounts held that nobody uses any more: in batches, and whole whatever interrupts it. */
import { eraseBatch, unfinishedErasures } from '../datasources/store/authorizations.ts';
import type { Store } from '../datasources/store/store.ts';

/** Milliseconds. */
const lookEvery = 60_000;

/**
 * Goes on with every erasure that has begun. One that fails keeps no other from being done.
 * @param among these accounts alone; null for all
 * @throws AggregateError of what failed, after the others
 */
export async function eraseHoldings(store: Store, among: readonly string[] | null): Promise<void> {
  const failures: unknown[] = [];
  for (const accountId of await store.asWorker((tx) => unfinishedErasures(tx, among))) {
    try {
      while (await store.asWorker((tx) => eraseBatch(tx, accountId)));
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length > 0) throw new AggregateError(failures, `${failures.length} accounts could not be erased`);
}

/** Erases now and once a minute what revocations left, whichever way they came, and what a process that died left. */
export function startErasing(
  erase: () => Promise<void>,
  logger: { warn(fields: object, message: string): void },
): { stop(): Promise<void> } {
  let running: Promise<void> = Promise.resolve();
  const turn = () => {
    running = running.then(erase).catch((error: unknown) => logger.warn({ reason: String(error) }, 'erasing'));
  };
  turn();
  const timer = setInterval(turn, lookEvery);
  timer.unref();
  return {
    async stop() {
      clearInterval(timer);
      await running;
    },
  };
}
