/** What the tests of this folder share: series from a few words, and the zone data in force. */
import type { EventContent, EventException, EventTime } from '../../../domain/events/model.ts';
import { type Expansion, expand } from '../../../domain/recurrence/expand.ts';
import type { ExpansionWindow, Occurrence, Series } from '../../../domain/recurrence/series.ts';
import { formatInstant, parseInstant } from '../../../domain/time/instants.ts';
import { systemZones } from '../../../domain/time/system-zones.ts';

export const zones = systemZones(process.versions['tz'] ?? '');

/** `2026-12-25`, `2026-12-25T09:00:00Z`, `2026-12-25T09:00:00` (floating), `2026-12-25T09:00:00 Europe/London`. */
export function time(text: string): EventTime {
  const [local = '', zone] = text.split(' ');
  if (zone !== undefined) {
    return { kind: 'zoned', local, zone, instant: zones.resolve(local, zone) };
  }
  if (local.endsWith('Z')) {
    return { kind: 'utc', instant: parseInstant(local) };
  }
  return local.includes('T') ? { kind: 'floating', local } : { kind: 'date', date: local };
}

export function series(start: string, end: string, rules: readonly string[], more: Partial<Series> = {}): Series {
  return {
    start: time(start),
    end: time(end),
    nominalDays: null,
    rules,
    floatingZone: 'Etc/UTC',
    dayZone: 'Etc/UTC',
    ...more,
  };
}

export function content(start: string, end: string, more: Partial<EventContent> = {}): EventContent {
  return {
    summary: null,
    description: null,
    start: time(start),
    end: time(end),
    nominalDays: null,
    status: 'CONFIRMED',
    busyStatus: 'BUSY',
    visibility: 'DEFAULT',
    location: null,
    url: null,
    color: null,
    categories: [],
    organizer: null,
    attendees: [],
    reminders: [],
    rules: [],
    ...more,
  };
}

export function exception(
  recurrenceId: string,
  start: string,
  end: string,
  more: Partial<EventContent> = {},
): EventException {
  return { recurrenceId, content: content(start, end, more) };
}

/** Bounds as instants; open where left out. */
export function window(from?: string, to?: string, maximum = 10_000): ExpansionWindow {
  return {
    from: from === undefined ? Number.NEGATIVE_INFINITY : parseInstant(from),
    to: to === undefined ? Number.POSITIVE_INFINITY : parseInstant(to),
    maximum,
  };
}

export function walk(
  given: Series,
  exceptions: readonly EventException[] = [],
  within: ExpansionWindow = window(),
): { occurrences: Occurrence[]; expansion: Expansion } {
  const expansion = expand(given, exceptions, within, zones);
  return { occurrences: [...expansion], expansion };
}

/** `start/end` of each occurrence in UTC. */
export function spans(
  given: Series,
  exceptions: readonly EventException[] = [],
  within: ExpansionWindow = window(),
): string[] {
  return walk(given, exceptions, within).occurrences.map(
    ({ startsAt, endsAt }) => `${formatInstant(startsAt)}/${formatInstant(endsAt)}`,
  );
}

/** The starts of each occurrence in UTC. */
export function starts(
  given: Series,
  exceptions: readonly EventException[] = [],
  within: ExpansionWindow = window(),
): string[] {
  return walk(given, exceptions, within).occurrences.map(({ startsAt }) => formatInstant(startsAt));
}

/** Everything an occurrence says; its texts are made when they are asked for, which no comparison of objects does. */
export function said(occurrence: Occurrence | null | undefined) {
  if (occurrence === null || occurrence === undefined) {
    return null;
  }
  const { recurrenceId, originalStart, start, end, startsAt, endsAt, exception } = occurrence;
  return { recurrenceId, originalStart, start, end, startsAt, endsAt, exception };
}
