/** The subscribers of a run, each of another kind, and how what they received is laid beside what was committed. */
import { setTimeout as delay } from 'node:timers/promises';
import { byQuestions } from './asking.ts';
import { type NumberOf, readCommitted, sequencesNow } from './committed.ts';
import type { Database } from './database.ts';
import { type Reckoning, reckon } from './reckoning.ts';
import { type Subscriber, type SubscriberOptions, startSubscriber } from './subscriber.ts';
import type { Calendar } from './traffic.ts';

export interface SubscriberResult extends Reckoning {
  readonly name: string;
  readonly connections: number;
  /** How its connections ended, with how often each. */
  readonly ends: Readonly<Record<string, number>>;
  readonly resyncs: number;
}

/** All subscribers since the beginning, or since the restore. */
export interface Part {
  /** Rows of the log by now, whoever made them. */
  readonly committed: number;
  readonly subscribers: readonly SubscriberResult[];
}

export interface Audience {
  readonly subscribers: readonly Subscriber[];
  /** Waits until nothing is missing any more, or until nothing comes any more and `patience` milliseconds have passed. */
  settle(patience: number): Promise<Part>;
  stop(): Promise<void>;
}

export interface AudienceOptions {
  readonly database: Database;
  readonly address: () => string;
  readonly apiKey: string;
  readonly calendars: readonly Calendar[];
  readonly numberOf: NumberOf;
  /** Where all of them begin, and what was committed by then. */
  readonly cursor: string;
  readonly sequences: ReadonlyMap<string, number>;
}

export function startAudience(options: AudienceOptions): Audience {
  const { database, address, apiKey, calendars, numberOf, cursor, sequences } = options;
  const common = {
    address,
    token: apiKey,
    filter: { includeOwn: true },
    cursor,
    numberOf,
    reread: () => untilAnswered(() => sequencesNow(database)),
  };
  const [first, second, third] = calendars;
  if (first === undefined || second === undefined || third === undefined) throw new Error('three calendars or more');
  const kinds = ['EVENT_CREATED', 'CALENDAR_UPDATED'];
  const asking: SubscriberOptions = { ...common, name: 'Query.changes only' };
  const subscribers = [
    startSubscriber({ ...common, name: 'steady' }),
    startSubscriber({ ...common, name: 'slow', slowness: 40 }),
    startSubscriber({ ...common, name: 'reconnects at random', unrest: 3_000 }),
    startSubscriber(asking, byQuestions(asking)),
    startSubscriber({
      ...common,
      name: 'account token',
      token: first.token,
      filter: { includeOwn: true, accountIds: [first.accountId] },
    }),
    startSubscriber({ ...common, name: 'some kinds', filter: { includeOwn: true, kinds } }),
    startSubscriber({
      ...common,
      name: 'two accounts',
      filter: { includeOwn: true, accountIds: [second.accountId, third.accountId] },
      unrest: 6_000,
    }),
  ];

  async function reckonAll(): Promise<Part> {
    const committed = await readCommitted(database, numberOf);
    return {
      committed: committed.rows.length,
      subscribers: subscribers.map((subscriber) => {
        const isRestored = subscriber.resyncs > 0;
        const { expected, known } = committed.expectedBy(subscriber.filter, isRestored ? subscriber.known : sequences);
        return {
          ...reckon(expected, subscriber.stream, known),
          name: subscriber.name,
          connections: subscriber.connections,
          ends: Object.fromEntries(subscriber.ends),
          resyncs: subscriber.resyncs,
        };
      }),
    };
  }

  return {
    subscribers,
    async settle(patience) {
      const until = performance.now() + patience;
      for (;;) {
        // Who is behind and reads on is not cut off: a change is lost where nobody receives anything any more.
        await quiet(subscribers);
        const part = await reckonAll();
        const isComplete = part.subscribers.every(({ lost }) => lost.length === 0);
        if (isComplete || performance.now() > until) return part;
      }
    },
    stop: async () => void (await Promise.all(subscribers.map((subscriber) => subscriber.stop()))),
  };
}

/** Nobody received anything for two seconds, which is longer than the slow poll. */
async function quiet(subscribers: readonly Subscriber[]): Promise<void> {
  const count = () => subscribers.reduce((sum, { received }) => sum + received, 0);
  for (let before = -1; ; ) {
    const now = count();
    if (now === before) return;
    before = now;
    await delay(2_000);
  }
}

export async function untilAnswered<T>(question: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await question();
    } catch {
      await delay(100);
    }
  }
}
