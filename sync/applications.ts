/** Client id → application, as pages of objects are recognised by: markers are bound to client ids. */
import { applicationIdsByClientId } from '../datasources/store/applications.ts';
import type { Store } from '../datasources/store/store.ts';

export interface ApplicationDirectory {
  /** As of the last `refresh`. */
  idOf(clientId: string): string | undefined;
  /** Reads anew: an application may have been made, or made again after the loss of the database, a moment ago. */
  refresh(): Promise<void>;
}

export function applicationDirectory(store: Store): ApplicationDirectory {
  let ids: ReadonlyMap<string, string> = new Map();
  return {
    idOf: (clientId) => ids.get(clientId),
    async refresh() {
      ids = await store.asWorker(applicationIdsByClientId);
    },
  };
}
