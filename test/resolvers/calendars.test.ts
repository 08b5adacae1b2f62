/** Calendars, accounts and connections through the graph; providers in memory. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { applicationCalendar, openGraph, type TestGraph } from '../setup/graph.ts';

let graph: TestGraph;
beforeAll(async () => {
  graph = await openGraph();
});
afterAll(() => graph.close());

const create = `mutation ($input: CreateCalendarInput!) { createCalendar(input: $input) { calendar { id name color timeZone } userErrors { code path message } } }`;
const remove = `mutation ($input: DeleteCalendarInput!) { deleteCalendar(input: $input) { deletedId userErrors { code path message } } }`;
const connect = `mutation ($input: ConnectCalDavInput!) { connectCalDav(input: $input) { account { id } profile { id connected calendars { id name } } tokens { accessToken } userErrors { code path message } } }`;

describe('upsertApplicationCalendar', () => {
  test('finds the same account again, from 20 calls at once too', async () => {
    const made = await Promise.all(Array.from({ length: 20 }, () => applicationCalendar(graph, 'same')));
    expect(new Set(made.map((one) => one.accountId)).size).toBe(1);
    expect(new Set(made.map((one) => one.calendarId)).size).toBe(1);
  });

  test.each([
    ['', 'REQUIRED'],
    ['x'.repeat(1025), 'TOO_LONG'],
  ])('a key that cannot be one is refused', async (key, code) => {
    const { data } = await graph.run(
      'mutation ($input: UpsertApplicationCalendarInput!) { upsertApplicationCalendar(input: $input) { account { id } userErrors { code path } } }',
      { input: { key } },
    );
    expect(data.upsertApplicationCalendar).toMatchObject({ account: null, userErrors: [{ code, path: ['key'] }] });
  });

  test('a name is at most 255 characters, as the contract says', async () => {
    const { data } = await graph.run(
      'mutation ($input: UpsertApplicationCalendarInput!) { upsertApplicationCalendar(input: $input) { account { id } userErrors { code path } } }',
      { input: { key: 'long name', name: 'x'.repeat(256) } },
    );
    expect(data.upsertApplicationCalendar).toMatchObject({
      account: null,
      userErrors: [{ code: 'TOO_LONG', path: ['name'] }],
    });
  });

  test('a user name of connectCalDav is at most 255 characters, as the contract says', async () => {
    const input = { serverUrl: 'https://memory.example/', username: 'x'.repeat(256), password: 'p' };
    const { data } = await graph.run(connect, { input });
    expect(data.connectCalDav).toMatchObject({ account: null, userErrors: [{ code: 'TOO_LONG', path: ['username'] }] });
  });

  test.each(['username', 'password'])('no control character in the %s of connectCalDav', async (field) => {
    const input = { serverUrl: 'https://memory.example/', username: 'alice', password: 'p', [field]: 'a\0b' };
    const { data } = await graph.run(connect, { input });
    expect(data.connectCalDav).toMatchObject({ account: null, userErrors: [{ code: 'INVALID', path: [field] }] });
  });

  test('a new zone moves what floats', async () => {
    const { calendarId } = await applicationCalendar(graph, 'zoned', 'Europe/London');
    const ics =
      'BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nUID:f\r\nDTSTAMP:20260101T000000Z\r\nDTSTART:20260302T100000\r\nDTEND:20260302T110000\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n';
    await graph.data(
      'mutation ($i: ImportIcsInput!) { importIcs(input: $i) { created userErrors { code message } } }',
      { i: { calendarId, ics } },
    );
    const ask = async () =>
      (
        await graph.data(
          'query ($c: ID!) { event(by: { external: { calendarId: $c, uid: "f" } }) { start { dateTime local floating timeZone } } }',
          { c: calendarId },
        )
      ).event.start;
    expect(await ask()).toEqual({
      dateTime: '2026-03-02T10:00:00Z',
      local: '2026-03-02T10:00:00',
      floating: true,
      timeZone: null,
    });
    await applicationCalendar(graph, 'zoned', 'America/New_York');
    expect(await ask()).toMatchObject({ dateTime: '2026-03-02T15:00:00Z', local: '2026-03-02T10:00:00' });
  });
});

describe('createCalendar and deleteCalendar', () => {
  test('one more calendar beside the first, once, and gone again', async () => {
    const { accountId } = await applicationCalendar(graph, 'more');
    const { account } = await graph.data(
      'query ($id: ID!) { account(id: $id) { profiles { id provider connected } } }',
      { id: accountId },
    );
    expect(account.profiles).toMatchObject([{ provider: 'MERIDIAN', connected: true }]);
    const input = { profileId: account.profiles[0].id, name: 'Rooms', color: '#336699', idempotencyKey: 'rooms' };
    const first = await graph.data(create, { input });
    const second = await graph.data(create, { input });
    expect(second.createCalendar.calendar).toEqual(first.createCalendar.calendar);
    const { data } = await graph.run(create, { input: { ...input, idempotencyKey: null } });
    expect(data.createCalendar.userErrors).toMatchObject([{ code: 'DUPLICATE', path: ['name'] }]);
    const id = first.createCalendar.calendar.id;
    expect((await graph.data(remove, { input: { calendarId: id } })).deleteCalendar.deletedId).toBe(id);
    expect((await graph.data(remove, { input: { calendarId: id } })).deleteCalendar.deletedId).toBe(id);
    const after = await graph.data(
      'query ($id: ID!) { account(id: $id) { calendars { id } all: calendars(includeDeleted: true) { id deleted } } }',
      { id: accountId },
    );
    expect(after.account.calendars).toHaveLength(1);
    expect(after.account.all).toContainEqual({ id, deleted: true });
  });
});

test('a mutation behind another in one request shows what both did', async () => {
  const { accountId } = await applicationCalendar(graph, 'in-a-row');
  const { account } = await graph.data('query ($id: ID!) { account(id: $id) { profiles { id } } }', { id: accountId });
  const answer = await graph.data(
    `mutation ($a: CreateCalendarInput!, $b: CreateCalendarInput!) {
      a: createCalendar(input: $a) { calendar { account { calendars { name } } } userErrors { code message } }
      b: createCalendar(input: $b) { calendar { account { calendars { name } } } userErrors { code message } } }`,
    { a: { profileId: account.profiles[0].id, name: 'A' }, b: { profileId: account.profiles[0].id, name: 'B' } },
  );
  expect(answer.a.calendar.account.calendars).toHaveLength(2);
  expect(answer.b.calendar.account.calendars).toHaveLength(3);
});

describe('connectCalDav', () => {
  test('connects after proving the password, and keeps every id when connected again', async () => {
    graph.provider.addCalendar({ name: 'Work' });
    const input = { serverUrl: 'http://127.0.0.1:1/', username: 'alice', password: 'alicepw' };
    const first = await graph.data(connect, { input });
    expect(first.connectCalDav.profile).toMatchObject({ connected: true, calendars: [{ name: 'Work' }] });
    const again = await graph.data(connect, { input });
    expect(again.connectCalDav.account).toEqual(first.connectCalDav.account);
    expect(again.connectCalDav.profile).toEqual(first.connectCalDav.profile);
  });

  test('a wrong password is refused, and nothing is stored', async () => {
    const count = async () =>
      (await graph.fresh.superuser<{ count: string }>('select count(*) from profile'))[0]?.count;
    const before = await count();
    const { data } = await graph.run(connect, {
      input: { serverUrl: 'http://127.0.0.1:1/', username: 'alice', password: 'wrong' },
    });
    expect(data.connectCalDav).toMatchObject({
      account: null,
      userErrors: [{ code: 'CREDENTIALS_REJECTED', path: ['password'] }],
    });
    expect(await count()).toBe(before);
  });

  test('the password is nowhere in the clear', async () => {
    const rows = await graph.fresh.superuser<{ row: string }>('select row_to_json(p)::text as row from profile p');
    expect(rows.map(({ row }) => row).join()).not.toContain('alicepw');
  });

  test('a revoked profile is gone for the application, and comes back with its ids', async () => {
    const input = { serverUrl: 'http://127.0.0.1:1/', username: 'alice', password: 'alicepw' };
    const { connectCalDav: made } = await graph.data(connect, { input });
    await graph.data(
      'mutation ($i: RevokeProfileInput!) { revokeProfile(input: $i) { account { id } userErrors { code message } } }',
      { i: { profileId: made.profile.id } },
    );
    const gone = await graph.data('query ($p: ID!, $c: ID!) { profile(id: $p) { id } calendar(id: $c) { id } }', {
      p: made.profile.id,
      c: made.profile.calendars[0].id,
    });
    expect(gone).toEqual({ profile: null, calendar: null });
    const sealed = await graph.fresh.superuser<{ credential: string | null }>(
      `select credential from profile where id = '${made.profile.id}'`,
    );
    expect(sealed).toEqual([{ credential: null }]);
    const back = await graph.data(connect, { input });
    expect(back.connectCalDav.profile.id).toBe(made.profile.id);
  });
});

test('pages of accounts never repeat or miss one, and a cursor belongs to its list', async () => {
  for (let at = 0; at < 7; at++) await applicationCalendar(graph, `page-${at}`);
  const document = `query ($first: Int, $after: String, $query: String) { accounts(first: $first, after: $after, query: $query) {
    nodes { applicationKey } pageInfo { hasNextPage hasPreviousPage endCursor } } }`;
  const walked: string[] = [];
  let after: string | null = null;
  do {
    const { accounts } = await graph.data(document, { first: 3, after, query: 'page-' });
    walked.push(...accounts.nodes.map((node: { applicationKey: string }) => node.applicationKey));
    after = accounts.pageInfo.hasNextPage ? accounts.pageInfo.endCursor : null;
  } while (after !== null);
  expect(walked).toEqual(Array.from({ length: 7 }, (_, at) => `page-${at}`));
  const { accounts } = await graph.data(document, { first: 3, query: 'page-' });
  const foreign = await graph.run(document, { first: 3, after: accounts.pageInfo.endCursor, query: 'other' });
  expect(foreign.errors).toMatchObject([{ code: 'BAD_USER_INPUT', message: expect.stringContaining('after') }]);
});

test('accounts are found by what is anywhere in a key, a name or an address, whatever the case; no sign of it means another', async () => {
  for (const key of ['Search_Room', 'SearchXRoom', 'search%room']) await applicationCalendar(graph, key);
  const found = async (query: string): Promise<string[]> => {
    const { accounts } = await graph.data(
      'query ($query: String) { accounts(first: 100, query: $query) { nodes { applicationKey email } } }',
      { query },
    );
    return accounts.nodes.map(
      (node: { applicationKey: string | null; email: string }) => node.applicationKey ?? node.email,
    );
  };
  expect(await found('EARCH')).toEqual(['Search_Room', 'SearchXRoom', 'search%room']);
  expect(await found('h_r')).toEqual(['Search_Room']);
  expect(await found('H%R')).toEqual(['search%room']);
  expect(await found('LICE@example')).toEqual(['alice@example.test']);
  expect(await found('\\')).toEqual([]);
});

describe('the sync journal', () => {
  const document = `query ($id: ID!, $last: Int) { calendar(id: $id) {
    sync { mode changesThrough lastSyncedAt nextAt runs(last: $last) { id kind status changes failure { code } } } } }`;
  const sync = (id: string, kind: string) =>
    graph.run(
      `mutation ($id: ID!, $kind: SyncKind) { syncCalendar(input: { calendarId: $id, kind: $kind }) {
        run { id kind status } userErrors { code path } } }`,
      { id, kind },
    );

  test('has the newest run first, of each kind, the failed one with its reason', async () => {
    graph.provider.faults.clear();
    graph.provider.addCalendar({ name: 'Journal' });
    const { connectCalDav } = await graph.data(connect, {
      input: { serverUrl: 'http://127.0.0.1:1/', username: 'alice', password: 'alicepw' },
    });
    const { id: profileId } = connectCalDav.profile;
    await graph.engine.pollNow(profileId);
    const { profile } = await graph.data('query ($id: ID!) { profile(id: $id) { calendars { id name } } }', {
      id: profileId,
    });
    const calendar = profile.calendars.find(({ name }: { name: string }) => name === 'Journal');
    const runs: string[] = [];
    for (const kind of ['FULL', 'RECONCILIATION', 'INCREMENTAL']) {
      if (kind === 'INCREMENTAL') graph.provider.faults.add('pull', { kind: 'unreachable' });
      const { data } = await sync(calendar.id, kind);
      expect(data.syncCalendar).toMatchObject({ run: { kind }, userErrors: [] });
      runs.unshift(data.syncCalendar.run.id);
    }
    const { calendar: read } = await graph.data(document, { id: calendar.id, last: 20 });
    expect(read.sync.mode).toBe('POLL');
    const own = read.sync.runs.filter(({ id }: { id: string }) => runs.includes(id));
    expect(own.map(({ id }: { id: string }) => id)).toEqual(runs);
    expect(read.sync.runs[0]).toMatchObject({
      kind: 'INCREMENTAL',
      status: 'FAILED',
      failure: { code: 'UNREACHABLE' },
    });
    expect((await graph.data(document, { id: calendar.id, last: 1 })).calendar.sync.runs).toEqual([read.sync.runs[0]]);
  });

  test('of an application calendar is empty: it is always current, and asking for a sync begins no run', async () => {
    const { calendarId } = await applicationCalendar(graph, 'journal');
    graph.clock.now = Date.parse('2030-01-01T00:00:00Z');
    try {
      expect((await graph.data(document, { id: calendarId })).calendar.sync).toEqual({
        mode: 'LOCAL',
        changesThrough: null,
        lastSyncedAt: '2030-01-01T00:00:00Z',
        nextAt: null,
        runs: [],
      });
    } finally {
      graph.clock.now = null;
    }
    expect((await sync(calendarId, 'FULL')).data.syncCalendar).toEqual({ run: null, userErrors: [] });
  });
});
