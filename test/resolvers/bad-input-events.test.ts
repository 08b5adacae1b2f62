/** What is wrong with an event's input is told all at once, with paths, and nothing is changed. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { MemoryProvider } from '../../datasources/providers/memory/provider.ts';
import { applicationCalendar, type Loose, openGraph, type TestGraph } from '../setup/graph.ts';

let graph: TestGraph;
let calendarId = '';
let remoteId = '';
beforeAll(async () => {
  graph = await openGraph({ provider: new MemoryProvider({ schedules: true }) });
  remoteId = graph.provider.addCalendar({ name: 'Work' });
  const { connectCalDav } = await graph.data(
    'mutation ($input: ConnectCalDavInput!) { connectCalDav(input: $input) { profile { id calendars { id } } userErrors { code message } } }',
    { input: { serverUrl: 'http://127.0.0.1:1/', username: 'alice', password: 'alicepw' } },
  );
  calendarId = connectCalDav.profile.calendars[0].id;
  await graph.engine.pollNow(connectCalDav.profile.id);
});
afterAll(() => graph.close());

const timed = (dateTime: string, timeZone: string | null = 'Europe/London') => ({ timed: { dateTime, timeZone } });
const input = (more: Record<string, unknown> = {}) => ({
  calendarId,
  key: 'bad',
  summary: 'Bad',
  start: timed('2026-03-02T10:00:00Z'),
  end: timed('2026-03-02T11:00:00Z'),
  ...more,
});
const upsertDocument = `mutation ($input: UpsertEventInput!) { upsertEvent(input: $input) {
  created event { id uid version summary start { local floating timeZone } end { local floating } } operation { status }
  warnings { code path message } userErrors { code path message } } }`;
const run = async (more: Record<string, unknown> = {}): Promise<Loose> => {
  const { data, errors } = await graph.run(upsertDocument, { input: input(more) });
  if (errors.length > 0) throw new Error(JSON.stringify(errors));
  return data.upsertEvent;
};
const errorsOf = async (more: Record<string, unknown>): Promise<string[]> =>
  (await run(more)).userErrors
    .map(({ code, path }: { code: string; path: string[] }) => `${code} ${path.join('.')}`)
    .sort();
const stored = () => graph.provider.calendar(remoteId).resources.size;
const text = (length: number) => 'x'.repeat(length);
const invite = (...emails: string[]) => ({ attendees: { invite: emails.map((email) => ({ email })) } });
const days = (count: number, from = 0) =>
  Array.from({ length: count }, (_, day) =>
    new Date(Date.UTC(2026, 2, 3 + from + day, 10)).toISOString().replace(/[-:]|\.000/g, ''),
  ).join();
const weekly = (rule: string) => ({ recurrence: [`RRULE:${rule}`] });

describe('each of these is refused with its path, and nothing is changed', () => {
  test.each<[string, Record<string, unknown>, string[]]>([
    ['an end before the start', { end: timed('2026-03-02T09:00:00Z') }, ['INVALID end']],
    ['an all-day end on its start', { start: { date: '2026-03-02' }, end: { date: '2026-03-02' } }, ['INVALID end']],
    ['a day and a time', { end: { date: '2026-03-03' } }, ['INVALID end']],
    ['a fraction of a second', { start: timed('2026-03-02T10:00:00.5Z') }, ['INVALID start.timed.dateTime']],
    ['no instant', { end: timed('soon') }, ['INVALID end.timed.dateTime']],
    ['a day that is none', { start: { date: '2026-02-30' }, end: { date: '2026-03-03' } }, ['INVALID start.date']],
    ['an unknown zone', { start: timed('2026-03-02T10:00:00Z', 'Mars/Olympus') }, ['INVALID start.timed.timeZone']],
    [
      'a recurring event without a zone',
      { ...weekly('FREQ=WEEKLY;COUNT=3'), start: timed('2026-03-02T10:00:00Z', null) },
      ['REQUIRED start.timed.timeZone'],
    ],
    ['COUNT with UNTIL', weekly('FREQ=DAILY;COUNT=3;UNTIL=20260401T000000Z'), ['INVALID recurrence.0']],
    [
      'a wrong rule behind other lines, by its own place',
      { recurrence: ['EXDATE:20260303T100000Z', 'RDATE:20260901T100000Z', 'RRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30'] },
      ['INVALID recurrence.2'],
    ],
    ['a rule that never fires', weekly('FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30'), ['INVALID recurrence.0']],
    ['a rule that is none', weekly('FREQ=SOMETIMES'), ['INVALID recurrence.0']],
    ['no rule at all', { recurrence: ['EXDATE:20260302T100000Z'] }, ['INVALID recurrence']],
    ['two rules', { recurrence: ['RRULE:FREQ=DAILY', 'RRULE:FREQ=WEEKLY'] }, ['INVALID recurrence.1']],
    ['too many lines', { recurrence: Array(101).fill('RDATE:20260302T100000Z') }, ['LIMIT_EXCEEDED recurrence']],
    [
      'more than a thousand excluded occurrences',
      { recurrence: ['RRULE:FREQ=DAILY', `EXDATE:${days(500)}`, `EXDATE:${days(501, 500)}`] },
      ['LIMIT_EXCEEDED recurrence.2'],
    ],
    [
      'more than a thousand added occurrences',
      { recurrence: [`RDATE:${days(1_001)}`] },
      ['LIMIT_EXCEEDED recurrence.0'],
    ],
    ['a wrong address', invite('nobody'), ['INVALID attendees.invite.0.email']],
    ['a display name', invite('Ann <ann@example.test>'), ['INVALID attendees.invite.0.email']],
    ['one address twice', invite('ann@example.test', 'Ann@Example.test'), ['DUPLICATE attendees.invite.1.email']],
    [
      'one address invited and removed',
      { attendees: { invite: [{ email: 'ann@example.test' }], remove: ['ANN@example.test'] } },
      ['INVALID attendees.remove.0'],
    ],
    [
      'more than 500 attendees',
      invite(...Array.from({ length: 501 }, (_, index) => `guest${index}@example.test`)),
      ['LIMIT_EXCEEDED attendees.invite'],
    ],
    ['the owner removed', { attendees: { remove: ['alice@example.test'] } }, ['INVALID attendees.remove.0']],
    ['a summary that is too long', { summary: text(1_025) }, ['TOO_LONG summary']],
    ['no summary', { summary: null }, ['INVALID summary']],
    ['an empty summary', { summary: ' ' }, ['INVALID summary']],
    ['no start', { start: null }, ['INVALID start']],
    ['no end', { end: null }, ['INVALID end']],
    ['a description that is too long', { description: text(8_193) }, ['TOO_LONG description']],
    ['a location that is too long', { location: { description: text(1_025) } }, ['TOO_LONG location.description']],
    ['half a place', { location: { latitude: 1 } }, ['REQUIRED location.longitude']],
    [
      'a place that is none',
      { location: { latitude: 91, longitude: -181 } },
      ['OUT_OF_RANGE location.latitude', 'OUT_OF_RANGE location.longitude'],
    ],
    ['a url of another kind', { url: 'javascript:alert(1)' }, ['INVALID url']],
    ['a url that is too long', { url: `https://example.test/${text(2_048)}` }, ['INVALID url']],
    ['a colour by name', { color: 'red' }, ['INVALID color']],
    [
      'too many categories',
      { categories: Array.from({ length: 51 }, (_, index) => `c${index}`) },
      ['LIMIT_EXCEEDED categories'],
    ],
    ['a category that is too long', { categories: ['a', text(256)] }, ['TOO_LONG categories.1']],
    ['an empty category', { categories: [''] }, ['INVALID categories.0']],
    ['too many reminders', { reminders: Array(21).fill({ minutes: 1 }) }, ['LIMIT_EXCEEDED reminders']],
    [
      'reminders out of range',
      { reminders: [{ minutes: -1 }, { minutes: 0 }, { minutes: 40_321 }] },
      ['OUT_OF_RANGE reminders.0.minutes', 'OUT_OF_RANGE reminders.2.minutes'],
    ],
    [
      'too much metadata',
      { metadata: Object.fromEntries(Array.from({ length: 51 }, (_, index) => [`k${index}`, 1])) },
      ['LIMIT_EXCEEDED metadata'],
    ],
    ['a metadata name that is too long', { metadata: { [text(41)]: 1 } }, [`TOO_LONG metadata.${text(41)}`]],
    ['a metadata value that is too long', { metadata: { a: text(501) } }, ['TOO_LONG metadata.a']],
    ['a key that is too long', { key: text(1_025) }, ['TOO_LONG key']],
    ['no key', { key: '' }, ['INVALID key']],
    ['a control character in the key', { key: 'a\tb\u0007' }, ['INVALID key']],

    ['attachments that it has not', { attachmentIds: ['x'] }, ['NOT_FOUND attachmentIds.0']],
    ['conferencing to be made', { conferencing: { generate: 'DEFAULT' } }, ['NOT_SUPPORTED conferencing']],
    ['a conferencing profile', { conferencing: { profileId: 'x' } }, ['NOT_SUPPORTED conferencing']],
    [
      'a conference that nobody can open',
      { conferencing: { explicit: { joinUrl: 'tel:+1' } } },
      ['INVALID conferencing.explicit.joinUrl'],
    ],
    [
      'a conference with a name that is too long',
      { conferencing: { explicit: { joinUrl: 'https://zoom.us/j/1', providerName: text(1_025) } } },
      ['TOO_LONG conferencing.explicit.providerName'],
    ],
  ])('%s', async (_name, more, expected) => {
    const before = stored();
    expect(await errorsOf(more)).toEqual(expected.sort());
    expect(stored()).toBe(before);
  });

  test('every message says what was expected', async () => {
    for (const more of [
      { end: timed('2026-03-02T09:00:00Z') },
      { start: timed('x', 'Mars/Olympus') },
      { color: 'red' },
    ]) {
      for (const { message } of (await run(more)).userErrors) expect(message).toMatch(/^expected /i);
    }
  });
});

test('all errors of an input are told at once, those of scalars beside the others', async () => {
  const before = stored();
  expect(
    await errorsOf({
      key: '',
      summary: text(1_025),
      start: timed('2026-03-02T10:00:00.25Z', 'Mars/Olympus'),
      color: 'blue',
      url: 'ftp://example.test',
      categories: [''],
      reminders: [{ minutes: -5 }],
      attendees: {
        invite: [{ email: 'wrong' }, { email: 'ann@example.test', name: text(1_025) }],
        remove: ['wrong too'],
      },
      metadata: { a: text(501) },
      recurrence: ['RRULE:FREQ=DAILY', 'RRULE:FREQ=DAILY'],
      triggers: [{ key: 'a', anchor: 'START', offset: 'soon' }],
    }),
  ).toEqual(
    [
      'INVALID attendees.invite.0.email',
      'INVALID attendees.remove.0',
      'INVALID categories.0',
      'INVALID color',
      'INVALID key',
      'INVALID recurrence.1',
      'INVALID start.timed.dateTime',
      'INVALID start.timed.timeZone',
      'INVALID triggers.0.offset',
      'INVALID url',
      'OUT_OF_RANGE reminders.0.minutes',
      'TOO_LONG attendees.invite.1.name',
      'TOO_LONG metadata.a',
      'TOO_LONG summary',
    ].sort(),
  );
  expect(stored()).toBe(before);
});

describe('an update', () => {
  const updateDocument = `mutation ($input: UpdateEventInput!) { updateEvent(input: $input) {
    event { summary version } userErrors { code path } } }`;
  test('that is wrong changes nothing, and tells every error', async () => {
    const { event } = await run({ key: 'updated' });
    const { data } = await graph.run(updateDocument, {
      input: {
        id: event.id,
        summary: null,
        end: timed('2026-03-02T09:00:00Z'),
        color: 'none',
        metadata: { a: text(501) },
      },
    });
    expect(data.updateEvent.userErrors).toEqual(
      expect.arrayContaining([
        { code: 'INVALID', path: ['summary'] },
        { code: 'INVALID', path: ['color'] },
        { code: 'INVALID', path: ['end'] },
        { code: 'TOO_LONG', path: ['metadata', 'a'] },
      ]),
    );
    expect((await run({ key: 'updated' })).event.version).toBe(event.version);
  });

  test.each([
    ['the key of a managed event', 'updated'],
    ['a malformed id', 'evt_1'],
  ])('by %s instead of an id is refused', async (_name, id) => {
    const { data } = await graph.run(updateDocument, { input: { id, summary: 'x' } });
    expect(data.updateEvent.userErrors).toEqual([{ code: 'NOT_FOUND', path: ['id'] }]);
  });

  test('by the uid of a managed event instead of its id is of the wrong kind', async () => {
    const { event } = await run({ key: 'updated' });
    const { data } = await graph.run(updateDocument, { input: { id: event.uid, summary: 'x' } });
    expect(data.updateEvent.userErrors).toEqual([{ code: 'WRONG_EVENT_KIND', path: ['id'] }]);
    const removed = await graph.run(
      'mutation ($input: DeleteEventInput!) { deleteEvent(input: $input) { userErrors { code path } } }',
      { input: { id: event.uid } },
    );
    expect(removed.data.deleteEvent.userErrors).toEqual([{ code: 'WRONG_EVENT_KIND', path: ['id'] }]);
  });
});

describe('the other kind of event (WRONG_EVENT_KIND)', () => {
  const removeDocument = `mutation ($input: DeleteManagedEventInput!) { deleteManagedEvent(input: $input) {
    deletedId userErrors { code path } } }`;
  const by = async (ref: Record<string, unknown>): Promise<Loose> =>
    (await graph.data('query ($by: EventRef!) { event(by: $by) { id origin } }', { by: ref })).event;

  test('an external event’s uid as a key is refused, to write and to delete', async () => {
    const { event } = await run({ key: 'template' });
    const resource = [...graph.provider.calendar(remoteId).resources.values()].find(
      ({ object }) => object.uid === event.uid,
    );
    if (resource === undefined) throw new Error('not stored');
    const theirs = graph.provider.put(remoteId, { ...resource.object, uid: 'theirs@example.test', marker: null });
    const { calendar } = await graph.data('query ($id: ID!) { calendar(id: $id) { profile { id } } }', {
      id: calendarId,
    });
    await graph.engine.pollNow(calendar.profile.id);
    expect(await errorsOf({ key: 'theirs@example.test' })).toEqual(['WRONG_EVENT_KIND key']);
    const refused = await graph.run(removeDocument, { input: { calendarId, key: 'theirs@example.test' } });
    expect(refused.data.deleteManagedEvent).toEqual({
      deletedId: null,
      userErrors: [{ code: 'WRONG_EVENT_KIND', path: ['key'] }],
    });
    expect(await by({ external: { calendarId, uid: 'theirs@example.test' } })).toMatchObject({ origin: 'EXTERNAL' });
    expect(await by({ managed: { calendarId, key: 'theirs@example.test' } })).toBeNull();
    // Once it is gone its uid is a name like any other.
    graph.provider.delete(remoteId, theirs.remoteId);
    graph.clock.now = Date.now() + 60_000;
    await graph.engine.pollNow(calendar.profile.id);
    expect(await errorsOf({ key: 'theirs@example.test' })).toEqual([]);
  });

  test('a managed event is not found as an external one, by its uid or its key', async () => {
    const { event } = await run({ key: 'ours' });
    expect(await by({ external: { calendarId, uid: event.uid } })).toBeNull();
    expect(await by({ external: { calendarId, uid: 'ours' } })).toBeNull();
    expect(await by({ managed: { calendarId, key: event.uid } })).toBeNull();
    expect(await errorsOf({ key: event.uid })).toEqual(['WRONG_EVENT_KIND key']);
  });
});

describe('absent, null and []', () => {
  const read = `event { description url color location { description } categories reminders { minutes } metadata attendeeCount
    visibility busyStatus status }`;
  const full = {
    description: 'd',
    url: 'https://example.test/',
    color: '#112233',
    location: { description: 'l' },
    categories: ['c'],
    reminders: [{ minutes: 5 }],
    metadata: { a: 1 },
    attendees: { invite: [{ email: 'ann@example.test' }] },
    visibility: 'PRIVATE',
    busyStatus: 'TENTATIVE',
    status: 'TENTATIVE',
  };
  const write = async (more: Record<string, unknown>): Promise<Loose> => {
    const { data } = await graph.run(
      `mutation ($input: UpsertEventInput!) { upsertEvent(input: $input) { ${read} userErrors { code path message } } }`,
      { input: { calendarId, key: 'fields', ...more } },
    );
    expect(data.upsertEvent.userErrors).toEqual([]);
    return data.upsertEvent.event;
  };

  test('keep, clear and empty', async () => {
    const made = await write({ ...input({ key: 'fields' }), ...full });
    expect(made).toMatchObject({ description: 'd', categories: ['c'], metadata: { a: 1 }, attendeeCount: 1 });
    expect(await write({ summary: 'other' })).toEqual(made);
    const cleared = await write({
      description: null,
      url: null,
      color: null,
      location: null,
      categories: null,
      reminders: null,
      metadata: null,
      attendees: { remove: ['ann@example.test', 'nobody@example.test'] },
      visibility: null,
      busyStatus: null,
      status: null,
    });
    expect(cleared).toEqual({
      description: null,
      url: null,
      color: null,
      location: null,
      categories: [],
      reminders: [],
      metadata: null,
      attendeeCount: 0,
      visibility: 'DEFAULT',
      busyStatus: 'BUSY',
      status: 'CONFIRMED',
    });
    await write(full);
    expect(await write({ categories: [], reminders: [], recurrence: [] })).toMatchObject({
      categories: [],
      reminders: [],
    });
  });

  test('reminders that the user may have changed are left alone where that is asked', async () => {
    await write({ ...input({ key: 'fields' }), reminders: [{ minutes: 7 }] });
    expect(await write({ reminders: [{ minutes: 9 }], remindersOnCreateOnly: true })).toMatchObject({
      reminders: [{ minutes: 7 }],
    });
    expect(await write({ reminders: [{ minutes: 9 }] })).toMatchObject({ reminders: [{ minutes: 9 }] });
  });
});

test('a conference that exists is carried, kept, replaced and taken away', async () => {
  const document = `mutation ($input: UpsertEventInput!) { upsertEvent(input: $input) {
    event { uid conferencing { status provider providerName joinUrl dialIn { pin } failure { code } } } userErrors { code path } } }`;
  const write = async (more: Record<string, unknown>): Promise<Loose> => {
    const { data } = await graph.run(document, { input: { calendarId, key: 'joined', ...more } });
    expect(data.upsertEvent.userErrors).toEqual([]);
    return data.upsertEvent.event.conferencing;
  };
  const shown = { status: 'READY', dialIn: [], failure: null };
  const joinUrl = 'https://example.zoom.us/j/123?pwd=a,b;c';
  const zoom = { ...shown, provider: 'ZOOM', providerName: 'Zoom, ours', joinUrl };
  expect(
    await write({ ...input({ key: 'joined' }), conferencing: { explicit: { joinUrl, providerName: 'Zoom, ours' } } }),
  ).toEqual(zoom);
  expect(await write({ summary: 'kept' })).toEqual(zoom);
  const own = 'https://calls.example.test/room';
  expect(await write({ conferencing: { explicit: { joinUrl: own } } })).toEqual({
    ...shown,
    provider: null,
    providerName: null,
    joinUrl: own,
  });
  expect(await write({ conferencing: { generate: 'NONE' } })).toBeNull();
});

test('a floating event stays floating where its times are not given', async () => {
  const { event } = await run({ key: 'floats' });
  const resource = [...graph.provider.calendar(remoteId).resources.values()].find(
    ({ object }) => object.uid === event.uid,
  );
  if (resource?.object.master == null) throw new Error('not stored');
  const floating = (local: string) => ({ kind: 'floating' as const, local });
  graph.provider.put(
    remoteId,
    {
      ...resource.object,
      master: {
        ...resource.object.master,
        start: floating('2026-03-02T10:00:00'),
        end: floating('2026-03-02T11:00:00'),
      },
    },
    null,
    resource.remoteId,
  );
  const { calendar } = await graph.data('query ($id: ID!) { calendar(id: $id) { profile { id } } }', {
    id: calendarId,
  });
  graph.clock.now = (graph.clock.now ?? Date.now()) + 60_000;
  await graph.engine.pollNow(calendar.profile.id);
  const changed = await graph.run(upsertDocument, { input: { calendarId, key: 'floats', summary: 'renamed' } });
  expect(changed.data.upsertEvent.event).toMatchObject({
    summary: 'renamed',
    start: { local: '2026-03-02T10:00:00', floating: true, timeZone: null },
  });
  expect(graph.provider.calendar(remoteId).resources.get(resource.remoteId)?.object.master?.start).toEqual(
    floating('2026-03-02T10:00:00'),
  );
});

describe('keys as long as they may be', () => {
  // 1,024 characters of four bytes each: more than an index takes.
  const key = '𝒦'.repeat(1_024).slice(0, 2_048);

  test('an event, an application calendar and a replay by such a key', async () => {
    const { upsertApplicationCalendar: made } = await graph.data(
      `mutation ($key: String!) { upsertApplicationCalendar(input: { key: $key }) { calendar { id } userErrors { code } } }`,
      { key: key.slice(0, 1_024) },
    );
    const { upsertApplicationCalendar: again } = await graph.data(
      `mutation ($key: String!) { upsertApplicationCalendar(input: { key: $key }) { calendar { id } userErrors { code } } }`,
      { key: key.slice(0, 1_024) },
    );
    expect(again.calendar.id).toBe(made.calendar.id);
    const input = {
      calendarId: made.calendar.id,
      key: key.slice(0, 1_024),
      summary: 'long',
      start: { date: '2026-12-01' },
      end: { date: '2026-12-02' },
      control: { idempotencyKey: 'x'.repeat(100_000) },
    };
    const write = `mutation ($input: UpsertEventInput!) { upsertEvent(input: $input) { created event { id key } userErrors { code path } } }`;
    const first = (await graph.data(write, { input })).upsertEvent;
    expect((await graph.data(write, { input })).upsertEvent).toEqual(first);
    const found = await graph.data(
      `query ($calendarId: ID!, $key: String!) { event(by: { managed: { calendarId: $calendarId, key: $key } }) { id } }`,
      { calendarId: made.calendar.id, key: input.key },
    );
    expect(found.event.id).toBe(first.event.id);
  });
});

test('what is wrong with a rule is told beside everything else', async () => {
  const { calendarId } = await applicationCalendar(graph, 'rules beside');
  const refused = async (rule: string) => {
    const { data } = await graph.run(
      `mutation ($input: UpsertEventInput!) { upsertEvent(input: $input) { userErrors { path code message } } }`,
      {
        input: {
          calendarId,
          key: 'k',
          summary: 'x',
          start: { timed: { dateTime: '2026-03-02T10:00:00Z' } },
          end: { timed: { dateTime: '2026-03-02T09:00:00Z' } },
          recurrence: [rule],
        },
      },
    );
    return data.upsertEvent.userErrors.map(({ path, code }: Loose) => [path.join('.'), code]);
  };
  const others = [
    ['start.timed.timeZone', 'REQUIRED'],
    ['end', 'INVALID'],
  ];
  expect(await refused('RRULE:FREQ=DAILY;COUNT=3;UNTIL=20260401T000000Z')).toEqual([
    ...others,
    ['recurrence.0', 'INVALID'],
  ]);
  expect(await refused('RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30')).toEqual([...others, ['recurrence.0', 'INVALID']]);
});
