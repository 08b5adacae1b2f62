/** docs/live.md names the tests that guard its promises, and the limits: both must be there as it says. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { retentionDays } from '../../datasources/store/change-log.ts';
import { socketLimits } from '../../server/graphql/socket.ts';

const root = join(import.meta.dirname, '..', '..');
const page = readFileSync(join(root, 'docs', 'live.md'), 'utf8').replaceAll(/\s+/g, ' ');

test('every test that it names is there', () => {
  const named = [...page.matchAll(/`([\w/-]+\.test\.ts)`(: “[^`|)]*”)?/g)];
  expect(named.length).toBeGreaterThan(20);
  const missing = named.flatMap(([, file = '', titles = '']) => {
    const path = join(root, 'test', file);
    const text = existsSync(path) ? readFileSync(path, 'utf8') : null;
    if (text === null) return [file];
    const quoted = [...titles.matchAll(/“([^”]*)”/g)].map(([, title = '']) => title.replace(/ …$/, ''));
    return quoted.filter((title) => !text.includes(title)).map((title) => `${file}: ${title}`);
  });
  expect(missing).toEqual([]);
});

test('its limits are those that hold', () => {
  const count = (value: number) => value.toLocaleString('en-US');
  for (const row of [
    `a client's message | ${socketLimits.maxPayload / 1024} KiB |`,
    `within ${socketLimits.connectionInitTimeoutMs / 1_000} s |`,
    `messages from one socket in 10 s | ${count(socketLimits.maxMessagesPerTenSeconds)} |`,
    `operations at once on one socket | ${count(socketLimits.maxOperations)} |`,
    `operations at once of one application on one node | ${count(socketLimits.maxOperationsPerApplication)} |`,
    `sockets of one application on one node | ${count(socketLimits.maxConnectionsPerApplication)} |`,
    `sockets on one node | ${count(socketLimits.maxConnections)} |`,
    `bytes waiting for a client that does not read | ${socketLimits.maxBufferedBytes / 1024 / 1024} MiB |`,
    `one message waiting for such a client | ${socketLimits.sendTimeoutMs / 1_000} s |`,
    `no answer to a ping | ${socketLimits.keepAliveMs / 1_000} to ${(2 * socketLimits.keepAliveMs) / 1_000} s |`,
    `Resumable for ${retentionDays} days`,
  ]) {
    expect(page).toContain(row);
  }
});
