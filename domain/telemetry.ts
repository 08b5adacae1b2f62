/**
 * What a node tells its operator of its own work, as the layers that do the work see it. Whoever is handed one is handed
 * null where nobody asked for it, and then does nothing more than see that. What tells it stands in server/telemetry/.
 */
import type { Instant } from './events/model.ts';

/** What is measured; docs/telemetry.md says what each is. */
export type SpanName = 'graphql.operation' | 'provider.call' | 'sync.poll' | 'sync.write';

/**
 * What is said of a span. Kinds, codes, counts and ids of ours alone: never what a client or a provider sent, which may hold
 * anything.
 */
export type SpanAttributes = Readonly<Record<string, string | number | boolean>>;

/** A change that is told, as far as its telling is measured. */
export interface ToldChange {
  /** When it was committed, or shortly before, by the database's clock. */
  readonly at: Instant;
  /** As `Telemetry.trace` answered where it was written. */
  readonly trace: string | null;
}

export interface Telemetry {
  /**
   * Runs `work` as a span: a child of the one it runs in, or the first of a new trace. `ended` says what is to be said of its
   * end; of what `work` throws, `outcome` tells the error's code.
   */
  span<T>(
    name: SpanName,
    attributes: SpanAttributes,
    work: () => Promise<T>,
    ended?: (result: T) => SpanAttributes,
  ): Promise<T>;
  /** The span that runs now, as W3C Trace Context's `traceparent`; null where there is none, or none that is recorded. */
  trace(): string | null;
  /** Changes have been read for those who wait for them; what it answers is called when they were sent to so many sockets. */
  telling(changes: readonly ToldChange[]): (sockets: number) => void;
}

/** Runs `work`, as a span where there is somebody to tell. */
export function spanned<T>(
  telemetry: Telemetry | null | undefined,
  name: SpanName,
  attributes: SpanAttributes,
  work: () => Promise<T>,
  ended?: (result: T) => SpanAttributes,
): Promise<T> {
  return telemetry == null ? work() : telemetry.span(name, attributes, work, ended);
}

const shape = /^(?!ff)[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}(?:-.*)?$/;

/** A `traceparent` taken apart. */
export interface TraceParent {
  /** 32 hexadecimal digits. */
  readonly traceId: string;
  /** 16 hexadecimal digits. */
  readonly spanId: string;
  readonly sampled: boolean;
}

/**
 * Reads what may be anybody's. Null for what W3C Trace Context §3.2.2 takes for malformed; of a later version the parts that this
 * one knows.
 */
export function parseTraceParent(text: unknown): TraceParent | null {
  if (typeof text !== 'string' || text.length > 200 || !shape.test(text)) return null;
  if (text.startsWith('00') && text.length !== 55) return null;
  const flags = Number.parseInt(text.slice(53, 55), 16);
  return { traceId: text.slice(3, 35), spanId: text.slice(36, 52), sampled: (flags & 1) === 1 };
}

export function formatTraceParent({ traceId, spanId, sampled }: TraceParent): string {
  return `00-${traceId}-${spanId}-${sampled ? '01' : '00'}`;
}
