/** One DataLoader per kind of row and request: authorization is part of a loader's identity, so none is shared. */
import DataLoader from 'dataloader';
import {
  findAccounts,
  findAccountsByEmail,
  findApplications,
  findProfiles,
  profilesOfAccounts,
} from '../datasources/store/accounts.ts';
import { findUnits } from '../datasources/store/applications.ts';
import {
  findPeriods,
  findRules,
  listPeriods,
  listRules,
  type PeriodQuery,
} from '../datasources/store/availability-rules.ts';
import {
  calendarsOfAccounts,
  type FoundRun,
  findCalendars,
  findRuns,
  runsOfCalendars,
} from '../datasources/store/calendars.ts';
import { type EventList, type EventListQuery, listEvents } from '../datasources/store/event-list.ts';
import { findEventsWithCalendars } from '../datasources/store/event-references.ts';
import { findCopies, findEvents } from '../datasources/store/events.ts';
import { type FeedSecret, findFeeds } from '../datasources/store/feeds.ts';
import { findHolds } from '../datasources/store/holds.ts';
import { findOperations } from '../datasources/store/operation-list.ts';
import type {
  AccountRecord,
  ApplicationRecord,
  AvailabilityRuleRecord,
  AvailablePeriodRecord,
  CalendarRecord,
  EventRecord,
  HoldRecord,
  OperationRecord,
  ProfileRecord,
  SyncRunRecord,
} from '../datasources/store/records.ts';
import type { Store, Tenant, Tx } from '../datasources/store/store.ts';
import { runPreparedLast } from '../datasources/store/transactions.ts';
import type { Counter } from './context.ts';
import type { UnitParent } from './parents.ts';

export interface EventListKey {
  readonly calendarIds: readonly string[];
  readonly query: EventListQuery;
}

export interface LoadedList extends EventList {
  /** `change_log_snapshot()` of the statement that read it. */
  readonly snapshot: string;
}

export interface CopiesKey {
  readonly accountId: string;
  readonly uid: string;
}

export interface PeriodsKey {
  readonly accountId: string;
  readonly query: PeriodQuery;
}

export interface Loaders {
  readonly application: DataLoader<string, ApplicationRecord | null>;
  readonly unit: DataLoader<string, UnitParent | null>;
  readonly account: DataLoader<string, AccountRecord | null>;
  /** Those known by an e-mail address (lower case), oldest first. */
  readonly accountsByEmail: DataLoader<string, readonly AccountRecord[]>;
  readonly profile: DataLoader<string, ProfileRecord | null>;
  readonly profilesOfAccount: DataLoader<string, readonly ProfileRecord[]>;
  readonly calendar: DataLoader<string, CalendarRecord | null>;
  readonly calendarsOfAccount: DataLoader<string, readonly CalendarRecord[]>;
  readonly availabilityRule: DataLoader<string, AvailabilityRuleRecord | null>;
  readonly rulesOfAccount: DataLoader<string, readonly AvailabilityRuleRecord[]>;
  readonly availablePeriod: DataLoader<string, AvailablePeriodRecord | null>;
  /** The asking application's own. */
  readonly hold: DataLoader<string, HoldRecord | null>;
  readonly periodsOfAccount: DataLoader<PeriodsKey, readonly AvailablePeriodRecord[], string>;
  /** The asking application's own, by calendar. */
  readonly feed: DataLoader<string, FeedSecret | null>;
  readonly event: DataLoader<string, EventRecord | null>;
  /** The same rows, read together with their calendars. */
  readonly eventWithCalendar: DataLoader<string, EventRecord | null>;
  readonly eventList: DataLoader<EventListKey, LoadedList, string>;
  /** Every row of a uid that an account has in its calendars, tombstones too. */
  readonly copies: DataLoader<CopiesKey, readonly EventRecord[], string>;
  readonly operation: DataLoader<string, OperationRecord | null>;
  readonly run: DataLoader<string, FoundRun | null>;
  readonly runs: DataLoader<{ readonly calendarId: string; readonly last: number }, readonly SyncRunRecord[], string>;
}

/** Makes the loaders of one request. */
export function createLoaders(store: Store, tenant: Tenant, counter: Counter): Loaders {
  const read = <T>(work: (tx: Tx) => Promise<T>) => store.withApplication(tenant, work, counter);

  const byId = <T extends { readonly id: string }>(find: (tx: Tx, ids: readonly string[]) => Promise<T[]>) =>
    new DataLoader<string, T | null>(async (ids) => {
      const found = new Map((await read((tx) => find(tx, ids))).map((record) => [record.id, record]));
      return ids.map((id) => found.get(id) ?? null);
    });

  const byAccount = <T extends { readonly accountId: string }>(
    find: (tx: Tx, accountIds: readonly string[]) => Promise<T[]>,
  ) =>
    new DataLoader<string, readonly T[]>(async (accountIds) => {
      const groups = Map.groupBy(await read((tx) => find(tx, accountIds)), (record) => record.accountId);
      return accountIds.map((id) => groups.get(id) ?? []);
    });

  const calendar = byId((tx, ids) => findCalendars(tx, tenant, ids, runPreparedLast));
  const event = byId((tx, ids) => findEvents(tx, tenant, ids));
  return {
    application: byId(findApplications),
    unit: byId(findUnits),
    account: byId((tx, ids) => findAccounts(tx, tenant, ids, runPreparedLast)),
    accountsByEmail: new DataLoader<string, readonly AccountRecord[]>(async (emails) => {
      const found = await read((tx) => findAccountsByEmail(tx, tenant, emails));
      const groups = Map.groupBy(found, (account) => account.email);
      return emails.map((email) => groups.get(email) ?? []);
    }),
    profile: byId((tx, ids) => findProfiles(tx, tenant, ids)),
    profilesOfAccount: byAccount((tx, ids) => profilesOfAccounts(tx, tenant, ids)),
    calendar,
    calendarsOfAccount: byAccount(async (tx, ids) => {
      const found = await calendarsOfAccounts(tx, tenant, ids);
      // Whatever names its calendar below needs no statement then.
      for (const record of found) calendar.prime(record.id, record);
      return found;
    }),
    availabilityRule: byId((tx, ids) => findRules(tx, tenant, ids)),
    rulesOfAccount: byAccount((tx, ids) => listRules(tx, tenant, ids)),
    availablePeriod: byId((tx, ids) => findPeriods(tx, tenant, ids)),
    hold: byId((tx, ids) => findHolds(tx, tenant, ids)),
    periodsOfAccount: new DataLoader<PeriodsKey, readonly AvailablePeriodRecord[], string>(
      (keys) => loadPeriods(keys, read, tenant),
      { cacheKeyFn: periodsKey },
    ),
    feed: new DataLoader(async (calendarIds) => {
      const found = await read((tx) => findFeeds(tx, tenant, calendarIds));
      const byCalendar = new Map(found.map((feed) => [feed.calendarId, feed]));
      return calendarIds.map((id) => byCalendar.get(id) ?? null);
    }),
    event,
    eventWithCalendar: byId(async (tx, ids) => {
      const found = await findEventsWithCalendars(tx, tenant, ids);
      for (const one of found) {
        event.prime(one.event.id, one.event);
        calendar.prime(one.event.calendarId, one.calendar);
      }
      return found.map((one) => one.event);
    }),
    run: byId((tx, ids) => findRuns(tx, tenant, ids)),
    operation: byId(findOperations),
    eventList: new DataLoader<EventListKey, LoadedList, string>((keys) => loadLists(keys, read, tenant), {
      cacheKeyFn: ({ calendarIds, query }) => `${calendarIds.join()} ${JSON.stringify(query)}`,
    }),
    copies: new DataLoader<CopiesKey, readonly EventRecord[], string>(
      async (keys) => {
        const groups = Map.groupBy(await read((tx) => findCopies(tx, tenant, keys)), copiesKey);
        return keys.map((key) => groups.get(copiesKey(key)) ?? []);
      },
      { cacheKeyFn: copiesKey },
    ),
    runs: new DataLoader<{ readonly calendarId: string; readonly last: number }, readonly SyncRunRecord[], string>(
      async (keys) => {
        const answers = new Map<string, SyncRunRecord[]>();
        for (const [last, group] of Map.groupBy(keys, (key) => key.last)) {
          const runs = await read((tx) => runsOfCalendars(tx, group.map((key) => key.calendarId), last)); // biome-ignore format: one call
          for (const key of group) answers.set(runKey(key), runs.filter((run) => run.calendarId === key.calendarId)); // biome-ignore format: one call
        }
        return keys.map((key) => answers.get(runKey(key)) ?? []);
      },
      { cacheKeyFn: runKey },
    ),
  };
}

function copiesKey({ accountId, uid }: CopiesKey): string {
  return `${accountId} ${uid}`;
}

function runKey(key: { readonly calendarId: string; readonly last: number }): string {
  return `${key.last} ${key.calendarId}`;
}

function periodsKey({ accountId, query }: PeriodsKey): string {
  return `${accountId} ${JSON.stringify(query)}`;
}

/** Like lists of events: accounts that are asked the same are one statement. */
async function loadPeriods(
  keys: readonly PeriodsKey[],
  read: <T>(work: (tx: Tx) => Promise<T>) => Promise<T>,
  tenant: Tenant,
): Promise<readonly AvailablePeriodRecord[][]> {
  const answers = new Map<string, AvailablePeriodRecord[]>();
  for (const group of Map.groupBy(keys, ({ query }) => JSON.stringify(query)).values()) {
    const [{ query } = { query: null }] = group;
    if (query === null) continue;
    const accountIds = group.map(({ accountId }) => accountId);
    const found = Map.groupBy(await read((tx) => listPeriods(tx, tenant, accountIds, query)), (one) => one.accountId);
    for (const key of group) answers.set(periodsKey(key), found.get(key.accountId) ?? []);
  }
  return keys.map((key) => answers.get(periodsKey(key)) ?? []);
}

/** Lists that ask the same of different calendars are one statement: 100 calendars cost what one costs. */
async function loadLists(
  keys: readonly EventListKey[],
  read: <T>(work: (tx: Tx) => Promise<T>) => Promise<T>,
  tenant: Tenant,
): Promise<LoadedList[]> {
  const answers: LoadedList[] = new Array(keys.length);
  const groups = Map.groupBy(keys.keys(), (index) => JSON.stringify(keys[index]?.query));
  for (const indexes of groups.values()) {
    const query = keys[indexes[0] ?? 0]?.query;
    if (query === undefined) continue;
    const lists = indexes.map((index) => keys[index]?.calendarIds ?? []);
    const answer = await read((tx) => listEvents(tx, tenant, lists, query));
    for (const [place, index] of indexes.entries()) {
      answers[index] = { ...(answer.lists[place] ?? emptyList), snapshot: answer.snapshot };
    }
  }
  return answers;
}

const emptyList: EventList = { records: [], moved: new Set() };
