/** Whom several slots of one hold take, where taking the first who comes for one leaves nobody for another. */
import { LimitedPeriods } from '../../domain/availability/booking-limits.ts';
import { choosePeople } from '../../domain/availability/sequence-people.ts';
import type { ZoneData } from '../../domain/time/zone-data.ts';
import type { AskedRules } from '../availability/asked.ts';
import { type KnownMember, limitsOf } from '../availability/known-members.ts';
import type { SlotTimes } from './slot-question.ts';

/** A slot by itself, as if the others were not there. */
export interface SlotChoice extends Pick<AskedRules, 'groups'> {
  readonly slot: SlotTimes;
  readonly members: readonly KnownMember[];
  /** For each group who is free, as places in `members`, the preferred first. */
  readonly free: readonly (readonly number[])[];
}

/**
 * For each slot the places of those to take: the preferred of all who can be at every slot that takes them, with their buffers
 * between two and within their booking limits. Null where there are no such people.
 */
export function peopleForAll(slots: readonly SlotChoice[], zones: ZoneData): readonly ReadonlySet<number>[] | null {
  const meetings = slots.map(({ slot: { start, end }, groups, members, free }) => {
    const candidates = members.map(({ asked, account }, place) => ({
      place,
      who: asked.accountId,
      before: asked.before,
      after: asked.after,
      limits: limitsOf(asked, account).map((limit) => new LimitedPeriods(limit, account.bookings, zones)),
    }));
    const choices = groups.map(({ required }, group) => ({
      required,
      candidates: (free[group] ?? []).flatMap((place) => candidates[place] ?? []),
    }));
    return { start, end, choices };
  });
  const chosen = choosePeople(meetings);
  return chosen === null ? null : chosen.map((choices) => new Set(choices.flat().map(({ place }) => place)));
}
