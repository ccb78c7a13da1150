import { performance } from 'node:perf_hooks';
import { StoreOverloaded, StoreUnavailable } from '../errors.ts';
import type { AppendedEvents, ExpectedRevision, NewEvent } from '../event-store.ts';

/** Appends that may wait for a commit. At 1 ms a commit and 1,000 appends each, ten of them are 10 ms of work. */
export const appendsWaitingMax = 10_000;

/** Bytes of data and metadata that may wait for a commit. */
export const bytesWaitingMax = 64 * 1024 * 1024;

/** Appends in one commit: more would not make the disk faster, and the first of them would wait for the last. */
const appendsPerCommitMax = 1_000;

/** Milliseconds until an append is answered, durable or not: CSS gives up after 20 seconds, and our answer needs its way. */
export const appendAnswerMsMax = 15_000;

export interface Append {
  readonly streamName: string;
  readonly events: readonly NewEvent[];
  readonly expected: ExpectedRevision;
}

/** What became of one append; an error here concerns this append alone. */
export type AppendOutcome = AppendedEvents | Error;

/** Bytes of data and metadata. */
export function bytesOf({ events }: Append): number {
  return events.reduce((sum, { data, metadata }) => sum + data.byteLength + metadata.byteLength, 0);
}

interface Waiting {
  readonly append: Append;
  readonly bytes: number;
  readonly sinceMs: number;
  readonly resolve: (appended: AppendedEvents) => void;
  readonly reject: (error: Error) => void;
}

/**
 * Group commit: one group is on its way to the disk, and all appends that come meanwhile are the next, with one fsync for
 * all. `commit` makes a group durable or rejects; then none of it is, unless the error says that it may be.
 */
export class AppendQueue {
  private waiting: Waiting[] = [];
  private committing: readonly Waiting[] = [];
  /** Of what waits and what is being committed: it is held in memory until the commit returns, answered or not. */
  private held = { appends: 0, bytes: 0 };
  private scheduled = false;
  private expiry: NodeJS.Timeout | null = null;
  private whenEmpty: (() => void)[] = [];

  constructor(
    private readonly commit: (appends: readonly Append[]) => Promise<readonly AppendOutcome[]>,
    private readonly answerMsMax: number = appendAnswerMsMax,
  ) {}

  add(append: Append): Promise<AppendedEvents> {
    const bytes = bytesOf(append);
    if (this.held.appends >= appendsWaitingMax || this.held.bytes + bytes > bytesWaitingMax) {
      return Promise.reject(new StoreOverloaded('Too many appends wait for the disk.'));
    }
    this.hold(1, bytes);
    return new Promise((resolve, reject) => {
      this.waiting.push({ append, bytes, sinceMs: performance.now(), resolve, reject });
      this.expiry ??= setTimeout(() => {
        this.expire();
      }, this.answerMsMax);
      this.schedule();
    });
  }

  /** Resolves once nothing waits any more. */
  async drained(): Promise<void> {
    if (this.held.appends > 0) await new Promise<void>((resolve) => this.whenEmpty.push(resolve));
  }

  /** After the input of this turn of the event loop: whatever arrived in it commits together. */
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
        group.forEach((waiting, index) => {
          settle(waiting, outcomes[index] ?? new Error('An append was lost in its group.'));
        });
      } catch (error) {
        for (const { reject } of group) reject(error as Error);
      }
      this.committing = [];
      this.letGo(group);
    }
  }

  /** Answers what has waited too long. What is being committed may become durable yet; the rest is forgotten. */
  private expire(): void {
    const before = performance.now() - this.answerMsMax;
    const [late, inTime] = splitBefore(this.waiting, before);
    this.waiting = inTime;
    for (const { reject } of late) reject(new StoreUnavailable('The log did not take it in time.'));
    for (const { reject } of splitBefore(this.committing, before)[0]) {
      reject(new StoreUnavailable('The disk did not answer in time.', { mayBeStored: true }));
    }
    const next = this.committing.find(({ sinceMs }) => sinceMs > before) ?? inTime[0];
    this.expiry =
      next === undefined
        ? null
        : setTimeout(
            () => {
              this.expire();
            },
            Math.max(1, next.sinceMs - before),
          );
    this.letGo(late);
  }

  private letGo(group: readonly Waiting[]): void {
    this.hold(-group.length, -group.reduce((sum, { bytes }) => sum + bytes, 0));
    if (this.held.appends > 0) return;
    if (this.expiry !== null) clearTimeout(this.expiry);
    this.expiry = null;
    for (const resolve of this.whenEmpty.splice(0)) resolve();
  }

  private hold(appends: number, bytes: number): void {
    this.held = { appends: this.held.appends + appends, bytes: this.held.bytes + bytes };
  }
}

function settle({ resolve, reject }: Waiting, outcome: AppendOutcome): void {
  if (outcome instanceof Error) reject(outcome);
  else resolve(outcome);
}

/** What has waited since before a moment, and the rest; the oldest stand first. */
function splitBefore(all: readonly Waiting[], momentMs: number): [Waiting[], Waiting[]] {
  const index = all.findIndex(({ sinceMs }) => sinceMs > momentMs);
  return index === -1 ? [[...all], []] : [all.slice(0, index), all.slice(index)];
}
