/** Who the calendar's owner is in an event (semantics C10). Addresses compare without case and without `mailto:`. */
import type { EventContent, EventPerson, ParticipationStatus } from '../events/model.ts';

/**
 * The answer of the calendar's owner, as the event has it; null when the owner is not in the list: nobody asked.
 *
 * @param ownerAddresses the addresses of the calendar's owner (never of the login), in any case, with or without
 *   `mailto:`.
 */
export function participationOf(content: EventContent, ownerAddresses: readonly string[]): ParticipationStatus | null {
  const owner = addressKeys(ownerAddresses);
  return content.attendees.find((attendee) => isOwner(attendee, owner))?.status ?? null;
}

/** Whether the calendar's owner organizes the event: then the owner has answered by inviting. */
export function organizes(content: EventContent, ownerAddresses: readonly string[]): boolean {
  return content.organizer !== null && isOwner(content.organizer, addressKeys(ownerAddresses));
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

/** The event with its owner's answer, under each address that the owner is invited by; null when nobody invited the owner. */
export function withAnswer(
  content: EventContent,
  ownerAddresses: readonly string[],
  answer: ParticipationStatus,
): EventContent | null {
  const owner = addressKeys(ownerAddresses);
  if (!content.attendees.some((attendee) => isOwner(attendee, owner))) return null;
  const attendees = content.attendees.map((attendee) =>
    isOwner(attendee, owner) ? { ...attendee, status: answer } : attendee,
  );
  return { ...content, attendees };
}
