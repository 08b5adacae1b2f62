/** Whether anything changed, asked about many profiles at once: what did not is as current then as after a poll. */
import type { AskedCalendar, ProviderName, RemotePrincipal } from '../../datasources/providers/connector.ts';
import { type Confirmed, confirmCalendars, quietCalendars } from '../../datasources/store/quiet-calendars.ts';
import type { SyncDependencies } from '../dependencies.ts';
import { openSession, providerCall } from '../provider-call.ts';

export interface ConfirmRequest {
  readonly signal: AbortSignal;
  /** To wait for each call, at most. */
  readonly milliseconds: number;
  readonly onCall: (() => void) | undefined;
}

/** A calendar whose every change would show in its tag. */
interface Quiet extends Confirmed {
  readonly profileId: string;
  readonly asked: AskedCalendar;
}

/**
 * The profiles of which no calendar changed since it was last read. Calendars that are new at the provider are the next poll's to
 * find. No lease is needed: nothing is written but when what is stored was confirmed, and only where it is still what was asked about.
 */
export async function confirmUnchanged(
  dependencies: SyncDependencies,
  profileIds: readonly string[],
  request: ConfirmRequest,
): Promise<ReadonlySet<string>> {
  const { store, connectorFor, now } = dependencies;
  const found = await store.asWorker((tx) => quietCalendars(tx, profileIds));
  const calendars = found.filter(({ provider }) => connectorFor(provider)?.batch !== undefined);
  const confirmed: Confirmed[] = [];
  const askedAt = now();
  for (const group of Map.groupBy(calendars, ({ provider, serverKey }) => `${provider} ${serverKey}`).values()) {
    const quiet = asQuiet(dependencies, group, request);
    const { batch } = connectorFor(group[0]?.provider ?? 'MERIDIAN') ?? {};
    if (batch === undefined) continue;
    for (let at = 0; at < quiet.length; at += batch.calendarsPerCall) {
      const part = quiet.slice(at, at + batch.calendarsPerCall);
      const tags = await providerCall(
        request.signal,
        request.milliseconds,
        () => batch.changeTags(part.map(({ asked }) => asked)),
        // Whoever was asked here is polled then, and that tells what is wrong.
      ).catch(() => []);
      confirmed.push(...part.filter(({ changeTag }, place) => tags[place] === changeTag));
    }
  }
  const kept = confirmed.length === 0 ? [] : await store.asWorker((tx) => confirmCalendars(tx, confirmed, askedAt));
  const standing = new Set(kept);
  const doubted = new Set(
    calendars.filter(({ calendarId }) => !standing.has(calendarId)).map(({ profileId }) => profileId),
  );
  return new Set(calendars.map(({ profileId }) => profileId).filter((id) => !doubted.has(id)));
}

type Found = Awaited<ReturnType<typeof quietCalendars>>[number];

/** A profile's credential is opened once; one that cannot be is left to its poll. */
function asQuiet(dependencies: SyncDependencies, group: readonly Found[], request: ConfirmRequest): readonly Quiet[] {
  const { signal, onCall } = request;
  const sessions = new Map<string, AskedCalendar['session'] | null>();
  return group.flatMap(({ profileId, calendarId, changeTag, remoteId, ...profile }) => {
    let session = sessions.get(profileId);
    if (session === undefined) {
      session = sessionOf(dependencies, { id: profileId, ...profile }, signal, onCall);
      sessions.set(profileId, session);
    }
    return session === null ? [] : [{ profileId, calendarId, changeTag, asked: { session, remoteId } }];
  });
}

function sessionOf(
  dependencies: SyncDependencies,
  profile: {
    readonly id: string;
    readonly provider: ProviderName;
    readonly credential: string | null;
    readonly principal: RemotePrincipal | null;
  },
  signal: AbortSignal,
  onCall: (() => void) | undefined,
): AskedCalendar['session'] | null {
  try {
    return openSession(dependencies, profile, signal, onCall).session;
  } catch {
    return null;
  }
}
