import { createQuarantineDesk } from '../callbacks/quarantine-desk.ts';
import type { EventReader, EventStore } from '../event-store/event-store.ts';
import type { GraphqlPorts } from '../graphql/context.ts';
import type { Projector } from '../projections/projector.ts';
import type { ReadModelReader } from '../read-models/read-model-reader.ts';
import { openReadModelForReading, readModelFileName } from '../read-models/sqlite/read-model-file.ts';
import { createSqliteReadModelReader } from '../read-models/sqlite/sqlite-read-model-reader.ts';
import { startProjection, type ProjectionThread } from '../threads/start-projection.ts';
import type { NodeOptions } from './node.ts';

export interface Projected {
  readonly projection: ProjectionThread;
  readonly readModel: ReadModelReader;
}

/**
 * Projects the log in a folder, and reads what was projected; both files stand there.
 * @throws ReadModelUnusable
 */
export async function openProjected(
  folder: string,
  store: Pick<EventReader, 'logId' | 'lagAfter' | 'endPosition'>,
  { clock, logger, closing }: Pick<NodeOptions, 'clock' | 'logger' | 'closing'>,
): Promise<Projected> {
  const projection = await startProjection({ dataDir: folder, store, clock, logger });
  closing.push(() => projection.stop());
  const reading = openReadModelForReading(readModelFileName(folder));
  closing.push(() => reading.close());
  return { projection, readModel: createSqliteReadModelReader(reading) };
}

export interface QueryingParts extends Pick<GraphqlPorts, 'readModel' | 'progress' | 'standing'> {
  readonly store: Pick<EventStore, 'append' | 'readAt'>;
  readonly projector: Pick<Projector, 'reached'>;
  /** Something in quarantine was decided here. */
  readonly onDecided: () => void;
}

/** What GraphQL stands on: the same with every log. */
export function createGraphqlPorts(parts: QueryingParts, { clock, logger }: NodeOptions): GraphqlPorts {
  const { store, projector, onDecided, readModel, progress, standing } = parts;
  return {
    readModel,
    decisions: createQuarantineDesk({
      store,
      reached: (position) => projector.reached(position),
      clock,
      onDecided,
    }),
    bodies: { bodyAt: async (position) => (await store.readAt(position))?.data ?? null },
    progress,
    standing,
    logger,
  };
}
