/** The pages on which a user decides, as a browser without scripts sees them. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { relinkAddress } from '../../../auth/connect/relink.ts';
import { hashToken, newToken } from '../../../datasources/secrets/tokens.ts';
import { testKeyRing } from '../../setup/database.ts';
import type { Loose } from '../../setup/graph.ts';
import { Browser, redirectUri, type TestApplication } from '../oauth/world.ts';
import { formToken, openPages, type PagesWorld } from './world.ts';

let world: PagesWorld;
let application: TestApplication;
beforeAll(async () => {
  world = await openPages();
  application = await world.application();
});
afterAll(async () => {
  expect(world.errors).toEqual([]);
  await world.close();
});
beforeEach(() => world.provider.faults.clear());

const login = { server: 'https://calendars.example.com/dav', username: 'alice', password: 'alicepw' };

/** A browser on the CalDAV form. */
async function onForm(parameters: Readonly<Record<string, string>> = {}, of = application) {
  const browser = new Browser();
  const first = await world.begin(browser, of, parameters);
  const url = `${first}/caldav`;
  const page = await (await browser.get(url)).text();
  return { browser, first, url, page, token: formToken(page) };
}

/** Sends the right login. @returns where the application is told, and the account that it names there */
async function connect(parameters: Readonly<Record<string, string>> = {}, of = application) {
  const { browser, url, token } = await onForm(parameters, of);
  const sent = await browser.submit(url, { ...login, token });
  expect(sent.status).toBe(303);
  const back = await browser.get(sent.headers.get('location') ?? '');
  return new URL(back.headers.get('location') ?? '');
}

const accountOf = async ({ id }: TestApplication): Promise<string> => {
  const [row] = await world.graph.fresh.superuser<{ account_id: string }>(
    'select account_id from authorization_grant where application_id = $1',
    [id],
  );
  return row?.account_id ?? '';
};

describe('the first page', () => {
  test('says who asks for what in plain words, and which providers there are', async () => {
    const browser = new Browser();
    const response = await browser.get(await world.begin(browser, application, { scope: 'read_events create_event' }));
    expect(response.status).toBe(200);
    const page = await response.text();
    expect(page).toContain('<h1>Connect your calendar to Calendar Friend</h1>');
    expect(page).toContain('Read your events: what they are about, where, when and with whom');
    expect(page).toContain('Add events of its own to your calendars, and change them');
    expect(page).not.toContain('Delete events');
    expect(page).toContain('Google Calendar (not configured by the people who run this service yet)');
    expect(page).toMatch(/href="\/connect\/[^"]+\/apple">Apple iCloud</);
    // Verified by its operator: nothing to warn of.
    expect(page).not.toContain('in development');
  });

  test('warns of an application in development, and shows where the user goes afterwards', async () => {
    const young = await world.application({ mode: 'DEVELOPMENT', name: '<b>Young</b> & "bold"' });
    const browser = new Browser();
    const page = await (
      await browser.get(await world.begin(browser, young, { redirect_uri: 'http://localhost:9999/cb' }))
    ).text();
    expect(page).toContain('This application is in development');
    expect(page).toContain('<strong>localhost:9999</strong>');
    expect(page).toContain('&lt;b&gt;Young&lt;/b&gt; &amp; &quot;bold&quot;');
    expect(page).not.toContain('<b>Young');
  });

  test.each([
    ['apple', 'App-specific password'],
    ['caldav', 'Server address'],
  ])('provider_name %s goes to its form at once', async (name, label) => {
    const browser = new Browser();
    const page = await (await browser.get(await world.begin(browser, application, { provider_name: name }))).text();
    expect(page).toContain(label);
    const other = /href="([^"]+)">Pick another provider</.exec(page)?.[1] ?? '';
    const choice = await (await browser.get(`${world.origin}${other}`)).text();
    expect(choice).toContain('Where is your calendar?');
  });

  test('a provider that is not configured, and one that is none, let the user pick', async () => {
    for (const name of ['google', 'somewhere']) {
      const browser = new Browser();
      const page = await (await browser.get(await world.begin(browser, application, { provider_name: name }))).text();
      expect(page).toContain('Where is your calendar?');
    }
  });

  test('of a link to an account that is there: whose it is, before anything is typed in', async () => {
    const own = await world.application();
    const accountId = (await connect({}, own)).searchParams.has('code') ? await accountOf(own) : '';
    const url = async () => {
      const token = newToken('mlt');
      await world.graph.fresh.superuser(
        `insert into link_token (token_hash, application_id, account_id, expires_at) values ($1, $2, $3, now() + interval '5 minutes')`,
        [hashToken(token), own.id, accountId],
      );
      return { link_token: token };
    };
    const browser = new Browser();
    const first = await world.begin(browser, own, await url());
    for (const address of [first, `${first}/caldav`]) {
      const page = await (await browser.get(address)).text();
      expect(page).toContain(
        'is added to an account that is there already, with the calendars of <strong>alice</strong>',
      );
      expect(page).toContain('If it is not yours, stop here.');
    }
    const { page } = await onForm({}, own);
    expect(page).not.toContain('is added to an account');
  });

  test('may not be framed, kept, scripted or told of', async () => {
    const browser = new Browser();
    const { headers } = await browser.get(await world.begin(browser, application));
    const policy = headers.get('content-security-policy') ?? '';
    expect(policy).toMatch(/^default-src 'none'; style-src 'sha256-[^']+'; frame-ancestors 'none'; base-uri 'none'$/);
    expect(headers.get('x-frame-options')).toBe('DENY');
    expect(headers.get('referrer-policy')).toBe('no-referrer');
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('set-cookie')).toMatch(/^meridian_form=[A-Za-z0-9_-]{22}; Path=\/; HttpOnly; SameSite=Lax$/);
  });
});

describe('connecting', () => {
  test('a login that works: the browser goes back with a code, and the account has exactly what was asked for', async () => {
    const back = await connect({ state: 'a b%c', scope: 'read_only' });
    expect(back.href.startsWith(`${redirectUri}?`)).toBe(true);
    expect(back.searchParams.get('code')).toMatch(/^.{20,}$/);
    expect(back.searchParams.get('state')).toBe('a b%c');
    const grant = await world.graph.fresh.store.asWorker((tx) =>
      tx
        .selectFrom('authorization_grant')
        .selectAll()
        .where('application_id', '=', application.id)
        .executeTakeFirstOrThrow(),
    );
    expect([...grant.scopes].sort()).toEqual(['list_calendars', 'read_account', 'read_events', 'read_free_busy']);
    expect([grant.permission, grant.status]).toEqual(['SANDBOX', 'ACTIVE']);
  });

  test('the same login again, from another browser, is the same account and profile', async () => {
    const ids = () =>
      world.graph.fresh.store.asWorker((tx) =>
        tx.selectFrom('profile').select(['id', 'account_id']).where('login', '=', 'alice').execute(),
      );
    const before = await ids();
    await connect();
    expect(await ids()).toEqual(before);
  });

  test('what is granted later adds to what was granted before', async () => {
    const own = await world.application();
    await connect({ scope: 'read_free_busy' }, own);
    await connect({ scope: 'create_event' }, own);
    const { scopes } = await world.graph.fresh.store.asWorker((tx) =>
      tx
        .selectFrom('authorization_grant')
        .select('scopes')
        .where('application_id', '=', own.id)
        .executeTakeFirstOrThrow(),
    );
    expect([...scopes].sort()).toEqual(['create_event', 'read_free_busy']);
  });

  test('a wrong password: what to do, where; what was typed in stays, but for the password', async () => {
    const { browser, url, token } = await onForm();
    const response = await browser.submit(url, { ...login, password: 'wrong "one"', token });
    expect(response.status).toBe(422);
    const page = await response.text();
    expect(page).toContain('<title>Error: Connect Another calendar (CalDAV) to Calendar Friend</title>');
    expect(page).toContain('role="alert"');
    expect(page).toMatch(/id="password"[^>]*aria-describedby="password-wrong" aria-invalid="true" autofocus/);
    expect(page).toContain('make an app password there');
    expect(page).toContain('value="alice"');
    expect(page).not.toContain('wrong &quot;one');
    expect(world.logged.join()).not.toContain('wrong "one"');
  });

  test.each([
    [
      'nothing',
      { server: '', username: '', password: '' },
      ['Server address: type it in.', 'User name: type it in.', 'Password: type it in.'],
    ],
    ['no address', { ...login, server: 'not an address' }, ['Type in an address such as']],
    ['another scheme', { ...login, server: 'file:///etc/passwd' }, ['Type in an address such as']],
    ['a password in the address', { ...login, server: 'https://a:b@example.com' }, ['Type in an address such as']],
    ['a colon in the user name', { ...login, username: 'a:b' }, ['A user name has no colon in it.']],
    ['a NUL in the user name', { ...login, username: 'a\0b' }, ['Line ends and the like have no place here.']],
    ['a line end in the password', { ...login, password: 'a\r\nb' }, ['Line ends and the like have no place here.']],
    ['too much', { ...login, username: 'x'.repeat(256) }, ['User name: at most 255 characters.']],
  ])('%s is told before any server is asked', async (_what, fields, texts) => {
    const { browser, url, token } = await onForm();
    const asked = world.provider.calls.get('connect') ?? 0;
    const response = await browser.submit(url, { ...fields, token });
    expect(response.status).toBe(422);
    const page = await response.text();
    for (const text of texts) expect(page).toContain(text);
    expect(world.provider.calls.get('connect') ?? 0).toBe(asked);
  });

  test('a server that is away: try again later, and nothing is stored', async () => {
    const own = await world.application();
    const { browser, url, token } = await onForm({}, own);
    world.provider.faults.add('connect', { kind: 'unreachable' });
    const response = await browser.submit(url, { ...login, token });
    expect(response.status).toBe(422);
    expect(await response.text()).toContain('The server does not answer.');
    const grants = await world.graph.fresh.store.asWorker((tx) =>
      tx.selectFrom('authorization_grant').select('id').where('application_id', '=', own.id).execute(),
    );
    expect(grants).toEqual([]);
  });

  test('whoever declines goes back with access_denied, and nothing is stored', async () => {
    const own = await world.application();
    const { browser, first, token } = await onForm({ state: 's' }, own);
    const denied = await browser.submit(`${first}/deny`, { token });
    const back = await browser.get(denied.headers.get('location') ?? '');
    const location = new URL(back.headers.get('location') ?? '');
    expect(Object.fromEntries(location.searchParams)).toMatchObject({ error: 'access_denied', state: 's' });
  });
});

describe('what does not belong here', () => {
  test('another browser: nothing is shown, nothing is done', async () => {
    const { first, url, token } = await onForm();
    const stranger = new Browser();
    expect((await stranger.get(first)).status).toBe(400);
    const sent = await stranger.submit(url, { ...login, token });
    expect([sent.status, await sent.text()]).toEqual([400, expect.stringContaining('belongs to another browser')]);
  });

  test('a form without its token, with another one, or with that of another flow', async () => {
    const { browser, url } = await onForm();
    const other = await onForm();
    for (const token of ['', 'x'.repeat(43), other.token]) {
      const response = await browser.submit(url, { ...login, token });
      expect([token, response.status]).toEqual([token, 403]);
    }
  });

  test.each(['/nothing', '/caldav/more', '/../graphql', '/%00', `/${'x'.repeat(5_000)}`])(
    'the page %#',
    async (path) => {
      const { browser, first } = await onForm();
      expect((await browser.get(`${first}${path}`)).status).toBeGreaterThanOrEqual(400);
    },
  );

  test('a body that is too large, or no form', async () => {
    const { browser, url, token } = await onForm();
    expect((await browser.submit(url, { token, username: 'x'.repeat(20_000) })).status).toBe(400);
  });

  test('a flow that has ended', async () => {
    const { browser, url, token } = await onForm();
    const sent = await browser.submit(url, { ...login, token });
    await browser.get(sent.headers.get('location') ?? '');
    expect((await browser.submit(url, { ...login, token })).status).toBe(400);
  });
});

describe('mending a connection', () => {
  async function disconnected() {
    const own = await world.application();
    await connect({}, own);
    const { store } = world.graph.fresh;
    const profile = await store.asWorker((tx) =>
      tx
        .selectFrom('profile')
        .innerJoin('authorization_grant as g', 'g.account_id', 'profile.account_id')
        .select(['profile.id', 'profile.account_id'])
        .where('g.application_id', '=', own.id)
        .executeTakeFirstOrThrow(),
    );
    const set = (status: 'CONNECTED' | 'DISCONNECTED') =>
      store.asWorker((tx) =>
        tx
          .updateTable('profile')
          .set({ status, remedy: 'the password was changed.' })
          .where('id', '=', profile.id)
          .execute(),
      );
    await set('DISCONNECTED');
    const url = relinkAddress(testKeyRing, new URL(world.origin), profile.id, own.id);
    return { own, profile, set, url };
  }

  test('the right password: connected again, with every id', async () => {
    const { profile, url } = await disconnected();
    const browser = new Browser();
    const page = await (await browser.get(url)).text();
    expect(page).toContain('The calendars of <strong>alice</strong> cannot be reached');
    expect(page).toContain('the password was changed.');
    // Whoever connected it has named the server: it may be anybody's.
    expect(page).toContain('Your password is sent to <strong>calendars.example.com</strong> and nowhere else.');
    const wrong = await browser.submit(url, { password: 'wrong', token: formToken(page) });
    expect(wrong.status).toBe(422);
    const right = await browser.submit(url, { password: 'alicepw', token: formToken(page) });
    expect([right.status, await right.text()]).toEqual([200, expect.stringContaining('Your calendar is connected')]);
    const { store } = world.graph.fresh;
    const found = await store.asWorker((tx) =>
      tx
        .selectFrom('profile')
        .select(['id', 'status', 'account_id'])
        .where('login', '=', 'alice')
        .where('account_id', '=', profile.account_id)
        .execute(),
    );
    expect(found).toEqual([{ id: profile.id, status: 'CONNECTED', account_id: profile.account_id }]);
    const told = await store.asWorker((tx) =>
      tx
        .selectFrom('change_log')
        .select('kind')
        .where('subject_id', '=', profile.id)
        .where('kind', '=', 'PROFILE_RECONNECTED')
        .execute(),
    );
    expect(told.length).toBeGreaterThanOrEqual(1);
  });

  test('while it is connected the address says so; a changed or foreign address says nothing', async () => {
    const { set, url } = await disconnected();
    await set('CONNECTED');
    expect(await (await fetch(url)).text()).toContain('There is nothing left to do.');
    for (const other of [
      `${url}A`,
      url.slice(0, -2),
      `${world.origin}/relink/${'A'.repeat(60)}`,
      `${world.origin}/relink/%00`,
    ]) {
      expect((await fetch(other)).status).toBeGreaterThanOrEqual(400);
    }
  });

  test('an application that may see the profile no longer cannot send anybody there', async () => {
    const { own, url } = await disconnected();
    await world.graph.fresh.store.asWorker((tx) =>
      tx.updateTable('authorization_grant').set({ status: 'REVOKED' }).where('application_id', '=', own.id).execute(),
    );
    expect((await fetch(url)).status).toBe(404);
  });
});

describe('allowing more than its own events', () => {
  const ask = `mutation ($input: RequestCalendarPermissionInput!) { requestCalendarPermission(input: $input) {
    url calendars { id permission } userErrors { path code message } } }`;

  async function asked() {
    const own = await world.application();
    await connect({ scope: 'read_write' }, own);
    const graphql = async (query: string, variables: object = {}) => {
      const response = await fetch(`${world.origin}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${own.secret}` },
        body: JSON.stringify({ query, variables }),
      });
      return ((await response.json()) as Loose).data;
    };
    const { accounts } = await graphql('{ accounts { nodes { calendars { id permission } } } }');
    const [calendar] = accounts.nodes[0].calendars;
    expect(calendar.permission).toBe('SANDBOX');
    // The graph of a test thinks that it is reached elsewhere.
    const request = async (input: object) => {
      const { requestCalendarPermission: answer } = await graphql(ask, { input });
      return { ...answer, url: answer.url?.replace('http://localhost:4000', world.origin) ?? null };
    };
    const permission = async () =>
      (await graphql('query ($id: ID!) { calendar(id: $id) { permission } }', { id: calendar.id })).calendar.permission;
    return { own, calendarId: calendar.id as string, request, permission };
  }

  test('the user proves to be the user, and the application may change every event from then on', async () => {
    const { calendarId, request, permission } = await asked();
    const { url, userErrors } = await request({ calendarIds: [calendarId], redirectUri });
    expect(userErrors).toEqual([]);
    const browser = new Browser();
    const page = await (await browser.get(url)).text();
    expect(page).toContain('<li>Work</li>');
    const token = formToken(page);
    // Whoever has the address alone, such as the application, can allow nothing.
    expect((await browser.submit(url, { token, answer: 'allow', password: 'a guess' })).status).toBe(422);
    expect(await permission()).toBe('SANDBOX');
    const allowed = await browser.submit(url, { token, answer: 'allow', password: 'alicepw' });
    expect([allowed.status, allowed.headers.get('location')]).toEqual([303, redirectUri]);
    expect(await permission()).toBe('UNRESTRICTED');
    expect((await browser.get(url)).status).toBe(404);
    expect(await request({ calendarIds: [calendarId], redirectUri })).toEqual({
      url: null,
      calendars: [{ id: calendarId, permission: 'UNRESTRICTED' }],
      userErrors: [],
    });
  });

  test('the user who does not allow it goes back with access_denied', async () => {
    const { calendarId, request, permission } = await asked();
    const { url } = await request({ calendarIds: [calendarId], redirectUri: `${redirectUri}` });
    const browser = new Browser();
    const token = formToken(await (await browser.get(url)).text());
    const denied = await browser.submit(url, { token, answer: 'deny' });
    expect(denied.headers.get('location')).toBe(`${redirectUri}?error=access_denied`);
    expect(await permission()).toBe('SANDBOX');
  });

  test('bad input: every error at once', async () => {
    const { request } = await asked();
    expect(await request({ calendarIds: ['cal_unknown'], redirectUri: 'https://elsewhere.example.com/' })).toEqual({
      url: null,
      calendars: null,
      userErrors: [
        { path: ['calendarIds', '0'], code: 'NOT_FOUND', message: expect.any(String) },
        { path: ['redirectUri'], code: 'INVALID', message: expect.any(String) },
      ],
    });
    expect((await request({ calendarIds: [], redirectUri })).userErrors).toMatchObject([{ code: 'REQUIRED' }]);
    const many = Array.from({ length: 101 }, (_, index) => `cal_${index}`);
    expect((await request({ calendarIds: many, redirectUri })).userErrors).toEqual([
      { path: ['calendarIds'], code: 'LIMIT_EXCEEDED', message: 'Expected 1 to 100 calendars, got 101' },
    ]);
  });

  test('an address that nobody made', async () => {
    for (const path of ['mcr_x', '', '%00', 'x'.repeat(3_000)]) {
      expect((await fetch(`${world.origin}/connect/permission/${path}`)).status).toBeGreaterThanOrEqual(400);
    }
  });
});
