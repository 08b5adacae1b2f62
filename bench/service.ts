/** The service as it is run: a process of its own with a folder of its own, asked over HTTP and its socket. */
import { type ChildProcess, fork } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const key = 'the-key-of-a-bench-which-nobody-else-uses-0123456789';

/** Bytes of the process, after a full collection of garbage but for `rss`, which is as it was before. */
export interface Memory {
  readonly rss: number;
  readonly heapUsed: number;
}

export interface Service {
  readonly address: string;
  readonly key: string;
  /** Milliseconds from the start of the process to the first good answer of /readyz. */
  readonly readyAfter: number;
  graph<Data>(query: string, variables?: Record<string, unknown>): Promise<Data>;
  memory(): Promise<Memory>;
  /** SIGTERM, and waits for the end. */
  stop(): Promise<void>;
  /** SIGKILL to the process and to every process of its database. */
  kill(): Promise<void>;
}

export function dataFolder(): string {
  return mkdtempSync(join(tmpdir(), 'meridian-bench-'));
}

export function removeFolder(folder: string): void {
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
}

export async function startService(dataDir: string, environment: Record<string, string> = {}): Promise<Service> {
  const port = await freePort();
  const begun = performance.now();
  const child = fork('server/main.ts', [], {
    execArgv: [
      '--expose-gc',
      '--disable-warning=FSTDEP023',
      '--max-semi-space-size=8',
      '--import',
      './bench/tell-memory.ts',
    ],
    env: {
      PATH: process.env['PATH'] ?? '',
      DATA_DIR: dataDir,
      PORT: String(port),
      MERIDIAN_API_KEY: key,
      MERIDIAN_POLL_INTERVAL: 'PT1S',
      MERIDIAN_RATE_PER_SECOND: '0',
      MERIDIAN_RATE_PER_MINUTE: '0',
      ...environment,
    },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const address = `http://127.0.0.1:${port}`;
  const ended = new Promise<void>((end) => child.once('exit', () => end()));
  for (;;) {
    const answer = await fetch(`${address}/readyz`).catch(() => null);
    await answer?.body?.cancel();
    if (answer?.status === 200) break;
    if (child.exitCode !== null) throw new Error(`the service ended with ${child.exitCode}`);
    if (performance.now() - begun > 60_000) throw new Error('the service is not ready after a minute');
    await new Promise((later) => setTimeout(later, 10));
  }
  const readyAfter = performance.now() - begun;
  return {
    address,
    key,
    readyAfter,
    async graph<Data>(query: string, variables: Record<string, unknown> = {}): Promise<Data> {
      const answer = await fetch(`${address}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` },
        body: JSON.stringify({ query, variables }),
      });
      const { data, errors } = (await answer.json()) as { data: Data; errors?: unknown };
      if (errors !== undefined) throw new Error(JSON.stringify(errors));
      return data;
    },
    memory: () => tell(child),
    async stop() {
      child.kill('SIGTERM');
      await ended;
    },
    async kill() {
      const postgres = databaseProcesses(dataDir);
      for (const pid of [child.pid, ...postgres]) {
        try {
          if (pid !== undefined) process.kill(pid, 'SIGKILL');
        } catch {
          // One of the server's own may have ended with it.
        }
      }
      await ended;
      while (databaseProcesses(dataDir).length > 0) await new Promise((later) => setTimeout(later, 5));
    },
  };
}

function tell(child: ChildProcess): Promise<Memory> {
  return new Promise((hear) => {
    child.once('message', (memory) => hear(memory as Memory));
    child.send('memory');
  });
}

async function freePort(): Promise<number> {
  return new Promise((found) => {
    const probe = createServer();
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => found(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}

/** The postmaster that the folder names and its children, as far as they live; Linux alone says so in /proc. */
function databaseProcesses(dataDir: string): number[] {
  let postmaster: number;
  try {
    postmaster = Number(readFileSync(join(dataDir, 'pg', 'postmaster.pid'), 'utf8').split('\n')[0]);
  } catch {
    return [];
  }
  const living: number[] = [];
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    try {
      const status = readFileSync(join('/proc', name, 'status'), 'utf8');
      const parent = Number(/^PPid:\s+(\d+)/m.exec(status)?.[1]);
      const isPostgres = /^Name:\s+postgres/m.test(status) && !/^State:\s+Z/m.test(status);
      if (isPostgres && (Number(name) === postmaster || parent === postmaster)) living.push(Number(name));
    } catch {
      // It has ended meanwhile.
    }
  }
  return living;
}
