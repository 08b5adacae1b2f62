/** The end of authorizations, and what of an account ends with them. All of it as the worker. */
import { sql } from 'kysely';
import { endHoldsOf, lockHoldsOf, type ToldOf } from './hold-ends.ts';
import { fenceOff } from './leases.ts';
import type { Tx } from './store.ts';

/**
 * Waits for whoever else lets somebody into the account, takes it apart or ends what it is, and makes others wait. Before
 * anything else of the account is touched.
 */
export async function lockAccount(tx: Tx, accountId: string): Promise<void> {
  await tx.selectFrom('account').select('id').where('id', '=', accountId).forNoKeyUpdate().execute();
}

/**
 * Ends an application's authorization of an account, and what it was given there besides: links, permissions, feeds.
 * Tokens are the OAuth server's to end.
 *
 * @returns what is to be told of other accounts, whose holds ended with it; null where there was no authorization
 */
export async function endGrant(tx: Tx, applicationId: string, accountId: string): Promise<readonly ToldOf[] | null> {
  await lockHoldsOf(tx, applicationId, accountId);
  const { numUpdatedRows } = await tx
    .updateTable('authorization_grant')
    .set({ status: 'REVOKED', revoked_at: sql<Date>`now()` })
    .where('application_id', '=', applicationId)
    .where('account_id', '=', accountId)
    .where('status', '=', 'ACTIVE')
    .executeTakeFirst();
  if (numUpdatedRows === 0n) return null;
  for (const table of ['link_token', 'consent_request', 'calendar_permission', 'ics_feed'] as const) {
    await tx
      .deleteFrom(table)
      .where('application_id', '=', applicationId)
      .where('account_id', '=', accountId)
      .execute();
  }
  return await endHoldsOf(tx, applicationId, accountId);
}

/** Ends an application's access to one profile, and what it was given there besides: nothing of it comes back when the profile does. */
export async function endProfile(tx: Tx, applicationId: string, profileId: string): Promise<void> {
  await tx
    .insertInto('revoked_profile')
    .values({ application_id: applicationId, profile_id: profileId })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  for (const table of ['consent_request', 'ics_feed'] as const) {
    await tx
      .deleteFrom(table)
      .where('application_id', '=', applicationId)
      .where('profile_id', '=', profileId)
      .execute();
  }
  await sql`delete from calendar_permission where application_id = ${applicationId}
    and calendar_id in (select id from calendar where profile_id = ${profileId})`.execute(tx);
}

/** The accounts that this application reaches through a service account: theirs end with it. */
export async function accountsThrough(
  tx: Tx,
  applicationId: string,
  serviceAccountId: string,
): Promise<readonly string[]> {
  const rows = await tx
    .selectFrom('authorization_grant')
    .select('account_id')
    .where('application_id', '=', applicationId)
    .where('through_account_id', '=', serviceAccountId)
    .where('status', '=', 'ACTIVE')
    .orderBy('account_id')
    .execute();
  return rows.map((row) => row.account_id);
}

/** Whether the application is let into the account and sees this profile of it; nobody takes that back until the transaction ends. */
export async function isLetIn(
  tx: Tx,
  at: { readonly applicationId: string; readonly accountId: string; readonly profileId: string },
): Promise<boolean> {
  const { rows } = await sql`select from authorization_grant g join profile p on p.account_id = g.account_id
    where g.application_id = ${at.applicationId} and g.account_id = ${at.accountId} and g.status = 'ACTIVE'
      and p.id = ${at.profileId} and not exists (
        select 1 from revoked_profile r where r.application_id = g.application_id and r.profile_id = p.id)
    for share of g`.execute(tx);
  return rows.length > 0;
}

/**
 * Stops the profiles of an account that nobody is left to sync for: there is nobody to keep a password for either, and
 * what is being read at the provider is written for nobody.
 */
export async function stopUnusedProfiles(tx: Tx, accountId: string): Promise<void> {
  // Sync work has its lease before its profile: in the other order each would wait for the other.
  await tx.selectFrom('lease').select('account_id').where('account_id', '=', accountId).forUpdate().execute();
  const { numAffectedRows = 0n } = await sql`
    update profile p set credential = null, status = 'DISCONNECTED', cause = 'CREDENTIALS_REVOKED',
      remedy = 'Connect the calendar again.', status_since = now(), next_poll_at = null, mailed_at = now()
    where p.account_id = ${accountId} and p.provider <> 'MERIDIAN' and p.credential is not null and not exists (
      select 1 from authorization_grant g where g.account_id = p.account_id and g.status = 'ACTIVE' and not exists (
        select 1 from revoked_profile r where r.profile_id = p.id and r.application_id = g.application_id))`.execute(
    tx,
  );
  if (numAffectedRows > 0n) await fenceOff(tx, accountId, 'nobody is let in');
}

/** Remembers that an account is to be erased once nobody uses it any more. */
export async function requestErasure(tx: Tx, accountId: string): Promise<void> {
  await tx
    .updateTable('account')
    .set({ erase_requested_at: sql<Date>`coalesce(erase_requested_at, now())` })
    .where('id', '=', accountId)
    .execute();
}

/**
 * Takes the person out of an account that is to be erased and that nobody uses; what it holds is erased in batches after
 * that. @returns the applications that were ever let in, null where it is not to be erased now.
 */
export async function beginErasure(tx: Tx, accountId: string): Promise<readonly string[] | null> {
  await lockAccount(tx, accountId);
  const { numUpdatedRows } = await tx
    .updateTable('account')
    .set({ email: null, name: null, application_key: null, erased_at: sql<Date>`now()` })
    .where('id', '=', accountId)
    .where('erase_requested_at', 'is not', null)
    .where('erased_at', 'is', null)
    .where((eb) =>
      eb.not(
        eb.exists(
          eb
            .selectFrom('authorization_grant as g')
            .select('g.id')
            .whereRef('g.account_id', '=', 'account.id')
            .where('g.status', '=', 'ACTIVE'),
        ),
      ),
    )
    .executeTakeFirst();
  if (numUpdatedRows === 0n) return null;
  // Or a page that is being read from the provider would be written behind the eraser's back.
  await fenceOff(tx, accountId, 'the account is erased');
  await tx
    .updateTable('profile')
    .set({ credential: null, principal: null, next_poll_at: null, status: 'DISCONNECTED' })
    .where('account_id', '=', accountId)
    .execute();
  const rows = await tx
    .selectFrom('authorization_grant')
    .select('application_id')
    .where('account_id', '=', accountId)
    .execute();
  return rows.map((row) => row.application_id);
}

/** Rows a transaction. */
const batch = 500;

/**
 * What an account holds, in the order in which rows refer to each other. What the change log still has to tell those who
 * were let in (their access ended, erase what you keep) stays there until its time is over.
 */
const holdings: readonly string[] = [
  ...['link_token', 'consent_request', 'calendar_permission', 'ics_feed', 'availability_rule', 'available_period'].map(
    (table) => `delete from ${table} where ctid in (select ctid from ${table} where account_id = $1 limit ${batch})`,
  ),
  `delete from hold where ctid in (select ctid from hold where account_ids @> array[$1]::text[] limit ${batch})`,
  `delete from event_move where ctid in (select ctid from event_move where account_id = $1 limit ${batch})`,
  `delete from managed_event where ctid in (select ctid from managed_event where account_id = $1 limit ${batch})`,
  `delete from operation where ctid in (select ctid from operation where account_id = $1 limit ${batch})`,
  `delete from event where ctid in (select ctid from event where account_id = $1 limit ${batch})`,
  `delete from sync_run where ctid in (select ctid from sync_run where account_id = $1 limit ${batch})`,
  `delete from change_log where ctid in (select ctid from change_log where account_id = $1
     and kind not in ('AUTHORIZATION_REVOKED', 'ERASURE_REQUESTED', 'PROFILE_REVOKED') limit ${batch})`,
  `delete from oauth_artifact where ctid in (select ctid from oauth_artifact where account_id = $1 limit ${batch})`,
  `delete from credential where ctid in (select ctid from credential where account_id = $1 limit ${batch})`,
  `delete from calendar where ctid in (select ctid from calendar where account_id = $1 limit ${batch})`,
  `delete from revoked_profile where ctid in (select r.ctid from revoked_profile r join profile p on p.id = r.profile_id where p.account_id = $1 limit ${batch})`,
  `delete from profile where ctid in (select ctid from profile where account_id = $1 limit ${batch})`,
];

/** Erases up to 500 rows of an account whose erasure has begun. @returns false once nothing is left */
export async function eraseBatch(tx: Tx, accountId: string): Promise<boolean> {
  for (const text of holdings) {
    const { numAffectedRows } = await sql.raw(text.replaceAll('$1', `'${wellFormed(accountId)}'`)).execute(tx);
    if ((numAffectedRows ?? 0n) > 0n) return true;
  }
  return false;
}

/** The accounts whose erasure has begun and not ended. @param among these alone; null for all */
export async function unfinishedErasures(tx: Tx, among: readonly string[] | null): Promise<readonly string[]> {
  const { rows } = await sql<{ id: string }>`
    select id from account a where erased_at is not null and exists (select 1 from profile p where p.account_id = a.id)
      and (${among === null} or id = any(${among ?? []}::text[]))
    order by id limit 1000`.execute(tx);
  return rows.map((row) => row.id);
}

function wellFormed(id: string): string {
  if (!/^[a-z]{3}_[0-9A-Za-z]+$/.test(id)) throw new TypeError('expected the id of an account');
  return id;
}

/** How many other profiles an account has: the last one cannot be taken out of it. */
export async function otherProfiles(tx: Tx, accountId: string, profileId: string): Promise<number> {
  const { count } = await tx
    .selectFrom('profile')
    .select((eb) => eb.fn.countAll<string>().as('count'))
    .where('account_id', '=', accountId)
    .where('id', '<>', profileId)
    .executeTakeFirstOrThrow();
  return Number(count);
}

/** Whether another application than this one is let into the account. */
export async function isShared(tx: Tx, accountId: string, applicationId: string): Promise<boolean> {
  const row = await tx
    .selectFrom('authorization_grant')
    .select('id')
    .where('account_id', '=', accountId)
    .where('application_id', '<>', applicationId)
    .where('status', '=', 'ACTIVE')
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}

/**
 * Moves a profile with all it holds into another account; every id stays. Work on its provider's side that is under way is
 * fenced off: it would write into the old account.
 */
export async function moveProfile(tx: Tx, profileId: string, from: string, to: string): Promise<void> {
  await fenceOff(tx, from, 'a profile is moved');
  await tx.updateTable('profile').set({ account_id: to }).where('id', '=', profileId).execute();
  for (const table of ['calendar', 'event', 'operation', 'sync_run', 'ics_feed'] as const) {
    await tx.updateTable(table).set({ account_id: to }).where('profile_id', '=', profileId).execute();
  }
  await sql`update event_move set account_id = ${to}
    where event_id in (select id from event where profile_id = ${profileId})`.execute(tx);
  for (const table of ['managed_event', 'calendar_permission'] as const) {
    await sql`update ${sql.table(table)} set account_id = ${to}
      where calendar_id in (select id from calendar where profile_id = ${profileId})`.execute(tx);
  }
}
