/** The first subscription: listens, writes an event of its own, and prints the change that it is told. */
import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import { authorization, demoCalendar, graph, socketUrl, upsertEvent } from './shared/graph.ts';

const calendarId = await demoCalendar('first-subscription');
const client = createClient({ url: socketUrl, webSocketImpl: WebSocket, connectionParams: { authorization } });
const batches = client.iterate({
  query: `subscription {
    changes(filter: { includeOwn: true }) {
      cursor
      changes { kind at subject { ... on CalendarEvent { summary start { local } } } }
    }
  }`,
});
// The first batch is empty and says that we are heard: from here on nothing is missed.
await batches.next();
console.log('listening');
await graph(upsertEvent, {
  input: {
    calendarId,
    key: `hello-${process.pid}`,
    summary: 'Hello',
    start: { timed: { dateTime: '2026-06-01T10:00:00Z', timeZone: 'Europe/London' } },
    end: { timed: { dateTime: '2026-06-01T10:30:00Z', timeZone: 'Europe/London' } },
  },
});
const { value } = await batches.next();
console.log(JSON.stringify(value, null, 2));
await client.dispose();
