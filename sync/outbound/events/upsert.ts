/** upsertEvent: the application's own event `key`, created or changed. */
import { findEventsByUid, findManagedEvent, lockEvent } from '../../../datasources/store/events.ts';
import type { CalendarRecord, EventRecord } from '../../../datasources/store/records.ts';
import { RefusedInput, type UserError, type Warning } from '../../../domain/errors.ts';
import { type ManagedIdentity, managedUid, managedUids, sealMarker } from '../../../domain/events/markers.ts';
import type { CalendarObject, EventContent } from '../../../domain/events/model.ts';
import { sameValue } from '../../../domain/events/same-value.ts';
import { triggersOf } from '../../../domain/events/triggers.ts';
import type { UpsertEventInput } from '../../../schema/generated.ts';
import { type IntendContext, type Intended, intend } from './intend.ts';
import { foreignKeyErrors, lockManagedKey } from './managed-key.ts';
import { identityOf, markerOf } from './marker.ts';
import { calendarOf, movedByUser, unsupported } from './refusals.ts';
import { editSeries } from './series.ts';
import { stageWrite } from './stage.ts';
import { exceptionsOf } from './target.ts';
import { checkVersion } from './version.ts';
import type { Decided, WriterDependencies, WriteStep } from './writer.ts';

export async function upsertByKey(
  step: WriteStep,
  dependencies: WriterDependencies,
  input: UpsertEventInput,
): Promise<Decided> {
  const { actor } = step;
  const named = await calendarOf(step, input.calendarId, ['calendarId']);
  await lockManagedKey(step, named, input.key);
  const before = await findOwn(step, dependencies, named, input.key);
  const alive = before !== null && before.deletedAt === null;
  // Where its user has moved it, it is changed; made anew it is where it was asked for (semantics C5, C6).
  const moved = alive && before.calendarId !== named.id;
  const calendar = moved ? await calendarOf(step, before.calendarId, ['calendarId']) : named;
  const versionWanted = input.control?.ifVersion ?? null;
  if (versionWanted !== null) checkVersion(versionWanted, alive ? { record: before, exception: null } : null);

  const errors: UserError[] = unsupported(input, calendar);
  const intended = laidOver(alive ? before : null, input, {
    calendar,
    zones: dependencies.zones,
    key: input.key,
    remindersOnCreateOnly: input.remindersOnCreateOnly ?? false,
    notifyAttendees: input.control?.notifyAttendees ?? null,
  });
  errors.push(...intended.errors);
  if (errors.length > 0 || intended.content === null) throw new RefusedInput(errors);

  const known = before === null ? 0 : (before.managed?.generation ?? 1);
  const generation = alive ? known : known + 1;
  const fresh = identityOf(actor.clientId, calendar, input.key, generation);
  const uid = alive ? before.uid : managedUid(fresh, dependencies.instanceName, dependencies.markers);
  const bound = alive && before.managed !== null;
  const marker = bound ? markerOf(before, calendar, actor, dependencies) : newMarker(fresh, calendar, dependencies);
  const { content: master, exceptions } = intended;
  const object = nextObject(alive ? before : null, { uid, marker, master, exceptions }, dependencies.clock());
  const staged = await stageWrite(step.tx, dependencies, {
    actor,
    calendar,
    object,
    basis: { before: alive ? before : null, strict: versionWanted !== null },
    managed: {
      key: input.key,
      generation,
      ...(input.metadata === undefined ? {} : { metadata: input.metadata ?? null }),
      ...(input.triggers === undefined ? {} : { triggers: triggersOf(input.triggers) }),
      ...(bound ? {} : { boundIn: calendar.id }),
    },
  });
  const warnings: Warning[] = [...intended.warnings];
  if (moved && before.managed?.boundIn?.calendarId === named.id) warnings.push(movedByUser);
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

/** The input over the event as it stands: a series that it moves takes its changed occurrences along (semantics B4). */
function laidOver(
  before: EventRecord | null,
  input: UpsertEventInput,
  context: IntendContext,
): Intended & Pick<CalendarObject, 'exceptions'> {
  if (before === null || before.content === null) return { ...intend(null, input, context), exceptions: [] };
  const series = { master: before.content, exceptions: exceptionsOf(before) };
  try {
    const { master, exceptions, warnings } = editSeries(series, before.content, input, context);
    return { content: master, exceptions, errors: [], warnings };
  } catch (error) {
    if (!(error instanceof RefusedInput)) throw error;
    return { content: null, exceptions: [], errors: error.errors, warnings: [] };
  }
}

/**
 * The event of the key, locked, a tombstone too. Where no key is bound, an event of the uid that the key makes is ours all the same:
 * a client had stripped its marker when the database was lost (semantics C2).
 */
async function findOwn(
  step: WriteStep,
  dependencies: WriterDependencies,
  calendar: CalendarRecord,
  key: string,
): Promise<EventRecord | null> {
  const { tx, tenant, actor } = step;
  const found = await findManagedEvent(tx, tenant, calendar.id, key);
  if (found !== null) return lockEvent(tx, tenant, found.id);
  const identity = identityOf(actor.clientId, calendar, key, 1);
  const uids = managedUids(identity, dependencies.instanceName, dependencies.markers);
  const copies = await findEventsByUid(tx, tenant, calendar.id, [key, ...uids]);
  const errors = foreignKeyErrors(copies.find((copy) => copy.uid === key) ?? null, ['key']);
  if (errors.length > 0) throw new RefusedInput(errors);
  const own = copies.find((copy) => uids.includes(copy.uid) && copy.managed === null);
  return own === undefined ? null : lockEvent(tx, tenant, own.id);
}

/** Null where Meridian itself keeps the calendar and knows. */
function newMarker(
  identity: ManagedIdentity,
  calendar: CalendarRecord,
  { markers }: WriterDependencies,
): string | null {
  return calendar.provider === 'MERIDIAN' ? null : sealMarker(identity, markers);
}

/** Ours was the deletion when our own write did it; the user's also where nothing was ever written (a database that was lost). */
async function wasDeletedByUser({ tx }: WriteStep, record: EventRecord): Promise<boolean> {
  const last = await tx
    .selectFrom('operation')
    .select(['kind', 'status'])
    .where('event_id', '=', record.id)
    .orderBy('ordinal', 'desc')
    .limit(1)
    .executeTakeFirst();
  return last?.kind !== 'DELETE' || last.status === 'FAILED';
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
    before !== null && (isMoved(before.content, next.master) || !sameValue(kept.map(timesOf), exceptions.map(timesOf)));
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
  return !sameValue(relevant(before), relevant(after));
}

function timesOf({ recurrenceId, content }: { readonly recurrenceId: string; readonly content: EventContent }) {
  return [recurrenceId, content.start, content.end, content.location];
}
