/** A real browser walks from an application to its calendar and back: authorize, consent, code, token, graph, revoke. */
import { existsSync, readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import * as oauth from 'openid-client';
import { type Browser, chromium, type Page } from 'playwright-core';
import type { Loose } from '../setup/graph.ts';
import { type CalDavServer, missing, startServer } from '../setup/servers.ts';
import { createService, type Service } from '../setup/service.ts';

const executablePath = process.env['CHROMIUM'] ?? '/usr/bin/chromium';
const lacking = existsSync(executablePath) ? missing('radicale') : `there is no Chromium at ${executablePath}`;
if (lacking !== null && process.env['REQUIRE_SERVERS'] === '1') throw new Error(`REQUIRE_SERVERS=1, but ${lacking}`);
if (lacking !== null) console.warn(`left out: the walk through consent, because ${lacking}`);
const walk = lacking === null ? describe : describe.skip;

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

walk('an application, its user and a calendar', () => {
  let service: Service;
  let calendars: CalDavServer;
  let application: Server;
  let browser: Browser;
  let callback: string;
  const called: URL[] = [];
  const outside: string[] = [];

  beforeAll(async () => {
    application = createServer((request, response) => {
      called.push(new URL(request.url ?? '', callback));
      response.setHeader('content-type', 'text/html');
      response.end('<!doctype html><title>Back</title><h1>Back in the application</h1>');
    });
    await new Promise<void>((listening) => application.listen(0, '127.0.0.1', listening));
    callback = `http://127.0.0.1:${(application.address() as AddressInfo).port}/callback`;
    [service, calendars] = await Promise.all([createService(), startServer('radicale')]);
    await service.start();
    browser = await chromium.launch({
      executablePath,
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    });
  });
  afterAll(async () => {
    await browser?.close();
    await service?.remove();
    await calendars?.stop();
    application?.close();
  });

  /** A page without scripts: what cannot be done there is not needed. */
  async function open(): Promise<Page> {
    const context = await browser.newContext({ javaScriptEnabled: false, viewport: { width: 390, height: 844 } });
    await context.route('**/*', (route) => {
      const url = new URL(route.request().url());
      if (url.hostname === '127.0.0.1') return route.continue();
      outside.push(url.href);
      return route.abort();
    });
    return context.newPage();
  }

  /** Everything that axe finds wrong, by its rule. The audit itself needs scripts, so it looks at a copy. */
  async function audit(page: Page): Promise<string[]> {
    const context = await browser.newContext({ viewport: { width: 390, height: 844 } });
    const copy = await context.newPage();
    await copy.setContent(await page.content());
    await copy.evaluate(axe);
    const violations = await copy.evaluate(async () => {
      const { violations: found } = await (globalThis as Loose).axe.run();
      return found.map((one: Loose) => `${one.id}: ${one.nodes.map((node: Loose) => node.html).join(' ')}`);
    });
    await context.close();
    return violations as string[];
  }

  const focused = (page: Page) => page.locator(':focus');

  /** Tabs until what has the focus says so; fails after 40 stops. */
  async function tabTo(page: Page, text: RegExp): Promise<void> {
    for (let stops = 0; stops < 40; stops++) {
      await page.keyboard.press('Tab');
      const here = focused(page);
      if ((await here.count()) > 0 && text.test((await here.textContent()) ?? '')) return;
    }
    throw new Error(`no tab stop says ${text}`);
  }

  const graph = async (token: string, query: string): Promise<Loose> => {
    const response = await fetch(`${service.address}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: JSON.stringify({ query }),
    });
    return response.json();
  };

  let configuration: oauth.Configuration;
  const state = "dynamic value: ä/'&=+%2F";

  async function authorizationUrl(scope: string): Promise<{ url: URL; verifier: string }> {
    configuration = await oauth.discovery(new URL(service.address), 'development', service.key(), undefined, {
      algorithm: 'oauth2',
      execute: [oauth.allowInsecureRequests],
    });
    const verifier = oauth.randomPKCECodeVerifier();
    const url = oauth.buildAuthorizationUrl(configuration, {
      redirect_uri: callback,
      scope,
      state,
      code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
    });
    return { url, verifier };
  }

  test('by keyboard alone, without scripts, on pages that axe finds nothing wrong with', async () => {
    const { url, verifier } = await authorizationUrl('read_account list_calendars read_free_busy');
    const page = await open();
    await page.goto(url.href);
    expect(await page.title()).toBe('Connect your calendar to Development');
    expect(await audit(page)).toEqual([]);
    await tabTo(page, /Another calendar/);
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/caldav$/);
    expect(await audit(page)).toEqual([]);

    // The first field has the focus already.
    const { alice } = calendars;
    await page.keyboard.type(calendars.url);
    await page.keyboard.press('Tab');
    await page.keyboard.type(alice.username);
    await page.keyboard.press('Tab');
    await page.keyboard.type('not the password');
    await page.keyboard.press('Enter');
    await page.waitForSelector('[role=alert]');
    expect(await page.title()).toBe('Error: Connect Another calendar (CalDAV) to Development');
    expect(await audit(page)).toEqual([]);
    expect(await focused(page).getAttribute('name')).toBe('password');
    await page.keyboard.type(alice.password);
    await page.keyboard.press('Enter');
    await page.waitForSelector('text=Back in the application');
    expect(outside).toEqual([]);

    const back = called.at(-1);
    if (back === undefined) throw new Error('nobody was called back');
    expect(back.searchParams.get('state')).toBe(state);
    const tokens = await oauth.authorizationCodeGrant(configuration, back, {
      pkceCodeVerifier: verifier,
      expectedState: state,
    });
    expect(tokens.scope?.split(' ').sort()).toEqual(['list_calendars', 'read_account', 'read_free_busy']);
    expect(tokens.expires_in).toBe(3_600);
    expect(tokens['linking_profile']).toMatchObject({ profile_name: alice.username });

    const seen = await graph(
      tokens.access_token,
      '{ credential { kind scopes } profiles: __typename account(id: "x") { id } }',
    );
    expect(seen.errors[0].extensions.code).toBe('BAD_USER_INPUT');
    const account = await graph(
      tokens.access_token,
      `{ account(id: "${tokens['account_id']}") { profiles { name connected } calendars { name } } }`,
    );
    expect(account.data.account.profiles).toEqual([{ name: alice.username, connected: true }]);
    const forbidden = await graph(
      tokens.access_token,
      `{ account(id: "${tokens['account_id']}") { events { nodes { id summary } } } }`,
    );
    expect(forbidden.errors[0].extensions).toMatchObject({ code: 'FORBIDDEN', requiredScope: 'read_events' });

    const refreshed = await oauth.refreshTokenGrant(configuration, tokens.refresh_token ?? '');
    expect(refreshed.access_token).not.toBe(tokens.access_token);
    await oauth.tokenRevocation(configuration, refreshed.refresh_token ?? '');
    const ended = await graph(refreshed.access_token, '{ credential { kind } }');
    expect(ended.errors[0].extensions.code).toBe('UNAUTHENTICATED');
    await expect(oauth.refreshTokenGrant(configuration, refreshed.refresh_token ?? '')).rejects.toMatchObject({
      error: 'invalid_grant',
    });
  });

  test('who declines is sent back with access_denied and the state as it was', async () => {
    const { url } = await authorizationUrl('read_only');
    const page = await open();
    await page.goto(url.href);
    await tabTo(page, /Do not connect/);
    await page.keyboard.press('Enter');
    await page.waitForSelector('text=Back in the application');
    const back = called.at(-1);
    expect([back?.searchParams.get('error'), back?.searchParams.get('state')]).toEqual(['access_denied', state]);
  });

  test('iCloud: what an app-specific password is and what it opens, and axe finds nothing', async () => {
    const { url } = await authorizationUrl('read_only');
    url.searchParams.set('provider_name', 'apple');
    const page = await open();
    await page.goto(url.href);
    expect(await page.content()).toContain('opens everything of your iCloud account');
    expect(await audit(page)).toEqual([]);
  });

  test('the address of a flow in another browser shows nothing of it', async () => {
    const { url } = await authorizationUrl('read_only');
    const page = await open();
    await page.goto(url.href);
    const stranger = await open();
    await stranger.goto(page.url());
    expect(await stranger.title()).toBe('Error: This page belongs to another browser, or its time is over');
    expect(await audit(stranger)).toEqual([]);
  });
});
