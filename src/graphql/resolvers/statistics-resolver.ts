import type { GraphQLResolveInfo } from 'graphql';
import { Args, Ctx, Info, Query, Resolver } from 'type-graphql';
import { writeLogCursor } from '../../live/log-cursor.ts';
import type { SessionDimension, SessionStatisticsRow } from '../../read-models/analysis/questions.ts';
import type { GraphqlContext } from '../context.ts';
import { pageCost } from '../cost.ts';
import {
  ConcurrencyArgs,
  pointsMax,
  statisticsRowsDefault,
  StreamSessionStatisticsArgs,
  toConcurrencyQuestion,
  toStatisticsQuestion,
} from '../inputs/statistics-args.ts';
import type { Analysed } from '../operation-analyses.ts';
import { selectsField } from '../selects-field.ts';
import { Concurrency } from '../types/concurrency.ts';
import { StreamSessionStatistics, type StreamSessionStatisticsRow } from '../types/stream-session-statistics.ts';

/** What one of these costs beside its rows, in nodes: an operation can have a few, which share one thread and its time. */
const analysisCost = 1_000;

@Resolver()
export class StatisticsResolver {
  @Query(() => StreamSessionStatistics, {
    nullable: true,
    complexity: ({ args, childComplexity }) =>
      analysisCost + pageCost({ args: { first: statisticsRowsDefault, ...args }, childComplexity }),
    description:
      'Stream sessions in figures: exact, for any time and any filter, in groups. Answered within 2 seconds, or not at all (OPERATION_TIMEOUT).',
  })
  async streamSessionStatistics(
    @Ctx() context: GraphqlContext,
    @Info() info: GraphQLResolveInfo,
    @Args(() => StreamSessionStatisticsArgs) args: StreamSessionStatisticsArgs,
  ): Promise<StreamSessionStatistics> {
    const question = toStatisticsQuestion(args, selectsField(info, 'reconnects'));
    const analysed = await context.analyses.ask(question);
    const { window, rows, rowCount, total } = analysed.answer;
    return {
      ...window,
      rows: rows.map((row) => toRow(row, question.dimensions)),
      rowCount,
      total,
      liveFrom: liveFromOf(analysed, context),
    };
  }

  @Query(() => Concurrency, {
    nullable: true,
    complexity: analysisCost + pointsMax,
    description:
      'How many stream sessions were live, over time, and when most were. Exact, whenever they began. Answered within 2 seconds, or not at all (OPERATION_TIMEOUT).',
  })
  async concurrency(
    @Ctx() context: GraphqlContext,
    @Args(() => ConcurrencyArgs) args: ConcurrencyArgs,
  ): Promise<Concurrency> {
    const analysed = await context.analyses.ask(toConcurrencyQuestion(args));
    const { points, peak } = analysed.answer;
    return { points, peak, liveFrom: liveFromOf(analysed, context) };
  }
}

const fieldOfDimension = {
  APP_ID: 'appId',
  DOMAIN: 'domain',
  PATH: 'path',
  STREAM_ID: 'streamId',
  NODE: 'node',
  END_SIDE: 'endSide',
  END_CODE: 'endCode',
} as const satisfies Record<SessionDimension, keyof StreamSessionStatisticsRow>;

function toRow(
  { window, group, ...figures }: SessionStatisticsRow,
  dimensions: readonly SessionDimension[],
): StreamSessionStatisticsRow {
  const values = dimensions.map((dimension, index) => [fieldOfDimension[dimension], group[index]]);
  // Each value is of the column of its dimension.
  return { ...window, ...figures, ...Object.fromEntries(values) } as StreamSessionStatisticsRow;
}

function liveFromOf({ checkpoint, version }: Pick<Analysed<never>, 'checkpoint' | 'version'>, { log }: GraphqlContext) {
  const { logId, epoch } = log;
  return writeLogCursor({ logId, epoch, position: checkpoint ?? 0n, ordinal: null, projectionVersion: version });
}
