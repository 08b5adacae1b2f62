/** Triggers of events: which are due, and what is told of them. */
import { sql } from 'kysely';
import type { EventContent, Instant, ZoneName } from '../../domain/events/model.ts';
import type { EventTrigger, TriggeredEntry } from '../../domain/events/triggers.ts';
import type { Tx } from './store.ts';
import type { StoredException } from './tables.ts';

/** A binding whose triggers are to be looked at, locked for the transaction. */
export interface DueTriggers {
  readonly applicationId: string;
  readonly accountId: string;
  /** Where the event is now. */
  readonly calendarId: string;
  readonly profileId: string;
  /** What the binding is found by. */
  readonly boundIn: string;
  readonly keyDigest: Buffer;
  readonly triggers: readonly EventTrigger[];
  /** Every moment up to then was told. */
  readonly told: Instant;
  /** The database's clock. */
  readonly now: Instant;
  /** In which the event's days and floating times are read. */
  readonly timeZone: ZoneName;
  /** Whether the application may hear of it. */
  readonly allowed: boolean;
  readonly event: {
    readonly id: string;
    readonly content: EventContent | null;
    readonly exceptions: readonly StoredException[];
    readonly deletedAt: Instant | null;
    readonly syncedAt: Instant;
    readonly masterSyncedAt: Instant;
  };
}

/** What is told of one account at once. */
export interface Triggered {
  readonly due: DueTriggers;
  readonly entries: readonly TriggeredEntry[];
}

/** At most `limit` that are due, those that wait longest first; what another node has at hand is left to it. As the worker. */
export async function takeDueTriggers(tx: Tx, limit: number): Promise<DueTriggers[]> {
  const taken = await sql<{ application_id: string; calendar_id: string; key_digest: Buffer }>`
    select application_id, calendar_id, key_digest from managed_event where triggers_due <= now()
    order by triggers_due limit ${limit} for update skip locked`.execute(tx);
  if (taken.rows.length === 0) return [];
  // Only now, by a statement of its own: whoever changes an event marks its binding, and waits for us from here on.
  const { rows } = await sql<{
    application_id: string;
    account_id: string;
    calendar_id: string;
    profile_id: string;
    bound_in: string;
    key_digest: Buffer;
    triggers: EventTrigger[];
    told: string;
    now: string;
    time_zone: string;
    allowed: boolean;
    event_id: string;
    content: EventContent | null;
    exceptions: StoredException[];
    deleted_at: Date | null;
    synced_at: Date;
    master_synced_at: Date | null;
  }>`
    select m.application_id, e.account_id, e.calendar_id, e.profile_id, m.calendar_id as bound_in, m.key_digest, m.triggers,
      floor(extract(epoch from coalesce(m.triggers_told, now())) * 1000)::text as told,
      floor(extract(epoch from now()) * 1000)::text as now, coalesce(c.time_zone, a.time_zone) as time_zone,
      exists (select 1 from authorization_grant g
        where g.application_id = m.application_id and g.account_id = e.account_id and g.status = 'ACTIVE') as allowed,
      e.id as event_id, e.content, e.exceptions, coalesce(e.deleted_at, c.deleted_at) as deleted_at, e.synced_at, e.master_synced_at
    from unnest(${taken.rows.map((row) => row.application_id)}::text[], ${taken.rows.map((row) => row.calendar_id)}::text[],
        ${taken.rows.map((row) => row.key_digest)}::bytea[]) as t(application_id, calendar_id, key_digest)
    join managed_event m on (m.application_id, m.calendar_id, m.key_digest) = (t.application_id, t.calendar_id, t.key_digest)
    join event e on e.id = m.event_id join calendar c on c.id = e.calendar_id join account a on a.id = e.account_id`.execute(
    tx,
  );
  return rows.map((row) => ({
    applicationId: row.application_id,
    accountId: row.account_id,
    calendarId: row.calendar_id,
    profileId: row.profile_id,
    boundIn: row.bound_in,
    keyDigest: row.key_digest,
    triggers: row.triggers,
    told: Number(row.told),
    now: Number(row.now),
    timeZone: row.time_zone,
    allowed: row.allowed,
    event: {
      id: row.event_id,
      content: row.content,
      exceptions: row.exceptions,
      deletedAt: row.deleted_at?.getTime() ?? null,
      syncedAt: row.synced_at.getTime(),
      masterSyncedAt: (row.master_synced_at ?? row.synced_at).getTime(),
    },
  }));
}

/** When the next are due, in milliseconds from now: 0 for what is; null where none is waited for. */
export async function nextTriggersDue(tx: Tx): Promise<number | null> {
  const { rows } = await sql<{ wait: string | null }>`
    select (extract(epoch from greatest(min(triggers_due), now()) - now()) * 1000)::text as wait
    from managed_event where triggers_due is not null`.execute(tx);
  const wait = rows[0]?.wait ?? null;
  return wait === null ? null : Number(wait);
}

/**
 * Stores what an application wants to hear of an event of its own. The same again changes nothing; others count from now on, and
 * what was due before is told yet.
 */
export async function storeTriggers(
  tx: Tx,
  { applicationId, eventId }: { readonly applicationId: string; readonly eventId: string },
  triggers: readonly EventTrigger[],
): Promise<void> {
  const stored = triggers.length === 0 ? null : JSON.stringify(triggers);
  await sql`
    update managed_event set triggers = t.stored, triggers_due = case when t.stored is not null then '-infinity'::timestamptz end,
      triggers_told = case when triggers_due <= now() and triggers_told is not null then triggers_told else now() end
    from (select ${stored}::jsonb as stored) t
    where event_id = ${eventId} and application_id = ${applicationId} and triggers is distinct from t.stored`.execute(
    tx,
  );
}

/** Moments up to `told` are told; `due`: when to look again. Behind it in the transaction stands only `appendTriggered`. */
export async function settleTriggers(
  tx: Tx,
  binding: Pick<DueTriggers, 'applicationId' | 'boundIn' | 'keyDigest'>,
  { told, due }: { readonly told: Instant; readonly due: Instant | null },
): Promise<void> {
  await tx
    .updateTable('managed_event')
    .set({ triggers_told: new Date(told), triggers_due: due === null ? null : new Date(due) })
    .where('application_id', '=', binding.applicationId)
    .where('calendar_id', '=', binding.boundIn)
    .where('key_digest', '=', binding.keyDigest)
    .execute();
}

/**
 * Writes EVENT_TRIGGERED of one account, a row for each entry, to the application alone. As `appendChanges`: last in the
 * transaction, of several accounts in the order of their ids.
 */
export async function appendTriggered(tx: Tx, accountId: string, triggered: readonly Triggered[]): Promise<void> {
  const rows = triggered.flatMap(({ due, entries }) => entries.map((entry) => ({ ...due, entry })));
  if (rows.length === 0) return;
  await sql`select append_triggered(${accountId}, ${rows.map(({ entry }) => entry.id)}::text[],
    ${rows.map(({ profileId }) => profileId)}::text[], ${rows.map(({ calendarId }) => calendarId)}::text[],
    ${rows.map(({ applicationId }) => applicationId)}::text[], ${JSON.stringify(rows.map(({ entry }) => entry.keys))}::jsonb)`.execute(
    tx,
  );
}
