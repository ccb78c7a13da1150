import { createQuarantineDecisions } from '../quarantine/decisions.ts';
import type { EventReader, EventStore } from '../event-store/event-store.ts';
import type { Notifier } from '../kernel/notifier.ts';
import type { GraphqlPorts } from '../graphql/context.ts';
import { watchCheckpoint, type CheckpointWatch } from '../live/checkpoint-watch.ts';
import { createTimeSlices } from '../live/time-slices.ts';
import type { Projector } from '../projections/projector.ts';
import type { ReadModelReader } from '../read-models/read-model-reader.ts';
import { openReadModelForReading, readModelFileName } from '../read-models/sqlite/file/read-model-file.ts';
import { createSqliteReadModelReader } from '../read-models/sqlite/sqlite-read-model-reader.ts';
import { startProjectionWorker, type ProjectionWorker } from './projection-worker/start.ts';
import type { NodeOptions } from './node.ts';

export interface Projected {
  readonly projection: ProjectionWorker;
  readonly readModel: ReadModelReader;
}

/**
 * Projects the log in a folder, and reads what was projected; both files stand there. `wakeUp` rings whenever there is more
 * to read.
 * @throws ReadModelUnusable
 */
export async function openProjected(
  folder: string,
  store: Pick<EventReader, 'logId' | 'lagAfter' | 'endPosition'>,
  wakeUp: Notifier,
  { clock, logger, closing }: Pick<NodeOptions, 'clock' | 'logger' | 'closing'>,
): Promise<Projected> {
  let watch: CheckpointWatch | null = null;
  const onProgress = () => watch?.check();
  const projection = await startProjectionWorker({ dataDir: folder, store, clock, logger, onProgress });
  closing.push(() => projection.stop());
  const reading = openReadModelForReading(readModelFileName(folder));
  closing.push(() => reading.close());
  const readModel = createSqliteReadModelReader(reading);
  const watching = (watch = watchCheckpoint(
    () => readModel.checkpoint(),
    () => {
      wakeUp.notify();
    },
  ));
  closing.push(() => {
    watching.stop();
  });
  return { projection, readModel };
}

export interface QueryingParts extends Pick<GraphqlPorts, 'readModel' | 'progress' | 'health' | 'notifications'> {
  readonly store: Pick<EventStore, 'logId' | 'epoch' | 'append' | 'readAt'>;
  readonly mayReach: GraphqlPorts['mayHavePosition'];
  readonly projector: Pick<Projector, 'waitForPosition'>;
  /** Something in quarantine was decided here. */
  readonly onDecided: () => void;
}

/** What GraphQL stands on: the same with every log. */
export function createGraphqlPorts(parts: QueryingParts, { clock, logger }: NodeOptions): GraphqlPorts {
  const { store, mayReach, projector, onDecided, readModel, progress, health, notifications } = parts;
  return {
    readModel,
    decisions: createQuarantineDecisions({
      store,
      reached: (position) => projector.waitForPosition(position),
      clock,
      onDecided,
    }),
    bodies: { bodyAt: async (position) => (await store.readAt(position))?.data ?? null },
    progress,
    health,
    log: store,
    mayHavePosition: mayReach,
    notifications,
    timeSlices: createTimeSlices(),
    logger,
  };
}
