/** The providers that a user can pick from: one entry each. A provider that comes later is one entry more. */
import type { ProviderName } from '../../datasources/providers/connector.ts';
import { type Html, html } from './html.ts';

/** One line of a provider's form. */
export interface FormField {
  readonly name: 'server' | 'username' | 'password';
  readonly label: string;
  readonly hint: Html | null;
  readonly type: 'text' | 'email' | 'url' | 'password';
  /** What a browser may fill in (HTML, autocomplete). */
  readonly autocomplete: string;
  readonly maximum: number;
}

export type FormValues = Readonly<Record<FormField['name'], string>>;

/** A login that the user types in here. */
export interface FormConnection {
  readonly kind: 'form';
  /** What the user has to know first. */
  readonly advice: Html;
  readonly fields: readonly FormField[];
  /** The server that the login is for, or what is wrong with what was typed in. */
  server(values: FormValues): { readonly url: string } | { readonly wrong: string };
}

/** A consent at the provider's own pages, to which the browser is sent and from which it comes back. */
export interface RedirectConnection {
  readonly kind: 'redirect';
  /** Where the browser goes. `state` comes back with it, unaltered, to `/connect/<uid>/<slug>/callback`. */
  begin(state: string): Promise<URL>;
}

export interface ProviderEntry {
  /** In addresses, and what `provider_name` of an authorisation request may say. */
  readonly slug: string;
  readonly names: readonly string[];
  readonly provider: ProviderName;
  readonly title: string;
  /** Null: the operator has not configured it yet. */
  readonly connection: FormConnection | RedirectConnection | null;
}

const password = { name: 'password', type: 'password', autocomplete: 'current-password', maximum: 1_024 } as const;

const apple: FormConnection = {
  kind: 'form',
  advice: html`<p>Apple lets other programs in with an <strong>app-specific password</strong> only, never with your own one:</p>
<ol>
<li>Sign in at <a href="https://account.apple.com/account/manage" target="_blank" rel="noopener noreferrer">account.apple.com (opens in a new tab)</a>.</li>
<li>Under “Sign-In and Security” choose “App-Specific Passwords” and make one.</li>
<li>Type it in below, with its hyphens.</li>
</ol>
<p class="note">Such a password opens everything of your iCloud account that is not locked otherwise, mail and contacts among it: Apple has none for calendars alone. It is kept encrypted here, used for your calendars only, and you can take it back at the same place at any time.</p>`,
  fields: [
    {
      name: 'username',
      label: 'Apple Account e-mail address',
      hint: null,
      type: 'email',
      autocomplete: 'username',
      maximum: 255,
    },
    {
      ...password,
      label: 'App-specific password',
      hint: html`Four groups of four letters: <code>abcd-efgh-ijkl-mnop</code>.`,
    },
  ],
  server: () => ({ url: 'https://caldav.icloud.com/' }),
};

const caldav: FormConnection = {
  kind: 'form',
  advice: html`<p>Nextcloud, Fastmail, mailbox.org, Zoho, Yahoo and many others speak CalDAV. Where your provider offers app passwords, make one for this and use it instead of your own.</p>`,
  fields: [
    {
      name: 'server',
      label: 'Server address',
      hint: html`As your provider’s help says it, such as <code>https://cloud.example.com/remote.php/dav</code>.`,
      type: 'text',
      autocomplete: 'url',
      maximum: 2_048,
    },
    { name: 'username', label: 'User name', hint: null, type: 'text', autocomplete: 'username', maximum: 255 },
    { ...password, label: 'Password', hint: null },
  ],
  server({ server }) {
    const text = server.trim();
    const withScheme = /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `https://${text}`;
    const wrong = 'Type in an address such as https://cloud.example.com, without a user name or password in it.';
    if (text === '' || !URL.canParse(withScheme)) return { wrong };
    const url = new URL(withScheme);
    const isPlain = url.username === '' && url.password === '' && url.hostname !== '';
    return isPlain && (url.protocol === 'https:' || url.protocol === 'http:') ? { url: url.href } : { wrong };
  },
};

/** In the order in which they are offered. */
export const providers: readonly ProviderEntry[] = [
  { slug: 'google', names: ['google'], provider: 'GOOGLE', title: 'Google Calendar', connection: null },
  {
    slug: 'microsoft',
    names: ['office365', 'microsoft_365', 'microsoft'],
    provider: 'MICROSOFT_365',
    title: 'Microsoft 365',
    connection: null,
  },
  {
    slug: 'outlook',
    names: ['live_connect', 'outlook_com', 'outlook'],
    provider: 'OUTLOOK_COM',
    title: 'Outlook.com',
    connection: null,
  },
  { slug: 'exchange', names: ['exchange'], provider: 'EXCHANGE', title: 'Exchange', connection: null },
  { slug: 'apple', names: ['apple', 'icloud'], provider: 'APPLE', title: 'Apple iCloud', connection: apple },
  { slug: 'caldav', names: ['caldav'], provider: 'CALDAV', title: 'Another calendar (CalDAV)', connection: caldav },
];

export function providerBySlug(slug: string): ProviderEntry | null {
  return providers.find((entry) => entry.slug === slug) ?? null;
}

/** The provider that an application named; null for a name that is none, and then the user picks. */
export function providerByName(name: string | null): ProviderEntry | null {
  return name === null ? null : (providers.find(({ names }) => names.includes(name.toLowerCase())) ?? null);
}

export function providerOf(provider: ProviderName): ProviderEntry | null {
  return providers.find((entry) => entry.provider === provider) ?? null;
}
