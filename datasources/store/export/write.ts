/** `meridian export`: one consistent snapshot of everything into one file, while the service goes on. */
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createWriteStream, existsSync, renameSync, rmSync, type WriteStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { finished } from 'node:stream/promises';
import { createGzip, type Gzip } from 'node:zlib';
import pg from 'pg';
import { clientConfig, type DatabaseAddress } from '../connection.ts';
import { StartFailure } from '../start-failure.ts';
import { copyOut } from './copy.ts';
import { type ExportEnd, type ExportHeader, endOfRows, formatName, formatVersion, trailer } from './format.ts';
import { roomIn } from './room.ts';
import { columnList, copySettings, migrationsOf, type PublicTables, qualified, readTables } from './tables.ts';

export interface ExportOptions {
  readonly database: DatabaseAddress;
  /** Written beside itself first and renamed when it is whole. */
  readonly file: string;
  /** Of this program. */
  readonly meridian: string;
  /** Whether a file of this name may be replaced. */
  readonly replace: boolean;
  readonly onProgress?: (progress: ExportProgress) => void;
  readonly signal?: AbortSignal;
}

export interface ExportProgress {
  readonly table: string;
  /** Bytes of rows read so far, before compression. */
  readonly bytes: number;
  /** What the tables take on the server's disk: an estimate of `bytes` in the end, often too large. */
  readonly expectedBytes: number;
}

export interface ExportSummary {
  readonly file: string;
  readonly header: ExportHeader;
  readonly rows: Readonly<Record<string, number>>;
  /** Tables in the same database that are not Meridian's, and not in the file. */
  readonly foreign: readonly string[];
  /** The file's size. */
  readonly bytes: number;
}

/**
 * Reads every table in one repeatable-read transaction. What is sealed stays sealed: the file is worth nothing without
 * the key ring, and the key ring is not in it.
 * @throws StartFailure with one line; no file is left then.
 */
export async function writeExport(options: ExportOptions): Promise<ExportSummary> {
  const { file, replace } = options;
  if (!replace && existsSync(file)) throw new StartFailure(`${file} exists already: name another file, or replace it`);
  if (!existsSync(dirname(file))) throw new StartFailure(`${dirname(file)}, the folder of the export, does not exist`);
  const unfinished = `${file}.${process.pid}.unfinished`;
  const client = new pg.Client({ ...clientConfig(options.database), application_name: 'meridian export' });
  client.on('error', () => undefined);
  try {
    await client.connect();
    const output = new ExportFile(unfinished);
    try {
      const { header, end, foreign } = await writeTables(client, output, options);
      const bytes = await output.end();
      renameSync(unfinished, file);
      await flushFolder(dirname(file));
      return { file, header, rows: end.rows, foreign, bytes };
    } catch (error) {
      output.destroy();
      throw error;
    }
  } catch (error) {
    rmSync(unfinished, { force: true });
    throw error;
  } finally {
    await client.end().catch(() => undefined);
  }
}

async function writeTables(
  client: pg.Client,
  output: ExportFile,
  { meridian, onProgress, signal }: ExportOptions,
): Promise<{ header: ExportHeader; end: ExportEnd; foreign: readonly string[] }> {
  await client.query(`begin isolation level repeatable read read only; ${copySettings}`);
  const migrations = await migrationsOf(client);
  if (migrations === null) throw new StartFailure('there is nothing to export: the database holds no Meridian');
  const tables = await readTables(client);
  const header = await readHeader(client, meridian, migrations);
  const expectedBytes = await sizeOnDisk(client, tables);
  await output.plain(`${JSON.stringify(header)}\n`);
  let bytes = 0;
  const rows: Record<string, number> = {};
  for (const { table, columns, secured } of tables.exported) {
    // The owner itself is bound by row-level security; the worker sees every row.
    await client.query(secured ? 'set local role meridian_worker' : 'reset role');
    await output.compressed(`${JSON.stringify({ table, columns })}\n`);
    const statement = `copy (select ${columnList(columns)} from ${qualified(table)}) to stdout (encoding 'UTF8')`;
    const copied = copyOut(client, statement);
    for await (const batch of copied.rows as AsyncIterable<Buffer>) {
      signal?.throwIfAborted();
      await output.compressed(batch);
      bytes += batch.length;
      onProgress?.({ table, bytes, expectedBytes });
    }
    rows[table] = await copied.count;
    await output.compressed(`${endOfRows}\n`);
  }
  await client.query('reset role');
  const end: ExportEnd = { rows, sequences: await readSequences(client, tables) };
  await client.query('commit');
  await output.compressed(`${JSON.stringify({ end })}\n`);
  return { header, end, foreign: tables.foreign };
}

async function readHeader(client: pg.Client, meridian: string, migrations: readonly string[]): Promise<ExportHeader> {
  const { rows } = await client.query<{ name: string; epoch: number; canary: string; at: string; postgres: string }>(
    `select instance_name as name, epoch, canary, current_setting('server_version') as postgres,
       to_char(now() at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as at
     from public.installation`,
  );
  const row = rows[0];
  if (row === undefined) throw new StartFailure('there is nothing to export: the database holds no installation');
  const { name: instanceName, epoch, canary, at: createdAt, postgres } = row;
  const installation = { instanceName, epoch, canary };
  return { format: formatName, version: formatVersion, meridian, createdAt, postgres, migrations, installation };
}

/** Sequences stand outside of snapshots, so they are read last: what they have given out by then may be too much, never too little. */
async function readSequences(client: pg.Client, { identities }: PublicTables): Promise<Record<string, number | null>> {
  const found: Record<string, number | null> = {};
  for (const [table, column] of identities) {
    const { rows } = await client.query<{ last: string | null }>(
      'select pg_sequence_last_value(pg_get_serial_sequence($1, $2)::regclass)::text as last',
      [qualified(table), column],
    );
    const last = rows[0]?.last ?? null;
    found[`${table}.${column}`] = last === null ? null : Number(last);
  }
  return found;
}

async function sizeOnDisk(client: pg.Client, { exported }: PublicTables): Promise<number> {
  const { rows } = await client.query<{ size: string }>(
    'select coalesce(sum(pg_table_size(name::regclass)), 0)::text as size from unnest($1::text[]) name',
    [exported.map(({ table }) => qualified(table))],
  );
  return Number(rows[0]?.size ?? 0);
}

/** A file of mode 0600 that hashes what it is given: first plain, then through gzip, the sum last. */
class ExportFile {
  readonly #hash = createHash('sha256');
  readonly #file: WriteStream;
  readonly #gzip: Gzip = createGzip({ level: 6 });
  #failure: Error | null = null;
  #bytes = 0;

  constructor(path: string) {
    this.#file = createWriteStream(path, { mode: 0o600, flags: 'wx', flush: true });
    const fail = (error: Error) => {
      this.#failure ??= error;
    };
    this.#file.on('error', fail);
    this.#gzip.on('error', fail);
    this.#gzip.on('data', (part: Buffer) => {
      if (!this.#write(part)) {
        this.#gzip.pause();
        this.#file.once('drain', () => this.#gzip.resume());
      }
    });
  }

  #write(part: Buffer): boolean {
    this.#hash.update(part);
    this.#bytes += part.length;
    return this.#file.write(part);
  }

  async plain(text: string): Promise<void> {
    this.#throwFailure();
    this.#write(Buffer.from(text));
  }

  async compressed(part: Buffer | string): Promise<void> {
    this.#throwFailure();
    if (this.#gzip.write(part)) return;
    // A full disk destroys the file, and nothing would drain any more.
    await roomIn(this.#gzip, this.#file);
    this.#throwFailure();
  }

  /** @returns the file's size */
  async end(): Promise<number> {
    const compressed = once(this.#gzip, 'end');
    this.#gzip.end();
    await Promise.race([compressed, once(this.#file, 'close')]);
    this.#throwFailure();
    const sum = Buffer.from(trailer(this.#hash.digest('hex')));
    this.#file.end(sum);
    await finished(this.#file);
    return this.#bytes + sum.length;
  }

  destroy(): void {
    this.#gzip.destroy();
    this.#file.destroy();
  }

  #throwFailure(): void {
    if (this.#failure !== null) throw new StartFailure(`the export cannot be written: ${this.#failure.message}`);
  }
}

/** So that the new name survives a power cut as well as the bytes. */
async function flushFolder(folder: string): Promise<void> {
  const handle = await open(folder);
  try {
    await handle.sync();
  } catch {
    // Some file systems cannot; the file itself is on the disk.
  } finally {
    await handle.close();
  }
}
