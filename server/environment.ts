/** Every variable of the environment: one table that config.ts parses by and `.env.example` is generated from. */

export interface EnvironmentVariable {
  readonly name: string;
  /** As a person writes it; null where there is none. */
  readonly fallback: string | null;
  /** What stands for the fallback in `.env.example` where it is no literal value. */
  readonly fallbackInWords?: string;
  readonly meaning: string;
  /** A value that may never be shown, in no error either. */
  readonly secret?: true;
  readonly example?: string;
}

export const environment: readonly EnvironmentVariable[] = [
  {
    name: 'MERIDIAN_MODE',
    fallback: 'development',
    meaning:
      'development: one application with an API key of its own, on loopback only. production: needs MERIDIAN_ENCRYPTION_KEYS and an https PUBLIC_URL, and has no development application.',
  },
  { name: 'PORT', fallback: '4000', meaning: 'The port to listen on, 0 to 65535; 0 takes a free one.' },
  { name: 'HOST', fallback: '127.0.0.1', meaning: 'The address to listen on; loopback in development.' },
  {
    name: 'PUBLIC_URL',
    fallback: null,
    fallbackInWords: 'http://HOST:PORT',
    meaning: 'Where clients and providers reach this service: scheme, host and port. https in production.',
    example: 'https://calendars.example.com',
  },
  {
    name: 'DATA_DIR',
    fallback: './.meridian',
    meaning: 'Where the embedded PostgreSQL, its keys and `api-key` (mode 0600) are kept.',
  },
  {
    name: 'DATABASE_URL',
    fallback: null,
    meaning: 'PostgreSQL 15 or newer in place of the embedded one; then MERIDIAN_ENCRYPTION_KEYS is required.',
    secret: true,
    example: 'postgres://meridian:…@db.example.com:5432/meridian',
  },
  {
    name: 'REDIS_URL',
    fallback: null,
    meaning: 'Redis between nodes: wake-ups and shared limits.',
    secret: true,
    example: 'redis://redis.example.com:6379',
  },
  {
    name: 'MERIDIAN_ENCRYPTION_KEYS',
    fallback: null,
    fallbackInWords: 'made once, in DATA_DIR/encryption-keys',
    meaning:
      'The key ring: keyId:key pairs with commas between them, each key 32 random bytes in base64 (`openssl rand -base64 32`). The first seals, all open.',
    secret: true,
  },
  {
    name: 'MERIDIAN_API_KEY',
    fallback: null,
    fallbackInWords: 'made once, in DATA_DIR/api-key',
    meaning: "The development application's key: 32 to 512 visible ASCII characters. Refused in production.",
    secret: true,
  },
  {
    name: 'MERIDIAN_POLL_INTERVAL',
    fallback: 'PT60S',
    meaning: 'How often a calendar without push is asked for changes at most: an ISO 8601 duration, PT1S or more.',
  },
  {
    name: 'MERIDIAN_RATE_PER_SECOND',
    fallback: '50',
    meaning: 'Requests of one application in a second; 0 for no limit.',
  },
  {
    name: 'MERIDIAN_RATE_PER_MINUTE',
    fallback: '500',
    meaning: 'Requests of one application in a minute; 0 for no limit.',
  },
  {
    name: 'MERIDIAN_RETENTION_DAYS',
    fallback: '30',
    meaning:
      'How many days a change can be read and a subscription resumed, 1 to 90; on every node the same. What is older ends with RESYNC_REQUIRED.',
  },
  {
    name: 'MERIDIAN_LOG_LEVEL',
    fallback: null,
    fallbackInWords: 'info in production, warn in development',
    meaning: 'From which level on the log is written: error, warn, info, debug or trace.',
  },
  {
    name: 'MERIDIAN_SMTP_URL',
    fallback: null,
    meaning:
      'A mail server through which users are written to once when a calendar of theirs is disconnected; none: nobody is.',
    secret: true,
    example: 'smtps://meridian:…@mail.example.com:465',
  },
  {
    name: 'MERIDIAN_MAIL_FROM',
    fallback: null,
    meaning: 'Whom that mail is from, such as `Calendars <calendars@example.com>`; needed with MERIDIAN_SMTP_URL.',
  },
  {
    name: 'SUBGRAPH_SECRET',
    fallback: null,
    meaning: 'What routers send as X-Subgraph-Secret, 16 characters or more; without it /subgraph does not exist.',
    secret: true,
  },
  {
    name: 'MERIDIAN_SUBGRAPH_NODE',
    fallback: 'serve',
    meaning:
      'serve or omit: whether the subgraph has Query.node and Query.nodes; omit where a neighbour of the federated graph has them.',
  },
  {
    name: 'MERIDIAN_SUBGRAPHS',
    fallback: null,
    meaning: 'Other subgraphs to compose with this one: name=url pairs with commas between them.',
    example: 'users=https://users.example.com/graphql',
  },
  {
    name: 'MERIDIAN_SUBGRAPH_HEADERS',
    fallback: null,
    meaning:
      "Which of the client's headers go along to which subgraph: subgraph=header pairs with commas between them, `*` for every one. No header does that is not named here, Authorization neither.",
    example: 'users=authorization,*=accept-language',
  },
  {
    name: 'MERIDIAN_SUBGRAPH_TIMEOUT',
    fallback: 'PT10S',
    meaning: 'How long a subgraph may take for one answer: an ISO 8601 duration, PT1S or more.',
  },
  {
    name: 'MERIDIAN_SUPERGRAPH',
    fallback: null,
    meaning:
      'File of a ready supergraph; this subgraph, if it is there, is named `meridian`. Not with MERIDIAN_SUBGRAPHS.',
  },
  {
    name: 'MERIDIAN_ALLOWED_NETWORKS',
    fallback: null,
    fallbackInWords: 'loopback in development, none in production',
    meaning:
      'Networks that are not public and that addresses given by users may point to: CIDR, single addresses, `loopback`, `private`, with commas between them.',
    example: '10.1.0.0/16,fd00::/8',
  },
  {
    name: 'MERIDIAN_INTROSPECTION',
    fallback: null,
    fallbackInWords: 'on in development, off in production',
    meaning: 'on or off: whether the schema may be asked for, by introspection and at /schema.graphql.',
  },
  {
    name: 'MERIDIAN_DOCUMENTS',
    fallback: 'off',
    meaning:
      'off: documents are sent as text. allow: or named by their sha256, where a manifest has them. only: nothing but what a manifest has. The last two need MERIDIAN_DOCUMENTS_MANIFEST.',
  },
  {
    name: 'MERIDIAN_DOCUMENTS_MANIFEST',
    fallback: null,
    meaning: 'Files that `meridian documents` wrote, with commas between them; read when the service starts.',
  },
  {
    name: 'GOOGLE_CLIENT_ID',
    fallback: null,
    meaning: "The client id of the Google app that users' calendars are connected through.",
  },
  { name: 'GOOGLE_CLIENT_SECRET', fallback: null, meaning: 'Its secret; both or neither.', secret: true },
  {
    name: 'GOOGLE_API_URL',
    fallback: null,
    fallbackInWords: "Google's own",
    meaning: 'Where its API is: for a simulator.',
  },
  {
    name: 'MICROSOFT_CLIENT_ID',
    fallback: null,
    meaning: "The client id of the Microsoft app that users' calendars are connected through.",
  },
  { name: 'MICROSOFT_CLIENT_SECRET', fallback: null, meaning: 'Its secret; both or neither.', secret: true },
  {
    name: 'MICROSOFT_API_URL',
    fallback: null,
    fallbackInWords: "Microsoft's own",
    meaning: 'Where its API is: for a simulator or a sovereign cloud.',
  },
  {
    name: 'MERIDIAN_METRICS_TOKEN',
    fallback: null,
    meaning:
      'What a scraper sends as `Authorization: Bearer …` to GET /metrics, 16 characters or more; without it there is no /metrics.',
    secret: true,
  },
  {
    name: 'OTEL_EXPORTER_OTLP_ENDPOINT',
    fallback: null,
    meaning:
      'Where traces are sent to, as OTLP over HTTP in JSON; /v1/traces is added to it. Without it nothing is traced.',
    example: 'http://127.0.0.1:4318',
  },
  {
    name: 'OTEL_EXPORTER_OTLP_HEADERS',
    fallback: null,
    meaning: 'What is sent along there: name=value pairs with commas between them, the values percent-encoded.',
    secret: true,
  },
  { name: 'OTEL_SERVICE_NAME', fallback: 'meridian', meaning: 'What the traces are said to be of.' },
  {
    name: 'OTEL_TRACES_SAMPLER_ARG',
    fallback: '1',
    meaning:
      'How many of the traces that begin here are recorded: 0 to 1. What comes with a traceparent keeps its own decision.',
  },
];

/** The known name that a wrong one was probably meant to be: the fewest letters to change. */
export function nearestName(wrong: string): string {
  const [first, ...others] = environment.map(({ name }) => name);
  return others.reduce((best, name) => (distance(wrong, name) < distance(wrong, best) ? name : best), first ?? '');
}

/** Levenshtein's distance. */
function distance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let i = 0; i < from.length; i++) {
    const next = [i + 1];
    for (let j = 0; j < to.length; j++) {
      const changed = (row[j] ?? 0) + (from[i] === to[j] ? 0 : 1);
      next.push(Math.min(changed, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1));
    }
    row = next;
  }
  return row[to.length] ?? 0;
}

/** `.env.example`: every variable, commented out, with its default or an example. */
export function environmentExample(): string {
  const blocks = environment.map(({ name, fallback, fallbackInWords, meaning, secret, example }) => {
    const value = fallback ?? (secret === true ? '' : (example ?? ''));
    const otherwise = fallbackInWords ?? (fallback === null ? 'none' : null);
    const lines = wrap(otherwise === null ? meaning : `${meaning} Default: ${otherwise}.`);
    return [...lines.map((line) => `# ${line}`), `#${name}=${value}`].join('\n');
  });
  const head =
    '# Generated by `npm run generate` from server/environment.ts. All have defaults; unknown MERIDIAN_* names end the start.';
  return `${[head, ...blocks].join('\n\n')}\n`;
}

function wrap(text: string, width = 116): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + word.length + 1 > width) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line];
}
