/**
 * Canaries in every input of a running service at its most talkative: none of them is in its database, logs, exports, errors,
 * traces or metrics.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, createServer as createSocketServer } from 'node:net';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { WebSocket } from 'ws';
import { hashToken } from '../../datasources/secrets/tokens.ts';
import { trailerSize } from '../../datasources/store/export/format.ts';
import { formToken } from '../auth/connect/world.ts';
import { authorizeUrl, Browser, begin, pkce } from '../auth/oauth/world.ts';
import { meridian, onDatabase, readDatabase } from '../cli/meridian.ts';
import { type Collector, startCollector } from '../server/telemetry/collector.ts';
import type { Loose } from '../setup/graph.ts';
import { basic, describeWithServer } from '../setup/servers.ts';
import { createService, type Service } from '../setup/service.ts';
import { canaries } from './canaries.ts';

describeWithServer('radicale', (server) => {
  const secrets = canaries();
  const redirectUri = 'http://localhost:9876/callback';
  const apiKey = secrets.make('API key of the development application');
  const folder = mkdtempSync('/tmp/meridian-secrets-');
  let service: Service;
  let env: Record<string, string>;
  let echo: Server;
  let closedPort: number;
  let collector: Collector;
  const scraper = secrets.make('token of the scraper');
  /** Every answer that says that something went wrong. */
  const refusals: { readonly from: string; readonly text: string }[] = [];

  beforeAll(async () => {
    // A calendar server that fails and repeats in its answer whatever it was sent.
    echo = createServer((request, response) => {
      response.statusCode = request.method === 'OPTIONS' ? 500 : 403;
      response.setHeader('content-type', 'text/plain');
      const sent = request.headers.authorization ?? '';
      response.end(`no: ${sent} ${Buffer.from(sent.replace(/^Basic /, ''), 'base64').toString()}`);
    });
    await new Promise<void>((listening) => echo.listen(0, '127.0.0.1', listening));
    const socket = createSocketServer().listen(0, '127.0.0.1');
    await new Promise((listening) => socket.once('listening', listening));
    closedPort = (socket.address() as AddressInfo).port;
    await new Promise((closed) => socket.close(closed));
    await fetch(`${server().alice.homeUrl}work/`, {
      method: 'MKCALENDAR',
      headers: { authorization: basic(server().alice) },
    });
    service = await createService();
    collector = await startCollector();
    env = {
      MERIDIAN_METRICS_TOKEN: scraper,
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.endpoint,
      MERIDIAN_LOG_LEVEL: 'trace',
      MERIDIAN_API_KEY: apiKey,
      MERIDIAN_POLL_INTERVAL: 'PT1S',
      MERIDIAN_SMTP_URL: `smtp://mail:${secrets.make('password of SMTP')}@127.0.0.1:${closedPort}`,
      MERIDIAN_MAIL_FROM: 'calendars@example.com',
      REDIS_URL: `redis://:${secrets.make('password of Redis')}@127.0.0.1:${closedPort}`,
      SUBGRAPH_SECRET: secrets.make('secret of the subgraph'),
      GOOGLE_CLIENT_ID: 'google-app',
      GOOGLE_CLIENT_SECRET: secrets.make('secret of the app at Google'),
    };
    await service.start(env);
  });
  afterAll(async () => {
    await service.remove();
    await collector.close();
    echo.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const commandEnv = () => ({ ...env, DATA_DIR: service.dataDir, PORT: String(service.port) });
  const keep = async (from: string, response: Response): Promise<string> => {
    const text = await response.clone().text();
    if (response.status >= 400) refusals.push({ from: `${from}: ${response.status}`, text });
    return text;
  };
  const ask = async (query: string, variables: object = {}, token = apiKey): Promise<Loose> => {
    const response = await fetch(`${service.address}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: JSON.stringify({ query, variables }),
    });
    const text = await keep(query.slice(0, 60), response);
    const answer = JSON.parse(text) as Loose;
    const refused = Object.values(answer.data ?? {}).some((field: Loose) => (field?.userErrors?.length ?? 0) > 0);
    if (response.status < 400 && (answer.errors !== undefined || refused)) refusals.push({ from: query, text });
    return answer;
  };
  const connect = async (serverUrl: string, username: string, password: string): Promise<Loose> => {
    const answer = await ask(
      `mutation ($input: ConnectCalDavInput!) { connectCalDav(input: $input) {
         account { id } profile { id } tokens { accessToken refreshToken } userErrors { path code message } } }`,
      { input: { serverUrl, username, password } },
    );
    return answer.data?.connectCalDav ?? null;
  };
  const post = async (path: string, fields: Readonly<Record<string, string>>): Promise<Loose> => {
    const body = new URLSearchParams(fields);
    const response = await fetch(`${service.address}${path}`, { method: 'POST', body });
    const text = await keep(path, response);
    return text === '' ? null : JSON.parse(text);
  };
  const redeem = (fields: Readonly<Record<string, string>>, secret = apiKey) =>
    post('/oauth/token', { client_id: 'development', client_secret: secret, redirect_uri: redirectUri, ...fields });

  test('passwords, right and wrong, to servers that accept, refuse and repeat them', async () => {
    const { alice } = server();
    secrets.add('password of alice', alice.password);
    expect((await connect(server().url, 'alice', secrets.make('wrong password'))).userErrors).not.toEqual([]);
    const { port } = echo.address() as AddressInfo;
    const there = `http://127.0.0.1:${port}/`;
    expect((await connect(there, 'alice', secrets.make('repeated password'))).userErrors).not.toEqual([]);
    const inAddress = `http://alice:${secrets.make('password in an address')}@127.0.0.1:${port}/`;
    expect((await connect(inAddress, 'alice', secrets.make('other password'))).userErrors).not.toEqual([]);
    await connect(`http://127.0.0.1:${closedPort}/`, 'alice', secrets.make('password to nobody'));
    const connected = await connect(server().url, 'alice', alice.password);
    expect(connected.userErrors).toEqual([]);
    secrets.add('access token', connected.tokens.accessToken);
    if (connected.tokens.refreshToken != null) secrets.add('refresh token', connected.tokens.refreshToken);
  });

  test('an authorisation from its first address to its end', async () => {
    const browser = new Browser();
    const { verifier, challenge } = pkce();
    secrets.add('PKCE verifier', verifier);
    const link = await ask('{ accounts { nodes { id } } }');
    const accountId = link.data.accounts.nodes[0].id;
    const made = await ask(
      'mutation ($id: ID!) { createLinkToken(input: { accountId: $id }) { token userErrors { message } } }',
      { id: accountId },
    );
    const start = (more: Readonly<Record<string, string>>) =>
      authorizeUrl(service.address, {
        client_id: 'development',
        redirect_uri: redirectUri,
        scope: 'read_write',
        state: secrets.make('state'),
        code_challenge: challenge,
        ...more,
      });
    for (const wrong of [
      { scope: 'everything' },
      { redirect_uri: 'javascript:x' },
      { code_challenge_method: 'plain' },
    ]) {
      await keep('authorize', await browser.get(start(wrong)));
    }
    const first = await begin(
      browser,
      start({ link_token: secrets.add('link token', made.data.createLinkToken.token) }),
    );
    secrets.add('address of the pages', new URL(first).pathname.split('/')[2] ?? '');
    const form = `${first}/caldav`;
    const token = secrets.add('CSRF token', formToken(await (await browser.get(form)).text()));
    for (const { value } of browser.cookies().values()) if (value.length >= 12) secrets.add('cookie', value);
    const login = { server: server().url, username: 'alice', password: server().alice.password };
    await keep('form', await browser.submit(form, { ...login, token: secrets.make('forged CSRF token') }));
    await keep('form', await browser.submit(form, { ...login, password: secrets.make('password typed wrong'), token }));
    const sent = await browser.submit(form, { ...login, token });
    const back = new URL((await browser.get(sent.headers.get('location') ?? '')).headers.get('location') ?? '');
    const code = secrets.add('code', back.searchParams.get('code') ?? '');

    const redemption = { grant_type: 'authorization_code', code, code_verifier: verifier };
    await redeem(redemption, secrets.make('wrong client secret'));
    const tokens = await redeem(redemption);
    secrets.add('access token', tokens.access_token);
    const refreshed = await redeem({
      grant_type: 'refresh_token',
      refresh_token: secrets.add('refresh token', tokens.refresh_token),
    });
    secrets.add('access token', refreshed.access_token);
    secrets.add('refresh token', refreshed.refresh_token);
    await redeem({ grant_type: 'refresh_token', refresh_token: secrets.make('unknown refresh token') });
    await redeem({ ...redemption, code: secrets.make('unknown code') });
    await redeem(redemption);
    await post('/oauth/token', { [secrets.make('unknown parameter')]: 'x', grant_type: secrets.make('grant type') });
    await post('/oauth/token/revoke', {
      client_id: 'development',
      client_secret: apiKey,
      token: secrets.make('unknown token to revoke'),
    });
  });

  test('applications, their secrets, feeds, permissions, element tokens', async () => {
    const created = (
      await meridian(['app', 'create', 'Other', '--redirect-uri', redirectUri, '--json'], commandEnv())
    ).json();
    const rotated = (
      await meridian(['app', 'rotate-secret', String(created['clientId']), '--json'], commandEnv())
    ).json();
    for (const one of [created, rotated]) secrets.add('client secret', String(one['clientSecret']));
    await ask('{ credential { kind } }', {}, String(rotated['clientSecret']));

    // Where the end of a reused code's grant took the account away, it is given again.
    await connect(server().url, 'alice', server().alice.password);
    const { data } = await ask('{ accounts { nodes { id profiles { id calendars { id } } } } }');
    const account = data.accounts.nodes.find((one: Loose) =>
      one.profiles.some((each: Loose) => each.calendars.length > 0),
    );
    const calendarId = account.profiles.find((one: Loose) => one.calendars.length > 0).calendars[0].id;
    for (const rotate of [false, true]) {
      const set = await ask(
        `mutation ($input: SetIcsFeedInput!) { setIcsFeed(input: $input) { calendar { icsUrl } userErrors { message } } }`,
        { input: { calendarId, enabled: true, rotate } },
      );
      const secret = /feeds\/([^.]+)\.ics/.exec(JSON.stringify(set))?.[1] ?? '';
      secrets.add('address of a feed', secret);
      await keep('feed', await fetch(`${service.address}/feeds/${secret}.ics`));
    }
    const element = await ask(
      'mutation ($input: CreateElementTokenInput!) { createElementToken(input: $input) { token userErrors { message } } }',
      { input: { origin: 'https://app.example.com', accountIds: [account.id], permissions: ['AGENDA'] } },
    );
    secrets.add('element token', element.data.createElementToken.token);
    await ask('{ accounts { nodes { id } } }', {}, element.data.createElementToken.token);
    await onDatabase(commandEnv(), `update authorization_grant set permission = 'SANDBOX'`);
    const asked = await ask(
      'mutation ($input: RequestCalendarPermissionInput!) { requestCalendarPermission(input: $input) { url userErrors { message } } }',
      { input: { calendarIds: [calendarId], redirectUri } },
    );
    const permission = asked.data.requestCalendarPermission.url;
    secrets.add('address to grant a permission at', permission.split('/').at(-1));
    const browser = new Browser();
    const page = formToken(await (await browser.get(permission)).text());
    secrets.add('CSRF token', page);
    const typed = { password: secrets.make('password typed wrong'), answer: 'allow', token: page };
    await keep('permission', await browser.submit(permission, typed));
    await onDatabase(
      commandEnv(),
      `update profile set status = 'DISCONNECTED', status_since = now() where provider <> 'MERIDIAN'`,
    );
    const ill = await ask('{ profiles { nodes { relinkUrl } } }');
    const relink = ill.data.profiles.nodes.map((one: Loose) => one.relinkUrl).find((url: unknown) => url != null);
    secrets.add('address to mend at', relink.split('/').at(-1));
    const mending = secrets.add('CSRF token', formToken(await (await browser.get(relink)).text()));
    const wrong = { password: secrets.make('password typed wrong'), token: mending };
    await keep('relink', await browser.submit(relink, wrong));
    expect((await browser.submit(relink, { password: server().alice.password, token: mending })).status).toBe(200);
  });

  test('what no operation takes: variables, literals, names, headers, addresses', async () => {
    const secret = () => secrets.make('variable');
    await ask('query ($id: ID!) { calendar(id: $id) { id } }', { id: { [secret()]: secret() } });
    await ask('query ($first: Int) { accounts(first: $first) { nodes { id } } }', { first: secret() });
    await ask('query ($id: ID!) { calendar(id: $id) { id } }', { id: secret() });
    await ask('mutation ($input: ConnectCalDavInput!) { connectCalDav(input: $input) { userErrors { message } } }', {
      input: { serverUrl: 'not an address', username: 'a', password: secret(), more: secret() },
    });
    await ask('query ($after: String) { accounts(after: $after) { nodes { id } } }', { after: secret() });
    await ask('subscription ($cursor: String) { changes(after: $cursor) { __typename } }', { cursor: secret() });
    await ask(`{ calendar(id: "${secrets.make('literal')}") { id } }`);
    await ask(`{ accounts(first: "${secrets.make('literal')}") { nodes { id } } }`);
    await ask('{ accounts { nodes { id } } }', {}, secrets.make('unknown API key'));
    for (const path of [
      '/feeds/%.ics',
      '/relink/%',
      '/connect/permission/%',
      '/connect/%',
      '/nowhere/%',
      '/import/%',
    ]) {
      const url = `${service.address}${path.replace('%', secrets.make('unknown address'))}?token=${secrets.make('query')}`;
      await keep(path, await fetch(url, { headers: { cookie: `a=${secrets.make('cookie')}` } }));
    }
    for (const connectionParams of [
      { authorization: `Bearer ${secrets.make('connectionParams')}` },
      { authorization: `Bearer ${apiKey}`, more: secrets.make('connectionParams') },
    ]) {
      refusals.push({ from: 'socket', text: await overSocket(connectionParams, secrets.make('variable')) });
    }
  });

  /** What a socket answers to a subscription with a variable that it cannot take. */
  async function overSocket(payload: object, variable: string): Promise<string> {
    const socket = new WebSocket(`${service.address.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
    let told = '';
    await new Promise<void>((closed) => {
      socket.on('open', () => socket.send(JSON.stringify({ type: 'connection_init', payload })));
      socket.on('message', (message) => {
        const { type } = JSON.parse(String(message)) as { type: string };
        told += String(message);
        if (type === 'connection_ack') {
          const query = 'subscription ($after: String) { changes(after: $after) { __typename } }';
          socket.send(
            JSON.stringify({ id: '1', type: 'subscribe', payload: { query, variables: { after: variable } } }),
          );
        } else socket.close();
      });
      socket.on('close', (code, reason) => {
        told += `${code} ${String(reason)}`;
        closed();
      });
    });
    return told;
  }

  test('none of them is in an answer that refuses something', () => {
    expect(refusals.length).toBeGreaterThan(25);
    for (const { from, text } of refusals) {
      // The page that asks again has its own form's token and address in it, which one of its cookies repeats.
      const isPage = text.startsWith('<!doctype html>');
      expect([from, secrets.foundIn(text, isPage ? ['CSRF token', 'address', 'cookie'] : [])]).toEqual([from, []]);
    }
  });

  test('none of them is in the database, its log, or an export of it', async () => {
    const rows = await readDatabase(commandEnv());
    expect(rows.map(({ table }) => table)).toEqual(
      expect.arrayContaining(['audit_entry', 'oauth_artifact', 'credential', 'sync_run', 'token_request', 'profile']),
    );
    // What is kept instead: the dump does show these rows.
    expect(rows.find(({ table }) => table === 'credential')?.text).toContain(hashToken(apiKey).toString('hex'));
    for (const { table, text } of rows) expect([table, secrets.foundIn(text)]).toEqual([table, []]);
    const file = join(folder, 'backup.meridian');
    expect(await meridian(['export', file], commandEnv())).toMatchObject({ code: 0 });
    const exported = readFileSync(file);
    const text = gunzipSync(exported.subarray(exported.indexOf(Buffer.from([0x1f, 0x8b])), -trailerSize)).toString(
      'latin1',
    );
    expect(text).toContain('oauth_artifact');
    expect(secrets.foundIn(text)).toEqual([]);
    expect(secrets.foundIn(readFileSync(join(service.dataDir, 'postgres.log'), 'latin1'))).toEqual([]);
  }, 60_000);

  test('none of them is in its metrics', async () => {
    const metrics = await fetch(`${service.address}/metrics`, { headers: { authorization: `Bearer ${scraper}` } });
    const text = await metrics.text();
    expect(text).toContain('meridian_graphql_operation_duration_seconds_count{type="mutation",outcome="ok"}');
    expect(text).toContain('outcome="CREDENTIALS_REJECTED"');
    expect(secrets.foundIn(text)).toEqual([]);
  });

  test('none of them is in what the service and its commands said', async () => {
    for (const parameters of [
      ['audit'],
      ['doctor'],
      ['keys', 'list'],
      ['app', 'list'],
      ['app', 'requests', 'development'],
    ]) {
      const { stdout, stderr } = await meridian(parameters, commandEnv());
      expect([parameters, secrets.foundIn(stdout + stderr)]).toEqual([parameters, []]);
    }
    await service.stop();
    expect(service.output()).toContain('"msg":"request"');
    expect(service.output()).toContain('Redis is away');
    // The banner shows the key to whoever starts the service on a terminal; here nobody does.
    expect(secrets.foundIn(service.output())).toEqual([]);
  }, 60_000);

  // Behind the stop, which sends what is left.
  test('none of them is in its traces', () => {
    const routes = new Set(collector.spans.map(({ attributes }) => attributes['http.route']));
    expect([...routes]).toEqual(expect.arrayContaining(['/graphql', '/oauth/*', '/feeds/:file']));
    expect(collector.spans.map(({ name }) => name)).toEqual(expect.arrayContaining(['provider.call', 'sync.poll']));
    expect(secrets.foundIn(collector.received.join('\n'))).toEqual([]);
  });

  test('the search finds what is there, however it is written', () => {
    const own = canaries();
    const secret = own.add('one', 'a secret: ä/+&"\\ of mine');
    for (const text of [
      secret,
      encodeURIComponent(secret),
      JSON.stringify({ x: secret }),
      Buffer.from(secret).toString('hex'),
      Buffer.from(secret).toString('base64'),
    ]) {
      expect(own.foundIn(`before ${text} after`)).toEqual(['one 1']);
    }
    expect(own.foundIn('a secret of somebody else')).toEqual([]);
    expect(secrets.names.length).toBeGreaterThan(50);
  });
});
