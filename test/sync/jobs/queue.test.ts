import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createJobQueue, type JobQueue } from '../../../sync/jobs/queue.ts';
import { createSingleFlight } from '../../../sync/jobs/single-flight.ts';
import { type FreshStore, freshStore } from '../../setup/database.ts';

const messages: string[] = [];
const logger = {
  info: () => {},
  warn: (_: unknown, message: string) => void messages.push(message),
  error: (fields: unknown, message: string) => void messages.push(`${message} ${JSON.stringify(fields)}`),
};

let fresh: FreshStore;
let queue: JobQueue;
let seen: string[] = [];
let gate: Promise<void> = Promise.resolve();

async function until(condition: () => boolean, milliseconds = 10_000): Promise<void> {
  const end = performance.now() + milliseconds;
  while (!condition()) {
    if (performance.now() > end) throw new Error(`not within ${milliseconds} ms; seen: ${seen.join(' ')}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

beforeAll(async () => {
  fresh = await freshStore();
  queue = createJobQueue(fresh.store.clientConfig, logger);
  await queue.start({
    async poll(id) {
      seen.push(`poll ${id}`);
      await gate;
    },
    async write(id) {
      seen.push(`write ${id}`);
    },
  });
});
afterAll(async () => {
  await queue.stop(5_000);
  const left = await fresh.superuser<{ n: number }>(
    `select count(*)::int as n from pg_stat_activity where datname = current_database() and application_name like 'meridian jobs%'`,
  );
  expect(left[0]?.n).toBe(0);
  await fresh.drop();
  expect(messages).toEqual([]);
});

describe('the job queue', () => {
  test('a job sent in a transaction runs after its commit, under either role', async () => {
    seen = [];
    const tenant = { applicationId: 'app_none', accountId: null };
    await fresh.store.withApplication(tenant, (tx) => queue.write('opr_app', tx));
    await fresh.store.asWorker((tx) => queue.poll('pro_worker', tx));
    await until(() => seen.length === 2);
    expect(seen.sort()).toEqual(['poll pro_worker', 'write opr_app']);
  });

  test('a job sent in a transaction that is rolled back does not run', async () => {
    seen = [];
    await expect(
      fresh.store.asWorker(async (tx) => {
        await queue.write('opr_rolled_back', tx);
        throw new Error('no');
      }),
    ).rejects.toThrow('no');
    await queue.write('opr_after');
    await until(() => seen.includes('write opr_after'));
    expect(seen).toEqual(['write opr_after']);
  });

  test('a job of another version is left alone, and one that says no version is of the first', async () => {
    seen = [];
    const of = (name: string, data: object) =>
      fresh.superuser(`insert into boss.job (name, data, policy, singleton_key) values ($1, $2, 'stately', $3)`, [
        name,
        JSON.stringify(data),
        randomUUID(),
      ]);
    await of('poll', { version: 2, id: 'later' });
    await of('poll', { version: 1 });
    await of('poll', { id: 'first' });
    await until(() => seen.includes('poll first'));
    const open = () => fresh.superuser(`select 1 from boss.job where name = 'poll' and state in ('created', 'active')`);
    for (let waited = 0; (await open()).length > 0 && waited < 10_000; waited += 20) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    expect(seen).toEqual(['poll first']);
  });

  test('twenty triggers while one runs make exactly one more run', async () => {
    seen = [];
    let open = () => {};
    gate = new Promise((resolve) => {
      open = resolve;
    });
    await queue.poll('pro_busy');
    await until(() => seen.length === 1);
    for (let trigger = 0; trigger < 20; trigger++) await queue.poll('pro_busy');
    await queue.poll('pro_other');
    await until(() => seen.includes('poll pro_other'));
    open();
    gate = Promise.resolve();
    await until(() => seen.length === 3);
    await queue.poll('pro_last');
    await until(() => seen.includes('poll pro_last'));
    expect(seen.filter((one) => one === 'poll pro_busy')).toHaveLength(2);
  });

  test('a backlog is drained without waiting out intervals', async () => {
    seen = [];
    const began = performance.now();
    await Promise.all(Array.from({ length: 40 }, (_, index) => queue.write(`opr_${index}`)));
    await until(() => seen.length === 40);
    // Four at a time and two seconds between two looks would be 20 s.
    expect(performance.now() - began).toBeLessThan(10_000);
  });
});

describe('createSingleFlight', () => {
  test('one runs, one waits, and everybody who came in the meantime shares it', async () => {
    const flight = createSingleFlight<number>();
    let runs = 0;
    let atOnce = 0;
    let most = 0;
    const work = async () => {
      const run = ++runs;
      most = Math.max(most, ++atOnce);
      await new Promise((resolve) => setTimeout(resolve, 20));
      atOnce--;
      return run;
    };
    const first = flight.run('a', work);
    const others = Array.from({ length: 10 }, () => flight.run('a', work));
    expect(await first).toBe(1);
    const third = flight.run('a', work);
    expect(await Promise.all(others)).toEqual(Array.from({ length: 10 }, () => 2));
    expect(await third).toBe(2);
    await flight.drained();
    expect(most).toBe(1);
    expect(flight.isRunning('a')).toBe(false);
  });

  test('a failure reaches its own callers and nobody else', async () => {
    const flight = createSingleFlight<string>();
    const failing = flight.run('a', () => Promise.reject(new Error('no')));
    const next = flight.run('a', async () => 'yes');
    await expect(failing).rejects.toThrow('no');
    expect(await next).toBe('yes');
  });
});
