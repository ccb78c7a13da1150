import type { Quarantine, DecidedBefore } from '../callbacks/quarantine.ts';
import { startQuarantineSweeping } from '../callbacks/quarantine-sweeping.ts';
import { createReceiver, type Receiver } from '../callbacks/receiver.ts';
import type { EventStore } from '../event-store/event-store.ts';
import type { NodeOptions } from './node.ts';

export interface ReceivingParts {
  readonly append: EventStore['append'];
  readonly quarantine: Quarantine;
  readonly decidedBefore: DecidedBefore;
}

/** Takes callbacks: the same with every log. */
export function openReceiving({ append, quarantine, decidedBefore }: ReceivingParts, options: NodeOptions): Receiver {
  const { quarantineBounds, authenticity, clock, logger, metrics, closing } = options;
  const sweeping = startQuarantineSweeping({
    quarantine,
    decidedBefore,
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
  return receiver;
}
