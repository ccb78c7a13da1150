import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Args, Ctx, FieldResolver, ID, Info, Query, Resolver, Root } from 'type-graphql';
import { LedgerError } from '../../kernel/errors.ts';
import type { RelayTaskField } from '../../read-models/listing.ts';
import { callbacksOf } from '../lists/callbacks-of.ts';
import { connect } from '../lists/connect.ts';
import type { GraphqlContext } from '../context.ts';
import { pageCost } from '../cost.ts';
import { RelayTaskOrderInput, toListOrder } from '../inputs/list-order.ts';
import { PageArgs } from '../inputs/page-args.ts';
import { RelayTaskFilter } from '../inputs/relay-task-filter.ts';
import { toCondition } from '../inputs/to-condition.ts';
import { asRoleMayRead } from '../to-graphql/redact.ts';
import { accountsNamedMax, toStreamSession } from '../to-graphql/records.ts';
import { toRelayAlarm, toRelayFile, toRelayRunRecord, toRelayTask } from '../to-graphql/relay-task.ts';
import { CallbackRecordConnection, type CallbackRecord } from '../types/callback-record.ts';
import type { Connection } from '../types/connection.ts';
import { RelayAlarm, RelayFile, RelayRunRecord, RelayTask, RelayTaskConnection } from '../types/relay-task.ts';
import { StreamSession } from '../types/stream-session.ts';

/** Entries of the plain lists inside a task; what there is more of is in its callbacks. */
const innerListMax = 100;
const innerListCost = 20;

@Resolver(() => RelayTask)
export class RelayTaskResolver {
  @Query(() => RelayTaskConnection, {
    complexity: pageCost,
    description: 'Relay tasks; where no order is given, by the beginning of their newest run, newest first.',
  })
  relayTasks(
    @Ctx() context: GraphqlContext,
    @Info() info: GraphQLResolveInfo,
    @Arg('filter', () => RelayTaskFilter, { nullable: true, description: 'Which tasks; all where nothing is said.' })
    filter: RelayTaskFilter | null,
    @Arg('orderBy', () => RelayTaskOrderInput, {
      nullable: true,
      description: 'The order; by STARTED_AT, DESC where nothing is said.',
    })
    orderBy: RelayTaskOrderInput | null,
    @Args(() => PageArgs) page: PageArgs,
  ): Connection<RelayTask> {
    return connect(
      {
        list: { name: 'relayTasks', order: toListOrder(orderBy, 'STARTED_AT') },
        condition: toCondition<RelayTaskField>(filter),
        page,
        read: (request) => context.readModel.relayTasks(request),
        toNode: toRelayTask,
      },
      context,
      info,
    );
  }

  @Query(() => RelayTask, {
    nullable: true,
    complexity: 1,
    description:
      'The relay task with this id; null where no callback named it. Where several accounts use the id and no appId is given: the error AMBIGUOUS_ID.',
  })
  relayTask(
    @Ctx() { readModel }: GraphqlContext,
    @Arg('taskId', () => ID, { description: 'The task: `task_id`.' }) taskId: string,
    @Arg('appId', () => ID, { nullable: true, description: 'The account, where several use the same task id.' })
    appId: string | null,
  ): RelayTask | null {
    const rows = readModel.relay.tasksByTaskId(taskId, appId ?? null, accountsNamedMax);
    if (rows.length > 1) {
      throw new LedgerError('AMBIGUOUS_ID', 'Several accounts use this task id; set appId to one of them.', {
        appIds: rows.map((row) => row.appId),
      });
    }
    return rows[0] === undefined ? null : toRelayTask(rows[0]);
  }

  @FieldResolver(() => [String], {
    description:
      'The URLs it pulls from: `source_urls`, at most 100. Viewers read "(hidden)" for queries and logins; operators read them as sent.',
  })
  sourceUrls(@Root() { sourceUrlsAsSent }: RelayTask, @Ctx() { role }: GraphqlContext): readonly string[] {
    return sourceUrlsAsSent.map((url) => asRoleMayRead(url, role));
  }

  @FieldResolver(() => String, {
    nullable: true,
    description:
      'The URL it pushes to: `to_url`. Viewers read "(hidden)" for its query and login; operators read it as sent.',
  })
  toUrl(@Root() { toUrlAsSent }: RelayTask, @Ctx() { role }: GraphqlContext): string | null {
    return asRoleMayRead(toUrlAsSent, role);
  }

  @FieldResolver(() => String, {
    nullable: true,
    description:
      'Message of its newest exit, as CSS wrote it. Viewers read "(hidden)" for queries and logins of URLs in it.',
  })
  exitMessage(@Root() { exitMessageAsSent }: RelayTask, @Ctx() { role }: GraphqlContext): string | null {
    return asRoleMayRead(exitMessageAsSent, role);
  }

  @FieldResolver(() => [RelayRunRecord], {
    complexity: innerListComplexity,
    description: 'Its runs, newest first, at most 100.',
  })
  runs(@Root() { rowId }: RelayTask, @Ctx() { readModel }: GraphqlContext): RelayRunRecord[] {
    return readModel.relay.runs(rowId, innerListMax).map((run) => toRelayRunRecord(rowId, run));
  }

  @FieldResolver(() => RelayFile, {
    nullable: true,
    complexity: 1,
    description:
      'The file that its newest run plays: begun and not finished. Null where none is, and where the run has exited.',
  })
  currentFile(@Root() { rowId, newestRun }: RelayTask, @Ctx() { readModel }: GraphqlContext): RelayFile | null {
    if (newestRun?.exit !== null) return null;
    const file = readModel.relay.playingFile(rowId, newestRun.number);
    return file === null ? null : toRelayFile(file);
  }

  @FieldResolver(() => [RelayFile], {
    complexity: innerListComplexity,
    description: 'The files of its newest run, by index, at most 100.',
  })
  files(@Root() { rowId, newestRun }: RelayTask, @Ctx() { readModel }: GraphqlContext): RelayFile[] {
    return newestRun === null ? [] : readModel.relay.files(rowId, newestRun.number, innerListMax).map(toRelayFile);
  }

  @FieldResolver(() => [RelayAlarm], {
    complexity: innerListComplexity,
    description: 'Its alarms over all runs, one entry a kind, the most recent first, at most 100.',
  })
  alarms(@Root() { rowId }: RelayTask, @Ctx() { readModel }: GraphqlContext): RelayAlarm[] {
    return readModel.relay.alarms(rowId, innerListMax).map(toRelayAlarm);
  }

  @FieldResolver(() => CallbackRecordConnection, {
    complexity: pageCost,
    description: 'Its callbacks, newest first, and the exits that were attributed to it.',
  })
  callbacks(
    @Root() { rowId }: RelayTask,
    @Ctx() context: GraphqlContext,
    @Info() info: GraphQLResolveInfo,
    @Args(() => PageArgs) page: PageArgs,
  ): Connection<CallbackRecord> {
    return callbacksOf('taskRow', rowId, page, context, info);
  }

  @FieldResolver(() => [StreamSession], {
    complexity: innerListComplexity,
    description:
      'The sessions it fed, newest first, at most 100: same domain, path and stream as its to_url, overlapping one of its runs in time (within 60 s). CSS advises to judge a relay by them.',
  })
  streamSessions(@Root() { rowId }: RelayTask, @Ctx() { readModel }: GraphqlContext): StreamSession[] {
    return readModel.relay.sessionsFedBy(rowId, innerListMax).map(toStreamSession);
  }
}

@Resolver(() => RelayRunRecord)
export class RelayRunResolver {
  @FieldResolver(() => String, {
    nullable: true,
    description:
      '`message` of its TaskExit, as CSS wrote it. Viewers read "(hidden)" for queries and logins of URLs in it.',
  })
  exitMessage(@Root() { exitMessageAsSent }: RelayRunRecord, @Ctx() { role }: GraphqlContext): string | null {
    return asRoleMayRead(exitMessageAsSent, role);
  }

  @FieldResolver(() => [RelayFile], {
    complexity: innerListComplexity,
    description:
      'The files it played, by index, at most 100: those whose events come after it began and before the next run.',
  })
  files(@Root() { taskRow, run }: RelayRunRecord, @Ctx() { readModel }: GraphqlContext): RelayFile[] {
    return readModel.relay.files(taskRow, run.number, innerListMax).map(toRelayFile);
  }

  @FieldResolver(() => [RelayAlarm], {
    complexity: innerListComplexity,
    description: 'Its alarms, one entry a kind, the most recent first, at most 100.',
  })
  alarms(@Root() { taskRow, run }: RelayRunRecord, @Ctx() { readModel }: GraphqlContext): RelayAlarm[] {
    return readModel.relay.alarmsOfRun(taskRow, run.number, innerListMax).map(toRelayAlarm);
  }
}

@Resolver(() => RelayFile)
export class RelayFileResolver {
  @FieldResolver(() => String, {
    nullable: true,
    description:
      'The URL of its newest callback. A start and its finish may name different hosts. Viewers read "(hidden)" for its query and login.',
  })
  url(@Root() { urlAsSent }: RelayFile, @Ctx() { role }: GraphqlContext): string | null {
    return asRoleMayRead(urlAsSent, role);
  }
}

/** Short lists are rarely full: they are counted as this many nodes. */
function innerListComplexity({ childComplexity }: { childComplexity: number }): number {
  return 1 + innerListCost * (1 + childComplexity);
}
