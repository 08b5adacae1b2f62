/** The database itself, for what the operator does to it: beside the running service, or alone. */
import pg from 'pg';
import type { KeyRing } from '../datasources/secrets/key-ring.ts';
import { keyRingFromEnvironment, keyRingFromFile } from '../datasources/secrets/key-source.ts';
import { clientConfig, type DatabaseAddress } from '../datasources/store/connection.ts';
import { type DatabaseInUse, openToRead, openToReplace } from '../datasources/store/export/source.ts';
import { createIdSource } from '../datasources/store/ids.ts';
import { knownMigrations, schemaState } from '../datasources/store/migrate.ts';
import { type OpenedStore, openStore } from '../datasources/store/open.ts';
import { CommandFailure } from './failure.ts';
import type { Settings } from './house.ts';

/**
 * Runs `work` on the database of the configuration, which is made where there is none. Whoever can read DATA_DIR, or knows
 * DATABASE_URL and the encryption keys, is the operator: no other proof is asked for.
 * @throws CommandFailure where the service has to bring the schema up to date first; StartFailure
 */
export async function withStore<T>(settings: Settings, work: (store: OpenedStore) => Promise<T>): Promise<T> {
  const keyRing = keyRingOf(settings);
  return opened((await openToRead(settings)) ?? (await openToReplace(settings)), keyRing, work);
}

/** The same where there is a database already; makes none. @returns null where DATA_DIR holds none */
export async function withExistingStore<T>(
  settings: Settings,
  work: (store: OpenedStore) => Promise<T>,
): Promise<T | null> {
  const keyRing = keyRingOf(settings);
  const database = await openToRead(settings);
  return database === null ? null : opened(database, keyRing, work);
}

/** The keys of the configuration. @throws StartFailure */
export function keyRingOf({ encryptionKeys, dataDir }: Settings): KeyRing {
  return encryptionKeys === null ? keyRingFromFile(dataDir) : keyRingFromEnvironment(encryptionKeys);
}

async function opened<T>(
  database: DatabaseInUse,
  keyRing: KeyRing,
  work: (store: OpenedStore) => Promise<T>,
): Promise<T> {
  try {
    await checkSchema(database.address);
    const store = await openStore({
      database: database.address,
      ids: createIdSource(),
      keyRing,
      zoneDataVersion: process.versions['tz'] ?? '',
      maximumConnections: 2,
    });
    try {
      return await work(store);
    } finally {
      await store.close();
    }
  } finally {
    await database.close();
  }
}

/** An older schema may have a service at work on it, which a command must not surprise. What cannot be reached is openStore's to say. */
async function checkSchema(address: DatabaseAddress): Promise<void> {
  const client = new pg.Client({ ...clientConfig(address), application_name: 'meridian command' });
  client.on('error', () => undefined);
  const isThere = await client.connect().then(
    () => true,
    () => false,
  );
  if (!isThere) return;
  try {
    const pending = (await schemaState(client)).pending.length;
    if (pending === 0 || pending === knownMigrations().length) return;
    throw new CommandFailure('configuration', 'OLD_SCHEMA', 'the database is older than this Meridian', {
      fix: 'start this version of the service once: it brings the database up to date',
    });
  } finally {
    await client.end();
  }
}
