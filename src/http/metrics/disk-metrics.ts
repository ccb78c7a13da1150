import { Gauge, type Registry } from 'prom-client';
import type { DiskSpace } from '../../kernel/disk-space.ts';

/** Registers what is left on the disk of DATA_DIR, which is measured at each scrape. */
export function observeDisk(registry: Registry, disk: () => DiskSpace): void {
  const gauge = (name: string, help: string, value: (space: DiskSpace) => number) =>
    new Gauge({
      name: `live_ledger_disk_${name}_bytes`,
      help,
      registers: [registry],
      collect() {
        this.set(value(disk()));
      },
    });
  gauge('free', 'Bytes that may still be written on the disk of DATA_DIR.', ({ freeBytes }) => freeBytes);
  gauge(
    'reserve',
    'Bytes of them that are kept for callbacks: projection pauses before.',
    ({ reserveBytes }) => reserveBytes,
  );
}
