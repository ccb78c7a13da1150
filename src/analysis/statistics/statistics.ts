import { LedgerError } from '../../kernel/errors.ts';
import type { Condition } from '../../lists/listing.ts';
import { periodStarts, type PeriodKind } from '../periods.ts';
import { readToken, writeToken } from '../../kernel/encoding.ts';

/** From a moment (inclusive) to another (exclusive). */
export interface TimeWindow {
  readonly fromMs: number;
  readonly toMs: number;
}

/** The order of rows of statistics. `GROUP`: time, then the dimensions in the order of the request. */
interface StatisticsOrder<Measure extends string> {
  readonly by: Measure | 'GROUP';
  readonly descending: boolean;
}

/** How to divide statistics into rows, and which rows to answer. */
export interface StatisticsShape<Measure extends string> {
  readonly window: TimeWindow;
  /** Null: time is not divided. */
  readonly period: PeriodKind | null;
  readonly timeZone: string;
  readonly order: StatisticsOrder<Measure>;
  /** The row after which to begin. Left out: before the first. */
  readonly after?: StatisticsKey | null;
  /** The number of rows to answer at most. */
  readonly rowsMax: number;
}

/** Where a row is in its order: the figure that it is ordered by (null also for GROUP), its period and its group. */
export interface StatisticsKey {
  readonly figure: GroupValue;
  readonly fromMs: number;
  readonly group: readonly GroupValue[];
}

/** Asks for figures of things, in groups; see `docs/api.md` for what each counts for. */
export interface StatisticsQuestion<
  Kind extends string,
  ListField extends string,
  Dimension extends string,
  Measure extends string,
> extends StatisticsShape<Measure> {
  readonly kind: Kind;
  readonly condition: Condition<ListField>;
  readonly dimensions: readonly Dimension[];
}

/** The value that a group shares in one dimension; null if its members have none. */
export type GroupValue = string | number | null;

/** The figures of one group in one period, or in the whole window. */
type StatisticsRow<Figures> = Figures & {
  readonly window: TimeWindow;
  /** In the order of the dimensions in the question. */
  readonly group: readonly GroupValue[];
};

/** Rows in the requested order. The window ends no later than the answer was made. */
export interface StatisticsAnswer<Figures> {
  readonly window: TimeWindow;
  readonly rows: readonly StatisticsRow<Figures>[];
  /** Of the first row and the last one; null if there are none. */
  readonly keys: { readonly first: StatisticsKey; readonly last: StatisticsKey } | null;
  readonly hasNextPage: boolean;
  readonly hasPreviousPage: boolean;
  /** The number of all rows, including those not answered. */
  readonly rowCount: number;
  readonly total: Figures;
}

/** The field of lists and rows that has the values of a dimension: `appId` for `APP_ID`. */
export function fieldOfDimension(dimension: string): string {
  return dimension.toLowerCase().replaceAll(/_[a-z]/g, (part) => part.slice(1).toUpperCase());
}

/** Rows of one answer before the best are chosen, at most: some 25 MB, or 50 streams by the hour for a month. */
export const groupsMax = 50_000;

/** The figure of each measure: what rows can be ordered by, besides their group. */
export type Measures<Figures, Measure extends string = string> = Readonly<Record<Measure, keyof Figures>>;

/** How to sum up things of one kind. */
export interface SummingRules<Sums, Figures, Measure extends string> {
  readonly newSums: () => Sums;
  readonly figuresOf: (sums: Sums) => Figures;
  readonly measures: Measures<Figures, Measure>;
}

/** The sums of one group, by the index of the period. */
interface Group<Sums> {
  readonly values: readonly GroupValue[];
  readonly byPeriod: Map<number, Sums>;
}

interface GroupedShape<Measure extends string> extends StatisticsShape<Measure> {
  readonly dimensions: readonly string[];
}

/** Sums by group and period, and in total: at first, empty ones. */
export function createGroupedSums<Sums, Figures extends object, Measure extends string>(
  { window, period, timeZone, order, after = null, rowsMax, dimensions }: GroupedShape<Measure>,
  { newSums, figuresOf, measures }: SummingRules<Sums, Figures, Measure>,
) {
  const { fromMs, toMs } = window;
  const isEmpty = fromMs >= toMs;
  const starts = isEmpty || period === null ? [fromMs] : periodStarts(period, timeZone, fromMs, toMs);
  const total = newSums();
  const groups = new Map<GroupValue, Group<Sums>>();
  let rowCount = 0;

  const sumsOf = ({ byPeriod }: Group<Sums>, index: number): Sums => {
    let sums = byPeriod.get(index);
    if (sums === undefined) {
      rowCount += 1;
      if (rowCount > groupsMax) throw tooManyGroups();
      byPeriod.set(index, (sums = newSums()));
    }
    return sums;
  };

  function groupOf(values: readonly GroupValue[]): Group<Sums> {
    const key = values.length <= 1 ? (values[0] ?? null) : JSON.stringify(values);
    let group = groups.get(key);
    if (group === undefined) groups.set(key, (group = { values, byPeriod: new Map() }));
    return group;
  }

  // Without groups there is one row, of nothing as well.
  if (period === null && dimensions.length === 0) sumsOf(groupOf([]), 0);

  return {
    total,
    isWithin: (atMs: number | null): atMs is number => atMs !== null && atMs >= fromMs && atMs < toMs,
    groupOf,
    /** The sums of a moment's period. The caller adds the same to the total. @throws LedgerError - OPERATION_TOO_COSTLY: too many rows */
    sumsAt: (group: Group<Sums>, atMs: number) => sumsOf(group, lastAtOrBefore(starts, atMs)),
    /** Adds a time range inside the window to each period that it touches. @throws LedgerError - as `sumsAt` */
    addTime(group: Group<Sums>, time: TimeWindow, add: (sums: Sums, ms: number) => void): void {
      let at = time.fromMs;
      for (let index = lastAtOrBefore(starts, at); at < time.toMs; index += 1) {
        const until = Math.min(starts[index + 1] ?? toMs, time.toMs);
        add(sumsOf(group, index), until - at);
        at = until;
      }
    },
    answer(): StatisticsAnswer<Figures> {
      const figuresOfAll = figuresOf(total);
      const rows = [...groups.values()].flatMap(({ values, byPeriod }) =>
        [...byPeriod].map(([index, sums]): StatisticsRow<Figures> => ({
          window: { fromMs: starts[index] ?? fromMs, toMs: starts[index + 1] ?? toMs },
          group: values,
          // The only row has the same figures as the total, so values are sorted only once.
          ...(rowCount === 1 ? figuresOfAll : figuresOf(sums)),
        })),
      );
      const figure = order.by === 'GROUP' ? null : measures[order.by];
      const compare = comparison(figure, order.descending);
      const sorted = rows
        .map((row) => ({ row, key: keyOf(row, figure) }))
        .sort((one, other) => compare(one.key, other.key));
      const found = after === null ? 0 : sorted.findIndex(({ key }) => compare(key, after) > 0);
      const begin = found < 0 ? sorted.length : found;
      const page = sorted.slice(begin, begin + rowsMax);
      const [first, last] = [page[0]?.key, page.at(-1)?.key];
      return {
        window,
        rows: page.map(({ row }) => row),
        keys: first === undefined || last === undefined ? null : { first, last },
        hasNextPage: begin + page.length < sorted.length,
        hasPreviousPage: begin > 0,
        rowCount: rows.length,
        total: figuresOfAll,
      };
    },
  };
}

/** How to sum up things that happen at one moment each. */
export interface MomentRules<Thing, Sums, Figures, Measure extends string> extends SummingRules<
  Sums,
  Figures,
  Measure
> {
  readonly add: (sums: Sums, thing: Thing) => void;
}

/** Sums up what happened in the window. @throws LedgerError - OPERATION_TOO_COSTLY: too many rows */
export function sumMoments<Thing extends Moment, Sums, Figures extends object, Measure extends string>(
  shape: GroupedShape<Measure>,
  things: Iterable<Thing>,
  rules: MomentRules<Thing, Sums, Figures, Measure>,
): StatisticsAnswer<Figures> {
  const grouped = createGroupedSums(shape, rules);
  for (const thing of things) {
    if (!grouped.isWithin(thing.atMs)) continue;
    rules.add(grouped.total, thing);
    rules.add(grouped.sumsAt(grouped.groupOf(thing.group), thing.atMs), thing);
  }
  return grouped.answer();
}

/** What happened at one moment, and in which group it counts. */
export interface Moment {
  readonly atMs: number;
  readonly group: readonly GroupValue[];
}

/** By nearest rank: the least value such that at least this part of all values is not greater; null if there are none. */
export function percentile(sorted: Float64Array, part: number): number | null {
  return sorted[Math.ceil(part * sorted.length) - 1] ?? null;
}

/** The index of the last start at or before a moment. */
function lastAtOrBefore(starts: readonly number[], atMs: number): number {
  let [low, high] = [0, starts.length - 1];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((starts[middle] ?? 0) <= atMs) low = middle;
    else high = middle - 1;
  }
  return low;
}

function keyOf<Figures>(row: StatisticsRow<Figures>, figure: keyof Figures | null): StatisticsKey {
  // Measures are numbers, or missing.
  return { figure: figure === null ? null : (row[figure] as GroupValue), fromMs: row.window.fromMs, group: row.group };
}

/** Ties are always ordered by group, ascending, so that the order is the same each time. */
function comparison(figure: unknown, descending: boolean) {
  return (one: StatisticsKey, other: StatisticsKey): number => {
    const compared = figure === null ? compareGroups(one, other) : compareValues(one.figure, other.figure);
    if (compared !== 0) return descending ? -compared : compared;
    return compareGroups(one, other);
  };
}

function compareGroups(one: StatisticsKey, other: StatisticsKey): number {
  const byTime = one.fromMs - other.fromMs;
  if (byTime !== 0) return byTime;
  for (const [index, value] of one.group.entries()) {
    const compared = compareValues(value, other.group[index] ?? null);
    if (compared !== 0) return compared;
  }
  return 0;
}

/** The values of one column have one type. A missing value is less than any other. */
function compareValues(one: GroupValue, other: GroupValue): number {
  if (one === other) return 0;
  if (one === null) return -1;
  if (other === null) return 1;
  return one < other ? -1 : 1;
}

export function tooManyGroups(): LedgerError {
  return new LedgerError(
    'OPERATION_TOO_COSTLY',
    `The answer would have more than ${groupsMax} rows. Group by less, by longer periods, or filter.`,
  );
}

/** The statistics that a cursor is of: it is valid for the same groups in the same order only. */
interface PagedStatistics extends Pick<StatisticsShape<string>, 'period' | 'order'> {
  readonly kind: string;
  readonly dimensions: readonly string[];
}

const cursorVersion = 's1';

/** Where a row is, as a token: unlike other page cursors, it has the names of the row, which its client has read. */
export function writeStatisticsCursor(of: PagedStatistics, { figure, fromMs, group }: StatisticsKey): string {
  return writeToken([...tagOf(of), figure, fromMs, ...group]);
}

/** @throws LedgerError - CURSOR_INVALID: damaged, or of other statistics, groups or another order */
export function readStatisticsCursor(of: PagedStatistics, cursor: string): StatisticsKey {
  const parts = readToken(cursor);
  const tag = tagOf(of);
  const [figure, fromMs, ...group] = parts.slice(tag.length);
  const isOfStatistics =
    tag.every((part, index) => parts[index] === part) &&
    parts.length === tag.length + 2 + of.dimensions.length &&
    (figure === null || typeof figure === 'number') &&
    Number.isSafeInteger(fromMs) &&
    group.every(isGroupValue);
  if (isOfStatistics) return { figure, fromMs: fromMs as number, group };
  throw new LedgerError(
    'CURSOR_INVALID',
    'The cursor is not from these statistics in these groups and this order. Ask again without a cursor.',
  );
}

function isGroupValue(value: unknown): value is GroupValue {
  return value === null || typeof value === 'string' || typeof value === 'number';
}

function tagOf({ kind, order, period, dimensions }: PagedStatistics): readonly string[] {
  return [cursorVersion, kind, order.by, order.descending ? 'DESC' : 'ASC', period ?? '', dimensions.join()];
}
