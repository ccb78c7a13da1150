import { performance } from 'node:perf_hooks';
import { backoffMs } from '../../../kernel/backoff.ts';
import { delay, within } from '../../../kernel/delay.ts';
import type { Logger } from '../../../kernel/logger.ts';
import { LogUnusable } from '../../errors.ts';
import { readFailure, type Failure } from './failure.ts';

/** Milliseconds between two looks whether the server is back: often enough to lose little, rare enough to cost nothing. */
const lookAgain = { leastMs: 100, mostMs: 2_000 };

/** Milliseconds that one look has: a frozen server answers nothing for about 19 seconds. */
const lookMsMax = 3_000;

export interface AvailabilityOptions {
  /** Asks the server for something that changes nothing, on the very way that appends go. */
  readonly probe: () => Promise<unknown>;
  /** Called where looking fails other than by a connection: what the client keeps of it would fail for ever. */
  readonly renewClient: () => void;
  readonly onAnswering: () => void;
  readonly logger: Logger;
}

/**
 * Whether the server answers. Nothing is sent while it does not but one look at a time; so that appends go on in their order
 * once it does, and not all at once before: the first of many on a cold connection would land last.
 */
export class ServerAvailability {
  private awaySinceMs: number | null = performance.now();
  private reasonNow: string | null = null;
  private looking: Promise<void> | null = null;
  /** Looks that were answered since an append was: a server may answer these and take nothing. */
  private vainLooks = 0;
  private readonly abort = new AbortController();

  constructor(private readonly options: AvailabilityOptions) {
    this.lookUntilAnswering();
  }

  get isAnswering(): boolean {
    return this.awaySinceMs === null;
  }

  /** Null while it answers, and at first. */
  get reason(): string | null {
    return this.reasonNow;
  }

  awayMs(): number {
    return this.awaySinceMs === null ? 0 : performance.now() - this.awaySinceMs;
  }

  /** A call has failed, and not because of what it asked. */
  callFailed(reason: string): void {
    if (this.awaySinceMs !== null || this.abort.signal.aborted) return;
    this.awaySinceMs = performance.now();
    this.tell(reason);
    this.lookUntilAnswering();
  }

  /** An append was answered. */
  appendAnswered(): void {
    this.vainLooks = 0;
    this.answers();
  }

  private answers(): void {
    if (this.awaySinceMs === null || this.abort.signal.aborted) return;
    if (this.reasonNow !== null) this.options.logger.info({}, 'EventStoreDB answers again');
    this.awaySinceMs = null;
    this.reasonNow = null;
    this.options.onAnswering();
  }

  async close(): Promise<void> {
    this.abort.abort();
    await this.looking;
  }

  private lookUntilAnswering(): void {
    this.looking ??= this.look().finally(() => {
      this.looking = null;
    });
  }

  private async look(): Promise<void> {
    // The first look after a break is at once; not so where looking alone did no good the last time.
    if (this.vainLooks > 0) await this.pause(this.vainLooks - 1);
    for (let attempt = this.vainLooks; !this.isAnswering && !this.abort.signal.aborted; attempt += 1) {
      const failure = await this.lookOnce();
      if (failure === null) {
        this.vainLooks += 1;
        this.answers();
        return;
      }
      if (isKeptByClient(failure)) this.options.renewClient();
      this.tell('reason' in failure ? failure.reason : 'The server does not take appends.');
      await this.pause(attempt);
    }
  }

  private pause(attempt: number): Promise<void> {
    return delay(backoffMs(attempt, lookAgain), this.abort.signal);
  }

  private lookOnce(): Promise<Failure | null> {
    const looked = this.options.probe().then(
      () => null,
      (error: unknown): Failure =>
        error instanceof LogUnusable ? { kind: 'refused', reason: error.message } : readFailure(error),
    );
    return within(looked, { ms: lookMsMax, late: silent, signal: this.abort.signal });
  }

  private tell(reason: string): void {
    if (this.reasonNow === reason) return;
    this.reasonNow = reason;
    this.options.logger.error({ reason }, 'EventStoreDB does not answer; it is asked again until it does');
  }
}

/** The client keeps its question before the first append, also where that failed; but not where nobody was reached. */
function isKeptByClient(failure: Failure): boolean {
  if (failure === silent || failure.kind === 'refused') return false;
  return failure.kind !== 'transient' || failure.mayBeStored;
}

const silent: Failure = { kind: 'transient', reason: 'The server does not answer in time.', mayBeStored: true };
