import { Counter, Gauge, type Registry } from 'prom-client';
import type { GraphqlPorts } from '../../graphql/context.ts';

type Progress = GraphqlPorts['progress'];

/** Registers the metrics of the projector. The function it returns updates them; await it before each scrape. */
export function observeProjection(registry: Registry, progressNow: () => Progress): () => Promise<void> {
  const registers = [registry];
  const lagEvents = new Gauge({
    name: 'live_ledger_projection_lag_events',
    help: 'Events of the log that are not projected yet. NaN where the log cannot be read.',
    registers,
  });
  const lagSeconds = new Gauge({
    name: 'live_ledger_projection_lag_seconds',
    help: 'Age of the oldest event that is not projected yet; 0 where there is none.',
    registers,
  });
  const stalled = new Gauge({
    name: 'live_ledger_projector_stalled',
    help: '1 while the projector cannot write and retries, else 0.',
    registers,
  });
  const countOf = (name: keyof ReturnType<Progress['counts']>, help: string) =>
    [name, new Counter({ name: `live_ledger_projection_${name}_total`, help, registers })] as const;
  const counters = [
    countOf('events', 'Events of the log that were projected since the start.'),
    countOf('callbacks', 'First deliveries of callbacks among them.'),
    countOf('redeliveries', 'Redeliveries of callbacks among them.'),
    countOf('poisoned', 'Events among them that could not be projected and were skipped.'),
    countOf('damaged', 'Events among those that were skipped because they are not what was recorded.'),
  ];
  return async () => {
    const progress = progressNow();
    const lag = await progress.lag().catch(() => ({ events: NaN, ms: NaN }));
    lagEvents.set(lag.events);
    lagSeconds.set(lag.ms / 1_000);
    stalled.set(progress.stalledBecause() === null ? 0 : 1);
    const counts = progress.counts();
    for (const [name, counter] of counters) {
      counter.reset();
      counter.inc(counts[name]);
    }
  };
}
