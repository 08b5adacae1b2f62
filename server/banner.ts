/** What a person sees when the service stands: where it is, where the key is, and one line to paste. */

export interface BannerOptions {
  readonly version: string;
  /** Where this process really listens, without a slash at the end: `http://127.0.0.1:4000`. */
  readonly address: string;
  readonly dataDir: string;
  /** The file that holds the development application's key; null in production and where the environment gave the key. */
  readonly apiKeyFile: string | null;
  /** For the link in a terminal; null where there is none to show. */
  readonly apiKey: string | null;
  readonly mode: 'development' | 'production';
  /** Whether the schema may be asked for. */
  readonly introspection: boolean;
  /** Whether standard output is a terminal: only there the key is shown, where no log keeps it. */
  readonly isTerminal: boolean;
}

/** The banner, with a line break at its end. */
export function banner(options: BannerOptions): string {
  const { address, mode, introspection } = options;
  const lines = [
    `Meridian ${options.version} (${mode})`,
    '',
    `  graph          ${address}/graphql`,
    `  live changes   ${address.replace(/^http/, 'ws')}/graphql`,
    ...(introspection ? [`  schema         ${address}/schema.graphql`] : []),
    `  health         ${address}/readyz`,
    `  data           ${options.dataDir}`,
  ];
  if (mode === 'production') return `${lines.join('\n')}\n`;
  lines.push(`  API key        ${options.apiKeyFile ?? 'from MERIDIAN_API_KEY'}`);
  lines.push(`  GraphiQL       ${graphiqlHint(options)}`);
  lines.push('', 'Try it:', `  ${curl(address, options.apiKeyFile)}`);
  return `${lines.join('\n')}\n`;
}

function graphiqlHint({ address, apiKey, isTerminal }: BannerOptions): string {
  if (!isTerminal || apiKey === null) return 'npm run meridian -- open';
  return `${address}/graphql#key=${encodeURIComponent(apiKey)}`;
}

/** A command that works when pasted: the key comes from its file, so that it is in no shell history. */
export function curl(address: string, apiKeyFile: string | null): string {
  const key = apiKeyFile === null ? '$MERIDIAN_API_KEY' : `$(cat ${inDoubleQuotes(apiKeyFile)})`;
  const query = '{"query":"{ credential { kind scopes } meridian { version tzdataVersion } }"}';
  return `curl -s ${address}/graphql -H 'content-type: application/json' -H "authorization: Bearer ${key}" -d '${query}'`;
}

/** A path as a shell reads it inside `"$( … )"`, where quotes begin anew. */
function inDoubleQuotes(path: string): string {
  return /^[A-Za-z0-9/._-]+$/.test(path) ? path : `'${path.replaceAll("'", `'\\''`)}'`;
}
