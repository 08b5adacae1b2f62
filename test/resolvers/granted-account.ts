/** An account whose grant is changed at will: a login at a provider, with an event of the application's own and one of somebody else's. */
import { openGraph, type TestGraph } from '../setup/graph.ts';

export const everything = ['read_write'];
const timed = (dateTime: string) => ({ timed: { dateTime, timeZone: 'Europe/London' } });
export const times = { start: timed('2026-03-02T10:00:00Z'), end: timed('2026-03-02T11:00:00Z') };
/** Around all that the account has. */
export const range = 'from: "2026-03-01T00:00:00Z", to: "2026-04-01T00:00:00Z"';
export const ics = (uid: string) =>
  `BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//test//EN\r\nBEGIN:VEVENT\r\nUID:${uid}\r\nDTSTAMP:20260301T000000Z\r\nDTSTART:20260303T100000Z\r\nDTEND:20260303T110000Z\r\nSUMMARY:Theirs\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n`;

export interface GrantedAccount {
  readonly graph: TestGraph;
  readonly accountId: string;
  readonly profileId: string;
  readonly calendarId: string;
  readonly own: string;
  readonly external: string;
  readonly token: string;
  /** What the account grants from now on. */
  granting(names: readonly string[]): Promise<unknown>;
}

export async function openGranted(): Promise<GrantedAccount> {
  const graph = await openGraph();
  graph.provider.addCalendar({ name: 'Work' });
  const { connectCalDav: made } = await graph.data(
    `mutation { connectCalDav(input: { serverUrl: "http://127.0.0.1:1/", username: "alice", password: "alicepw" }) {
      account { id } profile { id calendars { id } } tokens { accessToken } userErrors { code message } } }`,
  );
  const calendarId = made.profile.calendars[0].id;
  const { upsertEvent } = await graph.data(
    'mutation ($input: UpsertEventInput!) { upsertEvent(input: $input) { event { id } userErrors { code message } } }',
    { input: { calendarId, key: 'own', summary: 'Ours', ...times } },
  );
  await graph.data(
    'mutation ($input: ImportIcsInput!) { importIcs(input: $input) { created userErrors { code message } } }',
    {
      input: { calendarId, ics: ics('theirs@example.com') },
    },
  );
  const { account } = await graph.data(
    `query ($id: ID!) { account(id: $id) { events(filter: { ${range} }) { nodes { id } } } }`,
    { id: made.account.id },
  );
  return {
    graph,
    accountId: made.account.id,
    profileId: made.profile.id,
    calendarId,
    own: upsertEvent.event.id,
    external: account.events.nodes[0].id,
    token: made.tokens.accessToken,
    granting: (names) =>
      graph.fresh.store.asWorker((tx) =>
        tx
          .updateTable('authorization_grant')
          .set({ scopes: [...names] })
          .where('account_id', '=', made.account.id)
          .execute(),
      ),
  };
}
