import {
  isForwarded,
  type DeliveryTarget,
  type FailedForward,
  type ForwardingControl,
  type ForwardTarget,
  type ForwardTargetStatus,
  type OperatorChange,
} from './target.ts';
import type { EventReader, RecordedEvent } from '../log/event-store.ts';
import type { Clock } from '../kernel/clock.ts';
import { LedgerError } from '../kernel/errors.ts';
import type { Logger } from '../kernel/logger.ts';
import type { AllowedAddresses } from './post.ts';
import { pendingMaxOf, type ForwarderParts, type ForwardingChange } from './forwarder.ts';
import { createTime, openSender } from './send.ts';

/** The targets, as they are set. */
export interface ForwardSettings {
  readonly targets: readonly ForwardTarget[];
  readonly allowed: AllowedAddresses;
}

/** What is sent to a target, and how, whichever node sends it. */
export type SendingParts = Pick<ForwarderParts, 'sender' | 'takes' | 'savesEach' | 'pendingMax' | 'time' | 'logger'>;

/** One target, to which this node alone or one of several nodes sends. */
export interface SentTarget {
  /** Null while nothing is known of the target. */
  status(): Promise<ForwardTargetStatus | null>;
  /** What was given up, newest first, at most `failedListedMax`. */
  setAside(): readonly FailedForward[];
  /** The change is durable once this returns or resolves. @throws LedgerError */
  change(change: ForwardingChange): Promise<void> | void;
  /** Waits a bounded time for answers, and saves how far the target is. */
  close(): Promise<void>;
}

type ReplayedLog = Pick<EventReader, 'followAll' | 'endPosition'>;

/** The targets, and everything that differs with another kind of log. */
export interface ForwardingOptions extends ForwardSettings {
  /** Null while there is none. */
  readonly log: () => ReplayedLog | null;
  readonly openTarget: (target: ForwardTarget, parts: SendingParts) => SentTarget;
  readonly userAgent: string;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Forwarding to all targets while the process runs. */
interface Forwarding {
  readonly control: ForwardingControl;
  /** Waits briefly for answers, then saves how far each target is, and closes its connections. */
  close(): Promise<void>;
}

/** Begins to forward. A new target begins with what is recorded from now on. */
export function openForwarding(options: ForwardingOptions): Forwarding {
  const { targets, allowed, log, openTarget, userAgent, clock, logger } = options;
  const [time, pendingMax] = [createTime(clock), pendingMaxOf(targets.length)];
  const opened = openTargets(targets, (target) => {
    const sender = openSender(target, { allowed, clock, userAgent });
    const takes = (event: RecordedEvent) => isForwarded(event, target.filter);
    return { sender, sent: openTarget(target, { sender, takes, pendingMax, time, logger }) };
  });

  return {
    control: {
      targets: opened.statuses,
      setAside: opened.setAside,
      async change(name, change, begin) {
        const sent = opened.sentTo(name);
        if (sent === undefined) return false;
        const made: ForwardingChange =
          change.what === 'replay' ? { what: 'replay', after: await replayedAfter(log(), change.from) } : change;
        await begin();
        await sent.change(made);
        logger.info({ target: name, change: change.what }, 'an operator has changed forwarding');
        return true;
      },
    },
    close: opened.close,
  };
}

/** Targets of callbacks or of alerts while they are sent to, in the order of the settings. */
export function openTargets<Target extends DeliveryTarget, Sent extends Omit<SentTarget, 'change'>>(
  targets: readonly Target[],
  open: (target: Target) => { readonly sender: { close(): Promise<void> }; readonly sent: Sent },
) {
  const opened = new Map(targets.map((target) => [target.name, open(target)]));
  const all = [...opened.values()];
  return {
    sentTo: (name: string) => opened.get(name)?.sent,
    /** Of those of which something is known. */
    statuses: async (): Promise<readonly ForwardTargetStatus[]> => {
      const statuses = await Promise.all(all.map(({ sent }) => sent.status()));
      return statuses.filter((one) => one !== null);
    },
    setAside: (name: string): readonly FailedForward[] => opened.get(name)?.sent.setAside() ?? [],
    close: async (): Promise<void> => {
      await Promise.all(all.map(({ sent }) => sent.close()));
      await Promise.all(all.map(({ sender }) => sender.close()));
    },
  };
}

type ReplayStart = Extract<OperatorChange, { what: 'replay' }>['from'];

/** The position after which a replay begins, at most the end of the log. */
async function replayedAfter(log: ReplayedLog | null, from: ReplayStart): Promise<bigint> {
  if (log === null) throw new LedgerError('STORE_UNAVAILABLE', 'This node has no whole copy of the log yet.');
  if ('recordedAtMs' in from) return positionBefore(log, from.recordedAtMs);
  const end = await log.endPosition();
  return from.after < end ? from.after : end;
}

/**
 * The position before the first event that was recorded at this time or later; that of the last event if there is none.
 * Found by binary search: if the store's clock was set back, it is one of several such events.
 */
async function positionBefore(log: ReplayedLog, recordedAtMs: number) {
  // The events after `low` are recorded later than what is before; those after `high` are late enough.
  let low = 0n;
  let high = await log.endPosition();
  while (low < high) {
    const middle = (low + high) / 2n;
    const next = await firstAfter(log, middle);
    if (next === null || next.recordedAtMs >= recordedAtMs) high = middle;
    else low = next.position;
  }
  return low;
}

async function firstAfter(log: ReplayedLog, after: bigint): Promise<RecordedEvent | null> {
  const { signal } = new AbortController();
  for await (const { events } of log.followAll({ after, batchEventsMax: 1, signal })) return events[0] ?? null;
  return null;
}
