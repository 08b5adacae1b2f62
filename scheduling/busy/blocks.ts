/** Busy time as it is told under a grant of free/busy alone (semantics E2). */
import { type BusyTimes, blockKind } from '../../domain/availability/busy-times.ts';

const told = new WeakMap<BusyTimes, BusyTimes>();

/** Made once for each: what is not the application's own is BUSY where it was tentative or unanswered. */
export function blocksOf(busy: BusyTimes): BusyTimes {
  const known = told.get(busy);
  if (known !== undefined) return known;
  const kinds = busy.kinds.map(blockKind);
  const blocks: BusyTimes = { ...busy, kinds, present: kinds.reduce((present, kind) => present | (1 << kind), 0) };
  told.set(busy, blocks);
  return blocks;
}
