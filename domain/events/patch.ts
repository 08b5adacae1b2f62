/** An input laid over an event as it stands: absent keeps, null clears, `[]` empties (semantics C7, C8). */
import { RefusedInput, type UserError } from '../errors.ts';
import type { ZoneData } from '../time/zone-data.ts';
import { type ContentContext, normaliseContent } from './content.ts';
import { Clock } from './icalendar/clock.ts';
import { attendeeKey } from './icalendar/event.ts';
import { defaultLimits } from './icalendar/limits.ts';
import { parseProperty } from './icalendar/property.ts';
import { normaliseRules, RuleProblem, ruleProperties } from './icalendar/rules.ts';
import type { AttendeesInput, ConferencingInput, EventInput, EventTimeInput } from './input.ts';
import type {
  Attendee,
  EventAttachment,
  EventConferencing,
  EventContent,
  EventPerson,
  EventTime,
  ZoneName,
} from './model.ts';
import { ErrorList, inputLimits, validateInput } from './validate.ts';

export interface PatchContext {
  readonly zones: ZoneData;
  /** Shows a timed event that names no zone; null when the calendar has none: then the event is in UTC. */
  readonly calendarZone: ZoneName | null;
  /** The calendar's owner: organizer of what invites somebody first, and never removed. */
  readonly owner: EventPerson | null;
  /** Further addresses of the owner, lower case. */
  readonly ownerAddresses: readonly string[];
  /** The calendar's reminders for a new event. */
  readonly defaultReminders: readonly { readonly minutes: number }[];
  /** Of a managed event's input: checked with the rest. */
  readonly key?: string;
  readonly followingKey?: string | null;
  /** upsertEvent's remindersOnCreateOnly. */
  readonly remindersOnCreateOnly?: boolean;
  /** A single occurrence is patched: it has no rules of its own. */
  readonly occurrence?: boolean;
}

/**
 * The content after an input; `content` is null when the event is created, and then absent fields take their defaults.
 *
 * `location` is replaced as a whole: coordinates of the old place beside the name of the new one would mislead.
 * `attendees: null` removes everybody but the owner and the organizer.
 *
 * @throws RefusedInput with every error at once, paths into `input`.
 */
export function applyPatch(content: EventContent | null, input: EventInput, context: PatchContext): EventContent {
  const list = new ErrorList();
  list.errors.push(
    ...validateInput(input, {
      zones: context.zones,
      ...(context.key === undefined ? {} : { key: context.key }),
      ...(context.followingKey === undefined ? {} : { followingKey: context.followingKey }),
    }),
  );
  if (content === null) {
    for (const name of ['summary', 'start', 'end'] as const) {
      if (input[name] === undefined)
        list.add([name], 'REQUIRED', `expected ${name === 'end' ? 'an' : 'a'} ${name} for a new event, came none`);
    }
  }
  const wrong = (name: string) => list.errors.some(({ path }) => path[0] === name);
  const recurring =
    input.recurrence === undefined ? (content?.rules.length ?? 0) > 0 : (input.recurrence?.length ?? 0) > 0;
  if (context.occurrence === true && input.recurrence !== undefined) {
    list.add(['recurrence'], 'INVALID', 'expected rules for the whole series only, came some for one occurrence');
  }
  const start = wrong('start') ? null : timeAfter(content?.start ?? null, input.start, context);
  const end = wrong('end') ? null : timeAfter(content?.end ?? null, input.end, context);
  if (recurring && context.occurrence !== true) checkSeriesZone(list, content, input);
  if (start !== null && end !== null) checkSpan(list, start, end, context, input);
  const rules = start === null || wrong('recurrence') ? [] : rulesAfter(list, content, input, start, context);
  const attendees = wrong('attendees')
    ? []
    : attendeesAfter(list, content?.attendees ?? [], content?.organizer ?? null, input.attendees, context);
  const attachments = attachmentsAfter(list, content?.attachments, input.attachmentIds);
  if (list.errors.length > 0 || start === null || end === null) throw new RefusedInput(list.errors);

  const keeps = <Value>(given: Value | null | undefined, had: Value | undefined, cleared: Value): Value =>
    given === undefined ? (had ?? cleared) : (given ?? cleared);
  const timesChanged = input.start !== undefined || input.end !== undefined;
  const remindersApply = content === null || context.remindersOnCreateOnly !== true;
  const freshReminders = content === null ? context.defaultReminders : [];
  const organizer = content?.organizer ?? (attendees.length > 0 ? context.owner : null);
  const normal: ContentContext = context;
  return normaliseContent(
    {
      summary: keeps(input.summary, content?.summary ?? undefined, null),
      description: keeps<string | null>(input.description, content?.description, null),
      start,
      end,
      nominalDays: timesChanged ? null : (content?.nominalDays ?? null),
      status: keeps(input.status, content?.status, 'CONFIRMED'),
      // A managed day that nobody said is busy is a note, not an absence (semantics A2).
      busyStatus: keeps(input.busyStatus, content?.busyStatus, start.kind === 'date' ? 'FREE' : 'BUSY'),
      visibility: keeps(input.visibility, content?.visibility, 'DEFAULT'),
      location:
        input.location === undefined
          ? (content?.location ?? null)
          : input.location === null
            ? null
            : {
                description: input.location.description ?? null,
                latitude: input.location.latitude ?? null,
                longitude: input.location.longitude ?? null,
              },
      url: keeps<string | null>(input.url, content?.url, null),
      conferencing: conferencingAfter(content?.conferencing ?? null, input.conferencing),
      ...(attachments === undefined ? {} : { attachments }),
      color: keeps<string | null>(input.color, content?.color, null),
      categories: keeps(input.categories, content?.categories, []),
      organizer,
      attendees,
      reminders: remindersApply
        ? input.reminders === undefined
          ? (content?.reminders ?? freshReminders)
          : (input.reminders ?? [])
        : content.reminders,
      rules,
    },
    normal,
  );
}

/** `generate: NONE` takes away what there is, as null does. */
function conferencingAfter(
  had: EventConferencing | null,
  given: ConferencingInput | null | undefined,
): EventConferencing | null {
  if (given === undefined) return had;
  const explicit = given?.explicit ?? null;
  if (explicit === null) return null;
  const { joinUrl, providerName = null } = explicit;
  // Numbers cannot be given: those of the same conference stay.
  const dialIn = had?.joinUrl === joinUrl ? had.dialIn : undefined;
  return { joinUrl, providerName, ...(dialIn === undefined ? {} : { dialIn }) };
}

/** The list that the ids name: a file can be left out or put elsewhere, and no new one can be named. */
function attachmentsAfter(
  list: ErrorList,
  had: readonly EventAttachment[] | undefined,
  given: readonly string[] | null | undefined,
): readonly EventAttachment[] | undefined {
  if (given === undefined) return had;
  const after = new Map<string, EventAttachment>();
  for (const [at, id] of (given ?? []).entries()) {
    const attachment = had?.find((one) => one.id === id);
    const path = ['attachmentIds', at];
    if (attachment === undefined)
      list.add(path, 'NOT_FOUND', 'expected the id of an attachment that the event has, came another');
    else if (after.has(id)) list.add(path, 'DUPLICATE', 'expected every attachment once, came one again');
    else after.set(id, attachment);
  }
  return [...after.values()];
}

/** A start or end after an input; null where there is none. The input is valid. */
export function timeAfter(
  had: EventTime | null,
  given: EventTimeInput | null | undefined,
  context: Pick<PatchContext, 'zones' | 'calendarZone'>,
): EventTime | null {
  if (given?.date != null) return { kind: 'date', date: given.date };
  if (given?.timed == null) return had;
  const instant = given.timed.dateTime;
  const named = given.timed.timeZone ?? null;
  const zone = named === null ? context.calendarZone : context.zones.canonical(named);
  if (zone === null) return { kind: 'utc', instant };
  return { kind: 'zoned', local: context.zones.localAt(instant, zone), zone, instant };
}

/** A series keeps its wall clock, so somebody must say whose (semantics A6). */
function checkSeriesZone(list: ErrorList, content: EventContent | null, input: EventInput): void {
  const given = input.start;
  const missing =
    given == null
      ? content !== null && content.start.kind === 'utc' && input.recurrence !== undefined
      : given.timed != null && given.timed.timeZone == null;
  if (missing) {
    list.add(['start', 'timed', 'timeZone'], 'REQUIRED', 'expected a time zone for a recurring event, came none');
  }
}

function checkSpan(list: ErrorList, start: EventTime, end: EventTime, context: PatchContext, input: EventInput): void {
  const path = input.end == null && input.start != null ? ['start'] : ['end'];
  if ((start.kind === 'date') !== (end.kind === 'date')) {
    const kind = (time: EventTime) => (time.kind === 'date' ? 'a day' : 'a time');
    list.add(path, 'INVALID', `expected start and end of one kind, came ${kind(start)} and ${kind(end)}`);
  } else if (start.kind === 'date' && end.kind === 'date') {
    if (end.date <= start.date) {
      list.add(
        path,
        'INVALID',
        `expected an end day after ${start.date} (it is not part of the event), came ${end.date}`,
      );
    }
  } else {
    const clock = clockOf(context);
    if (clock.instant(end) < clock.instant(start)) {
      list.add(
        path,
        'INVALID',
        `expected an end at or after the start, came ${isoOf(end, clock)} before ${isoOf(start, clock)}`,
      );
    }
  }
}

function clockOf(context: PatchContext): Clock {
  return new Clock({
    zones: context.zones,
    calendarZone: context.calendarZone,
    documentZone: null,
    definitions: [],
    maximumObservances: 0,
  });
}

function isoOf(time: EventTime, clock: Clock): string {
  return new Date(clock.instant(time)).toISOString().replace('.000', '');
}

function rulesAfter(
  list: ErrorList,
  content: EventContent | null,
  input: EventInput,
  start: EventTime,
  context: PatchContext,
): readonly string[] {
  const lines = input.recurrence === undefined ? (content?.rules ?? []) : (input.recurrence ?? []);
  if (lines.length === 0) return [];
  const clock = clockOf(context);
  const given = input.recurrence !== undefined;
  const unknown = new Set<string>();
  const use = { recurring: true, lastYear: 9999, substituted: (timeZone: string) => void unknown.add(timeZone) };
  for (const [at, line] of lines.entries()) {
    const property = parseProperty(line);
    const path = given ? ['recurrence', at] : ['start'];
    try {
      if (property === null) throw new RuleProblem('expected a line of RFC 5545, came another');
      normaliseRules([property], start, clock, use, defaultLimits.recurrenceDates);
    } catch (error) {
      if (!(error instanceof RuleProblem)) throw error;
      list.add(path, /at most/.test(error.message) ? 'LIMIT_EXCEEDED' : 'INVALID', error.message);
    }
    if (unknown.size > 0)
      list.add(path, 'INVALID', `expected an IANA time zone as TZID, came ${[...unknown].join(', ')}`);
    unknown.clear();
  }
  if (given) {
    if (!lines.some((line) => /^(?:RRULE|RDATE)[;:]/i.test(line))) {
      list.add(['recurrence'], 'INVALID', 'expected an RRULE or RDATE beside EXDATE, came none');
    }
    if (list.errors.length === 0) checkDates(list, lines);
  }
  return lines;
}

/** More dates than are read of a file would be lost on their way back from a provider. */
function checkDates(list: ErrorList, lines: readonly string[]): void {
  for (const name of ['RDATE', 'EXDATE']) {
    const dates = ruleProperties(lines).flatMap((line) => (line.name === name ? line.value.split(',') : []));
    if (dates.length > defaultLimits.recurrenceDates) {
      const came = dates.length.toLocaleString('en-US');
      list.add(['recurrence'], 'LIMIT_EXCEEDED', `expected at most 10,000 ${name} values, came ${came}`);
    }
  }
}

/** The attendees after a delta; matched by address without case (semantics C8). */
export function attendeesAfter(
  list: { errors: UserError[] } & Pick<ErrorList, 'add'>,
  had: readonly Attendee[],
  organizer: EventPerson | null,
  delta: AttendeesInput | null | undefined,
  context: Pick<PatchContext, 'owner' | 'ownerAddresses'>,
): readonly Attendee[] {
  if (delta === undefined) return had;
  const fixed = new Set(context.ownerAddresses);
  for (const person of [context.owner, organizer]) if (person?.email != null) fixed.add(person.email);
  if (delta === null) return had.filter((attendee) => attendee.email !== null && fixed.has(attendee.email));
  const removed = new Set<string>();
  for (const [at, email] of (delta.remove ?? []).entries()) {
    const address = email.toLowerCase();
    if (fixed.has(address)) {
      list.add(['attendees', 'remove', at], 'INVALID', `expected an invitee, came the organizer or owner ${address}`);
    }
    removed.add(address);
  }
  const after = new Map<string, Attendee>();
  for (const attendee of had) if (!removed.has(attendeeKey(attendee))) after.set(attendeeKey(attendee), attendee);
  const invited = delta.invite ?? [];
  for (const { email, name, optional, resource } of invited) {
    const address = email.toLowerCase();
    const present = after.get(address);
    after.set(address, {
      uri: present?.uri ?? `mailto:${email}`,
      email: address,
      name: name === undefined ? (present?.name ?? null) : name,
      status: present?.status ?? 'NEEDS_ACTION',
      optional: optional ?? present?.optional ?? false,
      resource: resource ?? present?.resource ?? false,
    });
  }
  if (after.size > inputLimits.attendees && invited.length > 0) {
    list.add(['attendees', 'invite'], 'LIMIT_EXCEEDED', `expected at most 500 attendees in all, came ${after.size}`);
  }
  return [...after.values()];
}
