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
import * as sideBySide from './migrations/20261122T2200-side-by-side.ts';
import * as appendingAndPruning from './migrations/20261122T2210-appending-and-pruning.ts';
import * as availabilityRules from './migrations/20261122T2230-availability-rules.ts';
import * as holds from './migrations/20261122T2240-holds.ts';
import * as busyAccounts from './migrations/20261122T2250-busy-accounts.ts';
import * as incarnation from './migrations/20261122T2255-incarnation.ts';
import * as eventTriggers from './migrations/20261123T0030-event-triggers.ts';
import * as lastBookings from './migrations/20261123T0040-last-bookings.ts';
import * as changeTrace from './migrations/20261123T0045-change-trace.ts';
import * as heldNews from './migrations/20261123T0050-held-news.ts';
import * as confirmations from './migrations/20261123T0055-confirmations.ts';
import * as toldAccounts from './migrations/20261123T0110-told-accounts.ts';
import * as accountAddresses from './migrations/20261123T0200-account-addresses.ts';
import { StartFailure } from './start-failure.ts';

/** One file of migrations/. */
export interface SchemaChange extends Migration {
  /**
   * The name of the migration that a node must have to run beside this one. An expansion (a table, a column that may be left
   * out, an index) names the migration before it, or an older one; a contraction names the expansion since which nobody uses
   * what it takes away. Left out, no node without this very migration may run beside it.
   */
  readonly compatibleFrom?: string;
}

/** Every file of migrations/ by its name: listed, because a folder that is read at run time can hold another version's. */
const all: Readonly<Record<string, SchemaChange>> = {
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
  '20261122T2200-side-by-side': sideBySide,
  '20261122T2210-appending-and-pruning': appendingAndPruning,
  '20261122T2230-availability-rules': availabilityRules,
  '20261122T2240-holds': holds,
  '20261123T0050-held-news': heldNews,
  '20261122T2250-busy-accounts': busyAccounts,
  '20261122T2255-incarnation': incarnation,
  '20261123T0030-event-triggers': eventTriggers,
  '20261123T0040-last-bookings': lastBookings,
  '20261123T0045-change-trace': changeTrace,
  '20261123T0055-confirmations': confirmations,
  '20261123T0110-told-accounts': toldAccounts,
  '20261123T0200-account-addresses': accountAddresses,
};

/** Names of the migrations this code has, oldest first. */
export function knownMigrations(): string[] {
  return Object.keys(all).sort();
}

function providerOf(known: readonly string[] = knownMigrations()): MigrationProvider {
  const chosen = Object.fromEntries(Object.entries(all).filter(([name]) => known.includes(name)));
  return { getMigrations: async () => chosen };
}

/** How a database's schema stands to this code. */
export interface SchemaState {
  /** Migrations still to run, oldest first. */
  readonly pending: readonly string[];
  /** Migrations of a newer version, beside which this code can run; oldest first. */
  readonly newer: readonly string[];
}

interface Recorded {
  readonly name: string;
  readonly compatible_from: string | null;
}

/**
 * Reads which migrations the database has.
 * @param known what this code has; tests put another version's in
 * @throws StartFailure when it has one beside which this code cannot run
 */
export async function schemaState(
  client: pg.ClientBase | pg.Pool,
  known: readonly string[] = knownMigrations(),
): Promise<SchemaState> {
  const recorded = await recordedMigrations(client);
  const done = new Set(recorded.map(({ name }) => name));
  const newer = recorded.filter(({ name }) => !known.includes(name));
  const pending = known.filter((name) => !done.has(name));
  // Where each has what the other lacks they are two lines of development, and none of them is the older one.
  const breaking = newer.findLast((one) => pending.length > 0 || !isCompatible(one, known));
  if (breaking !== undefined) throw tooNew(breaking, known);
  return { pending, newer: newer.map(({ name }) => name) };
}

/**
 * @returns the names of migrations still to run.
 * @throws StartFailure when the database has any that this code lacks: for who is about to make the schema anew
 */
export async function pendingMigrations(client: pg.ClientBase): Promise<string[]> {
  const known = knownMigrations();
  const recorded = await recordedMigrations(client);
  const newest = recorded.findLast(({ name }) => !known.includes(name));
  if (newest !== undefined) throw tooNew(newest, known);
  const done = new Set(recorded.map(({ name }) => name));
  return known.filter((name) => !done.has(name));
}

/** Oldest first; none where nothing was ever migrated. */
async function recordedMigrations(client: pg.ClientBase | pg.Pool): Promise<readonly Recorded[]> {
  const { rows: tables } = await client.query<{ there: boolean }>(
    `select to_regclass('public.kysely_migration') is not null as there`,
  );
  if (tables[0]?.there !== true) return [];
  // By way of the whole row: the column is younger than the table.
  const { rows } = await client.query<Recorded>(
    `select name, to_jsonb(m) ->> 'compatible_from' as compatible_from from public.kysely_migration m order by name collate "C"`,
  );
  return rows;
}

function isCompatible({ compatible_from }: Recorded, known: readonly string[]): boolean {
  return compatible_from !== null && known.includes(compatible_from);
}

function tooNew({ name, compatible_from }: Recorded, known: readonly string[]): StartFailure {
  const needs =
    compatible_from === null || known.includes(compatible_from) ? '' : `, which needs ${compatible_from} of every node`;
  return new StartFailure(
    `the database is newer than this Meridian: it has the migration ${name}${needs}, the last one known here is ${known.at(-1)}; start the newer version, or restore an export made by this one`,
  );
}

/**
 * Records beside each migration since which one nodes can run beside it, for nodes that lack it. What is not recorded (a start
 * that died here) is taken for breaking, and the next start records it.
 */
export async function recordCompatibility(client: pg.ClientBase): Promise<void> {
  const declared = Object.entries(all).flatMap(([name, { compatibleFrom }]) =>
    compatibleFrom === undefined ? [] : [{ name, compatibleFrom }],
  );
  await client.query(
    `update public.kysely_migration m set compatible_from = d."compatibleFrom"
     from jsonb_to_recordset($1) as d(name text, "compatibleFrom" text)
     where m.name = d.name and m.compatible_from is distinct from d."compatibleFrom"`,
    [JSON.stringify(declared)],
  );
}

/**
 * Runs migrations up to and with `last` (all of them without it) inside the transaction that `client` is in, so that
 * they stand or fall with what else happens there. @throws StartFailure; the transaction is of no use then.
 */
export async function migrateInside(client: pg.ClientBase, last?: string): Promise<void> {
  const only = { query: client.query.bind(client), release: () => undefined };
  const pool = { connect: async () => only, end: async () => undefined };
  const db = new Kysely<unknown>({ dialect: new PostgresDialect({ pool: pool as unknown as pg.Pool }) });
  const migrator = new Migrator({ db, provider: providerOf(), disableTransactions: true });
  const { error } = last === undefined ? await migrator.migrateToLatest() : await migrator.migrateTo(last);
  if (error === undefined) return;
  const reason = error instanceof Error ? error.message : String(error);
  throw new StartFailure(`the schema could not be made: ${reason}`, { cause: error });
}

/** Runs what is pending. The caller holds the lock that keeps other nodes out. @throws StartFailure */
export async function migrate(address: DatabaseAddress, known?: readonly string[]): Promise<void> {
  // A pool of one, without a limit of time: a migration of a large table may take as long as it needs.
  const pool = openPool(address, { maximumConnections: 1, applicationName: 'meridian migration', statementTimeout: 0 });
  const db = new Kysely<unknown>({ dialect: new PostgresDialect({ pool }) });
  try {
    const { error, results } = await new Migrator({ db, provider: providerOf(known) }).migrateToLatest();
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
