/** Schema changes: forward only, by expand and contract, named by the time they were written. */
import { Kysely, PostgresDialect } from 'kysely';
import { type Migration, type MigrationProvider, Migrator } from 'kysely/migration';
import type pg from 'pg';
import { type DatabaseAddress, openPool } from './connection.ts';
import * as foundation from './migrations/20261122T1200-foundation.ts';
import * as syncState from './migrations/20261122T1530-sync-state.ts';
import * as changeLog from './migrations/20261122T1600-change-log.ts';
import * as dueByServer from './migrations/20261122T1612-due-by-server.ts';
import * as operationOrder from './migrations/20261122T1622-operation-order.ts';
import * as dependentOperations from './migrations/20261122T1900-dependent-operations.ts';
import * as eventMoves from './migrations/20261122T1910-event-moves.ts';
import * as reconciliation from './migrations/20261122T1920-reconciliation.ts';
import * as feeds from './migrations/20261122T1921-feeds.ts';
import * as zoneData from './migrations/20261122T1922-zone-data.ts';
import * as scheduling from './migrations/20261122T1930-scheduling.ts';
import * as writeMerge from './migrations/20261122T1940-write-merge.ts';
import * as authorization from './migrations/20261122T2000-authorization.ts';
import * as counting from './migrations/20261122T2010-counting.ts';
import * as longKeys from './migrations/20261122T2020-long-keys.ts';
import * as profileHomes from './migrations/20261122T2030-profile-homes.ts';
import { StartFailure } from './start-failure.ts';

/** Every file of migrations/ by its name: listed, because a folder that is read at run time can hold another version's. */
const all: Readonly<Record<string, Migration>> = {
  '20261122T1200-foundation': foundation,
  '20261122T1530-sync-state': syncState,
  '20261122T1600-change-log': changeLog,
  '20261122T1612-due-by-server': dueByServer,
  '20261122T1622-operation-order': operationOrder,
  '20261122T1900-dependent-operations': dependentOperations,
  '20261122T1910-event-moves': eventMoves,
  '20261122T1920-reconciliation': reconciliation,
  '20261122T1921-feeds': feeds,
  '20261122T1922-zone-data': zoneData,
  '20261122T1930-scheduling': scheduling,
  '20261122T1940-write-merge': writeMerge,
  '20261122T2000-authorization': authorization,
  '20261122T2010-counting': counting,
  '20261122T2020-long-keys': longKeys,
  '20261122T2030-profile-homes': profileHomes,
};

/** Names of the migrations this code has, oldest first. */
export function knownMigrations(): string[] {
  return Object.keys(all).sort();
}

const provider: MigrationProvider = { getMigrations: async () => ({ ...all }) };

/** @returns the names of migrations still to run. @throws StartFailure when the database has one that this code lacks. */
export async function pendingMigrations(client: pg.ClientBase): Promise<string[]> {
  const { rows: tables } = await client.query<{ there: boolean }>(
    `select to_regclass('public.kysely_migration') is not null as there`,
  );
  const known = knownMigrations();
  if (tables[0]?.there !== true) return known;
  const { rows } = await client.query<{ name: string }>('select name from public.kysely_migration');
  const done = new Set(rows.map(({ name }) => name));
  const unknown = [...done].filter((name) => !known.includes(name)).sort();
  if (unknown.length > 0) {
    throw new StartFailure(
      `the database is newer than this Meridian: it has the migration ${unknown.at(-1)}, the last one known here is ${known.at(-1)}; start the newer version, or restore an export made by this one`,
    );
  }
  return known.filter((name) => !done.has(name));
}

/**
 * Runs migrations up to and with `last` (all of them without it) inside the transaction that `client` is in, so that
 * they stand or fall with what else happens there. @throws StartFailure; the transaction is of no use then.
 */
export async function migrateInside(client: pg.ClientBase, last?: string): Promise<void> {
  const only = { query: client.query.bind(client), release: () => undefined };
  const pool = { connect: async () => only, end: async () => undefined };
  const db = new Kysely<unknown>({ dialect: new PostgresDialect({ pool: pool as unknown as pg.Pool }) });
  const migrator = new Migrator({ db, provider, disableTransactions: true });
  const { error } = last === undefined ? await migrator.migrateToLatest() : await migrator.migrateTo(last);
  if (error === undefined) return;
  const reason = error instanceof Error ? error.message : String(error);
  throw new StartFailure(`the schema could not be made: ${reason}`, { cause: error });
}

/** Runs what is pending. The caller holds the lock that keeps other nodes out. @throws StartFailure */
export async function migrate(address: DatabaseAddress): Promise<void> {
  // A pool of one, without a limit of time: a migration of a large table may take as long as it needs.
  const pool = openPool(address, { maximumConnections: 1, applicationName: 'meridian migration', statementTimeout: 0 });
  const db = new Kysely<unknown>({ dialect: new PostgresDialect({ pool }) });
  try {
    const { error, results } = await new Migrator({ db, provider }).migrateToLatest();
    if (error === undefined) return;
    const failed = results?.find(({ status }) => status === 'Error')?.migrationName;
    throw new StartFailure(
      `the migration ${failed ?? ''} failed and was rolled back: ${error instanceof Error ? error.message : String(error)}`,
      { cause: error },
    );
  } finally {
    await db.destroy();
    if (!pool.ended) await pool.end();
  }
}
