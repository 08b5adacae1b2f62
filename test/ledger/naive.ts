/**
 * What everybody writes first: `where id > last order by id` over a bigserial. Of two transactions the one with the lower id may
 * commit later, and then this never sees it. It reads the same transactions as the others; that it loses some shows that they could.
 */
import { setTimeout as delay } from 'node:timers/promises';
import type pg from 'pg';
import type { Database } from './database.ts';

export interface NaiveReader {
  readonly received: ReadonlySet<string>;
  stop(): Promise<void>;
}

export function startNaive(database: Database): NaiveReader {
  const received = new Set<string>();
  let last = '0';
  let ending = false;
  const running = (async () => {
    let client: pg.Client | null = null;
    while (!ending) {
      try {
        client ??= await database.connect();
        const { rows } = await client.query<{ id: string; subject: string }>(
          'select id, subject from ledger.written where id > $1 order by id limit 1000',
          [last],
        );
        for (const { subject } of rows) received.add(subject);
        last = rows.at(-1)?.id ?? last;
        if (rows.length < 1_000) await delay(20);
      } catch {
        await client?.end().catch(() => undefined);
        client = null;
        await delay(100);
      }
    }
    await client?.end();
  })();
  return {
    received,
    async stop() {
      ending = true;
      await running;
    },
  };
}
