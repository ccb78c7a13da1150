import { monitorEventLoopDelay } from 'node:perf_hooks';
import { collectDefaultMetrics, Gauge, register } from 'prom-client';

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
