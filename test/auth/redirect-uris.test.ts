/** Which addresses may be registered, and which of them cover what. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { isRegistered, mayRedirectTo, redirectUriProblem, registrationProblem } from '../../auth/redirect-uris.ts';

describe('what may be registered', () => {
  test.each([
    'https://app.example.com/callback',
    'https://app.example.com',
    'https://app.example.com/callback?tenant=1&x',
    'https://app.example.com:8443/callback',
    'http://localhost:3000/callback',
    'http://127.0.0.1/callback',
    'http://[::1]:8080/callback',
    'https://*.example.com/callback',
    'https://*.app.example.co.uk/callback',
    'https://*.example.com:8443/',
    'https://*.my-project.github.io/callback',
    'https://xn--mnchen-3ya.example/callback',
  ])('%s', (uri) => {
    expect(registrationProblem(uri)).toBeNull();
  });

  test.each([
    ['http://app.example.com/callback', 'expected https'],
    ['http://*.example.com/callback', 'expected * only'],
    ['http://localhost.example.com/callback', 'expected https'],
    ['http://127.0.0.1.example.com/', 'expected https'],
    ['com.example.app:/callback', 'schemes of mobile apps'],
    ['myapp://callback', 'schemes of mobile apps'],
    ['javascript:alert(1)', 'schemes of mobile apps'],
    ['data:text/html,x', 'schemes of mobile apps'],
    ['https://app.example.com/callback#x', 'no fragment'],
    ['https://app.example.com/callback#', 'no fragment'],
    ['https://anna@app.example.com/callback', 'no user name'],
    ['https://anna:secret@app.example.com/callback', 'no user name'],
    ['https://@app.example.com/callback', 'no user name'],
    ['https://app.example.com\\@evil.example/callback', 'no backslash'],
    ['https://app.example.com/a/../callback', 'as a browser writes it'],
    ['https://APP.example.com/callback', 'as a browser writes it'],
    ['https://app.example.com:443/callback', 'as a browser writes it'],
    ['HTTPS://app.example.com/callback', 'lower case'],
    ['https:/app.example.com/callback', 'begins with https://'],
    ['https://app.example.com/call back', 'visible ASCII'],
    ['https://app.example.com/callback\n', 'visible ASCII'],
    ['https://münchen.example/callback', 'visible ASCII'],
    ['/callback', 'absolute address'],
    ['', 'visible ASCII'],
    [`https://app.example.com/${'x'.repeat(2_000)}`, 'at most 2000'],
    ['https://app.example.com/*', 'expected * only'],
    ['https://app.*.example.com/callback', 'expected * only'],
    ['https://app*.example.com/callback', 'expected * only'],
    ['https://*.*.example.com/callback', 'expected * only'],
    ['https://*/callback', 'expected * only'],
    ['https://**.example.com/callback', 'expected * only'],
    ['https://*.com/callback', 'public suffix'],
    ['https://*.co.uk/callback', 'public suffix'],
    ['https://*.github.io/callback', 'public suffix'],
    ['https://*.localhost/callback', 'public suffix'],
    ['https://*.192.168.0.1/callback', 'absolute address'],
    ['https://*.a_b.example/callback', 'host name behind'],
  ])('not %s', (uri, problem) => {
    expect(registrationProblem(uri)).toContain(problem);
  });
});

describe('what a registered address covers', () => {
  const patterns = ['https://app.example.com/callback', 'https://*.example.org/callback?x=1'];
  test.each<[string, boolean]>([
    ['https://app.example.com/callback', true],
    ['https://app.example.com/callback/', false],
    ['https://app.example.com/callback?x=1', false],
    ['https://app.example.com/Callback', false],
    ['https://app.example.com:443/callback', false],
    ['http://app.example.com/callback', false],
    ['https://one.example.org/callback?x=1', true],
    ['https://a-1.example.org/callback?x=1', true],
    ['https://example.org/callback?x=1', false],
    ['https://.example.org/callback?x=1', false],
    ['https://two.one.example.org/callback?x=1', false],
    ['https://*.example.org/callback?x=1', false],
    ['https://evil.example/a.example.org/callback?x=1', false],
    ['https://evil.example?a.example.org/callback?x=1', false],
    ['https://evil.example#.example.org/callback?x=1', false],
    ['https://evil@one.example.org/callback?x=1', false],
    ['https://one.example.org/callback?x=12', false],
    ['https://-.example.org/callback?x=1', false],
  ])('%s: %s', (uri, covered) => {
    expect(isRegistered(uri, patterns)).toBe(covered);
  });

  test('a wildcard never leads to another host than a subdomain of its own', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 40 }), (middle) => {
        const uri = `https://${middle}.example.org/callback?x=1`;
        if (!isRegistered(uri, patterns)) return;
        expect(new URL(uri).hostname).toMatch(/^[a-z0-9-]+\.example\.org$/);
        expect(new URL(uri).pathname).toBe('/callback');
      }),
      { numRuns: 2_000, seed: 3 },
    );
  });
});

test('who may be sent where, by the modes of application and service', () => {
  const uri = 'http://localhost:3000/callback';
  const rules = (mode: 'DEVELOPMENT' | 'PRODUCTION', redirectUris: string[] = []) => ({ mode, redirectUris });
  expect(mayRedirectTo(rules('DEVELOPMENT'), uri, 'development')).toBe(true);
  expect(mayRedirectTo(rules('DEVELOPMENT'), 'http://anywhere.example/x', 'development')).toBe(true);
  expect(mayRedirectTo(rules('DEVELOPMENT', [uri]), uri, 'production')).toBe(false);
  expect(mayRedirectTo(rules('PRODUCTION'), uri, 'development')).toBe(false);
  expect(mayRedirectTo(rules('PRODUCTION', [uri]), uri, 'production')).toBe(true);
  expect(mayRedirectTo(rules('DEVELOPMENT'), 'myapp://x', 'development')).toBe(false);
  expect(mayRedirectTo(rules('PRODUCTION', ['https://*.a.example/x']), 'https://*.a.example/x', 'production')).toBe(
    false,
  );
});

test('no text makes the rules throw', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (rest) => {
      for (const text of [rest, `https://${rest}`, `https://*.${rest}`]) {
        redirectUriProblem(text);
        if (registrationProblem(text) !== null) continue;
        const url = new URL(text.replace('*.', ''));
        expect([url.username, url.password, url.hash]).toEqual(['', '', '']);
        expect(url.protocol === 'https:' || url.hostname.includes('localhost') || url.protocol === 'http:').toBe(true);
      }
    }),
    { numRuns: 2_000, seed: 2 },
  );
});
