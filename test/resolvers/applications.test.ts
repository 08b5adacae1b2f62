/** verifyApplication, and how an application and its unit are reached. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createApplication } from '../../auth/applications.ts';
import { verifyAudit } from '../../datasources/store/audit.ts';
import { applicationCalendar, openGraph, type TestGraph } from '../setup/graph.ts';

let graph: TestGraph;
let secret = '';
let applicationId = '';
beforeAll(async () => {
  graph = await openGraph();
  const { store } = graph.fresh;
  const made = await store.asWorker((tx) =>
    createApplication(tx, store.ids, { name: 'Shop', unit: 'Stores' }, 'operator'),
  );
  secret = made.secret;
  applicationId = made.application.id;
});
afterAll(() => graph.close());

const mutation = `mutation ($uris: [String!]!) { verifyApplication(input: { redirectUris: $uris }) {
  application { id mode redirectUris } userErrors { path code message } } }`;
const verify = async (uris: readonly string[], token = secret) =>
  (await graph.run(mutation, { uris }, token)).data.verifyApplication;

describe('verifyApplication', () => {
  test('says everything that is wrong at once, and changes nothing', async () => {
    const uris = [
      'https://shop.example/x',
      'http://shop.example/x',
      'https://*.co.uk/x',
      `https://a.example/${'x'.repeat(2_000)}`,
    ];
    expect(await verify(uris)).toEqual({
      application: null,
      userErrors: [
        { path: ['redirectUris', '1'], code: 'INVALID', message: expect.stringContaining('expected https') },
        { path: ['redirectUris', '2'], code: 'INVALID', message: expect.stringContaining('public suffix') },
        { path: ['redirectUris', '3'], code: 'TOO_LONG', message: expect.stringContaining('at most 2000') },
      ],
    });
    expect(await verify([])).toMatchObject({
      application: null,
      userErrors: [{ path: ['redirectUris'], code: 'REQUIRED' }],
    });
    const { node } = await graph.data(
      'query ($id: ID!) { node(id: $id) { ... on CalendarApplication { mode redirectUris } } }',
      { id: applicationId },
      secret,
    );
    expect(node).toEqual({ mode: 'DEVELOPMENT', redirectUris: [] });
  });

  test('moves to PRODUCTION, adds, and may be repeated', async () => {
    expect(await verify(['https://shop.example/x'])).toEqual({
      application: { id: applicationId, mode: 'PRODUCTION', redirectUris: ['https://shop.example/x'] },
      userErrors: [],
    });
    const both = ['https://shop.example/x', 'https://*.shop.example/y'];
    for (const uris of [['https://*.shop.example/y', 'https://*.shop.example/y'], ['https://shop.example/x'], []]) {
      expect((await verify(uris)).application.redirectUris).toEqual(both);
    }
    const rows = await graph.fresh.superuser<{ count: string }>(
      `select count(*) as count from audit_entry where action = 'application.verified'`,
    );
    expect(rows[0]?.count).toBe('2');
    expect(await graph.fresh.store.asWorker(verifyAudit)).toMatchObject({ brokenAt: null });
  });

  test('several at once lose none of their addresses', async () => {
    await Promise.all(Array.from({ length: 8 }, (_, index) => verify([`https://shop.example/at-once/${index}`])));
    const { application } = await verify([]);
    expect(application.redirectUris).toHaveLength(10);
  });

  test('takes a hundred addresses in all', async () => {
    const many = Array.from({ length: 91 }, (_, index) => `https://shop.example/many/${index}`);
    expect(await verify(many)).toMatchObject({ userErrors: [{ path: ['redirectUris'], code: 'LIMIT_EXCEEDED' }] });
    expect((await verify(many.slice(1))).application.redirectUris).toHaveLength(100);
  });

  test('is not for the token of an account', async () => {
    const { token } = await applicationCalendar(graph);
    const answer = await graph.run(mutation, { uris: ['https://evil.example/x'] }, token);
    expect(answer.errors[0]?.code).toBe('FORBIDDEN');
  });
});

test('an application reaches its own unit and no other', async () => {
  const ask = `query ($id: ID!) { node(id: $id) { ... on CalendarApplication { organizationalUnit { id name applications { name } } }
    ... on OrganizationalUnit { name } } }`;
  const { node } = await graph.data(ask, { id: applicationId }, secret);
  expect(node.organizationalUnit).toEqual({
    id: expect.stringMatching(/^org_/),
    name: 'Stores',
    applications: [{ name: 'Shop' }],
  });
  const unit = { id: node.organizationalUnit.id };
  expect((await graph.data(ask, unit, secret)).node).toEqual({ name: 'Stores' });
  expect((await graph.data(ask, unit)).node).toBeNull();
});

test('an application reads its limits and what is left of the minute; without a limit there is none to read', async () => {
  const ask = async () =>
    (
      await graph.data(
        '{ credential { application { rateLimit { perSecond perMinute remainingThisMinute } } } }',
        {},
        secret,
      )
    ).credential.application.rateLimit;
  expect(await ask()).toBeNull();
  graph.limits.now = { perSecond: 50, perMinute: 500 };
  try {
    expect(await ask()).toEqual({ perSecond: 50, perMinute: 500, remainingThisMinute: 500 });
    await graph.services.limiter.take(applicationId, 3);
    expect(await ask()).toEqual({ perSecond: 50, perMinute: 500, remainingThisMinute: 497 });
  } finally {
    graph.limits.now = { perSecond: 0, perMinute: 0 };
  }
});
