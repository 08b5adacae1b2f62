/** The end of authorizations, linking and unlinking: what stays, what goes, who is told. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { createApplication } from '../../auth/applications.ts';
import { endAuthorization } from '../../auth/authorizations.ts';
import { hashToken } from '../../datasources/secrets/tokens.ts';
import { issueAccountToken } from '../../datasources/store/account-tokens.ts';
import { grantUnrestricted, insertPermissionRequest } from '../../datasources/store/consent.ts';
import { putFeed } from '../../datasources/store/feeds.ts';
import { acquireLease, assertLease, LeaseLost } from '../../datasources/store/leases.ts';
import { applicationCalendar, type Loose, openGraph, type TestGraph, testKey } from '../setup/graph.ts';

let graph: TestGraph;
let remoteId: string;
beforeAll(async () => {
  graph = await openGraph();
  remoteId = graph.provider.addCalendar({ name: 'Work' });
});
afterAll(() => graph.close());
beforeEach(() => graph.provider.faults.clear());

const errors = 'userErrors { path code message }';
const revokeMutation = `mutation ($input: RevokeAuthorizationInput!) { revokeAuthorization(input: $input) { revokedAccountIds ${errors} } }`;
const unlinkMutation = `mutation ($input: UnlinkProfileInput!) { unlinkProfile(input: $input) { account { id email timeZone profiles { id } } ${errors} } }`;
const linkMutation = `mutation ($input: CreateLinkTokenInput!) { createLinkToken(input: $input) { token expiresIn ${errors} } }`;

const revoke = async (input: object, token = testKey) =>
  (await graph.run(revokeMutation, { input }, token)).data.revokeAuthorization;

/** Connects alice's calendars; with `accountId` to an account that is there. */
async function connect(accountId?: string): Promise<{ accountId: string; profileId: string; token: string }> {
  const { connectCalDav } = await graph.data(
    `mutation ($input: ConnectCalDavInput!) { connectCalDav(input: $input) { account { id } profile { id } tokens { accessToken } ${errors} } }`,
    {
      input: {
        serverUrl: 'http://127.0.0.1:1/',
        username: 'alice',
        password: 'alicepw',
        ...(accountId === undefined ? {} : { accountId }),
      },
    },
  );
  const { account, profile, tokens } = connectCalDav;
  return { accountId: account.id, profileId: profile.id, token: tokens.accessToken };
}

const worker: typeof graph.fresh.store.asWorker = (work) => graph.fresh.store.asWorker(work);
const told = (accountId: string) =>
  worker((tx) =>
    tx
      .selectFrom('change_log')
      .select(['kind', 'audience'])
      .where('account_id', '=', accountId)
      .orderBy('sequence')
      .execute(),
  );

describe('revoking', () => {
  test('the account is gone for the application, its tokens with it, and a poll asks the provider no more', async () => {
    const { accountId, profileId, token } = await connect();
    expect((await graph.run('{ credential { kind } }', {}, token)).data.credential.kind).toBe('ACCOUNT_TOKEN');
    const cursor = (await graph.data('{ changes { cursor } }')).changes.cursor;
    expect(await revoke({ authorization: { accountId } })).toEqual({ revokedAccountIds: [accountId], userErrors: [] });
    expect((await graph.data('query ($id: ID!) { account(id: $id) { id } }', { id: accountId })).account).toBeNull();
    await expect(graph.run('{ credential { kind } }', {}, token)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    const profile = await worker((tx) =>
      tx
        .selectFrom('profile')
        .select(['credential', 'status', 'next_poll_at'])
        .where('id', '=', profileId)
        .executeTakeFirstOrThrow(),
    );
    expect(profile).toEqual({ credential: null, status: 'DISCONNECTED', next_poll_at: null });
    const { changes } = await graph.data(
      'query ($after: String) { changes(after: $after, filter: { includeOwn: true }) { changes { kind accountId account { id } } } }',
      { after: cursor },
    );
    expect(changes.changes).toContainEqual({ kind: 'AUTHORIZATION_REVOKED', accountId, account: null });
    // Once is enough: what is not there cannot be revoked.
    expect((await revoke({ authorization: { accountId } })).userErrors).toMatchObject([
      { path: ['authorization', 'accountId'], code: 'NOT_FOUND' },
    ]);
  });

  test('connected again: the same ids', async () => {
    const first = await connect();
    const { account } = await graph.data('query ($id: ID!) { account(id: $id) { calendars { id } } }', {
      id: first.accountId,
    });
    await revoke({ authorization: { accountId: first.accountId } });
    const again = await connect();
    expect([again.accountId, again.profileId]).toEqual([first.accountId, first.profileId]);
    const after = await graph.data('query ($id: ID!) { account(id: $id) { calendars { id } } }', {
      id: first.accountId,
    });
    expect(after.account).toEqual(account);
  });

  test('by a token of the account; and by the account token itself, for its own account', async () => {
    const byToken = await connect();
    expect((await revoke({ authorization: { token: byToken.token } })).revokedAccountIds).toEqual([byToken.accountId]);
    const own = await connect();
    expect((await revoke({ authorization: { accountId: own.accountId } }, own.token)).revokedAccountIds).toEqual([
      own.accountId,
    ]);
  });

  test.each(['', 'x', 'mat_unknown_unknown_unknown', testKey, 'é'.repeat(20)])(
    'a token that is none of an account: %j',
    async (token) => {
      expect((await revoke({ authorization: { token } })).userErrors).toMatchObject([
        { path: ['authorization', 'token'], code: 'NOT_FOUND' },
      ]);
    },
  );

  test('an account token cannot revoke another account', async () => {
    const { accountId } = await connect();
    const other = await applicationCalendar(graph, 'other');
    expect((await revoke({ authorization: { accountId } }, other.token)).userErrors).toMatchObject([
      { code: 'NOT_FOUND' },
    ]);
  });

  test('another application of the unit goes on: its access, its calendars, the sync', async () => {
    const { accountId, profileId } = await connect();
    const { store } = graph.fresh;
    const { unit_id: unitId } = await worker((tx) =>
      tx.selectFrom('application').select('unit_id').where('id', '=', graph.applicationId).executeTakeFirstOrThrow(),
    );
    const other = await worker((tx) => createApplication(tx, store.ids, { name: 'Second', unit: unitId }, 'operator'));
    await worker((tx) =>
      tx
        .insertInto('authorization_grant')
        .values({
          id: store.ids('aut'),
          application_id: other.application.id,
          account_id: accountId,
          scopes: ['read_only'],
        })
        .execute(),
    );
    await revoke({ authorization: { accountId }, erase: true });
    const seen = await graph.data('{ accounts { nodes { id profiles { id connected } } } }', {}, other.secret);
    expect(seen.accounts.nodes).toEqual([{ id: accountId, profiles: [{ id: profileId, connected: true }] }]);
    // Erased once the last one leaves.
    expect((await revoke({ authorization: { accountId } }, other.secret)).revokedAccountIds).toEqual([accountId]);
    const account = await worker((tx) =>
      tx.selectFrom('account').selectAll().where('id', '=', accountId).executeTakeFirstOrThrow(),
    );
    expect([account.email, account.name, account.erased_at]).toEqual([null, null, expect.any(Date)]);
  });

  test('a service account takes its dependants along, and nobody else', async () => {
    const { store } = graph.fresh;
    const service = await connect();
    const dependants = [await applicationCalendar(graph, 'one'), await applicationCalendar(graph, 'two')];
    const free = await applicationCalendar(graph, 'free');
    await worker((tx) =>
      tx
        .updateTable('authorization_grant')
        .set({ through_account_id: service.accountId })
        .where(
          'account_id',
          'in',
          dependants.map(({ accountId }) => accountId),
        )
        .execute(),
    );
    const tokens = await worker((tx) =>
      issueAccountToken(tx, store.ids, {
        applicationId: graph.applicationId,
        accountId: dependants[0]?.accountId ?? '',
        scope: 'read_only',
      }),
    );
    const { revokedAccountIds } = await revoke({ authorization: { accountId: service.accountId } });
    expect([...revokedAccountIds].sort()).toEqual(
      [service.accountId, ...dependants.map(({ accountId }) => accountId)].sort(),
    );
    await expect(graph.run('{ credential { kind } }', {}, tokens.accessToken)).rejects.toMatchObject({
      code: 'UNAUTHENTICATED',
    });
    expect(
      (await graph.data('query ($id: ID!) { account(id: $id) { id } }', { id: free.accountId })).account,
    ).not.toBeNull();
  });
});

test('of a profile that was taken away and connected again neither the feed nor a permission comes back', async () => {
  const { accountId, profileId } = await connect();
  const { account } = await graph.data('query ($id: ID!) { account(id: $id) { calendars { id } } }', { id: accountId });
  const calendarId = account.calendars[0].id;
  const place = { applicationId: graph.applicationId, accountId, profileId, calendarId };
  await worker(async (tx) => {
    await putFeed(tx, { ...place, secretHash: hashToken('feed'), secret: 'sealed' }, false);
    await grantUnrestricted(tx, { ...place, calendars: [{ id: calendarId, name: 'Work' }] });
  });
  await graph.data(`mutation ($input: RevokeProfileInput!) { revokeProfile(input: $input) { ${errors} } }`, {
    input: { profileId },
  });
  expect((await connect(accountId)).profileId).toBe(profileId);
  const left = await graph.fresh.superuser(
    `select (select count(*) from ics_feed where profile_id = $1)::int as feeds,
       (select count(*) from calendar_permission where calendar_id = $2)::int as permissions`,
    [profileId, calendarId],
  );
  expect(left).toEqual([{ feeds: 0, permissions: 0 }]);
});

describe('erasing', () => {
  test('nothing of the account is left but that it was; its id never comes again; who was let in is told', async () => {
    const { accountId } = await connect();
    graph.provider.put(remoteId, simple('erased-1'));
    await graph.engine.pollNow(
      (await graph.data('query ($id: ID!) { account(id: $id) { profiles { id } } }', { id: accountId })).account
        .profiles[0].id,
    );
    const own = await applicationCalendar(graph, 'to be erased');
    await graph.data(`mutation ($input: UpsertEventInput!) { upsertEvent(input: $input) { event { id } ${errors} } }`, {
      input: {
        calendarId: own.calendarId,
        key: 'k',
        summary: 'secret',
        start: { date: '2026-12-01' },
        end: { date: '2026-12-02' },
        metadata: { a: 'b' },
      },
    });
    for (const id of [accountId, own.accountId]) await revoke({ authorization: { accountId: id }, erase: true });
    const { rows } = {
      rows: await graph.fresh.superuser<{ table: string; count: number }>(
        `select t as table, (xpath('/row/c/text()', query_to_xml(format('select count(*) as c from %I where account_id = any(%L)', t, $1::text[]), false, true, '')))[1]::text::int as count
       from unnest(array['event', 'calendar', 'profile', 'managed_event', 'operation', 'sync_run', 'event_move', 'credential', 'ics_feed']) as t`,
        [[accountId, own.accountId]],
      ),
    };
    expect(rows.filter(({ count }) => count > 0)).toEqual([]);
    expect((await told(accountId)).map(({ kind, audience }) => [kind, audience]).slice(-2)).toEqual([
      ['AUTHORIZATION_REVOKED', graph.applicationId],
      ['ERASURE_REQUESTED', graph.applicationId],
    ]);
    const again = await connect();
    expect(again.accountId).not.toBe(accountId);
    expect((await applicationCalendar(graph, 'to be erased')).accountId).not.toBe(own.accountId);
  });

  test('goes on where a process died in the middle of it', async () => {
    const { accountId } = await applicationCalendar(graph, 'half erased');
    await worker(async (tx) => {
      await tx
        .updateTable('authorization_grant')
        .set({ status: 'REVOKED' })
        .where('account_id', '=', accountId)
        .execute();
      await tx
        .updateTable('account')
        .set({ erased_at: new Date(), application_key: null })
        .where('id', '=', accountId)
        .execute();
    });
    await graph.services.authorizations.finishErasures();
    expect(
      await worker((tx) => tx.selectFrom('profile').select('id').where('account_id', '=', accountId).execute()),
    ).toEqual([]);
  });
});

describe('erasing beside others', () => {
  const erased = (accountId: string) =>
    worker((tx) => tx.selectFrom('profile').select('id').where('account_id', '=', accountId).execute());
  /** An erasure that cannot be done: something that erasing does not know holds on to its rows. */
  async function stuck(): Promise<string> {
    const { accountId, calendarId } = await applicationCalendar(graph, `stuck ${Math.random()}`);
    await graph.fresh.superuser('create table if not exists holds_on (calendar_id text references calendar)');
    await graph.fresh.superuser('insert into holds_on values ($1)', [calendarId]);
    await revoke({ authorization: { accountId } });
    return accountId;
  }

  test('an erasure that fails keeps no other from being done, and fails nobody’s revocation', async () => {
    const held = await stuck();
    expect(await erased(held)).not.toEqual([]);
    const { accountId } = await applicationCalendar(graph, 'after one that is stuck');
    expect((await revoke({ authorization: { accountId } })).revokedAccountIds).toEqual([accountId]);
    expect(await erased(accountId)).toEqual([]);
    const left = await applicationCalendar(graph, 'left by another process');
    await worker((tx) => endAuthorization(tx, { applicationId: graph.applicationId, accountId: left.accountId }));
    await expect(graph.services.authorizations.finishErasures()).rejects.toThrow('1 accounts could not be erased');
    expect(await erased(left.accountId)).toEqual([]);
    await graph.fresh.superuser('drop table holds_on');
    await graph.services.authorizations.finishErasures();
    expect(await erased(held)).toEqual([]);
  });

  test('a sync that is under way cannot write behind the eraser’s back', async () => {
    const { accountId } = await connect();
    const fence = await worker((tx) => acquireLease(tx, accountId, 'a sync', 60_000));
    await revoke({ authorization: { accountId }, erase: true });
    await expect(worker((tx) => assertLease(tx, accountId, fence ?? ''))).rejects.toThrow(LeaseLost);
  });

  test('asked for at the moment in which another request ends the authorization: erased all the same', async () => {
    const { accountId } = await connect();
    const { applicationId } = graph;
    await worker((tx) => endAuthorization(tx, { applicationId, accountId }));
    expect(await worker((tx) => endAuthorization(tx, { applicationId, accountId, erase: true }))).toEqual([]);
    await graph.services.authorizations.finishErasures();
    expect(await erased(accountId)).toEqual([]);
    expect((await told(accountId)).at(-1)).toEqual({ kind: 'ERASURE_REQUESTED', audience: applicationId });
  });

  test('a question to the user that was asked a moment too late does not keep the account', async () => {
    const { accountId, profileId } = await connect();
    await worker((tx) => endAuthorization(tx, { applicationId: graph.applicationId, accountId, erase: true }));
    await worker((tx) =>
      insertPermissionRequest(tx, {
        tokenHash: Buffer.from('late'),
        applicationId: graph.applicationId,
        accountId,
        profileId,
        calendarIds: [],
        redirectUri: 'https://app.example.com/',
      }),
    );
    await graph.services.authorizations.finishErasures();
    expect(await erased(accountId)).toEqual([]);
  });
});

describe('link tokens', () => {
  test('are for five minutes, for an account that the credential sees', async () => {
    const { accountId, token } = await connect();
    const made = (await graph.data(linkMutation, { input: { accountId } })).createLinkToken;
    expect(made).toMatchObject({ token: expect.stringMatching(/^mlt_[\w-]{43}$/), expiresIn: 300 });
    expect((await graph.data(linkMutation, { input: { accountId } }, token)).createLinkToken.token).not.toBe(
      made.token,
    );
    const stored = await worker((tx) =>
      tx.selectFrom('link_token').selectAll().where('account_id', '=', accountId).execute(),
    );
    expect(JSON.stringify(stored)).not.toContain(made.token);
    const own = await applicationCalendar(graph, 'own');
    for (const [id, code] of [
      ['acc_unknown', 'NOT_FOUND'],
      [own.accountId, 'NOT_SUPPORTED'],
    ]) {
      const refused = (await graph.run(linkMutation, { input: { accountId: id } })).data.createLinkToken;
      expect(refused).toMatchObject({ token: null, userErrors: [{ path: ['accountId'], code }] });
    }
  });
});

describe('unlinking', () => {
  const unlink = async (profileId: string, token = testKey): Promise<Loose> =>
    (await graph.run(unlinkMutation, { input: { profileId } }, token)).data.unlinkProfile;
  /** Of the same account, so that there is something to be taken out of. */
  const secondProfile = (accountId: string) =>
    worker((tx) =>
      tx
        .insertInto('profile')
        .values({
          id: graph.fresh.store.ids('pro'),
          account_id: accountId,
          provider: 'CALDAV',
          login: 'bob',
          server_key: 'x',
        })
        .execute(),
    );

  test('a profile that was linked by mistake gets an account of its own; every id of it stays, and its events go with it', async () => {
    const { accountId, profileId } = await connect();
    graph.provider.put(remoteId, simple('moves along'));
    await graph.engine.pollNow(profileId);
    const query =
      'query ($id: ID!) { profile(id: $id) { account { id } calendars { id events(filter: { from: "2026-01-01T00:00:00Z", to: "2027-01-01T00:00:00Z" }) { nodes { id uid } } } } }';
    const before = (await graph.data(query, { id: profileId })).profile;
    expect(before.calendars[0].events.nodes.length).toBeGreaterThan(0);
    await secondProfile(accountId);
    const unlinked = await unlink(profileId);
    expect(unlinked.userErrors).toEqual([]);
    expect(unlinked.account.id).not.toBe(accountId);
    expect(unlinked.account.profiles).toEqual([{ id: profileId }]);
    const after = (await graph.data(query, { id: profileId })).profile;
    expect(after).toEqual({ ...before, account: { id: unlinked.account.id } });
    // It syncs on in its new account.
    graph.provider.put(remoteId, simple('after the move'));
    await graph.engine.pollNow(profileId);
    const synced = (await graph.data(query, { id: profileId })).profile;
    expect(synced.calendars[0].events.nodes.map(({ uid }: Loose) => uid)).toContain('after the move');
    expect((await told(unlinked.account.id)).map(({ kind }) => kind).slice(0, 2)).toEqual([
      'ACCOUNT_AUTHORIZED',
      'PROFILE_LINKED',
    ]);
  });

  test('asked twice at once: moved once, and no empty account is left', async () => {
    const { accountId, profileId } = await connect();
    await secondProfile(accountId);
    const answers = await Promise.all([unlink(profileId), unlink(profileId)]);
    expect(answers.map(({ account, userErrors }) => account?.id ?? userErrors[0].code).sort()).toEqual([
      'NOT_FOUND',
      expect.stringMatching(/^acc_/),
    ]);
    const empty = await graph.fresh.superuser(
      `select g.account_id from authorization_grant g join account a on a.id = g.account_id
       where g.status = 'ACTIVE' and a.kind = 'USER' and not exists (select 1 from profile p where p.account_id = a.id)`,
    );
    expect(empty).toEqual([]);
  });

  test('what came through a service account ends with it, unlinked or not', async () => {
    const { accountId, profileId } = await connect();
    await secondProfile(accountId);
    const service = await applicationCalendar(graph, 'service');
    await graph.fresh.superuser('update authorization_grant set through_account_id = $2 where account_id = $1', [
      accountId,
      service.accountId,
    ]);
    const unlinked = (await unlink(profileId)).account.id;
    const { revokedAccountIds } = await revoke({ authorization: { accountId: service.accountId } });
    expect(revokedAccountIds).toEqual(expect.arrayContaining([accountId, unlinked]));
  });

  test('the only profile, an application calendar, an unknown one', async () => {
    const { profileId } = await connect();
    expect((await unlink(profileId)).userErrors).toMatchObject([{ path: ['profileId'], code: 'INVALID' }]);
    const own = await applicationCalendar(graph, 'own');
    const { account } = await graph.data('query ($id: ID!) { account(id: $id) { profiles { id } } }', {
      id: own.accountId,
    });
    expect((await unlink(account.profiles[0].id)).userErrors).toMatchObject([{ code: 'NOT_SUPPORTED' }]);
    expect((await unlink('pro_unknown')).userErrors).toMatchObject([{ code: 'NOT_FOUND' }]);
    expect((await unlink(profileId, own.token)).userErrors).toMatchObject([{ code: 'NOT_FOUND' }]);
  });
});

function simple(uid: string) {
  return {
    uid,
    master: {
      summary: uid,
      description: null,
      start: { kind: 'utc', instant: Date.UTC(2026, 5, 1, 10) },
      end: { kind: 'utc', instant: Date.UTC(2026, 5, 1, 11) },
      nominalDays: null,
      status: 'CONFIRMED',
      busyStatus: 'BUSY',
      visibility: 'DEFAULT',
      location: null,
      url: null,
      color: null,
      categories: [],
      organizer: null,
      attendees: [],
      reminders: [],
      rules: [],
    },
    exceptions: [],
    sequence: 0,
    stampedAt: null,
    createdAt: null,
    updatedAt: null,
    marker: null,
  } as never;
}
