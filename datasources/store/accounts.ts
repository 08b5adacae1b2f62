/** Applications, accounts and profiles, as their application sees them. */
import { sql } from 'kysely';
import type { ProviderName } from '../providers/connector.ts';
import type { AccountRecord, ApplicationRecord, ProfileRecord } from './records.ts';
import type { Tx } from './store.ts';
import type { AccountKind, ProfileStatus } from './tables.ts';
import { runPrepared } from './transactions.ts';

export async function findApplication(tx: Tx, id: string): Promise<ApplicationRecord | null> {
  return (await findApplications(tx, [id]))[0] ?? null;
}

/** Reads the applications among `ids` that the tenant may see: its own. */
export async function findApplications(tx: Tx, ids: readonly string[]): Promise<ApplicationRecord[]> {
  const rows = await tx
    .selectFrom('application')
    .selectAll()
    .where('id', '=', sql<string>`any(${sql.val([...ids])}::text[])`)
    .execute();
  return rows.map((row) => ({
    id: row.id,
    unitId: row.unit_id,
    name: row.name,
    clientId: row.client_id,
    mode: row.mode,
    redirectUris: row.redirect_uris,
  }));
}

/**
 * Reads the accounts among `ids` that the tenant may see.
 *
 * @param run `runPreparedLast` where nothing follows in the transaction.
 */
export async function findAccounts(
  tx: Tx,
  tenant: { applicationId: string },
  ids: readonly string[],
  run: typeof runPrepared = runPrepared,
): Promise<AccountRecord[]> {
  const found = accounts(tx, tenant.applicationId).where(
    'account.id',
    '=',
    sql<string>`any(${sql.val([...ids])}::text[])`,
  );
  return (await run(tx, sql<AccountRow>`${found}`)).map(accountRecord);
}

/** The accounts that are known by one of these e-mail addresses (lower case), among those that the tenant may see; oldest first. */
export async function findAccountsByEmail(
  tx: Tx,
  tenant: { applicationId: string },
  emails: readonly string[],
): Promise<AccountRecord[]> {
  const rows = await accounts(tx, tenant.applicationId)
    .where('account.email', '=', sql<string>`any(${sql.val([...emails])}::text[])`)
    .orderBy('account.id')
    .execute();
  return rows.map(accountRecord);
}

export interface AccountQuery {
  readonly kind: AccountKind | null;
  /** Part of a name, an e-mail address or an application key; case does not matter. */
  readonly text: string | null;
  /** Only accounts that granted one of these names. */
  readonly granting: readonly string[];
  readonly first: number;
  /** The id behind which the page begins; ids rise with time. */
  readonly after: string | null;
}

/** One page of the application's accounts, oldest first, and one more to tell whether there is another. */
export async function listAccounts(
  tx: Tx,
  tenant: { applicationId: string },
  query: AccountQuery,
): Promise<AccountRecord[]> {
  let select = accounts(tx, tenant.applicationId).where(isGranting(query.granting));
  if (query.kind !== null) select = select.where('account.kind', '=', query.kind);
  if (query.text !== null) {
    const pattern = `%${query.text.replace(/[\\%_]/g, (sign) => `\\${sign}`)}%`;
    select = select.where((eb) =>
      eb.or([
        eb('account.name', 'ilike', pattern),
        eb('account.email', 'ilike', pattern),
        eb('account.application_key', 'ilike', pattern),
      ]),
    );
  }
  if (query.after !== null) select = select.where('account.id', '>', query.after);
  const rows = await select
    .orderBy('account.id')
    .limit(query.first + 1)
    .execute();
  return rows.map(accountRecord);
}

function accounts(tx: Tx, applicationId: string) {
  return tx
    .selectFrom('account')
    .innerJoin('authorization_grant', 'authorization_grant.account_id', 'account.id')
    .where('authorization_grant.application_id', '=', applicationId)
    .where('authorization_grant.status', '=', 'ACTIVE')
    .select([
      'account.id',
      'account.kind',
      'account.application_key',
      'account.owner_application_id',
      'account.email',
      'account.name',
      'account.time_zone',
      'account.created_at',
      'authorization_grant.application_id as viewer',
      'authorization_grant.scopes',
      'authorization_grant.status',
      'authorization_grant.created_at as granted_at',
    ]);
}

type AccountRow = Awaited<ReturnType<ReturnType<typeof accounts>['executeTakeFirstOrThrow']>>;

function accountRecord(row: AccountRow): AccountRecord {
  return {
    id: row.id,
    kind: row.kind,
    applicationKey: row.owner_application_id === row.viewer ? row.application_key : null,
    email: row.email,
    name: row.name,
    timeZone: row.time_zone,
    createdAt: row.created_at.getTime(),
    grant: { scopes: row.scopes, status: row.status, createdAt: row.granted_at.getTime() },
  };
}

const profileColumns = [
  'profile.id',
  'profile.account_id',
  'profile.provider',
  'profile.login',
  'profile.status',
  'profile.cause',
  'profile.remedy',
  'profile.status_since',
  'profile.initial_sync_required',
  'profile.last_synced_at',
  'profile.created_at',
  'authorization_grant.scopes',
] as const;

type ProfileRow = Awaited<ReturnType<ReturnType<typeof profiles>['executeTakeFirstOrThrow']>>;

function profiles(tx: Tx, applicationId: string) {
  return tx
    .selectFrom('profile')
    .innerJoin('authorization_grant', 'authorization_grant.account_id', 'profile.account_id')
    .where('authorization_grant.application_id', '=', applicationId)
    .where('authorization_grant.status', '=', 'ACTIVE')
    .select([...profileColumns]);
}

function isGranting(names: readonly string[]) {
  return sql<boolean>`authorization_grant.scopes && ${sql.val([...names])}::text[]`;
}

function profileRecord(row: ProfileRow): ProfileRecord {
  return {
    id: row.id,
    accountId: row.account_id,
    provider: row.provider,
    login: row.login,
    status: row.status,
    cause: row.cause,
    remedy: row.remedy,
    statusSince: row.status_since.getTime(),
    initialSyncRequired: row.initial_sync_required,
    lastSyncedAt: row.last_synced_at?.getTime() ?? null,
    createdAt: row.created_at.getTime(),
    grantScopes: row.scopes,
  };
}

/** Reads the profiles among `ids` that the tenant may see. */
export async function findProfiles(
  tx: Tx,
  tenant: { applicationId: string },
  ids: readonly string[],
): Promise<ProfileRecord[]> {
  const rows = await profiles(tx, tenant.applicationId)
    .where('profile.id', '=', sql<string>`any(${sql.val([...ids])}::text[])`)
    .execute();
  return rows.map(profileRecord);
}

/** Every profile of the given accounts, oldest first. */
export async function profilesOfAccounts(
  tx: Tx,
  tenant: { applicationId: string },
  accountIds: readonly string[],
): Promise<ProfileRecord[]> {
  const rows = await profiles(tx, tenant.applicationId)
    .where('profile.account_id', '=', sql<string>`any(${sql.val([...accountIds])}::text[])`)
    .orderBy('profile.created_at')
    .orderBy('profile.id')
    .execute();
  return rows.map(profileRecord);
}

export interface ProfileQuery {
  readonly status: readonly ProfileStatus[] | null;
  readonly provider: readonly ProviderName[] | null;
  /** Only those of accounts that granted one of these names. */
  readonly granting: readonly string[];
  readonly first: number;
  /** The id behind which the page begins; ids rise with time. */
  readonly after: string | null;
}

/** One page of the profiles that the tenant may see, oldest first, and one more to tell whether there is another. */
export async function listProfiles(
  tx: Tx,
  tenant: { applicationId: string },
  query: ProfileQuery,
): Promise<ProfileRecord[]> {
  let select = profiles(tx, tenant.applicationId).where(isGranting(query.granting));
  if (query.status !== null)
    select = select.where('profile.status', '=', sql<ProfileStatus>`any(${sql.val([...query.status])}::text[])`);
  if (query.provider !== null) {
    select = select.where('profile.provider', '=', sql<ProviderName>`any(${sql.val([...query.provider])}::text[])`);
  }
  if (query.after !== null) select = select.where('profile.id', '>', query.after);
  const rows = await select
    .orderBy('profile.id')
    .limit(query.first + 1)
    .execute();
  return rows.map(profileRecord);
}
