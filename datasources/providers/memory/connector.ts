/** The whole port in this process: for tests of what stands above it, with faults on demand. */
import type { CalendarObject, Instant } from '../../../domain/events/model.ts';
import {
  type AskedCalendar,
  type BusyPeriod,
  type CalendarBatch,
  type Connector,
  type KnownResources,
  ProviderError,
  type ProviderName,
  type ProviderSession,
  type PullPage,
  type RemoteCalendar,
  type RemotePrincipal,
  type RemoteResource,
  type WriteRequest,
  type WriteResult,
} from '../connector.ts';
import type { Fault, MemoryMethod } from './faults.ts';
import type { MemoryProvider, StoredCalendar, StoredResource } from './provider.ts';

export interface MemoryConnectorOptions {
  readonly provider?: ProviderName;
  /** How texts are made of what is written, as a server would keep them; without it `raw` is null. */
  readonly write?: (object: CalendarObject, raw: string | null) => string;
  /** Lets calendars of several logins be asked about in one call, so many of them. */
  readonly calendarsPerCall?: number;
}

/** `server` is one provider for every session, or finds the one that a session speaks to. */
export function createMemoryConnector(
  server: MemoryProvider | ((session: ProviderSession) => MemoryProvider),
  options: MemoryConnectorOptions = {},
): Connector {
  return new MemoryConnector(typeof server === 'function' ? server : () => server, options);
}

class MemoryConnector implements Connector {
  readonly provider: ProviderName;
  readonly #serverFor: (session: ProviderSession) => MemoryProvider;
  readonly #write: MemoryConnectorOptions['write'];
  readonly batch?: CalendarBatch;

  constructor(serverFor: (session: ProviderSession) => MemoryProvider, options: MemoryConnectorOptions) {
    this.provider = options.provider ?? 'CALDAV';
    this.#serverFor = serverFor;
    this.#write = options.write;
    const { calendarsPerCall } = options;
    if (calendarsPerCall === undefined) return;
    this.batch = { calendarsPerCall, changeTags: (asked) => this.#changeTags(asked, calendarsPerCall) };
  }

  async connect(session: ProviderSession): Promise<RemotePrincipal> {
    const { server } = await this.#begin('connect', session);
    const { username, addresses, schedules } = server.options;
    return {
      principalUrl: `memory:/principals/${username}/`,
      homeUrl: `memory:/${username}/`,
      addresses,
      displayName: username,
      schedules,
    };
  }

  async calendars(session: ProviderSession): Promise<readonly RemoteCalendar[]> {
    const { server, fault } = await this.#begin('calendars', session);
    if (fault?.kind === 'empty-listing') return [];
    return [...server.calendars.values()].map((calendar) => shown(calendar, server));
  }

  async *pull(
    session: ProviderSession,
    calendarRemoteId: string,
    syncToken: string | null,
    known: KnownResources,
  ): AsyncGenerator<PullPage> {
    const begun = await this.#begin('pull', session);
    const { server } = begun;
    const calendar = server.calendar(calendarRemoteId);
    const since = server.options.syncTokens ? revisionOf(syncToken, calendar) : null;
    const full = since === null;
    const empty = full && begun.fault?.kind === 'empty-listing';
    const etags = full ? await known() : new Map<string, string | null>();
    const listed = empty
      ? []
      : [...calendar.resources.values()].filter(({ remoteId }) => full || changedAfter(calendar, remoteId, since));
    const wanted = listed.filter(({ remoteId, etag }) => etags.get(remoteId) !== etag);
    const removed = full
      ? []
      : [...calendar.changed.keys()].filter(
          (remoteId) => !calendar.resources.has(remoteId) && changedAfter(calendar, remoteId, since),
        );
    const token = server.options.syncTokens ? String(calendar.revision) : 'etags:';
    const size = server.options.pageSize;
    for (let at = 0; at === 0 || at < wanted.length; at += size) {
      if (at > 0) await this.#begin('pull', session);
      const last = at + size >= wanted.length;
      yield {
        resources: wanted.slice(at, at + size).map(asRemote),
        unchanged: at === 0 ? listed.filter((one) => !wanted.includes(one)).map(({ remoteId }) => remoteId) : [],
        removed: at === 0 ? removed : [],
        skipped: [],
        syncToken: last ? token : null,
        full,
      };
    }
  }

  async read(session: ProviderSession, calendarRemoteId: string, remoteId: string): Promise<RemoteResource | null> {
    const { server } = await this.#begin('read', session);
    const stored = server.calendar(calendarRemoteId).resources.get(remoteId);
    return stored === undefined ? null : asRemote(stored);
  }

  async write(session: ProviderSession, calendarRemoteId: string, request: WriteRequest): Promise<WriteResult> {
    const { server, fault } = await this.#begin('write', session);
    const calendar = this.#writable(server, calendarRemoteId);
    const { object } = request;
    const place = request.remoteId ?? server.placeOf(calendarRemoteId, object.uid);
    const there = calendar.resources.get(place);
    if (request.remoteId === null ? there !== undefined : there === undefined || !matches(there, request.etag)) {
      throw new ProviderError('CONFLICT', request.remoteId === null ? 'the uid is in use' : 'it changed since', {
        status: 412,
      });
    }
    const told = server.options.schedules && request.scheduling?.agent !== 'NONE';
    if (told) invite(server, there?.object ?? null, object);
    const raw = this.#write?.(object, request.raw) ?? null;
    const stored = server.put(calendarRemoteId, object, raw, place);
    if (fault?.kind === 'lost-answer') throw lost();
    return { remoteId: stored.remoteId, etag: stored.etag, raw: stored.raw, object: stored.object };
  }

  async remove(
    session: ProviderSession,
    calendarRemoteId: string,
    remoteId: string,
    etag: string | null,
  ): Promise<'removed' | 'gone'> {
    const { server, fault } = await this.#begin('remove', session);
    const calendar = this.#writable(server, calendarRemoteId);
    const there = calendar.resources.get(remoteId);
    if (there === undefined) return 'gone';
    if (!matches(there, etag)) throw new ProviderError('CONFLICT', 'it changed since', { status: 412 });
    server.delete(calendarRemoteId, remoteId);
    if (fault?.kind === 'lost-answer') throw lost();
    return 'removed';
  }

  async createCalendar(
    session: ProviderSession,
    calendar: { readonly name: string; readonly color: string | null; readonly timeZone: string | null },
  ): Promise<RemoteCalendar> {
    const { server, fault } = await this.#begin('createCalendar', session);
    const made = server.calendar(server.addCalendar(calendar));
    if (fault?.kind === 'lost-answer') throw lost();
    return shown(made, server);
  }

  async deleteCalendar(session: ProviderSession, calendarRemoteId: string): Promise<void> {
    const { server, fault } = await this.#begin('deleteCalendar', session);
    server.calendars.delete(calendarRemoteId);
    if (fault?.kind === 'lost-answer') throw lost();
  }

  async freeBusy(
    session: ProviderSession,
    calendarRemoteIds: readonly string[],
    window: { readonly from: Instant; readonly to: Instant },
  ): Promise<ReadonlyMap<string, readonly BusyPeriod[]>> {
    const { server } = await this.#begin('freeBusy', session);
    const { busy } = server;
    if (busy === null) throw new ProviderError('REJECTED', 'the provider has no free/busy: expand the events');
    const inside = (id: string): readonly BusyPeriod[] =>
      (busy.get(id) ?? []).filter(({ start, end }) => start < window.to && end > window.from);
    return new Map(calendarRemoteIds.map((id) => [id, inside(id)]));
  }

  async #changeTags(asked: readonly AskedCalendar[], most: number): Promise<readonly (string | null)[]> {
    const [first] = asked;
    if (first === undefined) return [];
    if (asked.length > most) throw new ProviderError('REJECTED', `a call takes ${most} calendars`, { status: 400 });
    await this.#begin('changeTags', first.session);
    return asked.map(({ session, remoteId }) => {
      const server = this.#serverFor(session);
      const calendar = isOwner(session, server) ? server.calendars.get(remoteId) : undefined;
      return calendar === undefined ? null : shown(calendar, server).changeTag;
    });
  }

  /** Counts the call, checks who asks, and lets an armed fault happen; answers the one that the method itself must play. */
  async #begin(
    method: MemoryMethod,
    session: ProviderSession,
  ): Promise<{ server: MemoryProvider; fault: Fault | null }> {
    const server = this.#serverFor(session);
    if (session.signal?.aborted) throw new ProviderError('UNREACHABLE', 'gave up');
    server.count(method);
    session.onCall?.();
    const fault = server.faults.take(method);
    if (fault !== null) await happen(fault, session);
    if (!isOwner(session, server)) {
      throw new ProviderError('CREDENTIALS_REJECTED', 'the user name or the password is wrong', { status: 401 });
    }
    return { server, fault };
  }

  #writable(server: MemoryProvider, calendarRemoteId: string): StoredCalendar {
    const calendar = server.calendar(calendarRemoteId);
    if (calendar.readOnly) throw new ProviderError('FORBIDDEN', 'the calendar can only be read', { status: 403 });
    return calendar;
  }
}

async function happen(fault: Fault, session: ProviderSession): Promise<void> {
  switch (fault.kind) {
    case 'unreachable':
      throw new ProviderError('UNREACHABLE', 'the provider does not answer');
    case 'throttled':
      throw new ProviderError('THROTTLED', 'too many requests', { status: 429, retryAt: fault.retryAt });
    case 'credentials-rejected':
      throw new ProviderError('CREDENTIALS_REJECTED', 'the user name or the password is wrong', { status: 401 });
    case 'forbidden':
      throw new ProviderError('FORBIDDEN', 'the provider forbids it', { status: 403 });
    case 'not-found':
      throw new ProviderError('NOT_FOUND', 'it is not there', { status: 404 });
    case 'rejected':
      throw new ProviderError('REJECTED', 'the provider refuses it', { status: 400 });
    case 'malformed':
      throw new ProviderError('MALFORMED_ANSWER', 'the answer cannot be read', { status: 200 });
    case 'hang':
      return await hang(session.signal);
    case 'slow':
      return await fault.until();
    case 'lost-answer':
    case 'empty-listing':
      return;
  }
}

function hang(signal: AbortSignal | undefined): Promise<void> {
  return new Promise((_, reject) => {
    signal?.addEventListener('abort', () => reject(new ProviderError('UNREACHABLE', 'gave up')), { once: true });
  });
}

function isOwner({ credential }: ProviderSession, { options }: MemoryProvider): boolean {
  if (credential.kind !== 'basic') return true;
  return credential.username === options.username && credential.password === options.password;
}

function lost(): ProviderError {
  return new ProviderError('UNREACHABLE', 'the connection was lost before the answer came');
}

function asRemote({ remoteId, etag, raw, object }: StoredResource): RemoteResource {
  return { remoteId, etag, raw, object, skipped: [] };
}

function shown(calendar: StoredCalendar, server: MemoryProvider): RemoteCalendar {
  return {
    remoteId: calendar.remoteId,
    name: calendar.name,
    color: calendar.color,
    timeZone: calendar.timeZone,
    primary: calendar.primary,
    readOnly: calendar.readOnly,
    changeTag: `revision-${calendar.revision}`,
    capabilities: {
      attendees: server.options.schedules,
      suppressNotifications: !server.options.schedules,
      attachments: true,
      recurrence: 'FULL',
      maxReminders: null,
      push: false,
    },
  };
}

/** Null when everything must be listed: no token, or one that is not known (any more). */
function revisionOf(token: string | null, calendar: StoredCalendar): number | null {
  if (token === null || !/^\d{1,15}$/.test(token)) return null;
  const revision = Number(token);
  return revision < calendar.oldestToken || revision > calendar.revision ? null : revision;
}

function changedAfter(calendar: StoredCalendar, remoteId: string, revision: number | null): boolean {
  return (calendar.changed.get(remoteId) ?? 0) > (revision ?? 0);
}

function matches(stored: StoredResource, etag: string | null): boolean {
  return etag === null || stored.etag === etag;
}

function invite(server: MemoryProvider, before: CalendarObject | null, after: CalendarObject): void {
  const invited = (object: CalendarObject | null): Set<string> =>
    new Set(object?.master?.attendees.map(({ email }) => email).filter((email) => email !== null));
  const already = invited(before);
  for (const email of invited(after)) {
    if (!already.has(email) && !server.options.addresses.includes(email)) {
      server.invitations.push({ uid: after.uid, email });
    }
  }
}
