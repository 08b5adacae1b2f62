/** A login that a user typed in, tried at its server, and what to tell the user when it fails. */
import { hasControls } from '../../sync/credentials.ts';
import type { ConnectOutcome, ConnectRequest } from '../../sync/inbound/connect.ts';
import type { FormProblem } from './pages.ts';
import type { FormConnection, FormValues, ProviderEntry } from './providers.ts';

/** Proves a login and stores it; nothing is stored of one that does not work. */
export type Connect = (request: ConnectRequest) => Promise<ConnectOutcome>;

/** What is missing or too long, before any server is asked. */
export function checkForm(
  connection: FormConnection,
  form: URLSearchParams,
): {
  readonly values: FormValues;
  readonly problems: readonly FormProblem[];
} {
  const read = (name: string) => form.get(name) ?? '';
  const values: FormValues = {
    server: read('server').trim(),
    username: read('username').trim(),
    password: read('password'),
  };
  const problems: FormProblem[] = [];
  for (const { name, label, maximum } of connection.fields) {
    if (values[name] === '') problems.push({ field: name, text: `${label}: type it in.` });
    else if (values[name].length > maximum) {
      problems.push({ field: name, text: `${label}: at most ${maximum.toLocaleString('en')} characters.` });
    }
  }
  // RFC 7617 §2: a colon would end the user name inside the header.
  if (values.username.includes(':')) problems.push({ field: 'username', text: 'A user name has no colon in it.' });
  for (const name of ['username', 'password'] as const) {
    if (hasControls(values[name])) problems.push({ field: name, text: 'Line ends and the like have no place here.' });
  }
  if (problems.length === 0) {
    const server = connection.server(values);
    if ('wrong' in server) problems.push({ field: 'server', text: server.wrong });
  }
  return { values, problems };
}

/** What a user can do about a login that did not work. */
export function explainFailure(
  outcome: Extract<ConnectOutcome, { connected: false }>,
  { provider, connection }: Pick<ProviderEntry, 'provider'> & { readonly connection: FormConnection },
): readonly FormProblem[] {
  const field = (name: 'server' | 'username') => (connection.fields.some((known) => known.name === name) ? name : null);
  return outcome.userErrors.map(({ code }): FormProblem => {
    switch (code) {
      case 'CREDENTIALS_REJECTED':
        return {
          field: 'password',
          text:
            provider === 'APPLE'
              ? 'Apple did not accept this. Make an app-specific password and type that in, not the password of your Apple Account; and see whether the e-mail address is right.'
              : 'The server did not accept this user name and password. If you sign in there with a second factor, make an app password there and type that in.',
        };
      case 'PROVIDER_UNREACHABLE':
        return {
          field: field('server'),
          text: 'The server does not answer. See whether the address is right, or try again in a few minutes.',
        };
      case 'NOT_FOUND':
        return {
          field: null,
          text: 'The account that this was to be added to is not there any more. Go back to the application and begin again.',
        };
      default:
        return {
          field: field('server'),
          text: 'There is a server, but it shows no calendars at this address. Your provider’s help says which address is for CalDAV.',
        };
    }
  });
}
