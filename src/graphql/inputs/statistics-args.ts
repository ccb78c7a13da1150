import { IsOptional, ValidateNested } from 'class-validator';
import { ArgsType, Field, Int, registerEnumType } from 'type-graphql';
import { LedgerError } from '../../kernel/errors.ts';
import type { StreamSessionField } from '../../read-models/listing.ts';
import { isTimeZone, periodKinds, periodsAtMost, type PeriodKind } from '../../read-models/analysis/periods.ts';
import {
  sessionDimensions,
  type ConcurrencyQuestion,
  type SessionDimension,
  type SessionMeasure,
  type SessionStatisticsQuestion,
} from '../../read-models/analysis/questions.ts';
import { DateTimeScalar } from '../scalars.ts';
import { enumOf } from '../types/enum-of.ts';
import { StreamSessionFilter, toCondition } from './filters.ts';
import { orderOf, type ListFilter, type OrderInput } from './list-args.ts';

/** Rows of statistics in one answer unless the client asks for another number. */
export const statisticsRowsDefault = 100;

/** Rows of statistics in one answer: as many as a page has nodes. */
export const statisticsRowsMax = 500;

/** Hours, days or weeks of one window: 14 months of hours. Each group may have a row in every one of them. */
export const periodsMax = 10_000;

/** Points of one answer: 20 days by the quarter of an hour. More would keep the main thread for over 10 ms. */
export const pointsMax = 2_000;

/** Characters; the longest name of a time zone has 32. */
const timeZoneLengthMax = 64;

const StreamSessionGroupingEnum = enumOf<SessionDimension | PeriodKind>([...sessionDimensions, ...periodKinds]);
registerEnumType(StreamSessionGroupingEnum, {
  name: 'StreamSessionGrouping',
  description: 'What statistics of stream sessions are grouped by. At most one of HOUR, DAY and WEEK.',
  valuesConfig: {
    APP_ID: { description: 'By account.' },
    DOMAIN: { description: 'By push domain.' },
    PATH: { description: 'By push path.' },
    STREAM_ID: { description: 'By stream name.' },
    NODE: { description: 'By CSS access point.' },
    END_SIDE: { description: 'By the side that ended the push; those that have not ended are a group of their own.' },
    END_CODE: { description: 'By the code of the interruption; those without one are a group of their own.' },
    HOUR: {
      description: 'By the hours of the time zone. Where clocks are put back, the hour that is repeated counts as two.',
    },
    DAY: { description: 'By the days of the time zone: 23 or 25 hours where clocks are changed.' },
    WEEK: { description: 'By the weeks of the time zone, which begin on Monday.' },
  },
});

const StreamSessionStatisticsOrderInput = orderOf<SessionMeasure>(
  'StreamSessionStatistics',
  'rows of statistics of stream sessions',
  {
    GROUP: 'By time, then by the values of the group in the order of `groupBy`.',
    BEGAN: 'By `began`.',
    ENDED: 'By `ended`.',
    PUSHED: 'By `pushedMs`.',
    LONGEST: 'By `longestMs`.',
    MEDIAN: 'By `medianMs`.',
    P95: 'By `p95Ms`.',
    RECONNECTS: 'By `reconnects`.',
  },
);

@ArgsType()
class WindowArgs {
  @Field(() => StreamSessionFilter, { nullable: true, description: 'Which sessions. Default: all.' })
  @IsOptional()
  @ValidateNested()
  filter?: ListFilter | null;

  @Field(() => DateTimeScalar, { description: 'The beginning of the time.' })
  from!: number;

  @Field(() => DateTimeScalar, {
    description: 'The end of the time, which is no longer part of it. What is in the future is left out.',
  })
  to!: number;
}

@ArgsType()
export class StreamSessionStatisticsArgs extends WindowArgs {
  @Field(() => [StreamSessionGroupingEnum], {
    defaultValue: [],
    description: 'What has rows of its own: each combination of these. Default: nothing, which gives one row.',
  })
  groupBy!: (SessionDimension | PeriodKind)[];

  @Field(() => String, {
    defaultValue: 'UTC',
    description: 'The time zone of hours, days and weeks, by its name in the IANA database, such as `Europe/Berlin`.',
  })
  timeZone!: string;

  @Field(() => StreamSessionStatisticsOrderInput, {
    nullable: true,
    description: 'The order of the rows; rows that are equal in it are by GROUP. Default: GROUP, ASC.',
  })
  orderBy?: OrderInput<SessionMeasure> | null;

  @Field(() => Int, {
    nullable: true,
    description: `The number of rows, 0 to ${statisticsRowsMax}. Default: ${statisticsRowsDefault}.`,
  })
  first?: number | null;
}

@ArgsType()
export class ConcurrencyArgs extends WindowArgs {
  @Field(() => Int, {
    description: `Seconds from one point to the next, at least 1; at most ${pointsMax} points fit into the time.`,
  })
  stepSeconds!: number;
}

/** @throws LedgerError - BAD_USER_INPUT, PAGE_TOO_LARGE */
export function toStatisticsQuestion(
  args: StreamSessionStatisticsArgs,
  selectsReconnects: boolean,
): SessionStatisticsQuestion {
  const { filter, groupBy, timeZone, orderBy } = args;
  const window = windowOf(args);
  const [period = null, ...morePeriods] = [...new Set(groupBy.filter(isPeriod))];
  if (morePeriods.length > 0) throw refusal('groupBy may have only one of HOUR, DAY and WEEK.');
  if (timeZone.length > timeZoneLengthMax || !isTimeZone(timeZone)) {
    throw refusal('timeZone must be a name of the IANA time zone database, such as Europe/Berlin or UTC.');
  }
  if (period !== null && periodsAtMost(period, window.fromMs, window.toMs) > periodsMax) {
    throw refusal(
      `The time from from to to has more than ${periodsMax} of the ${period} periods. Ask for less, or for longer ones.`,
    );
  }
  return {
    kind: 'streamSessionStatistics',
    condition: toCondition<StreamSessionField>(filter),
    window,
    dimensions: [...new Set(groupBy.filter((one) => !isPeriod(one)))],
    period,
    timeZone,
    order: orderBy == null ? { by: 'GROUP', descending: false } : toOrder(orderBy),
    rowsMax: rowsMaxOf(args.first),
    wantsReconnects: selectsReconnects || orderBy?.field === 'RECONNECTS',
  };
}

/** @throws LedgerError - BAD_USER_INPUT */
export function toConcurrencyQuestion(args: ConcurrencyArgs): ConcurrencyQuestion {
  const window = windowOf(args);
  const stepMs = args.stepSeconds * 1_000;
  if (stepMs < 1_000) throw refusal('stepSeconds must be at least 1.');
  if (Math.ceil((window.toMs - window.fromMs) / stepMs) > pointsMax) {
    throw refusal(`The answer would have more than ${pointsMax} points. Ask for a longer step or for less time.`);
  }
  return { kind: 'concurrency', condition: toCondition<StreamSessionField>(args.filter), window, stepMs };
}

function windowOf({ from: fromMs, to: toMs }: WindowArgs) {
  if (fromMs >= toMs) throw refusal('from must be earlier than to.');
  return { fromMs, toMs };
}

function rowsMaxOf(first: number | null | undefined): number {
  if (first == null) return statisticsRowsDefault;
  if (first > statisticsRowsMax) throw new LedgerError('PAGE_TOO_LARGE', `first must be at most ${statisticsRowsMax}.`);
  if (first < 0) throw refusal('first must not be negative.');
  return first;
}

function toOrder({ field, direction }: OrderInput<SessionMeasure>): SessionStatisticsQuestion['order'] {
  return { by: field, descending: direction === 'DESC' };
}

function isPeriod(grouping: SessionDimension | PeriodKind): grouping is PeriodKind {
  return periodKinds.some((kind) => kind === grouping);
}

function refusal(message: string): LedgerError {
  return new LedgerError('BAD_USER_INPUT', message);
}
