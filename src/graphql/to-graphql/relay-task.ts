import { isPlaying, timesPlayed, type RelayFile as RelayFileFold } from '../../domain/relay-task/relay-activity.ts';
import type { RunKey } from '../../domain/relay-task/relay-runs.ts';
import { relayTaskStateOf, taskViewOf } from '../../domain/relay-task/relay-task.ts';
import type { NumberedRun } from '../../read-models/relay-tasks.ts';
import type { RelayTaskRow } from '../../read-models/rows.ts';
import { writeNodeId } from '../node-id.ts';
import type { RelayFile, RelayRunRecord, RelayTask } from '../types/relay-task.ts';

// All properties of what lists have are named: V8 is slow where others are spread before them.

/** A row of the read model as an object of the schema; texts stay as sent, for resolvers to redact. */
export function toRelayTask({ id: rowId, appId, taskId, facts, newestRun, newestExit }: RelayTaskRow): RelayTask {
  const { sourceUrls, toUrl, domain, path, streamId } = taskViewOf(facts);
  const exit = newestExit?.exit;
  return {
    rowId,
    newestRun,
    id: writeNodeId({ type: 'RelayTask', appId, taskId }),
    appId,
    taskId,
    state: relayTaskStateOf(newestRun),
    sourceUrls,
    toUrl,
    domain,
    path,
    streamId,
    startedAtMs: newestRun?.startedAtMs ?? null,
    startReceivedAtMs: newestRun?.startReceivedAtMs ?? null,
    exitedAtMs: exit?.exitedAtMs ?? null,
    exitReceivedAtMs: exit?.receivedAtMs ?? null,
    exitCode: exit?.code ?? null,
    exitCodeText: exit?.codeText ?? null,
    exitMessage: exit?.message ?? null,
  };
}

/** A run as an object of the schema, with the exit that closed it. */
export function toRelayRunRecord(taskRow: number, run: NumberedRun): RelayRunRecord {
  const { number, startedAtMs, startReceivedAtMs, exit } = run;
  return {
    taskRow,
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
export function toRelayFile(taskRow: number, run: RunKey, file: RelayFileFold): RelayFile {
  const { naming, startedAtMs, finishedAtMs } = file;
  return {
    taskRow,
    run,
    file,
    ...naming,
    startedAtMs,
    finishedAtMs: isPlaying(file) ? null : finishedAtMs,
    times: timesPlayed(file),
  };
}
