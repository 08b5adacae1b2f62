/**
 * What telemetry costs: the CPU of a node for the smallest query and for a write, with telemetry off, with metrics, and with every
 * request traced to a collector that takes all. One node each, asked in turn.
 */
import { Agent, createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { startChild } from './live/child.ts';
import { figure, report, reportFigure, tiny } from './measure.ts';
import type { TelemetryNode } from './telemetry/node.ts';

const rounds = tiny ? 1 : 25;

const collector = createServer((asked, answer) => {
  asked.resume();
  asked.on('end', () => answer.end('{}'));
}).listen(0, '127.0.0.1');
await new Promise((listening) => collector.once('listening', listening));
const endpoint = `OTEL_EXPORTER_OTLP_ENDPOINT=http://127.0.0.1:${(collector.address() as AddressInfo).port}`;
const metrics = 'MERIDIAN_METRICS_TOKEN=token-of-the-scraper';
const modes = {
  off: [],
  metrics: [metrics],
  'metrics and every trace': [metrics, endpoint],
  'metrics and every tenth trace': [metrics, endpoint, 'OTEL_TRACES_SAMPLER_ARG=0.1'],
} as const satisfies Record<string, readonly string[]>;
type Mode = keyof typeof modes;
const names = Object.keys(modes) as Mode[];

const agent = new Agent({ keepAlive: true, maxSockets: 1 });
const nodes = new Map(names.map((name) => [name, startChild<TelemetryNode>('bench/telemetry/node.ts', modes[name])]));
const nodeOf = (name: Mode) => {
  const node = nodes.get(name);
  if (node === undefined) throw new Error(`no node with ${name}`);
  return node;
};
const post = (address: string, authorization: string, body: string) =>
  new Promise<string>((heard, failed) => {
    const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body), authorization };
    const sent = request(`${address}/graphql`, { agent, method: 'POST', headers }, (answer) => {
      const parts: Buffer[] = [];
      answer.on('data', (part: Buffer) => parts.push(part));
      answer.on('end', () => heard(Buffer.concat(parts).toString('utf8')));
    });
    sent.on('error', failed);
    sent.end(body);
  });

try {
  const made = new Map<
    Mode,
    { readonly address: string; readonly authorization: string; readonly calendarId: string }
  >();
  for (const name of names) {
    const { address, authorization } = await nodeOf(name).ask.address();
    const query = `mutation ($input: UpsertApplicationCalendarInput!) {
      upsertApplicationCalendar(input: $input) { calendar { id } userErrors { message } } }`;
    const text = await post(address, authorization, JSON.stringify({ query, variables: { input: { key: 'bench' } } }));
    const { data } = JSON.parse(text) as { data: { upsertApplicationCalendar: { calendar: { id: string } } } };
    made.set(name, { address, authorization, calendarId: data.upsertApplicationCalendar.calendar.id });
  }
  let written = 0;
  const write = (calendarId: string) =>
    JSON.stringify({
      query: `mutation ($input: UpsertEventInput!) { upsertEvent(input: $input) { event { id } userErrors { message } } }`,
      variables: {
        input: {
          calendarId,
          key: 'bench',
          summary: `version ${++written}`,
          start: { timed: { dateTime: '2030-01-10T10:00:00Z' } },
          end: { timed: { dateTime: '2030-01-10T11:00:00Z' } },
        },
      },
    });
  const read = () => JSON.stringify({ query: '{ __typename }' });
  // Requests of a round, one after the other, and the rounds that compile the code.
  const questions = [
    { what: '{ __typename }', body: read, requests: 100, first: 50 },
    { what: 'a write', body: write, requests: 20, first: 20 },
  ];
  for (const { what, body, ...usual } of questions) {
    const requests = tiny ? 2 : usual.requests;
    const cpus = new Map(names.map((name) => [name, [] as number[]]));
    const round = async (kept: boolean) => {
      for (const name of names) {
        const { address, authorization, calendarId = '' } = made.get(name) ?? {};
        if (address === undefined || authorization === undefined) continue;
        const before = await nodeOf(name).ask.cpu();
        for (let time = 0; time < requests; time++) {
          const text = await post(address, authorization, body(calendarId));
          if (text.includes('"errors"') || text.includes('"message"')) throw new Error(text);
        }
        const spent = ((await nodeOf(name).ask.cpu()) - before) / requests;
        if (kept) cpus.get(name)?.push(spent);
      }
    };
    for (let time = 0; time < (tiny ? 0 : usual.first); time++) await round(false);
    for (let time = 0; time < rounds; time++) await round(true);
    const median = (name: Mode) => figure(cpus.get(name) ?? []).median;
    for (const name of names) reportFigure(`ms of CPU: ${what}, ${name}`, figure(cpus.get(name) ?? []));
    for (const name of names.slice(1)) report(`${what}, ${name}, to off`, median(name) / median('off'));
  }
} finally {
  agent.destroy();
  await Promise.all([...nodes.values()].map((node) => node.stop()));
  collector.close();
}
