/** updateEvent: an event, or occurrences of a series, changed by id. */
import type { Actor } from '../../../domain/actor.ts';
import { RefusedInput, type UserError } from '../../../domain/errors.ts';
import type { CalendarObject } from '../../../domain/events/model.ts';
import { shiftSeries, shiftTime, wallClockDelta, withException } from '../../../domain/events/occurrence-edit.ts';
import type { UpdateEventInput } from '../../../schema/generated.ts';
import { type IntendContext, intend } from './intend.ts';
import { markerOf } from './marker.ts';
import { unsupported } from './refusals.ts';
import { stageWrite } from './stage.ts';
import { findTarget, type WriteTarget } from './target.ts';
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

  const errors: UserError[] = unsupported(input, calendar);
  if (input.metadata !== undefined && record.managed === null) {
    const message = "Metadata is kept with the application's own events only, this one is external";
    errors.push({ path: ['metadata'], code: 'WRONG_EVENT_KIND', message });
  }
  const following = input.scope === 'THIS_AND_FOLLOWING' && occurrence !== null && !occurrence.first;
  if (following) {
    const message = 'THIS_AND_FOLLOWING is not there yet: change THIS occurrence or ALL of them';
    errors.push({ path: ['scope'], code: 'NOT_SUPPORTED', message });
  }
  if (errors.length > 0) throw new RefusedInput(errors);

  const one = occurrence !== null && (input.scope ?? 'THIS') === 'THIS';
  const object = one ? changeOne(target, actor, dependencies, input) : changeAll(target, actor, dependencies, input);
  const staged = await stageWrite(tx, dependencies, {
    actor,
    calendar,
    object: object.object,
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
    warnings: object.warnings,
  };
}

interface Changed {
  readonly object: CalendarObject;
  readonly warnings: Decided['warnings'];
}

/** One occurrence gets a content of its own. */
function changeOne(
  target: WriteTarget,
  actor: Actor,
  dependencies: WriterDependencies,
  input: UpdateEventInput,
): Changed {
  const { record, calendar, occurrence } = target;
  if (occurrence === null) throw new Error('an occurrence was expected');
  const intended = intend(occurrence.content, input, { ...context(target, dependencies, input), occurrence: true });
  if (intended.content === null) throw new RefusedInput(intended.errors);
  const whole = nextObject(
    record,
    { uid: record.uid, marker: markerOf(record, calendar, actor, dependencies), master: record.content },
    dependencies.clock(),
  );
  const edited = withException(whole, occurrence.recurrenceId, intended.content);
  const object = nextObject(
    record,
    { uid: record.uid, marker: whole.marker, master: record.content, exceptions: edited.exceptions },
    dependencies.clock(),
  );
  return { object, warnings: intended.warnings };
}

/** The whole event or series. A start given through an occurrence moves the series by as much as it moves the occurrence. */
function changeAll(
  target: WriteTarget,
  actor: Actor,
  dependencies: WriterDependencies,
  input: UpdateEventInput,
): Changed {
  const { record, calendar, occurrence } = target;
  const before = record.content;
  if (before === null)
    throw new RefusedInput([
      {
        path: ['scope'],
        code: 'INVALID',
        message: 'The series itself is not known: only this occurrence can be changed',
      },
    ]);
  const base =
    occurrence === null ? before : { ...before, start: occurrence.content.start, end: occurrence.content.end };
  const intended = intend(base, input, context(target, dependencies, input));
  if (intended.content === null) throw new RefusedInput(intended.errors);
  let master = intended.content;
  const delta = wallClockDelta(base.start, master.start);
  if (occurrence !== null) {
    if (delta === null) {
      const message = "Expected a start of the series' own kind and zone; change its kind by the id of the series";
      throw new RefusedInput([{ path: ['start'], code: 'INVALID', message }]);
    }
    const ends = wallClockDelta(base.end, master.end) ?? delta;
    const { zones } = dependencies;
    master = { ...master, start: shiftTime(before.start, delta, zones), end: shiftTime(before.end, ends, zones) };
  }
  const marker = markerOf(record, calendar, actor, dependencies);
  const kept = record.exceptions.filter((exception) => exception.deletedAt === null);
  const moves =
    delta !== null && (('days' in delta && delta.days !== 0) || ('seconds' in delta && delta.seconds !== 0));
  const exceptions =
    master.rules.length === 0 ? [] : kept.map(({ recurrenceId, content }) => ({ recurrenceId, content }));
  const unmoved: CalendarObject = {
    ...nextObject(record, { uid: record.uid, marker, master, exceptions }, dependencies.clock()),
  };
  const rulesGiven = input.recurrence !== undefined;
  if (!moves || delta === null) return { object: unmoved, warnings: intended.warnings };
  const shifted = shiftSeries({ ...unmoved, master: rulesGiven ? { ...master, rules: [] } : master }, delta);
  const next = {
    uid: record.uid,
    marker,
    master: rulesGiven ? master : shifted.master,
    exceptions: shifted.exceptions,
  };
  return { object: nextObject(record, next, dependencies.clock()), warnings: intended.warnings };
}

function context(target: WriteTarget, { zones }: WriterDependencies, input: UpdateEventInput): IntendContext {
  return {
    calendar: target.calendar,
    zones,
    followingKey: input.followingKey ?? null,
    notifyAttendees: input.control?.notifyAttendees ?? null,
  };
}
