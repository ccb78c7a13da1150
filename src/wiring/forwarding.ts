import { type ForwardingControl, noForwarding } from '../domain/forwarding/forwarding-control.ts';
import type { EventStore } from '../event-store/event-store.ts';
import { openForwarding } from '../forwarding/forwarding.ts';
import { openForwardingFile } from '../forwarding/sqlite/forwarding-file.ts';
import { observeForwarding } from '../http/metrics/forwarding-metrics.ts';
import { steadyClock } from '../kernel/clock.ts';
import { version } from '../version.ts';
import type { NodeOptions } from './node.ts';
import { openLeasedForwarding } from '../forwarding/lease/leased-forwarding.ts';
import type { NodeLease } from '../forwarding/lease/node-lease.ts';

/** Forwarding, and how callbacks are appended with it. */
export interface LogForwarding {
  readonly control: ForwardingControl;
  /** As that of the log. Where callbacks wait for the targets, it resolves once these have first answered. */
  readonly append: EventStore['append'];
}

/**
 * Sends what the log records on to the targets, if there are any.
 * @throws OperatorError - what is known of the targets can't be used
 */
export async function openLogForwarding(store: EventStore, options: NodeOptions): Promise<LogForwarding> {
  const append = store.append.bind(store);
  const { dataDir, forward, clock, logger, metrics, closing } = options;
  if (forward.targets.length === 0) return { control: noForwarding, append };
  const { logId, epoch } = store;
  const state = openForwardingFile(
    dataDir,
    { logId, epoch, endPosition: await store.endPosition() },
    {
      fileName: 'forwarding.sqlite',
      onLogChanged: () =>
        logger.warn({}, 'forwarding goes on in another log, or in an older copy: check what the targets have'),
    },
  );
  const forwarding = openForwarding({
    ...forward,
    log: store,
    state,
    userAgent: `live-ledger/${version}`,
    clock,
    logger,
  });
  closing.add('forwarding', () => forwarding.close());
  observeForwarding(metrics.registry, forwarding.control);
  const { waitMs = 0 } = forward;
  if (waitMs === 0) return { control: forwarding.control, append };
  return {
    control: forwarding.control,
    async append(...given) {
      const begunMs = steadyClock();
      const appended = await append(...given);
      await forwarding.firstAnswers(appended.position, waitMs - (steadyClock() - begunMs));
      return appended;
    },
  };
}

/** Forwards from a query node's copy of the log to each target whose lease it has, if there are any targets. */
export function openReplicaForwarding(
  node: NodeLease,
  { forward, clock, logger, metrics, closing }: NodeOptions,
): ForwardingControl {
  if (forward.targets.length === 0) return noForwarding;
  const forwarding = openLeasedForwarding({
    ...forward,
    node,
    userAgent: `live-ledger/${version}`,
    clock,
    logger,
  });
  closing.add('forwarding', () => forwarding.close());
  observeForwarding(metrics.registry, forwarding.control);
  return forwarding.control;
}
