/** Where supergraphs come from: neighbours that are late, away, wrong or change, and files that do. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { createOutgoingPost, type OutgoingPost } from '../../../datasources/http/outgoing-post.ts';
import { StartFailure } from '../../../datasources/store/start-failure.ts';
import { fileSource, neighboursSource, type SupergraphSource } from '../../../server/federation/supergraph-source.ts';
import { createLog } from '../../../server/log.ts';
import { freePort } from '../../setup/free-port.ts';
import { type NeighbourServer, startNeighbour } from '../../setup/servers/neighbour.ts';
import { employees, employeesSdl, link } from './gateway-world.ts';

const ownSdl = `${link} type CalendarAccount @key(fields: "id") { id: ID! name: String } type Query { account(id: ID!): CalendarAccount }`;
const brokenSdl = `${link} type CalendarAccount @key(fields: "id") { id: ID! name: Int } type Query { other: Int }`;
let neighbour: NeighbourServer;
let post: OutgoingPost;
let folder: string;
const sources: SupergraphSource[] = [];
const logged: string[] = [];
const log = createLog('trace', { write: (line) => void logged.push(line) });

beforeAll(async () => {
  neighbour = await startNeighbour(employeesSdl, employees);
  post = createOutgoingPost({ allowedNetworks: ['loopback'], connections: 16 });
  folder = mkdtempSync(join(tmpdir(), 'subgraphs '));
});
afterEach(async () => {
  for (const source of sources.splice(0)) await source.stop();
  neighbour.instead(null);
  neighbour.becomes(employeesSdl, employees);
});
afterAll(async () => {
  await neighbour.stop();
  await post.close();
  rmSync(folder, { recursive: true });
});

function started(more: Partial<Parameters<typeof neighboursSource>[0]> = {}) {
  const taken: string[] = [];
  const source = neighboursSource({
    neighbours: [{ name: 'employees', url: neighbour.url }],
    ownSdl,
    post,
    timeout: 1_000,
    patience: 0,
    folder: null,
    every: 20,
    log,
    take: (sdl) => void taken.push(sdl),
    ...more,
  });
  sources.push(source);
  return { source, taken };
}

async function until(holds: () => boolean): Promise<void> {
  for (let i = 0; i < 250 && !holds(); i++) await new Promise((later) => setTimeout(later, 20));
  expect(holds()).toBe(true);
}

describe('neighbours', () => {
  test('are composed with us, and again when an SDL changed', async () => {
    const { source, taken } = started();
    await source.start();
    expect(taken).toHaveLength(1);
    expect(taken[0]).toContain(`url: "${neighbour.url}"`);
    await new Promise((later) => setTimeout(later, 100));
    expect(taken).toHaveLength(1);
    neighbour.becomes(employeesSdl.replace('team: String', 'team: String desk: Int'), employees);
    await until(() => taken.length === 2);
    expect(taken[1]).toContain('desk: Int');
    expect(source.isCurrent).toBe(true);
  });

  test('that no longer compose leave the last supergraph, and say so once', async () => {
    const { source, taken } = started();
    await source.start();
    logged.length = 0;
    neighbour.becomes(brokenSdl, {});
    await until(() => !source.isCurrent);
    await new Promise((later) => setTimeout(later, 100));
    expect(taken).toHaveLength(1);
    expect(logged.filter((line) => line.includes('the supergraph before this one is served'))).toHaveLength(1);
    expect(logged.join()).toContain('CalendarAccount.name');
    neighbour.becomes(employeesSdl.replace('team: String', 'team: String desk: Int'), employees);
    await until(() => source.isCurrent);
    expect(taken).toHaveLength(2);
  });

  test('that come back as they were make the last supergraph the newest again', async () => {
    const { source, taken } = started();
    await source.start();
    neighbour.becomes(brokenSdl, {});
    await until(() => !source.isCurrent);
    neighbour.becomes(employeesSdl, employees);
    await until(() => source.isCurrent);
    expect(taken.every((sdl) => sdl === taken[0])).toBe(true);
  });

  test('that are away are named, and are there again when they answer', async () => {
    const { source } = started();
    await source.start();
    expect([...source.away]).toEqual([]);
    neighbour.instead((_asked, response) => response.writeHead(503).end());
    await until(() => source.away.has('employees'));
    expect(source.isCurrent).toBe(true);
    neighbour.instead(null);
    await until(() => source.away.size === 0);
  });

  test('are waited for at the start', async () => {
    const port = await freePort();
    const { source, taken } = started({
      neighbours: [{ name: 'late', url: `http://127.0.0.1:${port}/graphql` }],
      patience: 10_000,
    });
    const starting = source.start();
    await new Promise((later) => setTimeout(later, 300));
    const late = await startNeighbour(employeesSdl, employees, port);
    await starting;
    expect(taken).toHaveLength(1);
    await late.stop();
  }, 20_000);

  test('that are not there at the start end it with their name and address', async () => {
    const { source } = started({
      neighbours: [{ name: 'absent', url: `http://127.0.0.1:${await freePort()}/graphql?key=secret` }],
    });
    await expect(source.start()).rejects.toThrow(StartFailure);
    await expect(source.start()).rejects.toThrow(
      /subgraph absent at http:\/\/127\.0\.0\.1:\d+\/graphql did not tell its SDL/,
    );
    expect(logged.join()).not.toContain('key=secret');
  });

  test('that were there before are composed with as they were', async () => {
    const first = started({ folder });
    await first.source.start();
    expect(readdirSync(folder)).toEqual(['employees.graphql']);
    const second = started({
      folder,
      neighbours: [{ name: 'employees', url: `http://127.0.0.1:${await freePort()}/graphql` }],
    });
    await second.source.start();
    expect(second.taken).toHaveLength(1);
    expect([...second.source.away]).toEqual(['employees']);
  });

  test('that do not compose end the start with the composer’s words', async () => {
    neighbour.becomes(brokenSdl, {});
    const { source, taken } = started();
    await expect(source.start()).rejects.toThrow(
      /the subgraphs do not compose: .*CalendarAccount\.name.*String.*Int|the subgraphs do not compose: .*CalendarAccount\.name/,
    );
    expect(taken).toEqual([]);
  });

  const answers: [string, string][] = [
    ['no JSON', '<html>'],
    ['no data', '{}'],
    ['an empty SDL', '{"data":{"_service":{"sdl":" "}}}'],
    ['an SDL of another kind', '{"data":{"_service":{"sdl":7}}}'],
    ['null', 'null'],
    ['more than is read', `{"data":{"_service":{"sdl":"${'#'.repeat(5 * 1024 * 1024)}"}}}`],
  ];
  test.each(answers)('that answer %s have no SDL', async (_what, text) => {
    neighbour.instead((_asked, response) => response.end(text));
    await expect(started().source.start()).rejects.toThrow('did not tell its SDL');
  });

  test('whose SDL cannot be parsed are named', async () => {
    neighbour.instead((_asked, response) => response.end(JSON.stringify({ data: { _service: { sdl: 'type {' } } })));
    await expect(started().source.start()).rejects.toThrow(
      /the subgraph employees has an SDL that cannot be parsed: Syntax Error/,
    );
  });

  test('that redirect are not followed', async () => {
    neighbour.instead((_asked, response) => response.writeHead(307, { location: neighbour.url }).end());
    neighbour.asked.length = 0;
    await expect(started().source.start()).rejects.toThrow('did not tell its SDL');
    expect(neighbour.asked).toHaveLength(1);
  });
});

describe('a file', () => {
  test('is taken, and again when it changed; a bad one leaves the last', async () => {
    const path = join(folder, 'supergraph.file');
    const taken: string[] = [];
    writeFileSync(path, 'first');
    const source = fileSource(path, {
      log,
      every: 10,
      take: (sdl) => {
        if (sdl.includes('bad')) throw new StartFailure('not this one');
        taken.push(sdl);
      },
    });
    sources.push(source);
    await source.start();
    expect(taken).toEqual(['first']);
    writeFileSync(path, 'bad, and longer');
    await until(() => !source.isCurrent);
    writeFileSync(path, 'second, and longer still');
    await until(() => source.isCurrent);
    expect(taken).toEqual(['first', 'second, and longer still']);
    rmSync(path);
    await until(() => !source.isCurrent);
    expect(readFileSync(join(folder, 'employees.graphql'), 'utf8')).toContain('Employee');
  });
});
