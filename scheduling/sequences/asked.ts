/** What several meetings in a row are asked, checked and with every default filled in; ids not looked up yet. */
import type { Gap } from '../../domain/availability/sequence.ts';
import type { Seconds, Spans } from '../../domain/availability/spans.ts';
import type { Asked, AskedGroup, AskedMember } from '../availability/asked.ts';

export interface AskedStep {
  readonly key: string;
  /** Steps are taken by rising ranks, those of the same rank in any order. */
  readonly rank: number;
  /** With the buffers that they need between two steps. */
  readonly members: readonly AskedMember[];
  /** The same members with those that they need before, where the step is the first of all, and after, where it is the last. */
  readonly outer: readonly AskedMember[];
  /** Places in `members`. */
  readonly groups: readonly AskedGroup[];
  readonly duration: Seconds;
  readonly periods: Spans;
  readonly interval: Seconds;
  readonly before: Gap;
  readonly after: Gap;
}

export interface AskedSequence
  extends Pick<Asked, 'excludedEventIds' | 'notice' | 'maxStaleness' | 'distribution' | 'maximum'> {
  readonly steps: readonly AskedStep[];
  readonly timeZone: string;
}
