import { describe, expect, test } from '@jest/globals';
import type { ProviderError } from '../../../../datasources/providers/connector.ts';
import { multistatus, type PlainAnswer, type ScriptedRequest } from '../../../setup/servers/scripted.ts';
import { objectOf, single } from '../texts.ts';
import { scriptedSession } from './scripted-session.ts';

const create = { remoteId: null, etag: null, raw: null, object: objectOf(single('new')) };
const update = {
  remoteId: '/cal/new.ics',
  etag: '"1"',
  raw: single('new'),
  object: objectOf(single('new', 'Changed')),
};

const { master } = create.object;
const alice = { uri: 'mailto:alice@example.test', email: 'alice@example.test', name: null };
const inviting = {
  ...create,
  object: { ...create.object, master: master === null ? null : { ...master, organizer: alice } },
};

/** Answers a PUT with `put` and every GET with `get`. */
async function writing(
  put: PlainAnswer,
  get: PlainAnswer | ((request: ScriptedRequest) => PlainAnswer) = {
    status: 200,
    headers: { etag: '"g"' },
    body: single('new', 'Stored'),
  },
  request: typeof create | typeof update | typeof inviting = create,
) {
  const { connector, session, calendar, server } = await scriptedSession((asked) =>
    asked.method === 'PUT' ? put : typeof get === 'function' ? get(asked) : get,
  );
  const outcome = await connector.write(session, calendar, request).catch((error: ProviderError) => error);
  return { outcome, requests: server.requests, origin: server.origin };
}

describe('a write', () => {
  test('creates under the uid only where nothing is, in one request where the server names the version', async () => {
    const { outcome, requests } = await writing({ status: 201, headers: { etag: '"p"' } });
    expect(requests.map(({ method, path }) => `${method} ${path}`)).toEqual(['PUT /cal/new.ics']);
    expect(outcome).toMatchObject({
      remoteId: '/cal/new.ics',
      etag: '"p"',
      object: { master: { summary: 'Lunch' } },
    });
  });

  test.each([
    ['the server names no version', {}, create],
    ['the version is a weak one', { etag: 'W/"p"' }, create],
    ['the server may have told people of it', { etag: '"p"' }, inviting],
  ])('answers what the server stored where %s', async (_name, headers, request) => {
    const { outcome, requests } = await writing({ status: 201, headers }, undefined, request);
    expect(requests.map(({ method, path }) => `${method} ${path}`)).toEqual(['PUT /cal/new.ics', 'GET /cal/new.ics']);
    expect(requests[0]?.headers).toMatchObject({
      'if-none-match': '*',
      'content-type': 'text/calendar; charset=utf-8',
    });
    expect(requests[0]?.headers).not.toHaveProperty('if-match');
    expect(outcome).toMatchObject({ remoteId: '/cal/new.ics', etag: '"g"', object: { master: { summary: 'Stored' } } });
    expect(outcome).toHaveProperty('raw', single('new', 'Stored'));
  });

  test('changes only what is as it was known', async () => {
    const { requests } = await writing({ status: 204 }, undefined, update);
    expect(requests[0]?.headers).toMatchObject({ 'if-match': '"1"' });
    expect(requests[0]?.headers).not.toHaveProperty('if-none-match');
    const unknown = await writing({ status: 204 }, undefined, { ...update, etag: null } as unknown as typeof update);
    expect(unknown.requests[0]?.headers).toMatchObject({ 'if-match': '*' });
  });

  test.each([
    ['/cal/chosen.ics', '/cal/chosen.ics'],
    ['chosen%2Eics', '/cal/chosen.ics'],
    ['http://evil.example/cal/chosen.ics', '/cal/new.ics'],
    ['/elsewhere/chosen.ics', '/cal/new.ics'],
    ['/cal/', '/cal/new.ics'],
  ])('follows a Location of %s to %s', async (location, expected) => {
    const { outcome, requests } = await writing({ status: 201, headers: { location } });
    expect(outcome).toMatchObject({ remoteId: expected });
    expect(requests[1]?.path).toBe(expected);
  });

  test('that cannot be read back is stored all the same', async () => {
    for (const get of [{ status: 500 }, { status: 404 }, { status: 200, body: 'garbage' }]) {
      const { outcome } = await writing({ status: 201, headers: { etag: 'W/"p"' } }, get);
      expect(outcome).toMatchObject({
        remoteId: '/cal/new.ics',
        etag: '"p"',
        object: { master: { summary: 'Lunch' } },
      });
    }
  });

  const condition = (name: string, inside = ''): string =>
    `<d:error xmlns:d="DAV:" xmlns:c="urn:ietf:params:xml:ns:caldav"><c:${name}>${inside}</c:${name}></d:error>`;
  const wrapped = (inner: string): PlainAnswer =>
    multistatus(
      `<d:response><d:href>http%3A//x/</d:href><d:status>HTTP/1.1 412 Precondition Failed</d:status>${inner}</d:response>`,
    );
  const refusals: [string, PlainAnswer, string, RegExp][] = [
    ['412', { status: 412 }, 'CONFLICT', /HTTP 412/],
    ['409 no-uid-conflict', { status: 409, body: condition('no-uid-conflict') }, 'CONFLICT', /the uid is in use$/],
    [
      '403 unique-scheduling-object-resource',
      { status: 403, body: condition('unique-scheduling-object-resource', '<d:href>/other/cal/new.ics</d:href>') },
      'CONFLICT',
      /the uid is in use by \/other\/cal\/new\.ics$/,
    ],
    ['a wrapped 412', wrapped(''), 'CONFLICT', /it changed/],
    ['a wrapped no-uid-conflict', wrapped('<d:error><c:no-uid-conflict/></d:error>'), 'CONFLICT', /the uid is in use/],
    [
      'a wrapped valid-calendar-data',
      wrapped('<d:error><c:valid-calendar-data/></d:error>'),
      'REJECTED',
      /valid-calendar-data/,
    ],
    [
      '403 valid-calendar-data',
      { status: 403, body: condition('valid-calendar-data') },
      'REJECTED',
      /valid-calendar-data/,
    ],
    [
      '409 max-resource-size',
      { status: 409, body: condition('max-resource-size') },
      'REJECTED',
      /larger than it allows$/,
    ],
    [
      '412 supported-calendar-component',
      { status: 412, body: condition('supported-calendar-component') },
      'REJECTED',
      /the calendar takes no events$/,
    ],
    [
      '403 in the server’s own words',
      {
        status: 403,
        body: '<d:error xmlns:d="DAV:" xmlns:c="urn:ietf:params:xml:ns:caldav"><d:responsedescription>Missing\n  UID</d:responsedescription><c:valid-calendar-object-resource/></d:error>',
      },
      'REJECTED',
      /\(valid-calendar-object-resource, "Missing UID"\): it takes the text for no valid calendar object$/,
    ],
    [
      '403 max-attendees-per-instance',
      { status: 403, body: condition('max-attendees-per-instance') },
      'REJECTED',
      /more attendees than it allows$/,
    ],
    ['403', { status: 403 }, 'FORBIDDEN', /HTTP 403/],
    [
      '403 need-privileges',
      { status: 403, body: '<d:error xmlns:d="DAV:"><d:need-privileges/></d:error>' },
      'FORBIDDEN',
      /need-privileges/,
    ],
    ['400', { status: 400, body: 'Bad Request' }, 'REJECTED', /HTTP 400/],
    ['409 without a reason', { status: 409 }, 'NOT_FOUND', /the calendar is not there/],
    ['413', { status: 413 }, 'REJECTED', /HTTP 413/],
    ['507', { status: 507 }, 'REJECTED', /HTTP 507/],
    ['401', { status: 401 }, 'CREDENTIALS_REJECTED', /rejected the user name or the password/],
    ['302 to a login page', { status: 302 }, 'MALFORMED_ANSWER', /HTTP 302/],
  ];
  test.each(refusals)('refused with %s', async (_name, put, code, message) => {
    const { outcome, requests } = await writing(put);
    expect(outcome).toMatchObject({ name: 'ProviderError', code });
    expect((outcome as ProviderError).message).toMatch(message);
    expect(requests).toHaveLength(1);
  });

  test('names the resource that has the uid, absolutely, as the server did', async () => {
    const named = (inside: string) =>
      writing({ status: 403, body: condition('unique-scheduling-object-resource', inside) });
    const { outcome } = await named('<d:href>/other/cal/new.ics</d:href>');
    expect((outcome as ProviderError).uidTakenBy).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/other\/cal\/new\.ics$/);
    expect(((await named('')).outcome as ProviderError).uidTakenBy).toBe('');
    expect(((await writing({ status: 412 })).outcome as ProviderError).uidTakenBy).toBeNull();
  });

  test('says nothing of the password, the query or the text', async () => {
    const { outcome } = await writing({ status: 400, body: single('new', 'Private matters') });
    expect(JSON.stringify({ ...(outcome as ProviderError), message: (outcome as ProviderError).message })).not.toMatch(
      /hunter2|Private|authorization/i,
    );
  });
});

describe('a removal', () => {
  test.each([
    [204, 'removed'],
    [200, 'removed'],
    [404, 'gone'],
    [410, 'gone'],
  ])('HTTP %i: %s', async (status, expected) => {
    const { connector, session, calendar, server } = await scriptedSession(() => ({ status }));
    expect(await connector.remove(session, calendar, '/cal/a.ics', '"1"')).toBe(expected);
    expect(server.requests[0]?.headers['if-match']).toBe('"1"');
  });

  test('a 412 is a conflict only while something is there', async () => {
    const attempt = async (get: number): Promise<string> => {
      const { connector, session, calendar } = await scriptedSession(({ method }) =>
        method === 'DELETE' ? { status: 412 } : { status: get, body: single('a') },
      );
      return await connector.remove(session, calendar, '/cal/a.ics', '"1"').catch((error: ProviderError) => error.code);
    };
    expect(await attempt(404)).toBe('gone');
    expect(await attempt(200)).toBe('CONFLICT');
  });
});

describe('a read', () => {
  test('of what cannot be read says why', async () => {
    const read = async (answer: PlainAnswer) => {
      const { connector, session, calendar } = await scriptedSession(() => answer);
      return await connector.read(session, calendar, '/cal/a.ics').catch((error: ProviderError) => error);
    };
    expect(await read({ status: 404 })).toBeNull();
    expect(await read({ status: 200, body: '<html>' })).toMatchObject({ code: 'MALFORMED_ANSWER' });
    expect(await read({ status: 200, body: single('a').replace(/DTSTART.*/, '') })).toMatchObject({
      code: 'MALFORMED_ANSWER',
      message: expect.stringContaining('DTSTART'),
    });
    expect(await read({ status: 200, headers: { etag: 'W/"w"' }, body: single('a') })).toMatchObject({ etag: '"w"' });
  });
});

describe('free/busy', () => {
  const ask = async (answer: PlainAnswer) => {
    const { connector, session, calendar } = await scriptedSession(() => answer);
    if (session.principal === null) throw new Error('no principal');
    const scheduling = { ...session, principal: { ...session.principal, schedules: true } };
    const window = { from: Date.UTC(2026, 0, 1), to: Date.UTC(2026, 0, 2) };
    return await connector
      .freeBusy(scheduling, [calendar], window)
      .then((periods) => periods.get(calendar))
      .catch((error: ProviderError) => error.code);
  };
  const answered = (...lines: string[]): PlainAnswer => ({
    status: 200,
    headers: { 'content-type': 'text/calendar' },
    body: ['BEGIN:VCALENDAR', 'BEGIN:VFREEBUSY', ...lines, 'END:VFREEBUSY', 'END:VCALENDAR', ''].join('\r\n'),
  });
  const at = (hour: number): number => Date.UTC(2026, 0, 1, hour);

  test('reads periods and their kinds', async () => {
    expect(
      await ask(
        answered(
          'FREEBUSY;FBTYPE=BUSY-TENTATIVE:20260101T120000Z/PT1H',
          'FREEBUSY:20260101T080000Z/20260101T090000Z,20260101T100000Z/PT30M',
          'FREEBUSY;FBTYPE=FREE:20260101T140000Z/PT1H',
          'FREEBUSY;FBTYPE=BUSY-UNAVAILABLE:20260101T150000Z/PT1H',
          'FREEBUSY;FBTYPE=X-ELSE:20260101T170000Z/PT1H',
          'FREEBUSY:20260101T190000Z/20260101T190000Z',
        ),
      ),
    ).toEqual([
      { start: at(8), end: at(9), busyStatus: 'BUSY' },
      { start: at(10), end: at(10) + 1_800_000, busyStatus: 'BUSY' },
      { start: at(12), end: at(13), busyStatus: 'TENTATIVE' },
      { start: at(15), end: at(16), busyStatus: 'OUT_OF_OFFICE' },
      { start: at(17), end: at(18), busyStatus: 'BUSY' },
    ]);
    expect(await ask(answered())).toEqual([]);
  });

  test.each([
    ['no answer', multistatus(), 'REJECTED'],
    ['nonsense', { status: 200, body: 'nonsense' }, 'MALFORMED_ANSWER'],
    ['a broken period', answered('FREEBUSY:yesterday'), 'MALFORMED_ANSWER'],
    ['501', { status: 501 }, 'UNREACHABLE'],
    ['403', { status: 403 }, 'FORBIDDEN'],
  ] satisfies [string, PlainAnswer, string][])('%s is never free time', async (_name, answer, code) => {
    expect(await ask(answer)).toBe(code);
  });
});
