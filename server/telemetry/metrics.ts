/** The metrics of metric-table.ts, kept by prom-client: loaded only where somebody is to read them. */
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import { type LabelValues, type Metric, type MetricKey, metrics } from './metric-table.ts';

export type Labels = Readonly<Record<string, string | number>>;

export interface Metrics {
  observe(key: MetricKey, labels: Labels, value: number): void;
  count(key: MetricKey, labels: Labels, by?: number): void;
  /** Sets a gauge's series, all of them: one that is not named is not there any more. */
  set(key: MetricKey, series: readonly { readonly labels: Labels; readonly value: number }[]): void;
  /** In Prometheus's text format. */
  text(): Promise<string>;
  readonly contentType: string;
}

type Kept = { readonly known: (labels: Labels) => Record<string, string> } & (
  | { readonly kind: 'histogram'; readonly instrument: Histogram }
  | { readonly kind: 'counter'; readonly instrument: Counter }
  | { readonly kind: 'gauge'; readonly instrument: Gauge }
);

export function createMetrics(): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const kept = new Map<MetricKey, Kept>(
    Object.entries(metrics).map(([key, metric]) => [key as MetricKey, keep(metric, registry)]),
  );
  const of = <Kind extends Kept['kind']>(key: MetricKey, kind: Kind): Extract<Kept, { kind: Kind }> => {
    const found = kept.get(key);
    if (found?.kind !== kind) throw new TypeError(`expected a ${kind}, got ${key}`);
    return found as Extract<Kept, { kind: Kind }>;
  };
  return {
    observe(key, labels, value) {
      const { instrument, known } = of(key, 'histogram');
      instrument.observe(known(labels), value);
    },
    count(key, labels, by = 1) {
      const { instrument, known } = of(key, 'counter');
      instrument.inc(known(labels), by);
    },
    set(key, series) {
      const { instrument, known } = of(key, 'gauge');
      clear(metrics[key], instrument);
      for (const { labels, value } of series) instrument.set(known(labels), value);
    },
    text: () => registry.metrics(),
    contentType: registry.contentType,
  };
}

function keep(metric: Metric, registry: Registry): Kept {
  const { name, help } = metric;
  const options = { name, help, labelNames: Object.keys(metric.labels), registers: [registry] };
  const known = bounded(metric.labels);
  if (metric.kind === 'counter') return { kind: 'counter', known, instrument: new Counter(options) };
  if (metric.kind === 'gauge') {
    const instrument = new Gauge(options);
    clear(metric, instrument);
    return { kind: 'gauge', known, instrument };
  }
  const buckets = { buckets: [...(metric.buckets ?? [])] };
  return { kind: 'histogram', known, instrument: new Histogram({ ...options, ...buckets }) };
}

/** One without labels would be 0 where nothing is known of it. */
function clear({ labels }: Metric, gauge: Gauge): void {
  gauge.reset();
  if (Object.keys(labels).length === 0) gauge.remove();
}

/** Makes whatever comes one of the label's values. */
function bounded(labels: Readonly<Record<string, LabelValues>>): (given: Labels) => Record<string, string> {
  const names = Object.entries(labels).map(([name, values]) => ({
    name,
    values: new Set(typeof values === 'number' ? [] : values),
    room: typeof values === 'number' ? values : 0,
  }));
  return (given) => {
    const known: Record<string, string> = {};
    for (const { name, values, room } of names) {
      const value = String(given[name] ?? 'other');
      if (values.size < room) values.add(value);
      known[name] = values.has(value) ? value : 'other';
    }
    return known;
  };
}
