/** Account tokens: opaque, stored hashed, good for one hour. */
import { sql } from 'kysely';
import type { IdSource } from '../../domain/identity.ts';
import { hashToken, newToken } from '../secrets/tokens.ts';
import type { Tx } from './store.ts';

/** Seconds. */
export const accountTokenLifetime = 3600;

export interface IssuedTokens {
  readonly accessToken: string;
  /** Refresh tokens come with the OAuth server; an account token of this kind is simply asked for again. */
  readonly refreshToken: null;
  /** Seconds. */
  readonly expiresIn: number;
  readonly scope: string;
}

/** Issues a token for one account of the application; shown once, only its hash is kept. */
export async function issueAccountToken(
  tx: Tx,
  ids: IdSource,
  grant: { readonly applicationId: string; readonly accountId: string; readonly scope: string },
): Promise<IssuedTokens> {
  const token = newToken('mat');
  await tx
    .deleteFrom('credential')
    .where('application_id', '=', grant.applicationId)
    .where('account_id', '=', grant.accountId)
    .where('kind', '=', 'ACCOUNT_TOKEN')
    .where('expires_at', '<', sql<Date>`now() - interval '1 day'`)
    .execute();
  await tx
    .insertInto('credential')
    .values({
      id: ids('crd'),
      application_id: grant.applicationId,
      account_id: grant.accountId,
      kind: 'ACCOUNT_TOKEN',
      token_hash: hashToken(token),
      scopes: grant.scope.split(' '),
      expires_at: sql`now() + make_interval(secs => ${accountTokenLifetime})`,
    })
    .execute();
  return { accessToken: token, refreshToken: null, expiresIn: accountTokenLifetime, scope: grant.scope };
}
