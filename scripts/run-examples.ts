/** Starts a service of its own on a free port and runs every example against it; what each must print stands here. */
import { spawn } from 'node:child_process';
import { globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';

const resumed =
  /^EVENT_CREATED number 1\nEVENT_CREATED number 2\nEVENT_CREATED number 3\nEVENT_CREATED number 4\nEVENT_CREATED number 5\n$/;
const expected: Readonly<Record<string, RegExp>> = {
  'first-steps.ts':
    /^created: true, then: false\n2026-03-20T09:00:00\+00:00\n2026-03-27T09:00:00\+00:00\n2026-04-03T09:00:00\+01:00\n$/,
  'first-subscription.ts':
    /^listening\n\{\n {2}"data": \{[\s\S]*"kind": "EVENT_CREATED"[\s\S]*"summary": "Hello from \d+"[\s\S]*\}\n$/,
  'join.ts':
    /^\{"kind":"APPLICATION_CALENDAR","calendars":\[\{"timeZone":"Europe\/London"\}\],"employee":\{"name":"Ann","team":"Sales"\}\}\n\{"changes":\[\{"kind":"EVENT_CREATED","account":\{"employee":\{"name":"Ann"\}\}\}\]\}\n$/,
  'import-and-free-busy.ts':
    /^created 1, unchanged 0\ncreated 0, unchanged 1\nBUSY 2026-06-01T12:00:00\+01:00\nBUSY 2026-06-02T12:00:00\+01:00\nBUSY 2026-06-03T12:00:00\+01:00\n$/,
  'live-apollo.ts': resumed,
  'live-availability.ts': /^now: 09:00 10:00 11:00\nan event: 09:00 11:00\na hold: 11:00\ngiven back: 09:00 11:00\n$/,
  'live-graphql-ws.ts': resumed,
  'live-urql.ts': resumed,
  // It is handed the cursor of before the first example: what those did is told, in order.
  'poll-changes.sh':
    /^\{"kind":"ACCOUNT_AUTHORIZED","subjectId":"acc_\w+"\}\n(\{"kind":"[A-Z_]+","subjectId":"(acc|pro|cal|evt|hld)_\w+"\}\n){25,}$/,
  'series-and-feed.ts': /^written: 2\ngoes on as: Planning, later, RRULE:FREQ=WEEKLY;COUNT=6\nseries in the feed: 3\n$/,
};

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const address = server.address();
  await new Promise((closed) => server.close(closed));
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

function run(
  program: string,
  arguments_: string[],
  env: NodeJS.ProcessEnv,
): Promise<{ code: number | null; output: string; errors: string }> {
  return new Promise((ended) => {
    const child = spawn(program, arguments_, { env, stdio: ['ignore', 'pipe', 'pipe'], timeout: 60_000 });
    let output = '';
    let errors = '';
    child.stdout.on('data', (part) => {
      output += part;
    });
    child.stderr.on('data', (part) => {
      errors += part;
    });
    child.on('close', (code) => ended({ code, output, errors }));
  });
}

const dataDir = mkdtempSync(join(tmpdir(), 'examples-'));
const port = await freePort();
const neighbourPort = await freePort();
// Every example runs through the gateway; those that ask Meridian alone must not notice.
const neighbour = spawn(process.execPath, ['examples/federation/employees.ts'], {
  env: { ...process.env, PORT: String(neighbourPort) },
  stdio: ['ignore', 'ignore', 'inherit'],
});
const service = spawn(process.execPath, ['server/main.ts'], {
  env: {
    ...process.env,
    PORT: String(port),
    DATA_DIR: dataDir,
    MERIDIAN_SUBGRAPHS: `employees=http://127.0.0.1:${neighbourPort}/graphql`,
  },
  stdio: ['ignore', 'ignore', 'inherit'],
});
let failed = 0;
try {
  const address = `http://127.0.0.1:${port}`;
  for (let attempt = 0; ; attempt++) {
    if ((await fetch(`${address}/readyz`).catch(() => null))?.ok === true) break;
    if (attempt > 600 || service.exitCode !== null) throw new Error('the service did not start');
    await new Promise((later) => setTimeout(later, 100));
  }
  const key = readFileSync(join(dataDir, 'api-key'), 'utf8').trim();
  const env = { ...process.env, SERVICE: address, API_KEY: key };
  const cursorFile = join(dataDir, 'cursor');
  const keepCursor = () => run('bash', ['examples/poll-changes.sh', cursorFile], { ...env, ROUNDS: '1', PAUSE: '0' });
  await keepCursor();
  for (const file of globSync('examples/{*.{ts,sh},federation/join.ts}').sort()) {
    const name = basename(file);
    const { code, output, errors } =
      name === 'poll-changes.sh' ? await keepCursor() : await run(process.execPath, [file], env);
    const right = code === 0 && (expected[name]?.test(output) ?? false);
    if (!right) failed++;
    console.log(`${name}: ${right ? 'ok' : `FAILED (exit ${code})\n${output}${errors}`}`);
  }
} finally {
  neighbour.kill('SIGTERM');
  service.kill('SIGTERM');
  await new Promise((ended) => (service.exitCode === null ? service.once('exit', ended) : ended(null)));
  rmSync(dataDir, { recursive: true, force: true });
}
process.exitCode = failed > 0 ? 1 : 0;
