/** A program that the ledger starts, kills, pauses and starts again; it never outlives the process that started it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync, readdirSync, readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

/** Ends the program when we are gone without having ended it: we may be killed like anything else here. */
const guard = `
while kill -0 "$1" 2>/dev/null && kill -0 "$2" 2>/dev/null; do sleep 1; done
kill -0 "$1" 2>/dev/null || kill -KILL "$2"`;

export interface ProgramOptions {
  readonly command: string;
  readonly parameters: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  /** Where its output goes, appended. */
  readonly log: string;
  /** Whom it runs as; ourselves by default. */
  readonly as?: { readonly uid: number; readonly gid: number } | undefined;
}

export class Program {
  readonly pid: number;
  /** Settles with the exit code; null after a signal. */
  readonly ended: Promise<number | null>;
  readonly #child: ChildProcess;
  readonly #options: ProgramOptions;

  constructor(options: ProgramOptions) {
    this.#options = options;
    const { command, parameters, environment, as } = options;
    const log = openSync(options.log, 'a');
    this.#child = spawn(command, parameters, {
      stdio: ['ignore', log, log],
      env: { PATH: process.env['PATH'] ?? '', LANG: 'C.UTF-8', ...environment },
      ...as,
    });
    closeSync(log);
    this.pid = this.#child.pid ?? 0;
    const watching = spawn('/bin/sh', ['-c', guard, 'guard', String(process.pid), String(this.pid)], {
      detached: true,
      stdio: 'ignore',
    });
    watching.unref();
    this.ended = new Promise((resolve) => {
      this.#child.once('error', () => resolve(null));
      this.#child.once('exit', (code) => {
        watching.kill();
        resolve(code);
      });
    });
  }

  get lives(): boolean {
    return this.pid !== 0 && this.#child.exitCode === null && this.#child.signalCode === null;
  }

  signal(signal: NodeJS.Signals): void {
    if (this.lives) this.#child.kill(signal);
  }

  /** SIGKILL to it and to all its children, who are gone when this settles. */
  async kill(): Promise<void> {
    const family = [this.pid, ...childrenOf(this.pid)];
    for (const pid of family) {
      try {
        if (this.lives || pid !== this.pid) process.kill(pid, 'SIGKILL');
      } catch {
        // It ended by itself meanwhile.
      }
    }
    await this.ended;
    while (family.some(isAlive)) await delay(5);
  }

  /** Asks every 25 ms until `answers` says yes. Throws, with the end of its log, when it ends first or takes four minutes. */
  async ready(answers: () => Promise<boolean>): Promise<void> {
    for (const until = performance.now() + 240_000; ; await delay(25)) {
      if (!this.lives) throw new Error(`${this.#options.command} ended: ${this.said()}`);
      if (await answers().catch(() => false)) return;
      if (performance.now() > until) throw new Error(`${this.#options.command} does not answer: ${this.said()}`);
    }
  }

  said(): string {
    return readFileSync(this.#options.log, 'utf8').slice(-2_000);
  }
}

function childrenOf(parent: number): number[] {
  return readdirSync('/proc').flatMap((name) => {
    if (!/^\d+$/.test(name)) return [];
    try {
      const told = /^PPid:\s+(\d+)/m.exec(readFileSync(`/proc/${name}/status`, 'utf8'))?.[1];
      return Number(told) === parent ? [Number(name)] : [];
    } catch {
      return []; // It ended while we looked.
    }
  });
}

function isAlive(pid: number): boolean {
  try {
    return !/^State:\s+[ZX]/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}
