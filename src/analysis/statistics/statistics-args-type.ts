import { IsOptional, ValidateNested } from 'class-validator';
import { ArgsType, Field, Int, type ClassType } from 'type-graphql';
import { DateTimeScalar, enumType } from '../../api/declare-type.ts';
import { LedgerError } from '../../kernel/errors.ts';
import { toCondition } from '../../lists/filters-type.ts';
import type { ConditionField, ListFields } from '../../lists/list-fields.ts';
import {
  orderOf,
  pageNodesDefault,
  pageNodesMax,
  type ListFilter,
  type OrderInput,
} from '../../lists/list-args-type.ts';
import { periodKinds, periodsAtMost, type PeriodKind } from '../periods.ts';
import type { StatisticsQuestion } from './statistics.ts';

/** Rows of statistics in one answer unless the client asks for another number. */
export const statisticsRowsDefault = 100;

/** Rows of statistics in one answer, which has no pages: a month of days for 60 domains. */
export const statisticsRowsMax = 2_000;

/** Hours, days or weeks of one window: 14 months of hours. Each group may have a row in every one of them. */
export const periodsMax = 10_000;

/** A window, and which things in it are counted. */
export interface WindowArgs {
  readonly filter?: ListFilter | null;
  readonly from: number;
  readonly to: number;
}

/** The arguments of every kind of statistics. */
export interface StatisticsArgs<Dimension extends string, Measure extends string> extends WindowArgs {
  readonly groupBy: readonly (Dimension | PeriodKind)[];
  readonly timeZone: string;
  readonly orderBy?: OrderInput<Measure | 'GROUP'> | null;
  readonly first?: number | null;
}

/** Makes the arguments of a window. */
export function windowArgsOf(filterType: ClassType, counted: string): ClassType<WindowArgs> {
  @ArgsType()
  class WindowArgsInput implements WindowArgs {
    @Field(() => filterType, { nullable: true, description: `Which ${counted}. Default: all.` })
    @IsOptional()
    @ValidateNested()
    filter?: ListFilter | null;

    @Field(() => DateTimeScalar, { description: 'The beginning of the time range, inclusive.' })
    from!: number;

    @Field(() => DateTimeScalar, {
      description: 'The end of the time range, exclusive. Anything in the future is left out.',
    })
    to!: number;
  }
  return WindowArgsInput;
}

/** What one kind of statistics counts, and what its rows can be divided and ordered by. */
export interface StatisticsInputs<Dimension extends string, Measure extends string> {
  /** Begins the names of the inputs. */
  readonly name: string;
  /** What is counted, in the plural, and its short name in descriptions. */
  readonly counted: string;
  readonly short: string;
  readonly filter: ClassType;
  readonly groupings: Readonly<Record<Dimension, string>>;
  readonly orders: Readonly<Record<Measure, string>>;
}

const periodDescriptions = {
  HOUR: 'By the hours of the time zone. If clocks are put back, the repeated hour counts as two.',
  DAY: 'By the days of the time zone: 23 or 25 hours if clocks change.',
  WEEK: 'By the weeks of the time zone, which begin on Monday.',
} as const satisfies Record<PeriodKind, string>;

/** Makes the arguments of statistics: a window, a filter, groups, an order and a number of rows. */
export function statisticsArgsOf<Dimension extends string, Measure extends string>({
  name,
  counted,
  short,
  filter,
  groupings,
  orders,
}: StatisticsInputs<Dimension, Measure>): ClassType<StatisticsArgs<Dimension, Measure>> {
  const grouping = enumType<string>(
    `${name}Grouping`,
    `What statistics of ${counted} are grouped by. At most one of HOUR, DAY and WEEK.`,
    { ...groupings, ...periodDescriptions },
  );
  const byGroup = { GROUP: 'By time, then by the values of the group in the order of `groupBy`.' };
  const order = orderOf<string>(`${name}Statistics`, `rows of statistics of ${counted}`, { ...byGroup, ...orders });

  @ArgsType()
  class StatisticsArgsInput extends windowArgsOf(filter, short) {
    @Field(() => [grouping], {
      defaultValue: [],
      description:
        'What to group rows by: each combination of values gets a row. Default: nothing, which gives one row.',
    })
    groupBy!: (Dimension | PeriodKind)[];

    @Field(() => String, {
      defaultValue: 'UTC',
      description: 'The time zone of hours, days and weeks: its name in the IANA database, such as `Europe/Berlin`.',
    })
    timeZone!: string;

    @Field(() => order, {
      nullable: true,
      description: 'The order of the rows; ties are ordered by GROUP. Default: GROUP, ASC.',
    })
    orderBy?: OrderInput<Measure | 'GROUP'> | null;

    @Field(() => Int, {
      nullable: true,
      description: `The number of rows, 0 to ${statisticsRowsMax}. Default: ${statisticsRowsDefault}.`,
    })
    first?: number | null;
  }
  return StatisticsArgsInput;
}

/** @throws LedgerError - BAD_USER_INPUT, PAGE_TOO_LARGE */
export function toStatisticsQuestion<
  Kind extends string,
  Fields extends ListFields,
  Dimension extends string,
  Measure extends string,
>(
  kind: Kind,
  fields: Fields,
  args: StatisticsArgs<Dimension, Measure>,
): StatisticsQuestion<Kind, ConditionField<Fields>, Dimension, Measure> {
  const { filter, groupBy, timeZone, orderBy } = args;
  const window = windowOf(args);
  const [period = null, ...morePeriods] = [...new Set(groupBy.filter(isPeriod))];
  if (morePeriods.length > 0) throw refusal('groupBy may have only one of HOUR, DAY and WEEK.');
  if (period !== null && periodsAtMost(period, window.fromMs, window.toMs) > periodsMax) {
    throw refusal(
      `The range from \`from\` to \`to\` has more than ${periodsMax} periods of one ${period}. Request a shorter range, or longer periods.`,
    );
  }
  return {
    kind,
    condition: toCondition(fields, filter),
    window,
    dimensions: [...new Set(groupBy.filter((one): one is Dimension => !isPeriod(one)))],
    period,
    timeZone,
    order: { by: orderBy?.field ?? 'GROUP', descending: orderBy?.direction === 'DESC' },
    rowsMax: rowsMaxOf(args.first),
  };
}

/** @throws LedgerError - BAD_USER_INPUT */
export function windowOf({ from: fromMs, to: toMs }: WindowArgs) {
  if (fromMs >= toMs) throw refusal('from must be earlier than to.');
  return { fromMs, toMs };
}

/** A window whose ends may be absent: from the beginning, until now. @throws LedgerError - BAD_USER_INPUT */
export function openWindowOf({
  from,
  to,
}: {
  readonly from?: number | null | undefined;
  readonly to?: number | null | undefined;
}) {
  // Milliseconds of the years 1970 to 9999: all times are within them.
  return windowOf({ from: from ?? 0, to: to ?? 253_402_300_800_000 });
}

function rowsMaxOf(first: number | null | undefined): number {
  if (first == null) return statisticsRowsDefault;
  if (first > statisticsRowsMax) throw new LedgerError('PAGE_TOO_LARGE', `first must be at most ${statisticsRowsMax}.`);
  if (first < 0) throw refusal('first must not be negative.');
  return first;
}

function isPeriod(grouping: string): grouping is PeriodKind {
  return periodKinds.some((kind) => kind === grouping);
}

function refusal(message: string): LedgerError {
  return new LedgerError('BAD_USER_INPUT', message);
}

/** The arguments of a plain list over a time that may be open at both ends: the time, and how many entries. */
@ArgsType()
export class OpenWindowArgs {
  @Field(() => DateTimeScalar, { nullable: true, description: 'The beginning of the time range. Default: no limit.' })
  from?: number | null;

  @Field(() => DateTimeScalar, { nullable: true, description: 'The end of the time range. Default: now.' })
  to?: number | null;

  @Field(() => Int, { defaultValue: pageNodesDefault, description: `How many at most, 1 to ${pageNodesMax}.` })
  first!: number;
}

/**
 * The time, its end exclusive.
 * @throws LedgerError - PAGE_TOO_LARGE, or BAD_USER_INPUT
 */
export function readOpenWindow({ from, to, first }: OpenWindowArgs): ReturnType<typeof openWindowOf> {
  if (first > pageNodesMax) throw new LedgerError('PAGE_TOO_LARGE', `first must be at most ${pageNodesMax}.`);
  if (first < 1) throw new LedgerError('BAD_USER_INPUT', 'first must be at least 1.');
  return openWindowOf({ from, to });
}
