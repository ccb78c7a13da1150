import { performance } from 'node:perf_hooks';
import { bytesOf, StoreOverloaded, StoreUnavailable, type Append, type AppendedEvents } from '../event-store.ts';

/** Appends that may wait for a commit: ten commits of 1,000 appends, about 10 ms of work. */
export const appendsWaitingMax = 10_000;

/** Bytes of data and metadata that may wait for a commit. */
export const bytesWaitingMax = 64 * 1024 * 1024;

/** Appends in one commit. More would not be faster, and the first would wait for the last. */
const appendsPerCommitMax = 1_000;

/** Milliseconds within which an append is answered, durable or not: CSS gives up after `cssAnswerMsMax`, network included. */
export const appendAnswerMsMax = 15_000;

/** The result of one append in a group; an error concerns this append alone. */
export type AppendOutcome = AppendedEvents | Error;

interface Waiting {
  readonly append: Append;
  readonly bytes: number;
  readonly sinceMs: number;
  readonly resolve: (appended: AppendedEvents) => void;
  readonly reject: (error: Error) => void;
}

/**
 * Group commit: appends that arrive while one group is being committed become the next group, with one fsync for all.
 * `commit` makes a group durable or rejects; after a rejection nothing is durable, unless the error says it may be.
 */
export class AppendQueue {
  private waiting: Waiting[] = [];
  private committing: readonly Waiting[] = [];
  /** Waiting or being committed: they stay in memory until the commit returns, answered or not. */
  private pending = { appends: 0, bytes: 0 };
  private scheduled = false;
  private expiry: NodeJS.Timeout | null = null;
  private whenEmpty: (() => void)[] = [];

  constructor(
    private readonly commit: (appends: readonly Append[]) => Promise<readonly AppendOutcome[]>,
    private readonly answerMsMax: number = appendAnswerMsMax,
  ) {}

  add(append: Append): Promise<AppendedEvents> {
    const bytes = bytesOf(append.events);
    if (this.pending.appends >= appendsWaitingMax || this.pending.bytes + bytes > bytesWaitingMax) {
      return Promise.reject(new StoreOverloaded('Too many appends are waiting for the disk.'));
    }
    this.reserve(1, bytes);
    return new Promise((resolve, reject) => {
      this.waiting.push({ append, bytes, sinceMs: performance.now(), resolve, reject });
      this.expiry ??= setTimeout(() => this.expire(), this.answerMsMax);
      this.schedule();
    });
  }

  async drained(): Promise<void> {
    if (this.pending.appends > 0) await new Promise<void>((resolve) => this.whenEmpty.push(resolve));
  }

  /** Runs after the I/O callbacks of this event-loop iteration, so that all appends that arrived in it commit together. */
  private schedule(): void {
    if (this.scheduled || this.committing.length > 0) return;
    this.scheduled = true;
    setImmediate(() => {
      this.scheduled = false;
      void this.commitAll();
    });
  }

  private async commitAll(): Promise<void> {
    while (this.waiting.length > 0) {
      const group = this.waiting.splice(0, appendsPerCommitMax);
      this.committing = group;
      try {
        const outcomes = await this.commit(group.map(({ append }) => append));
        group.forEach((waiting, index) =>
          settle(waiting, outcomes[index] ?? new Error('The committer returned no outcome for this append.')),
        );
      } catch (error) {
        for (const { reject } of group) reject(error as Error);
      }
      this.committing = [];
      this.release(group);
    }
  }

  /** Rejects appends that have waited too long. Those being committed may still become durable; the rest are dropped. */
  private expire(): void {
    const before = performance.now() - this.answerMsMax;
    const [late, inTime] = splitBefore(this.waiting, before);
    this.waiting = inTime;
    for (const { reject } of late) reject(new StoreUnavailable('The log did not accept the event in time.'));
    for (const { reject } of splitBefore(this.committing, before)[0]) {
      reject(new StoreUnavailable('The disk did not answer in time.', { mayBeStored: true }));
    }
    const next = this.committing.find(({ sinceMs }) => sinceMs > before) ?? inTime[0];
    this.expiry = next === undefined ? null : setTimeout(() => this.expire(), Math.max(1, next.sinceMs - before));
    this.release(late);
  }

  private release(group: readonly Waiting[]): void {
    this.reserve(-group.length, -group.reduce((sum, { bytes }) => sum + bytes, 0));
    if (this.pending.appends > 0) return;
    if (this.expiry !== null) clearTimeout(this.expiry);
    this.expiry = null;
    for (const resolve of this.whenEmpty.splice(0)) resolve();
  }

  private reserve(appends: number, bytes: number): void {
    this.pending = { appends: this.pending.appends + appends, bytes: this.pending.bytes + bytes };
  }
}

function settle({ resolve, reject }: Waiting, outcome: AppendOutcome): void {
  if (outcome instanceof Error) reject(outcome);
  else resolve(outcome);
}

/** Splits a queue, oldest first, into entries from before a moment and the rest. */
function splitBefore(all: readonly Waiting[], momentMs: number): [Waiting[], Waiting[]] {
  const index = all.findIndex(({ sinceMs }) => sinceMs > momentMs);
  return index === -1 ? [[...all], []] : [all.slice(0, index), all.slice(index)];
}
