import type { EventStoreDbSettings } from '../../event-store/eventstoredb/client/connection-string.ts';
import { openSqliteLogReplica } from '../../event-store/sqlite/sqlite-log-replica.ts';
import type { Clock } from '../../kernel/clock.ts';
import { superviseWorker, workerModule } from '../../kernel/supervised-worker.ts';
import type { Logger } from '../../kernel/logger.ts';
import type { ReplicaMessage, ReplicaRequest } from './messages.ts';

export interface ReplicaSettings extends EventStoreDbSettings {
  /** Where the copy of the log stands. */
  readonly folder: string;
}

export interface ReplicaWorkerOptions extends ReplicaSettings {
  readonly clock: Clock;
  readonly logger: Logger;
  /** There is more in the copy. */
  readonly onKept: () => void;
}

/** The follower as the main thread has it: the work is done on another. */
export interface ReplicaWorker {
  /** Resolves once the copy can be read: at once where it was begun before. Never where the log is not met. */
  readonly begun: Promise<void>;
  /** Null while it follows; else why not, in words for the operator. */
  brokenBecause(): string | null;
  /** Why it follows no more, until an operator decides; null while it goes on by itself. */
  stoppedBecause(): string | null;
  /** Milliseconds since the copy was last known to have all that the log has; 0 while it follows. */
  behindMs(): number;
  stop(): Promise<void>;
}

/**
 * Follows EventStoreDB into the copy on a thread of its own, which is started again where it ends.
 * @throws LogUnusable - the copy can't be opened
 */
export function startReplicaWorker(options: ReplicaWorkerOptions): ReplicaWorker {
  const { folder, url, prefix, clock, logger, onKept } = options;
  const present = lookAtCopy(folder);
  /** When the copy was last known to be complete; of one that was never, its newest event says how old it is at least. */
  let completeAtMs = present.newestAtMs ?? clock();
  let [caughtUp, brokenBecause, stoppedBecause] = [false, notBegun as string | null, null as string | null];
  let setBegun: () => void = () => undefined;
  const begun = new Promise<void>((resolve) => (setBegun = resolve));
  if (present.isBegun) setBegun();

  const thread = superviseWorker<ReplicaRequest, ReplicaMessage>({
    module: workerModule(import.meta.url, './worker'),
    workerData: { folder, url, prefix } satisfies ReplicaSettings,
    onMessage(message) {
      if (message.kind === 'begun') setBegun();
      else if (message.kind === 'kept') onKept();
      else if (message.kind === 'log') logger[message.level](message.fields, message.message);
      else become(message.caughtUp, message.brokenBecause, message.stoppedBecause);
    },
    onEnded({ reason, restartAfterMs }) {
      logger.error({ reason, restartAfterMs }, 'the thread that follows EventStoreDB has ended, and is started again');
      become(false, `The thread that follows EventStoreDB has ended: ${reason}`, null);
    },
  });

  function become(isCaughtUp: boolean, broken: string | null, stopped: string | null): void {
    if (caughtUp && !isCaughtUp) completeAtMs = clock();
    [caughtUp, brokenBecause, stoppedBecause] = [isCaughtUp, broken, stopped];
  }

  return {
    begun,
    brokenBecause: () => stoppedBecause ?? brokenBecause,
    stoppedBecause: () => stoppedBecause,
    behindMs: () => (caughtUp ? 0 : Math.max(0, clock() - completeAtMs)),
    stop: () => thread.close('stop'),
  };
}

const notBegun = 'Following has not begun.';

/** On the calling thread, so that what can't be used is told to the caller. */
function lookAtCopy(folder: string): { readonly isBegun: boolean; readonly newestAtMs: number | null } {
  const copy = openSqliteLogReplica(folder);
  try {
    return { isBegun: copy.identity() !== null, newestAtMs: copy.newest(1)[0]?.recordedAtMs ?? null };
  } finally {
    copy.close();
  }
}
