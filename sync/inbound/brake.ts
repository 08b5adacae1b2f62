/** The mass-delete brake (semantics D8): a listing that deletes too much is not believed at once. Pure. */
import type { Instant } from '../../domain/events/model.ts';

/** So many deletions in one pull are believed at once. */
export const unquestioned = 20;

export type Verdict =
  /** Delete what is gone. */
  | 'believe'
  /** Delete nothing, and ask again later. */
  | 'doubt';

/**
 * Whether a pull's deletions are believed: at once when they are at most 20 events or at most half of the calendar and the
 * listing was not empty; otherwise once listings have said the same for `doubtTime` milliseconds.
 *
 * @param doubtedSince when the first of these listings came; null when the last one was plausible
 */
export function judgeDeletions(pull: {
  /** Live events before the pull. */
  readonly before: number;
  readonly deletions: number;
  /** A complete listing that named nothing. */
  readonly emptyListing: boolean;
  readonly doubtedSince: Instant | null;
  readonly doubtTime: number;
  readonly now: Instant;
}): { readonly verdict: Verdict; readonly suspicious: boolean } {
  const suspicious =
    pull.deletions > 0 &&
    ((pull.deletions > unquestioned && pull.deletions * 2 > pull.before) || (pull.emptyListing && pull.before > 0));
  if (!suspicious) return { verdict: 'believe', suspicious };
  const believed = pull.doubtedSince !== null && pull.now - pull.doubtedSince >= pull.doubtTime;
  return { verdict: believed ? 'believe' : 'doubt', suspicious };
}
