/** Redis between nodes. It holds nothing that may not be lost: without it a node goes on alone, and goes back when it returns. */
import { Redis, type RedisOptions } from 'ioredis';

export interface RedisConnection {
  readonly client: Redis;
  close(): Promise<void>;
}

/**
 * Connects in the background and for as long as the process lives; a command fails at once while there is no connection.
 * @param onTrouble told once when a connection breaks or cannot be made; never with the address, which may hold a password.
 */
export function openRedis(
  url: string,
  onTrouble: (reason: string) => void,
  options: Pick<RedisOptions, 'autoResubscribe'> = {},
): RedisConnection {
  let told = false;
  const client = new Redis(url, {
    ...options,
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    connectTimeout: 1_000,
    commandTimeout: 500,
    // A server that takes everything and answers nothing: the connection is ended, which is told, and another one made.
    socketTimeout: 1_000,
    retryStrategy: (attempt) => Math.min(100 * 2 ** Math.min(attempt, 6), 5_000),
  });
  client.on('ready', () => {
    told = false;
  });
  client.on('error', (error: Error & { code?: string }) => {
    if (!told) onTrouble(error.code ?? error.name);
    told = true;
  });
  return {
    client,
    async close() {
      client.disconnect();
    },
  };
}
