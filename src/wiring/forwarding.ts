import { type ForwardingControl, noForwarding } from '../domain/forwarding/forwarding-control.ts';
import type { EventStore } from '../event-store/event-store.ts';
import { Forwarder } from '../forwarding/forwarder.ts';
import { openForwarding, type ForwardingOptions } from '../forwarding/forwarding.ts';
import { LeasedTarget } from '../forwarding/lease/leased-target.ts';
import type { NodeLease } from '../forwarding/lease/node-lease.ts';
import { openForwardingFile } from '../forwarding/sqlite/forwarding-file.ts';
import { observeForwarding } from '../http/metrics/forwarding-metrics.ts';
import { steadyClock } from '../kernel/clock.ts';
import { version } from '../version.ts';
import type { NodeOptions } from './node.ts';

/** Forwarding, and the append that waits for it. */
export interface LogForwarding {
  readonly control: ForwardingControl;
  /** Appends to the log. If callbacks wait for the targets, it resolves once each has first answered, or the wait is over. */
  readonly append: EventStore['append'];
}

/**
 * Forwards what the log records to the targets, if there are any.
 * @throws OperatorError - the stored state of the targets can't be used
 */
export async function openLogForwarding(store: EventStore, options: NodeOptions): Promise<LogForwarding> {
  const append = store.append.bind(store);
  const { dataDir, forward, logger } = options;
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
  const forwarders: Forwarder[] = [];
  const parts: NodeParts = {
    log: () => store,
    openTarget(target, given) {
      const forwarder = new Forwarder(target, { ...given, log: store, state });
      forwarders.push(forwarder);
      return forwarder;
    },
  };
  const control = openObserved(parts, options, () => state.close());
  const { waitMs = 0 } = forward;
  if (waitMs === 0) return { control, append };
  return {
    control,
    async append(...given) {
      const begunMs = steadyClock();
      const appended = await append(...given);
      const restMs = waitMs - (steadyClock() - begunMs);
      await Promise.all(forwarders.map((forwarder) => forwarder.firstAnswer(appended.position, restMs)));
      return appended;
    },
  };
}

/**
 * Forwards from a query node's copy of the log to each target whose lease it has. Operators see and change every target on
 * every node. A new target is not shown until a node has begun with it.
 */
export function openReplicaForwarding(node: NodeLease, options: NodeOptions): ForwardingControl {
  if (options.forward.targets.length === 0) return noForwarding;
  const { log } = node.parts;
  return openObserved({ log, openTarget: (target, given) => new LeasedTarget(target, { ...given, node }) }, options);
}

/** The options that depend on the kind of log. */
type NodeParts = Pick<ForwardingOptions, 'log' | 'openTarget'>;

function openObserved(
  parts: NodeParts,
  { forward, clock, logger, metrics, closing }: NodeOptions,
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
