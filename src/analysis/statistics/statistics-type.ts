import { ArgsType, Field, Int, type ClassType } from 'type-graphql';
import {
  CursorScalar,
  DateTimeScalar,
  enumType,
  objectType,
  orNull,
  type FieldDeclarations,
} from '../../api/declare-type.ts';
import { LedgerError } from '../../kernel/errors.ts';
import { toCondition } from '../../lists/conditions.ts';
import type { ConditionField, ListFields } from '../../lists/list-fields.ts';
import { PageInfo } from '../../lists/connection-type.ts';
import { orderOf, type OrderInput } from '../../lists/list-args-type.ts';
import { periodKinds, periodsAtMost, type PeriodKind } from '../periods.ts';
import { windowArgsOf, windowOf, type WindowArgs } from '../windows-type.ts';
import { fieldOfDimension, type Measures, type StatisticsQuestion, readStatisticsCursor } from './statistics.ts';

/** Rows of statistics in one answer unless the client asks for another number. */
export const statisticsRowsDefault = 100;

/** Rows of statistics in one page: a month of days for 60 domains. */
export const statisticsRowsMax = 2_000;

/** Hours, days or weeks of one window: 14 months of hours. Each group may have a row in every one of them. */
export const periodsMax = 10_000;

/** The arguments of every kind of statistics. */
export interface StatisticsArgs<Dimension extends string, Measure extends string> extends WindowArgs {
  readonly groupBy: readonly (Dimension | PeriodKind)[];
  readonly timeZone: string;
  readonly orderBy?: OrderInput<Measure | 'GROUP'> | null;
  readonly first?: number | null;
  readonly after?: string | null;
}

/** Rows and their total, all of one state. */
export interface Statistics {
  readonly fromMs: number;
  readonly toMs: number;
  readonly rows: readonly object[];
  readonly pageInfo: PageInfo;
  readonly rowCount: number;
  readonly total: object;
  readonly liveFrom: string;
}

/** One kind of statistics: what it counts, what its rows show, and what they can be grouped and ordered by. */
interface StatisticsDeclaration<Figures, Dimension extends string, Measure extends string> {
  /** Begins the names of the types. */
  readonly name: string;
  /** What is counted, in the plural. */
  readonly counted: string;
  /** What the filter chooses. */
  readonly filtered: string;
  /** What is counted, as the answer names it: `counted` if left out. */
  readonly recorded?: string;
  /** Of the figures. */
  readonly description: string;
  readonly filter: ClassType;
  readonly figures: Readonly<Record<keyof Figures, FieldDeclarations[string]>>;
  readonly dimensions: Readonly<Record<Dimension, DeclaredDimension>>;
  readonly measures: Measures<Figures, Measure>;
}

/** Its type, its meaning as a grouping, and as a field of a row; what has no value in it; the name that it had. */
export type DeclaredDimension = readonly [
  type: object,
  grouping: string,
  field: string,
  lacking?: string | null,
  formerly?: string,
];

/** What a dimension means as a field of a row. */
export function meaningOf(dimension: string, [, , field, lacking = null]: DeclaredDimension): string {
  return `${field} Null unless grouped by ${dimension}${lacking === null ? '' : `, and for ${lacking}`}.`;
}

interface DeclaredStatistics<Dimension extends string, Measure extends string> {
  readonly Answer: ClassType<Statistics>;
  readonly Args: ClassType<StatisticsArgs<Dimension, Measure>>;
}

/** Makes the types of one kind of statistics: its arguments, its figures, a row with them, and the whole. */
export function statisticsOf<Figures, Dimension extends string, Measure extends string>(
  declaration: StatisticsDeclaration<Figures, Dimension, Measure>,
): DeclaredStatistics<Dimension, Measure> {
  return { Answer: answerOf(declaration), Args: argsOf(declaration) };
}

/** The state of an answer, for its `liveFrom`. */
export const analysedState =
  'A log cursor of the state that was counted. All statistics in one operation show the same state; lists in the same operation can show a slightly older one.';

function answerOf<Figures>({
  name,
  counted,
  recorded = counted,
  description,
  figures,
  dimensions,
}: StatisticsDeclaration<Figures, string, string>): ClassType<Statistics> {
  const declared: FieldDeclarations = figures;
  const Figures = objectType(`${name}Figures`, description, declared);
  const grouped = Object.entries<DeclaredDimension>(dimensions).map(([dimension, declared]) => {
    const [type, , , , formerly] = declared;
    const more = formerly === undefined ? {} : { formerly: fieldOfDimension(formerly) };
    return [fieldOfDimension(dimension), [orNull(type), meaningOf(dimension, declared), more]];
  });
  const Row = objectType(`${name}StatisticsRow`, `The figures of one group of ${recorded} in one time range.`, {
    ...declared,
    fromMs: [
      DateTimeScalar,
      'The beginning of the minute, hour, day or week, or of the whole time range if that is later.',
    ],
    toMs: [
      DateTimeScalar,
      'The end, exclusive: that of the minute, hour, day or week, or of the whole time range if that is earlier.',
    ],
    ...(Object.fromEntries(grouped) as FieldDeclarations),
  });
  return objectType(`${name}Statistics`, `${capitalized(recorded)} in figures, all from one state of the ledger.`, {
    fromMs: [DateTimeScalar, 'The beginning of the time range, as requested.'],
    toMs: [
      DateTimeScalar,
      'The end of the time range. If the requested end is in the future, this is when the answer was made.',
    ],
    rows: [
      [Row],
      'The groups, as many as `first` allows. A group without anything in a minute, hour, day or week has no row for it.',
    ],
    pageInfo: [PageInfo, 'Whether there are rows before and after these, and the cursors for them.'],
    rowCount: [Int, 'The number of all rows, including those beyond `first`.'],
    total: [Figures, 'The figures of all groups in the whole time range, including those beyond `first`.'],
    liveFrom: [CursorScalar, analysedState],
  });
}

function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

const periodDescriptions = {
  MINUTE: 'By the minutes of the time zone.',
  HOUR: 'By the hours of the time zone. If clocks are put back, the repeated hour counts as two.',
  DAY: 'By the days of the time zone: 23 or 25 hours if clocks change.',
  WEEK: 'By the weeks of the time zone, which begin on Monday.',
} as const satisfies Record<PeriodKind, string>;

/** A window, a filter, groups, an order and a number of rows. */
function argsOf<Figures, Dimension extends string, Measure extends string>({
  name,
  counted,
  filtered,
  filter,
  dimensions,
  measures,
}: StatisticsDeclaration<Figures, Dimension, Measure>): ClassType<StatisticsArgs<Dimension, Measure>> {
  const groupings = Object.entries<DeclaredDimension>(dimensions).map(([one, [, meaning]]): [string, string] => [
    one,
    meaning,
  ]);
  const orders = Object.entries<keyof Figures>(measures).map(([measure, figure]): [string, string] => [
    measure,
    `By \`${String(figure)}\`.`,
  ]);
  const grouping = enumType<string>(
    `${name}Grouping`,
    `What statistics of ${counted} are grouped by. At most one of MINUTE, HOUR, DAY and WEEK.`,
    { ...Object.fromEntries(groupings), ...periodDescriptions },
    Object.fromEntries(
      Object.entries<DeclaredDimension>(dimensions).flatMap(([one, [, , , , formerly]]) =>
        formerly === undefined ? [] : [[formerly, one]],
      ),
    ),
  );
  const byGroup = { GROUP: 'By time, then by the values of the group in the order of `groupBy`.' };
  const order = orderOf<string>(`${name}Statistics`, `rows of statistics of ${counted}`, {
    ...byGroup,
    ...Object.fromEntries(orders),
  });

  @ArgsType()
  class StatisticsArgsInput extends windowArgsOf(filter, filtered) {
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

    @Field(() => CursorScalar, {
      nullable: true,
      description:
        'Start after this row: `pageInfo.endCursor` of the same statistics, in the same groups and order. Each page is computed anew: a row whose figure has changed since may be in two pages or in none, unless the time range is over, or the order is GROUP.',
    })
    after?: string | null;
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
  if (morePeriods.length > 0) throw refusal('groupBy may have only one of MINUTE, HOUR, DAY and WEEK.');
  if (period !== null && periodsAtMost(period, window.fromMs, window.toMs) > periodsMax) {
    throw refusal(
      `The range from \`from\` to \`to\` has more than ${periodsMax} periods of one ${period}. Request a shorter range, or longer periods.`,
    );
  }
  const dimensions = [...new Set(groupBy.filter((one): one is Dimension => !isPeriod(one)))];
  const order = { by: orderBy?.field ?? 'GROUP', descending: orderBy?.direction === 'DESC' } as const;
  return {
    kind,
    condition: toCondition(fields, filter),
    window,
    dimensions,
    period,
    timeZone,
    order,
    after: args.after == null ? null : readStatisticsCursor({ kind, dimensions, period, order }, args.after),
    rowsMax: rowsMaxOf(args.first),
  };
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
