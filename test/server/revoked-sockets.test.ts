/** Two nodes on one database: what is revoked through one ends the sockets of both, and of nobody else. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { authenticate } from '../../auth/authenticate.ts';
import { endAuthorization } from '../../auth/authorizations.ts';
import { credentialCache } from '../../auth/credential-cache.ts';
import { openCredentials } from '../../auth/open-credentials.ts';
import { hashToken } from '../../datasources/secrets/tokens.ts';
import { endOtherSecrets } from '../../datasources/store/applications.ts';
import { createIdSource } from '../../datasources/store/ids.ts';
import { openStore } from '../../datasources/store/open.ts';
import type { Store } from '../../datasources/store/store.ts';
import { type FreshStore, freshStore, testKeyRing } from '../setup/database.ts';
import { insertTenant, type TenantFixture } from '../setup/fixtures.ts';
import { within } from '../subscriptions/manual-clock.ts';
import { openAcknowledged, openSocket, type RawSocket } from './raw-socket.ts';
import { type SmallApp, startSmallApp } from './small-app.ts';

interface Node {
  readonly small: SmallApp;
  /** How often the node asked about its open credentials. */
  readonly asked: { count: number };
  close(): Promise<void>;
}

let fresh: FreshStore;
let nodes: readonly [Node, Node];

async function startNode(): Promise<Node> {
  const store = await openStore({
    database: fresh.address,
    ids: createIdSource(),
    keyRing: testKeyRing,
    zoneDataVersion: '2020a',
    maximumConnections: 4,
  });
  const asked = { count: 0 };
  const counted: Store = {
    ...store,
    asWorker(work, counter) {
      asked.count++;
      return store.asWorker(work, counter);
    },
  };
  const cache = credentialCache((authorization) => authenticate(store, authorization));
  const open = openCredentials({ store: counted });
  const small = await startSmallApp({ authenticate: cache.authenticate, watchCredential: open.watch });
  return {
    small,
    asked,
    async close() {
      await small.app.drain(1_000);
      await open.close();
      await store.close();
    },
  };
}

beforeAll(async () => {
  fresh = await freshStore();
  nodes = [await startNode(), await startNode()];
});
afterAll(async () => {
  for (const node of nodes) await node.close();
  await fresh.drop();
});

let made = 0;
async function tokenOf(tenant: TenantFixture, account: boolean, more: object = {}): Promise<string> {
  const token = `token-${made++}-${'x'.repeat(32)}`;
  await fresh.store.asWorker((tx) =>
    tx
      .insertInto('credential')
      .values({
        id: fresh.store.ids('crd'),
        application_id: tenant.applicationId,
        account_id: account ? tenant.accountId : null,
        kind: account ? 'ACCOUNT_TOKEN' : 'API_KEY',
        token_hash: hashToken(token),
        scopes: ['read_events', 'read_account'],
        ...more,
      })
      .execute(),
  );
  return token;
}

/** Sockets on both nodes, each with a subscription that never ends by itself. */
async function subscribed(token: string): Promise<readonly RawSocket[]> {
  return Promise.all(
    [...nodes, ...nodes].map(async ({ small }) => {
      const raw = await openAcknowledged(small, `Bearer ${token}`);
      raw.send({ id: '1', type: 'subscribe', payload: { query: 'subscription { idle }' } });
      await raw.next(({ type }) => type === 'next');
      return raw;
    }),
  );
}

/** At most one question in 0.8 s, whatever the machine is doing meanwhile. */
async function askedAtMost(work: () => Promise<void>): Promise<void> {
  const before = nodes.map((node) => node.asked.count);
  const began = performance.now();
  await work();
  const allowed = Math.floor((performance.now() - began) / 800) + 1;
  for (const [index, node] of nodes.entries()) {
    expect(node.asked.count - (before[index] ?? 0)).toBeLessThanOrEqual(allowed);
  }
}

test.each([
  {
    what: 'an access token whose authorization ended',
    account: true,
    revoke: (tenant: TenantFixture) => fresh.store.asWorker((tx) => endAuthorization(tx, tenant)),
  },
  {
    what: 'an API key that was replaced',
    account: false,
    revoke: (tenant: TenantFixture) =>
      fresh.store.asWorker((tx) => endOtherSecrets(tx, tenant.applicationId, 'crd_other', 0)),
  },
])('$what: 4403 on every node, the subscription ended, a new socket refused', async ({ account, revoke }) => {
  const [tenant, bystander] = [await insertTenant(fresh.store), await insertTenant(fresh.store)];
  const token = await tokenOf(tenant, account);
  const others = await subscribed(await tokenOf(bystander, account));
  const sockets = await subscribed(token);
  const before = nodes.map(({ small }) => small.observed.aborted.length);
  await askedAtMost(async () => {
    await revoke(tenant);
    for (const raw of sockets) {
      expect(await within(raw.closed)).toEqual({ code: 4403, reason: 'Credential revoked' });
    }
  });
  for (const [index, { small }] of nodes.entries()) {
    expect(small.observed.aborted.length - (before[index] ?? 0)).toBe(2);
    const late = await openSocket(small);
    late.send({ type: 'connection_init', payload: { authorization: `Bearer ${token}` } });
    // Whoever comes in by what is remembered is out again within the second.
    expect(await within(late.closed)).toMatchObject({ code: 4403 });
  }
  for (const raw of others) {
    expect(raw.socket.readyState).toBe(raw.socket.OPEN);
    raw.socket.close();
    await raw.closed;
  }
});

test('a token that ends by its time: 4403; one that has ended is not let in: 4403', async () => {
  const tenant = await insertTenant(fresh.store);
  const token = await tokenOf(tenant, true, { expires_at: new Date(Date.now() + 4_000) });
  const sockets = await subscribed(token);
  for (const raw of sockets) {
    const { code, reason } = await within(raw.closed);
    expect(code).toBe(4403);
    expect(['Credential expired', 'Credential revoked']).toContain(reason);
  }
  const late = await openSocket(nodes[0].small);
  late.send({ type: 'connection_init', payload: { authorization: `Bearer ${token}` } });
  expect(await within(late.closed)).toEqual({ code: 4403, reason: 'Forbidden' });
});

test('a client that does not answer the close is cut, and hears nothing more', async () => {
  const tenant = await insertTenant(fresh.store);
  const raw = await openAcknowledged(nodes[0].small, `Bearer ${await tokenOf(tenant, true)}`);
  raw.send({ id: '1', type: 'subscribe', payload: { query: 'subscription { flood(bytes: 100000) }' } });
  await raw.next(({ type }) => type === 'next');
  // It reads no more: neither what floods in nor the close frame.
  raw.socket.pause();
  const before = nodes[0].small.observed.aborted.length;
  await fresh.store.asWorker((tx) => endAuthorization(tx, tenant));
  for (let waited = 0; nodes[0].small.observed.aborted.length === before && waited < 200; waited++) {
    await new Promise((later) => setTimeout(later, 50));
  }
  expect(nodes[0].small.observed.aborted.length).toBe(before + 1);
  raw.socket.terminate();
  await raw.closed;
});
