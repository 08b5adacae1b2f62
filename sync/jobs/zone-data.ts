/** Newer zone data: what it changes is computed once for every calendar, whichever node comes to it (semantics A8). */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Store, Tx } from '../../datasources/store/store.ts';
import {
  assertInForce,
  forgetLaws,
  lawsOf,
  recordLaws,
  recordStep,
  staleCalendars,
  storedZoneDataVersion,
} from '../../datasources/store/zone-laws.ts';
import type { Instant, ZoneName } from '../../domain/events/model.ts';
import { lawsDiffer, type RecordedLaw, recordedZones, recordLaw } from '../../domain/time/recorded-law.ts';
import type { ZoneData } from '../../domain/time/zone-data.ts';
import { knownZones } from '../../domain/time/zone-names.ts';
import type { SyncLogger } from '../dependencies.ts';
import { relawPage, type ZoneStep } from '../inbound/relaw.ts';
import { retryDeadlock } from '../lease.ts';

export interface ZoneDataDependencies {
  readonly store: Store;
  readonly zones: ZoneData;
  readonly clock: () => Instant;
  wake(accountId: string): void;
  /** Every zone by default. */
  readonly names?: readonly ZoneName[];
}

/** Laws change for the next years, not for later ones alone. */
const ahead = 10 * 365.25 * 86_400_000;
const calendarsAtOnce = 100;
const again = 60_000;

/**
 * Brings every calendar to the zone data in force, and keeps what that says of the years ahead for the next time. Interrupted
 * anywhere, it goes on; done already, it costs a statement or two. @returns calendars that were behind.
 */
export async function applyZoneData(dependencies: ZoneDataDependencies, signal?: AbortSignal): Promise<number> {
  const { store, zones, clock } = dependencies;
  const { version } = zones;
  // A node with older data changes nothing; it is not ready either.
  if ((await store.asWorker(storedZoneDataVersion)) !== version) return 0;
  // This node may stand still while another brings newer data: what it goes on with then must not be stored.
  const storing = <T>(work: (tx: Tx) => Promise<T>) =>
    store.asWorker(async (tx) => {
      await assertInForce(tx, version);
      return work(tx);
    });
  const current = await recordAll(dependencies, signal);
  const steps = new Map<string | null, ZoneStep | null>();
  let count = 0;
  for (;;) {
    const stale = await store.asWorker((tx) => staleCalendars(tx, version, calendarsAtOnce));
    if (stale.length === 0) break;
    for (const calendar of stale) {
      if (signal?.aborted === true) return count;
      let step = steps.get(calendar.version);
      if (step === undefined) {
        step = await stepFrom(dependencies, calendar.version, current, clock());
        steps.set(calendar.version, step);
      }
      if (step === null) await storing((tx) => recordStep(tx, calendar.id, version, null));
      else {
        const taken = step;
        const page = () => retryDeadlock(() => storing((tx) => relawPage(tx, calendar.id, taken)));
        while ((await page()) === 'more');
        dependencies.wake(calendar.accountId);
      }
      count++;
    }
  }
  await storing((tx) => forgetLaws(tx, version));
  return count;
}

interface Current {
  readonly laws: ReadonlyMap<ZoneName, RecordedLaw>;
  readonly since: Instant;
}

/** A pause after each zone: it is some seconds of work, and nobody waits for it. */
async function recordAll(
  { store, zones, clock, names }: ZoneDataDependencies,
  signal: AbortSignal | undefined,
): Promise<Current> {
  const now = clock();
  const known = await store.asWorker((tx) => lawsOf(tx, zones.version));
  const laws = new Map(known.laws);
  const added = new Map<ZoneName, RecordedLaw>();
  for (const zone of names ?? knownZones()) {
    if (laws.has(zone) || zones.canonical(zone) !== zone) continue;
    if (signal?.aborted === true) break;
    added.set(zone, recordLaw(zone, now, now + ahead, zones));
    if (names === undefined) await sleep(5);
  }
  await store.asWorker((tx) => recordLaws(tx, zones.version, added, now));
  return { laws: new Map([...laws, ...added]), since: known.recordedAt ?? now };
}

/** Null when nothing is another: the same law, or none that is known of that version. */
async function stepFrom(
  { store, zones }: ZoneDataDependencies,
  version: string | null,
  current: Current,
  now: Instant,
): Promise<ZoneStep | null> {
  if (version === null) return null;
  const { laws } = await store.asWorker((tx) => lawsOf(tx, version));
  const differing: ZoneName[] = [];
  let until = now + ahead;
  for (const [zone, law] of laws) {
    const young = current.laws.get(zone);
    if (young === undefined || !lawsDiffer(law, young, now)) continue;
    differing.push(zone);
    until = Math.min(until, law.until, young.until);
  }
  if (differing.length === 0) return null;
  return { before: recordedZones(version, laws, zones), after: zones, differing, now, until, since: current.since };
}

export interface ZoneDataUpdate {
  /** Settles when every calendar is up to date, or when it is stopped. */
  readonly done: Promise<void>;
  stop(): Promise<void>;
}

/** Applies it in the background, and again a minute after a failure. */
export function startZoneDataUpdate(dependencies: ZoneDataDependencies, logger: SyncLogger): ZoneDataUpdate {
  const stopping = new AbortController();
  const run = async () => {
    while (!stopping.signal.aborted) {
      try {
        const count = await applyZoneData(dependencies, stopping.signal);
        if (count > 0) logger.info({ calendars: count, version: dependencies.zones.version }, 'zone data');
        return;
      } catch (error) {
        logger.warn({ reason: String(error) }, 'zone data');
        await sleep(again, undefined, { signal: stopping.signal, ref: false }).catch(() => {});
      }
    }
  };
  const done = run();
  return {
    done,
    async stop() {
      stopping.abort();
      await done;
    },
  };
}
