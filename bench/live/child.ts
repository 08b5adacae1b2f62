/** A process of a bench that answers questions: `startChild` on the asking side, `answerWith` on the other. */
import { fork } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { Session } from 'node:inspector/promises';

/** Bytes of a process after a full collection of garbage. */
export interface Held {
  readonly rss: number;
  /** On V8's heap, and what it counts of buffers and the like beside it. */
  readonly heap: number;
}

/** What every such process answers beside its own questions. */
export interface Told {
  /** User and system time of the process and its threads, in milliseconds since it began. */
  cpu(): number;
  memory(): Held;
  /** Profiles from here on; with a file, writes what was profiled and ends it. */
  profile(file: string | null): Promise<void>;
}

type Answers = Record<string, (...given: never[]) => unknown>;

/** The questions of a process, as seen from here. */
export type Asked<Own> = {
  readonly [Name in keyof (Own & Told)]: (Own & Told)[Name] extends (...given: infer Given) => infer Answer
    ? (...given: Given) => Promise<Awaited<Answer>>
    : never;
};

export interface Child<Own> {
  readonly ask: Asked<Own>;
  /** Ends it and waits for the end. */
  stop(): Promise<void>;
}

interface Question {
  readonly number: number;
  readonly name: string;
  readonly given: readonly unknown[];
}

interface Answer {
  readonly number: number;
  readonly answer?: unknown;
  readonly failure?: string;
}

/** Starts `file` with the flags that `npm start` gives the service. */
export function startChild<Own>(file: string, args: readonly string[] = []): Child<Own> {
  const child = fork(file, [...args], {
    execArgv: ['--expose-gc', '--disable-warning=FSTDEP023', '--max-semi-space-size=8'],
    serialization: 'advanced',
  });
  const waiting = new Map<number, { answered: (answer: unknown) => void; failed: (error: Error) => void }>();
  let asked = 0;
  const ended = new Promise<void>((end) => {
    child.once('exit', (code) => {
      for (const { failed } of waiting.values()) failed(new Error(`${file} ended with ${code}`));
      end();
    });
  });
  child.on('message', (message) => {
    const { number, answer, failure } = message as Answer;
    const one = waiting.get(number);
    waiting.delete(number);
    if (failure === undefined) one?.answered(answer);
    else one?.failed(new Error(`${file}: ${failure}`));
  });
  const ask = new Proxy(
    {},
    {
      get: (_target, name) =>
        typeof name === 'string'
          ? (...given: unknown[]) =>
              new Promise((answered, failed) => {
                const number = asked++;
                waiting.set(number, { answered, failed });
                child.send({ number, name, given } satisfies Question);
              })
          : undefined,
    },
  ) as Asked<Own>;
  return {
    ask,
    async stop() {
      if (child.connected) child.disconnect();
      await ended;
    },
  };
}

/** Answers the parent's questions until it lets go; then `close` runs and the process ends. */
export function answerWith(own: Answers, close: () => Promise<void> | void = () => {}): void {
  let session: Session | null = null;
  const told: Told = {
    cpu() {
      const { user, system } = process.cpuUsage();
      return (user + system) / 1_000;
    },
    memory() {
      for (let time = 0; time < 3; time++) globalThis.gc?.();
      const { rss, heapUsed, external } = process.memoryUsage();
      return { rss, heap: heapUsed + external };
    },
    async profile(file) {
      if (file === null) {
        session = new Session();
        session.connect();
        await session.post('Profiler.enable');
        await session.post('Profiler.start');
      } else if (session !== null) {
        writeFileSync(file, JSON.stringify((await session.post('Profiler.stop')).profile));
        session.disconnect();
        session = null;
      }
    },
  };
  const answers: Answers = { ...told, ...own };
  process.on('message', async (message) => {
    const { number, name, given } = message as Question;
    try {
      const answer = await answers[name]?.(...(given as never[]));
      process.send?.({ number, answer } satisfies Answer);
    } catch (error) {
      process.send?.({ number, failure: error instanceof Error ? (error.stack ?? error.message) : String(error) });
    }
  });
  process.once('disconnect', async () => {
    await close();
    process.exit(0);
  });
}
