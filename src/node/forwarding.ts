import { type ForwardingControl, noForwarding } from '../forwarding/target.ts';
import type { EventReader } from '../log/event-store.ts';
import { Forwarder } from '../forwarding/forwarder.ts';
import { openForwarding, type ForwardingOptions } from '../forwarding/forwarding.ts';
import { LeasedTarget } from '../forwarding/lease/leased-target.ts';
import type { NodeLease } from '../forwarding/lease/node-lease.ts';
import { openForwardingFile } from '../forwarding/forwarding-file-table.ts';
import { observeForwarding } from '../observing/part-metrics.ts';
import { version } from '../kernel/this-process.ts';
import type { QueryingOptions } from './querying.ts';

/**
 * Forwards what the log records to the targets, if there are any.
 * @throws OperatorError - the stored state of the targets can't be used
 */
export async function openLogForwarding(log: EventReader, options: QueryingOptions): Promise<ForwardingControl> {
  const { dataDir, forward, logger } = options;
  if (forward.targets.length === 0) return noForwarding;
  const { logId, epoch } = log;
  const endPosition = options.link.log?.firstUnread ?? (await log.endPosition());
  const state = openForwardingFile(
    dataDir,
    // A new target begins with the first callback since the recorder has opened the log.
    { logId, epoch, endPosition },
    {
      fileName: 'forwarding.sqlite',
      onLogChanged: () =>
        logger.warn({}, 'forwarding goes on in another log, or in an older copy: check what the targets have'),
    },
  );
  const parts: NodeParts = {
    log: () => log,
    openTarget: (target, given) => new Forwarder(target, { ...given, log, state }),
  };
  return openObserved(parts, options, () => state.close());
}

/**
 * Forwards from a query node's copy of the log while it has the lease. Operators see and change every target on every node. A
 * new target is not shown until a node has begun with it.
 */
export function openReplicaForwarding(node: NodeLease, options: QueryingOptions): ForwardingControl {
  if (options.forward.targets.length === 0) return noForwarding;
  const { log } = node.parts;
  return openObserved({ log, openTarget: (target, given) => new LeasedTarget(target, { ...given, node }) }, options);
}

/** The options that depend on the kind of log. */
type NodeParts = Pick<ForwardingOptions, 'log' | 'openTarget'>;

function openObserved(
  parts: NodeParts,
  { forward, clock, logger, metrics, closing }: QueryingOptions,
  onClosed: () => void = () => undefined,
): ForwardingControl {
  const forwarding = openForwarding({
    ...forward,
    ...parts,
    userAgent: `live-ledger/${version}`,
    clock,
    logger,
  });
  closing.add('forwarding', async () => {
    await forwarding.close();
    onClosed();
  });
  observeForwarding(metrics.registry, forwarding.control);
  return forwarding.control;
}
