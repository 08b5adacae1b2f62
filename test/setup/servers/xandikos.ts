import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { freePort } from '../free-port.ts';
import type { CalDavServer } from './caldav-server.ts';
import { findProgram, ServerProcess, temporaryFolder } from './process.ts';

/** Null when Xandikos can be started, else what is missing. */
export function xandikosMissing(): string | null {
  return findProgram('xandikos') === null ? 'xandikos is not installed (Debian: xandikos)' : null;
}

/** Xandikos has one principal a process and checks no password. */
export async function startXandikos(): Promise<CalDavServer> {
  const folder = temporaryFolder('xandikos');
  const port = await freePort();
  const name = `alice-${randomBytes(8).toString('hex')}`;
  const server = new ServerProcess(
    'xandikos',
    [
      ...['-d', join(folder, 'data'), '--autocreate', '--defaults'],
      ...['--current-user-principal', `/${name}/`, '-l', '127.0.0.1', '-p', String(port)],
    ],
    folder,
  );
  const url = `http://127.0.0.1:${port}/`;
  // The principal's random name tells that it is ours.
  await server.ready(async () => {
    const answer = await fetch(url, {
      method: 'PROPFIND',
      headers: { depth: '0', 'content-type': 'text/xml' },
      body: '<propfind xmlns="DAV:"><prop><current-user-principal/></prop></propfind>',
    });
    return (await answer.text()).includes(`/${name}/`);
  });
  return {
    name: 'xandikos',
    url,
    folder,
    alice: {
      username: name,
      password: 'unchecked',
      homeUrl: `${url}${name}/calendars/`,
      principalUrl: `${url}${name}/`,
    },
    bob: null,
    checksPasswords: false,
    schedules: false,
    stop: () => server.stop(),
  };
}
