import { Counter, Gauge, type Registry } from 'prom-client';
import type { StorageStatus } from '../probes/readiness.ts';

/** Returns a function to call before each scrape, which updates the metrics; null, and no metrics, without a spool. */
export function observeSpool(registry: Registry, recording: StorageStatus): (() => void) | null {
  if (recording.spooled() === null) return null;
  const registers = [registry];
  const gauge = (name: string, help: string) => new Gauge({ name: `live_ledger_spool_${name}`, help, registers });
  const events = gauge('events', 'Events in the spool that wait to be appended to the log.');
  const bytes = gauge('bytes', 'Bytes of their data and metadata.');
  const oldest = gauge('oldest_age_seconds', 'Age of the oldest of them; 0 where none waits.');
  const refused = gauge('refused_events', 'Events in the spool that the log refuses for good.');
  const counter = (name: string, help: string) =>
    new Counter({ name: `live_ledger_spool_${name}_total`, help, registers });
  const kept = counter('kept', 'Events that were made durable in the spool since the start.');
  const drained = counter('drained', 'Events that were appended from the spool to the log since the start.');
  return () => {
    const figures = recording.spooled();
    if (figures === null) return;
    events.set(figures.events);
    bytes.set(figures.bytes);
    oldest.set(figures.oldestAgeMs / 1_000);
    refused.set(figures.eventsRefused);
    for (const [metric, total] of [
      [kept, figures.eventsSpooledTotal],
      [drained, figures.eventsDrainedTotal],
    ] as const) {
      metric.reset();
      metric.inc(total);
    }
  };
}
