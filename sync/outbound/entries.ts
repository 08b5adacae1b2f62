/** What the change log is told of a write that ended. */
import type { ChangeEntry } from '../../datasources/store/change-log.ts';
import type { StoredChange } from '../../datasources/store/event-merge.ts';
import type { ClaimedOperation } from '../../datasources/store/operation-claims.ts';

/** Changes of rows in the calendar that was written to; one that says where it is itself is somewhere else. */
export function eventEntries(claim: ClaimedOperation, changes: readonly StoredChange[]): ChangeEntry[] {
  return changes.map((change) => ({ profileId: claim.profile.id, calendarId: claim.calendar.id, ...change }));
}

/** Told to the application that wrote; it is none of the others' business. */
export function failedEntry(claim: ClaimedOperation, operationId: string): ChangeEntry {
  return {
    kind: 'OPERATION_FAILED',
    subjectId: operationId,
    profileId: claim.profile.id,
    calendarId: claim.calendar.id,
    managedBy: null,
    audience: claim.applicationId,
  };
}
