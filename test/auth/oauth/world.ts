/** The OAuth server over HTTP with the graph behind it, a page that consents without asking, and a browser that keeps cookies. */
import { createHash, randomBytes } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { createApplication, verifyApplication } from '../../../auth/applications.ts';
import type { OAuthServer } from '../../../auth/oauth/port.ts';
import { createOAuthServer } from '../../../auth/oauth/server.ts';
import type { KeyRing } from '../../../datasources/secrets/key-ring.ts';
import type { Store } from '../../../datasources/store/store.ts';
import { type Scope, scopes } from '../../../domain/actor.ts';
import { createGraph } from '../../../server/graph.ts';
import { createApp } from '../../../server/http/app.ts';
import { createLog } from '../../../server/log.ts';
import { addOAuth } from '../../../server/oauth-routes.ts';
import { testKeyRing } from '../../setup/database.ts';
import { type Loose, openGraph, type TestGraph } from '../../setup/graph.ts';

export const silentLog = createLog('silent');

export interface Node {
  readonly origin: string;
  readonly oauth: OAuthServer;
  /** Failures that the server told of. */
  readonly errors: unknown[];
  close(): Promise<void>;
}

export interface World {
  readonly graph: TestGraph;
  readonly origin: string;
  readonly node: Node;
  /** Another node of the same service on the same database. */
  another(options?: NodeOptions): Promise<Node>;
  application(options?: ApplicationOptions): Promise<TestApplication>;
  /** An account that authorises the application, with one profile. */
  account(application: TestApplication, kind?: 'USER' | 'SERVICE_ACCOUNT'): Promise<TestAccount>;
  close(): Promise<void>;
}

export interface NodeOptions {
  readonly store?: Store;
  readonly keyRing?: KeyRing;
  readonly serviceMode?: 'development' | 'production';
  readonly publicUrl?: string;
}

export interface ApplicationOptions {
  readonly redirectUris?: readonly string[];
  readonly implicitLinking?: boolean;
  readonly rotateRefreshTokens?: boolean;
  readonly unit?: string;
}

export interface TestApplication {
  readonly id: string;
  readonly unitId: string;
  readonly clientId: string;
  readonly secret: string;
}

export interface TestAccount {
  readonly accountId: string;
  readonly profileId: string;
}

export const redirectUri = 'https://app.example.com/callback';

async function startNode(graph: TestGraph, options: NodeOptions = {}): Promise<Node> {
  const { store } = graph.fresh;
  const errors: unknown[] = [];
  const serviceMode = options.serviceMode ?? 'development';
  let publicUrl = new URL(options.publicUrl ?? 'http://127.0.0.1:0');
  const oauth = createOAuthServer({
    store: options.store ?? store,
    keyRing: options.keyRing ?? testKeyRing,
    ids: store.ids,
    serviceMode,
    publicUrl: () => publicUrl,
    onError: (error) => errors.push(error),
  });
  const built = createGraph(graph.services, store, { isDevelopment: true, onInternalError: () => {} });
  const app = await createApp({
    // A test reaches it by its address, whatever its public one is.
    mode: 'production',
    publicUrl,
    log: silentLog,
    seam: built.seam,
    sdl: null,
    hideSuggestions: true,
    authenticate: built.authenticate,
    createContext: built.createContext,
    checks: {},
    addRoutes: (fastify) => {
      void fastify.register(async (scope) => addOAuth(scope, oauth));
      fastify.get<{ Querystring: Record<string, string> }>('/connect/:uid', async (request, reply) => {
        reply.hijack();
        const pending = await oauth.pending(request.raw, reply.raw);
        reply.raw.statusCode = pending === null ? 404 : 200;
        reply.raw.end(JSON.stringify(pending));
      });
      fastify.get<{ Querystring: Record<string, string> }>('/connect/:uid/approve', async (request, reply) => {
        reply.hijack();
        const { account = '', profile = '', scopes = '' } = request.query;
        const granted = { accountId: account, profileId: profile, scopes: scopes.split(' ') as Scope[] };
        await oauth.approve(request.raw, reply.raw, granted);
      });
      fastify.get('/connect/:uid/deny', async (request, reply) => {
        reply.hijack();
        await oauth.deny(request.raw, reply.raw);
      });
    },
  });
  await app.listen({ host: '127.0.0.1', port: 0 });
  const { port } = app.fastify.server.address() as AddressInfo;
  const origin = `http://127.0.0.1:${port}`;
  if (publicUrl.port === '0') publicUrl = new URL(origin);
  return { origin, oauth, errors, close: () => app.drain(100) };
}

export async function openWorld(options: NodeOptions = {}): Promise<World> {
  const graph = await openGraph();
  const node = await startNode(graph, options);
  const nodes: Node[] = [node];
  const { store } = graph.fresh;
  return {
    graph,
    node,
    origin: node.origin,
    async another(more = {}) {
      const made = await startNode(graph, more);
      nodes.push(made);
      return made;
    },
    application: ({ redirectUris = [redirectUri], ...creation } = {}) =>
      store.asWorker(async (tx) => {
        const made = await createApplication(tx, store.ids, { name: 'Test', ...creation }, 'operator');
        const { id, unitId, clientId } = made.application;
        if (redirectUris.length > 0) await verifyApplication(tx, { id }, redirectUris, 'operator');
        return { id, unitId, clientId, secret: made.secret };
      }),
    account: (application, kind = 'USER') =>
      store.asWorker(async (tx) => {
        const accountId = store.ids('acc');
        const profileId = store.ids('pro');
        const { ordinal } = await tx
          .insertInto('account')
          .values({ id: accountId, unit_id: application.unitId, kind })
          .returning('ordinal')
          .executeTakeFirstOrThrow();
        await tx.insertInto('account_log').values({ account_id: accountId, account_ordinal: ordinal }).execute();
        await tx
          .insertInto('authorization_grant')
          .values({ id: store.ids('aut'), application_id: application.id, account_id: accountId, scopes: [...scopes] })
          .execute();
        await tx
          .insertInto('profile')
          .values({
            id: profileId,
            account_id: accountId,
            provider: 'CALDAV',
            login: 'anna@example.com',
            server_key: 'calendars.example.com',
          })
          .execute();
        return { accountId, profileId };
      }),
    async close() {
      for (const each of nodes) await each.close();
      await graph.close();
    },
  };
}

/** Keeps cookies as browsers do, follows no redirect by itself. */
export class Browser {
  readonly #cookies = new Map<string, { readonly value: string; readonly path: string }>();

  get(url: string): Promise<Response> {
    return this.#send(url, {});
  }

  /** Sends a form. */
  submit(url: string, fields: Readonly<Record<string, string>>): Promise<Response> {
    return this.#send(url, { method: 'POST', body: new URLSearchParams(fields) });
  }

  async #send(url: string, init: RequestInit): Promise<Response> {
    const { pathname } = new URL(url);
    const sent = [...this.#cookies.entries()]
      .filter(([, { path }]) => pathname === path || pathname.startsWith(path.endsWith('/') ? path : `${path}/`))
      .map(([key, { value }]) => `${key.split(' ')[0]}=${value}`);
    const response = await fetch(url, {
      ...init,
      redirect: 'manual',
      headers: sent.length > 0 ? { cookie: sent.join('; ') } : {},
    });
    for (const cookie of response.headers.getSetCookie()) {
      const [pair = '', ...attributes] = cookie.split(';').map((part) => part.trim());
      const equals = pair.indexOf('=');
      const path = attributes.find((part) => /^path=/i.test(part))?.slice(5) ?? '/';
      const key = `${pair.slice(0, equals)} ${path}`;
      if (/expires=Thu, 01 Jan 1970/i.test(cookie)) this.#cookies.delete(key);
      else this.#cookies.set(key, { value: pair.slice(equals + 1), path });
    }
    return response;
  }

  cookies(): ReadonlyMap<string, { readonly value: string; readonly path: string }> {
    return this.#cookies;
  }

  set(name: string, value: string, path: string): void {
    this.#cookies.set(`${name} ${path}`, { value, path });
  }
}

export function pkce(): { readonly verifier: string; readonly challenge: string } {
  const verifier = randomBytes(32).toString('base64url');
  return { verifier, challenge: createHash('sha256').update(verifier).digest('base64url') };
}

export interface AuthorizeParameters {
  readonly [name: string]: string | undefined;
}

/** The address of an authorisation request; `undefined` takes a parameter away. */
export function authorizeUrl(origin: string, parameters: AuthorizeParameters): string {
  const query = Object.entries({ response_type: 'code', code_challenge_method: 'S256', ...parameters })
    .filter((pair): pair is [string, string] => pair[1] !== undefined)
    .map(([name, value]) => `${name}=${encodeURIComponent(value)}`);
  return `${origin}/oauth/authorize?${query.join('&')}`;
}

export interface Consent {
  readonly account: TestAccount;
  /** Those that the user grants; by default all. */
  readonly scopes?: string;
}

const everything =
  'read_account list_calendars read_events create_event delete_event create_calendar read_free_busy change_participation_status';

/** Begins an authorisation. @returns the page that the browser is sent to */
export async function begin(browser: Browser, url: string): Promise<string> {
  const begun = await browser.get(url);
  const location = begun.headers.get('location');
  if (begun.status !== 303 || location === null) throw new Error(`${begun.status}: ${await begun.text()}`);
  const page = new URL(location, url);
  if (!page.pathname.startsWith('/connect/')) throw new Error(`expected the page, got ${location}`);
  return page.href;
}

/** Consents on the page that the browser was sent to. @returns where the browser ends: at the application */
export async function consent(
  browser: Browser,
  page: string,
  { account, scopes = everything }: Consent,
): Promise<string> {
  const query = new URLSearchParams({ account: account.accountId, profile: account.profileId, scopes });
  const approved = await browser.get(`${page}/approve?${query}`);
  const resumed = await browser.get(approved.headers.get('location') ?? '');
  const location = resumed.headers.get('location');
  if (location === null) throw new Error(`${resumed.status}: ${await resumed.text()}`);
  return location;
}

export interface TokenAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Loose;
}

export async function post(
  url: string,
  parameters: Readonly<Record<string, string>> | string,
  headers: Readonly<Record<string, string>> = {},
): Promise<TokenAnswer> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
    body: typeof parameters === 'string' ? parameters : new URLSearchParams(parameters).toString(),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, body: text === '' ? null : JSON.parse(text) };
}

/** From the first request to the tokens, in a browser of its own. */
export async function obtainTokens(
  origin: string,
  application: TestApplication,
  account: TestAccount,
  parameters: AuthorizeParameters = {},
): Promise<Loose> {
  const code = await obtainCode(origin, application, account, parameters);
  const answer = await redeem(origin, application, code);
  if (answer.status !== 200) throw new Error(JSON.stringify(answer.body));
  return answer.body;
}

export interface ObtainedCode {
  readonly code: string;
  readonly verifier: string;
}

export async function obtainCode(
  origin: string,
  application: TestApplication,
  account: TestAccount,
  parameters: AuthorizeParameters = {},
): Promise<ObtainedCode> {
  const browser = new Browser();
  const { verifier, challenge } = pkce();
  const url = authorizeUrl(origin, {
    client_id: application.clientId,
    redirect_uri: redirectUri,
    scope: 'read_write',
    code_challenge: challenge,
    ...parameters,
  });
  const end = new URL(await consent(browser, await begin(browser, url), { account }));
  const code = end.searchParams.get('code');
  if (code === null) throw new Error(`expected a code, got ${end.href}`);
  return { code, verifier };
}

export function redeem(
  origin: string,
  { clientId, secret }: TestApplication,
  { code, verifier }: ObtainedCode,
  more: Readonly<Record<string, string>> = {},
): Promise<TokenAnswer> {
  return post(`${origin}/oauth/token`, {
    grant_type: 'authorization_code',
    client_id: clientId,
    client_secret: secret,
    code,
    code_verifier: verifier,
    redirect_uri: redirectUri,
    ...more,
  });
}

export function refresh(origin: string, { clientId, secret }: TestApplication, token: string): Promise<TokenAnswer> {
  return post(`${origin}/oauth/token`, {
    grant_type: 'refresh_token',
    client_id: clientId,
    client_secret: secret,
    refresh_token: token,
  });
}

/** Whether the token is good for the graph. */
export async function isGood(origin: string, token: string): Promise<boolean> {
  const response = await fetch(`${origin}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify({ query: '{ credential { kind } }' }),
  });
  if (response.status === 401) return false;
  const { errors } = (await response.json()) as Loose;
  if (errors !== undefined) throw new Error(JSON.stringify(errors));
  return true;
}
