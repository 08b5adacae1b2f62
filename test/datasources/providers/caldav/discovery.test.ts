import { describe, expect, test } from '@jest/globals';
import { AttemptLimiter } from '../../../../datasources/http/attempt-limiter.ts';
import type { ProviderError, ProviderSession } from '../../../../datasources/providers/connector.ts';
import { selfSignedCertificate } from '../../../setup/servers/certificate.ts';
import { found, hostileAnswers, multistatus } from '../../../setup/servers/scripted.ts';
import { scriptedSession } from './scripted-session.ts';

async function refusal(attempt: Promise<unknown>): Promise<ProviderError> {
  return await attempt.then(
    () => {
      throw new Error('it connected');
    },
    (error: ProviderError) => error,
  );
}

function givenAt(session: ProviderSession, serverUrl: string): ProviderSession {
  if (session.credential.kind !== 'basic') throw new Error('basic');
  return { ...session, principal: null, credential: { ...session.credential, serverUrl } };
}

const principal =
  '<d:current-user-principal><d:href>/me/</d:href></d:current-user-principal>' +
  '<c:calendar-home-set><d:href>/homes/me</d:href></c:calendar-home-set>' +
  '<c:calendar-user-address-set><d:href>mailto:Alice@Example.Test</d:href><d:href>/me/</d:href>' +
  '<d:href>mailto:alice@example.test</d:href><d:href>mailto:no address</d:href></c:calendar-user-address-set>' +
  '<d:displayname>Alice</d:displayname>';

describe('what is wrong with a server is said, with what was tried', () => {
  test.each([
    ['html', 'MALFORMED_ANSWER'],
    ['hang', 'UNREACHABLE'],
    ['drip', 'UNREACHABLE'],
    ['huge', 'MALFORMED_ANSWER'],
    ['gzip bomb', 'MALFORMED_ANSWER'],
    ['redirect to a private address', 'UNREACHABLE'],
    ['redirect to the metadata service', 'UNREACHABLE'],
    ['redirect in circles', 'MALFORMED_ANSWER'],
    ['broken XML', 'MALFORMED_ANSWER'],
    ['entity bomb', 'MALFORMED_ANSWER'],
    ['another document', 'MALFORMED_ANSWER'],
    ['nothing at all', 'MALFORMED_ANSWER'],
    ['broken connection', 'UNREACHABLE'],
  ])('%s: %s', async (name, code) => {
    const { connector, session, server } = await scriptedSession(() => hostileAnswers[name]?.() ?? { status: 500 }, {
      connectTimeout: name === 'hang' || name === 'drip' ? 400 : 20_000,
    });
    const error = await refusal(connector.connect(givenAt(session, `${server.origin}/dav/?secret=1`)));
    expect(error.name).toBe('ProviderError');
    expect(error.code).toBe(code);
    expect(error.message).toContain(`${server.origin}/dav/`);
    expect(error.message).not.toMatch(/hunter2|secret|10\.0\.0\.1:/);
  });

  test.each([
    [401, 'CREDENTIALS_REJECTED', 1],
    [403, 'FORBIDDEN', 3],
    [404, 'NOT_FOUND', 3],
    [405, 'REJECTED', 3],
    [429, 'THROTTLED', 1],
    [500, 'UNREACHABLE', 3],
  ])('HTTP %i: %s after %i requests', async (status, code, requests) => {
    const { connector, session, server } = await scriptedSession(() => ({ status }));
    const error = await refusal(connector.connect(givenAt(session, `${server.origin}/dav/`)));
    expect(error).toMatchObject({ code, status });
    expect(server.requests).toHaveLength(requests);
  });

  test('a self-signed certificate', async () => {
    const { connector, session, server } = await scriptedSession(() => ({ status: 200 }), {
      tls: selfSignedCertificate(),
    });
    const error = await refusal(connector.connect(givenAt(session, server.origin)));
    expect(error.code).toBe('UNREACHABLE');
    expect(error.message).toContain('the certificate is self-signed (DEPTH_ZERO_SELF_SIGNED_CERT)');
  });

  test.each(['ftp://example.org', 'javascript:alert(1)', 'https://', 'http://user:pw@example.org/'])(
    '%s is no server',
    async (serverUrl) => {
      const { connector, session } = await scriptedSession(() => ({ status: 200 }));
      expect((await refusal(connector.connect(givenAt(session, serverUrl)))).code).toBe('REJECTED');
    },
  );

  test('a private address is named by the one text, and never asked', async () => {
    const { connector, session, server } = await scriptedSession(() => ({ status: 200 }), {}, { allowedNetworks: [] });
    const error = await refusal(connector.connect(givenAt(session, server.origin)));
    expect(error.code).toBe('UNREACHABLE');
    expect(error.message).toContain('is at an address that is not allowed to be contacted');
    expect(server.requests).toHaveLength(0);
  });

  test('another host is not told the password, and the user is told what to do', async () => {
    const elsewhere = await scriptedSession(({ headers }) => ({
      status: headers.authorization === undefined ? 401 : 207,
    }));
    const { connector, session, server } = await scriptedSession(() => ({
      status: 301,
      headers: { location: `${elsewhere.server.origin}/dav/` },
    }));
    const error = await refusal(connector.connect(givenAt(session, server.origin)));
    expect(error.code).toBe('REJECTED');
    expect(error.message).toContain(`redirects to ${new URL(elsewhere.server.origin).host}`);
    expect(elsewhere.server.requests.every(({ headers }) => headers.authorization === undefined)).toBe(true);
  });

  test('what another host tells everybody is not taken for what it told this login', async () => {
    const open = await scriptedSession(({ path }) => multistatus(found(path, principal)));
    const { connector, session, server } = await scriptedSession(() => ({
      status: 302,
      headers: { location: `${open.server.origin}/` },
    }));
    const error = await refusal(connector.connect(givenAt(session, server.origin)));
    expect(error).toMatchObject({ code: 'REJECTED' });
    expect(error.message).toContain(`redirects to ${new URL(open.server.origin).host}`);
  });

  test.each(['http://10.0.0.1/', 'https://evil.example/home/', 'file:///'])(
    'a home at %s is not followed',
    async (href) => {
      const { connector, session, server } = await scriptedSession(() =>
        multistatus(found('/', `<c:calendar-home-set><d:href>${href}</d:href></c:calendar-home-set>`)),
      );
      const error = await refusal(connector.connect(givenAt(session, server.origin)));
      expect(error.code).toBe('MALFORMED_ANSWER');
    },
  );

  test('failed attempts are bounded', async () => {
    const { connector, session, server } = await scriptedSession(() => ({ status: 401 }), {
      attempts: new AttemptLimiter(
        { window: 60_000, perApplication: 9, perTarget: 9, perLogin: 2, perHost: 9 },
        () => 1000,
      ),
    });
    const attempt = () => refusal(connector.connect(givenAt(session, server.origin)));
    expect((await attempt()).code).toBe('CREDENTIALS_REJECTED');
    expect((await attempt()).code).toBe('CREDENTIALS_REJECTED');
    expect(await attempt()).toMatchObject({ code: 'THROTTLED', retryAt: 61_000 });
    expect(server.requests).toHaveLength(2);
  });
});

describe('what is found', () => {
  test('the principal, its home and its addresses', async () => {
    const { connector, session, server } = await scriptedSession(({ path }) =>
      path === '/' || path === '/me/' ? multistatus(found(path, principal)) : { status: 404 },
    );
    expect(await connector.connect(givenAt(session, server.origin))).toEqual({
      principalUrl: `${server.origin}/me/`,
      homeUrl: `${server.origin}/homes/me/`,
      addresses: ['alice@example.test'],
      displayName: 'Alice',
      schedules: false,
    });
  });

  test('scheduling needs an outbox and the word in the DAV header', async () => {
    const outbox = '<c:schedule-outbox-URL><d:href>/me/outbox/</d:href></c:schedule-outbox-URL>';
    const connected = async (properties: string, header: string): Promise<boolean> => {
      const { connector, session, server } = await scriptedSession(({ method }) =>
        method === 'OPTIONS' ? { status: 200, headers: { dav: header } } : multistatus(found('/me/', properties)),
      );
      return (await connector.connect(givenAt(session, server.origin))).schedules;
    };
    expect(await connected(principal + outbox, '1, calendar-access, calendar-auto-schedule')).toBe(true);
    expect(await connected(principal + outbox, '1, calendar-access, calendar-auto-scheduling')).toBe(false);
    expect(await connected(principal, '1, calendar-auto-schedule')).toBe(false);
  });

  test('a website at the root does not hide the well-known place', async () => {
    const { connector, session, server } = await scriptedSession(({ path }) => {
      if (path === '/.well-known/caldav') return { status: 301, headers: { location: '/dav/' } };
      if (path === '/dav/' || path === '/me/') return multistatus(found(path, principal));
      return hostileAnswers['html']?.() ?? { status: 500 };
    });
    expect((await connector.connect(givenAt(session, server.origin))).homeUrl).toBe(`${server.origin}/homes/me/`);
  });

  test('a calendar on a server without principals is its own home', async () => {
    const type = '<d:resourcetype><d:collection/><c:calendar/></d:resourcetype>';
    const { connector, session, server } = await scriptedSession(({ path }) =>
      path === '/team/cal' ? multistatus(found('/team/cal/', type)) : { status: 404 },
    );
    expect((await connector.connect(givenAt(session, `${server.origin}/team/cal`))).homeUrl).toBe(
      `${server.origin}/team/cal/`,
    );
  });
});
