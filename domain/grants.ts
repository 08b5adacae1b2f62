/**
 * What an account granted bounds every credential: an application may do with the account what its credential may do AND
 * what the account granted, whichever of the two came first. The one place where this is decided.
 */
import { type Actor, type Scope, scopes } from './actor.ts';
import { RequestError, type UserError } from './errors.ts';

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

/** Every name of a grant's list, and what it spells out to; scopes first. */
const meanings = new Map<string, readonly Scope[]>([
  ...scopes.map((scope): [string, readonly Scope[]] => [scope, [scope]]),
  ...Object.entries(composites),
]);

/** What a name stands for: itself, or a composite's scopes; null for a name that is no scope. */
export function meaningOf(name: string): readonly Scope[] | null {
  return meanings.get(name) ?? null;
}

/** Spells composites out; unknown names are left away. */
export function expandScopes(names: readonly string[]): ReadonlySet<Scope> {
  return new Set(names.flatMap((name) => meaningOf(name) ?? []));
}

/** Every name, composites among them, that grants one of the given scopes: what a grant's list is searched for. */
export function namesGranting(any: readonly Scope[]): readonly string[] {
  return [...meanings].filter(([, means]) => means.some((scope) => any.includes(scope))).map(([name]) => name);
}

const masks = new WeakMap<object, number>();
const nameMasks = new Map(
  [...meanings].map(([name, means]) => [name, means.reduce((mask, scope) => mask | (1 << scopes.indexOf(scope)), 0)]),
);

/** Rows share no lists, but the fields of a row do: a hundred fields of it spell its list out once. */
function maskOf(names: readonly string[] | ReadonlySet<Scope>): number {
  let mask = masks.get(names);
  if (mask === undefined) {
    mask = 0;
    for (const name of names) mask |= nameMasks.get(name) ?? 0;
    masks.set(names, mask);
  }
  return mask;
}

/**
 * Whether a credential may do what one of the scopes `any` is for (none: anybody may) with an account that granted `granted`,
 * composites among them.
 */
export function mayOn(actor: Pick<Actor, 'scopes'>, granted: readonly string[], any: readonly Scope[]): boolean {
  return any.length === 0 || (maskOf(actor.scopes) & maskOf(granted) & maskOf(any)) !== 0;
}

/** What a credential may do with an account that granted `granted`. */
export function scopesOn(actor: Pick<Actor, 'scopes'>, granted: readonly string[]): ReadonlySet<Scope> {
  return new Set(scopes.filter((scope) => mayOn(actor, granted, [scope])));
}

/** Reading: the error of one field, so that the rest of the document is answered. */
export function notGranted(any: readonly Scope[], coordinate: string): RequestError {
  return new RequestError('FORBIDDEN', `${coordinate} needs ${wanted(any)}, which the account did not grant`, {
    requiredScope: `${any[0]}`,
  });
}

/**
 * Writing: the refusal of what the input names; null where it may be done. Not an error of the request: the credential has the
 * scope, one account of several did not grant it, and the rest of a batch is none of its business.
 */
export function grantRefusal(
  actor: Pick<Actor, 'scopes'>,
  granted: readonly string[],
  scope: Scope,
  path: readonly string[],
): UserError | null {
  if (mayOn(actor, granted, [scope])) return null;
  return { path, code: 'FORBIDDEN', message: `Expected an account that granted ${scope}, got one that did not` };
}

function wanted(any: readonly Scope[]): string {
  return any.length === 1 ? `the scope ${any[0]}` : `one of the scopes ${any.join(', ')}`;
}
