/**
 * A program: transactions that change several accounts at a time, short ones and long ones, through the store's own change log.
 * Tells its parent what was acknowledged, what was rolled back on purpose, and what it does not know.
 */
import { randomInt } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { sql } from 'kysely';
import { keyRingFromEnvironment } from '../../datasources/secrets/key-source.ts';
import { appendChanges, type ChangeKind } from '../../datasources/store/change-log.ts';
import { createIdSource } from '../../datasources/store/ids.ts';
import { type OpenedStore, openStore } from '../../datasources/store/open.ts';
import type { Tx } from '../../datasources/store/store.ts';
import { subjectOf, type Told, type WriterTask } from './writers.ts';

const kinds: readonly ChangeKind[] = [
  'EVENT_CREATED',
  'EVENT_UPDATED',
  'EVENT_UPDATED',
  'EVENT_DELETED',
  'CALENDAR_UPDATED',
];

class OnPurpose extends Error {}

const tell = (told: Told) => process.send?.(told);
let ending = false;
process.on('message', (message) => {
  if (message === 'end') ending = true;
  else void write(message as WriterTask);
});
// Without a parent nobody reckons.
process.on('disconnect', () => process.exit());

async function write(task: WriterTask): Promise<void> {
  let next = 0;
  const take = (count: number) => {
    const from = next;
    next += count;
    return Array.from({ length: count }, (_, index) => subjectOf(task.name, from + index));
  };
  const store = await opened(task);
  await Promise.all(Array.from({ length: task.atOnce }, () => loop(store, task, take)));
  await store.close();
  // What is on its way comes before this.
  process.send?.({ acknowledged: [] } satisfies Told, undefined, undefined, () => process.disconnect());
}

async function opened(task: WriterTask): Promise<OpenedStore> {
  for (;;) {
    try {
      return await openStore({
        database: task.databaseUrl,
        ids: createIdSource(),
        keyRing: keyRingFromEnvironment(task.keys),
        zoneDataVersion: '2020a',
        maximumConnections: task.atOnce,
      });
    } catch (error) {
      if (ending) throw error;
      await delay(100);
    }
  }
}

async function loop(store: OpenedStore, task: WriterTask, take: (count: number) => string[]): Promise<void> {
  while (!ending) {
    const accounts = task.accounts.filter(() => randomInt(task.accounts.length) === 0).slice(0, 3);
    const [any] = task.accounts.slice(randomInt(task.accounts.length));
    if (accounts.length === 0 && any !== undefined) accounts.push(any);
    // In one order, so that two transactions cannot wait for each other.
    accounts.sort((a, b) => (a.accountId < b.accountId ? -1 : 1));
    const written = accounts.map((account) => ({ ...account, subjects: take(1 + randomInt(task.changesAtMost)) }));
    const subjects = written.flatMap((one) => one.subjects);
    const isLong = randomInt(100) < task.longPercent;
    const isRolledBack = randomInt(100) < 3;
    let committing = false;
    try {
      await store.asWorker(async (tx) => {
        if (isLong) {
          // Its id is given out now; others will overtake it.
          await sql`select pg_current_xact_id()`.execute(tx);
          await delay(randomInt(task.longMilliseconds));
        }
        for (const { accountId, calendarId, subjects } of written) await change(tx, accountId, calendarId, subjects);
        if (randomInt(10) === 0) await delay(randomInt(40));
        if (isRolledBack) throw new OnPurpose();
        committing = true;
      });
      tell({ acknowledged: subjects });
    } catch (error) {
      // A lost connection does not say whether the commit got through.
      if (committing) tell({ unknown: subjects });
      else tell({ rolledBack: subjects });
      if (!(error instanceof OnPurpose)) await delay(50);
    }
    if (task.pauseMilliseconds > 0) await delay(randomInt(2 * task.pauseMilliseconds));
  }
}

async function change(tx: Tx, accountId: string, calendarId: string, subjects: readonly string[]): Promise<void> {
  // All of one kind: of one transaction's changes the log tells those of one kind first, then another's.
  const kind = kinds[randomInt(kinds.length)] ?? 'EVENT_UPDATED';
  await appendChanges(
    tx,
    accountId,
    subjects.map((subjectId) => ({
      kind,
      subjectId,
      profileId: null,
      calendarId,
      managedBy: null,
    })),
    { madeBy: null },
  );
  await sql`insert into ledger.written (account, subject)
    select ${accountId}, s from unnest(${subjects}::text[]) with ordinality as t (s, place) order by place`.execute(tx);
}
