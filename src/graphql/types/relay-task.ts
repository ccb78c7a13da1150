import { Field, Float, ID, Int, ObjectType, registerEnumType } from 'type-graphql';
import { attributions, type Attribution, type RelayRun } from '../../domain/relay-task/relay-runs.ts';
import { relayTaskStates, type RelayTaskState } from '../../domain/relay-task/relay-task.ts';
import { DateTimeScalar } from '../scalars.ts';
import { connectionOf } from './connection.ts';
import { enumOf } from './enum-of.ts';
import { Node } from './node.ts';

export const RelayTaskStateEnum = enumOf<RelayTaskState>(relayTaskStates);
registerEnumType(RelayTaskStateEnum, {
  name: 'RelayTaskState',
  description: 'Whether a relay task runs, as far as callbacks tell.',
  valuesConfig: {
    RUNNING: { description: 'Its newest run began, and no exit of it has come.' },
    EXITED: {
      description: 'Its newest run has exited. Not final: CSS restarts tasks, and sends TaskExit when it moves one.',
    },
    UNKNOWN: {
      description: 'Only files, alarms or changes of its configuration are known: neither a start nor an exit.',
    },
  },
});

export const AttributionEnum = enumOf<Attribution>(attributions);
registerEnumType(AttributionEnum, {
  name: 'Attribution',
  description: 'How a relay callback was found to belong to its task.',
  valuesConfig: {
    BY_TASK_ID: { description: 'It names the task.' },
    BY_SOURCE_URLS: {
      description:
        'An exit without a task id: the task was the only one of the account with the same source URLs that ran at that place in the order.',
    },
  },
});

@ObjectType({ description: 'A source file as one run of a relay task played it, over all its plays.' })
export class RelayFile {
  urlAsSent!: string | null;

  @Field(() => Int, {
    nullable: true,
    description: 'Place in the list of source files, from 0. Files are paired by it. Null where the callback has none.',
  })
  index!: number | null;

  @Field(() => Float, { nullable: true, description: 'Length of the file in whole seconds. Null where unknown.' })
  durationSeconds!: number | null;

  @Field(() => DateTimeScalar, {
    nullable: true,
    description:
      'When its newest play began: CSS’s clock where the callback carries a time, else when it arrived. Null where no VodSourceFileStart came.',
  })
  startedAt!: Date | null;

  @Field(() => DateTimeScalar, {
    nullable: true,
    description: 'When its newest play finished, by the same clocks. Null while it plays, and where no finish came.',
  })
  finishedAt!: Date | null;

  @Field(() => Int, {
    description:
      'How often it was played: starts or finishes, whichever came more often. Without times in the callbacks, plays closer together than the redelivery window count as one.',
  })
  times!: number;
}

@ObjectType({ description: 'Alarms of one kind: TaskAlarm callbacks.' })
export class RelayAlarm {
  @Field(() => String, {
    description:
      'The kind: PullFileUnstable, PushStreamUnstable, PullFileFailed, PushStreamFailed, FileEndEarly, or another.',
  })
  type!: string;

  @Field(() => DateTimeScalar, {
    description: 'When the first one came: CSS’s clock where the callback carries a time, else when it arrived.',
  })
  firstAt!: Date;

  @Field(() => DateTimeScalar, { description: 'When the latest one came, by the same clocks.' })
  lastAt!: Date;

  @Field(() => Int, { description: 'How many came.' })
  times!: number;
}

@ObjectType('RelayRun', {
  description:
    'One run of a relay task, from a TaskStart to a TaskExit. An exit where no run was open is a run with an unknown start.',
})
export class RelayRunRecord {
  taskRow!: number;
  run!: RelayRun;
  exitMessageAsSent!: string | null;

  @Field(() => Int, { description: 'Number of the run, from 1, in order. A callback that comes late may change it.' })
  number!: number;

  @Field(() => DateTimeScalar, {
    nullable: true,
    description:
      'When it began, by CSS’s clock. Null where its TaskStart is unknown or carries no time (CSS often sends 0).',
  })
  startedAt!: Date | null;

  @Field(() => DateTimeScalar, {
    nullable: true,
    description: 'When its TaskStart arrived, by the receiver’s clock. Null where none did.',
  })
  startReceivedAt!: Date | null;

  @Field(() => DateTimeScalar, {
    nullable: true,
    description:
      'When it exited, by CSS’s clock. Null while it runs, and where its TaskExit carries no time (CSS often sends 0).',
  })
  exitedAt!: Date | null;

  @Field(() => DateTimeScalar, {
    nullable: true,
    description: 'When its TaskExit arrived, by the receiver’s clock. Null while it runs.',
  })
  exitReceivedAt!: Date | null;

  @Field(() => Int, {
    nullable: true,
    description:
      '`code` of its TaskExit. CSS does not document them; small negative numbers look like errno (−22: EINVAL).',
  })
  exitCode!: number | null;

  @Field(() => String, {
    nullable: true,
    description: '`code` as it was sent, where it is no whole number of 32 bits: then exitCode is null.',
  })
  exitCodeText!: string | null;

  @Field(() => AttributionEnum, {
    nullable: true,
    description: 'How its TaskExit was found to belong to this task. Null while it runs.',
  })
  attribution!: Attribution | null;
}

@ObjectType({
  implements: Node,
  description:
    'A relay (pull-and-push) task: a list of runs, because its TaskExit is not final. Folded from relay callbacks.',
})
export class RelayTask implements Node {
  rowId!: number;
  toUrlAsSent!: string | null;
  sourceUrlsAsSent!: readonly string[];
  newestRun!: RelayRun | null;
  exitMessageAsSent!: string | null;

  @Field(() => ID, { description: 'Opaque id of this node, the same for ever.' })
  id!: string;

  @Field(() => ID, { description: 'The account: `appid`.' })
  appId!: string;

  @Field(() => ID, { description: 'The task: `task_id`.' })
  taskId!: string;

  @Field(() => RelayTaskStateEnum, { description: 'Whether it runs, as far as callbacks tell.' })
  state!: RelayTaskState;

  @Field(() => String, { nullable: true, description: 'Domain of `to_url`: the push domain of the sessions it feeds.' })
  domain!: string | null;

  @Field(() => String, { nullable: true, description: 'Path of `to_url`: the push path of the sessions it feeds.' })
  path!: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'The stream it pushes to: `stream_id`, or the last part of `to_url` where that is empty.',
  })
  streamId!: string | null;

  @Field(() => DateTimeScalar, {
    nullable: true,
    description: 'When its newest run began, by CSS’s clock. Null where that is unknown.',
  })
  startedAt!: Date | null;

  @Field(() => Int, {
    nullable: true,
    description: 'Exit code of its newest exit. Null where it never exited, or the code is no number.',
  })
  exitCode!: number | null;

  @Field(() => String, {
    nullable: true,
    description: 'Code of its newest exit as it was sent, where it is no whole number of 32 bits.',
  })
  exitCodeText!: string | null;

  @Field(() => DateTimeScalar, {
    nullable: true,
    description:
      'When its newest exit happened, by CSS’s clock. Null where it never exited, or the callback carries no time.',
  })
  exitedAt!: Date | null;
}

export const RelayTaskConnection = connectionOf(RelayTask, 'RelayTask', 'relay tasks');
