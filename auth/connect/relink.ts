/** `/relink/<token>`: a user mends a broken connection; every id stays. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { KeyRing } from '../../datasources/secrets/key-ring.ts';
import { findMendableProfile, type MendableProfile } from '../../datasources/store/consent.ts';
import type { Store } from '../../datasources/store/store.ts';
import { createVault } from '../../sync/credentials.ts';
import { type Connect, explainFailure } from './attempt.ts';
import { guardForm, isGuarded } from './csrf.ts';
import { readForm, sendPage } from './exchange.ts';
import { emptyValues, type FormProblem, plainPage, relinkPage } from './pages.ts';
import { type FormConnection, type ProviderEntry, providerOf } from './providers.ts';

export interface RelinkDependencies {
  readonly store: Store;
  readonly keyRing: KeyRing;
  readonly connect: Connect;
  readonly secure: () => boolean;
}

const context = 'relink';
const idShape = /^[a-z]{3}_[0-9A-Za-z]{1,60}$/;

/**
 * The address where the user of a profile mends it. The same each time; worth nothing while the profile is connected, and
 * nothing to anybody who does not know the login's password.
 */
export function relinkAddress(keyRing: KeyRing, publicUrl: URL, profileId: string, applicationId: string): string {
  const token = keyRing.sealCompact(Buffer.from(`${profileId} ${applicationId}`), context);
  return new URL(`/relink/${token}`, publicUrl).href;
}

function openToken(
  keyRing: KeyRing,
  token: string,
): { readonly profileId: string; readonly applicationId: string } | null {
  const opened = keyRing.openCompact(token, context);
  if (opened === null) return null;
  const [profileId = '', applicationId = ''] = Buffer.from(opened).toString('utf8').split(' ');
  return idShape.test(profileId) && idShape.test(applicationId) ? { profileId, applicationId } : null;
}

const gone = plainPage(
  'This address is not good any more',
  'Ask the application that sent it to you for a new one.',
  true,
);
const mended = plainPage('Your calendar is connected', 'There is nothing left to do. You can close this page.', false);
const repeat = plainPage('This form was not sent from here', 'Go back, load the page anew, and try again.', true);

/** Answers `/relink/<token>`. */
export async function answerRelink(
  dependencies: RelinkDependencies,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { store, keyRing } = dependencies;
  const path = (request.url ?? '').split('?')[0] ?? '';
  const named = openToken(keyRing, path.slice('/relink/'.length));
  const profile =
    named === null ? null : await store.asWorker((tx) => findMendableProfile(tx, named.profileId, named.applicationId));
  const entry = profile === null ? null : formEntryOf(profile);
  if (named === null || profile === null || entry === null) return sendPage(response, 404, gone);
  if (profile.status !== 'DISCONNECTED') return sendPage(response, 200, mended);
  const guard = guardForm(keyRing, request.headers.cookie, path, { secure: dependencies.secure() });
  const show = (status: number, problems: readonly FormProblem[]) => {
    const { title } = entry;
    const server = hostOf(serverOf(keyRing, profile, entry));
    const shown = { title, login: profile.login, remedy: profile.remedy, server };
    const state = { values: emptyValues, problems, token: guard.token };
    sendPage(response, status, relinkPage(shown, entry.connection, path, state), guard.cookie);
  };
  if (request.method === 'GET') return show(200, []);
  const form = await readForm(request);
  if (!isGuarded(keyRing, request.headers.cookie, path, form.get('token') ?? '')) {
    return sendPage(response, 403, repeat, guard.cookie);
  }
  const problems = await tryPassword(dependencies, { applicationId: named.applicationId, profile, entry }, form);
  return problems.length === 0 ? sendPage(response, 200, mended) : show(422, problems);
}

/** Tries the password of a login that is known, and stores it when it is right: nothing is wrong then. */
export async function tryPassword(
  { keyRing, connect }: Pick<RelinkDependencies, 'keyRing' | 'connect'>,
  of: {
    readonly applicationId: string;
    readonly profile: MendableProfile;
    readonly entry: ProviderEntry & { readonly connection: FormConnection };
  },
  form: URLSearchParams,
): Promise<readonly FormProblem[]> {
  const { applicationId, profile, entry } = of;
  const password = form.get('password') ?? '';
  if (password === '' || password.length > 1_024) return [{ field: 'password', text: 'Type in the password.' }];
  const outcome = await connect({
    applicationId,
    unitId: profile.unitId,
    actorAccountId: null,
    scopes: [],
    provider: profile.provider === 'APPLE' ? 'APPLE' : 'CALDAV',
    serverUrl: serverOf(keyRing, profile, entry),
    username: profile.login,
    password,
    accountId: profile.accountId,
    onlyProfile: profile.id,
  });
  return outcome.connected ? [] : explainFailure(outcome, entry);
}

/** The profile's provider, with a form for its password alone: the rest is known. */
export function formEntryOf(
  profile: Pick<MendableProfile, 'provider'>,
): (ProviderEntry & { readonly connection: FormConnection }) | null {
  const entry = providerOf(profile.provider);
  if (entry?.connection?.kind !== 'form') return null;
  const fields = entry.connection.fields.filter(({ name }) => name === 'password');
  return { ...entry, connection: { ...entry.connection, fields } };
}

/** What of a server's address tells a user whose it is. */
export function hostOf(server: string): string {
  return URL.parse(server)?.host ?? server;
}

/** The address that the user gave then; where the calendars were found, once that is forgotten. */
export function serverOf(
  keyRing: KeyRing,
  profile: MendableProfile,
  entry: { readonly connection: FormConnection },
): string {
  if (profile.credential !== null) {
    const credential = createVault(keyRing).open(profile.id, profile.credential);
    if (credential.kind === 'basic') return credential.serverUrl;
  }
  const fixed = entry.connection.server(emptyValues);
  return profile.homeUrl ?? ('url' in fixed ? fixed.url : '');
}
