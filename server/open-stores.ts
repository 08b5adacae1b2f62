/** Opens what keeps data: the database, embedded or named, and Redis where it is named. */
import { openRedis, type RedisConnection } from '../datasources/redis/connection.ts';
import { startEmbedded } from '../datasources/store/embedded/start.ts';
import { type OpenedStore, openStore } from '../datasources/store/open.ts';
import type { Closing } from './closing.ts';
import type { Config } from './config.ts';
import type { Log } from './log.ts';

/** It writes what it has in memory before it ends. */
const embeddedStopMs = 20_000;

/** @throws StartFailure with one line that says what a person has to mend. */
export async function openDatabase(
  config: Config,
  closing: Closing,
  options: Pick<Parameters<typeof openStore>[0], 'ids' | 'keyRing' | 'zoneDataVersion' | 'onAway' | 'trace'>,
): Promise<OpenedStore> {
  let database: Parameters<typeof openStore>[0]['database'];
  if (config.databaseUrl !== null) {
    database = config.databaseUrl;
  } else {
    const embedded = await startEmbedded({
      dataDir: config.dataDir,
      onLost: (reason) => {
        // Another process may be at work on the same data: nothing of this one may go on.
        console.error(`meridian: ${reason.message}`);
        process.exit(1);
      },
    });
    closing.add('the embedded database', () => embedded.stop(), embeddedStopMs);
    database = embedded.connection;
  }
  const store = await openStore({ ...options, database });
  closing.add('connections to the database', () => store.close());
  return store;
}

/** Null where none is named. */
export function openRedisOf(config: Config, closing: Closing, log: Log): RedisConnection | null {
  if (config.redisUrl === null) return null;
  const redis = openRedis(config.redisUrl, (reason) => log.warn({ reason }, 'Redis is away: this node counts alone'));
  closing.add('the connection to Redis', () => redis.close());
  return redis;
}
