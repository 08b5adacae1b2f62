/** What is in a calendar, or what changed in it: hrefs, etags and sync tokens, as far as the server offers them. */
import { calendarQuery, propfind, syncCollection } from 'tsdav';
import type { OutgoingAnswer } from '../../http/outgoing-fetch.ts';
import { ProviderError } from '../connector.ts';
import type { Exchange, ExchangeLimits } from './exchange.ts';
import { wasTooLarge, wasTooSlow } from './failures.ts';
import { resolveHref, resourceId } from './hrefs.ts';
import {
  caldav,
  dav,
  etagOf,
  type Multistatus,
  type MultistatusResponse,
  property,
  propertyText,
} from './multistatus.ts';

/**
 * Begins the positions of servers without sync tokens: compare etags next time, and do not try a sync-collection first.
 * A server's own token is kept as it is; it is a URI (RFC 6578 §4) and none of this scheme.
 */
export const etagsPosition = 'etags:';

export interface ListedResource {
  readonly remoteId: string;
  readonly etag: string | null;
  /** Where the server delivered it right away. */
  readonly text: string | null;
}

export interface Listing {
  readonly present: readonly ListedResource[];
  readonly removed: readonly string[];
  /** Listed with a status that says neither here nor gone. */
  readonly refused: readonly { readonly remoteId: string; readonly status: number }[];
  readonly position: string;
}

/**
 * A listing's bounds: some 300 bytes a resource; and minutes, because a server may have to read its whole calendar first
 * (Radicale, after files were placed on its disk).
 */
const listingLimits: ExchangeLimits = { maximumBytes: 64 * 1024 * 1024, timeout: 240_000 };

/** Bounds of everything with its data in one answer; past them it is asked for in batches. */
const wholeLimits: ExchangeLimits = { maximumBytes: 16 * 1024 * 1024, timeout: 90_000 };

/** A server that truncates without end is not followed for ever. */
const maximumContinuations = 1000;

/**
 * RFC 6578 §3.2. The data is asked for together with the changes, so that one call is enough where the server
 * answers it (Radicale and Cyrus do, Xandikos does not).
 *
 * @returns null when the server has no such report or refuses the token, which servers say in many ways:
 * 403 or 409 with valid-sync-token, 400, 404, 410, 412, and Xandikos with 500
 */
export async function listChanges(exchange: Exchange, calendar: string, token: string): Promise<Listing | null> {
  const present = new Map<string, ListedResource>();
  const removed = new Set<string>();
  const refused: { remoteId: string; status: number }[] = [];
  let position = token;
  for (let round = 0; round < maximumContinuations; round += 1) {
    const answer = await askChanges(exchange, calendar, position, true);
    const own = answer === null ? null : statusOfCollection(answer, calendar);
    if (answer === null || answer.syncToken === null || (own !== null && own !== 200 && own !== 507)) return null;
    for (const response of answer.responses) {
      const remoteId = resourceId(response.href, calendar);
      if (remoteId === null) continue;
      // A resource of a later round is newer than of an earlier one.
      present.delete(remoteId);
      removed.delete(remoteId);
      const { status } = response;
      if (status === 404 || status === 410) removed.add(remoteId);
      else if (status !== null && (status < 200 || status > 299)) refused.push({ remoteId, status });
      else if (holdsEvent(response)) present.set(remoteId, listed(response, remoteId));
    }
    // RFC 6578 §3.6: 507 for the collection itself says that the answer was cut short; the token goes on from there.
    if (own !== 507)
      return { present: [...present.values()], removed: [...removed], refused, position: answer.syncToken };
    if (answer.syncToken === position) break;
    position = answer.syncToken;
  }
  throw new ProviderError('MALFORMED_ANSWER', 'the server lists changes without an end');
}

async function askChanges(
  exchange: Exchange,
  calendar: string,
  token: string,
  withData: boolean,
): Promise<Multistatus | null> {
  const props = { 'd:getetag': {}, 'd:getcontenttype': {}, ...(withData ? { 'c:calendar-data': {} } : {}) };
  let answer: OutgoingAnswer;
  try {
    answer = await exchange.ask(
      (fetch) => syncCollection({ url: calendar, props, syncLevel: 1, syncToken: token, fetch }),
      withData ? wholeLimits : listingLimits,
    );
  } catch (error) {
    // So much changed that it does not fit into one answer: the hrefs alone do.
    if (withData && (wasTooLarge(error) || wasTooSlow(error)))
      return await askChanges(exchange, calendar, token, false);
    throw error;
  }
  if (answer.status === 207) return exchange.multistatusOf(answer);
  if ([401, 429, 502, 503, 504].includes(answer.status)) throw exchange.refused(answer);
  return null;
}

/**
 * Where the calendar stands now: its DAV:sync-token (RFC 6578 §4), which every server with sync-collection has. Asked before
 * a listing: what changes in between is told twice and not lost. Not asked by a sync-collection without a token, which makes
 * Radicale work twice as long as a PROPFIND and a calendar-query do together.
 */
export async function readPosition(exchange: Exchange, calendar: string): Promise<string> {
  const answer = await exchange.askMultistatus(
    (fetch) => propfind({ url: calendar, props: { 'd:sync-token': {} }, depth: '0', fetch }),
    listingLimits,
  );
  const response = answer.responses[0];
  return (response && propertyText(response, dav, 'sync-token')) ?? etagsPosition;
}

/**
 * Every event with its etag, by a calendar-query, else by listing the collection.
 *
 * @param withData all data in the same answer, if it is not too large or too slow; a calendar of 10,000 events costs half of
 * what multigets in batches cost
 * @throws ProviderError
 */
export async function listEverything(
  exchange: Exchange,
  calendar: string,
  position: string,
  withData: boolean,
): Promise<Listing> {
  const answer =
    (await askEvents(exchange, calendar, withData)) ??
    (await exchange.askMultistatus((fetch) => {
      const props = { 'd:getetag': {}, 'd:getcontenttype': {}, 'd:resourcetype': {} };
      return propfind({ url: calendar, props, depth: '1', fetch });
    }, listingLimits));
  const present = new Map<string, ListedResource>();
  for (const response of answer.responses) {
    const remoteId = resourceId(response.href, calendar);
    const there = response.status === null || (response.status >= 200 && response.status <= 299);
    if (remoteId !== null && there && holdsEvent(response)) present.set(remoteId, listed(response, remoteId));
  }
  return { present: [...present.values()], removed: [], refused: [], position };
}

/** Null when the server has no calendar-query that can be used, or cuts its answer short. */
async function askEvents(exchange: Exchange, calendar: string, withData: boolean): Promise<Multistatus | null> {
  const events = { _attributes: { name: 'VEVENT' } };
  const filters = [{ 'comp-filter': { _attributes: { name: 'VCALENDAR' }, 'comp-filter': events } }];
  const props = { 'd:getetag': {}, ...(withData ? { 'c:calendar-data': {} } : {}) };
  let answer: OutgoingAnswer;
  try {
    answer = await exchange.ask(
      (fetch) => calendarQuery({ url: calendar, props, filters, depth: '1', fetch }),
      withData ? wholeLimits : listingLimits,
    );
  } catch (error) {
    if (withData && (wasTooLarge(error) || wasTooSlow(error))) return await askEvents(exchange, calendar, false);
    throw error;
  }
  if ([400, 403, 405, 415, 422, 500, 501, 507].includes(answer.status)) return null;
  if (answer.status !== 207) throw exchange.refused(answer);
  const listing = exchange.multistatusOf(answer);
  if (statusOfCollection(listing, calendar) !== 507) return listing;
  // RFC 5323 §3.5: cut short. Without the data it may fit; a listing of the collection is not cut.
  return withData ? await askEvents(exchange, calendar, false) : null;
}

function listed(response: MultistatusResponse, remoteId: string): ListedResource {
  return {
    remoteId,
    etag: etagOf(response),
    text: property(response, caldav, 'calendar-data')?.text ?? null,
  };
}

/** `text/calendar; component=VTODO` is known to hold no event without a download; child collections are no resources. */
function holdsEvent(response: MultistatusResponse): boolean {
  if (property(response, dav, 'resourcetype')?.children.some((type) => type.name === 'collection')) return false;
  const component = /;\s*component="?([a-z]+)/i.exec(propertyText(response, dav, 'getcontenttype') ?? '')?.[1];
  return component === undefined || !['VTODO', 'VJOURNAL', 'VAVAILABILITY'].includes(component.toUpperCase());
}

function statusOfCollection(answer: Multistatus, calendar: string): number | null {
  for (const { href, status } of answer.responses) {
    if (status === null) continue;
    const url = resolveHref(href, calendar);
    if (
      url !== null &&
      `${url.pathname}/`.startsWith(new URL(calendar).pathname) &&
      resourceId(href, calendar) === null
    ) {
      return status;
    }
  }
  return null;
}
