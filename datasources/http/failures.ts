/** Why an outgoing request has no answer. Messages name the host and path; never credentials, query strings or addresses. */

export type RequestFailureKind =
  /** The URL is not one that we ask: its scheme, or credentials inside it. */
  | 'URL'
  /** The address is private and not allowed; one text for every such address. */
  | 'BLOCKED'
  | 'NAME_NOT_FOUND'
  | 'CONNECTION'
  | 'TLS'
  /** No answer, or not all of it, in the time that was given. */
  | 'TIMEOUT'
  | 'TOO_LARGE'
  | 'REDIRECT'
  /** The caller gave up. */
  | 'ABORTED';

export class RequestFailure extends Error {
  readonly kind: RequestFailureKind;
  constructor(kind: RequestFailureKind, message: string, cause?: unknown) {
    super(message, { cause });
    this.name = 'RequestFailure';
    this.kind = kind;
  }
}

/** Thrown by the connector inside the socket layer, so that it can be told from other connection errors. */
export class BlockedAddress extends Error {
  constructor() {
    super('the address is not allowed');
    this.name = 'BlockedAddress';
  }
}

/** The one text for every blocked address, so that the network behind us cannot be mapped through it. */
export const blockedText = 'is at an address that is not allowed to be contacted';

/** Scheme, host and path: what of a URL may be shown. */
export function shown(url: URL | string): string {
  const parsed = typeof url === 'string' ? URL.parse(url) : url;
  return parsed === null ? 'the given URL' : `${parsed.origin}${parsed.pathname}`;
}

const tlsReasons: Readonly<Record<string, string>> = {
  DEPTH_ZERO_SELF_SIGNED_CERT: 'the certificate is self-signed',
  SELF_SIGNED_CERT_IN_CHAIN: 'the certificate chain ends in an unknown authority',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'the certificate chain is incomplete',
  UNABLE_TO_GET_ISSUER_CERT: 'the certificate chain is incomplete',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'the certificate is from an unknown authority',
  CERT_HAS_EXPIRED: 'the certificate has expired',
  CERT_NOT_YET_VALID: 'the certificate is not valid yet',
  CERT_REVOKED: 'the certificate was revoked',
  ERR_TLS_CERT_ALTNAME_INVALID: 'the certificate is for another host name',
  HOSTNAME_MISMATCH: 'the certificate is for another host name',
  EPROTO: 'the server does not speak TLS there',
};

/** Reads undici's and Node's errors. `ours` is the signal of the caller, `deadline` the one of our own time limit. */
export function failureOf(
  error: unknown,
  url: URL,
  ours: AbortSignal | undefined,
  deadline: AbortSignal,
): RequestFailure {
  if (error instanceof RequestFailure) return error;
  const chain = causes(error);
  const target = shown(url);
  if (chain.some((cause) => cause instanceof BlockedAddress)) {
    return new RequestFailure('BLOCKED', `${url.host} ${blockedText}`);
  }
  if (ours?.aborted === true) return new RequestFailure('ABORTED', `gave up on ${target}`);
  if (deadline.aborted) return new RequestFailure('TIMEOUT', `no complete answer from ${target} in time`, error);
  const codes = chain.map(({ code }) => code).filter((code) => typeof code === 'string');
  const tls = codes.find((code) => code in tlsReasons || code.startsWith('ERR_TLS_') || code.startsWith('ERR_SSL_'));
  if (tls !== undefined) {
    return new RequestFailure('TLS', `${url.host}: ${tlsReasons[tls] ?? 'TLS failed'} (${tls})`, error);
  }
  if (codes.some((code) => code === 'ENOTFOUND' || code === 'EAI_AGAIN')) {
    return new RequestFailure('NAME_NOT_FOUND', `${url.host} was not found`, error);
  }
  if (codes.some((code) => code.endsWith('_TIMEOUT') || code === 'ETIMEDOUT')) {
    return new RequestFailure('TIMEOUT', `no complete answer from ${target} in time`, error);
  }
  if (chain.some((cause) => cause.message === 'bad port')) {
    return new RequestFailure('URL', `${url.host}: web requests are not made to this port`, error);
  }
  const code = codes.at(-1);
  return new RequestFailure('CONNECTION', `the connection to ${url.host} failed${code ? ` (${code})` : ''}`, error);
}

interface Cause {
  readonly message: string;
  readonly code?: unknown;
}

/** The error and everything that it names as its causes. By shape: an error of another realm is no `instanceof Error`. */
function causes(error: unknown): Cause[] {
  const found: Cause[] = [];
  const look = (value: unknown): void => {
    if (typeof value !== 'object' || value === null || !('message' in value) || found.length > 16) return;
    found.push(value as Cause);
    if ('cause' in value) look(value.cause);
    if ('errors' in value && Array.isArray(value.errors)) for (const one of value.errors) look(one);
  };
  look(error);
  return found;
}
