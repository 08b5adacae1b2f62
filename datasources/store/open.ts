/** Opens the store: what must hold before a row is read, then the pool behind `Store`. */
import pg from 'pg';
import type { IdSource } from '../../domain/identity.ts';
import type { KeyRing } from '../secrets/key-ring.ts';
import { clientConfig, type DatabaseAddress, openPool } from './connection.ts';
import { watchDatabase } from './database-away.ts';
import { beginEpochWhereRestored } from './incarnation.ts';
import { checkInstallation, createInstallation, type Installation, raiseZoneDataVersion } from './installation.ts';
import { migrate, recordCompatibility, schemaState } from './migrate.ts';
import { checkLogin, ensureRoles } from './roles.ts';
import { StartFailure } from './start-failure.ts';
import type { Store } from './store.ts';
import { beginAs, inTransaction } from './transactions.ts';

export interface OpenStoreOptions {
  /** `DATABASE_URL`, or the embedded server's connection. */
  readonly database: DatabaseAddress;
  readonly ids: IdSource;
  readonly keyRing: KeyRing;
  /** The zone data in force, `process.versions.tz`: recorded, and only ever rises. */
  readonly zoneDataVersion: string;
  /** Of a new installation; by default one derived from the oldest key, so that a new database gets the same. */
  readonly instanceName?: string;
  /** Connections of the pool; 10 by default. */
  readonly maximumConnections?: number;
  /** Migrations that this code has; all of them by default. Tests open as an older version does. */
  readonly knownMigrations?: readonly string[];
  /** Told of connections that broke while idle; never contains secrets. */
  readonly onError?: (error: Error) => void;
  /** Told once when the server goes away, with why and without its address, and once with null when it answers again. */
  readonly onAway?: (reason: string | null) => void;
  /** The trace that what runs now belongs to, as `Telemetry.trace`: its changes are recorded as part of it. */
  readonly trace?: () => string | null;
}

export interface OpenedStore extends Store {
  readonly ids: IdSource;
  readonly installation: Installation;
  /** For those who need connections of their own (jobs, LISTEN, COPY): spread into a pg.Client's or Pool's options. */
  readonly clientConfig: pg.ClientConfig;
  /** Which zone data the store holds now; a node whose own is older must not be ready. */
  zoneDataVersion(): Promise<string>;
  epoch(): Promise<number>;
  /** Answers while this code can run on the schema as it is now, which a newer node may have brought further; rejects otherwise. */
  checkSchema(): Promise<void>;
  /** Answers when the database does; rejects otherwise. */
  ping(): Promise<void>;
  /** Of the pool: how many there are, how many of them do nothing, and how many wait for one. */
  connections(): { readonly open: number; readonly idle: number; readonly waiting: number };
}

/** Any number of nodes may start at once; one at a time prepares the database. */
export const preparationLock = 7_290_002;

/**
 * Checks the server, the login role and the keys, brings the schema up to date, and opens the pool.
 * @throws StartFailure with one line that names the way out; no row was read or changed then.
 */
export async function openStore(options: OpenStoreOptions): Promise<OpenedStore> {
  const { database, ids } = options;
  const installation = await prepare(options);
  const pool = openPool(database, {
    maximumConnections: options.maximumConnections ?? 10,
    applicationName: 'meridian',
    ...(options.onError === undefined ? {} : { onError: options.onError }),
  });
  const worker = beginAs('meridian_worker', null);
  const { trace } = options;
  const watched = watchDatabase((reason) => {
    options.onAway?.(reason);
    // What answers again may be a standby that lacks what was committed last.
    if (reason === null) beginEpochWhereRestored(pool).catch((error: Error) => options.onError?.(error));
  });
  const current = async () => {
    const { rows } = await pool.query<{ epoch: number; tzdata_version: string }>(
      'select epoch, tzdata_version from installation',
    );
    if (rows[0] === undefined) throw new Error('the store has no installation row');
    return rows[0];
  };
  return {
    ids,
    installation,
    clientConfig: clientConfig(database),
    withApplication: async (tenant, work, counter) => {
      const begin = beginAs('meridian_app', tenant, trace?.());
      return watched(() => inTransaction(pool, begin, work, counter));
    },
    asWorker: (work, counter) => {
      const traced = trace?.() ?? null;
      const begin = traced === null ? worker : beginAs('meridian_worker', null, traced);
      return watched(() => inTransaction(pool, begin, work, counter));
    },
    zoneDataVersion: async () => (await current()).tzdata_version,
    epoch: async () => (await current()).epoch,
    checkSchema: async () => {
      await schemaState(pool, options.knownMigrations);
    },
    ping: async () => {
      await pool.query('select 1');
    },
    connections: () => ({ open: pool.totalCount, idle: pool.idleCount, waiting: pool.waitingCount }),
    close: () => (pool.ending ? Promise.resolve() : pool.end()),
  };
}

async function prepare(options: OpenStoreOptions): Promise<Installation> {
  const { database, keyRing, zoneDataVersion } = options;
  const client = startClient(database);
  client.on('error', () => undefined);
  try {
    await client.connect();
  } catch (cause) {
    throw new StartFailure(`the database${placeOf(database)} cannot be reached: ${reasonOf(cause)}`, { cause });
  }
  try {
    const login = await checkLogin(client);
    await client.query('select pg_advisory_lock($1)', [preparationLock]);
    const { pending, newer } = await schemaState(client, options.knownMigrations);
    const found = await checkInstallation(client, keyRing);
    if (pending.length > 0) {
      await ensureRoles(client, login);
      await migrate(database, options.knownMigrations);
    }
    // Of a newer schema's migrations the newer version has said it.
    if (newer.length === 0) await recordCompatibility(client);
    if (found === null) {
      const instanceName = options.instanceName ?? keyRing.instanceName;
      const created = await createInstallation(client, keyRing, instanceName, zoneDataVersion);
      await beginEpochWhereRestored(client);
      return created;
    }
    const epoch = (await beginEpochWhereRestored(client)) ?? found.epoch;
    return { ...found, epoch, zoneDataVersion: await raiseZoneDataVersion(client, zoneDataVersion) };
  } finally {
    await client.end(); // and with it the lock
  }
}

function startClient(database: DatabaseAddress): pg.Client {
  const refusal = 'DATABASE_URL: expected a URL of the form postgres://user:password@host:port/database';
  if (typeof database === 'string' && !/^postgres(ql)?:\/\//.test(database)) throw new StartFailure(refusal);
  try {
    return new pg.Client({ ...clientConfig(database), application_name: 'meridian start' });
  } catch {
    throw new StartFailure(refusal); // without its cause, which shows the URL
  }
}

/** Host, port and database of a URL, without user and password. */
function placeOf(database: DatabaseAddress): string {
  if (typeof database !== 'string') return '';
  try {
    const { host, pathname } = new URL(database);
    return ` ${host}${pathname} of DATABASE_URL`;
  } catch {
    return ' of DATABASE_URL';
  }
}

function reasonOf(cause: unknown): string {
  if (cause instanceof AggregateError) return cause.errors.map(reasonOf).join(', ');
  return cause instanceof Error ? cause.message || cause.name : String(cause);
}
