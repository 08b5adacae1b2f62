/** Two versions of a list of attendees, laid together by address; an answer that came at the provider stays (semantics C8). */
import { attendeeKey } from './icalendar/event.ts';
import type { Attendee } from './model.ts';

/**
 * The current list with what the intended one changed of the base. Where both changed the same attendee differently, `attendees`
 * is added to `fields`, and then the answer is of no use.
 */
export function mergeAttendees(
  base: readonly Attendee[],
  intended: readonly Attendee[],
  current: readonly Attendee[],
  fields: string[],
): readonly Attendee[] {
  const before = byAddress(base);
  const wanted = byAddress(intended);
  const merged: Attendee[] = [];
  for (const attendee of current) {
    const after = mergeAttendee(before.get(attendeeKey(attendee)), wanted.get(attendeeKey(attendee)), attendee);
    if (after === 'collision') fields.push('attendees');
    else if (after !== null) merged.push(after);
  }
  const there = byAddress(current);
  for (const attendee of intended) {
    const address = attendeeKey(attendee);
    if (there.has(address)) continue;
    const was = before.get(address);
    if (was === undefined) merged.push(attendee);
    // Taken off by the other side: what we changed of them has nowhere to go.
    else if (!sameAttendee(was, attendee) || was.status !== attendee.status) fields.push('attendees');
  }
  return merged;
}

function byAddress(attendees: readonly Attendee[]): ReadonlyMap<string, Attendee> {
  return new Map(attendees.map((attendee) => [attendeeKey(attendee), attendee]));
}

function sameAttendee(a: Attendee, b: Attendee): boolean {
  return a.name === b.name && a.optional === b.optional && a.resource === b.resource;
}

/** One who is on the provider's list now; null when we take them off. */
function mergeAttendee(
  base: Attendee | undefined,
  intended: Attendee | undefined,
  current: Attendee,
): Attendee | 'collision' | null {
  if (intended === undefined) {
    if (base === undefined) return current;
    return sameAttendee(base, current) ? null : 'collision';
  }
  // Invited by both sides: an invitation of one present updates the name, and keeps the answer (semantics C8).
  if (base === undefined) return { ...intended, uri: current.uri, status: current.status };
  const ours = !sameAttendee(base, intended);
  const theirs = !sameAttendee(base, current);
  if (ours && theirs && !sameAttendee(intended, current)) return 'collision';
  const answered = base.status !== intended.status;
  if (answered && base.status !== current.status && intended.status !== current.status) return 'collision';
  return { ...(ours ? intended : current), uri: current.uri, status: answered ? intended.status : current.status };
}
