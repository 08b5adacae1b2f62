/** The first sync of a calendar of 10,000 events, against a bare multiget of the same and against parsing the same. */
import { fork } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import ICAL from 'ical.js';
import { calendarMultiGet, getBasicAuthHeaders } from 'tsdav';
import { calendarObject } from './calendar-data.ts';
import { figure, report, spent, tiny } from './measure.ts';
import { startRadicale } from './radicale.ts';
import { openBench } from './setup.ts';

const count = tiny ? 60 : 10_000;
const rounds = tiny ? 1 : 5;

/** Connects and waits until all is read; wall and CPU of this process from the first request to the last commit. */
async function firstSync(serverUrl: string, login: { username: string; password: string }) {
  const bench = await openBench();
  try {
    await bench.engine.start();
    let profileId = '';
    const cost = await spent(async () => {
      const { profile, userErrors } = await bench.services.connections.connectCalDav(
        bench.actor,
        { serverUrl, ...login },
        () => {},
      );
      if (profile === null) throw new Error(JSON.stringify(userErrors));
      profileId = profile.id;
      for (;;) {
        const row = await bench.store.asWorker((tx) =>
          tx
            .selectFrom('profile')
            .select('initial_sync_required')
            .where('id', '=', profileId)
            .executeTakeFirstOrThrow(),
        );
        if (!row.initial_sync_required) return;
        await new Promise((later) => setTimeout(later, 20));
      }
    });
    const stored = await bench.store.asWorker((tx) =>
      tx
        .selectFrom('event')
        .select((eb) => eb.fn.countAll<string>().as('count'))
        .executeTakeFirstOrThrow(),
    );
    if (Number(stored.count) !== count) throw new Error(`expected ${count} events, stored ${stored.count}`);
    const calls: number[] = [];
    const poll = async () => {
      let made = 0;
      await bench.engine.pollNow(profileId, { onCall: () => made++ });
      calls.push(made);
    };
    await poll();
    return { ...cost, pollCalls: calls[0] ?? Number.NaN };
  } finally {
    await bench.close();
  }
}

const texts = Array.from({ length: count }, (_, number) => calendarObject(number));
const parse = () => {
  for (const text of texts)
    new ICAL.Component(ICAL.parse(text) as []).getFirstSubcomponent('vevent')?.getFirstPropertyValue('dtstart');
};
parse();

// A server that costs nothing.
const canned = fork('bench/canned-caldav.ts', [String(count)], { stdio: ['ignore', 'pipe', 'inherit', 'ipc'] });
try {
  const port = await new Promise<string>((heard) => canned.stdout?.once('data', (part) => heard(String(part).trim())));
  const ours = { cpu: [] as number[], wall: [] as number[] };
  const parsing: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const sync = await firstSync(`http://127.0.0.1:${port}/`, { username: 'alice', password: 'secret' });
    ours.cpu.push(sync.cpu);
    ours.wall.push(sync.wall);
    parsing.push((await spent(parse)).cpu);
  }
  const cpu = figure(ours.cpu);
  report('canned server: events a second', count / (figure(ours.wall).median / 1000), '≥ 2,000');
  report('own CPU, ms', cpu.median, `${cpu.low.toFixed(0)}–${cpu.high.toFixed(0)}`);
  report('CPU of ical.js parsing the same, ms', figure(parsing).median);
  report('ratio', cpu.median / figure(parsing).median, '≤ 4');
} finally {
  canned.disconnect();
}

const radicale = startRadicale();
if (radicale === null) {
  console.log('  left out: Radicale is not installed, so there is no bare multiget to compare with');
} else {
  const scratch = mkdtempSync(join(tmpdir(), 'meridian-bench-'));
  try {
    const server = await radicale;
    const folder = join(server.collections, 'collection-root', 'alice', 'work');
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, '.Radicale.props'), '{"tag": "VCALENDAR", "D:displayname": "Work"}');
    texts.forEach((text, number) => {
      writeFileSync(join(folder, `${number}.ics`), text);
    });
    const login = { username: 'alice', password: 'alicepw' };
    const url = `${server.url}alice/work/`;
    const bare = async () => {
      for (let at = 0; at < count; at += 250) {
        const urls = Array.from({ length: Math.min(250, count - at) }, (_, index) => `/alice/work/${at + index}.ics`);
        const found = await calendarMultiGet({
          url,
          props: { 'd:getetag': {}, 'c:calendar-data': {} },
          objectUrls: urls,
          depth: '1',
          headers: getBasicAuthHeaders(login),
        });
        if (found.length !== urls.length) throw new Error(`expected ${urls.length} objects, got ${found.length}`);
      }
    };
    await bare(); // the server fills its cache
    const walls = { ours: [] as number[], bare: [] as number[] };
    let pollCalls = Number.NaN;
    for (let round = 0; round < (tiny ? 1 : 3); round++) {
      walls.bare.push((await spent(bare)).wall);
      const sync = await firstSync(server.url, login);
      walls.ours.push(sync.wall);
      pollCalls = sync.pollCalls;
    }
    report(
      'Radicale: wall of the first sync, ms',
      figure(walls.ours).median,
      `${figure(walls.ours).low.toFixed(0)}–${figure(walls.ours).high.toFixed(0)}`,
    );
    report(
      'wall of a bare multiget, ms',
      figure(walls.bare).median,
      `${figure(walls.bare).low.toFixed(0)}–${figure(walls.bare).high.toFixed(0)}`,
    );
    report('ratio', figure(walls.ours).median / figure(walls.bare).median, '≤ 1.15, fails at 1.5');
    report('provider calls of a poll without change', pollCalls, '1');
    await server.stop();
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}
