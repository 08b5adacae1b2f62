/** What the rest of the house sees of the database: transactions under a role, and nothing wider. */
import type { Transaction } from 'kysely';
import type { Actor } from '../../domain/actor.ts';
import type { Tables } from './tables.ts';

export type Tx = Transaction<Tables>;

/** Whom the rows must belong to. With `accountId` (account tokens) nothing but that account is visible. */
export interface Tenant {
  readonly applicationId: string;
  readonly accountId: string | null;
  /** With these (element tokens) nothing but these accounts is visible; at least one. */
  readonly accountIds?: readonly string[];
}

/** The tenant that a credential speaks for. */
export function tenantOf({ applicationId, accountId, element }: Actor): Tenant {
  return element === undefined
    ? { applicationId, accountId }
    : { applicationId, accountId, accountIds: element.accountIds };
}

export interface QueryCounter {
  /** Statements sent, without transaction control and the role's set_config. */
  sqlQueries: number;
}

export interface Store {
  /**
   * One transaction as role `meridian_app` with the tenant set; row-level security then shows this tenant's rows only.
   * No network call may happen inside. Rolled back when `work` throws.
   */
  withApplication<T>(tenant: Tenant, work: (tx: Tx) => Promise<T>, counter?: QueryCounter): Promise<T>;
  /** One transaction as role `meridian_worker`, which sees every tenant: sync, jobs, credentials. */
  asWorker<T>(work: (tx: Tx) => Promise<T>, counter?: QueryCounter): Promise<T>;
  /** Ends the pool. */
  close(): Promise<void>;
}
