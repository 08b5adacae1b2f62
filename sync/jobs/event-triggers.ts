/** Tells applications of the moments before and after events that they asked for. */
import {
  appendTriggered,
  type DueTriggers,
  nextTriggersDue,
  settleTriggers,
  type Triggered,
  takeDueTriggers,
} from '../../datasources/store/event-triggers.ts';
import type { Store, Tx } from '../../datasources/store/store.ts';
import { momentsBetween, nextMoment } from '../../domain/events/triggers.ts';
import type { ZoneData } from '../../domain/time/zone-data.ts';
import type { SyncLogger } from '../dependencies.ts';

/** Bindings a transaction. */
const batch = 100;
/** Milliseconds between two looks; sooner where a moment comes sooner. What is new is noticed at the next look. */
const interval = 5_000;
const soonest = 50;

export interface EventTriggersDependencies {
  readonly store: Store;
  readonly zones: ZoneData;
  /** Called after a commit that wrote to the account's change log. */
  wake(accountId: string): void;
}

export interface EventTriggersJob {
  stop(): Promise<void>;
}

/**
 * Tells everything that is due now, once, however many nodes are at it. A moment that came while no node ran is told late;
 * told and remembered are one transaction, so that nothing is told twice.
 * @returns how many changes it told.
 */
export async function tellTriggers(dependencies: EventTriggersDependencies, signal?: AbortSignal): Promise<number> {
  let count = 0;
  while (signal?.aborted !== true) {
    const { looked, told } = await dependencies.store.asWorker((tx) => tellBatch(tx, dependencies.zones));
    for (const [accountId, entries] of told) {
      count += entries;
      dependencies.wake(accountId);
    }
    if (looked < batch) break;
  }
  return count;
}

async function tellBatch(
  tx: Tx,
  zones: ZoneData,
): Promise<{ readonly looked: number; readonly told: ReadonlyMap<string, number> }> {
  const due = await takeDueTriggers(tx, batch);
  const accounts = new Map<string, Triggered[]>();
  for (const one of due) {
    const { triggered, ...settled } = look(one, zones);
    await settleTriggers(tx, one, settled);
    if (triggered.entries.length === 0 || !one.allowed) continue;
    const known = accounts.get(one.accountId);
    if (known === undefined) accounts.set(one.accountId, [triggered]);
    else known.push(triggered);
  }
  const told = new Map<string, number>();
  for (const [accountId, triggered] of [...accounts].sort(([a], [b]) => (a < b ? -1 : 1))) {
    await appendTriggered(tx, accountId, triggered);
    told.set(
      accountId,
      triggered.reduce((sum, { entries }) => sum + entries.length, 0),
    );
  }
  return { looked: due.length, told };
}

/** What of one event is to be told, and when to look again. A deleted one is looked at again when it is back. */
function look(due: DueTriggers, zones: ZoneData) {
  const { event, triggers, told, now, timeZone } = due;
  if (event.deletedAt !== null) return { triggered: { due, entries: [] }, told: Math.max(told, now), due: null };
  const reading = { dayZone: timeZone, floatingZone: () => timeZone };
  const moments = momentsBetween(event, triggers, { after: told, until: now }, reading, zones);
  const next = moments.until < now ? now : nextMoment(event, triggers, now, reading, zones);
  return { triggered: { due, entries: moments.entries }, told: Math.max(told, moments.until), due: next };
}

/** Looks now, and whenever a moment may have come, on every node. */
export function startEventTriggers(dependencies: EventTriggersDependencies, logger: SyncLogger): EventTriggersJob {
  const stopping = new AbortController();
  let timer: NodeJS.Timeout | null = null;
  let running: Promise<void> = Promise.resolve();
  const run = async (): Promise<void> => {
    let wait: number | null = null;
    try {
      await tellTriggers(dependencies, stopping.signal);
      wait = await dependencies.store.asWorker(nextTriggersDue);
    } catch (error) {
      if (!stopping.signal.aborted) logger.warn({ reason: String(error) }, 'event triggers');
    }
    if (stopping.signal.aborted) return;
    timer = setTimeout(start, Math.min(interval, Math.max(soonest, Math.ceil(wait ?? interval))));
    timer.unref();
  };
  const start = () => {
    running = run();
  };
  start();
  return {
    async stop() {
      stopping.abort();
      if (timer !== null) clearTimeout(timer);
      await running;
    },
  };
}
