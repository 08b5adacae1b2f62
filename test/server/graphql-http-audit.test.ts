/** The audit of the GraphQL over HTTP specification (graphql-http), every check as a test of its own. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { serverAudits } from 'graphql-http';
import { keys, type SmallApp, startSmallApp } from './small-app.ts';

let small: SmallApp;
beforeAll(async () => {
  small = await startSmallApp();
});
afterAll(() => small.app.drain(1_000));

const audits = serverAudits({
  url: () => `${small.origin}/graphql`,
  // Apollo refuses simple requests, which browsers send across origins without asking; the header makes them preflighted.
  fetchFn: (url: string, init: RequestInit = {}) =>
    fetch(url, {
      ...init,
      headers: { ...init.headers, authorization: `Bearer ${keys.all}`, 'apollo-require-preflight': 'yes' },
    }),
});

test('the audit has all of its checks', () => {
  expect(audits.length).toBeGreaterThanOrEqual(61);
});

for (const audit of audits) {
  test(`${audit.id} ${audit.name}`, async () => {
    const result = await audit.fn();
    expect(result.status === 'ok' ? 'ok' : `${result.status}: ${result.reason}`).toBe('ok');
  });
}
