/** The connectors that this service speaks to providers with; their texts are read in threads, under the parser's budget. */
import type { OutgoingFetch } from '../datasources/http/outgoing-fetch.ts';
import type { IcalendarParser } from '../datasources/parsing/parser.ts';
import { createCalDavConnector } from '../datasources/providers/caldav/connector.ts';
import { calendarTexts } from '../datasources/providers/caldav/texts.ts';
import type { Connector } from '../datasources/providers/connector.ts';
import type { Instant } from '../domain/events/model.ts';
import type { Telemetry } from '../domain/telemetry.ts';
import type { ZoneData } from '../domain/time/zone-data.ts';
import { observedConnector } from './telemetry/observed-connector.ts';

export interface ConnectorParts {
  readonly fetch: OutgoingFetch;
  readonly parser: IcalendarParser;
  readonly zones: ZoneData;
  /** Milliseconds since the epoch. */
  readonly clock: () => Instant;
  readonly telemetry?: Telemetry | null;
}

/** By provider. iCloud is CalDAV under a name of its own. */
export function createConnectors({ fetch, parser, zones, clock, telemetry = null }: ConnectorParts) {
  const texts = {
    ...calendarTexts({ zones, now: clock }),
    read: (documents: readonly string[], calendarZone: string | null) => parser.readAll(documents, { calendarZone }),
  };
  const caldav = { fetch, texts, zones, now: clock };
  const observed = (connector: Connector) => (telemetry === null ? connector : observedConnector(connector, telemetry));
  return {
    CALDAV: observed(createCalDavConnector({ ...caldav, provider: 'CALDAV' })),
    APPLE: observed(createCalDavConnector({ ...caldav, provider: 'APPLE' })),
  };
}
