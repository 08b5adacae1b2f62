/** What a metric keeps of whatever it is given. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { gauges } from '../../../server/telemetry/gauges.ts';
import { metrics as table } from '../../../server/telemetry/metric-table.ts';
import { createMetrics } from '../../../server/telemetry/metrics.ts';

/** The series of a metric, by their labels as they are written. */
async function seriesOf(kept: ReturnType<typeof createMetrics>, name: string): Promise<string[]> {
  const lines = (await kept.text()).split('\n');
  return lines.filter((line) => line.startsWith(`${name}{`) || line.startsWith(`${name} `));
}

describe('labels', () => {
  test('take what is listed, and count the rest as other', async () => {
    const kept = createMetrics();
    kept.count('providerThrottled', { provider: 'CALDAV' });
    kept.count('providerThrottled', { provider: 'dav.tenant-of-somebody.example' }, 2);
    kept.count('providerThrottled', {}, 3);
    expect(await seriesOf(kept, table.providerThrottled.name)).toEqual([
      'meridian_provider_throttled_total{provider="CALDAV"} 1',
      'meridian_provider_throttled_total{provider="other"} 5',
    ]);
  });

  test('whatever comes, there are no more series than the table allows', async () => {
    const kept = createMetrics();
    const { labels } = table.operation;
    const most = (labels.type.length + 1) * (labels.outcome.length + 1);
    fc.assert(
      fc.property(fc.string(), fc.string(), (type, outcome) => {
        kept.observe('operation', { type, outcome, email: 'ann@example.com' }, 1);
      }),
      { seed: 7, numRuns: 3_000 },
    );
    for (const type of labels.type) {
      for (const outcome of labels.outcome) kept.observe('operation', { type, outcome }, 1);
    }
    const series = await seriesOf(kept, `${table.operation.name}_count`);
    expect(series.length).toBeGreaterThan(labels.type.length * labels.outcome.length);
    expect(series.length).toBeLessThanOrEqual(most);
    expect(await kept.text()).not.toContain('example.com');
  });

  test('of routes and statuses keep as many as come first', async () => {
    const kept = createMetrics();
    for (let n = 0; n < 1_000; n++) kept.observe('httpRequest', { method: 'GET', route: `/${n}`, status: n }, 1);
    const series = await seriesOf(kept, `${table.httpRequest.name}_count`);
    expect(series).toHaveLength(table.httpRequest.labels.route + 1);
    expect(series.at(-1)).toContain('route="other"');
  });

  test('hold no name of a person, a host, an account or an operation', () => {
    const names = new Set(Object.values(table).flatMap(({ labels }) => Object.keys(labels)));
    expect([...names].sort()).toEqual(
      [
        'call',
        'method',
        'outcome',
        'provider',
        'quantile',
        'queue',
        'route',
        'source',
        'state',
        'status',
        'type',
        'version',
      ].sort(),
    );
  });
});

test('names end in their unit, as Prometheus wants them', () => {
  for (const { name, kind } of Object.values(table)) {
    expect(name).toMatch(/^meridian_[a-z_]+$/);
    if (kind === 'histogram') expect(name).toMatch(/_seconds$/);
    if (kind === 'counter') expect(name).toMatch(/_total$/);
  }
});

describe('gauges', () => {
  const good = {
    node: () => ({ sockets: 3, subscriptions: 5, connections: { open: 4, idle: 1, waiting: 2 } }),
    sync: async () => ({
      profiles: [{ provider: 'CALDAV' as const, status: 'CONNECTED' as const, count: 2 }],
      lags: [{ provider: 'CALDAV' as const, median: 10, most: 20, longest: 30, overdue: 0 }],
      pendingWrites: 1,
      oldestWrite: 9,
    }),
    queue: async () => [{ queue: 'poll', waiting: 7, active: 8, oldest: 6 }],
    log: async () => ({ rows: 100, oldest: 50 }),
  };

  test('are what their sources say', async () => {
    const kept = createMetrics();
    await gauges(kept, good, () => 0)();
    const lines = (await kept.text()).split('\n');
    expect(lines).toEqual(
      expect.arrayContaining([
        'meridian_sockets_open 3',
        'meridian_subscriptions_open 5',
        'meridian_database_connections{state="busy"} 3',
        'meridian_database_connections{state="idle"} 1',
        'meridian_database_waiting 2',
        'meridian_profiles{provider="CALDAV",status="CONNECTED"} 2',
        'meridian_sync_lag_seconds{provider="CALDAV",quantile="0.95"} 20',
        'meridian_writes_pending 1',
        'meridian_queue_jobs{queue="poll",state="waiting"} 7',
        'meridian_queue_jobs{queue="poll",state="active"} 8',
        'meridian_queue_oldest_seconds{queue="poll"} 6',
        'meridian_change_log_rows 100',
        'meridian_change_log_oldest_seconds 50',
        'meridian_scrape_source_up{source="sync"} 1',
      ]),
    );
  });

  test('of a source that is away are missing, and the others are there', async () => {
    const kept = createMetrics();
    let away = false;
    let now = 0;
    const sync = async () => {
      if (away) throw new Error('the database is away, and its password is hunter2');
      return good.sync();
    };
    const ask = gauges(kept, { ...good, sync }, () => now);
    await ask();
    away = true;
    now += 10_000;
    await ask();
    const text = await kept.text();
    expect(text).toContain('meridian_scrape_source_up{source="sync"} 0');
    expect(text).toContain('meridian_scrape_source_up{source="queue"} 1');
    expect(text).toContain('meridian_sockets_open 3');
    expect(text).not.toMatch(/^meridian_(sync_lag|profiles|writes_pending)/m);
    expect(text).not.toContain('hunter2');
  });

  test('ask their sources once in five seconds, however many scrape', async () => {
    let asked = 0;
    let now = 0;
    const log = async () => {
      asked++;
      return good.log();
    };
    const ask = gauges(createMetrics(), { ...good, log }, () => now);
    await Promise.all([ask(), ask(), ask()]);
    now = 4_999;
    await ask();
    expect(asked).toBe(1);
    now = 5_000;
    await ask();
    expect(asked).toBe(2);
  });
});
