/**
 * The embedded PostgreSQL: one server per DATA_DIR, on a unix socket alone, that survives kill -9 of anything.
 *
 * Who owns it is told by a session's advisory lock, not by a file: the kernel closes a killed process's connection, and
 * with it the lock goes, while the server itself lives on and is adopted by the next process.
 */
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { StartFailure } from '../start-failure.ts';
import { executableBy, nativeFolder } from './binaries.ts';
import {
  type Cluster,
  clusterMissing,
  loginRole,
  makeCluster,
  openHome,
  openPasswords,
  type Passwords,
  type RunAs,
  superuserRole,
} from './cluster.ts';
import { type Attempt, explainExit, startPostmaster, stopPostmaster } from './postmaster.ts';
import { endOrphans, runningPostmaster } from './processes.ts';
import { openSocketFolder, removeDeceivedLocks, removeSocketFolder, socketFolderOf } from './socket-folder.ts';

/** What node-postgres needs to connect. */
export interface Connection {
  /** The folder of the unix socket. */
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  readonly database: string;
}

export interface EmbeddedOptions {
  readonly dataDir: string;
  /**
   * Called once when the ownership is lost for good: the server died and could not be brought back, or another process
   * took it over meanwhile. The process must end then, for another may be at work on the same data.
   */
  readonly onLost?: (reason: Error) => void;
  /** Connections the server admits; 60 by default. */
  readonly maximumConnections?: number;
  /** Milliseconds a start or a recovery may take; 30,000 by default. */
  readonly patience?: number;
  /** False only where the data may go with the machine's next power cut: tests. */
  readonly fsync?: boolean;
  /** The folder of binaries; the installed package's by default. */
  readonly native?: string;
}

export interface Embedded {
  /** As the plain login role, which owns the database. */
  readonly connection: Connection;
  /** As the superuser: only for tests and for repairs by hand. */
  readonly superuser: Connection;
  /** Whether a living server was found. */
  readonly adopted: boolean;
  /** The postmaster's process id now. */
  pid(): number;
  /** Stops the server: afterwards no process and no socket folder is left. */
  stop(): Promise<void>;
}

const nobody = 65534;
const ownerLock = 7_290_001;
const port = 5432;
/** A killed owner's session ends as soon as its backend sees the closed socket; a living owner's never does. */
const ownerGoneWithin = 1_500;

/** @throws StartFailure with one line: in use, corrupt, foreign, another major's, not installed. */
export async function startEmbedded(options: EmbeddedOptions): Promise<Embedded> {
  if (process.platform === 'win32') {
    throw new StartFailure('the embedded PostgreSQL needs unix sockets: on Windows set DATABASE_URL, or use WSL');
  }
  const patience = options.patience ?? 30_000;
  const { cluster, passwords } = prepareCluster(options);
  const { home, data, runAs } = cluster;
  const folder = socketFolderOf(data);
  const connection: Connection = {
    host: folder,
    port,
    user: loginRole,
    password: passwords.login,
    database: loginRole,
  };

  let stopping: Promise<void> | null = null;
  let lost = false;
  let recovery: Promise<void> = Promise.resolve();
  let owned = await own();
  const { adopted } = owned;
  watch(owned.owner);

  return {
    connection,
    superuser: { ...connection, user: superuserRole, password: passwords.superuser },
    adopted,
    pid: () => owned.pid,
    stop() {
      stopping ??= stop();
      return stopping;
    },
  };

  async function stop(): Promise<void> {
    await recovery;
    if (lost) return; // whatever runs there now is another process's
    // The owner's connection stays open until the server closes it: nobody takes over a server that is going down.
    await stopPostmaster(owned.pid, data);
    await owned.owner.end().catch(() => undefined);
    removeSocketFolder(folder);
  }

  /** Finds or starts the server and takes the owner's lock. A server that was started in vain is stopped again. */
  async function own(): Promise<Ownership> {
    const started: Attempt[] = [];
    try {
      return await tryToOwn(started);
    } catch (error) {
      const pid = runningPostmaster(data);
      const ours = pid !== null && started.some(({ child }) => child.pid === pid);
      if (ours && !(error instanceof InUse)) await stopPostmaster(pid, data).catch(() => undefined);
      if (started.length > 0 && runningPostmaster(data) === null) removeSocketFolder(folder);
      throw error;
    }
  }

  async function tryToOwn(started: Attempt[]): Promise<Ownership> {
    let deadline = Date.now() + patience;
    let attempt: Attempt | null = null;
    let lastError: unknown = null;
    for (; Date.now() < deadline; await sleep(15)) {
      if (stopping !== null) throw new Error('the server is being stopped');
      const said = attempt?.said() ?? null;
      if (said !== null) {
        const failure = runningPostmaster(data) === null ? explainExit(cluster, said) : null;
        if (failure !== null) throw failure;
        attempt = null;
      }
      openSocketFolder(folder, runAs);
      if (attempt === null && runningPostmaster(data) === null) {
        endOrphans(data);
        removeDeceivedLocks(data, folder);
        attempt = startPostmaster(cluster, folder, options);
        started.push(attempt);
      }
      const owner = new pg.Client({
        ...connection,
        application_name: `meridian owner ${process.pid}`,
        keepAlive: true,
      });
      owner.on('error', () => undefined); // its end is told by 'end'
      try {
        await owner.connect();
        await lock(owner);
        const pid = runningPostmaster(data);
        if (pid === null) throw new Error('the server that answers is not the one of this data directory');
        return { owner, pid, adopted: started.every(({ child }) => child.pid !== pid) };
      } catch (error) {
        void owner.end().catch(() => undefined);
        if (error instanceof StartFailure) throw error;
        const code = (error as { code?: unknown }).code;
        if (code === '28P01' || code === '28000' || code === '3D000') {
          throw new StartFailure(
            `the database in ${data} is not one that this Meridian made (${(error as Error).message}): put ${join(home, 'database-passwords.json')} back, or move ${home} away to start with an empty database`,
            { cause: error },
          );
        }
        // It is there, and replays its log: after a crash under load that may take longer than any patience.
        if (code === '57P03') deadline = Date.now() + patience;
        lastError = error;
      }
    }
    throw new StartFailure(
      `the embedded PostgreSQL on ${data} did not answer within ${patience / 1000} s (${lastError instanceof Error ? lastError.message : lastError}; its log: ${cluster.log})`,
    );
  }

  async function lock(owner: pg.Client): Promise<void> {
    for (let waited = 0; ; waited += 25) {
      const { rows } = await owner.query<{ mine: boolean; holder: string | null }>(
        `select pg_try_advisory_lock($1) as mine,
           (select a.application_name from pg_locks l join pg_stat_activity a using (pid)
            where l.locktype = 'advisory' and l.objid = $1 and a.pid <> pg_backend_pid() limit 1) as holder`,
        [ownerLock],
      );
      if (rows[0]?.mine === true) return;
      if (waited >= ownerGoneWithin) {
        const holder = /^meridian owner (\d+)$/.exec(rows[0]?.holder ?? '')?.[1];
        throw new InUse(
          `another Meridian${holder === undefined ? '' : ` (process ${holder})`} runs on ${home}: stop it, or set DATA_DIR to another folder`,
        );
      }
      await sleep(25);
    }
  }

  /** The server died, or one of its backends did and it ended all sessions: bring it back, or tell that we cannot. */
  function watch(owner: pg.Client): void {
    owner.once('end', () => {
      if (stopping !== null) return;
      recovery = own().then(
        (next) => {
          owned = next;
          watch(next.owner);
        },
        (error: unknown) => {
          // Stopped in the middle of it, the server is still ours to stop.
          lost = stopping === null || error instanceof InUse;
          if (stopping === null) options.onLost?.(error instanceof Error ? error : new Error(String(error)));
        },
      );
    });
  }
}

interface Ownership {
  /** Holds the owner's lock for as long as it is connected. */
  readonly owner: pg.Client;
  readonly pid: number;
  readonly adopted: boolean;
}

/** Another living process holds the owner's lock. */
class InUse extends StartFailure {}

/** Finds DATA_DIR's cluster or makes it, and the binaries it runs on. @throws StartFailure */
function prepareCluster(options: EmbeddedOptions): { cluster: Cluster; passwords: Passwords } {
  const runAs: RunAs = process.getuid?.() === 0 ? { uid: nobody, gid: nobody } : {};
  const home = openHome(options.dataDir);
  const data = join(home, 'pg');
  try {
    const missing = clusterMissing(home);
    const native = options.native ?? nativeFolder();
    const cluster: Cluster = {
      home,
      data,
      log: join(home, 'postgres.log'),
      // As another user the server may not be able to walk to its folder, but it stands in it before it becomes that user.
      argument: 'uid' in runAs && process.platform === 'linux' ? '/proc/self/cwd' : data,
      runAs,
      native: 'uid' in runAs ? executableBy(runAs.uid, native, ['/var/lib/meridian', '/var/tmp/meridian']) : native,
    };
    const passwords = openPasswords(home);
    if (missing) makeCluster(cluster, passwords, options.fsync ?? true);
    return { cluster, passwords };
  } catch (cause) {
    if (cause instanceof StartFailure || (cause as NodeJS.ErrnoException).syscall === undefined) throw cause;
    throw new StartFailure(`DATA_DIR ${home} cannot be used: ${(cause as Error).message}`, { cause });
  }
}
