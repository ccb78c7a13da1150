import type { EventStore } from '../log/event-store.ts';
import type { Quarantine } from '../quarantine/keeping/quarantine-log.ts';
import { startQuarantineRetention } from '../quarantine/keeping/retention.ts';
import type { OutageRecord } from '../outages/outage-record.ts';
import { observeQuarantine } from '../recorder/recorder-metrics.ts';
import { createReceiver, type Receiver } from '../recorder/receiver.ts';
import type { RecordingOptions } from './recording.ts';

export interface ReceivingParts {
  readonly append: EventStore['append'];
  readonly quarantine: Quarantine;
  readonly outages: OutageRecord;
}

/** Opens the receiver of callbacks, and quarantine retention, for every kind of log. */
export function openReceiver(parts: ReceivingParts, options: RecordingOptions): Receiver {
  const { append, quarantine, outages } = parts;
  const { quarantineBounds, authenticity, clock, logger, metrics, rejections, closing } = options;
  observeQuarantine(metrics.figures, quarantine);
  closing.add('quarantine', () => quarantine.close());
  const retention = startQuarantineRetention({
    quarantine,
    everyMs: quarantineBounds.retentionEveryMs,
    clock,
    logger,
  });
  closing.add('quarantine retention', () => retention.stop());
  return createReceiver({
    store: { append },
    quarantine,
    authenticity,
    clock,
    rejections,
    onOutcome(outcome) {
      metrics.received(outcome);
      outages.noteStored();
    },
    onNotStored: (cause) => outages.noteNotStored(cause),
  });
}
