import type { EventReader } from '../../event-store/event-store.ts';
import type { Clock } from '../../kernel/clock.ts';
import { ConditionWaiters } from '../../kernel/condition-waiters.ts';
import { superviseWorker, workerModule } from '../../kernel/supervised-worker.ts';
import type { Logger } from '../../kernel/logger.ts';
import { assertSameLog, type Projector } from '../../projections/projector.ts';
import type { ProjectedCounts } from '../../read-models/read-model-reader.ts';
import { openReadModelForWriting, readModelFileName } from '../../read-models/sqlite/file/read-model-file.ts';
import { createSqliteReadModelWriter } from '../../read-models/sqlite/sqlite-read-model-writer.ts';
import type { ProjectionMessage, ProjectionRequest, ProjectionStatus } from './messages.ts';

export interface ProjectionOptions {
  readonly dataDir: string;
  readonly store: Pick<EventReader, 'logId' | 'lagAfter' | 'endPosition'>;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Called after each batch, and when it stalls. */
  readonly onProgress?: () => void;
}

/** The projector as the main thread has it: the work is done on another. */
export interface ProjectionWorker extends Projector {
  /** There is more in the log. Nothing is lost where nobody says so: it looks by itself every second. */
  notify(): void;
}

/**
 * Starts the projection on a thread of its own, which is started again where it ends; it counts as stalled meanwhile. The
 * file of the read models is there once this resolves.
 * @throws ReadModelUnusable - as of `startProjector` and `openReadModelForWriting`
 */
export async function startProjectionWorker(options: ProjectionOptions): Promise<ProjectionWorker> {
  const { dataDir, store, clock, logger, onProgress = () => undefined } = options;
  let status: ProjectionStatus = {
    checkpoint: await checkReadModel(dataDir, store),
    stalledBecause: null,
    counts: noCounts,
  };
  /** Of threads that have ended. */
  let earlier = noCounts;
  let stopped = false;
  const waiters = new ConditionWaiters();

  const told = { onItsWay: false, again: false };
  const lookAgain = () => {
    // One at a time: however many commits there are while the thread is busy, no more than one waits for it.
    if (told.onItsWay) told.again = true;
    else told.onItsWay = thread.post('lookAgain');
  };
  const thread = superviseWorker<ProjectionRequest, ProjectionMessage>({
    module: workerModule(import.meta.url, './worker'),
    workerData: { dataDir },
    onMessage(message) {
      if (message.kind === 'log') logger[message.level](message.fields, message.message);
      else if (message.kind === 'looks') {
        const { again } = told;
        told.onItsWay = told.again = false;
        if (again) lookAgain();
      } else {
        status = message;
        waiters.check();
        onProgress();
      }
    },
    onEnded({ reason, restartAfterMs }) {
      logger.error({ reason, restartAfterMs }, 'the projection thread has ended, and is started again');
      told.onItsWay = told.again = false;
      earlier = sumOf(earlier, status.counts);
      status = { ...status, stalledBecause: `The projection thread has ended: ${reason}`, counts: noCounts };
    },
  });

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
        () => (stopped ? new Error('The projector was stopped before.') : null),
      ),
    notify: lookAgain,
    async stop() {
      await thread.close('stop');
      stopped = true;
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

/** On the calling thread, so that what can't be used is told to the caller. Tells the checkpoint. */
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
