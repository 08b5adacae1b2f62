/** THIS_AND_FOLLOWING (semantics B4): a series is cut in two, or cut off. */
import { randomUUID } from 'node:crypto';
import { findEventByUid, findManagedEvent, lockEvent } from '../../../datasources/store/events.ts';
import type { CalendarRecord } from '../../../datasources/store/records.ts';
import { RefusedInput, type UserError, type Warning } from '../../../domain/errors.ts';
import { normaliseContent } from '../../../domain/events/content.ts';
import { withUid } from '../../../domain/events/icalendar/rename.ts';
import { managedUid, sealMarker } from '../../../domain/events/markers.ts';
import type { EventContent } from '../../../domain/events/model.ts';
import { endedBefore, goingOnFrom, type SeriesParts } from '../../../domain/events/split-series.ts';
import { inputLimits } from '../../../domain/events/validate.ts';
import type { UpdateEventInput } from '../../../schema/generated.ts';
import type { IntendContext } from './intend.ts';
import { foreignKeyErrors, lockManagedKey } from './managed-key.ts';
import { identityOf, markerOf } from './marker.ts';
import { schedulingKept } from './scheduling.ts';
import { type EditedSeries, editSeries } from './series.ts';
import { type ManagedBinding, type StagedWrite, stageWrite } from './stage.ts';
import { exceptionsOf, type WriteTarget } from './target.ts';
import { nextObject } from './upsert.ts';
import type { Decided, WriterDependencies, WriteStep } from './writer.ts';

/** A target whose series is known, and an occurrence of it behind the first. */
interface Cut {
  readonly target: WriteTarget;
  readonly parts: SeriesParts;
  readonly recurrenceId: string;
}

/** The occurrence from which on a scope reaches; null where it reaches the whole series, or one occurrence alone. */
export function cutOf(target: WriteTarget, scope: UpdateEventInput['scope']): Cut | null {
  const { record, occurrence } = target;
  if (scope !== 'THIS_AND_FOLLOWING' || occurrence === null || occurrence.first || record.content === null) return null;
  const parts = { master: record.content, exceptions: exceptionsOf(record) };
  return { target, parts, recurrenceId: occurrence.recurrenceId };
}

/** An identity for the series that goes on. */
interface NewSeries {
  readonly uid: string;
  readonly marker: string | null;
  readonly managed?: ManagedBinding;
}

/**
 * Cuts the series in two: the old one ends just before the occurrence, a new one with a uid of its own goes on from there as the
 * input says. Two writes in one transaction: the new series first, and the old one cut off only when that is at its provider,
 * so that no crash between them loses an occurrence; should the new one be refused, the old one stays whole.
 */
export async function updateFollowing(
  step: WriteStep,
  dependencies: WriterDependencies,
  { target, parts, recurrenceId }: Cut,
  input: UpdateEventInput,
  context: IntendContext,
): Promise<Decided> {
  const { tx, actor } = step;
  const { record, calendar } = target;
  const zones = { zones: dependencies.zones, floatingZone: calendar.effectiveTimeZone };
  const errors = organizerErrors(parts.master, calendar);
  const next = goingOnFrom(parts, recurrenceId, zones);
  if (next === null) {
    const message =
      'Expected an occurrence from which on the rules say the rest, got one that an RDATE added, or one too far from the start: change THIS occurrence or ALL of them';
    errors.push({ path: ['scope'], code: 'NOT_SUPPORTED', message });
  }
  const series = await identify(step, dependencies, target, recurrenceId, input, errors);
  let edited: EditedSeries | null = null;
  try {
    if (next !== null) edited = editSeries(next, next.master, input, context, recurrenceId);
  } catch (error) {
    if (!(error instanceof RefusedInput)) throw error;
    errors.push(...error.errors);
  }
  if (errors.length > 0 || edited === null || series === null) throw new RefusedInput(errors);

  const { managed, ...identity } = series;
  const begun = nextObject(null, { ...identity, ...unanswered(edited, calendar) }, dependencies.clock());
  const made = await stageWrite(tx, dependencies, {
    actor,
    calendar,
    object: { ...begun, relatedTo: record.uid },
    scheduling: await schedulingKept(tx, record.id),
    raw: await textBegun(step, target, identity.uid),
    ...(managed === undefined ? {} : { managed }),
    // What the old series waits for, the new one is made upon as well.
    order: { afterOperation: record.pendingOperation },
  });
  const staged = await cutOff(
    step,
    dependencies,
    { target, parts, recurrenceId },
    input.control?.ifVersion != null,
    made,
  );
  return {
    accountId: calendar.accountId,
    eventId: record.id,
    recurrenceId: null,
    operationId: staged.operationId,
    pending: staged.pending,
    created: false,
    deletedId: null,
    splitOffId: made.eventId,
    warnings: [...edited.warnings, ...participationReset(edited.master, calendar)],
  };
}

/** Ends the series just before the occurrence, and nothing goes on from there. */
export async function deleteFollowing(
  step: WriteStep,
  dependencies: WriterDependencies,
  cut: Cut,
  strict: boolean,
): Promise<StagedWrite> {
  const errors = organizerErrors(cut.parts.master, cut.target.calendar);
  if (errors.length > 0) throw new RefusedInput(errors);
  return cutOff(step, dependencies, cut, strict, null);
}

function cutOff(
  { tx, actor }: WriteStep,
  dependencies: WriterDependencies,
  { target, parts, recurrenceId }: Cut,
  strict: boolean,
  made: StagedWrite | null,
): Promise<StagedWrite> {
  const { record, calendar } = target;
  const zones = { zones: dependencies.zones, floatingZone: calendar.effectiveTimeZone };
  const { master, exceptions } = endedBefore(parts, recurrenceId, zones);
  const next = {
    uid: record.uid,
    marker: markerOf(record, calendar, actor, dependencies),
    master: normaliseContent(master, { zones: dependencies.zones, calendarZone: calendar.effectiveTimeZone }),
    exceptions,
  };
  return stageWrite(tx, dependencies, {
    actor,
    calendar,
    object: nextObject(record, next, dependencies.clock()),
    basis: { before: record, strict },
    ...(made === null ? {} : { order: { afterOperation: made.operationId, splitOffId: made.eventId } }),
  });
}

/** The new series' uid, and its key where it is the application's own; null when that was refused. */
async function identify(
  step: WriteStep,
  dependencies: WriterDependencies,
  { record, calendar }: WriteTarget,
  recurrenceId: string,
  input: UpdateEventInput,
  errors: UserError[],
): Promise<NewSeries | null> {
  const { tx, tenant, actor } = step;
  // Upper case, as Apple's servers want it (semantics F1).
  if (record.managed === null) return { uid: randomUUID().toUpperCase(), marker: null };
  const path = ['followingKey'];
  const key = input.followingKey ?? `${record.managed.key}+${recurrenceId}`;
  if ([...key].length > inputLimits.key) {
    // One that was given is refused with the rest of the input.
    const message = `Expected a key for the series that goes on, got none: ${JSON.stringify('<key>+<start>')} would be longer than 1,024 characters`;
    if (input.followingKey == null) errors.push({ path, code: 'REQUIRED', message });
    return null;
  }
  await lockManagedKey(step, calendar, key);
  const found = await findManagedEvent(tx, tenant, calendar.id, key);
  const before = found === null ? null : await lockEvent(tx, tenant, found.id);
  if (before !== null && before.deletedAt === null) {
    const message = 'Expected a key that no event of the calendar has, got one that is used already';
    errors.push({ path, code: 'DUPLICATE', message });
    return null;
  }
  if (before === null) errors.push(...foreignKeyErrors(await findEventByUid(tx, tenant, calendar.id, key), path));
  const generation = (before?.managed?.generation ?? 0) + 1;
  const identity = identityOf(actor.clientId, calendar, key, generation);
  const metadata = input.metadata === undefined ? record.managed.metadata : (input.metadata ?? null);
  return {
    uid: managedUid(identity, dependencies.instanceName, dependencies.markers),
    marker: calendar.provider === 'MERIDIAN' ? null : sealMarker(identity, dependencies.markers),
    managed: { key, generation, metadata, triggers: record.managed.triggers },
  };
}

/** What nobody here knows of the old series (a conference, attachments) is in the new one too. */
async function textBegun({ tx }: WriteStep, { record, calendar }: WriteTarget, uid: string): Promise<string | null> {
  if (calendar.provider === 'MERIDIAN') return null;
  const row = await tx.selectFrom('event').select('raw').where('id', '=', record.id).executeTakeFirst();
  return row?.raw == null ? null : withUid(row.raw, record.uid, uid);
}

/** A series that somebody else organizes is theirs to cut (semantics C9): here it would last until their next REQUEST. */
function organizerErrors({ organizer }: EventContent, calendar: CalendarRecord): UserError[] {
  if (organizer === null || organizer.email === null || calendar.ownerAddresses.length === 0) return [];
  if (calendar.provider === 'MERIDIAN' || calendar.ownerAddresses.includes(organizer.email)) return [];
  const message = `The event's organizer is ${organizer.email}: only they can end its series`;
  return [{ path: ['scope'], code: 'READ_ONLY', message }];
}

function isOwner(email: string | null, content: EventContent, calendar: CalendarRecord): boolean {
  return email !== null && (calendar.ownerAddresses.includes(email) || email === content.organizer?.email);
}

/** Nobody but the owner has answered the new series yet. */
function unanswered({ master, exceptions }: EditedSeries, calendar: CalendarRecord): SeriesParts {
  const fresh = (content: EventContent): EventContent => ({
    ...content,
    attendees: content.attendees.map((one) =>
      isOwner(one.email, content, calendar) ? one : { ...one, status: 'NEEDS_ACTION' },
    ),
  });
  return {
    master: fresh(master),
    exceptions: exceptions.map(({ recurrenceId, content }) => ({ recurrenceId, content: fresh(content) })),
  };
}

function participationReset(master: EventContent, calendar: CalendarRecord): Warning[] {
  if (master.attendees.every(({ email }) => isOwner(email, master, calendar))) return [];
  const message = 'The following occurrences are a new series: whoever is invited has to answer it again';
  return [{ path: ['scope'], code: 'PARTICIPATION_RESET', message }];
}
