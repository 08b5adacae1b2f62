/**
 * The one outgoing fetch: whatever leaves for an address that a user, a provider's answer or a file named goes through here.
 * It judges every resolved address, follows redirects itself, keeps credentials to where they belong and bounds sizes and times.
 */
import { fetch, type Response } from 'undici';
import { type AllowedNetworks, allowedNetworks } from './addresses.ts';
import { authorization, type Challenge, type Login, readChallenge } from './authentication.ts';
import { guardedAgent, type ResolveName } from './dispatcher.ts';
import { failureOf, RequestFailure, shown } from './failures.ts';

/** Whom to speak as, and to whom that may be told. */
export interface Credentials extends Login {
  /** The origin that the user gave them for: `https://dav.example.org`. */
  readonly origin: string;
  /** Other hosts of the same provider, reached by https only: `p01-caldav.icloud.com`, `*.icloud.com`. */
  readonly hosts: readonly string[];
}

export interface OutgoingRequest {
  readonly method: string;
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | null;
  readonly credentials?: Credentials;
  /** Bytes of the answer after decompression. Default 16 MiB. */
  readonly maximumBytes?: number;
  /** Milliseconds for everything, redirects included. Default 90,000. */
  readonly timeout?: number;
  readonly signal?: AbortSignal | undefined;
  /** Called for each HTTP request, just before it is sent. */
  readonly onCall?: (() => void) | undefined;
}

export interface OutgoingAnswer {
  /** Where the answer came from, after redirects. */
  readonly url: string;
  readonly status: number;
  readonly headers: { get(name: string): string | null };
  /** Decoded by the charset that the server named, else UTF-8. */
  readonly text: string;
  /** Credentials were given, and kept back because a redirect led to a host that they are not for. */
  readonly credentialsWithheld: boolean;
}

export interface OutgoingFetchOptions {
  /** Beside the public ones: CIDR, `loopback`, `private` (`MERIDIAN_ALLOWED_NETWORKS`). */
  readonly allowedNetworks?: readonly string[];
  /** Parallel requests to one host. Default 4. */
  readonly connections?: number;
  readonly userAgent?: string;
  /** Milliseconds to connect (10,000), to the head of an answer (300,000: the request's own limit ends it sooner), between its parts (20,000). */
  readonly connectTimeout?: number;
  readonly headTimeout?: number;
  readonly idleTimeout?: number;
  /** PEM, trusted beside Node's own. */
  readonly certificateAuthorities?: readonly string[];
  /** For tests: how names are resolved. */
  readonly resolve?: ResolveName;
}

export interface OutgoingFetch {
  /** @throws RequestFailure and nothing else. */
  (request: OutgoingRequest): Promise<OutgoingAnswer>;
  /** Ends every connection; requests that still run fail. */
  close(): Promise<void>;
}

const maximumRedirects = 5;

export function createOutgoingFetch(options: OutgoingFetchOptions = {}): OutgoingFetch {
  const allowed: AllowedNetworks = allowedNetworks(options.allowedNetworks ?? []);
  const agent = guardedAgent({
    allowed,
    connections: options.connections ?? 4,
    connectTimeout: options.connectTimeout ?? 10_000,
    headTimeout: options.headTimeout ?? 300_000,
    idleTimeout: options.idleTimeout ?? 20_000,
    certificateAuthorities: options.certificateAuthorities ?? [],
    ...(options.resolve === undefined ? {} : { resolve: options.resolve }),
  });
  const userAgent = options.userAgent ?? 'Meridian';
  const challenges = new ChallengeMemory();

  async function ask(request: OutgoingRequest): Promise<OutgoingAnswer> {
    let url = requestUrl(request.url);
    let { method, body = null } = request;
    let withheld = false;
    const deadline = AbortSignal.timeout(request.timeout ?? 90_000);
    const signal = request.signal === undefined ? deadline : AbortSignal.any([deadline, request.signal]);
    const send = async (authorizationHeader: string | null): Promise<Response> => {
      signal.throwIfAborted();
      request.onCall?.();
      return await fetch(url, {
        method,
        body,
        signal,
        dispatcher: agent,
        redirect: 'manual',
        credentials: 'omit',
        headers: {
          'user-agent': userAgent,
          ...request.headers,
          ...(authorizationHeader === null ? {} : { authorization: authorizationHeader }),
        },
      });
    };
    const sendAs = async (credentials: Credentials): Promise<Response> => {
      const known = challenges.of(url.origin, credentials) ?? (inTheClear(url) ? null : ({ scheme: 'basic' } as const));
      const target = `${url.pathname}${url.search}`;
      const first = await send(known === null ? null : authorization(known, credentials, method, target));
      if (first.status !== 401) return first;
      const asked = readChallenge(first.headers.get('www-authenticate'));
      // The same Basic answer again would be refused again; a Digest nonce may only have grown old.
      if (asked === null || (known?.scheme === 'basic' && asked.scheme === 'basic')) return first;
      await discard(first);
      challenges.keep(url.origin, credentials, asked);
      return await send(authorization(asked, credentials, method, target));
    };

    try {
      for (let redirects = 0; ; redirects += 1) {
        const { credentials } = request;
        const entitled = credentials !== undefined && mayReceive(url, credentials);
        withheld = credentials !== undefined && !entitled;
        const response = entitled ? await sendAs(credentials) : await send(null);
        const next = redirectOf(response, url);
        if (next === null) {
          return {
            url: url.href,
            status: response.status,
            headers: response.headers,
            text: await textOf(response, request.maximumBytes ?? 16 * 1024 * 1024, url),
            credentialsWithheld: withheld,
          };
        }
        await discard(response);
        if (redirects === maximumRedirects) {
          throw new RequestFailure('REDIRECT', `${shown(request.url)} redirects more than ${maximumRedirects} times`);
        }
        if (url.protocol === 'https:' && next.protocol !== 'https:') {
          throw new RequestFailure('REDIRECT', `${shown(url)} redirects from https to http`);
        }
        // RFC 9110 §15.4.4; the others keep their method, which for WebDAV is what every server means by them.
        if (response.status === 303) {
          method = 'GET';
          body = null;
        }
        url = next;
      }
    } catch (error) {
      throw failureOf(error, url, request.signal, deadline);
    }
  }
  return Object.assign(ask, { close: () => agent.destroy() });
}

/** Absolute http or https, without credentials inside. */
function requestUrl(text: string): URL {
  const url = URL.parse(text);
  if (url === null || (url.protocol !== 'http:' && url.protocol !== 'https:')) {
    throw new RequestFailure('URL', 'expected an absolute http or https URL');
  }
  if (url.username !== '' || url.password !== '') {
    throw new RequestFailure('URL', `${shown(url)}: credentials do not belong into a URL`);
  }
  url.hash = '';
  return url;
}

function redirectOf(response: Response, base: URL): URL | null {
  if (![301, 302, 303, 307, 308].includes(response.status)) return null;
  const location = response.headers.get('location');
  if (location === null) return null;
  const next = URL.parse(location, base.href);
  if (next === null) throw new RequestFailure('REDIRECT', `${shown(base)} redirects to what is not a URL`);
  return requestUrl(next.href);
}

/** Whether these credentials may be sent to `url`: their origin, the same host by https, or a listed host by https. */
export function mayReceive(url: URL, credentials: Pick<Credentials, 'origin' | 'hosts'>): boolean {
  if (url.origin === credentials.origin) return true;
  if (url.protocol !== 'https:') return false;
  const origin = URL.parse(credentials.origin);
  if (origin?.protocol === 'http:' && origin.hostname === url.hostname && url.port === '') return true;
  return credentials.hosts.some((host) =>
    host.startsWith('*.') ? url.hostname.endsWith(host.slice(1)) : url.hostname === host,
  );
}

/** Over plain http a password is not sent before the server said that it wants it so: it may prefer Digest. */
function inTheClear(url: URL): boolean {
  return url.protocol === 'http:' && !/^(localhost|127(\.\d+){3}|\[::1\])$/.test(url.hostname);
}

async function textOf(response: Response, maximum: number, url: URL): Promise<string> {
  const tooLarge = (): RequestFailure =>
    new RequestFailure('TOO_LARGE', `the answer of ${shown(url)} is larger than ${maximum} bytes`);
  if (response.body === null) return '';
  const decoder = decoderFor(response.headers.get('content-type'));
  // Decoded part by part: the bytes of a large answer never stand in memory as a whole beside its text.
  const parts: string[] = [];
  let size = 0;
  const reader = response.body.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    size += value.byteLength;
    if (size > maximum) {
      await reader.cancel().catch(() => undefined);
      throw tooLarge();
    }
    parts.push(decoder.decode(value, { stream: true }));
  }
  parts.push(decoder.decode());
  return parts.join('');
}

function decoderFor(contentType: string | null): InstanceType<typeof TextDecoder> {
  const charset = /;\s*charset\s*=\s*"?([\w.:-]{1,40})/i.exec(contentType ?? '')?.[1] ?? 'utf-8';
  try {
    return new TextDecoder(charset);
  } catch {
    return new TextDecoder();
  }
}

async function discard(response: Response): Promise<void> {
  await response.body?.cancel().catch(() => undefined);
}

/** Which scheme an origin asked of whom; bounded, the oldest go first. */
class ChallengeMemory {
  readonly #known = new Map<string, Challenge>();

  of(origin: string, login: Login): Challenge | null {
    return this.#known.get(`${origin} ${login.username}`) ?? null;
  }

  keep(origin: string, login: Login, challenge: Challenge): void {
    const key = `${origin} ${login.username}`;
    this.#known.delete(key);
    this.#known.set(key, challenge);
    if (this.#known.size > 10_000) this.#known.delete(this.#known.keys().next().value ?? key);
  }
}
