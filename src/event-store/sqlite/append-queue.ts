import { StoreOverloaded } from '../errors.ts';
import type { AppendedEvents, ExpectedRevision, NewEvent } from '../event-store.ts';

/** Appends that may wait for a commit. At 1 ms a commit and 1,000 appends each, ten of them are 10 ms of work. */
export const appendsWaitingMax = 10_000;

/** Bytes of data and metadata that may wait for a commit. */
export const bytesWaitingMax = 64 * 1024 * 1024;

/** Appends in one commit: more would not make the disk faster, and would hold up everything else of the thread. */
const appendsPerCommitMax = 1_000;

export interface Append {
  readonly streamName: string;
  readonly events: readonly NewEvent[];
  readonly expected: ExpectedRevision;
}

/** Bytes of data and metadata. */
export function bytesOf({ events }: Append): number {
  return events.reduce((sum, { data, metadata }) => sum + data.byteLength + metadata.byteLength, 0);
}

/** What became of one append; an error here concerns this append alone. */
export type AppendOutcome = AppendedEvents | Error;

interface Waiting {
  readonly append: Append;
  readonly bytes: number;
  readonly resolve: (appended: AppendedEvents) => void;
  readonly reject: (error: Error) => void;
}

/**
 * Group commit: all appends that wait at a moment share one transaction, hence one fsync. `commit` makes them durable or
 * throws; then none of them is.
 */
export class AppendQueue {
  private waiting: Waiting[] = [];
  private waitingBytes = 0;
  private scheduled = false;

  constructor(private readonly commit: (appends: readonly Append[]) => readonly AppendOutcome[]) {}

  add(append: Append): Promise<AppendedEvents> {
    const bytes = bytesOf(append);
    if (this.waiting.length >= appendsWaitingMax || this.waitingBytes + bytes > bytesWaitingMax) {
      return Promise.reject(new StoreOverloaded('Too many appends wait for the disk.'));
    }
    this.waitingBytes += bytes;
    return new Promise((resolve, reject) => {
      this.waiting.push({ append, bytes, resolve, reject });
      this.schedule();
    });
  }

  /** Commits all that waits, now. */
  flush(): void {
    while (this.waiting.length > 0) this.commitOnce();
  }

  /** After the input of this turn of the event loop: whatever arrived in it commits together. */
  private schedule(): void {
    if (this.scheduled) return;
    this.scheduled = true;
    setImmediate(() => {
      this.scheduled = false;
      this.commitOnce();
      if (this.waiting.length > 0) this.schedule();
    });
  }

  private commitOnce(): void {
    const group = this.waiting.splice(0, appendsPerCommitMax);
    if (group.length === 0) return;
    this.waitingBytes -= group.reduce((sum, { bytes }) => sum + bytes, 0);
    let outcomes: readonly AppendOutcome[];
    try {
      outcomes = this.commit(group.map(({ append }) => append));
    } catch (error) {
      for (const { reject } of group) reject(error as Error);
      return;
    }
    group.forEach(({ resolve, reject }, index) => {
      const outcome = outcomes[index] ?? new Error('An append was lost in its group.');
      if (outcome instanceof Error) reject(outcome);
      else resolve(outcome);
    });
  }
}
