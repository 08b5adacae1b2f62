/** Stored availability: read back as it was given, once, by its application alone; every change of it is told. */
import { describe, expect, test } from '@jest/globals';
import type { Loose } from '../setup/graph.ts';
import { hours, periodFields, refusedOf, ruleFields, upsertRuleMutation } from './stored-availability.ts';
import { storedWorld } from './stored-world.ts';

const at = storedWorld();
const { fresh, rowsOf } = at;

describe('a rule', () => {
  test('is read back as it was given: by itself, of its account, and as a node', async () => {
    const { accountId, calendarId } = await fresh();
    const weeklyPeriods = [
      hours('MONDAY', '09:00', '12:30'),
      hours('FRIDAY', '22:00', '06:00'),
      hours('SUNDAY', '00:00', '24:00'),
      hours('SATURDAY', '20:00:30', '00:00'),
    ];
    const rule = await at.ask.rule({ accountId, key: 'read', weeklyPeriods, calendarIds: [calendarId, calendarId] });
    expect(rule).toEqual({
      id: expect.stringMatching(/^avr_/),
      key: 'read',
      timeZone: 'Europe/London',
      calendars: [{ id: calendarId }],
      weeklyPeriods,
      account: { id: accountId },
    });
    const { availabilityRule, node, nodes } = await at.graph.data(
      `query ($id: ID!) { availabilityRule(id: $id) { ${ruleFields} } nodes(ids: [$id]) { __typename id }
        node(id: $id) { ... on AvailabilityRule { ${ruleFields} } } }`,
      { id: rule.id },
    );
    expect([availabilityRule, node]).toEqual([rule, rule]);
    expect(nodes).toEqual([{ __typename: 'AvailabilityRule', id: rule.id }]);
    expect(await at.ask.rulesOf(accountId)).toEqual([rule]);
  });

  test('without calendars is of all, and a Windows zone becomes its IANA one', async () => {
    const { accountId } = await fresh();
    const rule = await at.ask.rule({ accountId, key: 'all', timeZone: 'W. Europe Standard Time' });
    expect([rule.calendars, rule.timeZone]).toEqual([null, 'Europe/Berlin']);
  });

  test('keeps its id and its place while it changes; the same key after its end is another rule', async () => {
    const { accountId, calendarId } = await fresh();
    const first = await at.ask.rule({ accountId, key: 'first' });
    const second = await at.ask.rule({ accountId, key: 'second', calendarIds: [calendarId] });
    const changed = await at.ask.rule({
      accountId,
      key: 'first',
      timeZone: 'Asia/Kathmandu',
      calendarIds: [calendarId],
    });
    expect([changed.id, changed.timeZone]).toEqual([first.id, 'Asia/Kathmandu']);
    expect(await at.ask.rule({ accountId, key: 'second' })).toEqual({ ...second, calendars: null });
    expect((await at.ask.rulesOf(accountId))?.map(({ id }) => id)).toEqual([first.id, second.id]);
    expect(await at.ask.deleteRule(first.id)).toEqual({
      account: { id: accountId },
      deletedId: first.id,
      userErrors: [],
    });
    expect((await at.ask.rulesOf(accountId))?.map(({ id }) => id)).toEqual([second.id]);
    expect((await at.ask.rule({ accountId, key: 'first' })).id).not.toBe(first.id);
  });

  test('of a calendar that is deleted leaves it out, and the rest stays', async () => {
    const { accountId, calendarId } = await fresh();
    const { account } = await at.graph.data('query ($id: ID!) { account(id: $id) { profiles { id } } }', {
      id: accountId,
    });
    const { createCalendar } = await at.graph.data(
      `mutation ($input: CreateCalendarInput!) { createCalendar(input: $input) { calendar { id } userErrors { message } } }`,
      { input: { profileId: account.profiles[0].id, name: 'Second' } },
    );
    const second = createCalendar.calendar.id;
    const { id, calendars } = await at.ask.rule({ accountId, key: 'two', calendarIds: [second, calendarId] });
    expect(calendars).toEqual([{ id: calendarId }, { id: second }]);
    await at.ask.rule({ accountId, key: 'alone', calendarIds: [second] });
    await at.graph.data(
      `mutation ($input: DeleteCalendarInput!) { deleteCalendar(input: $input) { userErrors { message } } }`,
      { input: { calendarId: second } },
    );
    const { availabilityRule } = await at.graph.data(
      `query ($id: ID!) { availabilityRule(id: $id) { ${ruleFields} } }`,
      {
        id,
      },
    );
    expect(availabilityRule.calendars).toEqual([{ id: calendarId }]);
    // A rule of which none is left counts like one that names none.
    expect((await at.ask.rulesOf(accountId))?.find(({ key }) => key === 'alone')?.calendars).toBeNull();
    // Nor can it be chosen any more.
    const input = {
      accountId,
      key: 'three',
      timeZone: 'Etc/UTC',
      calendarIds: [second],
      weeklyPeriods: [hours('MONDAY', '09:00', '10:00')],
    };
    expect(await refusedOf(at.graph, upsertRuleMutation, { input })).toMatchObject([
      { path: ['calendarIds', '0'], code: 'NOT_FOUND' },
    ]);
  });
});

describe('available periods', () => {
  test('are listed by start, of a range, in pages whose cursors belong to it', async () => {
    const { accountId } = await fresh();
    const day = (date: number) => `2026-05-${String(date).padStart(2, '0')}T10:00:00Z`;
    // Stored in another order than they are listed in; two start together.
    const stored: Loose[] = [];
    for (const [key, from, to] of [['c', 5, 6], ['a', 1, 3], ['b', 2, 9], ['d', 5, 7]] as const) {
      stored.push(await at.ask.period(accountId, key, day(from), day(to)));
    } // biome-ignore format: one table
    const list = `query ($id: ID!, $from: DateTime, $to: DateTime, $first: Int, $after: String) { account(id: $id) {
      availablePeriods(from: $from, to: $to, first: $first, after: $after) {
        nodes { ${periodFields} } edges { cursor node { id } } pageInfo { hasNextPage hasPreviousPage endCursor } } } }`;
    const page = async (more: object) =>
      (await at.graph.data(list, { id: accountId, ...more })).account.availablePeriods;
    const keys = ({ nodes }: Loose) => nodes.map(({ key }: Loose) => key);
    const all = await page({});
    expect(keys(all)).toEqual(['a', 'b', 'c', 'd']);
    expect(all.nodes.map(({ id }: Loose) => id).sort()).toEqual(stored.map(({ id }) => id).sort());
    expect(all.nodes[0]).toEqual({
      id: expect.stringMatching(/^avp_/),
      key: 'a',
      start: day(1),
      end: day(3),
      account: { id: accountId },
    });
    // Half-open: what ends at `from` or starts at `to` is outside.
    expect(keys(await page({ from: day(3), to: day(5) }))).toEqual(['b']);
    expect(keys(await page({ from: day(6) }))).toEqual(['b', 'd']);
    expect(keys(await page({ to: day(2) }))).toEqual(['a']);
    const walked: string[] = [];
    let after: string | null = null;
    do {
      const next: Loose = await page({ first: 1, after });
      walked.push(...keys(next));
      expect(next.pageInfo.hasPreviousPage).toBe(after !== null);
      expect(next.pageInfo.endCursor).toBe(next.edges[0].cursor);
      after = next.pageInfo.hasNextPage ? next.pageInfo.endCursor : null;
    } while (after !== null);
    expect(walked).toEqual(['a', 'b', 'c', 'd']);
    const cursor = all.edges[0].cursor;
    for (const more of [
      { after: cursor, from: day(1) },
      { after: cursor, id: (await fresh()).accountId },
      { first: 0 },
      { first: 501 },
      { after: 'nonsense' },
    ]) {
      const { errors } = await at.graph.run(list, { id: accountId, ...more });
      expect(errors).toMatchObject([
        { code: 'BAD_USER_INPUT', extensions: { argument: 'first' in more ? 'first' : 'after' } },
      ]);
    }
  });

  test('are changed, found as nodes, and deleted', async () => {
    const { accountId } = await fresh();
    const period = await at.ask.period(accountId, 'one', '2026-05-01T10:00:00Z', '2026-05-01T11:00:00Z');
    const longer = await at.ask.period(accountId, 'one', '2026-05-01T10:00:00Z', '2026-05-01T12:00:00Z');
    expect(longer).toEqual({ ...period, end: '2026-05-01T12:00:00Z' });
    const find = `query ($id: ID!) { node(id: $id) { __typename ... on AvailablePeriod { ${periodFields} } } }`;
    expect((await at.graph.data(find, { id: period.id })).node).toEqual({ __typename: 'AvailablePeriod', ...longer });
    expect(await at.ask.deletePeriod(period.id)).toMatchObject({ account: { id: accountId }, deletedId: period.id });
    expect((await at.graph.data(find, { id: period.id })).node).toBeNull();
  });

  test('last to the ends of what a DateTime can say', async () => {
    const { accountId } = await fresh();
    const early = ['0001-01-01T00:00:00Z', '0001-01-01T00:00:01Z'] as const;
    const late = ['9999-12-31T23:59:58Z', '9999-12-31T23:59:59Z'] as const;
    expect(await at.ask.period(accountId, 'early', ...early)).toMatchObject({ start: early[0], end: early[1] });
    expect(await at.ask.period(accountId, 'late', ...late)).toMatchObject({ start: late[0], end: late[1] });
  });
});

test('lists of many accounts take one statement a list, and so do nodes, their accounts and calendars', async () => {
  const accounts: string[] = [];
  const ids: string[] = [];
  for (let index = 0; index < 6; index++) {
    const { accountId, calendarId } = await fresh();
    accounts.push(accountId);
    ids.push((await at.ask.rule({ accountId, key: 'many', calendarIds: [calendarId] })).id);
    ids.push((await at.ask.period(accountId, 'many', '2026-05-01T10:00:00Z', '2026-05-01T11:00:00Z')).id);
  }
  const lists = `query ($ids: [ID!]!) { accountsById(ids: $ids) {
    availabilityRules { ${ruleFields} } availablePeriods(from: "2026-01-01T00:00:00Z", first: 10) { nodes { ${periodFields} } } } }`;
  const asked = async (number: number) => at.graph.run(lists, { ids: accounts.slice(0, number) });
  const [one, all] = [await asked(1), await asked(6)];
  expect(
    all.data.accountsById.every(
      (account: Loose) => account.availabilityRules.length === 1 && account.availablePeriods.nodes.length === 1,
    ),
  ).toBe(true);
  // The accounts, their rules, their periods, the rules' calendars.
  expect([one.sqlQueries, all.sqlQueries]).toEqual([4, 4]);
  const nodes = await at.graph.run(
    `query ($ids: [ID!]!) { nodes(ids: $ids) { ... on AvailabilityRule { ${ruleFields} } ... on AvailablePeriod { ${periodFields} } } }`,
    { ids },
  );
  expect(nodes.data.nodes.map(({ id }: Loose) => id)).toEqual(ids);
  // The rules, the periods, their accounts, the rules' calendars.
  expect(nodes.sqlQueries).toBe(4);
});

describe('the same call twice', () => {
  test('has one effect and tells once, and one that says the same in other words tells nothing', async () => {
    const { accountId, calendarId } = await fresh();
    const start = await at.ask.newest();
    const input = {
      accountId,
      key: 'twice',
      timeZone: 'Europe/Berlin',
      calendarIds: [calendarId],
      weeklyPeriods: [hours('MONDAY', '09:00', '17:00')],
    };
    const rule = await at.ask.rule(input);
    expect(await at.ask.rule(input)).toEqual(rule);
    expect(
      await at.ask.rule({
        ...input,
        calendarIds: [calendarId, calendarId],
        timeZone: 'W. Europe Standard Time',
        weeklyPeriods: [hours('MONDAY', '09:00:00', '17:00:00')],
      }),
    ).toEqual(rule);
    const period = await at.ask.period(accountId, 'twice', '2026-05-01T10:00:00Z', '2026-05-01T11:00:00Z');
    expect(await at.ask.period(accountId, 'twice', '2026-05-01T11:00:00+01:00', '2026-05-01T12:00:00+01:00')).toEqual(
      period,
    );
    const told = await at.ask.toldSince(start);
    expect(told.map(({ kind, subjectId }) => [kind, subjectId])).toEqual([
      ['AVAILABILITY_RULE_CHANGED', rule.id],
      ['AVAILABILITY_RULE_CHANGED', period.id],
    ]);
    expect(told).toMatchObject([
      { accountId, own: true, subject: { __typename: 'AvailabilityRule', id: rule.id } },
      { accountId, own: true, subject: { __typename: 'AvailablePeriod', id: period.id } },
    ]);
    await at.ask.deleteRule(rule.id);
    await at.ask.deletePeriod(period.id);
    const ended = await at.ask.toldSince(start);
    expect(ended).toHaveLength(4);
    expect(ended.every(({ subject }) => subject === null)).toBe(true);
    for (const id of [rule.id, 'avr_01m821r83z8e2z2grenzzp58m8']) {
      expect(await at.ask.deleteRule(id)).toEqual({ account: null, deletedId: id, userErrors: [] });
    }
    expect(await at.ask.deletePeriod(period.id)).toEqual({ account: null, deletedId: period.id, userErrors: [] });
    expect(await at.ask.toldSince(start)).toHaveLength(4);
  });

  test('at once is one rule, told once for each time that it became another', async () => {
    const { accountId } = await fresh();
    const start = await at.ask.newest();
    const same = Array.from({ length: 12 }, () => at.ask.rule({ accountId, key: 'racing' }));
    const ids = new Set((await Promise.all(same)).map(({ id }) => id));
    expect(ids.size).toBe(1);
    expect(await rowsOf('availability_rule', accountId)).toHaveLength(1);
    expect(await at.ask.toldSince(start)).toHaveLength(1);
  });
});

test('a change is told live, in the order of its account, to the application that made it where it asks for its own', async () => {
  const { accountId } = await fresh();
  const batches = await at.graph.subscribe(
    `subscription ($accountIds: [ID!]) { changes(filter: { accountIds: $accountIds, includeOwn: true }) { caughtUp
      changes { kind subjectId subject { __typename ... on AvailabilityRule { timeZone } } } } }`,
    { accountIds: [accountId] },
  );
  expect((await batches.next()).value.data.changes).toMatchObject({ caughtUp: true, changes: [] });
  const next = batches.next();
  const { id } = await at.ask.rule({ accountId, key: 'live', timeZone: 'Asia/Tokyo' });
  expect((await next).value.data.changes.changes).toEqual([
    {
      kind: 'AVAILABILITY_RULE_CHANGED',
      subjectId: id,
      subject: { __typename: 'AvailabilityRule', timeZone: 'Asia/Tokyo' },
    },
  ]);
  await batches.return?.();
});
