/** iCalendar documents into calendars, as EXTERNAL events (semantics C11). The same document twice changes nothing. */

import type { Readable } from 'node:stream';
import { sql } from 'kysely';
import type { IcalendarParser } from '../../datasources/parsing/parser.ts';
import { type CalendarChunk, splitCalendar } from '../../datasources/parsing/split-calendar.ts';
import { findCalendars } from '../../datasources/store/calendars.ts';
import { appendChanges } from '../../datasources/store/change-log.ts';
import type { IncomingObject } from '../../datasources/store/event-merge.ts';
import { storeObjects } from '../../datasources/store/event-rows.ts';
import type { CalendarRecord } from '../../datasources/store/records.ts';
import { type Store, type Tenant, type Tx, tenantOf } from '../../datasources/store/store.ts';
import type { Actor } from '../../domain/actor.ts';
import { RequestError, type UserError } from '../../domain/errors.ts';
import { sameContent } from '../../domain/events/content.ts';
import { warningNote } from '../../domain/events/icalendar/read.ts';
import type { CalendarObject, Instant } from '../../domain/events/model.ts';
import { grantRefusal, mayOn } from '../../domain/grants.ts';
import type { IdSource } from '../../domain/identity.ts';
import type { ZoneData } from '../../domain/time/zone-data.ts';
import { stageWrite } from '../outbound/events/stage.ts';
import { withoutPoison } from '../poison.ts';

/** Bytes: the mutation's limit; larger documents are streamed to `POST /import/{calendarId}`. */
export const mutationLimit = 4 * 1024 * 1024;
/** Objects a transaction, at most. */
const pageSize = 500;
/** Refusals named in an answer, at most; the rest is counted. */
const namedSkips = 1_000;

export interface ImportDependencies {
  readonly store: Store;
  readonly zones: ZoneData;
  readonly ids: IdSource;
  readonly clock: () => Instant;
  readonly parser: IcalendarParser;
  wake(accountId: string): void;
}

export interface ImportAnswer {
  readonly created: number;
  readonly updated: number;
  readonly unchanged: number;
  readonly skipped: readonly { readonly uid: string | null; readonly reason: string }[];
  readonly userErrors: readonly UserError[];
}

export interface Imports {
  /** At most 4 MiB; all or nothing refused at the door, each component answering for itself behind it. */
  importText(actor: Actor, calendarId: string, ics: string): Promise<ImportAnswer>;
  /** Any size that the caller lets through; memory stays bounded. `onProgress` after each page. */
  importStream(
    actor: Actor,
    calendarId: string,
    stream: Readable,
    onProgress?: (soFar: Omit<ImportAnswer, 'userErrors'>) => void,
  ): Promise<ImportAnswer>;
}

interface Tally {
  created: number;
  updated: number;
  unchanged: number;
  skipped: { uid: string | null; reason: string }[];
}

export function imports(dependencies: ImportDependencies): Imports {
  return {
    async importText(actor, calendarId, ics) {
      const bytes = Buffer.byteLength(ics);
      if (bytes > mutationLimit) {
        return refused(
          'ics',
          'TOO_LONG',
          `Expected at most ${mutationLimit} bytes, got ${bytes}: send it to POST /import/${calendarId}`,
        );
      }
      return importChunks(dependencies, actor, calendarId, [ics]);
    },
    importStream: (actor, calendarId, stream, onProgress) =>
      importChunks(dependencies, actor, calendarId, splitCalendar(stream), onProgress),
  };
}

/**
 * The chunk with U+FFFD in place of what no text of the database can hold, U+0000 and halves of surrogate pairs (RFC 5545
 * §3.1 has neither): as many characters as before, so that lines keep their numbers.
 */
function storable(chunk: CalendarChunk | string): CalendarChunk | string {
  const clean = (text: string) => text.toWellFormed().replaceAll('\0', '\uFFFD');
  return typeof chunk === 'string' ? clean(chunk) : { ...chunk, text: clean(chunk.text) };
}

async function importChunks(
  dependencies: ImportDependencies,
  actor: Actor,
  calendarId: string,
  chunks: AsyncIterable<CalendarChunk> | Iterable<string>,
  onProgress?: (soFar: Tally) => void,
): Promise<ImportAnswer> {
  const { store, parser } = dependencies;
  const tenant = tenantOf(actor);
  const [calendar] = await store.withApplication(tenant, (tx) => findCalendars(tx, tenant, [calendarId]));
  const refusal = mayImport(actor, calendar);
  if (refusal !== null || calendar === undefined)
    return refusal ?? refused('calendarId', 'NOT_FOUND', 'No such calendar');

  const tally: Tally = { created: 0, updated: 0, unchanged: 0, skipped: [] };
  const told = new Set<string>();
  let found = false;
  for await (const chunk of chunks) {
    const document = await parser.read(storable(chunk), { calendarZone: calendar.effectiveTimeZone });
    found ||= document.objects.length > 0 || document.skipped.length > 0 || document.isCalendar;
    for (const skip of document.skipped)
      name(tally, skip.uid, skip.line === null ? skip.reason : `line ${skip.line}: ${skip.reason}`);
    for (const warning of document.warnings) {
      // What is wrong with a time zone is said of the first event in it.
      const note = warningNote(warning);
      if (!told.has(note)) name(tally, warning.uid, `line ${warning.line}: ${note}`);
      told.add(note);
    }
    await withoutPoison(store, document.objects, {
      atOnce: pageSize,
      async store(page) {
        const made: Tally = { created: 0, updated: 0, unchanged: 0, skipped: [] };
        await importPage(dependencies, { actor, tenant, calendar }, page, document.raws, made);
        add(tally, made);
        onProgress?.(tally);
      },
      leftOut: ({ uid }, reason) => name(tally, uid, reason),
      isFatal: (error) => error instanceof RequestError,
    });
  }
  if (!found) return refused('ics', 'INVALID', 'Expected an iCalendar document (BEGIN:VCALENDAR), got something else');
  return { ...tally, userErrors: [] };
}

function mayImport(actor: Actor, calendar: CalendarRecord | undefined): ImportAnswer | null {
  if (calendar === undefined || calendar.deleted)
    return refused('calendarId', 'NOT_FOUND', 'Expected a calendar that this credential may see, got an unknown id');
  const refusal = grantRefusal(actor, calendar.grantScopes, 'create_event', ['calendarId']);
  if (refusal !== null) return refused('calendarId', refusal.code, refusal.message);
  if (calendar.readOnly) return refused('calendarId', 'READ_ONLY', 'The calendar cannot be written to');
  if (calendar.permission !== 'UNRESTRICTED') {
    return refused(
      'calendarId',
      'FORBIDDEN',
      'Importing makes external events: the calendar needs UNRESTRICTED permission',
    );
  }
  return null;
}

function refused(field: string, code: UserError['code'], message: string): ImportAnswer {
  return { created: 0, updated: 0, unchanged: 0, skipped: [], userErrors: [{ path: [field], code, message }] };
}

/** What was committed counts. */
function add(tally: Tally, made: Tally): void {
  tally.created += made.created;
  tally.updated += made.updated;
  tally.unchanged += made.unchanged;
  for (const { uid, reason } of made.skipped) name(tally, uid, reason);
}

function name(tally: Tally, uid: string | null, reason: string): void {
  if (tally.skipped.length < namedSkips) tally.skipped.push({ uid, reason });
}

async function importPage(
  dependencies: ImportDependencies,
  place: { readonly actor: Actor; readonly tenant: Tenant; readonly calendar: CalendarRecord },
  page: readonly CalendarObject[],
  raws: ReadonlyMap<string, string>,
  tally: Tally,
): Promise<void> {
  const { store, clock, zones, ids, wake } = dependencies;
  const { actor, tenant, calendar } = place;
  const local = calendar.provider === 'MERIDIAN';
  await store.withApplication(tenant, async (tx) => {
    const { wanted, known } = await newerOnes(tx, calendar, zones, page, tally);
    if (wanted.length === 0) return;
    if (!local) {
      const taken = calendar.schedules ? await uidsElsewhere(tx, calendar, wanted) : new Map<string, string>();
      const mayList = mayOn(actor, calendar.grantScopes, ['list_calendars']);
      for (const object of wanted) {
        const elsewhere = taken.get(object.uid);
        if (elsewhere !== undefined) {
          const where = mayList ? `the calendar ${JSON.stringify(elsewhere)}` : 'another calendar';
          name(tally, object.uid, `the uid is in use in ${where} of the same user`);
          continue;
        }
        // What is there already has the provider's own text.
        const raw = known.has(object.uid) || object.marker !== null ? null : (raws.get(object.uid) ?? null);
        await importToProvider(tx, dependencies, place, { object, raw }, tally);
      }
      return;
    }
    const incoming = wanted.map(
      (object): IncomingObject => ({
        object: { ...object, marker: null },
        provider: { remoteId: null, etag: null, raw: raws.get(object.uid) ?? null },
      }),
    );
    const target = {
      id: calendar.id,
      accountId: calendar.accountId,
      profileId: calendar.profileId,
      timeZone: calendar.effectiveTimeZone,
    };
    const outcome = await storeObjects(tx, target, incoming, { now: clock(), zones, ids, whilePending: 'replace' });
    for (const fate of outcome.fates.values()) if (fate !== 'deferred') tally[fate]++;
    const { profileId, id: calendarId } = calendar;
    await appendChanges(
      tx,
      calendar.accountId,
      outcome.changes.map((change) => ({ ...change, profileId, calendarId })),
      { madeBy: actor.applicationId },
    );
  });
  wake(calendar.accountId);
}

/** Leaves out what is older than the row, or shows the same, and what this application manages under its own key. */
async function newerOnes(
  tx: Tx,
  calendar: CalendarRecord,
  zones: ZoneData,
  page: readonly CalendarObject[],
  tally: Tally,
): Promise<{ wanted: CalendarObject[]; known: ReadonlySet<string> }> {
  const context = { zones, calendarZone: calendar.effectiveTimeZone };
  const rows = await tx
    .selectFrom('event')
    .leftJoin('managed_event', 'managed_event.event_id', 'event.id')
    .select([
      'event.uid',
      'event.sequence',
      'event.stamped_at',
      'event.content',
      'event.exceptions',
      'managed_event.key',
    ])
    .where('event.calendar_id', '=', calendar.id)
    .where('event.deleted_at', 'is', null)
    .where('event.uid', '=', sql<string>`any(${sql.val(page.map((object) => object.uid))}::text[])`)
    .execute();
  const known = new Map(rows.map((row) => [row.uid, row]));
  const wanted = page.filter((object) => {
    const row = known.get(object.uid);
    if (row === undefined) return true;
    if (row.key !== null) {
      name(tally, object.uid, "expected an external event, got the uid of one of this application's managed events");
      return false;
    }
    const older =
      object.sequence < row.sequence ||
      (object.sequence === row.sequence && (object.stampedAt ?? 0) < (row.stamped_at?.getTime() ?? 0));
    const alive = row.exceptions.filter((exception) => exception.deletedAt === null);
    const same =
      sameContent(row.content, object.master, context) &&
      alive.length === object.exceptions.length &&
      object.exceptions.every((exception) =>
        alive.some(
          (other) =>
            other.recurrenceId === exception.recurrenceId && sameContent(other.content, exception.content, context),
        ),
      );
    if (older || same) tally.unchanged++;
    return !older && !same;
  });
  return { wanted, known: new Set(known.keys()) };
}

/** uid → the other calendar of the same login that has it: a server that schedules takes no second one (RFC 6638 §3.2.4.1). */
async function uidsElsewhere(
  tx: Tx,
  calendar: CalendarRecord,
  objects: readonly CalendarObject[],
): Promise<ReadonlyMap<string, string>> {
  const rows = await tx
    .selectFrom('event')
    .innerJoin('calendar', 'calendar.id', 'event.calendar_id')
    .select(['event.uid', 'calendar.name'])
    .where('event.profile_id', '=', calendar.profileId)
    .where('event.calendar_id', '<>', calendar.id)
    .where('event.deleted_at', 'is', null)
    .where('calendar.deleted_at', 'is', null)
    .where('event.uid', '=', sql<string>`any(${sql.val(objects.map(({ uid }) => uid))}::text[])`)
    .execute();
  return new Map(rows.map(({ uid, name }) => [uid, name]));
}

/** A server that schedules by itself is asked to leave everybody in the document alone, for good (semantics C11). */
async function importToProvider(
  tx: Tx,
  dependencies: ImportDependencies,
  place: { readonly actor: Actor; readonly tenant: Tenant; readonly calendar: CalendarRecord },
  { object, raw }: { readonly object: CalendarObject; readonly raw: string | null },
  tally: Tally,
): Promise<void> {
  const contents = [object.master, ...object.exceptions.map((exception) => exception.content)];
  const people = contents.some(
    (content) => content !== null && (content.organizer !== null || content.attendees.length > 0),
  );
  const staged = await stageWrite(tx, dependencies, {
    ...place,
    object: { ...object, marker: null },
    raw,
    scheduling: place.calendar.schedules && people ? { agent: 'NONE' } : null,
  });
  tally[staged.created ? 'created' : 'updated']++;
}
