import { monitorEventLoopDelay } from 'node:perf_hooks';
import { collectDefaultMetrics, Counter, Gauge, register, type Registry } from 'prom-client';
import type { GraphqlPorts } from '../api/context.ts';

/** Milliseconds between two checks of the event loop. Shorter delays do no harm. */
const resolutionMs = 10;

/** Each is the sum of another gauge of prom-client, which counts by type. `_total` is for counters only. */
const gaugesNamedAsCounters = [
  'nodejs_active_handles_total',
  'nodejs_active_requests_total',
  'nodejs_active_resources_total',
];

const percentiles = { '0.5': 50, '0.99': 99, '1': 100 } as const;

/** Adds to prom-client's global registry, which every server serves too. Call it once: the observers run until the process ends. */
export function observeProcess(version: string): void {
  collectDefaultMetrics();
  for (const name of gaugesNamedAsCounters) register.removeSingleMetric(name);
  const delay = monitorEventLoopDelay({ resolution: resolutionMs });
  delay.enable();
  new Gauge({
    name: 'live_ledger_event_loop_delay_seconds',
    help: 'By how much the event loop of the main thread was late since the last scrape: median, 99th percentile, maximum.',
    // Not `quantile`: that label belongs to summaries.
    labelNames: ['percentile'],
    collect() {
      for (const [percentile, value] of Object.entries(percentiles)) {
        // The delay is in nanoseconds and includes the time between two checks. It is 0 right after a scrape.
        this.set({ percentile }, Math.max(0, delay.percentile(value) / 1e9 - resolutionMs / 1_000));
      }
      delay.reset();
    },
  });
  new Gauge({
    name: 'live_ledger_build_info',
    help: 'Always 1; the labels are the versions of the product and of Node.',
    labelNames: ['version', 'node_version'],
  }).set({ version, node_version: process.version }, 1);
}

/** A name that ends in `_total` makes a counter. */
interface Asked {
  readonly name: string;
  readonly help: string;
  readonly labelNames?: readonly string[];
}

type Values = Iterable<readonly [labels: Readonly<Record<string, string>>, value: number]>;

/** Registers a metric whose values are computed at each scrape. */
export function askAtScrape(
  registry: Registry,
  { name, help, labelNames = [] }: Asked,
  values: () => number | Values | Promise<number | Values>,
): void {
  const collect = async (metric: Counter | Gauge) => {
    const all = await values();
    metric.reset();
    for (const [labels, value] of typeof all === 'number' ? ([[{}, all]] as const) : all) metric.inc(labels, value);
  };
  const Kind = name.endsWith('_total') ? Counter : Gauge;
  const metric: Counter | Gauge = new Kind({
    name: `live_ledger_${name}`,
    help,
    labelNames,
    registers: [registry],
    collect: () => collect(metric),
  });
}

const projected = {
  events: 'Events of the log that were projected since the start.',
  callbacks: 'First deliveries of callbacks among them.',
  redeliveries: 'Redeliveries of callbacks among them.',
  poisoned: 'Events among them that could not be projected and were skipped.',
  damaged: 'Events among those that were skipped because they are not what was recorded.',
} as const;

/** Registers the lag and the counts of the projector. */
export function observeProjection(registry: Registry, progress: () => GraphqlPorts['progress']): void {
  const lag = () =>
    progress()
      .lag()
      .catch(() => ({ events: NaN, ms: NaN }));
  const events = 'Events of the log that are not projected yet. NaN where the log cannot be read.';
  const age = 'Age of the oldest event that is not projected yet; 0 where there is none.';
  const stalled = '1 while the projector cannot write and retries, else 0.';
  askAtScrape(registry, { name: 'projection_lag_events', help: events }, async () => (await lag()).events);
  askAtScrape(registry, { name: 'projection_lag_seconds', help: age }, async () => (await lag()).ms / 1_000);
  askAtScrape(registry, { name: 'projector_stalled', help: stalled }, () =>
    progress().stalledBecause() === null ? 0 : 1,
  );
  for (const [name, help] of Object.entries(projected) as [keyof typeof projected, string][]) {
    askAtScrape(registry, { name: `projection_${name}_total`, help }, () => progress().counts()[name]);
  }
}
