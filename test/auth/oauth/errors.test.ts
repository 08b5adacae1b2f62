/** Every error of RFC 6749 §4.1.2.1 and §5.2, where it goes and what it says; RFC 7636 §4.4.1, RFC 9207. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { lastTokenRequests } from '../../../auth/token-requests.ts';
import {
  type AuthorizeParameters,
  authorizeUrl,
  Browser,
  begin,
  consent,
  obtainCode,
  obtainTokens,
  openWorld,
  pkce,
  post,
  redeem,
  redirectUri,
  type TestAccount,
  type TestApplication,
  type World,
} from './world.ts';

let world: World;
let application: TestApplication;
let account: TestAccount;
beforeAll(async () => {
  world = await openWorld();
  application = await world.application();
  account = await world.account(application);
});
afterAll(async () => {
  expect(world.node.errors).toEqual([]);
  await world.close();
});

const good = (): AuthorizeParameters => ({
  client_id: application.clientId,
  redirect_uri: redirectUri,
  scope: 'read_only',
  state: 'a state',
  code_challenge: pkce().challenge,
});

describe('authorization requests that go back to the application', () => {
  test.each<[string, AuthorizeParameters, string]>([
    ['no response_type', { response_type: undefined }, 'invalid_request'],
    ['the implicit grant', { response_type: 'token' }, 'unsupported_response_type'],
    ['an ID token', { response_type: 'code id_token' }, 'unsupported_response_type'],
    ['an unknown scope', { scope: 'read_only everything' }, 'invalid_scope'],
    ['the scope of OpenID Connect', { scope: 'openid read_only' }, 'invalid_scope'],
    ['no scope', { scope: undefined }, 'invalid_scope'],
    ['two spaces between scopes', { scope: 'read_events  create_event' }, 'invalid_scope'],
    ['a name of Object.prototype as scope', { scope: 'constructor' }, 'invalid_scope'],
    ['no PKCE', { code_challenge: undefined, code_challenge_method: undefined }, 'invalid_request'],
    ['plain PKCE', { code_challenge_method: 'plain' }, 'invalid_request'],
    ['PKCE without its method, which means plain', { code_challenge_method: undefined }, 'invalid_request'],
    ['a challenge that is none', { code_challenge: 'short' }, 'invalid_request'],
    ['a response_mode that scripts read', { response_mode: 'fragment' }, 'unsupported_response_mode'],
    ['a response_mode that posts', { response_mode: 'form_post' }, 'unsupported_response_mode'],
    ['a request object', { request: 'eyJhbGciOiJub25lIn0.e30.' }, 'request_not_supported'],
    ['a request object elsewhere', { request_uri: 'https://app.example.com/r' }, 'request_uri_not_supported'],
    ['an unknown link token', { link_token: 'mlt_unknown' }, 'invalid_request'],
    ['avoid_linking that is no truth value', { avoid_linking: 'maybe' }, 'invalid_request'],
    ['a provider_name that is no name', { provider_name: '<script>' }, 'invalid_request'],
  ])('%s', async (_name, parameters, error) => {
    const response = await new Browser().get(authorizeUrl(world.origin, { ...good(), ...parameters }));
    expect(response.status).toBe(303);
    const location = new URL(response.headers.get('location') ?? '');
    expect(`${location.origin}${location.pathname}`).toBe(redirectUri);
    const { error_description: description, ...answer } = Object.fromEntries(location.searchParams);
    expect(answer).toEqual({ error, iss: world.origin, state: 'a state' });
    expect(description ?? 'none').toMatch(/^[\x20\x21\x23-\x5b\x5d-\x7e]+$/);
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(response.headers.getSetCookie()).toEqual([]);
  });

  test('the user who declines: access_denied', async () => {
    const browser = new Browser();
    const page = await begin(browser, authorizeUrl(world.origin, good()));
    const denied = await browser.get(`${page}/deny`);
    const resumed = await browser.get(denied.headers.get('location') ?? '');
    const location = new URL(resumed.headers.get('location') ?? '');
    expect(Object.fromEntries(location.searchParams)).toMatchObject({
      error: 'access_denied',
      state: 'a state',
      iss: world.origin,
    });
  });

  test('parameters that the standard does not know are ignored, OpenID ones too', async () => {
    const url = authorizeUrl(world.origin, {
      ...good(),
      nonce: 'n',
      prompt: 'none',
      max_age: '0',
      claims: '{}',
      foo: 'x',
    });
    expect(await begin(new Browser(), url)).toContain('/connect/');
  });
});

describe('authorization requests that go nowhere', () => {
  test.each<[string, AuthorizeParameters, string]>([
    ['no client_id', { client_id: undefined }, 'invalid_request'],
    ['an unknown client_id', { client_id: 'nobody' }, 'invalid_client'],
    ['a client_id that no database can hold', { client_id: 'a\u0000b' }, 'invalid_client'],
    ['no redirect_uri', { redirect_uri: undefined }, 'invalid_request'],
    ['another redirect_uri', { redirect_uri: `${redirectUri}/` }, 'invalid_redirect_uri'],
    ['a redirect_uri with a query more', { redirect_uri: `${redirectUri}?next=/` }, 'invalid_redirect_uri'],
    ['a redirect_uri that runs', { redirect_uri: 'javascript:alert(1)' }, 'invalid_redirect_uri'],
    ['a redirect_uri with a NUL', { redirect_uri: `${redirectUri}\u0000` }, 'invalid_redirect_uri'],
    [
      'an error of the request with another redirect_uri',
      { redirect_uri: 'https://evil.example', scope: 'x' },
      'invalid_redirect_uri',
    ],
  ])('%s: a page', async (_name, parameters, error) => {
    const response = await new Browser().get(authorizeUrl(world.origin, { ...good(), ...parameters }));
    expect(response.status).toBe(400);
    expect(response.headers.get('location')).toBeNull();
    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(response.headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
    expect(response.headers.get('x-frame-options')).toBe('DENY');
    expect(response.headers.get('cache-control')).toBe('no-store');
    const text = await response.text();
    expect(text).toContain(error);
    expect(text).not.toMatch(/alert|evil\.example|<script/);
  });

  test.each(['redirect_uri', 'client_id'])('%s twice: a page', async (name) => {
    const url = `${authorizeUrl(world.origin, good())}&${name}=${encodeURIComponent(good()[name] ?? '')}`;
    const response = await new Browser().get(url);
    expect([response.status, response.headers.get('location')]).toEqual([400, null]);
  });

  test.each(['scope', 'state', 'code_challenge', 'response_type'])('%s twice: invalid_request', async (name) => {
    const url = `${authorizeUrl(world.origin, good())}&${name}=${encodeURIComponent(good()[name] ?? 'code')}`;
    const response = await new Browser().get(url);
    const location = new URL(response.headers.get('location') ?? '');
    expect(location.searchParams.get('error')).toBe('invalid_request');
  });

  test('an application in DEVELOPMENT may go anywhere in development, and nowhere in production', async () => {
    const unverified = await world.application({ redirectUris: [] });
    const parameters = {
      ...good(),
      client_id: unverified.clientId,
      redirect_uri: 'http://localhost:9999/anything?x=1',
    };
    expect(await begin(new Browser(), authorizeUrl(world.origin, parameters))).toContain('/connect/');
    const production = await world.another({ serviceMode: 'production' });
    const response = await new Browser().get(authorizeUrl(production.origin, parameters));
    expect([response.status, await response.text()]).toEqual([400, expect.stringContaining('invalid_redirect_uri')]);
  });

  test('other methods and other places', async () => {
    const get = (path: string, init?: RequestInit) => fetch(`${world.origin}${path}`, init);
    expect((await get('/oauth/token')).status).toBe(405);
    expect((await get('/oauth/authorize', { method: 'POST' })).headers.get('allow')).toBe('GET');
    expect((await get('/oauth/token', { method: 'OPTIONS', headers: { origin: 'https://a.example' } })).status).toBe(
      405,
    );
    for (const path of ['/oauth/userinfo', '/oauth/jwks', '/oauth/me', '/oauth/authorize/../token', '/oauth/']) {
      expect((await get(path)).status).toBeGreaterThanOrEqual(404);
    }
    expect((await get('/.well-known/openid-configuration')).status).toBe(404);
  });
});

describe('token requests', () => {
  const errorOf = async (
    parameters: Readonly<Record<string, string>>,
    headers: Readonly<Record<string, string>> = {},
  ) => {
    const answer = await post(`${world.origin}/oauth/token`, parameters, headers);
    return { status: answer.status, error: answer.body.error, keys: Object.keys(answer.body).sort() };
  };
  const client = () => ({ client_id: application.clientId, client_secret: application.secret });
  const lastReason = async () => {
    const [last] = await world.graph.fresh.store.asWorker((tx) => lastTokenRequests(tx, application.id, 1));
    return [last?.outcome, last?.error, last?.reason];
  };

  test.each<[string, (code: string, verifier: string) => Record<string, string>, string, string | null]>([
    ['an unknown code', () => ({ code: 'unknown' }), 'invalid_grant', 'unknown_or_used'],
    ['a code with a NUL', () => ({ code: 'a\u0000b' }), 'invalid_grant', 'unknown_or_used'],
    [
      'another redirect URI',
      () => ({ redirect_uri: 'https://app.example.com/' }),
      'invalid_grant',
      'redirect_uri_mismatch',
    ],
    ['another verifier', () => ({ code_verifier: pkce().verifier }), 'invalid_grant', 'pkce_mismatch'],
    ['no verifier (PKCE downgrade)', () => ({ code_verifier: '' }), 'invalid_grant', 'pkce_mismatch'],
    ['a verifier too short', () => ({ code_verifier: 'short' }), 'invalid_request', null],
    ['no code', () => ({ code: '' }), 'invalid_request', null],
    ['no redirect URI', () => ({ redirect_uri: '' }), 'invalid_request', null],
    ['no grant type', () => ({ grant_type: '' }), 'invalid_request', null],
    ['the password grant', () => ({ grant_type: 'password' }), 'unsupported_grant_type', null],
    ['client credentials', () => ({ grant_type: 'client_credentials' }), 'unsupported_grant_type', null],
  ])('%s', async (_name, change, error, reason) => {
    const { code, verifier } = await obtainCode(world.origin, application, account);
    const parameters = {
      grant_type: 'authorization_code',
      ...client(),
      code,
      code_verifier: verifier,
      redirect_uri: redirectUri,
      ...change(code, verifier),
    };
    expect(await errorOf(parameters)).toEqual({ status: 400, error, keys: ['error', 'error_description'] });
    expect(await lastReason()).toEqual(['REFUSED', error, reason]);
  });

  test('a code of another application', async () => {
    const other = await world.application();
    const code = await obtainCode(world.origin, other, await world.account(other));
    const answer = await redeem(world.origin, application, code);
    expect([answer.status, answer.body.error]).toEqual([400, 'invalid_grant']);
    expect(await lastReason()).toEqual(['REFUSED', 'invalid_grant', 'wrong_client']);
    // Whoever holds a stranger's code cannot spoil it.
    expect((await redeem(world.origin, other, code)).status).toBe(200);
  });

  test('an expired code', async () => {
    const code = await obtainCode(world.origin, application, account);
    await world.graph.fresh.superuser(
      `update oauth_artifact set expires_at = now() - interval '1 second' where model = 'AuthorizationCode'`,
    );
    const answer = await redeem(world.origin, application, code);
    expect([answer.status, answer.body.error]).toEqual([400, 'invalid_grant']);
    expect(await lastReason()).toEqual(['REFUSED', 'invalid_grant', 'expired']);
  });

  test('a refresh token that never was, and one of another application', async () => {
    const other = await world.application();
    const { refresh_token: foreign } = await obtainTokens(world.origin, other, await world.account(other));
    for (const [token, reason] of [
      ['never', 'unknown'],
      [foreign, 'wrong_client'],
    ]) {
      expect(await errorOf({ grant_type: 'refresh_token', ...client(), refresh_token: token })).toMatchObject({
        status: 400,
        error: 'invalid_grant',
      });
      expect(await lastReason()).toEqual(['REFUSED', 'invalid_grant', reason]);
    }
  });

  test('a refresh that asks for more than was granted', async () => {
    const { refresh_token: token } = await obtainTokens(world.origin, application, account, { scope: 'free_busy' });
    const more = { grant_type: 'refresh_token', ...client(), refresh_token: token };
    expect(await errorOf({ ...more, scope: 'read_write' })).toMatchObject({ status: 400, error: 'invalid_scope' });
    expect(await errorOf({ ...more, scope: 'everything' })).toMatchObject({ status: 400, error: 'invalid_scope' });
    const less = await post(`${world.origin}/oauth/token`, { ...more, scope: 'read_account' });
    expect(less.body.scope).toBe('read_account');
  });

  test('client authentication: wrong, none, twice, unknown, by a scheme that is none', async () => {
    const grant = { grant_type: 'refresh_token', refresh_token: 'x' };
    const basic = (text: string) => ({ authorization: `Basic ${Buffer.from(text).toString('base64')}` });
    expect(await errorOf({ ...grant, ...client(), client_secret: 'wrong' })).toMatchObject({
      status: 401,
      error: 'invalid_client',
    });
    expect(await lastReason()).toEqual(['REFUSED', 'invalid_client', 'wrong_secret']);
    expect(await errorOf({ ...grant, client_id: application.clientId })).toMatchObject({ error: 'invalid_client' });
    expect(await errorOf({ ...grant, client_id: 'nobody', client_secret: 'x' })).toMatchObject({
      status: 401,
      error: 'invalid_client',
    });
    expect(await errorOf(grant)).toMatchObject({ status: 400, error: 'invalid_request' });
    expect(
      await errorOf({ ...grant, ...client() }, basic(`${application.clientId}:${application.secret}`)),
    ).toMatchObject({ status: 400, error: 'invalid_request' });
    const wrong = await post(`${world.origin}/oauth/token`, grant, basic(`${application.clientId}:wrong`));
    expect([wrong.status, wrong.headers.get('www-authenticate')]).toEqual([401, expect.stringMatching(/^Basic /)]);
    expect(await errorOf(grant, { authorization: 'Bearer x' })).toMatchObject({
      status: 400,
      error: 'invalid_request',
    });
    // The placeholder that oidc-provider's client has of a secret opens nothing.
    expect(await errorOf({ ...grant, ...client(), client_secret: 'compared-by-its-hash' })).toMatchObject({
      status: 401,
    });
  });

  test('what is sent twice', async () => {
    const twice = new URLSearchParams({ ...client(), grant_type: 'refresh_token', refresh_token: 'x' });
    for (const name of ['grant_type', 'refresh_token', 'client_id', 'client_secret']) {
      const answer = await post(`${world.origin}/oauth/token`, `${twice}&${name}=${twice.get(name)}`);
      expect([name, answer.status, answer.body.error]).toEqual([name, 400, 'invalid_request']);
    }
  });

  test('bodies: JSON works, everything else does not', async () => {
    const url = `${world.origin}/oauth/token`;
    const json = { 'content-type': 'application/json; charset=utf-8' };
    const { code, verifier } = await obtainCode(world.origin, application, account);
    const parameters = {
      ...client(),
      grant_type: 'authorization_code',
      code,
      code_verifier: verifier,
      redirect_uri: redirectUri,
      whatever: true,
    };
    const answer = await post(url, JSON.stringify(parameters), json);
    expect([answer.status, answer.body.token_type]).toEqual([200, 'Bearer']);
    expect(answer.headers.get('cache-control')).toBe('no-store');
    for (const body of ['', '[]', 'null', '"x"', '{', '{"code":{"a":1}}', '{"code":["a"]}']) {
      const refused = await post(url, body, json);
      expect([body, refused.status, refused.body.error]).toEqual([body, 400, 'invalid_request']);
    }
    expect((await post(url, 'x', { 'content-type': 'text/plain' })).status).toBe(400);
    expect((await post(url, `code=${'x'.repeat(40_000)}`)).status).toBe(413);
    const multipart = await fetch(url, { method: 'POST', body: new FormData() });
    expect(multipart.status).toBe(400);
  });

  test('no answer of the token endpoint is for another origin', async () => {
    const answer = await post(`${world.origin}/oauth/token`, client(), { origin: 'https://app.example.com' });
    expect([...answer.headers.keys()].filter((name) => name.startsWith('access-control-'))).toEqual([]);
  });

  test.each([
    ['a wrong secret', {}],
    ['two secrets in two ways', { authorization: 'Basic YTpi' }],
  ])('strangers who know the client id cannot fill the log: %s', async (_what, headers) => {
    const victim = await world.application();
    const wrong = {
      grant_type: 'refresh_token',
      refresh_token: 'x',
      client_id: victim.clientId,
      client_secret: 'wrong',
    };
    // Not more than two minutes' worth, should the minute turn meanwhile.
    for (let count = 0; count < 150; count++) await post(`${world.origin}/oauth/token`, wrong, headers);
    const logged = await world.graph.fresh.store.asWorker((tx) => lastTokenRequests(tx, victim.id, 1_000));
    expect(logged.length).toBeGreaterThanOrEqual(60);
    expect(logged.length).toBeLessThanOrEqual(120);
  });

  test('any form gets an answer of the standard', async () => {
    const names = [
      'grant_type',
      'code',
      'refresh_token',
      'client_id',
      'client_secret',
      'redirect_uri',
      'code_verifier',
    ];
    const value = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 60 }),
      fc.constantFrom('authorization_code', 'refresh_token', application.clientId, application.secret),
    );
    const pairs = fc.array(fc.tuple(fc.constantFrom(...names, 'scope', 'sub', 'token', '__proto__'), value), {
      maxLength: 9,
    });
    await fc.assert(
      fc.asyncProperty(pairs, fc.constantFrom('/oauth/token', '/oauth/token/revoke'), async (form, path) => {
        const answer = await post(`${world.origin}${path}`, new URLSearchParams(form).toString());
        expect([200, 400, 401]).toContain(answer.status);
        if (answer.status === 200) expect(path).toBe('/oauth/token/revoke');
        else
          expect(answer.body.error).toMatch(
            /^(?:invalid_request|invalid_client|invalid_grant|unsupported_grant_type|invalid_scope)$/,
          );
      }),
      { numRuns: 120, seed: 6 },
    );
  });

  test('the log holds no code, no token, no secret and no query', async () => {
    const code = await obtainCode(world.origin, application, account);
    await redeem(world.origin, application, code, { redirect_uri: `${redirectUri}?secret=query#x` });
    await redeem(world.origin, application, code, { grant_type: `x\u0000${'y'.repeat(200)}` });
    const rows = await world.graph.fresh.superuser<{ row: string }>('select t::text as row from token_request t');
    const all = rows.map(({ row }) => row).join('\n');
    expect(all).not.toMatch(/secret=query/);
    expect(all).toContain('https://app.example.com/callback,');
    for (const secret of [code.code, code.verifier, application.secret]) expect(all).not.toContain(secret);
  });
});

test('an application finds its own answer among two servers by iss (mix-up)', async () => {
  const browser = new Browser();
  const end = new URL(await consent(browser, await begin(browser, authorizeUrl(world.origin, good())), { account }));
  expect(end.searchParams.get('iss')).toBe(world.origin);
  const metadata = (await (await fetch(`${world.origin}/.well-known/oauth-authorization-server`)).json()) as object;
  expect(metadata).toMatchObject({ issuer: world.origin, authorization_response_iss_parameter_supported: true });
});
