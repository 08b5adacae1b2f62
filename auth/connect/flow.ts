/** `/connect/<uid>`: a user decides about an application's request, in the browser that began it. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { KeyRing } from '../../datasources/secrets/key-ring.ts';
import { loginsOf } from '../../datasources/store/consent.ts';
import type { Store } from '../../datasources/store/store.ts';
import type { OAuthServer, PendingAuthorization } from '../oauth/port.ts';
import { type Connect, checkForm, explainFailure } from './attempt.ts';
import { guardForm, isGuarded } from './csrf.ts';
import { readForm, sendPage } from './exchange.ts';
import { choosePage, emptyValues, type FormProblem, plainPage, providerPage } from './pages.ts';
import {
  type FormConnection,
  type FormValues,
  type ProviderEntry,
  providerByName,
  providerBySlug,
} from './providers.ts';

export interface FlowDependencies {
  readonly oauth: Pick<OAuthServer, 'pending' | 'approve' | 'deny'>;
  readonly store: Store;
  readonly keyRing: KeyRing;
  readonly connect: Connect;
  /** Whether browsers reach the service by https. */
  readonly secure: () => boolean;
}

type FormEntry = ProviderEntry & { readonly connection: FormConnection };

export const lostPage = plainPage(
  'This page belongs to another browser, or its time is over',
  'Connecting a calendar has to end in the browser in which it began, within an hour. Go back to the application and begin again.',
  true,
);

const repeatPage = plainPage(
  'This form was not sent from here',
  'Go back, load the page anew, and try again. If it happens again, let your browser keep cookies of this site for as long as you connect.',
  true,
);

/** Answers `/connect/<uid>`, `/connect/<uid>/choose`, `/connect/<uid>/deny` and `/connect/<uid>/<provider>`. */
export async function answerFlow(
  dependencies: FlowDependencies,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const [, , uid = '', step = '', ...rest] = ((request.url ?? '').split('?')[0] ?? '').split('/');
  const pending = rest.length > 0 ? null : await dependencies.oauth.pending(request, response);
  if (pending === null || pending.uid !== uid) return sendPage(response, 400, lostPage);
  const { linkAccountId } = pending;
  const addedTo =
    linkAccountId === null ? null : await dependencies.store.asWorker((tx) => loginsOf(tx, linkAccountId));
  const asking = { ...pending, addedTo };
  const base = `/connect/${uid}`;
  const guard = guardForm(dependencies.keyRing, request.headers.cookie, base, { secure: dependencies.secure() });
  const notFound = () =>
    sendPage(response, 404, plainPage('There is no such page', 'Go back and pick a provider.', true));

  if (request.method === 'GET') {
    if (step === '' || step === 'choose') {
      // Who picks another one than the application named is asked which.
      const named = step === 'choose' ? null : formEntry(providerByName(pending.providerName));
      const document =
        named === null
          ? choosePage(asking, base, guard.token)
          : providerPage(asking, named, base, { values: emptyValues, problems: [], token: guard.token });
      return sendPage(response, 200, document, guard.cookie);
    }
    const entry = formEntry(providerBySlug(step));
    if (entry === null) return notFound();
    const state = { values: emptyValues, problems: [], token: guard.token };
    return sendPage(response, 200, providerPage(asking, entry, base, state), guard.cookie);
  }

  const form = await readForm(request);
  if (!isGuarded(dependencies.keyRing, request.headers.cookie, base, form.get('token') ?? '')) {
    return sendPage(response, 403, repeatPage, guard.cookie);
  }
  if (step === 'deny') return dependencies.oauth.deny(request, response);
  const entry = formEntry(providerBySlug(step));
  if (entry === null) return notFound();
  const again = (values: FormValues, problems: readonly FormProblem[]) =>
    sendPage(response, 422, providerPage(asking, entry, base, { values, problems, token: guard.token }));
  const { values, problems } = checkForm(entry.connection, form);
  if (problems.length > 0) return again(values, problems);
  const outcome = await connectAs(dependencies, pending, entry, values);
  if (!outcome.connected) return again(values, explainFailure(outcome, entry));
  const { accountId, profileId } = outcome;
  return dependencies.oauth.approve(request, response, { accountId, profileId, scopes: pending.scopes });
}

function formEntry(entry: ProviderEntry | null): FormEntry | null {
  return entry?.connection?.kind === 'form' ? { ...entry, connection: entry.connection } : null;
}

function connectAs(
  { connect }: FlowDependencies,
  { application, scopes, linkAccountId }: PendingAuthorization,
  { provider, connection }: FormEntry,
  values: FormValues,
) {
  const server = connection.server(values);
  if ('wrong' in server) throw new Error('a form was to be checked first');
  return connect({
    applicationId: application.id,
    unitId: application.unitId,
    actorAccountId: null,
    scopes,
    consented: true,
    // More than its own events an application asks for by itself, calendar by calendar.
    permission: 'SANDBOX',
    provider: provider === 'APPLE' ? 'APPLE' : 'CALDAV',
    serverUrl: server.url,
    username: values.username,
    password: values.password,
    accountId: linkAccountId,
  });
}
