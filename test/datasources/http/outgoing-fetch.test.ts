import type { LookupAddress } from 'node:dns';
import { describe, expect, test } from '@jest/globals';
import { mayReceive } from '../../../datasources/http/outgoing-fetch.ts';
import { selfSignedCertificate } from '../../setup/servers/certificate.ts';
import { startScripted } from '../../setup/servers/scripted.ts';
import { failure, login, outgoing, scripted, secret } from './exchange.ts';

describe('where it goes', () => {
  test.each([
    'http://127.0.0.1:8080/',
    'http://127.1:8080/',
    'http://2130706433:8080/',
    'http://0x7f000001:8080/',
    'http://017700000001:8080/',
    'http://0177.0.0.1:8080/',
    'http://[::1]:8080/',
    'http://[::ffff:127.0.0.1]:8080/',
    'http://[::ffff:7f00:1]:8080/',
    'http://[64:ff9b::7f00:1]:8080/',
    'http://[2002:7f00:1::]:8080/',
    'http://[fe80::1]:8080/',
    'http://0.0.0.0:8080/',
    'http://0:8080/',
    'http://169.254.169.254/latest/meta-data/',
    'http://10.0.0.1/?token=secret',
    'http://localhost:8080/',
    'http://１２７.０.０.１:8080/',
    'http://127。0。0。1:8080/',
  ])('%s is refused with the one text', async (url) => {
    const { kind, message } = await failure(outgoing({})({ method: 'GET', url }));
    expect(kind).toBe('BLOCKED');
    expect(message).toBe(`${new URL(url).host} is at an address that is not allowed to be contacted`);
  });

  test.each([
    'ftp://example.org/',
    'file:///etc/passwd',
    'gopher://x/',
    'data:text/plain,x',
    '/relative',
    'http://',
    '',
  ])('%j is no URL that is asked', async (url) => {
    expect((await failure(outgoing()({ method: 'GET', url }))).kind).toBe('URL');
  });

  test('credentials inside a URL are refused and not repeated', async () => {
    const { kind, message } = await failure(
      outgoing()({ method: 'GET', url: 'http://alice:hunter2@example.org/a?b=c' }),
    );
    expect({ kind, message }).toEqual({
      kind: 'URL',
      message: 'http://example.org/a: credentials do not belong into a URL',
    });
  });

  test('the name is judged by what it resolves to when connecting, and by all of it', async () => {
    const server = await scripted(() => ({ status: 200, body: 'reached' }));
    const { port } = new URL(server.origin);
    const answers: LookupAddress[][] = [
      [{ address: '10.0.0.1', family: 4 }],
      [
        { address: '93.184.216.34', family: 4 },
        { address: '192.168.0.1', family: 4 },
      ],
      [{ address: '::ffff:192.168.0.1', family: 6 }],
      [{ address: '127.0.0.1', family: 4 }],
      [{ address: '169.254.169.254', family: 4 }],
    ];
    const fetch = outgoing({
      allowedNetworks: ['loopback'],
      resolve: (_hostname, _options, callback) => callback(null, answers.shift() ?? []),
    });
    const url = `http://calendar.example:${port}/`;
    const ask = () => fetch({ method: 'GET', url, headers: { connection: 'close' } });
    for (let index = 0; index < 3; index += 1) expect((await failure(ask())).kind).toBe('BLOCKED');
    expect((await ask()).text).toBe('reached');
    expect(server.requests).toHaveLength(1);
  });

  test('a name that is not there, and a port where nobody listens', async () => {
    const fetch = outgoing();
    expect(await failure(fetch({ method: 'GET', url: 'http://nowhere.invalid/' }))).toEqual({
      kind: 'NAME_NOT_FOUND',
      message: 'nowhere.invalid was not found',
    });
    const server = await startScripted(() => ({ status: 200 }));
    await server.close();
    const { kind, message } = await failure(fetch({ method: 'GET', url: `${server.origin}/?password=${secret}` }));
    expect(kind).toBe('CONNECTION');
    expect(message).toContain('ECONNREFUSED');
    expect(message).not.toContain(secret);
  });
});

describe('redirects', () => {
  test.each([301, 302, 307, 308])('%i keeps the method and the body, as WebDAV needs it', async (status) => {
    const server = await scripted(({ path }) =>
      path === '/from' ? { status, headers: { location: 'to?x=1' } } : { status: 207, body: 'there' },
    );
    let calls = 0;
    const answer = await outgoing()({
      method: 'PROPFIND',
      url: `${server.origin}/from`,
      headers: { depth: '1' },
      body: '<propfind/>',
      onCall: () => {
        calls += 1;
      },
    });
    expect(answer).toMatchObject({ url: `${server.origin}/to?x=1`, status: 207, text: 'there' });
    expect(server.requests[1]).toMatchObject({ method: 'PROPFIND', path: '/to?x=1', body: '<propfind/>' });
    expect(server.requests[1]?.headers['depth']).toBe('1');
    expect(calls).toBe(2);
  });

  test('303 goes on with GET', async () => {
    const server = await scripted(({ path }) =>
      path === '/from' ? { status: 303, headers: { location: '/to' } } : { status: 200 },
    );
    await outgoing()({ method: 'PUT', url: `${server.origin}/from`, body: 'x' });
    expect(server.requests[1]).toMatchObject({ method: 'GET', body: '' });
  });

  test('five are followed, the sixth is not', async () => {
    const server = await scripted(({ path }) => {
      const left = Number(path.slice(1));
      return left === 0 ? { status: 200 } : { status: 302, headers: { location: `/${left - 1}` } };
    });
    expect((await outgoing()({ method: 'GET', url: `${server.origin}/5` })).status).toBe(200);
    expect((await failure(outgoing()({ method: 'GET', url: `${server.origin}/6` }))).kind).toBe('REDIRECT');
  });

  test.each(['http://10.0.0.1/', 'http://169.254.169.254/', 'http://[::ffff:a00:1]/', '//192.168.1.1/'])(
    'to %s is refused like a direct request',
    async (location) => {
      const server = await scripted(() => ({ status: 302, headers: { location } }));
      const { kind, message } = await failure(outgoing()({ method: 'GET', url: `${server.origin}/` }));
      expect(kind).toBe('BLOCKED');
      expect(message).toContain('is at an address that is not allowed to be contacted');
    },
  );

  test.each(['file:///etc/passwd', 'http://alice:pw@127.0.0.1/', 'http://[broken'])(
    'to %s is refused',
    async (location) => {
      const server = await scripted(() => ({ status: 302, headers: { location } }));
      expect(['URL', 'REDIRECT']).toContain(
        (await failure(outgoing()({ method: 'GET', url: `${server.origin}/` }))).kind,
      );
    },
  );

  test('never from https to http', async () => {
    const tls = selfSignedCertificate();
    const plain = await scripted(() => ({ status: 200 }));
    const secure = await scripted(() => ({ status: 302, headers: { location: `${plain.origin}/` } }), tls);
    const fetch = outgoing({ allowedNetworks: ['loopback'], certificateAuthorities: [tls.cert] });
    expect(await failure(fetch({ method: 'GET', url: `${secure.origin}/` }))).toEqual({
      kind: 'REDIRECT',
      message: `${secure.origin}/ redirects from https to http`,
    });
    expect(plain.requests).toHaveLength(0);
  });
});

describe('credentials', () => {
  test('go to their origin and are kept back from every other', async () => {
    const other = await scripted(({ headers }) => ({ status: headers.authorization === undefined ? 401 : 200 }));
    const own = await scripted(() => ({ status: 307, headers: { location: `${other.origin}/elsewhere` } }));
    const answer = await outgoing()({ method: 'PROPFIND', url: own.origin, credentials: login(own.origin) });
    expect(answer).toMatchObject({ status: 401, credentialsWithheld: true });
    expect(own.requests[0]?.headers.authorization).toBe(`Basic ${Buffer.from(`alice:${secret}`).toString('base64')}`);
    expect(other.requests.map(({ headers }) => headers.authorization)).toEqual([undefined]);
  });

  test.each([
    ['https://dav.example.org', 'https://dav.example.org/x', true],
    ['https://dav.example.org', 'https://dav.example.org:8443/', false],
    ['https://dav.example.org', 'http://dav.example.org/', false],
    ['http://dav.example.org', 'https://dav.example.org/', true],
    ['http://dav.example.org', 'https://other.example.org/', false],
    ['https://caldav.icloud.com', 'https://p42-caldav.icloud.com/1/', true],
    ['https://caldav.icloud.com', 'http://p42-caldav.icloud.com/1/', false],
    ['https://caldav.icloud.com', 'https://icloud.com.evil.example/', false],
    ['https://caldav.icloud.com', 'https://evilicloud.com/', false],
    ['https://caldav.icloud.com', 'https://listed.example/', true],
    ['https://caldav.icloud.com', 'https://sub.listed.example/', false],
  ])('given for %s, to %s: %s', (origin, url, expected) => {
    expect(mayReceive(new URL(url), { origin, hosts: ['*.icloud.com', 'listed.example'] })).toBe(expected);
  });

  test('a wrong password is tried once', async () => {
    const server = await scripted(() => ({ status: 401, headers: { 'www-authenticate': 'Basic realm="x"' } }));
    const answer = await outgoing()({ method: 'GET', url: server.origin, credentials: login(server.origin) });
    expect(answer).toMatchObject({ status: 401, credentialsWithheld: false });
    expect(server.requests).toHaveLength(1);
  });
});

test('text is decoded by its charset', async () => {
  const server = await scripted(({ path }) => ({
    status: 200,
    headers: { 'content-type': `text/calendar; charset=${path.slice(1)}` },
    body: Buffer.from([0xe9]),
  }));
  const ask = async (charset: string) => (await outgoing()({ method: 'GET', url: `${server.origin}/${charset}` })).text;
  expect(await ask('iso-8859-1')).toBe('é');
  expect(await ask('nonsense')).toBe('\ufffd');
});
