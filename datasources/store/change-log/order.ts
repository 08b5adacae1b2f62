/** What one transaction tells of an account: each resource once, in an order that a reader can follow. */
import type { ChangeEntry, ChangeKind } from '../change-log.ts';

/**
 * The order of kinds within one transaction, documented in docs/changes.md: what begins is told from the outside in, what ends
 * from the inside out, so that a reader who takes one change at a time always knows the calendar of an event and the profile of
 * a calendar.
 */
export const kindOrder: readonly ChangeKind[] = [
  'ACCOUNT_AUTHORIZED',
  'PROFILE_LINKED',
  'PROFILE_RECONNECTED',
  'CALENDAR_CREATED',
  'CALENDAR_UPDATED',
  'AVAILABILITY_RULE_CHANGED',
  'EVENT_CREATED',
  'EVENT_UPDATED',
  'EVENT_DELETED',
  'CONFERENCING_ASSIGNED',
  'CONFERENCING_FAILED',
  'HOLD_ENDED',
  'EVENT_TRIGGERED',
  'OPERATION_FAILED',
  'PROFILE_INITIAL_SYNC_COMPLETED',
  'CALENDAR_DELETED',
  'PROFILE_DEGRADED',
  'PROFILE_DISCONNECTED',
  'CONFERENCING_PROFILE_DISCONNECTED',
  'PROFILE_REVOKED',
  'AUTHORIZATION_REVOKED',
  'ERASURE_REQUESTED',
];

/** Events among themselves stay in the order in which they were written: a series before its changed occurrences. */
const place = new Map(
  kindOrder.map((kind, index) => [kind, isOfEvent(kind) ? kindOrder.indexOf('EVENT_CREATED') : index]),
);

/** Begin, change and end of one thing: told several times in one transaction they are one change. */
const lifeOf: Readonly<Partial<Record<ChangeKind, { readonly of: 'event' | 'calendar'; readonly state: LifeState }>>> =
  {
    EVENT_CREATED: { of: 'event', state: 'CREATED' },
    EVENT_UPDATED: { of: 'event', state: 'UPDATED' },
    EVENT_DELETED: { of: 'event', state: 'DELETED' },
    CALENDAR_CREATED: { of: 'calendar', state: 'CREATED' },
    CALENDAR_UPDATED: { of: 'calendar', state: 'UPDATED' },
    CALENDAR_DELETED: { of: 'calendar', state: 'DELETED' },
  };

type LifeState = 'CREATED' | 'UPDATED' | 'DELETED';

function isOfEvent(kind: ChangeKind): boolean {
  return kind === 'EVENT_CREATED' || kind === 'EVENT_UPDATED' || kind === 'EVENT_DELETED';
}

/**
 * Makes of what a transaction did what it tells: one change for each touched resource (of an event that is created and then
 * updated, its creation; of one that is deleted and restored, an update), and the kinds in `kindOrder`. Entries of other kinds
 * are told once for each subject and audience. Pure; a list in which nothing is to be changed comes back as it is.
 */
export function oneForEachResource(entries: readonly ChangeEntry[]): readonly ChangeEntry[] {
  if (entries.length < 2) return entries;
  const told = new Map<string, ChangeEntry>();
  let [repeated, highest] = [false, -1];
  for (const entry of entries) {
    const life = lifeOf[entry.kind];
    const key = `${life?.of ?? entry.kind} ${entry.subjectId} ${entry.audience ?? ''}`;
    const before = told.get(key);
    told.set(key, before === undefined ? entry : { ...entry, kind: together(before.kind, entry.kind) });
    repeated ||= before !== undefined;
    const at = place.get(entry.kind) ?? 0;
    if (at < highest) repeated = true;
    highest = Math.max(highest, at);
  }
  if (!repeated) return entries;
  return [...told.values()].sort((a, b) => (place.get(a.kind) ?? 0) - (place.get(b.kind) ?? 0));
}

/** One kind for two changes of a thing, the second after the first. */
function together(before: ChangeKind, after: ChangeKind): ChangeKind {
  const [first, second] = [lifeOf[before], lifeOf[after]];
  if (first === undefined || second === undefined) return after;
  const created = first.of === 'event' ? 'EVENT_CREATED' : 'CALENDAR_CREATED';
  const updated = first.of === 'event' ? 'EVENT_UPDATED' : 'CALENDAR_UPDATED';
  if (second.state === 'DELETED') return after;
  if (first.state === 'DELETED') return updated;
  return first.state === 'CREATED' ? created : updated;
}
