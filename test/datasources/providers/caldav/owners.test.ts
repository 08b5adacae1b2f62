/** Whose a shared calendar is, and what may be sent in their name (semantics C10). */
import { describe, expect, test } from '@jest/globals';
import type { RemoteCalendar } from '../../../../datasources/providers/connector.ts';
import { found, multistatus, type PlainAnswer } from '../../../setup/servers/scripted.ts';
import { scriptedSession } from './scripted-session.ts';

const calendar = (href: string, owner: string | null) =>
  found(
    href,
    `<d:resourcetype><d:collection/><c:calendar/></d:resourcetype><cs:getctag>1</cs:getctag>${owner === null ? '' : `<d:owner><d:href>${owner}</d:href></d:owner>`}`,
  );
const principal = (outbox: string, ...addresses: string[]) =>
  multistatus(
    found(
      '/principals/bob/',
      `<c:calendar-user-address-set>${addresses.map((address) => `<d:href>${address}</d:href>`).join('')}</c:calendar-user-address-set><c:schedule-outbox-URL><d:href>${outbox}</d:href></c:schedule-outbox-URL>`,
    ),
  );
const outboxOf = (owner: string, right: string) =>
  multistatus(
    found(
      '/bob/outbox/',
      `<d:owner><d:href>${owner}</d:href></d:owner><d:current-user-privilege-set><d:privilege>${right}</d:privilege></d:current-user-privilege-set>`,
    ),
  );

async function home(
  answers: Readonly<Record<string, PlainAnswer>>,
  listed: readonly string[],
  now: () => number = Date.now,
) {
  const scripted = await scriptedSession(
    ({ path }) => (path === '/' ? multistatus(...listed) : (answers[path] ?? { status: 404 })),
    { now },
  );
  const principalOf = scripted.session.principal;
  if (principalOf === null) throw new Error('no principal');
  const session = { ...scripted.session, principal: { ...principalOf, schedules: true } };
  return {
    asked: () => scripted.server.requests.map(({ path }) => path),
    calendars: () => scripted.connector.calendars(session),
  };
}

const shown = ({ ownerAddresses, capabilities }: RemoteCalendar) => ({
  ownerAddresses,
  attendees: capabilities.attendees,
  quiet: capabilities.suppressNotifications,
});
const bobs = [calendar('/shared/', '/principals/bob/')];
const send = '<c:schedule-send/>';

describe('a calendar', () => {
  test('of the login itself is asked nothing about, under any host of the provider', async () => {
    const { calendars, asked } = await home({}, [
      calendar('/1/', '/principal/'),
      calendar('/2/', 'https://p42.example.test/principal'),
      calendar('/3/', null),
    ]);
    for (const one of await calendars()) {
      expect(shown(one)).toEqual({ ownerAddresses: undefined, attendees: true, quiet: false });
    }
    expect(asked()).toEqual(['/']);
  });

  test('of somebody for whom the login may send invites and answers in their name', async () => {
    for (const right of [send, '<d:all/>']) {
      const { calendars } = await home(
        {
          '/principals/bob/': principal('/bob/outbox/', 'mailto:Bob@Example.test', '/principals/bob/'),
          '/bob/outbox/': outboxOf('/principals/bob/', right),
        },
        bobs,
      );
      const expected = { ownerAddresses: ['bob@example.test'], attendees: true, quiet: false };
      expect((await calendars()).map(shown)).toEqual([expected]);
    }
  });

  test('of anybody else is read under its owner’s addresses, and nothing is sent from it', async () => {
    const mayNot: Readonly<Record<string, PlainAnswer>>[] = [
      { '/bob/outbox/': outboxOf('/principals/bob/', '<d:read/>') },
      { '/bob/outbox/': outboxOf('/principal/', send) },
      { '/bob/outbox/': { status: 403 } },
      { '/bob/outbox/': { status: 207, body: '<broken' } },
    ];
    for (const more of mayNot) {
      const answers = { '/principals/bob/': principal('/bob/outbox/', 'mailto:bob@example.test'), ...more };
      const { calendars } = await home(answers, bobs);
      const expected = { ownerAddresses: ['bob@example.test'], attendees: false, quiet: true };
      expect((await calendars()).map(shown)).toEqual([expected]);
    }
  });

  test('whose owner may not be known has none: the login’s own addresses are not taken for theirs', async () => {
    const hidden = { ownerAddresses: [], attendees: false, quiet: true };
    expect((await (await home({ '/principals/bob/': { status: 403 } }, bobs)).calendars()).map(shown)).toEqual([
      hidden,
    ]);
    const elsewhere = await home({}, [calendar('/shared/', 'http://evil.test/principals/bob/')]);
    expect((await elsewhere.calendars()).map(shown)).toEqual([hidden]);
    expect(elsewhere.asked()).toEqual(['/']);
  });
});

test('an owner is asked about once a day, whatever the number of their calendars', async () => {
  let now = Date.UTC(2026, 10, 22);
  const answers = {
    '/principals/bob/': principal('/bob/outbox/', 'mailto:bob@example.test'),
    '/bob/outbox/': outboxOf('/principals/bob/', send),
  };
  const { calendars, asked } = await home(answers, [...bobs, calendar('/2/', '/principals/bob/')], () => now);
  await calendars();
  await calendars();
  expect(asked()).toEqual(['/', '/principals/bob/', '/bob/outbox/', '/']);
  now += 86_400_001;
  await calendars();
  expect(asked().slice(4)).toEqual(['/', '/principals/bob/', '/bob/outbox/']);
});

test('a home of a thousand owners costs a bounded number of requests', async () => {
  const listed = Array.from({ length: 1_000 }, (_, at) => calendar(`/${at}/`, `/principals/${at}/`));
  const { calendars, asked } = await home({}, listed);
  expect(await calendars()).toHaveLength(1_000);
  expect(asked()).toHaveLength(21);
});

test('a server that is away when it is asked about an owner is away', async () => {
  const { calendars } = await home({ '/principals/bob/': { status: 503, headers: { 'retry-after': '60' } } }, bobs);
  await expect(calendars()).rejects.toMatchObject({ name: 'ProviderError', code: 'THROTTLED' });
});
