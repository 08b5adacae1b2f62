/** What every resolver is given: whom it answers, and the one call down. */
import type { Tenant } from '../datasources/store/store.ts';
import type { Actor } from '../domain/actor.ts';
import type { Loaders } from './loaders.ts';
import type { Services } from './services.ts';

/** What a request spent, for `extensions` and tests. */
export interface Counter {
  /** Statements sent for the answer, without transaction control. */
  sqlQueries: number;
  /** Requests sent to calendar providers for the answer. */
  providerCalls: number;
}

export interface Context {
  readonly requestId: string;
  readonly actor: Actor;
  /** Whose rows may be seen: the actor's application, and for an account token its account alone. */
  readonly tenant: Tenant;
  readonly services: Services;
  readonly loaders: Loaders;
  readonly counter: Counter;
  /** Aborted when the client is gone. */
  readonly signal: AbortSignal;
  /** Of the client's headers those that a neighbour in a federated graph may be sent; lower case. */
  readonly headers?: Readonly<Record<string, string>>;
}
