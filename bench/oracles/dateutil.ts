/** python-dateutil, as Debian packages it, in one process for all questions. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { type GeneratedSeries, ruleText } from './generated-rules.ts';

/** Debian's own: another Python on the path need not have the package. */
const python = '/usr/bin/python3';
const program = join(import.meta.dirname, 'dateutil_oracle.py');

export interface Answer {
  /** Wall clocks as milliseconds, rising. */
  readonly hits: readonly number[];
  /** How many the rule alone has up to the horizon, and up to the number that was asked. */
  readonly ruleHits: number;
  /** Whether the engine stopped before the horizon and before it had as many as were asked. */
  readonly cut: boolean;
  readonly error: string | null;
}

/** What is missing, null when python-dateutil can be asked. */
export function dateutilMissing(): string | null {
  const { status, error } = spawnSync(python, ['-c', 'import dateutil.rrule, dateutil.tz'], { timeout: 20_000 });
  return error === undefined && status === 0 ? null : `no python3-dateutil at ${python}`;
}

export interface ZonedAnswer extends Answer {
  /** Where the hits are in the series' zone, rising; empty when no zone was asked. */
  readonly instants: readonly number[];
}

export interface Question {
  readonly series: GeneratedSeries;
  /** The series' parts in the engine's own reading (decisions.ts). */
  readonly parts: ReadonlyMap<string, readonly string[]>;
  /** Whether the instants in the series' zone are wanted too. */
  readonly zoned: boolean;
}

export class Dateutil {
  readonly #process: ChildProcess;
  readonly #answers: AsyncIterator<string>;

  constructor() {
    this.#process = spawn(python, [program], { stdio: ['pipe', 'pipe', 'inherit'] });
    const { stdout } = this.#process;
    if (stdout === null) throw new Error('python has no standard output');
    this.#answers = createInterface({ input: stdout })[Symbol.asyncIterator]();
  }

  /** The zone's offsets: pairs of an instant (seconds) and the offset in seconds from then on; null when unknown. */
  async transitions(zone: string): Promise<(readonly [number, number])[] | null> {
    return (await this.#ask([{ transitions: zone }]))[0] as (readonly [number, number])[] | null;
  }

  /** @param seconds of the engine's time for each question. */
  async ask(questions: readonly Question[], most: number, seconds: number): Promise<ZonedAnswer[]> {
    const inSeconds = (wall: number): number => Math.floor(wall / 1000);
    const answers = await this.#ask(
      questions.map(({ series, parts, zoned }) => ({
        rule: ruleText(series, null, { parts }),
        start: inSeconds(series.start),
        added: series.added.map(inSeconds),
        excluded: series.excluded.map(inSeconds),
        horizon: inSeconds(series.horizon),
        until: series.until === null ? null : inSeconds(series.until),
        zone: zoned ? series.zone : null,
        most,
        seconds,
      })),
    );
    const inMilliseconds = (seconds: readonly number[]): number[] => seconds.map((each) => each * 1000);
    return (answers as ZonedAnswer[]).map((answer) => ({
      ...answer,
      hits: inMilliseconds(answer.hits),
      instants: inMilliseconds(answer.instants),
    }));
  }

  async #ask(questions: readonly unknown[]): Promise<unknown[]> {
    this.#process.stdin?.write(questions.map((question) => `${JSON.stringify(question)}\n`).join(''));
    const answers: unknown[] = [];
    while (answers.length < questions.length) {
      const { value, done } = await this.#answers.next();
      if (done === true) throw new Error(`python ended after ${answers.length} of ${questions.length} answers`);
      answers.push(JSON.parse(value));
    }
    return answers;
  }

  async end(): Promise<void> {
    const ended = new Promise((resolve) => this.#process.once('exit', resolve));
    this.#process.stdin?.end();
    await ended;
  }
}
