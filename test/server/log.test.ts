/** Canaries through every input: none of them may reach the log. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createLog } from '../../server/log.ts';
import { openAcknowledged, openSocket } from './raw-socket.ts';
import { keys, type SmallApp, startSmallApp } from './small-app.ts';

let small: SmallApp;
beforeAll(async () => {
  small = await startSmallApp();
});
afterAll(() => small.app.drain(1_000));

test('no body, variable, credential, query string or address of an unknown route is logged', async () => {
  const at = (path: string, init: RequestInit = {}) => fetch(`${small.origin}${path}`, init).catch(() => {});
  const boom = 'query CanaryOperation($m: String) { boom(message: $m) }';
  await at('/feeds/canary-feed.ics?canary-query=1', {
    headers: { referer: 'http://canary-referer/', 'user-agent': 'canary-agent' },
  });
  await at('/canary-path', { headers: { cookie: 'session=canary-cookie' } });
  await small.post({ query: boom, variables: { m: 'canary-variable' } }, { authorization: 'Bearer canary-credential' });
  await small.post({ query: boom, variables: { m: 'canary-variable' } });
  await small.post({ query: boom, variables: { m: 'begin\ncanary-line-of-a-file\nend' } });
  await small.post({ query: '{ boom(message: "canary-literal") canaryField: hello }' });
  await small.post({ query: '{ refuse(code: "canary-code") }' });
  await small.post('{ "canary-body": ');
  await small.post({ query: '{ "canary-syntax', operationName: 'canary-name' });
  await small.post({ query: '{ hello }', extensions: { canary: 'canary-extension' } }, { 'x-request-id': 'canary-id' });
  await at('/graphql?query=%7Bcanary-get%7D', { headers: { authorization: `Bearer ${keys.all}` } });
  await at('/fails?canary-of-a-failing-route');
  await at('/import/canary-calendar', { method: 'POST', headers: { authorization: `Bearer ${keys.all}` } });

  const refused = await openSocket(small);
  refused.send({
    type: 'connection_init',
    payload: { authorization: 'Bearer canary-credential', password: 'canary-params' },
  });
  await refused.closed;
  const garbage = await openSocket(small, { path: '/graphql?canary-socket-query' });
  garbage.send('canary-frame');
  await garbage.closed;
  const raw = await openAcknowledged(small);
  raw.send({
    id: 'canary-socket-id',
    type: 'subscribe',
    payload: { query: boom, variables: { m: 'canary-socket-variable' } },
  });
  await raw.next(({ type }) => type === 'complete');
  raw.send({ type: 'ping', payload: { x: 'canary-ping' } });
  await raw.next(({ type }) => type === 'pong');
  raw.send({ type: 'canary-type' });
  await raw.closed;

  const log = small.logged.join('');
  expect(log).toContain('internal error');
  expect(log).toContain('"route":"/graphql"');
  expect(log).toContain('"route":"/import/:calendarId"');
  expect(log.match(/canary[\w-]*/gi)).toBeNull();
  expect(log).not.toContain(keys.all);
});

test('a line says who asked, for what, how it went and how long it took', async () => {
  const response = await small.post({ query: '{ hello }' });
  const id = response.headers.get('x-request-id');
  await response.text();
  for (let i = 0; i < 50 && !small.logged.some((line) => line.includes(String(id))); i++)
    await new Promise((r) => setTimeout(r, 10));
  const line = JSON.parse(small.logged.find((one) => one.includes(String(id))) ?? '{}') as Record<string, unknown>;
  expect(line).toMatchObject({
    requestId: id,
    method: 'POST',
    route: '/graphql',
    status: 200,
    applicationId: 'app_1',
    msg: 'request',
  });
  expect(line['ms']).toEqual(expect.any(Number));
});

test('fields that are named like secrets are redacted wherever they stand', () => {
  const lines: string[] = [];
  const log = createLog('info', { write: (line) => void lines.push(line) });
  log.info(
    {
      password: 'canary',
      profile: { accessToken: 'canary', deep: { secret: 'canary' } },
      headers: { authorization: 'canary' },
    },
    'x',
  );
  expect(lines.join('')).not.toContain('canary');
  expect(lines.join('').match(/\[redacted\]/g)).toHaveLength(4);
});
