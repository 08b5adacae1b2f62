/** Arguments that several fields share: page sizes and cursors. Every refusal names the argument. */
import { createHash } from 'node:crypto';
import type { Tx } from '../datasources/store/store.ts';
import type { Actor } from '../domain/actor.ts';
import { RequestError } from '../domain/errors.ts';
import type { Context } from './context.ts';

/** A page size, or BAD_USER_INPUT naming the argument. */
export function pageSize(
  asked: number | null | undefined,
  fallback: number,
  maximum: number,
  argument: 'first' | 'last' = 'first',
): number {
  const size = asked ?? fallback;
  if (!Number.isInteger(size) || size < 1 || size > maximum) {
    throw new RequestError('BAD_USER_INPUT', `${argument}: expected 1 to ${maximum}, got ${size}`, { argument });
  }
  return size;
}

/** A prefix and 26 characters, and for an occurrence its RECURRENCE-ID (domain/identity.ts). */
const idShape = /^[a-z]{3}_[0-9a-hjkmnp-tv-z]{26}(?:_\d{8}(?:T\d{6}Z?)?)?$/;

/** Whether a text looks like an id at all. */
export function isIdShaped(id: string): boolean {
  return idShape.test(id);
}

/**
 * An id as another field could have answered it, or BAD_USER_INPUT naming the argument. What it names need not exist: a well-formed
 * id of nothing, or of somebody else's, answers null.
 */
export function wellFormedId(id: string, argument = 'id'): string {
  if (idShape.test(id)) return id;
  throw new RequestError('BAD_USER_INPUT', `${argument}: expected an id that the graph answered, got another text`, {
    argument,
  });
}

/** 1 to 100 ids, or BAD_USER_INPUT naming `ids`; null in the place of one that no field can have answered. */
export function knownShapes(ids: readonly string[]): readonly (string | null)[] {
  if (ids.length < 1 || ids.length > 100) {
    throw new RequestError('BAD_USER_INPUT', `ids: expected 1 to 100 ids, got ${ids.length}`, { argument: 'ids' });
  }
  return ids.map((id) => (idShape.test(id) ? id : null));
}

/** What a cursor belongs to: a list asked with other arguments refuses it (semantics D7). */
export function listHash(question: unknown): string {
  return createHash('sha256').update(JSON.stringify(question)).digest('base64url').slice(0, 8);
}

/** A place in a list ordered by (number, id). */
export interface Place {
  readonly at: number;
  readonly id: string;
}

export function encodePlace(hash: string, place: Place): string {
  return Buffer.from(`${hash} ${place.at.toString(36)} ${place.id}`).toString('base64url');
}

const placeShape = /^(\S{8}) (-?[0-9a-z]{1,12}) ([A-Za-z0-9_]{1,64})$/;

/** Reads a cursor of this very list; BAD_USER_INPUT naming `after` for anything else. */
export function decodePlace(after: string | null | undefined, hash: string): Place | null {
  if (after === null || after === undefined) return null;
  const refused = (came: string) =>
    new RequestError('BAD_USER_INPUT', `after: expected a cursor of this list, got ${came}`, { argument: 'after' });
  const match = after.length > 256 ? null : placeShape.exec(Buffer.from(after, 'base64url').toString('latin1'));
  const at = Number.parseInt(match?.[2] ?? '', 36);
  const id = match?.[3];
  if (id === undefined || !Number.isSafeInteger(at)) throw refused('something else');
  if (match?.[1] !== hash) throw refused('one of a list asked with other arguments');
  return { at, id };
}

/** PageInfo for a forward walk. */
export function pageInfo(
  edges: readonly { readonly cursor: string }[],
  hasNextPage: boolean,
  hasPreviousPage: boolean,
) {
  return {
    hasNextPage,
    hasPreviousPage,
    startCursor: edges[0]?.cursor ?? null,
    endCursor: edges.at(-1)?.cursor ?? null,
  };
}

/**
 * One page of a list ordered by its records' ids: 50 of them unless `first` says otherwise, 100 at most. `question` is what the
 * list was asked, and its cursors with it; `read` answers one record more than `first` where there are more.
 */
export async function pageById<T extends { readonly id: string; readonly createdAt: number }>(
  question: unknown,
  args: { readonly first?: number | null; readonly after?: string | null },
  context: Context,
  read: (tx: Tx, place: { readonly first: number; readonly after: string | null }) => Promise<readonly T[]>,
) {
  const first = pageSize(args.first, 50, 100);
  const hash = listHash(question);
  const place = decodePlace(args.after, hash);
  const { tenant, services, counter } = context;
  const after = place?.id ?? null;
  const records = await services.store.withApplication(tenant, (tx) => read(tx, { first, after }), counter);
  const nodes = records.slice(0, first);
  const edges = nodes.map((node) => ({ cursor: encodePlace(hash, { at: node.createdAt, id: node.id }), node }));
  return { edges, nodes, pageInfo: pageInfo(edges, records.length > first, place !== null) };
}

/** What concerns every account, or the application itself, needs the application's own credential. */
export function requireApplication({ kind }: Actor): void {
  if (kind === 'API_KEY') return;
  throw new RequestError('FORBIDDEN', 'Expected an application credential (API key), got a token of accounts');
}
