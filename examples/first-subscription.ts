/** The first subscription: listens, writes an event of its own, and prints the change that it is told. */
import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import { authorization, demoCalendar, graph, operation, socketUrl } from './shared/graph.ts';

const calendarId = await demoCalendar('first-subscription');
const client = createClient({ url: socketUrl, webSocketImpl: WebSocket, connectionParams: { authorization } });
const batches = client.iterate({ query: operation('watch-changes'), variables: { filter: { includeOwn: true } } });
// The first batch is empty and says that we are heard: from here on nothing is missed.
await batches.next();
console.log('listening');
await graph(operation('write-an-event'), {
  calendarId,
  summary: `Hello from ${process.pid}`,
  start: '2026-06-01T10:00:00Z',
  end: '2026-06-01T10:30:00Z',
  timeZone: 'Europe/London',
});
const { value } = await batches.next();
console.log(JSON.stringify(value, null, 2));
await client.dispose();
