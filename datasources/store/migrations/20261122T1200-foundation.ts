import { type Kysely, sql } from 'kysely';

/**
 * The foundation: who (units, applications, credentials, accounts, profiles), what (calendars, events), what happened
 * (the change log, operations, the sync journal), and who may see it (row-level security).
 *
 * Times of leases, expiry and retention are the database's (`now()`); no zone arithmetic happens in SQL.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

/**
 * Conditions of row-level security. A subquery is itself under the policy of the table it reads, so the conditions on
 * authorization_grant and revoked_profile (this application, this account) are not said again here: said twice, they
 * made planning a list of events take three times as long.
 */
const visibleAccount = (column: string) =>
  `exists (select 1 from authorization_grant g where g.account_id = ${column} and g.status = 'ACTIVE')`;

const visibleProfile = (column: string) =>
  `not exists (select 1 from revoked_profile r where r.profile_id = ${column})`;

const ownApplication = `application_id = current_setting('meridian.application', true)`;

/** An account token sees its own account alone; with an API key the setting is empty. */
const ownAccount = (column: string) => `coalesce(current_setting('meridian.account', true), '') in ('', ${column})`;

/** Table → the condition under which the application role may see and write a row. */
const tenancy: Record<string, string> = {
  organizational_unit: `id in (select unit_id from application)`,
  application: `id = current_setting('meridian.application', true)`,
  credential: `${ownApplication} and ${ownAccount('account_id')}`,
  authorization_grant: `${ownApplication} and ${ownAccount('account_id')}`,
  account: visibleAccount('account.id'),
  account_log: visibleAccount('account_log.account_id'),
  profile: `${visibleAccount('profile.account_id')} and ${visibleProfile('profile.id')}`,
  revoked_profile: ownApplication,
  calendar: `${visibleAccount('calendar.account_id')} and ${visibleProfile('calendar.profile_id')}`,
  event: `${visibleAccount('event.account_id')} and ${visibleProfile('event.profile_id')}`,
  managed_event: `${ownApplication} and ${visibleAccount('managed_event.account_id')}`,
  operation: `${ownApplication} and ${visibleAccount('operation.account_id')}`,
  change_log: `${visibleAccount('change_log.account_id')} and ${visibleProfile('change_log.profile_id')}`,
  sync_run: `${visibleAccount('sync_run.account_id')} and ${visibleProfile('sync_run.profile_id')}`,
  idempotent_call: ownApplication,
};

/** What a row must fulfil besides to be written: nobody lets himself into, or moves, an account of another unit. */
const written: Record<string, string> = {
  account: 'unit_id in (select unit_id from application)',
  authorization_grant: `account_is_of_unit_of(account_id, application_id)`,
};

/** Made where applications are: never by one itself. */
const readOnly = new Set(['organizational_unit', 'application']);

const statements = [
  // One row: what this installation is.
  `create table installation (
    id integer primary key default 1 check (id = 1),
    instance_name text not null,
    epoch integer not null default 1,
    canary text not null,
    tzdata_version text not null,
    pruned_xid xid8 not null default '0',
    created_at timestamptz not null default now()
  )`,

  `create table organizational_unit (
    id text primary key,
    name text not null,
    created_at timestamptz not null default now()
  )`,

  `create table application (
    id text primary key,
    unit_id text not null references organizational_unit,
    name text not null,
    client_id text not null unique,
    mode text not null check (mode in ('DEVELOPMENT', 'PRODUCTION')),
    redirect_uris text[] not null default '{}',
    created_at timestamptz not null default now()
  )`,

  // API keys and account tokens, hashed.
  `create table credential (
    id text primary key,
    application_id text not null references application,
    account_id text,
    kind text not null check (kind in ('API_KEY', 'ACCOUNT_TOKEN')),
    token_hash bytea not null unique,
    scopes text[] not null,
    expires_at timestamptz,
    revoked_at timestamptz,
    created_at timestamptz not null default now()
  )`,

  `create index credential_account on credential (application_id, account_id)`,

  // ordinal: the account's place in cursors and in the change log's order.
  `create table account (
    id text primary key,
    ordinal bigint generated always as identity unique,
    unit_id text not null references organizational_unit,
    kind text not null check (kind in ('USER', 'RESOURCE', 'SERVICE_ACCOUNT', 'APPLICATION_CALENDAR')),
    owner_application_id text references application,
    application_key text,
    email text,
    name text,
    time_zone text not null default 'Etc/UTC',
    created_at timestamptz not null default now(),
    unique (owner_application_id, application_key)
  )`,

  // The account's lock and sequence: every change of the account takes it (update … returning) until it commits.
  `create table account_log (
    account_id text primary key references account deferrable initially deferred,
    account_ordinal bigint not null,
    sequence bigint not null default 0
  )`,

  `create table authorization_grant (
    id text primary key,
    application_id text not null references application,
    account_id text not null references account deferrable initially deferred,
    scopes text[] not null,
    permission text not null default 'UNRESTRICTED' check (permission in ('SANDBOX', 'UNRESTRICTED')),
    status text not null default 'ACTIVE' check (status in ('ACTIVE', 'REVOKED')),
    created_at timestamptz not null default now(),
    revoked_at timestamptz,
    unique (application_id, account_id)
  )`,
  `create index authorization_grant_account on authorization_grant (account_id, application_id) where status = 'ACTIVE'`,

  // credential: sealed JSON of ProviderCredential; principal: JSON of RemotePrincipal.
  `create table profile (
    id text primary key,
    account_id text not null references account,
    provider text not null,
    login text not null,
    server_key text not null,
    credential text,
    principal jsonb,
    status text not null default 'CONNECTED' check (status in ('CONNECTED', 'DEGRADED', 'DISCONNECTED')),
    cause text,
    remedy text,
    status_since timestamptz not null default now(),
    failures integer not null default 0,
    initial_sync_required boolean not null default true,
    last_synced_at timestamptz,
    next_poll_at timestamptz,
    last_demand_at timestamptz,
    last_change_at timestamptz,
    created_at timestamptz not null default now(),
    unique (account_id, provider, server_key, login)
  )`,
  `create index profile_due on profile (next_poll_at) where status <> 'DISCONNECTED' and provider <> 'MERIDIAN'`,
  `create index profile_account on profile (account_id)`,

  `create table revoked_profile (
    application_id text not null references application,
    profile_id text not null references profile,
    created_at timestamptz not null default now(),
    primary key (application_id, profile_id)
  )`,

  `create table calendar (
    id text primary key,
    account_id text not null references account,
    profile_id text not null references profile,
    remote_id text not null,
    name text not null,
    color text,
    time_zone text,
    is_primary boolean not null default false,
    read_only boolean not null default false,
    capabilities jsonb not null,
    created_by text references application,
    sync_token text,
    change_tag text,
    initial_sync_done boolean not null default false,
    last_synced_at timestamptz,
    missing_since timestamptz,
    brake_since timestamptz,
    deleted_at timestamptz,
    created_at timestamptz not null default now(),
    unique (profile_id, remote_id)
  )`,
  `create index calendar_account on calendar (account_id)`,

  // One row per (calendar, uid): a single event, a series, or (content null) the place of orphan exceptions.
  // content: JSON of EventContent as intended; exceptions: JSON array of StoredException; raw/etag: the provider's last known.
  // span: everything the object may occupy, its exceptions included, all-day widened by 15 h to both sides; empty for tombstones never.
  `create table event (
    id text primary key,
    account_id text not null,
    profile_id text not null,
    calendar_id text not null references calendar,
    uid text not null,
    remote_id text,
    etag text,
    raw text,
    content jsonb,
    exceptions jsonb not null default '[]',
    sequence integer not null default 0,
    stamped_at timestamptz,
    recurring boolean not null,
    all_day boolean not null,
    starts_at timestamptz,
    ends_at timestamptz,
    span tstzrange not null,
    span_from timestamptz not null generated always as (coalesce(lower(span), '-infinity')) stored,
    span_to timestamptz not null generated always as (coalesce(upper(span), 'infinity')) stored,
    long boolean not null generated always as (
      case when isfinite(lower(span)) and isfinite(upper(span)) then upper(span) - lower(span) > interval '8 days' else true end
    ) stored,
    version bigint not null default 1,
    pending_operation text,
    provider_created_at timestamptz,
    provider_updated_at timestamptz,
    created_at timestamptz not null default now(),
    synced_at timestamptz not null default now(),
    deleted_at timestamptz,
    unique (calendar_id, uid)
  )`,
  `create unique index event_remote on event (calendar_id, remote_id) where remote_id is not null`,
  // Under row-level security only leakproof operators reach an index, and && of ranges is none: with it a month out of
  // 10,000 events read them all. Comparisons of timestamps are leakproof. Of events up to 8 days long those of a range
  // [from, to] end in [from, to + 8 days]; the longer ones (series above all) are few:
  //   join (values (false, to + interval '8 days'), (true, 'infinity')) w (long, latest) on true
  //   join event e on e.calendar_id = … and e.long = w.long and e.span_to >= from and e.span_to <= w.latest and e.span_from <= to
  `create index event_range on event (calendar_id, long, span_to)`,
  `create index event_order on event (calendar_id, starts_at, id) where deleted_at is null`,
  `create index event_modified on event (calendar_id, synced_at)`,

  // Which application calls an event its own. Kept after deletion: the key's next event takes generation + 1 (another uid).
  `create table managed_event (
    application_id text not null references application,
    account_id text not null,
    calendar_id text not null references calendar,
    key text not null,
    event_id text not null references event,
    generation integer not null default 1,
    metadata jsonb,
    primary key (application_id, calendar_id, key)
  )`,
  `create unique index managed_event_event on managed_event (event_id, application_id)`,

  // kind PUT carries the intended object; DELETE none. claimed_until: somebody is at the provider with it now.
  `create table operation (
    id text primary key,
    application_id text not null references application,
    account_id text not null,
    profile_id text not null,
    calendar_id text not null references calendar,
    event_id text not null references event,
    kind text not null check (kind in ('PUT', 'DELETE')),
    intended jsonb,
    status text not null check (status in ('PENDING', 'APPLIED', 'FAILED')),
    attempts integer not null default 0,
    failure jsonb,
    next_attempt_at timestamptz,
    claimed_until timestamptz,
    created_at timestamptz not null default now(),
    completed_at timestamptz
  )`,
  `create index operation_event on operation (event_id) where status = 'PENDING'`,
  `create index operation_due on operation (next_attempt_at) where status = 'PENDING'`,
  `create index operation_application on operation (application_id, created_at desc, id)`,

  // What subscriptions read. xid: a cursor is a pair of snapshots (docs/architecture.md), never a place in commit order.
  `create table change_log (
    account_ordinal bigint not null,
    sequence bigint not null,
    xid xid8 not null default pg_current_xact_id(),
    at timestamptz not null default clock_timestamp(),
    account_id text not null,
    profile_id text,
    calendar_id text,
    kind text not null,
    subject_id text not null,
    made_by text,
    managed_by text,
    audience text,
    primary key (account_ordinal, sequence)
  )`,
  `create index change_log_xid on change_log (xid)`,
  `create index change_log_at on change_log (at)`,

  `create table sync_run (
    id text primary key,
    account_id text not null,
    profile_id text not null,
    calendar_id text not null references calendar,
    kind text not null check (kind in ('FULL', 'INCREMENTAL', 'RECONCILIATION')),
    status text not null check (status in ('RUNNING', 'SUCCEEDED', 'FAILED')),
    started_at timestamptz not null default now(),
    finished_at timestamptz,
    changes integer not null default 0,
    provider_calls integer not null default 0,
    skipped jsonb not null default '[]',
    failure jsonb
  )`,
  `create index sync_run_calendar on sync_run (calendar_id, started_at desc)`,

  // Who works on an account's provider side now. fence only rises; a write under an older fence is refused.
  `create table lease (
    account_id text primary key,
    holder text not null,
    fence bigint not null default 1,
    expires_at timestamptz not null
  )`,

  `create table idempotent_call (
    application_id text not null references application,
    mutation text not null,
    key text not null,
    input_hash bytea not null,
    result jsonb not null,
    created_at timestamptz not null default now(),
    primary key (application_id, mutation, key)
  )`,

  `grant usage on schema public to meridian_app, meridian_worker`,
  // As the worker, because another unit's account is invisible to the application that must not be let into it. An account
  // that does not exist yet is nobody's: its authorization is written first, and the reference is checked at the commit.
  `create function account_is_of_unit_of(account text, application text) returns boolean language sql stable
    set role = 'meridian_worker' set search_path = '' as $$
      select not exists (select 1 from public.account a, public.application p
        where a.id = $1 and p.id = $2 and a.unit_id <> p.unit_id) $$`,
  ...Object.entries(tenancy).flatMap(([table, condition]) => {
    const check = written[table] === undefined ? condition : `${condition} and ${written[table]}`;
    return [
      `alter table ${table} enable row level security`,
      `alter table ${table} force row level security`,
      `create policy tenant on ${table} to meridian_app using (${condition}) with check (${check})`,
      `create policy worker on ${table} to meridian_worker using (true) with check (true)`,
      `grant select, insert, update, delete on ${table} to meridian_worker`,
      `grant ${readOnly.has(table) ? 'select' : 'select, insert, update, delete'} on ${table} to meridian_app`,
    ];
  }),
  `grant usage on all sequences in schema public to meridian_app, meridian_worker`,
  `grant select, insert, update, delete on lease to meridian_worker`,
  `grant select on installation to meridian_app, meridian_worker`,
  `grant update (pruned_xid, tzdata_version, epoch) on installation to meridian_worker`,
];
