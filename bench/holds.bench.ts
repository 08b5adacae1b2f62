/**
 * Holds of a pool of 20, asked for by several processes in random order of the members, some of which are killed in between: no two
 * overlap, nobody hears of a deadlock, and after their time nothing of them is left.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { sql } from 'kysely';
import { startEmbedded } from '../datasources/store/embedded/start.ts';
import { createIdSource } from '../datasources/store/ids.ts';
import { openStore } from '../datasources/store/open.ts';
import { testKeyRing } from '../test/setup/database-servers.ts';
import { applicationCalendar, openGraph } from '../test/setup/graph.ts';
import { report, tiny } from './measure.ts';

const calls = tiny ? 60 : 10_000;
const pool = 20;
const processes = 2;
/** Calls that a process has under way at once. */
const atOnce = 5;
/** Answers after which a process is killed, time and again. */
const killedAfter = tiny ? 15 : 1_000;
const starts = Array.from({ length: tiny ? 4 : 100 }, (_, at) =>
  new Date(Date.UTC(2026, 2, 2) + at * 1_800_000).toISOString().replace('.000Z', 'Z'),
);

type Connection = Awaited<ReturnType<typeof startEmbedded>>['connection'];

const task = process.argv[process.argv.indexOf('--holding') + 1];
if (process.argv.includes('--holding') && task !== undefined) await hold(JSON.parse(task));
else await race();

async function graphOn(database: Connection) {
  const store = await openStore({
    database,
    ids: createIdSource(),
    keyRing: testKeyRing,
    zoneDataVersion: process.versions['tz'] ?? '2020a',
    maximumConnections: 5,
  });
  // What tests read behind the store's back, nobody does here.
  const graph = await openGraph({ fresh: { store } as NonNullable<Parameters<typeof openGraph>[0]>['fresh'] & object });
  return { store, graph };
}

/** One process: asks and holds until it is ended, and tells what came of each call. */
async function hold({
  database,
  accountIds,
}: {
  readonly database: Connection;
  readonly accountIds: readonly string[];
}) {
  const { graph } = await graphOn(database);
  const drawn = <T>(list: readonly T[]): T => list[Math.floor(Math.random() * list.length)] as T;
  const one = async (): Promise<string> => {
    const members = accountIds.map((accountId) => ({ accountId })).sort(() => Math.random() - 0.5);
    const input = {
      participants: [{ members, required: 1 }],
      requiredDuration: 'PT30M',
      buffer: { before: 'PT5M', after: 'PT5M' },
      search: { starts: [drawn(starts)] },
    };
    const { data } = await graph.run(
      'query ($input: AvailabilityInput!) { availability(input: $input) { slots { token } } }',
      { input },
    );
    const slotToken = data.availability.slots[0]?.token;
    if (slotToken === undefined) return 'NONE';
    const answer = await graph.run(
      'mutation ($input: CreateHoldInput!) { createHold(input: $input) { hold { id } userErrors { code } } }',
      { input: { slots: [{ slotToken }], ttl: 'PT30M' } },
    );
    const { hold: made, userErrors } = answer.data.createHold;
    if (made === null) return userErrors[0].code;
    if (Math.random() < 0.5) return 'HELD';
    await graph.run('mutation ($id: ID!) { releaseHold(input: { holdId: $id }) { userErrors { code } } }', {
      id: made.id,
    });
    return 'HELD';
  };
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      for (;;) {
        const outcome = await one().catch((error: Error) => `FAILED ${error.message.replaceAll('\n', ' ')}`);
        process.stdout.write(`${outcome}\n`);
      }
    }),
  );
}

async function race() {
  const dataDir = mkdtempSync(join(tmpdir(), 'meridian-bench-'));
  const embedded = await startEmbedded({ dataDir });
  const { store, graph } = await graphOn(embedded.connection);
  const children = new Set<ChildProcess>();
  try {
    const accountIds: string[] = [];
    for (let at = 0; at < pool; at += 1) accountIds.push((await applicationCalendar(graph, `host ${at}`)).accountId);
    const told = new Map<string, number>();
    let answers = 0;
    let kills = 0;
    await new Promise<void>((resolve) => {
      const start = () => {
        const argument = JSON.stringify({ database: embedded.connection, accountIds });
        const options = [import.meta.filename, ...(tiny ? ['--tiny'] : []), '--holding', argument];
        const child = spawn(process.execPath, options, { stdio: ['ignore', 'pipe', 'inherit'] });
        children.add(child);
        child.on('exit', () => children.delete(child));
        createInterface({ input: child.stdout }).on('line', (line) => {
          told.set(line, (told.get(line) ?? 0) + 1);
          answers += 1;
          if (answers >= calls) resolve();
          else if (answers % killedAfter === 0) {
            kills += 1;
            child.kill('SIGKILL');
            start();
          }
        });
      };
      for (let at = 0; at < processes; at += 1) start();
    });
    await ended(children);
    const overlaps = await count(
      sql`from hold_slot a join hold_slot b on a.account_id = b.account_id and a.ctid < b.ctid and a.during && b.during`,
    );
    const failed = [...told].filter(([line]) => line.startsWith('FAILED'));
    report('calls', answers);
    report('processes killed in between', kills, '≥ 1', kills >= 1);
    report('holds made', told.get('HELD') ?? 0, '≥ 1', (told.get('HELD') ?? 0) >= 1);
    report('told SLOT_TAKEN', told.get('SLOT_TAKEN') ?? 0);
    report('overlaps', overlaps, '0', overlaps === 0);
    report('deadlocks and other failures', failed.map(([line]) => line).join('; ') || 0, '0', failed.length === 0);
    await store.asWorker(async (tx) => {
      await sql`update hold set expires_at = now() - interval '1 second' where status = 'HELD'`.execute(tx);
      await sql`update hold_slot set expires_at = now() - interval '1 second'`.execute(tx);
    });
    await graph.services.holds.endExpired();
    const left = (await count(sql`from hold_slot`)) + (await count(sql`from hold where status = 'HELD'`));
    report('left after their time', left, '0', left === 0);
  } finally {
    await ended(children);
    await graph.close();
    await store.close();
    await embedded.stop();
    rmSync(dataDir, { recursive: true, force: true });
  }

  async function count(from: ReturnType<typeof sql>): Promise<number> {
    const { rows } = await store.asWorker((tx) =>
      sql<{ found: number }>`select count(*)::int as found ${from}`.execute(tx),
    );
    return rows[0]?.found ?? 0;
  }
}

async function ended(children: ReadonlySet<ChildProcess>): Promise<void> {
  await Promise.all(
    [...children].map(
      (child) =>
        new Promise<void>((resolve) => {
          child.on('exit', () => resolve());
          child.kill('SIGKILL');
        }),
    ),
  );
}
