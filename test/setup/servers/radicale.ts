import { randomBytes } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from '../free-port.ts';
import type { CalDavServer } from './caldav-server.ts';
import { findProgram, ServerProcess, temporaryFolder } from './process.ts';

/** Null when Radicale can be started, else what is missing. */
export function radicaleMissing(): string | null {
  return findProgram('radicale') === null ? 'radicale is not installed (Debian: radicale)' : null;
}

/** Radicale with alice and bob, each the owner of what is theirs. */
export async function startRadicale(): Promise<CalDavServer> {
  const folder = temporaryFolder('radicale');
  const port = await freePort();
  const secret = randomBytes(8).toString('hex');
  const realm = `meridian test ${secret}`;
  mkdirSync(join(folder, 'collections'));
  writeFileSync(join(folder, 'users'), `alice:alice-${secret}\nbob:bob-${secret}\n`);
  writeFileSync(
    join(folder, 'config'),
    [
      '[server]',
      `hosts = 127.0.0.1:${port}`,
      '[auth]',
      'type = htpasswd',
      `htpasswd_filename = ${join(folder, 'users')}`,
      'htpasswd_encryption = plain',
      `realm = ${realm}`,
      'delay = 0',
      '[rights]',
      'type = owner_only',
      '[storage]',
      `filesystem_folder = ${join(folder, 'collections')}`,
      '[web]',
      'type = none',
      '',
    ].join('\n'),
  );
  const server = new ServerProcess('radicale', ['-C', join(folder, 'config')], folder);
  const url = `http://127.0.0.1:${port}/`;
  // The realm tells that it is ours and not another server on a port that was free a moment ago.
  await server.ready(async () => {
    const answer = await fetch(url, { method: 'PROPFIND', headers: { depth: '0' } });
    return answer.headers.get('www-authenticate')?.includes(realm) === true;
  });
  const user = (name: string) => ({
    username: name,
    password: `${name}-${secret}`,
    homeUrl: `${url}${name}/`,
    principalUrl: `${url}${name}/`,
  });
  return {
    name: 'radicale',
    url,
    folder,
    alice: user('alice'),
    bob: user('bob'),
    checksPasswords: true,
    schedules: false,
    stop: () => server.stop(),
  };
}
