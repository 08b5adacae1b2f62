import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { endAuthorization } from '../../../auth/authorizations.ts';
import { endProfile } from '../../../datasources/store/authorizations.ts';
import { LeaseLost } from '../../../datasources/store/leases.ts';
import { makePollDue } from '../../../datasources/store/profiles-sync.ts';
import { type ConnectRequest, connectCalDav } from '../../../sync/inbound/connect.ts';
import { pollProfile } from '../../../sync/inbound/poll.ts';
import { type FreshStore, freshStore } from '../../setup/database.ts';
import { connectRequest, createWorld, event, type World } from '../world.ts';

let fresh: FreshStore;
beforeAll(async () => {
  fresh = await freshStore({ maximumConnections: 6 });
});
afterAll(() => fresh.drop());

const home = (world: World) => [...world.provider.calendars.keys()][0] ?? '';

function connect(world: World, more: Partial<ConnectRequest> = {}) {
  const request = connectRequest({ ...world, username: world.provider.options.username }, more);
  return connectCalDav(world.dependencies, request, (tx, profileId) => makePollDue(tx, { profileId }, world.clock.now));
}

async function rows(): Promise<unknown> {
  return fresh.superuser(
    `select (select count(*) from account) as accounts, (select count(*) from profile) as profiles,
       (select count(*) from calendar) as calendars, (select count(*) from change_log) as changes`,
  );
}

/** Another application, in the same unit or in one of its own. */
async function application(unitId: string | null): Promise<{ applicationId: string; unitId: string }> {
  const { store } = fresh;
  const applicationId = store.ids('app');
  const unit = unitId ?? store.ids('org');
  await store.asWorker(async (tx) => {
    if (unitId === null) await tx.insertInto('organizational_unit').values({ id: unit, name: 'Other' }).execute();
    await tx
      .insertInto('application')
      .values({ id: applicationId, unit_id: unit, name: 'B', client_id: applicationId, mode: 'DEVELOPMENT' })
      .execute();
  });
  return { applicationId, unitId: unit };
}

describe('connecting', () => {
  test('the same login again finds the same account, profile, calendars and events, and heals it', async () => {
    const world = await createWorld(fresh);
    world.provider.put(home(world), event('one'));
    await world.poll();
    const before = await world.events(home(world));
    const told = (await world.changes()).length;
    world.provider.faults.add('calendars', { kind: 'credentials-rejected' }, 3);
    for (let poll = 0; poll < 3; poll++) {
      await world.poll();
      world.clock.now += 60_000;
    }
    expect(await world.profile()).toMatchObject({ status: 'DISCONNECTED' });
    const { operationId } = await world.write(home(world), event('meanwhile'));
    await world.attempt(operationId);
    const { credential } = await world.profile();
    expect(await connect(world)).toEqual({
      connected: true,
      accountId: world.accountId,
      profileId: world.profileId,
      created: false,
    });
    const profile = await world.profile();
    expect(profile).toMatchObject({ status: 'CONNECTED', cause: null, next_poll_at: new Date(world.clock.now) });
    expect(profile.credential).not.toBe(credential);
    expect(await world.kinds(told)).toEqual([
      'PROFILE_DEGRADED',
      'PROFILE_DISCONNECTED',
      'EVENT_CREATED',
      'PROFILE_RECONNECTED',
    ]);
    expect(await world.operation(operationId)).toMatchObject({ next_attempt_at: new Date(world.clock.now) });
    await world.poll();
    expect((await world.events(home(world))).filter((row) => row.uid === 'one')).toEqual(before);
    expect(await world.kinds(told + 4)).toEqual([]);
  });

  test('five at once make one account', async () => {
    const world = await createWorld(fresh);
    const fresher = await application(null);
    const outcomes = await Promise.all(Array.from({ length: 5 }, () => connect(world, fresher)));
    const accounts = new Set(outcomes.map((outcome) => outcome.connected && outcome.accountId));
    expect(accounts.size).toBe(1);
    expect(outcomes.filter((outcome) => outcome.connected && outcome.created)).toHaveLength(1);
    expect(accounts.has(world.accountId)).toBe(false);
  });

  test('another application of the unit shares account and mirror, and gets its own authorization', async () => {
    const world = await createWorld(fresh);
    const other = await application(world.unitId);
    const tenant = { applicationId: other.applicationId, accountId: null };
    const visible = () => fresh.store.withApplication(tenant, (tx) => tx.selectFrom('account').select('id').execute());
    expect(await visible()).toEqual([]);
    expect(await connect(world, other)).toMatchObject({ accountId: world.accountId, profileId: world.profileId });
    expect(await visible()).toEqual([{ id: world.accountId }]);
    expect((await world.changes()).at(-1)).toMatchObject({ kind: 'ACCOUNT_AUTHORIZED', audience: other.applicationId });
  });

  test('a profile that was taken away is told to be linked again to the application that sees it again, and to nobody else', async () => {
    const world = await createWorld(fresh);
    await fresh.store.asWorker((tx) => endProfile(tx, world.applicationId, world.profileId));
    const told = (await world.changes()).length;
    expect(await connect(world)).toMatchObject({ profileId: world.profileId, created: false });
    expect((await world.changes()).slice(told)).toMatchObject([
      { kind: 'PROFILE_LINKED', subject_id: world.profileId, audience: world.applicationId },
    ]);
    await connect(world);
    expect((await world.changes()).slice(told)).toHaveLength(1);
  });

  test('an authorization that is widened is told, since more can be seen; one that stays as it is, is not', async () => {
    const world = await createWorld(fresh);
    const told = (await world.changes()).length;
    const scopes = ['read_account', 'list_calendars', 'read_events', 'create_event', 'delete_event'];
    await fresh.superuser(`update authorization_grant set scopes = '{read_account}' where account_id = $1`, [
      world.accountId,
    ]);
    for (let round = 0; round < 2; round++) await connect(world, { consented: true, scopes });
    expect((await world.changes()).slice(told)).toMatchObject([
      { kind: 'ACCOUNT_AUTHORIZED', subject_id: world.accountId, audience: world.applicationId },
    ]);
  });

  test('a second login can be added to an account; a stranger’s account does not exist', async () => {
    const world = await createWorld(fresh);
    const second = await createWorld(fresh);
    const outcome = await connectCalDav(
      second.dependencies,
      connectRequest({ ...world, username: second.provider.options.username }, { accountId: world.accountId }),
      async () => {},
    );
    expect(outcome).toMatchObject({ connected: true, accountId: world.accountId, created: true });
    second.provider.calls.clear();
    const before = await rows();
    const stranger = await connect(second, { accountId: world.accountId });
    expect(stranger).toMatchObject({ connected: false, userErrors: [{ path: ['accountId'], code: 'NOT_FOUND' }] });
    expect(second.provider.calls.size).toBe(0);
    expect(await rows()).toEqual(before);
  });

  test('an account token adds to its own account only', async () => {
    const world = await createWorld(fresh);
    const second = await createWorld(fresh);
    const request = connectRequest(
      { ...world, username: second.provider.options.username },
      { actorAccountId: world.accountId },
    );
    expect(await connectCalDav(second.dependencies, request, async () => {})).toMatchObject({
      connected: true,
      accountId: world.accountId,
    });
  });

  test.each([
    ['unreachable', 'PROVIDER_UNREACHABLE', 'serverUrl'],
    ['credentials-rejected', 'CREDENTIALS_REJECTED', 'password'],
    ['malformed', 'PROVIDER_REJECTED', 'serverUrl'],
  ] as const)('%s is refused, and nothing is stored', async (kind, code, path) => {
    const world = await createWorld(fresh);
    const fresher = await application(null);
    const before = await rows();
    for (const method of ['connect', 'calendars'] as const) {
      world.provider.faults.add(method, { kind });
      expect(await connect(world, fresher)).toMatchObject({ connected: false, userErrors: [{ code, path: [path] }] });
    }
    expect(await rows()).toEqual(before);
  });

  test('a server that claims another server’s principal does not get its user’s account', async () => {
    const world = await createWorld(fresh);
    const { connectorFor } = world.dependencies;
    const evil = {
      ...world.dependencies,
      connectorFor: (name: 'CALDAV') => {
        const connector = connectorFor(name);
        if (connector === null) return null;
        return {
          ...connector,
          provider: name,
          connect: async () => ({
            principalUrl: 'memory:/principals/alice/',
            homeUrl: 'https://evil.example/home/',
            addresses: ['alice@example.test'],
            displayName: null,
            schedules: false,
          }),
          calendars: async () => [],
        } as unknown as typeof connector;
      },
    } as World['dependencies'];
    const other = await application(world.unitId);
    const outcome = await connectCalDav(
      evil,
      connectRequest({ ...other, username: world.provider.options.username }),
      async () => {},
    );
    expect(outcome).toMatchObject({ connected: true, created: true });
    expect(outcome.connected && outcome.accountId).not.toBe(world.accountId);
  });

  test('a server of somebody else below the same host does not get its user’s account', async () => {
    const world = await createWorld(fresh);
    const below = (homeUrl: string) =>
      ({
        ...world.dependencies,
        connectorFor: (name: 'CALDAV') => ({
          ...world.dependencies.connectorFor(name),
          provider: name,
          connect: async () => ({
            principalUrl: homeUrl,
            homeUrl,
            addresses: ['carol@example.test'],
            displayName: null,
            schedules: false,
          }),
          calendars: async () => [],
        }),
      }) as unknown as World['dependencies'];
    const join = (homeUrl: string) =>
      connectCalDav(below(homeUrl), connectRequest({ ...world, username: 'carol' }), async () => {});
    const carol = await join('https://calendars.example/carol/');
    const again = await join('https://calendars.example/carol/');
    const mallory = await join('https://calendars.example/~mallory/carol/');
    expect(again).toMatchObject({ connected: true, created: false });
    expect(mallory).toMatchObject({ connected: true, created: true });
    expect(mallory.connected && carol.connected && mallory.accountId === carol.accountId).toBe(false);
  });

  /** Lets `meanwhile` happen after the server was asked and before anything is written. */
  const interrupted = (world: World, meanwhile: () => Promise<unknown>): World => ({
    ...world,
    dependencies: {
      ...world.dependencies,
      store: {
        ...world.dependencies.store,
        asWorker: async (work) => {
          await meanwhile();
          return world.dependencies.store.asWorker(work);
        },
      },
    } as World['dependencies'],
  });

  test('mending does not bring back what was revoked while the server was asked', async () => {
    const world = await createWorld(fresh);
    const mend = { accountId: world.accountId, onlyProfile: world.profileId, scopes: [] };
    const taking = interrupted(world, () =>
      fresh.superuser(`update authorization_grant set status = 'REVOKED' where account_id = $1`, [world.accountId]),
    );
    expect(await connect(taking, mend)).toMatchObject({ connected: false, userErrors: [{ code: 'NOT_FOUND' }] });
    const grants = await fresh.superuser('select status from authorization_grant where account_id = $1', [
      world.accountId,
    ]);
    expect(grants).toEqual([{ status: 'REVOKED' }]);
  });

  test('mending does not bring back a profile that was taken away while the server was asked', async () => {
    const world = await createWorld(fresh);
    const mend = { accountId: world.accountId, onlyProfile: world.profileId, scopes: [] };
    const taking = interrupted(world, () =>
      fresh.superuser('insert into revoked_profile (application_id, profile_id) values ($1, $2)', [
        world.applicationId,
        world.profileId,
      ]),
    );
    expect(await connect(taking, mend)).toMatchObject({ connected: false, userErrors: [{ code: 'NOT_FOUND' }] });
  });

  /** A poll during which, at the provider, `meanwhile` happens. */
  const pollDuring = (world: World, meanwhile: () => Promise<unknown>) => {
    const { connectorFor } = world.dependencies;
    const connectorOf: typeof connectorFor = (name) => {
      const connector = connectorFor(name);
      if (connector === null) return null;
      const calendars: typeof connector.calendars = async (session) => {
        await meanwhile();
        return connector.calendars(session);
      };
      return Object.assign(Object.create(connector) as typeof connector, { calendars });
    };
    const dependencies = { ...world.dependencies, connectorFor: connectorOf };
    return pollProfile(dependencies, world.profileId, { signal: new AbortController().signal });
  };

  test('a poll with the old password that ends after the mending does not disconnect it again', async () => {
    const world = await createWorld(fresh);
    world.provider.faults.add('calendars', { kind: 'credentials-rejected' }, 2);
    for (let poll = 0; poll < 2; poll++) {
      await world.poll();
      world.clock.now += 60_000;
    }
    const poll = pollDuring(world, async () => {
      expect(await connect(world)).toMatchObject({ connected: true });
      world.provider.faults.add('calendars', { kind: 'credentials-rejected' });
    });
    await expect(poll).rejects.toThrow(LeaseLost);
    expect(await world.profile()).toMatchObject({ status: 'CONNECTED' });
  });

  test('a poll that ends after the last authorization writes nothing and revives nothing', async () => {
    const world = await createWorld(fresh);
    world.provider.put(home(world), event('read too late'));
    const poll = pollDuring(world, () =>
      fresh.store.asWorker((tx) =>
        endAuthorization(tx, { applicationId: world.applicationId, accountId: world.accountId }),
      ),
    );
    await expect(poll).rejects.toThrow(LeaseLost);
    expect(await world.profile()).toMatchObject({ status: 'DISCONNECTED', credential: null, next_poll_at: null });
    expect(await world.events(home(world))).toEqual([]);
  });

  test('authorised anew after a revocation: since now, and for itself, through nobody else', async () => {
    const world = await createWorld(fresh);
    const service = await createWorld(fresh);
    await fresh.superuser(
      `update authorization_grant set status = 'REVOKED', created_at = now() - interval '3 months', through_account_id = $2
       where account_id = $1`,
      [world.accountId, service.accountId],
    );
    expect(await connect(world)).toMatchObject({ connected: true, accountId: world.accountId });
    expect(
      await fresh.superuser(
        `select status, through_account_id, created_at > now() - interval '1 day' as new from authorization_grant
         where account_id = $1`,
        [world.accountId],
      ),
    ).toEqual([{ status: 'ACTIVE', through_account_id: null, new: true }]);
  });

  test('an account that is being erased is nobody’s any more: the same login gets another one', async () => {
    const world = await createWorld(fresh);
    const erasing = interrupted(world, () =>
      fresh.superuser('update account set erased_at = now() where id = $1', [world.accountId]),
    );
    const added = await connect(erasing, { accountId: world.accountId });
    expect(added).toMatchObject({ connected: false, userErrors: [{ path: ['accountId'], code: 'NOT_FOUND' }] });
    const outcome = await connect(world);
    expect(outcome).toMatchObject({ connected: true, created: true });
    expect(outcome.connected && outcome.accountId).not.toBe(world.accountId);
  });

  test('the password is stored sealed, for this profile only', async () => {
    const world = await createWorld(fresh);
    const { credential } = await world.profile();
    expect(credential).not.toContain('alicepw');
    expect(world.dependencies.vault.open(world.profileId, credential)).toMatchObject({ password: 'alicepw' });
    expect(() => world.dependencies.vault.open('pro_other', credential)).toThrow();
  });
});
