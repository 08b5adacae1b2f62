/**
 * The export file. It is made to be read by people with ordinary tools, and to be refused when anything of it is missing:
 *
 *     {"format":"meridian-export","version":1,…}\n        the header, one line of JSON, not compressed
 *     gzip of                                              what follows, as one stream
 *       {"table":"account","columns":["id",…]}\n           one table
 *       …                                                  its rows as PostgreSQL's COPY writes text
 *       \.\n
 *       … more tables, each behind those that it refers to …
 *       {"end":{"rows":{"account":2},"sequences":{"account.ordinal":2}}}\n
 *     \nsha256:<64 hexadecimal digits>\n                   of every byte before this line break
 *
 * Look into one with `head -1 FILE`, and `tail -n +2 FILE | zcat`.
 */
import { StartFailure } from '../start-failure.ts';

export const formatName = 'meridian-export';
/** The newest version that this code reads, and the one it writes. */
export const formatVersion = 1;

/** Bytes of `\nsha256:…\n`. */
export const trailerSize = 1 + 'sha256:'.length + 64 + 1;
/** The longest header or table line that is read. */
export const lineLimit = 1024 * 1024;
export const endOfRows = '\\.';

export interface ExportHeader {
  readonly format: typeof formatName;
  readonly version: number;
  /** The program that wrote it. */
  readonly meridian: string;
  /** By the database's clock. */
  readonly createdAt: string;
  /** Of the server that it was read from, for people. */
  readonly postgres: string;
  /** What the schema went through, oldest first. */
  readonly migrations: readonly string[];
  readonly installation: {
    readonly instanceName: string;
    readonly epoch: number;
    /** Sealed: whoever cannot open it cannot open what the tables hold. */
    readonly canary: string;
  };
}

export interface ExportEnd {
  /** Table → how many rows. */
  readonly rows: Readonly<Record<string, number>>;
  /** `table.column` → the last number its sequence gave out; null where it gave none. */
  readonly sequences: Readonly<Record<string, number | null>>;
}

export interface ExportedTable {
  readonly table: string;
  readonly columns: readonly string[];
}

export function trailer(sha256: string): string {
  return `\nsha256:${sha256}\n`;
}

/** @throws StartFailure that names the file */
export function parseHeader(file: string, line: string): ExportHeader {
  const found = object(parse(line));
  if (found?.['format'] !== formatName) {
    throw new StartFailure(`${file} is not an export of Meridian: expected a first line with "format":"${formatName}"`);
  }
  const version = found['version'];
  if (typeof version !== 'number' || !Number.isSafeInteger(version) || version < 1) {
    throw new StartFailure(`${file}: expected a whole number as the version of its format`);
  }
  if (version > formatVersion) {
    throw new StartFailure(
      `${file} has version ${version} of the export format, this Meridian reads up to ${formatVersion}: restore it with the version that wrote it (${text(found['meridian']) ?? 'unknown'}) or a newer one`,
    );
  }
  const installation = object(found['installation']);
  const migrations = found['migrations'];
  const [meridian, createdAt, postgres] = [text(found['meridian']), text(found['createdAt']), text(found['postgres'])];
  const [instanceName, canary, epoch] = [
    text(installation?.['instanceName']),
    text(installation?.['canary']),
    installation?.['epoch'],
  ];
  if (
    meridian === null ||
    createdAt === null ||
    postgres === null ||
    instanceName === null ||
    canary === null ||
    typeof epoch !== 'number' ||
    !Number.isSafeInteger(epoch) ||
    !Array.isArray(migrations) ||
    !migrations.every((name): name is string => typeof name === 'string')
  ) {
    throw new StartFailure(`${file}: its header lacks something: it was altered`);
  }
  return {
    format: formatName,
    version,
    meridian,
    createdAt,
    postgres,
    migrations,
    installation: { instanceName, epoch, canary },
  };
}

/** A line between tables: the next one, or the end. @throws StartFailure that names the file */
export function parseTableLine(file: string, line: string): ExportedTable | { readonly end: ExportEnd } {
  const found = object(parse(line));
  const end = object(found?.['end']);
  if (end !== null) {
    const [rows, sequences] = [object(end['rows']), object(end['sequences'])];
    if (rows !== null && sequences !== null) return { end: { rows: numbers(rows), sequences: numbers(sequences) } };
  }
  const [table, columns] = [text(found?.['table']), found?.['columns']];
  if (table === null || !Array.isArray(columns) || !columns.every((name): name is string => typeof name === 'string')) {
    throw new StartFailure(`${file}: expected a table or the end, got something else: it was altered`);
  }
  return { table, columns };
}

function numbers(values: Record<string, unknown>): Record<string, number> {
  const isCount = (entry: [string, unknown]): entry is [string, number] => Number.isSafeInteger(entry[1]);
  return Object.fromEntries(Object.entries(values).filter(isCount));
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}

function object(value: unknown): Record<string, unknown> | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : null;
}

function text(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}
