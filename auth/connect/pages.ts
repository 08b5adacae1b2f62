/** The pages' words: which provider, its form, the end. */
import type { CalendarRecord } from '../../datasources/store/records.ts';
import type { PendingAuthorization } from '../oauth/port.ts';
import { type Html, html, page } from './html.ts';
import type { FormConnection, FormField, FormValues, ProviderEntry } from './providers.ts';
import { providers } from './providers.ts';
import { scopeTexts } from './scope-texts.ts';

/** What is wrong with what was typed in: of a field, or of the whole (null). */
export interface FormProblem {
  readonly field: FormField['name'] | null;
  readonly text: string;
}

export interface FormState {
  /** Never with the password: that is typed in anew. */
  readonly values: FormValues;
  readonly problems: readonly FormProblem[];
  /** The hidden field. */
  readonly token: string;
}

export const emptyValues: FormValues = { server: '', username: '', password: '' };

/** What is asked for, and for whom. */
export interface Asking extends PendingAuthorization {
  /** The logins of the account that what is connected is added to; null when it gets an account of its own. */
  readonly addedTo: readonly string[] | null;
}

/** The first page: who asks for what, and which provider it is to be. */
export function choosePage(pending: Asking, base: string, token: string): string {
  const choices = providers.map(({ slug, title, connection }) =>
    connection === null
      ? html`<li><span>${title} (not configured by the people who run this service yet)</span></li>\n`
      : html`<li><a class="button" href="${base}/${slug}">${title}</a></li>\n`,
  );
  return page(
    `Connect your calendar to ${pending.application.name}`,
    html`${asked(pending)}
<h2>Where is your calendar?</h2>
<ul class="choices">
${choices}</ul>
${denial(base, token)}`,
  );
}

/** A provider's own page: what it needs, and the consent in the same act. */
export function providerPage(
  pending: Asking,
  entry: ProviderEntry & { readonly connection: FormConnection },
  base: string,
  state: FormState,
): string {
  const title = `Connect ${entry.title} to ${pending.application.name}`;
  return page(
    title,
    html`${summary(state.problems)}${asked(pending)}
${entry.connection.advice}
<form method="post" action="${base}/${entry.slug}" autocomplete="on">
<input type="hidden" name="token" value="${state.token}">
${fieldsOf(entry.connection.fields, state)}
<div class="acts"><button class="act" type="submit">Allow and connect</button></div>
</form>
<p><a href="${base}/choose">Pick another provider</a></p>
${denial(base, state.token)}`,
    { isError: state.problems.length > 0 },
  );
}

/** Mending a connection that broke: the same login, typed in again. */
export function relinkPage(
  profile: {
    readonly title: string;
    readonly login: string;
    readonly remedy: string | null;
    readonly server: string;
  },
  connection: FormConnection,
  action: string,
  state: FormState,
): string {
  return page(
    `Reconnect ${profile.title}`,
    html`${summary(state.problems)}
<p>The calendars of <strong>${profile.login}</strong> cannot be reached with the password that was typed in before${profile.remedy === null ? '.' : html`: ${profile.remedy}`}</p>
<p>Type in the current one, and everything goes on where it stopped. Nothing has to be set up anew.</p>
${destination(profile.server)}
${connection.advice}
<form method="post" action="${action}" autocomplete="on">
<input type="hidden" name="token" value="${state.token}">
<input type="hidden" name="username" value="${profile.login}" autocomplete="username">
${fieldsOf(connection.fields, state)}
<div class="acts"><button class="act" type="submit">Reconnect</button></div>
</form>`,
    { isError: state.problems.length > 0 },
  );
}

/** More than its own events: asked of the user, who proves to be the user. */
export function permissionPage(
  asking: {
    readonly application: string;
    readonly login: string;
    readonly calendars: readonly Pick<CalendarRecord, 'name'>[];
    readonly redirectHost: string;
    readonly server: string;
  },
  connection: FormConnection,
  action: string,
  state: FormState,
): string {
  return page(
    `Let ${asking.application} change your calendars`,
    html`${summary(state.problems)}
<p>Until now <strong>${asking.application}</strong> may change only events that it added itself. It asks to change and delete <strong>every event</strong> of:</p>
<ul>${asking.calendars.map(({ name }) => html`<li>${name}</li>\n`)}</ul>
<p>To show that it is you who allows it, type in the password with which <strong>${asking.login}</strong> was connected.</p>
${destination(asking.server)}
<form method="post" action="${action}" autocomplete="on">
<input type="hidden" name="token" value="${state.token}">
<input type="hidden" name="username" value="${asking.login}" autocomplete="username">
${fieldsOf(connection.fields, state)}
<div class="acts"><button class="act" type="submit" name="answer" value="allow">Allow</button></div>
</form>
<form method="post" action="${action}">
<input type="hidden" name="token" value="${state.token}">
<div class="acts"><button class="quiet" type="submit" name="answer" value="deny">Do not allow, and go back to ${asking.redirectHost}</button></div>
</form>`,
    { isError: state.problems.length > 0 },
  );
}

/** A page that only says something. */
export function plainPage(title: string, text: string, isError: boolean): string {
  return page(title, html`<p>${text}</p>`, { isError });
}

function asked({ application, redirectUri, scopes, addedTo }: Asking): Html {
  const { host } = new URL(redirectUri);
  const inDevelopment =
    application.mode === 'DEVELOPMENT' &&
    html`<p class="note">This application is in development: nobody has looked at it. Afterwards you go to <strong>${host}</strong>. If you do not know that place, stop here.</p>`;
  // Whoever sent the user here could have begun it for an account of his own.
  const another =
    addedTo !== null &&
    html`<p class="note">What you connect here is added to an account that is there already${addedTo.length > 0 && html`, with the calendars of <strong>${addedTo.join(', ')}</strong>`}: whoever uses that account in ${application.name} sees your calendars too. If it is not yours, stop here.</p>`;
  return html`${inDevelopment}${another}
<p><strong>${application.name}</strong> asks for leave to:</p>
<ul>
${scopeTexts(scopes).map((text) => html`<li>${text}</li>\n`)}</ul>
<p class="soft">You can take it back at any time.</p>`;
}

/** Whoever connected a calendar has named its server: the user looks whether it is his. */
function destination(server: string): Html {
  return html`<p class="note">Your password is sent to <strong>${server}</strong> and nowhere else. If your calendars are not there, stop here.</p>`;
}

function denial(base: string, token: string): Html {
  return html`<form method="post" action="${base}/deny">
<input type="hidden" name="token" value="${token}">
<div class="acts"><button class="quiet" type="submit">Do not connect, and go back</button></div>
</form>`;
}

function summary(problems: readonly FormProblem[]): Html | null {
  if (problems.length === 0) return null;
  return html`<div class="wrong" role="alert" id="problems"><h2>That did not work</h2>
<ul>${problems.map(({ field, text }) => (field === null ? html`<li>${text}</li>` : html`<li><a href="#${field}">${text}</a></li>`))}</ul></div>
`;
}

function fieldsOf(fields: readonly FormField[], { values, problems }: FormState): Html[] {
  const wrongOf = (name: string) => problems.find(({ field }) => field === name) ?? null;
  // A reader begins where something has to be mended, else at the first field.
  const begins = fields.find(({ name }) => wrongOf(name) !== null) ?? fields[0];
  return fields.map((field) => {
    const wrong = wrongOf(field.name);
    const described = [field.hint === null ? null : `${field.name}-hint`, wrong === null ? null : `${field.name}-wrong`]
      .filter((id) => id !== null)
      .join(' ');
    const value = field.type === 'password' ? '' : values[field.name];
    return html`<label for="${field.name}">${field.label}</label>
${field.hint === null ? null : html`<p class="hint" id="${field.name}-hint">${field.hint}</p>`}${wrong === null ? null : html`<p class="field-wrong" id="${field.name}-wrong">${wrong.text}</p>`}
<input id="${field.name}" name="${field.name}" type="${field.type}" value="${value}" required maxlength="${field.maximum}" autocomplete="${field.autocomplete}" autocapitalize="none" spellcheck="false"${
      described === '' ? null : html` aria-describedby="${described}"`
    }${wrong === null ? null : html` aria-invalid="true"`}${field === begins ? html` autofocus` : null}>
`;
  });
}
