/** docs/graphql.md says which codes, statuses, limits and settings there are: all of them, and as they are. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { environment } from '../../server/environment.ts';
import { documentLimits } from '../../server/graphql/limits.ts';
import { errorCodes } from '../../server/graphql/masking.ts';
import { socketLimits } from '../../server/graphql/socket.ts';
import { httpStatusOf } from '../../server/http/status.ts';

const root = join(import.meta.dirname, '..', '..');
const page = readFileSync(join(root, 'docs', 'graphql.md'), 'utf8');
const rows = [...page.matchAll(/^\| (.*) \|$/gm)].map(([, row = '']) => row.split(' | ').map((cell) => cell.trim()));

test('every code stands with its status, and none that there is not', () => {
  const told = rows.filter(([code = '', status = '']) => /^`[A-Z_]+`$/.test(code) && /^\d{3}$/.test(status));
  const written = Object.fromEntries(told.map(([code = '', status]) => [code.replaceAll('`', ''), Number(status)]));
  expect(written).toEqual(httpStatusOf);
  expect(Object.keys(written).sort()).toEqual([...errorCodes].sort());
});

test('the limits are those that hold', () => {
  const count = (value: number) => value.toLocaleString('en-US');
  const limitOf = Object.fromEntries(rows.map(([what = '', limit]) => [what, limit]));
  expect(limitOf).toMatchObject({
    'a message of a socket': `${socketLimits.maxPayload / 1024} KiB`,
    'tokens of a document': count(documentLimits.maxTokens),
    'levels of fields': count(documentLimits.maxDepth),
    aliases: count(documentLimits.maxAliases),
    'root fields': count(documentLimits.maxRootFields),
    directives: count(documentLimits.maxDirectives),
    cost: count(documentLimits.maxCost),
  });
  const fallback = (name: string) => environment.find((variable) => variable.name === name)?.fallback;
  expect(limitOf['requests']).toBe(
    `${fallback('MERIDIAN_RATE_PER_SECOND')} a second, ${fallback('MERIDIAN_RATE_PER_MINUTE')} a minute for an application`,
  );
});

test('every variable that it names is one', () => {
  const named = new Set([...page.matchAll(/MERIDIAN_[A-Z_]+/g)].map(([name]) => name));
  expect([...named].filter((name) => !environment.some((variable) => variable.name === name))).toEqual([]);
  expect([...named].sort()).toEqual(['MERIDIAN_DOCUMENTS', 'MERIDIAN_DOCUMENTS_MANIFEST', 'MERIDIAN_INTROSPECTION']);
});

test('every client that it names has its test', () => {
  const files = readdirSync(join(root, 'test', 'clients'))
    .filter((file) => file.endsWith('.ts'))
    .map((file) => readFileSync(join(root, 'test', 'clients', file), 'utf8'))
    .join('\n');
  const packages: Readonly<Record<string, string>> = {
    'Apollo Client': '@apollo/client',
    urql: '@urql/core',
    'graphql-request': 'graphql-request',
    'graphql-ws': 'graphql-ws',
    GraphiQL: 'playwright-core',
    'graphql-codegen': '@graphql-codegen/client-preset',
    'graphql-inspector': '@graphql-inspector/core',
  };
  const [, below = ''] = page.split('## Clients');
  const clients = [...below.matchAll(/^\| ([^|]*?) \|/gm)]
    .map(([, client = '']) => client)
    .filter((one) => one !== 'client');
  expect(clients).toEqual(Object.keys(packages));
  expect(clients.filter((client) => !files.includes(`from '${packages[client]}`))).toEqual([]);
});

test('its links lead somewhere', () => {
  const files = [...page.matchAll(/\]\(([^)#:]+)(?:#[^)]*)?\)/g)].map(([, path = '']) => join(root, 'docs', path));
  expect(files.length).toBeGreaterThan(3);
  const missing = files.filter((file) => !existsSync(file));
  expect(missing).toEqual([]);
});
