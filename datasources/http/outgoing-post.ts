/**
 * Posts JSON to addresses of the configuration: many small calls to the same few servers, without what the one outgoing fetch has
 * for the open web (redirects, credentials, charsets, decompression). Addresses are judged as they are there, when a socket opens.
 */
import { allowedNetworks } from './addresses.ts';
import { guardedAgent } from './dispatcher.ts';
import { failureOf, RequestFailure, shown } from './failures.ts';

export interface PostRequest {
  readonly url: string;
  /** Beside `content-type`; lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** JSON. */
  readonly body: string;
  /** Bytes of the answer. */
  readonly maximumBytes: number;
  /** Milliseconds for everything. */
  readonly timeout: number;
  readonly signal?: AbortSignal | undefined;
}

export interface PostAnswer {
  /** A redirect's too: none is followed. */
  readonly status: number;
  /** Read as UTF-8 (RFC 8259 §8.1). */
  readonly text: string;
}

export interface OutgoingPost {
  /** @throws RequestFailure and nothing else */
  (request: PostRequest): Promise<PostAnswer>;
  /** Ends every connection; requests that still run fail. */
  close(): Promise<void>;
}

/** @param connections parallel requests to one origin */
export function createOutgoingPost(options: {
  readonly allowedNetworks: readonly string[];
  readonly connections: number;
}): OutgoingPost {
  const agent = guardedAgent({
    allowed: allowedNetworks(options.allowedNetworks),
    connections: options.connections,
    connectTimeout: 10_000,
    // The request's own limit ends it sooner.
    headTimeout: 300_000,
    idleTimeout: 300_000,
    certificateAuthorities: [],
  });

  async function post({ url, headers, body, maximumBytes, timeout, signal }: PostRequest): Promise<PostAnswer> {
    const target = new URL(url);
    const controller = new AbortController();
    const abort = () => controller.abort();
    const deadline = setTimeout(abort, timeout);
    signal?.addEventListener('abort', abort, { once: true });
    try {
      signal?.throwIfAborted();
      const answer = await agent.request({
        origin: target.origin,
        path: `${target.pathname}${target.search}`,
        method: 'POST',
        headers: { 'content-type': 'application/json', 'user-agent': 'Meridian', ...headers },
        body,
        signal: controller.signal,
      });
      const parts: Buffer[] = [];
      let size = 0;
      for await (const part of answer.body as AsyncIterable<Buffer>) {
        size += part.length;
        if (size > maximumBytes) {
          throw new RequestFailure('TOO_LARGE', `the answer of ${shown(target)} is larger than ${maximumBytes} bytes`);
        }
        parts.push(part);
      }
      const [only] = parts;
      return {
        status: answer.statusCode,
        text: (parts.length === 1 && only !== undefined ? only : Buffer.concat(parts)).toString('utf8'),
      };
    } catch (error) {
      throw failureOf(error, target, signal, controller.signal);
    } finally {
      clearTimeout(deadline);
      signal?.removeEventListener('abort', abort);
    }
  }
  return Object.assign(post, { close: () => agent.destroy() });
}
