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
const rounds = Number(process.env['ROUNDS'] ?? 3);

/** Connects and waits until all is read; wall and CPU of this process from the first request to the last commit. */
async function firstSync(serverUrl: string, login: { username: string; password: string }) {
  const bench = await openBench();
  try {
    await bench.engine.start();
    let profileId = '';
    const t0 = process.threadCpuUsage(); const c0 = process.cpuUsage();
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
    const t1 = process.threadCpuUsage(t0); const c1 = process.cpuUsage(c0);
    console.log('main', (t1.user/1000).toFixed(0), (t1.system/1000).toFixed(0), 'all', (c1.user/1000).toFixed(0), (c1.system/1000).toFixed(0), 'wall', cost.wall.toFixed(0));
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

