import { type Logger, writeLogLine, type WorkerLogLine } from '../../kernel/logger.ts';
import { type Notifications, onEachNotification } from '../../kernel/notifier.ts';
import { builtThread, superviseWorker } from '../../kernel/supervised-worker.ts';
import type { Projector } from '../projector.ts';
import { noCounts, sumOf, type ProjectedCounts } from '../progress.ts';

/** `read`: the log has more; answered by `reading`. `complete`: mark the file as complete; answered by `completed`. */
export type ProjectionRequest = 'read' | 'complete' | 'stop';

export interface ProjectionWorkerData {
  /** The folder of the log. */
  readonly dataDir: string;
  /** The folder of the keys of personal data. */
  readonly keysFolder?: string | null;
  /** The file of the read models, which must exist. */
  readonly file: string;
}

/** The state of the projection thread: sent after each batch, and when it stalls or recovers. */
interface ProjectionStatus {
  readonly checkpoint: bigint | null;
  readonly stalledBecause: string | null;
  /** Since the thread was started. */
  readonly counts: ProjectedCounts;
  readonly hasCaughtUp: boolean;
}

export type ProjectionMessage =
  | { readonly kind: 'reading' }
  | { readonly kind: 'completed' }
  | { readonly kind: 'damaged'; readonly reason: string }
  | ({ readonly kind: 'status' } & ProjectionStatus)
  | WorkerLogLine;

interface ProjectionOptions extends ProjectionWorkerData {
  /** The position up to which the file is projected now. */
  readonly checkpoint: bigint | null;
  /** Notified when the log has more. The thread also checks every second, so a lost notification only delays it. */
  readonly appended: Notifications;
  readonly logger: Logger;
  /** Called after each batch, and when the projection stalls, recovers or has caught up. */
  readonly onProgress?: () => void;
  /** Called when the file turns out to be damaged, or gone. Nothing is projected from then on. */
  readonly onDamaged?: (reason: string) => void;
}

/** A projector on a separate thread. */
export interface ProjectionWorker extends Projector {
  /** The position up to which the file is projected. */
  checkpoint(): bigint | null;
  /** Marks the file as complete, durably. Rejects if the thread ends first. */
  complete(): Promise<void>;
}

/** Starts the thread. If it ends, it is restarted, and the projection counts as stalled until then. */
export function startProjectionWorker(options: ProjectionOptions): ProjectionWorker {
  const { dataDir, keysFolder = null, file, appended, logger } = options;
  const { onProgress = () => undefined, onDamaged = () => undefined } = options;
  let status: ProjectionStatus = {
    checkpoint: options.checkpoint,
    stalledBecause: null,
    counts: noCounts,
    hasCaughtUp: false,
  };
  /** Counts of threads that have ended. */
  let earlier = noCounts;
  const abort = new AbortController();
  let acknowledge: () => void = () => undefined;
  let completed: { readonly resolve: () => void; readonly reject: (error: Error) => void } | null = null;

  const thread = superviseWorker<ProjectionRequest, ProjectionMessage>({
    module: builtThread('projection-worker'),
    workerData: { dataDir, keysFolder, file } satisfies ProjectionWorkerData,
    onMessage(message) {
      if (message.kind === 'log') writeLogLine(logger, message);
      else if (message.kind === 'reading') acknowledge();
      else if (message.kind === 'completed') completed?.resolve();
      else if (message.kind === 'damaged') onDamaged(message.reason);
      else {
        status = message;
        onProgress();
      }
    },
    onEnded({ reason, restartAfterMs }) {
      logger.error({ reason, restartAfterMs }, 'the projection thread has ended, and is started again');
      acknowledge();
      completed?.reject(new Error(`The projection thread has ended: ${reason}`));
      earlier = sumOf(earlier, status.counts);
      status = { ...status, stalledBecause: `The projection thread has ended: ${reason}`, counts: noCounts };
    },
  });

  // One request at a time, so that at most one message waits for a busy thread, however many commits there are.
  const requestReading = () =>
    new Promise<void>((resolve) => {
      acknowledge = resolve;
      if (!thread.post('read')) resolve();
    });
  void onEachNotification(appended, abort.signal, requestReading);

  return {
    checkpoint: () => status.checkpoint,
    hasCaughtUp: () => status.hasCaughtUp,
    stalledBecause: () => status.stalledBecause,
    counts: () => sumOf(earlier, status.counts),
    complete: () =>
      new Promise((resolve, reject) => {
        completed = { resolve, reject };
        if (!thread.post('complete')) reject(new Error('The projection thread has ended.'));
      }),
    async stop() {
      await thread.close('stop');
      completed?.reject(new Error('The projector was stopped before.'));
      abort.abort();
    },
  };
}
