/** What pruning costs those who append meanwhile, and how much room the log takes once it has been gone through several times. */
import pg from 'pg';
import { appendChanges, pruneChangeLog } from '../datasources/store/change-log.ts';
import { insertWriters, openLogStore, updates } from './log-store.ts';
import { figure, report, reportFigure, spent, tiny } from './measure.ts';

const writers = tiny ? 2 : 8;
const rounds = tiny ? 1 : 7;
const commits = tiny ? 3 : 100;
/** Days are as short as writing them takes: pruning is told how long ago the day ended that is the last to go. */
const keptDays = tiny ? 2 : 10;
const rowsADay = tiny ? 40 : 5_000;
const rowsACommit = 20;
const batch = tiny ? 10 : 5_000;

const { store, close } = await openLogStore(writers + 1);
const owner = new pg.Client(store.clientConfig);
try {
  await owner.connect();
  const all = await insertWriters(store, writers, 1, false);
  const days: number[] = [];
  for (let day = 0; day < keptDays; day++) await writeDay();
  const full = await sizes();
  report('rows kept', full.rows);
  report('bytes a row, table', full.table / full.rows);
  report('bytes a row, indexes', full.indexes / full.rows);

  const [alone, beside, ratio, batches]: [number[], number[], number[], number[]] = [[], [], [], []];
  for (let round = 0; round < rounds; round++) {
    await writeDay();
    const found = new Map<boolean, number>();
    for (const pruning of round % 2 === 0 ? [false, true] : [true, false]) {
      const pruned = pruning ? pruneDay(batches) : Promise.resolve();
      const { wall } = await spent(appendAll);
      await pruned;
      found.set(pruning, (writers * commits * 1_000) / wall);
    }
    const [without, during] = [found.get(false) ?? Number.NaN, found.get(true) ?? Number.NaN];
    alone.push(without);
    beside.push(during);
    ratio.push(during / without);
  }
  reportFigure('appends/s', figure(alone));
  reportFigure('appends/s while a day is pruned', figure(beside));
  reportFigure('… the ratio', figure(ratio), '≥ 0.5', (median) => median >= 0.5);
  reportFigure(`ms for ${batch} pruned rows, beside the appends`, figure(batches));

  for (let day = 0; day < 2 * keptDays; day++) {
    await writeDay();
    await pruneDay([]);
    // As autovacuum would once a hundredth of the table is dead; its clock is slower than this bench.
    await owner.query('vacuum (analyze) change_log');
  }
  const after = await sizes();
  report(`rows kept, after ${2 * keptDays} days more`, after.rows);
  report('… bytes a row, table', after.table / after.rows);
  report('… bytes a row, indexes', after.indexes / after.rows);
  const growth = (after.table + after.indexes) / after.rows / ((full.table + full.indexes) / full.rows);
  report('… against the beginning', growth, '≤ 1.5', growth <= 1.5);

  async function appendAll(): Promise<void> {
    await Promise.all(
      all.map(async ({ tenant, eventIds }) => {
        for (let commit = 0; commit < commits; commit++) {
          await store.asWorker((tx) =>
            appendChanges(tx, tenant.accountId, updates(tenant, eventIds), { madeBy: null }),
          );
        }
      }),
    );
  }

  /** A day's changes, of every account in turn. */
  async function writeDay(): Promise<void> {
    await Promise.all(
      all.map(async ({ tenant }) => {
        const ids = Array.from({ length: rowsACommit }, () => store.ids('evt'));
        for (let written = 0; written < rowsADay / writers; written += rowsACommit) {
          await store.asWorker((tx) => appendChanges(tx, tenant.accountId, updates(tenant, ids), { madeBy: null }));
        }
      }),
    );
    await new Promise((later) => setTimeout(later, 5));
    days.push(Date.now());
  }

  /** The oldest day that is there still. */
  async function pruneDay(times: number[]): Promise<void> {
    const end = days.shift() ?? 0;
    for (let gone = batch; gone === batch; ) {
      const { wall } = await spent(async () => {
        const past = (Date.now() - end) / 86_400_000;
        gone = await store.asWorker((tx) => pruneChangeLog(tx, { days: past, batch }));
      });
      if (gone > 0) times.push(wall);
    }
  }

  async function sizes(): Promise<{ rows: number; table: number; indexes: number }> {
    // As the worker: row-level security binds the table's owner too.
    await owner.query(`set role meridian_worker`);
    const { rows } = await owner.query<{ rows: number; table: string; indexes: string }>(
      `select (select count(*) from change_log)::int as rows, pg_table_size('change_log') as table,
         pg_indexes_size('change_log') as indexes`,
    );
    await owner.query('reset role');
    const [row] = rows;
    if (row === undefined) throw new Error('no sizes');
    return { rows: row.rows, table: Number(row.table), indexes: Number(row.indexes) };
  }
} finally {
  await owner.end();
  await close();
}
