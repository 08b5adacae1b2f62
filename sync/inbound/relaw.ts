/** A page of a calendar's events under newer zone data (semantics A8). */
import { sql } from 'kysely';
import { appendChanges, type ChangeEntry } from '../../datasources/store/change-log.ts';
import { contentColumns, storedObject } from '../../datasources/store/event-columns.ts';
import { managedBy } from '../../datasources/store/managed-rows.ts';
import type { Tx } from '../../datasources/store/store.ts';
import type { StoredException } from '../../datasources/store/tables.ts';
import { lockStaleCalendar, recordStep } from '../../datasources/store/zone-laws.ts';
import type { EventContent, Instant, ZoneName } from '../../domain/events/model.ts';
import { type LawChange, occurrencesMove, relawContent } from '../../domain/events/relaw.ts';
import { occurrenceId } from '../../domain/identity.ts';
import type { ZoneData } from '../../domain/time/zone-data.ts';

const pageSize = 500;

/** One version's step to the one in force. */
export interface ZoneStep {
  readonly before: ZoneData;
  readonly after: ZoneData;
  /** Zones whose law differs after now. */
  readonly differing: readonly ZoneName[];
  readonly now: Instant;
  readonly until: Instant;
  /** When the version in force was first at work: what was stored since was computed under it. */
  readonly since: Instant;
}

export type StepOutcome = 'more' | 'done';

/**
 * Computes the next at most 500 events of a calendar anew, and tells those that moved, in one transaction under the calendar's
 * lock: any number of nodes may do it, and none tells what another told.
 */
export async function relawPage(tx: Tx, calendarId: string, step: ZoneStep): Promise<StepOutcome> {
  const calendar = await lockStaleCalendar(tx, step.after.version, calendarId);
  if (calendar === null) return 'done';
  const zones = [...step.differing];
  const floats = zones.includes(calendar.timeZone);
  const rows = await tx
    .selectFrom('event')
    .select(['id', 'uid', 'content', 'exceptions', 'sequence', 'all_day', 'starts_at', 'ends_at'])
    .select(managedBy)
    .where('calendar_id', '=', calendarId)
    .where('deleted_at', 'is', null)
    .where('id', '>', calendar.after)
    .where('synced_at', '<', new Date(step.since))
    .where('span_to', '>=', new Date(step.now))
    .where(
      sql<boolean>`exists (select 1 from (
        select content -> 'start' as time union all select content -> 'end'
        union all select x #> '{content,start}' from jsonb_array_elements(exceptions) x
        union all select x #> '{content,end}' from jsonb_array_elements(exceptions) x
      ) t where time ->> 'zone' = any(${sql.val(zones)}::text[]) or (${floats} and time ->> 'kind' = 'floating'))`,
    )
    .orderBy('id')
    .limit(pageSize)
    .forUpdate()
    .execute();
  const change: LawChange = {
    before: step.before,
    after: step.after,
    now: step.now,
    until: step.until,
    floatingZone: calendar.timeZone,
    singlesKeepInstant: calendar.provider === 'MERIDIAN',
  };
  const changes: ChangeEntry[] = [];
  const at = new Date(step.now);
  const place = { account_id: calendar.accountId, profile_id: calendar.profileId, calendar_id: calendarId };
  for (const row of rows) {
    const computed = relawed(row, change);
    if (computed === null) continue;
    const { after, columns } = computed;
    const startsAt = columns.startsAt === null ? null : new Date(columns.startsAt);
    await tx
      .updateTable('event')
      .set({
        content: after.content === null ? null : JSON.stringify(after.content),
        exceptions: JSON.stringify(after.exceptions),
        starts_at: startsAt,
        ends_at: columns.endsAt === null ? null : new Date(columns.endsAt),
        span: columns.span,
        synced_at: at,
        ...(after.masterMoved ? { version: sql<string>`version + 1`, master_synced_at: at } : {}),
      })
      .where('id', '=', row.id)
      .execute();
    if (after.masterMoved && row.starts_at !== null && row.ends_at !== null) {
      const { starts_at, ends_at, all_day } = row;
      await tx
        .insertInto('event_move')
        .values({ ...place, event_id: row.id, all_day, starts_at, ends_at, until: at })
        .onConflict((conflict) => conflict.doNothing())
        .execute();
    }
    const subjects = [
      ...(after.masterMoved ? [row.id] : []),
      ...after.moved.map((recurrenceId) => occurrenceId(row.id, recurrenceId)),
    ];
    for (const subjectId of subjects) {
      const { profileId } = calendar;
      changes.push({ kind: 'EVENT_UPDATED', subjectId, profileId, calendarId, managedBy: row.managed_by });
    }
  }
  const last = rows.length < pageSize ? null : (rows.at(-1)?.id ?? null);
  await recordStep(tx, calendarId, step.after.version, last);
  await appendChanges(tx, calendar.accountId, changes, { madeBy: null });
  return last === null ? 'done' : 'more';
}

/** Null when nothing of it is another, and for an event that no rule can work with: it stays as it is. */
function relawed(
  row: Parameters<typeof storedObject>[0],
  change: LawChange,
): { readonly after: RelawedRow; readonly columns: ReturnType<typeof contentColumns> } | null {
  try {
    const after = relawRow(row, change);
    if (after === null) return null;
    const object = storedObject({ ...row, ...after });
    return { after, columns: contentColumns(object, change.floatingZone, change.after) };
  } catch {
    return null;
  }
}

interface RelawedRow {
  readonly content: EventContent | null;
  readonly exceptions: readonly StoredException[];
  readonly masterMoved: boolean;
  /** Recurrence ids of changed occurrences that moved themselves. */
  readonly moved: readonly string[];
}

/** Null when nothing of it is another. */
function relawRow(
  row: { readonly content: EventContent | null; readonly exceptions: readonly StoredException[] },
  change: LawChange,
): RelawedRow | null {
  const inSeries = row.content === null || row.content.rules.length > 0 || row.exceptions.length > 0;
  const content = row.content === null ? null : relawContent(row.content, change, inSeries);
  const moved: string[] = [];
  const exceptions = row.exceptions.map((exception): StoredException => {
    if (!isAlive(exception)) return exception;
    const after = relawContent(exception.content, change, true);
    if (after === exception.content && !floatsAway(after, change)) return exception;
    moved.push(exception.recurrenceId);
    return { ...exception, content: after, version: exception.version + 1, syncedAt: change.now };
  });
  const masterMoved =
    row.content !== null &&
    (row.content.rules.length > 0
      ? occurrencesMove(row.content, row.exceptions.filter(isAlive), change)
      : content !== row.content || floatsAway(row.content, change));
  if (!masterMoved && moved.length === 0 && content === row.content) return null;
  return { content, exceptions, masterMoved, moved };
}

function isAlive(exception: StoredException): boolean {
  return exception.deletedAt === null;
}

/** A wall clock of the calendar's zone means another instant now. */
function floatsAway({ start, end }: EventContent, { before, after, floatingZone, now }: LawChange): boolean {
  return [start, end].some((time) => {
    if (time.kind !== 'floating') return false;
    const [was, is] = [before.resolve(time.local, floatingZone), after.resolve(time.local, floatingZone)];
    return was !== is && Math.max(was, is) > now;
  });
}
