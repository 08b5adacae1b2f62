/** What the service holds after the first sync of 10,000 events, and after each of 20 more that bring changes. */
import { startCanned } from './canned-server.ts';
import { connectAndRead, watchChanges } from './clients.ts';
import { figure, report, reportFigure, slope, tiny } from './measure.ts';
import { dataFolder, removeFolder, startService } from './service.ts';

const count = tiny ? 60 : 10_000;
const changesASync = tiny ? 5 : 100;
const syncs = tiny ? 2 : 20;
const megabytes = (bytes: number) => bytes / 1_048_576;

const server = await startCanned(count);
const folder = dataFolder();
try {
  const service = await startService(folder);
  const before = await service.memory();
  await connectAndRead(service, { serverUrl: server.url, username: 'alice', password: 'secret' });
  const after = await service.memory();
  // An open subscription: the calendars are then polled at the floor, and every change is told to somebody.
  const watch = watchChanges(service);
  const rss: number[] = [];
  const heap: number[] = [];
  for (let sync = 0; sync < syncs; sync++) {
    const summary = `Changed in sync ${sync}`;
    const numbers = Array.from({ length: changesASync }, (_, index) => (sync * changesASync + index) % count);
    const seen = watch.summary(summary, numbers.length);
    await server.change(numbers, summary);
    await seen;
    const memory = await service.memory();
    rss.push(megabytes(memory.rss));
    heap.push(megabytes(memory.heapUsed));
  }
  await watch.stop();
  await service.stop();
  report('RSS of the service before, MB', megabytes(before.rss));
  report('RSS after the first sync, MB', megabytes(after.rss), '≤ 260', megabytes(after.rss) <= 260);
  report('heap after it, garbage collected, MB', megabytes(after.heapUsed), '≤ 90', megabytes(after.heapUsed) <= 90);
  reportFigure(`RSS over ${syncs} more syncs, MB`, figure(rss));
  reportFigure(`heap over ${syncs} more syncs, MB`, figure(heap));
  // The first ones warm what stays warm; a leak goes on after them.
  report('slope of the heap, MB a sync', slope(heap), '≤ 1', slope(heap) <= 1);
  report('slope of the RSS, MB a sync', slope(rss), '≤ 1', slope(rss) <= 1);
} finally {
  server.stop();
  removeFolder(folder);
}
