/** Which event makes an interval busy: asked for the few that an answer shows, so that the arrays need not carry it. */
import { type CauseCandidate, findCauses } from '../../datasources/store/busy-causes.ts';
import type { EventRecord, EventView } from '../../datasources/store/records.ts';
import { type QueryCounter, type Store, tenantOf } from '../../datasources/store/store.ts';
import type { Actor } from '../../domain/actor.ts';
import type { Seconds } from '../../domain/availability/spans.ts';
import { busyEntries } from '../../domain/busy/busy-entries.ts';
import { mayOn } from '../../domain/grants.ts';
import { FIRST_INSTANT, LAST_INSTANT } from '../../domain/time/instants.ts';
import type { ZoneData } from '../../domain/time/zone-data.ts';
import type { BusyCause } from './members.ts';

/** See `MembersReader.busyEvents`. */
export async function busyEvents(
  { store, zones }: { readonly store: Store; readonly zones: ZoneData },
  actor: Actor,
  causes: readonly BusyCause[],
  counter?: QueryCounter,
): Promise<readonly (EventView | null)[]> {
  if (causes.length === 0) return [];
  const candidates = await store.withApplication(
    tenantOf(actor),
    (tx) =>
      findCauses(
        tx,
        actor,
        causes.map(({ calendarId, start, end }) => ({
          calendarId,
          from: within((start - 1) * 1000),
          to: within((end + 1) * 1000),
        })),
      ),
    counter,
  );
  const readable = candidates.filter((candidate) => mayRead(actor, candidate));
  const byCalendar = Map.groupBy(readable, ({ record }) => record.calendarId);
  const asked = Map.groupBy(causes, ({ calendarId }) => calendarId);
  const behind = new Map(
    [...byCalendar].map(([id, found]) => [id, new EventsBehind(found, asked.get(id) ?? [], zones)]),
  );
  return causes.map((cause) => behind.get(cause.calendarId)?.of(cause) ?? null);
}

/** Who may only write reads its own events, and no others. */
function mayRead(actor: Actor, { record, grantScopes }: CauseCandidate): boolean {
  return mayOn(actor, grantScopes, record.managed === null ? ['read_events'] : ['read_events', 'create_event']);
}

/** One calendar's entries that take time, expanded once for all intervals that are asked about. */
class EventsBehind {
  /** By start and end. */
  readonly #events = new Map<string, EventView>();
  readonly #margins = new Map<string, EventView>();

  constructor(candidates: readonly CauseCandidate[], causes: readonly BusyCause[], zones: ZoneData) {
    const read = new Map(
      candidates.map((candidate) => [candidate.record.id, { ...candidate, zone: candidate.timeZone }]),
    );
    const { counted } = busyEntries<EventRecord>(
      candidates.map(({ record }) => record),
      // Beside a margin its event begins or ends, and may not be within it.
      {
        from: causes.reduce((first, { start }) => Math.min(first, start - 1), Number.POSITIVE_INFINITY) * 1000,
        to: causes.reduce((last, { end }) => Math.max(last, end + 1), Number.NEGATIVE_INFINITY) * 1000,
      },
      (record) => read.get(record.id) ?? { zone: 'Etc/UTC', ownerAddresses: [] },
      zones,
    );
    for (const { entry, busy } of counted) {
      if (busy.busyStatus === 'FREE') continue;
      const [from, to] = [Math.floor(entry.startsAt / 1000), Math.ceil(entry.endsAt / 1000)];
      const { marginBefore = 0, marginAfter = 0 } = read.get(entry.record.id) ?? {};
      first(this.#events, from, to, entry);
      first(this.#margins, from - marginBefore, from, entry);
      first(this.#margins, to, to + marginAfter, entry);
    }
  }

  of({ start, end, margin = false }: BusyCause): EventView | null {
    return (margin ? this.#margins : this.#events).get(`${start} ${end}`) ?? null;
  }
}

/** Of several that take the same time, the one that comes first. */
function first(entries: Map<string, EventView>, from: Seconds, to: Seconds, entry: EventView): void {
  const key = `${from} ${to}`;
  if (!entries.has(key)) entries.set(key, entry);
}

function within(at: number): number {
  return Math.max(FIRST_INSTANT, Math.min(LAST_INSTANT, at));
}
