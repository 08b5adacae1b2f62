/** Jobs over connections to the database that are gone without a word. */
import { expect, test } from '@jest/globals';
import { createJobQueue } from '../../../sync/jobs/queue.ts';
import { startProxy } from '../../ledger/proxy.ts';
import { freshStore } from '../../setup/database.ts';

test('connections that do not answer are given up: the workers go on, and what was sent is done', async () => {
  const fresh = await freshStore();
  const { host, port } = fresh.address;
  const proxy = await startProxy(() => `${host}/.s.PGSQL.${port}`);
  const told: string[] = [];
  const tell = (fields: object, message: string) => void told.push(`${message} ${JSON.stringify(fields)}`);
  const logger = { info: () => {}, warn: tell, error: tell };
  const way = { ...fresh.store.clientConfig, host: '127.0.0.1', port: proxy.port };
  const queue = createJobQueue(way, logger, { answerTime: 2_000 });
  const done: string[] = [];
  const sent = async (id: string) => {
    await fresh.store.asWorker((tx) => queue.poll(id, tx));
    for (const end = performance.now() + 45_000; !done.includes(id); ) {
      if (performance.now() > end) throw new Error(`${id} was not done within 45 s: ${told.join(', ')}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  };
  try {
    await queue.start({ poll: async (id) => void done.push(id), write: async () => {} });
    await sent('before');
    proxy.freeze();
    await sent('after');
    // The store says that the database is away, once for all.
    expect(told).toEqual([]);
    await queue.stop(2_000);
  } finally {
    await proxy.close();
    await fresh.drop();
  }
});
