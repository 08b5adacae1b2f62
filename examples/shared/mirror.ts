/**
 * What a consumer keeps: a copy of the events, a line for every change that it was told, and the cursor behind them.
 *
 * Each batch is written in ONE transaction with its cursor. Delivery is at least once; this makes the effect exactly
 * once: whatever the process dies of, either the batch and its cursor are there, or neither is and the batch comes again.
 */
import { DatabaseSync } from 'node:sqlite';

export interface Batch {
  readonly cursor: string;
  readonly changes: readonly {
    readonly kind: string;
    readonly subjectId: string;
    readonly subject: { readonly summary?: string } | null;
  }[];
}

export interface Copied {
  readonly id: string;
  readonly summary: string;
}

export class Mirror {
  readonly #database: DatabaseSync;

  /** `file`: where it is kept; `:memory:` for one that the process takes with it. */
  constructor(file: string) {
    this.#database = new DatabaseSync(file, { timeout: 5_000 });
    this.#database.exec(`
      create table if not exists event (id text primary key, summary text not null);
      create table if not exists told (number integer primary key, line text not null);
      create table if not exists progress (one integer primary key check (one = 1), cursor text not null)`);
  }

  /** Where to go on; null when nothing has been read yet. */
  cursor(): string | null {
    const row = this.#database.prepare('select cursor from progress').get();
    return row === undefined ? null : String(row['cursor']);
  }

  /** The changes of a batch and the cursor behind them: all or nothing. */
  apply(batch: Batch): void {
    this.#inOneTransaction(batch.cursor, () => {
      for (const { kind, subjectId, subject } of batch.changes) {
        this.#run('insert into told (line) values (?)', `${kind} ${subject?.summary ?? '(gone)'}`);
        if (subject === null) this.#run('delete from event where id = ?', subjectId);
        else this.#copy({ id: subjectId, summary: subject.summary ?? '' });
      }
    });
  }

  /** Everything that there is, in place of everything that there was. */
  replace(events: readonly Copied[], cursor: string): void {
    this.#inOneTransaction(cursor, () => {
      this.#run('delete from event');
      for (const event of events) this.#copy(event);
    });
  }

  /** A line for every change, in the order in which they were told. */
  told(): string[] {
    return this.#database
      .prepare('select line from told order by number')
      .all()
      .map(({ line }) => String(line));
  }

  events(): Copied[] {
    const rows = this.#database.prepare('select id, summary from event order by summary').all();
    return rows.map(({ id, summary }) => ({ id: String(id), summary: String(summary) }));
  }

  #copy({ id, summary }: Copied): void {
    this.#run(
      'insert into event (id, summary) values (?, ?) on conflict (id) do update set summary = excluded.summary',
      id,
      summary,
    );
  }

  #inOneTransaction(cursor: string, write: () => void): void {
    this.#database.exec('begin immediate');
    try {
      write();
      this.#run(
        'insert into progress (one, cursor) values (1, ?) on conflict (one) do update set cursor = excluded.cursor',
        cursor,
      );
      this.#database.exec('commit');
    } catch (error) {
      this.#database.exec('rollback');
      throw error;
    }
  }

  #run(statement: string, ...values: string[]): void {
    this.#database.prepare(statement).run(...values);
  }
}
