/** Making a calendar (RFC 4791 §5.3.1), on servers that take everything at once, one property at a time, or not at all. */
import { randomUUID } from 'node:crypto';
import { davRequest, makeCalendar } from 'tsdav';
import type { ZoneData } from '../../../domain/time/zone-data.ts';
import { ProviderError, type RemoteCalendar, type RemotePrincipal } from '../connector.ts';
import { readOneCalendar } from './calendars.ts';
import type { Exchange } from './exchange.ts';
import { appleIcal, caldav, dav } from './multistatus.ts';

export interface NewCalendar {
  readonly name: string;
  /** `#RRGGBB` */
  readonly color: string | null;
  /** CALDAV:calendar-timezone; null where there is none to set. */
  readonly timeZoneText: string | null;
}

/** What the server has then; a colour or zone that it does not keep is null in the answer. */
export async function makeNewCalendar(
  exchange: Exchange,
  principal: RemotePrincipal,
  calendar: NewCalendar,
  zones: Pick<ZoneData, 'canonical'>,
): Promise<RemoteCalendar> {
  const url = new URL(`${randomUUID()}/`, principal.homeUrl).href;
  const essential = {
    'd:displayname': calendar.name,
    'c:supported-calendar-component-set': { 'c:comp': { _attributes: { name: 'VEVENT' } } },
  };
  const color = calendar.color === null ? {} : { 'ca:calendar-color': calendar.color };
  const zone = calendar.timeZoneText === null ? {} : { 'c:calendar-timezone': calendar.timeZoneText };
  let answer = await exchange.ask((fetch) => makeCalendar({ url, props: { ...essential, ...color, ...zone }, fetch }));
  // One property that the server does not take makes the whole request fail.
  if ([207, 400, 403, 424].includes(answer.status)) {
    answer = await exchange.ask((fetch) => makeCalendar({ url, props: essential, fetch }));
  }
  if (answer.status !== 201) throw exchange.refused(answer);

  const read = () => readOneCalendar(exchange, url, principal.schedules, zones);
  const made = await read();
  // Xandikos answers 201 and leaves out the colour, which it takes from a PROPPATCH.
  const missing = [
    ...(made.color === null && calendar.color !== null ? [color] : []),
    ...(made.timeZone === null && calendar.timeZoneText !== null ? [zone] : []),
  ];
  if (missing.length === 0) return made;
  for (const properties of missing) await setProperties(exchange, url, properties);
  return await read();
}

/** PROPPATCH (RFC 4918 §9.2), which tsdav has no function for. A refusal changes nothing, and is no error here. */
async function setProperties(
  exchange: Exchange,
  url: string,
  properties: Readonly<Record<string, string>>,
): Promise<void> {
  const attributes = { 'xmlns:d': dav, 'xmlns:c': caldav, 'xmlns:ca': appleIcal };
  const body = { 'd:propertyupdate': { _attributes: attributes, 'd:set': { 'd:prop': properties } } };
  try {
    await exchange.ask((fetch) => davRequest({ url, init: { method: 'PROPPATCH', headers: {}, body }, fetch }));
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error;
  }
}
