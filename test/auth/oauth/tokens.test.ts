/** Codes and tokens after they were given: used again, refreshed, revoked, expired, from another node, under another key. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createKeyRing } from '../../../datasources/secrets/key-ring.ts';
import { verifyAudit } from '../../../datasources/store/audit.ts';
import { revokeTokensOf } from '../../../datasources/store/oauth-artifacts.ts';
import type { Tx } from '../../../datasources/store/store.ts';
import { keepHouse } from '../../../sync/jobs/housekeeping.ts';
import { reseal } from '../../../sync/jobs/resealing.ts';
import { Fuse, fusedStore } from '../../sync/fuse.ts';
import {
  authorizeUrl,
  Browser,
  begin,
  consent,
  isGood,
  obtainCode,
  obtainTokens,
  openWorld,
  pkce,
  post,
  redeem,
  redirectUri,
  refresh,
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
  expect(await world.graph.fresh.store.asWorker(verifyAudit)).toMatchObject({ brokenAt: null });
  expect(world.node.errors).toEqual([]);
  await world.close();
});

const audited = async (action: string) => {
  const rows = await world.graph.fresh.superuser<{ count: string }>(
    'select count(*) as count from audit_entry where action = $1',
    [action],
  );
  return Number(rows[0]?.count);
};
/** As if the last use of refresh tokens had been so long ago. */
const age = (seconds: number) =>
  world.graph.fresh.superuser(
    `update oauth_artifact set consumed_at = consumed_at - make_interval(secs => $1) where model = 'RefreshToken'`,
    [seconds],
  );

describe('codes', () => {
  test('a second redemption is refused and takes back what the first gave', async () => {
    const code = await obtainCode(world.origin, application, account);
    const first = await redeem(world.origin, application, code);
    expect(await isGood(world.origin, first.body.access_token)).toBe(true);
    const before = await audited('code.reused');
    const second = await redeem(world.origin, application, code);
    expect([second.status, second.body.error]).toEqual([400, 'invalid_grant']);
    expect(await isGood(world.origin, first.body.access_token)).toBe(false);
    expect((await refresh(world.origin, application, first.body.refresh_token)).body.error).toBe('invalid_grant');
    expect(await audited('code.reused')).toBe(before + 1);
  });

  test('of many redemptions at once one gives tokens, and they do not outlive the others', async () => {
    const code = await obtainCode(world.origin, application, account);
    const other = await world.another();
    const answers = await Promise.all(
      [world.origin, other.origin, world.origin, other.origin].map((origin) => redeem(origin, application, code)),
    );
    const given = answers.filter(({ status }) => status === 200);
    expect(given).toHaveLength(1);
    expect(await isGood(world.origin, given[0]?.body.access_token)).toBe(false);
  });

  test('a second redemption without the verifier takes nothing back', async () => {
    const code = await obtainCode(world.origin, application, account);
    const first = await redeem(world.origin, application, code);
    await redeem(world.origin, application, { ...code, verifier: pkce().verifier });
    expect(await isGood(world.origin, first.body.access_token)).toBe(true);
  });

  test('a death before the commit leaves the code whole, one after it leaves it used; never half', async () => {
    const code = await obtainCode(world.origin, application, account);
    const count = async () =>
      (
        await world.graph.fresh.superuser<{ n: string }>(
          `select count(*) as n from credential where kind = 'ACCOUNT_TOKEN'`,
        )
      )[0]?.n;
    const before = await count();
    const dying = await world.another({ store: fusedStore(world.graph.fresh.store, new Fuse(2)) });
    expect((await redeem(dying.origin, application, code)).status).toBe(500);
    expect(dying.errors).toHaveLength(1);
    expect(await count()).toBe(before);

    const dead = await world.another({ store: fusedStore(world.graph.fresh.store, new Fuse(3)) });
    const lost = await redeem(dead.origin, application, code);
    expect([lost.status, lost.body]).toEqual([500, { error: 'server_error' }]);
    expect(Number(await count())).toBe(Number(before) + 1);
    // What the lost answer held is not good any more once the client tries again.
    const again = await redeem(world.origin, application, code);
    expect(again.body.error).toBe('invalid_grant');
    const live = await world.graph.fresh.superuser<{ n: string }>(
      `select count(*) as n from credential where kind = 'ACCOUNT_TOKEN' and revoked_at is null
       and created_at = (select max(created_at) from credential where kind = 'ACCOUNT_TOKEN')`,
    );
    expect(live[0]?.n).toBe('0');
  });
});

describe('refreshing', () => {
  test('gives a new pair; the old token again within its grace gives another, and trips nothing', async () => {
    const first = await obtainTokens(world.origin, application, account);
    const second = await refresh(world.origin, application, first.refresh_token);
    expect(second.body).toMatchObject({ expires_in: 3600, account_id: account.accountId, sub: account.accountId });
    const third = await refresh(world.origin, application, first.refresh_token);
    expect(third.status).toBe(200);
    expect(new Set([first, second.body, third.body].map((tokens) => tokens.refresh_token)).size).toBe(3);
    for (const tokens of [first, second.body, third.body]) {
      expect(await isGood(world.origin, tokens.access_token)).toBe(true);
    }
  });

  test('the old token behind its grace ends the whole grant', async () => {
    const first = await obtainTokens(world.origin, application, account);
    const second = (await refresh(world.origin, application, first.refresh_token)).body;
    await age(31);
    const before = await audited('refresh.reused');
    const reused = await refresh(world.origin, application, first.refresh_token);
    expect([reused.status, reused.body.error]).toEqual([400, 'invalid_grant']);
    expect(await audited('refresh.reused')).toBe(before + 1);
    expect(await isGood(world.origin, second.access_token)).toBe(false);
    expect((await refresh(world.origin, application, second.refresh_token)).body.error).toBe('invalid_grant');
  });

  test('another grant of the same account goes on', async () => {
    const one = await obtainTokens(world.origin, application, account);
    const other = await obtainTokens(world.origin, application, account);
    await refresh(world.origin, application, one.refresh_token);
    await age(31);
    await refresh(world.origin, application, one.refresh_token);
    expect((await refresh(world.origin, application, other.refresh_token)).status).toBe(200);
  });

  test('an application may ask for a token that stays', async () => {
    const stable = await world.application({ rotateRefreshTokens: false });
    const owner = await world.account(stable);
    const first = await obtainTokens(world.origin, stable, owner);
    for (let time = 0; time < 3; time++) {
      const again = await refresh(world.origin, stable, first.refresh_token);
      expect(again.body).toMatchObject({ refresh_token: first.refresh_token });
      expect(await isGood(world.origin, again.body.access_token)).toBe(true);
    }
  });

  test('refresh tokens outlive everything that expires, and housekeeping keeps them', async () => {
    const { refresh_token: token } = await obtainTokens(world.origin, application, account);
    await world.graph.fresh.superuser(`update oauth_artifact set expires_at = expires_at - interval '40 days'`);
    await keepHouse(world.graph.fresh.store);
    const answer = await refresh(world.origin, application, token);
    expect(answer.status).toBe(200);
    const models = await world.graph.fresh.superuser<{ model: string }>(
      `select distinct model from oauth_artifact where expires_at < now()`,
    );
    expect(models).toEqual([]);
  });

  test('tokens of a service account last 30 minutes', async () => {
    const service = await world.account(application, 'SERVICE_ACCOUNT');
    const first = await obtainTokens(world.origin, application, service);
    expect(first.expires_in).toBe(1800);
    expect((await refresh(world.origin, application, first.refresh_token)).body.expires_in).toBe(1800);
  });
});

describe('access tokens', () => {
  test('are good for what was granted, until their time is over', async () => {
    const tokens = await obtainTokens(world.origin, application, account, { scope: 'free_busy' });
    expect(tokens.scope).toBe('read_account list_calendars read_free_busy');
    const ask = async () => {
      const response = await fetch(`${world.origin}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${tokens.access_token}` },
        body: JSON.stringify({ query: '{ credential { scopes account { id } } }' }),
      });
      return [response.status, ((await response.json()) as { data?: object }).data];
    };
    expect(await ask()).toEqual([
      200,
      {
        credential: {
          scopes: expect.arrayContaining(['read_account', 'list_calendars', 'read_free_busy']),
          account: { id: account.accountId },
        },
      },
    ]);
    await world.graph.fresh.superuser(
      `update credential set expires_at = now() where scopes @> '{read_free_busy}' and account_id = $1`,
      [account.accountId],
    );
    expect((await ask())[0]).toBe(401);
  });

  test('the user may grant less than was asked for', async () => {
    const browser = new Browser();
    const { verifier, challenge } = pkce();
    const url = authorizeUrl(world.origin, {
      client_id: application.clientId,
      redirect_uri: redirectUri,
      scope: 'read_write',
      code_challenge: challenge,
    });
    const scopes = 'read_events read_account';
    const end = new URL(await consent(browser, await begin(browser, url), { account, scopes }));
    const code = end.searchParams.get('code') ?? '';
    const tokens = await redeem(world.origin, application, { code, verifier });
    expect(tokens.body.scope).toBe('read_account read_events');
  });
});

describe('revocation', () => {
  const revoke = (parameters: Record<string, string>, by = application) =>
    post(`${world.origin}/oauth/token/revoke`, { client_id: by.clientId, client_secret: by.secret, ...parameters });
  const statusOf = async (accountId: string) =>
    (
      await world.graph.fresh.superuser<{ status: string }>(
        'select status from authorization_grant where account_id = $1',
        [accountId],
      )
    )[0]?.status;

  test.each(['access_token', 'refresh_token'])('by %s, with the right hint, a wrong one or none', async (name) => {
    for (const hint of [{ token_type_hint: name }, { token_type_hint: 'nonsense' }, {}]) {
      const mine = await world.account(application);
      const tokens = await obtainTokens(world.origin, application, mine);
      const answer = await revoke({ token: tokens[name], ...hint } as Record<string, string>);
      expect([answer.status, answer.body]).toEqual([200, null]);
      expect(await isGood(world.origin, tokens.access_token)).toBe(false);
      expect((await refresh(world.origin, application, tokens.refresh_token)).body.error).toBe('invalid_grant');
      expect(await statusOf(mine.accountId)).toBe('REVOKED');
    }
  });

  test('by sub ends every grant of that account for this application alone', async () => {
    const mine = await world.account(application);
    const one = await obtainTokens(world.origin, application, mine);
    const two = await obtainTokens(world.origin, application, mine);
    expect((await revoke({ sub: mine.accountId })).status).toBe(200);
    for (const tokens of [one, two]) {
      expect(await isGood(world.origin, tokens.access_token)).toBe(false);
      expect((await refresh(world.origin, application, tokens.refresh_token)).body.error).toBe('invalid_grant');
    }
    expect(await statusOf(mine.accountId)).toBe('REVOKED');
    expect(await statusOf(account.accountId)).toBe('ACTIVE');
    const before = await audited('authorization.revoked');
    expect((await revoke({ sub: mine.accountId })).status).toBe(200);
    // What has ended does not end again.
    expect(await audited('authorization.revoked')).toBe(before);
    const told = await world.graph.fresh.superuser<{ kind: string }>(
      'select kind from change_log where account_id = $1 and audience = $2',
      [mine.accountId, application.id],
    );
    expect(told).toEqual([{ kind: 'AUTHORIZATION_REVOKED' }]);
  });

  test("another application's tokens and accounts stay, and nothing tells that they are there", async () => {
    const other = await world.application();
    const tokens = await obtainTokens(world.origin, application, account);
    const answers = [
      await revoke({ token: tokens.access_token }, other),
      await revoke({ token: tokens.refresh_token }, other),
      await revoke({ sub: account.accountId }, other),
      await revoke({ token: 'never' }, other),
      await revoke({ sub: 'a\u0000b' }, other),
    ];
    expect(answers.map(({ status, body }) => [status, body])).toEqual(answers.map(() => [200, null]));
    expect(await isGood(world.origin, tokens.access_token)).toBe(true);
    expect((await refresh(world.origin, application, tokens.refresh_token)).status).toBe(200);
  });

  test('wants the application itself', async () => {
    expect(await revoke({ sub: account.accountId, client_secret: 'wrong' })).toMatchObject({
      status: 401,
      body: { error: 'invalid_client' },
    });
    expect(await revoke({})).toMatchObject({ status: 400, body: { error: 'invalid_request' } });
    expect(await isGood(world.origin, (await obtainTokens(world.origin, application, account)).access_token)).toBe(
      true,
    );
  });

  test('whoever ends the authorization ends the tokens, at once and for good', async () => {
    const mine = await world.account(application);
    const tokens = await obtainTokens(world.origin, application, mine);
    const code = await obtainCode(world.origin, application, mine);
    await world.graph.fresh.superuser(`update authorization_grant set status = 'REVOKED' where account_id = $1`, [
      mine.accountId,
    ]);
    expect(await isGood(world.origin, tokens.access_token)).toBe(false);
    expect((await refresh(world.origin, application, tokens.refresh_token)).body.error).toBe('invalid_grant');
    expect((await redeem(world.origin, application, code)).body.error).toBe('invalid_grant');
    await world.graph.fresh.store.asWorker((tx) => revokeTokensOf(tx, application.id, mine.accountId));
    // Authorised once more, what was given before stays dead.
    await world.graph.fresh.superuser(`update authorization_grant set status = 'ACTIVE' where account_id = $1`, [
      mine.accountId,
    ]);
    expect(await isGood(world.origin, tokens.access_token)).toBe(false);
    expect((await refresh(world.origin, application, tokens.refresh_token)).body.error).toBe('invalid_grant');
    expect((await redeem(world.origin, application, code)).body.error).toBe('invalid_grant');
    expect((await obtainTokens(world.origin, application, mine)).token_type).toBe('Bearer');
  });
});

test('what a request costs the database: one transaction, and so many statements', async () => {
  const counter = { sqlQueries: 0 };
  let transactions = 0;
  const { store } = world.graph.fresh;
  const counting = {
    ...store,
    asWorker: <T>(work: (tx: Tx) => Promise<T>) => {
      transactions++;
      return store.asWorker(work, counter);
    },
  };
  const node = await world.another({ store: counting });
  const costOf = async (act: () => Promise<unknown>) => {
    [counter.sqlQueries, transactions] = [0, 0];
    await act();
    return { statements: counter.sqlQueries, transactions };
  };
  const code = await obtainCode(node.origin, application, account);
  let tokens = await redeem(node.origin, application, await obtainCode(node.origin, application, account));
  const redeeming = await costOf(async () => {
    tokens = await redeem(node.origin, application, code);
  });
  const refreshing = await costOf(() => refresh(node.origin, application, tokens.body.refresh_token));
  expect([redeeming.transactions, refreshing.transactions]).toEqual([1, 1]);
  expect(redeeming.statements).toBeLessThanOrEqual(12);
  expect(refreshing.statements).toBeLessThanOrEqual(10);
});

describe('several nodes and keys', () => {
  const key = (id: string, byte: number) => ({
    id,
    key: Uint8Array.from({ length: 32 }, (_, i) => (i * 7 + byte) % 256),
  });

  test('a flow goes on at another node, whose ring has a newer key in front', async () => {
    const old = createKeyRing([key('old', 1)]);
    const both = createKeyRing([key('new', 2), key('old', 1)]);
    const first = await world.another({ keyRing: old, publicUrl: world.origin });
    const second = await world.another({ keyRing: both, publicUrl: world.origin });
    const browser = new Browser();
    const { verifier, challenge } = pkce();
    const url = authorizeUrl(first.origin, {
      client_id: application.clientId,
      redirect_uri: redirectUri,
      scope: 'read_only',
      code_challenge: challenge,
    });
    const begun = await browser.get(url);
    const { pathname } = new URL(begun.headers.get('location') ?? '', first.origin);
    const query = new URLSearchParams({
      account: account.accountId,
      profile: account.profileId,
      scopes: 'read_events',
    });
    const approved = await browser.get(`${second.origin}${pathname}/approve?${query}`);
    const resume = new URL(approved.headers.get('location') ?? '');
    const resumed = await browser.get(`${second.origin}${resume.pathname}`);
    const code = new URL(resumed.headers.get('location') ?? '').searchParams.get('code') ?? '';
    const tokens = await redeem(second.origin, application, { code, verifier });
    expect(tokens.status).toBe(200);
    // Sealed anew, what the old key sealed opens without it.
    const store = world.graph.fresh.store;
    await world.graph.fresh.superuser(
      `delete from oauth_artifact where payload not like 'v1.old.%' and payload not like 'v1.new.%'`,
    );
    expect(await reseal(store, both)).toMatchObject({ resealed: expect.any(Number) });
    const third = await world.another({ keyRing: createKeyRing([key('new', 2)]) });
    expect((await refresh(third.origin, application, tokens.body.refresh_token)).status).toBe(200);
  });
});
