/** What an account granted bounds the writes of an API key that has every scope. */
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { MemoryProvider } from '../../datasources/providers/memory/provider.ts';
import { type Scope, scopes } from '../../domain/actor.ts';
import { applicationCalendar, type Loose, openGraph, type TestGraph } from '../setup/graph.ts';
import { everything, type GrantedAccount, ics, openGranted, times } from './granted-account.ts';

let mine: GrantedAccount;
let graph: TestGraph;
let granting: GrantedAccount['granting'];
beforeAll(async () => {
  mine = await openGranted();
  ({ graph, granting } = mine);
});
afterAll(() => graph.close());
beforeEach(() => granting(everything));

type Write = readonly [mutation: string, type: string, scope: Scope, path: readonly string[], input: () => object];
const control = { dryRun: true };
const writes: readonly Write[] = [
    ['upsertEvent', 'UpsertEventInput', 'create_event', ['calendarId'], () => ({ calendarId: mine.calendarId, key: 'x', summary: 'x', ...times, control })],
    ['updateEvent', 'UpdateEventInput', 'create_event', ['id'], () => ({ id: mine.own, summary: 'x', control })],
    ['deleteEvent', 'DeleteEventInput', 'delete_event', ['id'], () => ({ id: mine.external, control })],
    ['deleteManagedEvent', 'DeleteManagedEventInput', 'delete_event', ['calendarId'], () => ({ calendarId: mine.calendarId, key: 'own', control })],
    ['deleteManagedEvent', 'DeleteManagedEventInput', 'delete_event', ['calendarId'], () => ({ calendarId: mine.calendarId, key: 'never', control })],
    ['setParticipationStatus', 'SetParticipationStatusInput', 'change_participation_status', ['id'], () => ({ id: mine.external, status: 'ACCEPTED', control })],
    ['deleteManagedEvents', 'DeleteManagedEventsInput', 'delete_event', ['calendarIds', '0'], () => ({ calendarIds: [mine.calendarId] })],
    ['deleteManagedEvents', 'DeleteManagedEventsInput', 'delete_event', ['allOfAccountId'], () => ({ allOfAccountId: mine.accountId })],
    ['createCalendar', 'CreateCalendarInput', 'create_calendar', ['profileId'], () => ({ profileId: mine.profileId, name: 'x' })],
    ['deleteCalendar', 'DeleteCalendarInput', 'create_calendar', ['calendarId'], () => ({ calendarId: mine.calendarId })],
    ['importIcs', 'ImportIcsInput', 'create_event', ['calendarId'], () => ({ calendarId: mine.calendarId, ics: ics('new@example.com') })],
    ['setIcsFeed', 'SetIcsFeedInput', 'read_events', ['calendarId'], () => ({ calendarId: mine.calendarId, enabled: true })],
    ['syncCalendar', 'SyncCalendarInput', 'list_calendars', ['calendarId'], () => ({ calendarId: mine.calendarId })],
    ['requestCalendarPermission', 'RequestCalendarPermissionInput', 'create_event', ['calendarIds', '0'], () => ({ calendarIds: [mine.calendarId], redirectUri: 'http://localhost/' })],
  ]; // biome-ignore format: a table

test.each(writes)(
  '%s (%s): FORBIDDEN at the id where the account did not grant %s, and no provider is asked',
  async (mutation, type, scope, path, input) => {
    await granting(scopes.filter((one) => one !== scope));
    const { data, errors, providerCalls } = await graph.run(
      `mutation ($input: ${type}!) { ${mutation}(input: $input) { userErrors { path code message } } }`,
      { input: input() },
    );
    expect(errors).toEqual([]);
    expect(data[mutation].userErrors).toEqual([
      { path, code: 'FORBIDDEN', message: `Expected an account that granted ${scope}, got one that did not` },
    ]);
    expect(providerCalls).toBe(0);
    await granting(everything);
    const { node } = await graph.data('query ($id: ID!) { node(id: $id) { ... on CalendarEvent { summary } } }', {
      id: mine.own,
    });
    expect(node).toEqual({ summary: 'Ours' });
  },
);

test('each operation of a batch for itself', async () => {
  const other = await applicationCalendar(graph, 'batch');
  await granting(['read_only', 'delete_event']);
  const upsert = (calendarId: string) => ({ upsert: { calendarId, key: 'batched', summary: 'x', ...times } });
  const { batchEvents } = (
      await graph.run(
        'mutation ($input: BatchEventsInput!) { batchEvents(input: $input) { results { ... on UpsertEventPayload { event { id } userErrors { path code } } ... on DeleteManagedEventPayload { userErrors { code } } } userErrors { code } } }',
        { input: { operations: [upsert(mine.calendarId), upsert(other.calendarId), { deleteManaged: { calendarId: mine.calendarId, key: 'batched' } }] } },
      )
    ).data; // biome-ignore format: one call
  expect(batchEvents.results).toEqual([
    { event: null, userErrors: [{ path: ['calendarId'], code: 'FORBIDDEN' }] },
    { event: { id: expect.any(String) }, userErrors: [] },
    { userErrors: [] },
  ]);
});

test("who may write and not read changes others' events without being shown them", async () => {
  await granting(['create_event', 'list_calendars']);
  const { updateEvent } = await graph.data(
    'mutation ($input: UpdateEventInput!) { updateEvent(input: $input) { event { summary description } conflict { summary } userErrors { code message } } }',
    { input: { id: mine.external, description: 'Added' } },
  );
  expect([updateEvent.event, updateEvent.conflict]).toEqual([null, null]);
  await granting(everything);
  const { node } = await graph.data(
    'query ($id: ID!) { node(id: $id) { ... on CalendarEvent { summary description } } }',
    { id: mine.external },
  );
  expect(node).toEqual({ summary: 'Theirs', description: 'Added' });
});

test('an application that connects a login widens nothing that its user granted, nor is the token that it gets wider', async () => {
  await granting(['free_busy']);
  const { connectCalDav } = await graph.data(
    'mutation ($input: ConnectCalDavInput!) { connectCalDav(input: $input) { account { authorization { scopes } } tokens { scope } userErrors { code message } } }',
    {
      input: { serverUrl: 'http://127.0.0.1:1/', username: 'alice', password: 'alicepw', accountId: mine.accountId },
    },
  );
  expect(connectCalDav).toMatchObject({
    account: { authorization: { scopes: ['free_busy'] } },
    tokens: { scope: 'free_busy' },
  });
});

test('where a uid is in use already is named to those only who may list calendars', async () => {
  const provider = new MemoryProvider({ schedules: true });
  const scheduling = await openGraph({ provider });
  try {
    provider.addCalendar({ name: 'First' });
    provider.addCalendar({ name: 'Second' });
    const { connectCalDav } = await scheduling.data(
      `mutation { connectCalDav(input: { serverUrl: "http://127.0.0.1:1/", username: "alice", password: "alicepw" }) {
        account { id } profile { calendars { id name } } userErrors { code message } } }`,
    );
    const named = (name: string) => connectCalDav.profile.calendars.find((one: Loose) => one.name === name).id;
    const imported = async (calendarId: string) =>
      (
        await scheduling.data(
          'mutation ($input: ImportIcsInput!) { importIcs(input: $input) { skipped { reason } userErrors { code } } }',
          { input: { calendarId, ics: ics('taken@example.com') } },
        )
      ).importIcs.skipped;
    expect(await imported(named('Second'))).toEqual([]);
    const [told] = await imported(named('First'));
    expect(told.reason).toBe('the uid is in use in the calendar "Second" of the same user');
    await scheduling.fresh.store.asWorker((tx) =>
      tx
        .updateTable('authorization_grant')
        .set({ scopes: scopes.filter((scope) => scope !== 'list_calendars') })
        .where('account_id', '=', connectCalDav.account.id)
        .execute(),
    );
    const [bounded] = await imported(named('First'));
    expect(bounded.reason).toBe('the uid is in use in another calendar of the same user');
  } finally {
    await scheduling.close();
  }
});
