/** The encryption keys of an installation that runs: rotated without a failed request, retired when they seal nothing. */
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { freePort } from '../setup/free-port.ts';
import { type CalDavServer, missing, startServer } from '../setup/servers.ts';
import { type Environment, meridian, type RunningService, startService } from './meridian.ts';

const folder = mkdtempSync('/tmp/meridian-keys-');
let env: Environment;
let service: RunningService;
let calendars: CalDavServer | null = null;

beforeAll(async () => {
  env = {
    DATA_DIR: join(folder, 'data'),
    PORT: String(await freePort()),
    MERIDIAN_RATE_PER_SECOND: '0',
    MERIDIAN_RATE_PER_MINUTE: '0',
  };
  service = await startService(env);
  calendars = missing('xandikos') === null ? await startServer('xandikos') : null;
});
afterAll(async () => {
  await service.stop();
  await calendars?.stop();
  rmSync(folder, { recursive: true, force: true });
});

function field<T>(data: Record<string, unknown> | undefined, name: string): T {
  if (data === undefined) throw new Error('the answer has no data');
  return data[name] as T;
}

const keyFile = () => join(env['DATA_DIR'] ?? '', 'encryption-keys');
const list = async () =>
  (await meridian(['keys', 'list', '--json'], env)).json()['keys'] as { id: string; seals: boolean; secrets: number }[];

/** Until every secret is sealed by this key; fails after 15 s. */
async function sealedBy(id: string): Promise<void> {
  for (const until = Date.now() + 15_000; ; await delay(200)) {
    const found = await list();
    if (found.every((key) => (key.id === id ? key.secrets > 0 : key.secrets === 0))) return;
    if (Date.now() > until) throw new Error(JSON.stringify(found));
  }
}

describe('keys', () => {
  test('rotating while requests go on: none fails, every secret is sealed anew, the connection goes on', async () => {
    let profileId: string | null = null;
    if (calendars !== null) {
      const { alice } = calendars;
      const { data } = await service.graphql(
        'mutation ($input: ConnectCalDavInput!) { connectCalDav(input: $input) { profile { id } userErrors { message } } }',
        { input: { serverUrl: calendars.url, username: alice.username, password: alice.password } },
      );
      profileId = field<{ profile: { id: string } }>(data, 'connectCalDav').profile.id;
    }
    expect(await list()).toEqual([{ id: 'k1', seals: true, secrets: profileId === null ? 1 : 2 }]);

    let stopped = false;
    let asked = 0;
    const failures: unknown[] = [];
    const asking = (async () => {
      while (!stopped) {
        const answer = await service.graphql('{ changes { cursor } profiles { nodes { id connected } } }');
        if (answer.errors !== undefined) failures.push(answer.errors);
        asked++;
      }
    })();
    const before = await service.graphql('{ changes { cursor } }');
    const rotated = await meridian(['keys', 'rotate', '--json'], env);
    expect([rotated.code, rotated.json()['id']]).toEqual([0, 'k2']);
    await sealedBy('k2');
    stopped = true;
    await asking;
    expect(failures).toEqual([]);
    expect(asked).toBeGreaterThan(5);
    expect(statSync(keyFile()).mode & 0o777).toBe(0o600);

    // A cursor that was sealed before goes on; the login opens.
    const cursor = field<{ cursor: string }>(before.data, 'changes').cursor;
    expect(
      (await service.graphql('query ($after: String) { changes(after: $after) { cursor } }', { after: cursor })).errors,
    ).toBeUndefined();
    if (profileId !== null) {
      const { data } = await service.graphql('query ($id: ID!) { profile(id: $id) { connected calendars { id } } }', {
        id: profileId,
      });
      const [calendar] = field<{ calendars: { id: string }[] }>(data, 'profile').calendars;
      const synced = await service.graphql(
        'mutation ($input: SyncCalendarInput!) { syncCalendar(input: $input) { run { status } userErrors { message } } }',
        { input: { calendarId: calendar?.id } },
      );
      expect(synced.data?.['syncCalendar']).toMatchObject({ run: { status: 'SUCCEEDED' }, userErrors: [] });
    }
  });

  test('a key that is broken, or that lacks one in use, is not taken: the service goes on with those it has', async () => {
    const good = readFileSync(keyFile(), 'utf8');
    writeFileSync(keyFile(), 'k9:too-short\n');
    await delay(1_500);
    expect((await service.graphql('{ changes { cursor } }')).errors).toBeUndefined();
    writeFileSync(keyFile(), good.split('\n').slice(1).join('\n'));
    await delay(1_500);
    expect((await service.graphql('{ changes { cursor } }')).errors).toBeUndefined();
    writeFileSync(keyFile(), good);
  });

  test('retiring: refused for the key that seals and for one that is unknown; then gone, and the service starts without it', async () => {
    expect((await meridian(['keys', 'retire', 'k2'], env)).stderr).toMatch(/k2 still seals \d secrets/);
    const unknown = await meridian(['keys', 'retire', 'k7'], env);
    expect([unknown.code, unknown.stderr]).toEqual([3, expect.stringContaining('has no key k7')]);
    expect((await meridian(['keys', 'retire', 'k1'], env)).code).toBe(0);
    expect((await list()).map(({ id }) => id)).toEqual(['k2']);
    await service.stop();
    service = await startService(env);
    expect((await service.graphql('{ profiles { nodes { connected } } }')).errors).toBeUndefined();
  });

  test('keys of the environment are changed there', async () => {
    const own = { ...env, MERIDIAN_ENCRYPTION_KEYS: readFileSync(keyFile(), 'utf8').trim() };
    const answer = await meridian(['keys', 'rotate'], own);
    expect([answer.code, answer.stderr]).toEqual([
      2,
      expect.stringContaining('MERIDIAN_ENCRYPTION_KEYS: change them there'),
    ]);
  });
});
