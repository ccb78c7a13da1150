import { Gauge, type Registry } from 'prom-client';
import type { QuarantineBounds } from '../../quarantine/share.ts';
import type { Quarantine } from '../../quarantine/quarantine.ts';

export interface QuarantineToObserve {
  readonly quarantine: Pick<Quarantine, 'usage'>;
  readonly bounds: Pick<QuarantineBounds, 'shares'>;
}

/** Registers how full the share of each reason is; callbacks beyond it are refused. */
export function observeQuarantine(registry: Registry, { quarantine, bounds }: QuarantineToObserve): void {
  const reasons = Object.keys(bounds.shares) as (keyof typeof bounds.shares)[];
  const gauge = (name: string, help: string, valueOf: (reason: (typeof reasons)[number]) => number) =>
    new Gauge({
      name: `live_ledger_quarantine_${name}`,
      help,
      labelNames: ['reason'],
      registers: [registry],
      collect() {
        for (const reason of reasons) this.set({ reason }, valueOf(reason));
      },
    });
  gauge('events', 'Callbacks in quarantine, also those already decided.', (reason) => quarantine.usage(reason).events);
  gauge('events_max', 'Callbacks that may be in quarantine.', (reason) => bounds.shares[reason].eventsMax);
  gauge('bytes', 'Bytes of bodies and metadata in quarantine.', (reason) => quarantine.usage(reason).bytes);
  gauge('bytes_max', 'Bytes that may be in quarantine.', (reason) => bounds.shares[reason].bytesMax);
}
