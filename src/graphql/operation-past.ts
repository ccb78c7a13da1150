import type { PastReadModel, PastReadModels } from '../read-models/past-read-models.ts';
import type { PastCallback, PastMoment } from '../read-models/past.ts';
import type { ReadModelReader } from '../read-models/read-model-reader.ts';

/** The read models of the past that one operation reads. */
export interface OperationPast {
  /** @throws LedgerError - as `PastReadModels.open` */
  open(callbacks: readonly PastCallback[], moment: PastMoment): Promise<ReadModelReader>;
  /** Closes them: the operation has ended. */
  end(): void;
}

export function createOperationPast(past: PastReadModels): OperationPast {
  const opened: PastReadModel[] = [];
  let hasEnded = false;
  return {
    async open(callbacks, moment) {
      const model = await past.open(callbacks, moment);
      opened.push(model);
      // The client went meanwhile: nobody is answered.
      if (hasEnded) model.close();
      return model.reader;
    },
    end() {
      hasEnded = true;
      for (const model of opened.splice(0)) model.close();
    },
  };
}

/** An object that is in a read model of the past: what belongs to it is read from there. Only these have the property. */
export function ofPast<Node extends { past?: ReadModelReader }>(node: Node, past: ReadModelReader | undefined): Node {
  if (past !== undefined) node.past = past;
  return node;
}
