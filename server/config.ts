/** The configuration: the environment's variables, parsed by one table and checked against each other. */
import { accessSync, constants } from 'node:fs';
import { isIPv6 } from 'node:net';
import { resolve } from 'node:path';
import { allowedNetworks } from '../datasources/http/addresses.ts';
import { parseKeys } from '../datasources/secrets/key-source.ts';
import { StartFailure } from '../datasources/store/start-failure.ts';
import { parseDuration } from '../domain/time/durations.ts';
import { environment, nearestName } from './environment.ts';
import { isLoopback } from './http/hosts.ts';
import { type TelemetrySettings, telemetrySettings } from './telemetry/settings.ts';

/** An app registration at a provider. */
export interface ProviderApp {
  readonly clientId: string;
  readonly clientSecret: string;
}

const logLevels = ['error', 'warn', 'info', 'debug', 'trace'] as const;
export type LogLevel = (typeof logLevels)[number];

/** `off`: no ids. `allow`: ids and any text. `only`: nothing but what is in the manifests. */
const documentsModes = ['off', 'allow', 'only'] as const;
export type DocumentsMode = (typeof documentsModes)[number];

export interface Config {
  readonly mode: 'development' | 'production';
  /** 0 takes a free one. */
  readonly port: number;
  readonly host: string;
  /** Scheme, host and port. */
  readonly publicUrl: URL;
  /** An absolute path. */
  readonly dataDir: string;
  readonly databaseUrl: string | null;
  readonly redisUrl: string | null;
  /** As in the environment, checked; null for the file in `dataDir`. */
  readonly encryptionKeys: string | null;
  /** Null for the file in `dataDir`, and in production. */
  readonly apiKey: string | null;
  readonly pollIntervalMs: number;
  /** 0 for no limit. */
  readonly ratePerSecond: number;
  /** 0 for no limit. */
  readonly ratePerMinute: number;
  /** How long the change log is kept; never longer than what is deleted is remembered (semantics D5). */
  readonly retentionDays: number;
  readonly logLevel: LogLevel;
  /** Null: nobody is written to. */
  readonly mail: { readonly smtpUrl: string; readonly from: string } | null;
  readonly subgraphSecret: string | null;
  /** Whether `Query.node` and `Query.nodes` are left out of the subgraph. */
  readonly subgraphOmitsNode: boolean;
  readonly subgraphs: readonly { readonly name: string; readonly url: string }[];
  /** By a subgraph's name, and `*` for every one: which of the client's headers it is sent, lower case. */
  readonly subgraphHeaders: ReadonlyMap<string, readonly string[]>;
  /** For one answer of a subgraph. */
  readonly subgraphTimeoutMs: number;
  readonly supergraph: string | null;
  /** Entries for datasources/http's `allowedNetworks`. */
  readonly allowedNetworks: readonly string[];
  readonly introspection: boolean;
  /** `manifests`: absolute paths, none where the mode is `off`. */
  readonly documents: { readonly mode: DocumentsMode; readonly manifests: readonly string[] };
  readonly google: ProviderApp | null;
  readonly googleApiUrl: URL | null;
  readonly microsoft: ProviderApp | null;
  readonly microsoftApiUrl: URL | null;
  readonly telemetry: TelemetrySettings;
}

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Reads the configuration. An empty variable counts as none.
 * @throws StartFailure with one line that names the variable, what was expected and, unless it is secret, what came.
 */
export function readConfig(env: Environment, workingDirectory: string = process.cwd()): Config {
  refuseUnknown(env);
  const read = reader(env);
  const mode = read.oneOf('MERIDIAN_MODE', ['development', 'production'] as const);
  const port = read.whole('PORT', 0, 65_535);
  const host = read.host('HOST');
  const publicUrl = read.origin('PUBLIC_URL') ?? new URL(`http://${isIPv6(host) ? `[${host}]` : host}:${port}`);
  const config: Config = {
    mode,
    port,
    host,
    publicUrl,
    dataDir: resolve(workingDirectory, read.text('DATA_DIR') ?? '.meridian'),
    databaseUrl: read.url('DATABASE_URL', ['postgres:', 'postgresql:'])?.text ?? null,
    redisUrl: read.url('REDIS_URL', ['redis:', 'rediss:'])?.text ?? null,
    encryptionKeys: read.keys('MERIDIAN_ENCRYPTION_KEYS'),
    apiKey: read.visible('MERIDIAN_API_KEY', 32, 512),
    pollIntervalMs: read.duration('MERIDIAN_POLL_INTERVAL', 1_000),
    ratePerSecond: read.whole('MERIDIAN_RATE_PER_SECOND', 0, 1_000_000),
    ratePerMinute: read.whole('MERIDIAN_RATE_PER_MINUTE', 0, 1_000_000),
    retentionDays: read.whole('MERIDIAN_RETENTION_DAYS', 1, 90),
    logLevel:
      read.text('MERIDIAN_LOG_LEVEL') === null
        ? mode === 'development'
          ? 'warn'
          : 'info'
        : read.oneOf('MERIDIAN_LOG_LEVEL', logLevels),
    mail: read.mail('MERIDIAN_SMTP_URL', 'MERIDIAN_MAIL_FROM'),
    subgraphSecret: read.visible('SUBGRAPH_SECRET', 16, 512),
    subgraphOmitsNode: read.oneOf('MERIDIAN_SUBGRAPH_NODE', ['serve', 'omit'] as const) === 'omit',
    subgraphs: read.subgraphs('MERIDIAN_SUBGRAPHS'),
    subgraphHeaders: read.headers('MERIDIAN_SUBGRAPH_HEADERS'),
    subgraphTimeoutMs: read.duration('MERIDIAN_SUBGRAPH_TIMEOUT', 1_000),
    supergraph: read.file('MERIDIAN_SUPERGRAPH', workingDirectory),
    allowedNetworks: read.networks('MERIDIAN_ALLOWED_NETWORKS') ?? (mode === 'development' ? ['loopback'] : []),
    introspection:
      read.text('MERIDIAN_INTROSPECTION') === null
        ? mode === 'development'
        : read.oneOf('MERIDIAN_INTROSPECTION', ['on', 'off'] as const) === 'on',
    documents: {
      mode: read.oneOf('MERIDIAN_DOCUMENTS', documentsModes),
      manifests: read.files('MERIDIAN_DOCUMENTS_MANIFEST', workingDirectory),
    },
    google: read.app('GOOGLE_CLIENT_ID', 'GOOGLE_CLIENT_SECRET'),
    googleApiUrl: read.url('GOOGLE_API_URL', ['https:', 'http:'])?.url ?? null,
    microsoft: read.app('MICROSOFT_CLIENT_ID', 'MICROSOFT_CLIENT_SECRET'),
    microsoftApiUrl: read.url('MICROSOFT_API_URL', ['https:', 'http:'])?.url ?? null,
    telemetry: telemetrySettings({
      metricsToken: read.visible('MERIDIAN_METRICS_TOKEN', 16, 512),
      endpoint: read.url('OTEL_EXPORTER_OTLP_ENDPOINT', ['https:', 'http:'])?.url ?? null,
      headers: read.text('OTEL_EXPORTER_OTLP_HEADERS'),
      serviceName: read.text('OTEL_SERVICE_NAME'),
      ratio: read.text('OTEL_TRACES_SAMPLER_ARG'),
    }),
  };
  refuseContradictions(config, read.text('PUBLIC_URL') !== null);
  return config;
}

function refuseUnknown(env: Environment): void {
  const known = new Set(environment.map(({ name }) => name));
  for (const name of Object.keys(env).sort()) {
    if (name.startsWith('MERIDIAN_') && !known.has(name)) {
      throw new StartFailure(`${name} is no variable of this service: did you mean ${nearestName(name)}?`);
    }
  }
}

function refuseContradictions(config: Config, hasPublicUrl: boolean): void {
  const { mode, host, publicUrl } = config;
  if (config.databaseUrl !== null && config.encryptionKeys === null) {
    throw new StartFailure(
      'DATABASE_URL needs MERIDIAN_ENCRYPTION_KEYS: without it every node would seal with another key',
    );
  }
  if (config.supergraph !== null && config.subgraphs.length > 0) {
    throw new StartFailure('expected MERIDIAN_SUPERGRAPH or MERIDIAN_SUBGRAPHS, got both');
  }
  const { mode: documentsMode, manifests } = config.documents;
  if (documentsMode !== 'off' && manifests.length === 0) {
    throw new StartFailure(`MERIDIAN_DOCUMENTS=${documentsMode} needs MERIDIAN_DOCUMENTS_MANIFEST: expected a file`);
  }
  if (documentsMode === 'off' && manifests.length > 0) {
    throw new StartFailure('MERIDIAN_DOCUMENTS_MANIFEST needs MERIDIAN_DOCUMENTS: expected allow or only, got off');
  }
  const unknown = [...config.subgraphHeaders.keys()].find(
    (name) => name !== '*' && config.supergraph === null && !config.subgraphs.some((one) => one.name === name),
  );
  if (unknown !== undefined) {
    throw new StartFailure(
      `MERIDIAN_SUBGRAPH_HEADERS: expected a subgraph of MERIDIAN_SUBGRAPHS or *, got "${unknown}"`,
    );
  }
  if (mode === 'development') {
    const way = 'set MERIDIAN_MODE=production to serve others';
    if (!isLoopback(host))
      throw new StartFailure(`HOST: expected a loopback address in development, got ${host}: ${way}`);
    if (!isLoopback(publicUrl.hostname)) {
      throw new StartFailure(`PUBLIC_URL: expected a loopback host in development, got ${publicUrl.hostname}: ${way}`);
    }
    return;
  }
  if (config.apiKey !== null) {
    throw new StartFailure('MERIDIAN_API_KEY: expected none in production, which has no development application');
  }
  if (config.encryptionKeys === null)
    throw new StartFailure('MERIDIAN_ENCRYPTION_KEYS: expected keys in production, got none');
  if (!hasPublicUrl) throw new StartFailure('PUBLIC_URL: expected an https address in production, got none');
  if (publicUrl.protocol !== 'https:') {
    throw new StartFailure(`PUBLIC_URL: expected an https address in production, got ${publicUrl.origin}`);
  }
}

/** Reads one variable each; a failure names the variable. */
function reader(env: Environment) {
  const text = (name: string): string | null => {
    const value = env[name]?.trim();
    if (value !== undefined && value !== '') return value;
    return known(name).fallback;
  };
  const refuse = (name: string, expected: string, value: string): never => {
    // An address may hold a password before its `@`.
    const isSecret = known(name).secret === true || value.includes('@');
    const got = isSecret ? `${value.length} characters that are not shown` : JSON.stringify(value);
    throw new StartFailure(`${name}: expected ${expected}, got ${got}`);
  };
  const url = (name: string, protocols: readonly string[]): { readonly url: URL; readonly text: string } | null => {
    const value = text(name);
    if (value === null) return null;
    const schemes = protocols.map((protocol) => `${protocol}//`).join(' or ');
    if (!URL.canParse(value)) return refuse(name, `an address that begins with ${schemes}`, value);
    const parsed = new URL(value);
    if (!protocols.includes(parsed.protocol) || parsed.hostname === '') {
      return refuse(name, `an address that begins with ${schemes}`, value);
    }
    return { url: parsed, text: value };
  };
  const list = (name: string): readonly string[] | null =>
    text(name)
      ?.split(',')
      .map((part) => part.trim())
      .filter((part) => part !== '') ?? null;

  const readable = (name: string, value: string, workingDirectory: string): string => {
    const path = resolve(workingDirectory, value);
    try {
      accessSync(path, constants.R_OK);
    } catch {
      return refuse(name, 'a file that can be read', value);
    }
    return path;
  };

  return {
    text,
    url,
    oneOf<Choice extends string>(name: string, choices: readonly Choice[]): Choice {
      const value = text(name) ?? '';
      return choices.find((choice) => choice === value) ?? refuse(name, choices.join(' or '), value);
    },
    whole(name: string, minimum: number, maximum: number): number {
      const value = text(name) ?? '';
      const number = Number(value);
      const fits = /^\d{1,9}$/.test(value) && number >= minimum && number <= maximum;
      return fits ? number : refuse(name, `a whole number from ${minimum} to ${maximum}`, value);
    },
    host(name: string): string {
      const value = (text(name) ?? '').replace(/^\[(.*)\]$/, '$1');
      const isHost = isIPv6(value) || /^(?=.{1,253}$)[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?$/i.test(value);
      return isHost ? value : refuse(name, 'an address or a name of this machine', value);
    },
    origin(name: string): URL | null {
      const found = url(name, ['http:', 'https:']);
      if (found === null) return null;
      const { pathname, search, hash, username, password } = found.url;
      const isOrigin = pathname === '/' && search === '' && hash === '' && username === '' && password === '';
      if (!isOrigin) throw new StartFailure(`${name}: expected scheme, host and port alone, got more`);
      return found.url;
    },
    visible(name: string, minimum: number, maximum: number): string | null {
      const value = text(name);
      if (value === null) return null;
      const fits = /^[\x21-\x7e]+$/.test(value) && value.length >= minimum && value.length <= maximum;
      return fits ? value : refuse(name, `${minimum} to ${maximum} visible ASCII characters without spaces`, value);
    },
    keys(name: string): string | null {
      const value = text(name);
      if (value !== null) parseKeys(value, name);
      return value;
    },
    duration(name: string, minimumMs: number): number {
      const value = text(name) ?? '';
      const expected = `an ISO 8601 duration of PT${minimumMs / 1_000}S or more, such as PT60S`;
      let milliseconds: number;
      try {
        milliseconds = parseDuration(value) * 1_000;
      } catch {
        return refuse(name, expected, value);
      }
      return milliseconds >= minimumMs ? milliseconds : refuse(name, expected, value);
    },
    subgraphs(name: string): Config['subgraphs'] {
      const found = (list(name) ?? []).map((entry) => {
        const [, subgraph, address] = /^([A-Za-z][A-Za-z0-9_-]{0,63})=(https?:\/\/.+)$/.exec(entry) ?? [];
        if (subgraph === undefined || address === undefined || !URL.canParse(address)) {
          return refuse(name, 'name=url pairs with commas between them, the urls http or https', entry);
        }
        return { name: subgraph, url: address };
      });
      const taken = found.find(
        (one, index) => one.name === 'meridian' || found.findIndex((other) => other.name === one.name) !== index,
      );
      if (taken !== undefined) refuse(name, 'each name once, and none of them `meridian`', taken.name);
      return found;
    },
    headers(name: string): Config['subgraphHeaders'] {
      const found = new Map<string, readonly string[]>();
      for (const entry of list(name) ?? []) {
        const [, subgraph, header] =
          /^(\*|[A-Za-z][A-Za-z0-9_-]{0,63})=([A-Za-z][A-Za-z0-9-]{0,63})$/.exec(entry) ?? [];
        const lower = header?.toLowerCase();
        if (subgraph === undefined || lower === undefined || isKeptBack(lower)) {
          return refuse(
            name,
            'subgraph=header pairs with commas between them, * for every subgraph, no header of the connection itself',
            entry,
          );
        }
        found.set(subgraph, [...(found.get(subgraph) ?? []), lower]);
      }
      return found;
    },
    file(name: string, workingDirectory: string): string | null {
      const value = text(name);
      return value === null ? null : readable(name, value, workingDirectory);
    },
    files(name: string, workingDirectory: string): readonly string[] {
      return (list(name) ?? []).map((value) => readable(name, value, workingDirectory));
    },
    networks(name: string): readonly string[] | null {
      const entries = list(name);
      for (const entry of entries ?? []) {
        try {
          allowedNetworks([entry]);
        } catch {
          refuse(name, 'networks such as 10.1.0.0/16, single addresses, loopback or private', entry);
        }
      }
      return entries;
    },
    mail(urlName: string, fromName: string): Config['mail'] {
      const smtpUrl = url(urlName, ['smtp:', 'smtps:'])?.text ?? null;
      const from = text(fromName);
      if (smtpUrl === null && from === null) return null;
      if (smtpUrl === null) throw new StartFailure(`${fromName} needs ${urlName}: expected both or neither`);
      if (from === null) throw new StartFailure(`${urlName} needs ${fromName}: expected both or neither`);
      const isSender = /^(?:[^<>@\r\n]{0,100}<[^\s<>@]{1,64}@[^\s<>@]{1,255}>|[^\s<>@]{1,64}@[^\s<>@]{1,255})$/.test(
        from,
      );
      return isSender ? { smtpUrl, from } : refuse(fromName, 'an address, or a name with the address in <>', from);
    },
    app(idName: string, secretName: string): ProviderApp | null {
      const clientId = text(idName);
      const clientSecret = text(secretName);
      if (clientId === null && clientSecret === null) return null;
      if (clientId === null) throw new StartFailure(`${secretName} needs ${idName}: expected both or neither`);
      if (clientSecret === null) throw new StartFailure(`${idName} needs ${secretName}: expected both or neither`);
      return { clientId, clientSecret };
    },
  };
}

/** Headers of one connection or one body (RFC 9110 §7.6.1), and what says who this service is. */
function isKeptBack(header: string): boolean {
  const ofConnection = ['host', 'connection', 'keep-alive', 'te', 'trailer', 'upgrade', 'expect', 'x-subgraph-secret'];
  return (
    ofConnection.includes(header) ||
    /^(?:content-|accept$|accept-encoding$|transfer-|proxy-|sec-|x-request-id$)/.test(header)
  );
}

function known(name: string) {
  const found = environment.find((variable) => variable.name === name);
  if (found === undefined) throw new Error(`expected ${name} in the table of variables, got none`);
  return found;
}
