import { setMaxListeners } from 'node:events';
import { failedListedMax, type DeliveryTarget, type FailedForward, type ForwardTargetStatus } from './target.ts';
import type { EventReader, RecordedEvent } from '../log/event-store.ts';
import { delay, within } from '../kernel/clock.ts';
import { LedgerError } from '../kernel/errors.ts';
import { describeFault, type Logger } from '../kernel/logger.ts';
import { ConditionWaiters } from '../kernel/notifier.ts';
import { afterFailure, newDelivery, type Delivery, DeliveryQueue } from './delivery-queue.ts';
import { followLog, type LogReader } from './follow-log.ts';
import { type ForwardingState, type SavedTarget, TargetProgress } from './target-progress.ts';
import type { Attempt } from './post.ts';
import { retryPauseMs, TargetHealth } from './target-health.ts';
import type { Time } from './send.ts';

/** Deliveries that may be pending, of one target and of all: about 500 bytes of memory each, and as many rows. */
const pendingMax = { ofOne: 10_000, ofAll: 320_000 };

/** Deliveries that may be pending of each of this many targets. At that bound, the log is not read on for the target. */
export function pendingMaxOf(targets: number): number {
  return Math.min(pendingMax.ofOne, Math.floor(pendingMax.ofAll / targets));
}

/** Milliseconds until a failed read of the log is repeated. */
const readAgainAfterMs = 1_000;

/** Milliseconds that stopping waits for answers, by default; deliveries without one are sent again after the next start. */
const stopMsMax = 2_000;

/** A change that an operator makes. */
export type ForwardingChange =
  | { readonly what: 'pause' }
  | { readonly what: 'resume' }
  | { readonly what: 'skip' }
  /** Everything after this position is sent, again or for the first time. */
  | { readonly what: 'replay'; readonly after: bigint };

/** Everything that a forwarder works with: the log, the state that outlives it, a single attempt, and time. */
export interface ForwarderParts {
  readonly log: Pick<EventReader, 'followAll' | 'readAt' | 'lagAfter'>;
  readonly state: ForwardingState;
  /** One attempt. Aborting the signal ends it as a failure, and so does a fault: then it rejects. */
  readonly sender: { send(event: RecordedEvent, signal: AbortSignal): Promise<Attempt> };
  /** Whether an event is sent to the target. */
  readonly takes: (event: RecordedEvent) => boolean;
  /**
   * Whether each delivery is saved durably before the next one begins, which waits while saving fails. Otherwise
   * deliveries made just before a crash are sent again.
   */
  readonly savesEach?: boolean;
  /** By default, that of one target. */
  readonly pendingMax?: number;
  /** Milliseconds that stopping waits for answers. */
  readonly stopMsMax?: number;
  readonly time: Time;
  readonly logger: Logger;
  /** Called before each attempt: false if another node may forward by now. By default it is always true. */
  readonly isOurs?: () => boolean;
}

/**
 * Sends recorded events to one target: each at least once, those of a stream in the order of the log, the next only
 * once the one before is done, unless the target wants no order. It reads no further than `pendingMax` ahead, so a
 * target that does not answer costs no memory.
 */
export class Forwarder {
  private readonly queue: DeliveryQueue;
  private readonly progress: TargetProgress;
  private readonly health: TargetHealth;
  private readonly room = new ConditionWaiters();
  private readonly underWay = new Set<Promise<void>>();
  private readonly skipped = new WeakSet<Delivery>();
  private readonly stopping = new AbortController();
  private reading = new AbortController();
  private cancelDispatch: (() => void) | null = null;
  private isClosed = false;

  constructor(
    private readonly target: DeliveryTarget,
    private readonly parts: ForwarderParts,
  ) {
    const { state, time, logger, savesEach = false } = parts;
    // Each attempt listens to the signal: Node would warn of a leak from 11 listeners on.
    setMaxListeners(target.concurrency, this.stopping.signal);
    this.queue = new DeliveryQueue(target.isOrdered);
    const saved = state.open(target.name);
    this.health = new TargetHealth(target, { time, logger });
    const onSettled = () => this.dispatch();
    this.progress = new TargetProgress(target.name, saved, { state, time, logger, savesEach, onSettled });
    for (const delivery of saved.pending) this.queue.add(delivery);
    void this.read(this.reading.signal);
    this.dispatch();
  }

  /** Whether its last attempts have all failed. */
  get isFailing(): boolean {
    return this.health.isFailing;
  }

  /** How far it is at this moment, saved or not. */
  progressNow(): SavedTarget {
    const { readTo, isPaused, setAsideTotal } = this.progress;
    return { readTo, isPaused, setAsideTotal, pending: [...this.queue.all()] };
  }

  async status(): Promise<ForwardTargetStatus> {
    const { readTo, isPaused, setAsideTotal } = this.progress;
    const unread = await this.parts.log.lagAfter(readTo);
    const [oldest] = this.queue.all();
    const oldestMs = oldest?.recordedAtMs ?? unread.oldestRecordedAtMs;
    const retrying: FailedForward[] = [];
    for (const { failed } of this.queue.all()) {
      if (failed !== null && retrying.length < failedListedMax) retrying.push(failed);
    }
    return {
      name: this.target.name,
      state: isPaused ? 'PAUSED' : this.isFailing ? 'FAILING' : 'RUNNING',
      isActiveHere: true,
      position: oldest === undefined ? readTo : oldest.position - 1n,
      lagEvents: unread.events + this.queue.size,
      lagMs: oldestMs === null ? 0 : Math.max(0, this.parts.time.clock() - oldestMs),
      ...this.health.counts(),
      retrying,
      setAsideTotal,
    };
  }

  setAside(): readonly FailedForward[] {
    return this.parts.state.setAside(this.target.name, failedListedMax);
  }

  /** Durable when it returns. @throws LedgerError - the change is made, but could not be saved */
  change(change: ForwardingChange): void {
    if (change.what === 'replay') this.replayAfter(change.after);
    else if (change.what === 'skip') this.skip();
    else this.setPaused(change.what === 'pause');
    try {
      this.progress.save(true);
    } catch (error) {
      throw new LedgerError(
        'STORE_UNAVAILABLE',
        'The change is made, but could not be saved: a restart may undo it. Make it again once the disk of DATA_DIR can be written.',
        {},
        { cause: error },
      );
    }
  }

  /** Resuming also ends the pauses that the target asked for, or caused by failing: an operator knows that it answers again. */
  private setPaused(isPaused: boolean): void {
    this.progress.isPaused = isPaused;
    if (!isPaused) this.health.notBeforeMs = 0;
    this.dispatch();
  }

  /** Continues reading after a position. Of the deliveries pending before it, those that have failed or are under way stay; the rest is dropped. */
  private replayAfter(position: bigint): void {
    this.reading.abort();
    this.room.check();
    for (const delivery of this.queue.removeAfter(position)) this.progress.noteDone(delivery);
    for (const delivery of [...this.queue.all()]) {
      if (delivery.failed === null && !this.queue.isUnderWay(delivery)) this.finish(delivery);
    }
    this.progress.readTo = position;
    this.reading = new AbortController();
    void this.read(this.reading.signal);
  }

  /** Sets aside the failed deliveries, and those under way if they fail again. */
  private skip(): void {
    for (const delivery of [...this.queue.all()]) {
      if (delivery.failed === null) continue;
      if (this.queue.isUnderWay(delivery)) this.skipped.add(delivery);
      else this.giveUp(delivery);
    }
    this.dispatch();
  }

  /** Waits `waitMs` for answers; deliveries without one count as not sent. */
  async close(waitMs = this.parts.stopMsMax ?? stopMsMax): Promise<void> {
    this.isClosed = true;
    this.reading.abort();
    this.room.check();
    this.cancelDispatch?.();
    // If there is no time to wait, attempts that are about to begin are broken off at once.
    if (waitMs > 0) await within(Promise.all(this.underWay), { ms: waitMs, late: undefined });
    this.stopping.abort();
    await Promise.all(this.underWay);
    this.progress.stop();
  }

  private get hasRoom(): boolean {
    return this.queue.size < (this.parts.pendingMax ?? pendingMaxOf(1));
  }

  private async read(signal: AbortSignal): Promise<void> {
    const { log, logger } = this.parts;
    const reader: LogReader = {
      readTo: () => this.progress.readTo,
      hasRoom: () => this.hasRoom,
      room: () => this.room.until(() => this.hasRoom || signal.aborted),
      add: (events) => this.add(events),
    };
    while (!signal.aborted) {
      try {
        await followLog(log, reader, signal);
        return;
      } catch (error) {
        logger.error(
          { target: this.target.name, ...describeFault(error) },
          'forwarding could not read the log; it is tried again',
        );
        await delay(readAgainAfterMs, signal);
      }
    }
  }

  private add(events: readonly RecordedEvent[]): void {
    const before = this.queue.size;
    for (const event of events) {
      if (!this.hasRoom) break;
      if (this.parts.takes(event)) {
        const delivery = newDelivery(event);
        this.queue.add(delivery);
        this.progress.note(delivery);
      }
      this.progress.readTo = event.position;
    }
    this.progress.saveSoon();
    if (this.queue.size > before) this.dispatch();
  }

  /** Begins as many attempts as may be made now, and runs again when more may be made. To be called once `isOurs` is true again. */
  dispatch(): void {
    this.cancelDispatch?.();
    this.cancelDispatch = null;
    const { time, isOurs } = this.parts;
    const nowMs = time.steady();
    const { isPaused, isSaveOwed } = this.progress;
    const mayBegin = !(this.isClosed || isPaused || isSaveOwed) && isOurs?.() !== false;
    while (mayBegin && this.underWay.size < this.health.atOnceMax) {
      const { notBeforeMs } = this.health;
      const delivery = notBeforeMs > nowMs ? null : this.queue.take(nowMs);
      if (delivery === null) {
        const dueMs = notBeforeMs > nowMs ? notBeforeMs : this.queue.nextDueAtMs();
        if (dueMs !== null) this.cancelDispatch = time.after(dueMs - nowMs, () => this.dispatch());
        return;
      }
      this.health.noteBegun(nowMs);
      const attempt = this.attempt(delivery).finally(() => {
        this.underWay.delete(attempt);
        this.dispatch();
      });
      this.underWay.add(attempt);
    }
  }

  private async attempt(delivery: Delivery): Promise<void> {
    const event = await this.parts.log.readAt(delivery.position).catch(() => 'UNREADABLE' as const);
    if (event === 'UNREADABLE') this.postpone(delivery, readAgainAfterMs);
    // The event was removed from the log; or a restored log has another event at its position, which may be no callback.
    else if (event?.recordedAtMs !== delivery.recordedAtMs) this.finish(delivery);
    else if (event.isDamaged === true) this.settle(delivery, { kind: 'FAILED', fault: 'DAMAGED', retryAfterMs: null });
    else {
      this.health.noteAttempt();
      const outcome = await this.send(event);
      // If a stop cut off an unanswered attempt, nobody knows whether it was taken: it stays pending.
      if (outcome.kind === 'DELIVERED' || !this.stopping.signal.aborted) this.settle(delivery, outcome);
      const [oldest] = this.queue.all();
      if (oldest !== undefined) this.health.noteLag(this.parts.time.clock() - oldest.recordedAtMs);
    }
  }

  private async send(event: RecordedEvent): Promise<Attempt> {
    const { sender, logger } = this.parts;
    try {
      return await sender.send(event, this.stopping.signal);
    } catch (error) {
      const { position } = event;
      logger.error(
        { target: this.target.name, position: String(position), ...describeFault(error) },
        'an attempt to forward was ended by a fault of the service; it is made again',
      );
      return { kind: 'FAILED', fault: 'CONNECTION', retryAfterMs: null };
    }
  }

  private settle(delivery: Delivery, outcome: Attempt): void {
    if (outcome.kind === 'DELIVERED') {
      this.health.noteDelivered();
      this.finish(delivery);
      return;
    }
    this.health.noteFailure(outcome);
    const { time } = this.parts;
    const { fault } = outcome;
    const nowMs = time.clock();
    delivery.failed = afterFailure(delivery, fault, nowMs);
    const isLate = nowMs - delivery.failed.firstFailedAtMs >= this.target.giveUpAfterMs;
    if (isLate || fault === 'DAMAGED' || this.skipped.has(delivery)) this.giveUp(delivery);
    else
      this.postpone(
        delivery,
        retryPauseMs(delivery.failed.attempts, () => time.random()),
      );
  }

  private postpone(delivery: Delivery, pauseMs: number): void {
    delivery.dueAtMs = this.parts.time.steady() + pauseMs;
    if (this.queue.has(delivery)) this.progress.note(delivery);
    this.queue.retry(delivery);
  }

  private finish(delivery: Delivery): void {
    // A replay may have removed it meanwhile, and reads it again.
    if (this.queue.has(delivery)) this.progress.noteDone(delivery);
    this.queue.remove(delivery);
    this.room.check();
  }

  private giveUp(delivery: Delivery): void {
    const { failed } = delivery;
    if (failed !== null && this.queue.has(delivery)) {
      this.progress.noteSetAside(failed);
      this.health.noteSetAside(failed.fault);
    }
    this.finish(delivery);
  }
}
