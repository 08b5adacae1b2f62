/** What the change log costs a commit, beside the same commits without it, and how fast one account alone can be written to. */
import { sql } from 'kysely';
import { appendChanges } from '../datasources/store/change-log.ts';
import type { Tx } from '../datasources/store/store.ts';
import { content, insertWriters, openLogStore, updates, type Writer } from './log-store.ts';
import { figure, reportFigure, tiny } from './measure.ts';

const writers = tiny ? 2 : 8;
const rounds = tiny ? 1 : 9;
/** Commits of each writer in a round. */
const commits = { single: tiny ? 3 : 150, batch: tiny ? 2 : 50, hot: tiny ? 3 : 100 };
const batchRows = 20;

const { store, close } = await openLogStore(writers);
try {
  const own = await insertWriters(store, writers, batchRows, false);
  const single = await compare(own, 1, commits.single);
  reportFigure('single changes, commits/s without the log', single.bare);
  reportFigure('single changes, commits/s with it', single.logged);
  reportFigure('… the ratio', single.ratio, '≥ 0.6', (median) => median >= 0.6);
  const batch = await compare(own, batchRows, commits.batch);
  reportFigure(`batches of ${batchRows}, commits/s without the log`, batch.bare);
  reportFigure(`batches of ${batchRows}, commits/s with it`, batch.logged);
  reportFigure('… the ratio', batch.ratio, '≥ 0.75', (median) => median >= 0.75);
  const hot = await compare(await insertWriters(store, writers, 1, true), 1, commits.hot);
  reportFigure('one hot account, commits/s without the log', hot.bare);
  reportFigure('one hot account, commits/s with it', hot.logged, '≥ 500', (median) => median >= 500);
} finally {
  await close();
}

/** Commits a second of all writers at once, without and with the log, in interleaved rounds. */
async function compare(of: readonly Writer[], rows: number, each: number) {
  const run = async (logged: boolean): Promise<number> => {
    const begun = performance.now();
    await Promise.all(
      of.map(async (writer) => {
        for (let commit = 0; commit < each; commit++) await store.asWorker((tx) => change(tx, writer, rows, logged));
      }),
    );
    return (of.length * each * 1_000) / (performance.now() - begun);
  };
  const [bare, logged, ratio]: [number[], number[], number[]] = [[], [], []];
  // What is compiled and cached first.
  if (!tiny) for (const kind of [false, true]) await run(kind);
  for (let round = 0; round < rounds; round++) {
    // Whoever comes second finds what the first one left behind, so they take turns at it.
    const order = round % 2 === 0 ? [false, true] : [true, false];
    const found = new Map<boolean, number>();
    for (const kind of order) found.set(kind, await run(kind));
    const [without, beside] = [found.get(false) ?? Number.NaN, found.get(true) ?? Number.NaN];
    bare.push(without);
    logged.push(beside);
    ratio.push(beside / without);
  }
  return { bare: figure(bare), logged: figure(logged), ratio: figure(ratio) };
}

/** One statement as a pull's page writes its events, and the log's behind it. */
async function change(tx: Tx, { tenant, eventIds }: Writer, rows: number, logged: boolean): Promise<void> {
  const ids = eventIds.slice(0, rows);
  await sql`
    update event set content = ${JSON.stringify(content)}::jsonb, raw = repeat('y', 800), etag = '"2"',
      version = version + 1, synced_at = clock_timestamp()
    where id = any(${ids}::text[])`.execute(tx);
  if (logged) await appendChanges(tx, tenant.accountId, updates(tenant, ids), { madeBy: null });
}
