/** Connecting and revoking profiles on an application's behalf. */
import { type IssuedTokens, issueAccountToken } from '../datasources/store/account-tokens.ts';
import { findAccounts, findProfiles } from '../datasources/store/accounts.ts';
import { audit } from '../datasources/store/audit.ts';
import { endProfile, stopUnusedProfiles } from '../datasources/store/authorizations.ts';
import { appendChanges } from '../datasources/store/change-log.ts';
import type { AccountRecord, ProfileRecord } from '../datasources/store/records.ts';
import { type Store, tenantOf } from '../datasources/store/store.ts';
import type { Actor } from '../domain/actor.ts';
import type { UserError } from '../domain/errors.ts';
import type { IdSource } from '../domain/identity.ts';
import { hasControls } from './credentials.ts';
import type { SyncEngine } from './engine.ts';

/** What a connection by the application itself allows: there is no consent page that would ask for less. */
const scope = 'read_write';

export interface ConnectionDependencies {
  readonly store: Store;
  readonly ids: IdSource;
  readonly engine: Pick<SyncEngine, 'connectCalDav'>;
  wake(accountId: string): void;
}

export interface ConnectCalDav {
  readonly serverUrl: string;
  readonly username: string;
  readonly password: string;
  readonly accountId?: string | null;
}

export interface ConnectAnswer {
  readonly account: AccountRecord | null;
  readonly profile: ProfileRecord | null;
  readonly tokens: IssuedTokens | null;
  readonly userErrors: readonly UserError[];
}

export interface Connections {
  /** Proves the login at the server first; nothing is stored of one that does not work. */
  connectCalDav(actor: Actor, input: ConnectCalDav, onCall: () => void): Promise<ConnectAnswer>;
  /** Ends this application's access to one profile; its account's authorisation and other applications' access stay. */
  revokeProfile(
    actor: Actor,
    profileId: string,
  ): Promise<{ readonly account: AccountRecord | null; readonly userErrors: readonly UserError[] }>;
}

export function connections(dependencies: ConnectionDependencies): Connections {
  return {
    connectCalDav: (actor, input, onCall) => connectCalDav(dependencies, actor, input, onCall),
    revokeProfile: (actor, profileId) => revokeProfile(dependencies, actor, profileId),
  };
}

async function connectCalDav(
  { store, ids, engine }: ConnectionDependencies,
  actor: Actor,
  input: ConnectCalDav,
  onCall: () => void,
): Promise<ConnectAnswer> {
  const userErrors = check(input);
  if (userErrors.length > 0) return { account: null, profile: null, tokens: null, userErrors };
  const outcome = await engine.connectCalDav({
    applicationId: actor.applicationId,
    unitId: actor.unitId,
    actorAccountId: actor.accountId,
    scopes: [scope],
    // iCloud is CalDAV with one server for everybody; its name alone says which provider it is.
    provider: /(^|\.)icloud\.com$/i.test(new URL(input.serverUrl).hostname) ? 'APPLE' : 'CALDAV',
    serverUrl: input.serverUrl,
    username: input.username,
    password: input.password,
    accountId: input.accountId ?? null,
    onCall,
  });
  if (!outcome.connected) return { account: null, profile: null, tokens: null, userErrors: outcome.userErrors };
  const { accountId, profileId } = outcome;
  const tenant = tenantOf(actor);
  return store.withApplication(tenant, async (tx) => {
    const [account] = await findAccounts(tx, tenant, [accountId]);
    const granted = account?.grant.scopes.join(' ') ?? scope;
    const tokens = await issueAccountToken(tx, ids, { applicationId: actor.applicationId, accountId, scope: granted });
    const [profile] = await findProfiles(tx, tenant, [profileId]);
    return { account: account ?? null, profile: profile ?? null, tokens, userErrors: [] };
  });
}

function check({ username, password }: ConnectCalDav): UserError[] {
  const errors: UserError[] = [];
  const length = (field: string, text: string, most: 255 | 1024) => {
    const shown = most.toLocaleString('en');
    if (text === '')
      errors.push({ path: [field], code: 'REQUIRED', message: `Expected 1 to ${shown} characters, got none` });
    if (text.length > most) {
      errors.push({
        path: [field],
        code: 'TOO_LONG',
        message: `Expected at most ${shown} characters, got ${text.length}`,
      });
    }
  };
  length('username', username, 255);
  length('password', password, 1024);
  // RFC 7617 §2: a colon would end the user name inside the header.
  if (username.includes(':'))
    errors.push({ path: ['username'], code: 'INVALID', message: 'Expected a user name without a colon' });
  for (const [field, text] of Object.entries({ username, password })) {
    if (hasControls(text))
      errors.push({ path: [field], code: 'INVALID', message: 'Expected no control characters, got one' });
  }
  return errors;
}

async function revokeProfile(
  { store, wake }: ConnectionDependencies,
  actor: Actor,
  profileId: string,
): Promise<{ readonly account: AccountRecord | null; readonly userErrors: readonly UserError[] }> {
  const tenant = tenantOf(actor);
  const [profile] = await store.withApplication(tenant, (tx) => findProfiles(tx, tenant, [profileId]));
  if (profile === undefined) {
    const message = 'Expected a profile that this credential may see, got an unknown id';
    return { account: null, userErrors: [{ path: ['profileId'], code: 'NOT_FOUND', message }] };
  }
  if (profile.provider === 'MERIDIAN') {
    const message = 'An application calendar has no login to take back; delete the calendar instead';
    return { account: null, userErrors: [{ path: ['profileId'], code: 'NOT_SUPPORTED', message }] };
  }
  // As the worker: whether another application still uses the profile is nothing that this one may see.
  await store.asWorker(async (tx) => {
    await endProfile(tx, actor.applicationId, profileId);
    await stopUnusedProfiles(tx, profile.accountId);
    await appendChanges(
      tx,
      profile.accountId,
      [
        {
          kind: 'PROFILE_REVOKED',
          subjectId: profileId,
          profileId,
          calendarId: null,
          managedBy: null,
          audience: actor.applicationId,
        },
      ],
      { madeBy: actor.applicationId },
    );
    await audit(tx, {
      action: 'profile.revoked',
      actor: `application:${actor.clientId}`,
      unitId: actor.unitId,
      applicationId: actor.applicationId,
      subjectId: profileId,
    });
  });
  wake(profile.accountId);
  const [account] = await store.withApplication(tenant, (tx) => findAccounts(tx, tenant, [profile.accountId]));
  return { account: account ?? null, userErrors: [] };
}
