/** Beside the graph: addresses and tokens of another tenant at the routes that take them answer as ones of nobody. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type FastifyInstance, fastify } from 'fastify';
import { hashToken } from '../../datasources/secrets/tokens.ts';
import { insertPermissionRequest } from '../../datasources/store/consent.ts';
import { RequestError } from '../../domain/errors.ts';
import { addConnectPages } from '../../server/connect-routes.ts';
import { addFeeds } from '../../server/feeds-route.ts';
import { createGraph } from '../../server/graph.ts';
import { addFailureHandlers } from '../../server/http/failures.ts';
import { addImport } from '../../server/import-route.ts';
import { createLog } from '../../server/log.ts';
import { testKeyRing } from '../setup/database.ts';
import { type IsolationWorld, openIsolation, unknownLike } from './world.ts';

let world: IsolationWorld;
let app: FastifyInstance;
beforeAll(async () => {
  world = await openIsolation();
  const { graph } = world;
  const { store } = graph.fresh;
  const built = createGraph(graph.services, store, { isDevelopment: false, onInternalError: () => {} });
  app = fastify();
  addFailureHandlers(app, createLog('silent'));
  await app.register(async (scope) =>
    addImport(
      scope,
      async (request) => {
        const actor = await built.authenticate(request.headers.authorization);
        if (actor === null) throw new RequestError('UNAUTHENTICATED', 'Expected a credential');
        return actor;
      },
      graph.services.imports,
    ),
  );
  addFeeds(app, graph.services.feeds);
  await app.register(async (scope) =>
    addConnectPages(scope, {
      oauth: {} as never,
      store,
      keyRing: testKeyRing,
      connect: (request) => graph.engine.connectCalDav(request),
      secure: () => false,
      onError: () => {},
    }),
  );
});
afterAll(async () => {
  await app.close();
  await world.close();
});

const answerOf = async (method: 'GET' | 'POST', url: string, key: string | null = null) => {
  const response = await app.inject({
    method,
    url,
    headers: { 'content-type': 'text/calendar', ...(key === null ? {} : { authorization: `Bearer ${key}` }) },
    ...(method === 'POST' ? { payload: 'BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n' } : {}),
  });
  return [response.statusCode, response.body];
};

test('POST /import to their calendar: as to one of nobody, with every credential, and nothing is imported', async () => {
  const before = await world.checksum();
  for (const key of [world.mine.key, world.mine.token, world.besideKey, world.elementToken]) {
    for (const calendar of world.theirs.names.calendar) {
      const theirs = await answerOf('POST', `/import/${calendar}`, key);
      expect(theirs).toEqual(await answerOf('POST', `/import/${unknownLike(calendar, 1)}`, key));
      expect(String(theirs[1])).toContain(key === world.elementToken ? 'FORBIDDEN' : 'NOT_FOUND');
    }
  }
  for (const key of [world.expiredToken, world.revokedKey]) {
    expect(await answerOf('POST', `/import/${world.theirs.names.calendar[0]}`, key)).toMatchObject([
      401,
      expect.anything(),
    ]);
  }
  expect(await world.checksum()).toBe(before);
});

test('GET /feeds: an address is good by itself alone; no part of it, and no id, is', async () => {
  const { calendar } = await world.graph.data(
    'query ($id: ID!) { calendar(id: $id) { icsUrl } }',
    { id: world.theirs.names.calendar[0] },
    world.theirs.key,
  );
  const { pathname } = new URL(calendar.icsUrl);
  expect((await answerOf('GET', pathname))[0]).toBe(200);
  const nowhere = await answerOf('GET', `/feeds/${'A'.repeat(43)}.ics`);
  expect(nowhere[0]).toBe(404);
  const secret = pathname.slice('/feeds/'.length, -'.ics'.length);
  const other = (text: string) => [...text].map((sign) => (sign === 'B' ? 'C' : 'B')).join('');
  for (const tried of [
    `${secret.slice(0, -4)}${other(secret.slice(-4))}`,
    secret.slice(0, -1),
    world.theirs.names.calendar[0],
  ]) {
    expect((await answerOf('GET', `/feeds/${tried}.ics`))[0]).toBe(404);
  }
});

test('GET /relink and /connect/permission: a token of theirs, changed in one place, is one of nobody', async () => {
  const profile = world.theirs.names.profile.at(-1) ?? '';
  const [account] = await world.graph.fresh.superuser<{ account_id: string }>('select account_id from profile where id = $1', [profile]); // biome-ignore format: one call
  await world.graph.fresh.superuser(`update profile set status = 'DISCONNECTED' where id = $1`, [profile]);
  const relink = new URL(world.graph.services.consent.relinkUrl(profile, world.theirs.applicationId)).pathname;
  const token = 'mcr_0123456789abcdefghijklmnopqrstuvwxyzABCDEFG';
  await world.graph.fresh.store.asWorker((tx) =>
    insertPermissionRequest(tx, {
      tokenHash: hashToken(token),
      applicationId: world.theirs.applicationId,
      accountId: account?.account_id ?? '',
      profileId: profile,
      calendarIds: [world.theirs.names.calendar[1] ?? ''],
      redirectUri: 'https://app.example.com/back',
    }),
  );
  for (const path of [relink, `/connect/permission/${token}`]) {
    const good = await answerOf('GET', path);
    expect(good[0]).toBe(200);
    const nobodys = await answerOf('GET', `${path.slice(0, path.lastIndexOf('/'))}/${'A'.repeat(60)}`);
    expect(nobodys[0]).toBe(404);
    for (const at of [1, 9, 20]) {
      const place = path.length - at;
      const changed = `${path.slice(0, place)}${path[place] === 'x' ? 'y' : 'x'}${path.slice(place + 1)}`;
      expect(await answerOf('GET', changed)).toEqual(nobodys);
    }
  }
  // Whose address it is, and for which application, is inside its seal: of another application it is another address, and no good.
  const ofMine = new URL(world.graph.services.consent.relinkUrl(profile, world.mine.applicationId)).pathname;
  expect((await answerOf('GET', ofMine))[0]).toBe(404);
});
