/** The events that may lie behind busy intervals, for many intervals in one statement. */
import { sql } from 'kysely';
import type { Instant } from '../../domain/events/model.ts';
import { ownAddresses } from './calendars.ts';
import { columns, type EventRow, eventRecord, managedJoin } from './event-records.ts';
import type { EventRecord } from './records.ts';
import type { Tx } from './store.ts';

export interface CauseQuery {
  readonly calendarId: string;
  /** [from, to]: what touches it is a candidate. Within the years 0001 to 9999. */
  readonly from: Instant;
  readonly to: Instant;
}

/** An event in whose calendar it is read, and what its account granted. */
export interface CauseCandidate {
  readonly record: EventRecord;
  readonly timeZone: string;
  readonly ownerAddresses: readonly string[];
  readonly grantScopes: readonly string[];
  /** Seconds that its booking keeps free before and after it. */
  readonly marginBefore: number;
  readonly marginAfter: number;
}

/** Each event once, however many of the intervals it may lie behind; of calendars that the tenant sees and that are not deleted. */
export async function findCauses(
  tx: Tx,
  tenant: { readonly applicationId: string },
  causes: readonly CauseQuery[],
): Promise<readonly CauseCandidate[]> {
  const times = (pick: (cause: CauseQuery) => Instant) => causes.map((cause) => new Date(pick(cause)).toISOString());
  const { rows } = await sql<
    EventRow & {
      zone: string;
      owner_addresses: string[] | null;
      addresses: string[] | null;
      login: string;
      scopes: string[];
      margin_before: number;
      margin_after: number;
    }
  >`
    select ${columns}, coalesce(c.time_zone, a.time_zone) as zone, c.owner_addresses, p.principal -> 'addresses' as addresses,
      p.login, g.scopes, e.margin_before, e.margin_after
    from event e join calendar c on c.id = e.calendar_id and c.deleted_at is null
    join profile p on p.id = c.profile_id join account a on a.id = c.account_id
    join authorization_grant g on g.account_id = c.account_id and g.application_id = ${tenant.applicationId} and g.status = 'ACTIVE'
    ${managedJoin(tenant.applicationId)}
    where e.deleted_at is null and e.id in (
      select f.id from unnest(${causes.map(({ calendarId }) => calendarId)}::text[],
        ${times(({ from }) => from)}::timestamptz[], ${times(({ to }) => to)}::timestamptz[]) as w (calendar_id, since, until)
      cross join lateral (
        select near.id from event near where near.calendar_id = w.calendar_id and not near.long
          and near.span_to >= w.since and near.span_to <= w.until + interval '8 days' and near.span_from <= w.until
        union all
        select far.id from event far where far.calendar_id = w.calendar_id and far.long
          and far.span_to >= w.since and far.span_from <= w.until
      ) f)`.execute(tx);
  return rows.map((row) => ({
    record: eventRecord(row),
    timeZone: row.zone,
    ownerAddresses: row.owner_addresses ?? ownAddresses(row.addresses, row.login),
    grantScopes: row.scopes,
    marginBefore: row.margin_before,
    marginAfter: row.margin_after,
  }));
}
