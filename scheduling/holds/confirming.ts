/** What confirming a hold works with: its copies, and what it answers. */
import type { CalendarRecord, HoldRecord } from '../../datasources/store/records.ts';
import type { Store } from '../../datasources/store/store.ts';
import type { UserError } from '../../domain/errors.ts';
import type { Instant } from '../../domain/events/model.ts';
import type { UpsertEventInput } from '../../schema/generated.ts';
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
  /** At the times of the slot. */
  readonly input: UpsertEventInput;
  /** What it was given that is not the slot's. */
  readonly errors: readonly UserError[];
  readonly calendar: CalendarRecord;
  /** The event that the key names already. */
  readonly existingId: string | null;
}

export type Begun =
  | { readonly kind: 'answered'; readonly answer: ConfirmAnswer }
  | { readonly kind: 'begun'; readonly hold: HoldRecord; readonly copies: readonly Copy[] };

export const refused = (hold: HoldRecord | null, userErrors: readonly UserError[]): ConfirmAnswer => ({
  hold,
  results: null,
  userErrors,
});
