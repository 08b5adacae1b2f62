/**
 * One change to 8,000 subscribers with the same document: CPU of the server's process alone, and what a connection holds.
 * Beside it ws sending one string of that size to as many sockets, and graphql-ws as it comes, each subscription executing
 * by itself. All four stand at the same time, each with its own sockets, and are asked in turn.
 */
import { type Child, startChild } from './live/child.ts';
import { changesDocument, trivialDocument } from './live/documents.ts';
import { type Fleet, startFleet } from './live/fleet.ts';
import type { Node } from './live/node.ts';
import type { Opening } from './live/sockets.ts';
import type { Stock } from './live/stock.ts';
import { type Figure, figure, report, reportFigure, tiny } from './measure.ts';

const sockets = tiny ? 20 : 8_000;
const rounds = tiny ? 1 : 7;
/** Changes of a round, each sent when the one before it has arrived everywhere. */
const changes = tiny ? 2 : 3;
const profile = process.argv.includes('--profile');
const pause = (milliseconds: number) => new Promise((later) => setTimeout(later, milliseconds));

interface Contestant {
  readonly name: string;
  readonly server: Child<Record<never, never>>;
  readonly fleet: Fleet;
  readonly tell: (round: number) => Promise<unknown>;
  /** Bytes of a connection. */
  readonly memory: { readonly rss: number; readonly heap: number };
  readonly used: number[];
}

async function contestant(
  name: string,
  server: Child<Record<never, never>>,
  tell: (round: number) => Promise<unknown>,
  opening: Omit<Opening, 'atOnce' | 'sockets'>,
): Promise<Contestant> {
  const fleet = startFleet(2);
  // What a server allocates once for its first sockets and its first change is no part of a connection.
  const first = startFleet(1);
  await first.open({ ...opening, sockets: 20 });
  await tell(-1);
  await first.eachHears(1);
  await first.close();
  await first.stop();
  await pause(tiny ? 50 : 1_000);
  const before = await server.ask.memory();
  await fleet.open({ ...opening, sockets });
  await pause(tiny ? 50 : 1_000);
  const after = await server.ask.memory();
  const memory = {
    rss: (after.rss - before.rss) / sockets,
    heap: (after.heap - before.heap) / sockets,
  };
  return { name, server, fleet, tell, memory, used: [] };
}

async function round({ server, fleet, tell, used }: Contestant, number: number): Promise<void> {
  await fleet.forget();
  const before = await server.ask.cpu();
  for (let change = 1; change <= changes; change++) {
    await tell(number * changes + change);
    await fleet.eachHears(change);
  }
  used.push(((await server.ask.cpu()) - before) / changes);
}

const node = startChild<Node>('bench/live/node.ts');
const stocks = ['raw', 'trivial', 'real'].map((kind) => startChild<Stock>('bench/live/stock.ts', [kind]));
const contestants: Contestant[] = [];
try {
  const [raw, trivial, real] = stocks;
  if (raw === undefined || trivial === undefined || real === undefined) throw new Error('expected three');
  const { port, authorization } = await node.ask.address();
  await node.ask.plant(1, (rounds + 2) * changes);
  const query = changesDocument;
  const ours = await contestant('this service', node, (index) => node.ask.commit(index + changes), {
    ...{ port, authorization, query, until: 'first batch' },
  });
  contestants.push(ours);
  // As long as what one of ours hears of a change, its id and envelope included.
  await ours.fleet.forget();
  await ours.tell(0);
  await ours.fleet.eachHears(1);
  const tally = await ours.fleet.tally();
  const bytes = Math.round(tally.bytes / tally.frames);
  const text = `{"subjectId":"${'x'.repeat(bytes - 16)}"}`;
  const portOf = async (stock: Child<Stock>) => (await stock.ask.address()).port;
  const stock = (one: Child<Stock>) => () => one.ask.tell(text);
  contestants.push(
    await contestant('ws, one string', raw, stock(raw), { port: await portOf(raw), until: 'open' }),
    await contestant('graphql-ws, trivial', trivial, stock(trivial), {
      ...{ port: await portOf(trivial), until: 'subscribed', query: trivialDocument },
    }),
    await contestant('graphql-ws, real selection', real, stock(real), {
      ...{ port: await portOf(real), until: 'subscribed', query },
    }),
  );
  // The first round compiles the code.
  for (const one of contestants) await round(one, 0);
  for (const one of contestants) one.used.splice(0);
  if (profile) await node.ask.profile(null);
  for (let number = 1; number <= rounds; number++) for (const one of contestants) await round(one, number);
  if (profile) await node.ask.profile('live-fan-out.cpuprofile');

  report('subscribers of each', sockets);
  report('bytes of a frame', bytes);
  for (const { name, used } of contestants) reportFigure(`${name}: CPU of the server for a change, ms`, figure(used));
  const [own, bare, least, same] = contestants.map(({ used }) => figure(used));
  // Of each round by itself, since what else the machine does changes between rounds.
  const ratio = (over: number[] | undefined, under: number[] | undefined): Figure =>
    figure((over ?? []).map((value, index) => value / (under?.[index] ?? Number.NaN)));
  const [a, b, c, d] = contestants.map(({ used }) => used);
  reportFigure('this service to ws, one string', ratio(a, b), '≤ 1.3', (median) => median <= 1.3);
  reportFigure('graphql-ws, trivial, to this service', ratio(c, a), '≥ 2', (median) => median >= 2);
  reportFigure('graphql-ws, real selection, to this service', ratio(d, a), '≥ 3', (median) => median >= 3);
  report(
    'the same of the lowest: to ws; trivial; real',
    [(own?.low ?? 0) / (bare?.low ?? 1), (least?.low ?? 0) / (own?.low ?? 1), (same?.low ?? 0) / (own?.low ?? 1)]
      .map((value) => value.toFixed(2))
      .join('; '),
  );
  for (const { name, memory } of contestants) {
    report(`${name}: a connection, KiB: RSS; heap and buffers`, `${kibibytes(memory.rss)}; ${kibibytes(memory.heap)}`);
  }
  const [mine, theirs] = contestants;
  const rss = ((mine?.memory.rss ?? 0) - (theirs?.memory.rss ?? 0)) / 1_024;
  const heap = ((mine?.memory.heap ?? 0) - (theirs?.memory.heap ?? 0)) / 1_024;
  report('a connection above ws, RSS, KiB', rss, '≤ 10', rss <= 10);
  report('a connection above ws, heap and buffers, KiB', heap, '≤ 10', heap <= 10);
} finally {
  for (const { fleet } of contestants) await fleet.stop();
  for (const server of [node, ...stocks]) await server.stop();
}

function kibibytes(bytes: number): string {
  return (bytes / 1_024).toFixed(1);
}
