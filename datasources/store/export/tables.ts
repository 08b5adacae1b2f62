/** Which tables and columns an export holds: told by the catalogue, so that a new table is never forgotten. */
import pg from 'pg';
import { StartFailure } from '../start-failure.ts';
import type { ExportedTable } from './format.ts';

/**
 * Not exported: the schema's own records, which the header has, and leases, which mean something only while the process
 * lives that holds them. The queue of jobs is in a schema of its own, and is made anew from the rest.
 */
export const leftOut: readonly string[] = ['kysely_migration', 'kysely_migration_lock', 'lease'];

/** Where Meridian's own tables are, and what else. */
export interface PublicTables {
  /** Parents first. */
  readonly exported: readonly (ExportedTable & {
    /** Row-level security binds whoever reads it, the owner as well. */
    readonly secured: boolean;
  })[];
  /** Identity columns as [table, column]. */
  readonly identities: readonly (readonly [string, string])[];
  /** Tables whose owner is bound by their policies. */
  readonly forced: readonly string[];
  /** Tables that Meridian's own roles have nothing to do with: no migration of ours made them. */
  readonly foreign: readonly string[];
}

interface TableRow {
  name: string;
  columns: string[];
  identities: string[];
  parents: string[];
  secured: boolean;
  forced: boolean;
  open: boolean;
  ours: boolean;
}

/** Reads the catalogue. Generated columns are left out, and so are transaction ids: those of one server mean nothing on another. */
export async function readTables(client: pg.ClientBase): Promise<PublicTables> {
  const { rows } = await client.query<TableRow>(`
    select c.relname as name, c.relrowsecurity as secured, c.relforcerowsecurity as forced,
      array(select a.attname::text from pg_attribute a
        where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = '' and a.atttypid <> 'xid8'::regtype
        order by a.attnum) as columns,
      array(select a.attname::text from pg_attribute a
        where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attidentity <> '' order by a.attnum) as identities,
      array(select distinct p.relname::text from pg_constraint f join pg_class p on p.oid = f.confrelid
        where f.conrelid = c.oid and f.contype = 'f' and p.oid <> c.oid order by 1) as parents,
      exists (select 1 from pg_policy p where p.polrelid = c.oid and p.polpermissive and p.polcmd = '*'
        and pg_get_expr(p.polqual, p.polrelid) = 'true'
        and (select array_agg(r.rolname) from pg_roles r where r.oid = any(p.polroles)) = array['meridian_worker'::name])
      and not exists (select 1 from pg_policy p where p.polrelid = c.oid and not p.polpermissive) as open,
      c.relname in ('installation', 'lease', 'kysely_migration', 'kysely_migration_lock')
      or exists (select 1 from aclexplode(c.relacl) a join pg_roles r on r.oid = a.grantee
        where r.rolname in ('meridian_app', 'meridian_worker')) as ours
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where n.nspname = 'public' and c.relkind in ('r', 'p') and not c.relispartition
      and not exists (select 1 from pg_depend d where d.objid = c.oid and d.classid = 'pg_class'::regclass and d.deptype = 'e')
    order by c.relname`);
  const ours = rows.filter(({ name, ours: isOurs }) => isOurs && !leftOut.includes(name));
  for (const { name, secured, open } of ours) {
    // A policy that hides rows from the worker would leave them out without a word.
    if (secured && !open)
      throw new StartFailure(`the table ${name} has a policy under which an export would miss rows`);
  }
  return {
    exported: parentsFirst(ours).map(({ name, columns, secured }) => ({ table: name, columns, secured })),
    identities: ours.flatMap(({ name, identities }) => identities.map((column) => [name, column] as const)),
    forced: rows.filter(({ ours: isOurs, forced }) => isOurs && forced).map(({ name }) => name),
    foreign: rows.filter(({ ours: isOurs }) => !isOurs).map(({ name }) => name),
  };
}

/** An order in which every row's references are there before it. Throws for tables that refer to each other in a circle. */
export function parentsFirst<Table extends { readonly name: string; readonly parents: readonly string[] }>(
  tables: readonly Table[],
): Table[] {
  const names = new Set(tables.map(({ name }) => name));
  const placed = new Set<string>();
  const ordered: Table[] = [];
  while (ordered.length < tables.length) {
    const next = tables.filter(
      ({ name, parents }) => !placed.has(name) && parents.every((parent) => placed.has(parent) || !names.has(parent)),
    );
    if (next.length === 0) throw new Error('tables refer to each other in a circle');
    for (const table of next) placed.add(table.name);
    ordered.push(...next);
  }
  return ordered;
}

/** `a, "b c"` */
export function columnList(columns: readonly string[]): string {
  return columns.map((column) => pg.escapeIdentifier(column)).join(', ');
}

/** `public.account` */
export function qualified(table: string): string {
  return `public.${pg.escapeIdentifier(table)}`;
}

/** What values look like as text must not depend on a server's settings; no limit of time, because tables may be large. */
export const copySettings = [
  `set local datestyle = 'ISO, YMD'`,
  `set local intervalstyle = 'iso_8601'`,
  `set local timezone = 'UTC'`,
  'set local extra_float_digits = 1',
  `set local bytea_output = 'hex'`,
  `set local client_encoding = 'UTF8'`,
  'set local statement_timeout = 0',
  'set local idle_in_transaction_session_timeout = 0',
].join('; ');

/** The migrations that the schema went through, oldest first; null where there is none of ours. */
export async function migrationsOf(client: pg.ClientBase): Promise<string[] | null> {
  const { rows: tables } = await client.query<{ there: boolean }>(
    `select to_regclass('public.kysely_migration') is not null and to_regclass('public.installation') is not null as there`,
  );
  if (tables[0]?.there !== true) return null;
  const { rows } = await client.query<{ name: string }>(
    'select name from public.kysely_migration order by name collate "C"',
  );
  return rows.map(({ name }) => name);
}
