/** What the login role must be and must not be, and the two roles that own nothing. */
import pg from 'pg';
import { StartFailure } from './start-failure.ts';

/** `app`: requests, under row-level security. `worker`: sync and jobs, sees every tenant. */
export const roles = ['meridian_app', 'meridian_worker'] as const;

const oldestServer = 15;

interface Login {
  name: string;
  database: string;
  bypasses: boolean;
  superuser: boolean;
  create_role: boolean;
  create_in_database: boolean;
  create_in_schema: boolean;
  version: number;
}

/**
 * Refuses a server that is too old and a login role that row-level security does not bind: a superuser or BYPASSRLS,
 * its own or one it could take on by SET ROLE.
 * @throws StartFailure
 */
export async function checkLogin(client: pg.ClientBase): Promise<Login> {
  const { rows } = await client.query<Login>(
    `select current_user as name, current_database() as database, r.rolsuper as superuser, r.rolcreaterole as create_role,
       r.rolsuper or exists (select 1 from pg_roles o where (o.rolsuper or o.rolbypassrls) and pg_has_role(o.oid, 'member')) as bypasses,
       has_database_privilege(current_database(), 'CREATE') as create_in_database,
       has_schema_privilege('public', 'CREATE') as create_in_schema,
       current_setting('server_version_num')::int / 10000 as version
     from pg_roles r where r.rolname = current_user`,
  );
  const login = rows[0];
  if (login === undefined) throw new StartFailure('the login role of DATABASE_URL does not exist');
  if (login.version < oldestServer) {
    throw new StartFailure(`expected PostgreSQL ${oldestServer} or newer, DATABASE_URL leads to ${login.version}`);
  }
  if (login.bypasses) {
    const name = pg.escapeIdentifier(login.database);
    throw new StartFailure(
      `the role ${login.name} of DATABASE_URL is ${login.superuser ? 'a superuser' : 'exempt from row-level security (BYPASSRLS, its own or of a role it is a member of)'}, so nothing would keep tenants apart: create role meridian login createrole password '…'; alter database ${name} owner to meridian; and put that role into DATABASE_URL`,
    );
  }
  return login;
}

/**
 * Creates the two roles where they are missing and lets the login role take them on.
 * @throws StartFailure with the SQL that an administrator has to run, where the login role may not.
 */
export async function ensureRoles(client: pg.ClientBase, login: Login): Promise<void> {
  const missing: string[] = [];
  const name = pg.escapeIdentifier(login.name);
  for (const role of roles) {
    const state = await roleState(client, role);
    if (state !== null && (state.superuser || state.bypasses || state.owns)) {
      throw new StartFailure(
        `the role ${role} ${state.owns ? 'owns tables' : 'is exempt from row-level security'}: alter role ${role} nosuperuser nobypassrls; and give what it owns to ${login.name}`,
      );
    }
    if (state === null) missing.push(`create role ${role} nologin nosuperuser nobypassrls`);
    // Inherited, the worker's rights would make every row visible to the login role itself.
    if (state?.member !== true)
      missing.push(`grant ${role} to ${name}${login.version >= 16 ? ' with inherit false, set true' : ''}`);
  }
  if (!login.create_in_database)
    missing.push(`grant create on database ${pg.escapeIdentifier(login.database)} to ${name}`);
  if (!login.create_in_schema) missing.push(`grant create on schema public to ${name}`);
  for (const [index, statement] of missing.entries()) {
    try {
      await client.query(statement);
    } catch (cause) {
      const code = (cause as { code?: unknown }).code;
      // 42710, 23505: another database's start created the same role, roles being the whole server's. XX000: both granted it.
      if (code === '42710' || code === '23505' || code === 'XX000') continue;
      if (code !== '42501' && code !== '0LP01') throw cause;
      throw new StartFailure(
        `the role ${login.name} may not prepare the database ${login.database}: run as an administrator: ${missing.slice(index).join('; ')};`,
        { cause },
      );
    }
  }
}

async function roleState(
  client: pg.ClientBase,
  role: string,
): Promise<{ superuser: boolean; bypasses: boolean; owns: boolean; member: boolean } | null> {
  const { rows } = await client.query<{ superuser: boolean; bypasses: boolean; owns: boolean; member: boolean }>(
    `select r.rolsuper as superuser, r.rolbypassrls as bypasses,
       exists (select 1 from pg_class c where c.relowner = r.oid and c.relkind in ('r', 'p')) as owns,
       pg_has_role(current_user, r.oid, case when current_setting('server_version_num')::int >= 160000 then 'set' else 'member' end) as member
     from pg_roles r where r.rolname = $1`,
    [role],
  );
  return rows[0] ?? null;
}
