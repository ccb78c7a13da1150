import { createQuarantineDecisions } from '../quarantine/decisions.ts';
import type { EventReader, EventStore } from '../event-store/event-store.ts';
import { Notifier, onEachNotification, type Notifications } from '../kernel/notifier.ts';
import type { GraphqlPorts } from '../graphql/context.ts';
import { watchCheckpoint } from '../live/checkpoint-watch.ts';
import type { Projector } from '../projections/projector.ts';
import type { ReadModelReader } from '../read-models/read-model-reader.ts';
import { openReadModelForReading, readModelFileName } from '../read-models/sqlite/file/read-model-file.ts';
import { createSqliteReadModelReader } from '../read-models/sqlite/sqlite-read-model-reader.ts';
import type { CopyPorts } from './absent-ports.ts';
import type { NodeOptions } from './node.ts';
import { startProjectionWorker } from './projection-worker/start.ts';

/** A log that is projected in its own folder. */
export interface LogToProject {
  readonly folder: string;
  readonly store: Pick<EventReader, 'logId' | 'lagAfter' | 'endPosition'>;
  /** Notified when the log has more. */
  readonly appended: Notifications;
  /** To be notified when the read model has changed. */
  readonly changed: Notifier;
}

export interface Projected {
  readonly projector: Projector;
  readonly readModel: ReadModelReader;
}

/**
 * Projects a log on a thread of its own, and opens the read model.
 * @throws ReadModelUnusable
 */
export async function openProjected(
  { folder, store, appended, changed }: LogToProject,
  { clock, logger, closing }: Pick<NodeOptions, 'clock' | 'logger' | 'closing'>,
): Promise<Projected> {
  const progressed = new Notifier();
  const projector = await startProjectionWorker({
    dataDir: folder,
    store,
    appended,
    clock,
    logger,
    onProgress: () => progressed.notify(),
  });
  closing.add('projection', () => projector.stop());
  const db = openReadModelForReading(readModelFileName(folder));
  closing.add('read model', () => db.close());
  const readModel = createSqliteReadModelReader(db);
  const watch = watchCheckpoint(
    () => readModel.checkpoint(),
    () => changed.notify(),
  );
  const abort = new AbortController();
  void onEachNotification(progressed, abort.signal, () => watch.check());
  closing.add('checkpoint watch', () => {
    abort.abort();
    watch.stop();
  });
  return { projector, readModel };
}

export interface LogToQuery extends Projected {
  readonly append: EventStore['append'];
  readonly reader: Pick<EventReader, 'logId' | 'epoch' | 'readAt'>;
  readonly mayHavePosition: GraphqlPorts['mayHavePosition'];
  /** To be notified when a decision on quarantine can be read. */
  readonly decided: Notifier;
}

/** The ports of GraphQL that depend on the log: the same for every kind of log. */
export function createLogPorts(log: LogToQuery, clock: NodeOptions['clock']): CopyPorts {
  const { append, reader, mayHavePosition, projector, readModel, decided } = log;
  return {
    readModel,
    decisions: createQuarantineDecisions({
      store: { append, readAt: (position) => reader.readAt(position) },
      waitForPosition: (position) => projector.waitForPosition(position),
      clock,
      onDecided: () => decided.notify(),
    }),
    bodies: { bodyAt: async (position) => (await reader.readAt(position))?.data ?? null },
    log: reader,
    mayHavePosition,
  };
}
