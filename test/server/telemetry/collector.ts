/** A collector of OTLP over HTTP in JSON, as an operator has one: it keeps what it was sent. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Loose } from '../../setup/graph.ts';

export interface CollectedSpan {
  readonly traceId: string;
  readonly spanId: string;
  /** Empty of the first of a trace. */
  readonly parentSpanId: string;
  readonly name: string;
  readonly attributes: Readonly<Record<string, string | number | boolean>>;
  readonly failed: boolean;
  /** `service.instance.id`: which node sent it. */
  readonly node: string;
  readonly resource: Readonly<Record<string, string | number | boolean>>;
}

export interface Collector {
  readonly endpoint: string;
  readonly spans: CollectedSpan[];
  /** All that came, as it came: headers and bodies. */
  readonly received: string[];
  /** How it answers from now on; `hang` never. */
  answer: 'take' | 'refuse' | 'hang';
  requests: number;
  close(): Promise<void>;
}

export async function startCollector(): Promise<Collector> {
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      collector.requests++;
      if (collector.answer === 'hang') return;
      if (collector.answer === 'refuse') {
        response.statusCode = 400;
        response.end();
        return;
      }
      const body = Buffer.concat(parts).toString();
      collector.received.push(JSON.stringify(request.headers), request.url ?? '', body);
      collector.spans.push(...spansOf(JSON.parse(body) as Loose));
      response.setHeader('content-type', 'application/json');
      response.end('{}');
    });
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const { port } = server.address() as AddressInfo;
  const collector: Collector = {
    endpoint: `http://127.0.0.1:${port}`,
    spans: [],
    received: [],
    answer: 'take',
    requests: 0,
    async close() {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
  return collector;
}

function spansOf(body: Loose): CollectedSpan[] {
  return body.resourceSpans.flatMap(({ resource, scopeSpans }: Loose) =>
    scopeSpans.flatMap(({ spans }: Loose) =>
      spans.map(
        (span: Loose): CollectedSpan => ({
          traceId: span.traceId,
          spanId: span.spanId,
          parentSpanId: span.parentSpanId ?? '',
          name: span.name,
          attributes: valuesOf(span.attributes),
          failed: span.status?.code === 2,
          node: String(valuesOf(resource.attributes)['service.instance.id']),
          resource: valuesOf(resource.attributes),
        }),
      ),
    ),
  );
}

function valuesOf(attributes: Loose): Record<string, string | number | boolean> {
  return Object.fromEntries(
    (attributes ?? []).map(({ key, value }: Loose) => [key, Object.values(value)[0] as string | number | boolean]),
  );
}
