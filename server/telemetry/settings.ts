/** What the environment says of telemetry, beyond what one variable can be checked for alone. */
import { StartFailure } from '../../datasources/store/start-failure.ts';

export interface TelemetrySettings {
  /** What a scraper sends as `Authorization: Bearer …`; null: there is no `/metrics`. */
  readonly metricsToken: string | null;
  /** Null: nothing is traced. */
  readonly traces: TraceSettings | null;
}

export interface TraceSettings {
  /** Where OTLP over HTTP is sent to, `…/v1/traces`. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly serviceName: string;
  /** Of the traces that begin here, from 0 to 1; what comes with a trace keeps its own decision. */
  readonly ratio: number;
}

/** @throws StartFailure naming the variable; never shows a header. */
export function telemetrySettings(given: {
  readonly metricsToken: string | null;
  readonly endpoint: URL | null;
  readonly headers: string | null;
  readonly serviceName: string | null;
  readonly ratio: string | null;
}): TelemetrySettings {
  const { metricsToken, endpoint } = given;
  const headers = headersOf(given.headers ?? '');
  const ratio = ratioOf(given.ratio ?? '1');
  if (endpoint === null) return { metricsToken, traces: null };
  if (endpoint.username !== '' || endpoint.search !== '' || endpoint.hash !== '') {
    throw new StartFailure(
      'OTEL_EXPORTER_OTLP_ENDPOINT: expected scheme, host, port and path alone, got more; credentials belong in OTEL_EXPORTER_OTLP_HEADERS',
    );
  }
  // OpenTelemetry's exporter specification: this is the base of the signals' own addresses.
  const url = `${endpoint.href.replace(/\/$/, '')}/v1/traces`;
  return { metricsToken, traces: { url, headers, serviceName: given.serviceName ?? 'meridian', ratio } };
}

/** W3C Baggage's syntax without properties, as the exporter specification asks: `name=value,…`, percent-encoded. */
function headersOf(text: string): Readonly<Record<string, string>> {
  const headers: Record<string, string> = {};
  for (const part of text.split(',').filter((each) => each.trim() !== '')) {
    const [, name, value] =
      /^\s*([!#$%&'*+.^_`|~0-9A-Za-z-]+)\s*=\s*([\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?)\s*$/.exec(part) ?? [];
    const decoded = value === undefined ? null : decode(value);
    if (name === undefined || decoded === null) {
      throw new StartFailure(
        `OTEL_EXPORTER_OTLP_HEADERS: expected name=value pairs with commas between them, got ${text.length} characters that are not shown`,
      );
    }
    headers[name.toLowerCase()] = decoded;
  }
  return headers;
}

function decode(value: string): string | null {
  try {
    const decoded = decodeURIComponent(value);
    return /^[\x20-\x7e]*$/.test(decoded) ? decoded : null;
  } catch {
    return null;
  }
}

function ratioOf(text: string): number {
  const ratio = Number(text);
  if (/^\d{1,3}(?:\.\d{1,9})?$/.test(text) && ratio <= 1) return ratio;
  throw new StartFailure(
    `OTEL_TRACES_SAMPLER_ARG: expected a number from 0 to 1, got ${JSON.stringify(text.slice(0, 40))}`,
  );
}
