/** `Conferencing.dialIn`: read from the calendar, kept with the conference that it is of, and gone with it. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { applicationCalendar, type Loose, openGraph, type TestGraph } from '../setup/graph.ts';

let graph: TestGraph;
let id: string;
const ics = [
  'BEGIN:VCALENDAR',
  'VERSION:2.0',
  'PRODID:-//test//EN',
  'BEGIN:VEVENT',
  'UID:call',
  'DTSTAMP:20260301T000000Z',
  'DTSTART:20260303T100000Z',
  'DTEND:20260303T110000Z',
  'SUMMARY:Call',
  'CONFERENCE;VALUE=URI;FEATURE=PHONE,MODERATOR;LABEL=Moderator dial-in:tel:+1-412-555-0123,,,654321',
  'CONFERENCE;VALUE=URI;FEATURE=AUDIO,VIDEO;LABEL=Ours:https://calls.example.test/room',
  'CONFERENCE;VALUE=URI;FEATURE=PHONE:tel:+442071838750',
  'END:VEVENT',
  'END:VCALENDAR',
  '',
].join('\r\n');
const numbers = [
  { phoneNumber: '+1-412-555-0123', pin: '654321', country: null },
  { phoneNumber: '+442071838750', pin: null, country: null },
];
const fields = 'conferencing { joinUrl providerName dialIn { phoneNumber pin country } }';

beforeAll(async () => {
  graph = await openGraph();
  const { calendarId } = await applicationCalendar(graph);
  await graph.data(
    'mutation ($input: ImportIcsInput!) { importIcs(input: $input) { created userErrors { code message } } }',
    { input: { calendarId, ics } },
  );
  const { event } = await graph.data(`query ($by: EventRef!) { event(by: $by) { id ${fields} } }`, {
    by: { external: { calendarId, uid: 'call' } },
  });
  id = event.id;
  expect(event.conferencing).toEqual({
    joinUrl: 'https://calls.example.test/room',
    providerName: 'Ours',
    dialIn: numbers,
  });
});
afterAll(() => graph.close());

const update = async (more: object): Promise<Loose> =>
  (
    await graph.data(
      `mutation ($input: UpdateEventInput!) { updateEvent(input: $input) { event { ${fields} } userErrors { code path message } } }`,
      { input: { id, ...more } },
    )
  ).updateEvent.event.conferencing;

test('another change, and another name of the same conference, leave the numbers; another conference has none', async () => {
  expect((await update({ summary: 'Renamed' })).dialIn).toEqual(numbers);
  const joinUrl = 'https://calls.example.test/room';
  expect(await update({ conferencing: { explicit: { joinUrl, providerName: 'Mine' } } })).toEqual({
    joinUrl,
    providerName: 'Mine',
    dialIn: numbers,
  });
  const elsewhere = 'https://elsewhere.example.test/';
  expect(await update({ conferencing: { explicit: { joinUrl: elsewhere } } })).toEqual({
    joinUrl: elsewhere,
    providerName: null,
    dialIn: [],
  });
});
