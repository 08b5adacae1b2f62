/** GraphiQL in a real browser that reaches nothing but this machine. */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Browser, chromium, type Page } from 'playwright-core';
import { variablesOf } from '../../operations/variables.ts';
import { createScalars } from '../../server/graphql/scalars.ts';
import { buildPublicSchema } from '../../server/graphql/schema.ts';
import { keys, type SmallApp, type SmallContext, startSmallApp } from './small-app.ts';

const executablePath = process.env['CHROMIUM'] ?? '/usr/bin/chromium';
const hasBrowser = existsSync(executablePath);
if (!hasBrowser && process.env['REQUIRE_SERVERS'] === '1')
  throw new Error(`expected Chromium at ${executablePath}, got none`);
const inBrowser = hasBrowser ? describe : describe.skip;

const nothing = {
  now: new Date(),
  timeZone: 'Etc/UTC',
  calendarId: '',
  accountId: '',
  slotToken: '',
  occurrence: null,
};
const written: unknown[] = [];
const now = Date.parse('2026-11-22T12:00:00Z');
const time = { dateTime: now, local: '2026-11-22T12:00:00Z', floating: false };
const event = {
  __typename: 'CalendarEvent',
  id: 'evt_1',
  key: 'hello',
  origin: 'MANAGED',
  summary: 'Hello from GraphiQL',
  allDay: false,
  start: time,
  end: time,
  version: '1',
  busyStatus: 'BUSY',
  calendar: { id: 'cal_demo', name: 'Demo' },
};

const schema = buildPublicSchema({
  ...createScalars({ canonicalZone: (name) => name }),
  Query: {
    credential: (_: unknown, _args: unknown, { actor }: SmallContext) => ({
      kind: actor.kind,
      scopes: [...actor.scopes],
    }),
    meridian: () => ({ version: '0.0.0', tzdataVersion: '2026c' }),
    accounts: () => ({
      nodes: [{ id: 'acc_1', kind: 'APPLICATION_CALENDAR', name: 'Demo', timeZone: 'Etc/UTC', calendars: [] }],
    }),
  },
  CalendarAccount: {
    events: () => ({
      nodes: written.length > 0 ? [event] : [],
      pageInfo: { hasNextPage: false, hasPreviousPage: false },
      freshness: { asOf: now, changesCursor: 'c', stale: [] },
    }),
  },
  Mutation: {
    upsertApplicationCalendar: () => ({
      account: { id: 'acc_1' },
      calendar: { id: 'cal_demo', name: 'Demo' },
      userErrors: [],
    }),
    upsertEvent: (_: unknown, { input }: { input: unknown }) => {
      written.push(input);
      return { event, created: true, operation: null, warnings: [], userErrors: [] };
    },
  },
  Subscription: {
    changes: {
      subscribe: async function* (_: unknown, _args: unknown, { signal }: SmallContext) {
        const change = {
          kind: 'EVENT_CREATED',
          at: now,
          own: true,
          accountId: 'acc_1',
          subjectId: 'evt_1',
          subject: event,
        };
        yield { changes: { caughtUp: true, cursor: 'c1', changes: [change] } };
        await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
      },
    },
  },
  ChangeSubject: { __resolveType: () => 'CalendarEvent' },
  Node: { __resolveType: () => 'CalendarEvent' },
  EventWritePayload: { __resolveType: () => 'UpsertEventPayload' },
});

test('the built page has the operations as they are now', () => {
  const assets = readdirSync('console/graphiql/assets').filter((name) => name.endsWith('.js'));
  const built = assets.map((name) => readFileSync(join('console/graphiql/assets', name), 'utf8')).join('\n');
  const missing = readdirSync('operations')
    .filter((name) => name.endsWith('.graphql'))
    .filter((name) => {
      // As a JavaScript literal has it, in the one form or the other.
      const text = readFileSync(join('operations', name), 'utf8');
      const forms = [text.replaceAll('`', '\\`'), JSON.stringify(text).slice(1, -1)];
      return !forms.some((form) => built.includes(form));
    });
  expect(missing).toEqual([]);
});

test('the built files are smaller than 8 MB and know no other host to load from', () => {
  const files = readdirSync('console/graphiql', { recursive: true }).map((name) =>
    join('console/graphiql', String(name)),
  );
  const size = files.reduce((sum, file) => sum + (statSync(file).isFile() ? statSync(file).size : 0), 0);
  expect(size).toBeLessThan(8_000_000);
  expect(readFileSync('console/graphiql/index.html', 'utf8')).not.toMatch(/https?:\/\//);
});

if (!hasBrowser) console.warn(`left out: GraphiQL in a browser, because ${executablePath} is not there (set CHROMIUM)`);

inBrowser('GraphiQL', () => {
  let small: SmallApp;
  let browser: Browser;
  const outside: string[] = [];
  const complaints: string[] = [];

  beforeAll(async () => {
    small = await startSmallApp({ schema });
    browser = await chromium.launch({
      executablePath,
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    });
  });
  afterAll(async () => {
    await browser?.close();
    await small?.app.drain(1_000);
  });

  async function open(path: string): Promise<Page> {
    const context = await browser.newContext({ viewport: { width: 1400, height: 900 } });
    await context.route('**/*', (route) => {
      const url = new URL(route.request().url());
      if (url.hostname === '127.0.0.1' || url.protocol === 'data:' || url.protocol === 'blob:') return route.continue();
      outside.push(url.href);
      return route.abort();
    });
    const page = await context.newPage();
    page.on('console', (message) => {
      if (message.type() === 'error') complaints.push(message.text());
    });
    page.on('pageerror', (error) => complaints.push(String(error)));
    await page.goto(`${small.origin}${path}`);
    return page;
  }

  const run = async (page: Page, tab: number) => {
    await page.locator('.graphiql-tab-button').nth(tab).click();
    // GraphiQL reads the operation's name a moment after the tab shows.
    await page.waitForTimeout(500);
    await page.locator('.graphiql-execute-button').click();
  };
  /** The editor writes spaces as no-break spaces. */
  const answer = async (page: Page, text: string) => {
    const response = page.locator('.graphiql-response');
    for (let i = 0; i < 100; i++) {
      if ((await response.textContent())?.replaceAll('\u00a0', ' ').includes(text)) return;
      await page.waitForTimeout(100);
    }
    if (process.env['SCREENSHOT'] !== undefined) await page.screenshot({ path: process.env['SCREENSHOT'] });
    expect(await response.textContent()).toContain(text);
  };

  test('opens with the key of its link, and its tabs run as they are', async () => {
    const page = await open(`/graphql#key=${keys.all}`);
    await page.locator('.graphiql-execute-button').waitFor();
    expect(page.url()).toBe(`${small.origin}/graphql`);
    expect(await page.evaluate(() => sessionStorage.getItem('meridian.key'))).toBe(keys.all);
    const tabs = await page.locator('.graphiql-tab-button').allTextContents();
    expect(tabs.slice(0, 4)).toEqual(['WhoAmI', 'WriteAnEvent', 'EventsThisWeek', 'WatchChanges']);
    expect(tabs).toEqual(Object.keys(variablesOf(nothing)));

    await run(page, 0);
    await answer(page, '"API_KEY"');
    await run(page, 1);
    await answer(page, '"created": true');
    expect(written).toMatchObject([{ calendarId: 'cal_demo', key: 'hello' }]);
    await run(page, 2);
    await answer(page, 'Hello from GraphiQL');
    await run(page, 3);
    await answer(page, '"EVENT_CREATED"');
    if (process.env['SCREENSHOT'] !== undefined) await page.screenshot({ path: process.env['SCREENSHOT'] });

    expect(await page.evaluate(() => JSON.stringify({ ...localStorage }))).not.toContain(keys.all);
    expect(await page.content()).not.toContain(keys.all);
    await page.context().close();
  });

  test('asks for the key where the link has none', async () => {
    const page = await open('/graphql');
    await page.locator('input[type=password]').fill(keys.all);
    await page.locator('button').click();
    await page.locator('.graphiql-execute-button').waitFor();
    await run(page, 0);
    await answer(page, '"API_KEY"');
    await page.context().close();
  });

  test('asked for nothing outside this machine, and broke no rule of the page', () => {
    expect(outside).toEqual([]);
    expect(complaints).toEqual([]);
  });

  test('never had its key in an address that was sent', () => {
    expect(small.logged.join('')).not.toContain(keys.all);
  });
});
