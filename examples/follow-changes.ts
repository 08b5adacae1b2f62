/** A subscription that is cut and resumes from the cursor it stored: nothing is lost, nothing comes twice. */
import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import { authorization, demoCalendar, graph, socketUrl, upsertEvent } from './graph.ts';

const calendarId = await demoCalendar('follow-changes');
type Batch = { changes: { cursor: string; changes: { kind: string; subject: { summary: string } | null }[] } };

// Stored together with what was done with the changes: here, in memory.
const seen: string[] = [];
let stored = (await graph<Batch>('{ changes { cursor changes { kind } } }')).changes.cursor;

/** Follows until `count` changes were seen, then hangs up. */
async function follow(count: number): Promise<void> {
  const client = createClient({ url: socketUrl, webSocketImpl: WebSocket, connectionParams: { authorization } });
  const batches = client.iterate<Batch>({
    query: `subscription ($after: String, $calendars: [ID!]) {
      changes(after: $after, filter: { calendarIds: $calendars, includeOwn: true }) {
        cursor
        changes { kind subject { ... on CalendarEvent { summary } } }
      }
    }`,
    variables: { after: stored, calendars: [calendarId] },
  });
  for await (const { data, errors } of batches) {
    if (data == null) throw new Error(JSON.stringify(errors));
    for (const change of data.changes.changes) seen.push(`${change.kind} ${change.subject?.summary ?? '(gone)'}`);
    stored = data.changes.cursor;
    if (seen.length >= count) break;
  }
  await client.dispose();
}

const write = (number: number) =>
  graph(upsertEvent, {
    input: {
      calendarId,
      key: `${process.pid}-${number}`,
      summary: `number ${number}`,
      start: { date: '2026-06-01' },
      end: { date: '2026-06-02' },
    },
  });

const following = follow(2);
await write(1);
await write(2);
await following;
// Nobody listens to these two …
await write(3);
await write(4);
// … and yet they are told.
await follow(4);
for (const line of seen) console.log(line);
if (seen.length !== 4) throw new Error(`expected 4 changes, got ${seen.length}`);
