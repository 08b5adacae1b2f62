/** The whole service as a process: as a gateway in front of a neighbour, as a subgraph behind one, and with graphs that cannot be served. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import { compose } from '../../../server/federation/composition.ts';
import type { Loose } from '../../setup/graph.ts';
import { type NeighbourServer, startNeighbour } from '../../setup/servers/neighbour.ts';
import { createService, type Service } from '../../setup/service.ts';
import { employees, employeesSdl, link } from './gateway-world.ts';

const secret = 'the-secret-of-the-routers';
let service: Service;
let neighbour: NeighbourServer;
let folder: string;

beforeAll(async () => {
  neighbour = await startNeighbour(employeesSdl, employees);
  service = await createService();
  folder = mkdtempSync(join(tmpdir(), 'supergraph '));
  await service.start({
    SUBGRAPH_SECRET: secret,
    MERIDIAN_SUBGRAPHS: `employees=${neighbour.url}`,
    MERIDIAN_SUBGRAPH_HEADERS: 'employees=authorization',
  });
}, 120_000);
afterAll(async () => {
  await service.remove();
  await neighbour.stop();
  rmSync(folder, { recursive: true });
});

const post = async (path: string, body: object, headers: Record<string, string> = {}): Promise<Loose> =>
  (
    await fetch(`${service.address}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    })
  ).json();
const ready = async (): Promise<Loose> => (await fetch(`${service.address}/readyz`)).json();
const key = () => ({ authorization: `Bearer ${service.key()}` });

async function account(name: string): Promise<{ accountId: string; calendarId: string }> {
  const { upsertApplicationCalendar: made } = await service.graph(
    `mutation { upsertApplicationCalendar(input: { key: "${name}", timeZone: "Europe/London" }) { account { id } calendar { id } userErrors { message } } }`,
  );
  return { accountId: made.account.id, calendarId: made.calendar.id };
}

test('joins over HTTP, forwards what it is told to, and says who is there', async () => {
  const { accountId } = await account('over HTTP');
  const { data } = await post('/graphql', { query: '{ accounts { nodes { id employee { name } } } whoAsks }' }, key());
  expect(data.accounts.nodes).toContainEqual({ id: accountId, employee: { name: `Employee ${accountId}` } });
  expect(data.whoAsks).toBe(`Bearer ${service.key()}`);
  expect(await (await fetch(`${service.address}/schema.graphql`, { headers: key() })).text()).toContain(
    'type Employee',
  );
  expect(await ready()).toMatchObject({ status: 'ok', supergraph: 'ok', subgraphs: { employees: 'ok' } });
});

test('subscribes over a socket, to ours with a join and to the neighbour’s', async () => {
  const { accountId, calendarId } = await account('over a socket');
  const client = createClient({
    url: `${service.address.replace('http', 'ws')}/graphql`,
    webSocketImpl: WebSocket,
    connectionParams: key(),
    retryAttempts: 0,
  });
  const changes = client.iterate<Loose>({
    query: `subscription { changes(filter: { accountIds: ["${accountId}"], includeOwn: true }) { changes { kind account { employee { name } } } } }`,
  });
  // The first is empty and says that we are heard.
  await changes.next();
  await service.graph(
    `mutation { upsertEvent(input: { calendarId: "${calendarId}", key: "x", summary: "x",
      start: { timed: { dateTime: "2026-03-02T10:00:00Z", timeZone: "UTC" } }, end: { timed: { dateTime: "2026-03-02T11:00:00Z", timeZone: "UTC" } } }) { userErrors { message } } }`,
  );
  const { value } = await changes.next();
  expect(value.data.changes.changes).toEqual([
    { kind: 'EVENT_CREATED', account: { employee: { name: `Employee ${accountId}` } } },
  ]);
  await changes.return?.();
  const hired: string[] = [];
  for await (const { data } of client.iterate<Loose>({ query: 'subscription { hired(many: 2) { name } }' })) {
    hired.push(data.hired.name);
  }
  expect(hired).toEqual(['Employee 0', 'Employee 1']);
  expect(neighbour.sockets.at(-1)?.headers).toMatchObject(key());
  await client.dispose();
});

test('is a subgraph for others at the same time, and not on the public endpoint', async () => {
  const withSecret = { 'x-subgraph-secret': secret };
  const { data } = await post('/subgraph', { query: '{ _service { sdl } }' }, withSecret);
  expect(data._service.sdl).toContain('@key(fields: "id")');
  expect(data._service.sdl).not.toContain('Employee');
  const { accountId } = await account('as a subgraph');
  const found = await post(
    '/subgraph',
    {
      query: 'query ($r: [_Any!]!) { _entities(representations: $r) { ... on CalendarAccount { id kind } } }',
      variables: { r: [{ __typename: 'CalendarAccount', id: accountId }] },
    },
    { ...withSecret, ...key() },
  );
  expect(found.data).toEqual({ _entities: [{ id: accountId, kind: 'APPLICATION_CALENDAR' }] });
  for (const query of ['{ _service { sdl } }', '{ _entities(representations: []) { __typename } }']) {
    expect(await post('/graphql', { query }, key())).toMatchObject({
      errors: [{ extensions: { code: 'BAD_USER_INPUT' } }],
    });
  }
});

test('ends the start with exit code 3 where subgraphs do not compose', async () => {
  await service.stop();
  neighbour.becomes(`${link} type CalendarAccount @key(fields: "id") { id: ID! name: Int } type Query { a: Int }`, {});
  await expect(service.start({ MERIDIAN_SUBGRAPHS: `employees=${neighbour.url}` })).rejects.toThrow(
    /ended with 3: .*the subgraphs do not compose: .*CalendarAccount\.name/s,
  );
  neighbour.becomes(employeesSdl, employees);
}, 120_000);

test('starts without a neighbour that was there before', async () => {
  const away = 'http://127.0.0.1:9/graphql';
  // Port 9 answers nobody; what the neighbour's SDL was stands in the data folder.
  await service.start({ MERIDIAN_SUBGRAPHS: `employees=${away}` });
  expect(await ready()).toMatchObject({ status: 'ok', subgraphs: { employees: 'away' } });
  const { data, errors } = await post(
    '/graphql',
    { query: '{ meridian { version } employee(id: "1") { name } }' },
    key(),
  );
  expect(data).toMatchObject({ meridian: { version: expect.any(String) }, employee: null });
  expect(errors).toMatchObject([{ path: ['employee'], extensions: { code: 'UNAVAILABLE', subgraph: 'employees' } }]);
  await service.stop();
}, 120_000);

test('serves a supergraph of a file, one without its own part too, and the next one without a restart', async () => {
  const path = join(folder, 'supergraph.graphql');
  const alone = (sdl: string) => compose([{ name: 'employees', url: neighbour.url, sdl }]);
  writeFileSync(path, alone(employeesSdl));
  await service.start({ MERIDIAN_SUPERGRAPH: path });
  const { data } = await post('/graphql', { query: '{ employee(id: "1") { name } }' }, key());
  expect(data).toEqual({ employee: { name: 'Employee 1' } });
  expect(await post('/graphql', { query: '{ meridian { version } }' }, key())).toMatchObject({
    errors: [{ extensions: { code: 'BAD_USER_INPUT' } }],
  });
  expect((await post('/graphql', { query: '{ employee(id: "1") { name } }' })).errors).toMatchObject([
    { extensions: { code: 'UNAUTHENTICATED' } },
  ]);
  writeFileSync(path, alone(employeesSdl.replace('whoAsks: String', 'whoAsks: String chairs: Int')));
  const until = performance.now() + 20_000;
  let answer: Loose;
  do {
    await new Promise((later) => setTimeout(later, 250));
    answer = await post('/graphql', { query: '{ __type(name: "Query") { fields { name } } }' }, key());
  } while (!JSON.stringify(answer).includes('chairs') && performance.now() < until);
  expect(answer.data.__type.fields).toContainEqual({ name: 'chairs' });
}, 120_000);
