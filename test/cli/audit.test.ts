/** `meridian audit`, and that what is done to applications, keys, logins and feeds is in it, without any secret. */
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { MemoryProvider } from '../../datasources/providers/memory/provider.ts';
import { recordPoll } from '../../datasources/store/profiles-sync.ts';
import { freePort } from '../setup/free-port.ts';
import { applicationCalendar, type Loose, openGraph, type TestGraph, testKey } from '../setup/graph.ts';
import { askOn, runOn } from './in-process.ts';
import { meridian, startService } from './meridian.ts';

let graph: TestGraph;
let provider: MemoryProvider;
beforeAll(async () => {
  provider = new MemoryProvider();
  provider.addCalendar({ name: 'Work' });
  graph = await openGraph({ provider });
});
afterAll(() => graph.close());

const run = (...parameters: string[]) => askOn(graph.fresh, parameters);
const actions = async (...parameters: string[]): Promise<string[]> =>
  (await run('audit', ...parameters)).entries.map((entry: Loose) => entry.action);
/** What a piece of work adds to the log. */
async function logged(work: () => Promise<unknown>): Promise<Loose[]> {
  const before = (await run('audit', '--last', '10000')).entries.length;
  await work();
  return (await run('audit', '--last', '10000')).entries.slice(before);
}
const connectDocument = `mutation ($password: String!) { connectCalDav(input: { serverUrl: "https://calendars.test/",
  username: "alice", password: $password }) { profile { id } account { id } userErrors { message } } }`;
const connect = async (token = testKey): Promise<Loose> =>
  (await graph.data(connectDocument, { password: 'alicepw' }, token)).connectCalDav;

describe('what is logged', () => {
  test('of applications and members, by the operator, with what was set and no secret', async () => {
    let made: Loose = null;
    const entries = await logged(async () => {
      made = await run('app', 'create', 'Shop', '--redirect-uri', 'https://shop.example/back', '--unit', 'Shops');
      await run('app', 'set', made.clientId, '--implicit-linking', 'on');
      const { clientSecret } = await run('app', 'rotate-secret', made.clientId);
      expect(JSON.stringify(await run('audit'))).not.toContain(clientSecret);
      await run('app', 'limit', made.clientId, '--per-second', '7', '--for', 'PT1H');
      await run('app', 'member', 'Shops', 'add', 'Ada@example.com', 'owner');
      await run('app', 'member', 'Shops', 'add', 'bo@example.com', 'support');
      await run('app', 'member', 'Shops', 'remove', 'bo@example.com');
    });
    expect(entries.map(({ action }) => action)).toEqual([
      'application.created',
      'application.verified',
      'application.changed',
      'secret.rotated',
      'application.limited',
      'member.added',
      'member.added',
      'member.removed',
    ]);
    expect(new Set(entries.map(({ actor }) => actor))).toEqual(new Set(['operator']));
    expect(entries[4].detail).toMatchObject({ perSecond: 7, perMinute: null });
    expect(JSON.stringify(entries)).not.toMatch(/msk_|example\.com/);
    expect(entries[7].subjectId).toBe(entries[6].subjectId);
    expect(await actions('--application', made.clientId)).toHaveLength(5);
    expect(await actions('--application', made.clientId, '--last', '1')).toEqual(['application.limited']);
  });

  test('of a login: given, lost, mended, taken back; once each', async () => {
    let profileId = '';
    const given = await logged(async () => {
      profileId = (await connect()).profile.id;
      await connect();
    });
    expect(given).toMatchObject([
      { action: 'profile.connected', actor: 'user', subjectId: profileId, detail: { authorized: true } },
    ]);
    await graph.fresh.store.asWorker((tx) =>
      recordPoll(tx, profileId, {
        health: { status: 'DISCONNECTED', cause: null, remedy: null, failures: 3, rejections: 3, rejectedSince: 0 },
        statusSince: Date.now(),
        succeededAt: null,
        changedAt: null,
        nextPollAt: null,
        scheduledAt: null,
      }),
    );
    expect(await logged(() => connect())).toMatchObject([{ action: 'profile.reconnected', subjectId: profileId }]);
    const revoked = await logged(() =>
      graph.data(`mutation { revokeProfile(input: { profileId: "${profileId}" }) { userErrors { message } } }`),
    );
    expect(revoked).toMatchObject([{ action: 'profile.revoked', actor: 'application:development' }]);
  });

  test('of a feed: on, another address, off; nothing where nothing changes', async () => {
    const { calendarId } = await applicationCalendar(graph, 'feed');
    const set = (enabled: boolean, rotate = false) =>
      graph.data('mutation ($input: SetIcsFeedInput!) { setIcsFeed(input: $input) { userErrors { message } } }', {
        input: { calendarId, enabled, rotate },
      });
    const entries = await logged(async () => {
      for (const [enabled, rotate] of [[true], [true], [true, true], [false], [false]] as const)
        await set(enabled, rotate);
    });
    expect(entries.map(({ action }) => action)).toEqual(['feed.on', 'feed.rotated', 'feed.off']);
    expect(entries).toMatchObject(entries.map(() => ({ subjectId: calendarId, detail: {} })));
  });

  test('of element tokens, without the token; of the end and the erasure of an account', async () => {
    const { accountId } = await applicationCalendar(graph, 'ending');
    let token = '';
    const made = await logged(async () => {
      const { createElementToken } = await graph.data(
        'mutation ($input: CreateElementTokenInput!) { createElementToken(input: $input) { token userErrors { message } } }',
        { input: { origin: 'https://app.example.com', accountIds: [accountId], permissions: ['AGENDA'] } },
      );
      token = createElementToken.token;
    });
    expect(made).toMatchObject([
      { action: 'element-token.created', detail: { origin: 'https://app.example.com', accounts: [accountId] } },
    ]);
    expect(JSON.stringify(made)).not.toContain(token);
    const ended = await logged(() =>
      graph.data(
        `mutation { revokeAuthorization(input: { authorization: { accountId: "${accountId}" }, erase: true }) { userErrors { message } } }`,
      ),
    );
    expect(new Set(ended.map(({ action }) => action))).toEqual(new Set(['account.erased', 'authorization.revoked']));
  });
});

describe('the command', () => {
  test('says that the log is whole, for people and for programs', async () => {
    const { code, chain } = await run('audit', '--last', '1');
    expect([code, chain.brokenAt]).toEqual([0, null]);
    expect(chain.entries).toBeGreaterThan(5);
    const { stderr, stdout } = await runOn(graph.fresh, ['audit', '--last', '2']);
    expect(stdout.trimEnd().split('\n')).toHaveLength(2);
    expect(stderr).toContain('entries are as they were written');
  });

  test.each([
    [['audit', '--last', '0'], 2, 'LAST'],
    [['audit', '--last', '1e3'], 2, 'LAST'],
    [['audit', '--application', 'nobody'], 1, 'NOT_FOUND'],
    [['audit', '--application', "x' or '1"], 1, 'NOT_FOUND'],
  ])('%j: exit %d, %s', async (parameters, code, error) => {
    expect(await run(...parameters)).toMatchObject({ code, error: { code: error } });
  });

  // The last of all: it breaks the chain.
  test('ends with 1 and the first entry that is not as it was written', async () => {
    await graph.fresh.superuser(
      `begin; set local session_replication_role = replica; update audit_entry set actor = 'nobody' where id in (3, 5); commit`,
    );
    expect(await run('audit')).toMatchObject({ code: 1, chain: { entries: 2, brokenAt: '3' } });
    const { code, stderr } = await runOn(graph.fresh, ['audit']);
    expect([code, stderr]).toEqual([1, expect.stringContaining('entry 3 does not follow from the one before it')]);
  });
});

test('keys that are rotated and retired are logged beside the running service', async () => {
  const folder = mkdtempSync('/tmp/meridian-audit-');
  const env = { DATA_DIR: join(folder, 'data'), PORT: String(await freePort()) };
  const service = await startService(env);
  try {
    expect((await meridian(['keys', 'rotate'], env)).code).toBe(0);
    for (let attempt = 0; (await meridian(['keys', 'retire', 'k1'], env)).code !== 0; attempt++) {
      if (attempt > 20) throw new Error('k1 still seals after 20 attempts');
    }
    const { entries } = (await meridian(['audit', '--json'], env)).json() as Loose;
    expect(entries.filter(({ action }: Loose) => action.startsWith('keys.'))).toMatchObject([
      { action: 'keys.rotated', subjectId: 'k2', actor: 'operator' },
      { action: 'keys.retired', subjectId: 'k1', actor: 'operator' },
    ]);
  } finally {
    await service.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}, 120_000);
