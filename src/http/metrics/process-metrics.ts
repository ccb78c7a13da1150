import { monitorEventLoopDelay } from 'node:perf_hooks';
import { collectDefaultMetrics, Gauge } from 'prom-client';

/** Milliseconds between two checks of the event loop: a shorter delay harms nobody. */
const resolutionMs = 10;

const percentiles = { '0.5': 50, '0.99': 99, '1': 100 } as const;

/** Uses prom-client's global registry, which every server serves too. Once a process: observers run until it ends. */
export function observeProcess(version: string): void {
  collectDefaultMetrics();
  const delay = monitorEventLoopDelay({ resolution: resolutionMs });
  delay.enable();
  new Gauge({
    name: 'live_ledger_event_loop_delay_seconds',
    help: 'By how much the event loop of the main thread was late since the last scrape: median, 99th percentile, maximum.',
    labelNames: ['quantile'],
    collect() {
      for (const [quantile, percentile] of Object.entries(percentiles)) {
        // In nanoseconds, and with the time between two checks; 0 right after a scrape.
        this.set({ quantile }, Math.max(0, delay.percentile(percentile) / 1e9 - resolutionMs / 1_000));
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
