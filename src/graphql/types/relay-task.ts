import { Field, Float, ID, Int, ObjectType, registerEnumType } from 'type-graphql';
import type {
  RelayAlarm as RelayAlarmFold,
  RelayFile as RelayFileFold,
} from '../../domain/relay-task/relay-activity.ts';
import type { SourceFileNaming } from '../../domain/relay-task/relay-callback.ts';
import { attributions, type Attribution, type RelayRun, type RunKey } from '../../domain/relay-task/relay-runs.ts';
import { relayTaskStates, type RelayTaskState, type RelayTaskView } from '../../domain/relay-task/relay-task.ts';
import type { ReadModelReader } from '../../read-models/read-model-reader.ts';
import type { RunsTogether } from '../lists/runs-together.ts';
import { DateTimeScalar } from '../scalars.ts';
import { connectionOf } from './connection.ts';
import { enumOf } from './enum-of.ts';
import { Node } from './node.ts';

export const RelayTaskStateEnum = enumOf<RelayTaskState>(relayTaskStates);
registerEnumType(RelayTaskStateEnum, {
  name: 'RelayTaskState',
  description: 'Whether a relay task is running, as far as callbacks show.',
  valuesConfig: {
    RUNNING: { description: 'Its newest run began with a TaskStart and has not exited.' },
    EXITED: {
      description: 'Its newest run has exited. Not final: CSS restarts tasks, and sends TaskExit when it moves one.',
    },
    UNKNOWN: {
      description:
        'Only files, alarms or configuration changes are known of its newest run: neither a start nor an exit.',
    },
  },
});

export const AttributionEnum = enumOf<Attribution>(attributions);
registerEnumType(AttributionEnum, {
  name: 'Attribution',
  description: 'How a relay callback was matched to its task.',
  valuesConfig: {
    BY_TASK_ID: { description: 'It names the task.' },
    BY_SOURCE_URLS: {
      description:
        'An exit without a task id: of the tasks of the account with the same source URLs, only this one was running at that time.',
    },
  },
});

@ObjectType({ description: 'A source file in one run of a relay task, over all times it was played.' })
export class RelayFile implements SourceFileNaming {
  /** For the resolvers; the URL as sent. */
  taskRow!: number;
  past?: ReadModelReader;
  run!: RunKey;
  file!: RelayFileFold;
  url!: string | null;

  @Field(() => Int, {
    nullable: true,
    description: 'Index in the list of source files, from 0. Null if the callback has none.',
  })
  index!: number | null;

  @Field(() => Float, { nullable: true, description: 'Length of the file in whole seconds. Null if unknown.' })
  durationSeconds!: number | null;

  @Field(() => DateTimeScalar, {
    name: 'startedAt',
    nullable: true,
    description:
      'When it was last started: by CSS’s clock if the callback has a time, else when the callback arrived. Null if no VodSourceFileStart arrived.',
  })
  startedAtMs!: number | null;

  @Field(() => DateTimeScalar, {
    name: 'finishedAt',
    nullable: true,
    description: 'When it last finished, by the same clocks. Null while it plays, and if no finish arrived.',
  })
  finishedAtMs!: number | null;

  @Field(() => Int, {
    description:
      'How often it was played: the number of starts or of finishes, whichever is greater. If callbacks have no time, repetitions within the redelivery window count as one.',
  })
  times!: number;
}

@ObjectType({ description: 'The alarms of one type: TaskAlarm callbacks.' })
export class RelayAlarm implements RelayAlarmFold {
  @Field(() => String, {
    description:
      'The type: PullFileUnstable, PushStreamUnstable, PullFileFailed, PushStreamFailed, FileEndEarly, or another.',
  })
  type!: string;

  @Field(() => DateTimeScalar, {
    name: 'firstAt',
    description: 'When the first one happened: by CSS’s clock if the callback has a time, else when it arrived.',
  })
  firstAtMs!: number;

  @Field(() => DateTimeScalar, { name: 'lastAt', description: 'When the last one happened, by the same clocks.' })
  lastAtMs!: number;

  @Field(() => Int, { description: 'How many there were.' })
  times!: number;
}

@ObjectType('RelayRun', {
  description:
    'One run of a relay task, from a TaskStart to a TaskExit. An exit while no run was open is a run with an unknown start.',
})
export class RelayRunRecord {
  /** For the resolvers; the message as sent. */
  taskRow!: number;
  past?: ReadModelReader;
  run!: RelayRun;
  exitMessage!: string | null;

  @Field(() => Int, { description: 'Number of the run, from 1, in order. A late callback can change it.' })
  number!: number;

  @Field(() => DateTimeScalar, {
    name: 'startedAt',
    nullable: true,
    description: 'When it began, by CSS’s clock. Null if its TaskStart is unknown or has no time (CSS often sends 0).',
  })
  startedAtMs!: number | null;

  @Field(() => DateTimeScalar, {
    name: 'startReceivedAt',
    nullable: true,
    description: 'When its TaskStart arrived, by the receiver’s clock. Null if none did.',
  })
  startReceivedAtMs!: number | null;

  @Field(() => DateTimeScalar, {
    name: 'exitedAt',
    nullable: true,
    description:
      'When it exited, by CSS’s clock. Null while it runs, and if its TaskExit has no time (CSS often sends 0).',
  })
  exitedAtMs!: number | null;

  @Field(() => DateTimeScalar, {
    name: 'exitReceivedAt',
    nullable: true,
    description: 'When its TaskExit arrived, by the receiver’s clock. Null while it runs.',
  })
  exitReceivedAtMs!: number | null;

  @Field(() => Int, {
    nullable: true,
    description:
      '`code` of its TaskExit. CSS does not document these codes; small negative numbers look like errno (−22: EINVAL). Null while it runs, and if the code is not a whole number of 32 bits.',
  })
  exitCode!: number | null;

  @Field(() => String, {
    nullable: true,
    description: '`code` as sent, if it is not a whole number of 32 bits: then `exitCode` is null.',
  })
  exitCodeText!: string | null;

  @Field(() => AttributionEnum, {
    nullable: true,
    description: 'How its TaskExit was matched to this task. Null while it runs.',
  })
  attribution!: Attribution | null;
}

@ObjectType({
  implements: Node,
  description:
    'A relay (pull-and-push) task with its runs: CSS can start it again after any TaskExit. Built from relay callbacks.',
})
export class RelayTask implements Node, RelayTaskView {
  /** For the resolvers; URLs and the message as sent. */
  rowId!: number;
  /** The read model that it is in, where it is as of a moment in the past. */
  past?: ReadModelReader;
  together!: RunsTogether;
  newestRun!: RelayRun | null;
  toUrl!: string | null;
  sourceUrls!: readonly string[];
  exitMessage!: string | null;

  @Field(() => ID, { description: 'Opaque id of this node. It never changes.' })
  id!: string;

  @Field(() => ID, { description: 'The account: `appid`.' })
  appId!: string;

  @Field(() => ID, { description: 'The task: `task_id`.' })
  taskId!: string;

  @Field(() => RelayTaskStateEnum, { description: 'Whether it is running, as far as callbacks show.' })
  state!: RelayTaskState;

  @Field(() => String, {
    nullable: true,
    description: 'Domain of `to_url`: the push domain of the sessions that it feeds.',
  })
  domain!: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'Path of `to_url`: the push path of the sessions that it feeds.',
  })
  path!: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'The stream that it pushes to: `stream_id`, or the last segment of `to_url` if that is empty.',
  })
  streamId!: string | null;

  @Field(() => DateTimeScalar, {
    name: 'startedAt',
    nullable: true,
    description: 'When its newest run began, by CSS’s clock. Null if that is unknown.',
  })
  startedAtMs!: number | null;

  @Field(() => DateTimeScalar, {
    name: 'startReceivedAt',
    nullable: true,
    description: 'When the TaskStart of its newest run arrived, by the receiver’s clock. Null if none did.',
  })
  startReceivedAtMs!: number | null;

  @Field(() => Int, {
    nullable: true,
    description: 'Code of its newest exit. Null if it never exited, and if the code is not a whole number of 32 bits.',
  })
  exitCode!: number | null;

  @Field(() => String, {
    nullable: true,
    description: 'Code of its newest exit as sent, if it is not a whole number of 32 bits: then `exitCode` is null.',
  })
  exitCodeText!: string | null;

  @Field(() => DateTimeScalar, {
    name: 'exitedAt',
    nullable: true,
    description:
      'When its newest exit happened, by CSS’s clock. Null if it never exited, and if the callback has no time.',
  })
  exitedAtMs!: number | null;

  @Field(() => DateTimeScalar, {
    name: 'exitReceivedAt',
    nullable: true,
    description: 'When its newest exit arrived, by the receiver’s clock. Null if it never exited.',
  })
  exitReceivedAtMs!: number | null;
}

/** A page of tasks, by Relay's specification. */
export const RelayTaskConnection = connectionOf(RelayTask, 'RelayTask', 'relay tasks');
