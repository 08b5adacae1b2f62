/** What confirming a hold works with: its copies, and what it answers. */
import type { Claim } from '../../datasources/store/confirmations.ts';
import type { HoldRecord } from '../../datasources/store/records.ts';
import type { Store } from '../../datasources/store/store.ts';
import type { StoredEventState } from '../../datasources/store/tables.ts';
import type { Actor } from '../../domain/actor.ts';
import type { UserError } from '../../domain/errors.ts';
import type { Instant } from '../../domain/events/model.ts';
import type { UpsertEventInput, WriteControl } from '../../schema/generated.ts';
import type { WriteAnswer } from '../../sync/outbound/events/answer.ts';
import type { EventWriter } from '../../sync/outbound/events/writer.ts';
import type { RefreshFailure } from '../availability/answer.ts';
import type { MemberSources } from '../availability/known-members.ts';
import type { HoldAnswer } from './holder.ts';

export interface ConfirmDependencies {
  readonly store: Store;
  readonly sources: MemberSources;
  readonly events: EventWriter;
  /** Milliseconds since the epoch. */
  readonly clock: () => Instant;
  /** Asks the profiles' providers for changes now; profile → why not, or null. */
  refresh(
    profileIds: readonly string[],
    options: { readonly patience: number; readonly onCall: () => void },
  ): Promise<ReadonlyMap<string, RefreshFailure | null>>;
  wake(accountId: string): void;
}

export interface ConfirmAnswer extends HoldAnswer {
  readonly results: readonly WriteAnswer[] | null;
}

/** One event of the booking, and where it goes. */
export interface Copy {
  readonly path: readonly string[];
  readonly slot: HoldRecord['slots'][number];
  readonly accountId: string;
  /** At the times of the slot. */
  readonly input: UpsertEventInput;
  /** What it was given that is not the slot's. */
  readonly errors: readonly UserError[];
  /** The event that the key names already. */
  readonly existingId: string | null;
  /** As it was before any attempt at confirming the hold; null: there was none. */
  readonly before: StoredEventState | null;
}

/** A hold that one attempt has to itself, and what it is to become. */
export interface Booking {
  readonly hold: HoldRecord;
  readonly claim: Claim;
  readonly actor: Actor;
  readonly control: WriteControl;
  /** Whether a copy may stand although its provider has not taken it yet. */
  readonly mayBePending: boolean;
  readonly copies: readonly Copy[];
}

export const refused = (hold: HoldRecord | null, userErrors: readonly UserError[]): ConfirmAnswer => ({
  hold,
  results: null,
  userErrors,
});

/** Whether whoever is invited hears of a change: then the event is changed last. */
export function hasGuests({ before }: Copy): boolean {
  return (before?.content?.attendees.length ?? 0) > 0;
}
