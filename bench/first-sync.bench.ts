/** The first sync of a calendar of 10,000 events, against a bare multiget of the same and against ical.js reading the same. */
import ICAL from 'ical.js';
import { calendarMultiGet, getBasicAuthHeaders, propfind } from 'tsdav';
import { calendarObject } from './calendar-data.ts';
import { startCanned } from './canned-server.ts';
import { figure, report, reportFigure, spent, tiny } from './measure.ts';
import { openRadicale } from './radicale.ts';
import { openBench } from './setup.ts';

/** `--events=2000`: Radicale's first reading of 10,000 files takes minutes. */
const asked = process.argv.find((argument) => argument.startsWith('--events='))?.slice('--events='.length);
const count = tiny ? 60 : Number(asked ?? 10_000);
type Bench = Awaited<ReturnType<typeof openBench>>;

/** Connects and waits until all is read; wall and CPU of this process from the first request to the last commit. */
async function firstSync(bench: Bench, input: { serverUrl: string; username: string; password: string }) {
  globalThis.gc?.();
  let profileId = '';
  const isRead = () =>
    bench.store.asWorker(async (tx) => {
      const found = tx.selectFrom('profile').select('initial_sync_required').where('id', '=', profileId);
      return !(await found.executeTakeFirstOrThrow()).initial_sync_required;
    });
  const cost = await spent(async () => {
    const { profile, userErrors } = await bench.services.connections.connectCalDav(bench.actor, input, () => {});
    if (profile === null) throw new Error(JSON.stringify(userErrors));
    profileId = profile.id;
    await bench.until(isRead);
  });
  const stored = await bench.store.asWorker((tx) =>
    tx
      .selectFrom('event')
      .select((eb) => eb.fn.countAll<string>().as('count'))
      .where('profile_id', '=', profileId)
      .executeTakeFirstOrThrow(),
  );
  if (Number(stored.count) !== count) throw new Error(`expected ${count} events, stored ${stored.count}`);
  return cost;
}

const texts = Array.from({ length: count }, (_, number) => calendarObject(number));
type Component = InstanceType<typeof ICAL.Component>;

/** As any program that uses ical.js to learn what an event says must: every value of every component. */
function readValues(component: Component): number {
  let values = 0;
  for (const property of component.getAllProperties()) values += property.getValues().length;
  for (const part of component.getAllSubcomponents()) values += readValues(part);
  return values;
}
const parse = () => {
  for (const text of texts) ICAL.parse(text);
};
const read = () => {
  for (const text of texts) {
    if (readValues(new ICAL.Component(ICAL.parse(text) as [])) < 10) throw new Error('expected ten values or more');
  }
};

// A server that costs nothing.
const canned = await startCanned(count);
try {
  const bench = await openBench();
  try {
    await bench.engine.start();
    const login = (round: number | string) => ({
      serverUrl: canned.url,
      username: `alice-${round}`,
      password: 'secret',
    });
    // Of both the first run compiles what the others find compiled.
    const cold = { sync: await firstSync(bench, login('cold')), read: await spent(read) };
    const ours = { cpu: [] as number[], wall: [] as number[] };
    const theirs = { parse: [] as number[], read: [] as number[] };
    for (let round = 0; round < (tiny ? 1 : 7); round++) {
      const sync = await firstSync(bench, login(round));
      ours.cpu.push(sync.cpu);
      ours.wall.push(sync.wall);
      globalThis.gc?.();
      theirs.read.push((await spent(read)).cpu);
      globalThis.gc?.();
      theirs.parse.push((await spent(parse)).cpu);
    }
    const perSecond = count / (figure(ours.wall).median / 1000);
    reportFigure('canned server: wall of the first sync, ms', figure(ours.wall));
    report('canned server: events a second', perSecond, '≥ 2,000', perSecond >= 2_000);
    reportFigure('own CPU, ms', figure(ours.cpu));
    reportFigure('CPU of ical.js reading every value of the same, ms', figure(theirs.read));
    reportFigure('CPU of ICAL.parse alone, ms', figure(theirs.parse));
    const ratio = figure(ours.cpu).median / figure(theirs.read).median;
    report('own CPU to ical.js reading every value', ratio, '≤ 4', ratio <= 4);
    report('own CPU to ICAL.parse alone', figure(ours.cpu).median / figure(theirs.parse).median);
    report('own CPU of the first run of the process, ms', cold.sync.cpu);
    report('to the first run of ical.js', cold.sync.cpu / cold.read.cpu);
  } finally {
    await bench.close();
  }
} finally {
  canned.stop();
}

const radicale = await openRadicale();
if (radicale === null) {
  report('left out: Radicale is not installed, so no bare multiget', '');
} else {
  try {
    radicale.fill(count);
    const bare = async () => {
      for (let at = 0; at < count; at += 250) {
        const urls = Array.from({ length: Math.min(250, count - at) }, (_, index) => `/alice/team/${at + index}.ics`);
        const found = await calendarMultiGet({
          url: `${radicale.url}alice/team/`,
          props: { 'd:getetag': {}, 'c:calendar-data': {} },
          objectUrls: urls,
          depth: '1',
          headers: getBasicAuthHeaders(radicale.login),
        });
        if (found.length !== urls.length) throw new Error(`expected ${urls.length} objects, got ${found.length}`);
      }
    };
    // The server fills its caches: that of the objects, and (a file for each) that of its sync tokens.
    await bare();
    const headers = getBasicAuthHeaders(radicale.login);
    await propfind({ url: `${radicale.url}alice/team/`, props: { 'd:sync-token': {} }, depth: '0', headers });
    const ours: number[] = [];
    const theirs: number[] = [];
    for (let round = 0; round < (tiny ? 1 : 5); round++) {
      theirs.push((await spent(bare)).wall);
      const bench = await openBench();
      try {
        await bench.engine.start();
        ours.push((await firstSync(bench, { serverUrl: radicale.url, ...radicale.login })).wall);
      } finally {
        await bench.close();
      }
    }
    reportFigure('Radicale: wall of the first sync, ms', figure(ours));
    reportFigure('wall of a bare tsdav multiget of the same, ms', figure(theirs));
    const ratio = figure(ours).median / figure(theirs).median;
    report('ratio', ratio, '≤ 1.15', ratio <= 1.15);
    if (!tiny && ratio > 1.5) throw new Error('above the fail line of 1.5');
  } finally {
    await radicale.stop();
  }
}
