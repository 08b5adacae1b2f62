/** The server side of the memory connector: calendars, resources, revisions; and the hands of other clients. */
import { createHash } from 'node:crypto';
import type { CalendarObject } from '../../../domain/events/model.ts';
import { type BusyPeriod, ProviderError, type RemoteCalendar } from '../connector.ts';
import { Faults, type MemoryMethod } from './faults.ts';

export interface StoredResource {
  readonly remoteId: string;
  readonly etag: string;
  readonly raw: string | null;
  readonly object: CalendarObject;
}

export interface StoredCalendar {
  remoteId: string;
  name: string;
  color: string | null;
  timeZone: string | null;
  readOnly: boolean;
  primary: boolean;
  /** Rises with every change. */
  revision: number;
  /** Positions before this revision are no longer known. */
  oldestToken: number;
  readonly resources: Map<string, StoredResource>;
  /** remoteId → the revision that last changed or removed it. */
  readonly changed: Map<string, number>;
}

export interface MemoryProviderOptions {
  readonly username?: string;
  readonly password?: string;
  /** Addresses of the owner. Default: `<username>@example.test`. */
  readonly addresses?: readonly string[];
  /** Whether it sends invitations itself. */
  readonly schedules?: boolean;
  /** Resources on one page of a pull; 1–500. */
  readonly pageSize?: number;
  /** Without sync tokens every pull is a full one that compares etags. */
  readonly syncTokens?: boolean;
}

/** One user's calendars at a provider that lives in this process. */
export class MemoryProvider {
  readonly options: Required<MemoryProviderOptions>;
  readonly calendars = new Map<string, StoredCalendar>();
  readonly faults = new Faults();
  /** How often each method was called; a pull counts each page. */
  readonly calls = new Map<MemoryMethod, number>();
  /** Who was invited to what, in order: one for each attendee that a write added while `schedules`. */
  readonly invitations: { readonly uid: string; readonly email: string }[] = [];
  /** What freeBusy answers, by calendar; null: the provider has no free/busy. */
  busy: Map<string, readonly BusyPeriod[]> | null = null;
  #made = 0;

  constructor(options: MemoryProviderOptions = {}) {
    const username = options.username ?? 'alice';
    this.options = {
      username,
      password: options.password ?? 'alicepw',
      addresses: options.addresses ?? [`${username}@example.test`],
      schedules: options.schedules ?? false,
      pageSize: options.pageSize ?? 250,
      syncTokens: options.syncTokens ?? true,
    };
  }

  /** Another client's hand: adds a calendar and answers its remoteId. */
  addCalendar(calendar: Partial<Omit<RemoteCalendar, 'remoteId' | 'changeTag' | 'capabilities'>> = {}): string {
    this.#made += 1;
    const remoteId = `memory:/${this.options.username}/calendar-${this.#made}/`;
    this.calendars.set(remoteId, {
      remoteId,
      name: calendar.name ?? `Calendar ${this.#made}`,
      color: calendar.color ?? null,
      timeZone: calendar.timeZone ?? null,
      readOnly: calendar.readOnly ?? false,
      primary: calendar.primary ?? this.calendars.size === 0,
      revision: 0,
      oldestToken: 0,
      resources: new Map(),
      changed: new Map(),
    });
    return remoteId;
  }

  /** @throws ProviderError NOT_FOUND */
  calendar(remoteId: string): StoredCalendar {
    const calendar = this.calendars.get(remoteId);
    if (calendar === undefined)
      throw new ProviderError('NOT_FOUND', `there is no calendar ${remoteId}`, { status: 404 });
    return calendar;
  }

  /** Another client's hand, and the connector's: stores an object, whatever was there. */
  put(calendarRemoteId: string, object: CalendarObject, raw: string | null = null, remoteId?: string): StoredResource {
    const calendar = this.calendar(calendarRemoteId);
    calendar.revision += 1;
    const place = remoteId ?? this.placeOf(calendarRemoteId, object.uid);
    const content = createHash('sha256')
      .update(JSON.stringify([raw, object, calendar.revision]))
      .digest('hex');
    const stored = { remoteId: place, etag: `"${content.slice(0, 20)}"`, raw, object };
    calendar.resources.set(place, stored);
    calendar.changed.set(place, calendar.revision);
    return stored;
  }

  /** Another client's hand: false when nothing was there. */
  delete(calendarRemoteId: string, remoteId: string): boolean {
    const calendar = this.calendar(calendarRemoteId);
    if (!calendar.resources.delete(remoteId)) return false;
    calendar.revision += 1;
    calendar.changed.set(remoteId, calendar.revision);
    return true;
  }

  /** Where an object with this uid lies in a calendar. */
  placeOf(calendarRemoteId: string, uid: string): string {
    for (const { remoteId, object } of this.calendar(calendarRemoteId).resources.values()) {
      if (object.uid === uid) return remoteId;
    }
    return `${new URL(calendarRemoteId).pathname}${encodeURIComponent(uid)}.ics`;
  }

  /** Every sync token given so far is refused from now on, as after a provider's migration. */
  forgetTokens(): void {
    for (const calendar of this.calendars.values()) {
      calendar.revision += 1;
      calendar.oldestToken = calendar.revision;
    }
  }

  count(method: MemoryMethod): void {
    this.calls.set(method, (this.calls.get(method) ?? 0) + 1);
  }
}
