/** upsertEvent: the application's own event `key`, created or changed. */
import { sql } from 'kysely';
import { findCalendars } from '../../../datasources/store/calendars.ts';
import { findEventByUid, findManagedEvent, lockEvent } from '../../../datasources/store/events.ts';
import type { CalendarRecord, EventRecord } from '../../../datasources/store/records.ts';
import { RefusedInput, type UserError, type Warning } from '../../../domain/errors.ts';
import { managedUid, sealMarker } from '../../../domain/events/markers.ts';
import type { CalendarObject, EventContent } from '../../../domain/events/model.ts';
import type { UpsertEventInput } from '../../../schema/generated.ts';
import { intend } from './intend.ts';
import { identityOf } from './marker.ts';
import { calendarRefusal, notFound, unsupported } from './refusals.ts';
import { stageWrite } from './stage.ts';
import { checkVersion } from './version.ts';
import type { Decided, WriterDependencies, WriteStep } from './writer.ts';

export async function upsertByKey(
  step: WriteStep,
  dependencies: WriterDependencies,
  input: UpsertEventInput,
): Promise<Decided> {
  const { tx, tenant, actor } = step;
  const [calendar] = await findCalendars(tx, tenant, [input.calendarId]);
  if (calendar === undefined) throw new RefusedInput([notFound(['calendarId'], 'a calendar')]);
  const refusal = calendarRefusal(calendar, ['calendarId']);
  if (refusal !== null) throw new RefusedInput([refusal]);

  // Two at once with one key: the second waits, and changes what the first made.
  await sql`select pg_advisory_xact_lock(hashtextextended(${`${actor.applicationId} ${calendar.id} ${input.key}`}, 2))`.execute(
    tx,
  );
  const found = await findManagedEvent(tx, tenant, calendar.id, input.key);
  const before = found === null ? null : await lockEvent(tx, tenant, found.id);
  const alive = before !== null && before.deletedAt === null;
  if (before === null) await refuseForeignKey(step, calendar, input.key);
  const versionWanted = input.control?.ifVersion ?? null;
  if (versionWanted !== null) checkVersion(versionWanted, alive ? { record: before, exception: null } : null);

  const errors: UserError[] = unsupported(input, calendar);
  const intended = intend(alive ? before.content : null, input, {
    calendar,
    zones: dependencies.zones,
    key: input.key,
    remindersOnCreateOnly: input.remindersOnCreateOnly ?? false,
    notifyAttendees: input.control?.notifyAttendees ?? null,
  });
  errors.push(...intended.errors);
  if (errors.length > 0 || intended.content === null) throw new RefusedInput(errors);

  const generation =
    before === null ? 1 : alive ? (before.managed?.generation ?? 1) : (before.managed?.generation ?? 1) + 1;
  const identity = identityOf(actor.clientId, calendar, input.key, generation);
  const uid = alive ? before.uid : managedUid(identity, dependencies.instanceName, dependencies.markers);
  const marker = calendar.provider === 'MERIDIAN' ? null : sealMarker(identity, dependencies.markers);
  const object = nextObject(alive ? before : null, { uid, marker, master: intended.content }, dependencies.clock());
  const staged = await stageWrite(tx, dependencies, {
    actor,
    calendar,
    object,
    managed: {
      key: input.key,
      generation,
      ...(input.metadata === undefined ? {} : { metadata: input.metadata ?? null }),
    },
  });
  const warnings: Warning[] = [...intended.warnings];
  if (before !== null && !alive && (await wasDeletedByUser(step, before))) {
    warnings.push({ path: ['key'], code: 'RECREATED', message: 'The user had deleted the event; it was made anew' });
  }
  return {
    accountId: calendar.accountId,
    eventId: staged.eventId,
    recurrenceId: null,
    operationId: staged.operationId,
    pending: staged.pending,
    created: staged.created,
    deletedId: null,
    splitOffId: null,
    warnings,
  };
}

/** The key of a managed event is the application's own: a known uid there is a mistake (contract, WRONG_EVENT_KIND). */
async function refuseForeignKey({ tx, tenant }: WriteStep, calendar: CalendarRecord, key: string): Promise<void> {
  const external = await findEventByUid(tx, tenant, calendar.id, key);
  if (external === null || external.deletedAt !== null || external.managed !== null) return;
  const message =
    "Expected a key of the application's own, got the uid of an external event: change that with updateEvent";
  throw new RefusedInput([{ path: ['key'], code: 'WRONG_EVENT_KIND', message }]);
}

/** Ours was the deletion when our own operation did it. */
async function wasDeletedByUser({ tx }: WriteStep, record: EventRecord): Promise<boolean> {
  const last = await tx
    .selectFrom('operation')
    .select('kind')
    .where('event_id', '=', record.id)
    .orderBy('ordinal', 'desc')
    .limit(1)
    .executeTakeFirst();
  return last?.kind === 'PUT';
}

/** The object as it is to be: SEQUENCE rises only with time, rule or place (semantics C7). */
export function nextObject(
  before: EventRecord | null,
  next: {
    readonly uid: string;
    readonly marker: string | null;
    readonly master: EventContent | null;
    readonly exceptions?: CalendarObject['exceptions'];
  },
  now: number,
): CalendarObject {
  const kept = before?.exceptions.filter((exception) => exception.deletedAt === null) ?? [];
  const exceptions = next.exceptions ?? kept.map(({ recurrenceId, content }) => ({ recurrenceId, content }));
  const moved =
    before !== null &&
    (isMoved(before.content, next.master) ||
      JSON.stringify(kept.map(timesOf)) !== JSON.stringify(exceptions.map(timesOf)));
  return {
    uid: next.uid,
    master: next.master,
    exceptions,
    sequence: before === null ? 0 : before.sequence + (moved ? 1 : 0),
    stampedAt: Math.floor(now / 1000) * 1000,
    createdAt: before?.providerCreatedAt ?? (before === null ? Math.floor(now / 1000) * 1000 : null),
    updatedAt: Math.floor(now / 1000) * 1000,
    marker: next.marker,
  };
}

function isMoved(before: EventContent | null, after: EventContent | null): boolean {
  const relevant = (content: EventContent | null) =>
    content === null ? null : [content.start, content.end, content.rules, content.location];
  return JSON.stringify(relevant(before)) !== JSON.stringify(relevant(after));
}

function timesOf({ recurrenceId, content }: { readonly recurrenceId: string; readonly content: EventContent }) {
  return [recurrenceId, content.start, content.end, content.location];
}
