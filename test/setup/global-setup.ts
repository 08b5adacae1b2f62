/** Runs once for the whole suite: one embedded PostgreSQL, and in it the template every test's database is copied from. */
import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runningPostmaster, serves } from '../../datasources/store/embedded/processes.ts';
import { socketFolderOf } from '../../datasources/store/embedded/socket-folder.ts';
import { startEmbedded } from '../../datasources/store/embedded/start.ts';
import { makeTemplate, serverVariable, type TestServer } from './database-servers.ts';

export default async function run(): Promise<void> {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'meridian-test-')));
  const forget = endWithUs(folder, join(folder, 'data', 'pg'));
  const embedded = await startEmbedded({ dataDir: join(folder, 'data'), maximumConnections: 200, fsync: false });
  const server: TestServer = {
    name: 'the embedded PostgreSQL 18',
    login: embedded.connection,
    superuser: embedded.superuser,
  };
  const end = async () => {
    forget();
    await embedded.stop();
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    await makeTemplate(server);
  } catch (error) {
    await end();
    throw error;
  }
  // Read by the test files, which run in processes of their own.
  process.env[serverVariable] = JSON.stringify(server);
  (globalThis as { endDatabaseForTests?: () => Promise<void> }).endDatabaseForTests = end;
}

/**
 * Interrupted, Jest ends without its teardown, and the server, which has a process group of its own, would live on.
 * @returns what takes these precautions back.
 */
function endWithUs(folder: string, data: string): () => void {
  const abandon = () => {
    const pid = runningPostmaster(data);
    if (pid !== null) process.kill(pid, 'SIGQUIT');
    const clock = new Int32Array(new SharedArrayBuffer(4)); // a process that exits cannot await
    for (let waited = 0; pid !== null && waited < 3_000 && serves(pid, data); waited += 20)
      Atomics.wait(clock, 0, 0, 20);
    for (const left of [socketFolderOf(data), folder]) rmSync(left, { recursive: true, force: true });
  };
  const codes = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;
  const signals = Object.keys(codes) as (keyof typeof codes)[];
  const exit = (signal: keyof typeof codes) => process.exit(codes[signal]);
  process.once('exit', abandon);
  for (const signal of signals) process.once(signal, exit);
  return () => {
    process.off('exit', abandon);
    for (const signal of signals) process.off(signal, exit);
  };
}
