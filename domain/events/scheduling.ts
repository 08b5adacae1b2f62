/** What a write asks of a server that invites, answers and cancels by itself (RFC 6638). */
import type { RecurrenceId } from './model.ts';

/** Beside the object that is written; kept with it for as long as it is tried. */
export interface SchedulingRequest {
  /**
   * `NONE`: the server tells nobody of the object, neither now nor when it is written again (RFC 6638 §7.1; imports,
   * semantics C11). Absent: the server's own rule.
   */
  readonly agent?: 'NONE';
  /** The write answers an invitation. */
  readonly answer?: {
    /** What the organizer is told with it (RFC 5546 §3.2.3); null takes back what an earlier answer said. */
    readonly comment: string | null;
    /** Of which occurrence; null: of the whole event. */
    readonly recurrenceId: RecurrenceId | null;
  };
  /** The removal of an invitation is not told to its organizer as a refusal (RFC 6638 §8.1). */
  readonly quiet?: boolean;
}
