/** One graph of ours and a neighbour's: what is asked of whom, how often, and what errors become. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { parse } from 'graphql';
import { StartFailure } from '../../../datasources/store/start-failure.ts';
import { applicationCalendar, type Loose, testKey } from '../../setup/graph.ts';
import { employees, employeesSdl, type GatewayWorld, link, openGateway } from './gateway-world.ts';

let world: GatewayWorld;
const places: { accountId: string; calendarId: string; token: string }[] = [];
beforeAll(async () => {
  world = await openGateway({ headers: new Map([['employees', ['authorization', 'accept-language']]]) });
  for (let i = 0; i < 5; i++) places.push(await applicationCalendar(world.graph, `place ${i}`));
}, 60_000);
afterAll(() => world.close());
beforeEach(() => {
  world.neighbour.asked.length = 0;
});

describe('a query', () => {
  test('joins our objects with a neighbour’s fields, asking it once for all of a level', async () => {
    const { data, errors } = await world.run('{ accounts { nodes { id kind employee { name team } } } }');
    expect(errors).toEqual([]);
    expect(data.accounts.nodes).toHaveLength(5);
    for (const account of data.accounts.nodes) {
      expect(account).toMatchObject({
        kind: 'APPLICATION_CALENDAR',
        employee: { name: `Employee ${account.id}`, team: 'Sales' },
      });
    }
    expect(world.neighbour.asked).toHaveLength(1);
    expect(world.neighbour.asked[0]?.variables['representations']).toHaveLength(5);
  });

  test('in both directions is one request a subgraph and level', async () => {
    const document = `{ accounts { nodes { id employee { name boss { name } } calendars { id profile { account { id employee { team } } } } } } meridian { version } employees { name } }`;
    const { data, errors } = await world.run(document);
    expect(errors).toEqual([]);
    expect(data.accounts.nodes[0].calendars[0].profile.account.employee.team).toBe('Sales');
    expect(data.meridian.version).toMatch(/\d/);
    const calls = world.neighbour.asked.map(({ query }) => query.match(/_entities/g)?.length ?? 0);
    // One for `employees` and one for each level that has accounts.
    expect(calls.length).toBeLessThanOrEqual(3);
    expect(calls.filter((n) => n > 1)).toEqual([]);
  });

  test('from a neighbour’s references to our objects is one statement of ours, whoever’s they are', async () => {
    const own = places.map(({ accountId }) => accountId);
    const ids = [...own, `acc_${'0'.repeat(26)}`, 'nonsense', ...own];
    const context = world.graph.served.createContext({
      actor: (await world.graph.served.authenticate(`Bearer ${testKey}`)) as never,
      requestId: 'test',
      signal: new AbortController().signal,
    });
    const document = parse('query ($of: [ID!]!) { desks(of: $of) { number account { id kind name } } }');
    const { data, errors } = await world.gateway.seam.execute({ document, variables: { of: ids }, context });
    expect(errors).toBeUndefined();
    const desks = JSON.parse(JSON.stringify(data)).desks as Loose[];
    expect(desks.map(({ account }) => account?.id ?? null)).toEqual([...own, null, null, ...own]);
    expect(desks[0].account.kind).toBe('APPLICATION_CALENDAR');
    expect(context.counter.sqlQueries).toBe(1);
    expect(world.neighbour.asked).toHaveLength(1);
  });

  test('that asks a neighbour alone does not ask us', async () => {
    const { data, errors, extensions } = await world.run('{ employee(id: "7") { name boss { name } } }');
    expect([data, errors]).toEqual([{ employee: { name: 'Employee 7', boss: { name: 'Employee 7+' } } }, []]);
    expect(extensions).toMatchObject({ providerCalls: 0 });
  });

  test('that asks us alone runs on our own seam, as without a gateway', async () => {
    const document = parse('query ($id: ID!) { account(id: $id) { id calendars { name } } credential { kind } }');
    const variables = { id: places[0]?.accountId };
    const direct = await world.graph.run(
      'query ($id: ID!) { account(id: $id) { id calendars { name } } credential { kind } }',
      variables,
    );
    const through = await world.run(
      'query ($id: ID!) { account(id: $id) { id calendars { name } } credential { kind } }',
      variables,
    );
    expect(through.data).toEqual(direct.data);
    expect(world.neighbour.asked).toEqual([]);
    expect(world.gateway.seam.validate(document)).toBe(world.graph.served.seam.validate(document));
  });

  test('keeps enums, scalars, input objects and @oneOf whole on their way through', async () => {
    const { accountId, calendarId } = places[0] ?? { accountId: '', calendarId: '' };
    const written = await world.run(
      `mutation ($input: UpsertEventInput!) { upsertEvent(input: $input) { event { id start { dateTime local } calendar { profile { account { employee { name } } } } } userErrors { code path } } }`,
      {
        input: {
          calendarId,
          key: 'through',
          summary: 'Through the gateway',
          start: { timed: { dateTime: '2026-03-02T10:00:00Z', timeZone: 'Europe/London' } },
          end: { timed: { dateTime: '2026-03-02T11:00:00Z', timeZone: 'Europe/London' } },
        },
      },
    );
    expect(written.errors).toEqual([]);
    expect(written.data.upsertEvent.event).toMatchObject({
      start: { dateTime: '2026-03-02T10:00:00Z', local: '2026-03-02T10:00:00+00:00' },
      calendar: { profile: { account: { employee: { name: `Employee ${accountId}` } } } },
    });
    const list = await world.run(
      `query ($from: DateTime!) { account(id: "${accountId}") { employee { name } events(filter: { from: $from, to: "2026-03-03T00:00:00Z", managed: ONLY }) { nodes { summary } } } }`,
      { from: '2026-03-01T00:00:00Z' },
    );
    expect(list.errors).toEqual([]);
    expect(list.data.account.events.nodes).toEqual([{ summary: 'Through the gateway' }]);
    const both = await world.run(
      `mutation { upsertEvent(input: { calendarId: "${calendarId}", key: "wrong", summary: "x",
        start: { timed: { dateTime: "2026-03-02T10:00:00Z" }, date: "2026-03-02" }, end: { date: "nonsense" } }) { event { id } userErrors { code path } }
        promote(id: "1") { name } }`,
    );
    expect(both.data ?? { upsertEvent: null }).toMatchObject({ upsertEvent: null });
    expect(both.errors).toMatchObject([{ code: 'BAD_USER_INPUT' }]);
  });

  test('answers what is wrong with a value among userErrors, also beside a neighbour’s field', async () => {
    const { data, errors } = await world.run(
      `mutation ($input: UpsertEventInput!) { upsertEvent(input: $input) { event { id } userErrors { code path } } promote(id: "1") { name } }`,
      {
        input: {
          calendarId: places[0]?.calendarId,
          key: 'wrong',
          summary: 'x',
          start: { timed: { dateTime: 'nonsense' } },
          end: { timed: { dateTime: '2026-03-02T11:00:00Z' } },
        },
      },
    );
    expect(errors).toEqual([]);
    expect(data.upsertEvent.userErrors).toMatchObject([{ path: ['start', 'timed', 'dateTime'] }]);
    expect(data.promote).toEqual({ name: 'Employee 1 promoted' });
  });

  test('does not know federation’s own fields and types', async () => {
    for (const query of ['{ _service { sdl } }', '{ _entities(representations: []) { __typename } }']) {
      const { data, errors } = await world.run(query);
      expect([data, errors]).toMatchObject([null, [{ code: 'BAD_USER_INPUT' }]]);
    }
    const types = Object.keys(world.gateway.seam.schema.getTypeMap());
    expect(types.filter((name) => /^(_[^_]|join__|link__|federation__|core__)/.test(name))).toEqual([]);
    expect(world.gateway.sdl()).toContain('type Employee');
    expect(world.gateway.sdl()).not.toMatch(/join__|_service|@link|_Any/);
    const { data } = await world.run('{ __type(name: "CalendarAccount") { fields { name description } } }');
    const fields = Object.fromEntries(data.__type.fields.map((field: Loose) => [field.name, field.description]));
    expect(fields).toMatchObject({ employee: null, name: expect.stringContaining('`read_account`') });
  });
});

describe('scopes and limits', () => {
  test('hold for the whole document before anybody is asked', async () => {
    const refused = await world.run('{ accounts { nodes { id employee { name } } } }', {}, places[0]?.token);
    expect(refused.errors).toMatchObject([{ code: 'FORBIDDEN' }]);
    const deep = `{ employee(id: "1") { ${'boss { '.repeat(20)} name ${'} '.repeat(20)} } }`;
    expect((await world.run(deep)).errors).toMatchObject([{ code: 'BAD_USER_INPUT' }]);
    const dear = `{ a: accounts(first: 100) { nodes { employee { name } events(first: 500) { nodes { attendees { email } reminders { minutes } calendar { profile { account { profiles { calendars { id } } } } } } } } } }`;
    expect((await world.run(dear)).errors).toMatchObject([{ code: 'COST_LIMIT_EXCEEDED' }]);
    expect(world.neighbour.asked).toEqual([]);
  });

  test('of one account’s grant are told at their place, with the scope that is needed', async () => {
    const { accountId } = places[1] ?? { accountId: '' };
    const grant = (scopes: string[]) =>
      world.graph.fresh.store.asWorker((tx) =>
        tx.updateTable('authorization_grant').set({ scopes }).where('account_id', '=', accountId).execute(),
      );
    await grant(['read_free_busy']);
    try {
      const { data, errors } = await world.run(
        `{ aliased: account(id: "${accountId}") { id nick: name zone: timeZone employee { name } } }`,
      );
      expect(errors).toMatchObject([
        { code: 'FORBIDDEN', requiredScope: 'read_account', path: ['aliased', 'nick'] },
        { code: 'FORBIDDEN', requiredScope: 'read_account', path: ['aliased', 'zone'] },
      ]);
      expect(data).toEqual({ aliased: null });
      const ids = [places[0]?.accountId, accountId, places[2]?.accountId];
      const listed = await world.run('query ($of: [ID!]!) { all: desks(of: $of) { account { id nick: name } } }', {
        of: ids,
      });
      expect(listed.errors).toMatchObject([
        { code: 'FORBIDDEN', requiredScope: 'read_account', path: ['all', 1, 'account', 'nick'] },
      ]);
      expect(listed.data.all.map(({ account }: Loose) => account.id)).toEqual(ids);
      const nullable = await world.run(
        `{ aliased: account(id: "${accountId}") { id nick: name other: email employee { name } } }`,
      );
      expect(nullable.errors).toMatchObject([
        { code: 'FORBIDDEN', requiredScope: 'read_account', path: ['aliased', 'nick'] },
        { code: 'FORBIDDEN', requiredScope: 'read_account', path: ['aliased', 'other'] },
      ]);
      expect(nullable.data.aliased).toMatchObject({
        nick: null,
        other: null,
        employee: { name: `Employee ${accountId}` },
      });
    } finally {
      await grant(['read_write']);
    }
  });
});

describe('headers of the client', () => {
  const headers = { authorization: 'Bearer of-the-user', 'accept-language': 'cy', cookie: 'secret' };

  test('go along by the list alone', async () => {
    const { data } = await world.run('{ whoAsks }', {}, undefined, headers);
    expect(data).toEqual({ whoAsks: 'Bearer of-the-user' });
    const sent = world.neighbour.asked[0]?.headers ?? {};
    expect(sent).toMatchObject({ 'accept-language': 'cy', 'x-request-id': 'test', 'content-type': 'application/json' });
    expect(sent).not.toHaveProperty('cookie');
    expect(sent).not.toHaveProperty('x-subgraph-secret');
  });

  test('do not go along where nothing says so', async () => {
    const bare = await openGateway();
    try {
      expect((await bare.run('{ whoAsks }', {}, undefined, headers)).data).toEqual({ whoAsks: null });
    } finally {
      await bare.close();
    }
  }, 60_000);
});

describe('a subscription', () => {
  test('of ours is told through the gateway with a neighbour’s fields', async () => {
    const { calendarId, accountId } = places[2] ?? { calendarId: '', accountId: '' };
    const document = `subscription { changes(filter: { accountIds: ["${accountId}"], includeOwn: true }) { cursor changes { kind account { id employee { name } } } } }`;
    const answers = await world.subscribe(document);
    // The first is empty and says that we are heard.
    expect((await answers.next()).data.changes.changes).toEqual([]);
    const next = answers.next();
    await world.graph.data(
      'mutation ($input: UpsertEventInput!) { upsertEvent(input: $input) { event { id } userErrors { message } } }',
      {
        input: {
          calendarId,
          key: 'told',
          summary: 'x',
          start: { timed: { dateTime: '2026-03-02T10:00:00Z', timeZone: 'Europe/London' } },
          end: { timed: { dateTime: '2026-03-02T11:00:00Z', timeZone: 'Europe/London' } },
        },
      },
    );
    let told = await next;
    while (told.data.changes.changes.length === 0) told = await answers.next();
    expect(told).toMatchObject({
      errors: [],
      data: {
        changes: {
          changes: [{ kind: 'EVENT_CREATED', account: { id: accountId, employee: { name: `Employee ${accountId}` } } }],
        },
      },
    });
    const waiting = answers.next();
    await answers.return();
    expect(await waiting).toBeNull();
  }, 30_000);

  test('of a neighbour’s is told, with the headers of the list, and ends', async () => {
    const answers = await world.subscribe(
      'subscription { hired(many: 3) { name boss { name } } }',
      {},
      { authorization: 'Bearer u', cookie: 'c' },
    );
    const told = [await answers.next(), await answers.next(), await answers.next(), await answers.next()];
    expect(told.slice(0, 3).map(({ data }) => data.hired.name)).toEqual(['Employee 0', 'Employee 1', 'Employee 2']);
    expect(told[3]).toBeNull();
    const { headers, greeting } = world.neighbour.sockets.at(-1) ?? {};
    expect(headers).toMatchObject({ authorization: 'Bearer u' });
    expect(headers).not.toHaveProperty('cookie');
    expect(greeting).toEqual({ authorization: 'Bearer u' });
    for (let i = 0; i < 100 && world.neighbour.open() > 0; i++) await new Promise((later) => setTimeout(later, 20));
    expect(world.neighbour.open()).toBe(0);
  });

  test('goes on in the graph that it began in when another one is served', async () => {
    const { accountId, calendarId } = places[3] ?? { accountId: '', calendarId: '' };
    const document = (field: string) =>
      `subscription { changes(filter: { accountIds: ["${accountId}"], includeOwn: true }) { changes { account { employee { ${field} } } } } }`;
    const before = await world.subscribe(document('team'));
    await before.next();
    const told = before.next();
    world.neighbour.becomes(employeesSdl.replace('team: String', 'team: String desk: Int'), employees);
    world.recompose(employeesSdl.replace('team: String', 'team: String desk: Int'));
    try {
      const after = await world.subscribe(document('desk team'));
      await after.next();
      const toldAfter = after.next();
      await world.graph.data(
        'mutation ($input: UpsertEventInput!) { upsertEvent(input: $input) { event { id } userErrors { message } } }',
        {
          input: {
            calendarId,
            key: 'reload',
            summary: 'x',
            start: { timed: { dateTime: '2026-03-02T10:00:00Z', timeZone: 'Europe/London' } },
            end: { timed: { dateTime: '2026-03-02T11:00:00Z', timeZone: 'Europe/London' } },
          },
        },
      );
      for (const [answers, first, employee] of [
        [before, told, { team: 'Sales' }],
        [after, toldAfter, { team: 'Sales', desk: null }],
      ] as const) {
        let next = await first;
        while (next.data.changes.changes.length === 0) next = await answers.next();
        expect(next).toMatchObject({ errors: [], data: { changes: { changes: [{ account: { employee } }] } } });
        await answers.return();
      }
      const broken = `${link} type CalendarAccount @key(fields: "id") { id: ID! name: Int } type Query { a: Int }`;
      expect(() => world.recompose(broken)).toThrow(StartFailure);
      expect((await world.run('{ employee(id: "1") { desk } }')).data).toEqual({ employee: { desk: null } });
    } finally {
      world.neighbour.becomes(employeesSdl, employees);
      world.recompose();
    }
  }, 30_000);

  test('that a neighbour refuses or cuts ends with its name, and nothing of its stack', async () => {
    for (const [document, act] of [
      ['subscription { fails }', () => {}],
      ['subscription { hired(many: 200) { name } }', () => world.neighbour.cut()],
    ] as const) {
      const answers = await world.subscribe(document);
      let failure: Loose = null;
      try {
        for (let i = 0; i < 201; i++) {
          const told = await answers.next();
          if (i === 0) act();
          if (told === null || told.errors.length > 0) {
            failure = told?.errors[0];
            break;
          }
        }
      } catch (error) {
        failure = (error as Loose).extensions;
        expect(String((error as Error).message)).not.toContain('secret.ts');
      }
      expect(failure).toMatchObject({ code: 'UNAVAILABLE', subgraph: 'employees' });
    }
  }, 30_000);
});
