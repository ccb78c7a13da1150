import { pendingMaxOf } from '../forwarder.ts';
import { openSender } from '../send.ts';
import { positionOf, type Forwarding, type ForwardSettings } from '../forwarding.ts';
import { isForwarded } from '../target.ts';
import { createTime } from '../time.ts';
import type { Clock } from '../../kernel/clock.ts';
import { LedgerError } from '../../kernel/errors.ts';
import type { Logger } from '../../kernel/logger.ts';
import type { RecordedEvent } from '../../event-store/event-store.ts';
import { LeasedTarget } from './leased-target.ts';
import type { ForwardingChange } from './leased-progress.ts';
import type { NodeLease } from './node-lease.ts';

export interface LeasedForwardingOptions extends ForwardSettings {
  readonly node: NodeLease;
  readonly userAgent: string;
  readonly clock: Clock;
  readonly logger: Logger;
}

/**
 * Forwards on one of several nodes: of each target, one node at a time has the lease. Operators see and change every target on
 * every node. Until a node has begun with a new target, it is not shown.
 */
export function openLeasedForwarding(options: LeasedForwardingOptions): Forwarding {
  const { targets, allowed, node, userAgent, clock, logger } = options;
  const [time, pendingMax] = [createTime(clock), pendingMaxOf(targets.length)];
  const opened = targets.map((target) => {
    const sender = openSender(target, { allowed, clock, userAgent });
    const takes = (event: RecordedEvent) => isForwarded(event, target.filter);
    const leased = new LeasedTarget(target, { node, sender, takes, pendingMax, time, logger });
    return { name: target.name, sender, leased };
  });
  const byName = new Map(opened.map(({ name, leased }) => [name, leased]));
  const change = async (name: string, changeOf: () => ForwardingChange | Promise<ForwardingChange>) => {
    const leased = byName.get(name);
    if (leased === undefined) return false;
    const made = await changeOf();
    await leased.change(made);
    logger.info({ target: name, change: made.what }, 'an operator has changed forwarding');
    return true;
  };
  return {
    control: {
      async targets() {
        const all = await Promise.all(opened.map(({ leased }) => leased.status()));
        return all.filter((one) => one !== null);
      },
      setAside: (name) => byName.get(name)?.setAside() ?? [],
      pause: (name) => change(name, () => ({ what: 'pause' })),
      resume: (name) => change(name, () => ({ what: 'resume' })),
      skip: (name) => change(name, () => ({ what: 'skip' })),
      replay: (name, start) =>
        change(name, async () => {
          const copy = node.parts.log();
          if (copy === null) throw new LedgerError('STORE_UNAVAILABLE', 'This node has no whole copy of the log yet.');
          return { what: 'replay', after: await positionOf(copy, start) };
        }),
    },
    async close() {
      await Promise.all(opened.map(({ leased }) => leased.close()));
      await Promise.all(opened.map(({ sender }) => sender.close()));
    },
  };
}
