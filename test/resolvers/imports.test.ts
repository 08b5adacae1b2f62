/** importIcs: real calendars of ../shared/data, twice, and hostile ones. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { applicationCalendar, openGraph, type TestGraph } from '../setup/graph.ts';

const corpora = join(process.env['CORPORA_DIR'] ?? '../shared/data', 'ics');
const available = existsSync(corpora);
if (!available) console.warn(`left out: no calendars of others in ${corpora} (CORPORA_DIR)`);

let graph: TestGraph;
beforeAll(async () => {
  graph = await openGraph();
});
afterAll(() => graph.close());

const importIcs = `mutation ($input: ImportIcsInput!) { importIcs(input: $input) {
  created updated unchanged skipped { uid reason } userErrors { code path message } } }`;

async function load(calendarId: string, ics: string) {
  const { data, errors } = await graph.run(importIcs, { input: { calendarId, ics } });
  expect(errors).toEqual([]);
  return data.importIcs;
}

const event = (uid: string, lines: string[] = []) =>
  ['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:test', 'BEGIN:VEVENT', `UID:${uid}`, 'DTSTAMP:20260101T000000Z', 'DTSTART:20260302T100000Z', 'DTEND:20260302T110000Z', ...lines, 'END:VEVENT', 'END:VCALENDAR', ''].join('\r\n'); // biome-ignore format: one document

(available ? describe : describe.skip)("others' calendars", () => {
  const files = (folder: string) => (available ? readdirSync(join(corpora, folder)).sort() : []);

  test.each(files('ical4j-valid'))('%s: twice changes nothing, and can be listed', async (file) => {
    const ics = readFileSync(join(corpora, 'ical4j-valid', file), 'utf8');
    const { calendarId } = await applicationCalendar(graph, `valid ${file}`);
    const first = await load(calendarId, ics);
    expect(first.userErrors).toEqual([]);
    const second = await load(calendarId, ics);
    expect(second).toMatchObject({ created: 0, updated: 0, unchanged: first.created });
    const { calendar } = await graph.data(
      `query ($id: ID!) { calendar(id: $id) { events(first: 500, filter: { expand: SERIES, from: "1800-01-01T00:00:00Z", to: "2200-01-01T00:00:00Z" }) { nodes { id uid start { local } end { local } recurrence { rules } } } } }`,
      { id: calendarId },
    );
    const uids = new Set(calendar.events.nodes.map((node: { uid: string }) => node.uid));
    if (first.created < 500) expect(uids.size).toBeLessThanOrEqual(first.created);
    if (first.created > 0) expect(uids.size).toBeGreaterThan(0);
  });

  test.each(files('ical4j-invalid'))('%s: nothing crashes, and every refusal names line and reason', async (file) => {
    const ics = readFileSync(join(corpora, 'ical4j-invalid', file), 'latin1');
    const { calendarId } = await applicationCalendar(graph, `invalid ${file}`);
    const answer = await load(calendarId, ics);
    for (const skipped of answer.skipped) expect(skipped.reason).toMatch(/^line \d+: .+/);
    const told = answer.created + answer.updated + answer.skipped.length + answer.userErrors.length;
    if (/BEGIN:VEVENT/i.test(ics)) expect(told).toBeGreaterThan(0);
  });
});

describe('importIcs', () => {
  test("a time zone that nobody knows is read as the calendar's, and named once", async () => {
    const { calendarId } = await applicationCalendar(graph, 'unknown zone');
    const lines = ['DTSTART;TZID=Middle/Earth:20260302T100000', 'RRULE:FREQ=DAILY;COUNT=2'];
    const shire = ['one', 'two'].map((uid) =>
      event(uid, lines).replace('DTSTART:20260302T100000Z\r\nDTEND:20260302T110000Z\r\n', ''),
    );
    const ics = shire.join('').replaceAll('END:VCALENDAR\r\nBEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:test\r\n', '');
    expect(await load(calendarId, ics)).toMatchObject({
      created: 2,
      skipped: [
        {
          uid: 'one',
          reason: expect.stringMatching(/^line 4: TIME_ZONE_SUBSTITUTED: The time zone "Middle\/Earth" is unknown/),
        },
      ],
      userErrors: [],
    });
  });

  test('text that the database cannot hold is replaced, and stops nothing', async () => {
    const { calendarId } = await applicationCalendar(graph, 'unstorable');
    const ics = event('a\0b', ['SUMMARY:c\0d']).replace(
      'END:VCALENDAR',
      `${event('half', ['SUMMARY:\ud800']).split('\r\n').slice(3, -2).join('\r\n')}\r\nEND:VCALENDAR`,
    );
    expect(await load(calendarId, ics)).toMatchObject({ created: 2, skipped: [], userErrors: [] });
    expect(await load(calendarId, ics)).toMatchObject({ created: 0, unchanged: 2 });
    const { calendar } = await graph.data(
      'query ($id: ID!) { calendar(id: $id) { events(filter: { from: "2026-03-01T00:00:00Z" }) { nodes { summary } } } }',
      { id: calendarId },
    );
    expect(calendar.events.nodes.map(({ summary }: { summary: string }) => summary).sort()).toEqual([
      'c\uFFFDd',
      '\uFFFD',
    ]);
  });

  test('the newer of two versions wins, the older changes nothing', async () => {
    const { calendarId } = await applicationCalendar(graph, 'versions');
    await load(calendarId, event('a', ['SEQUENCE:1', 'SUMMARY:second']));
    expect(await load(calendarId, event('a', ['SEQUENCE:0', 'SUMMARY:first']))).toMatchObject({
      updated: 0,
      unchanged: 1,
    });
    expect(await load(calendarId, event('a', ['SEQUENCE:2', 'SUMMARY:third']))).toMatchObject({
      updated: 1,
      unchanged: 0,
    });
    const { event: found } = await graph.data(
      'query ($c: ID!) { event(by: { external: { calendarId: $c, uid: "a" } }) { summary origin key } }',
      { c: calendarId },
    );
    expect(found).toEqual({ summary: 'third', origin: 'EXTERNAL', key: null });
  });

  test('STATUS:CANCELLED is kept as such and is not busy', async () => {
    const { accountId, calendarId } = await applicationCalendar(graph, 'cancelled');
    await load(calendarId, event('a', ['STATUS:CANCELLED']));
    const { account } = await graph.data(
      `query ($id: ID!) { account(id: $id) { events(filter: { from: "2026-03-01T00:00:00Z", to: "2026-04-01T00:00:00Z" }) { nodes { status deleted } } freeBusy(filter: { from: "2026-03-01T00:00:00Z", to: "2026-04-01T00:00:00Z" }) { nodes { busyStatus } } } }`,
      { id: accountId },
    );
    expect(account.events.nodes).toEqual([{ status: 'CANCELLED', deleted: false }]);
    expect(account.freeBusy.nodes).toEqual([]);
  });

  test('one bad component never loses the rest', async () => {
    const { calendarId } = await applicationCalendar(graph, 'mixed');
    const bad = 'BEGIN:VEVENT\r\nUID:bad\r\nDTSTART:20269999T990000Z\r\nEND:VEVENT\r\n';
    const answer = await load(calendarId, event('good').replace('END:VCALENDAR', `${bad}END:VCALENDAR`));
    expect(answer).toMatchObject({
      created: 1,
      skipped: [{ uid: 'bad', reason: expect.stringMatching(/^line \d+: /) }],
    });
  });

  test('series that end with the year 9999, as some programs write those without end, are kept and found', async () => {
    const { calendarId } = await applicationCalendar(graph, 'ten thousand years');
    const series = (uid: string, lines: string[]) =>
      ['BEGIN:VEVENT', `UID:${uid}`, 'DTSTAMP:20260101T000000Z', ...lines, 'END:VEVENT', ''].join('\r\n');
    const ics = `BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:test\r\n${[
      series('days', ['DTSTART;VALUE=DATE:20251231', 'RRULE:FREQ=YEARLY;UNTIL=99991231']),
      series('nights', ['DTSTART:20251231T220000Z', 'DURATION:P1D', 'RRULE:FREQ=YEARLY;UNTIL=99991231T235959Z']),
      series('last', ['DTSTART;VALUE=DATE:99991201', 'RRULE:FREQ=DAILY;COUNT=29']),
      series('plain', ['DTSTART:20261231T100000Z', 'DTEND:20261231T110000Z']),
    ].join('')}END:VCALENDAR\r\n`;
    expect(await load(calendarId, ics)).toMatchObject({ created: 4, updated: 0, skipped: [] });
    const { calendar } = await graph.data(
      `query ($id: ID!) { calendar(id: $id) {
        events(filter: { from: "2026-12-01T00:00:00Z", to: "2027-01-01T00:00:00Z" }) { nodes { uid } } } }`,
      { id: calendarId },
    );
    expect(calendar.events.nodes.map(({ uid }: { uid: string }) => uid)).toEqual(
      expect.arrayContaining(['days', 'nights', 'plain']),
    );
  });

  test('what the database refuses is named, and the rest of its page is kept', async () => {
    const { calendarId } = await applicationCalendar(graph, 'refused');
    // Longer than an entry of an index may be, however it is compressed.
    const endless = Array.from({ length: 1_500 }, (_, n) => Math.sin(n).toString(36).slice(3, 11)).join('');
    const parts = ['a', 'b', endless, 'c', 'd', 'e'].map((uid) => event(uid).split('\r\n').slice(3, -2).join('\r\n'));
    const ics = `BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:test\r\n${parts.join('\r\n')}\r\nEND:VCALENDAR\r\n`;
    const answer = await load(calendarId, ics);
    expect(answer).toMatchObject({ created: 5, updated: 0, unchanged: 0, userErrors: [] });
    expect(answer.skipped).toEqual([{ uid: endless, reason: expect.stringMatching(/^It cannot be stored: /) }]);
    expect(await load(calendarId, ics)).toMatchObject({ created: 0, unchanged: 5 });
  });

  test('an own managed event is not overwritten by a file that names its uid', async () => {
    const { calendarId } = await applicationCalendar(graph, 'own');
    const { upsertEvent } = await graph.data(
      'mutation ($input: UpsertEventInput!) { upsertEvent(input: $input) { event { uid } userErrors { code message } } }',
      { input: { calendarId, key: 'k', summary: 'mine', start: { date: '2026-03-02' }, end: { date: '2026-03-03' } } },
    );
    const answer = await load(calendarId, event(upsertEvent.event.uid, ['SEQUENCE:9', 'SUMMARY:theirs']));
    expect(answer).toMatchObject({ created: 0, updated: 0, skipped: [{ uid: upsertEvent.event.uid }] });
  });

  test.each([
    ['an unknown calendar', 'cal_unknown', event('a'), 'NOT_FOUND', 'calendarId'],
    ['no calendar at all', null, 'hello', 'INVALID', 'ics'],
    ['more than 4 MiB', null, `${event('a')}${' '.repeat(4 * 1024 * 1024)}`, 'TOO_LONG', 'ics'],
  ])('%s is refused', async (_name, id, ics, code, field) => {
    const { calendarId } = await applicationCalendar(graph, 'refused');
    const answer = await load(id ?? calendarId, ics);
    expect(answer.userErrors).toMatchObject([{ code, path: [field] }]);
    expect(answer.created).toBe(0);
  });
});
