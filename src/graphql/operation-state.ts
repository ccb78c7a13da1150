import { createForwardingReader } from '../read-models/forwarding-reader.ts';
import type { ReadModelReader } from '../read-models/read-model-reader.ts';
import type { ReadModelSnapshot } from '../read-models/snapshots.ts';
import type { GraphqlPorts } from './context.ts';
import { querySlices } from './execution/query-slices.ts';
import { createOperationParts, type OperationParts } from './operation-parts.ts';

/** The state of the read models that one operation sees. */
export interface OperationState {
  /** Reads what is newest, or, once it has begun, one snapshot. */
  readonly reader: ReadModelReader;
  readonly parts: OperationParts;
  /**
   * To be called for a query, before anything is read; once is enough. A mutation has to see what it changed itself.
   * @throws LedgerError - QUERIES_OVERLOADED
   */
  readonly begin: () => Promise<void>;
  /** To be called when the operation has ended, and when its client has gone; also more than once. */
  readonly end: () => void;
}

/** A state that has not begun. */
export function createOperationState({
  readModel,
  snapshots,
  analyses,
  past,
}: Pick<GraphqlPorts, 'readModel' | 'snapshots' | 'analyses' | 'past'>): OperationState {
  let snapshot: ReadModelSnapshot | null = null;
  let begun: Promise<void> | null = null;
  let hasEnded = false;
  const parts = createOperationParts({ analyses, past }, querySlices.ofQuery());

  async function open(): Promise<void> {
    snapshot = await snapshots.openForQuery();
    // The client went while the operation waited for it.
    if (hasEnded) snapshot.close();
  }

  return {
    reader: createForwardingReader(() => snapshot?.reader ?? readModel),
    parts,
    begin: () => (begun ??= open()),
    end() {
      hasEnded = true;
      parts.analyses.end();
      parts.past.end();
      snapshot?.close();
    },
  };
}
