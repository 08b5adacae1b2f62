/** A database with accounts to write changes of, and nothing above it. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { keyRingFromFile } from '../datasources/secrets/key-source.ts';
import type { ChangeEntry } from '../datasources/store/change-log.ts';
import { startEmbedded } from '../datasources/store/embedded/start.ts';
import { createIdSource } from '../datasources/store/ids.ts';
import { type OpenedStore, openStore } from '../datasources/store/open.ts';
import { insertTenant, type TenantFixture } from '../test/setup/fixtures.ts';

/** One who writes to events of their own. */
export interface Writer {
  readonly tenant: TenantFixture;
  readonly eventIds: readonly string[];
}

/** Some 600 bytes, as an event with two attendees has. */
export const content = {
  summary: 'Interview with a candidate',
  description: 'Bring the notes of the first round. '.repeat(8),
  location: 'Room 4',
  attendees: ['ann@example.com', 'ben@example.com'].map((email) => ({
    email,
    status: 'NEEDS_ACTION',
    optional: false,
  })),
};

/** An embedded database of its own, as a start of the service makes it: with fsync. */
export async function openLogStore(maximumConnections: number) {
  const dataDir = mkdtempSync(join(tmpdir(), 'meridian-bench-'));
  const keyRing = keyRingFromFile(dataDir);
  const embedded = await startEmbedded({ dataDir });
  const store = await openStore({
    database: embedded.connection,
    ids: createIdSource(),
    keyRing,
    zoneDataVersion: process.versions['tz'] ?? '2020a',
    maximumConnections,
  });
  return {
    store,
    async close(): Promise<void> {
      await store.close();
      await embedded.stop();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

/** So many writers, each of an account of its own or all of one, with so many events each. */
export async function insertWriters(
  store: OpenedStore,
  count: number,
  events: number,
  oneAccount: boolean,
): Promise<readonly Writer[]> {
  const first = await insertTenant(store);
  const writers: Writer[] = [];
  for (let number = 0; number < count; number++) {
    const tenant = number === 0 || oneAccount ? first : await insertTenant(store, { of: first });
    writers.push({ tenant, eventIds: await insertEvents(store, tenant, events) });
  }
  return writers;
}

async function insertEvents(store: OpenedStore, tenant: TenantFixture, count: number): Promise<string[]> {
  const { accountId, profileId, calendarId } = tenant;
  const ids = Array.from({ length: count }, () => store.ids('evt'));
  await store.asWorker((tx) =>
    sql`
      insert into event (id, account_id, profile_id, calendar_id, uid, remote_id, etag, raw, content, recurring,
        all_day, starts_at, ends_at, span)
      select id, ${accountId}, ${profileId}, ${calendarId}, id || '@example.com', id || '.ics', '"1"', repeat('x', 800),
        ${JSON.stringify(content)}::jsonb, false, false, now(), now() + interval '1 hour',
        tstzrange(now(), now() + interval '1 hour')
      from unnest(${ids}::text[]) id`.execute(tx),
  );
  return ids;
}

/** That these events changed, by the provider's hand. */
export function updates({ profileId, calendarId }: TenantFixture, eventIds: readonly string[]): ChangeEntry[] {
  return eventIds.map((subjectId) => ({ kind: 'EVENT_UPDATED', subjectId, profileId, calendarId, managedBy: null }));
}
