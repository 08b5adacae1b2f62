/** Who sees, changes and hears of stored availability, and what becomes of it when that ends. */
import { describe, expect, test } from '@jest/globals';
import { publishedDocuments } from '../../auth/elements/published.ts';
import { applicationBeside, hours, refusedOf, upsertRuleMutation } from './stored-availability.ts';
import { storedWorld } from './stored-world.ts';

const at = storedWorld();
const { fresh, rowsOf } = at;

describe('another application that the account lets in', () => {
  test('sees, changes, deletes and hears of none but its own, also under the same key', async () => {
    const { accountId } = await fresh();
    const other = await applicationBeside(at.graph, accountId);
    const mine = await at.ask.rule({ accountId, key: 'shared' });
    const period = await at.ask.period(accountId, 'shared', '2026-05-01T10:00:00Z', '2026-05-01T11:00:00Z');
    const start = await at.ask.newest(other.key);
    await at.ask.rule({ accountId, key: 'shared', timeZone: 'Asia/Tokyo' });
    expect(await at.ask.rulesOf(accountId, other.key)).toEqual([]);
    const find = 'query ($ids: [ID!]!, $rule: ID!) { nodes(ids: $ids) { id } availabilityRule(id: $rule) { id } }';
    expect(await at.graph.data(find, { ids: [mine.id, period.id], rule: mine.id }, other.key)).toEqual({
      nodes: [null, null],
      availabilityRule: null,
    });
    const theirs = await at.ask.rule({ accountId, key: 'shared', timeZone: 'Europe/Paris' }, other.key);
    expect(theirs.id).not.toBe(mine.id);
    // Gone already, as far as it can know; and still there.
    expect(await at.ask.deleteRule(mine.id, other.key)).toEqual({ account: null, deletedId: mine.id, userErrors: [] });
    expect(await at.ask.deletePeriod(period.id, other.key)).toMatchObject({ account: null, deletedId: period.id });
    expect(await rowsOf('available_period', accountId)).toHaveLength(1);
    expect((await at.ask.rulesOf(accountId))?.map(({ timeZone }) => timeZone)).toEqual(['Asia/Tokyo']);
    expect((await at.ask.toldSince(start, other.key)).map(({ subjectId }) => subjectId)).toEqual([theirs.id]);
    expect(await at.ask.rulesOf(accountId, other.key)).toEqual([theirs]);
  });
});

describe('scopes', () => {
  test('what the account granted bounds writing and reading, as everywhere', async () => {
    const { accountId } = await fresh();
    const reader = await applicationBeside(at.graph, accountId, ['free_busy']);
    const input = { accountId, key: 'no', timeZone: 'Etc/UTC', weeklyPeriods: [hours('MONDAY', '09:00', '10:00')] };
    expect(await refusedOf(at.graph, upsertRuleMutation, { input }, reader.key)).toMatchObject([
      { path: ['accountId'], code: 'FORBIDDEN' },
    ]);
    const writer = await applicationBeside(at.graph, accountId, ['create_event']);
    const { data, errors } = await at.graph.run(upsertRuleMutation, { input: { ...input, key: 'yes' } }, writer.key);
    // It is stored, and may not be read.
    expect(data.upsertAvailabilityRule).toEqual({ rule: null, userErrors: [] });
    expect(new Set(errors.map(({ code }) => code))).toEqual(new Set(['FORBIDDEN']));
    const { upsertAvailabilityRule } = await at.graph.data(
      `mutation ($input: UpsertAvailabilityRuleInput!) { upsertAvailabilityRule(input: $input) { rule { id } userErrors { code } } }`,
      { input: { ...input, key: 'yes' } },
      writer.key,
    );
    const { id } = upsertAvailabilityRule.rule;
    expect(
      await at.graph.data(
        'query ($id: ID!) { node(id: $id) { id } availabilityRule(id: $id) { id } }',
        { id },
        writer.key,
      ),
    ).toEqual({ node: null, availabilityRule: null });
    // Once it may write no more, it may not delete either.
    await at.graph.fresh.superuser(`update authorization_grant set scopes = '{free_busy}' where application_id = $1`, [
      writer.id,
    ]);
    const deleting = `mutation ($id: ID!) { deleteAvailabilityRule(input: { id: $id }) { deletedId userErrors { path code } } }`;
    expect(await refusedOf(at.graph, deleting, { id }, writer.key)).toEqual([{ path: ['id'], code: 'FORBIDDEN' }]);
  });

  test('an account token reaches its own account alone, with what its application stored there', async () => {
    const [mine, other] = [await fresh(), await fresh()];
    const rule = await at.ask.rule({ accountId: mine.accountId, key: 'token' });
    expect(await at.ask.rulesOf(mine.accountId, mine.token)).toEqual([rule]);
    expect((await at.ask.rule({ accountId: mine.accountId, key: 'token' }, mine.token)).id).toBe(rule.id);
    const foreign = await at.ask.rule({ accountId: other.accountId, key: 'token' });
    expect(await at.ask.deleteRule(foreign.id, mine.token)).toMatchObject({ account: null });
    expect(await at.ask.rulesOf(other.accountId)).toEqual([foreign]);
  });

  test('a browser with the published document of managed availability is shown the hours', async () => {
    const { accountId } = await fresh();
    await at.ask.rule({ accountId, key: 'shown' });
    await at.graph.fresh.store.asWorker((tx) =>
      tx
        .updateTable('application')
        .set({ redirect_uris: ['https://app.example.com/back'] })
        .where('id', '=', at.graph.applicationId)
        .execute(),
    );
    await at.graph.fresh.superuser('update application set verified_at = now() where id = $1', [
      at.graph.applicationId,
    ]);
    const { createElementToken } = await at.graph.data(
      `mutation ($input: CreateElementTokenInput!) { createElementToken(input: $input) { token userErrors { message } } }`,
      { input: { origin: 'https://app.example.com', accountIds: [accountId], permissions: ['MANAGED_AVAILABILITY'] } },
    );
    const document = publishedDocuments().all.find(({ name }) => name === 'hours');
    const { accountsById } = await at.graph.data(
      document?.query ?? '',
      { accountIds: [accountId] },
      createElementToken.token,
    );
    expect(accountsById[0].availabilityRules).toMatchObject([
      { key: 'shown', weeklyPeriods: [hours('MONDAY', '09:00', '17:00')] },
    ]);
  });
});

describe('when the authorization ends', () => {
  const revoke = (accountId: string, erase: boolean, token?: string) =>
    at.graph.data(
      `mutation ($input: RevokeAuthorizationInput!) { revokeAuthorization(input: $input) { revokedAccountIds userErrors { message } } }`,
      { input: { authorization: { accountId }, erase } },
      token,
    );

  test('nothing is shown or deleted any more, and let in again everything is as it was', async () => {
    const { accountId } = await fresh();
    const other = await applicationBeside(at.graph, accountId);
    const rule = await at.ask.rule({ accountId, key: 'kept' }, other.key);
    await revoke(accountId, false, other.key);
    const find = 'query ($id: ID!) { availabilityRule(id: $id) { id } }';
    expect((await at.graph.data(find, { id: rule.id }, other.key)).availabilityRule).toBeNull();
    await at.ask.deleteRule(rule.id, other.key);
    await at.graph.fresh.superuser(
      `update authorization_grant set status = 'ACTIVE', revoked_at = null where application_id = $1`,
      [other.id],
    );
    expect(await at.ask.rulesOf(accountId, other.key)).toEqual([rule]);
  });

  test('writes that come while it ends are done or refused, and none fails', async () => {
    for (let round = 0; round < 5; round++) {
      const { accountId } = await fresh();
      const other = await applicationBeside(at.graph, accountId);
      const rule = await at.ask.rule({ accountId, key: 'there' }, other.key);
      const input = {
        accountId,
        key: 'racing',
        timeZone: 'Etc/UTC',
        weeklyPeriods: [hours('MONDAY', '09:00', '10:00')],
      };
      const upsert = `mutation ($input: UpsertAvailabilityRuleInput!) {
        upsertAvailabilityRule(input: $input) { rule { key } userErrors { path code } } }`;
      const writes = Array.from({ length: 4 }, () => at.graph.run(upsert, { input }, other.key));
      const deleting = at.ask.deleteRule(rule.id, other.key);
      await Promise.all([revoke(accountId, false, other.key), deleting]);
      for (const { data, errors } of await Promise.all(writes)) {
        expect(errors).toEqual([]);
        const { rule: made, userErrors } = data.upsertAvailabilityRule;
        if (made === null) expect(userErrors).toMatchObject([{ path: ['accountId'], code: 'NOT_FOUND' }]);
        else expect(made.key).toBe('racing');
      }
    }
  });

  test('an erased account keeps none of it, whoever stored it', async () => {
    const { accountId } = await fresh();
    const other = await applicationBeside(at.graph, accountId);
    for (const token of [undefined, other.key]) {
      await at.ask.rule({ accountId, key: 'erased' }, token);
      await at.ask.period(accountId, 'erased', '2026-05-01T10:00:00Z', '2026-05-01T11:00:00Z', token);
    }
    await revoke(accountId, false, other.key);
    expect(await rowsOf('availability_rule', accountId)).toHaveLength(2);
    await revoke(accountId, true);
    expect(await rowsOf('availability_rule', accountId)).toEqual([]);
    expect(await rowsOf('available_period', accountId)).toEqual([]);
  });
});

test('a profile that is taken out of the account takes its calendars out of the rules, and the rules stay', async () => {
  const { accountId, calendarId } = await fresh();
  at.graph.provider.addCalendar({ name: 'Linked' });
  const { connectCalDav } = await at.graph.data(
    `mutation ($input: ConnectCalDavInput!) { connectCalDav(input: $input) { account { id } profile { id calendars { id } } userErrors { message } } }`,
    { input: { serverUrl: 'http://127.0.0.1:1/', username: 'alice', password: 'alicepw' } },
  );
  const { profile, account } = connectCalDav;
  // As a user links it.
  for (const table of ['profile', 'calendar']) {
    const column = table === 'profile' ? 'id' : 'profile_id';
    await at.graph.fresh.superuser(`update ${table} set account_id = $1 where ${column} = $2`, [accountId, profile.id]);
  }
  expect(account.id).not.toBe(accountId);
  const linked = profile.calendars[0].id;
  const rule = await at.ask.rule({ accountId, key: 'linked', calendarIds: [linked, calendarId] });
  expect(rule.calendars).toHaveLength(2);
  await at.graph.data(
    `mutation ($input: UnlinkProfileInput!) { unlinkProfile(input: $input) { account { id } userErrors { message } } }`,
    { input: { profileId: profile.id } },
  );
  expect(await at.ask.rulesOf(accountId)).toEqual([{ ...rule, calendars: [{ id: calendarId }] }]);
});
