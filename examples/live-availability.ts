/** Live availability: who can meet when, told anew each time it changes, here by an event, by a hold and by giving it back. */
import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import { authorization, graph, socketUrl, upsertEvent } from './shared/graph.ts';

interface Answer {
  readonly availability: { readonly slots: readonly { readonly start: string; readonly token: string }[] };
}

const { upsertApplicationCalendar: made } = await graph<{
  upsertApplicationCalendar: { account: { id: string }; calendar: { id: string } };
}>(
  `mutation ($key: String!) {
    upsertApplicationCalendar(input: { key: $key, timeZone: "Europe/London" }) { account { id } calendar { id } }
  }`,
  { key: `live-availability-${process.pid}` },
);

const client = createClient({ url: socketUrl, webSocketImpl: WebSocket, connectionParams: { authorization } });
const answers = client.iterate<Answer>({
  query: 'subscription ($input: AvailabilityInput!) { availability(input: $input) { slots { start token } } }',
  variables: {
    input: {
      participants: [{ members: [{ accountId: made.account.id }] }],
      requiredDuration: 'PT1H',
      startInterval: 'PT1H',
      format: 'SLOTS',
      search: { periods: [{ start: '2030-01-07T09:00:00Z', end: '2030-01-07T12:00:00Z' }] },
      timeZone: 'Europe/London',
    },
  },
});

/** Waits for the next answer. What is asked for in the document is what is told, and nothing comes while it is the same. */
async function told(after: string): Promise<Answer['availability']['slots']> {
  const { value } = await answers.next();
  const slots: Answer['availability']['slots'] = value?.data?.availability.slots ?? [];
  console.log(`${after}: ${slots.map(({ start }) => start.slice(11, 16)).join(' ')}`);
  return slots;
}

// The first answer is the present one: whoever was cut off subscribes again, and has missed nothing that still holds.
await told('now');

await graph(upsertEvent, {
  input: {
    calendarId: made.calendar.id,
    key: 'review',
    summary: 'Review',
    start: { timed: { dateTime: '2030-01-07T10:00:00Z', timeZone: 'Europe/London' } },
    end: { timed: { dateTime: '2030-01-07T11:00:00Z', timeZone: 'Europe/London' } },
  },
});
const [first] = await told('an event');

const { createHold } = await graph<{ createHold: { hold: { id: string } } }>(
  'mutation ($input: CreateHoldInput!) { createHold(input: $input) { hold { id } userErrors { code message } } }',
  { input: { slots: [{ slotToken: first?.token }], ttl: 'PT1M' } },
);
await told('a hold');

await graph('mutation ($id: ID!) { releaseHold(input: { holdId: $id }) { userErrors { code message } } }', {
  id: createHold.hold.id,
});
await told('given back');
await client.dispose();
