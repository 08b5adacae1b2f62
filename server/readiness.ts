/** What must hold for this node to be sent traffic. */
import type { OpenedStore } from '../datasources/store/open.ts';
import type { ReadinessCheck } from './http/health.ts';

/** Fails on a node whose zone data is older than what this database has been computed under (semantics A8). */
export function zoneDataCheck(store: Pick<OpenedStore, 'zoneDataVersion'>, version: string): ReadinessCheck {
  return async () => {
    const stored = await store.zoneDataVersion();
    if (stored > version) throw new Error(`zone data ${version} is older than ${stored}, which this database has seen`);
  };
}
