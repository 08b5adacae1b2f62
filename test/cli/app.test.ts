/** `meridian app`: beside the running service and before there is any, as a process; every command's rules, in this one. */
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { ensureDevelopmentApplication } from '../../auth/development.ts';
import { logTokenRequest } from '../../auth/token-requests.ts';
import { hashToken } from '../../datasources/secrets/tokens.ts';
import { isSecretOf } from '../../datasources/store/applications.ts';
import { type FreshStore, freshStore } from '../setup/database.ts';
import { freePort } from '../setup/free-port.ts';
import { type Loose, testKey } from '../setup/graph.ts';
import { askOn } from './in-process.ts';
import { meridian, startService } from './meridian.ts';

test('works before the first start, and beside the service then: its secret is good at once', async () => {
  const folder = mkdtempSync('/tmp/meridian-app-');
  const env = { DATA_DIR: join(folder, 'data'), PORT: String(await freePort()) };
  const run = async (...parameters: string[]) =>
    (await meridian(['app', ...parameters, '--json'], env)).json() as Loose;
  const query = async (secret: string): Promise<number> => {
    const response = await fetch(`http://127.0.0.1:${env.PORT}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${secret}` },
      body: JSON.stringify({ query: '{ credential { kind } }' }),
    });
    return response.status;
  };
  const made = await run('create', 'Before the first start');
  const service = await startService(env);
  try {
    expect(await query(made.clientSecret)).toBe(200);
    const second = await run('create', 'Beside it', '--redirect-uri', 'https://shop.example/callback');
    expect(await query(second.clientSecret)).toBe(200);
    const body = new URLSearchParams({
      grant_type: 'refresh_token',
      client_id: second.clientId,
      client_secret: second.clientSecret,
      refresh_token: 'unknown',
    });
    const refused = await fetch(`http://127.0.0.1:${env.PORT}/oauth/token`, { method: 'POST', body });
    expect(await refused.json()).toMatchObject({ error: 'invalid_grant' });
    // The metadata document names the address that the service has.
    const metadata = await fetch(`http://127.0.0.1:${env.PORT}/.well-known/oauth-authorization-server`);
    expect(await metadata.json()).toMatchObject({ issuer: `http://127.0.0.1:${env.PORT}` });
  } finally {
    await service.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}, 180_000);

let fresh: FreshStore;
beforeAll(async () => {
  fresh = await freshStore();
  await ensureDevelopmentApplication(fresh.store, fresh.store.ids, testKey);
});
afterAll(() => fresh.drop());

const app = (...parameters: string[]) => askOn(fresh, ['app', ...parameters]);

const isGood = (applicationId: string, secret: string) =>
  fresh.store.asWorker((tx) => isSecretOf(tx, applicationId, hashToken(secret)));

describe('applications', () => {
  test('are made in DEVELOPMENT, in a unit that is made with the first of them', async () => {
    const first = await app('create', 'First');
    expect(first).toMatchObject({ code: 0, name: 'First', mode: 'DEVELOPMENT', unit: 'Default', redirectUris: [] });
    const second = await app('create', 'Second', '--unit', 'Shop', '--rotate-refresh-tokens', 'off');
    expect(second).toMatchObject({ unit: 'Shop', rotateRefreshTokens: false, implicitLinking: false });
    const { applications } = await app('list');
    expect(applications).toMatchObject([
      { name: 'Development', activeSecrets: 1 },
      { name: 'First', activeSecrets: 1, unit: 'Default' },
      { name: 'Second', activeSecrets: 1, unit: 'Shop' },
    ]);
    expect(JSON.stringify(applications)).not.toContain(first.clientSecret);
    const kept = await fresh.superuser<{ text: string }>('select c::text as text from credential c');
    expect(JSON.stringify(kept)).not.toContain(first.clientSecret);
  });

  test('get a new secret while the old one stays good for a while, or ends at once', async () => {
    const made = await app('create', 'Rotating');
    const kept = await app('rotate-secret', made.clientId, '--keep', 'PT1H', '--label', 'autumn');
    expect(kept).toMatchObject({ code: 0, endingSecrets: 1, keepSeconds: 3600 });
    expect([await isGood(made.id, made.clientSecret), await isGood(made.id, kept.clientSecret)]).toEqual([true, true]);
    const ended = await app('rotate-secret', made.clientId, '--keep', 'PT0S');
    expect(ended.endingSecrets).toBe(2);
    expect(await isGood(made.id, made.clientSecret)).toBe(false);
    expect(await isGood(made.id, kept.clientSecret)).toBe(false);
    expect(await isGood(made.id, ended.clientSecret)).toBe(true);
    // Ending later is no way to let a secret live longer.
    const third = await app('rotate-secret', made.clientId, '--keep', 'PT1M');
    await app('rotate-secret', made.clientId, '--keep', 'P90D');
    const rows = await fresh.superuser<{ far: boolean }>(
      `select expires_at > now() + interval '1 hour' as far from credential where token_hash = $1`,
      [hashToken(ended.clientSecret)],
    );
    expect([rows[0]?.far, await isGood(made.id, third.clientSecret)]).toEqual([false, true]);
  });

  test('are verified additively, and set', async () => {
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

  test('are made again under the client id of a lost database', async () => {
    expect(await app('create', 'Again', '--client-id', 'its-old-id')).toMatchObject({
      code: 0,
      clientId: 'its-old-id',
    });
    expect(await app('create', 'Twice', '--client-id', 'its-old-id')).toMatchObject({
      code: 1,
      error: { code: 'DUPLICATE' },
    });
  });

  test('show their last token requests, the newest first', async () => {
    const made = await app('create', 'Asking');
    for (const reason of ['expired', 'pkce_mismatch', 'revoked']) {
      await fresh.store.asWorker((tx) =>
        logTokenRequest(tx, {
          applicationId: made.id,
          clientId: made.clientId,
          grantType: 'authorization_code',
          outcome: 'REFUSED',
          error: 'invalid_grant',
          reason,
          redirectUri: 'https://a.example/x?secret=1',
          accountId: null,
        }),
      );
    }
    const { requests } = await app('requests', made.clientId, '--last', '2');
    expect(requests).toMatchObject([
      { reason: 'revoked', redirectUri: 'https://a.example/x' },
      { reason: 'pkce_mismatch' },
    ]);
  });
});

test.each<[string, string[], number, string]>([
  ['an unknown application', ['verify', 'nobody', 'https://a.example/x'], 1, 'NOT_FOUND'],
  ['requests of an unknown application', ['requests', 'nobody'], 1, 'NOT_FOUND'],
  ['a client id that no database can hold', ['requests', 'a\u0000b'], 1, 'NOT_FOUND'],
  ['a redirect URI that is none', ['create', 'X', '--redirect-uri', 'app.example:/callback'], 1, 'INVALID'],
  ['no name', ['create', '  '], 1, 'REQUIRED'],
  ['a name too long', ['create', 'x'.repeat(201)], 1, 'TOO_LONG'],
  ['a name that turns the writing round', ['create', 'a\u202eb'], 1, 'INVALID'],
  ['an unknown unit', ['create', 'X', '--unit', 'org_nothing'], 1, 'NOT_FOUND'],
  ['a new secret of the development application', ['rotate-secret', 'development'], 1, 'NOT_SUPPORTED'],
  ['a verification without any address', ['verify', 'development'], 1, 'REQUIRED'],
  ['a duration that is none', ['rotate-secret', 'development', '--keep', 'a day'], 2, 'DURATION'],
  ['a duration without end', ['rotate-secret', 'development', '--keep', 'P91D'], 2, 'DURATION'],
  ['a count that is none', ['requests', 'development', '--last', '0'], 2, 'LAST'],
  ['neither on nor off', ['set', 'development', '--implicit-linking', 'yes'], 2, 'ON_OR_OFF'],
  ['nothing to set', ['set', 'development'], 2, 'NOTHING_TO_SET'],
  ['a reserved client id', ['create', 'X', '--client-id', 'development'], 1, 'INVALID'],
])('refuses %s, and leaves nothing behind', async (_name, parameters, code, error) => {
  const before = await fresh.superuser('select count(*) as count from application');
  expect(await app(...parameters)).toMatchObject({ code, error: { code: error } });
  expect(await fresh.superuser('select count(*) as count from application')).toEqual(before);
});
