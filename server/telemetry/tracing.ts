/** Spans, kept and sent by OpenTelemetry: loaded only where there is a collector to send them to. */
import { AsyncLocalStorage } from 'node:async_hooks';
import { randomUUID } from 'node:crypto';
import { ROOT_CONTEXT, type Span, SpanKind, SpanStatusCode, TraceFlags, trace } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  BatchSpanProcessor,
  ParentBasedSampler,
  type SpanExporter,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import { ATTR_SERVICE_NAME, ATTR_SERVICE_VERSION } from '@opentelemetry/semantic-conventions';
import { formatTraceParent, type SpanAttributes, type TraceParent } from '../../domain/telemetry.ts';
import type { TraceSettings } from './settings.ts';

export type SpanRole = 'server' | 'client' | 'internal' | 'consumer';

export interface SpanBeginning {
  readonly role: SpanRole;
  readonly attributes: SpanAttributes;
  /** Whose child it is, of another process or of a time ago; without it a child of the span that it begins in. */
  readonly parent?: TraceParent | null;
  /** When it began, in milliseconds since the epoch; now by default. */
  readonly at?: number;
}

export interface OpenSpan {
  /** What `work` begins, however long after, is a child of this span while it is open. */
  run<T>(work: () => T): T;
  /** `failed`: through our own or a provider's fault. */
  end(attributes: SpanAttributes, failed: boolean): void;
}

interface Running {
  readonly span: Span;
  ended: boolean;
}

export interface Tracing {
  begin(name: string, beginning: SpanBeginning): OpenSpan;
  /** As `Telemetry.trace`. */
  current(): string | null;
  /** Sends what is left, as long as `within` milliseconds allow. */
  close(within: number): Promise<void>;
}

/** A collector that is slow or away costs this much memory and no time: what does not fit is dropped. */
const mostSpans = 4_096;
const batch = {
  maxQueueSize: mostSpans,
  maxExportBatchSize: 512,
  scheduledDelayMillis: 1_000,
  exportTimeoutMillis: 5_000,
};

const kinds: Readonly<Record<SpanRole, SpanKind>> = {
  server: SpanKind.SERVER,
  client: SpanKind.CLIENT,
  internal: SpanKind.INTERNAL,
  consumer: SpanKind.CONSUMER,
};

/** @param exported told of each batch: whether the collector took it */
export function createTracing(
  settings: TraceSettings & { readonly version: string },
  exported: (taken: boolean) => void,
): Tracing {
  const exporter = reporting(
    new OTLPTraceExporter({
      url: settings.url,
      headers: { ...settings.headers },
      timeoutMillis: batch.exportTimeoutMillis,
      concurrencyLimit: mostSpans / batch.maxExportBatchSize,
    }),
    exported,
  );
  const provider = new TracerProvider({
    // No detectors: the machine's name, its user and the command line are nobody's business.
    resource: resourceFromAttributes({
      [ATTR_SERVICE_NAME]: settings.serviceName,
      [ATTR_SERVICE_VERSION]: settings.version,
      'service.instance.id': randomUUID(),
    }),
    sampler: new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(settings.ratio) }),
    spanLimits: { attributeValueLengthLimit: 256, attributeCountLimit: 32, eventCountLimit: 0, linkCountLimit: 0 },
    spanProcessors: [new BatchSpanProcessor({ exporter, ...batch })],
  });
  const tracer = provider.getTracer('meridian', settings.version);
  // OpenTelemetry's own active context is one for the whole process; this is one for each node, also where two share a process.
  const active = new AsyncLocalStorage<Running>();
  /** A timer or a loop that was begun in a request and outlives it is no part of it. */
  const open = (): Span | null => {
    const running = active.getStore();
    return running === undefined || running.ended ? null : running.span;
  };

  return {
    begin(name, { role, attributes, parent, at }) {
      const within = parent == null ? open() : remote(parent);
      const span = tracer.startSpan(
        name,
        { kind: kinds[role], attributes: { ...attributes }, ...(at === undefined ? {} : { startTime: at }) },
        within === null ? ROOT_CONTEXT : trace.setSpan(ROOT_CONTEXT, within),
      );
      const running: Running = { span, ended: false };
      return {
        run: (work) => active.run(running, work),
        end(more, failed) {
          running.ended = true;
          span.setAttributes({ ...more });
          if (failed) span.setStatus({ code: SpanStatusCode.ERROR });
          span.end();
        },
      };
    },
    current() {
      const span = open();
      if (span?.isRecording() !== true) return null;
      const { traceId, spanId } = span.spanContext();
      return formatTraceParent({ traceId, spanId, sampled: true });
    },
    async close(within) {
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<void>((resolve) => {
        timer = setTimeout(resolve, within);
      });
      await Promise.race([provider.shutdown().catch(() => undefined), late]);
      clearTimeout(timer);
    },
  };
}

function remote({ traceId, spanId, sampled }: TraceParent): Span {
  return trace.wrapSpanContext({
    traceId,
    spanId,
    traceFlags: sampled ? TraceFlags.SAMPLED : TraceFlags.NONE,
    isRemote: true,
  });
}

/** An exporter that says how each batch ended. */
function reporting(exporter: OTLPTraceExporter, exported: (taken: boolean) => void): SpanExporter {
  return {
    export(spans, done) {
      exporter.export(spans, (result) => {
        // 0 is ExportResultCode.SUCCESS, which the SDK's types keep to themselves.
        exported(result.code === 0);
        done(result);
      });
    },
    forceFlush: () => exporter.forceFlush(),
    shutdown: () => exporter.shutdown(),
  };
}
