/** The calendars of a home, all of them in one PROPFIND (semantics D11). */
import { propfind } from 'tsdav';
import type { ZoneData } from '../../../domain/time/zone-data.ts';
import { ProviderError, type RemoteCalendar } from '../connector.ts';
import type { Exchange } from './exchange.ts';
import { collectionUrl, resolveHref } from './hrefs.ts';
import {
  appleIcal,
  caldav,
  calendarServer,
  dav,
  type MultistatusResponse,
  property,
  propertyHrefs,
  propertyText,
} from './multistatus.ts';

/** Where a change tag comes from. Radicale writes a file for each event before it answers a sync token: ctag first. */
export type TagProperty = 'cs:getctag' | 'd:sync-token';

const properties = {
  'd:displayname': {},
  'd:resourcetype': {},
  'd:creationdate': {},
  'd:owner': {},
  'd:current-user-privilege-set': {},
  'ca:calendar-color': {},
  'c:calendar-timezone': {},
  'c:calendar-timezone-id': {},
  'c:supported-calendar-component-set': {},
  'c:schedule-default-calendar-URL': {},
};

type Zones = Pick<ZoneData, 'canonical'>;

interface Listed {
  readonly calendar: RemoteCalendar;
  readonly createdAt: number;
  /** Absolute, on whatever host; null where the server does not say. */
  readonly ownerUrl: string | null;
}

/** A calendar as a home lists it, and the principal whose it is. */
export interface ListedCalendar extends RemoteCalendar {
  readonly ownerUrl: string | null;
}

export async function listCalendars(
  exchange: Exchange,
  homeUrl: string,
  schedules: boolean,
  zones: Zones,
  tag: TagProperty,
): Promise<readonly ListedCalendar[]> {
  const answer = await exchange.askMultistatus((fetch) =>
    propfind({ url: homeUrl, props: { ...properties, [tag]: {} }, depth: '1', fetch }),
  );
  const listed = new Map<string, Listed>();
  let primary: string | null = null;
  for (const response of answer.responses) {
    // RFC 6638 §9.2: the scheduling inbox names it.
    const named = propertyHrefs(response, caldav, 'schedule-default-calendar-URL')[0];
    const url = named === undefined ? null : resolveHref(named, answer.url);
    if (url !== null) primary = collectionUrl(url);
    const one = readCalendar(response, answer.url, schedules, zones);
    if (one !== null && !listed.has(one.calendar.remoteId)) listed.set(one.calendar.remoteId, one);
  }
  if (primary === null || !listed.has(primary)) primary = guessedPrimary([...listed.values()]);
  return [...listed.values()].map(({ calendar, ownerUrl }) => ({
    ...calendar,
    ownerUrl,
    primary: calendar.remoteId === primary,
  }));
}

/** One calendar, asked for by its URL. */
export async function readOneCalendar(
  exchange: Exchange,
  url: string,
  schedules: boolean,
  zones: Zones,
): Promise<RemoteCalendar> {
  const props = { ...properties, 'cs:getctag': {} };
  const answer = await exchange.askMultistatus((fetch) => propfind({ url, props, depth: '0', fetch }));
  const response = answer.responses[0];
  const listed = response === undefined ? null : readCalendar(response, answer.url, schedules, zones);
  if (listed === null)
    throw new ProviderError('MALFORMED_ANSWER', 'what was created is not a calendar', { status: 207 });
  return listed.calendar;
}

/**
 * Without a default the oldest that can be written: a guess (semantics F1). Where nothing says how old, the first by its URL,
 * whose order no new calendar and no mood of the server changes for the others.
 */
function guessedPrimary(listed: readonly Listed[]): string | null {
  const writable = listed.filter(({ calendar }) => !calendar.readOnly);
  const oldest = writable.reduce<Listed | undefined>(
    (best, one) => (best === undefined || isOlder(one, best) ? one : best),
    undefined,
  );
  return oldest?.calendar.remoteId ?? null;
}

function isOlder(one: Listed, other: Listed): boolean {
  if (one.createdAt !== other.createdAt) return one.createdAt < other.createdAt;
  // Made within one second: the one that the server made by itself is called so.
  if (isCalledDefault(one) !== isCalledDefault(other)) return isCalledDefault(one);
  return one.calendar.remoteId < other.calendar.remoteId;
}

function isCalledDefault({ calendar }: Listed): boolean {
  return lastSegment(calendar.remoteId).toLowerCase() === 'default';
}

function readCalendar(response: MultistatusResponse, base: string, schedules: boolean, zones: Zones): Listed | null {
  const types = property(response, dav, 'resourcetype')?.children ?? [];
  const isCalendar = types.some((type) => type.namespace === caldav && type.name === 'calendar');
  const subscribed = types.some((type) => type.namespace === calendarServer && type.name === 'subscribed');
  const url = resolveHref(response.href, base);
  if ((!isCalendar && !subscribed) || url === null || !holdsEvents(response)) return null;
  const remoteId = collectionUrl(url);
  const owner = propertyHrefs(response, dav, 'owner')[0];
  const ownerUrl = owner === undefined || owner.length > 4096 ? null : URL.parse(owner, base);
  const created = Date.parse(propertyText(response, dav, 'creationdate') ?? '');
  return {
    createdAt: Number.isNaN(created) ? Number.POSITIVE_INFINITY : created,
    ownerUrl: ownerUrl === null ? null : collectionUrl(ownerUrl),
    calendar: {
      remoteId,
      name: (propertyText(response, dav, 'displayname') ?? lastSegment(remoteId)).slice(0, 1000),
      color: readColor(propertyText(response, appleIcal, 'calendar-color')),
      timeZone: readZone(response, zones),
      primary: false,
      readOnly: subscribed || !mayWrite(response),
      changeTag: propertyText(response, calendarServer, 'getctag') ?? propertyText(response, dav, 'sync-token'),
      capabilities: {
        attendees: schedules,
        // A server that invites nobody can be said to leave everybody untold; one that does tells them at once.
        suppressNotifications: !schedules,
        attachments: true,
        recurrence: 'FULL',
        maxReminders: null,
        push: false,
      },
    },
  };
}

/** RFC 4791 §5.2.3: an absent set means everything; some servers send an empty one and mean the same. */
function holdsEvents(response: MultistatusResponse): boolean {
  const components = property(response, caldav, 'supported-calendar-component-set')?.children ?? [];
  const names = components.map((one) => one.attributes.find(({ name }) => name === 'name')?.value.toUpperCase());
  return names.length === 0 || names.includes('VEVENT');
}

/** RFC 3744 §3: what contains the right to change resources. A server that does not say is tried. */
function mayWrite(response: MultistatusResponse): boolean {
  const set = property(response, dav, 'current-user-privilege-set');
  if (set === null) return true;
  const granting = new Set(['all', 'write', 'write-content', 'bind']);
  return set.children.some((privilege) =>
    privilege.children.some((right) => right.namespace === dav && granting.has(right.name)),
  );
}

/** Apple's `#RRGGBBAA`, others' `#RRGGBB` and `#RGB`; null for anything else. */
export function readColor(text: string | null): string | null {
  const digits = /^#([0-9a-f]{3}|[0-9a-f]{6}|[0-9a-f]{8})$/i.exec(text ?? '')?.[1]?.toUpperCase();
  if (digits === undefined) return null;
  return `#${digits.length === 3 ? digits.replace(/./g, '$&$&') : digits.slice(0, 6)}`;
}

/** CALDAV:calendar-timezone-id (RFC 7809 §5.2), else the TZID of the VTIMEZONE in CALDAV:calendar-timezone. */
function readZone(response: MultistatusResponse, zones: Zones): string | null {
  const id = propertyText(response, caldav, 'calendar-timezone-id');
  const text = propertyText(response, caldav, 'calendar-timezone') ?? '';
  const names = [id, /^X-LIC-LOCATION:(.+)$/im.exec(text)?.[1], /^TZID(?:;[^:\r\n]*)?:(.+)$/im.exec(text)?.[1]];
  for (const name of names) {
    const zone = name ? zones.canonical(name.trim()) : null;
    if (zone !== null) return zone;
  }
  return null;
}

function lastSegment(url: string): string {
  const segment = new URL(url).pathname.split('/').filter(Boolean).at(-1) ?? '';
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
