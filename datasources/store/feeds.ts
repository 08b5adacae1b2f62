/** Feeds: which application gave a calendar an address, what was last answered there, and what the answer is made of. */
import { sql } from 'kysely';
import type { EventContent, Instant } from '../../domain/events/model.ts';
import type { Tenant, Tx } from './store.ts';
import type { StoredException } from './tables.ts';

export interface FeedSecret {
  readonly calendarId: string;
  /** Sealed. */
  readonly secret: string;
}

export interface FeedRow {
  readonly applicationId: string;
  readonly calendarId: string;
  readonly name: string;
  readonly color: string | null;
  /** Where floating times are read. */
  readonly timeZone: string;
  readonly etag: string | null;
  readonly modifiedAt: Instant;
}

/** What tells one content of a calendar from another, and which years it lies in. */
export interface FeedState {
  /** Another one whenever an event is added, changed or deleted. */
  readonly fingerprint: string;
  /** Null for a calendar without events. */
  readonly firstStart: Instant | null;
  /** The last end that is known; series may go on. */
  readonly lastEnd: Instant | null;
}

export interface FeedEventRow {
  readonly uid: string;
  readonly content: EventContent | null;
  readonly exceptions: readonly StoredException[];
  readonly sequence: number;
  readonly syncedAt: Instant;
}

/** The feeds of the asking application among these calendars. */
export async function findFeeds(tx: Tx, tenant: Tenant, calendarIds: readonly string[]): Promise<FeedSecret[]> {
  const rows = await tx
    .selectFrom('ics_feed')
    .select(['calendar_id', 'secret'])
    .where('application_id', '=', tenant.applicationId)
    .where('calendar_id', '=', sql<string>`any(${sql.val([...calendarIds])}::text[])`)
    .execute();
  return rows.map((row) => ({ calendarId: row.calendar_id, secret: row.secret }));
}

/**
 * Gives a calendar an address. One that it has already stays, unless `replace` makes it useless. As the worker, for who is let
 * into the account. @returns null where nothing was changed, 'gone' where nobody is let in any more
 */
export async function putFeed(
  tx: Tx,
  feed: {
    readonly applicationId: string;
    readonly accountId: string;
    readonly profileId: string;
    readonly calendarId: string;
    readonly secretHash: Buffer;
    /** Sealed. */
    readonly secret: string;
  },
  replace: boolean,
): Promise<'on' | 'rotated' | 'gone' | null> {
  const grant = await tx
    .selectFrom('authorization_grant')
    .select('id')
    .where('application_id', '=', feed.applicationId)
    .where('account_id', '=', feed.accountId)
    .where('status', '=', 'ACTIVE')
    .forShare()
    .executeTakeFirst();
  if (grant === undefined) return 'gone';
  const row = await tx
    .insertInto('ics_feed')
    .values({
      application_id: feed.applicationId,
      account_id: feed.accountId,
      profile_id: feed.profileId,
      calendar_id: feed.calendarId,
      secret_hash: feed.secretHash,
      secret: feed.secret,
    })
    .onConflict((conflict) => {
      const same = conflict.columns(['application_id', 'calendar_id']);
      return replace
        ? same.doUpdateSet({ secret_hash: feed.secretHash, secret: feed.secret, etag: null, modified_at: sql`now()` })
        : same.doNothing();
    })
    // Of a row that this statement made itself (xmax: who last locked or replaced it).
    .returning(sql<boolean>`xmax = 0`.as('isNew'))
    .executeTakeFirst();
  return row === undefined ? null : row.isNew ? 'on' : 'rotated';
}

/** Takes a calendar's address away. @returns whether there was one */
export async function removeFeed(tx: Tx, applicationId: string, calendarId: string): Promise<boolean> {
  const { numDeletedRows } = await tx
    .deleteFrom('ics_feed')
    .where('application_id', '=', applicationId)
    .where('calendar_id', '=', calendarId)
    .executeTakeFirst();
  return numDeletedRows > 0n;
}

/**
 * The feed behind a secret's hash; as the worker, because who asks is nobody. Null where there is none, and where its
 * calendar, its account's authorization or its profile is gone for the application that made it, or the account grants none of
 * the names `granting` any more: one statement for all.
 */
export async function findFeed(tx: Tx, secretHash: Buffer, granting: readonly string[]): Promise<FeedRow | null> {
  const row = await tx
    .selectFrom('ics_feed as f')
    .innerJoin('calendar as c', 'c.id', 'f.calendar_id')
    .innerJoin('account as a', 'a.id', 'c.account_id')
    .innerJoin('authorization_grant as g', (join) =>
      join.onRef('g.account_id', '=', 'f.account_id').onRef('g.application_id', '=', 'f.application_id'),
    )
    .select(['f.application_id', 'f.calendar_id', 'f.etag', 'f.modified_at', 'c.name', 'c.color', 'c.time_zone'])
    .select('a.time_zone as account_time_zone')
    .where('f.secret_hash', '=', secretHash)
    .where('c.deleted_at', 'is', null)
    .where('g.status', '=', 'ACTIVE')
    .where(sql<boolean>`g.scopes && ${sql.val([...granting])}::text[]`)
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('revoked_profile as r')
            .select('r.profile_id')
            .whereRef('r.profile_id', '=', 'f.profile_id')
            .whereRef('r.application_id', '=', 'f.application_id'),
        ),
      ),
    )
    .executeTakeFirst();
  if (row === undefined) return null;
  return {
    applicationId: row.application_id,
    calendarId: row.calendar_id,
    name: row.name,
    color: row.color,
    timeZone: row.time_zone ?? row.account_time_zone,
    etag: row.etag,
    modifiedAt: row.modified_at.getTime(),
  };
}

/** What a calendar's feed is like now, without reading it. */
export async function feedState(tx: Tx, calendarId: string): Promise<FeedState> {
  const { rows } = await sql<{ fingerprint: string; first: Date | null; last: Date | null }>`
    select concat_ws(' ', count(*), sum(hashtextextended(id || ' ' || synced_at::text, 0)::numeric)) as fingerprint,
      min(lower(span)) filter (where isfinite(lower(span))) as first,
      max(upper(span)) filter (where isfinite(upper(span))) as last
    from event where calendar_id = ${calendarId} and deleted_at is null`.execute(tx);
  const row = rows[0];
  return {
    fingerprint: row?.fingerprint ?? '',
    firstStart: row?.first?.getTime() ?? null,
    lastEnd: row?.last?.getTime() ?? null,
  };
}

/** Every zone that an event of the calendar is in. */
export async function feedZones(tx: Tx, calendarId: string): Promise<string[]> {
  const { rows } = await sql<{ zone: string }>`
    select distinct zone from event e cross join lateral (
      select e.content #>> '{start,zone}' union all select e.content #>> '{end,zone}'
      union all select x #>> '{content,start,zone}' from jsonb_array_elements(e.exceptions) x
      union all select x #>> '{content,end,zone}' from jsonb_array_elements(e.exceptions) x
    ) z (zone) where e.calendar_id = ${calendarId} and e.deleted_at is null and zone is not null order by zone`.execute(
    tx,
  );
  return rows.map(({ zone }) => zone);
}

/** The next events behind `after` (a uid; '' to begin), in the order of their uids: an index has them so. */
export async function feedPage(tx: Tx, calendarId: string, after: string, limit: number): Promise<FeedEventRow[]> {
  const rows = await tx
    .selectFrom('event')
    .select(['uid', 'content', 'exceptions', 'sequence', 'synced_at'])
    .where('calendar_id', '=', calendarId)
    .where('deleted_at', 'is', null)
    .where('uid', '>', after)
    .orderBy('uid')
    .limit(limit)
    .execute();
  return rows.map((row) => ({
    uid: row.uid,
    content: row.content,
    exceptions: row.exceptions,
    sequence: row.sequence,
    syncedAt: row.synced_at.getTime(),
  }));
}

/** Writes down that the content is another one; answers since when, a second after the last at the earliest. */
export async function recordFeedContent(
  tx: Tx,
  feed: { readonly applicationId: string; readonly calendarId: string },
  etag: string,
): Promise<Instant | null> {
  const row = await tx
    .updateTable('ics_feed')
    .set({
      etag,
      // HTTP's times are whole seconds: two contents of one second would be taken for the same.
      modified_at: sql<Date>`case when etag is not distinct from ${etag} then modified_at
        when etag is null then date_trunc('second', clock_timestamp())
        else greatest(date_trunc('second', clock_timestamp()), date_trunc('second', modified_at) + interval '1 second') end`,
    })
    .where('application_id', '=', feed.applicationId)
    .where('calendar_id', '=', feed.calendarId)
    .returning('modified_at')
    .executeTakeFirst();
  return row?.modified_at.getTime() ?? null;
}
