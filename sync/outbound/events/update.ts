/** updateEvent: an event, or occurrences of a series, changed by id. */
import { RefusedInput, type UserError, type Warning } from '../../../domain/errors.ts';
import { withException } from '../../../domain/events/occurrence-edit.ts';
import type { UpdateEventInput } from '../../../schema/generated.ts';
import { cutOf, updateFollowing } from './following.ts';
import { foreignOrganizer, type IntendContext, intend } from './intend.ts';
import { markerOf } from './marker.ts';
import { unsupported } from './refusals.ts';
import { editSeries } from './series.ts';
import { stageWrite } from './stage.ts';
import { exceptionLimit, exceptionsOf, findTarget, type WriteTarget } from './target.ts';
import { nextObject } from './upsert.ts';
import { checkVersion } from './version.ts';
import type { Decided, WriterDependencies, WriteStep } from './writer.ts';

export async function updateById(
  step: WriteStep,
  dependencies: WriterDependencies,
  input: UpdateEventInput,
): Promise<Decided> {
  const { actor, tx } = step;
  const target = await findTarget(step, input.id, dependencies.zones);
  const { record, calendar, occurrence } = target;
  const versionWanted = input.control?.ifVersion ?? null;
  if (versionWanted !== null) checkVersion(versionWanted, { record, exception: occurrence?.exception ?? null });
  const refused: UserError[] = [...unsupported(input, calendar), ...kindErrors(target, input)];
  const context: IntendContext = {
    calendar,
    zones: dependencies.zones,
    followingKey: input.followingKey ?? null,
    notifyAttendees: input.control?.notifyAttendees ?? null,
  };

  const cut = cutOf(target, input.scope);
  if (cut !== null) {
    if (refused.length > 0) throw new RefusedInput(refused);
    return updateFollowing(step, dependencies, cut, input, context);
  }
  const one = occurrence !== null && (input.scope ?? 'THIS') === 'THIS';
  const { warnings, ...changed } = withErrors(refused, () =>
    one ? changeOne(target, input, context) : changeAll(target, input, context),
  );
  const next = { uid: record.uid, marker: markerOf(record, calendar, actor, dependencies), ...changed };
  const object = nextObject(record, next, dependencies.clock());
  // SEQUENCE is the organizer's to raise: a higher one would make their next REQUEST look old (RFC 5546 §2.1.4).
  const invited = foreignOrganizer(record.content, calendar) !== null;
  const staged = await stageWrite(tx, dependencies, {
    actor,
    calendar,
    object: invited ? { ...object, sequence: record.sequence } : object,
    basis: { before: record, strict: versionWanted !== null },
    ...(record.managed === null
      ? {}
      : {
          managed: {
            key: record.managed.key,
            generation: record.managed.generation,
            ...(input.metadata === undefined ? {} : { metadata: input.metadata ?? null }),
          },
        }),
  });
  return {
    accountId: calendar.accountId,
    eventId: staged.eventId,
    recurrenceId: one ? occurrence.recurrenceId : null,
    operationId: staged.operationId,
    pending: staged.pending,
    created: false,
    deletedId: null,
    splitOffId: null,
    warnings,
  };
}

/** What only some kinds of events and scopes have. */
function kindErrors({ record }: WriteTarget, input: UpdateEventInput): UserError[] {
  const errors: UserError[] = [];
  const own = "the application's own events only, this one is external";
  if (input.metadata !== undefined && record.managed === null) {
    errors.push({ path: ['metadata'], code: 'WRONG_EVENT_KIND', message: `Metadata is kept with ${own}` });
  }
  if (input.followingKey == null) return errors;
  const path = ['followingKey'];
  if (record.managed === null) errors.push({ path, code: 'WRONG_EVENT_KIND', message: `Keys are for ${own}` });
  if (input.scope !== 'THIS_AND_FOLLOWING') {
    const message = `Expected a key for what goes on with the scope THIS_AND_FOLLOWING only, got one with ${input.scope ?? 'THIS'}`;
    errors.push({ path, code: 'INVALID', message });
  }
  return errors;
}

interface Changed {
  readonly master: WriteTarget['record']['content'];
  readonly exceptions: ReturnType<typeof exceptionsOf>;
  readonly warnings: readonly Warning[];
}

/** The input's other errors are told together with those that were found before. */
function withErrors(before: readonly UserError[], change: () => Changed): Changed {
  let changed: Changed;
  try {
    changed = change();
  } catch (error) {
    if (error instanceof RefusedInput) throw new RefusedInput([...before, ...error.errors]);
    throw error;
  }
  if (before.length > 0) throw new RefusedInput(before);
  return changed;
}

/** One occurrence gets a content of its own. */
function changeOne({ record, occurrence }: WriteTarget, input: UpdateEventInput, context: IntendContext): Changed {
  if (occurrence === null) throw new Error('an occurrence was expected');
  const { content, errors, warnings } = intend(occurrence.content, input, { ...context, occurrence: true });
  const before = { master: record.content, exceptions: exceptionsOf(record) };
  const zones = { zones: context.zones, floatingZone: context.calendar.effectiveTimeZone };
  const after = content === null ? before : withException(before, occurrence.recurrenceId, content, zones);
  const all = [...errors, ...exceptionLimit(after, ['id'])];
  if (all.length > 0) throw new RefusedInput(all);
  return { ...after, warnings };
}

/** The whole event or series. */
function changeAll({ record, occurrence }: WriteTarget, input: UpdateEventInput, context: IntendContext): Changed {
  const { content } = record;
  if (content === null) {
    const message = 'The series itself is not known: only this occurrence can be changed';
    throw new RefusedInput([{ path: ['scope'], code: 'INVALID', message }]);
  }
  const timed = input.start !== undefined || input.end !== undefined;
  const { exceptions, ...edited } = editSeries(
    { master: content, exceptions: exceptionsOf(record) },
    (timed ? occurrence?.place : null) ?? content,
    input,
    context,
    // The first occurrence and all after it: what is given holds for the first too, though it was moved by itself.
    input.scope === 'THIS_AND_FOLLOWING' ? (occurrence?.recurrenceId ?? null) : null,
  );
  return { ...edited, exceptions: [...exceptions] };
}
