/** Runs the command as a process of its own, and a service for it to speak to. */
import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { socketFolderOf } from '../../datasources/store/embedded/socket-folder.ts';

export const program = join(import.meta.dirname, '..', '..', 'server', 'meridian.ts');

export type Environment = Readonly<Record<string, string>>;

export interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** Standard output as one JSON document. */
  json(): Record<string, unknown>;
}

/** Without the variables of whoever runs the tests. */
function environment(own: Environment): Record<string, string> {
  return { PATH: process.env['PATH'] ?? '', HOME: process.env['HOME'] ?? '/', LANG: 'C.UTF-8', ...own };
}

export function meridian(parameters: readonly string[], env: Environment, input = ''): Promise<Outcome> {
  return finished(start(parameters, env), input);
}

export function start(parameters: readonly string[], env: Environment): ChildProcess {
  return spawn(process.execPath, [program, ...parameters], { env: environment(env), stdio: ['pipe', 'pipe', 'pipe'] });
}

export async function finished(child: ChildProcess, input = ''): Promise<Outcome> {
  let stdout = '';
  let stderr = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  child.stdin?.on('error', () => undefined).end(input);
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { code, stdout, stderr, json: () => JSON.parse(stdout) as Record<string, unknown> };
}

export interface RunningService {
  readonly env: Environment;
  readonly apiKey: string;
  graphql(
    query: string,
    variables?: object,
  ): Promise<{ data?: Record<string, unknown>; errors?: { extensions?: { code?: string } }[] }>;
  stop(): Promise<number | null>;
}

/** `meridian start` on a folder and a port, once it is ready. */
export async function startService(env: Environment): Promise<RunningService> {
  const child = start(['start'], env);
  const ended = finished(child);
  let isOver = false;
  void ended.then(() => {
    isOver = true;
  });
  const address = `http://127.0.0.1:${env['PORT']}`;
  for (const until = Date.now() + 30_000; ; await delay(50)) {
    if (isOver) throw new Error(`the service ended: ${(await ended).stderr}`);
    const response = await fetch(`${address}/readyz`).catch(() => null);
    if (response?.status === 200) break;
    if (Date.now() > until) {
      child.kill('SIGKILL');
      throw new Error(`the service did not become ready: ${(await ended).stderr}`);
    }
  }
  const apiKey = readFileSync(join(env['DATA_DIR'] ?? '', 'api-key'), 'utf8').trim();
  return {
    env,
    apiKey,
    async graphql(query, variables = {}) {
      const response = await fetch(`${address}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${apiKey}` },
        body: JSON.stringify({ query, variables }),
      });
      return (await response.json()) as Awaited<ReturnType<RunningService['graphql']>>;
    },
    async stop() {
      child.kill('SIGTERM');
      return (await ended).code;
    },
  };
}

/** One statement on a running service's own database, past row-level security. */
export async function onDatabase(env: Environment, statement: string): Promise<void> {
  await asSuperuser(env, (client) => client.query(statement));
}

/** Every table of it, each row as PostgreSQL writes it as text. */
export function readDatabase(env: Environment): Promise<readonly { readonly table: string; readonly text: string }[]> {
  return asSuperuser(env, async (client) => {
    const { rows } = await client.query<{ schema: string; table: string }>(
      `select table_schema as schema, table_name as table from information_schema.tables
       where table_type = 'BASE TABLE' and table_schema not in ('pg_catalog', 'information_schema') order by 1, 2`,
    );
    const read = [];
    for (const { schema, table } of rows) {
      const name = `${pg.escapeIdentifier(schema)}.${pg.escapeIdentifier(table)}`;
      const found = await client.query<{ text: string }>(`select t::text as text from ${name} t`);
      read.push({ table, text: found.rows.map((row) => row.text).join('\n') });
    }
    return read;
  });
}

async function asSuperuser<T>(env: Environment, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const home = env['DATA_DIR'] ?? '';
  const { superuser } = JSON.parse(readFileSync(join(home, 'database-passwords.json'), 'utf8')) as {
    superuser: string;
  };
  const client = new pg.Client({
    host: socketFolderOf(join(home, 'pg')),
    user: 'postgres',
    password: superuser,
    database: 'meridian',
  });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
