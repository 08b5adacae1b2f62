/** What the change log costs a commit, beside the same commits without it, and how fast one account alone can be written to. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { keyRingFromFile } from '../datasources/secrets/key-source.ts';
import { appendChanges, type ChangeEntry } from '../datasources/store/change-log.ts';
import { startEmbedded } from '../datasources/store/embedded/start.ts';
import { createIdSource } from '../datasources/store/ids.ts';
import { openStore } from '../datasources/store/open.ts';
import type { Tx } from '../datasources/store/store.ts';
import { insertTenant, type TenantFixture } from '../test/setup/fixtures.ts';
import { figure, reportFigure, tiny } from './measure.ts';

const writers = tiny ? 2 : 8;
const rounds = tiny ? 1 : 9;
/** Commits of each writer in a round. */
const commits = { single: tiny ? 3 : 150, batch: tiny ? 2 : 50, hot: tiny ? 3 : 100 };
const batchRows = 20;
/** Some 600 bytes, as an event with two attendees has. */
const content = {
  summary: 'Interview with a candidate',
  description: 'Bring the notes of the first round. '.repeat(8),
  location: 'Room 4',
  attendees: ['ann@example.com', 'ben@example.com'].map((email) => ({
    email,
    status: 'NEEDS_ACTION',
    optional: false,
  })),
};

interface Writer {
  readonly tenant: TenantFixture;
  readonly eventIds: readonly string[];
}

const dataDir = mkdtempSync(join(tmpdir(), 'meridian-bench-'));
const keyRing = keyRingFromFile(dataDir);
const embedded = await startEmbedded({ dataDir });
try {
  const store = await openStore({
    database: embedded.connection,
    ids: createIdSource(),
    keyRing,
    zoneDataVersion: process.versions['tz'] ?? '2020a',
    maximumConnections: writers,
  });
  try {
    const first = await insertTenant(store);
    const own: Writer[] = [];
    for (let number = 0; number < writers; number++) {
      const tenant = number === 0 ? first : await insertTenant(store, { of: first });
      own.push({ tenant, eventIds: await insertEvents(tenant) });
    }
    const hot: Writer[] = [];
    for (let number = 0; number < writers; number++) {
      hot.push({ tenant: first, eventIds: await insertEvents(first) });
    }
    const [single, batch] = [await compare(own, 1, commits.single), await compare(own, batchRows, commits.batch)];
    reportFigure('single changes, commits/s without the log', single.bare);
    reportFigure('single changes, commits/s with it', single.logged);
    reportFigure('… the ratio', single.ratio, '≥ 0.6', (median) => median >= 0.6);
    reportFigure(`batches of ${batchRows}, commits/s without the log`, batch.bare);
    reportFigure(`batches of ${batchRows}, commits/s with it`, batch.logged);
    reportFigure('… the ratio', batch.ratio, '≥ 0.75', (median) => median >= 0.75);
    const one = await compare(hot, 1, commits.hot);
    reportFigure('one hot account, commits/s without the log', one.bare);
    reportFigure('one hot account, commits/s with it', one.logged, '≥ 500', (median) => median >= 500);

    async function insertEvents({ accountId, profileId, calendarId }: TenantFixture): Promise<string[]> {
      const ids = Array.from({ length: batchRows }, () => store.ids('evt'));
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

    /** Commits a second of all writers at once, without and with the log, in interleaved rounds. */
    async function compare(of: readonly Writer[], rows: number, each: number) {
      const run = async (logged: boolean): Promise<number> => {
        const begun = performance.now();
        await Promise.all(
          of.map(async (writer) => {
            for (let commit = 0; commit < each; commit++)
              await store.asWorker((tx) => change(tx, writer, rows, logged));
          }),
        );
        return (of.length * each * 1_000) / (performance.now() - begun);
      };
      const [bare, logged, ratio]: [number[], number[], number[]] = [[], [], []];
      if (!tiny) for (const kind of [false, true]) await run(kind); // what is compiled and cached first
      for (let round = 0; round < rounds; round++) {
        // Whoever comes second finds what the first one left behind; so they take turns at it.
        const order = round % 2 === 0 ? [false, true] : [true, false];
        const found = new Map<boolean, number>();
        for (const kind of order) found.set(kind, await run(kind));
        const [without, beside] = [found.get(false) ?? Number.NaN, found.get(true) ?? Number.NaN];
        bare.push(without);
        logged.push(beside);
        ratio.push(beside / without);
      }
      return { bare: figure(bare), logged: figure(logged), ratio: figure(ratio) };
    }
  } finally {
    await store.close();
  }
} finally {
  await embedded.stop();
  rmSync(dataDir, { recursive: true, force: true });
}

/** One statement as a pull's page writes its events, and the log's behind it. */
async function change(tx: Tx, { tenant, eventIds }: Writer, rows: number, logged: boolean): Promise<void> {
  const ids = eventIds.slice(0, rows);
  await sql`
    update event set content = ${JSON.stringify(content)}::jsonb, raw = repeat('y', 800), etag = '"2"',
      version = version + 1, synced_at = clock_timestamp()
    where id = any(${ids}::text[])`.execute(tx);
  if (!logged) return;
  const entries = ids.map(
    (subjectId): ChangeEntry => ({
      kind: 'EVENT_UPDATED',
      subjectId,
      profileId: tenant.profileId,
      calendarId: tenant.calendarId,
      managedBy: null,
    }),
  );
  await appendChanges(tx, tenant.accountId, entries, { madeBy: null });
}
