/** `ifVersion`: a write upon what the client has seen, or none. */
import type { EventRecord } from '../../../datasources/store/records.ts';
import type { StoredException } from '../../../datasources/store/tables.ts';
import { RefusedInput, type UserError } from '../../../domain/errors.ts';
import { Conflict } from './answer.ts';

interface Versioned {
  readonly record: EventRecord;
  readonly exception: StoredException | null;
}

/** Changes with every visible change of exactly this event; a series' other exceptions leave it alone. */
export function versionOf({ record, exception }: Versioned): string {
  return exception === null ? `${record.version}` : `${record.version}.${exception.version}`;
}

/** @throws Conflict with the event that is there now; RefusedInput when it is gone. */
export function checkVersion(wanted: string, current: Versioned | null): void {
  const error: UserError = {
    path: ['control', 'ifVersion'],
    code: 'VERSION_CONFLICT',
    message:
      current === null
        ? `Expected the event at version ${JSON.stringify(wanted)}, but it is gone`
        : `Expected the event at version ${JSON.stringify(wanted)}, it is at ${JSON.stringify(versionOf(current))}`,
  };
  if (current === null) throw new RefusedInput([error]);
  if (versionOf(current) === wanted) return;
  throw new Conflict({ record: current.record, recurrenceId: current.exception?.recurrenceId ?? null }, [error]);
}
