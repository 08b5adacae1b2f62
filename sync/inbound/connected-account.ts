/** The account that a login is connected to: that it stands, that it is made, and whom it lets in. As the worker. */
import { sql } from 'kysely';
import { isLetIn } from '../../datasources/store/authorizations.ts';
import type { Tx } from '../../datasources/store/store.ts';
import { RefusedInput, type UserError } from '../../domain/errors.ts';
import type { SyncDependencies } from '../dependencies.ts';
import type { Proven } from './connect.ts';

export const accountGone: UserError = {
  path: ['accountId'],
  code: 'NOT_FOUND',
  message: 'Expected the id of an account that authorised this application.',
};

/** The account that was there before the server was asked. @throws RefusedInput when it was erased meanwhile */
export async function assertStanding(tx: Tx, accountId: string): Promise<void> {
  const account = await tx
    .selectFrom('account')
    .select('id')
    .where('id', '=', accountId)
    .where('erased_at', 'is', null)
    .forShare()
    .executeTakeFirst();
  if (account === undefined) throw new RefusedInput([accountGone]);
}

/** Mending lets nobody in: what was taken back while the server was asked stays so. @throws RefusedInput */
export async function assertLetIn(tx: Tx, at: Parameters<typeof isLetIn>[1]): Promise<void> {
  if (!(await isLetIn(tx, at))) throw new RefusedInput([accountGone]);
}

/** A new account of the unit, named as the provider names its person. */
export async function createAccount(dependencies: SyncDependencies, tx: Tx, proven: Proven): Promise<string> {
  const id = dependencies.ids('acc');
  const primary = proven.calendars.find((calendar) => calendar.primary) ?? proven.calendars[0];
  const zone = primary?.timeZone == null ? null : dependencies.zones.canonical(primary.timeZone);
  const { ordinal } = await tx
    .insertInto('account')
    .values({
      id,
      unit_id: proven.unitId,
      kind: 'USER',
      owner_application_id: null,
      application_key: null,
      email: proven.principal.addresses[0] ?? (isAddress(proven.username) ? proven.username.toLowerCase() : null),
      name: proven.principal.displayName,
      time_zone: zone ?? 'Etc/UTC',
    })
    .returning('ordinal')
    .executeTakeFirstOrThrow();
  await tx.insertInto('account_log').values({ account_id: id, account_ordinal: ordinal }).execute();
  return id;
}

/** Lets the application in; what an active authorization allows already stays. Answers whether it may do more than before. */
export async function grant(
  dependencies: SyncDependencies,
  tx: Tx,
  proven: Proven,
  accountId: string,
): Promise<boolean> {
  const active = await tx
    .selectFrom('authorization_grant')
    .select(['id', 'scopes'])
    .where('application_id', '=', proven.applicationId)
    .where('account_id', '=', accountId)
    .where('status', '=', 'ACTIVE')
    .forUpdate()
    .executeTakeFirst();
  if (active !== undefined) {
    const scopes = [...new Set([...active.scopes, ...proven.scopes])];
    if (proven.consented !== true || scopes.length === active.scopes.length) return false;
    await tx.updateTable('authorization_grant').set({ scopes }).where('id', '=', active.id).execute();
    return true;
  }
  const permission = proven.permission ?? 'UNRESTRICTED';
  await tx
    .insertInto('authorization_grant')
    .values({
      id: dependencies.ids('aut'),
      application_id: proven.applicationId,
      account_id: accountId,
      scopes: [...proven.scopes],
      permission,
    })
    .onConflict((conflict) =>
      // A new one under the old id: nothing of what was revoked comes back with it.
      conflict.columns(['application_id', 'account_id']).doUpdateSet({
        status: 'ACTIVE',
        revoked_at: null,
        created_at: sql<Date>`now()`,
        through_account_id: null,
        scopes: [...proven.scopes],
        permission,
      }),
    )
    .execute();
  return true;
}

function isAddress(text: string): boolean {
  return /^[^\s@]+@[^\s@]+$/.test(text);
}
