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
import { makeOperationsDue } from '../../datasources/store/operations.ts';
import type { Tx } from '../../datasources/store/store.ts';
import { RefusedInput, type UserError } from '../../domain/errors.ts';
import type { SyncDependencies } from '../dependencies.ts';
import { retryDeadlock } from '../lease.ts';
import { providerCall } from '../provider-call.ts';
import { applyHome } from './home.ts';

export interface ConnectRequest {
  readonly applicationId: string;
  readonly unitId: string;
  /** Of an account token: the only account it may add to. */
  readonly actorAccountId: string | null;
  /** What the grant is to allow, besides what it allows already. */
  readonly scopes: readonly string[];
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
    return refused({
      path: ['accountId'],
      code: 'NOT_FOUND',
      message: 'Expected the id of an account that authorised this application.',
    });
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

interface Proven extends ConnectRequest {
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
    .select(['profile.id', 'profile.account_id', 'profile.status'])
    .where('account.unit_id', '=', proven.unitId)
    .where('profile.provider', '=', proven.provider)
    .where('profile.server_key', '=', serverKey)
    .where('profile.login', '=', proven.username)
    .$if(proven.accountId !== null, (query) => query.where('account.id', '=', proven.accountId ?? ''))
    .orderBy('profile.created_at')
    .executeTakeFirst();

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
  await tx
    .deleteFrom('revoked_profile')
    .where('application_id', '=', proven.applicationId)
    .where('profile_id', '=', profileId)
    .execute();
  return { accountId, profileId, created: found === undefined, changes };
}

async function createAccount(dependencies: SyncDependencies, tx: Tx, proven: Proven): Promise<string> {
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

/** Lets the application in; what an active authorization allows already stays. Answers whether it had none before. */
async function grant(dependencies: SyncDependencies, tx: Tx, proven: Proven, accountId: string): Promise<boolean> {
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
    if (scopes.length > active.scopes.length) {
      await tx.updateTable('authorization_grant').set({ scopes }).where('id', '=', active.id).execute();
    }
    return false;
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
      conflict
        .columns(['application_id', 'account_id'])
        .doUpdateSet({ status: 'ACTIVE', revoked_at: null, scopes: [...proven.scopes], permission }),
    )
    .execute();
  return true;
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

function isAddress(text: string): boolean {
  return /^[^\s@]+@[^\s@]+$/.test(text);
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
