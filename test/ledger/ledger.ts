/**
 * A ledger: what several writers committed, beside what each of several subscribers received, while everything between them is
 * killed, cut, paused, restarted and at last restored from a backup. It speaks to processes, sockets and tables only.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { ask } from './asking.ts';
import { type Part, startAudience } from './audience.ts';
import { apiKey, type Cluster, createCluster, encryptionKeys } from './cluster.ts';
import { compare, numbering, readCommitted, readWritten, sequencesNow } from './committed.ts';
import { createDatabase, createWritten, type Database } from './database.ts';
import { endsNodes, type FaultName, faults, leaveHalfOpen, type World } from './faults.ts';
import { startNaive } from './naive.ts';
import { startProxy, type TcpProxy } from './proxy.ts';
import { createRedis, type KillableRedis } from './redis.ts';
import { type Backup, restore, takeBackup } from './restored.ts';
import { type Calendar, connectProvider, createCalendar, startMutations } from './traffic.ts';
import { startWriters, type WriterTask } from './writers.ts';

export interface LedgerOptions {
  readonly nodes: number;
  /** Three or more. */
  readonly accounts: number;
  readonly writers: number;
  readonly writing: Pick<
    WriterTask,
    'atOnce' | 'changesAtMost' | 'longPercent' | 'longMilliseconds' | 'pauseMilliseconds'
  >;
  /** Acknowledged changes of the writers, at least. */
  readonly changes: number;
  /** The same after a backup was restored; null: none is. */
  readonly changesAfterRestore: number | null;
  /** Events at the CalDAV server. */
  readonly events: number;
  /** A round of them, or round after round until `changes` are written. */
  readonly faults: readonly FaultName[];
  readonly rounds: 'one' | 'until written';
  /** Between two faults, and how long a node is paused. Milliseconds. */
  readonly between: number;
  readonly pause: number;
  /** Sockets that are left half open, for the node to end. */
  readonly halfOpen: number;
  /** How long subscribers may take to catch up, in milliseconds. */
  readonly patience: number;
  readonly say: (line: string) => void;
}

export interface LedgerResult {
  readonly faults: Readonly<Partial<Record<FaultName, number>>>;
  readonly transactions: number;
  /** Changes of which nobody was told whether they were committed. The tables tell. */
  readonly inDoubt: number;
  readonly mutations: number;
  /** Of so many that were written, what the plain cursor never saw. */
  readonly naive: { readonly written: number; readonly lost: number };
  /** How long the node kept each socket whose other side was gone; null: it has it still. */
  readonly halfOpen: readonly (number | null)[];
  readonly before: Part;
  /** Since the restore. */
  readonly after: Part | null;
  /** Everything else that is not as it has to be, a sentence each. */
  readonly wrong: readonly string[];
}

interface House {
  readonly folder: string;
  readonly database: Database;
  readonly redis: KillableRedis;
  readonly cluster: Cluster;
  readonly front: TcpProxy;
}

export async function keepLedger(options: LedgerOptions): Promise<LedgerResult> {
  const closing: (() => Promise<unknown>)[] = [];
  try {
    return await keep(await open(options, closing), options, closing);
  } finally {
    for (const close of closing.reverse()) await close().catch((error: unknown) => options.say(String(error)));
  }
}

async function open(options: LedgerOptions, closing: (() => Promise<unknown>)[]): Promise<House> {
  const folder = mkdtempSync('/tmp/meridian-ledger-');
  closing.push(async () => {
    for (const each of [folder, `${folder}-pg`]) rmSync(each, { recursive: true, force: true, maxRetries: 5 });
  });
  const database = await createDatabase(folder);
  closing.push(() => database.kill());
  const redis = await createRedis(folder);
  closing.push(() => redis.kill());
  const cluster = await createCluster(options.nodes, { folder, database, redis });
  closing.push(() => cluster.close());
  await createWritten(database);
  const front = await startProxy(() => cluster.next().port);
  closing.push(() => front.close());
  return { folder, database, redis, cluster, front };
}

async function keep(
  { folder, database, redis, cluster, front }: House,
  options: LedgerOptions,
  closing: (() => Promise<unknown>)[],
): Promise<LedgerResult> {
  const { say } = options;
  const address = () => `http://127.0.0.1:${front.port}`;
  const calendars: Calendar[] = [];
  for (let number = 0; number < options.accounts; number++) {
    calendars.push(await createCalendar(address(), apiKey, `calendar ${number}`));
  }
  const provider = await connectProvider(address(), apiKey, options.events);
  closing.push(() => provider.stop());

  const numberOf = numbering();
  const beginning = await whereItBegins(database, address());
  const audience = startAudience({ database, address, apiKey, calendars, numberOf, ...beginning });
  closing.push(() => audience.stop());
  const naive = startNaive(database);
  closing.push(() => naive.stop());
  const task = { databaseUrl: database.url(), keys: encryptionKeys, accounts: calendars, ...options.writing };
  const writers = startWriters(options.writers, task);
  closing.push(() => writers.end());
  const [one] = calendars;
  if (one === undefined) throw new Error('no calendar');
  const mutations = startMutations({ address, token: apiKey, calendarId: one.calendarId, pauseMilliseconds: 150 });
  closing.push(() => mutations.stop());

  await until(() => writers.acknowledged.size > 0);
  say('everybody writes');
  const wrong: string[] = [];
  const world: World = { database, redis, cluster, provider, writers, front, pause: options.pause, wrong };
  const { counts, halfOpen, backup } = await disturb(world, options, folder);

  await Promise.all([writers.end(), mutations.stop()]);
  say(`written ${writers.acknowledged.size}, in doubt ${writers.unknown}`);
  const before = await audience.settle(options.patience);
  wrong.push(...(await compare(database, await readCommitted(database, numberOf), { writers, mutations, provider })));
  await naive.stop();
  const written = [...(await readWritten(database)).values()].flat();
  const lost = written.filter((subject) => !naive.received.has(subject)).length;

  let after: Part | null = null;
  if (backup !== null && options.changesAfterRestore !== null) {
    await Promise.all(cluster.nodes.map((node) => node.stop()));
    wrong.push(...(await restore(cluster, database, backup, numberOf)));
    say('restored');
    // Each begins to write at once: changes are committed before, while and after a subscriber reads everything anew.
    const later = startWriters(options.writers, task);
    closing.push(() => later.end());
    for (const node of cluster.nodes) await node.start();
    await until(() => later.acknowledged.size >= (options.changesAfterRestore ?? 0));
    await later.end();
    const late = performance.now() + options.patience;
    await until(() => audience.subscribers.every(({ resyncs }) => resyncs > 0) || performance.now() > late);
    after = await audience.settle(options.patience);
  }
  return {
    faults: counts,
    transactions: writers.transactions,
    inDoubt: writers.unknown,
    mutations: mutations.acknowledged.length,
    naive: { written: written.length, lost },
    halfOpen,
    before,
    after,
    wrong,
  };
}

/** A cursor, and what was committed by then: nothing is written between the two. */
async function whereItBegins(database: Database, address: string) {
  for (;;) {
    const sequences = await sequencesNow(database);
    const { changes } = await ask<{ changes: { cursor: string } }>(address, apiKey, '{ changes { cursor } }');
    const again = await sequencesNow(database);
    if (again.entries().every(([account, sequence]) => sequences.get(account) === sequence))
      return { sequences, cursor: changes.cursor };
  }
}

/** Round after round of faults while everybody writes; a backup in the middle. */
async function disturb(world: World, options: LedgerOptions, folder: string) {
  const { say } = options;
  const counts: Partial<Record<FaultName, number>> = {};
  const [node] = world.cluster.nodes;
  let halfOpen: readonly (number | null)[] = [];
  let left = node === undefined || options.halfOpen === 0 ? null : await leaveHalfOpen(node, options.halfOpen);
  const lookAfter = async () => {
    halfOpen = (await left?.()) ?? halfOpen;
    left = null;
  };
  let backup: Backup | null = null;
  const isWritten = (share: number) => world.writers.acknowledged.size >= share * options.changes;
  const back = async () => {
    if (backup !== null || options.changesAfterRestore === null) return;
    backup = await takeBackup(world.cluster, world.writers, folder);
    say('backup taken');
  };
  do {
    for (const name of options.faults) {
      // The end of the half-open ones has to come of the node's asking, not of its own end.
      if (endsNodes.includes(name)) await lookAfter();
      await delay(options.between);
      const begun = performance.now();
      await faults[name](world);
      counts[name] = (counts[name] ?? 0) + 1;
      say(`${name}: ${Math.round(performance.now() - begun)} ms; written ${world.writers.acknowledged.size}`);
      if (isWritten(0.4)) await back();
    }
    await lookAfter();
  } while (options.rounds === 'until written' && !isWritten(1));
  await back();
  await until(() => isWritten(1));
  return { counts, halfOpen, backup: backup as Backup | null };
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await delay(100);
}
