/** What availability reads of accounts, in one statement: facts of all of them, events of those that changed. */
import { sql } from 'kysely';
import type { EventContent, Instant } from '../../domain/events/model.ts';
import type { ProviderName } from '../providers/connector.ts';
import { type StoredAvailability, storedAvailability } from './availability-rules.ts';
import type { AccountRecord } from './records.ts';
import type { Tx } from './store.ts';
import type { AccountKind, DisconnectionCause, ProfileStatus, StoredException } from './tables.ts';
import { runPrepared } from './transactions.ts';

/** An account to read, and what is known of it. */
export interface KnownAccount {
  readonly id: string;
  /** `StoredBusyAccount.stamp` of what is known and covers what is asked; null: nothing does. */
  readonly stamp: string | null;
}

export interface BusyAccountsQuery {
  readonly accounts: readonly KnownAccount[];
  /** Events are read that touch [from, to], all-day ones in any zone. Within the years 0001 to 9999. */
  readonly from: Instant;
  readonly to: Instant;
  /** Accounts that have one of these events are read whatever is known of them. Ids of `event` rows. */
  readonly excludedEvents: readonly string[];
  /** Events are read of accounts that granted one of these names, of the others facts only. */
  readonly granting: readonly string[];
  /** A hold that takes no time in this question. */
  readonly exceptHoldId: string | null;
  /** Accounts whose stored availability is asked for, too, with the sequence under which it is known; null: it is not. */
  readonly stored: ReadonlyMap<string, number | null>;
}

export interface StoredBusyAccount {
  readonly id: string;
  readonly sequence: number;
  /** Another one wherever events, calendars, zones or owners may be other ones. */
  readonly stamp: string;
  readonly timeZone: string;
  readonly grantScopes: readonly string[];
  readonly grantedAt: Instant;
  /** As it is shown to the application. */
  readonly record: AccountRecord;
  /** Those that the application may see. */
  readonly profiles: readonly StoredBusyProfile[];
  /** Those that are not deleted, the primary first, then the oldest. */
  readonly calendars: readonly StoredBusyCalendar[];
  /** Null where what is known still stands. */
  readonly events: readonly StoredBusyEvent[] | null;
  /** What is held of it and touches the time asked for, by whichever application. */
  readonly held: readonly StoredHeldTime[];
  /** The uids of `excludedEvents`, with their rows as far as they are known. */
  readonly excluded: readonly StoredBusyEvent[];
  /** What the tenant stored of it, at any time; null where nobody asked, and where the account is as it was known. */
  readonly stored: StoredAvailability | null;
}

export interface StoredHeldTime {
  /** Seconds since 1970, half-open, with buffers. */
  readonly from: number;
  readonly to: number;
  /** Of the meeting; null where another application holds it. */
  readonly start: number | null;
  /** Milliseconds from the beginning of the transaction until it ends by itself. */
  readonly left: number;
}

export interface StoredBusyProfile {
  readonly id: string;
  readonly provider: ProviderName;
  readonly login: string;
  readonly addresses: readonly string[] | null;
  readonly status: ProfileStatus;
  readonly cause: DisconnectionCause | null;
  readonly statusSince: Instant;
  readonly nextPollAt: Instant | null;
  readonly initialSyncRequired: boolean;
}

export interface StoredBusyCalendar {
  readonly id: string;
  readonly profileId: string;
  readonly timeZone: string | null;
  readonly primary: boolean;
  readonly readOnly: boolean;
  readonly ownerAddresses: readonly string[] | null;
  readonly initialSyncDone: boolean;
  readonly lastSyncedAt: Instant | null;
}

/** What of an event may take time: texts that nobody needs for it are left out of `content`. */
export interface StoredBusyEvent {
  readonly id: string;
  readonly calendarId: string;
  readonly uid: string;
  readonly content: EventContent | null;
  readonly exceptions: readonly StoredException[];
  /** It is the asking application's own. */
  readonly own: boolean;
  /** Seconds that its booking keeps free before and after it. */
  readonly marginBefore: number;
  readonly marginAfter: number;
}

export interface BusyAccountsAnswer {
  /** Accounts that the tenant does not see are not among them. */
  readonly accounts: readonly StoredBusyAccount[];
  /** `change_log_snapshot()` of the very statement. */
  readonly snapshot: string;
}

/**
 * Reads the accounts, whatever their number, in one statement (migrations/20261123T0110-told-accounts.ts). Row-level security
 * decides which accounts, profiles and bindings there are.
 *
 * @param run `runPreparedLast` where nothing follows in the transaction.
 */
export async function readBusyAccounts(
  tx: Tx,
  tenant: { readonly applicationId: string },
  query: BusyAccountsQuery,
  run: typeof runPrepared = runPrepared,
): Promise<BusyAccountsAnswer> {
  const ids = query.accounts.map(({ id }) => id);
  const stamps = query.accounts.map(({ stamp }) => stamp);
  const [from, to] = [new Date(query.from).toISOString(), new Date(query.to).toISOString()];
  const stored =
    query.stored.size === 0
      ? sql``
      : sql`, (select jsonb_object_agg(s.id, ${storedAvailability(sql`s.id`, tenant, null)})
          from unnest(${[...query.stored.keys()]}::text[], ${[...query.stored.values()]}::bigint[]) as s (id, sequence)
          join account_log l on l.account_id = s.id and l.sequence is distinct from s.sequence) as stored`;
  const statement = sql<Row>`
    select *, held_times(${tenant.applicationId}, ${ids}::text[], ${from}::timestamptz, ${to}::timestamptz, ${query.exceptHoldId}) as held${stored}
    from busy_accounts(${tenant.applicationId}, ${ids}::text[], ${stamps}::text[], ${from}::timestamptz, ${to}::timestamptz,
      ${[...query.excludedEvents]}::text[], ${[...query.granting]}::text[])`;
  const [row] = await run(tx, statement);
  if (row === undefined) throw new Error('expected what busy_accounts tells, got nothing');
  const read = new Map((row.read ?? []).map((id): [string, StoredBusyEvent[]] => [id, []]));
  const accounts = row.accounts ?? [];
  const accountOf = new Map(accounts.flatMap(([id, , , , , , , calendars]) => (calendars ?? []).map((calendar) => [calendar[0], id] as const))); // biome-ignore format: one map
  for (const tuple of row.events ?? []) read.get(accountOf.get(tuple[1]) ?? '')?.push(storedEvent(tuple));
  const excluded = Map.groupBy((row.excluded ?? []).map(storedEvent), ({ calendarId }) => accountOf.get(calendarId));
  const held = Map.groupBy(row.held ?? [], ([id]) => id);
  return {
    accounts: accounts.map((tuple) => ({
      ...storedAccount(tuple, read.get(tuple[0]) ?? null, excluded.get(tuple[0]) ?? []),
      stored: row.stored?.[tuple[0]] ?? null,
      held: (held.get(tuple[0]) ?? []).map(([, from, to, start, left]) => ({ from, to, start, left })),
    })),
    snapshot: row.snapshot,
  };
}

interface Row {
  snapshot: string;
  accounts: AccountTuple[] | null;
  /** Whose events were read. */
  read: string[] | null;
  events: EventTuple[] | null;
  excluded: EventTuple[] | null;
  held: HeldTuple[] | null;
  /** By account. */
  stored?: Record<string, StoredAvailability> | null;
}

type HeldTuple = [accountId: string, from: number, to: number, start: number | null, left: number];

type AccountTuple = [
  id: string,
  sequence: number,
  stamp: string,
  timeZone: string,
  grantScopes: string[],
  grantedAt: number,
  profiles: ProfileTuple[] | null,
  calendars: CalendarTuple[] | null,
  kind: AccountKind,
  applicationKey: string | null,
  email: string | null,
  name: string | null,
  createdAt: number,
];

type ProfileTuple = [
  id: string,
  provider: ProviderName,
  login: string,
  addresses: string[] | null,
  status: ProfileStatus,
  cause: DisconnectionCause | null,
  statusSince: number,
  nextPollAt: number | null,
  initialSyncRequired: boolean,
];

type CalendarTuple = [
  id: string,
  profileId: string,
  timeZone: string | null,
  primary: boolean,
  readOnly: boolean,
  ownerAddresses: string[] | null,
  initialSyncDone: boolean,
  lastSyncedAt: number | null,
];

type EventTuple = [
  id: string,
  calendarId: string,
  uid: string,
  content: EventContent | null,
  exceptions: StoredException[],
  own: boolean,
  marginBefore: number,
  marginAfter: number,
];

function storedAccount(
  tuple: AccountTuple,
  events: readonly StoredBusyEvent[] | null,
  excluded: readonly StoredBusyEvent[],
): Omit<StoredBusyAccount, 'held' | 'stored'> {
  const [id, sequence, stamp, timeZone, grantScopes, grantedAt, profiles, calendars, kind, applicationKey, ...shown] =
    tuple;
  const [email, name, createdAt] = shown;
  const grant = { scopes: grantScopes, status: 'ACTIVE' as const, createdAt: grantedAt };
  return {
    id,
    sequence,
    stamp,
    timeZone,
    grantScopes,
    grantedAt,
    record: { id, kind, applicationKey, email, name, timeZone, createdAt, grant },
    profiles: (profiles ?? []).map(storedProfile),
    calendars: (calendars ?? []).map(storedCalendar),
    events,
    excluded,
  };
}

function storedProfile(tuple: ProfileTuple): StoredBusyProfile {
  const [id, provider, login, addresses, status, cause, statusSince, nextPollAt, initialSyncRequired] = tuple;
  return { id, provider, login, addresses, status, cause, statusSince, nextPollAt, initialSyncRequired };
}

function storedCalendar(tuple: CalendarTuple): StoredBusyCalendar {
  const [id, profileId, timeZone, primary, readOnly, ownerAddresses, initialSyncDone, lastSyncedAt] = tuple;
  return { id, profileId, timeZone, primary, readOnly, ownerAddresses, initialSyncDone, lastSyncedAt };
}

function storedEvent(tuple: EventTuple): StoredBusyEvent {
  const [id, calendarId, uid, content, exceptions, own, marginBefore, marginAfter] = tuple;
  return { id, calendarId, uid, content, exceptions, own, marginBefore, marginAfter };
}
