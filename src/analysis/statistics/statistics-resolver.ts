import type { GraphQLResolveInfo } from 'graphql';
import { Args, Ctx, Info, Query, Resolver, ID, Int } from 'type-graphql';
import { cursorAt } from '../../live/log-cursor.ts';
import { positionAfterCheckpoint } from '../../projecting/changes.ts';
import {
  type CallbackDimension,
  type CallbackMeasure,
  type CallbackStatisticsQuestion,
  type RelayTaskDimension,
  type RelayTaskMeasure,
  type RelayTaskStatisticsQuestion,
  type RefusedPushDimension,
  type RefusedPushMeasure,
  type RefusedPushStatisticsQuestion,
  type TypedStatisticsQuestion,
  typedMeasures,
  type TypedFigures,
  type TypedMeasure,
} from './happenings.ts';
import type { SessionDimension, SessionMeasure, SessionStatisticsQuestion } from './session-statistics.ts';
import {
  fieldOfDimension,
  type GroupValue,
  type StatisticsAnswer,
  type StatisticsKey,
  writeStatisticsCursor,
} from './statistics.ts';
import type { Analysed, GraphqlContext } from '../../api/context.ts';
import { analysisCost, pageCost, selectsField } from '../../api/cost.ts';
import {
  CallbackStatistics,
  Concurrency,
  ConcurrencyArgs,
  pointsMax,
  RefusedPushStatistics,
  RelayTaskStatistics,
  StreamSessionStatistics,
  toConcurrencyQuestion,
} from './statistics-kinds-type.ts';
import { callbackFields } from '../../callbacks/callback-fields.ts';
import { relayTaskFields } from '../../relay/relay-task-fields.ts';
import { refusedPushFields } from '../../sessions/refused/refused-push-fields.ts';
import { streamSessionFields } from '../../sessions/stream-session-fields.ts';
import {
  statisticsRowsDefault,
  toStatisticsQuestion,
  type Statistics,
  type StatisticsArgs,
  statisticsOf,
  type DeclaredDimension,
} from './statistics-type.ts';
import { DateTimeScalar, orNull } from '../../api/declare-type.ts';
import { columnNameOf, type ListField } from '../../lists/list-fields.ts';
import { typedEnums, typedTypes, type TypedTypes } from '../../callbacks/types/typed-list-resolver.ts';
import { fieldsOf, type TypedList } from '../../callbacks/types/typed-lists.ts';

/** The cost of any statistics, in nodes. */
const statisticsCost = ({ args, childComplexity }: Parameters<typeof pageCost>[0]) =>
  analysisCost + pageCost({ args: { first: statisticsRowsDefault, ...args }, childComplexity });

/** Rows. Other work runs between taking over a longer answer and showing it. */
const longAnswerRows = 100;

/** What every statistic promises. */
export const statisticsWithin =
  'Answers within STATISTICS_MAX_MS, 10 seconds by default, or fails with OPERATION_TIMEOUT.';

@Resolver()
export class StatisticsResolver {
  @Query(() => StreamSessionStatistics.Answer, {
    nullable: true,
    complexity: statisticsCost,
    description: `Stream sessions in figures: exact, in groups, for any time range and any filter. ${statisticsWithin}`,
  })
  streamSessionStatistics(
    @Ctx() context: GraphqlContext,
    @Info() info: GraphQLResolveInfo,
    @Args(() => StreamSessionStatistics.Args) args: StatisticsArgs<SessionDimension, SessionMeasure>,
  ) {
    const figures = ['reconnects', 'reconnectMsP50', 'reconnectMsP95'];
    const isOrdered = args.orderBy?.field.startsWith('RECONNECT') === true;
    const wantsReconnects = isOrdered || figures.some((figure) => selectsField(info, figure));
    const question = toStatisticsQuestion('streamSessionStatistics', streamSessionFields, args);
    return answerStatistics({ ...question, wantsReconnects }, context);
  }

  @Query(() => RelayTaskStatistics.Answer, {
    nullable: true,
    complexity: statisticsCost,
    description: `Counts of what happened in relay tasks: runs, exits, files and alarms, in groups, for any time range and any filter. ${statisticsWithin}`,
  })
  relayTaskStatistics(
    @Ctx() context: GraphqlContext,
    @Args(() => RelayTaskStatistics.Args) args: StatisticsArgs<RelayTaskDimension, RelayTaskMeasure>,
  ) {
    return answerStatistics(toStatisticsQuestion('relayTaskStatistics', relayTaskFields, args), context);
  }

  @Query(() => CallbackStatistics.Answer, {
    nullable: true,
    complexity: statisticsCost,
    description: `Recorded callbacks in figures: how many, how often delivered, and how late, in groups, for any time range and any filter. ${statisticsWithin}`,
  })
  callbackStatistics(
    @Ctx() context: GraphqlContext,
    @Args(() => CallbackStatistics.Args) args: StatisticsArgs<CallbackDimension, CallbackMeasure>,
  ) {
    return answerStatistics(toStatisticsQuestion('callbackStatistics', callbackFields, args), context);
  }

  @Query(() => RefusedPushStatistics.Answer, {
    nullable: true,
    complexity: statisticsCost,
    description: `Refused pushes in figures: how many, from when to when, in groups, for any time range and any filter. ${statisticsWithin}`,
  })
  refusedPushStatistics(
    @Ctx() context: GraphqlContext,
    @Args(() => RefusedPushStatistics.Args) args: StatisticsArgs<RefusedPushDimension, RefusedPushMeasure>,
  ) {
    return answerStatistics(toStatisticsQuestion('refusedPushStatistics', refusedPushFields, args), context);
  }

  @Query(() => Concurrency, {
    nullable: true,
    complexity: analysisCost + pointsMax,
    description: `How many stream sessions were live over time, and when the most were. Exact, whenever they began. ${statisticsWithin}`,
  })
  async concurrency(
    @Ctx() context: GraphqlContext,
    @Args(() => ConcurrencyArgs) args: ConcurrencyArgs,
  ): Promise<Concurrency> {
    const question = toConcurrencyQuestion(args);
    const analysed = await context.analyses.ask(question);
    const { points, peak, lines, lineCount } = analysed.answer;
    const shown = lines.map((line) => withGroup({ ...line }, question.dimensions ?? []));
    return { points, peak, lines: shown, lineCount, liveFrom: liveFromOf(analysed, context) };
  }
}

/** Answers statistics: rows have the value of each dimension as a field. */
async function answerStatistics(
  question:
    | SessionStatisticsQuestion
    | RelayTaskStatisticsQuestion
    | CallbackStatisticsQuestion
    | RefusedPushStatisticsQuestion
    | TypedStatisticsQuestion,
  context: GraphqlContext,
): Promise<Statistics> {
  const analysed = await context.analyses.ask(question);
  const { window, rows, keys, hasNextPage, hasPreviousPage, rowCount, total }: StatisticsAnswer<object> =
    analysed.answer;
  const cursorOf = (key: StatisticsKey | undefined) =>
    key === undefined ? null : writeStatisticsCursor(question, key);
  // Taking over up to 2,000 rows from another thread took some milliseconds.
  if (rows.length > longAnswerRows) await context.slices.next();
  return {
    ...window,
    // V8 takes fifty times as long for a literal with several spreads.
    rows: rows.map((row) => withGroup(Object.assign({}, row, row.window), question.dimensions)),
    pageInfo: {
      hasNextPage,
      hasPreviousPage,
      startCursor: cursorOf(keys?.first),
      endCursor: cursorOf(keys?.last),
    },
    rowCount,
    total,
    liveFrom: liveFromOf(analysed, context),
  };
}

/** Sets the value of each dimension as a field. */
function withGroup<Row extends { readonly group: readonly GroupValue[] }>(
  row: Row,
  dimensions: readonly string[],
): Row {
  const shown: Record<string, unknown> = row;
  for (const [index, dimension] of dimensions.entries()) shown[fieldOfDimension(dimension)] = row.group[index];
  return row;
}

function liveFromOf(
  { checkpoint, version }: Pick<Analysed<never>, 'checkpoint' | 'version'>,
  { ports }: GraphqlContext,
) {
  return cursorAt(positionAfterCheckpoint(checkpoint), ports.log, version);
}

/** Statistics of each list of what callbacks report, such as `pushErrorStatistics`. */
@Resolver()
export class TypedStatisticsResolver {}

for (const [list, types] of typedTypes) declareStatistics(list, types);

function declareStatistics(list: TypedList, { filter, listed }: TypedTypes): void {
  const { Answer, Args: StatisticsArgsInput } = statisticsOf<TypedFigures, string, TypedMeasure>({
    name: list.typeName,
    counted: listed,
    filtered: listed,
    filter,
    description: `${listed.charAt(0).toUpperCase()}${listed.slice(1)} in figures: those of one time range and, in a row, of one group. What has no time counts nowhere.`,
    figures: {
      count: [
        Int,
        list.counted === undefined ? `How many ${listed} there were.` : `The sum of their \`${list.counted}\`.`,
      ],
      firstAtMs: [orNull(DateTimeScalar), 'The first of them, by CSS’s clock. Null if there are none.'],
      lastAtMs: [orNull(DateTimeScalar), 'The last of them, by CSS’s clock. Null if there are none.'],
    },
    dimensions: dimensionsOf(list),
    measures: typedMeasures,
  });
  const { prototype } = TypedStatisticsResolver;
  const name = `${list.typeName.charAt(0).toLowerCase()}${list.typeName.slice(1)}Statistics`;
  const statistics = {
    value: (context: GraphqlContext, args: StatisticsArgs<string, TypedMeasure>) => {
      const question = toStatisticsQuestion('typedStatistics', fieldsOf(list), args);
      return answerStatistics({ ...question, list: list.name }, context);
    },
  };
  Object.defineProperty(prototype, name, statistics);
  Ctx()(prototype, name, 0);
  Args(() => StatisticsArgsInput)(prototype, name, 1);
  const description = `${listed.charAt(0).toUpperCase()}${listed.slice(1)} in figures: exact, in groups, for any time range and any filter. ${statisticsWithin}`;
  Query(() => Answer, { nullable: true, complexity: statisticsCost, description })(prototype, name, statistics);
}

function dimensionsOf(list: TypedList): Readonly<Record<string, DeclaredDimension>> {
  const fields: Readonly<Record<string, ListField>> = fieldsOf(list);
  const names = ['appId', 'domain', 'path', 'streamId', ...list.groupedBy];
  return Object.fromEntries(
    names.map((field): [string, DeclaredDimension] => {
      const dimension = columnNameOf(field).toUpperCase();
      const { kind = 'TEXT', shown = '' } = fields[field] ?? {};
      const type = kind === 'ID' ? ID : kind === 'INT' ? Int : kind === 'FindingKind' ? typedEnums.FindingKind : String;
      return [dimension, [type, `By \`${field}\`.`, shown]];
    }),
  );
}
