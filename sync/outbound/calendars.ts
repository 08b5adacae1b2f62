/** Making, deleting and syncing whole calendars on an application's behalf. */

import {
  type Connector,
  ProviderError,
  type ProviderSession,
  type RemoteCalendar,
} from '../../datasources/providers/connector.ts';
import { applicationCalendarCapabilities } from '../../datasources/providers/meridian/capabilities.ts';
import { findProfiles } from '../../datasources/store/accounts.ts';
import { calendarsOfAccounts, findCalendars } from '../../datasources/store/calendars.ts';
import { appendChanges } from '../../datasources/store/change-log.ts';
import { findCall, recordCall } from '../../datasources/store/idempotency.ts';
import type { CalendarRecord, ProfileRecord } from '../../datasources/store/records.ts';
import { type QueryCounter, type Store, type Tx, tenantOf } from '../../datasources/store/store.ts';
import type { SyncKind } from '../../datasources/store/sync-runs.ts';
import type { Actor } from '../../domain/actor.ts';
import type { UserError } from '../../domain/errors.ts';
import type { Instant } from '../../domain/events/model.ts';
import { grantRefusal } from '../../domain/grants.ts';
import type { IdSource } from '../../domain/identity.ts';
import type { PollOutcome } from '../inbound/poll.ts';
import { providerUserError } from '../provider-errors.ts';

export interface CalendarDependencies {
  readonly store: Store;
  readonly ids: IdSource;
  readonly clock: () => Instant;
  wake(accountId: string): void;
  /** The connection of a profile, with its credential opened; counts each request. */
  connect(
    profileId: string,
    onCall: () => void,
  ): Promise<{ readonly connector: Connector; readonly session: ProviderSession }>;
  syncCalendar(calendarId: string, kind: SyncKind, onCall: () => void): Promise<PollOutcome>;
}

export interface CreateCalendar {
  readonly idempotencyKey?: string | null;
  readonly profileId: string;
  readonly name: string;
  readonly color?: string | null;
  readonly timeZone?: string | null;
}

interface Spent extends QueryCounter {
  providerCalls: number;
}

export interface CalendarAdministration {
  create(
    actor: Actor,
    input: CreateCalendar,
    counter: Spent,
  ): Promise<{ calendar: CalendarRecord | null; userErrors: UserError[] }>;
  remove(
    actor: Actor,
    calendarId: string,
    counter: Spent,
  ): Promise<{ deletedId: string | null; userErrors: UserError[] }>;
  /** `runId`: the run that was begun; null where none was, or where somebody else's is still under way. */
  syncNow(
    actor: Actor,
    input: { readonly calendarId: string; readonly kind?: SyncKind | null },
    counter: Spent,
  ): Promise<{ calendarId: string | null; runId: string | null; userErrors: UserError[] }>;
}

const unknownCalendar: UserError = {
  path: ['calendarId'],
  code: 'NOT_FOUND',
  message: 'Expected a calendar that this credential may see, got an unknown id',
};

export function calendarAdministration(dependencies: CalendarDependencies): CalendarAdministration {
  return {
    create: (actor, input, counter) => create(dependencies, actor, input, counter),
    remove: (actor, calendarId, counter) => remove(dependencies, actor, calendarId, counter),
    async syncNow(actor, { calendarId, kind }, counter) {
      const tenant = tenantOf(actor);
      const [calendar] = await dependencies.store.withApplication(
        tenant,
        (tx) => findCalendars(tx, tenant, [calendarId]),
        counter,
      );
      const refuse = (id: string | null, error: UserError) => ({ calendarId: id, runId: null, userErrors: [error] });
      if (calendar === undefined || calendar.deleted) return refuse(null, unknownCalendar);
      const refusal = grantRefusal(actor, calendar.grantScopes, 'list_calendars', ['calendarId']);
      if (refusal !== null) return refuse(null, refusal);
      if (calendar.provider === 'MERIDIAN') return { calendarId, runId: null, userErrors: [] };
      if (calendar.profileStatus === 'DISCONNECTED') {
        const message = 'The profile is disconnected; its user has to connect it again';
        return refuse(calendarId, { path: ['calendarId'], code: 'PROFILE_DISCONNECTED', message });
      }
      const outcome = await dependencies.syncCalendar(calendarId, kind ?? 'INCREMENTAL', () => {
        counter.providerCalls++;
      });
      if (outcome.status !== 'polled') return { calendarId, runId: null, userErrors: [] };
      const runId = outcome.runs.get(calendarId)?.runId ?? null;
      // What fails before the calendar's turn comes stands in no journal.
      if (runId === null && outcome.failure !== null) {
        return refuse(calendarId, providerUserError(outcome.failure, ['calendarId']));
      }
      return { calendarId, runId, userErrors: [] };
    },
  };
}

async function create(
  dependencies: CalendarDependencies,
  actor: Actor,
  input: CreateCalendar,
  counter: Spent,
): Promise<{ calendar: CalendarRecord | null; userErrors: UserError[] }> {
  const { store, ids, wake } = dependencies;
  const tenant = tenantOf(actor);
  const refuse = (...userErrors: UserError[]) => ({ calendar: null, userErrors });
  const name = input.name.trim();
  if (name === '')
    return refuse({ path: ['name'], code: 'REQUIRED', message: 'Expected 1 to 255 characters, got none' });
  if (name.length > 255) {
    return refuse({ path: ['name'], code: 'TOO_LONG', message: `Expected at most 255 characters, got ${name.length}` });
  }
  const { idempotencyKey } = input;
  const call =
    idempotencyKey == null
      ? null
      : { applicationId: actor.applicationId, mutation: 'createCalendar', key: idempotencyKey, input };

  const before = await store.withApplication(
    tenant,
    async (tx) => {
      const replay = call === null ? null : await findCall<string>(tx, call);
      const [profile] = await findProfiles(tx, tenant, [input.profileId]);
      const calendars = profile === undefined ? [] : await calendarsOfAccounts(tx, tenant, [profile.accountId]);
      return { replay, profile, calendars };
    },
    counter,
  );
  if (before.replay?.kind === 'mismatch') {
    const message = 'Expected the input that this key was used with first, got another';
    return refuse({ path: ['idempotencyKey'], code: 'IDEMPOTENCY_MISMATCH', message });
  }
  if (before.replay?.kind === 'replay') {
    const { result } = before.replay;
    return { calendar: before.calendars.find((calendar) => calendar.id === result) ?? null, userErrors: [] };
  }
  const { profile } = before;
  if (profile === undefined) {
    const message = 'Expected a profile that this credential may see, got an unknown id';
    return refuse({ path: ['profileId'], code: 'NOT_FOUND', message });
  }
  const refusal = grantRefusal(actor, profile.grantScopes, 'create_calendar', ['profileId']);
  if (refusal !== null) return refuse(refusal);
  const taken = before.calendars.some(
    (calendar) => calendar.profileId === profile.id && !calendar.deleted && calendar.name === name,
  );
  if (taken) {
    return refuse({
      path: ['name'],
      code: 'DUPLICATE',
      message: `The profile has a calendar called ${JSON.stringify(name)} already`,
    });
  }

  const wanted = { name, color: input.color ?? null, timeZone: input.timeZone ?? null };
  let remote: RemoteCalendar | null = null;
  if (profile.provider !== 'MERIDIAN') {
    if (profile.status === 'DISCONNECTED') {
      const message = 'The profile is disconnected; its user has to connect it again';
      return refuse({ path: ['profileId'], code: 'PROFILE_DISCONNECTED', message });
    }
    try {
      const { connector, session } = await dependencies.connect(profile.id, () => counter.providerCalls++);
      remote = await connector.createCalendar(session, wanted);
    } catch (error) {
      if (!(error instanceof ProviderError)) throw error;
      return refuse(providerUserError(error, ['profileId']));
    }
  }
  const calendarId = await store.withApplication(
    tenant,
    async (tx) => {
      const id = await insertCalendar(tx, ids('cal'), { actor, profile, wanted, remote });
      if (call !== null) await recordCall(tx, call, id);
      return id;
    },
    counter,
  );
  wake(profile.accountId);
  const [calendar] = await store.withApplication(tenant, (tx) => findCalendars(tx, tenant, [calendarId]), counter);
  return { calendar: calendar ?? null, userErrors: [] };
}

/** A poll may have seen the new calendar first: then its row is taken over. */
async function insertCalendar(
  tx: Tx,
  id: string,
  made: {
    readonly actor: Actor;
    readonly profile: ProfileRecord;
    readonly wanted: { readonly name: string; readonly color: string | null; readonly timeZone: string | null };
    readonly remote: RemoteCalendar | null;
  },
): Promise<string> {
  const { actor, profile, wanted, remote } = made;
  const row = await tx
    .insertInto('calendar')
    .values({
      id,
      account_id: profile.accountId,
      profile_id: profile.id,
      remote_id: remote?.remoteId ?? id,
      name: remote?.name ?? wanted.name,
      color: remote?.color ?? wanted.color,
      time_zone: remote?.timeZone ?? wanted.timeZone,
      read_only: remote?.readOnly ?? false,
      capabilities: JSON.stringify(remote?.capabilities ?? applicationCalendarCapabilities),
      created_by: actor.applicationId,
      initial_sync_done: remote === null,
    })
    .onConflict((conflict) =>
      conflict.columns(['profile_id', 'remote_id']).doUpdateSet({ created_by: actor.applicationId, deleted_at: null }),
    )
    .returning('id')
    .executeTakeFirstOrThrow();
  await appendChanges(
    tx,
    profile.accountId,
    [{ kind: 'CALENDAR_CREATED', subjectId: row.id, profileId: profile.id, calendarId: row.id, managedBy: null }],
    { madeBy: actor.applicationId },
  );
  return row.id;
}

async function remove(
  dependencies: CalendarDependencies,
  actor: Actor,
  calendarId: string,
  counter: Spent,
): Promise<{ deletedId: string | null; userErrors: UserError[] }> {
  const { store, clock, wake } = dependencies;
  const tenant = tenantOf(actor);
  const refuse = (error: UserError) => ({ deletedId: null, userErrors: [error] });
  const [calendar] = await store.withApplication(tenant, (tx) => findCalendars(tx, tenant, [calendarId]), counter);
  if (calendar === undefined) return refuse(unknownCalendar);
  const refusal = grantRefusal(actor, calendar.grantScopes, 'create_calendar', ['calendarId']);
  if (refusal !== null) return refuse(refusal);
  if (calendar.createdBy !== actor.applicationId) {
    const message = 'Only a calendar that this application created can be deleted by it';
    return refuse({ path: ['calendarId'], code: 'FORBIDDEN', message });
  }
  // Deleting what is gone already succeeds.
  if (calendar.deleted) return { deletedId: calendarId, userErrors: [] };
  if (calendar.provider !== 'MERIDIAN') {
    try {
      const { connector, session } = await dependencies.connect(calendar.profileId, () => counter.providerCalls++);
      await connector.deleteCalendar(session, calendar.remoteId);
    } catch (error) {
      if (!(error instanceof ProviderError)) throw error;
      if (error.code !== 'NOT_FOUND') return refuse(providerUserError(error, ['calendarId']));
    }
  }
  const at = new Date(clock());
  await store.withApplication(
    tenant,
    async (tx) => {
      const gone = await tx
        .updateTable('calendar')
        .set({ deleted_at: at })
        .where('id', '=', calendarId)
        .where('deleted_at', 'is', null)
        .executeTakeFirst();
      if (gone.numUpdatedRows === 0n) return;
      // The calendar's own change says it for its events: a reader of CALENDAR_DELETED drops them with it.
      await tx
        .updateTable('event')
        .set({ deleted_at: at, synced_at: at, raw: null, pending_operation: null })
        .where('calendar_id', '=', calendarId)
        .where('deleted_at', 'is', null)
        .execute();
      const { profileId } = calendar;
      await appendChanges(
        tx,
        calendar.accountId,
        [{ kind: 'CALENDAR_DELETED', subjectId: calendarId, profileId, calendarId, managedBy: null }],
        { madeBy: actor.applicationId },
      );
    },
    counter,
  );
  wake(calendar.accountId);
  return { deletedId: calendarId, userErrors: [] };
}
