/** What was committed, told by those who wrote it and by the tables, and the two beside each other. */
import type { Database } from './database.ts';
import type { Filter } from './subscriber.ts';
import type { Mutations, Provider } from './traffic.ts';
import { isWritten, type Writers } from './writers.ts';

interface Row {
  readonly account: string;
  readonly sequence: number;
  readonly kind: string;
  readonly subject: string;
  readonly number: number;
}

export interface Committed {
  readonly rows: readonly Row[];
  /** What passes a filter: of each account the changes in order, and how many of them are not behind `sequences`. */
  expectedBy(
    filter: Filter,
    sequences: ReadonlyMap<string, number>,
  ): { readonly expected: Map<string, number[]>; readonly known: Map<string, number> };
}

export type NumberOf = (kind: string, subjectId: string, at: string | Date) => number;

/**
 * Gives every change a number. The ledger's own subjects are each of one change; others change often, and those of one kind
 * in one second, which is as exactly as a time is told, share a number.
 */
export function numbering(): NumberOf {
  const numbers = new Map<string, number>();
  return (kind, subjectId, at) => {
    const key = isWritten(subjectId) ? subjectId : `${kind} ${subjectId} ${Math.floor(new Date(at).getTime() / 1_000)}`;
    let number = numbers.get(key);
    if (number === undefined) {
      number = numbers.size;
      numbers.set(key, number);
    }
    return number;
  };
}

/** Of each account the last sequence that is committed. */
export async function sequencesNow(database: Database): Promise<Map<string, number>> {
  const rows = await database.query<{ account_id: string; sequence: string }>(
    'select account_id, sequence from public.account_log',
  );
  return new Map(rows.map((row) => [row.account_id, Number(row.sequence)]));
}

export async function readCommitted(database: Database, numberOf: NumberOf): Promise<Committed> {
  const rows: Row[] = [];
  const client = await database.connect();
  try {
    let [ordinal, sequence] = ['-1', '0'];
    for (;;) {
      const { rows: page } = await client.query<{
        account_ordinal: string;
        sequence: string;
        account_id: string;
        kind: string;
        subject_id: string;
        at: Date;
      }>(
        `select account_ordinal, sequence, account_id, kind, subject_id, at from public.change_log
         where (account_ordinal, sequence) > ($1::bigint, $2::bigint) order by 1, 2 limit 50000`,
        [ordinal, sequence],
      );
      for (const row of page) {
        rows.push({
          account: row.account_id,
          sequence: Number(row.sequence),
          kind: row.kind,
          subject: row.subject_id,
          number: numberOf(row.kind, row.subject_id, row.at),
        });
      }
      const last = page.at(-1);
      if (last === undefined) break;
      [ordinal, sequence] = [last.account_ordinal, last.sequence];
    }
  } finally {
    await client.end();
  }
  return {
    rows,
    expectedBy(filter, sequences) {
      const expected = new Map<string, number[]>();
      const known = new Map<string, number>();
      for (const row of rows) {
        if (filter.accountIds?.includes(row.account) === false || filter.kinds?.includes(row.kind) === false) continue;
        const changes = expected.get(row.account) ?? [];
        changes.push(row.number);
        expected.set(row.account, changes);
        if (row.sequence <= (sequences.get(row.account) ?? 0)) known.set(row.account, changes.length);
      }
      return { expected, known };
    },
  };
}

/**
 * Of each account what the writers put down beside their changes, in the order of the commits by PostgreSQL's own clock: whoever
 * changes an account waits until the one before has committed.
 */
export async function readWritten(database: Database): Promise<Map<string, string[]>> {
  const written = new Map<string, string[]>();
  const client = await database.connect();
  try {
    await client.query(`begin; declare written no scroll cursor for
      select account, subject from ledger.written order by pg_xact_commit_timestamp(xmin), id`);
    for (;;) {
      const { rows } = await client.query<{ account: string; subject: string }>('fetch 50000 from written');
      for (const { account, subject } of rows) add(written, account, subject);
      if (rows.length === 0) return written;
    }
  } finally {
    await client.end();
  }
}

/** Of each account the writers' subjects, as the log has them. */
export function writtenIn({ rows }: Committed): Map<string, string[]> {
  const logged = new Map<string, string[]>();
  for (const { account, subject } of rows) if (isWritten(subject)) add(logged, account, subject);
  return logged;
}

function add(lists: Map<string, string[]>, name: string, value: string): void {
  const list = lists.get(name);
  if (list === undefined) lists.set(name, [value]);
  else list.push(value);
}

/** One sentence for each thing in which the log is not what was committed; none when all is well. */
export async function compare(
  database: Database,
  committed: Committed,
  {
    writers,
    mutations,
    provider,
  }: { readonly writers: Writers; readonly mutations: Mutations; readonly provider: Provider },
): Promise<string[]> {
  const wrong: string[] = [];
  const say = (what: string, found: readonly unknown[]) => {
    if (found.length > 0) wrong.push(`${what}: ${found.length}, such as ${JSON.stringify(found.slice(0, 5))}`);
  };
  const written = await readWritten(database);
  const all = new Set([...written.values()].flat());
  say(
    'acknowledged and not in the table',
    [...writers.acknowledged].filter((subject) => !all.has(subject)),
  );
  say(
    'rolled back and in the table',
    [...writers.rolledBack].filter((subject) => all.has(subject)),
  );

  const logged = writtenIn(committed);
  for (const account of new Set([...written.keys(), ...logged.keys()])) {
    const [theirs, ours] = [written.get(account) ?? [], logged.get(account) ?? []];
    const other = theirs.findIndex((subject, place) => subject !== ours[place]);
    if (other < 0 && theirs.length === ours.length) continue;
    const around = (list: readonly string[]) => list.slice(Math.max(0, other - 1), other + 3).join(', ');
    wrong.push(
      `the log of ${account} has ${ours.length} changes, written were ${theirs.length}; at ${other} ${around(ours)} in place of ${around(theirs)}`,
    );
  }

  const told = new Set(committed.rows.map(({ kind, subject }) => `${kind} ${subject}`));
  say(
    'mutations that were acknowledged and are not in the log',
    mutations.acknowledged.filter(({ kind, subjectId }) => !told.has(`${kind} ${subjectId}`)),
  );

  const events = await database.query<{ id: string; summary: string }>(
    `select id, content->>'summary' as summary from public.event where account_id = $1 and deleted_at is null`,
    [provider.accountId],
  );
  const bySummary = new Map<string, string[]>();
  for (const { id, summary } of events) bySummary.set(summary, [...(bySummary.get(summary) ?? []), id]);
  const changed = new Map<string, number>();
  for (const summary of provider.summaries.values()) changed.set(summary, (changed.get(summary) ?? 0) + 1);
  for (const [summary, count] of changed) {
    const found = bySummary.get(summary) ?? [];
    if (found.length !== count)
      wrong.push(`events that the provider calls ${summary}: ${count}, and stored: ${found.length}`);
    say(
      'events that a sync changed and the log does not tell of',
      found.filter((id) => !told.has(`EVENT_UPDATED ${id}`)),
    );
  }
  return wrong;
}
