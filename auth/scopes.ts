/** Scopes as authorisation requests ask for them. */
import { type Scope, scopes } from '../domain/actor.ts';
import { meaningOf } from '../domain/grants.ts';

/**
 * An authorisation request's `scope` (RFC 6749 §3.3: names with one space between them), spelt out in the contract's order.
 * @returns null where one of the names is no scope, or there is none at all
 */
export function readScopeParameter(text: string): readonly Scope[] | null {
  const meanings = text.split(' ').map(meaningOf);
  const asked = new Set<Scope>();
  for (const meaning of meanings) {
    if (meaning === null) return null;
    for (const scope of meaning) asked.add(scope);
  }
  return scopes.filter((scope) => asked.has(scope));
}
