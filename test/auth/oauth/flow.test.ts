/** The whole way with an independent client: authorize, code, token, graph, refresh, revoke. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import * as client from 'openid-client';
import { Browser, begin, consent, isGood, openWorld, redirectUri, type World } from './world.ts';

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(async () => {
  await world.close();
});

test('openid-client goes the whole way and needs to know nothing but the issuer', async () => {
  const application = await world.application();
  const account = await world.account(application);
  const config = await client.discovery(
    new URL(world.origin),
    application.clientId,
    application.secret,
    client.ClientSecretBasic(application.secret),
    { algorithm: 'oauth2', execute: [client.allowInsecureRequests] },
  );
  expect(config.serverMetadata()).toMatchObject({ issuer: world.origin });

  const verifier = client.randomPKCECodeVerifier();
  const state = client.randomState();
  const url = client.buildAuthorizationUrl(config, {
    redirect_uri: redirectUri,
    scope: 'read_only',
    state,
    code_challenge: await client.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
  });
  const browser = new Browser();
  const page = await begin(browser, url.href);
  const back = await consent(browser, page, { account });
  const tokens = await client.authorizationCodeGrant(config, new URL(back), {
    pkceCodeVerifier: verifier,
    expectedState: state,
  });
  expect(tokens).toMatchObject({
    token_type: 'bearer',
    expires_in: 3600,
    scope: 'read_account list_calendars read_events read_free_busy',
    account_id: account.accountId,
    sub: account.accountId,
    linking_profile: { provider_name: 'caldav', profile_id: account.profileId, profile_name: 'anna@example.com' },
  });
  expect(tokens.access_token).toMatch(/^mat_[A-Za-z0-9_-]{43}$/);
  expect(tokens.refresh_token).toMatch(/^mrt_[A-Za-z0-9_-]{43}$/);
  expect(await isGood(world.origin, tokens.access_token)).toBe(true);

  const refreshed = await client.refreshTokenGrant(config, tokens.refresh_token ?? '');
  expect(refreshed).toMatchObject({ account_id: account.accountId, expires_in: 3600 });
  expect(refreshed.refresh_token).not.toBe(tokens.refresh_token);
  expect(await isGood(world.origin, refreshed.access_token)).toBe(true);

  await client.tokenRevocation(config, refreshed.refresh_token ?? '');
  expect(await isGood(world.origin, refreshed.access_token)).toBe(false);
  expect(await isGood(world.origin, tokens.access_token)).toBe(false);
  await expect(client.refreshTokenGrant(config, refreshed.refresh_token ?? '')).rejects.toMatchObject({
    error: 'invalid_grant',
  });
  expect(world.node.errors).toEqual([]);
});
