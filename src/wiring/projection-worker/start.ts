import type { EventReader } from '../../event-store/event-store.ts';
import type { Clock } from '../../kernel/clock.ts';
import type { Logger } from '../../kernel/logger.ts';
import { ConditionWaiters, type Notifications, onEachNotification } from '../../kernel/notifier.ts';
import { superviseWorker, workerModule } from '../../kernel/supervised-worker.ts';
import { assertSameLog, type Projector } from '../../projections/projector.ts';
import type { ProjectedCounts } from '../../read-models/read-model-reader.ts';
import { openReadModelForWriting, readModelFileName } from '../../read-models/sqlite/file/read-model-file.ts';
import { createSqliteReadModelWriter } from '../../read-models/sqlite/sqlite-read-model-writer.ts';

/** `read`: the log has more; answered by `reading`. */
export type ProjectionRequest = 'read' | 'stop';

/** The state of the projection thread: sent after each batch, and when it stalls or recovers. */
export interface ProjectionStatus {
  readonly checkpoint: bigint | null;
  readonly stalledBecause: string | null;
  /** Since the thread was started. */
  readonly counts: ProjectedCounts;
}

export type ProjectionMessage =
  | { readonly kind: 'reading' }
  | ({ readonly kind: 'status' } & ProjectionStatus)
  | {
      readonly kind: 'log';
      readonly level: keyof Logger;
      readonly fields: Readonly<Record<string, unknown>>;
      readonly message: string;
    };

export interface ProjectionOptions {
  readonly dataDir: string;
  readonly store: Pick<EventReader, 'logId' | 'lagAfter' | 'endPosition'>;
  /** Notified when the log has more. The thread also checks every second, so a lost notification only delays it. */
  readonly appended: Notifications;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Called after each batch, and when the projection stalls or recovers. */
  readonly onProgress?: () => void;
}

/**
 * Starts the projector on a thread of its own. If the thread ends, it is restarted, and the projection counts as stalled
 * until then. Once this resolves, the file of the read models exists.
 * @throws ReadModelUnusable - as of `startProjector` and `openReadModelForWriting`
 */
export async function startProjectionWorker(options: ProjectionOptions): Promise<Projector> {
  const { dataDir, store, appended, clock, logger, onProgress = () => undefined } = options;
  let status: ProjectionStatus = {
    checkpoint: await checkReadModel(dataDir, store),
    stalledBecause: null,
    counts: noCounts,
  };
  /** Counts of threads that have ended. */
  let earlier = noCounts;
  const abort = new AbortController();
  const waiters = new ConditionWaiters();
  let acknowledge: () => void = () => undefined;

  const thread = superviseWorker<ProjectionRequest, ProjectionMessage>({
    module: workerModule(import.meta.url, './worker'),
    workerData: { dataDir },
    onMessage(message) {
      if (message.kind === 'log') logger[message.level](message.fields, message.message);
      else if (message.kind === 'reading') acknowledge();
      else {
        status = message;
        waiters.check();
        onProgress();
      }
    },
    onEnded({ reason, restartAfterMs }) {
      logger.error({ reason, restartAfterMs }, 'the projection thread has ended, and is started again');
      acknowledge();
      earlier = sumOf(earlier, status.counts);
      status = { ...status, stalledBecause: `The projection thread has ended: ${reason}`, counts: noCounts };
    },
  });

  // One request at a time: however many commits there are while the thread is busy, one message waits for it at most.
  const requestReading = () =>
    new Promise<void>((resolve) => {
      acknowledge = resolve;
      if (!thread.post('read')) resolve();
    });
  void onEachNotification(appended, abort.signal, requestReading);

  return {
    async lag() {
      const { events, oldestRecordedAtMs } = await store.lagAfter(status.checkpoint);
      return { events, ms: oldestRecordedAtMs === null ? 0 : Math.max(0, clock() - oldestRecordedAtMs) };
    },
    stalledBecause: () => status.stalledBecause,
    counts: () => sumOf(earlier, status.counts),
    waitForPosition: (position) =>
      waiters.until(
        () => status.checkpoint !== null && status.checkpoint >= position,
        () => (abort.signal.aborted ? new Error('The projector was stopped before.') : null),
      ),
    async stop() {
      await thread.close('stop');
      abort.abort();
      waiters.check();
    },
  };
}

const noCounts: ProjectedCounts = { events: 0, callbacks: 0, redeliveries: 0, poisoned: 0 };

function sumOf(one: ProjectedCounts, other: ProjectedCounts): ProjectedCounts {
  return {
    events: one.events + other.events,
    callbacks: one.callbacks + other.callbacks,
    redeliveries: one.redeliveries + other.redeliveries,
    poisoned: one.poisoned + other.poisoned,
  };
}

/** Returns the checkpoint. On the calling thread, so that a read model that can't be used is reported to the caller. */
async function checkReadModel(dataDir: string, store: ProjectionOptions['store']): Promise<bigint | null> {
  const db = openReadModelForWriting(readModelFileName(dataDir), store.logId);
  try {
    const rows = createSqliteReadModelWriter(db);
    await assertSameLog(store, rows);
    return rows.checkpoint();
  } finally {
    db.close();
  }
}
