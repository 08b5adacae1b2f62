import { describe, expect, test } from '@jest/globals';
import type { ProviderError } from '../../../../datasources/providers/connector.ts';
import { found, multistatus, stated } from '../../../setup/servers/scripted.ts';
import { scriptedSession } from './scripted-session.ts';

const calendarType = '<d:resourcetype><d:collection/><c:calendar/></d:resourcetype>';
const ctag = (tag = '1'): string => `<cs:getctag>${tag}</cs:getctag>`;
const right = (name: string): string => `<d:privilege><d:${name}/></d:privilege>`;
const rights = (...names: string[]): string =>
  `<d:current-user-privilege-set>${names.map(right).join('')}</d:current-user-privilege-set>`;

async function listed(...responses: string[]) {
  const { connector, session, server } = await scriptedSession(() => multistatus(...responses));
  const calendars = await connector.calendars(session);
  return { calendars, requests: server.requests.length, origin: server.origin };
}

describe('which collections are calendars', () => {
  test('those that hold events, each once, on this host', async () => {
    const components = (...names: string[]): string =>
      `<c:supported-calendar-component-set>${names.map((name) => `<c:comp name="${name}"/>`).join('')}</c:supported-calendar-component-set>`;
    const { calendars, requests, origin } = await listed(
      found('/', '<d:resourcetype><d:collection/></d:resourcetype>'),
      found('/both/', calendarType + ctag() + components('VTODO', 'VEVENT')),
      found('/unsaid', calendarType + ctag()),
      found('/empty/', calendarType + ctag() + components()),
      found('/unsaid/', calendarType + ctag()),
      found('/%75nsaid/', calendarType + ctag()),
      found('/tasks/', calendarType + ctag() + components('VTODO')),
      found('/inbox/', '<d:resourcetype><d:collection/><c:schedule-inbox/></d:resourcetype>'),
      found('/outbox/', '<d:resourcetype><d:collection/><c:schedule-outbox/></d:resourcetype>'),
      found(
        '/contacts/',
        '<d:resourcetype><d:collection/><x:addressbook xmlns:x="urn:ietf:params:xml:ns:carddav"/></d:resourcetype>',
      ),
      found('/lookalike/', '<d:resourcetype><d:collection/><x:calendar xmlns:x="urn:else"/></d:resourcetype>'),
      found('/feed/', `<d:resourcetype><d:collection/><cs:subscribed/></d:resourcetype>${ctag()}`),
      found('http://evil.example/cal/', calendarType + ctag()),
      found('//evil.example/cal/', calendarType + ctag()),
      stated('/forbidden/', 403),
    );
    expect(calendars.map(({ remoteId }) => remoteId)).toEqual(
      ['/both/', '/unsaid/', '/empty/', '/feed/'].map((path) => origin + path),
    );
    expect(requests).toBe(1);
    expect(calendars.filter(({ readOnly }) => readOnly).map(({ remoteId }) => remoteId)).toEqual([`${origin}/feed/`]);
  });

  test('names, colours and zones as servers write them', async () => {
    const zone = (text: string): string => `<c:calendar-timezone>${text}</c:calendar-timezone>`;
    const timezone = (id: string): string =>
      `BEGIN:VCALENDAR\r\nBEGIN:VTIMEZONE\r\nTZID:${id}\r\nEND:VTIMEZONE\r\nEND:VCALENDAR`;
    const { calendars } = await listed(
      found(
        '/1/',
        `${calendarType}${ctag()}<d:displayname>1.0</d:displayname><ca:calendar-color>#ff8800ff</ca:calendar-color>${zone(timezone('Europe/Paris'))}`,
      ),
      found(
        '/2/',
        `${calendarType}${ctag()}<d:displayname><![CDATA[A & <b>]]></d:displayname><ca:calendar-color>#f80</ca:calendar-color>${zone(`<![CDATA[${timezone('GMT Standard Time')}]]>`)}`,
      ),
      found(
        '/my%20cal/',
        `${calendarType}${ctag()}<ca:calendar-color>orange</ca:calendar-color>${zone(timezone('Nowhere/Land'))}`,
      ),
      found(
        '/4/',
        `${calendarType}${ctag()}<d:displayname> true </d:displayname><c:calendar-timezone-id>asia/kolkata</c:calendar-timezone-id>`,
      ),
    );
    expect(calendars.map(({ name, color, timeZone }) => [name, color, timeZone])).toEqual([
      ['1.0', '#FF8800', 'Europe/Paris'],
      ['A & <b>', '#FF8800', 'Europe/London'],
      ['my cal', null, null],
      ['true', null, 'Asia/Kolkata'],
    ]);
  });

  test('what may be written', async () => {
    const { calendars } = await listed(
      found('/unsaid/', calendarType + ctag()),
      found('/all/', calendarType + ctag() + rights('all')),
      found('/content/', calendarType + ctag() + rights('read', 'write-content')),
      found('/read/', calendarType + ctag() + rights('read', 'read-acl', 'write-properties')),
      found('/none/', calendarType + ctag() + rights()),
    );
    expect(calendars.map(({ readOnly }) => readOnly)).toEqual([false, false, false, true, true]);
  });
});

describe('the primary calendar', () => {
  test('is the one that the inbox names', async () => {
    const named = '<c:schedule-default-calendar-URL><d:href>/second</d:href></c:schedule-default-calendar-URL>';
    const { calendars } = await listed(
      found('/first/', calendarType + ctag()),
      found('/second/', calendarType + ctag()),
      found('/inbox/', `<d:resourcetype><c:schedule-inbox/></d:resourcetype>${named}`),
    );
    expect(calendars.map(({ primary }) => primary)).toEqual([false, true]);
  });

  test('else the oldest that can be written, else the first that can', async () => {
    const made = (at: string): string => `<d:creationdate>${at}</d:creationdate>`;
    const aged = await listed(
      found('/a/', calendarType + ctag() + made('2024-01-01T00:00:00Z')),
      found('/b/', calendarType + ctag() + made('2021-01-01T00:00:00Z')),
      found('/c/', calendarType + ctag() + made('2011-01-01T00:00:00Z') + rights('read')),
    );
    expect(aged.calendars.map(({ primary }) => primary)).toEqual([false, true, false]);
    const ageless = await listed(
      found('/a/', calendarType + ctag() + rights('read')),
      found('/b/', calendarType + ctag()),
      found('/c/', calendarType + ctag()),
    );
    expect(ageless.calendars.map(({ primary }) => primary)).toEqual([false, true, false]);
    const shuffled = await listed(found('/c/', calendarType + ctag()), found('/b/', calendarType + ctag()));
    expect(shuffled.calendars.map(({ primary }) => primary)).toEqual([false, true]);
  });
});

test('a server without ctags is asked for sync tokens, and from then on only for those', async () => {
  const { connector, session, server } = await scriptedSession(({ body }) =>
    multistatus(
      found('/cal/', calendarType + (body.includes('sync-token') ? '<d:sync-token>urn:7</d:sync-token>' : '')),
    ),
  );
  expect((await connector.calendars(session))[0]?.changeTag).toBe('urn:7');
  expect(server.requests).toHaveLength(2);
  expect((await connector.calendars(session))[0]?.changeTag).toBe('urn:7');
  expect(server.requests).toHaveLength(3);
});

describe('failures', () => {
  const now = Date.UTC(2026, 10, 22, 12);
  test.each([
    [401, {}, 'CREDENTIALS_REJECTED', null],
    [403, {}, 'FORBIDDEN', null],
    [404, {}, 'NOT_FOUND', null],
    [410, {}, 'NOT_FOUND', null],
    [429, { 'retry-after': '120' }, 'THROTTLED', now + 120_000],
    [503, { 'retry-after': 'Sun, 22 Nov 2026 12:05:00 GMT' }, 'THROTTLED', now + 300_000],
    [503, { 'retry-after': 'Sun, 22 Nov 2020 12:05:00 GMT' }, 'THROTTLED', null],
    [503, { 'retry-after': '999999999' }, 'THROTTLED', now + 86_400_000],
    [503, { 'retry-after': 'soon' }, 'THROTTLED', null],
    [500, {}, 'UNREACHABLE', null],
    [502, {}, 'UNREACHABLE', null],
    [400, {}, 'REJECTED', null],
    [200, { 'content-type': 'text/html' }, 'MALFORMED_ANSWER', null],
    [304, {}, 'MALFORMED_ANSWER', null],
  ])('HTTP %i with %j is %s', async (status, headers: Record<string, string>, code, retryAt) => {
    const { connector, session } = await scriptedSession(() => ({ status, headers }), { now: () => now });
    const error = await connector.calendars(session).catch((reason: ProviderError) => reason);
    expect(error).toMatchObject({ name: 'ProviderError', code, status, retryAt });
  });
});
