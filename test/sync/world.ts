/** One user's calendars at a provider in memory, connected to a real database: what the tests of sync/ begin with. */
import { CompiledQuery } from 'kysely';
import type { Connector } from '../../datasources/providers/connector.ts';
import { createMemoryConnector } from '../../datasources/providers/memory/connector.ts';
import { MemoryProvider, type MemoryProviderOptions } from '../../datasources/providers/memory/provider.ts';
import { appendChanges } from '../../datasources/store/change-log.ts';
import { deleteRow, storeObjects } from '../../datasources/store/event-rows.ts';
import { expireAllLeases } from '../../datasources/store/leases.ts';
import { makePollDue } from '../../datasources/store/profiles-sync.ts';
import type { Store } from '../../datasources/store/store.ts';
import type { CalendarObject, EventContent, EventTime } from '../../domain/events/model.ts';
import { systemZones } from '../../domain/time/system-zones.ts';
import { createVault } from '../../sync/credentials.ts';
import { defaultSettings, type SyncDependencies, type SyncSettings } from '../../sync/dependencies.ts';
import { type ConnectRequest, connectCalDav } from '../../sync/inbound/connect.ts';
import { type PollOutcome, pollProfile } from '../../sync/inbound/poll.ts';
import { attemptOperation } from '../../sync/outbound/attempt.ts';
import { type FreshStore, testKeyRing } from '../setup/database.ts';

export const zones = systemZones(process.versions['tz'] ?? 'unknown');

export interface Change {
  readonly kind: string;
  readonly subject_id: string;
  readonly made_by: string | null;
  readonly audience: string | null;
}

export interface World {
  readonly provider: MemoryProvider;
  readonly connector: Connector;
  readonly dependencies: SyncDependencies;
  readonly accountId: string;
  readonly profileId: string;
  readonly applicationId: string;
  readonly unitId: string;
  /** Milliseconds since the epoch; moved by hand. */
  readonly clock: { now: number };
  readonly woken: string[];
  poll(request?: Partial<Parameters<typeof pollProfile>[2]>): Promise<PollOutcome>;
  /** The account's log in order, from the `from`-th entry on. */
  changes(from?: number): Promise<Change[]>;
  kinds(from?: number): Promise<string[]>;
  calendar(remoteId: string): Promise<CalendarState>;
  events(remoteId: string): Promise<EventState[]>;
  profile(): Promise<{
    status: string;
    cause: string | null;
    remedy: string | null;
    next_poll_at: Date | null;
    initial_sync_required: boolean;
    credential: string;
    failures: number;
  }>;
  runs(remoteId: string): Promise<RunState[]>;
  /** As a mutation does: the intended row, and an operation; answers their ids. */
  write(remoteId: string, object: CalendarObject): Promise<{ operationId: string; eventId: string }>;
  delete(remoteId: string, uid: string): Promise<{ operationId: string; eventId: string }>;
  attempt(operationId: string): ReturnType<typeof attemptOperation>;
  operation(operationId: string): Promise<{
    status: string;
    attempts: number;
    failure: { code: string } | null;
    next_attempt_at: Date | null;
    claimed_until: Date | null;
  }>;
  /** The same world seen by a process that was just started after this one died. */
  restart(): Promise<void>;
}

export interface CalendarState {
  id: string;
  name: string;
  sync_token: string | null;
  change_tag: string | null;
  initial_sync_done: boolean;
  missing_since: Date | null;
  brake_since: Date | null;
  deleted_at: Date | null;
  time_zone: string | null;
}

export interface EventState {
  id: string;
  uid: string;
  summary: string | null;
  remote_id: string | null;
  etag: string | null;
  pending_operation: string | null;
  deleted: boolean;
  starts_at: Date | null;
  version: string;
}

export interface RunState {
  kind: string;
  status: string;
  changes: number;
  provider_calls: number;
  skipped: { uid: string | null; reason: string }[];
  failure: { code: string; message: string } | null;
}

export interface WorldOptions extends MemoryProviderOptions {
  readonly settings?: Partial<SyncSettings>;
  /** How many calendars the user has; 1 by default. */
  readonly calendars?: number;
  readonly before?: (provider: MemoryProvider) => void;
  readonly wrapStore?: (store: Store) => Store;
  readonly wrapConnector?: (connector: Connector) => Connector;
}

let worlds = 0;

/** Connects a new login; its first sync is not done yet. */
export async function createWorld(fresh: FreshStore, options: WorldOptions = {}): Promise<World> {
  const username = `alice${++worlds}`;
  const provider = new MemoryProvider({ username, ...options });
  for (let made = 0; made < (options.calendars ?? 1); made++) provider.addCalendar();
  options.before?.(provider);
  const plain = createMemoryConnector(provider);
  const connector = options.wrapConnector?.(plain) ?? plain;
  const { store } = fresh;
  // Over the store's own pool: a connection of its own for every look would take longer than what is looked at.
  const query = async <Row>(text: string, values: unknown[] = []): Promise<Row[]> =>
    (await store.asWorker((tx) => tx.executeQuery<Row>(CompiledQuery.raw(text, values)))).rows;
  const unitId = store.ids('org');
  const applicationId = store.ids('app');
  await store.asWorker(async (tx) => {
    await tx.insertInto('organizational_unit').values({ id: unitId, name: 'Unit' }).execute();
    await tx
      .insertInto('application')
      .values({
        id: applicationId,
        unit_id: unitId,
        name: 'A',
        client_id: `client-${applicationId}`,
        mode: 'DEVELOPMENT',
      })
      .execute();
  });
  const clock = { now: Date.UTC(2026, 10, 22, 12) };
  const woken: string[] = [];
  const base: SyncDependencies = {
    store,
    vault: createVault(testKeyRing),
    connectorFor: (name) => (name === 'CALDAV' ? plain : null),
    zones,
    ids: store.ids,
    now: () => clock.now,
    random: () => 0.5,
    logger: { info: () => {}, warn: () => {}, error: () => {} },
    wake: (accountId) => void woken.push(accountId),
    settings: { ...defaultSettings, ...options.settings },
    instanceId: 'test',
  };
  const connected = await connectCalDav(base, connectRequest({ applicationId, unitId, username }), (tx, profileId) =>
    makePollDue(tx, { profileId }, clock.now),
  );
  if (!connected.connected) throw new Error(JSON.stringify(connected.userErrors));
  const { accountId, profileId } = connected;
  const dependencies: SyncDependencies = {
    ...base,
    store: options.wrapStore?.(store) ?? store,
    connectorFor: (name) => (name === 'CALDAV' ? connector : null),
  };
  const one = <T>(rows: T[]): T => {
    if (rows[0] === undefined) throw new Error('expected a row');
    return rows[0];
  };
  const calendarId = async (remoteId: string) =>
    one(
      await query<{ id: string }>('select id from calendar where profile_id = $1 and remote_id = $2', [
        profileId,
        remoteId,
      ]),
    ).id;
  const changes = async (from = 0) =>
    (
      await query<Change>(
        'select kind, subject_id, made_by, audience from change_log where account_id = $1 order by sequence',
        [accountId],
      )
    ).slice(from);
  return {
    provider,
    connector,
    dependencies,
    accountId,
    profileId,
    applicationId,
    unitId,
    clock,
    woken,
    poll: (request = {}) => pollProfile(dependencies, profileId, { signal: new AbortController().signal, ...request }),
    changes,
    kinds: async (from) => (await changes(from)).map((change) => change.kind),
    calendar: async (remoteId) =>
      one(
        await query<CalendarState & Record<string, unknown>>(
          'select * from calendar where profile_id = $1 and remote_id = $2',
          [profileId, remoteId],
        ),
      ),
    events: async (remoteId) =>
      query<EventState & Record<string, unknown>>(
        `select id, uid, content->>'summary' as summary, remote_id, etag, pending_operation, deleted_at is not null as deleted,
           starts_at, version::text from event where calendar_id = $1 order by uid`,
        [await calendarId(remoteId)],
      ),
    profile: async () => one(await query('select * from profile where id = $1', [profileId])),
    runs: async (remoteId) =>
      query<RunState & Record<string, unknown>>(
        'select * from sync_run where calendar_id = $1 order by started_at, id',
        [await calendarId(remoteId)],
      ),
    write: async (remoteId, object) =>
      stageWrite(
        store,
        { applicationId, accountId, profileId, calendarId: await calendarId(remoteId) },
        object,
        clock.now,
      ),
    async delete(remoteId, uid) {
      const calendar = await calendarId(remoteId);
      const operationId = store.ids('opr');
      return store.asWorker(async (tx) => {
        const { id } = await tx
          .selectFrom('event')
          .select('id')
          .where('calendar_id', '=', calendar)
          .where('uid', '=', uid)
          .executeTakeFirstOrThrow();
        const change = await deleteRow(tx, { id, managedBy: null }, { now: clock.now, pendingOperation: operationId });
        await tx
          .insertInto('operation')
          .values({
            id: operationId,
            application_id: applicationId,
            account_id: accountId,
            profile_id: profileId,
            calendar_id: calendar,
            event_id: id,
            kind: 'DELETE',
            intended: null,
            status: 'PENDING',
            created_at: new Date(clock.now),
          })
          .execute();
        await appendChanges(tx, accountId, [{ ...change, profileId, calendarId: calendar }], { madeBy: applicationId });
        return { operationId, eventId: id };
      });
    },
    attempt: (operationId) => attemptOperation(dependencies, operationId, { signal: new AbortController().signal }),
    operation: async (operationId) => one(await query('select * from operation where id = $1', [operationId])),
    restart: () => store.asWorker(expireAllLeases),
  };
}

/** What a mutation leaves behind with its commit: the intended row, and a pending operation. */
export function stageWrite(
  store: FreshStore['store'],
  place: {
    readonly applicationId: string;
    readonly accountId: string;
    readonly profileId: string;
    readonly calendarId: string;
  },
  object: CalendarObject,
  now: number,
): Promise<{ operationId: string; eventId: string }> {
  const { applicationId, accountId, profileId, calendarId } = place;
  const operationId = store.ids('opr');
  return store.asWorker(async (tx) => {
    const outcome = await storeObjects(
      tx,
      { id: calendarId, accountId, profileId, timeZone: 'Etc/UTC' },
      [{ object, provider: null }],
      { now, zones, ids: store.ids, whilePending: 'replace', pendingOperation: operationId },
    );
    const eventId = outcome.ids.get(object.uid) ?? '';
    await tx
      .insertInto('operation')
      .values({
        id: operationId,
        application_id: applicationId,
        account_id: accountId,
        profile_id: profileId,
        calendar_id: calendarId,
        event_id: eventId,
        kind: 'PUT',
        intended: JSON.stringify(object),
        status: 'PENDING',
        created_at: new Date(now),
      })
      .execute();
    const entries = outcome.changes.map((change) => ({ ...change, profileId, calendarId }));
    await appendChanges(tx, accountId, entries, { madeBy: applicationId });
    return { operationId, eventId };
  });
}

export function connectRequest(
  who: { readonly applicationId: string; readonly unitId: string; readonly username: string },
  more: Partial<ConnectRequest> = {},
): ConnectRequest {
  return {
    applicationId: who.applicationId,
    unitId: who.unitId,
    actorAccountId: null,
    scopes: ['read_account', 'list_calendars', 'read_events', 'create_event', 'delete_event'],
    serverUrl: 'memory:/',
    username: who.username,
    password: 'alicepw',
    accountId: null,
    ...more,
  };
}

const noon = Date.UTC(2026, 10, 23, 12);
export const at = (hour: number): EventTime => ({ kind: 'utc', instant: noon + hour * 3_600_000 });

export function content(summary: string, more: Partial<EventContent> = {}): EventContent {
  return {
    summary,
    description: null,
    start: at(0),
    end: at(1),
    nominalDays: null,
    status: 'CONFIRMED',
    busyStatus: 'BUSY',
    visibility: 'DEFAULT',
    location: null,
    url: null,
    color: null,
    categories: [],
    organizer: null,
    attendees: [],
    reminders: [],
    rules: [],
    ...more,
  };
}

let stamp = noon;

/** A single event; every call is a version of its own, with a later stamp. */
export function event(uid: string, summary = uid, more: Partial<EventContent> = {}): CalendarObject {
  stamp += 1_000;
  return {
    uid,
    master: content(summary, more),
    exceptions: [],
    sequence: 0,
    stampedAt: stamp,
    createdAt: null,
    updatedAt: null,
    marker: null,
  };
}

export function uids(prefix: string, count: number): string[] {
  return Array.from({ length: count }, (_, index) => `${prefix}-${String(index).padStart(4, '0')}`);
}

/** As the connector, but for what is given. */
export function connectorBut(connector: Connector, given: Partial<Connector>): Connector {
  return {
    provider: connector.provider,
    connect: (session) => connector.connect(session),
    calendars: (session) => connector.calendars(session),
    pull: (...parameters) => connector.pull(...parameters),
    read: (...parameters) => connector.read(...parameters),
    write: (...parameters) => connector.write(...parameters),
    remove: (...parameters) => connector.remove(...parameters),
    createCalendar: (...parameters) => connector.createCalendar(...parameters),
    deleteCalendar: (...parameters) => connector.deleteCalendar(...parameters),
    freeBusy: (...parameters) => connector.freeBusy(...parameters),
    ...given,
  };
}
