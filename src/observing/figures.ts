/** A metric as data: what this process and its reader exchange, and what a scrape prints. The names are Prometheus's. */
export interface MetricFamily {
  readonly name: string;
  readonly help: string;
  readonly type: string;
  readonly values: readonly MetricValue[];
}

/** One sample of a metric. */
export interface MetricValue {
  readonly labels: Readonly<Partial<Record<string, string | number>>>;
  readonly value: number;
  /** Of a histogram: the name with its suffix. */
  readonly metricName?: string;
}

/** Labels and values of a metric that is computed at each scrape. */
export type Computed = number | Iterable<readonly [labels: Readonly<Record<string, string>>, value: number]>;

/**
 * The figures of the recorder: plain numbers, because they change with each callback. Without a package, so that nothing of
 * one is loaded before the first callback is taken.
 */
export class Figures {
  private readonly read: (() => MetricFamily)[] = [];

  /** A counter whose label has these values only. A rate needs a first sample, so each begins at 0. */
  counter<Value extends string>(name: string, help: string, label: string, values: readonly Value[]) {
    const counts = new Map<Value, number>(values.map((value) => [value, 0]));
    this.compute(`${name}_total`, help, () =>
      [...counts].map(([value, count]) => [{ [label]: value }, count] as const),
    );
    return (value: Value) => void counts.set(value, (counts.get(value) ?? 0) + 1);
  }

  /** A counter without labels. */
  count(name: string, help: string): () => void {
    let count = 0;
    this.compute(`${name}_total`, help, () => count);
    return () => void (count += 1);
  }

  /** `bounds` are the upper bounds of the buckets, ascending. */
  histogram(name: string, help: string, bounds: readonly number[]): (value: number) => void {
    // One more for what is above all bounds.
    const counts = new Array<number>(bounds.length + 1).fill(0);
    let sum = 0;
    const full = `live_ledger_${name}`;
    this.read.push(() => {
      let upTo = 0;
      const buckets = counts.map((count, index) => {
        upTo += count;
        return { labels: { le: bounds[index] ?? '+Inf' }, value: upTo, metricName: `${full}_bucket` };
      });
      const total = { labels: {}, value: upTo, metricName: `${full}_count` };
      return {
        name: full,
        help,
        type: 'histogram',
        values: [...buckets, { labels: {}, value: sum, metricName: `${full}_sum` }, total],
      };
    });
    return (value) => {
      const index = bounds.findIndex((bound) => value <= bound);
      const bucket = index === -1 ? bounds.length : index;
      counts[bucket] = (counts[bucket] ?? 0) + 1;
      sum += value;
    };
  }

  /** A metric whose values are computed at each scrape. A name that ends in `_total` makes a counter. */
  compute(name: string, help: string, values: () => Computed): void {
    this.computeAs(`live_ledger_${name}`, help, values);
  }

  /** The same with the whole name, of a metric that is not ours alone. */
  computeAs(name: string, help: string, values: () => Computed): void {
    this.read.push(() => {
      const computed = values();
      const all = typeof computed === 'number' ? [[{}, computed] as const] : [...computed];
      const type = name.endsWith('_total') ? 'counter' : 'gauge';
      return { name, help, type, values: all.map(([labels, value]) => ({ labels, value })) };
    });
  }

  families(): MetricFamily[] {
    return this.read.map((family) => family());
  }
}

/**
 * The text of a scrape (Prometheus's exposition format 0.0.4). What several processes count under the same name and labels
 * adds up.
 */
export function writeFamilies(families: readonly MetricFamily[]): string {
  const byName = new Map<string, MetricFamily>();
  for (const family of families) {
    const known = byName.get(family.name);
    byName.set(family.name, known ? { ...known, values: [...known.values, ...family.values] } : family);
  }
  return [...byName.values()].map(writeFamily).join('\n');
}

/** The media type of Prometheus’s text format, which is sent with `/metrics`. */
export const metricsContentType = 'text/plain; version=0.0.4; charset=utf-8';

function writeFamily({ name, help, type, values }: MetricFamily): string {
  const samples = new Map<string, number>();
  for (const { labels, value, metricName = name } of values) {
    const sample = `${metricName}${writeLabels(labels)}`;
    samples.set(sample, (samples.get(sample) ?? 0) + value);
  }
  const lines = [...samples].map(([sample, value]) => `${sample} ${writeValue(value)}\n`);
  return `# HELP ${name} ${help.replaceAll('\\', '\\\\').replaceAll('\n', '\\n')}\n# TYPE ${name} ${type}\n${lines.join('')}`;
}

function writeLabels(labels: MetricValue['labels']): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escapeLabel(String(value))}"`);
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
}

function escapeLabel(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('"', '\\"');
}

function writeValue(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  return Math.abs(value) === Infinity ? (value > 0 ? '+Inf' : '-Inf') : String(value);
}
