/** The running service, asked as its clients ask it. */
import { createServer } from 'node:net';
import { CommandFailure } from '../failure.ts';
import type { Settings } from '../house.ts';
import { operations } from '../operations.ts';
import { addressOf, findApiKey, findService, isNobody, type Service } from '../service.ts';
import { plain } from '../terminal.ts';
import { type Finding, fail, ok, reasonOf, warn } from './check.ts';

/** A profile that is polled at all is polled at least every quarter of an hour (semantics D11), with push every hour. */
const syncWarnMs = 2 * 3_600_000;
const pageLimit = 20;
const probeMs = 5_000;

export async function checkService(
  settings: Settings,
  version: string,
  signal: AbortSignal,
): Promise<readonly Finding[]> {
  let address: string;
  try {
    address = addressOf(settings);
  } catch (error) {
    return [warn('service', reasonOf(error), error instanceof CommandFailure ? (error.fix ?? '') : '')];
  }
  const live = await probe(`${address}/livez`);
  if (live === null) return [await checkPort(settings, address)];
  const ready = await probe(`${address}/readyz`);
  const checks = asObject(ready?.body['checks']);
  if (live.body['status'] !== 'ok' || ready === null || checks === null) {
    return [fail('port', `another program answers at ${address}`, 'set PORT to a free one, or stop that program')];
  }
  const findings = [ok('service', `running at ${address}`), readiness(ready.status, checks, ready.body['status'])];
  if (findApiKey(settings) === null) {
    const isProduction = settings.mode === 'production';
    const detail = isProduction
      ? 'in production there is no key to ask about profiles with'
      : `${settings.dataDir} holds no API key, though the service runs`;
    const fix = isProduction
      ? "ask `profiles(status: …)` with your application's credentials"
      : 'set DATA_DIR to the one that the banner of `npm start` names';
    return [...findings, warn('api-key', detail, fix)];
  }
  const service = findService(settings, signal);
  try {
    findings.push(await checkKey(service, version));
    findings.push(...(await checkProfiles(service)));
  } catch (error) {
    const fix = error instanceof CommandFailure && error.fix !== null ? error.fix : 'look at what the service logs';
    findings.push(fail('api-key', reasonOf(error), fix));
  }
  return findings;
}

interface Answer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

/** Null when nobody answers; an empty body for what is no JSON. */
async function probe(url: string): Promise<Answer | null> {
  try {
    const response = await fetch(url, { redirect: 'manual', signal: AbortSignal.timeout(probeMs) });
    const body: unknown = await response.json().catch(() => null);
    return { status: response.status, body: asObject(body) ?? {} };
  } catch (error) {
    // Whoever takes the connection and does not speak HTTP is somebody as well.
    return isNobody(error) ? null : { status: 0, body: {} };
  }
}

async function checkPort({ host, port }: Settings, address: string): Promise<Finding> {
  const problem = await new Promise<NodeJS.ErrnoException | null>((resolve) => {
    const server = createServer();
    server.once('error', resolve);
    server.listen({ host, port, exclusive: true }, () => server.close(() => resolve(null)));
  });
  if (problem === null) {
    return warn('service', `not running; ${address} is free`, 'start it with `npm start`');
  }
  const taken = problem.code === 'EADDRINUSE';
  const detail = taken
    ? `another program holds port ${port}`
    : `the service could not listen on ${host}:${port} (${problem.code})`;
  return fail(
    'port',
    detail,
    taken
      ? 'set PORT to a free one, or stop that program'
      : 'set HOST to an address of this machine, and PORT to one that this user may open',
  );
}

function readiness(status: number, checks: Readonly<Record<string, unknown>>, word: unknown): Finding {
  const failed = Object.entries(checks)
    .filter(([, result]) => result !== 'ok')
    .map(([name]) => plain(name, 40));
  if (failed.length > 0) {
    return fail(
      'ready',
      `not ready: ${failed.join(', ')}`,
      'the service logs why; the checks of the database below may say the same',
    );
  }
  if (status === 200)
    return ok(
      'ready',
      Object.keys(checks)
        .map((name) => `${plain(name, 40)} ok`)
        .join(', '),
    );
  return warn(
    'ready',
    `it answers ${status} (${plain(String(word), 40)})`,
    'wait until it has stopped, then start it again',
  );
}

async function checkKey(service: Service, version: string): Promise<Finding> {
  const { meridian } = await service.graphql<{ meridian: { version: string } | null }>(operations.version);
  const running = meridian?.version ?? 'unknown';
  if (running !== version) {
    return warn(
      'api-key',
      `the service takes the key, but it is Meridian ${plain(running, 40)} and this is ${version}`,
      'restart the service',
    );
  }
  return ok('api-key', `the service takes the key of ${service.apiKey.origin}`);
}

interface Profile {
  readonly id: string;
  readonly name: string;
  readonly provider: string;
  readonly initialSyncRequired: boolean;
  readonly health: {
    readonly status: string;
    readonly cause: string | null;
    readonly since: string;
    readonly remedy: string | null;
    readonly lastSyncedAt: string | null;
  };
}

async function checkProfiles(service: Service): Promise<Finding[]> {
  const profiles: Profile[] = [];
  let after: string | null = null;
  for (let page = 0; page < pageLimit; page++) {
    const answer: {
      profiles: { nodes: Profile[]; pageInfo: { hasNextPage: boolean; endCursor: string | null } } | null;
    } = await service.graphql(operations.profiles, { after });
    profiles.push(...(answer.profiles?.nodes ?? []));
    after = answer.profiles?.pageInfo.endCursor ?? null;
    if (answer.profiles?.pageInfo.hasNextPage !== true || after === null) break;
  }
  const remote = profiles.filter(({ provider }) => provider !== 'MERIDIAN');
  if (remote.length === 0) return [ok('profiles', 'nobody has connected a provider yet')];
  const findings = remote.flatMap((profile) => judge(profile, Date.now()));
  const good = remote.length - new Set(findings.map(({ detail }) => detail)).size;
  const synced = remote
    .map(({ health }) => health.lastSyncedAt)
    .filter((at): at is string => at !== null)
    .sort();
  if (good > 0) findings.unshift(ok('profiles', `${good} of ${remote.length} healthy`));
  const latest = synced.at(-1);
  findings.push(
    latest === undefined
      ? warn('last-sync', 'nothing was ever read', 'wait for the first sync, or look at the profiles above')
      : ok('last-sync', `last success ${ago(Date.now() - Date.parse(latest))} ago`),
  );
  return findings;
}

function judge({ id, name, provider, health, initialSyncRequired }: Profile, now: number): Finding[] {
  const who = `${provider} ${plain(name, 60)} (${id})`;
  if (health.status !== 'CONNECTED') {
    const detail = `${who}: ${health.status}${health.cause === null ? '' : `, ${health.cause}`}, since ${health.since}`;
    const fix = health.remedy === null ? 'connect it again' : plain(health.remedy);
    return [health.status === 'DISCONNECTED' ? fail('profile', detail, fix) : warn('profile', detail, fix)];
  }
  if (initialSyncRequired)
    return [warn('profile', `${who}: still being read for the first time`, 'wait; large calendars take minutes')];
  const since = health.lastSyncedAt === null ? null : now - Date.parse(health.lastSyncedAt);
  if (since !== null && since <= syncWarnMs) return [];
  const detail = since === null ? `${who}: never read` : `${who}: last read ${ago(since)} ago`;
  return [warn('profile', detail, 'look at `Calendar.sync.runs` for what happened, or restart the service')];
}

/** `5 min` */
function ago(milliseconds: number): string {
  const seconds = Math.max(0, Math.round(milliseconds / 1000));
  if (seconds < 120) return `${seconds} s`;
  if (seconds < 7_200) return `${Math.round(seconds / 60)} min`;
  return seconds < 172_800 ? `${Math.round(seconds / 3_600)} h` : `${Math.round(seconds / 86_400)} d`;
}

function asObject(value: unknown): Readonly<Record<string, unknown>> | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : null;
}
