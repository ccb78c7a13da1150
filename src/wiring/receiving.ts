import type { Quarantine } from '../quarantine/quarantine.ts';
import type { KnownDecisions } from '../quarantine/removal.ts';
import { startQuarantineRetention } from '../quarantine/retention.ts';
import type { OutageRecord } from '../recorder/outage-record.ts';
import { createReceiver, type Receiver } from '../recorder/receiver.ts';
import type { EventStore } from '../event-store/event-store.ts';
import { observeQuarantine } from '../http/metrics/asked-metrics.ts';
import type { Notifications } from '../kernel/notifier.ts';
import type { NodeOptions } from './node.ts';

export interface ReceivingParts {
  readonly append: EventStore['append'];
  readonly quarantine: Quarantine;
  /** Called at each run of retention. */
  readonly decisions: () => KnownDecisions;
  /** Notified when decisions can be read, or the log may have quarantined events other than those counted. */
  readonly quarantineChanged: Notifications;
  readonly outages: OutageRecord;
}

/** Opens the receiver of callbacks, and quarantine retention, for every kind of log. */
export function openReceiver(parts: ReceivingParts, options: NodeOptions): Receiver {
  const { append, quarantine, decisions, quarantineChanged, outages } = parts;
  const { quarantineBounds, authenticity, clock, logger, metrics, closing } = options;
  observeQuarantine(metrics.registry, quarantine, quarantineBounds);
  const retention = startQuarantineRetention({
    quarantine,
    decisions,
    changed: quarantineChanged,
    everyMs: quarantineBounds.retentionEveryMs,
    clock,
    logger,
  });
  closing.add('quarantine retention', () => retention.stop());
  const receiver = createReceiver({
    store: { append },
    quarantine,
    authenticity,
    clock,
    logger,
    onQuarantineFull: () => retention.makeRoom(),
    onOutcome(outcome) {
      metrics.received(outcome);
      outages.noteStored();
    },
    onNotStored: (cause) => outages.noteNotStored(cause),
  });
  closing.add('receiver', () => receiver.close());
  return receiver;
}
