/** kill -9 between the redemption of a code and its answer: the code is whole or used, and what was used in vain gives nothing. */
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { formToken } from '../auth/connect/world.ts';
import { authorizeUrl, Browser, begin, isGood, pkce, post } from '../auth/oauth/world.ts';
import { type CalDavServer, missing, startServer } from '../setup/servers.ts';
import { createService, type Service } from '../setup/service.ts';

const lacking = missing('xandikos');
if (lacking !== null && process.env['REQUIRE_SERVERS'] === '1') throw new Error(`REQUIRE_SERVERS=1, but ${lacking}`);
if (lacking !== null) console.warn(`left out: kill -9 in a redemption, because ${lacking}`);
const killing = lacking === null ? test : test.skip;

let service: Service;
let calendars: CalDavServer;
beforeAll(async () => {
  if (lacking !== null) return;
  [service, calendars] = await Promise.all([createService(), startServer('xandikos')]);
  await service.start();
});
afterAll(async () => {
  await service?.remove();
  await calendars?.stop();
});

const redirectUri = 'http://127.0.0.1:1/callback';

/** A user connects a calendar and consents. @returns what the application redeems */
async function obtain(): Promise<Record<string, string>> {
  const { verifier, challenge } = pkce();
  const browser = new Browser();
  const first = await begin(
    browser,
    authorizeUrl(service.address, {
      client_id: 'development',
      redirect_uri: redirectUri,
      scope: 'read_only',
      code_challenge: challenge,
    }),
  );
  const url = `${first}/caldav`;
  const token = formToken(await (await browser.get(url)).text());
  const { username, password } = calendars.alice;
  const sent = await browser.submit(url, { server: calendars.url, username, password, token });
  const back = await browser.get(sent.headers.get('location') ?? '');
  const code = new URL(back.headers.get('location') ?? '').searchParams.get('code');
  if (code === null) throw new Error('expected a code');
  return {
    grant_type: 'authorization_code',
    client_id: 'development',
    client_secret: service.key(),
    redirect_uri: redirectUri,
    code,
    code_verifier: verifier,
  };
}

killing(
  'at any moment of it: the retry gets tokens, or hears that the code was used and nothing of it is left',
  async () => {
    const heard: string[] = [];
    for (const moment of [2, 12, 40]) {
      const request = await obtain();
      const answered = post(`${service.address}/oauth/token`, request).catch(() => null);
      await delay(moment);
      await service.kill();
      const before = await answered;
      await service.start();
      const retried = await post(`${service.address}/oauth/token`, request);
      if (retried.status === 200) {
        expect(before).toBeNull();
        expect(await isGood(service.address, retried.body.access_token)).toBe(true);
        heard.push('whole');
        continue;
      }
      expect([retried.status, retried.body.error]).toEqual([400, 'invalid_grant']);
      // A code that comes twice ends what it gave, whether or not anybody received it.
      if (before !== null) expect(await isGood(service.address, before.body.access_token)).toBe(false);
      heard.push('used');
    }
    expect(heard).toHaveLength(3);
  },
  120_000,
);
