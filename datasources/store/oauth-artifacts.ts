/**
 * What the OAuth server keeps: grants, codes, refresh tokens and unfinished authorisations in `oauth_artifact`, and access
 * tokens, which are rows of `credential` like any other. Everything expires by the database's clock.
 */
import { sql } from 'kysely';
import type { ProviderName } from '../providers/connector.ts';
import type { Tx } from './store.ts';
import type { AccountKind } from './tables.ts';

export interface ArtifactOwner {
  readonly applicationId: string | null;
  readonly accountId: string | null;
  readonly grantId: string | null;
}

export interface NewArtifact extends ArtifactOwner {
  readonly model: string;
  readonly idHash: Buffer;
  /** Sealed. */
  readonly payload: string;
  /** Seconds; null: until it is revoked. */
  readonly lifetime: number | null;
}

export interface StoredArtifact {
  readonly payload: string;
  /** Seconds that are left, 0 or less when it has expired; null: until it is revoked. */
  readonly remaining: number | null;
  /** Seconds since it was used; null when it was not. */
  readonly usedFor: number | null;
}

/** How long what was revoked or used is kept, so that its use can be told from what never was. */
const remembrance = sql<Date>`now() + interval '30 days'`;

/** Grants, and what stands by them; without these none of their tokens is good any more. */
const standing = ['Grant', 'LinkedProfile'];

const lifetimeEnd = (seconds: number | null) =>
  seconds === null ? null : sql<Date>`now() + make_interval(secs => ${seconds})`;

/** Writes it, or writes it anew. */
export async function saveArtifact(tx: Tx, artifact: NewArtifact): Promise<void> {
  const values = {
    application_id: artifact.applicationId,
    account_id: artifact.accountId,
    grant_id: artifact.grantId,
    payload: artifact.payload,
    expires_at: lifetimeEnd(artifact.lifetime),
  };
  await tx
    .insertInto('oauth_artifact')
    .values({ model: artifact.model, id_hash: artifact.idHash, ...values })
    .onConflict((conflict) => conflict.columns(['model', 'id_hash']).doUpdateSet(values))
    .execute();
}

/** Locked until the transaction ends: of two that use it at once, the second sees that it is used. */
export async function findArtifact(tx: Tx, model: string, idHash: Buffer): Promise<StoredArtifact | null> {
  const row = await tx
    .selectFrom('oauth_artifact')
    .select([
      'payload',
      sql<number | null>`extract(epoch from expires_at - now())::float8`.as('remaining'),
      sql<number | null>`extract(epoch from now() - consumed_at)::float8`.as('used_for'),
    ])
    .where('model', '=', model)
    .where('id_hash', '=', idHash)
    .forUpdate()
    .executeTakeFirst();
  return row === undefined ? null : { payload: row.payload, remaining: row.remaining, usedFor: row.used_for };
}

/** @returns whether it was this call that used it */
export async function consumeArtifact(tx: Tx, model: string, idHash: Buffer): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .updateTable('oauth_artifact')
    .set({ consumed_at: sql<Date>`now()`, expires_at: remembrance })
    .where('model', '=', model)
    .where('id_hash', '=', idHash)
    .where('consumed_at', 'is', null)
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}

export async function removeArtifact(tx: Tx, model: string, idHash: Buffer): Promise<void> {
  await tx.deleteFrom('oauth_artifact').where('model', '=', model).where('id_hash', '=', idHash).execute();
}

/** From the first refresh token on, a grant stands until it is revoked. */
export async function keepGrant(tx: Tx, grantId: string): Promise<void> {
  await tx
    .updateTable('oauth_artifact')
    .set({ expires_at: null })
    .where('grant_id', '=', grantId)
    .where('model', 'in', standing)
    .execute();
}

/** Ends a grant: its access tokens, its refresh tokens, its code. */
export async function revokeGrant(tx: Tx, grantId: string): Promise<void> {
  await tx
    .updateTable('credential')
    .set({ revoked_at: sql<Date>`now()` })
    .where('grant_id', '=', grantId)
    .where('revoked_at', 'is', null)
    .execute();
  await tx.deleteFrom('oauth_artifact').where('grant_id', '=', grantId).where('model', 'in', standing).execute();
  await tx
    .updateTable('oauth_artifact')
    .set({ expires_at: sql<Date>`least(expires_at, ${remembrance})` })
    .where('grant_id', '=', grantId)
    .execute();
}

/**
 * Ends every token that this application holds for this account, element tokens apart: access tokens answer UNAUTHENTICATED,
 * refresh tokens and codes `invalid_grant`. For whoever revokes an authorization, in that very transaction.
 */
export async function revokeTokensOf(tx: Tx, applicationId: string, accountId: string): Promise<void> {
  await tx
    .updateTable('credential')
    .set({ revoked_at: sql<Date>`now()` })
    .where('application_id', '=', applicationId)
    .where('account_id', '=', accountId)
    .where('kind', '=', 'ACCOUNT_TOKEN')
    .where('revoked_at', 'is', null)
    .execute();
  await tx
    .deleteFrom('oauth_artifact')
    .where('application_id', '=', applicationId)
    .where('account_id', '=', accountId)
    .where('model', 'in', standing)
    .execute();
  await tx
    .updateTable('oauth_artifact')
    .set({ expires_at: sql<Date>`least(expires_at, ${remembrance})` })
    .where('application_id', '=', applicationId)
    .where('account_id', '=', accountId)
    .execute();
}

/** One batch of what has expired. @returns how many rows went */
export async function removeExpiredArtifacts(tx: Tx, batch: number): Promise<number> {
  const { numAffectedRows } = await sql`delete from oauth_artifact where (model, id_hash) in (
    select model, id_hash from oauth_artifact where expires_at < now() limit ${batch})`.execute(tx);
  return Number(numAffectedRows ?? 0n);
}

export interface AccessTokenRow {
  readonly id: string;
  readonly tokenHash: Buffer;
  readonly applicationId: string;
  readonly accountId: string;
  readonly grantId: string;
  readonly scopes: readonly string[];
  /** Seconds. */
  readonly lifetime: number;
}

/** An access token as the credential that it is. */
export async function insertAccessToken(tx: Tx, token: AccessTokenRow): Promise<void> {
  await tx
    .insertInto('credential')
    .values({
      id: token.id,
      application_id: token.applicationId,
      account_id: token.accountId,
      kind: 'ACCOUNT_TOKEN',
      token_hash: token.tokenHash,
      scopes: [...token.scopes],
      grant_id: token.grantId,
      expires_at: lifetimeEnd(token.lifetime),
    })
    .execute();
}

export interface StoredAccessToken {
  readonly clientId: string;
  readonly accountId: string | null;
  readonly grantId: string | null;
  readonly scopes: readonly string[];
  /** Seconds. */
  readonly remaining: number | null;
}

export async function findAccessToken(tx: Tx, tokenHash: Buffer): Promise<StoredAccessToken | null> {
  const row = await tx
    .selectFrom('credential')
    .innerJoin('application', 'application.id', 'credential.application_id')
    .select([
      'application.client_id',
      'credential.account_id',
      'credential.grant_id',
      'credential.scopes',
      sql<number | null>`extract(epoch from credential.expires_at - now())::float8`.as('remaining'),
    ])
    .where('credential.token_hash', '=', tokenHash)
    .where('credential.kind', '=', 'ACCOUNT_TOKEN')
    .where('credential.revoked_at', 'is', null)
    .executeTakeFirst();
  if (row === undefined) return null;
  const { client_id: clientId, account_id: accountId, grant_id: grantId, scopes, remaining } = row;
  return { clientId, accountId, grantId, scopes, remaining };
}

export async function revokeAccessToken(tx: Tx, tokenHash: Buffer): Promise<void> {
  await tx
    .updateTable('credential')
    .set({ revoked_at: sql<Date>`now()` })
    .where('token_hash', '=', tokenHash)
    .where('kind', '=', 'ACCOUNT_TOKEN')
    .where('revoked_at', 'is', null)
    .execute();
}

/** Uses a link token. @returns the account that what is authorised next belongs to; null for any but a good one */
export async function useLinkToken(tx: Tx, applicationId: string, tokenHash: Buffer): Promise<string | null> {
  const row = await tx
    .updateTable('link_token')
    .set({ used_at: sql<Date>`now()` })
    .where('token_hash', '=', tokenHash)
    .where('application_id', '=', applicationId)
    .where('used_at', 'is', null)
    .where('expires_at', '>', sql<Date>`now()`)
    .returning('account_id')
    .executeTakeFirst();
  return row?.account_id ?? null;
}

/** An account that authorises the application now: whom tokens may be issued for. */
export async function findAuthorizedAccount(
  tx: Tx,
  applicationId: string,
  accountId: string,
): Promise<{ readonly id: string; readonly kind: AccountKind } | null> {
  const row = await tx
    .selectFrom('account')
    .innerJoin('authorization_grant', 'authorization_grant.account_id', 'account.id')
    .select(['account.id', 'account.kind'])
    .where('account.id', '=', accountId)
    .where('account.erased_at', 'is', null)
    .where('authorization_grant.application_id', '=', applicationId)
    .where('authorization_grant.status', '=', 'ACTIVE')
    .executeTakeFirst();
  return row ?? null;
}

export interface LinkedProfile {
  readonly id: string;
  readonly provider: ProviderName;
  readonly login: string;
}

export async function findLinkedProfile(tx: Tx, accountId: string, profileId: string): Promise<LinkedProfile | null> {
  const row = await tx
    .selectFrom('profile')
    .select(['id', 'provider', 'login'])
    .where('id', '=', profileId)
    .where('account_id', '=', accountId)
    .executeTakeFirst();
  return row ?? null;
}
