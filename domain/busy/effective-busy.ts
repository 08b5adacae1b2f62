/** The one function that decides what an event makes of its time (semantics E1, invariant 4). */
import type { BusyStatus, EventContent, EventPerson, ParticipationStatus } from '../events/model.ts';

export interface EffectiveBusy {
  readonly busyStatus: BusyStatus;
  /** An invitation that the calendar's owner has not answered. */
  readonly unanswered: boolean;
}

/**
 * What counts, after the owner's answer and the event's own word. In the order of semantics E1: a cancelled event takes no time; a
 * declined one is FREE whatever it says of itself; FREE, WORKING_ELSEWHERE and OUT_OF_OFFICE stand; an unanswered one keeps its own
 * busy status; a tentative answer or event is TENTATIVE.
 *
 * @param ownerAddresses the addresses of the calendar's owner (never of the login), in any case, with or without `mailto:`.
 * @returns null when the event takes no time at all: it is cancelled.
 */
export function effectiveBusy(content: EventContent, ownerAddresses: readonly string[]): EffectiveBusy | null {
  if (content.status === 'CANCELLED') {
    return null;
  }
  const owner = addressKeys(ownerAddresses);
  const answer = answerOf(content, owner);
  if (answer === 'DECLINED' || content.busyStatus === 'FREE') {
    return { busyStatus: 'FREE', unanswered: false };
  }
  const unanswered = answer === 'NEEDS_ACTION' && !organizes(content, owner);
  if (content.busyStatus !== 'BUSY' || unanswered) {
    return { busyStatus: content.busyStatus, unanswered };
  }
  const tentative = answer === 'TENTATIVE' || content.status === 'TENTATIVE';
  return { busyStatus: tentative ? 'TENTATIVE' : 'BUSY', unanswered: false };
}

/**
 * The answer of the calendar's owner (semantics C10), as the event has it; null when the owner is not in the list: nobody asked.
 */
export function participationStatus(
  content: EventContent,
  ownerAddresses: readonly string[],
): ParticipationStatus | null {
  return answerOf(content, addressKeys(ownerAddresses));
}

function answerOf(content: EventContent, owner: ReadonlySet<string>): ParticipationStatus | null {
  return content.attendees.find((attendee) => isOwner(attendee, owner))?.status ?? null;
}

/** The organizer has answered by inviting. */
function organizes(content: EventContent, owner: ReadonlySet<string>): boolean {
  return content.organizer !== null && isOwner(content.organizer, owner);
}

function addressKeys(addresses: readonly string[]): Set<string> {
  return new Set(addresses.map(addressKey));
}

function isOwner(person: EventPerson, owner: ReadonlySet<string>): boolean {
  return owner.has(addressKey(person.uri)) || (person.email !== null && owner.has(addressKey(person.email)));
}

/** Addresses compare without case and without `mailto:`; principals and `urn:uuid:` as they are. */
function addressKey(address: string): string {
  return address
    .trim()
    .toLowerCase()
    .replace(/^mailto:/, '');
}
