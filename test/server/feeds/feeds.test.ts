/** Feeds over HTTP: what programs of others read there, who gets an address, and who gets nothing. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { hashToken } from '../../../datasources/secrets/tokens.ts';
import type { Store } from '../../../datasources/store/store.ts';
import { addFeeds } from '../../../server/feeds-route.ts';
import { feeds } from '../../../sync/feeds/feeds.ts';
import { testKeyRing } from '../../setup/database.ts';
import { applicationCalendar, openGraph, type TestGraph } from '../../setup/graph.ts';
import { type SmallApp, startSmallApp } from '../small-app.ts';
import { byText, pythonMissing, readByIcalJs, readByPython, type Start } from './readers.ts';

let graph: TestGraph;
let small: SmallApp;
const foreignKey = 'another-applications-key-0123456789-0123456789';
const narrowKey = 'a-key-that-may-not-read-events-0123456789-0123';
beforeAll(async () => {
  graph = await openGraph();
  small = await startSmallApp({ addRoutes: (fastify) => addFeeds(fastify, graph.services.feeds) });
  const { store } = graph.fresh;
  await store.asWorker(async (tx) => {
    const { unit_id } = await tx
      .selectFrom('application')
      .select('unit_id')
      .where('id', '=', graph.applicationId)
      .executeTakeFirstOrThrow();
    const other = store.ids('app');
    await tx
      .insertInto('application')
      .values({ id: other, unit_id, name: 'Other', client_id: 'other', mode: 'PRODUCTION' })
      .execute();
    for (const [key, application_id, scopes] of [
      [foreignKey, other, ['read_write']],
      [narrowKey, graph.applicationId, ['free_busy_write']],
    ] as const) {
      await tx
        .insertInto('credential')
        .values({
          id: store.ids('crd'),
          application_id,
          kind: 'API_KEY',
          token_hash: hashToken(key),
          scopes: [...scopes],
        })
        .execute();
    }
  });
});
afterAll(async () => {
  await small.app.drain(1_000);
  await graph.close();
});

const setFeed = `mutation ($input: SetIcsFeedInput!) { setIcsFeed(input: $input) { calendar { id icsUrl } userErrors { code path message } } }`;

async function turnedOn(calendarId: string, more: Record<string, unknown> = {}, token?: string): Promise<string> {
  const { setIcsFeed } = await graph.data(setFeed, { input: { calendarId, enabled: true, ...more } }, token);
  return setIcsFeed.calendar.icsUrl;
}

const at = (address: string, init: RequestInit = {}) =>
  fetch(address.replace('http://localhost:4000', small.origin), init);

async function importText(calendarId: string, events: string): Promise<void> {
  const ics = `BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//EN\r\n${events.trim().replaceAll('\n', '\r\n')}\r\nEND:VCALENDAR\r\n`;
  const { importIcs } = await graph.data(
    'mutation ($i: ImportIcsInput!) { importIcs(input: $i) { created skipped { reason } userErrors { code message } } }',
    { i: { calendarId, ics } },
  );
  expect(importIcs.skipped).toEqual([]);
}

const event = (uid: string, lines: string) =>
  `BEGIN:VEVENT\nUID:${uid}\nDTSTAMP:20260101T000000Z\n${lines.trim()}\nEND:VEVENT\n`;

const manyKinds = [
  event('zoned', 'DTSTART;TZID=Europe/London:20260701T100000\nDTEND;TZID=Europe/London:20260701T110000\nSUMMARY:Zoned'),
  event('utc', 'DTSTART:20260701T100000Z\nDTEND:20260701T110000Z\nSUMMARY:UTC\nCLASS:PRIVATE'),
  event('floating', 'DTSTART:20260702T090000\nDTEND:20260702T093000\nSUMMARY:Floating'),
  event('day', 'DTSTART;VALUE=DATE:20261225\nDTEND;VALUE=DATE:20261227\nSUMMARY:Two days\nTRANSP:TRANSPARENT'),
  event('cancelled', 'DTSTART:20260703T100000Z\nDTEND:20260703T110000Z\nSTATUS:CANCELLED\nSUMMARY:Off'),
  event(
    'texts',
    `DTSTART:20260704T100000Z\nDTEND:20260704T110000Z\nSUMMARY:${'Grüße \\, an \\; alle \\\\ 👩‍👩‍👧 '.repeat(12)}\nDESCRIPTION:one\\ntwo\\n\\nBEGIN:VEVENT\nLOCATION:Room "7"\\, left`,
  ),
  event(
    'people',
    'DTSTART:20260705T100000Z\nDTEND:20260705T110000Z\nSUMMARY:People\nORGANIZER;CN=Olga:mailto:olga-canary@example.com\nATTENDEE;CN=Anna:mailto:anna-canary@example.com\nX-MERIDIAN-REF:k1.canary\nX-OTHER:unknown-canary\nATTACH:https://files.example.com/file-canary\nCONFERENCE;VALUE=URI:https://calls.example.com/room\nCONFERENCE;VALUE=URI;FEATURE=PHONE;LABEL=canary:tel:+1-412-555-0123,,,654321\nBEGIN:VALARM\nACTION:DISPLAY\nDESCRIPTION:alarm-canary\nTRIGGER:-PT10M\nEND:VALARM',
  ),
  event(
    'weekly',
    'DTSTART;TZID=America/New_York:20260302T090000\nDTEND;TZID=America/New_York:20260302T100000\nRRULE:FREQ=WEEKLY;COUNT=40\nEXDATE;TZID=America/New_York:20260309T090000\nSUMMARY:Weekly',
  ),
  event(
    'weekly',
    'RECURRENCE-ID;TZID=America/New_York:20260316T090000\nDTSTART;TZID=America/New_York:20260317T150000\nDTEND;TZID=America/New_York:20260317T160000\nSUMMARY:Moved',
  ),
  event(
    'weekly',
    'RECURRENCE-ID;TZID=America/New_York:20260323T090000\nDTSTART;TZID=America/New_York:20260323T090000\nDTEND;TZID=America/New_York:20260323T100000\nSTATUS:CANCELLED\nSUMMARY:Off',
  ),
  event('days', 'DTSTART;VALUE=DATE:20260601\nDTEND;VALUE=DATE:20260602\nRRULE:FREQ=MONTHLY\nSUMMARY:Days'),
  event(
    'days',
    'RECURRENCE-ID;VALUE=DATE:20260701\nDTSTART;VALUE=DATE:20260703\nDTEND;VALUE=DATE:20260704\nSUMMARY:Later',
  ),
  event(
    'kathmandu',
    'DTSTART;TZID=Asia/Kathmandu:20260302T090000\nDURATION:PT45M\nRRULE:FREQ=DAILY;COUNT=3\nSUMMARY:45',
  ),
  event('gap', 'DTSTART;TZID=Europe/London:20260329T013000\nDURATION:PT30M\nSUMMARY:In the gap'),
  event('overlap', 'DTSTART;TZID=Europe/London:20261025T013000\nDURATION:PT30M\nSUMMARY:In the overlap'),
].join('');

interface Node {
  readonly uid: string;
  readonly start: Time;
  readonly recurrence: { readonly role: string; readonly originalStart: Time | null } | null;
}
interface Time {
  readonly dateTime: string | null;
  readonly date: string | null;
  readonly local: string;
  readonly floating: boolean;
}

const shown = (time: Time | null) =>
  time === null ? '' : time.floating ? time.local : (time.date ?? String(time.dateTime));

/** The same as the graph tells it: every single and series, and every changed occurrence. */
async function startsOfGraph(calendarId: string, to = '2027-03-01T00:00:00Z'): Promise<Start[]> {
  const list = async (expand: string): Promise<Node[]> => {
    const nodes: Node[] = [];
    let after: string | null = null;
    do {
      const {
        calendar,
      }: { calendar: { events: { nodes: Node[]; pageInfo: { hasNextPage: boolean; endCursor: string } } } } =
        await graph.data(
          `query ($id: ID!, $filter: EventFilter!, $after: String) { calendar(id: $id) { events(first: 500, after: $after, filter: $filter) {
            nodes { uid start { dateTime date local floating } recurrence { role originalStart { dateTime date local floating } } }
            pageInfo { hasNextPage endCursor } } } }`,
          { id: calendarId, after, filter: { managed: 'INCLUDE', expand, from: '2026-01-01T00:00:00Z', to } },
        );
      nodes.push(...calendar.events.nodes);
      after = calendar.events.pageInfo.hasNextPage ? calendar.events.pageInfo.endCursor : null;
    } while (after !== null);
    return nodes;
  };
  const wholes = (await list('SERIES'))
    .filter(({ recurrence }) => recurrence?.role !== 'EXCEPTION')
    .map(({ uid, start }): Start => [uid, '', shown(start)]);
  const changed = (await list('OCCURRENCES'))
    .filter(({ recurrence }) => recurrence?.role === 'EXCEPTION')
    .map(({ uid, start, recurrence }): Start => [uid, shown(recurrence?.originalStart ?? null), shown(start)]);
  return [...wholes, ...changed].sort(byText);
}

describe('what is read there', () => {
  let text = '';
  let calendarId = '';
  beforeAll(async () => {
    ({ calendarId } = await applicationCalendar(graph, 'Grüße, Welt', 'Europe/London'));
    await importText(calendarId, manyKinds);
    const response = await at(await turnedOn(calendarId));
    expect(response.status).toBe(200);
    text = await response.text();
  });

  test('ical.js finds what the graph tells, by the VTIMEZONEs of the document', async () => {
    const { starts, texts } = readByIcalJs(text);
    expect(starts).toEqual(await startsOfGraph(calendarId));
    expect(starts).toHaveLength(14);
    expect(texts['texts']).toEqual([
      'Grüße , an ; alle \\ 👩‍👩‍👧 '.repeat(12),
      'one\ntwo\n\nBEGIN:VEVENT',
      'Room "7", left',
    ]);
  });

  const missing = pythonMissing();
  test(missing ?? 'python3-icalendar finds the same', async () => {
    if (missing !== null) return process.stderr.write(`${missing}\n`);
    const read = readByPython(text);
    expect(read.starts).toEqual(await startsOfGraph(calendarId));
    expect(read.texts['texts']).toEqual(readByIcalJs(text).texts['texts']);
    expect(read.name).toBe('Grüße, Welt');
    return undefined;
  });

  test('is iCalendar to the letter: folded at 75 octets, CRLF, each zone defined once and before it is used', () => {
    expect(text.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/);
    for (const line of text.split('\r\n')) expect(Buffer.byteLength(line)).toBeLessThanOrEqual(75);
    const unfolded = text.replaceAll('\r\n ', '');
    const defined = [...unfolded.matchAll(/^TZID:(.*)$/gm)].map(([, zone]) => zone?.trim()).sort();
    const used = new Set([...unfolded.matchAll(/;TZID=([^:;]*)/g)].map(([, zone]) => zone));
    expect(defined).toEqual([...used].sort());
    expect(unfolded.lastIndexOf('END:VTIMEZONE')).toBeLessThan(unfolded.indexOf('BEGIN:VEVENT'));
    expect(unfolded).toMatch(/^BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:/);
    expect(unfolded).not.toContain('METHOD');
    expect(unfolded).toContain('REFRESH-INTERVAL;VALUE=DURATION:PT1H\r\n');
  });

  test('a cancelled occurrence is an EXDATE, a cancelled event says so, a private one too', () => {
    const unfolded = text.replaceAll('\r\n ', '');
    expect(unfolded).toContain('EXDATE;TZID=America/New_York:20260323T090000\r\n');
    expect(unfolded.match(/STATUS:CANCELLED/g)).toHaveLength(1);
    expect(unfolded.match(/CLASS:PRIVATE/g)).toHaveLength(1);
  });

  test('nobody who is invited, no reminder, no file, no telephone number, no marker and nothing unknown is in it', () => {
    expect(text.replaceAll('\r\n ', '').match(/canary|ATTENDEE|ORGANIZER|VALARM|X-MERIDIAN|ATTACH|654321/g)).toBeNull();
  });

  test('managed events are in it, deleted ones are not', async () => {
    const made = await applicationCalendar(graph, 'managed feed');
    const times = {
      start: { timed: { dateTime: '2026-05-04T10:00:00Z' } },
      end: { timed: { dateTime: '2026-05-04T11:00:00Z' } },
    };
    for (const key of ['a', 'b']) {
      await graph.data(
        'mutation ($input: UpsertEventInput!) { upsertEvent(input: $input) { event { id } userErrors { code message } } }',
        { input: { calendarId: made.calendarId, key, summary: key, ...times } },
      );
    }
    await graph.data(
      'mutation ($input: DeleteManagedEventInput!) { deleteManagedEvent(input: $input) { userErrors { code message } } }',
      { input: { calendarId: made.calendarId, key: 'a' } },
    );
    const read = readByIcalJs(await (await at(await turnedOn(made.calendarId))).text());
    expect(Object.values(read.texts).map(([summary]) => summary)).toEqual(['b']);
  });

  test('an empty calendar is a calendar', async () => {
    const made = await applicationCalendar(graph, 'empty feed');
    expect(readByIcalJs(await (await at(await turnedOn(made.calendarId))).text())).toMatchObject({ starts: [] });
  });
});

describe('caching', () => {
  test('the tag and the time change exactly when the content does; who has it gets 304', async () => {
    const { calendarId } = await applicationCalendar(graph, 'cached');
    await importText(calendarId, event('first', 'DTSTART:20260701T100000Z\nDTEND:20260701T110000Z\nSUMMARY:One'));
    const address = await turnedOn(calendarId);
    const first = await at(address);
    const body = await first.text();
    expect(Object.fromEntries(first.headers)).toMatchObject({
      'content-type': 'text/calendar; charset=utf-8',
      'content-disposition': `inline; filename="cached.ics"; filename*=UTF-8''cached.ics`,
      'cache-control': 'private, max-age=300',
      'referrer-policy': 'no-referrer',
      'x-robots-tag': 'noindex, nofollow',
      'x-content-type-options': 'nosniff',
      etag: expect.stringMatching(/^W\/"[\w-]{27}"$/),
    });
    const etag = first.headers.get('etag') ?? '';
    const modified = first.headers.get('last-modified') ?? '';
    const again = await at(address);
    expect([again.headers.get('etag'), again.headers.get('last-modified')]).toEqual([etag, modified]);
    expect(await again.text()).toBe(body);

    for (const headers of [
      { 'if-none-match': etag },
      { 'if-none-match': `"other", ${etag.slice(2)}` },
      { 'if-none-match': '*' },
      { 'if-modified-since': modified },
      { 'if-none-match': etag, 'if-modified-since': 'Thu, 01 Jan 1970 00:00:00 GMT' },
    ]) {
      const fresh = await at(address, { headers: headers as Record<string, string> });
      expect([headers, fresh.status, await fresh.text()]).toEqual([headers, 304, '']);
      expect(fresh.headers.get('etag')).toBe(etag);
    }
    for (const headers of [
      { 'if-none-match': '"other"' },
      { 'if-none-match': '"other"', 'if-modified-since': modified },
      { 'if-modified-since': 'Thu, 01 Jan 1970 00:00:00 GMT' },
      { 'if-modified-since': 'yesterday' },
    ]) {
      expect((await at(address, { headers: headers as Record<string, string> })).status).toBe(200);
    }

    await importText(calendarId, event('second', 'DTSTART:20260702T100000Z\nDTEND:20260702T110000Z\nSUMMARY:Two'));
    const changed = await at(address, { headers: { 'if-none-match': etag } });
    expect(changed.status).toBe(200);
    expect(changed.headers.get('etag')).not.toBe(etag);
    // Of the same second, too.
    expect((await at(address, { headers: { 'if-modified-since': modified } })).status).toBe(200);
  });

  test('HEAD answers what GET would, without the calendar', async () => {
    const { calendarId } = await applicationCalendar(graph, 'head');
    const address = await turnedOn(calendarId);
    const [get, head] = [await at(address), await at(address, { method: 'HEAD' })];
    expect(await head.text()).toBe('');
    for (const name of ['etag', 'last-modified', 'content-type', 'content-disposition', 'cache-control']) {
      expect([name, head.headers.get(name)]).toEqual([name, get.headers.get(name)]);
    }
  });

  test.each([
    ['Büro "Nord"\r\nSet-Cookie: x=1/../😀', 'B_ro _Nord_ Set-Cookie_ x_1 .. __.ics'],
    ['   ', 'calendar.ics'],
  ])('a name of a calendar cannot leave its header: %j', async (name, expected) => {
    const { calendarId } = await applicationCalendar(graph, `named ${name}`);
    await graph.fresh.superuser('update calendar set name = $1 where id = $2', [name, calendarId]);
    const response = await at(await turnedOn(calendarId));
    expect(response.status).toBe(200);
    expect(response.headers.get('set-cookie')).toBeNull();
    expect(response.headers.get('content-disposition')).toContain(`filename="${expected}"`);
  });
});

describe('an address', () => {
  const answer = async (address: string) => {
    const response = await at(address);
    const { date, 'x-request-id': _, ...headers } = Object.fromEntries(response.headers);
    return { status: response.status, headers, body: await response.text(), dated: date !== undefined };
  };

  test('stays when it is turned on twice; is useless when rotated or turned off, as if it had never been', async () => {
    const { calendarId } = await applicationCalendar(graph, 'addressed');
    expect(
      (await graph.data('query ($id: ID!) { calendar(id: $id) { icsUrl } }', { id: calendarId })).calendar.icsUrl,
    ).toBeNull();
    const first = await turnedOn(calendarId);
    expect(first).toMatch(/^http:\/\/localhost:4000\/feeds\/[\w-]{43}\.ics$/);
    expect(await turnedOn(calendarId)).toBe(first);
    const second = await turnedOn(calendarId, { rotate: true });
    expect(second).not.toBe(first);
    expect((await at(second)).status).toBe(200);
    const never = await answer(`http://localhost:4000/feeds/${'A'.repeat(43)}.ics`);
    expect(never.status).toBe(404);
    expect(await answer(first)).toEqual(never);
    const { setIcsFeed } = await graph.data(setFeed, { input: { calendarId, enabled: false } });
    expect(setIcsFeed.calendar.icsUrl).toBeNull();
    expect(await answer(second)).toEqual(never);
    expect(await turnedOn(calendarId)).not.toBe(second);
    expect(await answer('http://localhost:4000/feeds/nothing')).toEqual(never);
  });

  test.each([
    ['the calendar is deleted', `update calendar set deleted_at = now() where id = $1`],
    [
      'the authorization is revoked',
      `update authorization_grant set status = 'REVOKED' where account_id = (select account_id from calendar where id = $1)`,
    ],
    [
      'the profile is revoked',
      `insert into revoked_profile (application_id, profile_id) select f.application_id, f.profile_id from ics_feed f where calendar_id = $1`,
    ],
  ])('is nothing when %s', async (name, change) => {
    const { calendarId } = await applicationCalendar(graph, name);
    const address = await turnedOn(calendarId);
    expect((await at(address)).status).toBe(200);
    await graph.fresh.superuser(change, [calendarId]);
    expect((await at(address)).status).toBe(404);
  });

  test('is kept as a hash, and sealed; never in the clear', async () => {
    const { calendarId } = await applicationCalendar(graph, 'sealed');
    const secret = /feeds\/(.*)\.ics/.exec(await turnedOn(calendarId))?.[1] ?? '';
    const rows = await graph.fresh.superuser<{ row: string; secret: string }>(
      'select row_to_json(f)::text as row, secret from ics_feed f where calendar_id = $1',
      [calendarId],
    );
    expect(rows[0]?.row).not.toContain(secret);
    expect(() => testKeyRing.open(rows[0]?.secret ?? '', 'ics_feed:another:row:secret')).toThrow();
  });

  test('of an unknown secret costs one statement, of what cannot be one none', async () => {
    const counter = { sqlQueries: 0 };
    const { store } = graph.fresh;
    const counting: Store = {
      withApplication: (tenant, work) => store.withApplication(tenant, work, counter),
      asWorker: (work) => store.asWorker(work, counter),
      close: () => store.close(),
    };
    const counted = feeds({
      store: counting,
      keyRing: testKeyRing,
      zones: graph.services.zones,
      clock: Date.now,
      publicUrl: () => new URL('http://localhost'),
    });
    expect(await counted.open('A'.repeat(43))).toBeNull();
    expect(counter.sqlQueries).toBe(1);
    for (const text of ['', 'x', 'A'.repeat(44), `${'A'.repeat(42)}'`, `${'A'.repeat(42)}é`]) {
      expect(await counted.open(text)).toBeNull();
    }
    expect(counter.sqlQueries).toBe(1);
    for (const path of ['', 'x'.repeat(5_000), '%00', '..%2f..%2fetc', '%zz']) {
      expect([400, 404]).toContain((await at(`http://localhost:4000/feeds/${path}.ics`)).status);
    }
  });

  test('is in no log, nor is what is written there', async () => {
    const { calendarId } = await applicationCalendar(graph, 'log canary');
    const address = await turnedOn(calendarId);
    await (await at(`${address}?canary-query`, { headers: { referer: address } })).text();
    await at(address, { headers: { 'if-none-match': '*' } });
    await at(address, { method: 'DELETE' });
    await graph.fresh.superuser(
      `update ics_feed set calendar_id = calendar_id, secret = 'broken' where calendar_id = $1`,
      [calendarId],
    );
    await graph.run('query ($id: ID!) { calendar(id: $id) { icsUrl } }', { id: calendarId }).catch(() => {});
    for (let wait = 0; wait < 50 && !small.logged.some((line) => line.includes('DELETE')); wait++)
      await new Promise((later) => setTimeout(later, 10));
    const log = small.logged.join('');
    expect(log).toContain('"route":"/feeds/:file"');
    expect(log).not.toContain(/feeds\/(.*)\.ics/.exec(address)?.[1]);
    expect(log).not.toContain('canary');
  });
});

describe('whose it is', () => {
  test('another application neither sees nor switches it; with an authorization of its own it has an address of its own', async () => {
    const { calendarId, accountId } = await applicationCalendar(graph, 'tenancy');
    const address = await turnedOn(calendarId);
    const refused = await graph.run(setFeed, { input: { calendarId, enabled: false } }, foreignKey);
    expect(refused.data.setIcsFeed).toMatchObject({
      calendar: null,
      userErrors: [{ code: 'NOT_FOUND', path: ['calendarId'] }],
    });
    const { store } = graph.fresh;
    await store.asWorker(async (tx) => {
      const { id } = await tx
        .selectFrom('application')
        .select('id')
        .where('client_id', '=', 'other')
        .executeTakeFirstOrThrow();
      await tx
        .insertInto('authorization_grant')
        .values({ id: store.ids('aut'), application_id: id, account_id: accountId, scopes: ['read_write'] })
        .execute();
    });
    const ask = 'query ($id: ID!) { calendar(id: $id) { icsUrl } }';
    expect((await graph.data(ask, { id: calendarId }, foreignKey)).calendar.icsUrl).toBeNull();
    const theirs = await turnedOn(calendarId, {}, foreignKey);
    expect(theirs).not.toBe(address);
    await graph.data(setFeed, { input: { calendarId, enabled: false } }, foreignKey);
    expect((await at(theirs)).status).toBe(404);
    expect((await at(address)).status).toBe(200);
  });

  test('an account token has it for its own account alone', async () => {
    const mine = await applicationCalendar(graph, 'token mine');
    const other = await applicationCalendar(graph, 'token other');
    expect(await turnedOn(mine.calendarId, {}, mine.token)).toMatch(/\.ics$/);
    const { data } = await graph.run(setFeed, { input: { calendarId: other.calendarId, enabled: true } }, mine.token);
    expect(data.setIcsFeed.userErrors).toMatchObject([{ code: 'NOT_FOUND' }]);
  });

  test('without read_events there is no address', async () => {
    const { calendarId } = await applicationCalendar(graph, 'narrow');
    await turnedOn(calendarId);
    const asked = await graph.run(
      'query ($id: ID!) { calendar(id: $id) { id icsUrl } }',
      { id: calendarId },
      narrowKey,
    );
    expect(asked.errors).toMatchObject([{ code: 'FORBIDDEN' }]);
    const { errors } = await graph.run(setFeed, { input: { calendarId, enabled: false } }, narrowKey);
    expect(errors).toMatchObject([{ code: 'FORBIDDEN' }]);
  });

  test.each(['cal_', 'evt_00000000000000000000000000', 'nope', ''])(
    'an id that is none is refused: %j',
    async (calendarId) => {
      const { data, errors } = await graph.run(setFeed, { input: { calendarId, enabled: true } });
      const code = errors[0]?.code ?? data.setIcsFeed.userErrors[0].code;
      expect(['NOT_FOUND', 'BAD_USER_INPUT']).toContain(code);
    },
  );
});

test('a large calendar goes out in parts of 200 events, none missing and none twice', async () => {
  const { calendarId } = await applicationCalendar(graph, 'large');
  await importText(
    calendarId,
    Array.from({ length: 500 }, (_, index) =>
      event(
        `e${index}`,
        `DTSTART;TZID=Europe/Paris:2026${String((index % 12) + 1).padStart(2, '0')}05T100000\nDURATION:PT1H\nSUMMARY:${index}`,
      ),
    ).join(''),
  );
  const secret = /feeds\/(.*)\.ics/.exec(await turnedOn(calendarId))?.[1] ?? '';
  const feed = await graph.services.feeds.open(secret);
  const parts: string[] = [];
  for await (const part of feed?.document() ?? []) parts.push(part);
  expect(parts.map((part) => part.match(/BEGIN:VEVENT/g)?.length ?? 0)).toEqual([0, 200, 200, 100, 0]);
  const { starts } = readByIcalJs(parts.join(''));
  expect(new Set(starts.map(([uid]) => uid)).size).toBe(500);
  expect(starts).toHaveLength(500);
});
