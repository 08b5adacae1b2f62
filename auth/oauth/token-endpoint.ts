/** What the token and revocation endpoints do beside the standard: the account in the answer, the log, the end of an authorization. */
import { errors, type KoaContextWithOIDC } from 'oidc-provider';
import type { KeyRing } from '../../datasources/secrets/key-ring.ts';
import { hashToken } from '../../datasources/secrets/tokens.ts';
import { findApplicationByClientId, type RegisteredApplication } from '../../datasources/store/applications.ts';
import { audit } from '../../datasources/store/audit.ts';
import { findArtifact, findLinkedProfile, saveArtifact } from '../../datasources/store/oauth-artifacts.ts';
import type { Tx } from '../../datasources/store/store.ts';
import { endAuthorization } from '../authorizations.ts';
import { logTokenRequest } from '../token-requests.ts';
import { reasonOf, reuseOf } from './reasons.ts';
import { applicationOf } from './storage.ts';
import type { Work } from './work.ts';

const linkedProfile = 'LinkedProfile';
const identityOf = (idHash: Buffer) => `oauth_artifact:${linkedProfile}:${idHash.toString('hex')}:payload`;

/** Keeps with a grant which profile it was given through. @param lifetime seconds */
export async function rememberProfile(
  tx: Tx,
  keyRing: KeyRing,
  grant: { readonly grantId: string; readonly applicationId: string; readonly accountId: string },
  profileId: string,
  lifetime: number,
): Promise<void> {
  const idHash = hashToken(grant.grantId);
  const payload = keyRing.seal(profileId, identityOf(idHash));
  await saveArtifact(tx, { model: linkedProfile, idHash, ...grant, payload, lifetime });
}

/** `linking_profile` of a token answer; undefined when the profile has gone meanwhile. */
async function linkingProfile(tx: Tx, keyRing: KeyRing, grantId: string, accountId: string) {
  const idHash = hashToken(grantId);
  const kept = await findArtifact(tx, linkedProfile, idHash);
  if (kept === null) return undefined;
  const profile = await findLinkedProfile(tx, accountId, keyRing.open(kept.payload, identityOf(idHash)));
  if (profile === null) return undefined;
  return { provider_name: profile.provider.toLowerCase(), profile_id: profile.id, profile_name: profile.login };
}

/**
 * Completes the answer of the token endpoint and logs the request.
 * @param form as it came
 * @param context mayLog: whether one more request is worth a row that claims to come from this client and cannot prove it
 */
export async function finishToken(
  ctx: KoaContextWithOIDC,
  { tx, refusal }: Work,
  form: URLSearchParams,
  { keyRing, mayLog }: { readonly keyRing: KeyRing; readonly mayLog: (clientId: string) => boolean },
): Promise<void> {
  const { oidc } = ctx;
  const application = await applicationIn(ctx, tx, form);
  const accountId = oidc.account?.accountId ?? oidc.entities.RefreshToken?.accountId ?? null;
  const isIssued = ctx.status === 200;
  if (isIssued && accountId !== null) {
    const { AuthorizationCode: code } = oidc.entities;
    const profile =
      code?.grantId === undefined ? undefined : await linkingProfile(tx, keyRing, code.grantId, accountId);
    ctx.body = {
      ...(ctx.body as object),
      account_id: accountId,
      sub: accountId,
      ...(profile === undefined ? {} : { linking_profile: profile }),
    };
  }
  if (application === null) return;
  const error = isIssued ? null : String((ctx.body as { error?: unknown }).error);
  const isProven = oidc.client !== undefined && error !== 'invalid_client';
  if (!isProven && !mayLog(application.clientId)) return;
  await logTokenRequest(tx, {
    applicationId: application.id,
    clientId: application.clientId,
    grantType: form.get('grant_type'),
    outcome: isIssued ? 'ISSUED' : 'REFUSED',
    error,
    reason: refusal === null ? null : reasonOf(refusal),
    redirectUri: form.get('redirect_uri'),
    accountId,
  });
  const reuse = refusal === null ? null : reuseOf(refusal);
  if (reuse !== null) {
    await audit(tx, {
      action: reuse,
      actor: `application:${application.clientId}`,
      unitId: application.unitId,
      applicationId: application.id,
      subjectId: accountId,
    });
  }
}

/** The application that was authenticated, or that the request claims to come from. */
async function applicationIn(
  { oidc }: KoaContextWithOIDC,
  tx: Tx,
  form: URLSearchParams,
): Promise<RegisteredApplication | null> {
  if (oidc.client !== undefined) return applicationOf(oidc.client);
  const claimed = form.get('client_id');
  return claimed === null ? null : findApplicationByClientId(tx, claimed);
}

/**
 * Ends the authorization whose token was revoked, or that `sub` names: what an application wants to be rid of is the account,
 * and another of its tokens must not keep the account's calendars flowing.
 */
export async function finishRevocation(
  ctx: KoaContextWithOIDC,
  { tx, revoked, ended }: Work,
  form: URLSearchParams,
): Promise<void> {
  const { client } = ctx.oidc;
  if (ctx.status !== 200 || client === undefined) return;
  const application = applicationOf(client);
  const sub = form.has('token') ? null : form.get('sub');
  const accountId = revoked?.accountId ?? (sub !== null && /^[A-Za-z0-9_]{1,64}$/.test(sub) ? sub : null);
  if (accountId === null) return;
  ended.push(...(await endAuthorization(tx, { applicationId: application.id, accountId })));
  if (ended.length === 0) return;
  await audit(tx, {
    action: 'authorization.revoked',
    actor: `application:${application.clientId}`,
    unitId: application.unitId,
    applicationId: application.id,
    subjectId: accountId,
  });
}

/** Whether oidc-provider answered this for a reason that is none of the client's. */
export function isOurFailure(error: Error): boolean {
  return !(error instanceof errors.OIDCProviderError) || error.statusCode >= 500;
}
