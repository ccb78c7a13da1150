import type { Clock } from '../../kernel/clock.ts';
import { describeFault, type Logger } from '../../kernel/logger.ts';
import { forEachReason, type QuarantineReason } from '../quarantine.ts';
import type { QuarantineBounds } from './share.ts';
import { removeOldest, type QuarantineLog, type QuarantineShares } from './removal.ts';

/** One of this many parts of the room is freed at a time: each removal is recorded for ever, and must stay rare in a flood. */
const batchesOfRoom = 64;

/** Milliseconds between two log lines about the same reason: a flood displaces all the time. */
const logEveryMs = 60_000;

export interface DisplacementOptions {
  readonly store: QuarantineLog;
  readonly shares: QuarantineShares;
  readonly bounds: Pick<QuarantineBounds, 'bytesMax' | 'slackBytes'>;
  readonly elapsedMs: Clock;
  readonly logger: Logger;
}

/** Makes room: whoever has most loses the oldest. Removals run one after the other, beside the taking of callbacks. */
export class Displacement {
  private readonly totals = forEachReason(() => 0);
  private readonly isQueued = forEachReason(() => false);
  private readonly loggedAtMs = forEachReason(() => -Infinity);
  /** Bytes that each reason may have while the disk is nearly full; null while it is not. */
  private frozen: Readonly<Record<QuarantineReason, number>> | null = null;
  private running: Promise<unknown> = Promise.resolve();
  private closed = false;

  constructor(private readonly options: DisplacementOptions) {}

  /** Bytes that a reason may have now. */
  bytesMax(reason: QuarantineReason): number {
    const { bytesMax } = this.options.bounds;
    return Math.min(bytesMax[reason], this.frozen?.[reason] ?? Infinity);
  }

  /** While the disk is nearly full, the quarantine keeps what it has then, or as much as the slack if that is more. */
  noteDisk(isNearlyFull: boolean): void {
    const { shares, bounds } = this.options;
    if (!isNearlyFull) this.frozen = null;
    else this.frozen ??= forEachReason((reason) => Math.max(shares[reason].usage().bytes, bounds.slackBytes));
  }

  /** Whether what runs should end. */
  get isClosed(): boolean {
    return this.closed;
  }

  /** Events removed to make room. */
  total(reason: QuarantineReason): number {
    return this.totals[reason];
  }

  /** Removes what is too much, soon. */
  check(reason: QuarantineReason): void {
    if (this.isQueued[reason] || !this.isOver(reason)) return;
    this.isQueued[reason] = true;
    this.enqueue(() => {
      this.isQueued[reason] = false;
      return this.makeRoom(reason);
    }).catch((error: unknown) => {
      // Nothing is lost: the next callback checks again.
      this.options.logger.error(describeFault(error), 'making room in quarantine failed; it is tried again');
    });
  }

  /** Runs after what was enqueued before, so that no two remove from one stream, or count and remove, at once. */
  enqueue<Result>(run: () => Promise<Result>): Promise<Result> {
    const result = this.running.then(run);
    this.running = result.catch(() => undefined);
    return result;
  }

  /** Resolves once nothing is enqueued. */
  async idle(): Promise<void> {
    for (let last = null; last !== this.running;) {
      last = this.running;
      await last;
    }
  }

  async close(): Promise<void> {
    this.closed = true;
    await this.idle();
  }

  private isOver(reason: QuarantineReason): boolean {
    return this.options.shares[reason].usage().bytes > this.bytesMax(reason);
  }

  private async makeRoom(reason: QuarantineReason): Promise<void> {
    const { store, shares } = this.options;
    const share = shares[reason];
    while (this.isOver(reason) && !this.closed) {
      const most = share.most();
      if (most === null) return;
      const bytesMax = this.bytesMax(reason);
      const wanted = Math.max(share.usage().bytes - bytesMax, bytesMax / batchesOfRoom);
      // Never more than it has beyond an equal part, or the batch of one would be at the cost of another's turn.
      const bytes = Math.min(wanted, most.bytes - share.equalPart(bytesMax));
      const removed = await removeOldest(store, shares, { streamName: most.streamName, bytes });
      if (removed === null) share.remove(most.streamName, most);
      else this.note(reason, removed.events);
    }
  }

  private note(reason: QuarantineReason, events: number): void {
    this.totals[reason] += events;
    const { logger, elapsedMs } = this.options;
    const nowMs = elapsedMs();
    if (nowMs - this.loggedAtMs[reason] < logEveryMs) return;
    this.loggedAtMs[reason] = nowMs;
    const displacedSinceStart = this.totals[reason];
    logger.warn(
      { kind: reason, displacedSinceStart },
      'the quarantine is full: the oldest of whoever has most are removed',
    );
  }
}
