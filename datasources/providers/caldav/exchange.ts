/**
 * One request and its answer. tsdav writes the requests; the answers are read by multistatus.ts (xml.ts says why), so tsdav
 * is handed a fetch that keeps the answer for us and gives it an empty one.
 */

import { RequestFailure, shown } from '../../http/failures.ts';
import type { Credentials, OutgoingAnswer, OutgoingFetch } from '../../http/outgoing-fetch.ts';
import { ProviderError, type ProviderSession } from '../connector.ts';
import { failureOfAnswer, failureOfRequest } from './failures.ts';
import { type Multistatus, readMultistatus } from './multistatus.ts';
import { MalformedXml } from './xml.ts';

/** What tsdav's functions take as their `fetch`. */
export type RequestSender = typeof globalThis.fetch;

export interface ExchangeLimits {
  /** Bytes of the answer. */
  readonly maximumBytes?: number;
  /** Milliseconds for the whole answer. */
  readonly timeout?: number;
  readonly signal?: AbortSignal | undefined;
}

export interface ExchangeOptions {
  readonly fetch: OutgoingFetch;
  /** Hosts beside the user's own that a credential may be sent to, by https: `*.icloud.com`. */
  readonly credentialHosts: readonly string[];
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

export class Exchange {
  readonly #options: ExchangeOptions;
  readonly session: ProviderSession;
  readonly credentials: Credentials;
  /** What the user gave, absolute. */
  readonly serverUrl: URL;

  /** @throws ProviderError REJECTED when the session has no usable credential */
  constructor(options: ExchangeOptions, session: ProviderSession) {
    const { credential } = session;
    if (credential.kind !== 'basic') throw new ProviderError('REJECTED', 'expected a user name and a password');
    const text = credential.serverUrl.trim();
    const url = URL.parse(/^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `https://${text}`);
    if (url === null || (url.protocol !== 'https:' && url.protocol !== 'http:')) {
      throw new ProviderError('REJECTED', 'expected the http or https URL of a CalDAV server');
    }
    this.#options = options;
    this.session = session;
    this.serverUrl = url;
    this.credentials = {
      username: credential.username,
      password: credential.password,
      origin: url.origin,
      hosts: options.credentialHosts,
    };
  }

  get now(): number {
    return this.#options.now();
  }

  /**
   * The answer to the one request that `request` makes through tsdav, whatever its status.
   *
   * @throws ProviderError when there is no answer
   */
  async ask(request: (fetch: RequestSender) => Promise<unknown>, limits: ExchangeLimits = {}): Promise<OutgoingAnswer> {
    let answer: OutgoingAnswer | undefined;
    const signals = [this.session.signal, limits.signal].filter((signal) => signal !== undefined);
    const sender: RequestSender = async (target, init) => {
      answer = await this.#options.fetch({
        method: init?.method ?? 'GET',
        url: String(target),
        headers: Object.fromEntries(new Headers(init?.headers)),
        body: typeof init?.body === 'string' ? init.body : null,
        credentials: this.credentials,
        onCall: this.session.onCall,
        signal: signals.length === 0 ? undefined : AbortSignal.any(signals),
        ...(limits.maximumBytes === undefined ? {} : { maximumBytes: limits.maximumBytes }),
        ...(limits.timeout === undefined ? {} : { timeout: limits.timeout }),
      });
      return new Response(null, { status: 204 });
    };
    try {
      await request(sender);
    } catch (error) {
      if (error instanceof RequestFailure) throw failureOfRequest(error);
      throw error;
    }
    if (answer === undefined) throw new ProviderError('REJECTED', 'no request was made');
    return answer;
  }

  /** @throws ProviderError for any status but 207, and MALFORMED_ANSWER for what is not a multistatus document */
  async askMultistatus(
    request: (fetch: RequestSender) => Promise<unknown>,
    limits: ExchangeLimits = {},
  ): Promise<Multistatus & { readonly url: string }> {
    const answer = await this.ask(request, limits);
    // What another host tells everybody says nothing about this login.
    if (answer.status !== 207 || answer.credentialsWithheld) throw this.refused(answer);
    return { ...this.multistatusOf(answer), url: answer.url };
  }

  /** @throws ProviderError MALFORMED_ANSWER */
  multistatusOf(answer: OutgoingAnswer): Multistatus {
    try {
      return readMultistatus(answer.text);
    } catch (error) {
      if (!(error instanceof MalformedXml)) throw error;
      throw new ProviderError(
        'MALFORMED_ANSWER',
        `${shown(answer.url)} answered what is not WebDAV: ${error.message}`,
        {
          status: answer.status,
        },
      );
    }
  }

  /** The error that an answer's status means. */
  refused(answer: OutgoingAnswer): ProviderError {
    return failureOfAnswer(answer, this.now);
  }
}
