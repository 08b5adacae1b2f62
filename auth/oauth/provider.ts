/** oidc-provider as an OAuth 2 server and nothing more: its configuration, and the rules of ours that it asks. */
import { timingSafeEqual } from 'node:crypto';
import { errors, interactionPolicy, type KoaContextWithOIDC, Provider } from 'oidc-provider';
import type { KeyRing } from '../../datasources/secrets/key-ring.ts';
import { hashToken } from '../../datasources/secrets/tokens.ts';
import { isSecretOf } from '../../datasources/store/applications.ts';
import { findAuthorizedAccount, useLinkToken } from '../../datasources/store/oauth-artifacts.ts';
import { scopes } from '../../domain/actor.ts';
import type { IdSource } from '../../domain/identity.ts';
import { mayRedirectTo } from '../redirect-uris.ts';
import { readScopeParameter } from '../scopes.ts';
import { errorPage, errorPagePolicy, pageFor } from './error-page.ts';
import { browserAccount } from './linking.ts';
import { endpoints } from './metadata.ts';
import { type AuthorizationAnswer, redirectTo } from './redirect.ts';
import { responseMode } from './request.ts';
import { applicationOf, createStorage } from './storage.ts';
import type { Works } from './work.ts';

/** Seconds. */
export const lifetimes = {
  code: 120,
  accessToken: 3_600,
  accessTokenOfServiceAccount: 1_800,
  /** From the first page until the user has decided. */
  interaction: 3_600,
  /** Of a grant whose code nobody redeems; from then on it stands until it is revoked. */
  unredeemedGrant: 86_400,
} as const;

export interface ProviderOptions {
  /** Scheme, host and port, without a slash at the end. */
  readonly issuer: string;
  readonly serviceMode: 'development' | 'production';
  readonly works: Works;
  readonly keyRing: KeyRing;
  readonly ids: IdSource;
}

/** What checkRequest found out, for the interaction that begins. */
const linkState = 'linkAccountId';

export function createProvider(options: ProviderOptions): Provider {
  const { works, keyRing, issuer } = options;
  const cookie = { httpOnly: true, sameSite: 'lax', signed: true } as const;
  const provider = new Provider(issuer, {
    adapter: createStorage(options),
    cookies: {
      keys: cookieKeys(keyRing),
      names: { session: 'meridian_session', interaction: 'meridian_connect', resume: 'meridian_resume' },
      short: cookie,
      long: cookie,
    },
    // There are no ID tokens, so nothing is ever signed; a client has to name an algorithm nevertheless.
    jwks: { keys: [] },
    enabledJWA: { idTokenSigningAlgValues: ['HS256'] },
    clientDefaults: { id_token_signed_response_alg: 'HS256' },
    clientAuthMethods: ['client_secret_basic', 'client_secret_post'],
    extraClientMetadata: { properties: ['application'] },
    routes: {
      authorization: endpoints.authorization,
      token: endpoints.token,
      revocation: endpoints.revocation,
    },
    responseTypes: ['code'],
    allowOmittingSingleRegisteredRedirectUri: false,
    // Every time is the database's: there are no two clocks between which one could be lenient.
    clockTolerance: 0,
    scopes: [...scopes],
    pkce: { required: () => true },
    extraParams: {
      // Validated whether it was sent or not, so the whole request is looked at here.
      asked_response_mode: (ctx) => checkRequest(ctx),
      asked_scope: null,
      provider_name: null,
      avoid_linking: null,
      link_token: (ctx) => findLink(ctx, options),
    },
    features: {
      devInteractions: { enabled: false },
      userinfo: { enabled: false },
      rpInitiatedLogout: { enabled: false },
      pushedAuthorizationRequests: { enabled: false },
      resourceIndicators: { enabled: false },
      dPoP: { enabled: false },
      revocation: { enabled: true, allowedPolicy: (_ctx, client, token) => token.clientId === client.clientId },
    },
    interactions: {
      policy: [connectPrompt()],
      url: (_ctx, interaction) => `/connect/${interaction.uid}`,
    },
    findAccount: async (ctx, accountId) => {
      const { client } = ctx.oidc;
      if (client === undefined) return undefined;
      const account = await works.within((tx) => findAuthorizedAccount(tx, applicationOf(client).id, accountId));
      if (account === null) return undefined;
      return { accountId, kind: account.kind, claims: () => ({ sub: accountId }) };
    },
    issueRefreshToken: () => true,
    rotateRefreshToken: ({ oidc }) => oidc.client === undefined || applicationOf(oidc.client).rotateRefreshTokens,
    revokeGrantPolicy: () => true,
    expiresWithSession: () => false,
    formats: { bitsOfOpaqueRandomness: 256 },
    ttl: {
      AccessToken: (ctx) =>
        ctx.oidc.account?.['kind'] === 'SERVICE_ACCOUNT'
          ? lifetimes.accessTokenOfServiceAccount
          : lifetimes.accessToken,
      AuthorizationCode: lifetimes.code,
      Grant: lifetimes.unredeemedGrant,
      Interaction: lifetimes.interaction,
      // The storage keeps it until it is revoked; oidc-provider wants a number.
      RefreshToken: 365 * 86_400,
      Session: lifetimes.interaction,
    },
    renderError: (ctx, out, error) => {
      const detail = typeof out.error_description === 'string' ? out.error_description : null;
      const page = pageFor(String(out.error), detail, error instanceof errors.SessionNotFound);
      ctx.set('content-security-policy', errorPagePolicy);
      ctx.type = 'text/html; charset=utf-8';
      ctx.body = errorPage(page);
    },
  });
  // Only the headers that request.ts sets are there to be believed.
  provider.proxy = true;
  provider.registerResponseMode(responseMode, (ctx, redirectUri, payload) => {
    ctx.status = 303;
    ctx.set('location', redirectTo(redirectUri, payload as AuthorizationAnswer));
    ctx.body = '';
  });
  Object.assign(provider.Client.prototype, {
    redirectUriAllowed(this: object, uri: unknown): boolean {
      return typeof uri === 'string' && mayRedirectTo(applicationOf(this), uri, options.serviceMode);
    },
    compareClientSecret(this: object, secret: unknown): Promise<boolean> {
      return typeof secret === 'string'
        ? works.within((tx) => isSecretOf(tx, applicationOf(this).id, hashToken(secret)))
        : Promise.resolve(false);
    },
  });
  addPrefix(provider.AccessToken.prototype, 'mat_');
  addPrefix(provider.RefreshToken.prototype, 'mrt_');
  return provider;
}

/**
 * Signs with the current key and knows every key of the ring: another node, or an earlier start, may have made the cookie.
 * In the shape of keygrip's, which Koa asks.
 */
function cookieKeys(keyRing: KeyRing) {
  const purpose = 'oauth cookies';
  const index = (data: string, digest: string) => {
    const came = Buffer.from(digest, 'base64url');
    return keyRing.macs(purpose, data).findIndex((mac) => mac.length === came.length && timingSafeEqual(mac, came));
  };
  return {
    sign: (data: string) => keyRing.mac(purpose, data).toString('base64url'),
    index,
    verify: (data: string, digest: string) => index(data, digest) >= 0,
  };
}

/** The one thing to do between an authorisation request and its answer: the user picks a provider, connects and consents. */
function connectPrompt(): interactionPolicy.Prompt {
  const check = new interactionPolicy.Check(
    'not_connected',
    'the user has to connect a calendar and consent',
    'interaction_required',
    ({ oidc }) => oidc.result?.['connect'] === undefined || oidc.grant === undefined,
  );
  return new interactionPolicy.Prompt(
    { name: 'connect' },
    (ctx) => ({
      [linkState]: ctx.state[linkState] ?? ctx.oidc.entities.Interaction?.prompt.details[linkState] ?? null,
    }),
    check,
  );
}

/** So that scanners for leaked secrets know what they found. */
function addPrefix(prototype: object, prefix: string): void {
  const tokens = prototype as { generateTokenId(): string };
  const generate = tokens.generateTokenId;
  tokens.generateTokenId = function (this: object) {
    return `${prefix}${generate.call(this)}`;
  };
}

/** What OAuth 2 leaves to the server. @throws errors that go back to the application */
function checkRequest({ oidc }: KoaContextWithOIDC): void {
  const params = oidc.params ?? {};
  const { asked_response_mode: mode, asked_scope: scope, provider_name: provider, avoid_linking: avoid } = params;
  if (mode !== undefined && mode !== 'query') {
    throw new errors.UnsupportedResponseMode('expected response_mode query, got another');
  }
  if (typeof scope !== 'string') throw new errors.InvalidScope('expected scope, got none', '');
  if (readScopeParameter(scope) === null) {
    throw new errors.InvalidScope('expected scopes of the metadata document, got another', '');
  }
  if (provider !== undefined && !(typeof provider === 'string' && /^[A-Za-z0-9_]{1,64}$/.test(provider))) {
    throw new errors.InvalidRequest('expected the name of a provider as provider_name, got something else');
  }
  if (avoid !== undefined && avoid !== 'true' && avoid !== 'false') {
    throw new errors.InvalidRequest('expected true or false as avoid_linking, got something else');
  }
}

/** The last of all checks: a link token is used up by a request that is good otherwise. */
async function findLink(ctx: KoaContextWithOIDC, { works, keyRing }: ProviderOptions): Promise<void> {
  const { client, params = {} } = ctx.oidc;
  if (client === undefined) return;
  const application = applicationOf(client);
  const { link_token: linkToken, avoid_linking: avoid } = params;
  if (typeof linkToken === 'string') {
    const accountId = await works.within(async (tx) => {
      const linked = await useLinkToken(tx, application.id, hashToken(linkToken));
      return linked === null ? null : ((await findAuthorizedAccount(tx, application.id, linked))?.id ?? null);
    });
    if (accountId === null) {
      throw new errors.InvalidRequest('expected a link_token of this application that is new, got another');
    }
    ctx.state[linkState] = accountId;
    params['link_token'] = undefined;
  } else if (application.implicitLinking && avoid !== 'true') {
    const accountId = browserAccount(keyRing, ctx.get('cookie'), application.id);
    if (accountId === null) return;
    const account = await works.within((tx) => findAuthorizedAccount(tx, application.id, accountId));
    if (account !== null) ctx.state[linkState] = accountId;
  }
}
