/** A server program of a test: its own folder, a free loopback port, stopped by its pid, nothing left behind. */
import { type ChildProcess, spawn } from 'node:child_process';
import { accessSync, constants, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

/** The path of a program, or null when it is not installed. */
export function findProgram(name: string, folders = (process.env['PATH'] ?? '').split(delimiter)): string | null {
  for (const folder of folders) {
    const path = join(folder, name);
    try {
      accessSync(path, constants.X_OK);
      return path;
    } catch {
      // The next folder may have it.
    }
  }
  return null;
}

export function temporaryFolder(name: string): string {
  // Not os.tmpdir(): servers that drop to another user must be able to enter, and socket paths must stay short.
  return mkdtempSync(`${process.env['TEST_FOLDER'] ?? '/tmp'}/meridian-${name}-`);
}

/** Outlives us when we are killed, and then ends the server and removes its folder. */
const guard = `
while kill -0 "$1" 2>/dev/null && kill -0 "$2" 2>/dev/null; do sleep 1; done
kill -0 "$1" 2>/dev/null && exit
kill -TERM "-$2"; sleep 1; kill -KILL "-$2"; rm -rf -- "$3"`;

export class ServerProcess {
  readonly folder: string;
  readonly #child: ChildProcess;
  readonly #guard: ChildProcess;
  readonly #onExit: () => void;
  #exited = false;

  constructor(command: string, args: readonly string[], folder: string) {
    this.folder = folder;
    const log = openSync(join(folder, 'server.log'), 'a');
    // A process group of its own, so that its children end with it.
    this.#child = spawn(command, args, { cwd: folder, detached: true, stdio: ['ignore', log, log] });
    this.#guard = spawn('/bin/sh', ['-c', guard, 'guard', ...[process.pid, this.#child.pid ?? 0].map(String), folder], {
      detached: true,
      stdio: 'ignore',
    });
    this.#guard.unref();
    this.#child.once('exit', () => {
      this.#exited = true;
    });
    this.#child.once('error', () => {
      this.#exited = true;
    });
    this.#onExit = () => this.#signal('SIGKILL');
    process.once('exit', this.#onExit);
  }

  /** Asks until `answers` says yes. */
  async ready(answers: () => Promise<boolean>): Promise<void> {
    for (const until = Date.now() + 45_000; Date.now() < until; await delay(25)) {
      if (this.#exited) throw new Error(`the server ended: ${this.log()}`);
      if (await answers().catch(() => false)) return;
    }
    throw new Error(`the server does not answer: ${this.log()}`);
  }

  log(): string {
    return readFileSync(join(this.folder, 'server.log'), 'utf8').slice(-2000);
  }

  async stop(): Promise<void> {
    process.removeListener('exit', this.#onExit);
    this.#signal('SIGTERM');
    for (let waited = 0; !this.#exited && waited < 5000; waited += 20) await delay(20);
    this.#signal('SIGKILL');
    this.#guard.kill();
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  }

  #signal(signal: NodeJS.Signals): void {
    if (this.#child.pid === undefined) return;
    try {
      process.kill(-this.#child.pid, signal);
    } catch {
      // The whole group is gone already.
    }
  }
}
