/** Every column that holds something sealed under the key ring, so that a new key reaches all of it. */
import { sql } from 'kysely';
import { type KeyRing, SealBroken } from '../secrets/key-ring.ts';
import type { Tx } from './store.ts';

export interface SealedColumn {
  readonly table: string;
  readonly column: string;
  /** The primary key, in the order of `identity`'s parameters; bytea as hexadecimal digits. */
  readonly key: readonly string[];
  /** What the text was sealed for. */
  readonly identity: (...key: string[]) => string;
}

export const sealedColumns: readonly SealedColumn[] = [
  { table: 'installation', column: 'canary', key: ['id'], identity: (id) => `installation:${id}:canary` },
  { table: 'profile', column: 'credential', key: ['id'], identity: (id) => `profile:${id}:credential` },
  {
    table: 'ics_feed',
    column: 'secret',
    key: ['application_id', 'calendar_id'],
    identity: (applicationId, calendarId) => `ics_feed:${applicationId}:${calendarId}:secret`,
  },
  {
    table: 'oauth_artifact',
    column: 'payload',
    key: ['model', 'id_hash'],
    identity: (model, idHash) => `oauth_artifact:${model}:${idHash}:payload`,
  },
];

export interface Resealed {
  /** Rows that were sealed anew. */
  readonly resealed: number;
  /** Rows that no key of the ring opens; they are left as they are. */
  readonly broken: number;
  /** The key behind which to go on; null at the end. */
  readonly after: string | null;
}

interface Row {
  place: string;
  key: string[];
  sealed: string;
}

/** Seals up to 200 rows behind `after` under the current key that were sealed under another. Rows locked by others wait for the next time. */
export async function resealPage(tx: Tx, column: SealedColumn, ring: KeyRing, after: string): Promise<Resealed> {
  const place = placeOf(column);
  const held = sql.ref(column.column);
  const { rows } = await sql<Row>`
    select ${place} as place, array[${sql.join(column.key.map((name) => textOf(name)))}] as key, ${held} as sealed
    from ${sql.table(column.table)}
    where ${held} is not null and ${held} not like ${`v1.${ring.currentKeyId}.%`} and ${place} > ${after}
    order by 1 limit 200 for update skip locked`.execute(tx);
  let resealed = 0;
  let broken = 0;
  for (const row of rows) {
    const identity = column.identity(...row.key);
    let sealed: string;
    try {
      sealed = ring.seal(ring.open(row.sealed, identity), identity);
    } catch (error) {
      if (!(error instanceof SealBroken)) throw error;
      broken++;
      continue;
    }
    await sql`update ${sql.table(column.table)} set ${held} = ${sealed} where ${place} = ${row.place}`.execute(tx);
    resealed++;
  }
  return { resealed, broken, after: rows.at(-1)?.place ?? null };
}

/** How many rows each key seals, by its id. */
export async function countByKey(
  query: (text: string) => Promise<{ key: string; count: string }[]>,
): Promise<Map<string, number>> {
  const counts = new Map<string, number>();
  for (const { table, column } of sealedColumns) {
    const rows = await query(
      `select split_part(${column}, '.', 2) as key, count(*) as count from ${table} where ${column} is not null group by 1`,
    );
    for (const { key, count } of rows) counts.set(key, (counts.get(key) ?? 0) + Number(count));
  }
  return counts;
}

/** The whole primary key as one text, by which rows are ordered. */
function placeOf(column: SealedColumn) {
  return sql<string>`concat_ws(' ', ${sql.join(column.key.map((name) => textOf(name)))})`;
}

function textOf(name: string) {
  // Bytes as digits, so that the same text names the row and orders it.
  return name.endsWith('_hash') ? sql`encode(${sql.ref(name)}, 'hex')` : sql`${sql.ref(name)}::text`;
}
