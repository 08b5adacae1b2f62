/** The engine against a real CalDAV server, with another client at work on the same calendar. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createOutgoingFetch, type OutgoingFetch } from '../../datasources/http/outgoing-fetch.ts';
import { createCalDavConnector } from '../../datasources/providers/caldav/connector.ts';
import { calendarTexts } from '../../datasources/providers/caldav/texts.ts';
import { type Connector, ProviderError } from '../../datasources/providers/connector.ts';
import { createSyncEngine, type SyncEngine } from '../../sync/engine.ts';
import { type FreshStore, freshStore, testKeyRing } from '../setup/database.ts';
import { basic, describeWithServer } from '../setup/servers.ts';
import { event, stageWrite, zones } from './world.ts';

interface Row extends Record<string, unknown> {
  readonly uid: string;
  readonly summary: string;
}

async function until(condition: () => Promise<boolean>, milliseconds = 30_000): Promise<void> {
  const end = performance.now() + milliseconds;
  while (!(await condition())) {
    if (performance.now() > end) throw new Error(`not within ${milliseconds} ms: ${condition}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

describeWithServer('radicale', (server) => {
  let fresh: FreshStore;
  let fetch: OutgoingFetch;
  let engine: SyncEngine;
  let loseAnswer = false;
  const errors: unknown[] = [];
  const who = { applicationId: '', accountId: '', profileId: '', calendarId: '' };
  const calendarUrl = () => `${server().alice.homeUrl}work/`;

  /** The other client. */
  const foreign = async (method: string, name: string, body?: string): Promise<string> => {
    const answer = await globalThis.fetch(`${calendarUrl()}${name}`, {
      method,
      headers: { authorization: basic(server().alice), 'content-type': 'text/calendar; charset=utf-8' },
      ...(body === undefined ? {} : { body }),
    });
    if (answer.status >= 400) throw new Error(`${method} ${name}: ${answer.status}`);
    return answer.text();
  };
  const text = (uid: string, summary: string) =>
    [
      'BEGIN:VCALENDAR',
      'VERSION:2.0',
      'PRODID:-//Another client//EN',
      'BEGIN:VEVENT',
      `UID:${uid}`,
      'DTSTAMP:20261101T000000Z',
      'DTSTART:20261123T120000Z',
      'DTEND:20261123T130000Z',
      `SUMMARY:${summary}`,
      'X-ANOTHER-CLIENT:kept',
      'END:VEVENT',
      'END:VCALENDAR',
      '',
    ].join('\r\n');
  const rows = () =>
    fresh.superuser<Row>(
      `select uid, content->>'summary' as summary, pending_operation from event
       where calendar_id = $1 and deleted_at is null order by uid`,
      [who.calendarId],
    );
  const kinds = async (): Promise<string[]> =>
    (
      await fresh.superuser<{ kind: string }>('select kind from change_log where account_id = $1 order by sequence', [
        who.accountId,
      ])
    ).map(({ kind }) => kind);

  beforeAll(async () => {
    fresh = await freshStore({ maximumConnections: 8 });
    fetch = createOutgoingFetch({ allowedNetworks: ['loopback'] });
    const texts = calendarTexts({ zones, now: Date.now });
    const caldav = createCalDavConnector({ fetch, texts, zones });
    const connector: Connector = {
      provider: caldav.provider,
      connect: (session) => caldav.connect(session),
      calendars: (session) => caldav.calendars(session),
      pull: (...parameters) => caldav.pull(...parameters),
      read: (...parameters) => caldav.read(...parameters),
      write: async (...parameters) => {
        const answer = await caldav.write(...parameters);
        if (loseAnswer) throw new ProviderError('UNREACHABLE', 'the connection was lost');
        return answer;
      },
      remove: (...parameters) => caldav.remove(...parameters),
      createCalendar: (...parameters) => caldav.createCalendar(...parameters),
      deleteCalendar: (...parameters) => caldav.deleteCalendar(...parameters),
      freeBusy: (...parameters) => caldav.freeBusy(...parameters),
    };
    engine = createSyncEngine({
      store: fresh.store,
      keyRing: testKeyRing,
      connectors: { CALDAV: connector },
      zones,
      ids: fresh.store.ids,
      database: fresh.store.clientConfig,
      logger: { info: () => {}, warn: () => {}, error: (fields) => void errors.push(fields) },
      wake: () => {},
      settings: { pollFloor: 500 },
      scanInterval: 100,
      soleProcess: true,
    });
    await engine.start();
    const unitId = fresh.store.ids('org');
    who.applicationId = fresh.store.ids('app');
    await fresh.store.asWorker(async (tx) => {
      await tx.insertInto('organizational_unit').values({ id: unitId, name: 'Unit' }).execute();
      await tx
        .insertInto('application')
        .values({ id: who.applicationId, unit_id: unitId, name: 'A', client_id: 'a', mode: 'DEVELOPMENT' })
        .execute();
    });
    const made = await globalThis.fetch(calendarUrl(), {
      method: 'MKCALENDAR',
      headers: { authorization: basic(server().alice) },
    });
    expect(made.status).toBe(201);
    for (let index = 0; index < 40; index++) await foreign('PUT', `${index}.ics`, text(`event-${index}`, 'first'));
    await foreign(
      'PUT',
      'broken.ics',
      text('broken', 'first').replace('DTSTART:20261123T120000Z', 'DTSTART:soon'),
    ).catch(() => '');
    const { alice, url } = server();
    const outcome = await engine.connectCalDav({
      applicationId: who.applicationId,
      unitId,
      actorAccountId: null,
      scopes: ['read_events'],
      serverUrl: url,
      username: alice.username,
      password: alice.password,
      accountId: null,
    });
    if (!outcome.connected) throw new Error(JSON.stringify(outcome.userErrors));
    who.accountId = outcome.accountId;
    who.profileId = outcome.profileId;
    const [calendar] = await fresh.superuser<{ id: string }>('select id from calendar where profile_id = $1', [
      who.profileId,
    ]);
    who.calendarId = calendar?.id ?? '';
  });
  afterAll(async () => {
    await engine.stop();
    await fetch.close();
    await fresh.drop();
    expect(errors).toEqual([]);
  });

  test('what was just connected is read at once, and told by one entry', async () => {
    await until(async () => (await kinds()).includes('PROFILE_INITIAL_SYNC_COMPLETED'));
    expect((await rows()).filter((row) => row.uid.startsWith('event-'))).toHaveLength(40);
    expect((await kinds()).filter((kind) => kind.startsWith('EVENT'))).toEqual([]);
  });

  test('another client’s changes arrive by themselves while somebody wants to know', async () => {
    await engine.requestDemand([who.profileId]);
    const told = (await kinds()).length;
    await foreign('PUT', '1.ics', text('event-1', 'second'));
    await foreign('DELETE', '2.ics');
    await foreign('PUT', 'new.ics', text('new', 'first'));
    await until(async () => (await kinds()).length === told + 3);
    expect((await kinds()).slice(told).sort()).toEqual(['EVENT_CREATED', 'EVENT_DELETED', 'EVENT_UPDATED']);
    expect((await rows()).find((row) => row.uid === 'event-1')?.summary).toBe('second');
  });

  test('a poll without change is one request', async () => {
    let calls = 0;
    const count = { onCall: () => void calls++ };
    await engine.pollNow(who.profileId);
    calls = 0;
    while (calls === 0) await engine.pollNow(who.profileId, count);
    expect(calls).toBe(1);
  });

  test('our write reaches the server, keeps what it does not know, and comes back as silence', async () => {
    const told = (await kinds()).length;
    const { operationId } = await stageWrite(fresh.store, who, event('event-3', 'ours'), Date.now());
    expect(await engine.attemptOperation(operationId)).toMatchObject({ status: 'APPLIED', failure: null });
    const stored = await foreign('GET', '3.ics');
    expect(stored).toContain('SUMMARY:ours');
    expect(stored).toContain('X-ANOTHER-CLIENT:kept');
    await engine.syncCalendar(who.calendarId, 'INCREMENTAL');
    await engine.syncCalendar(who.calendarId, 'RECONCILIATION');
    expect((await kinds()).slice(told)).toEqual(['EVENT_UPDATED']);
  });

  test('a creation whose answer was lost is there once, and APPLIED', async () => {
    const told = (await kinds()).length;
    loseAnswer = true;
    const { operationId } = await stageWrite(fresh.store, who, event('lost@example.test', 'lost'), Date.now());
    expect(await engine.attemptOperation(operationId)).toMatchObject({ status: 'PENDING' });
    loseAnswer = false;
    await engine.pollNow(who.profileId);
    await until(async () => (await engine.attemptOperation(operationId))?.status === 'APPLIED');
    await engine.syncCalendar(who.calendarId, 'RECONCILIATION');
    expect((await kinds()).slice(told)).toEqual(['EVENT_CREATED']);
    expect((await rows()).filter((row) => row.uid === 'lost@example.test')).toEqual([
      { uid: 'lost@example.test', summary: 'lost', pending_operation: null },
    ]);
  });

  test('another client was faster: FAILED with CONFLICT, theirs stands here and there', async () => {
    const { operationId } = await stageWrite(fresh.store, who, event('event-4', 'ours'), Date.now());
    await foreign('PUT', '4.ics', text('event-4', 'theirs'));
    expect(await engine.attemptOperation(operationId)).toMatchObject({
      status: 'FAILED',
      failure: { code: 'CONFLICT' },
    });
    expect((await rows()).find((row) => row.uid === 'event-4')).toMatchObject({
      summary: 'theirs',
      pending_operation: null,
    });
    expect(await foreign('GET', '4.ics')).toContain('SUMMARY:theirs');
  });

  test('a wrong password is refused and stores nothing', async () => {
    const { alice, url } = server();
    const count = () => fresh.superuser('select count(*) from profile');
    const before = await count();
    const outcome = await engine.connectCalDav({
      applicationId: who.applicationId,
      unitId: 'org_none',
      actorAccountId: null,
      scopes: [],
      serverUrl: url,
      username: alice.username,
      password: 'wrong',
      accountId: null,
    });
    expect(outcome).toMatchObject({ connected: false, userErrors: [{ code: 'CREDENTIALS_REJECTED' }] });
    expect(await count()).toEqual(before);
  });
});
