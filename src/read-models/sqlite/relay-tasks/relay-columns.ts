import type { Attribution, RelayRun } from '../../../domain/relay-task/relay-runs.ts';
import { isOpen } from '../../../domain/relay-task/relay-runs.ts';
import type { RelayAlarm, RelayFile } from '../../../domain/relay-task/relay-activity.ts';
import { isPlaying } from '../../../domain/relay-task/relay-activity.ts';
import {
  relayTaskStateOf,
  sourceKeyOf,
  taskViewOf,
  type RelayTaskFacts,
} from '../../../domain/relay-task/relay-task.ts';
import type { RelayTaskToPut } from '../../relay-tasks.ts';
import type { RelayTaskRow } from '../../rows.ts';
import { leastValue } from '../lists/list-definition.ts';

export interface TaskColumns {
  readonly id: number;
  readonly app_id: string;
  readonly task_id: string;
  readonly facts: string;
  readonly first_at: number;
  readonly last_boundary_at: number | null;
  readonly last_sign_at: number | null;
  readonly changed_position: number;
  readonly changed_ordinal: number;
}

export const taskColumnNames =
  'id, app_id, task_id, facts, first_at, last_boundary_at, last_sign_at, changed_position, changed_ordinal';

export function toRelayTaskRow(
  columns: TaskColumns,
  newestRun: RelayRun | null,
  newestExit: RelayRun | null,
): RelayTaskRow {
  return {
    id: columns.id,
    appId: columns.app_id,
    taskId: columns.task_id,
    facts: JSON.parse(columns.facts) as RelayTaskFacts,
    newestRun,
    newestExit,
    firstAtMs: columns.first_at,
    lastBoundaryAtMs: columns.last_boundary_at,
    lastActivityAtMs: columns.last_sign_at,
    changed: { position: BigInt(columns.changed_position), ordinal: columns.changed_ordinal },
  };
}

/** The columns that filters and orders stand on, told from the fold. */
export function toTaskColumns(task: RelayTaskToPut) {
  const told = taskViewOf(task.facts);
  const { newestRun, newestExit } = task;
  return {
    app_id: task.appId,
    task_id: task.taskId,
    state: relayTaskStateOf(newestRun),
    facts: JSON.stringify(task.facts),
    source_key: sourceKeyOf(task.appId, told.sourceUrls),
    to_url: told.toUrl,
    domain: told.domain,
    path: told.path,
    stream_id: told.streamId,
    is_open: Number(isOpen(newestRun)),
    started_at: newestRun?.startedAtMs ?? null,
    exited_at: newestExit?.exit?.exitedAtMs ?? null,
    exited_order: newestExit?.exit?.exitedAtMs ?? leastValue,
    exit_code: newestExit?.exit?.code ?? null,
    first_at: task.firstAtMs,
    ordered_at: newestRun?.openedAtMs ?? task.firstAtMs,
    last_boundary_at: task.lastBoundaryAtMs,
    last_sign_at: task.lastActivityAtMs,
    changed_position: task.changed.position,
    changed_ordinal: task.changed.ordinal,
  };
}

export type TaskColumnValues = ReturnType<typeof toTaskColumns>;

export interface RunColumns {
  readonly number: number;
  readonly opened_by: RelayRun['openedBy'];
  readonly opened_at: number;
  readonly start_at: number | null;
  readonly started_at: number | null;
  readonly start_received_at: number | null;
  readonly exit_at: number | null;
  readonly exited_at: number | null;
  readonly exit_received_at: number | null;
  readonly exit_code: number | null;
  readonly exit_code_text: string | null;
  readonly exit_message: string | null;
  readonly attribution: Attribution | null;
}

export function toRelayRun(columns: RunColumns): RelayRun {
  return {
    number: columns.number,
    openedBy: columns.opened_by,
    openedAtMs: columns.opened_at,
    startAtMs: columns.start_at,
    startedAtMs: columns.started_at,
    startReceivedAtMs: columns.start_received_at,
    exit:
      columns.exit_at === null || columns.exit_received_at === null || columns.attribution === null
        ? null
        : {
            atMs: columns.exit_at,
            exitedAtMs: columns.exited_at,
            receivedAtMs: columns.exit_received_at,
            code: columns.exit_code,
            codeText: columns.exit_code_text,
            message: columns.exit_message,
            attribution: columns.attribution,
          },
  };
}

export function toRunColumns(taskRow: number, run: RelayRun): RunColumns & { readonly task_row: number } {
  const { exit } = run;
  return {
    task_row: taskRow,
    number: run.number,
    opened_by: run.openedBy,
    opened_at: run.openedAtMs,
    start_at: run.startAtMs,
    started_at: run.startedAtMs,
    start_received_at: run.startReceivedAtMs,
    exit_at: exit?.atMs ?? null,
    exited_at: exit?.exitedAtMs ?? null,
    exit_received_at: exit?.receivedAtMs ?? null,
    exit_code: exit?.code ?? null,
    exit_code_text: exit?.codeText ?? null,
    exit_message: exit?.message ?? null,
    attribution: exit?.attribution ?? null,
  };
}

export interface FileColumns {
  readonly key: string;
  readonly file_index: number | null;
  readonly url: string | null;
  readonly duration_seconds: number | null;
  readonly named_at: number;
  readonly named_by: string;
  readonly starts: number;
  readonly finishes: number;
  readonly started_at: number | null;
  readonly finished_at: number | null;
}

export function toRelayFile(columns: FileColumns): RelayFile {
  return {
    key: columns.key,
    naming: { index: columns.file_index, url: columns.url, durationSeconds: columns.duration_seconds },
    namedAtMs: columns.named_at,
    namedBy: columns.named_by,
    starts: columns.starts,
    finishes: columns.finishes,
    startedAtMs: columns.started_at,
    finishedAtMs: columns.finished_at,
  };
}

export function toFileColumns(taskRow: number, runNumber: number, file: RelayFile) {
  return {
    task_row: taskRow,
    run_number: runNumber,
    key: file.key,
    file_index: file.naming.index,
    url: file.naming.url,
    duration_seconds: file.naming.durationSeconds,
    named_at: file.namedAtMs,
    named_by: file.namedBy,
    starts: file.starts,
    finishes: file.finishes,
    started_at: file.startedAtMs,
    finished_at: file.finishedAtMs,
    is_playing: Number(isPlaying(file)),
  };
}

export interface AlarmColumns {
  readonly type: string;
  readonly first_at: number;
  readonly last_at: number;
  readonly times: number;
}

export function toRelayAlarm({ type, first_at, last_at, times }: AlarmColumns): RelayAlarm {
  return { type, firstAtMs: first_at, lastAtMs: last_at, times };
}

export function toAlarmColumns(taskRow: number, runNumber: number, { type, firstAtMs, lastAtMs, times }: RelayAlarm) {
  return { task_row: taskRow, run_number: runNumber, type, first_at: firstAtMs, last_at: lastAtMs, times };
}
