/** Credentials → actor. */
import { sql } from 'kysely';
import { hashToken } from '../datasources/secrets/tokens.ts';
import type { Store } from '../datasources/store/store.ts';
import { type Actor, type Scope, scopes } from '../domain/actor.ts';
import { RequestError } from '../domain/errors.ts';

const known = new Set<string>(scopes);

/** The composites of the contract and what they stand for. */
const composites: Readonly<Record<string, readonly Scope[]>> = {
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
  const expanded = names.flatMap((name) => composites[name] ?? (known.has(name) ? [name as Scope] : []));
  return new Set(expanded);
}

/**
 * Whom an `Authorization` header (or a socket's `connectionParams.authorization`) speaks for.
 *
 * @returns null without a header.
 * @throws RequestError UNAUTHENTICATED when the header is no Bearer token, or the token is unknown, expired or revoked:
 * which of these is not told.
 */
export async function authenticate(store: Store, authorization: string | undefined): Promise<Actor | null> {
  if (authorization === undefined || authorization === '') return null;
  const token = /^Bearer +([\x21-\x7e]{16,512})$/i.exec(authorization)?.[1];
  if (token === undefined) {
    throw new RequestError('UNAUTHENTICATED', 'Expected `Authorization: Bearer <API key or account token>`');
  }
  const row = await store.asWorker((tx) =>
    tx
      .selectFrom('credential')
      .innerJoin('application', 'application.id', 'credential.application_id')
      .select([
        'credential.id',
        'credential.kind',
        'credential.application_id',
        'credential.account_id',
        'credential.scopes',
        'credential.expires_at',
        'application.unit_id',
        'application.client_id',
      ])
      .where('credential.token_hash', '=', hashToken(token))
      .where('credential.kind', 'in', ['API_KEY', 'ACCOUNT_TOKEN'])
      .$narrowType<{ kind: 'API_KEY' | 'ACCOUNT_TOKEN' }>()
      .where('credential.revoked_at', 'is', null)
      .where((eb) =>
        eb.or([eb('credential.expires_at', 'is', null), eb('credential.expires_at', '>', sql<Date>`now()`)]),
      )
      .executeTakeFirst(),
  );
  if (row === undefined) {
    throw new RequestError('UNAUTHENTICATED', 'The credential is not valid: unknown, expired or revoked');
  }
  return {
    credentialId: row.id,
    kind: row.kind,
    applicationId: row.application_id,
    clientId: row.client_id,
    unitId: row.unit_id,
    accountId: row.account_id,
    scopes: expandScopes(row.scopes),
    expiresAt: row.expires_at?.getTime() ?? null,
  };
}
