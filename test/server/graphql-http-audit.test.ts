/** The audit of the GraphQL over HTTP specification (graphql-http), every check as a test of its own. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { serverAudits } from 'graphql-http';
import { keys, type SmallApp, startSmallApp } from './small-app.ts';

const apps = new Map<string, SmallApp>();
beforeAll(async () => {
  apps.set('through Apollo', await startSmallApp({ pastApollo: false }));
  apps.set('past it', await startSmallApp());
});
afterAll(() => Promise.all([...apps.values()].map(({ app }) => app.drain(1_000))));

const auditsOf = (way: string) =>
  serverAudits({
    url: () => `${apps.get(way)?.origin}/graphql`,
    // Apollo refuses simple requests, which browsers send across origins without asking; the header makes them preflighted.
    fetchFn: (url: string, init: RequestInit = {}) =>
      fetch(url, {
        ...init,
        headers: { ...init.headers, authorization: `Bearer ${keys.all}`, 'apollo-require-preflight': 'yes' },
      }),
  });

describe.each(['through Apollo', 'past it'])('%s', (way) => {
  const audits = auditsOf(way);

  test('the audit has all of its checks', () => {
    expect(audits.length).toBeGreaterThanOrEqual(61);
  });

  for (const audit of audits) {
    test(`${audit.id} ${audit.name}`, async () => {
      // What is asked again is a known document.
      for (let time = 0; time < 2; time++) {
        const result = await audit.fn();
        expect(result.status === 'ok' ? 'ok' : `${result.status}: ${result.reason}`).toBe('ok');
      }
    });
  }
});
