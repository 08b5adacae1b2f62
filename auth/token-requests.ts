/** Every request to the token endpoint by an application that exists, with the reason that its answer left out. */
import type { Tx } from '../datasources/store/store.ts';

export interface TokenRequest {
  readonly applicationId: string;
  readonly clientId: string;
  readonly grantType: string | null;
  readonly outcome: 'ISSUED' | 'REFUSED';
  /** The standard's error. */
  readonly error: string | null;
  /** `unknown_or_used`, `redirect_uri_mismatch`, `pkce_mismatch`, `refresh_reused`, `revoked`, … */
  readonly reason: string | null;
  /** As it came; its query is not kept. */
  readonly redirectUri: string | null;
  readonly accountId: string | null;
}

export interface LoggedTokenRequest extends TokenRequest {
  /** Milliseconds since the epoch. */
  readonly at: number;
}

export async function logTokenRequest(tx: Tx, request: TokenRequest): Promise<void> {
  await tx
    .insertInto('token_request')
    .values({
      application_id: request.applicationId,
      client_id: request.clientId,
      grant_type: harmless(request.grantType, 64),
      outcome: request.outcome,
      error: request.error,
      reason: request.reason,
      redirect_uri: harmless(request.redirectUri?.split(/[?#]/)[0] ?? null, 500),
      account_id: request.accountId,
    })
    .execute();
}

/** The application's last requests, the newest first. */
export async function lastTokenRequests(
  tx: Tx,
  applicationId: string,
  last: number,
): Promise<readonly LoggedTokenRequest[]> {
  const rows = await tx
    .selectFrom('token_request')
    .selectAll()
    .where('application_id', '=', applicationId)
    .orderBy('id', 'desc')
    .limit(last)
    .execute();
  return rows.map((row) => ({
    at: row.at.getTime(),
    applicationId,
    clientId: row.client_id ?? '',
    grantType: row.grant_type,
    outcome: row.outcome,
    error: row.error,
    reason: row.reason,
    redirectUri: row.redirect_uri,
    accountId: row.account_id,
  }));
}

/** What somebody sent, without what a database cannot hold or a terminal would obey. */
function harmless(text: string | null, limit: number): string | null {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is taken away
  return text === null ? null : text.replace(/[\u0000-\u001f\u007f-\u009f]/g, '\ufffd').slice(0, limit);
}
