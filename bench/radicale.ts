/** Radicale on a free port, in a folder of its own; null where it is not installed. */
import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { calendarObject } from './calendar-data.ts';

export interface BenchServer {
  readonly url: string;
  readonly login: { readonly username: string; readonly password: string };
  /** Places a calendar of so many objects, `team/0.ics` and on, on the server's disk. */
  fill(objects: number): void;
  /** Another client's change of one object. */
  put(number: number, summary: string): Promise<void>;
  stop(): Promise<void>;
}

export async function openRadicale(): Promise<BenchServer | null> {
  if (spawnSync('radicale', ['--version']).error !== undefined) return null;
  return start();
}

async function start(): Promise<BenchServer> {
  const folder = mkdtempSync(join(tmpdir(), 'meridian-bench-radicale-'));
  const collections = join(folder, 'collections');
  mkdirSync(collections);
  const port = await new Promise<number>((found) => {
    const probe = createServer();
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => found(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
  writeFileSync(join(folder, 'users'), 'alice:alicepw\n');
  writeFileSync(
    join(folder, 'config'),
    [
      '[server]',
      `hosts = 127.0.0.1:${port}`,
      '[auth]',
      'type = htpasswd',
      `htpasswd_filename = ${join(folder, 'users')}`,
      'htpasswd_encryption = plain',
      'delay = 0',
      '[rights]',
      'type = owner_only',
      '[storage]',
      `filesystem_folder = ${collections}`,
      '[web]',
      'type = none',
      '',
    ].join('\n'),
  );
  const child = spawn('radicale', ['-C', join(folder, 'config')], { stdio: 'ignore' });
  const url = `http://127.0.0.1:${port}/`;
  for (let attempt = 0; ; attempt++) {
    if ((await fetch(url).catch(() => null)) !== null) break;
    if (attempt > 200) throw new Error('Radicale does not answer');
    await new Promise((later) => setTimeout(later, 50));
  }
  const login = { username: 'alice', password: 'alicepw' };
  return {
    url,
    login,
    fill(objects) {
      const calendar = join(collections, 'collection-root', 'alice', 'team');
      mkdirSync(calendar, { recursive: true });
      writeFileSync(join(calendar, '.Radicale.props'), '{"tag": "VCALENDAR", "D:displayname": "Work"}');
      for (let number = 0; number < objects; number++) {
        writeFileSync(join(calendar, `${number}.ics`), calendarObject(number));
      }
    },
    async put(number, summary) {
      const answer = await fetch(`${url}alice/team/${number}.ics`, {
        method: 'PUT',
        headers: {
          authorization: `Basic ${Buffer.from(`${login.username}:${login.password}`).toString('base64')}`,
          'content-type': 'text/calendar; charset=utf-8',
        },
        body: calendarObject(number, summary),
      });
      await answer.body?.cancel();
      if (answer.status >= 300) throw new Error(`PUT: ${answer.status}`);
    },
    async stop() {
      child.kill('SIGTERM');
      await new Promise((ended) => (child.exitCode === null ? child.once('exit', ended) : ended(null)));
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
