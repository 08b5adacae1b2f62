/**
 * The queue between whoever wants something done and the node that does it: pg-boss on the same PostgreSQL, in its own schema
 * and on its own small pool. It only wakes and coalesces. What is to be done stands in the tables (a profile's next poll,
 * a pending operation), so a lost job costs time and nothing else, and who may do it the fenced lease says.
 */
import type pg from 'pg';
import { fromKysely, type Job, PgBoss } from 'pg-boss';
import { isDatabaseAway } from '../../datasources/store/database-away.ts';
import type { Tx } from '../../datasources/store/store.ts';
import type { SyncLogger } from '../dependencies.ts';
import { within } from '../waiting.ts';

export interface JobHandlers {
  poll(profileId: string): Promise<void>;
  write(operationId: string): Promise<void>;
}

export interface JobQueue {
  start(handlers: JobHandlers): Promise<void>;
  /** N of these while one runs make one more run. Inside `tx` it happens with its commit, or not at all. */
  poll(profileId: string, tx?: Tx): Promise<void>;
  write(operationId: string, tx?: Tx): Promise<void>;
  /** Takes no more jobs for this node, and waits for handlers that are at work. What is sent reaches the others. */
  rest(): Promise<void>;
  /** Waits for handlers that are at work, at most `milliseconds`. */
  stop(milliseconds: number): Promise<void>;
}

/** One job a worker: several workers, for a handler waits for its provider most of the time. */
const workers = { poll: 8, write: 4 } as const;
type QueueName = keyof typeof workers;
/** The queues' names. */
export const queues = Object.keys(workers) as readonly QueueName[];
const schema = 'boss';

/** What a job says. Another version's is left alone: what it asks for stands in the tables as well. */
interface JobData {
  /** 1 where it is missing. */
  readonly version?: number;
  readonly id: string;
}
const version = 1;

const grantLock = 7_290_003;

/** Milliseconds; none of the queue's statements takes long. */
const defaultAnswerTime = 20_000;
/** Milliseconds that closing the connections may take. */
const closeTime = 1_000;

/** What pg-boss says of its listening connection, which it makes anew by itself. */
const listenerLost = /^LISTEN\/NOTIFY (?:heartbeat timed out|connection ended)/;

/** @param connection as the login role, which makes and owns the schema; the application's roles may only add jobs. */
export function createJobQueue(
  connection: pg.ClientConfig,
  logger: SyncLogger,
  { answerTime = defaultAnswerTime }: { readonly answerTime?: number } = {},
): JobQueue {
  // Passed on to pg, which destroys a connection that has not answered for so long: a database that is gone without a word
  // would keep the workers, and the queue's few connections, for ever.
  const unanswered = { query_timeout: answerTime, keepAlive: true };
  let boss: PgBoss | null = null;
  const send = async (name: QueueName, id: string, tx: Tx | undefined) => {
    if (boss === null) return;
    await boss.send(name, { version, id } satisfies JobData, {
      singletonKey: id,
      ...(tx === undefined ? {} : { db: fromKysely(tx) }),
    });
  };
  return {
    async start(handlers) {
      const started = new PgBoss({
        ...addressOf(connection),
        ...unanswered,
        schema,
        max: 4,
        application_name: 'meridian jobs',
        schedule: false,
        useListenNotify: true,
        monitorVacuum: false,
        reindex: false,
      });
      // That the database is away the store says, once.
      started.on('error', (error) => {
        // What a worker failed with comes as a plain object.
        const isAway = isDatabaseAway(Object.assign(new Error(error.message), error));
        if (!isAway && !listenerLost.test(error.message)) logger.error({ reason: error.message }, 'job queue');
      });
      started.on('warning', (warning) => logger.warn({ reason: warning.message }, 'job queue'));
      await started.start();
      try {
        for (const name of Object.keys(workers) as QueueName[]) {
          await started.createQueue(name, {
            policy: 'stately',
            notify: true,
            // What is still to be done stands in the tables: the scan sends it again.
            retryLimit: 0,
            heartbeatSeconds: 20,
            expireInSeconds: 3_600,
            retentionSeconds: 3_600,
            deleteAfterSeconds: 60,
          });
        }
        // Under a lock: of two nodes that grant the same at once one would be refused (XX000, "tuple concurrently updated").
        await started.getDb().executeSql(`do $$ begin
          perform pg_advisory_xact_lock(${grantLock});
          grant usage on schema ${schema} to meridian_app, meridian_worker;
          grant select, insert on all tables in schema ${schema} to meridian_app, meridian_worker;
        end $$`);
        for (const name of Object.keys(workers) as QueueName[]) await work(started, name, handlers[name]);
      } catch (error) {
        await started.stop({ graceful: false });
        throw error;
      }
      boss = started;
    },
    poll: (profileId, tx) => send('poll', profileId, tx),
    write: (operationId, tx) => send('write', operationId, tx),
    async rest() {
      if (boss !== null) await Promise.all(Object.keys(workers).map((name) => boss?.offWork(name)));
    },
    async stop(milliseconds) {
      const stopping = boss;
      boss = null;
      if (stopping === null) return;
      const stopped = stopping.stop({ graceful: true, timeout: milliseconds, close: true });
      // It waits for its connections to be closed by the other side as well.
      await within(stopped, milliseconds + closeTime, new AbortController().signal, undefined);
    },
  };
}

async function work(boss: PgBoss, name: QueueName, handle: (id: string) => Promise<void>): Promise<void> {
  let workerId: string | null = null;
  const options = {
    batchSize: 1,
    localConcurrency: workers[name],
    pollingIntervalSeconds: 2,
    // Not the default of 30: a job behind one that its running twin blocks is found only by looking again.
    notifyPollingIntervalSeconds: 2,
  };
  workerId = await boss.work<JobData>(name, options, async (jobs: Job<JobData>[]) => {
    // A worker takes one job and then sleeps its interval out, whatever waits: it is told to look again at once.
    if (workerId !== null) boss.notifyWorker(workerId);
    for (const { data } of jobs) {
      if ((data.version ?? 1) === version && typeof data.id === 'string') await handle(data.id);
    }
  });
}

/** What pg-boss takes of a connection; it makes a pool of its own from it. */
function addressOf(connection: pg.ClientConfig) {
  const { host, port, database, user, password, connectionString, ssl, options } = connection;
  return {
    ...(host === undefined ? {} : { host }),
    ...(port === undefined ? {} : { port }),
    ...(database === undefined ? {} : { database }),
    ...(user === undefined ? {} : { user }),
    ...(typeof password === 'string' ? { password } : {}),
    ...(connectionString === undefined ? {} : { connectionString }),
    ...(ssl === undefined ? {} : { ssl }),
    ...(options === undefined ? {} : { options }),
  };
}
