/** Connects a CalDAV login: proves it at the server, then writes everything in one transaction, then asks for the first sync. */
import { sql } from 'kysely';
import {
  type BasicCredential,
  ProviderError,
  type ProviderName,
  type ProviderSession,
  type RemoteCalendar,
  type RemotePrincipal,
} from '../../datasources/providers/connector.ts';
import { audit } from '../../datasources/store/audit.ts';
import { appendChanges, type ChangeEntry } from '../../datasources/store/change-log.ts';
import { fenceOff } from '../../datasources/store/leases.ts';
import { makeOperationsDue } from '../../datasources/store/operations.ts';
import type { Tx } from '../../datasources/store/store.ts';
import { RefusedInput, type UserError } from '../../domain/errors.ts';
import type { SyncDependencies } from '../dependencies.ts';
import { retryDeadlock } from '../lease.ts';
import { providerCall } from '../provider-call.ts';
import { accountGone, assertLetIn, assertStanding, createAccount, grant } from './connected-account.ts';
import { applyHome } from './home.ts';

export interface ConnectRequest {
  readonly applicationId: string;
  readonly unitId: string;
  /** Of an account token: the only account it may add to. */
  readonly actorAccountId: string | null;
  /** What the grant is to allow, besides what it allows already. */
  readonly scopes: readonly string[];
  /** That the user was asked for these: what an account has granted, no application widens by itself. */
  readonly consented?: true;
  /** Of a new grant: whether others' events may be changed; UNRESTRICTED by default. */
  readonly permission?: 'SANDBOX' | 'UNRESTRICTED';
  readonly provider?: Extract<ProviderName, 'CALDAV' | 'APPLE'>;
  readonly serverUrl: string;
  readonly username: string;
  readonly password: string;
  /** The one profile that the login may turn out to be: a connection is mended, and no other one made. */
  readonly onlyProfile?: string;
  /** Adds the profile to this account; null makes a new account, or finds the one that this login has in the unit. */
  readonly accountId: string | null;
  readonly signal?: AbortSignal;
  readonly onCall?: () => void;
}

export type ConnectOutcome =
  | {
      readonly connected: true;
      readonly accountId: string;
      readonly profileId: string;
      /** Whether the profile is new, or was found again with all its ids. */
      readonly created: boolean;
    }
  | { readonly connected: false; readonly userErrors: readonly UserError[]; readonly failure: ProviderError | null };

const provingTime = 30_000;

/** Nothing is stored unless the server accepts the credential and shows its calendars. Gives up after 30 s. */
export async function connectCalDav(
  dependencies: SyncDependencies,
  request: ConnectRequest,
  requestSync: (tx: Tx, profileId: string) => Promise<void>,
): Promise<ConnectOutcome> {
  const provider = request.provider ?? 'CALDAV';
  // An account token speaks for its own account only: it never makes or finds another one.
  const accountId = request.accountId ?? request.actorAccountId;
  if (accountId !== null && !(await isVisible(dependencies, request, accountId))) {
    return refused(accountGone);
  }
  const credential: BasicCredential = {
    kind: 'basic',
    serverUrl: request.serverUrl,
    username: request.username,
    password: request.password,
  };
  let proven: { principal: RemotePrincipal; calendars: readonly RemoteCalendar[] };
  try {
    proven = await prove(dependencies, provider, credential, request);
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error;
    return refused(explain(error), error);
  }
  let outcome: Written;
  try {
    outcome = await retryDeadlock(() =>
      dependencies.store.asWorker(async (tx) => {
        const written = await writeProfile(dependencies, tx, {
          ...request,
          accountId,
          provider,
          credential,
          ...proven,
        });
        await requestSync(tx, written.profileId);
        // Last: it holds the account's lock.
        await appendChanges(tx, written.accountId, written.changes, { madeBy: request.applicationId });
        await auditConnection(tx, request, written);
        return written;
      }),
    );
  } catch (error) {
    if (!(error instanceof RefusedInput)) throw error;
    return { connected: false, userErrors: error.errors, failure: null };
  }
  dependencies.wake(outcome.accountId);
  return { connected: true, accountId: outcome.accountId, profileId: outcome.profileId, created: outcome.created };
}

/** Logins that were given and mended, and whom they let in. Who gave the password is the user, whichever way it came. */
async function auditConnection(tx: Tx, request: ConnectRequest, { changes, profileId }: Written): Promise<void> {
  const told = new Set(changes.map(({ kind }) => kind));
  const about = { actor: 'user', unitId: request.unitId, applicationId: request.applicationId, subjectId: profileId };
  const authorized = told.has('ACCOUNT_AUTHORIZED');
  if (told.has('PROFILE_RECONNECTED'))
    await audit(tx, { action: 'profile.reconnected', ...about, detail: { authorized } });
  else if (told.has('PROFILE_LINKED') || authorized)
    await audit(tx, { action: 'profile.connected', ...about, detail: { authorized } });
}

function isVisible(dependencies: SyncDependencies, request: ConnectRequest, accountId: string): Promise<boolean> {
  const tenant = { applicationId: request.applicationId, accountId: request.actorAccountId };
  return dependencies.store.withApplication(tenant, async (tx) => {
    const row = await tx
      .selectFrom('account')
      .select('id')
      .where('id', '=', accountId)
      .where('kind', '<>', 'APPLICATION_CALENDAR')
      .executeTakeFirst();
    return row !== undefined;
  });
}

async function prove(
  dependencies: SyncDependencies,
  provider: ProviderName,
  credential: BasicCredential,
  request: ConnectRequest,
): Promise<{ principal: RemotePrincipal; calendars: readonly RemoteCalendar[] }> {
  const connector = dependencies.connectorFor(provider);
  if (connector === null) throw new ProviderError('UNREACHABLE', 'This service does not speak to this provider.');
  const late = AbortSignal.timeout(provingTime);
  const signal = request.signal === undefined ? late : AbortSignal.any([late, request.signal]);
  const session: ProviderSession = {
    profileId: dependencies.ids('pro'),
    applicationId: request.applicationId,
    credential,
    principal: null,
    signal,
    ...(request.onCall === undefined ? {} : { onCall: request.onCall }),
  };
  try {
    const principal = await providerCall(signal, provingTime, () => connector.connect(session));
    const calendars = await providerCall(signal, provingTime, () => connector.calendars({ ...session, principal }));
    if (!URL.canParse(principal.homeUrl))
      throw new ProviderError('MALFORMED_ANSWER', 'The calendar home has no address.');
    return { principal, calendars };
  } catch (error) {
    if (late.aborted)
      throw new ProviderError('UNREACHABLE', `The server did not answer within ${provingTime / 1000} s.`);
    throw error;
  }
}

export interface Proven extends ConnectRequest {
  readonly provider: Extract<ProviderName, 'CALDAV' | 'APPLE'>;
  readonly credential: BasicCredential;
  readonly principal: RemotePrincipal;
  readonly calendars: readonly RemoteCalendar[];
}

interface Written {
  readonly accountId: string;
  readonly profileId: string;
  readonly created: boolean;
  readonly changes: readonly ChangeEntry[];
}

async function writeProfile(dependencies: SyncDependencies, tx: Tx, proven: Proven): Promise<Written> {
  const now = dependencies.now();
  const serverKey = serverKeyOf(proven.principal);
  // Two connects of one login at once: the second finds what the first made.
  const lock = JSON.stringify([proven.unitId, proven.provider, serverKey, proven.username]);
  await sql`select pg_advisory_xact_lock(hashtextextended(${lock}, 0))`.execute(tx);
  const found = await tx
    .selectFrom('profile')
    .innerJoin('account', 'account.id', 'profile.account_id')
    .select(['profile.id', 'profile.account_id', 'profile.status', 'profile.rejections'])
    .where('account.unit_id', '=', proven.unitId)
    .where('profile.provider', '=', proven.provider)
    .where('profile.server_key', '=', serverKey)
    .where('profile.login', '=', proven.username)
    // One that is mended is known; a server may have moved its homes meanwhile.
    .$if(proven.onlyProfile === undefined, (query) =>
      query.where('profile.home_path', '=', homePathOf(proven.principal, serverKey)),
    )
    .$if(proven.onlyProfile !== undefined, (query) => query.where('profile.id', '=', proven.onlyProfile ?? ''))
    .where('account.erased_at', 'is', null)
    .$if(proven.accountId !== null, (query) => query.where('account.id', '=', proven.accountId ?? ''))
    .orderBy('profile.created_at')
    // Whoever erases it now waits, and finds that it is in use.
    .forShare('account')
    .executeTakeFirst();
  if (found === undefined && proven.accountId !== null) await assertStanding(tx, proven.accountId);

  if (proven.onlyProfile !== undefined && found?.id !== proven.onlyProfile) {
    const message = 'Expected the login that was connected before, the server says that this is another one.';
    throw new RefusedInput([{ path: ['serverUrl'], code: 'INVALID', message }]);
  }
  const accountId = found?.account_id ?? proven.accountId ?? (await createAccount(dependencies, tx, proven));
  const profileId = found?.id ?? dependencies.ids('pro');
  const changes: ChangeEntry[] = [];
  const tell = (kind: ChangeEntry['kind'], subjectId: string, audience?: string) =>
    changes.push({
      kind,
      subjectId,
      profileId: subjectId === profileId ? profileId : null,
      calendarId: null,
      managedBy: null,
      ...(audience === undefined ? {} : { audience }),
    });
  if (proven.onlyProfile !== undefined)
    await assertLetIn(tx, { applicationId: proven.applicationId, accountId, profileId });
  if (await grant(dependencies, tx, proven, accountId)) tell('ACCOUNT_AUTHORIZED', accountId, proven.applicationId);

  const credential = dependencies.vault.seal(profileId, proven.credential);
  const principal = JSON.stringify(proven.principal);
  if (found === undefined) {
    await tx
      .insertInto('profile')
      .values({
        id: profileId,
        account_id: accountId,
        provider: proven.provider,
        login: proven.username,
        server_key: serverKey,
        credential,
        principal,
        next_poll_at: new Date(now),
      })
      .execute();
    tell('PROFILE_LINKED', profileId);
    const home = await applyHome(tx, { id: profileId, accountId }, proven.calendars, { ...dependencies, now });
    changes.push(...home.changes);
  } else {
    // A poll under way asks with what was refused, and would write down that it still is.
    if (found.status !== 'CONNECTED' || found.rejections > 0) await fenceOff(tx, accountId, 'there is a new password');
    await tx
      .updateTable('profile')
      .set({ credential, principal, next_poll_at: new Date(now), rejections: 0, rejected_since: null, failures: 0 })
      .where('id', '=', profileId)
      .execute();
    if (found.status !== 'CONNECTED') {
      await tx
        .updateTable('profile')
        .set({ status: 'CONNECTED', cause: null, remedy: null, status_since: new Date(now) })
        .where('id', '=', profileId)
        .execute();
      tell('PROFILE_RECONNECTED', profileId);
    }
    await makeOperationsDue(tx, profileId, now);
  }
  const { numDeletedRows } = await tx
    .deleteFrom('revoked_profile')
    .where('application_id', '=', proven.applicationId)
    .where('profile_id', '=', profileId)
    .executeTakeFirst();
  // Nobody else had lost sight of it.
  if (numDeletedRows > 0n) tell('PROFILE_LINKED', profileId, proven.applicationId);
  return { accountId, profileId, created: found === undefined, changes };
}

/**
 * What makes "the same server", whichever of its addresses a user gives: the host of the calendar home, for that is where the
 * credential was just accepted. A principal's address is only what some server claimed, and whoever may claim could take
 * over another login's account.
 */
function serverKeyOf(principal: RemotePrincipal): string {
  const { host } = new URL(principal.homeUrl);
  // Apple spreads its homes over numbered hosts, and moves them.
  return /(^|\.)icloud\.com$/.test(host) ? 'icloud.com' : host.toLowerCase();
}

/** As the store derives it from the principal: one host may hold the servers of people who have nothing to do with each other. */
function homePathOf({ homeUrl }: RemotePrincipal, serverKey: string): string {
  return serverKey === 'icloud.com' ? '' : homeUrl.replace(/^[a-z]+:\/\/[^/]*/, '');
}

function refused(error: UserError, failure: ProviderError | null = null): ConnectOutcome {
  return { connected: false, userErrors: [error], failure };
}

function explain(error: ProviderError): UserError {
  switch (error.code) {
    case 'CREDENTIALS_REJECTED':
      return { path: ['password'], code: 'CREDENTIALS_REJECTED', message: error.message };
    case 'UNREACHABLE':
    case 'THROTTLED':
      return { path: ['serverUrl'], code: 'PROVIDER_UNREACHABLE', message: error.message };
    default:
      return { path: ['serverUrl'], code: 'PROVIDER_REJECTED', message: error.message };
  }
}
