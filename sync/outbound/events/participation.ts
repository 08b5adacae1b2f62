/** setParticipationStatus: the calendar owner's answer to an invitation (semantics C10). */
import type { CalendarRecord } from '../../../datasources/store/records.ts';
import type { Tx } from '../../../datasources/store/store.ts';
import { organizes, withAnswer } from '../../../domain/busy/participation.ts';
import { RefusedInput, type UserError, type Warning } from '../../../domain/errors.ts';
import type { EventContent, EventException, ParticipationStatus } from '../../../domain/events/model.ts';
import { withException } from '../../../domain/events/occurrence-edit.ts';
import { sameValue } from '../../../domain/events/same-value.ts';
import type { ZoneData } from '../../../domain/time/zone-data.ts';
import type { SetParticipationStatusInput } from '../../../schema/generated.ts';
import { quietLosses } from './intend.ts';
import { externalRefusal } from './refusals.ts';
import { scheduledAt } from './scheduling.ts';
import { stageWrite } from './stage.ts';
import { exceptionLimit, exceptionsOf, findTarget, type WriteTarget } from './target.ts';
import { checkVersion } from './version.ts';
import type { Decided, WriterDependencies, WriteStep } from './writer.ts';

const answers: readonly ParticipationStatus[] = ['ACCEPTED', 'DECLINED', 'TENTATIVE'];
const longestComment = 1_024;

/**
 * Answers for whom the calendar belongs to, never for the login. The scope THIS gives the occurrence a content of its own in which
 * nothing but the answer differs from its series; ALL answers the series and each of its changed occurrences. A server that
 * schedules tells the organizer; where nobody would, the answer is refused.
 */
export async function answerInvitation(
  step: WriteStep,
  dependencies: WriterDependencies,
  input: SetParticipationStatusInput,
): Promise<Decided> {
  const { actor, tx } = step;
  const errors = inputErrors(input);
  const target = await findTarget(step, input.id, dependencies.zones).catch((error: unknown) => {
    if (error instanceof RefusedInput) throw new RefusedInput([...error.errors, ...errors]);
    throw error;
  });
  const { record, calendar, occurrence } = target;
  const versionWanted = input.control?.ifVersion ?? null;
  if (versionWanted !== null) checkVersion(versionWanted, { record, exception: occurrence?.exception ?? null });
  const content = occurrence?.content ?? record.content;
  const refusal = content === null ? null : participationRefusal(content, calendar);
  if (refusal !== null) errors.push(refusal);
  if (input.scope === 'THIS_AND_FOLLOWING' && occurrence !== null && !occurrence.first) {
    const message =
      'An answer is for THIS occurrence or for ALL of them: only the organizer can cut the series of an invitation in two';
    errors.push({ path: ['scope'], code: 'NOT_SUPPORTED', message });
  }
  if (errors.length > 0) throw new RefusedInput(errors);

  const one = occurrence !== null && (input.scope ?? 'THIS') === 'THIS';
  const answered = one ? answerOne(target, input.status, dependencies.zones) : answerAll(target, input.status);
  const limit = exceptionLimit(answered, ['id']);
  if (limit.length > 0) throw new RefusedInput(limit);
  const comment = commentOf(input);
  const staged = await stageWrite(tx, dependencies, {
    actor,
    calendar,
    object: {
      uid: record.uid,
      ...answered,
      // The organizer's alone to raise (RFC 5546 §2.1.4): a higher one would make the next invitation look old.
      sequence: record.sequence,
      stampedAt: Math.floor(dependencies.clock() / 1000) * 1000,
      createdAt: record.providerCreatedAt,
      updatedAt: Math.floor(dependencies.clock() / 1000) * 1000,
      marker: null,
    },
    basis: { before: record, strict: versionWanted !== null },
    scheduling: { answer: { comment, recurrenceId: one ? occurrence.recurrenceId : null } },
  });
  const notices = staged.pending
    ? [...(await untoldLosses(tx, staged.eventId)), ...quietLosses(calendar, input.control?.notifyAttendees)]
    : unsentLosses(comment);
  return {
    accountId: calendar.accountId,
    eventId: staged.eventId,
    recurrenceId: one ? occurrence.recurrenceId : null,
    operationId: staged.operationId,
    pending: staged.pending,
    created: false,
    deletedId: null,
    splitOffId: null,
    warnings: notices,
  };
}

/** Why the owner's answer to the event cannot be given; null when it can. */
export function participationRefusal(content: EventContent, calendar: CalendarRecord): UserError | null {
  const path = ['id'];
  if (!calendar.capabilities.attendees && !calendar.schedules) {
    const message = 'Nobody would tell the organizer: the calendar’s `capabilities.attendees` is false';
    return { path, code: 'NOT_SUPPORTED', message };
  }
  const refuse = (message: string): UserError => ({ path, code: 'READ_ONLY', message });
  if (content.organizer === null) return refuse('Expected an invitation, got an event without an organizer');
  if (organizes(content, calendar.ownerAddresses)) {
    return refuse("Expected an invitation, got an event that the calendar's owner organizes");
  }
  if (withAnswer(content, calendar.ownerAddresses, 'ACCEPTED') === null) {
    return refuse("Expected an invitation of the calendar's owner, who is not among the event's attendees");
  }
  if (!calendar.capabilities.attendees) {
    return refuse("The calendar is another's, and its server lets the login send nothing in their name");
  }
  return content.status === 'CANCELLED' ? refuse('The organizer cancelled the event') : null;
}

/** Whether `setParticipationStatus` may answer an event of this calendar. */
export function mayAnswer(content: EventContent, calendar: CalendarRecord): boolean {
  const writable = !calendar.deleted && !calendar.readOnly && externalRefusal(calendar, ['id']) === null;
  return writable && participationRefusal(content, calendar) === null;
}

function inputErrors(input: SetParticipationStatusInput): UserError[] {
  const errors: UserError[] = [];
  if (!answers.includes(input.status)) {
    const message = `Expected ACCEPTED, DECLINED or TENTATIVE, got ${input.status}`;
    errors.push({ path: ['status'], code: 'INVALID', message });
  }
  const length = [...(input.comment ?? '')].length;
  if (length > longestComment) {
    const message = `Expected at most ${longestComment.toLocaleString('en-US')} characters, got ${length.toLocaleString('en-US')}`;
    errors.push({ path: ['comment'], code: 'TOO_LONG', message });
  }
  return errors;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: what RFC 5545 §3.1 forbids in any value
const controls = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/g;

/** As texts of events are kept; null where nothing is said. */
function commentOf({ comment }: SetParticipationStatusInput): string | null {
  return (comment ?? '').toWellFormed().replace(/\r\n?/g, '\n').replace(controls, '').trim() || null;
}

interface Answered {
  readonly master: EventContent | null;
  readonly exceptions: readonly EventException[];
}

function answerOne(
  { record, calendar, occurrence }: WriteTarget,
  status: ParticipationStatus,
  zones: ZoneData,
): Answered {
  if (occurrence === null) throw new Error('an occurrence was expected');
  const before = { master: record.content, exceptions: exceptionsOf(record) };
  const content = withAnswer(occurrence.content, calendar.ownerAddresses, status) ?? occurrence.content;
  const unchanged = sameValue(content, occurrence.content);
  return unchanged
    ? before
    : withException(before, occurrence.recurrenceId, content, {
        zones,
        floatingZone: calendar.effectiveTimeZone,
      });
}

/** A cancelled occurrence has nothing to answer; one that the owner was taken out of neither. */
function answerAll({ record, calendar }: WriteTarget, status: ParticipationStatus): Answered {
  const after = (content: EventContent) =>
    content.status === 'CANCELLED' ? content : (withAnswer(content, calendar.ownerAddresses, status) ?? content);
  return {
    master: record.content === null ? null : after(record.content),
    exceptions: exceptionsOf(record).map(({ recurrenceId, content }) => ({ recurrenceId, content: after(content) })),
  };
}

/** An imported invitation is nobody's message: its server answers nobody. */
async function untoldLosses(tx: Tx, eventId: string): Promise<Warning[]> {
  if ((await scheduledAt(tx, eventId)).organizer === 'SERVER') return [];
  const message = 'The organizer is not told: the event was imported, and its server leaves its people alone';
  return [{ path: ['status'], code: 'FIELD_IGNORED', message }];
}

function unsentLosses(comment: string | null): Warning[] {
  if (comment === null) return [];
  const message = 'The invitation has this answer already: nothing is sent, and the comment with it';
  return [{ path: ['comment'], code: 'FIELD_IGNORED', message }];
}
