/** Every document of operations/ runs as it is against a service that trusts no other: by its text, by its hash, over HTTP and sockets. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import { findWorld, variablesOf, type World } from '../../operations/variables.ts';
import { meridian } from '../cli/meridian.ts';
import type { Loose } from '../setup/graph.ts';
import { createService, type Service } from '../setup/service.ts';

interface Operation {
  readonly id: string;
  readonly name: string;
  readonly type: 'query' | 'mutation' | 'subscription';
  readonly body: string;
}

const folder = mkdtempSync(join(tmpdir(), 'operations-'));
const manifest = join(folder, 'manifest.json');
let operations: readonly Operation[];
let service: Service;
let world: World;

beforeAll(async () => {
  const made = await meridian(['documents', 'operations', '--out', manifest], {});
  expect(made.stderr).toBe('');
  ({ operations } = JSON.parse(readFileSync(manifest, 'utf8')));
  service = await createService();
  await service.start({ MERIDIAN_DOCUMENTS: 'only', MERIDIAN_DOCUMENTS_MANIFEST: manifest });
  const first = await findWorld(run, { now: new Date(), timeZone: 'Europe/London' });
  await run('WriteEvents', variablesOf(first).WriteEvents);
  world = await findWorld(run, first);
}, 180_000);
afterAll(async () => {
  await service?.remove();
  rmSync(folder, { recursive: true });
});

const named = (name: string): Operation => {
  const found = operations.find((one) => one.name === name);
  if (found === undefined) throw new Error(`expected ${name} in operations/, got none`);
  return found;
};

async function post(body: object): Promise<Loose> {
  const response = await fetch(`${service.address}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${service.key()}` },
    body: JSON.stringify(body),
  });
  return response.json();
}

async function run(name: string, variables: object): Promise<Loose> {
  const answer = await post({ documentId: `sha256:${named(name).id}`, variables });
  expect({ name, errors: answer.errors }).toEqual({ name, errors: undefined });
  return answer.data;
}

/** Every `userErrors` of an answer, however deep. */
function userErrorsIn(value: Loose): unknown[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, below]) =>
    key === 'userErrors' ? (below as unknown[]) : userErrorsIn(below),
  );
}

/** One answer; of a subscription the first. */
async function overSocket(payload: object): Promise<Loose> {
  const client = createClient({
    url: `${service.address.replace('http', 'ws')}/graphql`,
    webSocketImpl: WebSocket,
    connectionParams: { authorization: `Bearer ${service.key()}` },
  });
  try {
    for await (const answer of client.iterate(payload as Loose)) return answer;
    return null;
  } finally {
    await client.dispose();
  }
}

test('each has its variables, and each that has variables is there', () => {
  const files = readdirSync('operations').filter((file) => file.endsWith('.graphql'));
  const fileOf = (name: string) => `${name.replace(/(?<=.)[A-Z]/g, '-$&').toLowerCase()}.graphql`;
  expect(files).toEqual(operations.map(({ name }) => fileOf(name)).sort());
  expect(Object.keys(variablesOf(world)).sort()).toEqual(operations.map(({ name }) => name).sort());
});

test('the world has something of everything that is asked for', () => {
  expect(world).toMatchObject({
    calendarId: expect.stringMatching(/^cal_/),
    accountId: expect.stringMatching(/^acc_/),
    slotToken: expect.stringMatching(/./),
    occurrence: { id: expect.stringMatching(/^evt_/) },
  });
});

describe('none answers an error, and none answers nothing', () => {
  // In the order of the tabs, in which who reads them tries them.
  const names = Object.keys(
    variablesOf({
      now: new Date(),
      timeZone: 'Etc/UTC',
      calendarId: '',
      accountId: '',
      slotToken: '',
      occurrence: null,
    }),
  );
  test.each(names)('%s', async (name) => {
    const { id, type, body } = named(name);
    const variables = (variablesOf(world) as Readonly<Record<string, object>>)[name];
    const answers =
      type === 'subscription'
        ? [
            await overSocket({ query: body, variables }),
            await overSocket({ query: '', documentId: `sha256:${id}`, variables }),
            await overSocket({ query: '', extensions: { persistedQuery: { version: 1, sha256Hash: id } }, variables }),
          ]
        : [
            await post({ documentId: `sha256:${id}`, variables }),
            // A hold that is there already would be a conflict: what is held once is not asked for twice.
            ...(name === 'HoldATime' || name === 'ChangeFromHereOn' ? [] : [await post({ query: body, variables })]),
          ];
    for (const answer of answers) {
      expect(answer.errors).toBeUndefined();
      expect(Object.values(answer.data)).not.toContain(null);
      expect(userErrorsIn(answer.data)).toEqual([]);
    }
  });
});

test('the file itself is not what is trusted: the manifest has its printed form', async () => {
  const text = readFileSync('operations/who-am-i.graphql', 'utf8');
  expect(await post({ query: text })).toMatchObject({ errors: [{ extensions: { code: 'DOCUMENT_NOT_TRUSTED' } }] });
});
