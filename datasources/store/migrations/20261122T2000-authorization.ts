import { type Kysely, sql } from 'kysely';

/** Who may do what: secrets of applications, OAuth's artifacts, links, permissions, limits, counting and the audit log. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const ownApplication = `application_id = current_setting('meridian.application', true)`;

/**
 * The accounts that the credential itself is confined to, as ids with commas between them; empty for an API key, which may
 * act on every account that authorised its application. An id has no comma.
 */
const ownAccount = (column: string) => `(coalesce(current_setting('meridian.account', true), '') = ''
  or ${column} = any(string_to_array(current_setting('meridian.account', true), ',')))`;

const visibleAccount = (column: string) =>
  `exists (select 1 from authorization_grant g where g.account_id = ${column} and g.status = 'ACTIVE')`;

/** Nothing of these is an application's to read: the worker alone does. */
const workerOnly = [
  'oauth_artifact',
  'link_token',
  'consent_request',
  'token_request',
  'synced_account',
  'unit_member',
  'audit_entry',
];

const statements = [
  // redirect_uris is there; per_second and per_minute null: the installation's default. limit_until: when an override ends.
  `alter table application
    add column implicit_linking boolean not null default false,
    add column rotate_refresh_tokens boolean not null default true,
    add column verified_at timestamptz,
    add column per_second integer check (per_second >= 0),
    add column per_minute integer check (per_minute >= 0),
    add column limit_until timestamptz`,

  // An application's client secret is its API key: several may be active while one is replaced by another.
  // grant_id: the OAuth grant that an access token came from. origin, account_ids, permissions: of element tokens.
  `alter table credential drop constraint credential_kind_check`,
  `alter table credential
    add constraint credential_kind_check check (kind in ('API_KEY', 'ACCOUNT_TOKEN', 'ELEMENT_TOKEN')),
    add column label text,
    add column grant_id text,
    add column origin text,
    add column account_ids text[],
    add column permissions text[]`,
  `create index credential_origin on credential (origin) where origin is not null`,
  `create index credential_grant on credential (grant_id) where grant_id is not null`,

  `alter policy tenant on credential using (${ownApplication} and ${ownAccount('account_id')})
    with check (${ownApplication} and ${ownAccount('account_id')})`,
  `alter policy tenant on authorization_grant using (${ownApplication} and ${ownAccount('account_id')})
    with check (${ownApplication} and ${ownAccount('account_id')} and account_is_of_unit_of(account_id, application_id))`,

  // What oidc-provider keeps (grants, codes, refresh tokens, sessions, interactions): found by a hash, sealed.
  `create table oauth_artifact (
    model text not null,
    id_hash bytea not null,
    application_id text references application,
    account_id text,
    grant_id text,
    uid_hash bytea,
    payload text not null,
    consumed_at timestamptz,
    expires_at timestamptz,
    created_at timestamptz not null default now(),
    primary key (model, id_hash)
  )`,
  `create index oauth_artifact_grant on oauth_artifact (grant_id) where grant_id is not null`,
  `create index oauth_artifact_uid on oauth_artifact (model, uid_hash) where uid_hash is not null`,
  `create index oauth_artifact_expiry on oauth_artifact (expires_at)`,
  `create index oauth_artifact_account on oauth_artifact (application_id, account_id)`,

  // Links the next authorisation to this account: five minutes, once.
  `create table link_token (
    token_hash bytea primary key,
    application_id text not null references application,
    account_id text not null references account,
    expires_at timestamptz not null,
    used_at timestamptz,
    created_at timestamptz not null default now()
  )`,

  // Pages that a user is sent to outside an authorisation: RELINK mends a profile, PERMISSION grants UNRESTRICTED.
  `create table consent_request (
    token_hash bytea primary key,
    kind text not null check (kind in ('RELINK', 'PERMISSION')),
    application_id text references application,
    account_id text not null references account,
    profile_id text references profile,
    calendar_ids text[],
    redirect_uri text,
    expires_at timestamptz,
    used_at timestamptz,
    created_at timestamptz not null default now()
  )`,
  `create index consent_request_profile on consent_request (profile_id) where profile_id is not null`,

  // One calendar's permission where it differs from its authorization's.
  `create table calendar_permission (
    application_id text not null references application,
    account_id text not null references account,
    calendar_id text not null references calendar,
    permission text not null check (permission in ('SANDBOX', 'UNRESTRICTED')),
    created_at timestamptz not null default now(),
    primary key (application_id, calendar_id)
  )`,

  // Every request to the token endpoint, with the precise reason that the standard's answer leaves out. No token, no code.
  `create table token_request (
    id bigint generated always as identity primary key,
    at timestamptz not null default now(),
    application_id text references application,
    client_id text,
    grant_type text,
    outcome text not null check (outcome in ('ISSUED', 'REFUSED')),
    error text,
    reason text,
    redirect_uri text,
    account_id text
  )`,
  `create index token_request_application on token_request (application_id, id desc)`,

  // The account through which others were authorised; theirs end with it.
  `alter table authorization_grant add column through_account_id text references account`,
  `create index authorization_grant_through on authorization_grant (through_account_id) where through_account_id is not null`,
  // erase_requested_at: to be erased once nobody uses it any more. erased_at: it was; the row stays, so that its id never comes again.
  `alter table account add column erase_requested_at timestamptz, add column erased_at timestamptz`,
  // Set once per disconnection, when its user was written to.
  `alter table profile add column mailed_at timestamptz`,

  // Which accounts counted in a month (UTC) for a production application: written while it is so, never recomputed.
  `create table synced_account (
    application_id text not null references application,
    month date not null,
    account_id text not null,
    kind text not null check (kind in ('USER', 'RESOURCE', 'SERVICE_ACCOUNT', 'APPLICATION_CALENDAR')),
    first_at timestamptz not null default now(),
    primary key (application_id, month, account_id)
  )`,

  `create table unit_member (
    unit_id text not null references organizational_unit,
    email text not null,
    role text not null check (role in ('OWNER', 'ADMIN', 'DEVELOPER', 'SUPPORT')),
    created_at timestamptz not null default now(),
    primary key (unit_id, email)
  )`,

  // Security events, each bound to the one before it by a digest: an entry that is changed or taken away shows.
  `create table audit_entry (
    id bigint primary key,
    at timestamptz not null default now(),
    unit_id text,
    application_id text,
    actor text not null,
    action text not null,
    subject_id text,
    detail jsonb not null default '{}',
    previous_digest bytea not null,
    digest bytea not null
  )`,
  `create index audit_entry_application on audit_entry (application_id, id desc)`,
  `create function audit_entries_stand() returns trigger language plpgsql as $$
    begin raise exception 'the audit log is append-only'; end $$`,
  `create trigger audit_entries_stand before update or delete on audit_entry
    for each statement execute function audit_entries_stand()`,

  `alter table calendar_permission enable row level security`,
  `alter table calendar_permission force row level security`,
  `create policy tenant on calendar_permission to meridian_app using (${ownApplication} and ${visibleAccount('calendar_permission.account_id')})`,
  `create policy worker on calendar_permission to meridian_worker using (true) with check (true)`,
  `grant select on calendar_permission to meridian_app`,
  `grant select, insert, update, delete on calendar_permission to meridian_worker`,
  ...workerOnly.flatMap((table) => [
    `alter table ${table} enable row level security`,
    `alter table ${table} force row level security`,
    `create policy worker on ${table} to meridian_worker using (true) with check (true)`,
    `grant ${table === 'audit_entry' ? 'select, insert' : 'select, insert, update, delete'} on ${table} to meridian_worker`,
  ]),
  `grant usage on all sequences in schema public to meridian_app, meridian_worker`,
  // A new key reaches the canary too while the service runs.
  `grant update (canary) on installation to meridian_worker`,
  `grant insert, update on application, organizational_unit to meridian_worker`,
];
