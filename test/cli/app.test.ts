/** `meridian app`: on a database of its own, beside the running service, and before there is any. */
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { freePort } from '../setup/free-port.ts';
import type { Loose } from '../setup/graph.ts';
import { type Environment, meridian, type RunningService, startService } from './meridian.ts';

const folder = mkdtempSync('/tmp/meridian-app-');
let env: Environment;
let service: RunningService | null = null;
beforeAll(async () => {
  env = { DATA_DIR: join(folder, 'data'), PORT: String(await freePort()) };
});
afterAll(async () => {
  await service?.stop();
  rmSync(folder, { recursive: true, force: true });
});

const app = async (...parameters: string[]): Promise<Loose> => {
  const outcome = await meridian(['app', ...parameters, '--json'], env);
  return { ...(outcome.json() as Loose), code: outcome.code };
};
const query = async (secret: string): Promise<number> => {
  const response = await fetch(`http://127.0.0.1:${env['PORT']}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${secret}` },
    body: JSON.stringify({ query: '{ credential { kind } }' }),
  });
  return response.status;
};
const token = async (clientId: string, secret: string): Promise<Loose> => {
  const body = new URLSearchParams({
    grant_type: 'authorization_code',
    client_id: clientId,
    client_secret: secret,
    code: 'unknown',
    redirect_uri: 'https://shop.example/callback?with=query',
    code_verifier: 'x'.repeat(43),
  });
  return (await fetch(`http://127.0.0.1:${env['PORT']}/oauth/token`, { method: 'POST', body })).json();
};

test('works before the first start, and beside the service then: its secret is good at once', async () => {
  const made = await app('create', 'Before the first start');
  expect(made).toMatchObject({ code: 0, name: 'Before the first start', mode: 'DEVELOPMENT', unit: 'Default' });
  service = await startService(env);
  expect(await query(made.clientSecret)).toBe(200);
  const second = await app('create', 'Beside it', '--redirect-uri', 'https://shop.example/callback', '--unit', 'Shop');
  expect(second).toMatchObject({
    code: 0,
    mode: 'PRODUCTION',
    unit: 'Shop',
    redirectUris: ['https://shop.example/callback'],
  });
  expect(await query(second.clientSecret)).toBe(200);
  const { applications } = await app('list');
  expect(applications.map((one: Loose) => [one.name, one.activeSecrets])).toEqual([
    ['Before the first start', 1],
    ['Development', 1],
    ['Beside it', 1],
  ]);
});

describe('beside the running service', () => {
  test('a secret is replaced while the old one stays good, or ends at once', async () => {
    const made = await app('create', 'Rotating');
    const kept = await app('rotate-secret', made.clientId, '--keep', 'PT1H', '--label', 'autumn');
    expect(kept).toMatchObject({ code: 0, endingSecrets: 1, keepSeconds: 3600 });
    expect(await query(made.clientSecret)).toBe(200);
    expect(await token(made.clientId, made.clientSecret)).toMatchObject({ error: 'invalid_grant' });
    expect(await token(made.clientId, kept.clientSecret)).toMatchObject({ error: 'invalid_grant' });
    const ended = await app('rotate-secret', made.clientId, '--keep', 'PT0S');
    expect(ended.endingSecrets).toBe(2);
    expect(await token(made.clientId, kept.clientSecret)).toMatchObject({ error: 'invalid_client' });
    expect(await token(made.clientId, ended.clientSecret)).toMatchObject({ error: 'invalid_grant' });
  });

  test('the reasons of refused token requests, without codes, secrets or queries', async () => {
    const made = await app('create', 'Asking');
    await token(made.clientId, made.clientSecret);
    await token(made.clientId, 'wrong');
    const { requests } = await app('requests', made.clientId, '--last', '5');
    expect(requests).toMatchObject([
      { outcome: 'REFUSED', error: 'invalid_client', reason: 'wrong_secret' },
      {
        outcome: 'REFUSED',
        error: 'invalid_grant',
        reason: 'unknown_or_used',
        grantType: 'authorization_code',
        redirectUri: 'https://shop.example/callback',
      },
    ]);
    expect(JSON.stringify(requests)).not.toMatch(/query|xxx|unknown"/);
  });

  test('verification adds and takes nothing away; settings are set', async () => {
    const made = await app('create', 'Verified');
    expect(await app('verify', made.clientId, 'https://a.example/x')).toMatchObject({ code: 0, mode: 'PRODUCTION' });
    const again = await app('verify', made.clientId, 'https://*.b.example/x', 'https://a.example/x');
    expect(again.redirectUris).toEqual(['https://a.example/x', 'https://*.b.example/x']);
    const set = await app(
      'set',
      made.clientId,
      '--implicit-linking',
      'on',
      '--rotate-refresh-tokens',
      'off',
      '--name',
      'N',
    );
    expect(set).toMatchObject({ name: 'N', implicitLinking: true, rotateRefreshTokens: false });
  });

  test('an application of a lost database is made again under its client id', async () => {
    expect(await app('create', 'Again', '--client-id', 'its-old-id')).toMatchObject({
      code: 0,
      clientId: 'its-old-id',
    });
    expect(await app('create', 'Twice', '--client-id', 'its-old-id')).toMatchObject({
      code: 1,
      error: { code: 'DUPLICATE' },
    });
  });
});

test.each<[string, string[], number, string]>([
  ['an unknown application', ['verify', 'nobody', 'https://a.example/x'], 1, 'NOT_FOUND'],
  ['requests of an unknown application', ['requests', 'nobody'], 1, 'NOT_FOUND'],
  ['a redirect URI that is none', ['create', 'X', '--redirect-uri', 'app.example:/callback'], 1, 'INVALID'],
  ['no name', ['create', '  '], 1, 'REQUIRED'],
  ['the development application', ['rotate-secret', 'development'], 1, 'NOT_SUPPORTED'],
  ['a duration that is none', ['rotate-secret', 'development', '--keep', 'a day'], 2, 'DURATION'],
  ['a count that is none', ['requests', 'development', '--last', '0'], 2, 'LAST'],
  ['neither on nor off', ['set', 'development', '--implicit-linking', 'yes'], 2, 'ON_OR_OFF'],
  ['nothing to set', ['set', 'development'], 2, 'NOTHING_TO_SET'],
  ['a reserved client id', ['create', 'X', '--client-id', 'development'], 1, 'INVALID'],
])('refuses %s', async (_name, parameters, code, error) => {
  expect(await app(...parameters)).toMatchObject({ code, error: { code: error } });
});

test('a refused creation leaves nothing behind', async () => {
  const { applications } = await app('list');
  expect(applications.filter((one: Loose) => one.name === 'X')).toEqual([]);
});
