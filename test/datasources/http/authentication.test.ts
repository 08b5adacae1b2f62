import { createHash } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { authorization, type Challenge, readChallenge } from '../../../datasources/http/authentication.ts';
import { createOutgoingFetch } from '../../../datasources/http/outgoing-fetch.ts';
import { startScripted } from '../../setup/servers/scripted.ts';

const mufasa = { username: 'Mufasa', password: 'Circle of Life' };

function digest(header: string): Challenge {
  const challenge = readChallenge(header);
  if (challenge?.scheme !== 'digest') throw new Error('expected Digest');
  return challenge;
}

describe('Digest', () => {
  // RFC 7616 §3.9.1
  const offered = (algorithm: string) =>
    `Digest realm="http-auth@example.org", qop="auth, auth-int", algorithm=${algorithm}, ` +
    'nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"';
  const client = 'f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ';

  test.each([
    ['MD5', '8ca523f5e9506fed4657c9700eebdbec'],
    ['SHA-256', '753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1'],
  ])('%s gives the response of RFC 7616', (algorithm, response) => {
    const header = authorization(digest(offered(algorithm)), mufasa, 'GET', '/dir/index.html', client);
    expect(header).toContain(`response="${response}"`);
    expect(header).toContain('nc=00000001');
    expect(header).toContain(`algorithm=${algorithm}`);
    expect(header).toContain('opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"');
  });

  test('without qop as RFC 2069 had it', () => {
    const header = authorization(
      digest('Digest realm="testrealm@host.com", nonce="dcd9", algorithm=MD5'),
      mufasa,
      'GET',
      '/',
      'x',
    );
    const md5 = (text: string): string => createHash('md5').update(text).digest('hex');
    expect(header).toContain(
      `response="${md5(`${md5('Mufasa:testrealm@host.com:Circle of Life')}:dcd9:${md5('GET:/')}`)}"`,
    );
    expect(header).not.toContain('nc=');
  });

  test('is answered, remembered with its count, and renewed when the nonce is stale', async () => {
    let nonce = 'first';
    const server = await startScripted(({ method, path, headers }) => {
      const field = (name: string): string =>
        new RegExp(`${name}="?([^",]+)`).exec(headers.authorization ?? '')?.[1] ?? '';
      const md5 = (text: string): string => createHash('md5').update(text).digest('hex');
      const secret = md5('alice:calendars:pässwörd');
      const expected = md5(`${secret}:${nonce}:${field('nc')}:${field('cnonce')}:auth:${md5(`${method}:${path}`)}`);
      if (field('response') === expected) return { status: 207, body: field('nc') };
      return { status: 401, headers: { 'www-authenticate': `Digest realm="calendars", qop="auth", nonce="${nonce}"` } };
    });
    const fetch = createOutgoingFetch({ allowedNetworks: ['loopback'] });
    const credentials = { username: 'alice', password: 'pässwörd', origin: server.origin, hosts: [] };
    const ask = async () => {
      const { status, text } = await fetch({ method: 'PROPFIND', url: `${server.origin}/dav/?a=b`, credentials });
      return { status, text, requests: server.requests.splice(0).length };
    };
    expect(await ask()).toEqual({ status: 207, text: '00000001', requests: 2 });
    expect(await ask()).toEqual({ status: 207, text: '00000002', requests: 1 });
    nonce = 'second';
    expect(await ask()).toEqual({ status: 207, text: '00000001', requests: 2 });
    await fetch.close();
    await server.close();
  });
});

describe('challenges', () => {
  test.each([
    [null, null],
    ['', null],
    ['Negotiate', null],
    ['Bearer realm="x"', null],
    ['Basic realm="x"', 'basic'],
    ['basic', 'basic'],
    ['Negotiate, Basic realm="a, Digest b"', 'basic'],
    ['Basic realm="x", Digest realm="y", nonce="z", qop="auth"', 'MD5'],
    ['Digest realm="y", nonce="z", algorithm=SHA-256, Digest realm="y", nonce="z", algorithm=MD5', 'SHA-256'],
    ['Digest realm="y", nonce="z", algorithm=SHA-512-256, Basic realm="x"', 'basic'],
    ['Digest realm="y", nonce="z", qop="auth-int"', null],
    ['Digest nonce="z"', null],
  ])('%j', (header, expected) => {
    const challenge = readChallenge(header);
    expect(challenge?.scheme === 'digest' ? challenge.algorithm : (challenge?.scheme ?? null)).toBe(expected);
  });

  test('any header gets an answer, in linear time', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 300 }), (header) => {
        readChallenge(header);
        readChallenge(`Digest ${header}`);
      }),
      { seed: 3, numRuns: 3000 },
    );
    readChallenge(`Digest realm="${'\\"'.repeat(4000)}`);
    readChallenge(' ,'.repeat(4000));
  });
});
