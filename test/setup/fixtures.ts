/** Rows that most tests need before they can begin. */
import type { ConnectorCapabilities, ProviderName } from '../../datasources/providers/connector.ts';
import type { OpenedStore } from '../../datasources/store/open.ts';
import type { Tenant } from '../../datasources/store/store.ts';
import type { AccountTable } from '../../datasources/store/tables.ts';

export interface TenantFixture {
  readonly unitId: string;
  readonly applicationId: string;
  readonly accountId: string;
  /** The account's place in the change log. */
  readonly accountOrdinal: string;
  readonly grantId: string;
  readonly profileId: string;
  readonly calendarId: string;
  /** What `withApplication` wants: the application with all its accounts. */
  readonly tenant: Tenant;
  /** The same as an account token sees it: this account alone. */
  readonly accountTenant: Tenant;
}

export interface TenantFixtureOptions {
  /** Put the account under an application (and its unit) that is already there. */
  readonly of?: Pick<TenantFixture, 'unitId' | 'applicationId'>;
  readonly kind?: AccountTable['kind'];
  readonly provider?: ProviderName;
  readonly timeZone?: string;
  /** Everything allowed by default. */
  readonly capabilities?: ConnectorCapabilities;
}

const everything: ConnectorCapabilities = {
  attendees: true,
  suppressNotifications: true,
  attachments: true,
  recurrence: 'FULL',
  maxReminders: null,
  push: false,
};

/** An organizational unit, an application, an account with an active authorization, a profile, a calendar, each with a new id. */
export async function insertTenant(store: OpenedStore, options: TenantFixtureOptions = {}): Promise<TenantFixture> {
  const { ids } = store;
  const unitId = options.of?.unitId ?? ids('org');
  const applicationId = options.of?.applicationId ?? ids('app');
  const accountId = ids('acc');
  const grantId = ids('aut');
  const profileId = ids('pro');
  const calendarId = ids('cal');
  const provider = options.provider ?? 'MERIDIAN';
  const accountOrdinal = await store.asWorker(async (tx) => {
    if (options.of === undefined) {
      await tx.insertInto('organizational_unit').values({ id: unitId, name: 'Unit' }).execute();
      await tx
        .insertInto('application')
        .values({
          id: applicationId,
          unit_id: unitId,
          name: 'Application',
          client_id: `client-${applicationId}`,
          mode: 'DEVELOPMENT',
        })
        .execute();
    }
    const { ordinal } = await tx
      .insertInto('account')
      .values({
        id: accountId,
        unit_id: unitId,
        kind: options.kind ?? 'APPLICATION_CALENDAR',
        owner_application_id: applicationId,
        application_key: accountId,
        email: `${accountId}@example.com`,
        name: 'Account',
        time_zone: options.timeZone ?? 'Etc/UTC',
      })
      .returning('ordinal')
      .executeTakeFirstOrThrow();
    await tx.insertInto('account_log').values({ account_id: accountId, account_ordinal: ordinal }).execute();
    await tx
      .insertInto('authorization_grant')
      .values({
        id: grantId,
        application_id: applicationId,
        account_id: accountId,
        scopes: ['read_account', 'list_calendars', 'read_events', 'create_event', 'delete_event', 'create_calendar'],
      })
      .execute();
    await tx
      .insertInto('profile')
      .values({
        id: profileId,
        account_id: accountId,
        provider,
        login: accountId,
        server_key: 'test',
        initial_sync_required: false,
      })
      .execute();
    await tx
      .insertInto('calendar')
      .values({
        id: calendarId,
        account_id: accountId,
        profile_id: profileId,
        remote_id: calendarId,
        name: 'Calendar',
        color: null,
        time_zone: options.timeZone ?? 'Etc/UTC',
        is_primary: true,
        capabilities: JSON.stringify(options.capabilities ?? everything),
        created_by: null,
        sync_token: null,
        change_tag: null,
        initial_sync_done: true,
      })
      .execute();
    return ordinal;
  });
  return {
    unitId,
    applicationId,
    accountId,
    accountOrdinal,
    grantId,
    profileId,
    calendarId,
    tenant: { applicationId, accountId: null },
    accountTenant: { applicationId, accountId },
  };
}
