/** What tests of stored availability ask, and of whom. */
import { createApplication } from '../../auth/applications.ts';
import type { UserError } from '../../domain/errors.ts';
import type { Loose, TestGraph } from '../setup/graph.ts';

const errors = 'userErrors { path code message }';
export const ruleFields = 'id key timeZone calendars { id } weeklyPeriods { day start end } account { id }';
export const periodFields = 'id key start end account { id }';

export const upsertRuleMutation = `mutation ($input: UpsertAvailabilityRuleInput!) {
  upsertAvailabilityRule(input: $input) { rule { ${ruleFields} } ${errors} } }`;
export const upsertPeriodMutation = `mutation ($input: UpsertAvailablePeriodInput!) {
  upsertAvailablePeriod(input: $input) { period { ${periodFields} } ${errors} } }`;
const deleteRuleMutation = `mutation ($id: ID!) {
  deleteAvailabilityRule(input: { id: $id }) { account { id } deletedId ${errors} } }`;
const deletePeriodMutation = `mutation ($id: ID!) {
  deleteAvailablePeriod(input: { id: $id }) { account { id } deletedId ${errors} } }`;

export const hours = (day: string, start: string, end: string) => ({ day, start, end });

export interface RuleInput {
  readonly accountId: string;
  readonly key: string;
  readonly timeZone?: string;
  readonly calendarIds?: readonly string[] | null;
  readonly weeklyPeriods?: readonly object[];
}

/** On behalf of the development application, unless a token says otherwise. */
export function asking(graph: TestGraph) {
  return {
    rule: async (input: RuleInput, token?: string): Promise<Loose> => {
      const full = { timeZone: 'Europe/London', weeklyPeriods: [hours('MONDAY', '09:00', '17:00')], ...input };
      return (await graph.data(upsertRuleMutation, { input: full }, token)).upsertAvailabilityRule.rule;
    },
    period: async (accountId: string, key: string, start: string, end: string, token?: string): Promise<Loose> => {
      const input = { accountId, key, start, end };
      return (await graph.data(upsertPeriodMutation, { input }, token)).upsertAvailablePeriod.period;
    },
    deleteRule: async (id: string, token?: string): Promise<Loose> =>
      (await graph.data(deleteRuleMutation, { id }, token)).deleteAvailabilityRule,
    deletePeriod: async (id: string, token?: string): Promise<Loose> =>
      (await graph.data(deletePeriodMutation, { id }, token)).deleteAvailablePeriod,
    rulesOf: async (accountId: string, token?: string): Promise<Loose[] | null> =>
      (
        await graph.data(
          `query ($id: ID!) { account(id: $id) { availabilityRules { ${ruleFields} } } }`,
          { id: accountId },
          token,
        )
      ).account.availabilityRules,
    newest: async (token?: string): Promise<string> =>
      (await graph.data('{ changes { cursor } }', {}, token)).changes.cursor,
    toldSince: async (after: string, token?: string): Promise<Loose[]> =>
      (
        await graph.data(
          `query ($after: String) { changes(after: $after, filter: { includeOwn: true }) { changes {
            kind subjectId accountId own subject { __typename ... on Node { id } } } } }`,
          { after },
          token,
        )
      ).changes.changes,
  };
}

/** Whatever was refused, of a document with one mutation. */
export async function refusedOf(
  graph: TestGraph,
  document: string,
  variables: object,
  token?: string,
): Promise<UserError[]> {
  const { data, errors: failures } = await graph.run(document, { ...variables }, token);
  if (failures.length > 0) throw new Error(JSON.stringify(failures));
  const [field] = Object.values(data as Record<string, Loose>);
  const { userErrors, ...rest } = field;
  if (Object.values(rest).some((value) => value !== null)) throw new Error('expected nothing beside the errors');
  return userErrors;
}

/** Another application of the account's unit, which the account lets in. */
export async function applicationBeside(
  graph: TestGraph,
  accountId: string,
  scopes: readonly string[] = ['read_write'],
): Promise<{ readonly id: string; readonly key: string }> {
  const { store } = graph.fresh;
  return store.asWorker(async (tx) => {
    const { unit } = await tx
      .selectFrom('account')
      .innerJoin('organizational_unit', 'organizational_unit.id', 'account.unit_id')
      .select('organizational_unit.name as unit')
      .where('account.id', '=', accountId)
      .executeTakeFirstOrThrow();
    const { application, secret } = await createApplication(tx, store.ids, { name: 'Beside', unit }, 'operator');
    await tx
      .insertInto('authorization_grant')
      .values({ id: store.ids('aut'), application_id: application.id, account_id: accountId, scopes: [...scopes] })
      .execute();
    return { id: application.id, key: secret };
  });
}
