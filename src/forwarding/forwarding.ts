import { type ForwardingControl, type ReplayStart, failedListedMax } from '../domain/forwarding/forwarding-control.ts';
import type { EventReader, RecordedEvent } from '../event-store/event-store.ts';
import type { Clock } from '../kernel/clock.ts';
import { LedgerError } from '../kernel/errors.ts';
import type { Logger } from '../kernel/logger.ts';
import type { AllowedAddresses } from './allowed-addresses.ts';
import { Forwarder, pendingMaxOf } from './forwarder.ts';
import type { ForwardingState } from './target-progress.ts';
import { openSender } from './send.ts';
import { isForwarded, type ForwardTarget } from './target.ts';
import { createTime } from './time.ts';

/** The targets, as they are set. */
export interface ForwardSettings {
  readonly targets: readonly ForwardTarget[];
  readonly allowed: AllowedAddresses;
  /** Milliseconds that the answer to CSS waits for the first answers of the targets at most. By default it does not wait. */
  readonly waitMs?: number;
}

export interface ForwardingOptions extends ForwardSettings {
  readonly log: Pick<EventReader, 'followAll' | 'readAt' | 'lagAfter' | 'endPosition'>;
  readonly state: ForwardingState;
  readonly userAgent: string;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Forwarding to all targets while the process runs. */
export interface Forwarding {
  readonly control: ForwardingControl;
  /** Waits a little for answers, then saves how far each target is, and closes its connections and the state. */
  close(): Promise<void>;
}

/** Forwarding by the process that takes the callbacks. */
export interface LocalForwarding extends Forwarding {
  /** Resolves once each target has first answered to what was recorded at this position: see `Forwarder.firstAnswer`. */
  firstAnswers(position: bigint, waitMs: number): Promise<void>;
}

/** Begins to forward. A target that is new begins with what is recorded from now on. */
export function openForwarding(options: ForwardingOptions): LocalForwarding {
  const { targets, allowed, log, state, userAgent, clock, logger } = options;
  const [time, pendingMax] = [createTime(clock), pendingMaxOf(targets.length)];
  const opened = targets.map((target) => {
    const sender = openSender(target, { allowed, clock, userAgent });
    const takes = (event: RecordedEvent) => isForwarded(event, target.filter);
    const parts = { log, state, sender, takes, time, logger, pendingMax };
    return { name: target.name, sender, forwarder: new Forwarder(target, parts) };
  });
  const byName = new Map(opened.map(({ name, forwarder }) => [name, forwarder]));

  /** Carries out what an operator decides, and logs it. */
  const change = async (name: string, what: string, apply: (forwarder: Forwarder) => void | Promise<void>) => {
    const forwarder = byName.get(name);
    if (forwarder === undefined) return false;
    try {
      await apply(forwarder);
    } catch (error) {
      throw new LedgerError(
        'STORE_UNAVAILABLE',
        'The change is made, but could not be saved: a restart may undo it. Make it again once the disk of DATA_DIR can be written.',
        {},
        { cause: error },
      );
    }
    logger.info({ target: name, change: what }, 'an operator has changed forwarding');
    return true;
  };

  return {
    control: {
      targets: () => Promise.all(opened.map(({ forwarder }) => forwarder.status())),
      setAside: (name) => state.setAside(name, failedListedMax),
      pause: (name) => change(name, 'pause', (forwarder) => forwarder.setPaused(true)),
      resume: (name) => change(name, 'resume', (forwarder) => forwarder.setPaused(false)),
      skip: (name) => change(name, 'skip', (forwarder) => forwarder.skip()),
      async replay(name, start) {
        const position = await positionOf(log, start);
        return change(name, 'replay', (forwarder) => forwarder.replayAfter(position));
      },
    },
    async firstAnswers(position, waitMs) {
      await Promise.all(opened.map(({ forwarder }) => forwarder.firstAnswer(position, waitMs)));
    },
    async close() {
      await Promise.all(opened.map(({ forwarder }) => forwarder.close()));
      await Promise.all(opened.map(({ sender }) => sender.close()));
      state.close();
    },
  };
}

/** The position after which a replay begins, at most the end of the log. */
export async function positionOf(
  log: Pick<EventReader, 'followAll' | 'endPosition'>,
  start: ReplayStart,
): Promise<bigint> {
  if ('recordedAtMs' in start) return positionBefore(log, start.recordedAtMs);
  const end = await log.endPosition();
  return start.after < end ? start.after : end;
}

/**
 * The position before the first event that was recorded at this time or later; that of the last event if there is none. By
 * halving: where the store's clock was set back, it is one of several such events.
 */
async function positionBefore(log: Pick<EventReader, 'followAll' | 'endPosition'>, recordedAtMs: number) {
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

async function firstAfter(log: Pick<EventReader, 'followAll'>, after: bigint): Promise<RecordedEvent | null> {
  const { signal } = new AbortController();
  for await (const { events } of log.followAll({ after, batchEventsMax: 1, signal })) return events[0] ?? null;
  return null;
}
