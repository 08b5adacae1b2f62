/** Events through the graph, on application calendars. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { applicationCalendar, openGraph, type TestGraph } from '../setup/graph.ts';

let graph: TestGraph;
beforeAll(async () => {
  graph = await openGraph();
});
afterAll(() => graph.close());

const timed = (dateTime: string, timeZone: string | null = 'Europe/London') => ({ timed: { dateTime, timeZone } });

const upsert = `mutation ($input: UpsertEventInput!) { upsertEvent(input: $input) {
  created event { id key uid version summary start { dateTime local date timeZone } end { local date } busyStatus recurrence { role rules } metadata }
  conflict { id version } operation { id status } warnings { code } userErrors { code path message } } }`;

const list = `query ($id: ID!, $filter: EventFilter, $first: Int, $after: String) { calendar(id: $id) { events(filter: $filter, first: $first, after: $after) {
  nodes { id summary start { local date dateTime } end { local date } deleted recurrence { role originalStart { local } } }
  pageInfo { hasNextPage endCursor } } } }`;

async function write(calendarId: string, key: string, input: Record<string, unknown> = {}) {
  const { upsertEvent } = await graph.data(upsert, {
    input: {
      calendarId,
      key,
      summary: key,
      start: timed('2026-03-02T10:00:00Z'),
      end: timed('2026-03-02T11:00:00Z'),
      ...input,
    },
  });
  return upsertEvent;
}

describe('upsertEvent', () => {
  test('the same call twice leaves one event, one version and one change', async () => {
    const { calendarId } = await applicationCalendar(graph, 'twice');
    const first = await write(calendarId, 'a');
    const second = await write(calendarId, 'a');
    expect(first.created).toBe(true);
    expect(first.operation.status).toBe('APPLIED');
    expect(second.created).toBe(false);
    expect(second.event).toEqual(first.event);
    const { rows } = { rows: await graph.fresh.superuser<{ kind: string }>(`select kind from change_log where calendar_id = '${calendarId}' and kind like 'EVENT%'`) }; // biome-ignore format: one statement
    expect(rows).toEqual([{ kind: 'EVENT_CREATED' }]);
  });

  test('absent keeps, null clears, and a changed field raises the version', async () => {
    const { calendarId } = await applicationCalendar(graph, 'absent');
    const first = await write(calendarId, 'a', {
      description: 'kept',
      url: 'https://example.org/',
      metadata: { room: 1 },
    });
    const { upsertEvent: second } = await graph.data(upsert, {
      input: { calendarId, key: 'a', summary: 'new', url: null },
    });
    expect(second.event.summary).toBe('new');
    expect(second.event.metadata).toEqual({ room: 1 });
    expect(second.event.version).not.toBe(first.event.version);
    const { event } = await graph.data(`query ($id: ID!) { event(by: { id: $id }) { description url } }`, {
      id: first.event.id,
    });
    expect(event).toEqual({ description: 'kept', url: null });
  });

  test('a managed day without busyStatus is free', async () => {
    const { calendarId } = await applicationCalendar(graph, 'day');
    const { event } = await write(calendarId, 'a', { start: { date: '2026-12-25' }, end: { date: '2026-12-26' } });
    expect(event.busyStatus).toBe('FREE');
    expect(event.start).toEqual({ dateTime: null, date: '2026-12-25', timeZone: null, local: '2026-12-25' });
  });

  test('ifVersion refuses a write upon what has changed, and shows it', async () => {
    const { calendarId } = await applicationCalendar(graph, 'version');
    const { event } = await write(calendarId, 'a');
    await write(calendarId, 'a', { summary: 'faster' });
    const { data } = await graph.run(upsert, {
      input: { calendarId, key: 'a', summary: 'slower', control: { ifVersion: event.version } },
    });
    expect(data.upsertEvent).toMatchObject({ event: null, conflict: { id: event.id } });
    expect(data.upsertEvent.userErrors[0]).toMatchObject({ code: 'VERSION_CONFLICT', path: ['control', 'ifVersion'] });
  });

  test('a dry run answers as if done and changes nothing', async () => {
    const { calendarId } = await applicationCalendar(graph, 'dry');
    const dry = await write(calendarId, 'a', { control: { dryRun: true } });
    expect(dry).toMatchObject({ created: true, event: { summary: 'a' } });
    const { calendar } = await graph.data(list, { id: calendarId, filter: { managed: 'ONLY' } });
    expect(calendar.events.nodes).toEqual([]);
  });

  test('an idempotency key replays the first answer, and refuses another input', async () => {
    const { calendarId } = await applicationCalendar(graph, 'idempotent');
    const control = { idempotencyKey: 'k-1' };
    const first = await write(calendarId, 'a', { control });
    expect(await write(calendarId, 'a', { control })).toMatchObject({ created: true, event: { id: first.event.id } });
    const { data } = await graph.run(upsert, { input: { calendarId, key: 'a', summary: 'other', control } });
    expect(data.upsertEvent.userErrors).toMatchObject([
      { code: 'IDEMPOTENCY_MISMATCH', path: ['control', 'idempotencyKey'] },
    ]);
  });

  test('a deleted key is made anew under another uid', async () => {
    const { calendarId } = await applicationCalendar(graph, 'anew');
    const first = await write(calendarId, 'a');
    await graph.data(`mutation ($input: DeleteManagedEventInput!) { deleteManagedEvent(input: $input) { deletedId userErrors { code message } } }`, { input: { calendarId, key: 'a' } }); // biome-ignore format: one call
    const second = await write(calendarId, 'a');
    expect(second.created).toBe(true);
    expect(second.event.uid).not.toBe(first.event.uid);
    const { event } = await graph.data(
      `query ($c: ID!) { event(by: { managed: { calendarId: $c, key: "a" } }) { uid } }`,
      { c: calendarId },
    );
    expect(event.uid).toBe(second.event.uid);
  });

  test('every error of an input is told at once, and nothing is changed', async () => {
    const { calendarId } = await applicationCalendar(graph, 'errors');
    const { data } = await graph.run(upsert, {
      input: {
        calendarId,
        key: 'a',
        summary: 'x'.repeat(1025),
        start: timed('2026-03-02T10:00:00Z', null),
        end: timed('2026-03-02T09:00:00Z'),
        recurrence: ['RRULE:FREQ=WEEKLY;COUNT=3;UNTIL=20260401T000000Z'],
        attendees: { invite: [{ email: 'a@example.org' }] },
      },
    });
    const codes = data.upsertEvent.userErrors.map(
      (error: { code: string; path: string[] }) => `${error.code} ${error.path.join('.')}`,
    );
    expect(codes).toEqual(
      expect.arrayContaining(['TOO_LONG summary', 'NOT_SUPPORTED attendees.invite', 'REQUIRED start.timed.timeZone']),
    );
    expect(data.upsertEvent.event).toBeNull();
  });

  test('the uid of an external event is not a key', async () => {
    const { calendarId } = await applicationCalendar(graph, 'kind');
    await graph.data(
      `mutation ($i: ImportIcsInput!) { importIcs(input: $i) { created userErrors { code message } } }`,
      {
        i: { calendarId, ics: 'BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nUID:theirs\r\nDTSTAMP:20260101T000000Z\r\nDTSTART:20260302T100000Z\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n' }, // biome-ignore format: one document
      },
    );
    const { data } = await graph.run(upsert, { input: { calendarId, key: 'theirs', summary: 'x', start: timed('2026-03-02T10:00:00Z'), end: timed('2026-03-02T11:00:00Z') } }); // biome-ignore format: one call
    expect(data.upsertEvent.userErrors).toMatchObject([{ code: 'WRONG_EVENT_KIND', path: ['key'] }]);
  });
});

describe('series', () => {
  test('an endless series is listed lazily, page by page, over a DST change', async () => {
    const { calendarId } = await applicationCalendar(graph, 'endless');
    await write(calendarId, 'weekly', {
      start: timed('2026-03-20T09:00:00Z'),
      end: timed('2026-03-20T10:00:00Z'),
      recurrence: ['RRULE:FREQ=WEEKLY'],
    });
    const filter = { from: '2026-03-01T00:00:00Z', to: '2026-05-01T00:00:00Z', managed: 'ONLY' };
    const seen: string[] = [];
    let after: string | null = null;
    do {
      const { calendar } = await graph.data(list, { id: calendarId, filter, first: 2, after });
      seen.push(...calendar.events.nodes.map((node: { start: { dateTime: string } }) => node.start.dateTime));
      after = calendar.events.pageInfo.hasNextPage ? calendar.events.pageInfo.endCursor : null;
    } while (after !== null);
    expect(seen).toEqual([
      '2026-03-20T09:00:00Z',
      '2026-03-27T09:00:00Z',
      '2026-04-03T08:00:00Z',
      '2026-04-10T08:00:00Z',
      '2026-04-17T08:00:00Z',
      '2026-04-24T08:00:00Z',
    ]);
  });

  test('THIS moves one occurrence, found where it is and never where it was', async () => {
    const { calendarId } = await applicationCalendar(graph, 'moved');
    await write(calendarId, 'weekly', { recurrence: ['RRULE:FREQ=WEEKLY'] });
    const filter = { from: '2026-03-08T00:00:00Z', to: '2026-03-11T00:00:00Z', managed: 'ONLY' };
    const before = await graph.data(list, { id: calendarId, filter });
    const occurrence = before.calendar.events.nodes[0];
    const { updateEvent } = await graph.data(
      `mutation ($input: UpdateEventInput!) { updateEvent(input: $input) { event { id recurrence { role series { id } } version } userErrors { code message } } }`,
      { input: { id: occurrence.id, start: timed('2026-03-10T15:00:00Z'), end: timed('2026-03-10T16:00:00Z') } },
    );
    expect(updateEvent.event).toMatchObject({ id: occurrence.id, recurrence: { role: 'EXCEPTION' } });
    const after = await graph.data(list, { id: calendarId, filter });
    expect(after.calendar.events.nodes).toMatchObject([
      {
        id: occurrence.id,
        start: { local: '2026-03-10T15:00:00+00:00' },
        recurrence: { originalStart: { local: '2026-03-09T10:00:00+00:00' } },
      },
    ]);
    const where = await graph.data(list, { id: calendarId, filter: { ...filter, to: '2026-03-10T00:00:00Z' } });
    expect(where.calendar.events.nodes).toEqual([]);
  });

  test('ALL through an occurrence moves the series, and its exceptions with it', async () => {
    const { calendarId } = await applicationCalendar(graph, 'all');
    const { event } = await write(calendarId, 'weekly', { recurrence: ['RRULE:FREQ=WEEKLY;COUNT=3'] });
    const update = `mutation ($input: UpdateEventInput!) { updateEvent(input: $input) { event { id } userErrors { code message } } }`;
    await graph.data(update, { input: { id: `${event.id}_20260309T100000`, summary: 'second' } });
    await graph.data(update, {
      input: {
        id: `${event.id}_20260316T100000`,
        scope: 'ALL',
        start: timed('2026-03-16T12:00:00Z'),
        end: timed('2026-03-16T13:00:00Z'),
      },
    });
    const { calendar } = await graph.data(list, {
      id: calendarId,
      filter: { from: '2026-03-01T00:00:00Z', to: '2026-04-01T00:00:00Z', managed: 'ONLY' },
    });
    expect(
      calendar.events.nodes.map((node: { summary: string; start: { dateTime: string } }) => [
        node.summary,
        node.start.dateTime,
      ]),
    ).toEqual([
      ['weekly', '2026-03-02T12:00:00Z'],
      // Its own explicit times stay (semantics B4).
      ['second', '2026-03-09T10:00:00Z'],
      ['weekly', '2026-03-16T12:00:00Z'],
    ]);
  });

  test('deleting one occurrence leaves the others; its id then finds nothing', async () => {
    const { calendarId } = await applicationCalendar(graph, 'one-less');
    const { event } = await write(calendarId, 'weekly', { recurrence: ['RRULE:FREQ=WEEKLY;COUNT=3'] });
    const id = `${event.id}_20260309T100000`;
    const remove = `mutation ($input: DeleteEventInput!) { deleteEvent(input: $input) { deletedId userErrors { code message } } }`;
    expect((await graph.data(remove, { input: { id } })).deleteEvent.deletedId).toBe(id);
    expect((await graph.data('query ($id: ID!) { node(id: $id) { id } }', { id })).node).toBeNull();
    const { calendar } = await graph.data(list, {
      id: calendarId,
      filter: { from: '2026-03-01T00:00:00Z', to: '2026-04-01T00:00:00Z', managed: 'ONLY' },
    });
    expect(calendar.events.nodes).toHaveLength(2);
  });

  test('a well-formed occurrence that the rule does not make is nothing', async () => {
    const { calendarId } = await applicationCalendar(graph, 'nothing');
    const { event } = await write(calendarId, 'weekly', { recurrence: ['RRULE:FREQ=WEEKLY;COUNT=3'] });
    const { nodes } = await graph.data('query ($ids: [ID!]!) { nodes(ids: $ids) { id } }', {
      ids: [`${event.id}_20260310T100000`, `${event.id}_20260309T100000`, 'evt_nonsense', event.id],
    });
    expect(nodes.map((node: { id: string } | null) => node?.id ?? null)).toEqual([
      null,
      `${event.id}_20260309T100000`,
      null,
      event.id,
    ]);
  });
});

describe('lists', () => {
  test('the same number of SQL queries for 1 and for 100 calendars', async () => {
    const document = `query ($query: String) { accounts(first: 100, query: $query) { nodes { id calendars { id events(first: 10, filter: { managed: INCLUDE, from: "2026-03-01T00:00:00Z", to: "2026-04-01T00:00:00Z" }) { nodes { id summary } } } } } }`;
    await applicationCalendar(graph, 'many-0');
    const one = await graph.run(document, { query: 'many-' });
    for (let at = 1; at < 100; at++) {
      const { calendarId } = await applicationCalendar(graph, `many-${at}`);
      if (at % 10 === 0) await write(calendarId, 'a');
    }
    const hundred = await graph.run(document, { query: 'many-' });
    expect(one.data.accounts.nodes).toHaveLength(1);
    expect(hundred.data.accounts.nodes).toHaveLength(100);
    expect(hundred.sqlQueries).toBe(one.sqlQueries);
    expect(hundred.sqlQueries).toBe(3);
  });

  test('a page of a month costs three statements at most, freshness and all', async () => {
    const { calendarId } = await applicationCalendar(graph, 'cost');
    await write(calendarId, 'a', { recurrence: ['RRULE:FREQ=DAILY'] });
    const answer = await graph.run(
      `query ($id: ID!) { calendar(id: $id) { events(first: 100, filter: { managed: INCLUDE }) { nodes { id start { local } calendar { name } } freshness { asOf changesCursor stale { reason } } } } }`,
      { id: calendarId },
    );
    expect(answer.data.calendar.events.nodes).toHaveLength(100);
    expect(answer.sqlQueries).toBeLessThanOrEqual(3);
    expect(answer.providerCalls).toBe(0);
  });

  test('all-day events are ordered and bounded by the day of the asker', async () => {
    const { calendarId } = await applicationCalendar(graph, 'days', 'Pacific/Auckland');
    await write(calendarId, 'christmas', { start: { date: '2026-12-25' }, end: { date: '2026-12-26' } });
    const ask = async (from: string, to: string, timeZone: string) => {
      const { calendar } = await graph.data(list, { id: calendarId, filter: { managed: 'ONLY', from, to, timeZone } });
      return calendar.events.nodes.map((node: { start: { date: string } }) => node.start.date);
    };
    expect(await ask('2026-12-24T00:00:00Z', '2026-12-25T07:59:59Z', 'America/Los_Angeles')).toEqual([]);
    expect(await ask('2026-12-24T00:00:00Z', '2026-12-25T08:00:01Z', 'America/Los_Angeles')).toEqual(['2026-12-25']);
    expect(await ask('2026-12-25T11:00:00Z', '2026-12-26T00:00:00Z', 'Pacific/Auckland')).toEqual([]);
    expect(await ask('2026-12-25T10:59:59Z', '2026-12-26T00:00:00Z', 'Pacific/Auckland')).toEqual(['2026-12-25']);
  });

  test('pages of one walk never repeat or miss, whatever mixes at one instant', async () => {
    const { calendarId } = await applicationCalendar(graph, 'walk', 'Etc/UTC');
    for (let at = 0; at < 12; at++) {
      const day = `2026-06-0${1 + (at % 3)}`;
      const next = `2026-06-0${2 + (at % 3)}`;
      if (at % 2 === 0) await write(calendarId, `day-${at}`, { start: { date: day }, end: { date: next } });
      else await write(calendarId, `time-${at}`, { start: timed(`${day}T00:00:00Z`), end: timed(`${day}T01:00:00Z`) });
    }
    await write(calendarId, 'series', { start: timed('2026-06-01T00:00:00Z', 'Etc/UTC'), end: timed('2026-06-01T01:00:00Z', 'Etc/UTC'), recurrence: ['RRULE:FREQ=DAILY;COUNT=3'] }); // biome-ignore format: one call
    const filter = { from: '2026-05-30T00:00:00Z', to: '2026-06-10T00:00:00Z', managed: 'ONLY' };
    const whole = await graph.data(list, { id: calendarId, filter, first: 100 });
    const ids = whole.calendar.events.nodes.map((node: { id: string }) => node.id);
    expect(new Set(ids).size).toBe(15);
    for (const first of [1, 2, 4, 7]) {
      const walked: string[] = [];
      let after: string | null = null;
      do {
        const { calendar } = await graph.data(list, { id: calendarId, filter, first, after });
        walked.push(...calendar.events.nodes.map((node: { id: string }) => node.id));
        after = calendar.events.pageInfo.hasNextPage ? calendar.events.pageInfo.endCursor : null;
      } while (after !== null);
      expect(walked).toEqual(ids);
    }
  });

  test('own events are left out unless they are asked for', async () => {
    const { calendarId } = await applicationCalendar(graph, 'managed');
    await write(calendarId, 'a');
    const range = { from: '2026-03-01T00:00:00Z', to: '2026-04-01T00:00:00Z' };
    const count = async (managed?: string) =>
      (await graph.data(list, { id: calendarId, filter: { ...range, ...(managed === undefined ? {} : { managed }) } }))
        .calendar.events.nodes.length;
    expect([await count(), await count('EXCLUDE'), await count('INCLUDE'), await count('ONLY')]).toEqual([0, 0, 1, 1]);
  });

  test.each([
    ['a page size of 0', { first: 0 }, 'first: expected 1 to 500, got 0'],
    ['a page size of 501', { first: 501 }, 'first: expected 1 to 500, got 501'],
    [
      'a range that ends before it begins',
      { filter: { from: '2026-03-02T00:00:00Z', to: '2026-03-01T00:00:00Z' } },
      'filter.to: expected an instant after from',
    ],
    [
      'a calendar of nobody',
      { filter: { calendarIds: ['cal_x'] } },
      'filter.calendarIds: expected calendars of this list, got "cal_x"',
    ],
    ['a cursor of nothing', { after: 'bm9uc2Vuc2U' }, 'after: expected a cursor of this list'],
  ])('%s is BAD_USER_INPUT and names the argument', async (_name, variables, message) => {
    const { calendarId } = await applicationCalendar(graph, 'bad');
    const { errors } = await graph.run(list, { id: calendarId, ...variables });
    expect(errors).toMatchObject([{ code: 'BAD_USER_INPUT', message: expect.stringContaining(message) }]);
  });

  test('a cursor of another question is refused', async () => {
    const { calendarId } = await applicationCalendar(graph, 'cursor');
    await write(calendarId, 'a', { recurrence: ['RRULE:FREQ=DAILY'] });
    const filter = { from: '2026-03-01T00:00:00Z', to: '2026-04-01T00:00:00Z', managed: 'ONLY' };
    const { calendar } = await graph.data(list, { id: calendarId, filter, first: 1 });
    const { errors } = await graph.run(list, { id: calendarId, filter: { ...filter, timeZone: 'Europe/London' }, first: 1, after: calendar.events.pageInfo.endCursor }); // biome-ignore format: one call
    expect(errors).toMatchObject([{ code: 'BAD_USER_INPUT', message: expect.stringContaining('other arguments') }]);
  });
});

describe('freeBusy', () => {
  test('shows what counts and nothing else; free time on request', async () => {
    const { accountId, calendarId } = await applicationCalendar(graph, 'busy');
    await write(calendarId, 'busy');
    await write(calendarId, 'free', {
      busyStatus: 'FREE',
      start: timed('2026-03-02T12:00:00Z'),
      end: timed('2026-03-02T13:00:00Z'),
    });
    const ask = (includeFree: boolean) =>
      graph.data(`query ($id: ID!, $filter: FreeBusyFilter!) { account(id: $id) { freeBusy(filter: $filter) { nodes { busyStatus unanswered start { local } key } pageInfo { hasNextPage } } } }`, { id: accountId, filter: { from: '2026-03-01T00:00:00Z', to: '2026-04-01T00:00:00Z', includeFree } }); // biome-ignore format: one call
    expect((await ask(false)).account.freeBusy.nodes).toEqual([
      { busyStatus: 'BUSY', unanswered: false, start: { local: '2026-03-02T10:00:00+00:00' }, key: 'busy' },
    ]);
    expect((await ask(true)).account.freeBusy.nodes).toHaveLength(2);
  });
});
