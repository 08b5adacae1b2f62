/** Which stretch of time is read when something is: a little more than was asked, so that the next question finds it known. */
import type { Seconds } from '../../domain/availability/spans.ts';
import type { MembersQuestion } from './members.ts';

/** [from, to), whole seconds. */
export interface Window {
  readonly from: Seconds;
  readonly to: Seconds;
}

const day = 86_400;
/** Windows begin and end at whole multiples: one that slides with the clock stays the same for days. */
const step = 7 * day;
/** No window is widened beyond this; one that is asked may be as wide as it likes. */
const widest = 512 * day;
/** How far beside its event a booking may keep time free (semantics E5). */
const margin = day;
/** The week, in whatever zone, that an instant is in (semantics E8): it begins and ends less than this from it. */
const week = 8 * day;

/**
 * @param known what is known of the accounts already: where it does not cover what is asked, it is read again together with
 * what is missing.
 */
export function windowToRead(
  question: Pick<MembersQuestion, 'from' | 'to' | 'bookings'>,
  known: readonly Window[],
): { readonly asked: Window; readonly read: Window } {
  const around = question.bookings === true ? week : margin;
  const asked = { from: question.from - around, to: question.to + around };
  let read: Window = { from: Math.floor(asked.from / step) * step, to: Math.ceil(asked.to / step) * step };
  for (const { from, to } of known) {
    if (from <= asked.from && to >= asked.to) continue;
    const hull = { from: Math.min(read.from, from), to: Math.max(read.to, to) };
    if (hull.to - hull.from <= widest) read = hull;
  }
  return { asked, read };
}
