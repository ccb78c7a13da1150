import { Float, ID, Int } from 'type-graphql';
import { DateTimeScalar, enumType, objectType, orNull, Conclusion } from '../api/declare-type.ts';
import { writeNodeId, writePartId } from '../api/node-id.ts';
import { derivedUuid } from '../kernel/encoding.ts';
import { connectionOf, Node, readerOf, shownFields } from '../lists/connection-type.ts';
import { filterOf } from '../lists/filters-type.ts';
import type { ReadModelReader } from '../projecting/file/read-model-reader.ts';
import type { ListedRelayTask, NumberedRun, RelayTaskReader } from './relay-task-rows.ts';
import { isPlaying, timesPlayed, type RelayFile as RelayFileFold } from './relay-activity.ts';
import { shownTimeAt, type Attribution, type RelayRun, type RunKey } from './relay-runs.ts';
import { relayRunFields, relayTaskFields } from './relay-task-fields.ts';
import { attributionConclusionOf, newestOf, type RelayTaskState } from './relay-task.ts';
import { innerListMax } from '../api/cost.ts';

const RelayTaskStateEnum = enumType<RelayTaskState>(
  'RelayTaskState',
  'Whether a relay task is running, as far as its callbacks show.',
  {
    RUNNING: 'Its newest run began with a TaskStart and has not exited.',
    EXITED: 'Its newest run has exited. Not final: CSS restarts tasks, and sends TaskExit when it moves one.',
    UNKNOWN: 'Its newest run is known only from files, alarms or configuration changes: neither a start nor an exit.',
  },
);

export const AttributionEnum = enumType<Attribution>('Attribution', 'How a relay callback was matched to its task.', {
  BY_TASK_ID: 'It names the task.',
  BY_SOURCE_URLS:
    'An exit without a task id: of the account’s tasks with the same source URLs, only this one was running at that time.',
});

export const RelayFile = objectType('RelayFile', 'A source file in one run of a relay task, over all its plays.', {
  id: [ID, 'Opaque id of this file in its run, for the caches of clients. Nothing can be looked up by it.'],
  index: [orNull(Int), 'Index in the list of source files, from 0. Null if the callback has none.'],
  durationSeconds: [orNull(Float), 'Length of the file in whole seconds. Null if unknown.'],
  startedAtMs: [
    orNull(DateTimeScalar),
    'When it was last started: by CSS’s clock if the callback has a time, otherwise by its arrival. Null if no VodSourceFileStart arrived.',
  ],
  finishedAtMs: [
    orNull(DateTimeScalar),
    'When it last finished, by the same clocks. Null while it plays, and if no finish arrived.',
  ],
  times: [
    Int,
    'How often it was played: the number of starts or of finishes, whichever is greater. If callbacks have no time, repetitions within the redelivery window count as one.',
  ],
  url: [
    orNull(String),
    'The URL in its newest callback; a start and its finish can name different hosts.',
    { hidden: 'CREDENTIALS' },
  ],
});
export type RelayFile = InstanceType<typeof RelayFile> & {
  /** For the resolvers. */
  task: TaskOfRun;
  run: RunKey;
  file: RelayFileFold;
};

export const RelayAlarm = objectType(
  'RelayAlarm',
  'The alarms of one type: TaskAlarm callbacks, and alarms sent as an event of their own.',
  {
    type: [
      String,
      'The type: PullFileUnstable, PushStreamUnstable, PullFileFailed, PushStreamFailed, FileEndEarly, or another.',
    ],
    firstAtMs: [
      DateTimeScalar,
      'When the first alarm happened: by CSS’s clock if the callback has a time, otherwise by its arrival.',
    ],
    lastAtMs: [DateTimeScalar, 'When the last alarm happened, by the same clocks.'],
    times: [Int, 'How many alarms there were.'],
  },
);
export type RelayAlarm = InstanceType<typeof RelayAlarm>;

export const RelayRunRecord = objectType(
  'RelayRun',
  'One run of a relay task, from a TaskStart to a TaskExit. An exit that arrives while no run is open is a run with an unknown start.',
  {
    id: [
      ID,
      'Opaque id, by the task and the beginning of the run, for the caches of clients; a late callback that moves the beginning changes it. Nothing can be looked up by it: ask the task for the run.',
    ],
    number: [Int, 'Number of the run in order, from 1. A late callback can change it.'],
    startedAtMs: [
      orNull(DateTimeScalar),
      'When it began, by CSS’s clock. Null if its TaskStart is unknown or has no time (CSS often sends 0).',
    ],
    startReceivedAtMs: [
      orNull(DateTimeScalar),
      'When its TaskStart arrived, by the receiver’s clock. Null if none arrived.',
    ],
    exitedAtMs: [
      orNull(DateTimeScalar),
      'When it exited, by CSS’s clock. Null while it runs, and if its TaskExit has no time (CSS often sends 0).',
    ],
    exitReceivedAtMs: [
      orNull(DateTimeScalar),
      'When its TaskExit arrived, by the receiver’s clock. Null while it runs.',
    ],
    exitCode: [
      orNull(Int),
      '`code` of its TaskExit. CSS does not document these codes; small negative numbers look like errno (−22: EINVAL). Null while it runs, and if the code is not a whole number of 32 bits.',
    ],
    exitCodeText: [
      orNull(String),
      '`code` as sent, if it is not a whole number of 32 bits and `exitCode` is therefore null.',
    ],
    attribution: [orNull(AttributionEnum), 'How its TaskExit was matched to this task. Null while it runs.'],
    attributionConclusion: [orNull(Conclusion), 'How sure this match is. Null while it runs.'],
    exitMessage: [orNull(String), '`message` of its TaskExit, as sent.', { hidden: 'CREDENTIALS' }],
  },
);
export type RelayRunRecord = InstanceType<typeof RelayRunRecord> & {
  /** For the resolvers. */
  task: TaskOfRun;
  run: RelayRun;
};

const enums = { RelayTaskState: RelayTaskStateEnum, Attribution: AttributionEnum } as const;

const RelayRunFilter = filterOf('RelayRunFilter', 'runs', relayRunFields, { enums });

/** The input by which lists and subscriptions select tasks. */
export const RelayTaskFilter = filterOf('RelayTaskFilter', 'relay tasks', relayTaskFields, {
  enums,
  inputs: { runs: RelayRunFilter },
});

export const RelayTask = objectType(
  'RelayTask',
  'A relay (pull-and-push) task with its runs, built from relay callbacks. CSS can start a task again after any TaskExit.',
  {
    id: [ID, 'Opaque id of this node. It never changes.'],
    ...shownFields(relayTaskFields, enums),
    sourceUrls: [[String], 'The URLs that it pulls from: `source_urls`, at most 100.', { hidden: 'CREDENTIALS' }],
  },
  { implements: Node },
);
export type RelayTask = InstanceType<typeof RelayTask> & {
  /** For the resolvers. */
  rowId: number;
  /** The past read model that it is in, if any. */
  past: ReadModelReader | undefined;
  together: RunsTogether;
  newestRun: RelayRun | null;
};

/** A page of tasks, by Relay's specification. */
export const RelayTaskConnection = connectionOf(RelayTask, 'RelayTask', 'relay tasks');

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
    return newestOf(this.row.facts.sourceUrls) ?? [];
  }
}

/** What runs and files have of their task. */
export type TaskOfRun = Pick<RelayTask, 'rowId' | 'appId' | 'taskId' | 'past'>;

/** A run as an object of the schema, with the exit that closed it. */
export function toRelayRunRecord(task: TaskOfRun, run: NumberedRun): RelayRunRecord {
  const { number, startedAtMs, startReceivedAtMs, exit } = run;
  return {
    id: writePartId('RelayRun', [task.appId, task.taskId, run.openedAtMs, run.nth]),
    task,
    run,
    number,
    startedAtMs,
    startReceivedAtMs,
    attribution: exit?.attribution ?? null,
    attributionConclusion: exit === null ? null : attributionConclusionOf(exit.attribution),
    exitedAtMs: exit?.exitedAtMs ?? null,
    exitReceivedAtMs: exit?.receivedAtMs ?? null,
    exitCode: exit?.code ?? null,
    exitCodeText: exit?.codeText ?? null,
    exitMessage: exit?.message ?? null,
  };
}

/** A file of a run as an object of the schema: while it plays, the finish of an earlier play is not shown. */
export function toRelayFile(task: TaskOfRun, run: RunKey, file: RelayFileFold): RelayFile {
  const { naming, startedAt, finishedAt } = file;
  const { appId, taskId } = task;
  // The key of a file without an index is its URL, which may have credentials.
  const key = naming.index ?? derivedUuid(file.key);
  return {
    id: writePartId('RelayFile', [appId, taskId, run.openedAtMs, run.nth, key]),
    task,
    run,
    file,
    ...naming,
    startedAtMs: startedAt === null ? null : shownTimeAt(startedAt),
    finishedAtMs: finishedAt === null || isPlaying(file) ? null : shownTimeAt(finishedAt),
    times: timesPlayed(file),
  };
}

/** The runs of tasks that are shown together: when those of one task are asked for, they are read for all tasks at once. */
export class RunsTogether {
  private readonly taskRows: number[] = [];
  private read: ReturnType<RelayTaskReader['runs']> | null = null;

  /** Call it for each of the tasks before any runs are asked for. */
  add(taskRow: number): void {
    this.taskRows.push(taskRow);
  }

  /** Newest first. */
  of(taskRow: number, relay: Pick<RelayTaskReader, 'runs'>): readonly NumberedRun[] {
    this.read ??= relay.runs(this.taskRows, innerListMax);
    return this.read.get(taskRow) ?? [];
  }
}
