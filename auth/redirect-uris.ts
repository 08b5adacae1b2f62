/** Where users may be sent back to (RFC 6749 §3.1.2, RFC 9700 §4.1.3). */
import { getDomain } from 'tldts';

/** As long as browsers and proxies take without trouble. */
const longest = 2_000;
const loopback = new Set(['localhost', '127.0.0.1', '[::1]']);
const label = '[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?';
const hostName = new RegExp(`^${label}(?:\\.${label})*$`);

/** What is wrong with an address that a user may be sent to in development; null when nothing is. */
export function redirectUriProblem(uri: string): string | null {
  if (uri.length > longest) return `expected at most ${longest} characters, got ${uri.length}`;
  if (!/^[\x21-\x7e]+$/.test(uri)) return 'expected visible ASCII characters, others percent-encoded';
  if (uri.includes('#')) return 'expected no fragment, got one behind #';
  if (uri.includes('\\')) return 'expected no backslash, got one';
  const url = URL.parse(uri);
  if (url === null) return 'expected an absolute address such as https://app.example.com/callback';
  if (url.protocol !== 'https:' && url.protocol !== 'http:') {
    return `expected https, got ${url.protocol.slice(0, 40)} (the schemes of mobile apps are not supported: use an https address that opens the app)`;
  }
  if (!/^https?:\/\/[^/]/.test(uri)) return 'expected an address that begins with https://, in lower case';
  if (url.username !== '' || url.password !== '' || /^https?:\/\/[^/?]*@/.test(uri)) {
    return 'expected no user name and no password, got one';
  }
  return null;
}

/**
 * What is wrong with an address that is to be registered; null when nothing is. `https://*.example.com/path` stands for exactly
 * one label in the place of `*`: as a certificate's wildcard does (RFC 6125 §6.4.3), not for several.
 */
export function registrationProblem(uri: string): string | null {
  const problem = redirectUriProblem(uri);
  if (problem !== null) return problem;
  const wildcard = /^https:\/\/\*\.([^/?*]+)(?=[/?]|$)/.exec(uri);
  const plain = wildcard === null ? uri : uri.replace('*.', '');
  if (plain.includes('*'))
    return 'expected * only as the first label of the host of an https address, got it elsewhere';
  const url = new URL(plain);
  if (url.href !== plain && url.href !== `${plain}/`) {
    return `expected the address as a browser writes it, ${url.href}, got another spelling`;
  }
  if (url.protocol === 'http:' && !loopback.has(url.hostname)) {
    return 'expected https, got http for a host that is not this machine itself';
  }
  if (wildcard === null) return null;
  if (!hostName.test(url.hostname)) {
    return 'expected a host name behind *., got something else';
  }
  // Private suffixes such as github.io too: everybody may have a name below them.
  if (getDomain(url.hostname, { allowPrivateDomains: true }) === null) {
    return `expected a domain of one's own behind *., got the public suffix ${url.hostname}`;
  }
  return null;
}

/** Whether one of the registered addresses, which are well-formed, covers this one: to the letter, but for a wildcard's label. */
export function isRegistered(uri: string, registered: readonly string[]): boolean {
  return registered.some((pattern) =>
    pattern.startsWith(`${wildcardStart}.`) ? coversSubdomain(pattern, uri) : pattern === uri,
  );
}

const wildcardStart = 'https://*';

function coversSubdomain(pattern: string, uri: string): boolean {
  const rest = pattern.slice(wildcardStart.length);
  if (!uri.startsWith('https://') || !uri.endsWith(rest)) return false;
  const first = uri.slice('https://'.length, uri.length - rest.length);
  return new RegExp(`^${label}$`).test(first);
}

export interface RedirectRules {
  readonly mode: 'DEVELOPMENT' | 'PRODUCTION';
  readonly redirectUris: readonly string[];
}

/**
 * Whether an application's user may be sent there. An application in DEVELOPMENT may name any address, but only where the
 * service itself is in development: in production it has none.
 */
export function mayRedirectTo(
  application: RedirectRules,
  uri: string,
  serviceMode: 'development' | 'production',
): boolean {
  if (redirectUriProblem(uri) !== null) return false;
  if (application.mode === 'PRODUCTION') return isRegistered(uri, application.redirectUris);
  return serviceMode === 'development';
}
