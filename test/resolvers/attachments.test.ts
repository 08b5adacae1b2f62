/** Files of events: read with them, and left out or put in another order by their ids. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { applicationCalendar, type Loose, openGraph, type TestGraph } from '../setup/graph.ts';

let graph: TestGraph;
beforeAll(async () => {
  graph = await openGraph();
});
afterAll(() => graph.close());

const file = [
  'BEGIN:VCALENDAR',
  'VERSION:2.0',
  'PRODID:-//Another client//EN',
  'BEGIN:VEVENT',
  'UID:with-files',
  'DTSTAMP:20260301T000000Z',
  'DTSTART:20260302T100000Z',
  'DTEND:20260302T110000Z',
  'SUMMARY:Review',
  'ATTACH;FMTTYPE=application/pdf;FILENAME=plan.pdf;MANAGED-ID=7:https://files.example.test/7',
  'ATTACH:https://files.example.test/notes.txt',
  'END:VEVENT',
  'END:VCALENDAR',
  '',
].join('\r\n');
const attachments = 'attachments { id fileName contentType url }';

test('are read from the calendar, kept by a write that does not name them, and changed by one that does', async () => {
  const { calendarId } = await applicationCalendar(graph, 'files');
  await graph.data('mutation ($input: ImportIcsInput!) { importIcs(input: $input) { userErrors { code message } } }', {
    input: { calendarId, ics: file },
  });
  const read = async (): Promise<Loose> => {
    const { event } = await graph.data(
      `query ($calendarId: ID!) { event(by: { external: { calendarId: $calendarId, uid: "with-files" } }) { id ${attachments} calendar { capabilities { attachments } } } }`,
      { calendarId },
    );
    return event;
  };
  const update = (input: object) =>
    graph.data(
      `mutation ($input: UpdateEventInput!) { updateEvent(input: $input) { event { ${attachments} } userErrors { path code } } }`,
      { input },
    );
  const event = await read();
  expect(event).toMatchObject({
    attachments: [
      { fileName: 'plan.pdf', contentType: 'application/pdf', url: 'https://files.example.test/7' },
      { fileName: 'notes.txt', contentType: 'application/octet-stream', url: 'https://files.example.test/notes.txt' },
    ],
    calendar: { capabilities: { attachments: true } },
  });
  const [plan, notes] = event.attachments;
  await update({ id: event.id, summary: 'Later' });
  expect((await read()).attachments).toEqual([plan, notes]);
  expect((await update({ id: event.id, attachmentIds: [notes.id] })).updateEvent.event.attachments).toEqual([notes]);
  expect((await read()).attachments).toEqual([notes]);
  const { data } = await graph.run(
    'mutation ($input: UpdateEventInput!) { updateEvent(input: $input) { userErrors { path code message } } }',
    { input: { id: event.id, attachmentIds: [notes.id, plan.id, notes.id] } },
  );
  expect(data.updateEvent.userErrors).toEqual([
    {
      path: ['attachmentIds', '1'],
      code: 'NOT_FOUND',
      message: 'expected the id of an attachment that the event has, came another',
    },
    { path: ['attachmentIds', '2'], code: 'DUPLICATE', message: 'expected every attachment once, came one again' },
  ]);
  expect((await update({ id: event.id, attachmentIds: [] })).updateEvent.event.attachments).toEqual([]);
  expect((await read()).attachments).toEqual([]);
});
