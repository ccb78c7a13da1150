import type { PastCallback, PastMoment } from './past.ts';
import type { ReadModelReader } from './read-model-reader.ts';

/** A read model of a few callbacks, as the projection had it when it had reached a position. */
export interface PastReadModel {
  readonly reader: ReadModelReader;
  close(): void;
}

/** Folds callbacks again, as far as they were known at a moment in the past. */
export interface PastReadModels {
  /** @throws LedgerError - OPERATION_TOO_COSTLY: their redeliveries are too far apart in the log */
  open(callbacks: readonly PastCallback[], moment: PastMoment): Promise<PastReadModel>;
}
