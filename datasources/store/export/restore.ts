/** `meridian restore`: an export into an empty database, or in place of what one holds; all of it or nothing. */
import pg from 'pg';
import type { KeyRing } from '../../secrets/key-ring.ts';
import { clientConfig, type DatabaseAddress } from '../connection.ts';
import { epochByClock } from '../incarnation.ts';
import { checkInstallation, openCanary } from '../installation.ts';
import { knownMigrations, migrateInside, pendingMigrations } from '../migrate.ts';
import { preparationLock } from '../open.ts';
import { checkLogin, ensureRoles } from '../roles.ts';
import { StartFailure } from '../start-failure.ts';
import { copyIn } from './copy.ts';
import type { ExportEnd, ExportHeader } from './format.ts';
import { ExportReader, type VerifiedExport } from './read.ts';
import { columnList, copySettings, migrationsOf, type PublicTables, qualified, readTables } from './tables.ts';

/** What a database holds before a restore. */
export interface Occupant {
  readonly instanceName: string | null;
  readonly accounts: number;
  readonly events: number;
  /** Without the one that development mode makes by itself. */
  readonly applications: number;
}

export interface RestoreOptions {
  readonly database: DatabaseAddress;
  readonly keyRing: KeyRing;
  readonly verified: VerifiedExport;
  /** Whether what the database holds may be thrown away. */
  readonly replace: (occupant: Occupant) => boolean | Promise<boolean>;
  readonly onProgress?: (progress: { readonly table: string; readonly bytes: number; readonly of: number }) => void;
  readonly signal?: AbortSignal;
}

export interface RestoreSummary {
  readonly header: ExportHeader;
  readonly rows: Readonly<Record<string, number>>;
  readonly epoch: number;
  readonly replaced: Occupant | null;
}

/**
 * What can be told about a file without a database. @throws StartFailure when its schema is newer than this code, or when
 * the key ring does not open what it holds
 */
export function checkRestorable({ file, header }: VerifiedExport, keyRing: KeyRing): void {
  const known = knownMigrations();
  const unknown = header.migrations.find((name, index) => known[index] !== name);
  if (unknown !== undefined || header.migrations.length === 0) {
    throw new StartFailure(
      `${file} was written by Meridian ${header.meridian}, whose schema this one does not know (${unknown ?? 'no migration at all'}): restore it with that version or a newer one`,
    );
  }
  try {
    openCanary(keyRing, header.installation.canary);
  } catch (cause) {
    if (!(cause instanceof StartFailure)) throw cause;
    throw new StartFailure(
      `the encryption keys do not open what ${file} holds sealed: an export has no keys in it; put those of the installation it was made from into MERIDIAN_ENCRYPTION_KEYS, or its encryption-keys file into DATA_DIR; nothing was changed`,
      { cause },
    );
  }
}

/**
 * Restores in one transaction: the schema as it was when the file was written, the rows, then the migrations since.
 * Afterwards every cursor made before answers RESYNC_REQUIRED, because the epoch rises, and changes that the file holds
 * carry the restore's transaction id: those of the old server mean nothing here.
 * @throws StartFailure with one line; nothing was changed then
 */
export async function restoreExport(options: RestoreOptions): Promise<RestoreSummary> {
  const { verified, keyRing } = options;
  checkRestorable(verified, keyRing);
  const client = new pg.Client({ ...clientConfig(options.database), application_name: 'meridian restore' });
  client.on('error', () => undefined);
  try {
    await client.connect().catch((cause: unknown) => {
      throw new StartFailure(`the database cannot be reached: ${reasonOf(cause)}`, { cause });
    });
    const login = await checkLogin(client);
    await refuseCompany(client);
    const before = await migrationsOf(client);
    if (before !== null) await pendingMigrations(client);
    const { foreign } = await readTables(client);
    if (foreign.length > 0) {
      throw new StartFailure(
        `the database holds tables that are not Meridian's (${foreign.slice(0, 5).join(', ')}): give it a database of its own; nothing was changed`,
      );
    }
    const occupant = before === null ? null : await occupantOf(client);
    const isEmpty = occupant === null || occupant.accounts + occupant.events + occupant.applications === 0;
    if (!isEmpty && !(await options.replace(occupant))) {
      throw new StartFailure(
        `the database is not empty: it holds ${occupant.accounts} accounts and ${occupant.events} events; nothing was changed`,
      );
    }
    await ensureRoles(client, login);
    await client.query(`begin; ${copySettings}; set local lock_timeout = '10s'`);
    try {
      const summary = await restoreInside(client, options, occupant);
      options.signal?.throwIfAborted();
      await client.query('commit');
      return { ...summary, replaced: isEmpty ? null : occupant };
    } catch (error) {
      // In the middle of a COPY nothing else could be sent; ending the connection rolls back as well.
      throw error instanceof StartFailure ? error : explained(error);
    }
  } finally {
    await client.end().catch(() => undefined);
  }
}

async function restoreInside(
  client: pg.Client,
  { verified, keyRing, onProgress, signal }: RestoreOptions,
  occupant: Occupant | null,
): Promise<Omit<RestoreSummary, 'replaced'>> {
  const { header, file } = verified;
  // Whoever starts from here on waits for this lock; whoever started since we looked is told by the second look.
  await client.query('select pg_advisory_xact_lock($1)', [preparationLock]);
  await refuseCompany(client);
  const earlier = occupant === null ? 0 : await epochOf(client);
  await dropOurs(client);
  await migrateInside(client, header.migrations.at(-1));
  const tables = await readTables(client);
  // The owner is bound as well, and COPY does not read under a policy. Nobody else sees these tables before the commit.
  for (const table of tables.forced) await client.query(`alter table ${qualified(table)} no force row level security`);
  const end = await copyTables(client, verified, tables, signal, onProgress);
  // Tables with checks still to be made at the end cannot be altered.
  await client.query('set constraints all immediate');
  await setSequences(client, tables, end);
  for (const table of tables.forced) await client.query(`alter table ${qualified(table)} force row level security`);
  // Of two restores of one file each needs an epoch of its own, or the cursors of the one would be good in the other.
  const { rows } = await client.query<{ epoch: number }>(
    `update public.installation set epoch = greatest(epoch + 1, $1::int + 1, ${epochByClock}) returning epoch`,
    [earlier],
  );
  const epoch = rows[0]?.epoch;
  if (epoch === undefined) throw new StartFailure(`${file} holds no installation: it was altered; nothing was changed`);
  await checkInstallation(client, keyRing);
  await migrateInside(client);
  // The epoch has begun: the next start only takes down which database this is.
  await client.query('update public.installation set incarnation = null');
  for (const { table } of tables.exported) await client.query(`analyze ${qualified(table)}`);
  return { header, rows: end.rows, epoch };
}

async function copyTables(
  client: pg.Client,
  verified: VerifiedExport,
  { exported }: PublicTables,
  signal: AbortSignal | undefined,
  onProgress: RestoreOptions['onProgress'],
): Promise<ExportEnd> {
  const altered = (what: string) =>
    new StartFailure(`${verified.file} does not fit its schema: ${what}; nothing was changed`);
  const missing = new Map(exported.map(({ table, columns }) => [table, columns]));
  const rows: Record<string, number> = {};
  let current = '';
  const reader = new ExportReader(verified, (bytes) => onProgress?.({ table: current, bytes, of: verified.to }));
  try {
    for (;;) {
      const line = await reader.next();
      if ('end' in line) {
        if (missing.size > 0) throw altered(`it lacks the tables ${[...missing.keys()].join(', ')}`);
        for (const [table, count] of Object.entries(rows)) {
          if (line.end.rows[table] !== count)
            throw altered(`${count} rows of ${table} instead of ${line.end.rows[table]}`);
        }
        if ((await reader.finish()) !== verified.sha256) throw altered('it changed while it was read');
        return line.end;
      }
      const { table, columns } = line;
      const expected = missing.get(table);
      if (expected === undefined) throw altered(`the table ${table.slice(0, 63)} does not belong there`);
      if (columns.length !== expected.length || !columns.every((column) => expected.includes(column))) {
        throw altered(`the columns of ${table} are others`);
      }
      missing.delete(table);
      current = table;
      const statement = `copy ${qualified(table)} (${columnList(columns)}) from stdin (encoding 'UTF8')`;
      rows[table] = await copyIn(client, statement, abortable(reader.rows(), signal));
    }
  } finally {
    reader.close();
  }
}

async function* abortable(parts: AsyncIterable<Buffer>, signal: AbortSignal | undefined): AsyncGenerator<Buffer> {
  for await (const part of parts) {
    signal?.throwIfAborted();
    yield part;
  }
}

/** Never lower than what the file's sequences had given out: ids of what was deleted meanwhile must not come again. */
async function setSequences(client: pg.Client, { identities }: PublicTables, end: ExportEnd): Promise<void> {
  for (const [table, column] of identities) {
    await client.query(
      `select setval(pg_get_serial_sequence($1, $2)::regclass, coalesce(highest.last, 1), highest.last is not null)
       from (select greatest((select max(${pg.escapeIdentifier(column)}) from ${qualified(table)}), $3::bigint) as last) highest`,
      [qualified(table), column, end.sequences[`${table}.${column}`] ?? null],
    );
  }
}

/** Whoever works with the database while it is replaced would go on with what it remembers of the old one. */
async function refuseCompany(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ name: string; place: string | null }>(
    `select application_name as name, client_addr::text as place from pg_stat_activity
     where datname = current_database() and pid <> pg_backend_pid() and backend_type = 'client backend'
       and application_name ~* '^(meridian|pgboss)' and application_name not like 'meridian owner %'
       and application_name <> 'meridian start' limit 1`,
  );
  const found = rows[0];
  if (found === undefined) return;
  const place = found.place === null ? '' : ` from ${found.place}`;
  throw new StartFailure(
    `a Meridian works with this database (connection "${found.name}"${place}): stop every node of it first; nothing was changed`,
  );
}

async function occupantOf(client: pg.Client): Promise<Occupant> {
  await client.query('begin read only; set local role meridian_worker');
  try {
    const { rows } = await client.query<{
      name: string | null;
      accounts: string;
      events: string;
      applications: string;
    }>(
      `select (select instance_name from installation) as name, (select count(*) from account) as accounts,
         (select count(*) from event) as events,
         (select count(*) from application where client_id <> 'development') as applications`,
    );
    const row = rows[0];
    return {
      instanceName: row?.name ?? null,
      accounts: Number(row?.accounts ?? 0),
      events: Number(row?.events ?? 0),
      applications: Number(row?.applications ?? 0),
    };
  } finally {
    await client.query('rollback');
  }
}

async function epochOf(client: pg.Client): Promise<number> {
  const { rows } = await client.query<{ epoch: number }>('select epoch from public.installation');
  return rows[0]?.epoch ?? 0;
}

/** What our migrations made, and the queue with jobs about what is no longer there. Extensions and others' things stay. */
async function dropOurs(client: pg.Client): Promise<void> {
  const { exported } = await readTables(client);
  const names = [...exported.map(({ table }) => table), 'lease', 'kysely_migration', 'kysely_migration_lock'];
  await client.query(`drop table if exists ${names.map(qualified).join(', ')} cascade`);
  const { rows: functions } = await client.query<{ name: string }>(
    `select p.oid::regprocedure::text as name from pg_proc p join pg_namespace n on n.oid = p.pronamespace
     where n.nspname = 'public' and p.proowner = (select oid from pg_roles where rolname = current_user)
       and not exists (select 1 from pg_depend d where d.objid = p.oid and d.classid = 'pg_proc'::regclass and d.deptype = 'e')`,
  );
  for (const { name } of functions) await client.query(`drop routine if exists ${name} cascade`);
  await client.query('drop schema if exists boss cascade');
}

function explained(error: unknown): unknown {
  if (!(error instanceof pg.DatabaseError)) return error;
  const where = error.table === undefined ? '' : ` (${error.table})`;
  return new StartFailure(`the database did not take the export${where}: ${error.message}; nothing was changed`, {
    cause: error,
  });
}

function reasonOf(cause: unknown): string {
  if (cause instanceof AggregateError) return cause.errors.map(reasonOf).join(', ');
  return cause instanceof Error ? cause.message || cause.name : String(cause);
}
