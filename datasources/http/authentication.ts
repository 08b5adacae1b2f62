/** Basic (RFC 7617) and Digest (RFC 7616), as far as calendar servers use them. */
import { createHash, randomBytes } from 'node:crypto';

export interface Login {
  readonly username: string;
  readonly password: string;
}

/** What a server asked for; kept between requests so that the next one needs no second try. */
export type Challenge =
  | { readonly scheme: 'basic' }
  | {
      readonly scheme: 'digest';
      readonly realm: string;
      readonly nonce: string;
      readonly opaque: string | null;
      readonly algorithm: 'MD5' | 'SHA-256';
      readonly session: boolean;
      readonly authQop: boolean;
      /** How often the nonce was used. */
      uses: number;
    };

/**
 * The value of the Authorization header. `target` is the request's path and query; `own` the client's nonce, random but
 * in tests.
 */
export function authorization(
  challenge: Challenge,
  login: Login,
  method: string,
  target: string,
  own: string = randomBytes(16).toString('hex'),
): string {
  if (challenge.scheme === 'basic') {
    return `Basic ${Buffer.from(`${login.username}:${login.password}`, 'utf8').toString('base64')}`;
  }
  const name = challenge.algorithm === 'MD5' ? 'md5' : 'sha256';
  const hash = (text: string): string => createHash(name).update(text, 'utf8').digest('hex');
  challenge.uses += 1;
  const count = challenge.uses.toString(16).padStart(8, '0');
  const plain = hash(`${login.username}:${challenge.realm}:${login.password}`);
  const first = challenge.session ? hash(`${plain}:${challenge.nonce}:${own}`) : plain;
  const second = hash(`${method}:${target}`);
  const response = challenge.authQop
    ? hash(`${first}:${challenge.nonce}:${count}:${own}:auth:${second}`)
    : hash(`${first}:${challenge.nonce}:${second}`);
  const fields = [
    `username=${quoted(login.username)}`,
    `realm=${quoted(challenge.realm)}`,
    `nonce=${quoted(challenge.nonce)}`,
    `uri=${quoted(target)}`,
    `response="${response}"`,
    `algorithm=${challenge.algorithm}${challenge.session ? '-sess' : ''}`,
  ];
  if (challenge.opaque !== null) fields.push(`opaque=${quoted(challenge.opaque)}`);
  if (challenge.authQop) fields.push('qop=auth', `nc=${count}`, `cnonce="${own}"`);
  else if (challenge.session) fields.push(`cnonce="${own}"`);
  return `Digest ${fields.join(', ')}`;
}

/** The strongest challenge of a WWW-Authenticate header that we can answer; null when there is none. */
export function readChallenge(header: string | null): Challenge | null {
  if (header === null || header.length > 8192) return null;
  let best: Challenge | null = null;
  for (const { scheme, parameters } of challengesOf(header)) {
    const found =
      scheme === 'digest' ? digestOf(parameters) : scheme === 'basic' ? ({ scheme: 'basic' } as const) : null;
    if (found !== null && strength(found) > strength(best)) best = found;
  }
  return best;
}

function strength(challenge: Challenge | null): number {
  if (challenge === null) return 0;
  if (challenge.scheme === 'basic') return 1;
  return challenge.algorithm === 'MD5' ? 2 : 3;
}

function digestOf(parameters: ReadonlyMap<string, string>): Challenge | null {
  const algorithm = /^(MD5|SHA-256)(-sess)?$/i.exec(parameters.get('algorithm') ?? 'MD5');
  const realm = parameters.get('realm');
  const nonce = parameters.get('nonce');
  const qop = parameters
    .get('qop')
    ?.split(',')
    .map((value) => value.trim().toLowerCase());
  if (algorithm === null || realm === undefined || nonce === undefined || (qop && !qop.includes('auth'))) return null;
  return {
    scheme: 'digest',
    realm,
    nonce,
    opaque: parameters.get('opaque') ?? null,
    algorithm: algorithm[1]?.toUpperCase() === 'MD5' ? 'MD5' : 'SHA-256',
    session: algorithm[2] !== undefined,
    authQop: qop !== undefined,
    uses: 0,
  };
}

/** RFC 9110 §11.6.1: schemes and their parameters share the comma, so a token without `=` begins a new challenge. */
function challengesOf(header: string): { scheme: string; parameters: Map<string, string> }[] {
  const found: { scheme: string; parameters: Map<string, string> }[] = [];
  const token = /\s*,?\s*([A-Za-z0-9!#$%&'*+.^_`|~-]+)(?:\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+)))?/y;
  for (let match = token.exec(header); match !== null; match = token.exec(header)) {
    const [, name = '', inQuotes, bare] = match;
    const value = inQuotes?.replace(/\\(.)/g, '$1') ?? bare;
    if (value === undefined) found.push({ scheme: name.toLowerCase(), parameters: new Map() });
    else found.at(-1)?.parameters.set(name.toLowerCase(), value);
  }
  return found;
}

function quoted(text: string): string {
  return `"${text.replace(/["\\]/g, '\\$&')}"`;
}
