/** Disconnections that their users have not been written to about. As the worker. */
import { sql } from 'kysely';
import type { ProviderName } from '../providers/connector.ts';
import type { Tx } from './store.ts';

export interface UnmailedProfile {
  readonly id: string;
  readonly provider: ProviderName;
  readonly login: string;
  readonly email: string;
  /** The application that was let in first, of those that are. */
  readonly applicationId: string;
  readonly application: string;
  /** When this disconnection was claimed, by the database's clock and to its microsecond: who has another has lost it. */
  readonly claimedAt: string;
}

/**
 * Takes up to `limit` profiles that were disconnected within the last day for reasons of their credentials, that an
 * application still uses and that have somebody to write to: each once per disconnection. In no order, so that no receiver
 * whom mail never reaches stands before the others each time.
 *
 * @returns those of them whose address can be one; `claimed`: how many there were
 */
export async function claimUnmailed(
  tx: Tx,
  limit: number,
): Promise<{ readonly claimed: number; readonly profiles: readonly UnmailedProfile[] }> {
  const { rows } = await sql<{
    id: string;
    provider: ProviderName;
    login: string;
    email: string;
    application_id: string;
    application: string;
    claimed_at: string;
  }>`
    with due as (
      select p.id, a.email, used.application_id, used.name
      from profile p join account a on a.id = p.account_id
      cross join lateral (
        select g.application_id, x.name from authorization_grant g join application x on x.id = g.application_id
        where g.account_id = p.account_id and g.status = 'ACTIVE' and not exists (
          select 1 from revoked_profile r where r.profile_id = p.id and r.application_id = g.application_id)
        order by g.created_at, g.application_id limit 1
      ) used
      where p.status = 'DISCONNECTED' and p.credential is not null
        and (p.mailed_at is null or p.mailed_at < p.status_since) and p.status_since > now() - interval '1 day'
      order by random() limit ${limit} for update of p skip locked)
    update profile p set mailed_at = now() from due where p.id = due.id
    returning p.id, p.provider, p.login, coalesce(due.email, p.login) as email, due.application_id, due.name as application,
      p.mailed_at::text as claimed_at`.execute(tx);
  const profiles = rows
    .filter(({ email }) => /^[^\s@,;<>]{1,64}@[^\s@,;<>]{1,255}$/.test(email))
    .map(({ application_id: applicationId, claimed_at: claimedAt, ...row }) => ({ ...row, applicationId, claimedAt }));
  return { claimed: rows.length, profiles };
}

/** Whether it is still disconnected, and nobody claimed it anew: to be asked right before a mail is sent. */
export async function isClaimed(tx: Tx, { id, claimedAt }: UnmailedProfile): Promise<boolean> {
  const { rows } = await sql`
    select 1 from profile where id = ${id} and status = 'DISCONNECTED' and mailed_at = ${claimedAt}::timestamptz`.execute(
    tx,
  );
  return rows.length > 0;
}

/** What could not be sent is due again, unless somebody claimed it anew. */
export async function giveBackUnmailed(tx: Tx, profiles: readonly UnmailedProfile[]): Promise<void> {
  for (const { id, claimedAt } of profiles) {
    await sql`update profile set mailed_at = null where id = ${id} and mailed_at = ${claimedAt}::timestamptz`.execute(
      tx,
    );
  }
}
