import { performance } from 'node:perf_hooks';
import { backoffMs, delay, within } from '../../kernel/clock.ts';
import type { Logger } from '../../kernel/logger.ts';
import { LogUnusable } from '../event-store.ts';
import { readFailure, type Failure } from './server-calls.ts';

/** Milliseconds between two probes: often enough to lose little time, rarely enough to cost nothing. */
const probeBackoff = { leastMs: 100, mostMs: 2_000 };

/** Milliseconds before a probe counts as failed: a frozen server does not answer for about 19 seconds. */
const probeMsMax = 3_000;

/** Milliseconds between two log lines: a slow server stops answering, and answers again, every few seconds. */
export const logLineEveryMs = 60_000;

interface AvailabilityOptions {
  /** A request that changes nothing, sent by the same path as appends. */
  readonly probe: () => Promise<unknown>;
  /** Called when a probe fails although the server is reachable: the client would repeat that failure without asking. */
  readonly renewClient: () => void;
  readonly onAnswering: () => void;
  readonly logger: Logger;
}

/**
 * Whether the server answers. While it does not, only one probe at a time is sent, so that appends then continue in order.
 * If all were sent at once, the first of many on a cold connection would be written last.
 */
export class ServerAvailability {
  private awaySinceMs: number | null = performance.now();
  private awayBecause: string | null = null;
  private probing: Promise<void> | null = null;
  private loggedAtMs = -Infinity;
  /** Failures since the newest log line. */
  private notLogged = 0;
  /** Successful probes since the last successful append: a server may answer probes but accept no append. */
  private probesSinceAppend = 0;
  private readonly abort = new AbortController();

  constructor(private readonly options: AvailabilityOptions) {
    this.startProbing();
  }

  get isAnswering(): boolean {
    return this.awaySinceMs === null;
  }

  /** Null while it answers, and until the first probe fails. */
  get reason(): string | null {
    return this.awayBecause;
  }

  awayMs(): number {
    return this.awaySinceMs === null ? 0 : performance.now() - this.awaySinceMs;
  }

  /** A call failed for a reason not specific to it. */
  callFailed(reason: string): void {
    if (this.awaySinceMs !== null || this.abort.signal.aborted) return;
    this.awaySinceMs = performance.now();
    this.report(reason);
    this.startProbing();
  }

  appendAnswered(): void {
    this.probesSinceAppend = 0;
    this.setAnswering();
  }

  async close(): Promise<void> {
    this.abort.abort();
    await this.probing;
  }

  private setAnswering(): void {
    if (this.awaySinceMs === null || this.abort.signal.aborted) return;
    if (this.awayBecause !== null && this.notLogged === 0) this.options.logger.info({}, 'EventStoreDB answers again');
    this.awaySinceMs = null;
    this.awayBecause = null;
    this.options.onAnswering();
  }

  private startProbing(): void {
    this.probing ??= this.probeUntilAnswering().finally(() => {
      this.probing = null;
    });
  }

  private async probeUntilAnswering(): Promise<void> {
    // The first probe is immediate, unless recent probes succeeded without a successful append.
    if (this.probesSinceAppend > 0) await this.pause(this.probesSinceAppend - 1);
    for (let attempt = this.probesSinceAppend; !this.isAnswering && !this.abort.signal.aborted; attempt += 1) {
      const failure = await this.probeOnce();
      if (failure === null) {
        this.probesSinceAppend += 1;
        this.setAnswering();
        return;
      }
      if (isCachedByClient(failure)) this.options.renewClient();
      this.report('reason' in failure ? failure.reason : 'The server does not accept appends.');
      await this.pause(attempt);
    }
  }

  private pause(attempt: number): Promise<void> {
    return delay(backoffMs(attempt, probeBackoff), this.abort.signal);
  }

  private probeOnce(): Promise<Failure | null> {
    const probed = this.options.probe().then(
      () => null,
      (error: unknown): Failure =>
        error instanceof LogUnusable ? { kind: 'refused', reason: error.message } : readFailure(error),
    );
    return within(probed, { ms: probeMsMax, late: timedOut, signal: this.abort.signal });
  }

  private report(reason: string): void {
    if (this.awayBecause === reason) return;
    this.awayBecause = reason;
    this.notLogged += 1;
    const nowMs = performance.now();
    if (nowMs - this.loggedAtMs < logLineEveryMs) return;
    const failures = { failuresSinceLastLine: this.notLogged };
    this.options.logger.error({ reason, ...failures }, 'EventStoreDB does not answer; it is asked again until it does');
    [this.loggedAtMs, this.notLogged] = [nowMs, 0];
  }
}

/** The client caches the request before its first append, even if it failed, unless the server was unreachable. */
function isCachedByClient(failure: Failure): boolean {
  if (failure === timedOut || failure.kind === 'refused') return false;
  return failure.kind !== 'transient' || failure.mayBeStored;
}

const timedOut: Failure = { kind: 'transient', reason: 'The server does not answer in time.', mayBeStored: true };
