/** Requests as oidc-provider is given them: only what this server knows, and no header that says where it stands. */
import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { readScopeParameter } from '../scopes.ts';

/** The mode in which redirect.ts answers. */
export const responseMode = 'meridian';

/** An authorisation request's parameters; others are ignored (RFC 6749 §3.1). Those of RFC 9101 are refused by name. */
const authorizationParameters = new Set([
  'response_type',
  'client_id',
  'redirect_uri',
  'scope',
  'state',
  'code_challenge',
  'code_challenge_method',
  'response_mode',
  'request',
  'request_uri',
  'link_token',
  'avoid_linking',
  'provider_name',
]);

/**
 * Rewrites an authorisation request's query, without its `?`. `state` travels in base64url of what came: only its bytes count,
 * whatever they are, and they go back as they came (redirect.ts).
 */
export function authorizationQuery(raw: string): string {
  const pairs = raw.split('&').flatMap((part): [string, string][] => {
    const equals = part.indexOf('=');
    const name = decode(equals < 0 ? part : part.slice(0, equals));
    const value = equals < 0 ? '' : part.slice(equals + 1);
    if (value === '' || !authorizationParameters.has(name)) return [];
    if (name === 'state') return [['state', Buffer.from(value, 'latin1').toString('base64url')]];
    if (name === 'response_mode') return [['asked_response_mode', decode(value)]];
    // oidc-provider forgets names that it does not know: the request is checked by what was asked.
    if (name === 'scope')
      return [
        ['asked_scope', decode(value)],
        ['scope', readScopeParameter(decode(value))?.join(' ') ?? ''],
      ];
    return [[name, decode(value)]];
  });
  return new URLSearchParams([...pairs, ['response_mode', responseMode]]).toString();
}

/** The state's bytes again, spelt as they came, so far as a header may hold them. */
export function stateAsItCame(state: string): string {
  const raw = Buffer.from(state, 'base64url').toString('latin1');
  return raw.replace(
    /[^A-Za-z0-9\-._~!$'()*+,;=:@/?%]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`,
  );
}

function decode(text: string): string {
  const spaced = text.replaceAll('+', ' ');
  try {
    return decodeURIComponent(spaced);
  } catch {
    // Not UTF-8: no parameter but `state` may be so, and no such value matches anything.
    return spaced;
  }
}

/** One that cannot be read. */
export class UnreadableForm extends Error {
  readonly status: number;

  constructor(message: string, status = 400) {
    super(message);
    this.name = 'UnreadableForm';
    this.status = status;
  }
}

const formLimit = 32 * 1024;

/** Reads a token request's parameters: a form (RFC 6749 §4.1.3), or the JSON object that older clients send. @throws UnreadableForm */
export async function readForm(request: IncomingMessage): Promise<URLSearchParams> {
  const type = (request.headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
  if (type !== 'application/x-www-form-urlencoded' && type !== 'application/json') {
    throw new UnreadableForm(
      'expected content-type application/x-www-form-urlencoded or application/json, got another',
    );
  }
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    size += part.length;
    if (size > formLimit) throw new UnreadableForm(`expected at most ${formLimit} bytes, got more`, 413);
    parts.push(part);
  }
  const text = Buffer.concat(parts).toString('utf8');
  const form = type === 'application/json' ? formOfJson(text) : new URLSearchParams(text);
  const scopes = form.getAll('scope');
  if (scopes.length === 1) form.set('scope', readScopeParameter(scopes[0] ?? '')?.join(' ') ?? scopes[0] ?? '');
  return form;
}

function formOfJson(text: string): URLSearchParams {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    throw new UnreadableForm('expected a JSON object, got something else');
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) {
    throw new UnreadableForm('expected a JSON object, got something else');
  }
  const form = new URLSearchParams();
  for (const [name, value] of Object.entries(parsed)) {
    if (typeof value === 'string') form.append(name, value);
    // Such as Cronofy's request_pii_erasure, which nothing here reads.
    else if (typeof value === 'object' && value !== null) {
      throw new UnreadableForm('expected texts as the members of the JSON object, got something else');
    }
  }
  return form;
}

/** The request once more, with this form as its body. */
export function withForm(request: IncomingMessage, form: URLSearchParams): IncomingMessage {
  const body = Buffer.from(form.toString());
  const { authorization } = request.headers;
  return Object.assign(Readable.from([body]), {
    method: request.method,
    url: request.url,
    httpVersion: request.httpVersion,
    httpVersionMajor: request.httpVersionMajor,
    httpVersionMinor: request.httpVersionMinor,
    socket: request.socket,
    headers: {
      accept: 'application/json',
      'content-type': 'application/x-www-form-urlencoded',
      'content-length': String(body.length),
      ...(authorization === undefined ? {} : { authorization }),
    },
  }) as unknown as IncomingMessage;
}

/** Says where this server stands by its own configuration; what the sender said of it is not believed. */
export function placed(request: IncomingMessage, publicUrl: URL): IncomingMessage {
  const { headers } = request;
  for (const name of Object.keys(headers)) if (name.startsWith('x-forwarded-')) delete headers[name];
  headers['x-forwarded-proto'] = publicUrl.protocol.slice(0, -1);
  headers['x-forwarded-host'] = publicUrl.host;
  return request;
}
