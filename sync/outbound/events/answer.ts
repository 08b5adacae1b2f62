/** What every event mutation answers, before the graph shapes it. */
import type { EventRecord, OperationRecord } from '../../../datasources/store/records.ts';
import type { UserError, Warning } from '../../../domain/errors.ts';
import type { RecurrenceId } from '../../../domain/events/model.ts';

/** An event to be shown: the row, and which occurrence of it. */
export interface ShownEvent {
  readonly record: EventRecord;
  readonly recurrenceId: RecurrenceId | null;
}

export interface WriteAnswer {
  /** As it stands now; null when it was refused or is gone. */
  readonly event: ShownEvent | null;
  /** On VERSION_CONFLICT what was in the way. */
  readonly conflict: ShownEvent | null;
  readonly created: boolean | null;
  readonly deletedId: string | null;
  readonly splitOff: ShownEvent | null;
  readonly operation: OperationRecord | null;
  readonly warnings: readonly Warning[];
  readonly userErrors: readonly UserError[];
}

const nothing: WriteAnswer = {
  event: null,
  conflict: null,
  created: null,
  deletedId: null,
  splitOff: null,
  operation: null,
  warnings: [],
  userErrors: [],
};

export function answered(parts: Partial<WriteAnswer>): WriteAnswer {
  return { ...nothing, ...parts };
}
