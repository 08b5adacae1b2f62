/** GraphiQL in Chromium against a whole service: its tabs run as they are, and a subscription shows what changes meanwhile. */
import { existsSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Browser, chromium, type Page } from 'playwright-core';
import { type Seeded, seeded } from './seeded.ts';

const executablePath = process.env['CHROMIUM'] ?? '/usr/bin/chromium';
const hasBrowser = existsSync(executablePath);
if (!hasBrowser && process.env['REQUIRE_SERVERS'] === '1')
  throw new Error(`expected Chromium at ${executablePath}, got none`);
if (!hasBrowser)
  console.warn(`left out: GraphiQL against a service, because ${executablePath} is not there (set CHROMIUM)`);

(hasBrowser ? describe : describe.skip)('GraphiQL', () => {
  let at: Seeded;
  let browser: Browser;
  let page: Page;
  const complaints: string[] = [];

  beforeAll(async () => {
    at = await seeded();
    browser = await chromium.launch({
      executablePath,
      args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'],
    });
    page = await browser.newPage({ viewport: { width: 1400, height: 900 } });
    page.on('pageerror', (error) => complaints.push(String(error)));
    await page.goto(`${at.url}#key=${at.service.key()}`);
    await page.locator('.graphiql-execute-button').waitFor();
  }, 180_000);
  afterAll(async () => {
    await browser?.close();
    await at?.remove();
  });

  /** The answer's text, once it says what is expected. The editor writes spaces as no-break spaces. */
  const shows = async (expected: string): Promise<string> => {
    const response = page.locator('.graphiql-response');
    let text = '';
    for (let i = 0; i < 150; i++) {
      text = ((await response.textContent()) ?? '').replaceAll('\u00a0', ' ');
      if (text.includes(expected)) return text;
      await page.waitForTimeout(100);
    }
    if (process.env['SCREENSHOT'] !== undefined) await page.screenshot({ path: process.env['SCREENSHOT'] });
    throw new Error(`expected ${expected} in the answer, got ${text}`);
  };

  /** The name of the shown tab's operation, as the page's session keeps it. */
  const keptOperation = () =>
    page.evaluate(() => {
      const { tabs, activeTabIndex } = JSON.parse(sessionStorage.getItem('graphiql:tabState') ?? '{"tabs":[]}');
      return tabs[activeTabIndex]?.operationName ?? null;
    });

  const run = async (name: string) => {
    await page.locator('.graphiql-tab-button', { hasText: name }).first().click();
    // GraphiQL reads the operation's name a moment after the tab shows, and keeps it a moment after that.
    for (let i = 0; (await keptOperation()) !== name; i++) {
      if (i === 150) throw new Error(`GraphiQL does not come to know ${name}, but ${await keptOperation()}`);
      await page.waitForTimeout(100);
    }
    await page.locator('.graphiql-execute-button').click();
  };

  test.each([
    ['WhoAmI', '"API_KEY"'],
    ['WriteAnEvent', '"userErrors": []'],
    ['EventsThisWeek', '"changesCursor"'],
    ['PollChanges', '"caughtUp"'],
    ['FindTimes', '"token"'],
    ['HoldATime', '"HELD"'],
    ['WriteEvents', '"userErrors": []'],
    ['Occurrences', '"RRULE:FREQ=WEEKLY;COUNT=10"'],
    ['PublishFeed', '"icsUrl"'],
  ])('its tab %s runs as it is', async (name, expected) => {
    await run(name);
    const text = await shows(expected);
    expect(text).not.toContain('"errors"');
  });

  test('shows live changes as they happen', async () => {
    await run('WatchChanges');
    await shows('"caughtUp": true');
    await at.writeEvent('Told to GraphiQL');
    await shows('"Told to GraphiQL"');
    await at.writeEvent('And told again');
    await shows('"And told again"');
    // The same button ends it: what is written then is told no more.
    await page.locator('.graphiql-execute-button').click();
    await at.writeEvent('Told to nobody');
    await page.waitForTimeout(500);
    expect(await page.locator('.graphiql-response').textContent()).not.toContain('nobody');
  });

  test('broke nothing on the way', () => {
    expect(complaints).toEqual([]);
  });
});
