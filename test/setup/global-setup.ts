/** Runs once for the whole suite: one embedded PostgreSQL, and in it the template every test's database is copied from. */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbedded } from '../../datasources/store/embedded/start.ts';
import { makeTemplate, serverVariable, type TestServer } from './database-servers.ts';

export default async function run(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'meridian-test-'));
  const embedded = await startEmbedded({ dataDir: join(folder, 'data'), maximumConnections: 200, fsync: false });
  const server: TestServer = {
    name: 'the embedded PostgreSQL 18',
    login: embedded.connection,
    superuser: embedded.superuser,
  };
  try {
    await makeTemplate(server);
  } catch (error) {
    await embedded.stop();
    throw error;
  }
  // Read by the test files, which run in processes of their own.
  process.env[serverVariable] = JSON.stringify(server);
  (globalThis as { embeddedForTests?: unknown }).embeddedForTests = { embedded, folder };
}
