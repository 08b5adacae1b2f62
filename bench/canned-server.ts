/** Starts canned-caldav.ts and speaks with it. */
import { fork } from 'node:child_process';

export interface CannedQuestion {
  /** Numbers of the events that another client now gives this summary. */
  readonly change: readonly number[];
  readonly summary: string;
}

export interface CannedServer {
  readonly url: string;
  /** Another client's change, done when this settles. */
  change(numbers: readonly number[], summary: string): Promise<void>;
  /** What was asked since the last change or the last call of this, `METHOD /path` each. */
  calls(): Promise<readonly string[]>;
  stop(): void;
}

export async function startCanned(events: number): Promise<CannedServer> {
  const child = fork('bench/canned-caldav.ts', [String(events)], { execArgv: [] });
  const heard = <Message>() =>
    new Promise<Message>((hear, fail) => {
      child.once('exit', fail);
      child.once('message', (message) => {
        child.off('exit', fail);
        hear(message as Message);
      });
    });
  const { port } = await heard<{ port: number }>();
  const ask = async (question: CannedQuestion) => {
    child.send(question);
    return (await heard<{ calls: string[] }>()).calls;
  };
  return {
    url: `http://127.0.0.1:${port}/`,
    change: async (change, summary) => void (await ask({ change, summary })),
    calls: () => ask({ change: [], summary: '' }),
    stop: () => child.disconnect(),
  };
}
