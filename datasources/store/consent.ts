/** What the pages outside an authorisation need: the profile to be mended, the permission that was asked for. */
import { sql } from 'kysely';
import type { ProviderName } from '../providers/connector.ts';
import type { Tx } from './store.ts';
import type { ProfileStatus } from './tables.ts';

export interface MendableProfile {
  readonly id: string;
  readonly accountId: string;
  readonly unitId: string;
  readonly provider: ProviderName;
  readonly login: string;
  readonly status: ProfileStatus;
  readonly remedy: string | null;
  /** Sealed; null once nobody is left who uses the profile. */
  readonly credential: string | null;
  /** Where its calendars were found. */
  readonly homeUrl: string | null;
}

/** A profile that this application may see, for its user's page. As the worker. */
export async function findMendableProfile(
  tx: Tx,
  profileId: string,
  applicationId: string,
): Promise<MendableProfile | null> {
  const row = await tx
    .selectFrom('profile')
    .innerJoin('account', 'account.id', 'profile.account_id')
    .innerJoin('authorization_grant as g', 'g.account_id', 'account.id')
    .select([
      'profile.id',
      'profile.account_id',
      'account.unit_id',
      'profile.provider',
      'profile.login',
      'profile.status',
      'profile.remedy',
      'profile.credential',
      'profile.principal',
    ])
    .where('profile.id', '=', profileId)
    .where('g.application_id', '=', applicationId)
    .where('g.status', '=', 'ACTIVE')
    .where((eb) =>
      eb.not(
        eb.exists(
          eb
            .selectFrom('revoked_profile')
            .select('revoked_profile.profile_id')
            .whereRef('revoked_profile.profile_id', '=', 'profile.id')
            .where('revoked_profile.application_id', '=', applicationId),
        ),
      ),
    )
    .executeTakeFirst();
  if (row === undefined) return null;
  return {
    id: row.id,
    accountId: row.account_id,
    unitId: row.unit_id,
    provider: row.provider,
    login: row.login,
    status: row.status,
    remedy: row.remedy,
    credential: row.credential,
    homeUrl: row.principal?.homeUrl ?? null,
  };
}

/** The logins of an account, for the page of whoever adds to it: at most ten, oldest first. As the worker. */
export async function loginsOf(tx: Tx, accountId: string): Promise<readonly string[]> {
  const rows = await tx
    .selectFrom('profile')
    .select('login')
    .where('account_id', '=', accountId)
    .orderBy('created_at')
    .limit(10)
    .execute();
  return rows.map(({ login }) => login);
}

export interface PermissionRequest {
  readonly applicationId: string;
  readonly application: string;
  readonly accountId: string;
  readonly profileId: string;
  readonly calendars: readonly { readonly id: string; readonly name: string }[];
  readonly redirectUri: string;
}

/** Seconds that a user has to decide. */
const permissionLifetime = 3_600;

/** Keeps what is asked for; the token itself is kept by its hash alone. As the worker. */
export async function insertPermissionRequest(
  tx: Tx,
  asked: {
    readonly tokenHash: Buffer;
    readonly applicationId: string;
    readonly accountId: string;
    readonly profileId: string;
    readonly calendarIds: readonly string[];
    readonly redirectUri: string;
  },
): Promise<void> {
  await tx
    .insertInto('consent_request')
    .values({
      token_hash: asked.tokenHash,
      kind: 'PERMISSION',
      application_id: asked.applicationId,
      account_id: asked.accountId,
      profile_id: asked.profileId,
      calendar_ids: [...asked.calendarIds],
      redirect_uri: asked.redirectUri,
      expires_at: sql<Date>`now() + make_interval(secs => ${permissionLifetime})`,
    })
    .execute();
}

/** What a token asks for, while it is neither used nor too old and its application is still let in. As the worker. */
export async function findPermissionRequest(tx: Tx, tokenHash: Buffer): Promise<PermissionRequest | null> {
  const { rows } = await sql<{
    application_id: string;
    application: string;
    account_id: string;
    profile_id: string;
    redirect_uri: string;
    calendars: { id: string; name: string }[];
  }>`
    select r.application_id, a.name as application, r.account_id, r.profile_id, r.redirect_uri,
      coalesce((select json_agg(json_build_object('id', c.id, 'name', c.name) order by c.name, c.id)
        from calendar c where c.id = any(r.calendar_ids) and c.account_id = r.account_id and c.deleted_at is null), '[]') as calendars
    from consent_request r join application a on a.id = r.application_id
    join authorization_grant g on g.application_id = r.application_id and g.account_id = r.account_id and g.status = 'ACTIVE'
    where r.token_hash = ${tokenHash} and r.kind = 'PERMISSION' and r.used_at is null and r.expires_at > now()`.execute(
    tx,
  );
  const [row] = rows;
  if (row === undefined || row.calendars.length === 0) return null;
  return {
    applicationId: row.application_id,
    application: row.application,
    accountId: row.account_id,
    profileId: row.profile_id,
    calendars: row.calendars,
    redirectUri: row.redirect_uri,
  };
}

/** @returns whether it was this call that used it. As the worker. */
export async function usePermissionRequest(tx: Tx, tokenHash: Buffer): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .updateTable('consent_request')
    .set({ used_at: sql<Date>`now()` })
    .where('token_hash', '=', tokenHash)
    .where('used_at', 'is', null)
    .where('expires_at', '>', sql<Date>`now()`)
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}

/** Lets the application change every event of these calendars. As the worker. */
export async function grantUnrestricted(
  tx: Tx,
  { applicationId, accountId, calendars }: Pick<PermissionRequest, 'applicationId' | 'accountId' | 'calendars'>,
): Promise<void> {
  await tx
    .insertInto('calendar_permission')
    .values(
      calendars.map(({ id }) => ({
        application_id: applicationId,
        account_id: accountId,
        calendar_id: id,
        permission: 'UNRESTRICTED' as const,
      })),
    )
    .onConflict((conflict) =>
      conflict.columns(['application_id', 'calendar_id']).doUpdateSet({ permission: 'UNRESTRICTED' }),
    )
    .execute();
}
