/** Which event makes an interval busy: asked for the few that an answer shows, so that the arrays need not carry it. */
import { type CauseCandidate, findCauses } from '../../datasources/store/busy-causes.ts';
import type { EventRecord, EventView } from '../../datasources/store/records.ts';
import { type QueryCounter, type Store, tenantOf } from '../../datasources/store/store.ts';
import type { Actor } from '../../domain/actor.ts';
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
  return causes.map((cause) => eventBehind(cause, byCalendar.get(cause.calendarId) ?? [], zones));
}

/** Who may only write reads its own events, and no others. */
function mayRead(actor: Actor, { record, grantScopes }: CauseCandidate): boolean {
  return mayOn(actor, grantScopes, record.managed === null ? ['read_events'] : ['read_events', 'create_event']);
}

function eventBehind(cause: BusyCause, candidates: readonly CauseCandidate[], zones: ZoneData): EventView | null {
  const { start, end, margin = false } = cause;
  const readings = new Map(
    candidates.map(({ record, timeZone, ownerAddresses }) => [record.id, { zone: timeZone, ownerAddresses }]),
  );
  const none = { zone: 'Etc/UTC', ownerAddresses: [] };
  const { counted } = busyEntries<EventRecord>(
    candidates.map(({ record }) => record),
    // Beside a margin its event begins or ends, and may not be within it.
    { from: (start - 1) * 1000, to: (end + 1) * 1000 },
    (record) => readings.get(record.id) ?? none,
    zones,
  );
  const found = counted.find(({ entry, busy }) => {
    if (busy.busyStatus === 'FREE') return false;
    const [from, to] = [Math.floor(entry.startsAt / 1000), Math.ceil(entry.endsAt / 1000)];
    return margin ? to === start || from === end : from === start && to === end;
  });
  return found?.entry ?? null;
}

function within(at: number): number {
  return Math.max(FIRST_INSTANT, Math.min(LAST_INSTANT, at));
}
