/**
 * A storm: 10,000 clients come back at once, each with a cursor of its own, dealt out over the last 20 commits and over the last 100, until each has
 * caught up. Beside it graphql-ws as it comes, to which as many merely connect (connection_init and connection_ack). The node knows
 * nothing of what they missed: every round commits anew while nobody listens.
 */
import { loadavg } from 'node:os';
import { startChild } from './live/child.ts';
import { changesDocument } from './live/documents.ts';
import { startFleet } from './live/fleet.ts';
import type { Node } from './live/node.ts';
import type { Stock } from './live/stock.ts';
import { figure, report, reportFigure, tiny } from './measure.ts';

const clients = tiny ? 40 : 10_000;
const spreads = tiny ? [4] : [20, 100];
const rounds = tiny ? 1 : 5;
const profile = process.argv.includes('--profile');
const pause = (milliseconds: number) => new Promise((later) => setTimeout(later, milliseconds));

const node = startChild<Node>('bench/live/node.ts');
const stock = startChild<Stock>('bench/live/stock.ts', ['trivial']);
const ours = startFleet(2);
const theirs = startFleet(2);
try {
  await node.ask.plant(1, Math.max(...spreads));
  for (const commits of spreads) await storm(commits);
} finally {
  await ours.stop();
  await theirs.stop();
  await stock.stop();
  await node.stop();
}

async function storm(commits: number): Promise<void> {
  const { port, authorization } = await node.ask.address();
  const theirPort = (await stock.ask.address()).port;
  let missed = 0;
  for (let client = 0; client < clients; client++) missed += commits - (client % commits);

  const found: { time: number; cpu: number; theirTime: number; theirCpu: number; load: number }[] = [];
  for (let round = 0; round <= rounds; round++) {
    const cursors = await node.ask.history(commits, clients);
    const variables = cursors.map((after) => ({ after }));
    if (profile && round === 1) await node.ask.profile(null);
    const before = await node.ask.cpu();
    const opened = await ours.open({
      ...{ port, authorization, query: changesDocument, until: 'caught up', sockets: clients, variables },
    });
    const cpu = (await node.ask.cpu()) - before;
    if (profile && round === 1) await node.ask.profile('live-resume.cpuprofile');
    if (opened.changes !== missed) throw new Error(`expected ${missed} changes, got ${opened.changes}`);
    if (round === 0)
      report(
        'clients; changes that they missed in all; MB',
        `${clients}; ${missed}; ${(opened.bytes / 1e6).toFixed(0)}`,
      );

    const theirBefore = await stock.ask.cpu();
    const connected = await theirs.open({ port: theirPort, until: 'acknowledged', sockets: clients });
    const theirCpu = (await stock.ask.cpu()) - theirBefore;
    // The first round compiles the code.
    if (round > 0 || tiny) {
      found.push({
        time: opened.milliseconds,
        cpu,
        theirTime: connected.milliseconds,
        theirCpu,
        load: loadavg()[0] ?? 0,
      });
    }
    // All of them are live now: one change reaches each once.
    await ours.forget();
    await node.ask.commit(0);
    await ours.eachHears(1);
    await ours.close();
    await theirs.close();
    await pause(tiny ? 50 : 2_000);
  }
  const of = (read: (one: (typeof found)[number]) => number) => figure(found.map(read));
  reportFigure(
    `${commits} commits: until all have caught up, ms`,
    of(({ time }) => time),
  );
  reportFigure(
    `${commits} commits: graphql-ws, until all are connected, ms`,
    of(({ theirTime }) => theirTime),
  );
  reportFigure(
    `${commits} commits: ratio`,
    of(({ time, theirTime }) => time / theirTime),
    '≤ 1.5',
    (median) => median <= 1.5,
  );
  reportFigure(
    `${commits} commits: CPU of the server, s`,
    of(({ cpu }) => cpu / 1_000),
    '≤ 5',
    (median) => median <= 5,
  );
  reportFigure(
    `${commits} commits: CPU of graphql-ws, s`,
    of(({ theirCpu }) => theirCpu / 1_000),
  );
  reportFigure(
    `${commits} commits: load of the machine`,
    of(({ load }) => load),
  );
}
