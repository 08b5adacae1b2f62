/** The database that DATA_DIR or DATABASE_URL names: beside a running service where there is one, else started for as long as it takes. */
import { existsSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import type { DatabaseAddress } from '../connection.ts';
import { clusterMissing, loginRole, openPasswords } from '../embedded/cluster.ts';
import { runningPostmaster } from '../embedded/processes.ts';
import { socketFolderOf } from '../embedded/socket-folder.ts';
import { startEmbedded } from '../embedded/start.ts';

export interface DatabaseInUse {
  readonly address: DatabaseAddress;
  /** The embedded server was running before, so a service (or one that was killed) is at work on it. */
  readonly wasRunning: boolean;
  /** Leaves everything as it was found. */
  close(): Promise<void>;
}

export interface DatabaseChoice {
  /** Null for the embedded one in `dataDir`. */
  readonly databaseUrl: string | null;
  readonly dataDir: string;
}

/** Whether DATA_DIR holds a database; never makes one. */
export function embeddedExists(dataDir: string): boolean {
  return existsSync(join(dataDir, 'pg', 'PG_VERSION'));
}

/**
 * To read from. A running embedded server has an owner, and a second one is refused; but it admits connections, so that
 * a backup needs no stop.
 * @returns null when DATA_DIR holds no database. @throws StartFailure
 */
export async function openToRead({ databaseUrl, dataDir }: DatabaseChoice): Promise<DatabaseInUse | null> {
  if (databaseUrl !== null) return { address: databaseUrl, wasRunning: false, close: async () => undefined };
  if (!embeddedExists(dataDir)) return null;
  const home = realpathSync(dataDir);
  clusterMissing(home); // throws for another major's
  const data = join(home, 'pg');
  if (runningPostmaster(data) === null) return started(dataDir);
  const address = {
    host: socketFolderOf(data),
    port: 5432,
    user: loginRole,
    password: openPasswords(home).login,
    database: loginRole,
  };
  return { address, wasRunning: true, close: async () => undefined };
}

/** To replace: nobody else may own it, and it is made where it is missing. @throws StartFailure when a service runs on it */
export async function openToReplace({ databaseUrl, dataDir }: DatabaseChoice): Promise<DatabaseInUse> {
  if (databaseUrl !== null) return { address: databaseUrl, wasRunning: false, close: async () => undefined };
  return started(dataDir);
}

async function started(dataDir: string): Promise<DatabaseInUse> {
  const embedded = await startEmbedded({ dataDir });
  return { address: embedded.connection, wasRunning: false, close: () => embedded.stop() };
}
