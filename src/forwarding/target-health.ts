import { noFailures, type DeliveryTarget, type ForwardFault, type ForwardTargetStatus } from './target.ts';
import { backoffMs } from '../kernel/clock.ts';
import type { Logger } from '../kernel/logger.ts';
import type { Attempt } from './post.ts';
import type { Time } from './send.ts';

/** Milliseconds before a callback, or a target that has stopped answering, is tried again: doubled with each failure. */
const pauses = { leastMs: 1_000, mostMs: 60_000 };

/** Failures in a row from which a target counts as failing: a third of its answers may fail by chance, but not 20 in a row. */
const failuresInARowMax = 20;

/** Milliseconds until the next attempt, after this many failures. */
export function retryPauseMs(failures: number, random: () => number): number {
  return backoffMs(failures - 1, pauses, random);
}

/** Milliseconds until a failing target is called again. */
export function targetPauseMs(failuresInARow: number, random: () => number): number {
  return retryPauseMs(failuresInARow - failuresInARowMax + 1, random);
}

/** Milliseconds between two log lines about callbacks that were set aside. */
const setAsideLoggedEveryMs = 60_000;

/** Milliseconds from which a target counts as behind: it usually catches up on less before anybody has looked. */
const behindMs = 60_000;

/** Milliseconds between two log lines about a target that is behind. */
const behindLoggedEveryMs = 600_000;

type Failure = Extract<Attempt, { kind: 'FAILED' }>;

/** How a target has answered since sending began: whether it counts as failing, and how often and how soon it may be called. */
export class TargetHealth {
  /** By the steady clock: the target is not called before. */
  notBeforeMs = 0;
  private failuresInARow = 0;
  private attempts = 0;
  private delivered = 0;
  private readonly failures = noFailures();
  private lastFailure: ForwardTargetStatus['lastFailure'] = null;
  private setAsideLog = { sinceLastLine: 0, notBeforeMs: 0 };
  private behindNotBeforeMs = 0;

  constructor(
    private readonly target: DeliveryTarget,
    private readonly parts: { readonly time: Time; readonly logger: Logger },
  ) {}

  /** Whether it has failed so often in a row that only one attempt at a time is made, with growing pauses. */
  get isFailing(): boolean {
    return this.failuresInARow >= failuresInARowMax;
  }

  /** Attempts that may be under way at once. */
  get atOnceMax(): number {
    return this.isFailing ? 1 : this.target.concurrency;
  }

  counts(): Pick<ForwardTargetStatus, 'attempts' | 'delivered' | 'failures' | 'lastFailure'> {
    const { attempts, delivered, failures, lastFailure } = this;
    return { attempts, delivered, failures: { ...failures }, lastFailure };
  }

  /** An attempt begins now, by the steady clock: the next one waits for its turn. */
  noteBegun(nowMs: number): void {
    const { perSecond } = this.target;
    if (perSecond !== null) this.notBeforeMs = Math.max(nowMs, this.notBeforeMs) + 1_000 / perSecond;
  }

  noteAttempt(): void {
    this.attempts += 1;
  }

  noteDelivered(): void {
    this.delivered += 1;
    if (this.isFailing) this.parts.logger.info(this.logged(), 'a target of forwarding answers again');
    this.failuresInARow = 0;
  }

  /** The oldest event that is not done was recorded `lagMs` ago. */
  noteLag(lagMs: number): void {
    const { time, logger } = this.parts;
    const nowMs = time.steady();
    if (lagMs < behindMs || nowMs < this.behindNotBeforeMs) return;
    this.behindNotBeforeMs = nowMs + behindLoggedEveryMs;
    logger.warn({ ...this.logged(), lagMs }, 'a target of forwarding is behind');
  }

  noteFailure({ fault, retryAfterMs }: Failure): void {
    const { time, logger } = this.parts;
    this.failures[fault] += 1;
    this.lastFailure = { fault, atMs: time.clock() };
    // That is not the target's fault.
    if (fault === 'DAMAGED') return;
    const wasFailing = this.isFailing;
    this.failuresInARow += 1;
    const pauseMs = this.isFailing ? targetPauseMs(this.failuresInARow, () => time.random()) : 0;
    this.notBeforeMs = Math.max(this.notBeforeMs, time.steady() + Math.max(retryAfterMs ?? 0, pauseMs));
    if (this.isFailing && !wasFailing) {
      logger.warn({ ...this.logged(), fault }, 'a target of forwarding fails; it is tried again');
    }
  }

  noteSetAside(fault: ForwardFault): void {
    const { time, logger } = this.parts;
    const { sinceLastLine, notBeforeMs } = this.setAsideLog;
    const nowMs = time.steady();
    const setAside = sinceLastLine + 1;
    if (nowMs < notBeforeMs) {
      this.setAsideLog = { sinceLastLine: setAside, notBeforeMs };
      return;
    }
    this.setAsideLog = { sinceLastLine: 0, notBeforeMs: nowMs + setAsideLoggedEveryMs };
    logger.warn({ target: this.target.name, setAside, fault }, 'callbacks could not be forwarded, and were set aside');
  }

  /** The fields of its log lines; counts are since sending began. */
  private logged() {
    const failures = Object.values(this.failures).reduce((sum, count) => sum + count, 0);
    return { target: this.target.name, attempts: this.attempts, failures };
  }
}
