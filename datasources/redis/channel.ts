/** One Redis channel: short texts to whoever listens at that moment. What is lost is lost; nobody is told. */
import type { Redis } from 'ioredis';
import { openRedis } from './connection.ts';

export interface RedisChannel {
  /** Resolves with whether the server took it; never rejects. */
  publish(text: string): Promise<boolean>;
  /** Messages arrive, as far as this side can tell. */
  readonly isListening: boolean;
  /** Connects the listening side anew: nothing arrives there any more, and no error says so. */
  listenAnew(): void;
  close(): Promise<void>;
}

export interface RedisChannelOptions {
  readonly url: string;
  readonly name: string;
  readonly onMessage: (text: string) => void;
  /** Messages arrive from now on; what was sent before is not known. */
  readonly onListening: () => void;
  /** Told once when a connection breaks or cannot be made; never with the address, which may hold a password. */
  readonly onTrouble: (reason: string) => void;
}

/** Two connections, since one that listens takes no commands. Both are tried again for as long as the channel is open. */
export function openRedisChannel({ url, name, onMessage, onListening, onTrouble }: RedisChannelOptions): RedisChannel {
  const publisher = openRedis(url, onTrouble);
  // With the publisher's troubles those of the listener are told: it is the same server.
  const listener = openRedis(url, () => {}, { autoResubscribe: false });
  let isListening = false;
  let isClosed = false;
  const { client } = listener;
  client.on('message', (_, text: string) => onMessage(text));
  client.on('close', () => {
    isListening = false;
  });
  client.on('ready', () => subscribe(client));

  function subscribe(to: Redis): void {
    to.subscribe(name).then(
      () => {
        isListening = true;
        onListening();
      },
      () => {
        if (!isClosed) to.disconnect(true);
      },
    );
  }

  return {
    publish: (text) =>
      publisher.client.publish(name, text).then(
        () => true,
        () => false,
      ),
    get isListening() {
      return isListening;
    },
    listenAnew() {
      isListening = false;
      if (!isClosed) client.disconnect(true);
    },
    async close() {
      isClosed = true;
      await Promise.all([publisher.close(), listener.close()]);
    },
  };
}
