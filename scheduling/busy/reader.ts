/** Reads busy time: what is known still, and in the same statement what is not. */
import { setImmediate } from 'node:timers/promises';
import {
  readBusyAccounts,
  type StoredBusyAccount,
  type StoredBusyCalendar,
  type StoredBusyProfile,
} from '../../datasources/store/busy-accounts.ts';
import { ownAddresses } from '../../datasources/store/calendars.ts';
import { type QueryCounter, type Store, type Tx, tenantOf } from '../../datasources/store/store.ts';
import { runPreparedLast } from '../../datasources/store/transactions.ts';
import type { Actor, Scope } from '../../domain/actor.ts';
import type { Booking } from '../../domain/availability/booking-limits.ts';
import { NO_BUSY_TIMES } from '../../domain/availability/busy-times.ts';
import { union } from '../../domain/availability/spans.ts';
import type { CalendarReading } from '../../domain/busy/busy-entries.ts';
import { mayOn, namesGranting } from '../../domain/grants.ts';
import { FIRST_INSTANT, LAST_INSTANT } from '../../domain/time/instants.ts';
import type { ZoneData } from '../../domain/time/zone-data.ts';
import { type AccountTimes, accountTimes, busyRecord } from './account-times.ts';
import { blocksOf } from './blocks.ts';
import { busyEvents } from './causes.ts';
import { exclusion, rowsOf } from './excluded.ts';
import { KnownAccounts, type KnownTimes } from './known-times.ts';
import type {
  AccountBusy,
  MemberCalendar,
  MembersAnswer,
  MembersQuestion,
  MembersReader,
  Precision,
} from './members.ts';
import { type Window, windowToRead } from './windows.ts';

export interface MembersReaderDependencies {
  readonly store: Store;
  readonly zones: ZoneData;
  /** Bytes that known busy time may take; 64 MiB by default. */
  readonly memory?: number;
}

/** Busy intervals of one account that take milliseconds to find. */
const costly = 5_000;

const defaultMemory = 64 * 1024 * 1024;

export function createMembersReader({
  store,
  zones,
  memory = defaultMemory,
}: MembersReaderDependencies): MembersReader {
  const kept = new KnownAccounts(memory);

  async function readMembers(
    actor: Actor,
    question: MembersQuestion,
    counter?: QueryCounter,
    tx?: Tx,
  ): Promise<MembersAnswer> {
    const { applicationId } = actor;
    const known = new Map<string, KnownTimes>();
    for (const id of question.accountIds) {
      const found = kept.get(applicationId, id);
      if (found !== null) known.set(id, found);
    }
    const window = windowToRead(
      question,
      [...known.values()].map(({ times }) => times),
    );
    const excluded = rowsOf(question.excludedEventIds ?? []);
    const query = {
      accounts: question.accountIds.map((id) => ({ id, stamp: stampOf(known.get(id), window.asked) })),
      from: clamped(window.read.from * 1000),
      to: clamped(window.read.to * 1000),
      excludedEvents: excluded,
      granting: namesGranting(telling.filter((scope) => actor.scopes.has(scope))),
      exceptHoldId: question.exceptHoldId ?? null,
      stored: question.stored ?? nothingAsked,
    };
    const { accounts, snapshot } = await (tx === undefined
      ? store.withApplication(tenantOf(actor), (own) => readBusyAccounts(own, actor, query, runPreparedLast), counter)
      : readBusyAccounts(tx, actor, query));
    const told = new Map<string, AccountBusy>();
    for (const account of accounts) {
      const keep = tx === undefined;
      const one = tell(actor, question, account, { window: window.read, known: known.get(account.id), keep });
      told.set(account.id, one);
      // Costly calendars, one after the other, must not hold up everybody else's requests.
      if (account.events !== null && one.busy.starts.length > costly) await setImmediate();
    }
    return { members: question.accountIds.map((id) => told.get(id) ?? null), snapshot };
  }

  function tell(
    actor: Actor,
    question: MembersQuestion,
    account: StoredBusyAccount,
    {
      window,
      known,
      keep,
    }: { readonly window: Window; readonly known: KnownTimes | undefined; readonly keep: boolean },
  ): AccountBusy {
    const { id, stamp, events, sequence, timeZone, grantScopes, grantedAt, record } = account;
    const profiles = new Map(account.profiles.map((profile) => [profile.id, profile]));
    const calendars = account.calendars.flatMap((calendar) => {
      const profile = profiles.get(calendar.profileId);
      return profile === undefined ? [] : [{ calendar, profile }];
    });
    const precision = precisionOf(actor, grantScopes);
    let times: AccountTimes | null = known?.times ?? null;
    if (events !== null) {
      const readings = new Map(
        calendars.map(({ calendar, profile }, place) => [
          calendar.id,
          { ...readingOf(calendar, profile, timeZone), place },
        ]),
      );
      const records = events.map(busyRecord);
      const read = (isExcluded: (entry: Parameters<ReturnType<typeof exclusion>>[0]) => boolean) =>
        accountTimes(records, window, { calendars: readings, isExcluded }, zones);
      if (known?.stamp !== stamp || !covers(known.times, window)) {
        times = read(() => false);
        if (keep) kept.set(actor.applicationId, id, { stamp, times });
      }
      if (account.excluded.length > 0) {
        const named = account.excluded.map(busyRecord);
        const onlyOwn = precision !== 'EVENTS';
        times = read(
          exclusion({ eventIds: question.excludedEventIds ?? [], named, onlyOwn }, records, readings, zones),
        );
      }
    }
    const told = precision === 'NOTHING' ? null : times;
    return {
      accountId: id,
      sequence,
      timeZone,
      grantScopes,
      grantedAt,
      record,
      precision,
      calendars: calendars.map(({ calendar, profile }) => memberCalendar(id, calendar, profile, timeZone)),
      busy: told === null ? NO_BUSY_TIMES : precision === 'BLOCKS' ? blocksOf(told.busy) : told.busy,
      held: union(account.held.map(({ from, to }) => [from, to])),
      heldFor: account.held.length === 0 ? null : Math.min(...account.held.map(({ left }) => left)),
      bookings: question.bookings === true ? [...(told?.bookings ?? []), ...ownHolds(account)] : [],
      ...(account.stored === null ? {} : { stored: account.stored }),
      cutShort: told?.cutShort ?? [],
    };
  }

  return {
    readMembers,
    busyEvents: (actor, causes, counter) => busyEvents({ store, zones }, actor, causes, counter),
  };
}

const nothingAsked: ReadonlyMap<string, number | null> = new Map();

const telling: readonly Scope[] = ['read_events', 'read_free_busy'];

function precisionOf(actor: Actor, grantScopes: readonly string[]): Precision {
  if (mayOn(actor, grantScopes, ['read_events'])) return 'EVENTS';
  return mayOn(actor, grantScopes, ['read_free_busy']) ? 'BLOCKS' : 'NOTHING';
}

/** Nobody knows yet which categories they will have. */
function ownHolds({ held }: StoredBusyAccount): readonly Booking[] {
  return held.flatMap(({ start }) => (start === null ? [] : [{ start, categories: null }]));
}

function stampOf(known: KnownTimes | undefined, asked: Window): string | null {
  return known !== undefined && covers(known.times, asked) ? known.stamp : null;
}

function covers(times: AccountTimes, { from, to }: Window): boolean {
  return times.from <= from && times.to >= to;
}

function clamped(at: number): number {
  return Math.max(FIRST_INSTANT, Math.min(LAST_INSTANT, at));
}

function readingOf(calendar: StoredBusyCalendar, profile: StoredBusyProfile, accountZone: string): CalendarReading {
  return {
    zone: calendar.timeZone ?? accountZone,
    ownerAddresses: calendar.ownerAddresses ?? ownAddresses(profile.addresses, profile.login),
  };
}

function memberCalendar(
  accountId: string,
  calendar: StoredBusyCalendar,
  profile: StoredBusyProfile,
  accountZone: string,
): MemberCalendar {
  const { id, profileId, timeZone, primary, readOnly, initialSyncDone, lastSyncedAt } = calendar;
  return {
    id,
    accountId,
    profileId,
    provider: profile.provider,
    timeZone,
    effectiveTimeZone: timeZone ?? accountZone,
    primary,
    readOnly,
    considered: primary || !readOnly,
    initialSyncDone,
    lastSyncedAt,
    profileStatus: profile.status,
    profileCause: profile.cause,
    profileStatusSince: profile.statusSince,
    nextPollAt: profile.nextPollAt,
  };
}
