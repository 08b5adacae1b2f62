/** deleteEvent, deleteManagedEvent, deleteManagedEvents. Deleting what is gone already succeeds. */

import { calendarsOfAccounts, findCalendars } from '../../../datasources/store/calendars.ts';
import { findEventByUid, findEvents, findManagedEvent, lockEvent } from '../../../datasources/store/events.ts';
import type { CalendarRecord } from '../../../datasources/store/records.ts';
import { tenantOf } from '../../../datasources/store/store.ts';
import type { Actor } from '../../../domain/actor.ts';
import { RefusedInput, type UserError, type Warning } from '../../../domain/errors.ts';
import type { EventContent } from '../../../domain/events/model.ts';
import { withoutOccurrence } from '../../../domain/events/occurrence-edit.ts';
import { grantRefusal } from '../../../domain/grants.ts';
import type {
  DeleteEventInput,
  DeleteManagedEventInput,
  DeleteManagedEventsInput,
  WriteControl,
} from '../../../schema/generated.ts';
import { cutOf, deleteFollowing } from './following.ts';
import { foreignOrganizer, quietLosses } from './intend.ts';
import { foreignKeyErrors } from './managed-key.ts';
import { markerOf } from './marker.ts';
import { calendarOf, calendarRefusal, knownCalendar, movedByUser, notFound } from './refusals.ts';
import { stageRemoval, stageWrite } from './stage.ts';
import { exceptionLimit, exceptionsOf, findTarget } from './target.ts';
import { nextObject } from './upsert.ts';
import { checkVersion } from './version.ts';
import type { Decided, Spent, WriterDependencies, WriteStep } from './writer.ts';

/** Events a transaction, at most. */
const pageSize = 200;

/** deleteEvent: an event, a series, or one occurrence of it. */
export async function deleteById(
  step: WriteStep,
  dependencies: WriterDependencies,
  input: DeleteEventInput,
): Promise<Decided> {
  const { tx, actor } = step;
  const target = await findTarget(step, input.id, dependencies.zones);
  const { record, calendar, occurrence } = target;
  const versionWanted = input.control?.ifVersion ?? null;
  if (versionWanted !== null) checkVersion(versionWanted, { record, exception: occurrence?.exception ?? null });
  const strict = versionWanted !== null;
  const cut = cutOf(target, input.scope);
  const warnings = removalLosses(occurrence?.content ?? record.content, calendar, input.control);
  if (cut !== null) {
    const staged = await deleteFollowing(step, dependencies, cut, strict);
    return decided(calendar, staged, { deletedId: input.id, warnings });
  }
  const one = occurrence !== null && (input.scope ?? 'THIS') === 'THIS';
  const before = { master: record.content, exceptions: exceptionsOf(record) };
  const zones = { zones: dependencies.zones, floatingZone: calendar.effectiveTimeZone };
  const left = one ? withoutOccurrence(before, occurrence.recurrenceId, zones) : null;
  // Of changed occurrences without their series nothing is left with the last of them.
  if (left === null || (left.master === null && left.exceptions.length === 0)) {
    const scheduling = input.control?.notifyAttendees === 'NONE' ? { quiet: true } : null;
    const staged = await stageRemoval(tx, dependencies, { actor, calendar, record, strict, scheduling });
    const untold = foreignOrganizer(record.content ?? occurrence?.content ?? null, calendar) !== null;
    return decided(calendar, staged, { deletedId: one ? input.id : record.id, warnings: untold ? [] : warnings });
  }
  const errors = exceptionLimit(left, ['id']);
  if (errors.length > 0) throw new RefusedInput(errors);
  const next = { uid: record.uid, marker: markerOf(record, calendar, actor, dependencies), ...left };
  const staged = await stageWrite(tx, dependencies, {
    actor,
    calendar,
    object: nextObject(record, next, dependencies.clock()),
    basis: { before: record, strict },
    ...(record.managed === null ? {} : { managed: { key: record.managed.key, generation: record.managed.generation } }),
  });
  return decided(calendar, staged, { deletedId: input.id, warnings });
}

/** deleteManagedEvent: the application's own event by its key. */
export async function deleteByKey(
  step: WriteStep,
  dependencies: WriterDependencies,
  input: DeleteManagedEventInput,
): Promise<Decided> {
  const { tx, tenant, actor } = step;
  const named = await knownCalendar(step, input.calendarId);
  if (named === null) throw new RefusedInput([notFound(['calendarId'], 'a calendar')]);
  const refusal = grantRefusal(actor, named.grantScopes, step.scope, ['calendarId']);
  if (refusal !== null) throw new RefusedInput([refusal]);
  const found = await findManagedEvent(tx, tenant, named.id, input.key);
  if (found === null) {
    const errors = foreignKeyErrors(await findEventByUid(tx, tenant, named.id, input.key), ['key']);
    if (errors.length > 0) throw new RefusedInput(errors);
  }
  const record = found === null ? null : await lockEvent(tx, tenant, found.id);
  const alive = record !== null && record.deletedAt === null;
  const versionWanted = input.control?.ifVersion ?? null;
  if (versionWanted !== null) checkVersion(versionWanted, alive ? { record, exception: null } : null);
  if (!alive) return decided(named, null, { deletedId: record?.id ?? null, warnings: [] });
  const calendar = await calendarOf(step, record.calendarId, ['calendarId']);
  const staged = await stageRemoval(tx, dependencies, { actor, calendar, record, strict: versionWanted !== null });
  const moved = record.managed?.boundIn?.calendarId === named.id;
  const losses = removalLosses(record.content, calendar, input.control);
  return decided(calendar, staged, { deletedId: record.id, warnings: moved ? [movedByUser, ...losses] : losses });
}

/** A removal is told to whoever is invited, and by who is invited to the organizer (semantics C12). */
function removalLosses(
  content: EventContent | null,
  calendar: CalendarRecord,
  control: WriteControl | null | undefined,
): readonly Warning[] {
  return content === null || content.attendees.length === 0 ? [] : quietLosses(calendar, control?.notifyAttendees);
}

function decided(
  calendar: CalendarRecord,
  staged: { readonly eventId: string; readonly operationId: string | null; readonly pending: boolean } | null,
  outcome: { readonly deletedId: string | null; readonly warnings: readonly Warning[] },
): Decided {
  return {
    accountId: calendar.accountId,
    eventId: staged?.eventId ?? null,
    recurrenceId: null,
    operationId: staged?.operationId ?? null,
    pending: staged?.pending ?? false,
    created: null,
    splitOffId: null,
    ...outcome,
  };
}

/** deleteManagedEvents: in transactions of bounded size; interrupted, the same call goes on where it ended. */
export async function deleteAllManaged(
  dependencies: WriterDependencies,
  actor: Actor,
  input: DeleteManagedEventsInput,
  counter: Spent,
): Promise<{ readonly deleted: number; readonly userErrors: readonly UserError[] }> {
  const { store } = dependencies;
  const tenant = tenantOf(actor);
  const about = { actor, scope: 'delete_event' } as const;
  let calendars: readonly CalendarRecord[];
  try {
    calendars = await store.withApplication(tenant, async (tx) => {
      if (input.allOfAccountId != null) return wholeAccount(about, await calendarsOfAccounts(tx, tenant, [input.allOfAccountId]));
      return chosen(about, input.calendarIds ?? [], await findCalendars(tx, tenant, input.calendarIds ?? []));
    }, counter); // biome-ignore format: one call
  } catch (error) {
    if (error instanceof RefusedInput) return { deleted: 0, userErrors: error.errors };
    throw error;
  }
  let deleted = 0;
  for (const calendar of calendars) {
    for (;;) {
      const page = await store.withApplication(
        tenant,
        (tx) => deletePage({ tx, tenant, ...about }, dependencies, calendar),
        counter,
      );
      deleted += page;
      if (page > 0) dependencies.wake(calendar.accountId);
      if (page < pageSize) break;
    }
  }
  return { deleted, userErrors: [] };
}

type About = Pick<WriteStep, 'actor' | 'scope'>;

function wholeAccount({ actor, scope }: About, calendars: readonly CalendarRecord[]): readonly CalendarRecord[] {
  const [first] = calendars;
  if (first === undefined) throw new RefusedInput([notFound(['allOfAccountId'], 'an account')]);
  const refusal = grantRefusal(actor, first.grantScopes, scope, ['allOfAccountId']);
  if (refusal !== null) throw new RefusedInput([refusal]);
  return calendars.filter((calendar) => !calendar.deleted && !calendar.readOnly);
}

function chosen(about: About, ids: readonly string[], found: readonly CalendarRecord[]): readonly CalendarRecord[] {
  if (ids.length === 0) {
    throw new RefusedInput([
      { path: ['calendarIds'], code: 'REQUIRED', message: 'Expected at least one calendar, got none' },
    ]);
  }
  const errors = ids.flatMap((id, index): UserError[] => {
    const calendar = found.find((candidate) => candidate.id === id);
    if (calendar === undefined) return [notFound(['calendarIds', `${index}`], 'a calendar')];
    const refusal = calendarRefusal(about, calendar, ['calendarIds', `${index}`]);
    return refusal === null ? [] : [refusal];
  });
  if (new Set(found.map((calendar) => calendar.accountId)).size > 1) {
    errors.push({
      path: ['calendarIds'],
      code: 'INVALID',
      message: 'Expected calendars of one account, got several accounts',
    });
  }
  if (errors.length > 0) throw new RefusedInput(errors);
  return found;
}

async function deletePage(
  { tx, tenant, actor }: WriteStep,
  dependencies: WriterDependencies,
  calendar: CalendarRecord,
): Promise<number> {
  const rows = await tx
    .selectFrom('managed_event')
    .innerJoin('event', 'event.id', 'managed_event.event_id')
    .select('event.id')
    .where('managed_event.application_id', '=', actor.applicationId)
    .where('event.calendar_id', '=', calendar.id)
    .where('event.deleted_at', 'is', null)
    .orderBy('event.id')
    .limit(pageSize)
    .forUpdate('event')
    .execute();
  const records = await findEvents(tx, tenant, rows.map((row) => row.id)); // biome-ignore format: one call
  for (const record of records) await stageRemoval(tx, dependencies, { actor, calendar, record });
  return records.length;
}
