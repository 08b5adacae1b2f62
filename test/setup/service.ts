/** The service as a process of its own, on a free port with its own data: what an operator runs, and kills. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from './free-port.ts';
import type { Loose } from './graph.ts';

export interface Service {
  readonly address: string;
  readonly port: number;
  readonly dataDir: string;
  key(): string;
  /** Starts (again); answers when /readyz does. @returns milliseconds until it was ready. */
  start(environment?: Record<string, string>): Promise<number>;
  /** One operation; throws on errors and on userErrors. */
  graph(query: string, variables?: Record<string, unknown>): Promise<Loose>;
  /** The process must die at once: nothing of it is told. */
  kill(): Promise<void>;
  /** SIGSTOP and SIGCONT: it stands still, and goes on. */
  signal(name: 'SIGSTOP' | 'SIGCONT' | 'SIGTERM'): void;
  /** The process as it ended: its exit code; null where a signal ended it. */
  ended(): Promise<number | null>;
  /** SIGTERM; answers the exit code. */
  stop(): Promise<number | null>;
  output(): string;
  /** Stops it and removes its data. */
  remove(): Promise<void>;
}

export async function createService(): Promise<Service> {
  const dataDir = mkdtempSync(join(tmpdir(), 'meridian service '));
  const port = await freePort();
  const address = `http://127.0.0.1:${port}`;
  let child: ChildProcess | null = null;
  let said = '';
  const ended = (process: ChildProcess) =>
    new Promise<number | null>((resolve) => {
      if (process.exitCode !== null || process.signalCode !== null) resolve(process.exitCode);
      else process.once('exit', (code) => resolve(code));
    });

  const service: Service = {
    address,
    port,
    dataDir,
    key: () => readFileSync(join(dataDir, 'api-key'), 'utf8').trim(),
    async start(environment = {}) {
      const begun = performance.now();
      child = spawn(process.execPath, ['--disable-warning=FSTDEP023', 'server/main.ts'], {
        env: {
          PATH: process.env['PATH'] ?? '',
          MERIDIAN_RATE_PER_SECOND: '0',
          MERIDIAN_RATE_PER_MINUTE: '0',
          ...environment,
          PORT: String(port),
          DATA_DIR: dataDir,
        },
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      for (const stream of [child.stdout, child.stderr]) {
        stream?.on('data', (part) => {
          said += part;
        });
      }
      while ((await fetch(`${address}/readyz`).catch(() => null))?.ok !== true) {
        if (child.exitCode !== null) throw new Error(`the service ended with ${child.exitCode}: ${said}`);
        if (performance.now() - begun > 60_000) throw new Error(`the service is not ready after a minute: ${said}`);
        await new Promise((later) => setTimeout(later, 25));
      }
      return performance.now() - begun;
    },
    async graph(query, variables = {}) {
      const response = await fetch(`${address}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${service.key()}` },
        body: JSON.stringify({ query, variables }),
      });
      const answer = (await response.json()) as Loose;
      if (answer.errors !== undefined) throw new Error(JSON.stringify(answer.errors));
      for (const field of Object.values(answer.data) as Loose[]) {
        if ((field?.userErrors?.length ?? 0) > 0) throw new Error(JSON.stringify(field.userErrors));
      }
      return answer.data;
    },
    async kill() {
      if (child === null) return;
      child.kill('SIGKILL');
      await ended(child);
    },
    signal(name) {
      child?.kill(name);
    },
    ended: async () => (child === null ? null : ended(child)),
    async stop() {
      if (child === null) return null;
      child.kill('SIGTERM');
      return ended(child);
    },
    output: () => said,
    async remove() {
      await service.stop();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
  return service;
}
