/** Radicale on a free port, in a folder of its own; null where it is not installed. */
import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface BenchServer {
  readonly url: string;
  readonly collections: string;
  stop(): Promise<void>;
}

export function startRadicale(): Promise<BenchServer> | null {
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
  return {
    url,
    collections,
    async stop() {
      child.kill('SIGTERM');
      await new Promise((ended) => (child.exitCode === null ? child.once('exit', ended) : ended(null)));
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
