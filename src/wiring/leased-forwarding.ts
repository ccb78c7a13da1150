import { noForwarding, type ForwardingControl } from '../domain/forwarding/forwarding-control.ts';
import type { EventStoreDbAppender } from '../event-store/eventstoredb/append/appender.ts';
import { openLeasedForwarding } from '../forwarding/lease/leased-forwarding.ts';
import { observeForwarding } from '../http/metrics/forwarding-metrics.ts';
import { version } from '../version.ts';
import type { NodeOptions } from './node.ts';
import type { ReplicaLog } from './replica-log.ts';

/** Forwards from a query node's copy of the log to each target whose lease it has, if there are any targets. */
export function openReplicaForwarding(
  store: EventStoreDbAppender,
  replica: ReplicaLog,
  { forward, leaseTimes: times, clock, logger, metrics, closing }: NodeOptions,
): ForwardingControl {
  if (forward.targets.length === 0) return noForwarding;
  const forwarding = openLeasedForwarding({
    ...forward,
    store,
    log: () => replica.wholeCopy()?.reader ?? null,
    isCopied: () => replica.brokenBecause() === null,
    times,
    userAgent: `live-ledger/${version}`,
    clock,
    logger,
  });
  closing.add('forwarding', () => forwarding.close());
  observeForwarding(metrics.registry, forwarding.control);
  return forwarding.control;
}
