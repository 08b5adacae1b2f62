/** An installation with something in every table, and what is needed to compare two of them. */
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { gunzipSync, gzipSync } from 'node:zlib';
import pg from 'pg';
import { appendChanges } from '../../../../datasources/store/change-log.ts';
import { trailer, trailerSize } from '../../../../datasources/store/export/format.ts';
import type { FreshStore } from '../../../setup/database.ts';
import { testKeyRing } from '../../../setup/database.ts';
import { type ServerAddress, superuserQuery, type TestServer } from '../../../setup/database-servers.ts';
import { insertTenant, type TenantFixture } from '../../../setup/fixtures.ts';

/** What COPY has to escape, and what would end a table if it did not. */
export const awkward = 'tab\there\nnew line\\ and \\N and\n\\.\nthe end "quoted" \u{1f4c5} \u0001 é\r';
export const password = 'a password that stays sealed';

export interface Filled {
  readonly tenants: readonly [TenantFixture, TenantFixture];
  readonly eventId: string;
  readonly profileId: string;
}

/** Two tenants; the first has rows in all tables. A third account was there and is gone: its ordinal must not come again. */
export async function fill(fresh: FreshStore): Promise<Filled> {
  const { store } = fresh;
  const first = await insertTenant(store, { provider: 'CALDAV' });
  const second = await insertTenant(store, { of: first });
  const gone = await insertTenant(store, { of: first });
  const { applicationId, accountId, profileId, calendarId } = first;
  const eventId = store.ids('evt');
  const identity = `profile:${profileId}:credential`;
  const statements: [string, unknown[]][] = [
    [`update profile set credential = $1 where id = $2`, [testKeyRing.seal(password, identity), profileId]],
    [
      `insert into event (id, account_id, profile_id, calendar_id, uid, raw, content, recurring, all_day, starts_at, ends_at, span)
       values ($1, $2, $3, $4, 'awkward', $5, $6, false, false, '1883-11-18T17:00:00.123456Z', 'infinity', '[1883-11-18T17:00:00Z,)')`,
      [eventId, accountId, profileId, calendarId, awkward, JSON.stringify({ summary: awkward.replace('\u0001', '') })],
    ],
    [
      `insert into event_move (account_id, profile_id, calendar_id, event_id, all_day, starts_at, ends_at, until)
       values ($1, $2, $3, $4, true, '0001-01-01T00:00:00Z', '9999-12-31T00:00:00.000001Z', now())`,
      [accountId, profileId, calendarId, eventId],
    ],
    [
      `insert into managed_event (application_id, account_id, calendar_id, key, event_id) values ($1, $2, $3, 'key', $4)`,
      [applicationId, accountId, calendarId, eventId],
    ],
    [
      `insert into operation (id, application_id, account_id, profile_id, calendar_id, event_id, kind, status) values ($1, $2, $3, $4, $5, $6, 'DELETE', 'PENDING')`,
      [store.ids('opr'), applicationId, accountId, profileId, calendarId, eventId],
    ],
    [
      `insert into sync_run (id, account_id, profile_id, calendar_id, kind, status) values ($1, $2, $3, $4, 'FULL', 'RUNNING')`,
      [store.ids('run'), accountId, profileId, calendarId],
    ],
    [
      `insert into credential (id, application_id, account_id, kind, token_hash, scopes) values ($1, $2, $3, 'ACCOUNT_TOKEN', $4, '{"read_events","with \\"quote"}')`,
      [store.ids('crd'), applicationId, accountId, Buffer.from([0, 1, 92, 10, 9, 255])],
    ],
    [
      `insert into ics_feed (application_id, account_id, profile_id, calendar_id, secret_hash, secret) values ($1, $2, $3, $4, $5, 'sealed')`,
      [applicationId, accountId, profileId, calendarId, Buffer.alloc(32, 5)],
    ],
    [
      `insert into zone_law (version, zone, offsets, recorded_at) values ('2020a', 'Europe/London', '{"offsets": [[0, 3600]]}', now())`,
      [],
    ],
    [`insert into revoked_profile (application_id, profile_id) values ($1, $2)`, [applicationId, second.profileId]],
    [
      `insert into idempotent_call (application_id, mutation, key, input_hash, result) values ($1, 'm', 'k', $2, '{"a": [1, null]}')`,
      [applicationId, Buffer.alloc(32, 7)],
    ],
    [
      `insert into oauth_artifact (model, id_hash, application_id, payload) values ('Grant', $1, $2, 'sealed')`,
      [Buffer.alloc(32, 1), applicationId],
    ],
    [
      `insert into link_token (token_hash, application_id, account_id, expires_at) values ($1, $2, $3, now())`,
      [Buffer.alloc(32, 2), applicationId, accountId],
    ],
    [
      `insert into consent_request (token_hash, kind, account_id, profile_id) values ($1, 'RELINK', $2, $3)`,
      [Buffer.alloc(32, 3), accountId, profileId],
    ],
    [
      `insert into calendar_permission (application_id, account_id, calendar_id, permission) values ($1, $2, $3, 'UNRESTRICTED')`,
      [applicationId, accountId, calendarId],
    ],
    [
      `insert into availability_rule (id, application_id, account_id, key, time_zone, calendar_ids, weekly_periods)
       values ($1, $2, $3, $4, 'Europe/London', array[$5], '[{"day": 0, "start": 32400, "end": 61200}]')`,
      [store.ids('avr'), applicationId, accountId, awkward, calendarId],
    ],
    [
      `insert into available_period (id, application_id, account_id, key, starts_at, ends_at)
       values ($1, $2, $3, 'once', '2026-03-02T10:00:00Z', '2026-03-02T11:00:00Z')`,
      [store.ids('avp'), applicationId, accountId],
    ],
    [
      `with h as (insert into hold (id, application_id, account_ids, slots, status, expires_at)
         values ($1, $2, array[$3], '[{"start": 1772445600, "end": 1772449200, "accountIds": [], "rules": {}}]', 'HELD', now()) returning id)
       insert into hold_slot (hold_id, application_id, account_id, during, starts_at, expires_at)
       select id, $2, $3, '[2026-03-02T10:00:00Z,2026-03-02T11:00:00Z)', '2026-03-02T10:00:00Z', now() from h`,
      [store.ids('hld'), applicationId, accountId],
    ],
    [`insert into token_request (application_id, outcome) values ($1, 'ISSUED')`, [applicationId]],
    [
      `insert into synced_account (application_id, month, account_id, kind) values ($1, '2026-11-01', $2, 'USER')`,
      [applicationId, accountId],
    ],
    [
      `insert into unit_member (unit_id, email, role) select unit_id, 'owner@example.com', 'OWNER' from application where id = $1`,
      [applicationId],
    ],
    [
      `insert into audit_entry (id, actor, action, previous_digest, digest) values (1, 'operator', 'application.created', '', $1)`,
      [Buffer.alloc(32, 4)],
    ],
    [`insert into lease (account_id, holder, expires_at) values ($1, 'somebody', now())`, [accountId]],
    ...['calendar', 'profile', 'authorization_grant', 'account_log'].map((table): [string, unknown[]] => [
      `delete from ${table} where account_id = $1`,
      [gone.accountId],
    ]),
    [`delete from account where id = $1`, [gone.accountId]],
    // As if the server had run for years: transaction ids that the next server will not reach for as long.
    [`update installation set pruned_xid = '4000000000'`, []],
  ];
  for (const [sql, values] of statements) await fresh.superuser(sql, values);
  const change = { kind: 'EVENT_CREATED', subjectId: eventId, profileId, calendarId, managedBy: null } as const;
  const changes = [change, { ...change, subjectId: 'evt_second' }, { ...change, subjectId: 'evt_third' }];
  await store.asWorker((tx) => appendChanges(tx, accountId, changes, { madeBy: null }));
  return { tenants: [first, second], eventId, profileId };
}

/** Table → rows and a sum over them, without what a restore changes on purpose. */
export async function contents(server: TestServer, database: string): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  const names = await tableNames(server, database);
  // Each server shows instants in its own zone by default.
  const client = new pg.Client({ ...server.superuser, database, options: '-c timezone=UTC' });
  await client.connect();
  try {
    for (const name of names) {
      const { rows } = await client.query<{ count: string; sum: string | null }>(
        `select count(*) as count, md5(string_agg(line, E'\n' order by line collate "C")) as sum
         from (select (to_jsonb(t) - 'xid' - 'pruned_xid' - 'epoch' - 'incarnation')::text as line from ${pg.escapeIdentifier(name)} t) lines`,
      );
      found[name] = `${rows[0]?.count} ${rows[0]?.sum}`;
    }
  } finally {
    await client.end();
  }
  return found;
}

const notExported = ['kysely_migration', 'kysely_migration_lock', 'lease'];

async function tableNames(server: TestServer, database: string): Promise<string[]> {
  const rows = await superuserQuery<{ name: string }>(
    server,
    database,
    `select relname as name from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') order by 1`,
  );
  return rows.map(({ name }) => name).filter((name) => !notExported.includes(name));
}

/** What keeps tenants apart and rows sound: policies, FORCE, constraints, indexes, rights. */
export async function schemaOf(server: TestServer, database: string): Promise<unknown[]> {
  return superuserQuery(
    server,
    database,
    `select 'policy' as kind, tablename || '.' || policyname as name, concat(roles, qual, with_check, cmd, permissive) as what from pg_policies
     union all select 'table', relname, concat(relrowsecurity, relforcerowsecurity, (select array_agg(acl::text order by acl::text) from unnest(relacl) acl))
       from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'S')
     union all select 'constraint', conrelid::regclass || '.' || conname, pg_get_constraintdef(oid)
       from pg_constraint where connamespace = 'public'::regnamespace and contype <> 'n'
     union all select 'index', indexname, indexdef from pg_indexes where schemaname = 'public'
     union all select 'migration', name, '' from kysely_migration
     order by 1, 2`,
  );
}

/** A database with nothing in it, not even a schema. */
export async function blankDatabase(server: TestServer): Promise<{ address: ServerAddress; drop(): Promise<void> }> {
  const name = `blank_${createHash('sha256').update(String(Math.random())).digest('hex').slice(0, 12)}`;
  await superuserQuery(server, 'postgres', `create database ${name} owner ${server.login.user}`);
  return {
    address: { ...server.login, database: name },
    drop: async () => {
      await superuserQuery(server, 'postgres', `drop database if exists ${name} with (force)`);
    },
  };
}

/** Rewrites a file with a sum that is right for what it then holds. */
export function forge(
  file: string,
  target: string,
  change: { header?: (line: string) => string; body?: (text: string) => string },
): void {
  const whole = readFileSync(file);
  const head = whole.subarray(0, whole.indexOf(10) + 1).toString('utf8');
  const body = gunzipSync(whole.subarray(Buffer.byteLength(head), whole.length - trailerSize)).toString('utf8');
  const forged = Buffer.concat([Buffer.from(change.header?.(head) ?? head), gzipSync(change.body?.(body) ?? body)]);
  const sum = createHash('sha256').update(forged).digest('hex');
  writeFileSync(target, Buffer.concat([forged, Buffer.from(trailer(sum))]));
}
