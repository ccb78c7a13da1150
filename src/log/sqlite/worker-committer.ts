import type { Logger } from '../../kernel/logger.ts';
import { builtThread, superviseWorker, type SupervisedWorker } from '../../kernel/supervised-worker.ts';
import {
  receivedOutcome,
  StoreUnavailable,
  type Append,
  type ExpectedRevision,
  type NewEvent,
  type SentOutcome,
} from '../event-store.ts';
import type { GroupCommit, Truncation } from './log-writer.ts';

/** A request to the worker that writes the log. It replies in the order of the requests, except to `close`. */
export type CommitRequest =
  | { readonly kind: 'commit'; readonly group: AppendGroup; readonly recordedAtMs: number }
  | { readonly kind: 'truncate'; readonly truncations: readonly Truncation[] }
  | { readonly kind: 'close' };

/** A reply of the worker. It sends `opened` once, before all others. */
export type CommitReply =
  | { readonly kind: 'opened' }
  | { readonly kind: 'committed'; readonly outcomes: readonly SentOutcome[]; readonly durationMs: number }
  | { readonly kind: 'truncated'; readonly done: readonly boolean[] }
  /** Nothing was written. */
  | { readonly kind: 'failed'; readonly reason: string };

/** A group of appends for another thread. All bytes are in one buffer, which is transferred, not copied. */
interface AppendGroup {
  /** One entry for each append. */
  readonly streamNames: string[];
  readonly expected: ExpectedRevision[];
  readonly eventCounts: number[];
  /** One entry for each event. */
  readonly eventIds: string[];
  readonly types: string[];
  readonly dataBytes: number[];
  readonly metadataBytes: number[];
  /** Indexes of the damaged events. */
  readonly damaged: number[];
  /** Data and metadata of each event, one after the other. */
  readonly bytes: ArrayBuffer;
}

export function packAppends(appends: readonly Append[]): AppendGroup {
  const events = appends.flatMap((append) => append.events);
  const dataBytes = events.map(({ data }) => data.byteLength);
  const metadataBytes = events.map(({ metadata }) => metadata.byteLength);
  const bytes = new Uint8Array(sum(dataBytes) + sum(metadataBytes));
  let at = 0;
  for (const { data, metadata } of events) {
    bytes.set(data, at);
    bytes.set(metadata, at + data.byteLength);
    at += data.byteLength + metadata.byteLength;
  }
  return {
    streamNames: appends.map(({ streamName }) => streamName),
    expected: appends.map(({ expected }) => expected),
    eventCounts: appends.map((append) => append.events.length),
    eventIds: events.map(({ eventId }) => eventId),
    types: events.map(({ type }) => type),
    dataBytes,
    metadataBytes,
    damaged: events.flatMap(({ isDamaged }, index) => (isDamaged ? [index] : [])),
    bytes: bytes.buffer,
  };
}

/** The appends of a group; their data and metadata are views of the group's buffer. */
export function unpackAppends(group: AppendGroup): Append[] {
  let [next, at] = [0, 0];
  const take = (length = 0) => new Uint8Array(group.bytes, (at += length) - length, length);
  const damaged = new Set(group.damaged);
  const takeEvent = (): NewEvent => {
    const event = {
      eventId: group.eventIds[next] ?? '',
      type: group.types[next] ?? '',
      data: take(group.dataBytes[next]),
      metadata: take(group.metadataBytes[next]),
      ...(damaged.has(next) && ({ isDamaged: true } as const)),
    };
    next += 1;
    return event;
  };
  return group.streamNames.map((streamName, index) => ({
    streamName,
    expected: group.expected[index] ?? 'any',
    events: Array.from({ length: group.eventCounts[index] ?? 0 }, takeEvent),
  }));
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0);
}

/** Writes the log, on any thread. */
export interface Committer {
  /** @throws StoreUnavailable - nothing was written, unless `mayBeStored` says that it may have been */
  commit(appends: readonly Append[], recordedAtMs: number): Promise<GroupCommit>;
  /** See `LogWriter.truncate`. */
  truncate(truncations: readonly Truncation[]): Promise<readonly boolean[]>;
  close(): Promise<void>;
}

interface WorkerCommitterOptions {
  readonly dataDir: string;
  readonly logger: Logger;
  /** A worker has opened the log. The last request to the previous worker may have been carried out. */
  readonly onOpened: () => void;
}

interface PendingRequest {
  readonly resolve: (reply: CommitReply) => void;
  readonly reject: (error: StoreUnavailable) => void;
}

/**
 * Commits on a worker thread. If the thread ends, its unanswered requests fail with `mayBeStored`, and new ones fail at once
 * until it has been restarted. Restarts are tried without end: the disk may recover.
 */
export class WorkerCommitter implements Committer {
  private readonly worker: SupervisedWorker<CommitRequest>;
  /** In the order of the requests, and so of the replies. */
  private pending: PendingRequest[] = [];

  constructor({ dataDir, logger, onOpened }: WorkerCommitterOptions) {
    this.worker = superviseWorker<CommitRequest, CommitReply>({
      module: builtThread('commit-worker'),
      workerData: { dataDir },
      onMessage: (reply) => {
        if (reply.kind === 'opened') onOpened();
        else this.pending.shift()?.resolve(reply);
      },
      onEnded: ({ reason, hadBegun, restartAfterMs }) => {
        logger.error({ reason, restartAfterMs }, 'the thread that writes the log has ended, and is started again');
        this.failAll(`The thread that writes the log has ended: ${reason}.`, hadBegun);
      },
    });
  }

  async commit(appends: readonly Append[], recordedAtMs: number): Promise<GroupCommit> {
    const group = packAppends(appends);
    const reply = await this.request({ kind: 'commit', group, recordedAtMs }, [group.bytes]);
    if (reply.kind !== 'committed') throw failureOf(reply);
    const outcomes = appends.map(({ streamName }, index) => {
      const sent = reply.outcomes[index];
      return sent === undefined ? new Error('The worker returned no outcome.') : receivedOutcome(streamName, sent);
    });
    return { outcomes, durationMs: reply.durationMs };
  }

  async truncate(truncations: readonly Truncation[]): Promise<readonly boolean[]> {
    const reply = await this.request({ kind: 'truncate', truncations });
    if (reply.kind !== 'truncated') throw failureOf(reply);
    return reply.done;
  }

  async close(): Promise<void> {
    await this.worker.close({ kind: 'close' });
    // The thread answers every request before `close`, unless it ended by itself.
    this.failAll('The thread that writes the log has ended.', true);
  }

  private failAll(why: string, mayBeStored: boolean): void {
    for (const { reject } of this.pending.splice(0)) reject(new StoreUnavailable(why, { mayBeStored }));
  }

  private request(request: CommitRequest, transfer: readonly ArrayBuffer[] = []): Promise<CommitReply> {
    return new Promise((resolve, reject) => {
      if (this.worker.post(request, transfer)) this.pending.push({ resolve, reject });
      else reject(new StoreUnavailable('The thread that writes the log has ended and is being restarted.'));
    });
  }
}

function failureOf(reply: CommitReply): Error {
  return new StoreUnavailable(
    reply.kind === 'failed' ? reply.reason : `The worker replied ${reply.kind}, out of order.`,
  );
}

interface Waiting {
  readonly truncation: Truncation;
  readonly resolve: (done: boolean) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Truncations requested at the same time share a transaction and its fsync, as appends do, so truncating many streams does
 * not cost an fsync each.
 */
export class TruncationQueue {
  private waiting: Waiting[] = [];
  private isCommitting = false;

  constructor(private readonly committer: Pick<Committer, 'truncate'>) {}

  /** One step: resolves with true once nothing is left to remove. @throws StoreUnavailable - nothing was removed */
  add(truncation: Truncation): Promise<boolean> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ truncation, resolve, reject });
      if (!this.isCommitting) void this.commitAll();
    });
  }

  private async commitAll(): Promise<void> {
    this.isCommitting = true;
    // Truncations requested in the same turn of the event loop join the first group.
    await Promise.resolve();
    while (this.waiting.length > 0) {
      const group = this.waiting.splice(0);
      try {
        const done = await this.committer.truncate(group.map(({ truncation }) => truncation));
        group.forEach(({ resolve }, index) => resolve(done[index] ?? false));
      } catch (error) {
        for (const { reject } of group) reject(error);
      }
    }
    this.isCommitting = false;
  }
}
