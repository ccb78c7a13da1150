import { Counter, Gauge, type Registry } from 'prom-client';
import type { GraphqlPorts } from '../../graphql/context.ts';

type Progress = GraphqlPorts['progress'];

/** Returns what is to be awaited before the registry is read: one look at the projector for all of its figures. */
export function observeProjection(registry: Registry, projection: Progress): () => Promise<void> {
  const registers = [registry];
  const lagEvents = new Gauge({
    name: 'live_ledger_projection_lag_events',
    help: 'Events of the log that are not projected yet. NaN where the log can not be asked.',
    registers,
  });
  const lagSeconds = new Gauge({
    name: 'live_ledger_projection_lag_seconds',
    help: 'Age of the oldest event that is not projected yet; 0 where there is none.',
    registers,
  });
  const stalled = new Gauge({
    name: 'live_ledger_projector_stalled',
    help: '1 while the projector can not write and tries again, else 0.',
    registers,
  });
  const countOf = (name: keyof ReturnType<Progress['counts']>, help: string) =>
    [name, new Counter({ name: `live_ledger_projection_${name}_total`, help, registers })] as const;
  const counters = [
    countOf('events', 'Events of the log that were projected since the start.'),
    countOf('callbacks', 'Callbacks among them that came for the first time.'),
    countOf('redeliveries', 'Callbacks among them that had come before.'),
    countOf('poisoned', 'Events among them that could not be projected and were passed over.'),
  ];
  return async () => {
    const lag = await projection.lag().catch(() => ({ events: NaN, ms: NaN }));
    lagEvents.set(lag.events);
    lagSeconds.set(lag.ms / 1_000);
    stalled.set(projection.stalledBecause() === null ? 0 : 1);
    const counts = projection.counts();
    for (const [name, counter] of counters) {
      counter.reset();
      counter.inc(counts[name]);
    }
  };
}
