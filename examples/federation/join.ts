/** One graph of two: asks Meridian for accounts and their employees, and listens to changes that say whose they are. */
import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import { authorization, graph, operation, socketUrl } from '../shared/graph.ts';

const { upsertApplicationCalendar: made } = await graph<{
  upsertApplicationCalendar: { account: { id: string }; calendar: { id: string } };
}>(`mutation { upsertApplicationCalendar(input: { key: "federation", timeZone: "Europe/London" }) {
  account { id } calendar { id } userErrors { message } } }`);
const accountId = made.account.id;

// A mutation of the other subgraph, at the same address.
await graph('mutation ($accountId: ID!) { employ(accountId: $accountId, name: "Ann", team: "Sales") { number } }', {
  accountId,
});
const { account } = await graph<{ account: unknown }>(
  'query ($id: ID!) { account(id: $id) { kind calendars { timeZone } employee { name team } } }',
  { id: accountId },
);
console.log(JSON.stringify(account));

const client = createClient({ url: socketUrl, webSocketImpl: WebSocket, connectionParams: { authorization } });
const batches = client.iterate<{ changes: { changes: unknown[] } }>({
  query: `subscription ($accountId: ID!) { changes(filter: { accountIds: [$accountId], includeOwn: true }) {
    changes { kind account { employee { name } } } } }`,
  variables: { accountId },
});
// The first batch is empty and says that we are heard.
await batches.next();
await graph(operation('write-an-event'), {
  calendarId: made.calendar.id,
  summary: `Hello from ${process.pid}`,
  start: '2026-06-01T10:00:00Z',
  end: '2026-06-01T10:30:00Z',
  timeZone: 'Europe/London',
});
const { value } = await batches.next();
console.log(JSON.stringify(value?.data?.changes));
await client.dispose();
