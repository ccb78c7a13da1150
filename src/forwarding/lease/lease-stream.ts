import { WrongExpectedRevision } from '../../log/errors.ts';
import type { EventStore } from '../../log/event-store.ts';
import { decodeLeaseEvent, encodeLeaseEvent, forwardingStreamOf, type LeaseEvent } from './lease-events.ts';
import { afterChange, type LeasedProgress } from './leased-progress.ts';

/** The leases of all nodes: the streams themselves, not a copy of them. */
export type LeaseStore = Pick<EventStore, 'append' | 'readStream'> & {
  readonly truncateStream: (streamName: string, beforeRevision: bigint) => Promise<unknown>;
};

/**
 * `withoutProgress`: after this many events in a row without the progress, the next one has it, so that reading it
 * takes one page. `beforeProgress`: events before it that are kept until they are truncated, because each truncation is
 * another event.
 */
const eventsMax = { withoutProgress: 50, beforeProgress: 200 };

/** Attempts to append while other nodes append as well. */
export const appendsMax = 5;

/** The lease of one target, or the renewals of all nodes, as the events of the stream say: nothing is cached that was not read or appended. */
export class LeaseStream {
  /** Revision of the newest event that was read or appended; null before the first. */
  revision: bigint | null = null;
  /** The node that forwards; null if none does, and any may take the lease at once. */
  holder: string | null = null;
  /** Null before the first event. */
  progress: LeasedProgress | null = null;
  /** Bytes of progress in the last such event that was appended here. */
  progressBytes = 0;
  private readonly name: string;
  private progressAt = -1n;
  private truncatedBefore = 0n;

  constructor(
    target: string,
    private readonly store: LeaseStore,
  ) {
    this.name = forwardingStreamOf(target);
  }

  /**
   * Reads the new events, and returns them in order.
   * @throws StoreUnavailable - may be retried: until all could be read nothing is noted, because nobody would hear of it again
   */
  async readNew(): Promise<readonly LeaseEvent[]> {
    const from = this.revision === null ? 0n : this.revision + 1n;
    const read: [bigint, LeaseEvent | null][] = [];
    for await (const recorded of this.store.readStream(this.name, from)) {
      read.push([recorded.revision, decodeLeaseEvent(recorded)]);
    }
    for (const noted of read) this.noteRecorded(...noted);
    return read.flatMap(([, event]) => event ?? []);
  }

  /** Whether the next event must have the progress. */
  get needsProgress(): boolean {
    return this.revision !== null && this.revision - this.progressAt >= BigInt(eventsMax.withoutProgress);
  }

  /**
   * Appends an event unless another one came first: then it returns false, and `readNew` has that event. So of two
   * nodes that believe they hold the lease, only one can append.
   * @throws StoreUnavailable - nothing is known to be appended; may be retried after `readNew`
   */
  async append(event: LeaseEvent): Promise<boolean> {
    try {
      const expected = this.revision ?? 'none';
      const encoded = encodeLeaseEvent(event);
      const { revision } = await this.store.append(this.name, [encoded], expected);
      if (event.progress !== null) this.progressBytes = encoded.data.byteLength;
      this.noteRecorded(revision, event);
      return true;
    } catch (error) {
      if (error instanceof WrongExpectedRevision) return false;
      throw error;
    }
  }

  /** Removes events that nobody reads any more, once they are many. @throws StoreUnavailable - may be retried */
  async truncate(before = this.progressAt): Promise<void> {
    if (before - this.truncatedBefore < BigInt(eventsMax.beforeProgress)) return;
    await this.store.truncateStream(this.name, before);
    this.truncatedBefore = before;
  }

  private noteRecorded(revision: bigint, event: LeaseEvent | null): void {
    // Everything before the first event that was read is truncated already.
    if (this.revision === null) this.truncatedBefore = revision;
    this.revision = revision;
    if (event === null) return;
    const { kind, holder, progress, change } = event;
    if (kind === 'released') this.holder = null;
    else if (kind !== 'changed') this.holder = holder;
    if (progress !== null) [this.progress, this.progressAt] = [progress, revision];
    else if (change !== null && this.progress !== null) this.progress = afterChange(this.progress, change);
  }
}
