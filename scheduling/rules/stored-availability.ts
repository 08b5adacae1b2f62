/** What an application stores of an account: rules and single periods, each known by the application's own key. */
import { findAccounts } from '../../datasources/store/accounts.ts';
import {
  lockStored,
  type Put,
  putPeriod,
  putRule,
  removeStored,
  storedLimits,
} from '../../datasources/store/availability-rule-writes.ts';
import { findPeriods, findRules } from '../../datasources/store/availability-rules.ts';
import { calendarsOfAccounts } from '../../datasources/store/calendars.ts';
import { appendChanges } from '../../datasources/store/change-log.ts';
import type { AccountRecord, AvailabilityRuleRecord, AvailablePeriodRecord } from '../../datasources/store/records.ts';
import { type QueryCounter, type Store, type Tenant, type Tx, tenantOf } from '../../datasources/store/store.ts';
import type { Actor } from '../../domain/actor.ts';
import type { UserError } from '../../domain/errors.ts';
import { grantRefusal } from '../../domain/grants.ts';
import type { IdSource } from '../../domain/identity.ts';
import { checkPeriod, checkRule, type GivenPeriod, type GivenRule, unknownCalendars } from './given.ts';

export interface StoredAvailabilityDependencies {
  readonly store: Store;
  readonly ids: IdSource;
  wake(accountId: string): void;
}

export interface Removed {
  /** Whose it was; null where there was none, and where it was refused. */
  readonly account: AccountRecord | null;
  readonly deletedId: string | null;
  readonly userErrors: readonly UserError[];
}

/** Every change is told in its own transaction (AVAILABILITY_RULE_CHANGED), to the application alone whose it is. */
export interface StoredAvailabilities {
  /** Makes the rule under its key, or changes it; what says the same already changes nothing and tells nothing. */
  upsertRule(
    actor: Actor,
    input: GivenRule,
    counter: QueryCounter,
  ): Promise<{ readonly rule: AvailabilityRuleRecord | null; readonly userErrors: readonly UserError[] }>;
  upsertPeriod(
    actor: Actor,
    input: GivenPeriod,
    counter: QueryCounter,
  ): Promise<{ readonly period: AvailablePeriodRecord | null; readonly userErrors: readonly UserError[] }>;
  /** One that is not there, or not for this credential, is gone already. */
  removeRule(actor: Actor, id: string, counter: QueryCounter): Promise<Removed>;
  removePeriod(actor: Actor, id: string, counter: QueryCounter): Promise<Removed>;
}

export function storedAvailabilities(dependencies: StoredAvailabilityDependencies): StoredAvailabilities {
  return {
    async upsertRule(actor, input, counter) {
      const { content, errors } = checkRule(input);
      const { accountId, key, calendarIds } = input;
      const { record, userErrors } = await upsert(dependencies, actor, accountId, counter, {
        ...rules,
        errors,
        check: async (tx, tenant) =>
          calendarIds == null || calendarIds.length === 0
            ? []
            : unknownCalendars(calendarIds, await calendarIdsOf(tx, tenant, accountId)),
        put: (tx, { applicationId }, newId) =>
          content === null ? null : putRule(tx, { applicationId, accountId, key }, content, newId),
      });
      return { rule: record, userErrors };
    },

    async upsertPeriod(actor, input, counter) {
      const { content, errors } = checkPeriod(input);
      const { accountId, key } = input;
      const { record, userErrors } = await upsert(dependencies, actor, accountId, counter, {
        ...periods,
        errors,
        put: (tx, { applicationId }, newId) =>
          content === null ? null : putPeriod(tx, { applicationId, accountId, key }, content, newId),
      });
      return { period: record, userErrors };
    },

    removeRule: (actor, id, counter) => remove(dependencies, actor, id, counter, rules),
    removePeriod: (actor, id, counter) => remove(dependencies, actor, id, counter, periods),
  };
}

/** What is the same of both, and what is not. */
interface Kind<Stored> {
  readonly prefix: 'avr' | 'avp';
  readonly table: 'availability_rule' | 'available_period';
  readonly name: string;
  find(tx: Tx, tenant: Tenant, ids: readonly string[]): Promise<readonly Stored[]>;
}

const rules: Kind<AvailabilityRuleRecord> = {
  prefix: 'avr',
  table: 'availability_rule',
  name: 'availability rule',
  find: findRules,
};

const periods: Kind<AvailablePeriodRecord> = {
  prefix: 'avp',
  table: 'available_period',
  name: 'available period',
  find: findPeriods,
};

interface Upsert<Stored> extends Kind<Stored> {
  /** What is wrong with the input by itself: nothing is put then. */
  readonly errors: readonly UserError[];
  /** What is wrong with it beside what the account has. */
  check?(tx: Tx, tenant: Tenant): Promise<readonly UserError[]>;
  put(tx: Tx, tenant: Tenant, newId: () => string): Promise<Put> | null;
}

async function upsert<Stored>(
  { store, ids, wake }: StoredAvailabilityDependencies,
  actor: Actor,
  accountId: string,
  counter: QueryCounter,
  { prefix, errors, find, check, put }: Upsert<Stored>,
): Promise<{ readonly record: Stored | null; readonly userErrors: readonly UserError[] }> {
  const tenant = tenantOf(actor);
  const refuse = (...userErrors: readonly UserError[]) => ({ record: null, userErrors, changed: false });
  const { changed, ...answer } = await store.withApplication(
    tenant,
    async (tx) => {
      // Before anything is looked at: nobody ends the authorization or stores under the same key meanwhile.
      await lockStored(tx, accountId);
      const [account] = await findAccounts(tx, tenant, [accountId]);
      if (account === undefined) return refuse(unknownAccount, ...errors);
      const refusal = grantRefusal(actor, account.grant.scopes, 'create_event', ['accountId']);
      const wrong = [...(refusal === null ? [] : [refusal]), ...errors, ...((await check?.(tx, tenant)) ?? [])];
      const stored = wrong.length > 0 ? null : await put(tx, tenant, () => ids(prefix));
      if (stored === null) return refuse(...wrong);
      if (stored.outcome === 'FULL') return refuse(full[stored.of]);
      const [record = null] = await find(tx, tenant, [stored.id]);
      const isChanged = stored.outcome !== 'UNCHANGED';
      if (isChanged) await tell(tx, actor, accountId, stored.id);
      return { record, userErrors: [], changed: isChanged };
    },
    counter,
  );
  if (changed) wake(accountId);
  return answer;
}

async function remove(
  { store, wake }: StoredAvailabilityDependencies,
  actor: Actor,
  id: string,
  counter: QueryCounter,
  {
    prefix,
    table,
    name,
    find,
  }: Kind<{ readonly id: string; readonly accountId: string; readonly grantScopes: readonly string[] }>,
): Promise<Removed> {
  if (!new RegExp(`^${prefix}_[0-9a-hjkmnp-tv-z]{26}$`).test(id)) {
    const message = `Expected the id of an ${name} (\`${prefix}_…\`), got another text`;
    return { account: null, deletedId: null, userErrors: [{ path: ['id'], code: 'INVALID', message }] };
  }
  const tenant = tenantOf(actor);
  const gone: Removed = { account: null, deletedId: id, userErrors: [] };
  const { changed, ...answer } = await store.withApplication(
    tenant,
    async (tx) => {
      const [found] = await find(tx, tenant, [id]);
      if (found === undefined) return { ...gone, changed: false };
      const { accountId, grantScopes } = found;
      const refusal = grantRefusal(actor, grantScopes, 'create_event', ['id']);
      if (refusal !== null) return { account: null, deletedId: null, userErrors: [refusal], changed: false };
      await lockStored(tx, accountId);
      const removed = await removeStored(tx, table, tenant, id);
      const [account = null] = await findAccounts(tx, tenant, [accountId]);
      if (removed) await tell(tx, actor, accountId, id);
      return { ...gone, account, changed: removed };
    },
    counter,
  );
  if (changed && answer.account !== null) wake(answer.account.id);
  return answer;
}

function tell(tx: Tx, { applicationId }: Actor, accountId: string, subjectId: string): Promise<void> {
  const change = { subjectId, profileId: null, calendarId: null, managedBy: null, audience: applicationId };
  return appendChanges(tx, accountId, [{ kind: 'AVAILABILITY_RULE_CHANGED', ...change }], { madeBy: applicationId });
}

async function calendarIdsOf(tx: Tx, tenant: Tenant, accountId: string): Promise<readonly string[]> {
  const calendars = await calendarsOfAccounts(tx, tenant, [accountId]);
  return calendars.filter((calendar) => !calendar.deleted).map((calendar) => calendar.id);
}

const unknownAccount: UserError = {
  path: ['accountId'],
  code: 'NOT_FOUND',
  message: 'Expected an account that authorised this application, got an unknown id',
};

const full: Readonly<Record<keyof typeof storedLimits, UserError>> = {
  rules: tooMany('key', `${storedLimits.rules} availability rules of one account, and as many are stored`),
  hours: tooMany(
    'weeklyPeriods',
    `${storedLimits.hours} weekly periods in all rules of one account, got more with these`,
  ),
  periods: tooMany(
    'key',
    `${storedLimits.periods.toLocaleString('en')} available periods of one account, and as many are stored`,
  ),
};

function tooMany(field: string, most: string): UserError {
  return { path: [field], code: 'LIMIT_EXCEEDED', message: `Expected at most ${most}` };
}
