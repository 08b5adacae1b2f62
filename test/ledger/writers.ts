/** Those who write: processes of their own, which are killed like anything else, and what they said was committed. */
import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';

export interface WriterTask {
  /** Part of every subject; no two writers of a run have the same. */
  readonly name: string;
  readonly databaseUrl: string;
  readonly keys: string;
  readonly accounts: readonly { readonly accountId: string; readonly calendarId: string }[];
  /** Transactions that run at the same time. */
  readonly atOnce: number;
  /** Changes of one account in one transaction. */
  readonly changesAtMost: number;
  /** How many of a hundred transactions wait between their beginning and their first change, and how long at most. */
  readonly longPercent: number;
  readonly longMilliseconds: number;
  /** Between two transactions, on average; 0: none. */
  readonly pauseMilliseconds: number;
}

/** What a writer tells of one transaction's changes. */
export type Told =
  | { readonly acknowledged: readonly string[] }
  | { readonly rolledBack: readonly string[] }
  /** The connection was lost around the commit: the table tells. */
  | { readonly unknown: readonly string[] };

const mark = 'ledger-';
export const subjectOf = (name: string, number: number): string => `${mark}${name}-${number}`;
export const isWritten = (subjectId: string): boolean => subjectId.startsWith(mark);

export interface Writers {
  readonly acknowledged: ReadonlySet<string>;
  readonly rolledBack: ReadonlySet<string>;
  readonly unknown: number;
  readonly transactions: number;
  /** SIGKILL to one of them, in the middle of its transactions; another takes its place. */
  killOne(): Promise<void>;
  /** They finish what they have begun. */
  end(): Promise<void>;
}

export function startWriters(count: number, task: Omit<WriterTask, 'name'>): Writers {
  const acknowledged = new Set<string>();
  const rolledBack = new Set<string>();
  let unknown = 0;
  let transactions = 0;
  let started = 0;
  const living = new Set<ChildProcess>();

  function start(): void {
    const child = fork(join(import.meta.dirname, 'writer.ts'), [], {
      execArgv: [],
      env: { PATH: process.env['PATH'] ?? '' },
    });
    living.add(child);
    child.once('exit', () => living.delete(child));
    child.on('message', (message) => {
      const told = message as Told;
      transactions++;
      if ('acknowledged' in told) for (const subject of told.acknowledged) acknowledged.add(subject);
      else if ('rolledBack' in told) for (const subject of told.rolledBack) rolledBack.add(subject);
      else unknown += told.unknown.length;
    });
    child.send({ ...task, name: `${process.pid}-${Date.now()}-${++started}` } satisfies WriterTask);
  }
  const gone = (child: ChildProcess) =>
    new Promise<void>((resolve) => {
      if (living.has(child)) child.once('exit', () => resolve());
      else resolve();
    });

  for (let number = 0; number < count; number++) start();
  return {
    acknowledged,
    rolledBack,
    get unknown() {
      return unknown;
    },
    get transactions() {
      return transactions;
    },
    async killOne() {
      const [child] = living;
      if (child === undefined) return;
      const ended = gone(child);
      child.kill('SIGKILL');
      await ended;
      start();
    },
    async end() {
      const ending = [...living].map((child) => {
        const ended = gone(child);
        if (child.connected) child.send('end');
        return ended;
      });
      await Promise.all(ending);
    },
  };
}
