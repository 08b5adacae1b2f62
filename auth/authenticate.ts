/** Credentials → actor. */
import { sql } from 'kysely';
import { hashToken } from '../datasources/secrets/tokens.ts';
import type { Store } from '../datasources/store/store.ts';
import type { Actor } from '../domain/actor.ts';
import { RequestError } from '../domain/errors.ts';
import { expandScopes, scopesOn } from '../domain/grants.ts';

/**
 * Whom an `Authorization` header (or a socket's `connectionParams.authorization`) speaks for.
 *
 * @returns null without a header.
 * @throws RequestError UNAUTHENTICATED when the header is no Bearer token, or the token is unknown, expired or revoked,
 * or of an account that no longer authorises the application: which of these is not told.
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
      .leftJoin('authorization_grant', (join) =>
        join
          .onRef('authorization_grant.application_id', '=', 'credential.application_id')
          .onRef('authorization_grant.account_id', '=', 'credential.account_id')
          .on('authorization_grant.status', '=', 'ACTIVE'),
      )
      .select([
        'credential.id',
        'credential.kind',
        'credential.application_id',
        'credential.account_id',
        'credential.scopes',
        'credential.expires_at',
        'credential.origin',
        'credential.account_ids',
        'credential.permissions',
        'application.unit_id',
        'application.client_id',
        'authorization_grant.scopes as granted',
      ])
      .where('credential.token_hash', '=', hashToken(token))
      .where('credential.revoked_at', 'is', null)
      .where((eb) =>
        eb.or([eb('credential.expires_at', 'is', null), eb('credential.expires_at', '>', sql<Date>`now()`)]),
      )
      .where((eb) => eb.or([eb('credential.account_id', 'is', null), eb('authorization_grant.id', 'is not', null)]))
      .executeTakeFirst(),
  );
  if (row === undefined) {
    throw new RequestError('UNAUTHENTICATED', 'The credential is not valid: unknown, expired or revoked');
  }
  const scopes = expandScopes(row.scopes);
  return {
    credentialId: row.id,
    kind: row.kind,
    applicationId: row.application_id,
    clientId: row.client_id,
    unitId: row.unit_id,
    accountId: row.account_id,
    // A token keeps the scopes that it was made with; what was granted may have become less since.
    scopes: row.granted === null ? scopes : scopesOn({ scopes }, row.granted),
    expiresAt: row.expires_at?.getTime() ?? null,
    ...(row.kind === 'ELEMENT_TOKEN' ? { element: elementOf(row) } : {}),
  };
}

function elementOf(row: {
  readonly origin: string | null;
  readonly account_ids: readonly string[] | null;
  readonly permissions: readonly string[] | null;
}): NonNullable<Actor['element']> {
  const { origin, account_ids: accountIds, permissions } = row;
  if (origin === null || accountIds === null || accountIds.length === 0 || permissions === null) {
    throw new Error('an element token without its bounds');
  }
  return { origin, accountIds, permissions };
}
