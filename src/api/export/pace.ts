import type { Clock } from '../../kernel/clock.ts';
import { exportPaceMsMin } from '../../connections/limits.ts';

/**
 * How fast a client takes an export, by the time that pages wait for it. The time in which the next page is read does not
 * count: that is not the client's.
 */
export class Pace {
  private sinceMs: number;
  private bytes = 0;
  private waitedMs = 0;
  private waitingSinceMs: number | null = null;
  /** Of the last whole period. Infinite at first: who has just begun is not slow. */
  private before = Infinity;

  constructor(private readonly elapsedMs: Clock) {
    this.sinceMs = elapsedMs();
  }

  given(bytes: number): void {
    this.endPeriod();
    this.waitingSinceMs = this.elapsedMs();
    this.bytes += bytes;
  }

  taken(): void {
    this.noteWait();
    this.waitingSinceMs = null;
    this.endPeriod();
  }

  /** Infinite if pages have waited for less than half of the time. */
  bytesPerSecond(): number {
    this.noteWait();
    this.endPeriod();
    return this.before;
  }

  private noteWait(): void {
    if (this.waitingSinceMs === null) return;
    const nowMs = this.elapsedMs();
    this.waitedMs += nowMs - this.waitingSinceMs;
    this.waitingSinceMs = nowMs;
  }

  private endPeriod(): void {
    const nowMs = this.elapsedMs();
    const periodMs = nowMs - this.sinceMs;
    if (periodMs < exportPaceMsMin) return;
    this.before = this.waitedMs * 2 < periodMs ? Infinity : (this.bytes * 1_000) / this.waitedMs;
    this.bytes = 0;
    this.waitedMs = 0;
    this.sinceMs = nowMs;
  }
}
