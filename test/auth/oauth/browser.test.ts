/** What a browser carries: the flow it began, a state of any bytes, the account it is linked to; and what strangers cannot do with it. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { hashToken } from '../../../datasources/secrets/tokens.ts';
import {
  type AuthorizeParameters,
  authorizeUrl,
  Browser,
  begin,
  consent,
  openWorld,
  pkce,
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
  application = await world.application({ redirectUris: [redirectUri, `${redirectUri}?tenant=a%20b&x`] });
  account = await world.account(application);
});
afterAll(async () => {
  expect(world.node.errors).toEqual([]);
  await world.close();
});

const urlOf = (parameters: AuthorizeParameters = {}) =>
  authorizeUrl(world.origin, {
    client_id: application.clientId,
    redirect_uri: redirectUri,
    scope: 'read_only',
    code_challenge: pkce().challenge,
    ...parameters,
  });
const pendingOf = async (browser: Browser, page: string) => {
  const response = await browser.get(page);
  return [response.status, await response.json()] as const;
};

describe('the flow belongs to the browser that began it', () => {
  test('its cookies are HttpOnly, Lax, signed and only for its own pages', async () => {
    const response = await new Browser().get(urlOf());
    const cookies = response.headers.getSetCookie();
    const path = new URL(response.headers.get('location') ?? '', world.origin).pathname;
    const uid = path.slice('/connect/'.length);
    expect(cookies.map((cookie) => cookie.split('=')[0]).sort()).toEqual([
      'meridian_connect',
      'meridian_connect.sig',
      'meridian_resume',
      'meridian_resume.sig',
    ]);
    for (const cookie of cookies) {
      expect(cookie).toMatch(/; httponly/i);
      expect(cookie).toMatch(/; samesite=lax/i);
      expect(cookie).not.toMatch(/; secure/i);
      expect(cookie).toContain(cookie.startsWith('meridian_connect') ? `path=${path}` : `path=/oauth/authorize/${uid}`);
    }
  });

  test('over https they are Secure, whatever a proxy or a client says of the address', async () => {
    const secure = await world.another({ publicUrl: 'https://calendars.example.com' });
    for (const headers of [{}, { 'x-forwarded-proto': 'http', 'x-forwarded-host': 'evil.example' }]) {
      const url = urlOf().replace(world.origin, secure.origin);
      const response = await fetch(url, { redirect: 'manual', headers });
      const cookies = response.headers.getSetCookie();
      expect(cookies).toHaveLength(4);
      for (const cookie of cookies) expect(cookie).toMatch(/; secure/i);
    }
    const bad = await fetch(urlOf({ scope: 'x' }).replace(world.origin, secure.origin), { redirect: 'manual' });
    expect(new URL(bad.headers.get('location') ?? '').searchParams.get('iss')).toBe('https://calendars.example.com');
  });

  test('what a client says of the address does not reach the way back', async () => {
    const begun = await fetch(urlOf(), { redirect: 'manual', headers: { 'x-forwarded-host': 'evil.example' } });
    const page = new URL(begun.headers.get('location') ?? '', world.origin);
    const cookie = begun.headers
      .getSetCookie()
      .map((text) => text.split(';')[0])
      .join('; ');
    const query = new URLSearchParams({
      account: account.accountId,
      profile: account.profileId,
      scopes: 'read_events',
    });
    const approved = await fetch(`${page.href}/approve?${query}`, {
      redirect: 'manual',
      headers: { cookie, 'x-forwarded-host': 'evil.example' },
    });
    expect(new URL(approved.headers.get('location') ?? '').origin).toBe(world.origin);
  });

  test('another browser that knows the address gets a page that says so, and spoils nothing', async () => {
    const browser = new Browser();
    const page = await begin(browser, urlOf());
    const stranger = new Browser();
    expect(await pendingOf(stranger, page)).toEqual([404, null]);
    const uid = new URL(page).pathname.split('/')[2] ?? '';
    for (const path of ['/approve?account=x&profile=y&scopes=read_events', '/deny']) {
      const answer = await stranger.get(`${page}${path}`);
      expect([answer.status, await answer.text()]).toEqual([400, expect.stringContaining('another browser')]);
    }
    const resumed = await stranger.get(`${world.origin}/oauth/authorize/${uid}`);
    expect([resumed.status, await resumed.text()]).toEqual([400, expect.stringContaining('another browser')]);
    expect(await consent(browser, page, { account })).toContain('code=');
  });

  test('a cookie made of the address alone is not believed', async () => {
    const browser = new Browser();
    const page = await begin(browser, urlOf());
    const uid = new URL(page).pathname.split('/')[2] ?? '';
    for (const signature of [null, 'AAAA', Buffer.alloc(32).toString('base64url')]) {
      const forger = new Browser();
      forger.set('meridian_connect', uid, `/connect/${uid}`);
      forger.set('meridian_resume', uid, `/oauth/authorize/${uid}`);
      if (signature !== null) {
        forger.set('meridian_connect.sig', signature, `/connect/${uid}`);
        forger.set('meridian_resume.sig', signature, `/oauth/authorize/${uid}`);
      }
      expect(await pendingOf(forger, page)).toEqual([404, null]);
      expect((await forger.get(`${world.origin}/oauth/authorize/${uid}`)).status).toBe(400);
    }
  });

  test('one flow of a browser is not reached by the address of another', async () => {
    const browser = new Browser();
    const one = await begin(browser, urlOf({ state: 'one' }));
    const other = await begin(browser, urlOf({ state: 'other' }));
    expect(await consent(browser, other, { account })).toContain('state=other');
    expect(await consent(browser, one, { account })).toContain('state=one');
    const [status] = await pendingOf(browser, one);
    expect(status).toBe(404);
  });

  test('an answer is given once: coming back to it is a page, not a second code', async () => {
    const browser = new Browser();
    const page = await begin(browser, urlOf());
    const uid = new URL(page).pathname.split('/')[2] ?? '';
    await consent(browser, page, { account });
    expect((await browser.get(`${world.origin}/oauth/authorize/${uid}`)).status).toBe(400);
  });

  test('an hour later it is over', async () => {
    const browser = new Browser();
    const page = await begin(browser, urlOf());
    await world.graph.fresh.superuser(`update oauth_artifact set expires_at = now() where model = 'Interaction'`);
    expect(await pendingOf(browser, page)).toEqual([404, null]);
  });

  test('an account that does not authorise the application gets no code', async () => {
    const other = await world.application();
    const foreign = await world.account(other);
    const browser = new Browser();
    const page = await begin(browser, urlOf());
    const query = new URLSearchParams({
      account: foreign.accountId,
      profile: foreign.profileId,
      scopes: 'read_events',
    });
    const approved = await browser.get(`${page}/approve?${query}`);
    const resumed = await browser.get(approved.headers.get('location') ?? '');
    // Asked once more, in a new flow.
    expect(resumed.headers.get('location')).toMatch(/^\/connect\//);
  });
});

test('the page is told what it has to show', async () => {
  const browser = new Browser();
  const page = await begin(browser, urlOf({ scope: 'free_busy create_event', provider_name: 'apple' }));
  expect(await pendingOf(browser, page)).toEqual([
    200,
    {
      uid: new URL(page).pathname.slice('/connect/'.length),
      application: {
        id: application.id,
        clientId: application.clientId,
        name: 'Test',
        mode: 'PRODUCTION',
        unitId: application.unitId,
      },
      redirectUri,
      scopes: ['read_account', 'list_calendars', 'create_event', 'read_free_busy'],
      providerName: 'apple',
      linkAccountId: null,
    },
  ]);
});

describe('state', () => {
  /** Of the answer's query, as it is spelt there. */
  const stateIn = (location: string) => /[?&]state=([^&]*)/.exec(location)?.[1];

  test.each([
    ['spelt with plus and percent', 'a+b%20c%2Bd'],
    ['no UTF-8', '%FF%FE%00%80'],
    ['a NUL and line breaks', '%00%0D%0ASet-Cookie:%20x=y'],
    ['signs of a query', '%26code%3Dx%23y%3F'],
    ['lower-case digits', '%e2%82%ac'],
    ['a percent that stands alone', '100%'],
    ['10,000 characters', 'x'.repeat(10_000)],
  ])('comes back byte for byte, on success and on error: %s', async (_name, state) => {
    const browser = new Browser();
    const page = await begin(browser, `${urlOf()}&state=${state}`);
    expect(stateIn(await consent(browser, page, { account }))).toBe(state);
    const refused = await browser.get(`${urlOf({ scope: 'x' })}&state=${state}`);
    expect(stateIn(refused.headers.get('location') ?? '')).toBe(state);
    expect(refused.headers.getSetCookie()).toEqual([]);
  });

  test('comes back byte for byte: any bytes', async () => {
    const bytesOf = (text: string) =>
      Buffer.from(
        text
          .replaceAll('+', ' ')
          .replace(/%([0-9a-f]{2})/gi, (_all, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
        'latin1',
      );
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 200 }), async (bytes) => {
        const state = [...bytes].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('');
        const refused = await new Browser().get(`${urlOf({ scope: 'x' })}&state=${state}`);
        expect(bytesOf(stateIn(refused.headers.get('location') ?? '') ?? '')).toEqual(Buffer.from(bytes));
      }),
      { numRuns: 60, seed: 4 },
    );
  });

  test("the redirect URI's own query stays to the letter", async () => {
    const browser = new Browser();
    const page = await begin(browser, urlOf({ redirect_uri: `${redirectUri}?tenant=a%20b&x`, state: 's' }));
    expect(await consent(browser, page, { account })).toMatch(
      /^https:\/\/app\.example\.com\/callback\?tenant=a%20b&x&code=[\w-]+&iss=[^&]+&state=s$/,
    );
  });

  test('no answer is longer than a request may be, and none breaks the server', async () => {
    const response = await fetch(`${urlOf()}&state=${'x'.repeat(40_000)}`, { redirect: 'manual' });
    expect(response.status).toBe(431);
    const hostile = fc.string({ unit: 'binary', maxLength: 60 });
    await fc.assert(
      fc.asyncProperty(
        fc.dictionary(
          fc.constantFrom(
            'client_id',
            'redirect_uri',
            'scope',
            'state',
            'response_type',
            'code_challenge',
            'link_token',
            'provider_name',
            '__proto__',
          ),
          hostile,
        ),
        async (parameters) => {
          const answer = await new Browser().get(
            `${world.origin}/oauth/authorize?${new URLSearchParams(Object.entries(parameters))}`,
          );
          expect(answer.status).toBe(400);
          expect(answer.headers.get('content-type')).toContain('text/html');
        },
      ),
      { numRuns: 60, seed: 5 },
    );
  });
});

describe('linking', () => {
  const linked = async (browser: Browser, parameters: AuthorizeParameters) => {
    const [, pending] = await pendingOf(browser, await begin(browser, urlOf(parameters)));
    return (pending as { linkAccountId: string | null }).linkAccountId;
  };
  const linkToken = async (by: TestApplication, to: TestAccount, lasts = '5 minutes') => {
    const token = `mlt_${Math.random()}`;
    await world.graph.fresh.superuser(
      `insert into link_token (token_hash, application_id, account_id, expires_at) values ($1, $2, $3, now() + $4::interval)`,
      [hashToken(token), by.id, to.accountId, lasts],
    );
    return token;
  };

  test('no account is linked unless it is asked for', async () => {
    const browser = new Browser();
    await consent(browser, await begin(browser, urlOf()), { account });
    expect(await linked(browser, {})).toBeNull();
    expect([...browser.cookies().keys()].join()).not.toContain('meridian_account');
  });

  test('a link token names the account, once', async () => {
    const token = await linkToken(application, account);
    expect(await linked(new Browser(), { link_token: token })).toBe(account.accountId);
    const again = await new Browser().get(urlOf({ link_token: token }));
    expect(again.headers.get('location')).toContain('error=invalid_request');
  });

  test('a bad request does not use it up', async () => {
    const token = await linkToken(application, account);
    await new Browser().get(urlOf({ link_token: token, scope: 'everything' }));
    await new Browser().get(urlOf({ link_token: token, code_challenge: undefined }));
    expect(await linked(new Browser(), { link_token: token })).toBe(account.accountId);
  });

  test("neither an expired one, nor another application's, nor one of an account that has left", async () => {
    const other = await world.application();
    const gone = await world.account(application);
    await world.graph.fresh.superuser(`update authorization_grant set status = 'REVOKED' where account_id = $1`, [
      gone.accountId,
    ]);
    const tokens = [
      await linkToken(application, account, '-1 second'),
      await linkToken(other, await world.account(other)),
      await linkToken(application, gone),
    ];
    for (const token of tokens) {
      const answer = await new Browser().get(urlOf({ link_token: token }));
      expect(answer.headers.get('location')).toContain('error=invalid_request');
    }
  });

  test('an application that wants implicit linking gets the account that this browser authorised before', async () => {
    const implicit = await world.application({ implicitLinking: true });
    const mine = await world.account(implicit);
    const parameters = { client_id: implicit.clientId };
    const browser = new Browser();
    expect(await linked(browser, parameters)).toBeNull();
    await consent(browser, await begin(browser, urlOf(parameters)), { account: mine });
    expect(await linked(browser, parameters)).toBe(mine.accountId);
    expect(await linked(browser, { ...parameters, avoid_linking: 'true' })).toBeNull();
    expect(await linked(browser, { ...parameters, avoid_linking: 'false' })).toBe(mine.accountId);
    expect(await linked(new Browser(), parameters)).toBeNull();

    const second = await world.account(implicit);
    const token = await linkToken(implicit, second);
    expect(await linked(browser, { ...parameters, link_token: token })).toBe(second.accountId);

    // Another application's cookie, moved, opens nothing.
    const other = await world.application({ implicitLinking: true });
    const [name = '', { value = '' } = {}] =
      [...browser.cookies()].find(([key]) => key.startsWith('meridian_account')) ?? [];
    const forger = new Browser();
    forger.set(name.split(' ')[0]?.replace(implicit.id, other.id) ?? '', value, '/oauth/authorize');
    expect(await linked(forger, { client_id: other.clientId })).toBeNull();

    await world.graph.fresh.superuser(`update authorization_grant set status = 'REVOKED' where account_id = $1`, [
      mine.accountId,
    ]);
    expect(await linked(browser, parameters)).toBeNull();
  });

  test('avoid_linking leaves no trace in the browser', async () => {
    const implicit = await world.application({ implicitLinking: true });
    const browser = new Browser();
    const page = await begin(browser, urlOf({ client_id: implicit.clientId, avoid_linking: 'true' }));
    await consent(browser, page, { account: await world.account(implicit) });
    expect([...browser.cookies().keys()].join()).not.toContain('meridian_account');
  });
});
