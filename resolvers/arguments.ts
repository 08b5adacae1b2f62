/** Arguments that several fields share: page sizes and cursors. Every refusal names the argument. */
import { createHash } from 'node:crypto';
import { RequestError } from '../domain/errors.ts';

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
  const refuse = (why: string) => {
    throw new RequestError('BAD_USER_INPUT', `after: ${why}`, { argument: 'after' });
  };
  const match = after.length > 256 ? null : placeShape.exec(Buffer.from(after, 'base64url').toString('latin1'));
  const at = Number.parseInt(match?.[2] ?? '', 36);
  const id = match?.[3];
  if (id === undefined || !Number.isSafeInteger(at))
    return refuse('expected a cursor of this list, got something else') ?? null;
  if (match?.[1] !== hash)
    return refuse('expected a cursor of this list, got one of a list asked with other arguments') ?? null;
  return { at, id };
}

/** Edges of one page out of `limit + 1` records. */
export function page<T>(records: readonly T[], limit: number, place: (record: T) => Place, hash: string) {
  const shown = records.slice(0, limit);
  return {
    edges: shown.map((node) => ({ cursor: encodePlace(hash, place(node)), node })),
    hasNextPage: records.length > limit,
  };
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
