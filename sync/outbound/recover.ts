/** What the provider holds of an event that we wrote, or tried to write. */
import type { RemoteResource } from '../../datasources/providers/connector.ts';
import type { ClaimedOperation } from '../../datasources/store/operation-claims.ts';
import { knownResources } from '../../datasources/store/profiles-sync.ts';
import { sameVisibleContent } from '../../domain/events/content.ts';
import type { CalendarObject } from '../../domain/events/model.ts';
import type { ZoneData } from '../../domain/time/zone-data.ts';
import type { SyncDependencies } from '../dependencies.ts';
import { type CountedSession, providerCall } from '../provider-call.ts';

/** The event's resource as the provider has it now; null when it has none. Throws ProviderError. */
export async function readCurrent(
  dependencies: SyncDependencies,
  claim: ClaimedOperation,
  counted: CountedSession,
  signal: AbortSignal,
): Promise<RemoteResource | null> {
  const { connector, session } = counted;
  const { remoteId } = claim.event;
  const { answerTime } = dependencies.settings;
  if (remoteId !== null) {
    const current = await providerCall(signal, answerTime, () =>
      connector.read(session, claim.calendar.remoteId, remoteId),
    );
    // Another event may have taken the place.
    if (current === null || current.object.uid === claim.event.uid) return current;
  }
  return findByUid(dependencies, claim, counted, signal);
}

/**
 * Where a created resource ended up is the provider's choice, and the answer that said so was lost: it is among what changed
 * since the last sync. Nothing of it is stored here.
 */
async function findByUid(
  dependencies: SyncDependencies,
  claim: ClaimedOperation,
  { connector, session }: CountedSession,
  signal: AbortSignal,
): Promise<RemoteResource | null> {
  const known = () => dependencies.store.asWorker((tx) => knownResources(tx, claim.calendar.id));
  const pages = await providerCall(signal, dependencies.settings.answerTime, async () =>
    connector.pull(session, claim.calendar.remoteId, claim.calendar.syncToken, known)[Symbol.asyncIterator](),
  );
  try {
    while (true) {
      const next = await providerCall(signal, dependencies.settings.answerTime, () => pages.next());
      if (next.done === true) return null;
      const found = next.value.resources.find((resource) => resource.object.uid === claim.event.uid);
      if (found !== undefined) return found;
    }
  } finally {
    if (pages.return) void pages.return().catch(() => {});
  }
}

/**
 * Whether the resource shows what one of our writes wrote. Stamps and sequences say nothing here: other clients keep them when they
 * change something, and then our write would be called done although it never arrived.
 */
export function isOurs(
  { calendar }: ClaimedOperation,
  intended: CalendarObject,
  current: RemoteResource,
  zones: ZoneData,
): boolean {
  return (
    current.object.uid === intended.uid &&
    sameVisibleContent(intended, current.object, { zones, calendarZone: calendar.timeZone })
  );
}
