/** From a change that another client makes at the provider to a subscriber, and what a poll costs in calls to the provider. */
import { startCanned } from './canned-server.ts';
import { connectAndRead, watchChanges } from './clients.ts';
import { figure, report, reportFigure, tiny } from './measure.ts';
import { openRadicale } from './radicale.ts';
import { dataFolder, removeFolder, type Service, startService } from './service.ts';

const edits = tiny ? 1 : 30;
const pollInterval = 1_000;
const bar = pollInterval + 3_000;
const pause = (milliseconds: number) => new Promise((later) => setTimeout(later, milliseconds));

async function delays(service: Service, edit: (number: number, summary: string) => Promise<void>): Promise<number[]> {
  const watch = watchChanges(service);
  await pause((tiny ? 1 : 3) * pollInterval); // the subscription is the demand that brings the polls to the floor
  const found: number[] = [];
  for (let number = 0; number < edits; number++) {
    // Not in step with the polls.
    await pause(((number * 377) % 1_000) + 100);
    const summary = `Edited ${number} ${Math.random()}`;
    const seen = watch.summary(summary, 1);
    await edit(number, summary);
    const begun = performance.now();
    await seen;
    found.push(performance.now() - begun);
  }
  await watch.stop();
  return found;
}

function reportDelays(server: string, found: readonly number[]): void {
  const sorted = figure(found);
  reportFigure(`${server}: from its edit to the subscriber, ms`, sorted);
  report(`${server}: p95, ms`, sorted.p95, `≤ ${bar}`, sorted.p95 <= bar);
}

const folder = dataFolder();
const canned = await startCanned(100);
try {
  const service = await startService(folder);
  await connectAndRead(service, { serverUrl: canned.url, username: 'alice', password: 'secret' });
  reportDelays('canned server', await delays(service, (number, summary) => canned.change([number], summary)));

  // Polls of a home with two calendars, at the floor still.
  await pause((tiny ? 1 : 2) * pollInterval);
  const quiet = await betweenPolls(() => Promise.resolve());
  const busy = await betweenPolls(() => canned.change([1], `Once more ${Math.random()}`));
  report('calls of a poll without change', quiet, '1', quiet === 1);
  report('calls of a poll with one changed calendar of two', busy, '2', busy === 2);
  await service.stop();
} finally {
  canned.stop();
  removeFolder(folder);
}

/** The calls of the poll that comes next: from one PROPFIND of the home to before the one after it. */
async function betweenPolls(change: () => Promise<void>): Promise<number> {
  const asked: string[] = [];
  const isPoll = (call: string) => call.startsWith('PROPFIND /alice/ ') || call === 'PROPFIND /alice/';
  await canned.calls();
  await change();
  while (asked.filter(isPoll).length < 2) {
    await pause(50);
    asked.push(...(await canned.calls()));
  }
  const from = asked.findIndex(isPoll);
  return asked.findIndex((call, index) => index > from && isPoll(call)) - from;
}

const radicale = await openRadicale();
if (radicale === null) {
  report('left out: Radicale is not installed', '');
} else {
  const data = dataFolder();
  try {
    radicale.fill(100);
    const service = await startService(data);
    await connectAndRead(service, { serverUrl: radicale.url, ...radicale.login });
    reportDelays('Radicale', await delays(service, (number, summary) => radicale.put(number, summary)));
    await service.stop();
  } finally {
    await radicale.stop();
    removeFolder(data);
  }
}
