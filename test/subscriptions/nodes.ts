/** What these tests share: a node with its feed, an actor, and ways to write changes. */
import pg from 'pg';
import { appendChanges, type ChangeEntry } from '../../datasources/store/change-log.ts';
import { createIdSource } from '../../datasources/store/ids.ts';
import { type OpenedStore, openStore } from '../../datasources/store/open.ts';
import { type Actor, scopes } from '../../domain/actor.ts';
import type { ChangeBatch, ChangeRecord } from '../../subscriptions/changes.ts';
import { type ChangeFeed, createChangeFeed, type FeedOptions } from '../../subscriptions/feed.ts';
import { createPostgresNotifications } from '../../subscriptions/notifications.ts';
import { type Clock, createWakeUps, type Notifications, type WakeUps } from '../../subscriptions/wake-up.ts';
import { type FreshStore, testKeyRing } from '../setup/database.ts';
import type { TenantFixture } from '../setup/fixtures.ts';

export interface Node {
  readonly store: OpenedStore;
  readonly wakeUps: WakeUps;
  readonly feed: ChangeFeed;
  readonly notifications: Notifications | null;
  close(): Promise<void>;
}

export interface NodeOptions {
  readonly notifies?: boolean;
  readonly pollMilliseconds?: number;
  readonly clock?: Clock;
  readonly feed?: Partial<Pick<FeedOptions, 'idleMilliseconds' | 'drain'>>;
  readonly maximumConnections?: number;
}

/** Another process, as far as the database can tell: a pool, wake-ups and a feed of its own. */
export async function startNode(fresh: FreshStore, options: NodeOptions = {}): Promise<Node> {
  const { address } = fresh;
  const store = await openStore({
    database: address,
    ids: createIdSource(),
    keyRing: testKeyRing,
    zoneDataVersion: '2020a',
    maximumConnections: options.maximumConnections ?? 8,
  });
  const clock = options.clock === undefined ? {} : { clock: options.clock };
  const notifications =
    options.notifies === true
      ? createPostgresNotifications({ connect: () => listeningClient(store), reconnectMilliseconds: 20, ...clock })
      : null;
  const wakeUps = createWakeUps({
    store,
    notifications,
    pollMilliseconds: options.pollMilliseconds ?? 200,
    ...clock,
  });
  const feed = createChangeFeed({ store, seal: testKeyRing, wakeUps, ...clock, ...options.feed });
  return {
    store,
    wakeUps,
    feed,
    notifications,
    async close() {
      await wakeUps.close();
      await store.close();
    },
  };
}

export async function listeningClient(store: OpenedStore): Promise<pg.Client> {
  const client = new pg.Client({ ...store.clientConfig, application_name: 'meridian listener' });
  client.on('error', () => undefined);
  await client.connect();
  return client;
}

export function actorOf(
  tenant: Pick<TenantFixture, 'applicationId' | 'unitId'>,
  accountId: string | null = null,
): Actor {
  return {
    credentialId: 'crd_test',
    kind: accountId === null ? 'API_KEY' : 'ACCOUNT_TOKEN',
    applicationId: tenant.applicationId,
    clientId: `client-${tenant.applicationId}`,
    unitId: tenant.unitId,
    accountId,
    scopes: new Set(scopes),
    expiresAt: null,
  };
}

export function changeOf(tenant: TenantFixture, subjectId: string, more: Partial<ChangeEntry> = {}): ChangeEntry {
  return {
    kind: 'EVENT_UPDATED',
    subjectId,
    profileId: tenant.profileId,
    calendarId: tenant.calendarId,
    managedBy: null,
    ...more,
  };
}

/** Commits changes of one account, made by the provider unless said otherwise. */
export async function commitChanges(
  store: OpenedStore,
  tenant: TenantFixture,
  changes: readonly ChangeEntry[],
  madeBy: string | null = null,
): Promise<void> {
  await store.asWorker((tx) => appendChanges(tx, tenant.accountId, changes, { madeBy }));
}

/** Takes batches until `enough` says so, and ends the iteration. */
export async function collect(
  batches: AsyncIterableIterator<ChangeBatch, undefined>,
  enough: (changes: readonly ChangeRecord[], batch: ChangeBatch) => boolean,
): Promise<{ readonly changes: readonly ChangeRecord[]; readonly batches: readonly ChangeBatch[] }> {
  const changes: ChangeRecord[] = [];
  const taken: ChangeBatch[] = [];
  for await (const batch of batches) {
    changes.push(...batch.changes);
    taken.push(batch);
    if (enough(changes, batch)) break;
  }
  return { changes, batches: taken };
}

export const subjects = (changes: readonly ChangeRecord[]): string[] => changes.map((change) => change.subjectId);
