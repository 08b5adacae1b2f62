/** Credentials of open sockets: found out within a second however they ended, at one statement for all of them. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { authenticate } from '../../auth/authenticate.ts';
import { endAuthorization } from '../../auth/authorizations.ts';
import { openCredentials } from '../../auth/open-credentials.ts';
import { hashToken } from '../../datasources/secrets/tokens.ts';
import { endOtherSecrets } from '../../datasources/store/applications.ts';
import { revokeAccessToken, revokeGrant, revokeTokensOf } from '../../datasources/store/oauth-artifacts.ts';
import type { Store, Tx } from '../../datasources/store/store.ts';
import { type FreshStore, freshStore } from '../setup/database.ts';
import { insertTenant, type TenantFixture } from '../setup/fixtures.ts';
import { manualClock, within } from '../subscriptions/manual-clock.ts';

let fresh: FreshStore;
beforeAll(async () => {
  fresh = await freshStore();
});
afterAll(() => fresh.drop());

/** The watcher over the real database with time of its own; each question it asked, and when the last one was answered. */
function watcher() {
  const clock = manualClock();
  const seen = { questions: 0, failing: false, errors: [] as unknown[] };
  let answered: () => void = () => {};
  const store: Store = {
    ...fresh.store,
    asWorker: async (work, counter) => {
      seen.questions++;
      try {
        if (seen.failing) throw new Error('the database is away');
        return await fresh.store.asWorker(work, counter);
      } finally {
        setImmediate(() => answered());
      }
    },
  };
  const credentials = openCredentials({ store, after: clock.after, onError: (error) => seen.errors.push(error) });
  return {
    credentials,
    seen,
    clock,
    /** Lets time pass, and waits for the question that this must bring. */
    async asked(milliseconds: number) {
      const answer = new Promise<void>((resolve) => {
        answered = resolve;
      });
      clock.pass(milliseconds);
      await within(answer);
    },
  };
}

interface Credential {
  readonly id: string;
  readonly token: string;
  readonly tenant: TenantFixture;
}

let made = 0;
async function credential(
  tenant: TenantFixture,
  more: { readonly account?: boolean; readonly grantId?: string } = {},
): Promise<Credential> {
  const token = `token-${made++}-${'x'.repeat(32)}`;
  const id = fresh.store.ids('crd');
  await fresh.store.asWorker((tx) =>
    tx
      .insertInto('credential')
      .values({
        id,
        application_id: tenant.applicationId,
        account_id: more.account === true ? tenant.accountId : null,
        kind: more.account === true ? 'ACCOUNT_TOKEN' : 'API_KEY',
        grant_id: more.grantId ?? null,
        token_hash: hashToken(token),
        scopes: ['read_events'],
      })
      .execute(),
  );
  return { id, token, tenant };
}

const isGood = (token: string) =>
  authenticate(fresh.store, `Bearer ${token}`).then(
    () => true,
    () => false,
  );

const endings: readonly {
  readonly by: string;
  readonly account: boolean;
  readonly end: (tx: Tx, which: Credential) => Promise<unknown>;
}[] = [
  {
    by: 'an application secret that another one replaced',
    account: false,
    end: (tx, { tenant }) => endOtherSecrets(tx, tenant.applicationId, 'crd_other', 0),
  },
  {
    by: 'an access token that was revoked',
    account: true,
    end: (tx, { token }) => revokeAccessToken(tx, hashToken(token)),
  },
  { by: 'a grant that was revoked', account: true, end: (tx) => revokeGrant(tx, 'grant-of-the-token') },
  {
    by: 'all tokens of an account',
    account: true,
    end: (tx, { tenant }) => revokeTokensOf(tx, tenant.applicationId, tenant.accountId),
  },
  {
    by: 'the authorization itself',
    account: true,
    end: (tx, { tenant }) => endAuthorization(tx, tenant),
  },
  {
    by: 'an authorization that ended without its tokens',
    account: true,
    end: (tx, { tenant }) =>
      tx.updateTable('authorization_grant').set({ status: 'REVOKED' }).where('id', '=', tenant.grantId).execute(),
  },
  {
    by: 'its time, which was made shorter',
    account: false,
    end: (tx, { id }) =>
      tx
        .updateTable('credential')
        .set({ expires_at: new Date(0) })
        .where('id', '=', id)
        .execute(),
  },
  {
    by: 'the application being gone with all it had',
    account: false,
    end: (tx, { id }) => tx.deleteFrom('credential').where('id', '=', id).execute(),
  },
];

describe('a credential that ends', () => {
  test.each(endings)('by $by is told once, and another one is not', async ({ account, end }) => {
    const tenant = await insertTenant(fresh.store);
    const [which, other] = [
      await credential(tenant, { account, grantId: 'grant-of-the-token' }),
      await credential(await insertTenant(fresh.store), { account }),
    ];
    const { credentials, asked, seen } = watcher();
    const told: string[] = [];
    credentials.watch(which.id, () => told.push('which'));
    credentials.watch(other.id, () => told.push('other'));
    await asked(800);
    expect(told).toEqual([]);
    await fresh.store.asWorker((tx) => end(tx, which));
    await asked(800);
    expect(told).toEqual(['which']);
    await asked(800);
    expect(told).toEqual(['which']);
    expect(seen.questions).toBe(3);
    // The same rules as at the door.
    expect([await isGood(which.token), await isGood(other.token)]).toEqual([false, true]);
    await credentials.close();
  });

  test('is told to every socket that it opened', async () => {
    const which = await credential(await insertTenant(fresh.store));
    const { credentials, asked } = watcher();
    let told = 0;
    for (let sockets = 0; sockets < 1_000; sockets++) credentials.watch(which.id, () => told++);
    await fresh.store.asWorker((tx) => revokeAccessToken(tx, hashToken('another')));
    await fresh.store.asWorker((tx) => tx.deleteFrom('credential').where('id', '=', which.id).execute());
    await asked(800);
    expect(told).toBe(1_000);
    await credentials.close();
  });
});

describe('what it costs', () => {
  test('one statement a period for hundreds of credentials and thousands of sockets; none while there is no socket', async () => {
    const tenant = await insertTenant(fresh.store);
    const ids = await Promise.all(Array.from({ length: 300 }, async () => (await credential(tenant)).id));
    const { credentials, asked, seen, clock } = watcher();
    expect(clock.waiting).toBe(0);
    const leave = ids.flatMap((id) =>
      Array.from({ length: 10 }, () => credentials.watch(id, () => expect('nobody ended').toBe(''))),
    );
    for (let period = 1; period <= 5; period++) {
      await asked(800);
      expect(seen.questions).toBe(period);
    }
    for (const stop of leave.slice(1)) stop();
    await asked(800);
    expect(seen.questions).toBe(6);
    // Twice is as good as once.
    leave[0]?.();
    leave[0]?.();
    expect(clock.waiting).toBe(0);
    clock.pass(10_000);
    expect(seen.questions).toBe(6);
    await credentials.close();
  });

  test('hints are asked about soon, together, and no sooner again', async () => {
    const which = await credential(await insertTenant(fresh.store));
    const { credentials, asked, seen, clock } = watcher();
    credentials.hint();
    expect(clock.waiting).toBe(0);
    let told = 0;
    credentials.watch(which.id, () => told++);
    for (let hints = 0; hints < 100; hints++) credentials.hint();
    clock.pass(149);
    expect(seen.questions).toBe(0);
    await fresh.store.asWorker((tx) => tx.deleteFrom('credential').where('id', '=', which.id).execute());
    await asked(1);
    expect({ told, questions: seen.questions }).toEqual({ told: 1, questions: 1 });
    expect(clock.waiting).toBe(0);
    await credentials.close();
  });
});

describe('a database that is away', () => {
  test('ends nobody’s socket, is said once, and what ended meanwhile is found afterwards', async () => {
    const which = await credential(await insertTenant(fresh.store));
    const { credentials, asked, seen } = watcher();
    let told = 0;
    credentials.watch(which.id, () => told++);
    seen.failing = true;
    for (let period = 0; period < 3; period++) await asked(800);
    expect(told).toBe(0);
    expect(seen.errors).toHaveLength(1);
    await fresh.store.asWorker((tx) => tx.deleteFrom('credential').where('id', '=', which.id).execute());
    seen.failing = false;
    await asked(800);
    expect(told).toBe(1);
    await credentials.close();
  });

  test('after the close nothing is asked', async () => {
    const which = await credential(await insertTenant(fresh.store));
    const { credentials, seen, clock } = watcher();
    credentials.watch(which.id, () => {});
    await credentials.close();
    credentials.hint();
    credentials.watch(which.id, () => {});
    clock.pass(10_000);
    expect(seen.questions).toBe(0);
  });
});
