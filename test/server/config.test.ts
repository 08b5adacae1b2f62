/** The configuration: every variable, every bad value, every contradiction; and `.env.example`. */
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { StartFailure } from '../../datasources/store/start-failure.ts';
import { type Config, readConfig } from '../../server/config.ts';
import { environment, environmentExample, nearestName } from '../../server/environment.ts';

const key = `k1:${randomBytes(32).toString('base64')}`;
const production = {
  MERIDIAN_MODE: 'production',
  MERIDIAN_ENCRYPTION_KEYS: key,
  PUBLIC_URL: 'https://calendars.example.com',
};

function failureOf(env: Record<string, string>): string {
  try {
    readConfig(env, '/srv');
  } catch (error) {
    expect(error).toBeInstanceOf(StartFailure);
    return (error as Error).message;
  }
  throw new Error('expected a failure, got a configuration');
}

describe('defaults', () => {
  test('are for a laptop', () => {
    const config = readConfig({ PATH: '/bin', HOME: '/root', PORTER: 'x' }, '/srv');
    expect({ ...config, publicUrl: config.publicUrl.href }).toEqual({
      mode: 'development',
      port: 4000,
      host: '127.0.0.1',
      publicUrl: 'http://127.0.0.1:4000/',
      dataDir: '/srv/.meridian',
      databaseUrl: null,
      redisUrl: null,
      encryptionKeys: null,
      apiKey: null,
      pollIntervalMs: 60_000,
      ratePerSecond: 50,
      ratePerMinute: 500,
      retentionDays: 30,
      logLevel: 'warn',
      mail: null,
      subgraphSecret: null,
      subgraphOmitsNode: false,
      subgraphs: [],
      subgraphHeaders: new Map(),
      subgraphTimeoutMs: 10_000,
      supergraph: null,
      allowedNetworks: ['loopback'],
      introspection: true,
      documents: { mode: 'off', manifests: [] },
      google: null,
      googleApiUrl: null,
      microsoft: null,
      microsoftApiUrl: null,
      telemetry: { metricsToken: null, traces: null },
    });
  });

  test('count for empty variables too, as compose files leave them', () => {
    const empty = Object.fromEntries(environment.map(({ name }) => [name, ' ']));
    expect(readConfig(empty, '/srv')).toEqual(readConfig({}, '/srv'));
  });

  test('allow no private network in production', () => {
    expect(readConfig(production).allowedNetworks).toEqual([]);
  });
});

describe('good values', () => {
  test.each<[Record<string, string>, Partial<Config>]>([
    [{ PORT: '0' }, { port: 0 }],
    [{ PORT: '65535' }, { port: 65_535 }],
    [{ HOST: 'localhost' }, { host: 'localhost', publicUrl: new URL('http://localhost:4000') }],
    [{ HOST: '::1' }, { host: '::1', publicUrl: new URL('http://[::1]:4000') }],
    [
      { HOST: '[::1]', PORT: '80' },
      { host: '::1', publicUrl: new URL('http://[::1]') },
    ],
    [{ MERIDIAN_INTROSPECTION: 'off' }, { introspection: false }],
    [{ ...production, MERIDIAN_INTROSPECTION: 'on' }, { introspection: true }],
    [production, { introspection: false }],
    [
      { MERIDIAN_DOCUMENTS: 'only', MERIDIAN_DOCUMENTS_MANIFEST: '/etc/hostname, ../etc/hosts' },
      { documents: { mode: 'only', manifests: ['/etc/hostname', '/etc/hosts'] } },
    ],
    [{ PUBLIC_URL: 'http://localhost:8080/' }, { publicUrl: new URL('http://localhost:8080') }],
    [{ DATA_DIR: '/var/lib/a b' }, { dataDir: '/var/lib/a b' }],
    [{ DATA_DIR: '../data' }, { dataDir: '/data' }],
    [
      { DATABASE_URL: 'postgresql://u:p@db/x', MERIDIAN_ENCRYPTION_KEYS: key },
      { databaseUrl: 'postgresql://u:p@db/x' },
    ],
    [{ REDIS_URL: 'rediss://:p@redis:6380/1' }, { redisUrl: 'rediss://:p@redis:6380/1' }],
    [{ MERIDIAN_API_KEY: 'x'.repeat(32) }, { apiKey: 'x'.repeat(32) }],
    [{ MERIDIAN_LOG_LEVEL: 'trace' }, { logLevel: 'trace' }],
    [{ MERIDIAN_POLL_INTERVAL: 'PT1S' }, { pollIntervalMs: 1_000 }],
    [{ MERIDIAN_POLL_INTERVAL: 'PT1M30S' }, { pollIntervalMs: 90_000 }],
    [
      { MERIDIAN_RATE_PER_SECOND: '0', MERIDIAN_RATE_PER_MINUTE: '0' },
      { ratePerSecond: 0, ratePerMinute: 0 },
    ],
    [{ MERIDIAN_RETENTION_DAYS: '90' }, { retentionDays: 90 }],
    [
      { MERIDIAN_SUBGRAPHS: 'users=https://u.example/graphql, rooms=http://r.example' },
      {
        subgraphs: [
          { name: 'users', url: 'https://u.example/graphql' },
          { name: 'rooms', url: 'http://r.example' },
        ],
      },
    ],
    [
      { MERIDIAN_SUBGRAPH_NODE: 'omit', MERIDIAN_SUBGRAPH_TIMEOUT: 'PT3S' },
      { subgraphOmitsNode: true, subgraphTimeoutMs: 3_000 },
    ],
    [
      {
        MERIDIAN_SUBGRAPHS: 'users=https://u.example/graphql',
        MERIDIAN_SUBGRAPH_HEADERS: 'users=Authorization, *=accept-language,users=X-Tenant',
      },
      {
        subgraphHeaders: new Map([
          ['users', ['authorization', 'x-tenant']],
          ['*', ['accept-language']],
        ]),
      },
    ],
    [
      { MERIDIAN_ALLOWED_NETWORKS: '10.0.0.0/8, fd00::/8,private, 192.0.2.7' },
      { allowedNetworks: ['10.0.0.0/8', 'fd00::/8', 'private', '192.0.2.7'] },
    ],
    [
      { MERIDIAN_SMTP_URL: 'smtp://localhost:25', MERIDIAN_MAIL_FROM: 'Calendars <c@example.com>' },
      { mail: { smtpUrl: 'smtp://localhost:25', from: 'Calendars <c@example.com>' } },
    ],
    [{ GOOGLE_CLIENT_ID: 'i', GOOGLE_CLIENT_SECRET: 's' }, { google: { clientId: 'i', clientSecret: 's' } }],
    [{ MICROSOFT_API_URL: 'http://localhost:9000/v1.0' }, { microsoftApiUrl: new URL('http://localhost:9000/v1.0') }],
    [
      { ...production, HOST: '0.0.0.0' },
      { mode: 'production', host: '0.0.0.0' },
    ],
  ])('%j', (env, expected) => {
    expect(readConfig(env, '/srv')).toMatchObject(expected);
  });
});

const secret = 'canary-that-nobody-may-see';

describe('bad values', () => {
  test.each<[Record<string, string>, string]>([
    [{ MERIDIAN_MODE: 'prod' }, 'MERIDIAN_MODE: expected development or production, got "prod"'],
    [{ PORT: '65536' }, 'PORT: expected a whole number from 0 to 65535, got "65536"'],
    [{ PORT: '-1' }, 'PORT: expected a whole number from 0 to 65535, got "-1"'],
    [{ PORT: '4e3' }, 'PORT: expected a whole number from 0 to 65535, got "4e3"'],
    [{ PORT: '0x10' }, 'PORT: expected a whole number from 0 to 65535, got "0x10"'],
    [{ PORT: '80.5' }, 'PORT: expected a whole number from 0 to 65535, got "80.5"'],
    [{ HOST: 'a b' }, 'HOST: expected an address or a name of this machine, got "a b"'],
    [{ HOST: 'http://localhost' }, 'HOST: expected an address or a name of this machine, got "http://localhost"'],
    [
      { PUBLIC_URL: 'localhost' },
      'PUBLIC_URL: expected an address that begins with http:// or https://, got "localhost"',
    ],
    [
      { PUBLIC_URL: 'ftp://localhost' },
      'PUBLIC_URL: expected an address that begins with http:// or https://, got "ftp://localhost"',
    ],
    [{ PUBLIC_URL: 'http://localhost/app' }, 'PUBLIC_URL: expected scheme, host and port alone, got more'],
    [{ PUBLIC_URL: `http://u:${secret}@localhost` }, 'PUBLIC_URL: expected scheme, host and port alone, got more'],
    [
      { DATABASE_URL: `mysql://u:${secret}@db/x` },
      'DATABASE_URL: expected an address that begins with postgres:// or postgresql://, got 41 characters that are not shown',
    ],
    [
      { MERIDIAN_SUBGRAPHS: `a=ftp://u:${secret}@x` },
      'MERIDIAN_SUBGRAPHS: expected name=url pairs with commas between them, the urls http or https, got 38 characters that are not shown',
    ],
    [
      { DATABASE_URL: secret },
      'DATABASE_URL: expected an address that begins with postgres:// or postgresql://, got 26 characters that are not shown',
    ],
    [
      { REDIS_URL: `http://${secret}` },
      'REDIS_URL: expected an address that begins with redis:// or rediss://, got 33 characters that are not shown',
    ],
    [
      { MERIDIAN_API_KEY: 'x'.repeat(31) },
      'MERIDIAN_API_KEY: expected 32 to 512 visible ASCII characters without spaces, got 31 characters that are not shown',
    ],
    [
      { MERIDIAN_API_KEY: `${secret} ${secret}` },
      'MERIDIAN_API_KEY: expected 32 to 512 visible ASCII characters without spaces, got 53 characters that are not shown',
    ],
    [
      { MERIDIAN_API_KEY: 'ü'.repeat(40) },
      'MERIDIAN_API_KEY: expected 32 to 512 visible ASCII characters without spaces, got 40 characters that are not shown',
    ],
    [
      { SUBGRAPH_SECRET: 'short' },
      'SUBGRAPH_SECRET: expected 16 to 512 visible ASCII characters without spaces, got 5 characters that are not shown',
    ],
    [
      { MERIDIAN_POLL_INTERVAL: 'PT0S' },
      'MERIDIAN_POLL_INTERVAL: expected an ISO 8601 duration of PT1S or more, such as PT60S, got "PT0S"',
    ],
    [
      { MERIDIAN_POLL_INTERVAL: '60' },
      'MERIDIAN_POLL_INTERVAL: expected an ISO 8601 duration of PT1S or more, such as PT60S, got "60"',
    ],
    [
      { MERIDIAN_POLL_INTERVAL: 'P1M' },
      'MERIDIAN_POLL_INTERVAL: expected an ISO 8601 duration of PT1S or more, such as PT60S, got "P1M"',
    ],
    [
      { MERIDIAN_POLL_INTERVAL: '-PT5S' },
      'MERIDIAN_POLL_INTERVAL: expected an ISO 8601 duration of PT1S or more, such as PT60S, got "-PT5S"',
    ],
    [
      { MERIDIAN_LOG_LEVEL: 'loud' },
      'MERIDIAN_LOG_LEVEL: expected error or warn or info or debug or trace, got "loud"',
    ],
    [
      { MERIDIAN_RATE_PER_SECOND: 'many' },
      'MERIDIAN_RATE_PER_SECOND: expected a whole number from 0 to 1000000, got "many"',
    ],
    [
      { MERIDIAN_RATE_PER_MINUTE: '1000001' },
      'MERIDIAN_RATE_PER_MINUTE: expected a whole number from 0 to 1000000, got "1000001"',
    ],
    [{ MERIDIAN_RETENTION_DAYS: '0' }, 'MERIDIAN_RETENTION_DAYS: expected a whole number from 1 to 90, got "0"'],
    [{ MERIDIAN_RETENTION_DAYS: '91' }, 'MERIDIAN_RETENTION_DAYS: expected a whole number from 1 to 90, got "91"'],
    [{ MERIDIAN_SUBGRAPH_NODE: 'no' }, 'MERIDIAN_SUBGRAPH_NODE: expected serve or omit, got "no"'],
    [
      { MERIDIAN_SUBGRAPH_TIMEOUT: 'PT0S' },
      'MERIDIAN_SUBGRAPH_TIMEOUT: expected an ISO 8601 duration of PT1S or more, such as PT60S, got "PT0S"',
    ],
    ...['authorization', 'users=', 'users=a b', '=a', 'users=host', '*=Content-Length', 'users=X-Subgraph-Secret'].map(
      (value): [Record<string, string>, string] => [
        { MERIDIAN_SUBGRAPHS: 'users=http://x', MERIDIAN_SUBGRAPH_HEADERS: value },
        `MERIDIAN_SUBGRAPH_HEADERS: expected subgraph=header pairs with commas between them, * for every subgraph, no header of the connection itself, got ${JSON.stringify(value)}`,
      ],
    ),
    [
      { MERIDIAN_SUBGRAPHS: 'users=http://x', MERIDIAN_SUBGRAPH_HEADERS: 'rooms=authorization' },
      'MERIDIAN_SUBGRAPH_HEADERS: expected a subgraph of MERIDIAN_SUBGRAPHS or *, got "rooms"',
    ],
    [
      { MERIDIAN_SUBGRAPHS: 'users' },
      'MERIDIAN_SUBGRAPHS: expected name=url pairs with commas between them, the urls http or https, got "users"',
    ],
    [
      { MERIDIAN_SUBGRAPHS: 'a=ftp://x' },
      'MERIDIAN_SUBGRAPHS: expected name=url pairs with commas between them, the urls http or https, got "a=ftp://x"',
    ],
    [
      { MERIDIAN_SUBGRAPHS: 'a=http://x,a=http://y' },
      'MERIDIAN_SUBGRAPHS: expected each name once, and none of them `meridian`, got "a"',
    ],
    [
      { MERIDIAN_SUBGRAPHS: 'meridian=http://x' },
      'MERIDIAN_SUBGRAPHS: expected each name once, and none of them `meridian`, got "meridian"',
    ],
    [{ MERIDIAN_INTROSPECTION: 'yes' }, 'MERIDIAN_INTROSPECTION: expected on or off, got "yes"'],
    [{ MERIDIAN_DOCUMENTS: 'all' }, 'MERIDIAN_DOCUMENTS: expected off or allow or only, got "all"'],
    [
      { MERIDIAN_DOCUMENTS: 'allow', MERIDIAN_DOCUMENTS_MANIFEST: '/etc/hostname,nowhere.json' },
      'MERIDIAN_DOCUMENTS_MANIFEST: expected a file that can be read, got "nowhere.json"',
    ],
    [
      { MERIDIAN_SUPERGRAPH: 'nowhere.graphql' },
      'MERIDIAN_SUPERGRAPH: expected a file that can be read, got "nowhere.graphql"',
    ],
    [
      { MERIDIAN_ALLOWED_NETWORKS: '10.0.0.0/8,10.0.0.0/33' },
      'MERIDIAN_ALLOWED_NETWORKS: expected networks such as 10.1.0.0/16, single addresses, loopback or private, got "10.0.0.0/33"',
    ],
    [
      { MERIDIAN_ALLOWED_NETWORKS: 'everything' },
      'MERIDIAN_ALLOWED_NETWORKS: expected networks such as 10.1.0.0/16, single addresses, loopback or private, got "everything"',
    ],
    [{ MERIDIAN_SMTP_URL: 'smtp://h' }, 'MERIDIAN_SMTP_URL needs MERIDIAN_MAIL_FROM: expected both or neither'],
    [{ MERIDIAN_MAIL_FROM: 'a@example.com' }, 'MERIDIAN_MAIL_FROM needs MERIDIAN_SMTP_URL: expected both or neither'],
    [{ GOOGLE_CLIENT_ID: 'i' }, 'GOOGLE_CLIENT_ID needs GOOGLE_CLIENT_SECRET: expected both or neither'],
    [
      { MICROSOFT_CLIENT_SECRET: secret },
      'MICROSOFT_CLIENT_SECRET needs MICROSOFT_CLIENT_ID: expected both or neither',
    ],
    [{ GOOGLE_API_URL: 'x' }, 'GOOGLE_API_URL: expected an address that begins with https:// or http://, got "x"'],
  ])('%j', (env, message) => {
    expect(failureOf(env)).toBe(message);
    expect(message).not.toContain(secret);
    expect(message).not.toContain('\n');
  });

  test.each([secret, `k1:${secret}`, 'k1:AAAA', `${key},${key}`, `k1:${Buffer.alloc(32).toString('base64')}`])(
    'keys that are none are never shown',
    (keys) => {
      const message = failureOf({ MERIDIAN_ENCRYPTION_KEYS: keys });
      expect(message).toMatch(/^MERIDIAN_ENCRYPTION_KEYS: /);
      expect(message).not.toContain(secret);
      expect(message).not.toContain(key.slice(3));
    },
  );
});

describe('contradictions', () => {
  test.each<[Record<string, string>, string]>([
    [
      { HOST: '0.0.0.0' },
      'HOST: expected a loopback address in development, got 0.0.0.0: set MERIDIAN_MODE=production to serve others',
    ],
    [
      { HOST: '::' },
      'HOST: expected a loopback address in development, got ::: set MERIDIAN_MODE=production to serve others',
    ],
    [
      { HOST: '192.168.1.2' },
      'HOST: expected a loopback address in development, got 192.168.1.2: set MERIDIAN_MODE=production to serve others',
    ],
    [
      { PUBLIC_URL: 'https://example.com' },
      'PUBLIC_URL: expected a loopback host in development, got example.com: set MERIDIAN_MODE=production to serve others',
    ],
    [
      { PUBLIC_URL: 'http://127.0.0.1.example.com' },
      'PUBLIC_URL: expected a loopback host in development, got 127.0.0.1.example.com: set MERIDIAN_MODE=production to serve others',
    ],
    [
      { DATABASE_URL: `postgres://u:${secret}@db/x` },
      'DATABASE_URL needs MERIDIAN_ENCRYPTION_KEYS: without it every node would seal with another key',
    ],
    [
      { ...production, MERIDIAN_ENCRYPTION_KEYS: '' },
      'MERIDIAN_ENCRYPTION_KEYS: expected keys in production, got none',
    ],
    [{ ...production, PUBLIC_URL: '' }, 'PUBLIC_URL: expected an https address in production, got none'],
    [
      { ...production, PUBLIC_URL: 'http://calendars.example.com' },
      'PUBLIC_URL: expected an https address in production, got http://calendars.example.com',
    ],
    [
      { ...production, MERIDIAN_API_KEY: 'x'.repeat(40) },
      'MERIDIAN_API_KEY: expected none in production, which has no development application',
    ],
    [{ MERIDIAN_DOCUMENTS: 'only' }, 'MERIDIAN_DOCUMENTS=only needs MERIDIAN_DOCUMENTS_MANIFEST: expected a file'],
    [
      { MERIDIAN_DOCUMENTS_MANIFEST: '/etc/hostname' },
      'MERIDIAN_DOCUMENTS_MANIFEST needs MERIDIAN_DOCUMENTS: expected allow or only, got off',
    ],
    [
      { MERIDIAN_SUPERGRAPH: '/etc/hostname', MERIDIAN_SUBGRAPHS: 'a=http://x' },
      'expected MERIDIAN_SUPERGRAPH or MERIDIAN_SUBGRAPHS, got both',
    ],
  ])('%j', (env, message) => {
    expect(failureOf(env)).toBe(message);
  });
});

describe('unknown names', () => {
  test.each([
    ['MERIDIAN_PORT', 'MERIDIAN_PORT is no variable of this service: did you mean MERIDIAN_MODE?'],
    ['MERIDIAN_APIKEY', 'MERIDIAN_APIKEY is no variable of this service: did you mean MERIDIAN_API_KEY?'],
    [
      'MERIDIAN_ENCRYPTION_KEY',
      'MERIDIAN_ENCRYPTION_KEY is no variable of this service: did you mean MERIDIAN_ENCRYPTION_KEYS?',
    ],
    [
      'MERIDIAN_RATE_PER_SEC',
      'MERIDIAN_RATE_PER_SEC is no variable of this service: did you mean MERIDIAN_RATE_PER_SECOND?',
    ],
    ['MERIDIAN_', 'MERIDIAN_ is no variable of this service: did you mean MERIDIAN_MODE?'],
  ])('%s', (name, message) => {
    expect(failureOf({ [name]: secret })).toBe(message);
  });

  test('are found out also when they are empty', () => {
    expect(failureOf({ MERIDIAN_POLLINTERVAL: '' })).toContain('MERIDIAN_POLL_INTERVAL');
  });

  test('nearest is itself', () => {
    for (const { name } of environment) expect(nearestName(name)).toBe(name);
  });
});

describe('.env.example', () => {
  test('is what the table gives', () => {
    expect(readFileSync('.env.example', 'utf8')).toBe(environmentExample());
  });

  test('names every variable, none of them set', () => {
    const lines = environmentExample().split('\n');
    for (const { name } of environment) expect(lines.filter((line) => line.startsWith(`#${name}=`))).toHaveLength(1);
    expect(lines.filter((line) => line !== '' && !line.startsWith('#'))).toEqual([]);
  });

  test('holds values that can be used as they are', () => {
    const usable = environmentExample()
      .split('\n')
      .flatMap((line) => [...line.matchAll(/^#([A-Z_]+)=(.+)$/g)])
      .map(([, name, value]) => [name ?? '', value ?? ''] as const)
      .filter(([name]) => name !== 'PUBLIC_URL');
    expect(() => readConfig(Object.fromEntries(usable), '/srv')).not.toThrow();
  });
});
