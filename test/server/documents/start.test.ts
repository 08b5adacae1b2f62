/** What a service makes of its settings when it starts: a manifest that is wrong ends it, one that is outgrown does not. */
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import { operations } from '../../../cli/operations.ts';
import { meridian } from '../../cli/meridian.ts';
import type { Loose } from '../../setup/graph.ts';
import { createService, type Service } from '../../setup/service.ts';

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const operation = (name: string, body: string) => ({ id: sha256(body), body, name, type: 'query' });
const outgrown = operation('Outgrown', 'query Outgrown { fieldOfLastYear }');
const introspecting = operation('Introspecting', 'query Introspecting { __schema { queryType { name } } }');
const good = operation('Good', 'query Good { credential { kind } }');

const folder = mkdtempSync(join(tmpdir(), 'start-'));
const manifest = (name: string, operations: unknown[]): string => {
  const file = join(folder, name);
  writeFileSync(file, JSON.stringify({ format: 'apollo-persisted-query-manifest', version: 1, operations }));
  return file;
};
afterAll(() => rmSync(folder, { recursive: true }));

test('a manifest that is wrong ends the start with 3 and one line that names the operation', async () => {
  const file = manifest('wrong.json', [good, { ...good, body: 'query Good { __typename }' }]);
  const service = await createService();
  try {
    const starting = service.start({ MERIDIAN_DOCUMENTS: 'only', MERIDIAN_DOCUMENTS_MANIFEST: file });
    await expect(starting).rejects.toThrow(
      `the service ended with 3: meridian: MERIDIAN_DOCUMENTS_MANIFEST: ${file}: operation 1: expected an id that is its body's sha256 in hexadecimal, got another`,
    );
  } finally {
    await service.remove();
  }
});

describe('a service with two manifests, without introspection', () => {
  let service: Service;
  beforeAll(async () => {
    const files = [manifest('one.json', [outgrown, good]), manifest('two.json', [introspecting, good])];
    service = await createService();
    await service.start({
      MERIDIAN_DOCUMENTS: 'only',
      MERIDIAN_DOCUMENTS_MANIFEST: files.join(','),
      MERIDIAN_INTROSPECTION: 'off',
    });
  }, 180_000);
  afterAll(() => service?.remove());

  const headers = () => ({ 'content-type': 'application/json', authorization: `Bearer ${service.key()}` });
  const overHttp = async (body: object): Promise<Loose> => {
    const init = { method: 'POST', headers: headers(), body: JSON.stringify(body) };
    return (await fetch(`${service.address}/graphql`, init)).json();
  };
  const overSocket = async (body: object): Promise<Loose> => {
    const client = createClient({
      url: `${service.address.replace('http', 'ws')}/graphql`,
      webSocketImpl: WebSocket,
      connectionParams: { authorization: headers().authorization },
    });
    try {
      for await (const answer of client.iterate({ query: '', ...body })) return answer;
      return null;
    } catch (errors) {
      return { errors };
    } finally {
      await client.dispose();
    }
  };

  test.each([
    ['HTTP', overHttp],
    ['a socket', overSocket],
  ])(
    'answers what either lists, and refuses what the schema does not have or does not tell, over %s',
    async (_name, ask) => {
      expect(await ask({ documentId: good.id })).toMatchObject({ data: { credential: { kind: 'API_KEY' } } });
      for (const { id } of [outgrown, introspecting]) {
        const { errors, data } = await ask({ documentId: id });
        expect([errors[0].extensions.code, data]).toEqual(['BAD_USER_INPUT', undefined]);
      }
    },
  );

  test("knows the command's own documents, too", async () => {
    const env = { PORT: String(service.port), DATA_DIR: service.dataDir };
    expect(await meridian(['open', '--json'], env)).toMatchObject({ code: 0 });
    for (const [name, query] of Object.entries(operations)) {
      const { errors = [] } = await overHttp({ query });
      // What some lack are their variables: the document itself was taken.
      const others = errors.filter(({ message }: Loose) => !message.startsWith('Variable "$'));
      expect([name, others]).toEqual([name, []]);
    }
  });

  test('tells nobody its schema', async () => {
    expect((await fetch(`${service.address}/schema.graphql`, { headers: headers() })).status).toBe(404);
  });

  test('said what it found outgrown, by its id', () => {
    const lines = service
      .output()
      .split('\n')
      .filter((line) => line.includes('a document of the manifest is not valid'));
    expect(lines.filter((line) => line.includes(outgrown.id))).toHaveLength(1);
    expect(lines.filter((line) => line.includes(good.id))).toEqual([]);
  });
});
