/**
 * Who is free, asked over HTTP, when nothing has changed since the last time: ten people, thirty days. Beside it the same
 * credential asking for nothing but `__typename`, on the same connection, in turn.
 */
import { Agent, request } from 'node:http';
import type { Answering } from './availability/answering.ts';
import { startChild } from './live/child.ts';
import { type Figure, figure, report, reportFigure, tiny } from './measure.ts';

const people = 10;
const rounds = tiny ? 1 : 31;
/** Requests of a round, one after the other. */
const requests = tiny ? 2 : 40;
const profile = process.argv.includes('--profile');
const from = '2026-03-01T00:00:00Z';
const to = '2026-03-31T00:00:00Z';

const child = startChild<Answering>('bench/availability/answering.ts');
const agent = new Agent({ keepAlive: true, maxSockets: 1 });
try {
  const { port, authorization } = await child.ask.address();
  const accountIds = await child.ask.plant(people, '2026-02-01T00:00:00Z');
  const input = {
    participants: [{ members: accountIds.map((accountId) => ({ accountId })) }],
    requiredDuration: 'PT30M',
    search: { periods: [{ start: from, end: to }] },
    maxResults: 20,
  };
  const ask = (selection: string, format: string) =>
    JSON.stringify({
      query: `query ($input: AvailabilityInput!) { availability(input: $input) { ${selection} } }`,
      variables: { input: { ...input, format } },
    });
  const participants = 'slots { start end participants { account { id } group preferred } }';
  const questions = {
    __typename: JSON.stringify({ query: '{ __typename }' }),
    'slots { start end }': ask('slots { start end }', 'SLOTS'),
    'periods { start end }': ask('slots { start end }', 'PERIODS'),
    '20 slots × 10 participants': ask(participants, 'SLOTS'),
    '20 slots with their tokens': ask('slots { start end token }', 'SLOTS'),
  };
  type Name = keyof typeof questions;
  const names = Object.keys(questions) as Name[];
  const post = (body: string) =>
    new Promise<string>((heard, failed) => {
      const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body), authorization };
      const sent = request({ agent, port, host: '127.0.0.1', path: '/graphql', method: 'POST', headers }, (answer) => {
        const parts: Buffer[] = [];
        answer.on('data', (part: Buffer) => parts.push(part));
        answer.on('end', () => heard(Buffer.concat(parts).toString('utf8')));
      });
      sent.on('error', failed);
      sent.end(body);
    });
  for (const name of names) {
    const { data, errors } = JSON.parse(await post(questions[name])) as {
      data: { availability?: { slots: readonly { participants?: readonly unknown[] }[] } };
      errors?: unknown;
    };
    if (errors !== undefined) throw new Error(JSON.stringify(errors));
    const slots = data.availability?.slots;
    if (slots === undefined) continue;
    const free = slots[0]?.participants?.length ?? people;
    if (slots.length !== 20 || free !== people) throw new Error(`${name}: ${slots.length} slots, ${free} people`);
  }

  const walls = new Map(names.map((name) => [name, [] as number[]]));
  const cpus = new Map(names.map((name) => [name, [] as number[]]));
  const round = async () => {
    for (const name of names) {
      const before = await child.ask.cpu();
      const begun = performance.now();
      for (let time = 0; time < requests; time++) await post(questions[name]);
      walls.get(name)?.push((performance.now() - begun) / requests);
      cpus.get(name)?.push(((await child.ask.cpu()) - before) / requests);
    }
  };
  // The first rounds compile the code.
  for (let time = 0; time < (tiny ? 0 : 8); time++) await round();
  for (const values of [...walls.values(), ...cpus.values()]) values.splice(0);
  if (profile) await child.ask.profile(null);
  for (let time = 0; time < rounds; time++) await round();
  if (profile) await child.ask.profile('availability-graphql.cpuprofile');
  const of = (measured: ReadonlyMap<Name, number[]>, name: Name): Figure => figure(measured.get(name) ?? []);
  for (const name of names) reportFigure(`ms: ${name}`, of(walls, name));
  for (const name of names) reportFigure(`ms of the server’s CPU: ${name}`, of(cpus, name));
  const ratio = (name: Name, bar?: number) => {
    const times = of(walls, name).median / of(walls, '__typename').median;
    report(`${name}, to __typename`, times, bar === undefined ? '' : `≤ ${bar}`, bar === undefined || times <= bar);
    report('… of the server’s CPU', of(cpus, name).median / of(cpus, '__typename').median);
  };
  ratio('slots { start end }', 3);
  ratio('periods { start end }', 3);
  ratio('20 slots × 10 participants', 10);
  ratio('20 slots with their tokens');
  const window = { from: Date.parse(from) / 1000, to: Date.parse(to) / 1000 };
  report('ms: its one statement alone', await child.ask.reading(accountIds, window, tiny ? 2 : 500));
} finally {
  agent.destroy();
  await child.stop();
}
