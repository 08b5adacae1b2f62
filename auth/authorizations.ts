/** The end of authorizations, the linking of accounts and its undoing: what the mutations and the OAuth server share. */
import { sql } from 'kysely';
import { hashToken, newToken } from '../datasources/secrets/tokens.ts';
import { findAccounts, findProfiles } from '../datasources/store/accounts.ts';
import { audit } from '../datasources/store/audit.ts';
import {
  accountsThrough,
  beginErasure,
  endGrant,
  isLetIn,
  isShared,
  lockAccount,
  moveProfile,
  otherProfiles,
  requestErasure,
  stopUnusedProfiles,
} from '../datasources/store/authorizations.ts';
import { appendChanges, type ChangeEntry } from '../datasources/store/change-log.ts';
import type { ToldOf } from '../datasources/store/hold-ends.ts';
import { revokeTokensOf } from '../datasources/store/oauth-artifacts.ts';
import type { AccountRecord } from '../datasources/store/records.ts';
import { type QueryCounter, type Store, type Tx, tenantOf } from '../datasources/store/store.ts';
import type { Actor } from '../domain/actor.ts';
import type { UserError } from '../domain/errors.ts';
import type { IdSource } from '../domain/identity.ts';
import { eraseHoldings } from './erasures.ts';

/** Seconds. */
const linkTokenLifetime = 300;

export interface AuthorizationDependencies {
  readonly store: Store;
  readonly ids: IdSource;
  wake(accountId: string): void;
}

export interface Revocation {
  readonly revokedAccountIds: readonly string[] | null;
  readonly userErrors: readonly UserError[];
}

export interface Authorizations {
  /** revokeAuthorization: of one account, by its id or by one of its tokens; a service account takes its dependants along. */
  revoke(
    actor: Actor,
    input: {
      readonly authorization: { readonly accountId?: string | null; readonly token?: string | null };
      readonly erase?: boolean | null;
    },
    counter: QueryCounter,
  ): Promise<Revocation>;
  /** createLinkToken */
  createLinkToken(
    actor: Actor,
    input: { readonly accountId: string },
    counter: QueryCounter,
  ): Promise<{
    readonly token: string | null;
    readonly expiresIn: number | null;
    readonly userErrors: readonly UserError[];
  }>;
  /** unlinkProfile: into an account of its own, with every id of its calendars and events. */
  unlinkProfile(
    actor: Actor,
    input: { readonly profileId: string },
    counter: QueryCounter,
  ): Promise<{ readonly account: AccountRecord | null; readonly userErrors: readonly UserError[] }>;
  /** Goes on with erasures in the middle of which a process died. */
  finishErasures(): Promise<void>;
}

/**
 * Ends an application's authorization of an account in the caller's transaction, with its tokens and everything that came
 * with it; of a service account also those that were given through it.
 * @param erase the account itself is erased as soon as nobody is let in any more
 * @returns the accounts whose authorization ended; none where there was none
 */
export async function endAuthorization(
  tx: Tx,
  {
    applicationId,
    accountId,
    erase = false,
  }: { readonly applicationId: string; readonly accountId: string; readonly erase?: boolean },
): Promise<readonly string[]> {
  const ended: string[] = [];
  const erasing: string[] = [];
  const told: Told[] = [];
  // In the order of ids, so that two at once wait for each other and do not lock each other out.
  const through = await accountsThrough(tx, applicationId, accountId);
  for (const id of [...new Set([accountId, ...through])].sort()) {
    await lockAccount(tx, id);
    const isErased = erase && id === accountId;
    // Another request may have ended it a moment ago, and not have asked to erase it.
    const holds = await endGrant(tx, applicationId, id);
    const isEnded = holds !== null;
    if (!isEnded && !isErased) continue;
    if (isErased) await requestErasure(tx, id);
    // An application calendar is its application's alone: nobody is left whom its content could serve.
    const kind = await tx.selectFrom('account').select('kind').where('id', '=', id).executeTakeFirst();
    if (kind?.kind === 'APPLICATION_CALENDAR') await requestErasure(tx, id);
    const about = { subjectId: id, profileId: null, calendarId: null, managedBy: null };
    const tell = (entry: ChangeEntry) => void told.push({ accountId: id, entry, madeBy: applicationId });
    if (isEnded) {
      ended.push(id);
      await revokeTokensOf(tx, applicationId, id);
      await stopUnusedProfiles(tx, id);
      tell({ kind: 'AUTHORIZATION_REVOKED', ...about, audience: applicationId });
      // Which holds those were the application need not know.
      told.push(...holds.map((one) => ({ ...one, madeBy: null })));
    }
    const erased = await beginErasure(tx, id);
    if (erased !== null) erasing.push(id);
    for (const audience of erased ?? []) tell({ kind: 'ERASURE_REQUESTED', ...about, audience });
  }
  await tellAll(tx, told);
  for (const id of erasing) {
    await audit(tx, { action: 'account.erased', actor: 'service', applicationId, subjectId: id });
  }
  return ended;
}

interface Told extends ToldOf {
  readonly madeBy: string | null;
}

/** In the order of the accounts' ids. */
async function tellAll(tx: Tx, told: readonly Told[]): Promise<void> {
  for (const [accountId, ofAccount] of [...Map.groupBy(told, (one) => one.accountId)].sort(([a], [b]) =>
    a < b ? -1 : 1,
  )) {
    for (const [madeBy, entries] of Map.groupBy(ofAccount, (one) => one.madeBy)) {
      await appendChanges(
        tx,
        accountId,
        entries.map(({ entry }) => entry),
        { madeBy },
      );
    }
  }
}

export function authorizations(dependencies: AuthorizationDependencies): Authorizations {
  const { store } = dependencies;
  return {
    revoke: (actor, input, counter) => revoke(dependencies, actor, input, counter),
    createLinkToken: (actor, input, counter) => createLinkToken(dependencies, actor, input, counter),
    unlinkProfile: (actor, input, counter) => unlinkProfile(dependencies, actor, input, counter),
    finishErasures: () => eraseHoldings(store, null),
  };
}

async function revoke(
  { store, wake }: AuthorizationDependencies,
  actor: Actor,
  input: Parameters<Authorizations['revoke']>[1],
  counter: QueryCounter,
): Promise<Revocation> {
  const { accountId: named, token } = input.authorization;
  const path = ['authorization', named == null ? 'token' : 'accountId'];
  const accountId =
    named ?? (await store.asWorker((tx) => accountOfToken(tx, actor.applicationId, token ?? ''), counter));
  const tenant = tenantOf(actor);
  const [account] =
    accountId === null
      ? []
      : await store.withApplication(tenant, (tx) => findAccounts(tx, tenant, [accountId]), counter);
  if (account === undefined) {
    const message = 'Expected an account that authorised this application, or one of its tokens, got another';
    return { revokedAccountIds: null, userErrors: [{ path, code: 'NOT_FOUND', message }] };
  }
  const ended = await store.asWorker(async (tx) => {
    const erase = input.erase === true;
    const accounts = await endAuthorization(tx, { applicationId: actor.applicationId, accountId: account.id, erase });
    await audit(tx, {
      action: 'authorization.revoked',
      actor: `application:${actor.clientId}`,
      unitId: actor.unitId,
      applicationId: actor.applicationId,
      subjectId: account.id,
      detail: { accounts, erase },
    });
    return accounts;
  }, counter);
  for (const id of ended) wake(id);
  // The revocation stands whatever becomes of this: the service goes on with it by itself.
  await eraseHoldings(store, [account.id, ...ended]).catch(() => {});
  return { revokedAccountIds: ended, userErrors: [] };
}

/** The account of an access token, or of a refresh token, of this very application. */
async function accountOfToken(tx: Tx, applicationId: string, token: string): Promise<string | null> {
  if (!/^[\x21-\x7e]{16,512}$/.test(token)) return null;
  const hash = hashToken(token);
  const { rows } = await sql<{ account_id: string | null }>`
    select account_id from credential where token_hash = ${hash} and application_id = ${applicationId} and kind = 'ACCOUNT_TOKEN'
      and revoked_at is null
    union all
    select account_id from oauth_artifact where id_hash = ${hash} and application_id = ${applicationId} and model = 'RefreshToken'
      and (expires_at is null or expires_at > now())
    limit 1`.execute(tx);
  return rows[0]?.account_id ?? null;
}

async function createLinkToken(
  { store }: AuthorizationDependencies,
  actor: Actor,
  { accountId }: { readonly accountId: string },
  counter: QueryCounter,
) {
  const tenant = tenantOf(actor);
  const [account] = await store.withApplication(tenant, (tx) => findAccounts(tx, tenant, [accountId]), counter);
  if (account === undefined || account.kind === 'APPLICATION_CALENDAR') {
    const code = account === undefined ? 'NOT_FOUND' : 'NOT_SUPPORTED';
    const message =
      account === undefined
        ? 'Expected an account that authorised this application, got an unknown id'
        : 'An application calendar has no provider that could be linked to it';
    return { token: null, expiresIn: null, userErrors: [{ path: ['accountId'], code, message } as const] };
  }
  const token = newToken('mlt');
  await store.asWorker(
    (tx) =>
      tx
        .insertInto('link_token')
        .values({
          token_hash: hashToken(token),
          application_id: actor.applicationId,
          account_id: accountId,
          expires_at: sql`now() + make_interval(secs => ${linkTokenLifetime})`,
        })
        .execute(),
    counter,
  );
  return { token, expiresIn: linkTokenLifetime, userErrors: [] };
}

async function unlinkProfile(
  { store, ids, wake }: AuthorizationDependencies,
  actor: Actor,
  { profileId }: { readonly profileId: string },
  counter: QueryCounter,
) {
  const tenant = tenantOf(actor);
  const [profile] = await store.withApplication(tenant, (tx) => findProfiles(tx, tenant, [profileId]), counter);
  const refuse = (code: UserError['code'], message: string) => ({
    account: null,
    userErrors: [{ path: ['profileId'], code, message }],
  });
  const unknown = refuse('NOT_FOUND', 'Expected a profile that this credential may see, got an unknown id');
  if (profile === undefined) return unknown;
  if (profile.provider === 'MERIDIAN')
    return refuse('NOT_SUPPORTED', 'An application calendar is an account of its own');
  const from = profile.accountId;
  const moved = await store.asWorker(async (tx) => {
    await lockAccount(tx, from);
    const { applicationId } = actor;
    // Another request may have moved it, or taken the application's access, a moment ago.
    if (!(await isLetIn(tx, { applicationId, accountId: from, profileId }))) return 'gone' as const;
    if ((await otherProfiles(tx, from, profileId)) === 0) return 'alone' as const;
    if (await isShared(tx, from, actor.applicationId)) return 'shared' as const;
    const accountId = ids('acc');
    const { ordinal } = await tx
      .insertInto('account')
      .values({
        id: accountId,
        unit_id: actor.unitId,
        kind: 'USER',
        email: profile.login.includes('@') ? profile.login.toLowerCase() : null,
        time_zone: sql`(select time_zone from account where id = ${from})`,
      })
      .returning('ordinal')
      .executeTakeFirstOrThrow();
    await tx.insertInto('account_log').values({ account_id: accountId, account_ordinal: ordinal }).execute();
    await sql`insert into authorization_grant (id, application_id, account_id, scopes, permission, through_account_id)
      select ${ids('aut')}, application_id, ${accountId}, scopes, permission, through_account_id from authorization_grant
      where application_id = ${applicationId} and account_id = ${from}`.execute(tx);
    await moveProfile(tx, profileId, from, accountId);
    const about = { calendarId: null, managedBy: null };
    const audience = actor.applicationId;
    const by = { madeBy: actor.applicationId };
    await appendChanges(
      tx,
      from,
      [{ kind: 'PROFILE_REVOKED', subjectId: profileId, profileId, ...about, audience }],
      by,
    );
    await appendChanges(
      tx,
      accountId,
      [
        { kind: 'ACCOUNT_AUTHORIZED', subjectId: accountId, profileId: null, ...about, audience },
        { kind: 'PROFILE_LINKED', subjectId: profileId, profileId, ...about },
      ],
      by,
    );
    await audit(tx, {
      action: 'profile.unlinked',
      actor: `application:${actor.clientId}`,
      unitId: actor.unitId,
      applicationId: actor.applicationId,
      subjectId: profileId,
      detail: { from, to: accountId },
    });
    return { accountId };
  }, counter);
  if (moved === 'gone') return unknown;
  if (moved === 'alone') return refuse('INVALID', 'Expected one of several profiles of an account, got its only one');
  if (moved === 'shared') {
    return refuse(
      'FORBIDDEN',
      'Another application uses the account: the user has to revoke and connect the profile anew, with `avoid_linking`',
    );
  }
  wake(from);
  wake(moved.accountId);
  // An account token is for the account that it was given for: the new one is seen by the application alone.
  const seen = { applicationId: actor.applicationId, accountId: null };
  const [account] = await store.withApplication(seen, (tx) => findAccounts(tx, seen, [moved.accountId]), counter);
  return { account: account ?? null, userErrors: [] };
}
