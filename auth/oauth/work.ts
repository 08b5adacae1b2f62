/** One request of the OAuth server as one transaction: what it reads, uses up, issues and logs stands or falls together. */
import { AsyncLocalStorage } from 'node:async_hooks';
import type { Store, Tx } from '../../datasources/store/store.ts';

export interface Work {
  readonly tx: Tx;
  /** What oidc-provider answered an error for. */
  refusal: Error | null;
  /** Whose token was just revoked at the application's own wish. */
  revoked: { readonly accountId: string } | null;
  /** The accounts whose authorization ended. */
  readonly ended: string[];
}

export interface Works {
  /** Runs one request's work; rolled back when it throws, and when a statement of it failed. */
  begin<T>(work: (begun: Work) => Promise<T>): Promise<T>;
  /** The work that is under way here; null outside any. */
  current(): Work | null;
  /** In the transaction that is under way, else in one of its own. */
  within<T>(work: (tx: Tx) => Promise<T>): Promise<T>;
}

export function createWorks(store: Store): Works {
  const current = new AsyncLocalStorage<Work>();
  return {
    begin: (work) =>
      store.asWorker((tx) => {
        const begun: Work = { tx, refusal: null, revoked: null, ended: [] };
        return current.run(begun, () => work(begun));
      }),
    current: () => current.getStore() ?? null,
    within: (work) => {
      const begun = current.getStore();
      return begun === undefined ? store.asWorker(work) : work(begun.tx);
    },
  };
}
