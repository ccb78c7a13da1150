import { superviseWorker, type SupervisedWorker, workerModule } from '../../kernel/supervised-worker.ts';
import type { Logger } from '../../kernel/logger.ts';
import { StoreUnavailable } from '../errors.ts';
import type { Append } from './append-queue.ts';
import { packAppends, decodeOutcome, type CommitReply, type CommitRequest } from './commit-messages.ts';
import type { GroupCommit } from './log-writer.ts';

/** Where the log is written: the connection that writes stands there. */
export interface Committer {
  /** @throws StoreUnavailable - as of `LogWriter.commit`; where it says `mayBeStored` the outcome is not known */
  commit(appends: readonly Append[], recordedAtMs: number): Promise<GroupCommit>;
  /** As `LogWriter.truncate`. */
  truncate(streamName: string, beforeRevision: bigint): Promise<boolean>;
  close(): Promise<void>;
}

export interface WorkerCommitterOptions {
  readonly dataDir: string;
  readonly logger: Logger;
  /** The thread has opened the log. What one before it was asked last may have been done. */
  readonly onOpened: () => void;
}

/**
 * Commits on a thread of its own. Where the thread ends, what it was asked fails with `mayBeStored`, and everything fails
 * at once until another one is there: it is started again for ever, since the disk may come back.
 */
export function openWorkerCommitter(options: WorkerCommitterOptions): Committer {
  return new WorkerCommitter(options);
}

interface Asked {
  readonly resolve: (reply: CommitReply) => void;
  readonly reject: (error: StoreUnavailable) => void;
}

class WorkerCommitter implements Committer {
  private readonly thread: SupervisedWorker<CommitRequest>;
  /** In the order of asking, which is that of the answers. */
  private asked: Asked[] = [];

  constructor({ dataDir, logger, onOpened }: WorkerCommitterOptions) {
    this.thread = superviseWorker<CommitRequest, CommitReply>({
      module: workerModule(import.meta.url, './commit-worker'),
      workerData: { dataDir },
      onMessage: (reply) => {
        if (reply.kind === 'opened') onOpened();
        else this.asked.shift()?.resolve(reply);
      },
      onEnded: ({ reason, hadBegun, restartAfterMs }) => {
        logger.error({ reason, restartAfterMs }, 'the thread that writes the log has ended, and is started again');
        const why = `The thread that writes the log has ended: ${reason}.`;
        this.failAll(why, hadBegun);
      },
    });
  }

  async commit(...[appends, recordedAtMs]: Parameters<Committer['commit']>): ReturnType<Committer['commit']> {
    const group = packAppends(appends);
    const reply = await this.ask({ kind: 'commit', group, recordedAtMs }, [group.bytes]);
    if (reply.kind !== 'committed') throw failureOf(reply);
    const outcomes = appends.map((append, index) => {
      const sent = reply.outcomes[index];
      return sent === undefined ? new Error('An append was lost in its group.') : decodeOutcome(append, sent);
    });
    return { outcomes, durationMs: reply.durationMs };
  }

  async truncate(streamName: string, beforeRevision: bigint): Promise<boolean> {
    const reply = await this.ask({ kind: 'truncate', streamName, beforeRevision });
    if (reply.kind !== 'truncated') throw failureOf(reply);
    return reply.done;
  }

  async close(): Promise<void> {
    await this.thread.close({ kind: 'close' });
    // It answers whatever it was asked before, unless it ended of itself meanwhile.
    this.failAll('The thread that writes the log has ended.', true);
  }

  private failAll(why: string, mayBeStored: boolean): void {
    for (const { reject } of this.asked.splice(0)) reject(new StoreUnavailable(why, { mayBeStored }));
  }

  private ask(request: CommitRequest, transfer: readonly ArrayBuffer[] = []): Promise<CommitReply> {
    return new Promise((resolve, reject) => {
      if (this.thread.post(request, transfer)) this.asked.push({ resolve, reject });
      else reject(new StoreUnavailable('The thread that writes the log has ended and is started again.'));
    });
  }
}

function failureOf(reply: CommitReply): Error {
  return new StoreUnavailable(reply.kind === 'failed' ? reply.reason : 'The thread that writes the log is at odds.');
}
