/** What the tests of stored availability begin with: a graph, accounts with nothing stored, and what is asked of them. */
import { afterAll, beforeAll } from '@jest/globals';
import { applicationCalendar, openGraph, type TestGraph } from '../setup/graph.ts';
import { asking } from './stored-availability.ts';

export interface StoredWorld {
  readonly graph: TestGraph;
  readonly ask: ReturnType<typeof asking>;
  /** An account in London with nothing stored. */
  fresh(): ReturnType<typeof applicationCalendar>;
  rowsOf(
    table: 'availability_rule' | 'available_period',
    accountId: string,
  ): Promise<{ readonly id: string; readonly application_id: string }[]>;
}

/** Opens a graph before the tests of the file and closes it behind them. */
export function storedWorld(): StoredWorld {
  let graph: TestGraph | undefined;
  let made = 0;
  beforeAll(async () => {
    graph = await openGraph();
  });
  afterAll(async () => graph?.close());
  const opened = (): TestGraph => {
    if (graph === undefined) throw new Error('the graph opens before the first test');
    return graph;
  };
  return {
    get graph() {
      return opened();
    },
    get ask() {
      return asking(opened());
    },
    fresh: () => applicationCalendar(opened(), `account ${made++}`, 'Europe/London'),
    rowsOf: (table, accountId) =>
      opened().fresh.superuser(`select id, application_id from ${table} where account_id = $1 order by id`, [
        accountId,
      ]),
  };
}
