/** CalDAV (RFC 4791) behind the port; also iCloud, which is CalDAV with another name. */
import { deleteObject } from 'tsdav';
import type { Instant, ZoneName } from '../../../domain/events/model.ts';
import type { SchedulingRequest } from '../../../domain/events/scheduling.ts';
import type { ZoneData } from '../../../domain/time/zone-data.ts';
import { AttemptLimiter } from '../../http/attempt-limiter.ts';
import type { OutgoingFetch } from '../../http/outgoing-fetch.ts';
import {
  type BusyPeriod,
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
import { listCalendars } from './calendars.ts';
import { discover } from './discovery.ts';
import { Exchange } from './exchange.ts';
import { askFreeBusy } from './free-busy.ts';
import { makeNewCalendar } from './new-calendar.ts';
import { type CalendarOwner, CalendarOwners, isSamePrincipal } from './owners.ts';
import { pull } from './pull.ts';
import { type ResourceContext, readResource, removeResource, writeResource } from './resources.ts';
import type { CalendarTexts } from './texts.ts';

export interface CalDavConnectorOptions {
  readonly provider?: Extract<ProviderName, 'CALDAV' | 'APPLE'>;
  readonly fetch: OutgoingFetch;
  /** How texts are read and written: `calendarTexts`, or the same in workers. */
  readonly texts: CalendarTexts;
  readonly zones: Pick<ZoneData, 'canonical'>;
  readonly attempts?: AttemptLimiter;
  /** Hosts beside the user's own that credentials may be sent to. Default: iCloud's. */
  readonly credentialHosts?: readonly string[];
  /** Milliseconds since the epoch. */
  readonly now?: () => number;
  /** Milliseconds for the whole of connect. Default 25,000, so that calendars still fit into 30 s. */
  readonly connectTimeout?: number;
  /** Resources a multiget asks for, 1–500. Default 250. */
  readonly batch?: number;
}

/** Zones of calendars that were listed, so that a pull reads floating times rightly; the oldest go first. */
const rememberedZones = 50_000;

export function createCalDavConnector(options: CalDavConnectorOptions): Connector {
  return new CalDavConnector(options);
}

class CalDavConnector implements Connector {
  readonly provider: ProviderName;
  readonly #options: CalDavConnectorOptions;
  readonly #attempts: AttemptLimiter;
  readonly #now: () => number;
  readonly #zones = new Map<string, ZoneName | null>();
  /** Homes whose calendars have no ctag. */
  readonly #tagless = new Set<string>();
  readonly #owners = new CalendarOwners();

  constructor(options: CalDavConnectorOptions) {
    this.provider = options.provider ?? 'CALDAV';
    this.#options = options;
    this.#now = options.now ?? Date.now;
    this.#attempts = options.attempts ?? new AttemptLimiter(undefined, this.#now);
  }

  async connect(session: ProviderSession): Promise<RemotePrincipal> {
    const exchange = this.#exchange(session);
    const attempt = this.#attempts.begin({
      applicationId: session.applicationId,
      target: exchange.serverUrl.host,
      username: exchange.credentials.username,
    });
    if ('retryAt' in attempt) {
      throw new ProviderError('THROTTLED', 'too many failed attempts to connect; try again later', {
        retryAt: attempt.retryAt,
      });
    }
    const timeout = this.#options.connectTimeout ?? 25_000;
    const deadline = AbortSignal.timeout(timeout);
    try {
      const principal = await discover(exchange, { signal: deadline, timeout });
      attempt.succeeded();
      return principal;
    } catch (error) {
      if (!deadline.aborted || session.signal?.aborted) throw error;
      const tried = error instanceof ProviderError ? `: ${error.message}` : '';
      throw new ProviderError('UNREACHABLE', `no answer within ${timeout / 1000} s${tried}`, { cause: error });
    }
  }

  async calendars(session: ProviderSession): Promise<readonly RemoteCalendar[]> {
    const principal = session.principal ?? (await this.connect(session));
    const { zones } = this.#options;
    const { homeUrl, schedules } = principal;
    const list = () =>
      listCalendars(
        this.#exchange(session),
        homeUrl,
        schedules,
        zones,
        this.#tagless.has(homeUrl) ? 'd:sync-token' : 'cs:getctag',
      );
    let calendars = await list();
    if (calendars.some(({ changeTag }) => changeTag === null) && !this.#tagless.has(homeUrl)) {
      this.#tagless.add(homeUrl);
      calendars = await list();
    }
    for (const calendar of calendars) this.#remember(calendar);
    const others = calendars.flatMap(({ ownerUrl }) =>
      ownerUrl === null || isSamePrincipal(ownerUrl, principal.principalUrl) ? [] : [ownerUrl],
    );
    const owners = await this.#owners.find(this.#exchange(session), homeUrl, others);
    return calendars.map(({ ownerUrl, ...calendar }) => {
      const owner = ownerUrl === null ? undefined : owners.get(ownerUrl);
      return owner === undefined ? calendar : shared(calendar, owner);
    });
  }

  pull(
    session: ProviderSession,
    calendarRemoteId: string,
    syncToken: string | null,
    known: KnownResources,
  ): AsyncIterable<PullPage> {
    return pull({ ...this.#context(session, calendarRemoteId), batch: this.#options.batch ?? 250 }, syncToken, known);
  }

  async read(session: ProviderSession, calendarRemoteId: string, remoteId: string): Promise<RemoteResource | null> {
    return await readResource(this.#context(session, calendarRemoteId), remoteId);
  }

  async write(session: ProviderSession, calendarRemoteId: string, request: WriteRequest): Promise<WriteResult> {
    return await writeResource(this.#context(session, calendarRemoteId), request);
  }

  async remove(
    session: ProviderSession,
    calendarRemoteId: string,
    remoteId: string,
    etag: string | null,
    scheduling: SchedulingRequest | null = null,
  ): Promise<'removed' | 'gone'> {
    return await removeResource(this.#context(session, calendarRemoteId), remoteId, etag, scheduling);
  }

  async createCalendar(
    session: ProviderSession,
    calendar: { readonly name: string; readonly color: string | null; readonly timeZone: string | null },
  ): Promise<RemoteCalendar> {
    const principal = session.principal ?? (await this.connect(session));
    const { zones, texts } = this.#options;
    const { name, color, timeZone } = calendar;
    const timeZoneText = timeZone === null ? null : texts.timeZone(timeZone);
    const made = await makeNewCalendar(this.#exchange(session), principal, { name, color, timeZoneText }, zones);
    this.#remember(made);
    return made;
  }

  async deleteCalendar(session: ProviderSession, calendarRemoteId: string): Promise<void> {
    const exchange = this.#exchange(session);
    const answer = await exchange.ask((fetch) => deleteObject({ url: calendarRemoteId, fetch }));
    if (![200, 202, 204, 404, 410].includes(answer.status)) throw exchange.refused(answer);
  }

  async freeBusy(
    session: ProviderSession,
    calendarRemoteIds: readonly string[],
    window: { readonly from: Instant; readonly to: Instant },
  ): Promise<ReadonlyMap<string, readonly BusyPeriod[]>> {
    // Radicale answers nothing at all and Xandikos leaves recurrences out, which would show busy time as free.
    // A server that schedules needs right answers itself.
    if (session.principal?.schedules !== true) {
      throw new ProviderError('REJECTED', 'the server has no free/busy that can be relied on: expand the events');
    }
    const exchange = this.#exchange(session);
    const answers = await Promise.all(
      calendarRemoteIds.map(async (id) => [id, await askFreeBusy(exchange, id, window)] as const),
    );
    return new Map(answers);
  }

  #exchange(session: ProviderSession): Exchange {
    const { fetch, credentialHosts = ['*.icloud.com'] } = this.#options;
    return new Exchange({ fetch, credentialHosts, now: this.#now }, session);
  }

  #context(session: ProviderSession, calendar: string): ResourceContext {
    const { read, write } = this.#options.texts;
    return {
      exchange: this.#exchange(session),
      calendar,
      read,
      write,
      calendarZone: this.#zones.get(calendar) ?? null,
    };
  }

  #remember(calendar: RemoteCalendar): void {
    this.#zones.delete(calendar.remoteId);
    this.#zones.set(calendar.remoteId, calendar.timeZone);
    const oldest = this.#zones.keys().next();
    if (this.#zones.size > rememberedZones && oldest.done === false) this.#zones.delete(oldest.value);
  }
}

/** A calendar of somebody else: its people are theirs, and the server sends for them only what it lets the login send. */
function shared(calendar: RemoteCalendar, { addresses, mayBeSentFor }: CalendarOwner): RemoteCalendar {
  const attendees = calendar.capabilities.attendees && mayBeSentFor;
  const capabilities = { ...calendar.capabilities, attendees, suppressNotifications: !attendees };
  return { ...calendar, ownerAddresses: addresses, capabilities };
}
