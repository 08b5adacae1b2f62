/** A neighbour's subscriptions, over graphql-transport-ws at its own address. */
import type { ExecutionRequest } from '@graphql-tools/utils';
import { type ExecutionResult, print } from 'graphql';
import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import type { RequestError } from '../../domain/errors.ts';
import { type ForwardedContext, forwarded, type Neighbour } from './remote-executor.ts';
import { checkedAnswer, formOf } from './subgraph-answer.ts';
import { neighboursError, type SubgraphTrouble, troubled } from './subgraph-failure.ts';

export interface RemoteSubscriptionOptions {
  /** Bytes of one message. */
  readonly maximumBytes: number;
  /** Milliseconds until the socket stands and its greeting is answered, and of silence after a ping. */
  readonly timeout: number;
  /** Milliseconds between an answered ping and the next; tests have their own. */
  readonly keepAlive?: number;
  readonly onTrouble: (subgraph: string, reason: string) => void;
}

/** Events that may wait for whoever reads them; a neighbour that sends faster than is read is left. */
const mostWaiting = 1_000;
/** A neighbour that falls silent is noticed after this and `timeout`, in milliseconds. */
const usualKeepAlive = 30_000;

/** An executor of subscriptions. Each has a socket of its own: what is sent at its beginning may be of one client alone. */
export function remoteSubscriber(neighbour: Neighbour, options: RemoteSubscriptionOptions) {
  return (
    request: ExecutionRequest<Record<string, unknown>, ForwardedContext>,
  ): AsyncIterableIterator<ExecutionResult, undefined> => new RemoteEvents(neighbour, options, request);
}

class RemoteEvents implements AsyncIterableIterator<ExecutionResult, undefined> {
  readonly #waiting: ExecutionResult[] = [];
  readonly #stop: () => void;
  #wake: (() => void) | null = null;
  #error: RequestError | null = null;
  #isOver = false;

  constructor(
    neighbour: Neighbour,
    options: RemoteSubscriptionOptions,
    { document, variables, operationName, context }: ExecutionRequest<Record<string, unknown>, ForwardedContext>,
  ) {
    const { name } = neighbour;
    const form = formOf(name, document, variables);
    const headers = forwarded(neighbour, context);
    let socket: WebSocket | null = null;
    class BoundedSocket extends WebSocket {
      constructor(address: string | URL, protocols?: string | string[]) {
        super(address, protocols, {
          headers,
          maxPayload: options.maximumBytes,
          perMessageDeflate: false,
          followRedirects: false,
        });
        socket = this;
      }
    }
    let isGreeted = false;
    /** Runs from a ping until its pong. graphql-ws plans the next ping when there is a pong, and ends nothing without one. */
    let silence: NodeJS.Timeout | undefined;
    const startSilence = (): void => {
      clearTimeout(silence);
      silence = setTimeout(beSilent, options.timeout).unref();
    };
    const client = createClient({
      url: neighbour.url.replace(/^http/, 'ws'),
      webSocketImpl: BoundedSocket,
      lazy: true,
      retryAttempts: 0,
      keepAlive: options.keepAlive ?? usualKeepAlive,
      connectionParams: headers,
      onNonLazyError: () => {},
      on: {
        connected: () => {
          isGreeted = true;
          clearTimeout(opening);
        },
        ping: (isReceived) => {
          if (!isReceived && !this.#isOver) startSilence();
        },
        pong: (isReceived) => {
          if (!isReceived) return;
          clearTimeout(silence);
          silence = undefined;
        },
        // A pong may wait behind many events: whoever sends those is not silent.
        message: () => {
          if (silence !== undefined && !this.#isOver) startSilence();
        },
        // Told here because graphql-ws subscribes anew, at once and without end, after a close with 1000.
        closed: (event) => lose('ended the subscription', endOf(event)),
      },
    });
    const end = (error: RequestError | null): void => {
      if (this.#isOver) return;
      this.#isOver = true;
      this.#error = error;
      this.#wake?.();
      context?.signal?.removeEventListener('abort', leave);
      clearTimeout(opening);
      clearTimeout(silence);
      unsubscribe();
      // The client's own `dispose` would wait for a greeting that may never come, and reject where the socket fails first.
      if (!isGreeted) socket?.terminate();
    };
    const lose = (trouble: SubgraphTrouble, reason: string): void => {
      if (this.#isOver) return;
      options.onTrouble(name, reason);
      end(troubled(name, trouble));
    };
    const beSilent = (): void => {
      lose('did not answer in time', isGreeted ? 'no pong came in time' : 'no greeting came in time');
      // A closing handshake would wait for the silent one.
      socket?.terminate();
    };
    // One for all of the opening: a header that drips, or pings before the greeting, would hold up a timeout of each part.
    const opening = setTimeout(beSilent, options.timeout).unref();
    const leave = () => end(null);
    this.#stop = leave;
    const unsubscribe = client.subscribe<Record<string, unknown>>(
      { query: print(document), variables: variables ?? null, operationName: operationName ?? null },
      {
        next: (answer) => {
          if (this.#isOver) return;
          try {
            const result = checkedAnswer(answer, form);
            if (result === null) throw troubled(name, 'answered what is no GraphQL answer');
            this.#waiting.push(result);
          } catch (error) {
            end(error as RequestError);
            return;
          }
          if (this.#waiting.length > mostWaiting) end(troubled(name, 'sends faster than is read'));
          this.#wake?.();
        },
        error: (reason) => {
          if (this.#isOver) return;
          // Errors of GraphQL come as a list: the neighbour refused. Anything else is the socket's end.
          const [first] = Array.isArray(reason) ? (reason as unknown[]) : [];
          if (first === undefined) return lose('ended the subscription', endOf(reason));
          options.onTrouble(name, endOf(reason));
          end(neighboursError(name, first, form.roots).originalError as RequestError);
        },
        complete: () => end(null),
      },
    );
    if (context?.signal?.aborted === true) leave();
    else context?.signal?.addEventListener('abort', leave, { once: true });
  }

  async next(): Promise<IteratorResult<ExecutionResult, undefined>> {
    for (;;) {
      const value = this.#waiting.shift();
      if (value !== undefined) return { done: false, value };
      if (this.#isOver) break;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    const error = this.#error;
    this.#error = null;
    if (error !== null) throw error;
    return { done: true, value: undefined };
  }

  async return(): Promise<IteratorReturnResult<undefined>> {
    this.#waiting.length = 0;
    this.#stop();
    return { done: true, value: undefined };
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}

/** For the log: a close code, or that there was an error; its text may hold an address. */
function endOf(reason: unknown): string {
  if (Array.isArray(reason)) return 'the subscription was refused';
  const code = typeof reason === 'object' && reason !== null && 'code' in reason ? String(reason.code) : null;
  return code === null ? 'the socket failed' : `the socket ended (${code})`;
}
