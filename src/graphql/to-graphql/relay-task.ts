import { isPlaying, timesPlayed, type RelayFile as RelayFileFold } from '../../domain/relay-task/relay-activity.ts';
import type { RelayRun } from '../../domain/relay-task/relay-runs.ts';
import { relayTaskStateOf, taskViewOf } from '../../domain/relay-task/relay-task.ts';
import type { NumberedRun } from '../../read-models/relay-tasks.ts';
import type { RelayTaskRow } from '../../read-models/rows.ts';
import { writeNodeId } from '../node-id.ts';
import type { RelayFile, RelayRunRecord, RelayTask } from '../types/relay-task.ts';

/** A row of the read model as an object of the schema; texts stay as sent, for resolvers to redact. */
export function toRelayTask({ id: rowId, appId, taskId, facts, newestRun, newestExit }: RelayTaskRow): RelayTask {
  return {
    ...taskViewOf(facts),
    ...exitOf(newestExit),
    rowId,
    newestRun,
    id: writeNodeId({ type: 'RelayTask', appId, taskId }),
    appId,
    taskId,
    state: relayTaskStateOf(newestRun),
    startedAtMs: newestRun?.startedAtMs ?? null,
    startReceivedAtMs: newestRun?.startReceivedAtMs ?? null,
  };
}

/** A run as an object of the schema, with the exit that closed it. */
export function toRelayRunRecord(taskRow: number, run: NumberedRun): RelayRunRecord {
  const { number, startedAtMs, startReceivedAtMs, exit } = run;
  const attribution = exit?.attribution ?? null;
  return { taskRow, key: run, number, startedAtMs, startReceivedAtMs, attribution, ...exitOf(run) };
}

function exitOf(run: RelayRun | null) {
  const exit = run?.exit;
  return {
    exitedAtMs: exit?.exitedAtMs ?? null,
    exitReceivedAtMs: exit?.receivedAtMs ?? null,
    exitCode: exit?.code ?? null,
    exitCodeText: exit?.codeText ?? null,
    exitMessage: exit?.message ?? null,
  };
}

/** A file as an object of the schema: while it plays, the finish of an earlier play is not shown. */
export function toRelayFile(file: RelayFileFold): RelayFile {
  const { naming, startedAtMs, finishedAtMs } = file;
  return { ...naming, startedAtMs, finishedAtMs: isPlaying(file) ? null : finishedAtMs, times: timesPlayed(file) };
}
