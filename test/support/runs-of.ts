import type { ReadModelReader } from '../../src/projecting/file/read-model-reader.ts';
import type { NumberedRun } from '../../src/relay/relay-task-rows.ts';

/** The newest runs of one task. */
export function runsOf({ relay }: Pick<ReadModelReader, 'relay'>, taskRow: number, rowsMax: number): NumberedRun[] {
  return [...(relay.runs([taskRow], rowsMax).get(taskRow) ?? [])];
}
