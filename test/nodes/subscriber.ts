/** A client that keeps its cursor with what it has seen, and resumes at whichever node it is told. */
import { createClient } from 'graphql-ws';
import WebSocket from 'ws';
import type { Loose } from '../setup/graph.ts';
import type { Service } from '../setup/service.ts';

export interface Closing {
  readonly code: number;
  readonly reason: string;
}

const started = new Set<Subscriber>();

/** Ends all that were started, also those of a test that failed. */
export function endSubscribers(): void {
  for (const subscriber of started) subscriber.stop();
  started.clear();
}

export class Subscriber {
  /** `<kind> <subjectId>` of every change, as they came. */
  readonly seen: string[] = [];
  readonly closings: Closing[] = [];
  /** How often a subscription was said to be complete, which a node that stops never says. */
  completions = 0;
  cursor: string;
  #stop: (() => void) | null = null;
  readonly #choose: () => Service;
  readonly #filter: Readonly<Record<string, unknown>> | null;

  /** @param choose the node to go to next; whatever ends a connection, the next begins at the cursor. */
  constructor(choose: () => Service, cursor: string, filter: Readonly<Record<string, unknown>> | null = null) {
    this.#choose = choose;
    this.cursor = cursor;
    this.#filter = filter;
  }

  start(): void {
    started.add(this);
    let stopped = false;
    let dispose: (() => void) | null = null;
    this.#stop = () => {
      stopped = true;
      dispose?.();
    };
    const run = async () => {
      while (!stopped) {
        const node = this.#choose();
        const client = createClient({
          url: `${node.address.replace('http', 'ws')}/graphql`,
          webSocketImpl: WebSocket,
          retryAttempts: 0,
          connectionParams: { authorization: `Bearer ${node.key()}` },
          on: {
            closed: (event) => {
              const { code, reason } = event as Closing;
              this.closings.push({ code, reason });
            },
          },
        });
        dispose = () => void client.dispose();
        try {
          const batches = client.iterate<Loose>({
            query: `subscription ($after: String, $filter: ChangeFilter) { changes(after: $after, filter: $filter) {
              cursor changes { kind subjectId } } }`,
            variables: { after: this.cursor, filter: this.#filter },
          });
          for await (const { data } of batches) {
            for (const change of data?.changes.changes ?? []) this.seen.push(`${change.kind} ${change.subjectId}`);
            this.cursor = data?.changes.cursor ?? this.cursor;
          }
          if (!stopped) this.completions++;
        } catch {
          // Cut, closed or refused: the next node has it.
        }
        await client.dispose();
        if (!stopped) await new Promise((resolve) => setTimeout(resolve, 50));
      }
    };
    void run();
  }

  stop(): void {
    this.#stop?.();
  }
}
