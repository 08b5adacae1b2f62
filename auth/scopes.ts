/** Scopes as applications ask for them: single ones and the contract's composites. */
import { type Scope, scopes } from '../domain/actor.ts';

const known = new Set<string>(scopes);

/** The composites of the contract and what they stand for. */
export const composites: Readonly<Record<string, readonly Scope[]>> = {
  read_only: ['read_account', 'list_calendars', 'read_events', 'read_free_busy'],
  write_only: ['read_account', 'list_calendars', 'create_event', 'delete_event'],
  read_write: [
    'read_account',
    'list_calendars',
    'read_events',
    'read_free_busy',
    'create_event',
    'delete_event',
    'create_calendar',
    'change_participation_status',
  ],
  free_busy: ['read_account', 'list_calendars', 'read_free_busy'],
  free_busy_write: ['read_account', 'list_calendars', 'read_free_busy', 'create_event', 'delete_event'],
};

/** Spells composites out; unknown names are left away. */
export function expandScopes(names: readonly string[]): ReadonlySet<Scope> {
  const expanded = names.flatMap((name) => meaningOf(name) ?? []);
  return new Set(expanded);
}

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

function meaningOf(name: string): readonly Scope[] | null {
  if (Object.hasOwn(composites, name)) return composites[name] ?? null;
  return known.has(name) ? [name as Scope] : null;
}
