/** Replays of a mutation with the same idempotency key, for 24 hours. */
import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import type { Tx } from './store.ts';

/** One call as the client named it. */
export interface IdempotentCall {
  readonly applicationId: string;
  readonly mutation: string;
  readonly key: string;
  /** The whole input: another input under the same key is refused. */
  readonly input: unknown;
}

export type Replay<T> =
  | { readonly kind: 'first' }
  | { readonly kind: 'replay'; readonly result: T }
  | { readonly kind: 'mismatch' };

/**
 * Takes the key's lock until the transaction ends and tells whether the call was made before: of two at once the second
 * waits and finds the first's result.
 */
export async function findCall<T>(tx: Tx, call: IdempotentCall): Promise<Replay<T>> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`${call.applicationId} ${call.mutation} ${call.key}`}, 1))`.execute(
    tx,
  );
  const row = await tx
    .selectFrom('idempotent_call')
    .select(['input_hash', 'result'])
    .where('application_id', '=', call.applicationId)
    .where('mutation', '=', call.mutation)
    .where('key', '=', digestOf(call.key))
    .where('created_at', '>', sql<Date>`now() - interval '24 hours'`)
    .executeTakeFirst();
  if (row === undefined) return { kind: 'first' };
  return row.input_hash.equals(hash(call.input)) ? { kind: 'replay', result: row.result as T } : { kind: 'mismatch' };
}

/** Remembers the result of the first call, in its transaction. */
export async function recordCall(tx: Tx, call: IdempotentCall, result: unknown): Promise<void> {
  const row = { input_hash: hash(call.input), result: JSON.stringify(result) };
  await tx
    .insertInto('idempotent_call')
    .values({ application_id: call.applicationId, mutation: call.mutation, key: digestOf(call.key), ...row })
    .onConflict((conflict) =>
      conflict.columns(['application_id', 'mutation', 'key']).doUpdateSet({ ...row, created_at: sql`now()` }),
    )
    .execute();
}

/** A key may be as long as a request: what is kept of it is of one length, and tells nobody what it said. */
function digestOf(key: string): string {
  return createHash('sha256').update(key).digest('base64url');
}

function hash(input: unknown): Buffer {
  return createHash('sha256').update(canonical(input)).digest();
}

/** The order in which a client writes an object's members does not matter. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`;
  if (typeof value === 'object' && value !== null) {
    const members = Object.entries(value).filter(([, member]) => member !== undefined);
    members.sort(([a], [b]) => (a < b ? -1 : 1));
    return `{${members.map(([name, member]) => `${JSON.stringify(name)}:${canonical(member)}`).join()}}`;
  }
  return JSON.stringify(value) ?? 'null';
}
