/** Application calendars: accounts whose calendar Meridian itself keeps. They need no provider. */
import { sql } from 'kysely';
import { applicationCalendarCapabilities } from '../../datasources/providers/meridian/capabilities.ts';
import { type IssuedTokens, issueAccountToken } from '../../datasources/store/account-tokens.ts';
import { findAccounts } from '../../datasources/store/accounts.ts';
import { calendarsOfAccounts } from '../../datasources/store/calendars.ts';
import { appendChanges } from '../../datasources/store/change-log.ts';
import type { AccountRecord, CalendarRecord } from '../../datasources/store/records.ts';
import type { Store, Tx } from '../../datasources/store/store.ts';
import type { Actor } from '../../domain/actor.ts';
import type { UserError } from '../../domain/errors.ts';
import type { Instant } from '../../domain/events/model.ts';
import type { IdSource } from '../../domain/identity.ts';
import type { ZoneData } from '../../domain/time/zone-data.ts';
import { rezonePage } from '../inbound/rezone.ts';

/** What an application calendar's token may do: everything, on its own account. */
const scope = 'read_write';

export interface ApplicationCalendarDependencies {
  readonly store: Store;
  readonly ids: IdSource;
  readonly zones: ZoneData;
  readonly clock: () => Instant;
  wake(accountId: string): void;
}

export interface ApplicationCalendarInput {
  /** Chosen by the application, 1 to 1,024 characters; unique among its application calendars. */
  readonly key: string;
  readonly name?: string | null;
  readonly timeZone?: string | null;
}

export interface ApplicationCalendarAnswer {
  readonly account: AccountRecord | null;
  readonly calendar: CalendarRecord | null;
  readonly tokens: IssuedTokens | null;
  readonly userErrors: readonly UserError[];
}

export interface ApplicationCalendars {
  /** Creates the calendar that the application calls `key`, or finds it again; the same call twice leaves one. */
  upsert(actor: Actor, input: ApplicationCalendarInput): Promise<ApplicationCalendarAnswer>;
}

export function applicationCalendars(dependencies: ApplicationCalendarDependencies): ApplicationCalendars {
  return { upsert: (actor, input) => upsert(dependencies, actor, input) };
}

async function upsert(
  dependencies: ApplicationCalendarDependencies,
  actor: Actor,
  input: ApplicationCalendarInput,
): Promise<ApplicationCalendarAnswer> {
  const { store, ids, wake } = dependencies;
  const userErrors = check(input);
  if (userErrors.length > 0) return { account: null, calendar: null, tokens: null, userErrors };
  const tenant = { applicationId: actor.applicationId, accountId: null };
  const answer = await store.withApplication(tenant, async (tx) => {
    // Two at once with one key: the second waits here and finds what the first made.
    await sql`select pg_advisory_xact_lock(hashtextextended(${`${actor.applicationId} ${input.key}`}, 0))`.execute(tx);
    const found = await tx
      .selectFrom('account')
      .select(['id', 'name', 'time_zone'])
      .where('owner_application_id', '=', actor.applicationId)
      .where('key_digest', '=', sql<Buffer>`key_digest(${input.key})`)
      .executeTakeFirst();
    const accountId = found?.id ?? (await create(tx, ids, actor, input));
    if (found !== undefined) await change(tx, dependencies, actor, found, input);
    await ensureCalendar(tx, ids, actor, accountId);
    const tokens = await issueAccountToken(tx, ids, { applicationId: actor.applicationId, accountId, scope });
    const [account] = await findAccounts(tx, tenant, [accountId]);
    const calendars = await calendarsOfAccounts(tx, tenant, [accountId]);
    const calendar = calendars.find((candidate) => candidate.primary && !candidate.deleted) ?? null;
    return { account: account ?? null, calendar, tokens, userErrors: [] };
  });
  if (answer.account !== null) wake(answer.account.id);
  return answer;
}

function check({ key, name }: ApplicationCalendarInput): UserError[] {
  const errors: UserError[] = [];
  if (key.trim() === '')
    errors.push({ path: ['key'], code: 'REQUIRED', message: 'Expected 1 to 1,024 characters, got none' });
  if (key.length > 1024) {
    errors.push({ path: ['key'], code: 'TOO_LONG', message: `Expected at most 1,024 characters, got ${key.length}` });
  }
  if (name != null && name.length > 255) {
    errors.push({ path: ['name'], code: 'TOO_LONG', message: `Expected at most 255 characters, got ${name.length}` });
  }
  return errors;
}

async function create(tx: Tx, ids: IdSource, actor: Actor, input: ApplicationCalendarInput): Promise<string> {
  const accountId = ids('acc');
  const profileId = ids('pro');
  const name = input.name ?? input.key;
  // The grant first: it is what makes the account visible to the application that makes it.
  await tx
    .insertInto('authorization_grant')
    .values({ id: ids('aut'), application_id: actor.applicationId, account_id: accountId, scopes: scope.split(' ') })
    .execute();
  const { ordinal } = await tx
    .insertInto('account')
    .values({
      id: accountId,
      unit_id: actor.unitId,
      kind: 'APPLICATION_CALENDAR',
      owner_application_id: actor.applicationId,
      application_key: input.key,
      name,
      time_zone: input.timeZone ?? 'Etc/UTC',
    })
    .returning('ordinal')
    .executeTakeFirstOrThrow();
  await tx.insertInto('account_log').values({ account_id: accountId, account_ordinal: ordinal }).execute();
  await tx
    .insertInto('profile')
    .values({
      id: profileId,
      account_id: accountId,
      provider: 'MERIDIAN',
      login: name,
      server_key: '',
      initial_sync_required: false,
    })
    .execute();
  await appendChanges(
    tx,
    accountId,
    [
      {
        kind: 'ACCOUNT_AUTHORIZED',
        subjectId: accountId,
        profileId: null,
        calendarId: null,
        managedBy: null,
        audience: actor.applicationId,
      },
      { kind: 'PROFILE_LINKED', subjectId: profileId, profileId, calendarId: null, managedBy: null },
    ],
    { madeBy: actor.applicationId },
  );
  return accountId;
}

/** The account's one primary calendar: made with the account, and again where the application deleted it. */
async function ensureCalendar(tx: Tx, ids: IdSource, actor: Actor, accountId: string): Promise<void> {
  const account = await tx
    .selectFrom('account')
    .innerJoin('profile', 'profile.account_id', 'account.id')
    .leftJoin('calendar', (join) =>
      join
        .onRef('calendar.profile_id', '=', 'profile.id')
        .on('calendar.is_primary', '=', true)
        .on('calendar.deleted_at', 'is', null),
    )
    .select(['account.name', 'account.time_zone', 'profile.id as profile_id', 'calendar.id as calendar_id'])
    .where('account.id', '=', accountId)
    .executeTakeFirstOrThrow();
  if (account.calendar_id !== null) return;
  const id = ids('cal');
  const profileId = account.profile_id;
  await tx
    .insertInto('calendar')
    .values({
      id,
      account_id: accountId,
      profile_id: profileId,
      remote_id: id,
      name: account.name ?? '',
      time_zone: account.time_zone,
      is_primary: true,
      capabilities: JSON.stringify(applicationCalendarCapabilities),
      created_by: actor.applicationId,
      initial_sync_done: true,
    })
    .execute();
  await appendChanges(
    tx,
    accountId,
    [{ kind: 'CALENDAR_CREATED', subjectId: id, profileId, calendarId: id, managedBy: null }],
    { madeBy: actor.applicationId },
  );
}

/** A name or zone that is given and differs is taken over; what is absent stays as it is. */
async function change(
  tx: Tx,
  { clock, zones }: ApplicationCalendarDependencies,
  actor: Actor,
  found: { readonly id: string; readonly name: string | null; readonly time_zone: string },
  input: ApplicationCalendarInput,
): Promise<void> {
  const name = input.name ?? found.name ?? input.key;
  const timeZone = input.timeZone ?? found.time_zone;
  if (name === found.name && timeZone === found.time_zone) return;
  await tx.updateTable('account').set({ name, time_zone: timeZone }).where('id', '=', found.id).execute();
  const calendar = await tx
    .updateTable('calendar')
    .set({ name })
    .where('account_id', '=', found.id)
    .where('is_primary', '=', true)
    .where('deleted_at', 'is', null)
    .returning(['id', 'profile_id'])
    .executeTakeFirst();
  if (calendar === undefined) return;
  if (timeZone !== found.time_zone) {
    const moved = {
      id: calendar.id,
      accountId: found.id,
      profileId: calendar.profile_id,
      timeZone,
      accountZone: timeZone,
    };
    let after: string | null = '';
    while (after !== null) after = await rezonePage(tx, moved, after, { now: clock(), zones });
  }
  await tx.updateTable('profile').set({ login: name }).where('id', '=', calendar.profile_id).execute();
  await appendChanges(
    tx,
    found.id,
    [
      {
        kind: 'CALENDAR_UPDATED',
        subjectId: calendar.id,
        profileId: calendar.profile_id,
        calendarId: calendar.id,
        managedBy: null,
      },
    ],
    { madeBy: actor.applicationId },
  );
}
