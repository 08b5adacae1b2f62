/**
 * Signals between nodes through Redis, and through the database while Redis is away. They carry nothing but "look": one that
 * is forged, repeated or lost costs a look or the time to the next poll, never a change.
 */
import { randomBytes } from 'node:crypto';
import { openRedisChannel } from '../datasources/redis/channel.ts';
import { coalesced } from './notifications.ts';
import { type Clock, type Notifications, systemClock } from './wake-up.ts';

export interface RedisNotificationsOptions {
  readonly url: string;
  /** The installation's name: several may share one Redis. */
  readonly installation: string;
  /** Heard always, and spoken through while Redis is away: another node may not reach it when this one does. Closed with this. */
  readonly fallback: Notifications;
  readonly clock?: Clock;
  /** Signals within this time become one. */
  readonly coalesceMilliseconds?: number;
  /** Told once when Redis goes away; never with its address. */
  readonly onTrouble?: (reason: string) => void;
}

/** Which process sent it, and nothing else. */
const shape = /^[0-9a-f]{16}$/;
/** Milliseconds within which a node hears its own signal; else its listening connection is dead. */
const echoWithin = 1_000;

/** Begins to connect at once and never gives up. */
export function createRedisNotifications(options: RedisNotificationsOptions): Notifications {
  const { url, installation, fallback, clock = systemClock, coalesceMilliseconds = 5 } = options;
  const self = randomBytes(8).toString('hex');
  const listeners: (() => void)[] = [];
  let isPublishing = false;
  /** Whether the server took the last signal. */
  let isTaking = true;
  let publishAgain = false;
  let cancelEcho: (() => void) | null = null;
  let closed = false;

  const tellListeners = () => {
    for (const heard of listeners) heard();
  };

  const channel = openRedisChannel({
    url,
    name: `meridian:changes:${installation}`,
    onMessage(text) {
      if (text === self) {
        cancelEcho?.();
        cancelEcho = null;
      } else if (shape.test(text)) {
        tellListeners();
      }
    },
    // What was signalled while nobody listened is unknown: look.
    onListening: tellListeners,
    onTrouble: options.onTrouble ?? (() => {}),
  });

  /** One at a time: a server that no longer answers must not collect them. */
  async function publish(): Promise<void> {
    // Those that do not hear Redis either hear the database.
    if (!channel.isListening || !isTaking) fallback.notify();
    if (isPublishing) {
      publishAgain = true;
      return;
    }
    isPublishing = true;
    if (channel.isListening) cancelEcho ??= clock.after(echoWithin, unheard);
    const wasTaking = isTaking;
    isTaking = await channel.publish(self);
    isPublishing = false;
    if (closed) return;
    if (wasTaking && !isTaking) fallback.notify();
    if (!publishAgain) return;
    publishAgain = false;
    publishing.ask();
  }

  function unheard(): void {
    cancelEcho = null;
    if (closed) return;
    channel.listenAnew();
    fallback.notify();
  }

  const publishing = coalesced(() => void publish(), coalesceMilliseconds, clock);

  return {
    notify: () => publishing.ask(),
    listen(heard) {
      listeners.push(heard);
      fallback.listen(heard);
    },
    async close() {
      closed = true;
      publishing.end();
      cancelEcho?.();
      await Promise.all([channel.close(), fallback.close()]);
    },
  };
}
