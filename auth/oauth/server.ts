/** The OAuth 2 server: RFC 6749 with PKCE, RFC 7009, RFC 8414, RFC 9207, on oidc-provider over our store. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { errors, type Provider } from 'oidc-provider';
import type { KeyRing } from '../../datasources/secrets/key-ring.ts';
import { findApplicationByClientId, type RegisteredApplication } from '../../datasources/store/applications.ts';
import { audit } from '../../datasources/store/audit.ts';
import type { Store } from '../../datasources/store/store.ts';
import { type Scope, scopes } from '../../domain/actor.ts';
import { expandScopes } from '../../domain/grants.ts';
import type { IdSource } from '../../domain/identity.ts';
import { errorPage, errorPagePolicy, pageFor } from './error-page.ts';
import { rememberAccount } from './linking.ts';
import { endpoints, metadata } from './metadata.ts';
import type { OAuthServer, PendingAuthorization } from './port.ts';
import { createProvider, lifetimes } from './provider.ts';
import { authorizationQuery, placed, readForm, UnreadableForm, withForm } from './request.ts';
import { finishRevocation, finishToken, isOurFailure, rememberProfile } from './token-endpoint.ts';
import { createWorks } from './work.ts';

export interface OAuthServerOptions {
  readonly store: Store;
  readonly keyRing: KeyRing;
  readonly ids: IdSource;
  readonly serviceMode: 'development' | 'production';
  /** Scheme, host and port under which browsers and applications reach the service; asked with the first request. */
  readonly publicUrl: () => URL;
  /** Called with each account whose authorization ended, after the commit. */
  readonly wake?: (accountId: string) => void;
  /** Told of failures of ours; the answer tells nothing of them. */
  readonly onError: (error: unknown) => void;
}

type Interaction = Awaited<ReturnType<Provider['interactionDetails']>>;

/** What a browser brings back to a flow that it began. */
interface Flow {
  readonly interaction: Interaction;
  readonly application: RegisteredApplication;
  readonly asked: readonly Scope[];
}

const authorizationPath = /^\/oauth\/authorize\/[A-Za-z0-9_-]{1,64}$/;

export function createOAuthServer(options: OAuthServerOptions): OAuthServer {
  const { store, keyRing, onError } = options;
  const works = createWorks(store);
  const forms = new WeakMap<IncomingMessage, URLSearchParams>();
  const mayLog = perMinute(60);
  let made: { readonly provider: Provider; readonly callback: ReturnType<Provider['callback']> } | undefined;

  /** With the first request: the address may be known only since the service listens. */
  const engine = () => {
    if (made !== undefined) return made;
    const provider = createProvider({ ...options, works, issuer: options.publicUrl().origin });
    const refused = (_ctx: unknown, error: Error) => {
      const work = works.current();
      if (work !== null) work.refusal = error;
      if (isOurFailure(error)) onError(error);
    };
    provider.on('grant.error', refused);
    provider.on('revocation.error', refused);
    provider.on('server_error', refused);
    const revoked = (token: { accountId?: string | undefined }) => {
      const work = works.current();
      if (work !== null && token.accountId !== undefined) work.revoked = { accountId: token.accountId };
    };
    provider.on('access_token.destroyed', revoked);
    provider.on('refresh_token.destroyed', revoked);
    provider.use(async (ctx, next) => {
      try {
        const ended = await works.begin(async (work) => {
          await next();
          const form = forms.get(ctx.req);
          if (form === undefined) return [];
          if (ctx.path === endpoints.token) await finishToken(ctx as never, work, form, { keyRing, mayLog });
          else await finishRevocation(ctx as never, work, form);
          return work.ended;
        });
        for (const accountId of ended) options.wake?.(accountId);
      } catch (error) {
        // Rolled back: what was to be answered has not happened.
        onError(error);
        ctx.status = 500;
        ctx.remove('location');
        ctx.body = { error: 'server_error' };
        if (!forms.has(ctx.req)) {
          ctx.set('content-security-policy', errorPagePolicy);
          ctx.type = 'text/html; charset=utf-8';
          ctx.body = errorPage(pageFor('server_error', null, false));
        }
      }
      dropSessionCookie(ctx.res);
      // oidc-provider lets every page of the web read; a token endpoint with client secrets has no business with pages.
      for (const name of corsHeaders) ctx.remove(name);
    });
    made = { provider, callback: provider.callback() };
    return made;
  };

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const [path = '', query = ''] = (request.url ?? '').split(/\?(.*)/s);
    const isForm = path === endpoints.token || path === endpoints.revocation;
    const isPage = path === endpoints.authorization || authorizationPath.test(path);
    if (!isForm && !isPage && path !== endpoints.metadata) {
      return sendJson(response, 404, { error: 'not_found' });
    }
    if (request.method !== (isForm ? 'POST' : 'GET')) {
      response.setHeader('allow', isForm ? 'POST' : 'GET');
      return sendJson(response, 405, { error: 'invalid_request', error_description: 'the method is not allowed here' });
    }
    if (path === endpoints.metadata) return sendJson(response, 200, metadata(options.publicUrl().origin));
    if (isPage) {
      request.url = path === endpoints.authorization ? `${path}?${authorizationQuery(query)}` : path;
      await engine().callback(placed(request, options.publicUrl()), response);
      return;
    }
    const form = await readForm(request);
    const standard = new URLSearchParams(form);
    // The account's own end, which the standard does not know: the client is authenticated by way of a token of nobody.
    if (path === endpoints.revocation && !form.has('token') && form.has('sub')) standard.set('token', 'none');
    request.url = path;
    const formed = withForm(request, standard);
    forms.set(formed, form);
    await engine().callback(placed(formed, options.publicUrl()), response);
  };

  const flowOf = async (request: IncomingMessage, response: ServerResponse): Promise<Flow | null> => {
    const { provider } = engine();
    let interaction: Interaction;
    try {
      interaction = await provider.interactionDetails(placed(request, options.publicUrl()), response);
    } catch (error) {
      if (error instanceof errors.SessionNotFound) return null;
      throw error;
    }
    const [path = ''] = (request.url ?? '').split('?');
    if (path !== `/connect/${interaction.uid}` && !path.startsWith(`/connect/${interaction.uid}/`)) return null;
    const application = await works.within((tx) =>
      findApplicationByClientId(tx, String(interaction.params['client_id'])),
    );
    if (application === null) return null;
    return { interaction, application, asked: [...expandScopes(String(interaction.params['scope']).split(' '))] };
  };

  /** Ends a flow with what `decide` answers, and sends the browser on, with a cookie where there is one to remember. */
  const finish = async (
    request: IncomingMessage,
    response: ServerResponse,
    decide: (flow: Flow) => Promise<Parameters<Provider['interactionResult']>[2]>,
    remembered: (flow: Flow) => string | null = () => null,
  ): Promise<void> => {
    const ended = await works.begin(async () => {
      const flow = await flowOf(request, response);
      if (flow === null) return null;
      const result = await decide(flow);
      const location = await engine().provider.interactionResult(request, response, result, {
        mergeWithLastSubmission: false,
      });
      return { flow, location };
    });
    response.setHeader('cache-control', 'no-store');
    if (ended === null) {
      response.statusCode = 400;
      response.setHeader('content-security-policy', errorPagePolicy);
      response.setHeader('content-type', 'text/html; charset=utf-8');
      response.end(errorPage(pageFor('invalid_request', 'no authorization is under way in this browser', true)));
      return;
    }
    response.statusCode = 303;
    response.setHeader('location', ended.location);
    const cookie = remembered(ended.flow);
    if (cookie !== null) response.appendHeader('set-cookie', cookie);
    response.end();
  };

  return {
    handle(request, response) {
      void answer(request, response).catch((error: unknown) => {
        if (error instanceof UnreadableForm) {
          response.setHeader('connection', 'close');
          sendJson(response, error.status, { error: 'invalid_request', error_description: error.message });
          return;
        }
        // Gone in the middle of its own request: nobody waits for an answer.
        if (request.destroyed && !request.complete) return;
        onError(error);
        if (response.headersSent) response.destroy();
        else sendJson(response, 500, { error: 'server_error' });
      });
    },

    async pending(request, response) {
      const flow = await flowOf(request, response);
      if (flow === null) return null;
      const { interaction, application, asked } = flow;
      const { redirect_uri: redirectUri, provider_name: providerName } = interaction.params;
      const linked = interaction.prompt.details['linkAccountId'];
      return {
        uid: interaction.uid,
        application: {
          id: application.id,
          clientId: application.clientId,
          name: application.name,
          mode: application.mode,
          unitId: application.unitId,
        },
        redirectUri: String(redirectUri),
        scopes: asked,
        providerName: typeof providerName === 'string' ? providerName : null,
        linkAccountId: typeof linked === 'string' ? linked : null,
      } satisfies PendingAuthorization;
    },

    async approve(request, response, granted) {
      const { accountId, profileId } = granted;
      const { provider } = engine();
      const decide = async ({ application, asked }: Flow) => {
        const given = scopes.filter((scope) => asked.includes(scope) && granted.scopes.includes(scope));
        const grant = new provider.Grant({ accountId, clientId: application.clientId });
        grant.addOIDCScope(given.join(' '));
        const grantId = await grant.save();
        await works.within(async (tx) => {
          const owner = { grantId, applicationId: application.id, accountId };
          await rememberProfile(tx, keyRing, owner, profileId, lifetimes.unredeemedGrant);
          await audit(tx, {
            action: 'authorization.granted',
            actor: 'user',
            unitId: application.unitId,
            applicationId: application.id,
            subjectId: accountId,
            detail: { scopes: given },
          });
        });
        return { login: { accountId, remember: false }, consent: { grantId }, connect: {} };
      };
      await finish(request, response, decide, ({ application, interaction }) => {
        if (!application.implicitLinking || interaction.params['avoid_linking'] === 'true') return null;
        const secure = options.publicUrl().protocol === 'https:';
        return rememberAccount(keyRing, application.id, accountId, { secure });
      });
    },

    async deny(request, response) {
      await finish(request, response, async () => ({
        error: 'access_denied',
        error_description: 'the user did not consent',
      }));
    },
  };
}

/** So many a minute for each name; a client id stands in every user's address bar, and rows cost. */
function perMinute(most: number): (name: string) => boolean {
  let minute = 0;
  const counts = new Map<string, number>();
  return (name) => {
    const now = Math.floor(Date.now() / 60_000);
    if (now !== minute) counts.clear();
    minute = now;
    const count = (counts.get(name) ?? 0) + 1;
    counts.set(name, count);
    return count <= most;
  };
}

const corsHeaders = ['access-control-allow-origin', 'access-control-expose-headers', 'vary'];

/** oidc-provider's own session says nothing that lasts (storage.ts): a browser need not keep its name. */
function dropSessionCookie(response: ServerResponse): void {
  const cookies = response.getHeader('set-cookie');
  if (!Array.isArray(cookies)) return;
  const kept = cookies.filter((cookie) => !cookie.startsWith('meridian_session'));
  if (kept.length > 0) response.setHeader('set-cookie', kept);
  else response.removeHeader('set-cookie');
}

function sendJson(response: ServerResponse, status: number, body: object): void {
  response.statusCode = status;
  response.setHeader('cache-control', 'no-store');
  response.setHeader('content-type', 'application/json; charset=utf-8');
  response.end(JSON.stringify(body));
}
