/** Why a token request was refused, for the operator: the standard's answer does not tell a client, nor whoever stole from it. */

/** In the words of oidc-provider 9, which tells its reasons in `error_detail` alone. */
const byDetail: readonly (readonly [RegExp, string])[] = [
  [/^authorization code not found$/, 'unknown_or_used'],
  [/^authorization code already consumed$/, 'unknown_or_used'],
  [/^authorization code is expired$/, 'expired'],
  [/redirect_uri mismatch$/, 'redirect_uri_mismatch'],
  [/^code_verifier /, 'pkce_mismatch'],
  [/^client mismatch$/, 'wrong_client'],
  [/^refresh token not found$/, 'unknown'],
  [/^refresh token already used$/, 'refresh_reused'],
  [/^refresh token is expired$/, 'expired'],
  [/^grant (?:not found|is expired)$/, 'revoked'],
  [/referenced account not found/, 'revoked'],
  [/^client not found$/, 'unknown_client'],
  [/^invalid secret provided$/, 'wrong_secret'],
];

/** Null where the error itself says it all. */
export function reasonOf(refusal: Error): string | null {
  const detail = (refusal as { error_detail?: unknown }).error_detail;
  if (typeof detail !== 'string') return null;
  return byDetail.find(([pattern]) => pattern.test(detail))?.[1] ?? null;
}

/** What is worth an entry of the audit log: a code or a refresh token that somebody used for a second time. */
export function reuseOf(refusal: Error): 'code.reused' | 'refresh.reused' | null {
  const detail = (refusal as { error_detail?: unknown }).error_detail;
  if (detail === 'authorization code already consumed') return 'code.reused';
  return detail === 'refresh token already used' ? 'refresh.reused' : null;
}
