/** UNRESTRICTED permission: asked for by an application, granted by the user on `/connect/permission/<token>`. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { KeyRing } from '../../datasources/secrets/key-ring.ts';
import { hashToken, newToken } from '../../datasources/secrets/tokens.ts';
import { audit } from '../../datasources/store/audit.ts';
import { findCalendars } from '../../datasources/store/calendars.ts';
import {
  findMendableProfile,
  findPermissionRequest,
  grantUnrestricted,
  insertPermissionRequest,
  usePermissionRequest,
} from '../../datasources/store/consent.ts';
import { type QueryCounter, type Store, tenantOf } from '../../datasources/store/store.ts';
import type { Actor } from '../../domain/actor.ts';
import type { UserError } from '../../domain/errors.ts';
import { grantRefusal } from '../../domain/grants.ts';
import type { Connect } from './attempt.ts';
import { guardForm, isGuarded } from './csrf.ts';
import { readForm, sendBack, sendPage } from './exchange.ts';
import { emptyValues, type FormProblem, permissionPage, plainPage } from './pages.ts';
import { formEntryOf, hostOf, serverOf, tryPassword } from './relink.ts';

export interface PermissionDependencies {
  readonly store: Store;
  readonly keyRing: KeyRing;
  readonly connect: Connect;
  readonly secure: () => boolean;
}

export interface PermissionRequestDependencies {
  readonly store: Store;
  readonly publicUrl: () => URL;
  /** What is wrong with where an application wants its user sent back to; null when nothing is. */
  readonly redirectProblem: (applicationId: string, redirectUri: string) => Promise<string | null>;
}

export interface PermissionAnswer {
  /** Where the user decides; null when there is nothing to be asked. */
  readonly url: string | null;
  readonly calendarIds: readonly string[] | null;
  readonly userErrors: readonly UserError[];
}

/** Calendars of one request. */
const mostCalendars = 100;

/** requestCalendarPermission: of calendars of one account; those that are UNRESTRICTED already need no question. */
export async function requestPermission(
  { store, publicUrl, redirectProblem }: PermissionRequestDependencies,
  actor: Actor,
  input: { readonly calendarIds: readonly string[]; readonly redirectUri: string },
  counter: QueryCounter,
): Promise<PermissionAnswer> {
  const tenant = tenantOf(actor);
  const refused = (...userErrors: UserError[]): PermissionAnswer => ({ url: null, calendarIds: null, userErrors });
  const ids = [...new Set(input.calendarIds)];
  if (ids.length === 0 || ids.length > mostCalendars) {
    const message = `Expected 1 to ${mostCalendars} calendars, got ${ids.length}`;
    return refused({ path: ['calendarIds'], code: ids.length === 0 ? 'REQUIRED' : 'LIMIT_EXCEEDED', message });
  }
  const found = await store.withApplication(tenant, (tx) => findCalendars(tx, tenant, ids), counter);
  const errors = input.calendarIds.flatMap((id, index): UserError[] => {
    const calendar = found.find((candidate) => candidate.id === id);
    const path = ['calendarIds', `${index}`];
    if (calendar === undefined || calendar.deleted) {
      return [
        { path, code: 'NOT_FOUND', message: 'Expected a calendar that this credential may see, got an unknown id' },
      ];
    }
    const refusal = grantRefusal(actor, calendar.grantScopes, 'create_event', path);
    if (refusal !== null) return [refusal];
    return calendar.readOnly ? [{ path, code: 'READ_ONLY', message: 'The calendar cannot be written to' }] : [];
  });
  if (new Set(found.map(({ profileId }) => profileId)).size > 1) {
    errors.push({ path: ['calendarIds'], code: 'INVALID', message: 'Expected calendars of one profile, got several' });
  }
  const wrong = await redirectProblem(actor.applicationId, input.redirectUri);
  if (wrong !== null) errors.push({ path: ['redirectUri'], code: 'INVALID', message: wrong });
  if (errors.length > 0) return refused(...errors);
  const open = found.filter(({ permission }) => permission !== 'UNRESTRICTED');
  const [first] = open;
  if (first === undefined) return { url: null, calendarIds: ids, userErrors: [] };
  const token = newToken('mcr');
  await store.asWorker((tx) =>
    insertPermissionRequest(tx, {
      tokenHash: hashToken(token),
      applicationId: actor.applicationId,
      accountId: first.accountId,
      profileId: first.profileId,
      calendarIds: open.map(({ id }) => id),
      redirectUri: input.redirectUri,
    }),
  );
  return { url: new URL(`/connect/permission/${token}`, publicUrl()).href, calendarIds: ids, userErrors: [] };
}

const gone = plainPage(
  'This question is answered already, or its time is over',
  'Go back to the application; it can ask you again.',
  true,
);
const repeat = plainPage('This form was not sent from here', 'Go back, load the page anew, and try again.', true);

/** Answers `/connect/permission/<token>`. Who allows it proves to be the user: an application that has the address could not. */
export async function answerPermission(
  dependencies: PermissionDependencies,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { store, keyRing } = dependencies;
  const path = (request.url ?? '').split('?')[0] ?? '';
  const tokenHash = hashToken(path.slice('/connect/permission/'.length));
  const asked = await store.asWorker((tx) => findPermissionRequest(tx, tokenHash));
  const profile =
    asked === null ? null : await store.asWorker((tx) => findMendableProfile(tx, asked.profileId, asked.applicationId));
  const entry = profile === null ? null : formEntryOf(profile);
  if (asked === null || profile === null || entry === null) return sendPage(response, 404, gone);
  const guard = guardForm(keyRing, request.headers.cookie, path, { secure: dependencies.secure() });
  const back = new URL(asked.redirectUri);
  const show = (status: number, problems: readonly FormProblem[]) => {
    const shown = {
      application: asked.application,
      login: profile.login,
      calendars: asked.calendars,
      redirectHost: back.host,
      server: hostOf(serverOf(keyRing, profile, entry)),
    };
    const state = { values: emptyValues, problems, token: guard.token };
    sendPage(response, status, permissionPage(shown, entry.connection, path, state), guard.cookie);
  };
  if (request.method === 'GET') return show(200, []);
  const form = await readForm(request);
  if (!isGuarded(keyRing, request.headers.cookie, path, form.get('token') ?? '')) {
    return sendPage(response, 403, repeat, guard.cookie);
  }
  if (form.get('answer') === 'deny') {
    const first = await store.asWorker((tx) => usePermissionRequest(tx, tokenHash));
    if (!first) return sendPage(response, 404, gone);
    back.searchParams.set('error', 'access_denied');
    return sendBack(response, back.href);
  }
  const problems = await tryPassword(dependencies, { applicationId: asked.applicationId, profile, entry }, form);
  if (problems.length > 0) return show(422, problems);
  const granted = await store.asWorker(async (tx) => {
    if (!(await usePermissionRequest(tx, tokenHash))) return false;
    await grantUnrestricted(tx, asked);
    await audit(tx, {
      action: 'permission.granted',
      actor: 'user',
      unitId: profile.unitId,
      applicationId: asked.applicationId,
      subjectId: asked.accountId,
      detail: { calendars: asked.calendars.map(({ id }) => id) },
    });
    return true;
  });
  return granted ? sendBack(response, back.href) : sendPage(response, 404, gone);
}
