import { randomUUID } from 'node:crypto';
import { openSender } from '../send.ts';
import { positionOf, type Forwarding, type ForwardSettings } from '../forwarding.ts';
import { isForwarded } from '../target.ts';
import { createTime } from '../time.ts';
import type { Clock } from '../../kernel/clock.ts';
import { LedgerError } from '../../kernel/errors.ts';
import type { Logger } from '../../kernel/logger.ts';
import type { EventReader, RecordedEvent } from '../../event-store/event-store.ts';
import type { LeaseStore } from './lease-stream.ts';
import type { LeaseTimes } from './lease-times.ts';
import { LeasedTarget } from './leased-target.ts';
import type { ForwardingChange } from './leased-progress.ts';

export interface LeasedForwardingOptions extends ForwardSettings {
  readonly store: LeaseStore & Pick<EventReader, 'endPosition'>;
  /** This node's copy of the log; null while it is not there, or not whole. */
  readonly log: () => Pick<EventReader, 'followAll' | 'readAt' | 'lagAfter' | 'endPosition'> | null;
  /** Whether that copy gets what is appended to the log. */
  readonly isCopied: () => boolean;
  readonly times: LeaseTimes;
  readonly userAgent: string;
  readonly clock: Clock;
  readonly logger: Logger;
}

/**
 * Forwards on one of several nodes: of each target, one node at a time has the lease. Operators see and change every target on
 * every node. Until a node has begun with a new target, it is not shown.
 */
export function openLeasedForwarding(options: LeasedForwardingOptions): Forwarding {
  const { targets, allowed, store, log, isCopied, times, userAgent, clock, logger } = options;
  const [nodeId, time] = [randomUUID(), createTime(clock)];
  const endPosition = () => store.endPosition();
  const opened = targets.map((target) => {
    const sender = openSender(target, { allowed, clock, userAgent });
    const takes = (event: RecordedEvent) => isForwarded(event, target.filter);
    const parts = { nodeId, store, endPosition, log, isCopied, sender, takes, times, time, logger };
    return { name: target.name, sender, leased: new LeasedTarget(target, parts) };
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
          const copy = log();
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
