import type { Quarantine } from '../quarantine/quarantine.ts';
import type { KnownDecisions } from '../quarantine/removal.ts';
import { startQuarantineRetention } from '../quarantine/retention.ts';
import { createReceiver, type Receiver } from '../receiving/receiver.ts';
import type { EventStore } from '../event-store/event-store.ts';
import { observeQuarantine } from '../http/metrics/quarantine-metrics.ts';
import type { NodeOptions } from './node.ts';

export interface ReceivingParts {
  readonly append: EventStore['append'];
  readonly quarantine: Quarantine;
  readonly decisions: KnownDecisions;
}

export interface Receiving {
  readonly receiver: Receiver;
  /** Something in quarantine was decided. */
  decided(): void;
}

/** Takes callbacks: the same with every log. */
export function openReceiving({ append, quarantine, decisions }: ReceivingParts, options: NodeOptions): Receiving {
  const { quarantineBounds, authenticity, clock, logger, metrics, closing } = options;
  observeQuarantine(metrics.registry, { quarantine, bounds: quarantineBounds });
  const sweeping = startQuarantineRetention({
    quarantine,
    decisions,
    everyMs: quarantineBounds.sweepEveryMs,
    clock,
    logger,
  });
  closing.push(() => sweeping.stop());
  const receiver = createReceiver({
    store: { append },
    quarantine,
    authenticity,
    clock,
    logger,
    onShareUsedUp: () => {
      sweeping.makeRoom();
    },
    onOutcome: metrics.received,
  });
  closing.push(() => {
    receiver.close();
  });
  return {
    receiver,
    decided: () => {
      sweeping.decided();
    },
  };
}
