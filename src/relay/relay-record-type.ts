import { isPlaying, timesPlayed, type RelayFile as RelayFileFold } from './relay-activity.ts';
import type { RunKey } from './relay-runs.ts';
import type { NumberedRun } from './relay-task-rows.ts';
import type { ReadModelReader } from '../projecting/read-model-reader.ts';
import type { ListedRelayTask } from '../projecting/rows.ts';
import { RunsTogether } from '../lists/budgets.ts';
import { writeNodeId } from '../api/node-id.ts';
import { readerOf } from '../lists/connection-type.ts';
import { relayTaskFields } from './relay-task-fields.ts';
import type { RelayFile, RelayRunRecord, RelayTask } from './relay-task-type.ts';

// All properties that lists show are named: V8 is slow if others are spread before them.

/** A row of the present or a past read model as an object of the schema; texts stay as sent, for resolvers to redact. */
export function toRelayTask(row: ListedRelayTask, past?: ReadModelReader, together = new RunsTogether()): RelayTask {
  return new TaskNode(row, past, together);
}

/** Tasks that are shown together. */
export function toRelayTasks(rows: readonly ListedRelayTask[], past: ReadModelReader | undefined): RelayTask[] {
  const together = new RunsTogether();
  return rows.map((row) => toRelayTask(row, past, together));
}

/** Makes each field when it is selected: most tasks are shown without their facts and newest runs. */
class TaskNode extends readerOf<ListedRelayTask, typeof relayTaskFields>(relayTaskFields) implements RelayTask {
  readonly past: ReadModelReader | undefined;
  readonly together: RunsTogether;

  constructor(row: ListedRelayTask, past: ReadModelReader | undefined, together: RunsTogether) {
    super(row);
    this.past = past;
    this.together = together;
    together.add(row.id);
  }

  get rowId(): number {
    return this.row.id;
  }

  get newestRun(): RelayTask['newestRun'] {
    return this.row.newestRun;
  }

  get id(): string {
    return writeNodeId({ type: 'RelayTask', appId: this.appId, taskId: this.taskId });
  }

  get sourceUrls(): readonly string[] {
    return this.row.facts.sourceUrls?.value ?? [];
  }
}

/** A run as an object of the schema, with the exit that closed it. */
export function toRelayRunRecord(taskRow: number, run: NumberedRun, past: ReadModelReader | undefined): RelayRunRecord {
  const { number, startedAtMs, startReceivedAtMs, exit } = run;
  return {
    taskRow,
    past,
    run,
    number,
    startedAtMs,
    startReceivedAtMs,
    attribution: exit?.attribution ?? null,
    exitedAtMs: exit?.exitedAtMs ?? null,
    exitReceivedAtMs: exit?.receivedAtMs ?? null,
    exitCode: exit?.code ?? null,
    exitCodeText: exit?.codeText ?? null,
    exitMessage: exit?.message ?? null,
  };
}

/** A file of a run as an object of the schema: while it plays, the finish of an earlier play is not shown. */
export function toRelayFile(
  taskRow: number,
  run: RunKey,
  file: RelayFileFold,
  past: ReadModelReader | undefined,
): RelayFile {
  const { naming, startedAtMs, finishedAtMs } = file;
  return {
    taskRow,
    past,
    run,
    file,
    ...naming,
    startedAtMs,
    finishedAtMs: isPlaying(file) ? null : finishedAtMs,
    times: timesPlayed(file),
  };
}
