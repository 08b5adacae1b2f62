/** A profile's calendars as its home lists them: new, changed, missing, deleted and returned ones. */
import type { RemoteCalendar } from '../../datasources/providers/connector.ts';
import type { ChangeEntry } from '../../datasources/store/change-log.ts';
import { type CalendarRow, profileCalendars } from '../../datasources/store/profiles-sync.ts';
import type { Tx } from '../../datasources/store/store.ts';
import type { Instant } from '../../domain/events/model.ts';
import type { IdSource } from '../../domain/identity.ts';
import type { ZoneData } from '../../domain/time/zone-data.ts';

/** A calendar is deleted when two listings at least so far apart both miss it (semantics D8). */
export const missingTime = 600_000;

export interface HomeOutcome {
  readonly changes: readonly ChangeEntry[];
  /** Every live calendar that was listed, with the tag it was listed with; the primary first. */
  readonly listed: readonly { readonly row: CalendarRow; readonly changeTag: string | null }[];
  /** Calendars that have another zone now; still stored with the old one, until their floating events are moved. */
  readonly rezoned: readonly { readonly row: CalendarRow; readonly timeZone: string | null }[];
  /** The home was empty although calendars are known. */
  readonly suspicious: boolean;
}

/** Brings the stored calendars of a profile up to what the provider listed. Ids are kept by the provider's id. */
export async function applyHome(
  tx: Tx,
  profile: { readonly id: string; readonly accountId: string },
  remote: readonly RemoteCalendar[],
  context: { readonly now: Instant; readonly ids: IdSource; readonly zones: ZoneData },
): Promise<HomeOutcome> {
  const { now, ids, zones } = context;
  const known = new Map((await profileCalendars(tx, profile.id)).map((row) => [row.remote_id, row]));
  const changes: ChangeEntry[] = [];
  const listed: { row: CalendarRow; changeTag: string | null }[] = [];
  const rezoned: { row: CalendarRow; timeZone: string | null }[] = [];
  const tell = (kind: ChangeEntry['kind'], calendarId: string) =>
    changes.push({ kind, subjectId: calendarId, profileId: profile.id, calendarId, managedBy: null });

  const seen = new Set<string>();
  for (const calendar of remote) {
    const remoteId = clean(calendar.remoteId, 8_000);
    if (seen.has(remoteId)) continue;
    seen.add(remoteId);
    const shown = {
      name: clean(calendar.name, 1_000),
      color: calendar.color,
      is_primary: calendar.primary,
      read_only: calendar.readOnly,
    };
    const timeZone = calendar.timeZone === null ? null : zones.canonical(calendar.timeZone);
    const capabilities = JSON.stringify(calendar.capabilities);
    const owners = calendar.ownerAddresses?.slice(0, 100) ?? null;
    const owner_addresses = owners === null ? null : JSON.stringify(owners);
    const row = known.get(remoteId);
    if (row === undefined) {
      const inserted = await tx
        .insertInto('calendar')
        .values({
          id: ids('cal'),
          account_id: profile.accountId,
          profile_id: profile.id,
          remote_id: remoteId,
          capabilities,
          owner_addresses,
          time_zone: timeZone,
          ...shown,
        })
        .returningAll()
        .executeTakeFirstOrThrow();
      tell('CALENDAR_CREATED', inserted.id);
      listed.push({ row: inserted, changeTag: calendar.changeTag });
      continue;
    }
    const returned = row.deleted_at !== null;
    const changed =
      row.name !== shown.name ||
      row.color !== shown.color ||
      row.is_primary !== shown.is_primary ||
      row.read_only !== shown.read_only;
    const moved = !returned && row.time_zone !== timeZone;
    const carries =
      !sameJson(row.capabilities, calendar.capabilities) ||
      JSON.stringify(row.owner_addresses) !== JSON.stringify(owners);
    if (!returned && !changed && !carries && row.missing_since === null) {
      listed.push({ row, changeTag: calendar.changeTag });
      if (moved) rezoned.push({ row, timeZone });
      continue;
    }
    const updated = await tx
      .updateTable('calendar')
      .set({
        ...shown,
        capabilities,
        owner_addresses,
        missing_since: null,
        deleted_at: null,
        // What it holds was tombstoned with it: it is read from the beginning.
        ...(returned ? { sync_token: null, change_tag: null, brake_since: null, time_zone: timeZone } : {}),
      })
      .where('id', '=', row.id)
      .returningAll()
      .executeTakeFirstOrThrow();
    if (returned) tell('CALENDAR_CREATED', row.id);
    else if (changed || carries) tell('CALENDAR_UPDATED', row.id);
    if (moved) rezoned.push({ row: updated, timeZone });
    listed.push({ row: updated, changeTag: calendar.changeTag });
  }

  const missing = [...known.values()].filter((row) => !seen.has(row.remote_id) && row.deleted_at === null);
  for (const row of missing) {
    if (row.missing_since === null) {
      await tx
        .updateTable('calendar')
        .set({ missing_since: new Date(now) })
        .where('id', '=', row.id)
        .execute();
    } else if (now - row.missing_since.getTime() >= missingTime) {
      await tx
        .updateTable('calendar')
        .set({ deleted_at: new Date(now), missing_since: null, sync_token: null, change_tag: null })
        .where('id', '=', row.id)
        .execute();
      tell('CALENDAR_DELETED', row.id);
    }
  }
  listed.sort((a, b) => Number(b.row.is_primary) - Number(a.row.is_primary));
  return { changes, listed, rezoned, suspicious: seen.size === 0 && missing.length > 0 };
}

/** PostgreSQL keeps no NUL, and nobody reads a name of a megabyte. */
function clean(text: string, most: number): string {
  return text.replaceAll('\u0000', '\uFFFD').slice(0, most);
}

/** jsonb does not keep the order of keys. */
function sameJson(a: object, b: object): boolean {
  const text = (value: object) => JSON.stringify(Object.entries(value).sort(([x], [y]) => (x < y ? -1 : 1)));
  return text(a) === text(b);
}
