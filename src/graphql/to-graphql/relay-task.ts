import {
  isPlaying,
  timesPlayed,
  type RelayAlarm as AlarmFold,
  type RelayFile as FileFold,
} from '../../domain/relay-task/relay-activity.ts';
import type { RelayRun } from '../../domain/relay-task/relay-runs.ts';
import { relayTaskStateOf, taskViewOf } from '../../domain/relay-task/relay-task.ts';
import type { RelayTaskRow } from '../../read-models/rows.ts';
import { writeNodeId } from '../node-id.ts';
import { toDate } from './records.ts';
import type { RelayAlarm, RelayFile, RelayRunRecord, RelayTask } from '../types/relay-task.ts';

/** From rows of relay tasks to the objects of the schema; nothing is decided here. */

export function toRelayTask(row: RelayTaskRow): RelayTask {
  const told = taskViewOf(row.facts);
  const exit = row.newestExit?.exit ?? null;
  return {
    rowId: row.id,
    toUrlAsSent: told.toUrl,
    sourceUrlsAsSent: told.sourceUrls,
    newestRun: row.newestRun,
    id: writeNodeId({ type: 'RelayTask', appId: row.appId, taskId: row.taskId }),
    appId: row.appId,
    taskId: row.taskId,
    state: relayTaskStateOf(row.newestRun),
    domain: told.domain,
    path: told.path,
    streamId: told.streamId,
    startedAt: toDate(row.newestRun?.startedAtMs ?? null),
    exitCode: exit?.code ?? null,
    exitCodeText: exit?.codeText ?? null,
    exitMessageAsSent: exit?.message ?? null,
    exitedAt: toDate(exit?.exitedAtMs ?? null),
  };
}

export function toRelayRunRecord(taskRow: number, run: RelayRun): RelayRunRecord {
  const { exit } = run;
  return {
    taskRow,
    run,
    number: run.number,
    startedAt: toDate(run.startedAtMs),
    startReceivedAt: toDate(run.startReceivedAtMs),
    exitedAt: toDate(exit?.exitedAtMs ?? null),
    exitReceivedAt: toDate(exit?.receivedAtMs ?? null),
    exitCode: exit?.code ?? null,
    exitCodeText: exit?.codeText ?? null,
    exitMessageAsSent: exit?.message ?? null,
    attribution: exit?.attribution ?? null,
  };
}

export function toRelayFile(file: FileFold): RelayFile {
  return {
    urlAsSent: file.naming.url,
    index: file.naming.index,
    durationSeconds: file.naming.durationSeconds,
    startedAt: toDate(file.startedAtMs),
    finishedAt: isPlaying(file) ? null : toDate(file.finishedAtMs),
    times: timesPlayed(file),
  };
}

export function toRelayAlarm({ type, firstAtMs, lastAtMs, times }: AlarmFold): RelayAlarm {
  return { type, firstAt: new Date(firstAtMs), lastAt: new Date(lastAtMs), times };
}
