import type { ReadModelReader } from '../../src/read-models/read-model-reader.ts';
import type { NumberedRun } from '../../src/read-models/relay-tasks.ts';

/** The newest runs of one task. */
export function runsOf({ relay }: Pick<ReadModelReader, 'relay'>, taskRow: number, rowsMax: number): NumberedRun[] {
  return [...(relay.runs([taskRow], rowsMax).get(taskRow) ?? [])];
}
