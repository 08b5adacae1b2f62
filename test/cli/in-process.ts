/** The program in this process, as an operator's, on a database of the tests' server. */
import { PassThrough } from 'node:stream';
import { runProgram } from '../../cli/program.ts';
import type { Streams } from '../../cli/terminal.ts';
import { documentCheck } from '../../server/graphql/documents/check.ts';
import type { FreshStore } from '../setup/database.ts';
import type { Loose } from '../setup/graph.ts';

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export async function runOn(fresh: FreshStore, parameters: readonly string[]): Promise<Ended> {
  const { user, password, database, host, port } = fresh.address;
  const url = new URL('postgres://localhost');
  url.pathname = `/${database}`;
  for (const [name, value] of Object.entries({ user, password, host, port: String(port) })) {
    url.searchParams.set(name, value);
  }
  const key = Buffer.from(Array.from({ length: 32 }, (_, index) => index * 7));
  const house = {
    version: 'test',
    settings: () => ({
      mode: 'production' as const,
      port: 0,
      host: '127.0.0.1',
      publicUrl: new URL('https://calendars.example.com'),
      dataDir: '/nowhere',
      databaseUrl: url.href,
      redisUrl: null,
      mail: null,
      encryptionKeys: `test:${key.toString('base64')}`,
      apiKey: null,
    }),
    documentCheck: async (sdl: string | null) => documentCheck(sdl),
    start: async () => {},
  };
  const [stdin, stdout, stderr] = [new PassThrough(), new PassThrough(), new PassThrough()];
  const streams = { stdin, stdout, stderr, env: {}, signal: new AbortController().signal } as unknown as Streams;
  const code = await runProgram(house, streams, parameters);
  return { code, stdout: String(stdout.read() ?? ''), stderr: String(stderr.read() ?? '') };
}

/** With `--json`: its one document, and the exit code. */
export async function askOn(fresh: FreshStore, parameters: readonly string[]): Promise<Loose> {
  const { code, stdout } = await runOn(fresh, [...parameters, '--json']);
  return { ...JSON.parse(stdout), code };
}
