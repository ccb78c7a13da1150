import type { EventStoreDbSettings } from '../../log/eventstoredb/connection-string.ts';
import type { ReplicationState } from '../../log/eventstoredb/replication.ts';
import { openSqliteLogReplica } from '../../log/sqlite/sqlite-log-replica.ts';
import type { Clock } from '../../kernel/clock.ts';
import { type Logger, writeLogLine, type WorkerLogLine } from '../../kernel/logger.ts';
import { builtThread, superviseWorker } from '../../kernel/supervised-worker.ts';

export type ReplicaRequest = 'stop';

export type ReplicaMessage =
  /** The copy has the identity of the log, so it can be read. */
  | { readonly kind: 'begun' }
  /** The copy has more events. */
  | { readonly kind: 'copied' }
  | ({ readonly kind: 'state' } & ReplicationState)
  | WorkerLogLine;

export interface ReplicaSettings extends EventStoreDbSettings {
  /** The folder of the copy. */
  readonly folder: string;
}

export interface ReplicaWorkerOptions extends ReplicaSettings {
  readonly clock: Clock;
  readonly logger: Logger;
  /** Called when the copy has more events. */
  readonly onCopied: () => void;
}

/** The replication as the main thread sees it. Another thread does the work. */
export interface ReplicaWorker {
  /** Resolves once the copy can be read: at once if it was begun earlier, never if the server does not answer. */
  readonly begun: Promise<void>;
  /** Resolves once the copy has been complete since the start; never if the server does not answer. */
  readonly whole: Promise<void>;
  /** Why events are not copied now, in words for the operator; null while they are. */
  brokenBecause(): string | null;
  /** Why nothing will be copied until an operator decides; null while replication recovers by itself. */
  stoppedBecause(): string | null;
  /** Milliseconds since the copy was last known to be complete; 0 while it is kept up to date. */
  behindMs(): number;
  stop(): Promise<void>;
}

/**
 * Copies the log from EventStoreDB into a folder, on a separate thread. If the thread ends, it is restarted.
 * @throws LogUnusable - the copy can't be opened
 */
export function startReplicaWorker(options: ReplicaWorkerOptions): ReplicaWorker {
  const { folder, url, prefix, clock, logger, onCopied } = options;
  const present = inspectCopy(folder);
  /** When the copy was last known to be complete. If it never was, the time of its newest event is used. */
  let completeAtMs = present.newestAtMs ?? clock();
  let state: ReplicationState = { caughtUp: false, brokenBecause: 'Replication has not begun.', stoppedBecause: null };
  let setBegun: () => void = () => undefined;
  const begun = new Promise<void>((resolve) => (setBegun = resolve));
  if (present.isBegun) setBegun();
  let setWhole: () => void = () => undefined;
  const whole = new Promise<void>((resolve) => (setWhole = resolve));

  const become = (next: ReplicationState) => {
    if (state.caughtUp && !next.caughtUp) completeAtMs = clock();
    state = next;
    if (next.caughtUp) setWhole();
  };
  const thread = superviseWorker<ReplicaRequest, ReplicaMessage>({
    module: builtThread('replica-worker'),
    workerData: { folder, url, prefix } satisfies ReplicaSettings,
    onMessage(message) {
      if (message.kind === 'begun') setBegun();
      else if (message.kind === 'copied') onCopied();
      else if (message.kind === 'log') writeLogLine(logger, message);
      else become(message);
    },
    onEnded({ reason, restartAfterMs }) {
      logger.error({ reason, restartAfterMs }, 'the thread that copies the log has ended, and is started again');
      const brokenBecause = `The thread that copies the log from EventStoreDB has ended: ${reason}`;
      become({ caughtUp: false, brokenBecause, stoppedBecause: null });
    },
  });

  return {
    begun,
    whole,
    brokenBecause: () => state.stoppedBecause ?? state.brokenBecause,
    stoppedBecause: () => state.stoppedBecause,
    behindMs: () => (state.caughtUp ? 0 : Math.max(0, clock() - completeAtMs)),
    stop: () => thread.close('stop'),
  };
}

/** On the calling thread, so that a copy that can't be used is reported to the caller. */
function inspectCopy(folder: string): { readonly isBegun: boolean; readonly newestAtMs: number | null } {
  const copy = openSqliteLogReplica(folder);
  try {
    return { isBegun: copy.identity() !== null, newestAtMs: copy.newest(1)[0]?.recordedAtMs ?? null };
  } finally {
    copy.close();
  }
}
