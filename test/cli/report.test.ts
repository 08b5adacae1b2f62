/** `meridian report`: its numbers are those of a history that was written down beside it, whatever happened. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createMemoryConnector } from '../../datasources/providers/memory/connector.ts';
import { MemoryProvider } from '../../datasources/providers/memory/provider.ts';
import { recordPoll } from '../../datasources/store/profiles-sync.ts';
import { type Loose, openGraph, type TestGraph } from '../setup/graph.ts';
import { askOn, runOn } from './in-process.ts';
import { parseCsv } from './read-csv.ts';

const logins = ['ada', 'bo', 'cleo'] as const;
const providers = new Map(
  logins.map((username) => {
    const provider = new MemoryProvider({ username, password: 'secret' });
    provider.addCalendar({ name: 'Work' });
    return [username as string, provider];
  }),
);

let graph: TestGraph;
beforeAll(async () => {
  const caldav = createMemoryConnector(({ credential }) => {
    const found = credential?.kind === 'basic' ? providers.get(credential.username) : undefined;
    if (found === undefined) throw new Error('expected a login of the test');
    return found;
  });
  graph = await openGraph({ caldav });
});
afterAll(() => graph.close());

const run = (...parameters: string[]) => askOn(graph.fresh, parameters);
const month = new Date().toISOString().slice(0, 7);

interface Application {
  readonly clientId: string;
  readonly name: string;
  readonly secret: string;
  readonly unit: string;
}

/** What really happened, by the rules of the contract, not by those of the database. */
interface Ledger {
  readonly production: Set<string>;
  /** `<client id> <account>` of whoever is let in. */
  readonly grants: Set<string>;
  /** Account → its login's state, and which application brought it; calendars of applications are always connected. */
  readonly accounts: Map<string, { kind: 'person' | 'calendar'; connected: boolean; profileId: string | null }>;
  /** `<client id> <account>` whose profile the application gave back. */
  readonly givenBack: Set<string>;
  readonly counted: Set<string>;
}

type Action = readonly [kind: string, application: number, login: number];

test('after any history the report, its CSV and an SQL recount say the same as the ledger', async () => {
  let world = 0;
  let counted = 0;
  const action = fc.tuple(
    fc.constantFrom('connect', 'connect', 'connect', 'calendar', 'disconnect', 'revoke', 'giveBack', 'verify'),
    fc.nat(2),
    fc.nat(logins.length - 1),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(action, { minLength: 5, maxLength: 25 }), async (history) => {
      const applications = await makeApplications(world++);
      const ledger: Ledger = {
        production: new Set(),
        grants: new Set(),
        accounts: new Map(),
        givenBack: new Set(),
        counted: new Set(),
      };
      await graph.fresh.superuser('drop table if exists recount');
      await graph.fresh.superuser('create table recount (application_id text, account_id text, kind text)');
      for (const step of history) {
        await act(applications, ledger, step);
        count(ledger);
        await recount();
      }
      await compare(applications, ledger);
      counted += ledger.counted.size;
    }),
    { seed: 2026, numRuns: 12, endOnFailure: true },
  );
  expect(counted).toBeGreaterThan(12);
}, 120_000);

/** Three of two units; the first one's name is a formula. */
async function makeApplications(world: number): Promise<readonly Application[]> {
  const made = [];
  for (const [index, unit] of ['one', 'one', 'two'].entries()) {
    const name = index === 0 ? `=cmd|"${world}"!A1, Ltd` : `App ${world} ${index}`;
    const { clientId, clientSecret } = await run('app', 'create', name, '--unit', `Unit ${world} ${unit}`);
    made.push({ clientId, name, secret: clientSecret, unit: `Unit ${world} ${unit}` });
  }
  return made;
}

async function act(applications: readonly Application[], ledger: Ledger, [kind, at, who]: Action): Promise<void> {
  const application = applications[at] as Application;
  const { clientId, secret } = application;
  const ask = (document: string, variables: object = {}) => graph.data(document, { ...variables }, secret);
  const mine = [...ledger.grants].filter((grant) => grant.startsWith(`${clientId} `)).sort();
  const [accountId] = mine.slice(who % Math.max(1, mine.length)).map((grant) => grant.split(' ')[1] ?? '');
  const account = accountId === undefined ? undefined : ledger.accounts.get(accountId);
  if (kind === 'verify') {
    await run('app', 'verify', clientId, 'https://shop.example/back');
    ledger.production.add(clientId);
  } else if (kind === 'connect') {
    const { connectCalDav: done } = await ask(
      `mutation ($username: String!) { connectCalDav(input: { serverUrl: "https://calendars.test/", username: $username,
        password: "secret" }) { account { id } profile { id } userErrors { message } } }`,
      { username: logins[who] },
    );
    const key = `${clientId} ${done.account.id}`;
    ledger.grants.add(key);
    ledger.givenBack.delete(key);
    ledger.accounts.set(done.account.id, { kind: 'person', connected: true, profileId: done.profile.id });
  } else if (kind === 'calendar') {
    const { upsertApplicationCalendar: done } = await ask(
      `mutation ($key: String!) { upsertApplicationCalendar(input: { key: $key }) { account { id } userErrors { message } } }`,
      { key: `calendar ${who}` },
    );
    ledger.grants.add(`${clientId} ${done.account.id}`);
    ledger.accounts.set(done.account.id, { kind: 'calendar', connected: true, profileId: null });
  } else if (accountId === undefined || account === undefined) {
    // Nothing that could end.
  } else if (kind === 'revoke') {
    await ask(
      'mutation ($id: ID!) { revokeAuthorization(input: { authorization: { accountId: $id } }) { userErrors { message } } }',
      { id: accountId },
    );
    ledger.grants.delete(`${clientId} ${accountId}`);
    stopUnused(ledger, accountId);
  } else if (account.profileId !== null && !ledger.givenBack.has(`${clientId} ${accountId}`)) {
    if (kind === 'disconnect') await disconnect(account.profileId);
    else
      await ask(`mutation { revokeProfile(input: { profileId: "${account.profileId}" }) { userErrors { message } } }`);
    if (kind === 'disconnect') account.connected = false;
    else ledger.givenBack.add(`${clientId} ${accountId}`);
    stopUnused(ledger, accountId);
  }
}

/** A login that nobody uses is not kept. */
function stopUnused({ grants, givenBack, accounts }: Ledger, accountId: string): void {
  const account = accounts.get(accountId);
  const isUsed = [...grants].some((grant) => grant.endsWith(` ${accountId}`) && !givenBack.has(grant));
  if (account?.kind === 'person' && !isUsed) account.connected = false;
}

function count({ production, grants, givenBack, accounts, counted }: Ledger): void {
  for (const grant of grants) {
    const [clientId = '', accountId = ''] = grant.split(' ');
    const account = accounts.get(accountId);
    const stands = account?.kind === 'calendar' || (account?.connected === true && !givenBack.has(grant));
    if (production.has(clientId) && stands) counted.add(`${clientId} ${account?.kind} ${accountId}`);
  }
}

/** Who stands now, by plain SQL on the base tables, without what the product counts by. */
const recount = () =>
  graph.fresh.superuser(`insert into recount select p.id, a.id, a.kind
    from authorization_grant g join application p on p.id = g.application_id join account a on a.id = g.account_id
    where p.mode = 'PRODUCTION' and g.status = 'ACTIVE' and (a.kind = 'APPLICATION_CALENDAR' or exists (
      select 1 from profile f left join revoked_profile r on r.profile_id = f.id and r.application_id = p.id
      where f.account_id = a.id and f.status in ('CONNECTED', 'DEGRADED') and r.profile_id is null))`);

const disconnect = (profileId: string) =>
  graph.fresh.store.asWorker((tx) =>
    recordPoll(tx, profileId, {
      health: { status: 'DISCONNECTED', cause: null, remedy: null, failures: 3, rejections: 3, rejectedSince: 0 },
      statusSince: Date.now(),
      succeededAt: null,
      changedAt: null,
      nextPollAt: null,
      scheduledAt: null,
    }),
  );

async function compare(applications: readonly Application[], ledger: Ledger): Promise<void> {
  const { applications: reported } = await run('report', '--month', month);
  const { stdout } = await runOn(graph.fresh, ['report', '--month', month, '--csv']);
  const [heading, ...rows] = parseCsv(stdout);
  expect(heading).toEqual([
    'month',
    'unit',
    'application',
    'client_id',
    'synced_accounts',
    'synced_resources',
    'application_calendars',
  ]);
  expect(rows).toHaveLength(reported.length);
  const recounted = await graph.fresh.superuser<{ client_id: string; people: number; calendars: number }>(
    `select p.client_id, count(distinct account_id) filter (where kind = 'USER')::int as people,
       count(distinct account_id) filter (where kind = 'APPLICATION_CALENDAR')::int as calendars
     from recount r join application p on p.id = r.application_id group by p.client_id`,
  );
  for (const { clientId, name, unit } of applications) {
    const of = (kind: string) => [...ledger.counted].filter((entry) => entry.startsWith(`${clientId} ${kind} `)).length;
    const [people, calendars] = [of('person'), of('calendar')];
    const line = reported.find((one: Loose) => one.clientId === clientId);
    const row = rows.find((cells) => cells[3] === clientId);
    const bySql = recounted.find((one) => one.client_id === clientId);
    expect([bySql?.people ?? 0, bySql?.calendars ?? 0]).toEqual([people, calendars]);
    if (!ledger.production.has(clientId)) {
      expect([line, row]).toEqual([undefined, undefined]);
      continue;
    }
    expect(line).toMatchObject({ syncedAccounts: people, syncedResources: 0, applicationCalendars: calendars });
    const shown = name.startsWith('=') ? `'${name}` : name;
    expect(row).toEqual([month, unit, shown, clientId, String(people), '0', String(calendars)]);
  }
}

test.each([
  [['--month', '2026-13'], 'MONTH'],
  [['--month', '2026-1'], 'MONTH'],
  [['--month', "2026-11'; drop table x"], 'MONTH'],
  [['--csv'], 'FORMAT'],
])('report %j --json: exit 2, %s', async (parameters, code) => {
  expect(await run('report', ...parameters)).toMatchObject({ code: 2, error: { code } });
});
