import { monitorEventLoopDelay } from 'node:perf_hooks';
import { Counter, Gauge, type Registry } from 'prom-client';

/** Milliseconds between two looks at the event loop: what is shorter delays nobody. */
const loopResolutionMs = 10;

const quantiles = { '0.5': 50, '0.99': 99, '1': 100 } as const;

export interface ProcessFigures {
  readonly version: string;
  readonly connectionsOpen: () => number;
}

/**
 * What runs, and how it fares: how long the event loop stands, and figures under the names that Prometheus' own clients
 * give them. Returns how to end the watch on the event loop.
 */
export function observeProcess(registry: Registry, { version, connectionsOpen }: ProcessFigures): () => void {
  const registers = [registry];
  const loop = monitorEventLoopDelay({ resolution: loopResolutionMs });
  loop.enable();
  new Gauge({
    name: 'live_ledger_event_loop_delay_seconds',
    help: 'By how much the event loop of the serving thread was late since the last scrape: half of the looks, 99 of 100, the worst.',
    labelNames: ['quantile'],
    registers,
    collect() {
      for (const [quantile, percentile] of Object.entries(quantiles)) {
        // The histogram holds the whole time between two looks, in nanoseconds; nothing right after a scrape.
        this.set({ quantile }, Math.max(0, loop.percentile(percentile) / 1e9 - loopResolutionMs / 1_000));
      }
      loop.reset();
    },
  });
  new Counter({
    name: 'process_cpu_seconds_total',
    help: 'CPU time of the process, all of its threads.',
    registers,
    collect() {
      const { user, system } = process.cpuUsage();
      this.reset();
      this.inc((user + system) / 1_000_000);
    },
  });
  new Gauge({
    name: 'process_resident_memory_bytes',
    help: 'Memory of the process in use.',
    registers,
    collect() {
      this.set(process.memoryUsage.rss());
    },
  });
  new Gauge({
    name: 'process_start_time_seconds',
    help: 'When the process began, in seconds since 1970.',
    registers,
  }).set(Math.round(performance.timeOrigin / 1_000));
  new Gauge({
    name: 'live_ledger_connections_open',
    help: 'Connections to the HTTP port that are open.',
    registers,
    collect() {
      this.set(connectionsOpen());
    },
  });
  new Gauge({
    name: 'live_ledger_build_info',
    help: 'Always 1; the labels say what runs.',
    labelNames: ['version', 'node_version'],
    registers,
  }).set({ version, node_version: process.version }, 1);
  return () => {
    loop.disable();
  };
}
