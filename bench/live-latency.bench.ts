/**
 * From a commit to its subscribers, on one node with 1,000 sockets at 100 commits a second, each of another event: once with
 * 100 accounts and ten subscribers to each of them, and once with every subscriber told every change. Beside it ws alone, without
 * a database, sending texts of the same size to as many sockets at the same rate: what the machine itself can do.
 */
import { loadavg } from 'node:os';
import { startChild } from './live/child.ts';
import { changesDocument } from './live/documents.ts';
import { type Fleet, startFleet } from './live/fleet.ts';
import type { Committed, Node, Subject } from './live/node.ts';
import type { Stock } from './live/stock.ts';
import { figure, report, reportFigure, tiny } from './measure.ts';

const sockets = tiny ? 20 : 1_000;
const accounts = tiny ? 2 : 100;
const perSecond = 100;
const commits = tiny ? 20 : 500;
const rounds = tiny ? 1 : 7;
const patience = 20_000;
const profile = process.argv.includes('--profile');

interface Round {
  readonly p50: number;
  readonly p99: number;
  /** The same from before the commit began. */
  readonly whole50: number;
  readonly whole99: number;
  /** CPU of the server and of the clients in a second of the machine's, and changes in a frame. */
  readonly server: number;
  readonly clients: number;
  readonly perFrame: number;
}

async function measure(
  fleet: Fleet,
  server: { readonly ask: { cpu(): Promise<number> } },
  subjects: readonly Subject[],
  hearers: number,
  run: () => Promise<readonly Committed[]>,
): Promise<Round> {
  await fleet.follow(subjects.map(({ id }) => id));
  await fleet.forget();
  const begun = performance.now();
  const [serverBefore, clientsBefore] = [await server.ask.cpu(), await fleet.cpu()];
  const times = await run();
  const expected = subjects.length * hearers;
  const late = performance.now() + patience;
  let tally = await fleet.tally();
  while (tally.changes < expected && performance.now() < late) {
    await new Promise((later) => setTimeout(later, 50));
    tally = await fleet.tally();
  }
  if (tally.changes !== expected) throw new Error(`expected ${expected} deliveries, got ${tally.changes}`);
  const [server_, clients] = [(await server.ask.cpu()) - serverBefore, (await fleet.cpu()) - clientsBefore];
  const wall = performance.now() - begun;
  const [behind, whole]: [number[], number[]] = [[], []];
  for (const found of await fleet.arrivals()) {
    for (let place = 0; place < found.length; place += 2) {
      const [before, after] = times[found[place] ?? 0] ?? [0, 0];
      behind.push((found[place + 1] ?? 0) - after);
      whole.push((found[place + 1] ?? 0) - before);
    }
  }
  const [b50, b99] = percentiles(behind);
  const [w50, w99] = percentiles(whole);
  const perFrame = tally.changes / tally.frames;
  return { p50: b50, p99: b99, whole50: w50, whole99: w99, server: server_ / wall, clients: clients / wall, perFrame };
}

function percentiles(values: readonly number[]): readonly [number, number] {
  const sorted = Float64Array.from(values).sort();
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
  return [at(0.5), at(0.99)];
}

const node = startChild<Node>('bench/live/node.ts');
const raw = startChild<Stock>('bench/live/stock.ts', ['raw']);
const ours = startFleet(2);
const bare = startFleet(2);
try {
  const { port, authorization } = await node.ask.address();
  const eventsEach = Math.ceil(((rounds + 1) * 2 * commits) / accounts);
  const subjects = await node.ask.plant(accounts, eventsEach);
  const accountIds = subjects.slice(0, accounts).map(({ accountId }) => accountId);
  let used = 0;

  for (const isShared of [false, true]) {
    const who = isShared ? 'all to all' : `${accounts} accounts`;
    const hearers = isShared ? sockets : sockets / accounts;
    const variables = isShared ? [{}] : accountIds.map((id) => ({ filter: { accountIds: [id] } }));
    await ours.open({ port, authorization, query: changesDocument, until: 'first batch', sockets, variables });
    await bare.open({ port: (await raw.ask.address()).port, until: 'open', sockets });
    const found: { readonly own: Round; readonly floor: Round }[] = [];
    let size = 1_000;
    for (let round = 0; round <= rounds; round++) {
      const chosen = subjects.slice(used, used + commits);
      if (profile && round === 1) await node.ask.profile(null);
      const own = await measure(ours, node, chosen, hearers, () => node.ask.commits(used, commits, perSecond));
      const { bytes, frames } = await ours.tally();
      size = Math.round(bytes / frames / own.perFrame);
      const texts = chosen.map(({ id }) => `{"subjectId":"${id}","rest":"${'x'.repeat(Math.max(0, size - 60))}"}`);
      const among = isShared ? 1 : accounts;
      const floor = await measure(bare, raw, chosen, hearers, () => raw.ask.tells(texts, perSecond, among));
      used += commits;
      // The first round compiles the code.
      if (round > 0 || tiny) found.push({ own, floor });
    }
    if (profile) await node.ask.profile(`live-latency-${isShared ? 'shared' : 'accounts'}.cpuprofile`);
    const of = (read: (round: Round) => number, which: 'own' | 'floor' = 'own') =>
      figure(found.map((one) => read(one[which])));
    report(
      `${who}: sockets; deliveries a second; load of the machine`,
      `${sockets}; ${perSecond * hearers}; ${(loadavg()[0] ?? 0).toFixed(1)}`,
    );
    reportFigure(
      `${who}: from the commit's return, p50, ms`,
      of(({ p50 }) => p50),
      '≤ 5',
      (median) => median <= 5,
    );
    reportFigure(
      `${who}: … p99, ms`,
      of(({ p99 }) => p99),
      '≤ 50',
      (median) => median <= 50,
    );
    reportFigure(
      `${who}: from before the commit, p50, ms`,
      of(({ whole50 }) => whole50),
    );
    reportFigure(
      `${who}: … p99, ms`,
      of(({ whole99 }) => whole99),
    );
    reportFigure(
      `${who}: ws alone, from before its first send, p50, ms`,
      of(({ whole50 }) => whole50, 'floor'),
    );
    reportFigure(
      `${who}: … p99, ms`,
      of(({ whole99 }) => whole99, 'floor'),
    );
    reportFigure(
      `${who}: CPU of the server, of one core; changes in a frame`,
      of(({ server }) => server),
      of(({ perFrame }) => perFrame).median.toFixed(2),
    );
    reportFigure(
      `${who}: CPU of ws alone`,
      of(({ server }) => server, 'floor'),
    );
    reportFigure(
      `${who}: CPU of the clients of ours, of theirs`,
      of(({ clients }) => clients),
      of(({ clients }) => clients, 'floor').median.toFixed(2),
    );
    await ours.close();
    await bare.close();
  }
} finally {
  await ours.stop();
  await bare.stop();
  await raw.stop();
  await node.stop();
}
