import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Args, Ctx, FieldResolver, Info, Int, Query, Resolver, Root } from 'type-graphql';
import { accountsNamedMax, type GraphqlContext } from '../api/context.ts';
import {
  explanationComplexity,
  innerListComplexity,
  innerListMax,
  pageCost,
  runsComplexity,
  selectsField,
} from '../api/cost.ts';
import { FieldExplanation, toFieldExplanations } from '../api/explanation-type.ts';
import { CallbackRecordConnection, toCallbackRecord, type CallbackRecord } from '../callbacks/callback-type.ts';
import type { FieldExplanation as Explained } from '../sessions/session-explanation.ts';
import { OperatorFact, operatorFactsDescription, operatorFactsOf } from '../facts/operator-fact-type.ts';
import { LedgerError } from '../kernel/errors.ts';
import { asOfCost, momentOf, RelayTaskArgs } from '../lists/as-of-type.ts';
import { callbacksOf, connect, type Connected } from '../lists/connect-resolver.ts';
import { toCondition } from '../lists/conditions.ts';
import {
  listArgsOf,
  orderOf,
  ordersOf,
  PageArgs,
  toListOrder,
  withoutRules,
  type ListArgs,
} from '../lists/list-args-type.ts';
import type { ReadModelReader } from '../projecting/file/read-model-reader.ts';
import { explainedFileFields, explainedRunFields, explainFile, explainRun } from './relay-explanation.ts';
import type { RunKey } from './relay-runs.ts';
import { relayTaskFields, type RelayTaskOrder } from './relay-task-fields.ts';
import {
  RelayAlarm,
  RelayFile,
  RelayRunRecord,
  RelayTask,
  RelayTaskConnection,
  RelayTaskFilter,
  toRelayFile,
  toRelayRunRecord,
  type TaskOfRun,
  toRelayTask,
  RunsTogether,
} from './relay-task-type.ts';

/** Newest files and alarms of a run that are examined for what others report of a file: all files of a page fit the budget. */
const filesExaminedMax = 200;

/** Cost of reading and folding the callbacks of a run or a file, in nodes, besides the rows that it examines. */
const foldingCost = 10;

@Resolver(() => RelayRunRecord)
export class RelayRunExplanationResolver {
  @FieldResolver(() => [FieldExplanation], {
    complexity: explanationComplexity(explainedRunFields.length, foldingCost),
    description: `Where its values come from: its TaskStart and its TaskExit. \`others\` are exits without a task id that would have ended this run if they had been attributed to its task, among the newest ${innerListMax} that came before the next run.`,
  })
  explanation(@Root() { task, run }: RelayRunRecord, @Ctx() context: GraphqlContext): FieldExplanation[] {
    return explain(task.past, context, innerListMax, ({ relay }) =>
      explainRun(run, relay.runEvidence(task.rowId, run, innerListMax)),
    );
  }
}

@Resolver(() => RelayFile)
export class RelayFileExplanationResolver {
  @FieldResolver(() => [FieldExplanation], {
    complexity: explanationComplexity(explainedFileFields.length, foldingCost),
    description: `Where its values come from, over all its plays in the run. \`others\` come from the newest ${filesExaminedMax} callbacks of files and alarms of the run. \`times\` is a count, and is not explained.`,
  })
  explanation(@Root() { task, run, file }: RelayFile, @Ctx() context: GraphqlContext): FieldExplanation[] {
    return explain(task.past, context, filesExaminedMax, ({ relay }) =>
      explainFile(file, relay.fileCallbacks(task.rowId, run, file, filesExaminedMax)),
    );
  }
}

/** Explains from the same state as the rest of the answer. */
function explain(
  past: ReadModelReader | undefined,
  context: GraphqlContext,
  rowsExaminedMax: number,
  explained: (model: ReadModelReader) => readonly Explained<string, { readonly position: bigint }>[],
): FieldExplanation[] {
  const { readModel, rows: budget, ports } = context;
  if (budget.rowsLeft < rowsExaminedMax) {
    throw new LedgerError('OPERATION_TOO_COSTLY', 'Too many explanations for one operation. Ask for fewer.');
  }
  budget.spend(rowsExaminedMax);
  const model = past ?? readModel;
  const toRecord = ({ position }: { readonly position: bigint }) => {
    const row = model.callbackByPosition(position);
    if (row === null) throw new Error('A callback is missing that was read from the same state.');
    return toCallbackRecord(row, ports.log, past);
  };
  return toFieldExplanations(explained(model), toRecord, context);
}

const RelayTaskOrderInput = orderOf('RelayTask', 'relay tasks', ordersOf(relayTaskFields));

const RelayTaskListArgs = listArgsOf<RelayTaskOrder>(RelayTaskFilter, RelayTaskOrderInput, {
  listed: 'tasks',
  byDefault: 'STARTED_AT',
});

@Resolver(() => RelayTask)
export class RelayTaskResolver {
  @Query(() => RelayTaskConnection, {
    nullable: true,
    complexity: pageCost,
    description: 'Relay tasks. By default ordered by when their newest run began, newest first.',
  })
  relayTasks(
    @Ctx() context: GraphqlContext,
    @Info() info: GraphQLResolveInfo,
    @Args(() => RelayTaskListArgs) { filter, orderBy, ...page }: ListArgs<RelayTaskOrder>,
  ): Connected<RelayTask> {
    const together = new RunsTogether();
    return connect(
      {
        list: { name: 'relayTasks', order: toListOrder(orderBy, 'STARTED_AT') },
        condition: toCondition(relayTaskFields, filter),
        page,
        read: (request) => context.readModel.relayTasks(request),
        toNode: (row) => toRelayTask(row, undefined, together),
      },
      context,
      info,
    );
  }

  @Query(() => RelayTask, {
    nullable: true,
    complexity: asOfCost,
    description:
      'The relay task with this id; null if no callback named it. If several accounts use the id and `appId` is not given, fails with AMBIGUOUS_ID.',
  })
  async relayTask(
    @Ctx() context: GraphqlContext,
    @Info() info: GraphQLResolveInfo,
    @Args(() => RelayTaskArgs, withoutRules) { taskId, appId, asOf }: RelayTaskArgs,
  ): Promise<RelayTask | null> {
    const { readModel } = context;
    const rows = readModel.relay.tasksByTaskId(taskId, appId ?? null, accountsNamedMax);
    if (rows.length > 1) {
      throw new LedgerError('AMBIGUOUS_ID', 'Several accounts use this task id; set appId to one of them.', {
        appIds: rows.map((row) => row.appId),
      });
    }
    const [row] = rows;
    if (row === undefined || asOf == null) return row === undefined ? null : toRelayTask(row);
    const moment = momentOf(asOf, context);
    const withSessions = ['streamSessions', 'streamSessionJoins'].some((field) => selectsField(info, field));
    const callbacks = readModel.past.callbacksOfTask(row.id, moment.position, withSessions);
    const past = await context.openPast(callbacks, moment);
    const [then] = past.relay.tasksByTaskId(taskId, row.appId, 1);
    return then === undefined ? null : toRelayTask(then, past);
  }

  @FieldResolver(() => [RelayRunRecord], {
    complexity: runsComplexity,
    description: 'Its runs, newest first, at most 100.',
  })
  runs(
    @Root() task: RelayTask,
    @Ctx() { readModel }: GraphqlContext,
    @Arg('number', () => Int, {
      nullable: true,
      description: 'Only the run with this `number` among these 100; costs as much as one run. Default: all.',
    })
    number: number | null,
  ): RelayRunRecord[] {
    const runs = task.together.of(task.rowId, (task.past ?? readModel).relay);
    const wanted = number == null ? runs : runs.filter((run) => run.number === number);
    return wanted.map((run) => toRelayRunRecord(task, run));
  }

  @FieldResolver(() => RelayFile, {
    nullable: true,
    complexity: 1,
    description:
      'The file that its newest run is playing: started but not finished. Null if there is none, or if the run has exited.',
  })
  currentFile(@Root() task: RelayTask, @Ctx() { readModel }: GraphqlContext): RelayFile | null {
    const { rowId, newestRun, past } = task;
    if (newestRun?.exit !== null) return null;
    const file = (past ?? readModel).relay.playingFile(rowId, newestRun);
    return file === null ? null : toRelayFile(task, newestRun, file);
  }

  @FieldResolver(() => [RelayFile], {
    complexity: innerListComplexity,
    description: 'The files of its newest run, by index, at most 100.',
  })
  files(@Root() task: RelayTask, @Ctx() context: GraphqlContext): RelayFile[] {
    return task.newestRun === null ? [] : filesOf(task, task.newestRun, context);
  }

  @FieldResolver(() => [RelayAlarm], {
    complexity: innerListComplexity,
    description: 'Its alarms over all runs, one entry per type, the most recent first, at most 100.',
  })
  alarms(@Root() { rowId, past }: RelayTask, @Ctx() { readModel }: GraphqlContext): readonly RelayAlarm[] {
    return (past ?? readModel).relay.alarms(rowId, innerListMax);
  }

  @FieldResolver(() => [OperatorFact], { complexity: innerListComplexity, description: operatorFactsDescription })
  operatorFacts(@Root() { appId, taskId, past }: RelayTask, @Ctx() { readModel }: GraphqlContext): OperatorFact[] {
    return operatorFactsOf(past ?? readModel, { type: 'RelayTask', appId, key: taskId });
  }

  @FieldResolver(() => CallbackRecordConnection, {
    complexity: pageCost,
    description: 'Its callbacks, newest first, including exits that were matched to it by source URLs.',
  })
  callbacks(
    @Root() { rowId, past }: RelayTask,
    @Ctx() context: GraphqlContext,
    @Info() info: GraphQLResolveInfo,
    @Args(() => PageArgs) page: PageArgs,
  ): Connected<CallbackRecord> {
    return callbacksOf({ past, condition: { field: 'taskRow', operator: 'eq', value: rowId } }, page, context, info);
  }
}

@Resolver(() => RelayRunRecord)
export class RelayRunResolver {
  @FieldResolver(() => [RelayFile], {
    complexity: innerListComplexity,
    description:
      'The files that it played, by index, at most 100: those with callbacks between its start and the next run.',
  })
  files(@Root() { task, run }: RelayRunRecord, @Ctx() context: GraphqlContext): RelayFile[] {
    return filesOf(task, run, context);
  }

  @FieldResolver(() => [RelayAlarm], {
    complexity: innerListComplexity,
    description: 'Its alarms, one entry per type, the most recent first, at most 100.',
  })
  alarms(@Root() { task, run }: RelayRunRecord, @Ctx() { readModel }: GraphqlContext): readonly RelayAlarm[] {
    return (task.past ?? readModel).relay.alarmsOfRun(task.rowId, run, innerListMax);
  }
}

function filesOf(task: TaskOfRun, run: RunKey, { readModel }: GraphqlContext): RelayFile[] {
  const files = (task.past ?? readModel).relay.files(task.rowId, run, innerListMax);
  return files.map((file) => toRelayFile(task, run, file));
}
