/** The one function that decides what an event makes of its time (semantics E1). */
import type { BusyStatus, EventContent } from '../events/model.ts';
import { organizes, participationOf } from './participation.ts';

export interface EffectiveBusy {
  readonly busyStatus: BusyStatus;
  /** An invitation that the calendar's owner has not answered. */
  readonly unanswered: boolean;
}

/**
 * What counts, after the owner's answer and the event's own word. In the order of semantics E1: a cancelled event
 * takes no time; a declined one is FREE whatever it says of itself; FREE, WORKING_ELSEWHERE and OUT_OF_OFFICE stand;
 * an unanswered one keeps its own busy status; a tentative answer or event is TENTATIVE.
 *
 * @param ownerAddresses the addresses of the calendar's owner (never of the login), in any case, with or without
 *   `mailto:`.
 * @returns null when the event takes no time at all: it is cancelled.
 */
export function effectiveBusy(content: EventContent, ownerAddresses: readonly string[]): EffectiveBusy | null {
  if (content.status === 'CANCELLED') {
    return null;
  }
  const answer = participationOf(content, ownerAddresses);
  if (answer === 'DECLINED' || content.busyStatus === 'FREE') {
    return { busyStatus: 'FREE', unanswered: false };
  }
  const unanswered = answer === 'NEEDS_ACTION' && !organizes(content, ownerAddresses);
  if (content.busyStatus !== 'BUSY' || unanswered) {
    return { busyStatus: content.busyStatus, unanswered };
  }
  const tentative = answer === 'TENTATIVE' || content.status === 'TENTATIVE';
  return { busyStatus: tentative ? 'TENTATIVE' : 'BUSY', unanswered: false };
}
