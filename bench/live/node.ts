/** The service as one process that commits changes on request: the real graph and socket over a database of its own. */
import { sql } from 'kysely';
import { credentialCache } from '../../auth/credential-cache.ts';
import { currentPosition, type LogPosition } from '../../datasources/store/change-log/read.ts';
import { appendChanges } from '../../datasources/store/change-log.ts';
import { createApp } from '../../server/http/app.ts';
import { createLog } from '../../server/log.ts';
import { encodeCursor } from '../../subscriptions/cursor.ts';
import { plantCalendars, plantEvents, settle } from '../planted.ts';
import { openBench } from '../setup.ts';
import { answerWith } from './child.ts';

/** An event of a calendar that the application may see; what is committed says that it was changed. */
export interface Subject {
  readonly id: string;
  readonly accountId: string;
  readonly profileId: string;
  readonly calendarId: string;
}

/** Milliseconds of the machine's own clock, before a commit began and after it returned. */
export type Committed = readonly [before: number, after: number];

const now = () => Number(process.hrtime.bigint()) / 1e6;

const bench = await openBench();
const { store, graph, actor, key, keyRing } = bench;
const publicUrl = new URL('http://127.0.0.1:4000/');
const app = await createApp({
  mode: 'development',
  publicUrl,
  log: createLog('warn'),
  seam: graph.seam,
  sdl: null,
  hideSuggestions: false,
  authenticate: credentialCache(graph.authenticate).authenticate,
  createContext: graph.createContext,
  limiter: bench.services.limiter,
  checks: {},
  socketLimits: { maxConnectionsPerApplication: 20_000, maxConnections: 20_000 },
});
const { port } = await app.listen({ host: '127.0.0.1', port: 0 });
const subjects: Subject[] = [];

async function commit(subject: Subject): Promise<Committed> {
  const before = now();
  await store.asWorker(async (tx) => {
    await sql`update event set content = jsonb_set(content, '{summary}', to_jsonb('Changed ' || clock_timestamp()))
      where id = ${subject.id}`.execute(tx);
    const { id: subjectId, accountId, profileId, calendarId } = subject;
    const change = { kind: 'EVENT_UPDATED', subjectId, profileId, calendarId, managedBy: null } as const;
    await appendChanges(tx, accountId, [change], { madeBy: null });
  });
  const after = now();
  bench.wake();
  return [before, after];
}

/** In turn over the accounts, and within each over its events. */
function subjectAt(index: number): Subject {
  const subject = subjects[index % subjects.length];
  if (subject === undefined) throw new Error('expected planted events, found none');
  return subject;
}

const answers = {
  address: () => ({ port, authorization: `Bearer ${key}` }),
  /** Accounts with a calendar each and events in it. Answers the events, the accounts in turn. */
  async plant(accounts: number, eventsEach: number): Promise<readonly Subject[]> {
    for (let account = 0; account < accounts; account++) {
      const place = await plantCalendars(bench, `live-${account}`, 0);
      await plantEvents(bench, place, { count: eventsEach, from: '2026-03-01T00:00:00Z', every: 3_600, series: 0 });
    }
    await settle(bench);
    const { rows } = await store.asWorker((tx) =>
      sql<Subject>`select id, account_id as "accountId", profile_id as "profileId", calendar_id as "calendarId" from event
        order by row_number() over (partition by account_id order by id), account_id`.execute(tx),
    );
    subjects.push(...rows);
    return subjects;
  },
  commit: (index: number): Promise<Committed> => commit(subjectAt(index)),
  /** Commits at a steady rate, whatever each of them takes. */
  async commits(from: number, count: number, perSecond: number): Promise<readonly Committed[]> {
    const begun = now();
    const made: Promise<Committed>[] = [];
    for (let index = 0; index < count; index++) {
      const wait = begun + (index * 1_000) / perSecond - now();
      if (wait > 0) await new Promise((later) => setTimeout(later, wait));
      made.push(commit(subjectAt(from + index)));
    }
    return await Promise.all(made);
  },
  /** Commits one after the other; answers `cursors` texts of their own, dealt out over the positions before each of them. */
  async history(commits: number, cursors: number): Promise<readonly string[]> {
    const positions: LogPosition[] = [];
    const tenant = { applicationId: actor.applicationId, accountId: null };
    for (let index = 0; index < commits; index++) {
      positions.push(await store.withApplication(tenant, currentPosition));
      await commit(subjectAt(index));
    }
    return Array.from({ length: cursors }, (_, index) => {
      const position = positions[index % positions.length];
      if (position === undefined) throw new Error('expected commits, got none');
      return encodeCursor(position, actor.applicationId, keyRing);
    });
  },
};

export type Node = typeof answers;

answerWith(answers, async () => {
  await app.drain(100);
  await bench.close();
});
