import { Counter, Gauge, type Registry } from 'prom-client';
import type { GraphqlPorts } from '../../graphql/context.ts';
import type { DiskSpace } from '../../kernel/disk.ts';
import type { Quarantine } from '../../quarantine/quarantine.ts';
import type { QuarantineBounds } from '../../quarantine/share.ts';
import type { StorageStatus } from '../probes/readiness.ts';

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

/** Registers the free and the reserved bytes on the disk of DATA_DIR. */
export function observeDisk(registry: Registry, disk: () => DiskSpace): void {
  const free = { name: 'disk_free_bytes', help: 'Bytes that may still be written on the disk of DATA_DIR.' };
  const reserve = 'Bytes of them that are kept for callbacks: projection pauses before.';
  askAtScrape(registry, free, () => disk().freeBytes);
  askAtScrape(registry, { name: 'disk_reserve_bytes', help: reserve }, () => disk().reserveBytes);
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

/** Registers the metrics of the spool, if there is one. */
export function observeSpool(registry: Registry, recording: StorageStatus): void {
  const figures = recording.spooled();
  if (figures === null) return;
  type Figures = typeof figures;
  const ask = (name: string, help: string, valueOf: (figures: Figures) => number) =>
    askAtScrape(registry, { name: `spool_${name}`, help }, () => valueOf(recording.spooled() ?? figures));
  ask('events', 'Events in the spool that wait to be appended to the log.', ({ events }) => events);
  ask('bytes', 'Bytes of their data and metadata.', ({ bytes }) => bytes);
  ask('oldest_age_seconds', 'Age of the oldest of them; 0 where none waits.', ({ oldestAgeMs }) => oldestAgeMs / 1_000);
  ask('refused_events', 'Events in the spool that the log refuses for good.', ({ eventsRefused }) => eventsRefused);
  ask('kept_total', 'Events that were made durable in the spool since the start.', (all) => all.eventsSpooledTotal);
  ask(
    'drained_total',
    'Events that were appended from the spool to the log since the start.',
    (all) => all.eventsDrainedTotal,
  );
}

/** Registers how full each reason's share of the quarantine is. Callbacks beyond it are refused. */
export function observeQuarantine(
  registry: Registry,
  quarantine: Pick<Quarantine, 'usage'>,
  { shares }: Pick<QuarantineBounds, 'shares'>,
): void {
  const reasons = Object.keys(shares) as (keyof typeof shares)[];
  const ask = (name: string, help: string, valueOf: (reason: (typeof reasons)[number]) => number) =>
    askAtScrape(registry, { name: `quarantine_${name}`, help, labelNames: ['reason'] }, () =>
      reasons.map((reason) => [{ reason }, valueOf(reason)]),
    );
  ask('events', 'Callbacks in quarantine, also those already decided.', (reason) => quarantine.usage(reason).events);
  ask('events_max', 'Callbacks that may be in quarantine.', (reason) => shares[reason].eventsMax);
  ask('bytes', 'Bytes of bodies and metadata in quarantine.', (reason) => quarantine.usage(reason).bytes);
  ask('bytes_max', 'Bytes that may be in quarantine.', (reason) => shares[reason].bytesMax);
}
