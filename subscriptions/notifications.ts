/**
 * Signals between processes on one database: LISTEN/NOTIFY on one connection of its own. NOTIFY is sent outside the
 * writers' transactions and coalesced: inside them it takes a lock that every commit of the database then waits for.
 */
import type { Client } from 'pg';
import { type Clock, type Notifications, systemClock } from './wake-up.ts';

const channel = 'meridian_changes';

export interface PostgresNotificationsOptions {
  /** A connected client of its own; it is not given back to a pool. Its queries must fail when no answer comes. */
  readonly connect: () => Promise<Client>;
  readonly clock?: Clock;
  /** Signals within this time become one. */
  readonly coalesceMilliseconds?: number;
  /** The pause before connecting again; doubled with each failure up to thirty times. */
  readonly reconnectMilliseconds?: number;
  readonly onError?: (error: unknown) => void;
}

export interface Coalesced {
  /** Runs at once, or when the time since the last run is over; asked for several times meanwhile, once. */
  ask(): void;
  /** Nothing runs any more. */
  end(): void;
}

/** Lets `run` run at most once in so many milliseconds, the first time without waiting. */
export function coalesced(run: () => void, milliseconds: number, clock: Clock): Coalesced {
  let cancel: (() => void) | null = null;
  let lastAt = Number.NEGATIVE_INFINITY;
  let ended = false;
  const now = () => {
    cancel = null;
    lastAt = clock.now();
    run();
  };
  return {
    ask() {
      if (ended || cancel !== null) return;
      const pause = lastAt + milliseconds - clock.now();
      // A clock that was set back must not silence anybody.
      if (pause > 0 && pause <= milliseconds) cancel = clock.after(pause, now);
      else now();
    },
    end() {
      ended = true;
      cancel?.();
    },
  };
}

/** Begins to connect at once; until it has, and whenever the connection is lost, the poll alone carries the changes. */
export function createPostgresNotifications(options: PostgresNotificationsOptions): Notifications {
  const { connect, clock = systemClock, coalesceMilliseconds = 5, reconnectMilliseconds = 250 } = options;
  const onError = options.onError ?? (() => {});
  const listeners: (() => void)[] = [];
  let client: Client | null = null;
  let connecting: Promise<void> | null = null;
  let cancelReconnect: (() => void) | null = null;
  let failures = 0;
  let isSending = false;
  let sendAgain = false;
  let closed = false;

  const tellListeners = () => {
    for (const heard of listeners) heard();
  };

  function lost(which: Client): void {
    if (client !== which) return;
    client = null;
    which.end().catch(() => {});
    reconnectLater();
  }

  /** One NOTIFY at a time: a connection that no longer answers must not collect them. */
  function send(): void {
    if (client === null || isSending) {
      // When there is a connection again, or its answer.
      sendAgain = true;
      return;
    }
    isSending = true;
    sendAgain = false;
    const sender = client;
    sender
      .query(`notify ${channel}`)
      .catch((error: unknown) => {
        onError(error);
        sendAgain = true;
        // It may have gone without a word, and then nothing is heard on it either.
        lost(sender);
      })
      .finally(() => {
        isSending = false;
        if (sendAgain && client !== null) send();
      });
  }

  function reconnectLater(): void {
    if (closed || cancelReconnect !== null) return;
    const pause = reconnectMilliseconds * Math.min(2 ** failures, 30);
    cancelReconnect = clock.after(pause, () => {
      cancelReconnect = null;
      begin();
    });
  }

  function begin(): void {
    connecting ??= (async () => {
      let made: Client | null = null;
      try {
        const opened = await connect();
        made = opened;
        opened.on('error', (error) => {
          onError(error);
          lost(opened);
        });
        opened.on('end', () => lost(opened));
        const { pid } = (await opened.query<{ pid: number }>('select pg_backend_pid() as pid')).rows[0] ?? { pid: 0 };
        opened.on('notification', (message) => {
          if (message.processId !== pid) tellListeners();
        });
        await opened.query(`listen ${channel}`);
        if (closed) return await opened.end();
        client = opened;
        failures = 0;
        // What was signalled while nobody listened is unknown: look.
        tellListeners();
        if (sendAgain) sending.ask();
      } catch (error) {
        failures++;
        onError(error);
        await made?.end().catch(() => {});
        reconnectLater();
      } finally {
        connecting = null;
      }
    })();
  }

  const sending = coalesced(send, coalesceMilliseconds, clock);
  begin();

  return {
    notify: () => sending.ask(),
    listen(heard) {
      listeners.push(heard);
    },
    async close() {
      closed = true;
      sending.end();
      cancelReconnect?.();
      await connecting;
      const open = client;
      client = null;
      await open?.end().catch(() => {});
    },
  };
}
