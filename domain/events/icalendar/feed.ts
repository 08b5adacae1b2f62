/** A calendar as a feed that other programs subscribe to (RFC 5545, RFC 7986): its header, its zones, its events. Pure. */
import { recurrenceTime } from '../../time/event-time.ts';
import type { ZoneData } from '../../time/zone-data.ts';
import type { EventConferencing, EventContent, EventException, EventTime, Instant, ZoneName } from '../model.ts';
import { Clock } from './clock.ts';
import { nearestColorName } from './colors.ts';
import { escapeText, fold, formatProperty } from './property.ts';
import { basicInstant } from './values.ts';
import { applyContent, type Draft, recurrenceIdLine, timeProperty } from './write-event.ts';

export interface FeedCalendar {
  readonly name: string;
  /** `#RRGGBB`. */
  readonly color: string | null;
  /** Where its floating times are read. */
  readonly timeZone: ZoneName;
}

/** One event as a feed shows it. */
export interface FeedEvent {
  readonly uid: string;
  readonly sequence: number;
  /** When its last change was taken in: DTSTAMP, which without METHOD is the last revision (RFC 5545 §3.8.7.2). */
  readonly modifiedAt: Instant;
  readonly master: EventContent | null;
  readonly exceptions: readonly (EventException & { readonly modifiedAt: Instant })[];
}

/** How often subscribers are asked to look, as a duration. */
const refresh = 'PT1H';

/**
 * Everything before the first component. Without METHOD: PUBLISH would need an ORGANIZER in every event (RFC 5546 §3.2.1).
 */
export function feedHeader(calendar: FeedCalendar): string {
  const name = escapeText(calendar.name);
  const color = calendar.color === null ? null : nearestColorName(calendar.color);
  const lines = [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//Meridian//Meridian//EN',
    'CALSCALE:GREGORIAN',
    `NAME:${name}`,
    `X-WR-CALNAME:${name}`,
    `X-WR-TIMEZONE:${calendar.timeZone}`,
    ...(color === null ? [] : [`COLOR:${color}`]),
    `REFRESH-INTERVAL;VALUE=DURATION:${refresh}`,
    `X-PUBLISHED-TTL:${refresh}`,
  ];
  return lines.map(fold).join('');
}

const day = 86_400_000;

export const feedEnd = 'END:VCALENDAR\r\n';

/**
 * An event's VEVENTs. Who is invited, who invites, when somebody is reminded, which files it has and by which telephone numbers
 * it is joined are its owner's business and are left out, and so is all that this service does not understand. Occurrences that were cancelled are EXDATEs; an event that was
 * cancelled as a whole stays, with STATUS:CANCELLED.
 */
export function feedEvents(event: FeedEvent, calendarZone: ZoneName, zones: ZoneData): string {
  const clock = new Clock({ zones, calendarZone, documentZone: null, definitions: [], maximumObservances: 0 });
  const { master } = event;
  const isSeries = master !== null && master.rules.length > 0;
  const excluded: EventTime[] = [];
  let text = '';
  for (const { recurrenceId, content, modifiedAt } of event.exceptions) {
    const original = recurrenceTime(recurrenceId, master?.start ?? content.start, {
      zones,
      floatingZone: calendarZone,
    });
    if (original === null) continue;
    if (content.status === 'CANCELLED' && content.thisAndFuture !== true) {
      excluded.push(original);
      continue;
    }
    const id = recurrenceIdLine(original, content, zones);
    text += component(event, { ...content, rules: [] }, modifiedAt, [id], clock);
  }
  if (master === null) return text;
  const rules = isSeries ? [...master.rules, ...excluded.map((time) => exclusion(time, zones))] : master.rules;
  return component(event, { ...master, rules }, event.modifiedAt, [], clock) + text;
}

function exclusion(time: EventTime, zones: ZoneData): string {
  return formatProperty({ name: 'EXDATE', ...timeProperty(time, true, zones) });
}

/** Where only the instant counts, readers are not asked which of two hours is meant, or what a clock that never showed is. */
function plainTimes({ start, end }: EventContent, zones: ZoneData): { start: EventTime; end: EventTime } {
  return { start: plainTime(start, zones), end: plainTime(end, zones) };
}

function plainTime(time: EventTime, zones: ZoneData): EventTime {
  if (time.kind !== 'zoned') return time;
  const { zone, instant } = time;
  const local = zones.localAt(instant, zone);
  const turned = zones.offsetAt(instant - day, zone) - zones.offsetAt(instant + day, zone);
  const twice =
    turned > 0 &&
    [instant - turned * 1000, instant + turned * 1000].some((other) => zones.localAt(other, zone) === local);
  return twice ? { kind: 'utc', instant } : { kind: 'zoned', local, zone, instant };
}

function component(
  event: FeedEvent,
  content: EventContent,
  modifiedAt: Instant,
  more: readonly string[],
  clock: Clock,
): string {
  const draft: Draft = {
    lines: [
      `UID:${escapeText(event.uid)}`,
      `DTSTAMP:${basicInstant(modifiedAt)}`,
      `LAST-MODIFIED:${basicInstant(modifiedAt)}`,
      `SEQUENCE:${event.sequence}`,
      ...more,
    ],
    parts: [],
  };
  const times = content.rules.length > 0 ? {} : plainTimes(content, clock.zones);
  // A file's address may be all that it takes to read it, and a number's PIN all that it takes to lead a conference.
  const { attachments: _files, conferencing, ...others } = content;
  const joined = conferencing == null ? {} : { conferencing: withoutNumbers(conferencing) };
  const shown = { ...others, ...joined, ...times, organizer: null, attendees: [], reminders: [] };
  applyContent(draft, null, shown, null, clock);
  return `BEGIN:VEVENT\r\n${draft.lines.map(fold).join('')}END:VEVENT\r\n`;
}

function withoutNumbers({ joinUrl, providerName }: EventConferencing): EventConferencing {
  return { joinUrl, providerName };
}
