/** Two tenants that have everything a tenant can have, a third beside one of them in its unit, and every kind of credential. */
import { createApplication, verifyApplication } from '../../auth/applications.ts';
import { hashToken } from '../../datasources/secrets/tokens.ts';
import { decodePlace, encodePlace } from '../../resolvers/arguments.ts';
import { applicationCalendar, type Loose, openGraph, type TestGraph } from '../setup/graph.ts';
import type { Named } from './values.ts';

/** For each kind of name every one that a tenant has: an event may be a series, one of its occurrences, another's. */
export type Names = Readonly<Record<Exclude<Named, 'listCursor'>, readonly string[]>>;

export interface Tenant {
  readonly applicationId: string;
  readonly key: string;
  readonly token: string;
  readonly names: Names;
  /** By `Type.field`: where a page of the list ended. */
  readonly cursors: Readonly<Record<string, string>>;
}

export interface IsolationWorld {
  readonly graph: TestGraph;
  readonly mine: Tenant;
  readonly theirs: Tenant;
  /** Of another application in their unit, which none of their accounts has authorised. */
  readonly besideKey: string;
  readonly elementToken: string;
  readonly expiredToken: string;
  readonly revokedKey: string;
  /** Everything of theirs that no answer to anybody else may hold. */
  readonly secrets: readonly string[];
  /** Of every row of theirs. */
  checksum(): Promise<string>;
  close(): Promise<void>;
}

const timed = (dateTime: string) => ({ timed: { dateTime, timeZone: 'Europe/London' } });
const times = { start: timed('2026-03-02T10:00:00Z'), end: timed('2026-03-02T11:00:00Z') };
const errors = 'userErrors { code message path }';
const range = 'from: "2026-03-01T00:00:00Z", to: "2026-04-01T00:00:00Z"';

export async function openIsolation(): Promise<IsolationWorld> {
  const graph = await openGraph();
  graph.provider.addCalendar({ name: 'secret of theirs' });
  const made = {
    mine: await application(graph, 'Mine', 'Unit of mine'),
    theirs: await application(graph, 'Theirs', 'Unit of theirs'),
    beside: await application(graph, 'Beside', 'Unit of theirs'),
  };
  const theirs = await tenant(graph, made.theirs, 'secret of theirs');
  const mine = await tenant(graph, made.mine, 'ours');
  const { createElementToken } = await graph.data(
    `mutation ($input: CreateElementTokenInput!) { createElementToken(input: $input) { token ${errors} } }`,
    {
      input: {
        origin: 'https://app.example.com',
        accountIds: mine.names.account,
        permissions: ['AGENDA', 'AVAILABILITY', 'MANAGED_AVAILABILITY', 'ACCOUNT_MANAGEMENT'],
      },
    },
    mine.key,
  );
  const expiredToken = 'an-expired-token-of-mine-0123456789-0123456789';
  const revokedKey = 'a-revoked-key-of-mine-0123456789-0123456789-01';
  await ended(graph, mine, { expiredToken, revokedKey });
  return {
    graph,
    mine,
    theirs,
    besideKey: made.beside.secret,
    elementToken: createElementToken.token,
    expiredToken,
    revokedKey,
    // What is shorter could be in any answer by chance.
    secrets: ['secret of theirs', theirs.key, theirs.token, ...Object.values(theirs.names).flat()].filter(
      (text) => text.length > 9,
    ),
    checksum: () => checksum(graph, theirs),
    close: () => graph.close(),
  };
}

async function application(graph: TestGraph, name: string, unit: string) {
  const { store } = graph.fresh;
  return store.asWorker(async (tx) => {
    const { application: made, secret } = await createApplication(tx, store.ids, { name, unit }, 'operator');
    await verifyApplication(tx, { id: made.id }, ['https://app.example.com/back'], 'operator');
    return { ...made, secret };
  });
}

async function tenant(
  graph: TestGraph,
  { id, unitId, secret: key }: { readonly id: string; readonly unitId: string; readonly secret: string },
  text: string,
): Promise<Tenant> {
  const data = (document: string, variables: object = {}) => graph.data(document, { ...variables }, key);
  const place = await applicationCalendar(
    { ...graph, data: (document, variables) => graph.data(document, variables, key) },
    text,
  );
  const { connectCalDav } =
    text === 'ours'
      ? { connectCalDav: null }
      : await data(
          `mutation { connectCalDav(input: { serverUrl: "http://127.0.0.1:1/", username: "alice", password: "alicepw" }) {
            account { id } profile { id calendars { id } } ${errors} } }`,
        );
  const calendarIds = [place.calendarId, ...(connectCalDav?.profile.calendars.map((one: Loose) => one.id) ?? [])];
  const upsert = (calendarId: string, more: object) =>
    data(
      `mutation ($input: UpsertEventInput!) { upsertEvent(input: $input) { event { id uid } operation { id } ${errors} } }`,
      { input: { calendarId, summary: text, ...times, ...more } },
    );
  const events: Loose[] = [];
  const uid = `${text.replaceAll(' ', '-')}@example.com`;
  for (const calendarId of calendarIds) {
    const { upsertEvent: one } = await upsert(calendarId, {
      key: `${text} single`,
      ...(calendarId === place.calendarId ? { control: { idempotencyKey: `${text} call` } } : {}),
    });
    const { upsertEvent: series } = await upsert(calendarId, {
      key: `${text} series`,
      recurrence: ['RRULE:FREQ=DAILY;COUNT=3'],
    });
    events.push(one, series);
    await data(`mutation ($input: ImportIcsInput!) { importIcs(input: $input) { ${errors} } }`, {
      input: { calendarId, ics: ics(uid, text) },
    });
  }
  await data(`mutation ($input: SetIcsFeedInput!) { setIcsFeed(input: $input) { ${errors} } }`, {
    input: { calendarId: place.calendarId, enabled: true },
  });
  const { createCalendar } = await data(
    `mutation ($input: CreateCalendarInput!) { createCalendar(input: $input) { calendar { id } ${errors} } }`,
    {
      input: {
        profileId: await profileOf(graph, key, place.accountId),
        name: `${text} 2`,
        idempotencyKey: `${text} call`,
      },
    },
  );
  const { upsertAvailabilityRule, upsertAvailablePeriod } = await data(
    `mutation ($rule: UpsertAvailabilityRuleInput!, $period: UpsertAvailablePeriodInput!) {
      upsertAvailabilityRule(input: $rule) { rule { id } ${errors} } upsertAvailablePeriod(input: $period) { period { id } ${errors} } }`,
    {
      rule: {
        accountId: place.accountId,
        key: `${text} single`,
        timeZone: 'Europe/London',
        calendarIds: [place.calendarId],
        weeklyPeriods: [{ day: 'MONDAY', start: '09:00', end: '17:00' }],
      },
      period: {
        accountId: place.accountId,
        key: `${text} single`,
        start: '2026-03-02T10:00:00Z',
        end: '2026-03-02T11:00:00Z',
      },
    },
  );
  const rule: string = upsertAvailabilityRule.rule.id;
  const period: string = upsertAvailablePeriod.period.id;
  const slots = await data(
    `query ($accountId: ID!) { availability(input: { participants: [{ members: [{ accountId: $accountId }] }], requiredDuration: "PT1H",
      search: { periods: [{ start: "2026-03-05T10:00:00Z", end: "2026-03-05T11:00:00Z" }] } }) { slots { token } } }`,
    { accountId: place.accountId },
  );
  const [{ token: slotToken }] = slots.availability.slots;
  const { createHold } = await data(
    `mutation ($slotToken: String!) { createHold(input: { slots: [{ slotToken: $slotToken }], ttl: "PT30M" }) { hold { id } ${errors} } }`,
    { slotToken },
  );
  // An application calendar has no provider to be synced with, and so no runs.
  const synced = await Promise.all(
    calendarIds
      .slice(1)
      .map((id) =>
        data(
          `mutation ($id: ID!) { syncCalendar(input: { calendarId: $id, kind: INCREMENTAL }) { run { id } ${errors} } }`,
          { id },
        ),
      ),
  );
  const runs: string[] = synced.map(({ syncCalendar }) => syncCalendar.run.id);
  const { accounts, changes } = await data(
    `{ changes { cursor } accounts { nodes { id profiles { id } calendars { id } events(filter: { ${range}, managed: INCLUDE }) { nodes { id uid attachments { id } } } } } }`,
  );
  const shown = accounts.nodes.flatMap((account: Loose) => account.events.nodes);
  const ids = (list: readonly Loose[]) => list.map((one) => one.id as string);
  const operations = events.map((event) => event.operation.id);
  const account = ids(accounts.nodes);
  const profile = accounts.nodes.flatMap((one: Loose) => ids(one.profiles));
  // A single event, a series, an occurrence of it, and one of somebody else's.
  const kinds: string[] = [
    events[0].event.id,
    events[1].event.id,
    shown.find((one: Loose) => one.id.startsWith(`${events[1].event.id}_`)).id,
    shown.find((one: Loose) => one.uid === uid).id,
  ];
  const names: Names = {
    account,
    profile,
    calendar: [...calendarIds, createCalendar.calendar.id],
    event: kinds,
    operation: operations.slice(0, 1),
    rule: [rule],
    period: [period],
    hold: [createHold.hold.id],
    attachment: [shown.find((one: Loose) => one.uid === uid).attachments[0].id],
    node: [
      ...[account[0], profile[0], place.calendarId, ...kinds, operations[0], rule, period],
      ...[createHold.hold.id, ...runs, id, unitId],
    ],
    key: [`${text} single`, `${text} series`],
    applicationKey: [text],
    uid: [uid, events[0].event.uid],
    idempotencyKey: [`${text} call`],
    accountToken: [place.token],
    slotToken: [slotToken],
    text: [text],
    changeCursor: [changes.cursor],
  };
  return { applicationId: id, key, token: place.token, names, cursors: await cursorsOf(graph, key, names) };
}

async function profileOf(graph: TestGraph, key: string, accountId: string): Promise<string> {
  const { account } = await graph.data(
    'query ($id: ID!) { account(id: $id) { profiles { id } } }',
    { id: accountId },
    key,
  );
  return account.profiles[0].id;
}

/** Where pages of a tenant's own lists end; of the lists that values.ts names. */
async function cursorsOf(
  graph: TestGraph,
  key: string,
  { account, calendar, event }: Names,
): Promise<Record<string, string>> {
  const page = 'pageInfo { endCursor }';
  const found = await graph.data(
    `query ($account: ID!, $calendar: ID!, $series: ID!) {
      accounts(first: 1) { ${page} } profiles(first: 1) { ${page} } operations(first: 1) { ${page} }
      account(id: $account) { events(filter: { managed: ONLY, ${range} }, first: 1) { ${page} } freeBusy(filter: { from: "2026-03-02T10:00:00Z", to: "2026-03-02T11:00:00Z" }, first: 1) { ${page} } availablePeriods(first: 1) { ${page} } }
      calendar(id: $calendar) { events(filter: { managed: ONLY, ${range} }, first: 1) { ${page} } }
      node(id: $series) { ... on CalendarEvent { occurrences(from: "2026-03-02T10:00:00Z", to: "2026-03-04T11:00:00Z", first: 1) { ${page} } } } }`,
    { account: account[0], calendar: calendar[0], series: event[1] },
    key,
  );
  const end = (list: Loose): string => list.pageInfo.endCursor;
  return {
    'Query.accounts': end(found.accounts),
    'Query.profiles': end(found.profiles),
    'Query.operations': end(found.operations),
    'CalendarAccount.events': end(found.account.events),
    'CalendarAccount.freeBusy': end(found.account.freeBusy),
    'CalendarAccount.availablePeriods': end(found.account.availablePeriods),
    'Calendar.events': end(found.calendar.events),
    'CalendarEvent.occurrences': end(found.node.occurrences),
  };
}

function ics(uid: string, summary: string): string {
  return `BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//test//EN\r\nBEGIN:VEVENT\r\nUID:${uid}\r\nDTSTAMP:20260301T000000Z\r\nDTSTART:20260303T100000Z\r\nDTEND:20260303T110000Z\r\nSUMMARY:${summary}\r\nATTACH:https://files.example.com/${encodeURIComponent(uid)}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n`;
}

/** Credentials that were good once. */
function ended(
  { fresh: { store } }: TestGraph,
  { applicationId, names }: Tenant,
  { expiredToken, revokedKey }: { readonly expiredToken: string; readonly revokedKey: string },
) {
  const past = new Date(Date.now() - 60_000);
  return store.asWorker((tx) =>
    tx
      .insertInto('credential')
      .values([
        {
          id: store.ids('crd'),
          application_id: applicationId,
          account_id: names.account[0] ?? null,
          kind: 'ACCOUNT_TOKEN',
          token_hash: hashToken(expiredToken),
          scopes: ['read_write'],
          expires_at: past,
        },
        {
          id: store.ids('crd'),
          application_id: applicationId,
          kind: 'API_KEY',
          token_hash: hashToken(revokedKey),
          scopes: ['read_write'],
          revoked_at: past,
        },
      ])
      .execute(),
  );
}

/** A name of the same shape, and of the same time, that was never given to anything. */
export function unknownLike(name: string, salt: number): string {
  const id = /^([a-z]{3}_[0-9a-z]{10})[0-9a-z]{16}(.*)$/.exec(name);
  if (id !== null) return `${id[1]}${`${salt}zzzzzzzzzzzzzzzz`.slice(0, 16)}${id[2]}`;
  return [...name].map((sign, index) => (index < name.length - 6 ? sign : String((salt + index) % 10))).join('');
}

/** The place of a list behind an id that was never given to anything. */
export function unknownPlace(cursor: string, salt: number): string {
  const [hash = ''] = Buffer.from(cursor, 'base64url').toString('latin1').split(' ');
  const place = decodePlace(cursor, hash);
  if (place === null) throw new Error('a cursor was expected');
  return encodePlace(hash, { at: place.at, id: unknownLike(place.id, salt) });
}

async function checksum({ fresh }: TestGraph, { applicationId, names }: Tenant): Promise<string> {
  const columns = await fresh.superuser<{ table_name: string; column_name: string }>(
    `select table_name, column_name from information_schema.columns
     where table_schema = 'public' and column_name in ('account_id', 'application_id')
       or (table_schema = 'public' and table_name in ('account', 'application') and column_name = 'id') order by 1, 2`,
  );
  const sums: string[] = [];
  for (const [table, found] of Map.groupBy(columns, (column) => column.table_name)) {
    const owned = found.map(({ column_name: column }) => `"${column}" = any($1)`).join(' or ');
    const rows = await fresh.superuser<{ sum: string | null }>(
      `select md5(string_agg(t::text, '|' order by t::text)) as sum from "${table}" t where ${owned}`,
      [[applicationId, ...names.account]],
    );
    sums.push(`${table} ${rows[0]?.sum ?? ''}`);
  }
  return sums.join('\n');
}
